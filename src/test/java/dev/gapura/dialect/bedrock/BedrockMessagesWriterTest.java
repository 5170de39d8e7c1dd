package dev.gapura.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the messages of a chat request become at Bedrock.
class BedrockMessagesWriterTest {
    private static final String LLAMA = "meta.llama4-scout-17b-instruct-v1:0";
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";
    private static final String PDF = "JVBERi0xLjQK";

    private static TranslatedRequest write(String model, String messages) {
        return Bedrock.write(model, "{'messages':[" + messages + "]}");
    }

    private static JsonNode messages(String model, String messages) {
        return write(model, messages).at("/messages");
    }

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(text.replace('\'', '"'));
    }

    private static String user(String content) {
        return "{'role':'user','content':" + content + "}";
    }

    private static String part(String part) {
        return user("[{'type':'text','text':'See'}," + part + "]");
    }

    @Test
    void instructionsStandInFrontAsSystem() {
        TranslatedRequest written = write(
                Bedrock.CLAUDE,
                "{'role':'system','content':'A'},{'role':'developer','content':[{'type':'text','text':'B',"
                        + "'cache_control':{'type':'ephemeral'}}]}," + user("'q'"));

        assertThat(written.at("/system"))
                .isEqualTo(json("[{'text':'A'},{'text':'B'},{'cachePoint':{'type':'default'}}]"));
        assertThat(written.at("/messages")).isEqualTo(json("[{'role':'user','content':[{'text':'q'}]}]"));
    }

    @Test
    void laterInstructionsStayWhereTheyAre() {
        String asked =
                user("'q'") + ",{'role':'assistant','content':'a'},{'role':'system','content':'S'}," + user("'r'");

        assertThat(messages(Bedrock.CLAUDE, asked))
                .isEqualTo(
                        json("[{'role':'user','content':[{'text':'q'}]},{'role':'assistant','content':[{'text':'a'}]},"
                                + "{'role':'user','content':[{'text':'<system>\\nS\\n</system>'},{'text':'r'}]}]"));
        assertThat(messages("us.anthropic.claude-opus-5", asked).get(2))
                .isEqualTo(json("{'role':'system','content':[{'text':'S'}]}"));
    }

    @Test
    void aModelWithoutInstructionsGetsThemAsUserText() {
        TranslatedRequest written =
                write("amazon.titan-text-lite-v1", "{'role':'system','content':'S'}," + user("'q'"));

        assertThat(written.body().has("system")).isFalse();
        assertThat(written.at("/messages")).isEqualTo(json("[{'role':'user','content':[{'text':'S'},{'text':'q'}]}]"));
        assertThat(written.verdicts()).isEqualTo("messages=emulated(instructions as user text)");
    }

    @Test
    void turnsAlternateAndBlankTextIsLeftOut() {
        assertThat(messages(
                        LLAMA,
                        user("'a'") + "," + user("[{'type':'text','text':'b'},{'type':'text','text':' '}]")
                                + ",{'role':'assistant','content':''},{'role':'assistant','content':'c'},"
                                + user("'d'")))
                .isEqualTo(json("[{'role':'user','content':[{'text':'a'},{'text':'b'}]},"
                        + "{'role':'assistant','content':[{'text':'c'}]},{'role':'user','content':[{'text':'d'}]}]"));
    }

    @Test
    void theUserBegins() {
        String asked = "{'role':'assistant','content':'Hello'}," + user("'q'");

        assertThat(messages(LLAMA, asked).get(0)).isEqualTo(json("{'role':'user','content':[{'text':'Continue.'}]}"));
        // Recorded of Claude 4.5.
        assertThat(messages(Bedrock.CLAUDE, asked).get(0).get("role").asText()).isEqualTo("assistant");
    }

    @Test
    void anAssistantAtTheEndIsGoneOnWithWhereTheModelDoes() {
        String asked = user("'q'") + ",{'role':'assistant','content':'So: '}";

        assertThat(messages(Bedrock.CLAUDE, asked).get(1))
                .isEqualTo(json("{'role':'assistant','content':[{'text':'So:'}]}"));
        TranslatedRequest later = write("us.anthropic.claude-sonnet-4-6", asked);
        assertThat(later.at("/messages/2/role").asText()).isEqualTo("user");
        assertThat(later.verdicts()).isEqualTo("messages=emulated(a user turn at the end)");
    }

    @Test
    void picturesGoAsBytesOfTheirOwnFormat() {
        String picture = "{'type':'image_url','image_url':{'url':'data:image/jpeg;base64," + PNG + "'}}";

        assertThat(messages(Bedrock.CLAUDE, part(picture)).at("/0/content/1"))
                .isEqualTo(json("{'image':{'format':'png','source':{'bytes':'" + PNG + "'}}}"));
        assertThatThrownBy(() -> write("amazon.nova-micro-v1:0", part(picture)))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("takes no image");
        assertThatThrownBy(() -> write(
                        Bedrock.CLAUDE, part("{'type':'image_url','image_url':{'url':'data:image/bmp;base64,Qk0='}}")))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("not image/bmp");
    }

    @Test
    void onlyAddressesOfS3GoAsTheyAre() {
        assertThat(messages(Bedrock.NOVA, part("{'type':'image_url','image_url':{'url':'s3://b/k/cat.JPG'}}"))
                        .at("/0/content/1"))
                .isEqualTo(json("{'image':{'format':'jpeg','source':{'s3Location':{'uri':'s3://b/k/cat.JPG'}}}}"));
        assertThat(messages(
                                Bedrock.NOVA,
                                part("{'type':'file','file':{'filename':'a.pdf','file_url':'s3://b/k/a.pdf'}}"))
                        .at("/0/content/1/document/source/s3Location/uri")
                        .asText())
                .isEqualTo("s3://b/k/a.pdf");
        assertThatThrownBy(() ->
                        write(Bedrock.NOVA, part("{'type':'image_url','image_url':{'url':'https://x.example/a.png'}}")))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("s3://");
    }

    @ParameterizedTest
    @CsvSource({
        "report.pdf, application/pdf, " + PDF + ", pdf, report",
        "table.csv, text/csv, YSxi, csv, table",
        "notes.txt, text/plain, YQ==, txt, notes",
        "data.json, application/json, e30=, txt, data",
        "page.html, text/html, YQ==, html, page",
        "readme.md, text/markdown, YQ==, md, readme",
        "code.py, text/x-python, YQ==, txt, code",
        "a.b/c*d  e.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document, YQ==, docx, a b c d e",
        "sheet (1).xlsx, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, YQ==, xlsx, sheet (1)"
    })
    void documentsHaveAFormatAndANameThatIsTaken(String file, String type, String bytes, String format, String name) {
        JsonNode document = messages(
                        Bedrock.CLAUDE,
                        part("{'type':'file','file':{'filename':'" + file + "','file_data':'data:" + type + ";base64,"
                                + bytes + "'}}"))
                .at("/0/content/1/document");

        assertThat(document)
                .isEqualTo(
                        json("{'format':'" + format + "','name':'" + name + "','source':{'bytes':'" + bytes + "'}}"));
    }

    @Test
    void namesOfDocumentsAreStableAndDifferent() {
        String one =
                "{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64," + PDF + "'}}";
        String other = "{'type':'file','file':{'file_data':'data:application/pdf;base64," + PDF + "'}}";
        JsonNode twice = messages(
                Bedrock.CLAUDE,
                user("[" + one + "," + one + "," + other + ",{'type':'text','text':'?'}]")
                        + ",{'role':'assistant','content':'ok'}," + part(one));

        assertThat(twice.findValuesAsText("name")).containsExactly("a", "a (2)", "Document 3", "a (3)");
        assertThat(new DocumentNames().next("x".repeat(300) + ".pdf")).hasSize(200);
        assertThat(new DocumentNames().next("\u00fc\u00fc.pdf")).isEqualTo("Document 1");
    }

    @Test
    void aDocumentNeverStandsWithoutWords() {
        TranslatedRequest written = write(
                Bedrock.CLAUDE,
                user("[{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64," + PDF
                        + "'}}]"));

        assertThat(written.at("/messages/0/content/0/text").asText()).isNotBlank();
        assertThat(written.at("/messages/0/content/1").has("document")).isTrue();
        assertThat(written.verdicts()).isEqualTo("messages=emulated(a text)");
    }

    @Test
    void soundAndVideosAsDocumented() {
        assertThat(messages(
                                "amazon.nova-2-omni-v1:0",
                                part("{'type':'input_audio','input_audio':{'data':'UklG','format':'mp3'}}"))
                        .at("/0/content/1"))
                .isEqualTo(json("{'audio':{'format':'mp3','source':{'bytes':'UklG'}}}"));
        assertThat(messages(Bedrock.NOVA, part("{'type':'video_url','video_url':{'url':'s3://b/film.mov'}}"))
                        .at("/0/content/1"))
                .isEqualTo(json("{'video':{'format':'mov','source':{'s3Location':{'uri':'s3://b/film.mov'}}}}"));
        for (String sound : List.of(
                "{'type':'input_audio','input_audio':{'data':'UklG','format':'mp3'}}",
                "{'type':'video_url','video_url':{'url':'data:video/mp4;base64,AAAA'}}")) {
            assertThatThrownBy(() -> write(Bedrock.CLAUDE, part(sound))).isInstanceOf(GatewayException.class);
        }
    }

    private static String called(String... calls) {
        return "{'role':'assistant','content':null,'tool_calls':[" + String.join(",", calls) + "]}";
    }

    private static String call(String id, String arguments) {
        return "{'id':'" + id + "','type':'function','function':{'name':'f','arguments':'" + arguments + "'}}";
    }

    private static String answered(String id, String content) {
        return "{'role':'tool','tool_call_id':'" + id + "','content':" + content + "}";
    }

    @Test
    void callsAndResults() {
        JsonNode turns = messages(
                Bedrock.CLAUDE,
                user("'q'") + "," + called(call("tooluse_a", ""), call("call:b.c", "broken")) + ","
                        + answered("tooluse_a", "'one'") + "," + answered("call:b.c", "''") + "," + user("'go on'"));

        assertThat(turns.get(1).get("content"))
                .isEqualTo(json("[{'toolUse':{'toolUseId':'tooluse_a','name':'f','input':{}}},"
                        + "{'toolUse':{'toolUseId':'call:b.c','name':'f','input':{'_raw':'broken'}}}]"));
        assertThat(turns.get(2).get("content"))
                .isEqualTo(json("[{'toolResult':{'toolUseId':'tooluse_a','content':[{'text':'one'}]}},"
                        + "{'toolResult':{'toolUseId':'call:b.c','content':[{'text':' '}]}},{'text':'go on'}]"));
    }

    @Test
    void resultsLeadTheirTurn() {
        JsonNode turns = messages(
                Bedrock.CLAUDE,
                user("'q'") + "," + called(call("a", "{}")) + "," + user("'wait'") + "," + answered("a", "'one'"));

        assertThat(turns.at("/2/content/0/toolResult/toolUseId").asText()).isEqualTo("a");
        assertThat(turns.at("/2/content/1/text").asText()).isEqualTo("wait");
    }

    @Test
    void idsFitAndStayTheSameForCallAndResult() {
        String odd = "call|" + "x".repeat(80);
        String asked = user("'q'") + "," + called(call(odd, "{}")) + "," + answered(odd, "'one'");
        JsonNode claude = messages(Bedrock.CLAUDE, asked);
        assertThat(claude.at("/1/content/0/toolUse/toolUseId").asText())
                .matches("tooluse_[a-zA-Z0-9]{24}")
                .isEqualTo(claude.at("/2/content/0/toolResult/toolUseId").asText());
        JsonNode mistral = messages("mistral.mistral-large-2407-v1:0", asked.replace(odd, "tooluse_abc"));
        assertThat(mistral.at("/1/content/0/toolUse/toolUseId").asText())
                .matches("[a-zA-Z0-9]{9}")
                .isEqualTo(mistral.at("/2/content/0/toolResult/toolUseId").asText());
    }

    @Test
    void aModelWithoutToolsReadsCallsAsText() {
        JsonNode turns = messages(
                "amazon.titan-text-lite-v1",
                user("'q'") + "," + called(call("a", "{}")) + "," + answered("a", "'one'"));

        assertThat(turns.get(1).get("content")).isEqualTo(json("[{'text':'[called f with {}]'}]"));
        assertThat(turns.get(2).get("content")).isEqualTo(json("[{'text':'[a tool answered: one]'}]"));
    }

    private static final String SIGNED =
            "{'type':'reasoning.text','format':'bedrock-converse-v1','text':'hm','signature':'c2ln'}";

    @Test
    void signedThoughtsGoBackAsTheyCame() {
        TranslatedRequest written = write(
                Bedrock.CLAUDE,
                user("'q'") + ",{'role':'assistant','content':'\\n','reasoning_details':[" + SIGNED
                        + ",{'type':'reasoning.encrypted','format':'bedrock-converse-v1','data':'c2VhbA=='}],"
                        + "'tool_calls':[" + call("a", "{}") + "]}," + answered("a", "'one'"));

        assertThat(written.at("/messages/1/content"))
                .isEqualTo(json("[{'reasoningContent':{'reasoningText':{'text':'hm','signature':'c2ln'}}},"
                        + "{'reasoningContent':{'redactedContent':'c2VhbA=='}},{'text':'\\n'},"
                        + "{'toolUse':{'toolUseId':'a','name':'f','input':{}}}]"));
    }

    @Test
    void foreignAndUnsignedThoughtsStayOut() {
        for (String thought : List.of(
                "'reasoning_content':'hm'",
                "'reasoning_details':[{'type':'reasoning.text','format':'anthropic-claude-v1','text':'hm','signature':'c2ln'}]",
                "'reasoning_details':[{'type':'reasoning.text','format':'bedrock-converse-v1','text':'hm'}]",
                "'reasoning_details':[{'type':'reasoning.text','format':'bedrock-converse-v1','text':'hm',"
                        + "'signature':'c2ln','model':'us.anthropic.claude-opus-4-1-20250805-v1:0'}]")) {
            assertThat(messages(
                                    Bedrock.CLAUDE,
                                    user("'q'") + ",{'role':'assistant','content':''," + thought + ",'tool_calls':["
                                            + call("a", "{}") + "]}," + answered("a", "'one'"))
                            .get(1))
                    .isEqualTo(json(
                            "{'role':'assistant','content':[{'toolUse':{'toolUseId':'a','name':'f','input':{}}}]}"));
        }
    }

    @Test
    void aBudgetIsNotAskedForWhereTheThoughtsWereLost() {
        String lost = user("'q'") + "," + called(call("a", "{}")) + "," + answered("a", "'one'");
        TranslatedRequest written =
                Bedrock.write(Bedrock.CLAUDE, "{'messages':[" + lost + "],'reasoning_effort':'low'}");

        assertThat(written.body().has("additionalModelRequestFields")).isFalse();
        assertThat(written.verdicts()).contains("reasoning_effort=stripped");
    }

    @Test
    void theTextBesideADocumentStandsBehindResultsOfTools() {
        JsonNode turn = messages(
                        Bedrock.CLAUDE,
                        user("'q'") + "," + called(call("a", "{}")) + "," + answered("a", "'1'") + ","
                                + user("[{'type':'file','file':{'filename':'d.pdf','file_data':"
                                        + "'data:application/pdf;base64," + PDF + "'}}]"))
                .get(2)
                .get("content");

        assertThat(turn.get(0).has("toolResult")).isTrue();
        assertThat(turn.get(1)).isEqualTo(json("{'text':'See the document.'}"));
        assertThat(turn.get(2).has("document")).isTrue();
    }

    @Test
    void twoMarksBehindOneBlockAreOne() {
        String mark = "'cache_control':{'type':'ephemeral'}";
        JsonNode turns = messages(
                Bedrock.CLAUDE,
                user("[{'type':'text','text':'a'," + mark + "},{'type':'text','text':' '," + mark + "}]"));

        assertThat(turns.get(0).get("content")).isEqualTo(json("[{'text':'a'},{'cachePoint':{'type':'default'}}]"));
    }

    @Test
    void marksOfTheCacheStandBehindWhatTheyMark() {
        String mark = "'cache_control':{'type':'ephemeral','ttl':'1h'}";
        String asked = user("[{'type':'text','text':'a'," + mark
                        + "},{'type':'file','file':{'filename':'d.pdf','file_data':'data:application/pdf;base64," + PDF
                        + "'}," + mark + "}]")
                + "," + called(call("a", "{}")) + ","
                + answered("a", "[{'type':'text','text':'one','prompt_cache_breakpoint':{'mode':'explicit'}}]");
        JsonNode turns = messages(Bedrock.CLAUDE, asked);

        String hour = "{'cachePoint':{'type':'default','ttl':'1h'}}";
        assertThat(turns.get(0).get("content"))
                .isEqualTo(json("[{'text':'a'}," + hour + ",{'document':{'format':'pdf','name':'d','source':{'bytes':'"
                        + PDF + "'}}},{'text':'\\n'}," + hour + "]"));
        assertThat(turns.get(2).get("content"))
                .isEqualTo(json("[{'toolResult':{'toolUseId':'a','content':[{'text':'one'}]}},"
                        + "{'cachePoint':{'type':'default'}}]"));
        TranslatedRequest none = write(LLAMA, asked);
        assertThat(none.body().toString()).doesNotContain("cachePoint");
        assertThat(none.verdicts()).contains("cache_control=stripped(marks)");
    }

    @Test
    void ofMoreThanFourMarksTheLastCount() {
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            parts.append(i == 0 ? "" : ",")
                    .append("{'type':'text','text':'")
                    .append(i)
                    .append("','cache_control':{'type':'ephemeral'}}");
        }
        TranslatedRequest written = write(Bedrock.CLAUDE, user("[" + parts + "]"));

        JsonNode content = written.at("/messages/0/content");
        assertThat(content.findParents("cachePoint")).hasSize(4);
        assertThat(content.get(1).has("cachePoint")).isFalse();
        assertThat(written.verdicts()).isEqualTo("cache_control=stripped(the first 2)");
    }

    @Test
    void blocksOfBedrocksOwnGoAsTheyAre() {
        assertThat(messages(
                                Bedrock.CLAUDE,
                                user(
                                        "[{'type':'guardContent','guardContent':{'text':{'text':'q','qualifiers':['query']}}}]"))
                        .at("/0/content/0"))
                .isEqualTo(json("{'guardContent':{'text':{'text':'q','qualifiers':['query']}}}"));
        assertThatThrownBy(() -> write(Bedrock.CLAUDE, user("[{'type':'hologram','hologram':{}}]")))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("messages[0].content");
    }

    @Test
    void speakersHaveNoNames() {
        TranslatedRequest written = write(LLAMA, "{'role':'user','name':'Ann','content':'q'}");

        assertThat(written.verdicts()).isEqualTo("messages=stripped(messages[0].name)");
    }

    @Test
    void onlyAddressesThatSomebodyElseHasToFetchAreFetched() {
        ModelProfile claude = ModelProfiles.of("bedrock", Bedrock.CLAUDE);
        ModelProfile micro = ModelProfiles.of("bedrock", "amazon.nova-micro-v1:0");
        Part.Image web = new Part.Image(new Media.Url(null, "https://x.example/a.png"), null, null);
        Part.Image stored = new Part.Image(new Media.Url(null, "s3://b/a.png"), null, null);
        Part.File film = new Part.File(new Media.Url(null, "https://x.example/a.mp4"), null, null);

        assertThat(Bedrock.DIALECT.passesUrl(web, Bedrock.PROVIDER, claude)).isFalse();
        assertThat(Bedrock.DIALECT.passesUrl(stored, Bedrock.PROVIDER, claude)).isTrue();
        // What the model does not see is refused, and nothing is fetched for it.
        assertThat(Bedrock.DIALECT.passesUrl(web, Bedrock.PROVIDER, micro)).isTrue();
        assertThat(Bedrock.DIALECT.passesUrl(film, Bedrock.PROVIDER, claude)).isTrue();
    }
}
