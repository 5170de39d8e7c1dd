package dev.gapura.dialect.anthropic;

import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.HI;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.NEWEST;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OLD;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OPUS_4_6;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.SONNET_4_5;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.json;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.TranslatedRequest;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tools and their choice in Anthropic's language.
class AnthropicToolsWriterTest {
    private static final String WEATHER =
            "{'type':'function','function':{'name':'weather','description':'Tells the weather.','parameters':"
                    + "{'type':'object','properties':{'city':{'type':'string','minLength':1}},'required':['city']}}}";
    private static final String CLOCK = "{'type':'function','function':{'name':'clock'}}";
    private static final String TOOLS = "'max_tokens':9,'tools':[" + WEATHER + "," + CLOCK + "]";

    private static String strict(String name, String schema) {
        return "{'type':'function','function':{'name':'" + name + "','strict':true,'parameters':" + schema + "}}";
    }

    @Test
    void functions() {
        TranslatedRequest written = write(SONNET_4_5, TOOLS);
        assertThat(written.at("/tools"))
                .isEqualTo(json("[{'name':'weather','description':'Tells the weather.','input_schema':{'type':'object',"
                        + "'properties':{'city':{'type':'string','minLength':1}},'required':['city']}},"
                        + "{'name':'clock','input_schema':{'type':'object','properties':{}}}]"));
        assertThat(written.body().has("tool_choice")).isFalse();
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void functionsOfTheOlderForm() {
        TranslatedRequest written =
                write(SONNET_4_5, "'functions':[{'name':'clock','parameters':{}}],'function_call':{'name':'clock'}");
        assertThat(written.at("/tools/0")).isEqualTo(json("{'name':'clock','input_schema':{'type':'object'}}"));
        assertThat(written.at("/tool_choice")).isEqualTo(json("{'type':'tool','name':'clock'}"));
    }

    @Test
    void noToolsAreNoTools() {
        TranslatedRequest written = write(SONNET_4_5, "'tools':[],'tool_choice':'auto','parallel_tool_calls':false");
        assertThat(written.body().has("tools")).isFalse();
        assertThat(written.body().has("tool_choice")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'auto'|{'type':'auto'}",
                "'none'|{'type':'none'}",
                "'required'|{'type':'any'}",
                "{'type':'function','function':{'name':'clock'}}|{'type':'tool','name':'clock'}"
            },
            quoteCharacter = '"')
    void choices(String chat, String anthropic) {
        TranslatedRequest written = write(SONNET_4_5, TOOLS + ",'tool_choice':" + chat);
        assertThat(written.at("/tool_choice")).isEqualTo(json(anthropic));
        assertThat(written.at("/tools")).hasSize(2);
    }

    @Test
    void oneCallAtATime() {
        assertThat(write(SONNET_4_5, TOOLS + ",'parallel_tool_calls':false").at("/tool_choice"))
                .isEqualTo(json("{'type':'auto','disable_parallel_tool_use':true}"));
        assertThat(write(SONNET_4_5, TOOLS + ",'parallel_tool_calls':false,'tool_choice':'required'")
                        .at("/tool_choice"))
                .isEqualTo(json("{'type':'any','disable_parallel_tool_use':true}"));
        assertThat(write(SONNET_4_5, TOOLS + ",'parallel_tool_calls':false,'tool_choice':'none'")
                        .at("/tool_choice"))
                .isEqualTo(json("{'type':'none'}"));
        assertThat(write(SONNET_4_5, TOOLS + ",'parallel_tool_calls':true")
                        .body()
                        .has("tool_choice"))
                .isFalse();
    }

    @Test
    void onlyAllowedTools() {
        String allowed = ",'web_search_options':{},'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'%s',"
                + "'tools':[{'type':'function','function':{'name':'%s'}}]}}";
        TranslatedRequest one = write(SONNET_4_5, TOOLS + allowed.formatted("required", "clock"));
        assertThat(one.at("/tools").findValuesAsText("name")).containsExactly("clock", "web_search");
        assertThat(one.at("/tool_choice/type").asText()).isEqualTo("any");
        assertThat(one.verdicts()).contains("tool_choice=converted(fewer tools)");
        TranslatedRequest none =
                write(SONNET_4_5, TOOLS + allowed.formatted("auto", "other").replace("'web_search_options':{},", ""));
        assertThat(none.body().has("tools")).isFalse();
        assertThat(none.body().has("tool_choice")).isFalse();
    }

    @Test
    void aForcedCallWhereTheModelCannotBeForced() {
        String forced = TOOLS + ",'tool_choice':'required'";
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> write(NEWEST, forced))
                .satisfies(refusal -> assertThat(refusal.failure().param()).isEqualTo("tool_choice"));
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> write(SONNET_4_5, forced + ",'reasoning_effort':'low'"));
        TranslatedRequest adaptive = write(OPUS_4_6, forced + ",'reasoning_effort':'low'");
        assertThat(adaptive.at("/tool_choice/type").asText()).isEqualTo("any");
        TranslatedRequest stripped = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                AnthropicRequestWriterTest.PROVIDER,
                NEWEST,
                "{" + HI + "," + forced + "}",
                Objects.requireNonNull(UnsupportedPolicy.parse("strip")));
        assertThat(stripped.at("/tool_choice/type").asText()).isEqualTo("auto");
        assertThat(stripped.verdicts()).contains("tool_choice=stripped");
    }

    @Test
    void enforcedSchemas() {
        String closed = "{'type':'object','properties':{'a':{'type':'string','pattern':'x','description':'A.'},"
                + "'b':{'oneOf':[{'type':'object','properties':{}},{'type':'null'}]}}}";
        TranslatedRequest written = write(SONNET_4_5, "'max_tokens':9,'tools':[" + strict("f", closed) + "]");
        assertThat(written.at("/tools/0"))
                .isEqualTo(
                        json(
                                "{'name':'f','input_schema':{'type':'object','properties':{'a':{'type':'string',"
                                        + "'description':'A. (pattern: \\'x\\')'},'b':{'anyOf':[{'type':'object','properties':{},"
                                        + "'additionalProperties':false},{'type':'null'}]}},'additionalProperties':false},'strict':true}"));
        TranslatedRequest old = write(OLD, "'max_tokens':9,'tools':[" + strict("f", closed) + "]");
        assertThat(old.body().toString()).doesNotContain("strict").contains("oneOf");
        assertThat(old.verdicts()).isEqualTo("tools=stripped(strict of f)");
    }

    @Test
    void anEnforcedToolWithoutArguments() {
        TranslatedRequest written =
                write(SONNET_4_5, "'max_tokens':9,'tools':[{'type':'function','function':{'name':'f','strict':true}}]");
        assertThat(written.at("/tools/0"))
                .isEqualTo(json("{'name':'f','input_schema':{'type':'object','properties':{},"
                        + "'additionalProperties':false},'strict':true}"));
    }

    @Test
    void schemasThatCannotBeEnforced() {
        String itself = "{'type':'object','properties':{'left':{'$ref':'#'}}}";
        TranslatedRequest written = write(SONNET_4_5, "'max_tokens':9,'tools':[" + strict("tree", itself) + "]");
        assertThat(written.at("/tools/0").has("strict")).isFalse();
        assertThat(written.verdicts()).isEqualTo("tools=stripped(strict of tree)");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 22; i++) {
            many.append(i == 0 ? "" : ",").append(strict("f" + i, "{'type':'object'}"));
        }
        TranslatedRequest crowd = write(SONNET_4_5, "'max_tokens':9,'tools':[" + many + "]");
        assertThat(crowd.at("/tools/19").has("strict")).isTrue();
        assertThat(crowd.at("/tools/20").has("strict")).isFalse();
        assertThat(crowd.at("/tools")).hasSize(22);
        assertThat(crowd.verdicts()).contains("strict of f20", "strict of f21");
    }

    @Test
    void hostsOfClaudeWantTheToolsOfEarlierCalls() {
        String conversation =
                "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','tool_calls':[{'id':'c1','type':"
                        + "'function','function':{'name':'f','arguments':'{}'}},{'id':'c2','type':'function','function':{'name':'f',"
                        + "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'c1','content':'1'},{'role':'tool','tool_call_id':'c2',"
                        + "'content':'2'}]";
        TranslatedRequest hosted = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                Providers.at(PathStyle.VERTEX, AnthropicRequestWriterTest.PROVIDER),
                SONNET_4_5,
                "{" + conversation + ",'parallel_tool_calls':false}");
        assertThat(hosted.at("/tools"))
                .isEqualTo(json("[{'name':'f','input_schema':{'type':'object','properties':{}}}]"));
        assertThat(hosted.at("/tool_choice")).isEqualTo(json("{'type':'none'}"));
        assertThat(hosted.verdicts()).contains("tools=emulated(those of earlier calls)");
        TranslatedRequest own = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                AnthropicRequestWriterTest.PROVIDER,
                SONNET_4_5,
                "{" + conversation + "}");
        assertThat(own.body().has("tools")).isFalse();
        TranslatedRequest strict = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                Providers.at(PathStyle.VERTEX, AnthropicRequestWriterTest.PROVIDER),
                SONNET_4_5,
                "{" + HI + ",'tools':[" + strict("f", "{'type':'object'}") + "]}");
        assertThat(strict.at("/tools/0").has("strict")).isFalse();
        assertThat(strict.verdicts()).contains("tools=stripped(strict of f)");
    }

    @Test
    void namesThatAnthropicDoesNotTake() {
        String call = "{'id':'c1','type':'function','function':{'name':'files.read','arguments':'{}'}}";
        TranslatedRequest written = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                AnthropicRequestWriterTest.PROVIDER,
                SONNET_4_5,
                "{'tools':[{'type':'function','function':{'name':'files.read'}}],'tool_choice':{'type':'function',"
                        + "'function':{'name':'files.read'}},'messages':[{'role':'user','content':'Hi'},{'role':'assistant',"
                        + "'tool_calls':[" + call + "]},{'role':'tool','tool_call_id':'c1','content':'x'}]}");
        String sent = written.at("/tools/0/name").asText();
        assertThat(sent).matches("t_files_read_[0-9a-f]{8}");
        assertThat(written.at("/tool_choice/name").asText()).isEqualTo(sent);
        assertThat(written.at("/messages/1/content/0/name").asText()).isEqualTo(sent);
        assertThat(written.call().question().toolName(sent)).isEqualTo("files.read");
    }

    @Test
    void toolsOfFreeText() {
        TranslatedRequest written = write(
                SONNET_4_5,
                "'tools':[{'type':'custom','custom':{'name':'shell','description':'Runs.','format':{'type':'grammar',"
                        + "'grammar':{'syntax':'lark','definition':'start: x'}}}}]");
        assertThat(written.at("/tools/0"))
                .isEqualTo(json("{'name':'shell','description':'Runs.','input_schema':{'type':'object','properties':"
                        + "{'input':{'type':'string'}},'required':['input']}}"));
        assertThat(written.call().question().customTools()).containsExactly("shell");
        assertThat(written.verdicts()).contains("tools=emulated(shell)");
    }

    @Test
    void toolsOfAnotherProvider() {
        String foreign = "'max_tokens':9,'tools':[{'type':'file_search','vector_store_ids':['v']}]";
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> write(SONNET_4_5, foreign))
                .satisfies(refusal -> assertThat(refusal.failure().message()).contains("file_search"));
    }

    @Test
    void marksOnTools() {
        TranslatedRequest written = write(
                SONNET_4_5,
                "'tools':[{'type':'function','cache_control':{'type':'ephemeral','ttl':'1h'},'function':{'name':'f'}}]");
        assertThat(written.at("/tools/0/cache_control")).isEqualTo(json("{'type':'ephemeral','ttl':'1h'}"));
    }

    @Test
    void onlyFourMarks() {
        String part = "{'type':'text','text':'%s','cache_control':{'type':'ephemeral'}}";
        TranslatedRequest written = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                AnthropicRequestWriterTest.PROVIDER,
                SONNET_4_5,
                "{'cache_control':{'type':'ephemeral'},'tools':[{'type':'function','cache_control':{'type':'ephemeral'},"
                        + "'function':{'name':'f'}}],'messages':[{'role':'system','content':[" + part.formatted("s")
                        + "]},{'role':'user','content':[" + part.formatted("a") + "," + part.formatted("b") + ","
                        + part.formatted("c") + "]}]}");
        assertThat(written.at("/tools/0").has("cache_control")).isFalse();
        assertThat(written.at("/system/0").has("cache_control")).isFalse();
        assertThat(written.at("/messages/0/content").findValues("cache_control"))
                .hasSize(3);
        assertThat(written.body().has("cache_control")).isTrue();
        assertThat(written.verdicts()).contains("cache_control=stripped(the first 2)");
    }
}
