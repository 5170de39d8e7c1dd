package dev.gapura.dialect.anthropic;

import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OLD;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OPUS_4_6;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OPUS_5;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.SONNET_4_5;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.TranslatedRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conversations in Anthropic's language.
class AnthropicMessagesWriterTest {
    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String CALL =
            "{'id':'toolu_1','type':'function','function':{'name':'f','arguments':'{\\'a\\': 1}'}}";
    private static final String RESULT = "{'role':'tool','tool_call_id':'toolu_1','content':'done'}";
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";

    private static TranslatedRequest write(String model, String messages, String more) {
        // Quotes inside strings are written \' here.
        return TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                AnthropicRequestWriterTest.PROVIDER,
                model,
                "{'max_tokens':9,'messages':[" + messages + "]" + more + "}");
    }

    private static TranslatedRequest write(String messages) {
        return write(SONNET_4_5, messages, "");
    }

    private static JsonNode turns(String messages) {
        return write(messages).at("/messages");
    }

    private static JsonNode part(String part) {
        return turns("{'role':'user','content':[" + part + "]}").at("/0/content/0");
    }

    @Test
    void instructionsInFrontAreBlocksOfTheirOwn() {
        TranslatedRequest written =
                write("{'role':'system','content':'One.'},{'role':'developer','content':[{'type':'text','text':'Two.',"
                        + "'cache_control':{'type':'ephemeral'}},{'type':'text','text':' '}]}," + USER);
        assertThat(written.at("/system"))
                .isEqualTo(json("[{'type':'text','text':'One.'},{'type':'text','text':'Two.','cache_control':"
                        + "{'type':'ephemeral'}}]"));
        assertThat(written.at("/messages")).hasSize(1);
    }

    /// Blank words before them are not sent, and a conversation cannot begin with instructions.
    @Test
    void instructionsBehindNothingStandInFront() {
        TranslatedRequest written =
                write(OPUS_5, "{'role':'user','content':' '},{'role':'system','content':'Be brief.'}," + USER, "");
        assertThat(written.at("/system")).isEqualTo(json("[{'type':'text','text':'Be brief.'}]"));
        assertThat(written.at("/messages")).hasSize(1);
    }

    @Test
    void laterInstructionsStayWhereTheyAre() {
        String messages =
                USER + ",{'role':'assistant','content':'Hello'},{'role':'system','content':'Be brief.'}," + USER;
        TranslatedRequest tagged = write(messages);
        assertThat(tagged.at("/messages/2"))
                .isEqualTo(json("{'role':'user','content':[{'type':'text','text':'<system>\\nBe brief.\\n</system>'},"
                        + "{'type':'text','text':'Hi'}]}"));
        assertThat(tagged.verdicts()).contains("messages=emulated(messages_2_)".replace("_2_", "[2]"));
        assertThat(tagged.body().has("system")).isFalse();
        TranslatedRequest own = write(OPUS_5, messages, "");
        assertThat(own.at("/messages/2"))
                .isEqualTo(json("{'role':'system','content':[{'type':'text','text':'Be brief.'}]}"));
        assertThat(own.call().headers()).containsEntry("anthropic-beta", "mid-conversation-system-2026-04-07");
    }

    @Test
    void configuredBetasStay() {
        TranslatedRequest written = TranslatedRequest.of(
                AnthropicRequestWriterTest.DIALECT,
                Providers.with(Map.of("anthropic-beta", "mine-2026"), AnthropicRequestWriterTest.PROVIDER),
                SONNET_4_5,
                "{'messages':[{'role':'user','content':[{'type':'file','file':{'file_id':'file_1'}}]}]}");
        assertThat(written.call().headers()).containsEntry("anthropic-beta", "mine-2026,files-api-2025-04-14");
    }

    @Test
    void messagesOfOneRoleAreOneTurn() {
        assertThat(turns(USER + "," + USER + ",{'role':'assistant','content':'A'},{'role':'assistant','content':'B'},"
                        + USER))
                .isEqualTo(json("[{'role':'user','content':[{'type':'text','text':'Hi'},{'type':'text','text':'Hi'}]},"
                        + "{'role':'assistant','content':[{'type':'text','text':'A'},{'type':'text','text':'B'}]},"
                        + "{'role':'user','content':[{'type':'text','text':'Hi'}]}]"));
    }

    @Test
    void aConversationBeginsWithTheUser() {
        TranslatedRequest written = write("{'role':'assistant','content':'Welcome'}," + USER);
        assertThat(written.at("/messages/0/role").asText()).isEqualTo("user");
        assertThat(written.at("/messages/1/content/0/text").asText()).isEqualTo("Welcome");
        assertThat(written.verdicts()).contains("messages=converted(a user turn in front)");
        assertThat(turns("{'role':'system','content':'Only this.'}")).hasSize(1);
    }

    @Test
    void blankTextIsLeftOut() {
        assertThat(turns("{'role':'user','content':[{'type':'text','text':' \\n'},{'type':'text','text':'x'}]},"
                        + "{'role':'assistant','content':''}," + USER))
                .isEqualTo(
                        json("[{'role':'user','content':[{'type':'text','text':'x'},{'type':'text','text':'Hi'}]}]"));
    }

    @Test
    void callsAndTheirResults() {
        JsonNode turns = turns(USER + ",{'role':'assistant','content':'Wait.','tool_calls':[" + CALL + ","
                + CALL.replace("toolu_1", "call 2") + "]}," + RESULT
                + ",{'role':'tool','tool_call_id':'call 2','content':"
                + "[{'type':'text','text':'a'},{'type':'text','text':'b'}]}," + USER);
        String other = turns.at("/1/content/2/id").asText();
        assertThat(other).matches("toolu_[0-9A-Za-z]{24}");
        assertThat(turns.get(1))
                .isEqualTo(json("{'role':'assistant','content':[{'type':'text','text':'Wait.'},{'type':'tool_use','id':"
                        + "'toolu_1','name':'f','input':{'a':1}},{'type':'tool_use','id':'" + other
                        + "','name':'f','input':{'a':1}}]}"));
        assertThat(turns.get(2))
                .isEqualTo(json("{'role':'user','content':[{'type':'tool_result','tool_use_id':'toolu_1','content':"
                        + "[{'type':'text','text':'done'}]},{'type':'tool_result','tool_use_id':'" + other
                        + "','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
                        + "{'type':'text','text':'Hi'}]}"));
    }

    @Test
    void resultsLeadTheirTurnWhateverWasSaidBeforeThem() {
        JsonNode turns = turns(
                USER + ",{'role':'assistant','tool_calls':[" + CALL + "]},{'role':'user','content':'And?'}," + RESULT);
        assertThat(turns.at("/2/content").findValuesAsText("type")).startsWith("tool_result");
        assertThat(turns.at("/2/content/1/text").asText()).isEqualTo("And?");
    }

    @Test
    void anEmptyResultHasNoContent() {
        assertThat(turns(USER + ",{'role':'assistant','tool_calls':[" + CALL + "]}," + RESULT.replace("done", ""))
                        .at("/2/content/0"))
                .isEqualTo(json("{'type':'tool_result','tool_use_id':'toolu_1'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"|{}", "{broken|{'_raw':'{broken'}", "[1]|{'_raw':'[1]'}", "{}|{}"})
    void argumentsThatAreNoObject(String written, String sent) {
        String call = "{'id':'toolu_1','type':'function','function':{'name':'f','arguments':'"
                + (written == null ? "" : written) + "'}}";
        assertThat(turns(USER + ",{'role':'assistant','tool_calls':[" + call + "]}," + RESULT)
                        .at("/1/content/0/input"))
                .isEqualTo(json(sent));
    }

    @Test
    void callsOfTheOlderForm() {
        JsonNode turns = turns(USER
                + ",{'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}},"
                + "{'role':'function','name':'f','content':'done'}");
        assertThat(turns.at("/1/content/0/id")).isEqualTo(turns.at("/2/content/0/tool_use_id"));
        assertThat(turns.at("/1/content/0/type").asText()).isEqualTo("tool_use");
    }

    @Test
    void freeTextOfACallIsWrapped() {
        JsonNode turns = turns(USER + ",{'role':'assistant','tool_calls':[{'id':'toolu_1','type':'custom','custom':"
                + "{'name':'sh','input':'ls'}}]}," + RESULT);
        assertThat(turns.at("/1/content/0/input")).isEqualTo(json("{'input':'ls'}"));
    }

    @Test
    void pictures() {
        assertThat(part("{'type':'image_url','image_url':{'url':'data:image/jpeg;base64," + PNG + "'}}"))
                .as("the bytes are believed")
                .isEqualTo(json(
                        "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'" + PNG + "'}}"));
        assertThat(part("{'type':'image_url','image_url':{'url':'https://x.example/a.png','detail':'auto'}}"))
                .isEqualTo(json("{'type':'image','source':{'type':'url','url':'https://x.example/a.png'}}"));
        assertThat(write("{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://x.example/a.png',"
                                + "'detail':'high'}}]}")
                        .verdicts())
                .contains("messages=stripped(image detail)");
    }

    @Test
    void documents() {
        assertThat(
                        part(
                                "{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,JVBERi0x'}}"))
                .isEqualTo(json("{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':"
                        + "'JVBERi0x'},'title':'a.pdf'}"));
        assertThat(part("{'type':'file','file':{'filename':'a.md','file_data':'IyBIaQ=='}}"))
                .isEqualTo(json("{'type':'document','source':{'type':'text','media_type':'text/plain','data':'# Hi'},"
                        + "'title':'a.md'}"));
        assertThat(part("{'type':'file','file':{'filename':'a.bin','file_data':'" + PNG + "'}}")
                        .at("/type")
                        .asText())
                .isEqualTo("image");
        TranslatedRequest stored = write("{'role':'user','content':[{'type':'file','file':{'file_id':'file_1'}}]}");
        assertThat(stored.at("/messages/0/content/0/source")).isEqualTo(json("{'type':'file','file_id':'file_1'}"));
        assertThat(stored.call().headers()).containsEntry("anthropic-beta", "files-api-2025-04-14");
        assertThat(part("{'type':'file','file':{'file_id':'file_1','filename':'a.png'}}"))
                .isEqualTo(json("{'type':'image','source':{'type':'file','file_id':'file_1'}}"));
        assertThat(part("{'type':'file','file':{'file_url':'https://x.example/a.pdf','filename':'a.pdf'}}"))
                .isEqualTo(json("{'type':'document','source':{'type':'url','url':'https://x.example/a.pdf'},'title':"
                        + "'a.pdf'}"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'type':'input_audio','input_audio':{'format':'wav','data':'UklGRg=='}}",
                "{'type':'image_url','image_url':{'url':'data:image/tiff;base64,SUkqAA=='}}",
                "{'type':'file','file':{'filename':'a.docx','file_data':'UEsDBA=='}}",
                "{'type':'file','file':{'file_url':'https://x.example/a.docx'}}",
                "{'type':'video_url','video_url':{'url':'https://x.example/a.mp4'}}",
                "{'type':'hologram'}"
            })
    void whatClaudeCannotSeeIsRefused(String part) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> part(part))
                .satisfies(refusal -> assertThat(refusal.failure().param()).isEqualTo("messages[0].content"));
    }

    @Test
    void marksStandWhereTheClientPutThem() {
        TranslatedRequest written = write(
                "{'role':'user','content':[{'type':'text','text':'a','prompt_cache_breakpoint':{}},{'type':'text','text':"
                        + "'b'}]},{'role':'assistant','content':'x','tool_calls':[" + CALL + "]},"
                        + RESULT.replace("'content'", "'cache_control':{'type':'ephemeral','ttl':'5m'},'content'"));
        assertThat(written.at("/messages/0/content/0/cache_control")).isEqualTo(json("{'type':'ephemeral'}"));
        assertThat(written.at("/messages/0/content/1").has("cache_control")).isFalse();
        assertThat(written.at("/messages/2/content/0/cache_control/ttl").asText())
                .isEqualTo("5m");
    }

    @Test
    void marksOnBlankTextsAndInsideResultsStandOnTheirBlock() {
        String mark = "'cache_control':{'type':'ephemeral'}";
        TranslatedRequest written =
                write("{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':' '," + mark
                        + "}]},{'role':'assistant','content':'','cache_control':{'type':'ephemeral','ttl':'1h'},'tool_calls':["
                        + CALL + "]},{'role':'tool','tool_call_id':'toolu_1','content':[{'type':'text','text':'x',"
                        + mark
                        + "}]}");
        assertThat(written.at("/messages/0/content")).isEqualTo(json("[{'type':'text','text':'a'," + mark + "}]"));
        assertThat(written.at("/messages/1/content/0/cache_control")).isEqualTo(json("{'type':'ephemeral'}"));
        assertThat(written.at("/messages/2/content/0"))
                .isEqualTo(json("{'type':'tool_result','tool_use_id':'toolu_1','content':[{'type':'text','text':'x'}],"
                        + mark + "}"));
    }

    @Test
    void longerMarksStandBeforeShorterOnes() {
        String part = "{'type':'text','text':'t','cache_control':{'type':'ephemeral','ttl':'%s'}}";
        TranslatedRequest written = write(
                SONNET_4_5,
                "{'role':'user','content':[" + part.formatted("1h") + "," + part.formatted("5m") + ","
                        + part.formatted("1h") + "]}",
                ",'cache_control':{'type':'ephemeral','ttl':'1h'}");
        assertThat(written.at("/messages/0/content/0/cache_control/ttl").asText())
                .isEqualTo("1h");
        assertThat(written.at("/messages/0/content/2/cache_control")).isEqualTo(json("{'type':'ephemeral'}"));
        assertThat(written.at("/cache_control")).isEqualTo(json("{'type':'ephemeral'}"));
        assertThat(written.verdicts()).contains("cache_control=clamped(1h→5m)");
        TranslatedRequest right = write(
                SONNET_4_5,
                "{'role':'user','content':[" + part.formatted("1h") + "," + part.formatted("5m") + "]}",
                "");
        assertThat(right.verdicts()).isEmpty();
    }

    @Test
    void signedThoughtGoesBackAsItCame() {
        String details = "'reasoning_details':[{'type':'reasoning.text','text':' Hm.\\n','signature':'c2ln','format':"
                + "'anthropic-claude-v1','index':0},{'type':'reasoning.encrypted','data':'c2VhbA','format':"
                + "'anthropic-claude-v1','index':1}]";
        JsonNode turns = turns(
                USER + ",{'role':'assistant','content':'So.'," + details + ",'tool_calls':[" + CALL + "]}," + RESULT);
        assertThat(turns.at("/1/content/0"))
                .isEqualTo(json("{'type':'thinking','thinking':' Hm.\\n','signature':'c2ln'}"));
        assertThat(turns.at("/1/content/1")).isEqualTo(json("{'type':'redacted_thinking','data':'c2VhbA'}"));
        assertThat(turns.at("/1/content/2/text").asText()).isEqualTo("So.");
        JsonNode blocks = turns(USER + ",{'role':'assistant','content':'So.','thinking_blocks':[{'type':'thinking',"
                + "'thinking':'Hm','signature':'c2ln'},{'type':'redacted_thinking','data':'c2VhbA'}]}," + USER);
        assertThat(blocks.at("/1/content").findValuesAsText("type"))
                .containsExactly("thinking", "redacted_thinking", "text");
    }

    @Test
    void thoughtOfOthersStaysBehind() {
        assertThat(turns(USER + ",{'role':'assistant','content':'So.','reasoning_content':'Hm','reasoning_details':"
                                + "[{'type':'reasoning.encrypted','data':'x','format':'openai-responses-v1'},"
                                + "{'type':'reasoning.text','text':'Hm','format':'anthropic-claude-v1'}]}," + USER)
                        .at("/1/content"))
                .isEqualTo(json("[{'type':'text','text':'So.'}]"));
    }

    @Test
    void thoughtOfAnotherModelStaysBehind() {
        String thought =
                "{'type':'reasoning.text','text':'Hm','signature':'c2ln','format':'anthropic-claude-v1','model':'%s'}";
        String messages = USER + ",{'role':'assistant','content':'So.','reasoning_details':[" + thought + "]}," + USER;
        for (String same : List.of("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5@20250929")) {
            TranslatedRequest kept = write(messages.formatted(same));
            assertThat(kept.at("/messages/1/content/0/type").asText()).isEqualTo("thinking");
            assertThat(kept.verdicts()).isEmpty();
        }
        TranslatedRequest gone = write(messages.formatted("claude-opus-5"));
        assertThat(gone.at("/messages/1/content")).isEqualTo(json("[{'type':'text','text':'So.'}]"));
        assertThat(gone.verdicts()).isEqualTo("messages=stripped(thoughts of claude-opus-5)");
        assertThat(write(OPUS_5, messages.formatted("claude-opus-5-5"), "").verdicts())
                .contains("thoughts of claude-opus-5-5");
    }

    @Test
    void aRunOfCallsWithoutItsThoughtsGoesOnWithoutThinking() {
        String think = ",'reasoning':{'effort':'low'}";
        String lost = USER + ",{'role':'assistant','tool_calls':[" + CALL + "]}," + RESULT;
        TranslatedRequest off = write(SONNET_4_5, lost, think);
        assertThat(off.body().has("thinking")).isFalse();
        assertThat(off.at("/max_tokens").asInt()).isEqualTo(9);
        assertThat(off.verdicts()).contains("reasoning=stripped");
        assertThat(write(OPUS_4_6, lost, think).at("/thinking/type").asText()).isEqualTo("adaptive");
        String signed = "'reasoning_details':[{'type':'reasoning.text','text':'Hm','signature':'c2ln','format':"
                + "'anthropic-claude-v1'}]";
        String kept = USER + ",{'role':'assistant'," + signed + ",'tool_calls':[" + CALL + "]}," + RESULT;
        assertThat(write(SONNET_4_5, kept, think).at("/thinking/type").asText()).isEqualTo("enabled");
        String later = kept + ",{'role':'assistant','tool_calls':[" + CALL.replace("toolu_1", "toolu_2") + "]},"
                + RESULT.replace("toolu_1", "toolu_2");
        assertThat(write(SONNET_4_5, later, think).at("/thinking/type").asText())
                .isEqualTo("enabled");
        String over = lost + ",{'role':'assistant','content':'Done.'}," + USER;
        assertThat(write(SONNET_4_5, over, think).at("/thinking/type").asText()).isEqualTo("enabled");
    }

    @Test
    void aConversationThatEndsWithTheAssistant() {
        String prefilled = USER + ",{'role':'assistant','content':'I think '}";
        assertThat(turns(prefilled).at("/1/content/0/text").asText()).isEqualTo("I think");
        TranslatedRequest newer = write(OPUS_4_6, prefilled, "");
        assertThat(newer.at("/messages/2/role").asText()).isEqualTo("user");
        assertThat(newer.verdicts()).contains("messages=emulated(a user turn at the end)");
        assertThat(write(SONNET_4_5, prefilled, ",'reasoning_effort':'low'").at("/messages"))
                .hasSize(3);
        assertThat(write(OLD, prefilled, "").at("/messages")).hasSize(2);
    }

    @Test
    void speakersHaveNoNames() {
        TranslatedRequest written = write("{'role':'system','name':'ana','content':'S'},{'role':'user','name':'ana',"
                + "'content':'Hi'},{'role':'assistant','name':'ana','content':'A'}," + USER);
        assertThat(written.body().toString()).doesNotContain("ana");
        assertThat(written.verdicts())
                .contains(
                        "messages=stripped(messages[0].name)",
                        "messages=stripped(messages[1].name)",
                        "messages=stripped(messages[2].name)");
    }

    @Test
    void aRefusalIsText() {
        assertThat(turns(USER + ",{'role':'assistant','content':null,'refusal':'No.'}," + USER)
                        .at("/1/content"))
                .isEqualTo(json("[{'type':'text','text':'No.'}]"));
    }
}
