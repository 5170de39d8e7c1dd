package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Chat requests in the neutral language; `'` stands for `"`.
class ConversationReaderTest {
    private static ChatRequest read(String fields) {
        byte[] body = ("{" + fields + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return ConversationReader.read(ConversationReader.fields(body, body.length), false);
    }

    private static Message message(String message) {
        return read("'messages':[" + message + "]").messages().getFirst();
    }

    private static Part part(String part) {
        return message("{'role':'user','content':[" + part + "]}").parts().getFirst();
    }

    private static List<Part> assistant(String members) {
        return message("{'role':'assistant'," + members + "}").parts();
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(JsonTree.readOrNull(text.replace('\'', '"')), text);
    }

    @Test
    void fieldsWithoutATypeOfTheirOwnAreSettings() {
        ChatRequest request =
                read("'model':'m','messages':[],'stream':true,'stream_options':{},'temperature':0.5,'stop':'a',"
                        + "'seed':null,'max_tokens':7,'future':{'a':null}");
        assertThat(request.settings().keySet())
                .containsExactly("temperature", "stop", "future", "max_completion_tokens");
        assertThat(request.setting("stop")).isEqualTo(json("['a']"));
        assertThat(request.maxTokens()).isEqualTo(7);
        assertThat(read("'max_completion_tokens':5,'max_tokens':7").maxTokens()).isEqualTo(5);
        assertThat(read("'max_completion_tokens':null,'max_tokens':7").maxTokens())
                .isEqualTo(7);
    }

    @Test
    void membersThatAreNullAreNotThere() {
        ChatRequest request = read("'tools':null,'tool_choice':null,'response_format':null,'reasoning_effort':null,"
                + "'reasoning':{'effort':null,'max_tokens':null,'exclude':null},'thinking':null,'messages':[{'role':"
                + "'assistant','content':null,'name':null,'refusal':null,'audio':null,'tool_calls':null,'function_call':null,"
                + "'reasoning_content':null,'reasoning_details':null,'thinking_blocks':null,'cache_control':null},"
                + "{'role':'user','name':null,'content':[{'type':'image_url','image_url':{'url':'https://x','detail':null},"
                + "'cache_control':null,'prompt_cache_breakpoint':null}]}]");
        assertThat(request.tools()).isEmpty();
        assertThat(request.toolChoice()).isNull();
        assertThat(request.format()).isNull();
        assertThat(request.reasoning()).isNull();
        assertThat(request.messages().getFirst()).isEqualTo(Message.of(Role.ASSISTANT));
        assertThat(request.messages().getLast())
                .isEqualTo(Message.of(Role.USER, new Part.Image(new Media.Url(null, "https://x"), null, null)));
        ChatRequest inner =
                read("'tools':[{'type':'function','function':{'name':'f','description':null,'parameters':null,"
                        + "'strict':null},'cache_control':null}],'response_format':{'type':'json_schema','json_schema':{'name':'n',"
                        + "'description':null,'schema':null,'strict':null}}");
        assertThat(inner.tools()).containsExactly(new Tool.Function("f", null, null, null, null));
        assertThat(inner.format()).isEqualTo(new ResponseFormat.JsonSchema("n", null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"system,SYSTEM", "developer,DEVELOPER", "user,USER"})
    void roles(String role, Role read) {
        Message message = message("{'role':'" + role + "','name':'ana','content':'Hi'}");
        assertThat(message).isEqualTo(new Message(read, List.of(Part.Text.of("Hi")), "ana"));
    }

    @Test
    void theOrderOfAnAssistantMessage() {
        List<Part> parts = assistant("'content':[{'type':'text','text':'a'},{'type':'refusal','refusal':'r'}],"
                + "'refusal':'no','reasoning_content':'hm','tool_calls':[{'id':'c1','type':'function','function':{'name':"
                + "'f','arguments':'{}'}},{'id':'c2','type':'custom','custom':{'name':'sh','input':'ls'}}]");
        assertThat(parts)
                .containsExactly(
                        Part.Reasoning.plain("hm"),
                        Part.Text.of("a"),
                        new Part.Refusal("r"),
                        new Part.Refusal("no"),
                        new Part.ToolCall("c1", "f", "{}", false, null, null),
                        new Part.ToolCall("c2", "sh", "ls", true, null, null));
    }

    @Test
    void resultsOfTools() {
        assertThat(message("{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'a'}]}"))
                .isEqualTo(Message.of(Role.TOOL, new Part.ToolResult("c1", List.of(Part.Text.of("a")), false, null)));
        ChatRequest older =
                read("'messages':[{'role':'assistant','content':null,'function_call':{'name':'f','arguments':"
                        + "'{}'}},{'role':'function','name':'f','content':'a'}]");
        Part.ToolCall call = (Part.ToolCall) older.messages().getFirst().parts().getFirst();
        Part.ToolResult result =
                (Part.ToolResult) older.messages().getLast().parts().getFirst();
        assertThat(result.callId()).isEqualTo(call.id());
    }

    @Test
    void ofReasoningTheRichestFormCounts() {
        String details =
                "'reasoning_details':[{'type':'reasoning.text','text':'d','signature':'s','format':'f','id':'i'}]";
        String blocks =
                "'thinking_blocks':[{'type':'thinking','thinking':'b','signature':'s'},{'type':'redacted_thinking',"
                        + "'data':'x'}]";
        String plain = "'reasoning_content':'p','reasoning':'q'";
        assertThat(assistant(details + "," + blocks + "," + plain))
                .containsExactly(new Part.Reasoning("d", "s", null, "i", "f"));
        assertThat(assistant("'reasoning_details':[]," + blocks + "," + plain))
                .containsExactly(
                        new Part.Reasoning("b", "s", null, null, ReasoningFormat.ANTHROPIC),
                        new Part.Reasoning("", null, "x", null, ReasoningFormat.ANTHROPIC));
        assertThat(assistant("'reasoning_details':[{'type':'reasoning.unknown'}]," + blocks))
                .hasSize(2);
        assertThat(assistant(plain)).containsExactly(Part.Reasoning.plain("p"));
        assertThat(assistant("'reasoning':'q'")).containsExactly(Part.Reasoning.plain("q"));
        assertThat(assistant("'reasoning':{'odd':1},'reasoning_content':''")).isEmpty();
    }

    @Test
    void summariesAndSealedPayloadsOfOneItemAreOne() {
        assertThat(assistant("'reasoning_details':[{'type':'reasoning.summary','summary':'a','id':'rs_1','format':"
                        + "'openai-responses-v1','index':0},{'type':'reasoning.encrypted','data':'x','id':'rs_1','format':"
                        + "'openai-responses-v1','index':0},{'type':'reasoning.encrypted','data':'y','id':'rs_2','format':"
                        + "'openai-responses-v1','index':1}]"))
                .containsExactly(
                        new Part.Reasoning("a", null, "x", "rs_1", "openai-responses-v1"),
                        new Part.Reasoning("", null, "y", "rs_2", "openai-responses-v1"));
    }

    @Test
    void thoughtTellsItsModel() {
        assertThat(assistant(
                        "'reasoning_details':[{'type':'reasoning.text','text':'d','signature':'s','format':'f','model':"
                                + "'m'}]"))
                .containsExactly(new Part.Reasoning("d", "s", null, null, "f", "m"));
    }

    private static Part.ToolCall call(String members) {
        return assistant(members).stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void signaturesOfCalls() {
        String plain = "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}%s}]";
        String details = "'reasoning_details':[{'type':'reasoning.encrypted','data':'d','id':'c1','format':"
                + "'google-gemini-v1'}],";
        String google = ",'extra_content':{'google':{'thought_signature':'g'}}";
        String vertex = ",'extra_content':{'vertex':{'thought_signature':'v'}}";
        assertThat(call(plain.formatted("")).signature()).isNull();
        assertThat(call(plain.formatted(google)).signature()).isEqualTo("g");
        assertThat(call(plain.formatted(vertex)).signature()).isEqualTo("v");
        assertThat(call(details + plain.formatted(google)).signature()).isEqualTo("d");
        assertThat(assistant(details + plain.formatted("")))
                .as("it is no thought of its own")
                .hasSize(1);
    }

    @Test
    void signaturesGluedToIds() {
        ChatRequest request = read("'messages':[{'role':'assistant','tool_calls':[{'id':'call_1__thought__c2ln','type':"
                + "'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool','tool_call_id':"
                + "'call_1__thought__c2ln','content':'a'}]");
        assertThat(request.messages().getFirst().parts())
                .containsExactly(new Part.ToolCall("call_1", "f", "{}", false, "c2ln", null));
        assertThat(request.messages().getLast().parts().getFirst())
                .isEqualTo(new Part.ToolResult("call_1", List.of(Part.Text.of("a")), false, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "null",
            value = {
                "{'type':'image_url','image_url':'data:image/png;base64,AA=='}|image/png|AA==",
                "{'type':'image_url','image_url':{'url':'data:image/jpeg;charset=utf-8;base64,AA=='}}|image/jpeg|AA==",
                "{'type':'image_url','image_url':{'url':'DATA:;base64,AA=='}}|null|AA==",
                "{'type':'image_url','image_url':{'url':'data:image/svg+xml,%3Csvg/%3E'}}|image/svg+xml|PHN2Zy8+",
                "{'type':'input_audio','input_audio':{'format':'mp3','data':'AA=='}}|audio/mpeg|AA==",
                "{'type':'input_audio','input_audio':{'format':'WAV','data':'AA=='}}|audio/wav|AA==",
                "{'type':'file','file':{'filename':'a.pdf','file_data':'AA=='}}|application/pdf|AA==",
                "{'type':'file','file':{'file_data':'data:text/csv;base64,AA=='}}|text/csv|AA=="
            })
    void bytesInParts(String part, String type, String base64) {
        Media media =
                switch (part(part)) {
                    case Part.Image image -> image.media();
                    case Part.Audio audio -> audio.media();
                    case Part.File file -> file.media();
                    default -> throw new AssertionError(part);
                };
        assertThat(media).isEqualTo(new Media.Inline(type, base64));
    }

    @Test
    void addressesAndStoredFiles() {
        assertThat(part("{'type':'image_url','image_url':{'url':'https://x/a','detail':'low'}}"))
                .isEqualTo(new Part.Image(new Media.Url(null, "https://x/a"), "low", null));
        assertThat(part("{'type':'file','file':{'file_id':'f_1','filename':'a.md'}}"))
                .isEqualTo(new Part.File(new Media.Stored("text/markdown", "f_1"), "a.md", null));
        assertThat(part("{'type':'file','file':{'file_data':'https://x/a.pdf'}}"))
                .isEqualTo(new Part.File(new Media.Url(null, "https://x/a.pdf"), null, null));
        assertThat(part("{'type':'video_url','video_url':{'url':'https://x/a'}}"))
                .isEqualTo(new Part.File(new Media.Url("video/mp4", "https://x/a"), null, null));
        assertThat(part("{'type':'hologram','x':1}"))
                .isEqualTo(new Part.Opaque("openai_chat", json("{'type':'hologram','x':1}")));
    }

    @Test
    void marksOfCaching() {
        CacheMark hour = new CacheMark("1h");
        assertThat(part("{'type':'text','text':'a','cache_control':{'type':'ephemeral','ttl':'1h'}}")
                        .cache())
                .isEqualTo(hour);
        assertThat(part("{'type':'text','text':'a','prompt_cache_breakpoint':{'mode':'explicit'}}")
                        .cache())
                .isEqualTo(CacheMark.DEFAULT);
        String mark = ",'cache_control':{'type':'ephemeral','ttl':'1h'}";
        assertThat(message("{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]" + mark
                                + "}")
                        .parts())
                .containsExactly(Part.Text.of("a"), new Part.Text("b", hour, null));
        assertThat(message("{'role':'tool','tool_call_id':'c1','content':'a'" + mark + "}")
                        .parts())
                .containsExactly(new Part.ToolResult("c1", List.of(Part.Text.of("a")), false, hour));
        assertThat(assistant("'content':'a','refusal':'no'" + mark))
                .containsExactly(new Part.Text("a", hour, null), new Part.Refusal("no"));
        assertThat(read("'tools':[{'type':'function','function':{'name':'f'}" + mark + "}]")
                        .tools())
                .containsExactly(new Tool.Function("f", null, null, null, hour));
    }

    @Test
    void tools() {
        ChatRequest request =
                read("'tools':[{'type':'function','function':{'name':'f','description':'F.','parameters':{},"
                        + "'strict':true}},{'type':'custom','custom':{'name':'sh','format':{'type':'text'}}},{'type':'web_search',"
                        + "'x':1}]");
        assertThat(request.tools())
                .containsExactly(
                        new Tool.Function("f", "F.", json("{}"), true, null),
                        new Tool.Custom("sh", null, json("{'type':'text'}")),
                        new Tool.Native("openai_chat", "web_search", json("{'type':'web_search','x':1}")));
        assertThat(read("'functions':[{'name':'f'}]").tools())
                .containsExactly(new Tool.Function("f", null, null, null, null));
        assertThat(read("'tools':[]").tools()).isEmpty();
    }

    @Test
    void choices() {
        assertThat(read("'tool_choice':'auto'").toolChoice()).isEqualTo(new ToolChoice.Auto());
        assertThat(read("'tool_choice':'none'").toolChoice()).isEqualTo(new ToolChoice.None());
        assertThat(read("'tool_choice':'required'").toolChoice()).isEqualTo(new ToolChoice.Required());
        assertThat(read("'tool_choice':'any'").toolChoice()).isEqualTo(new ToolChoice.Required());
        assertThat(read("'tool_choice':{'type':'function','function':{'name':'f'}}")
                        .toolChoice())
                .isEqualTo(new ToolChoice.Named("f", false));
        assertThat(read("'tool_choice':{'type':'custom','custom':{'name':'f'}}").toolChoice())
                .isEqualTo(new ToolChoice.Named("f", true));
        assertThat(read("'function_call':{'name':'f'}").toolChoice()).isEqualTo(new ToolChoice.Named("f", false));
        assertThat(read("'function_call':'none'").toolChoice()).isEqualTo(new ToolChoice.None());
        assertThat(read("'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'required','tools':[{'type':"
                                + "'function','function':{'name':'f'}},{'type':'custom','custom':{'name':'g'}},{'type':"
                                + "'function','name':'h'}]}}")
                        .toolChoice())
                .isEqualTo(new ToolChoice.Allowed(List.of("f", "g", "h"), true));
    }

    @Test
    void formsOfTheAnswer() {
        assertThat(read("'response_format':{'type':'text'}").format()).isNull();
        assertThat(read("'response_format':{'type':'json_object'}").format())
                .isEqualTo(new ResponseFormat.JsonObject());
        assertThat(read("'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'},"
                                + "'strict':true,'description':'D.'}}")
                        .format())
                .isEqualTo(new ResponseFormat.JsonSchema("n", "D.", json("{'type':'object'}"), true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "null",
            value = {
                "'reasoning_effort':'high'|high|null|null",
                "'reasoning_effort':'low','reasoning':{'effort':'high'}|low|null|null",
                "'reasoning':{'effort':'high','exclude':true}|high|null|false",
                "'reasoning':{'max_tokens':2000}|null|2000|null",
                "'reasoning':{'enabled':true}|medium|null|null",
                "'reasoning':{'enabled':false}|none|null|null",
                "'reasoning':{'exclude':false}|null|null|true",
                "'thinking':{'type':'enabled','budget_tokens':1500}|null|1500|null",
                "'thinking':{'type':'disabled'}|none|null|null",
                "'thinking':{'type':'adaptive'}|medium|null|null",
                "'enable_thinking':false|none|null|null",
                "'enable_thinking':true|medium|null|null"
            })
    void wishesForThought(String fields, String effort, Integer budget, Boolean visible) {
        assertThat(read(fields).reasoning()).isEqualTo(new ReasoningWish(effort, budget, visible));
    }
}
