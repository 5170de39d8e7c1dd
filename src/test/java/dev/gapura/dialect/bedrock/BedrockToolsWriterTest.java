package dev.gapura.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the tools of a chat request become at Bedrock.
class BedrockToolsWriterTest {
    private static final String LLAMA = "meta.llama4-scout-17b-instruct-v1:0";
    private static final String HELLO = "'messages':[{'role':'user','content':'Hi'}]";
    private static final String EARLIER =
            "'messages':[{'role':'user','content':'Hi'},{'role':'assistant','tool_calls':["
                    + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
                    + "{'id':'b','type':'function','function':{'name':'g.h','arguments':'{}'}}]},"
                    + "{'role':'tool','tool_call_id':'a','content':'1'},{'role':'tool','tool_call_id':'b','content':'2'}]";
    private static final String SCHEMA = "{'type':'object','properties':{'x':{'type':'integer','minimum':1}}}";

    private static String tool(String members) {
        return ",'tools':[{'type':'function','function':{" + members + "}}]";
    }

    private static final String F = tool("'name':'f','description':'d','parameters':" + SCHEMA);

    private static TranslatedRequest write(String model, String messages, String more) {
        return Bedrock.write(model, "{" + messages + more + "}");
    }

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(text.replace('\'', '"'));
    }

    @Test
    void aFunctionIsASpecification() {
        assertThat(write(Bedrock.CLAUDE, HELLO, F).at("/toolConfig"))
                .isEqualTo(json("{'tools':[{'toolSpec':{'name':'f','description':'d','inputSchema':{'json':" + SCHEMA
                        + "}}}]}"));
    }

    @Test
    void aSchemaIsAnObjectAndADescriptionNeverEmpty() {
        assertThat(write(Bedrock.CLAUDE, HELLO, tool("'name':'f','description':''"))
                        .at("/toolConfig/tools/0"))
                .isEqualTo(json("{'toolSpec':{'name':'f','inputSchema':{'json':{'type':'object','properties':{}}}}}"));
        assertThat(write(Bedrock.CLAUDE, HELLO, tool("'name':'f','parameters':{'properties':{'x':{}}}"))
                        .at("/toolConfig/tools/0/toolSpec/inputSchema/json/type")
                        .asText())
                .isEqualTo("object");
    }

    @Test
    void strictToolsWhereTheModelEnforcesThem() {
        String strict = tool("'name':'f','strict':true,'parameters':" + SCHEMA);
        JsonNode spec = write(Bedrock.CLAUDE, HELLO, strict).at("/toolConfig/tools/0/toolSpec");
        assertThat(spec.get("strict").asBoolean()).isTrue();
        assertThat(spec.at("/inputSchema/json"))
                .isEqualTo(json("{'type':'object','properties':{'x':{'type':'integer','description':'(minimum: 1)'}},"
                        + "'additionalProperties':false}"));

        TranslatedRequest older = write("anthropic.claude-3-haiku-20240307-v1:0", HELLO, strict);
        assertThat(older.at("/toolConfig/tools/0/toolSpec").has("strict")).isFalse();
        assertThat(older.at("/toolConfig/tools/0/toolSpec/inputSchema/json")).isEqualTo(json(SCHEMA));
        assertThat(older.verdicts()).isEqualTo("tools=stripped(strict of f)");
    }

    @Test
    void namesFitAndComeBack() {
        TranslatedRequest written = write(Bedrock.CLAUDE, HELLO, tool("'name':'server.tool/x'"));

        String sent = written.at("/toolConfig/tools/0/toolSpec/name").asText();
        assertThat(sent).matches("[a-zA-Z0-9_-]{1,64}");
        assertThat(written.call().question().toolName(sent)).isEqualTo("server.tool/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'auto' | {'auto':{}}",
                "'required' | {'any':{}}",
                "{'type':'function','function':{'name':'f'}} | {'tool':{'name':'f'}}",
            })
    void choices(String choice, String sent) {
        assertThat(write(Bedrock.CLAUDE, HELLO, F + ",'tool_choice':" + choice).at("/toolConfig/toolChoice"))
                .isEqualTo(json(sent));
    }

    @Test
    void aModelThatKnowsNoChoiceGetsNone() {
        assertThat(write(LLAMA, HELLO, F + ",'tool_choice':'auto'")
                        .at("/toolConfig")
                        .has("toolChoice"))
                .isFalse();
        assertThatThrownBy(() -> write(LLAMA, HELLO, F + ",'tool_choice':'required'"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("tool_choice");
        assertThat(Bedrock.write(LLAMA, "{" + HELLO + F + ",'tool_choice':'required'}", "strip")
                        .verdicts())
                .isEqualTo("tool_choice=stripped");
    }

    @Test
    void mistralIsGivenTheOneToolItMustCall() {
        String two =
                ",'tools':[{'type':'function','function':{'name':'f'}},{'type':'function','function':{'name':'g'}}]";
        JsonNode config = write(
                        "mistral.mistral-large-2407-v1:0",
                        HELLO,
                        two + ",'tool_choice':{'type':'function','function':{'name':'g'}}")
                .at("/toolConfig");

        assertThat(config.findValuesAsText("name")).containsExactly("g");
        assertThat(config.get("toolChoice")).isEqualTo(json("{'any':{}}"));
    }

    @Test
    void aClaudeThatThinksByABudgetCannotBeForced() {
        String thinks = F + ",'reasoning_effort':'low','tool_choice':'required'";

        assertThatThrownBy(() -> write(Bedrock.CLAUDE, HELLO, thinks))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("while it thinks");
        assertThat(write("us.anthropic.claude-sonnet-4-6", HELLO, thinks).at("/toolConfig/toolChoice"))
                .isEqualTo(json("{'any':{}}"));
    }

    @Test
    void noToolIsSaidByLeavingThemOut() {
        TranslatedRequest written = write(Bedrock.CLAUDE, HELLO, F + ",'tool_choice':'none'");

        assertThat(written.body().has("toolConfig")).isFalse();
        assertThat(written.verdicts()).isEqualTo("tool_choice=converted(no tools), tools=stripped");
    }

    @Test
    void besideEarlierCallsNoToolMeansThatCallsAreDropped() {
        TranslatedRequest written = write(Bedrock.CLAUDE, EARLIER, F + ",'tool_choice':'none'");

        assertThat(written.at("/toolConfig/tools/0/toolSpec/name").asText()).isEqualTo("f");
        assertThat(written.at("/toolConfig").has("toolChoice")).isFalse();
        assertThat(written.call().question().callsAllowed()).isFalse();
        assertThat(written.verdicts()).isEqualTo("tool_choice=emulated(calls are dropped)");
    }

    @Test
    void toolsOfEarlierCallsAreMadeUpWhereTheRequestHasNone() {
        TranslatedRequest written = write(Bedrock.CLAUDE, EARLIER, "");

        JsonNode tools = written.at("/toolConfig/tools");
        assertThat(tools).hasSize(2);
        assertThat(tools.get(0))
                .isEqualTo(json("{'toolSpec':{'name':'f','inputSchema':{'json':{'type':'object','properties':{}}}}}"));
        assertThat(tools.at("/1/toolSpec/name").asText())
                .isEqualTo(written.at("/messages/1/content/1/toolUse/name").asText());
        assertThat(written.call().question().callsAllowed()).isFalse();
        assertThat(written.verdicts()).isEqualTo("tools=emulated(2 of earlier calls)");
    }

    @Test
    void aModelWithoutToolsIgnoresThem() {
        TranslatedRequest written = write("amazon.titan-text-lite-v1", EARLIER, F);

        assertThat(written.body().has("toolConfig")).isFalse();
        assertThat(written.body().toString()).doesNotContain("toolUse").doesNotContain("toolResult");
        assertThat(written.verdicts()).isEqualTo("tools=stripped");
    }

    @Test
    void onlyTheFirstCallArrivesWhereOneIsWanted() {
        TranslatedRequest written = write(Bedrock.CLAUDE, HELLO, F + ",'parallel_tool_calls':false");

        assertThat(written.call().question().oneCall()).isTrue();
        assertThat(written.verdicts()).isEqualTo("parallel_tool_calls=emulated(the first call)");
    }

    @Test
    void allowedToolsAreTheOnlyOnesSent() {
        String two = ",'tools':[{'type':'function','function':{'name':'f'},'cache_control':{'type':'ephemeral'}},"
                + "{'type':'function','function':{'name':'g'},'cache_control':{'type':'ephemeral'}}],'tool_choice':"
                + "{'type':'allowed_tools','allowed_tools':{'mode':'required','tools':[{'type':'function','function':{'name':'g'}}]}}";
        JsonNode config = write(Bedrock.CLAUDE, HELLO, two).at("/toolConfig");

        assertThat(config.get("tools"))
                .isEqualTo(json("[{'toolSpec':{'name':'g','inputSchema':{'json':{'type':'object','properties':{}}}}},"
                        + "{'cachePoint':{'type':'default'}}]"));
        assertThat(config.get("toolChoice")).isEqualTo(json("{'any':{}}"));
    }

    @Test
    void marksOfToolsAreClaudesAlone() {
        String marked =
                ",'tools':[{'type':'function','function':{'name':'f'},'cache_control':{'type':'ephemeral','ttl':'5m'}}]";

        assertThat(write(Bedrock.CLAUDE, HELLO, marked).at("/toolConfig/tools/1"))
                .isEqualTo(json("{'cachePoint':{'type':'default','ttl':'5m'}}"));
        TranslatedRequest nova = write(Bedrock.NOVA, HELLO, marked);
        assertThat(nova.at("/toolConfig/tools")).hasSize(1);
        assertThat(nova.verdicts()).isEqualTo("cache_control=stripped(marks)");
    }

    @Test
    void aToolOfFreeTextIsAFunctionWithOneText() {
        TranslatedRequest written =
                write(Bedrock.CLAUDE, HELLO, ",'tools':[{'type':'custom','custom':{'name':'sql','description':'d'}}]");

        assertThat(written.at("/toolConfig/tools/0/toolSpec/inputSchema/json/required/0")
                        .asText())
                .isEqualTo("input");
        assertThat(written.call().question().customTools()).containsExactly("sql");
        assertThat(written.verdicts()).isEqualTo("tools=emulated(sql)");
    }

    @Test
    void novasOwnTools() {
        assertThat(write(
                                Bedrock.NOVA,
                                HELLO,
                                ",'tools':[{'type':'systemTool','systemTool':{'name':'nova_code_interpreter'}}]")
                        .at("/toolConfig/tools"))
                .isEqualTo(json("[{'systemTool':{'name':'nova_code_interpreter'}}]"));
        TranslatedRequest search = write(Bedrock.NOVA, HELLO, ",'web_search_options':{}");
        assertThat(search.at("/toolConfig/tools")).isEqualTo(json("[{'systemTool':{'name':'nova_grounding'}}]"));
        assertThat(search.verdicts()).isEqualTo("web_search_options=emulated(tool nova_grounding)");
        assertThatThrownBy(() -> write(Bedrock.NOVA, HELLO, ",'tools':[{'type':'web_search'}]"))
                .isInstanceOf(GatewayException.class);
    }

    @ParameterizedTest
    @CsvSource({
        LLAMA + ", false",
        "mistral.mistral-large-2407-v1:0, false",
        "amazon.nova-lite-v1:0, true",
        "openai.gpt-oss-120b-1:0, true",
        Bedrock.CLAUDE + ", true"
    })
    void someModelsCallToolsOnlyInPlainAnswersAsDocumented(String model, boolean streams) {
        TranslatedRequest written = write(model, HELLO, F + ",'stream':true");

        assertThat(written.call().path()).endsWith(streams ? "/converse-stream" : "/converse");
        assertThat(written.verdicts()).isEqualTo(streams ? "" : "stream=emulated(one piece)");
        assertThat(write(model, HELLO, ",'stream':true").call().path()).endsWith("/converse-stream");
    }
}
