package dev.gapura.dialect.gemini;

import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.FLASH_2_5;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.FLASH_3;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.GEMMA;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.STUDIO;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.VERTEX;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.json;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Question;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.TranslatedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conversations in Gemini's language.
class GeminiContentsWriterTest {
    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String RESULT = "{'role':'tool','tool_call_id':'c1','content':'done'}";
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";

    private static String call(String id, String name, String more) {
        return "{'id':'" + id + "','type':'function','function':{'name':'" + name + "','arguments':'{}'}" + more + "}";
    }

    private static String signed(String signature) {
        return ",'extra_content':{'google':{'thought_signature':'" + signature + "'}}";
    }

    private static TranslatedRequest write(Provider provider, String model, String messages) {
        return TranslatedRequest.of(
                GeminiRequestWriterTest.DIALECT, provider, model, "{'messages':[" + messages + "]}");
    }

    private static TranslatedRequest write(String model, String messages) {
        return write(STUDIO, model, messages);
    }

    private static JsonNode contents(String messages) {
        return write(FLASH_3, messages).at("/contents");
    }

    private static JsonNode part(String part) {
        return contents("{'role':'user','content':[" + part + "]}").at("/0/parts/0");
    }

    @Test
    void instructionsInFrontAreParts() {
        TranslatedRequest written = write(
                FLASH_3,
                "{'role':'system','content':'One.'},{'role':'developer','content':[{'type':'text','text':'Two.'},"
                        + "{'type':'text','text':''}]}," + USER);
        assertThat(written.at("/systemInstruction")).isEqualTo(json("{'parts':[{'text':'One.'},{'text':'Two.'}]}"));
        assertThat(written.at("/contents")).isEqualTo(json("[{'role':'user','parts':[{'text':'Hi'}]}]"));
    }

    @Test
    void laterInstructionsStayWhereTheyAre() {
        TranslatedRequest written = write(
                FLASH_3, USER + ",{'role':'assistant','content':'A'},{'role':'system','content':'Be brief.'}," + USER);
        assertThat(written.at("/contents/2"))
                .isEqualTo(json("{'role':'user','parts':[{'text':'<system>\\nBe brief.\\n</system>'},{'text':'Hi'}]}"));
        assertThat(written.body().has("systemInstruction")).isFalse();
        assertThat(written.verdicts()).isEqualTo("messages=emulated(messages[2])");
    }

    @Test
    void instructionsWhereThereAreNone() {
        TranslatedRequest gemma = write(GEMMA, "{'role':'system','content':'S'}," + USER);
        assertThat(gemma.at("/contents")).isEqualTo(json("[{'role':'user','parts':[{'text':'S'},{'text':'Hi'}]}]"));
        assertThat(gemma.body().has("systemInstruction")).isFalse();
        assertThat(gemma.verdicts()).isEqualTo("messages=emulated(instructions as user text)");
        assertThat(write(FLASH_3, "{'role':'system','content':'S'}").body())
                .isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'S'}]}]}"));
    }

    @Test
    void neighboursOfOneRoleAreOneContent() {
        assertThat(contents(USER + "," + USER + ",{'role':'assistant','content':'A'},{'role':'assistant','tool_calls':["
                        + call("c1", "f", signed("s")) + "]}," + RESULT + "," + USER + "," + USER))
                .isEqualTo(json("[{'role':'user','parts':[{'text':'Hi'},{'text':'Hi'}]},{'role':'model','parts':"
                        + "[{'text':'A'},{'functionCall':{'id':'c1','name':'f','args':{}},'thoughtSignature':'s'}]},"
                        + "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'output':"
                        + "'done'}}}]},{'role':'user','parts':[{'text':'Hi'},{'text':'Hi'}]}]"));
    }

    @Test
    void aConversationBeginsWithTheUser() {
        TranslatedRequest written = write(FLASH_3, "{'role':'assistant','content':'Welcome'}," + USER);
        assertThat(written.at("/contents/0/role").asText()).isEqualTo("user");
        assertThat(written.at("/contents/1/parts/0/text").asText()).isEqualTo("Welcome");
        assertThat(written.verdicts()).isEqualTo("messages=converted(a user turn in front)");
    }

    @Test
    void speakersHaveNoNames() {
        TranslatedRequest written = write(
                FLASH_3,
                "{'role':'system','name':'ana','content':'S'},{'role':'user','name':'ana','content':'Hi'},"
                        + "{'role':'assistant','name':'ana','content':'A'}");
        assertThat(written.body().toString()).doesNotContain("ana");
        assertThat(written.verdicts())
                .contains(
                        "messages=stripped(messages[0].name)",
                        "messages=stripped(messages[1].name)",
                        "messages=stripped(messages[2].name)");
    }

    @Test
    void emptyTextsAndRefusals() {
        assertThat(contents("{'role':'user','content':[{'type':'text','text':''},{'type':'text','text':' '}]},"
                        + "{'role':'assistant','content':'','refusal':'No.'}"))
                .isEqualTo(json("[{'role':'user','parts':[{'text':' '}]},{'role':'model','parts':[{'text':'No.'}]}]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"|{}", "{broken|{'_raw':'{broken'}", "[1]|{'_raw':'[1]'}", "7|{'_raw':'7'}", "{\\'a\\': 1}|{'a':1}"
            })
    void argumentsThatAreNoObject(String written, String sent) {
        String call = "{'id':'c1','type':'function','function':{'name':'f','arguments':'"
                + (written == null ? "" : written) + "'}}";
        assertThat(contents(USER + ",{'role':'assistant','tool_calls':[" + call + "]}," + RESULT)
                        .at("/1/parts/0/functionCall/args"))
                .isEqualTo(json(sent));
    }

    @Test
    void resultsComeInTheOrderOfTheCalls() {
        JsonNode contents = contents(
                USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + ","
                        + call("c2", "g", "") + "," + call("c3", "f", "")
                        + "]},{'role':'tool','tool_call_id':'c3','content':'3'},"
                        + "{'role':'tool','tool_call_id':'c1','content':'1'},{'role':'tool','tool_call_id':'c2','content':'2'}");
        assertThat(contents.at("/2/parts").findValuesAsText("name")).containsExactly("f", "g", "f");
        assertThat(contents.at("/2/parts").findValuesAsText("output")).containsExactly("1", "2", "3");
    }

    @Test
    void aResultIsNamedAfterTheCallOfItsOwnTurn() {
        JsonNode contents = contents(USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "]}," + RESULT
                + ",{'role':'assistant','tool_calls':[" + call("c1", "g", "") + "]}," + RESULT);
        assertThat(contents.at("/2/parts/0/functionResponse/name").asText()).isEqualTo("f");
        assertThat(contents.at("/4/parts/0/functionResponse/name").asText()).isEqualTo("g");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "plain|'plain'",
                "|''",
                "7|'7'",
                "{\\'a\\':1}|{'a':1}",
                "{\\'output\\':1}|{'output':1}",
                "[1,2]|[1,2]",
                "{broken|'{broken'"
            })
    void resultsAreWrapped(String content, String output) {
        String result = "{'role':'tool','tool_call_id':'c1','content':'" + (content == null ? "" : content) + "'}";
        assertThat(contents(USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "]}," + result)
                        .at("/2/parts/0/functionResponse/response"))
                .isEqualTo(json("{'output':" + output + "}"));
    }

    @Test
    void picturesInResults() {
        String messages = USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "," + call("c2", "g", "")
                + "]},{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'see'},{'type':'image_url',"
                + "'image_url':{'url':'data:image/png;base64," + PNG
                + "'}}]},{'role':'tool','tool_call_id':'c2','content':'2'}";
        assertThat(write(FLASH_3, messages).at("/contents/2/parts/0/functionResponse"))
                .isEqualTo(json("{'id':'c1','name':'f','response':{'output':'see'},'parts':[{'inlineData':{'mimeType':"
                        + "'image/png','data':'" + PNG + "'}}]}"));
        JsonNode older = write(FLASH_2_5, messages).at("/contents/2/parts");
        assertThat(older).hasSize(3);
        assertThat(older.at("/0/functionResponse/name").asText()).isEqualTo("f");
        assertThat(older.at("/1/functionResponse/name").asText()).isEqualTo("g");
        assertThat(older.at("/2/inlineData/mimeType").asText()).isEqualTo("image/png");
    }

    @Test
    void idsGoBackWhereGeminiGaveThem() {
        String theirs = USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "]}," + RESULT;
        assertThat(write(FLASH_2_5, theirs)
                        .at("/contents/2/parts/0/functionResponse/id")
                        .asText())
                .isEqualTo("c1");
        assertThat(write(VERTEX, FLASH_2_5, theirs).body().toString()).doesNotContain("\"id\"");
        assertThat(write(VERTEX, FLASH_3, theirs)
                        .at("/contents/1/parts/0/functionCall/id")
                        .asText())
                .isEqualTo("c1");
        String made = theirs.replace("'c1'", "'call_ABCDEFGHIJKLMNOPQRSTUVWX'");
        assertThat(write(FLASH_2_5, made).body().toString()).doesNotContain("\"id\"");
    }

    @Test
    void callsOfTheOlderForm() {
        JsonNode contents =
                contents(USER + ",{'role':'assistant','content':null,'function_call':{'name':'f','arguments':"
                        + "'{}'}},{'role':'function','name':'f','content':'done'}");
        assertThat(contents.at("/1/parts/0/functionCall/name").asText()).isEqualTo("f");
        assertThat(contents.at("/2/parts/0/functionResponse/name").asText()).isEqualTo("f");
    }

    @Test
    void freeTextOfACallIsWrapped() {
        assertThat(contents(USER
                                + ",{'role':'assistant','tool_calls':[{'id':'c1','type':'custom','custom':{'name':'sh',"
                                + "'input':'ls'}}]}," + RESULT)
                        .at("/1/parts/0/functionCall/args"))
                .isEqualTo(json("{'input':'ls'}"));
    }

    @Test
    void signaturesGoBackToTheirCalls() {
        String turn = USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", signed("sA")) + ","
                + call("c2", "g", "") + "]},{'role':'tool','tool_call_id':'c1','content':'1'},"
                + "{'role':'tool','tool_call_id':'c2','content':'2'}";
        JsonNode parts = contents(turn).at("/1/parts");
        assertThat(parts.at("/0/thoughtSignature").asText()).isEqualTo("sA");
        assertThat(parts.get(1).has("thoughtSignature"))
                .as("only the first has one")
                .isFalse();
        String details = "'reasoning_details':[{'type':'reasoning.encrypted','id':'c1','data':'sB','format':"
                + "'google-gemini-v1','index':0}],";
        JsonNode told =
                contents(turn.replace("'tool_calls'", details + "'tool_calls'")).at("/1/parts");
        assertThat(told.at("/0/thoughtSignature").asText()).as("details win").isEqualTo("sB");
        assertThat(told).hasSize(2);
    }

    @Test
    void aLostSignatureOfTheTurnUnderWayHasAStandIn() {
        String call = ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "," + call("c2", "g", "")
                + "]},{'role':'tool','tool_call_id':'c1','content':'1'},{'role':'tool','tool_call_id':'c2','content':'2'}";
        TranslatedRequest under = write(FLASH_3, USER + call);
        assertThat(under.at("/contents/1/parts/0/thoughtSignature").asText())
                .isEqualTo("skip_thought_signature_validator");
        assertThat(under.at("/contents/1/parts/1").has("thoughtSignature")).isFalse();
        assertThat(under.verdicts()).isEqualTo("messages=emulated(a stand-in for a thought signature)");
        TranslatedRequest over = write(FLASH_3, USER + call + "," + USER);
        assertThat(over.body().toString()).doesNotContain("thoughtSignature");
        assertThat(write(FLASH_2_5, USER + call).body().toString()).doesNotContain("thoughtSignature");
    }

    @Test
    void signaturesOfTextsGoBackOnTexts() {
        String sealed = "{'type':'reasoning.encrypted','data':'%s','format':'google-gemini-v1','index':0}";
        assertThat(contents(USER + ",{'role':'assistant','content':'A','reasoning_details':[" + sealed.formatted("s1")
                                + "," + sealed.formatted("s2") + "]}," + USER)
                        .at("/1/parts"))
                .isEqualTo(json("[{'text':'','thoughtSignature':'s1'},{'text':'A','thoughtSignature':'s2'}]"));
        assertThat(contents(USER + ",{'role':'assistant','content':'','reasoning_details':[" + sealed.formatted("s1")
                                + "]}," + USER)
                        .at("/1/parts"))
                .isEqualTo(json("[{'text':'','thoughtSignature':'s1'}]"));
    }

    @Test
    void onlySignedThoughtOfGeminisOwnGoesBack() {
        String details = "'reasoning_details':[{'type':'reasoning.text','text':'Hm','format':'google-gemini-v1',"
                + "'signature':'s'},{'type':'reasoning.text','text':'unsigned','format':'google-gemini-v1'},"
                + "{'type':'reasoning.text','text':'foreign','signature':'x','format':'anthropic-claude-v1'},"
                + "{'type':'reasoning.encrypted','data':'foreign','format':'openai-responses-v1'}]";
        assertThat(contents(USER + ",{'role':'assistant','content':'A'," + details + "}," + USER)
                        .at("/1/parts"))
                .isEqualTo(json("[{'text':'Hm','thought':true,'thoughtSignature':'s'},{'text':'A'}]"));
        assertThat(contents(USER + ",{'role':'assistant','content':'A','reasoning_content':'Hm'}," + USER)
                        .at("/1/parts"))
                .isEqualTo(json("[{'text':'A'}]"));
    }

    @Test
    void media() {
        assertThat(part("{'type':'image_url','image_url':{'url':'data:image/jpeg;charset=x;base64," + PNG + "'}}"))
                .as("the bytes are believed")
                .isEqualTo(json("{'inlineData':{'mimeType':'image/png','data':'" + PNG + "'}}"));
        assertThat(part("{'type':'input_audio','input_audio':{'format':'wav','data':'UklGRg=='}}"))
                .isEqualTo(json("{'inlineData':{'mimeType':'audio/wav','data':'UklGRg=='}}"));
        assertThat(part("{'type':'file','file':{'filename':'a.pdf','file_data':'JVBERi0x'}}"))
                .isEqualTo(json("{'inlineData':{'mimeType':'application/pdf','data':'JVBERi0x'}}"));
        assertThat(part("{'type':'file','file':{'filename':'a.json','file_data':'e30='}}"))
                .isEqualTo(json("{'inlineData':{'mimeType':'text/plain','data':'e30='}}"));
        assertThat(part("{'type':'file','file':{'filename':'a.md','file_data':'IyBIaQ=='}}")
                        .at("/inlineData/mimeType")
                        .asText())
                .isEqualTo("text/markdown");
    }

    @Test
    void mediaByAddress() {
        assertThat(part("{'type':'image_url','image_url':{'url':'https://x.example/a.webp?b'}}"))
                .isEqualTo(json("{'fileData':{'mimeType':'image/webp','fileUri':'https://x.example/a.webp?b'}}"));
        assertThat(part("{'type':'video_url','video_url':{'url':'https://www.youtube.com/watch?v=1'}}"))
                .isEqualTo(json("{'fileData':{'mimeType':'video/mp4','fileUri':'https://www.youtube.com/watch?v=1'}}"));
        assertThat(part("{'type':'file','file':{'file_id':'files/abc'}}"))
                .isEqualTo(
                        json("{'fileData':{'fileUri':'https://generativelanguage.googleapis.com/v1beta/files/abc'}}"));
        assertThat(write(
                                VERTEX,
                                FLASH_3,
                                "{'role':'user','content':[{'type':'file','file':{'file_id':'gs://b/a.pdf',"
                                        + "'filename':'a.pdf'}}]}")
                        .at("/contents/0/parts/0"))
                .isEqualTo(json("{'fileData':{'mimeType':'application/pdf','fileUri':'gs://b/a.pdf'}}"));
        refused(
                "messages[0].content",
                () -> write(VERTEX, FLASH_3, "{'role':'user','content':[{'type':'file','file':{'file_id':'abc'}}]}"));
    }

    @Test
    void imageDetail() {
        String image = "{'type':'image_url','image_url':{'url':'https://x.example/a.png','detail':'%s'}}";
        TranslatedRequest both = write(
                FLASH_3,
                "{'role':'user','content':[" + image.formatted("low") + "," + image.formatted("high") + ","
                        + image.formatted("low") + "]}");
        assertThat(both.at("/generationConfig/mediaResolution").asText()).isEqualTo("MEDIA_RESOLUTION_HIGH");
        assertThat(both.verdicts()).contains("messages=converted(generationConfig.mediaResolution)");
        assertThat(write(FLASH_3, "{'role':'user','content':[" + image.formatted("auto") + "]}")
                        .body()
                        .has("generationConfig"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "gemma-3-27b-it|{'type':'input_audio','input_audio':{'format':'wav','data':'UklGRg=='}}",
                "gemini-2.5-flash|{'type':'file','file':{'filename':'a.docx','file_data':'UEsDBA=='}}",
                "gemini-2.5-flash|{'type':'file','file':{'filename':'a.docx','file_url':'https://x.example/a.docx'}}",
                "gemini-2.5-flash|{'type':'file','file':{'file_data':'AAAA'}}",
                "gemini-2.5-flash|{'type':'hologram'}"
            })
    void whatTheModelCannotSeeIsRefused(String model, String part) {
        refused("messages[0].content", () -> write(model, "{'role':'user','content':[" + part + "]}"));
    }

    @Test
    void modelsWithoutToolsReadOfEarlierCalls() {
        TranslatedRequest written =
                write(GEMMA, USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "") + "]}," + RESULT);
        assertThat(written.at("/contents/1/parts/0/text").asText()).isEqualTo("[called f with {}]");
        assertThat(written.at("/contents/2/parts")).isEqualTo(json("[{'text':'[a tool answered]'},{'text':'done'}]"));
        assertThat(written.verdicts()).contains("messages=emulated(messages[2])");
    }

    /// What is not sent begins no turn.
    @Test
    void callsBeforeAUserWhoSaysNothingAreUnderWay() {
        String call = ",{'role':'assistant','tool_calls':[" + call("c1", "f", "")
                + "]},{'role':'tool','tool_call_id':'c1','content':'1'}";
        String nothing = ",{'role':'user','content':''}";
        assertThat(write(FLASH_3, USER + call + nothing)
                        .at("/contents/1/parts/0")
                        .has("thoughtSignature"))
                .isTrue();
        assertThat(write(FLASH_3, USER + call + "," + USER)
                        .at("/contents/1/parts/0")
                        .has("thoughtSignature"))
                .isFalse();
    }

    @Test
    void cacheMarksInResultsOfToolsAreLeftOutToo() {
        assertThat(write(
                                FLASH_3,
                                USER + ",{'role':'assistant','tool_calls':[" + call("c1", "f", "")
                                        + "]},{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'a',"
                                        + "'cache_control':{'type':'ephemeral'}}]}")
                        .verdicts())
                .contains("cache_control=stripped");
    }

    @Test
    void blankInstructionsAreNotSent() {
        TranslatedRequest written = write(
                FLASH_3,
                "{'role':'system','content':' '}," + USER + ",{'role':'assistant','content':'a'},"
                        + "{'role':'system','content':' '}," + USER);
        assertThat(written.body().has("systemInstruction")).isFalse();
        assertThat(written.at("/contents")).hasSize(3);
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void cacheMarksAreLeftOut() {
        assertThat(write(
                                FLASH_3,
                                "{'role':'user','content':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]}")
                        .verdicts())
                .isEqualTo("cache_control=stripped");
    }

    /// Parts of tools that Gemini ran itself travel with the client as sealed reasoning.
    @Test
    void partsOfToolsThatGeminiRanGoBack() {
        String call = "{'toolCall':{'id':'t1','toolType':'GOOGLE_SEARCH_WEB','args':{'queries':['rain']}},"
                + "'thoughtSignature':'sT'}";
        String response = "{'toolResponse':{'id':'t1','toolType':'GOOGLE_SEARCH_WEB','response':{'n':1}}}";
        String answer = "{'candidates':[{'content':{'role':'model','parts':[" + call + "," + response
                + ",{'text':'It rains.'}]},'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':1}}";
        JsonNode message = Folding.plain(
                        GeminiRequestWriterTest.DIALECT, Question.plain(STUDIO, FLASH_3), answer.replace('\'', '"'))
                .message();
        assertThat(message.get("content").asText()).isEqualTo("It rains.");
        assertThat(message.get("reasoning_details")).hasSize(2);
        assertThat(message.toString()).doesNotContain("GOOGLE_SEARCH_WEB");

        String turns = USER + "," + message + "," + USER;
        assertThat(contents(turns).at("/1/parts"))
                .isEqualTo(json("[" + call + "," + response + ",{'text':'It rains.'}]"));
        assertThat(write(FLASH_2_5, turns).at("/contents/1/parts")).isEqualTo(json("[{'text':'It rains.'}]"));
    }

    @Test
    void nothingElseGoesBackInTheirPlace() {
        for (String odd : List.of("{'fileData':{'fileUri':'https://x'}}", "[]", "no", "{'toolCall':1}")) {
            String data =
                    Base64.getEncoder().encodeToString(odd.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            String details = "'reasoning_details':[{'type':'reasoning.encrypted','data':'" + data
                    + "','format':'google-gemini-tool-v1'},{'type':'reasoning.encrypted','data':'%%','format':"
                    + "'google-gemini-tool-v1'}]";
            assertThat(contents(USER + ",{'role':'assistant','content':'A'," + details + "}," + USER)
                            .at("/1/parts"))
                    .isEqualTo(json("[{'text':'A'}]"));
        }
    }
}
