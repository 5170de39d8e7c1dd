package dev.gapura.dialect.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Written;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.wire.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a chat request becomes at Ollama.
class OllamaRequestWriterTest {
    private static final OllamaDialect OLLAMA = new OllamaDialect(RecordedAnswers.ERRORS);
    private static final String HELLO = "'messages':[{'role':'user','content':'Hello'}]";
    private static final String TOOL = "{'type':'function','function':{'name':'f','description':'d','parameters':"
            + "{'type':'object','properties':{'title':{'type':'string'}}}}}";
    private static final String PNG = "iVBORw0KGgo=";

    private static Written write(String model, String members) {
        return Folding.write(OLLAMA, Providers.of("ollama"), model, "{" + members.replace('\'', '"') + "}");
    }

    private static Written write(String members) {
        return write("qwen3:4b", members);
    }

    private static JsonNode messages(String model, String messages) {
        return write(model, "'messages':" + messages).body().get("messages");
    }

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(text.replace('\'', '"'));
    }

    @Test
    void aPlainRequestIsPlain() {
        Written written = write(HELLO + ",'stream':true,'stream_options':{'include_usage':true}");

        assertThat(written.body()).isEqualTo(json("{'model':'qwen3:4b'," + HELLO + ",'stream':true}"));
        assertThat(written.call().path()).isEqualTo("/api/chat");
        assertThat(written.call().headers()).isEmpty();
        assertThat(written.verdicts()).isEmpty();
        assertThat(write(HELLO).body().get("stream").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'max_completion_tokens':6 | 'options':{'num_predict':6} | max_completion_tokens=renamed(num_predict)",
                "'max_tokens':6 | 'options':{'num_predict':6} | max_tokens=renamed(num_predict)",
                "'temperature':0.5,'top_p':0.9,'top_k':40,'min_p':0.1,'seed':7 | 'options':{'temperature':0.5,'top_p':0.9,'top_k':40,'min_p':0.1,'seed':7} |",
                "'stop':'a' | 'options':{'stop':['a']} |",
                "'presence_penalty':1,'frequency_penalty':0.5 | 'options':{'presence_penalty':1,'frequency_penalty':0.5} |",
                "'repetition_penalty':1.1 | 'options':{'repeat_penalty':1.1} | repetition_penalty=renamed(repeat_penalty)",
                "'options':{'num_ctx':8192,'temperature':1},'temperature':0 | 'options':{'num_ctx':8192,'temperature':0} |",
                "'num_ctx':8192,'keep_alive':'10m' | 'options':{'num_ctx':8192},'keep_alive':'10m' |",
                "'truncate':false,'shift':false | 'truncate':false,'shift':false |",
                "'logprobs':true,'top_logprobs':2 | 'logprobs':true,'top_logprobs':2 |",
                "'think':true | 'think':true |",
                "'user':'u','logit_bias':{'1':1} | | user=stripped, logit_bias=stripped",
                "'made_up':4 | | made_up=stripped",
                "'n':1,'parallel_tool_calls':false | |",
                "'tools':[] | |",
            })
    void fieldsGoWhereOllamaHasThem(String members, String expected, String verdicts) {
        Written written = write(HELLO + "," + members);

        String wanted = expected == null ? "" : "," + expected;
        assertThat(written.body()).isEqualTo(json("{'model':'qwen3:4b'," + HELLO + wanted + ",'stream':false}"));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @Test
    void optionsAreAnObject() {
        assertThatThrownBy(() -> write(HELLO + ",'options':[1]"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("options");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "qwen3:4b | low | true | reasoning_effort=converted(think)",
                "qwen3:4b | none | false | reasoning_effort=converted(think)",
                "gpt-oss:20b | low | 'low' | reasoning_effort=converted(think)",
                "gpt-oss:20b | xhigh | 'high' | reasoning_effort=clamped(xhigh→high)",
                "gpt-oss:20b | minimal | 'low' | reasoning_effort=clamped(minimal→low)",
                "gpt-oss:20b | none | false | reasoning_effort=converted(think)",
                "llama3.1 | high | | reasoning_effort=stripped",
                "gemma3:1b | none | |",
            })
    void thinkingIsAskedForAsTheModelKnowsIt(String model, String effort, String think, String verdicts) {
        Written written = write(model, HELLO + ",'reasoning_effort':'" + effort + "'");

        assertThat(written.body().get("think")).isEqualTo(think == null ? null : json(think));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @Test
    void theConversationKeepsItsShape() {
        JsonNode messages = messages("qwen3:4b", """
                [{'role':'developer','content':'s'},
                 {'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},
                 {'role':'assistant','content':null,'reasoning_content':'hm','tool_calls':[
                   {'id':'call_1','type':'function','function':{'name':'f','arguments':'{\\"x\\":1}'}},
                   {'id':'call_2','type':'function','function':{'name':'g','arguments':''}}]},
                 {'role':'tool','tool_call_id':'call_2','content':'two'},
                 {'role':'tool','tool_call_id':'call_1','content':[{'type':'text','text':'one'}]},
                 {'role':'assistant','content':'done'}]""");

        assertThat(messages).isEqualTo(json("""
                [{'role':'system','content':'s'},
                 {'role':'user','content':'a\\n\\nb'},
                 {'role':'assistant','content':'','thinking':'hm','tool_calls':[
                   {'id':'call_1','type':'function','function':{'name':'f','arguments':{'x':1}}},
                   {'id':'call_2','type':'function','function':{'name':'g','arguments':{}}}]},
                 {'role':'tool','content':'two','tool_name':'g','tool_call_id':'call_2'},
                 {'role':'tool','content':'one','tool_name':'f','tool_call_id':'call_1'},
                 {'role':'assistant','content':'done'}]"""));
    }

    @Test
    void argumentsAreAlwaysAnObject() {
        JsonNode messages = messages("qwen3:4b", """
                [{'role':'user','content':'q'},{'role':'assistant','tool_calls':[
                   {'id':'call_1','type':'function','function':{'name':'f','arguments':'oops'}}]},
                 {'role':'tool','tool_call_id':'call_1','content':'x'}]""");

        assertThat(messages.at("/1/tool_calls/0/function/arguments")).isEqualTo(json("{'_raw':'oops'}"));
    }

    @Test
    void olderFunctionsAreToolsToo() {
        Written written = write("""
                'functions':[{'name':'f'}],'function_call':'auto','messages':[{'role':'user','content':'q'},
                 {'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}},
                 {'role':'function','name':'f','content':'1'}]""");

        assertThat(written.body().at("/tools/0/function/name").asText()).isEqualTo("f");
        assertThat(written.body().at("/messages/2/tool_name").asText()).isEqualTo("f");
    }

    @Test
    void foreignThoughtsStayOut() {
        String history = """
                [{'role':'user','content':'q'},{'role':'assistant','content':'a','reasoning_details':[
                   {'type':'reasoning.text','text':'hm','format':'FORMAT'}]},{'role':'user','content':'r'}]""";

        assertThat(messages("qwen3:4b", history.replace("FORMAT", "ollama-chat-v1"))
                        .at("/1/thinking")
                        .asText())
                .isEqualTo("hm");
        assertThat(messages("qwen3:4b", history.replace("FORMAT", "anthropic-claude-v1"))
                        .get(1))
                .isEqualTo(json("{'role':'assistant','content':'a'}"));
        assertThat(messages("llama3.1", history.replace("FORMAT", "ollama-chat-v1"))
                        .get(1))
                .isEqualTo(json("{'role':'assistant','content':'a'}"));
    }

    @Test
    void picturesStandBesideTheText() {
        String picture = "{'type':'image_url','image_url':{'url':'data:image/png;base64," + PNG + "'}}";
        Written one =
                write("gemma3", "'messages':[{'role':'user','content':[{'type':'text','text':'a'}," + picture + "]}]");
        Written between = write(
                "gemma3",
                "'messages':[{'role':'user','content':[{'type':'text','text':'a'}," + picture
                        + ",{'type':'text','text':'b'}," + picture + "]}]");

        assertThat(one.body().get("messages"))
                .isEqualTo(json("[{'role':'user','content':'a','images':['" + PNG + "']}]"));
        assertThat(one.verdicts()).isEmpty();
        assertThat(between.body().at("/messages/0/images")).hasSize(2);
        assertThat(between.verdicts()).isEqualTo("messages=converted(messages[0].content)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "llama3.1 | {'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}",
                "gemma3 | {'type':'image_url','image_url':{'url':'data:image/gif;base64,R0lGODlh'}}",
                "gemma3 | {'type':'image_url','image_url':{'url':'https://a.example/b.png'}}",
                "gemma3 | {'type':'input_audio','input_audio':{'data':'UklGRg==','format':'wav'}}",
                "gemma3 | {'type':'file','file':{'file_data':'data:application/pdf;base64,JVBERi0=','filename':'a.pdf'}}",
                "gemma3 | {'type':'file','file':{'file_id':'file-1'}}",
                "gemma3 | {'type':'made_up'}",
            })
    void whatTheModelCannotSeeIsRefusedOrLeftOut(String model, String part) {
        String body = "'messages':[{'role':'user','content':[{'type':'text','text':'a'}," + part + "]}]";

        assertThatThrownBy(() -> write(model, body))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("messages[0].content");
        Written stripped = Folding.write(
                OLLAMA,
                Providers.of("ollama"),
                model,
                "{" + body.replace('\'', '"') + "}",
                UnsupportedPolicy.parse("strip"));
        assertThat(stripped.body().get("messages")).isEqualTo(json("[{'role':'user','content':'a'}]"));
        assertThat(stripped.verdicts()).startsWith("messages=stripped");
    }

    @Test
    void textFilesAreText() {
        JsonNode body = write("'messages':[{'role':'user','content':[{'type':'file','file':{'file_data':"
                        + "'data:text/plain;base64,aGk=','filename':'a.txt'}}]}]")
                .body();

        assertThat(body.at("/messages/0/content").asText()).isEqualTo("hi");
    }

    @Test
    void addressesAreLeftToTheGateway() {
        Part picture = new Part.Image(new Media.Url(null, "https://a.example/b.png"), null, null);

        assertThat(OLLAMA.passesUrl(picture, Providers.of("ollama"), ModelProfiles.of("ollama", "gemma3")))
                .isFalse();
        assertThat(OLLAMA.passesUrl(picture, Providers.of("ollama"), ModelProfiles.of("ollama", "llama3.1")))
                .isTrue();
        assertThat(OLLAMA.streamType()).isEqualTo("application/x-ndjson");
    }

    @Test
    void toolsKeepTheirShape() {
        Written written = write(HELLO + ",'parallel_tool_calls':false,'tools':[" + TOOL
                + ",{'type':'function','function':{'name':'a.b','strict':true}},"
                + "{'type':'custom','custom':{'name':'free'}}]");

        JsonNode tools = written.body().get("tools");
        assertThat(tools.get(0)).isEqualTo(json(TOOL));
        assertThat(tools.get(1))
                .isEqualTo(
                        json(
                                "{'type':'function','function':{'name':'a.b','parameters':{'type':'object','properties':{}}}}"));
        assertThat(written.call().question().customTools()).containsExactly("free");
        assertThat(written.call().question().oneCall()).isTrue();
        assertThat(written.verdicts())
                .contains("tools=stripped(strict)", "tools=emulated(free)", "parallel_tool_calls=emulated");
    }

    @Test
    void aModelWithoutToolsAnswersText() {
        Written written = write("gemma3", HELLO + ",'tools':[" + TOOL + "],'tool_choice':'auto'");

        assertThat(written.body().has("tools")).isFalse();
        assertThat(written.verdicts()).isEqualTo("tool_choice=stripped, tools=stripped");
    }

    @Test
    void theChoiceOfToolsIsTheGateways() {
        String tools = HELLO + ",'tools':[" + TOOL + "," + TOOL.replace("'f'", "'g'") + "],'tool_choice':";
        Written none = write(tools + "'none'");
        Written some = write(tools + "{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':["
                + "{'type':'function','function':{'name':'g'}}]}}");

        assertThat(none.body().has("tools")).isFalse();
        assertThat(none.call().question().callsAllowed()).isFalse();
        assertThat(none.verdicts()).isEqualTo("tool_choice=emulated(no tools), tools=stripped");
        assertThat(some.body().get("tools")).hasSize(1);
        assertThat(write(tools + "'auto'").body().get("tools")).hasSize(2);
        for (String forced : new String[] {"'required'", "{'type':'function','function':{'name':'f'}}"}) {
            assertThatThrownBy(() -> write(tools + forced))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("tool_choice");
            Written sent = Folding.write(
                    OLLAMA,
                    Providers.of("ollama"),
                    "qwen3:4b",
                    ("{" + tools + forced + "}").replace('\'', '"'),
                    UnsupportedPolicy.parse("ignore"));
            assertThat(sent.body().get("tool_choice")).isEqualTo(json(forced));
        }
    }

    @Test
    void schemasGoAsTheyAre() {
        String schema = "{'type':'object','properties':{'title':{'type':'string'}},'required':['title']}";
        Written written = write(HELLO + ",'response_format':{'type':'json_schema','json_schema':{'name':'r','schema':"
                + schema + ",'strict':true}}");

        assertThat(written.body().get("format")).isEqualTo(json(schema));
        assertThat(written.body().get("messages")).hasSize(1);
        assertThat(written.verdicts()).isEqualTo("response_format=converted(format)");
    }

    @Test
    void jsonModeIsAskedForInWordsToo() {
        Written asked = write(HELLO + ",'response_format':{'type':'json_object'}");
        Written said = write(
                "'messages':[{'role':'user','content':'Give me JSON'}],'response_format':" + "{'type':'json_object'}");

        assertThat(asked.body().get("format").asText()).isEqualTo("json");
        assertThat(asked.body().at("/messages/0/content").asText()).contains("JSON");
        assertThat(said.body().get("messages")).hasSize(1);
        assertThat(said.verdicts()).isEqualTo("response_format=converted(format)");
    }

    @Test
    void besideToolsTheFormIsAskedForInWords() {
        String both = ",'tools':[" + TOOL + "],'response_format':{'type':'json_schema','json_schema':{'name':'r',"
                + "'schema':{'type':'object'}}}";
        Written written = write("'messages':[{'role':'system','content':'s'}]" + both);

        assertThat(written.body().has("format")).isFalse();
        assertThat(written.body().at("/messages/0/content").asText())
                .startsWith("s\n\n")
                .contains("JSON Schema");
        assertThat(written.call().question().jsonInText()).isTrue();
        assertThat(written.verdicts()).isEqualTo("response_format=emulated(an instruction)");
        assertThat(write(HELLO + both + ",'tool_choice':'none'").body().has("format"))
                .isTrue();
        assertThat(write("gpt-oss:120b-cloud", HELLO + ",'response_format':{'type':'json_object'}")
                        .call()
                        .question()
                        .jsonInText())
                .isTrue();
    }

    @Test
    void cacheMarksAreReported() {
        Written written = write("'messages':[{'role':'user','content':[{'type':'text','text':'a','cache_control':"
                + "{'type':'ephemeral'}}]}]");

        assertThat(written.verdicts()).isEqualTo("cache_control=stripped(messages)");
    }

    @Test
    void theSameRequestGivesTheSameBytes() {
        String members = HELLO + ",'tools':[" + TOOL + "],'n':1,'seed':3,'stop':['a','b']";

        assertThat(write(members).call().body()).isEqualTo(write(members).call().body());
    }
}
