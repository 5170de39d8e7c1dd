package dev.gapura.dialect.mistral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Written;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.wire.JsonTree;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a chat request becomes at Mistral.
class MistralRequestWriterTest {
    private static final MistralDialect MISTRAL = new MistralDialect(new ErrorReader(InstantSource.system()));
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private static final String TOOL =
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}";

    private static Written write(String model, String members) {
        return Folding.write(MISTRAL, Providers.of("mistral"), model, "{" + members + "}");
    }

    private static Written write(String members) {
        return write("mistral-large-latest", members);
    }

    private static JsonNode messages(String model, String messages) {
        return write(model, "\"messages\":" + messages).body().get("messages");
    }

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(text);
    }

    @Test
    void aPlainRequestIsPlain() {
        Written written = write(HELLO + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        assertThat(written.body())
                .isEqualTo(json("{\"model\":\"mistral-large-latest\",\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Hello\"}],\"stream\":true}"));
        assertThat(written.call().path()).isEqualTo("/chat/completions");
        assertThat(written.call().headers()).isEmpty();
        assertThat(written.verdicts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"max_completion_tokens\":6 | \"max_tokens\":6 | max_completion_tokens=renamed(max_tokens)",
                "\"max_tokens\":6 | \"max_tokens\":6 |",
                "\"seed\":1 | \"random_seed\":1 | seed=renamed(random_seed)",
                "\"seed\":-7 | \"random_seed\":7 | seed=renamed(random_seed), seed=clamped(-7→7)",
                "\"stop\":[\"\",\"a\"] | \"stop\":[\"a\"] |",
                "\"stop\":\"\" | |",
                "\"temperature\":1.8 | \"temperature\":1.5 | temperature=clamped(1.8→1.5)",
                "\"stop\":\"a\" | \"stop\":[\"a\"] |",
                "\"n\":2 | \"n\":2 |",
                "\"prompt_cache_key\":\"k\",\"metadata\":{\"a\":\"b\"} | \"prompt_cache_key\":\"k\",\"metadata\":{\"a\":\"b\"} |",
                "\"safe_prompt\":true,\"document_page_limit\":3 | \"safe_prompt\":true,\"document_page_limit\":3 |",
                "\"user\":\"u\",\"logit_bias\":{\"1\":1} | | user=stripped, logit_bias=stripped",
                "\"top_k\":4 | | top_k=stripped",
                "\"made_up\":4 | | made_up=stripped",
                "\"parallel_tool_calls\":false | |",
                "\"reasoning_effort\":\"low\" | | reasoning_effort=stripped",
            })
    void fieldsGoByTheirNames(String members, String expected, String verdicts) {
        Written written = write(HELLO + "," + members);

        String wanted = expected == null ? "" : "," + expected;
        assertThat(written.body()).isEqualTo(json("{\"model\":\"mistral-large-latest\"," + HELLO + wanted + "}"));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @Test
    void logprobsAreRefused() {
        assertThatThrownBy(() -> write(HELLO + ",\"logprobs\":true"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("logprobs");
    }

    @Test
    void severalAnswersNeedATemperature() {
        assertThatThrownBy(() -> write(HELLO + ",\"n\":2,\"temperature\":0")).isInstanceOf(GatewayException.class);
        assertThat(write(HELLO + ",\"n\":2").call().question().choices()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "mistral-small-latest, low, reasoning_effort, high",
        "mistral-small-2603, none, reasoning_effort, none",
        "mistral-small-2711, max, reasoning_effort, high",
        "mistral-medium-latest, high, reasoning_effort, high",
        "magistral-medium-latest, low, prompt_mode, reasoning",
        "magistral-medium-latest, none, ,",
        "mistral-small-2506, high, ,",
        "codestral-latest, high, ,"
    })
    void thinkingIsAskedForAsTheModelKnowsIt(String model, String effort, String field, String value) {
        JsonNode body =
                write(model, HELLO + ",\"reasoning_effort\":\"" + effort + "\"").body();

        if (field == null) {
            assertThat(body.size()).isEqualTo(2);
        } else {
            assertThat(body.get(field).asText()).isEqualTo(value);
        }
    }

    @Test
    void foreignIdsBecomeNineLettersAndDigitsTheSameForCallAndResult() {
        JsonNode messages = messages("mistral-large-latest", """
                [{"role":"user","content":"q"},
                 {"role":"assistant","content":null,"tool_calls":[
                   {"id":"call_abc","type":"function","function":{"name":"f","arguments":""}},
                   {"id":"AbC123xyZ","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"call_abc","name":"f","content":"1"},
                 {"role":"tool","tool_call_id":"AbC123xyZ","content":[{"type":"text","text":"2"}]}]""");

        JsonNode calls = messages.get(1).get("tool_calls");
        assertThat(messages.get(1).get("content").asText()).isEmpty();
        assertThat(calls.get(0).get("id").asText()).matches("[a-zA-Z0-9]{9}");
        assertThat(calls.get(0).get("function").get("arguments").asText()).isEqualTo("{}");
        assertThat(messages.get(2))
                .isEqualTo(json(
                        "{\"role\":\"tool\",\"tool_call_id\":" + calls.get(0).get("id") + ",\"content\":\"1\"}"));
        assertThat(calls.get(1).get("id").asText()).isEqualTo("AbC123xyZ");
        assertThat(messages.get(3).get("tool_call_id").asText()).isEqualTo("AbC123xyZ");
    }

    @Test
    void partsGoAsChunks() {
        JsonNode parts = messages("mistral-large-latest", """
                [{"role":"user","content":[
                  {"type":"text","text":"t","cache_control":{"type":"ephemeral"}},
                  {"type":"image_url","image_url":{"url":"https://x/a.png","detail":"low"}},
                  {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,iVBORw0KGgo="}},
                  {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0x"}},
                  {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}},
                  {"type":"file","file":{"file_id":"id-1"}},
                  {"type":"document_url","document_url":"https://x/a.pdf"}]}]""").get(0).get("content");

        assertThat(parts).isEqualTo(json("""
                [{"type":"text","text":"t"},
                 {"type":"image_url","image_url":{"url":"https://x/a.png","detail":"low"}},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},
                 {"type":"document_url","document_url":"data:application/pdf;base64,JVBERi0x","document_name":"a.pdf"},
                 {"type":"text","text":"hi"},
                 {"type":"file","file_id":"id-1"},
                 {"type":"document_url","document_url":"https://x/a.pdf"}]"""));
    }

    @Test
    void soundGoesToModelsThatHear() {
        String sound = "[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":"
                + "{\"data\":\"UklGRg==\",\"format\":\"wav\"}}]}]";

        assertThat(messages("voxtral-small-latest", sound).get(0).get("content"))
                .isEqualTo(json("[{\"type\":\"input_audio\",\"input_audio\":\"UklGRg==\"}]"));
        assertThatThrownBy(() -> messages("mistral-large-latest", sound)).isInstanceOf(GatewayException.class);
    }

    @Test
    void speakersHaveNoNamesAndDevelopersAreSystem() {
        Written written = write("\"messages\":[{\"role\":\"developer\",\"content\":\"d\"},"
                + "{\"role\":\"user\",\"name\":\"Ann\",\"content\":\"q\"}]");

        assertThat(written.body().get("messages"))
                .isEqualTo(json("[{\"role\":\"system\",\"content\":\"d\"},{\"role\":\"user\",\"content\":\"q\"}]"));
        assertThat(written.verdicts()).isEqualTo("messages=stripped(messages[1].name)");
    }

    @Test
    void anAnswerThatWasBegunIsGoneOnWith() {
        JsonNode messages = messages(
                "mistral-large-latest",
                "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"Once\"}]");

        assertThat(messages.get(1)).isEqualTo(json("{\"role\":\"assistant\",\"content\":\"Once\",\"prefix\":true}"));
    }

    @Test
    void instructionsAtTheEndAreTheUsers() {
        Written written = write(
                "\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"system\",\"content\":\"Be brief.\"}]");

        assertThat(written.body().at("/messages/1"))
                .isEqualTo(json("{\"role\":\"user\",\"content\":\"<system>\\nBe brief.\\n</system>\"}"));
        assertThat(written.verdicts()).isEqualTo("messages=emulated(messages[1])");
    }

    @Test
    void olderModelsHearTheAssistantAfterATool() {
        String history = """
                [{"role":"user","content":"q"},
                 {"role":"assistant","tool_calls":[
                   {"id":"AbC123xyZ","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"AbC123xyZ","content":"1"},
                 {"role":"user","content":"r"}]""";

        assertThat(messages("mistral-large-2407", history)).hasSize(5);
        assertThat(messages("mistral-large-latest", history)).hasSize(4);
    }

    @Test
    void thoughtsGoBackToModelsThatThink() {
        String history = """
                [{"role":"user","content":"q"},
                 {"role":"assistant","content":"a","reasoning_content":"hm","reasoning_details":[
                   {"type":"reasoning.text","text":"hm","format":"mistral-chat-v1","index":0}]},
                 {"role":"user","content":"r"}]""";

        assertThat(messages("mistral-small-latest", history).get(1).get("content"))
                .isEqualTo(json("[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},"
                        + "{\"type\":\"text\",\"text\":\"a\"}]"));
        assertThat(messages("mistral-large-latest", history).get(1).get("content"))
                .isEqualTo(json("\"a\""));
        assertThat(messages("mistral-small-latest", history.replace("mistral-chat-v1", "anthropic-claude-v1"))
                        .get(1)
                        .get("content"))
                .isEqualTo(json("\"a\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"auto\" | \"auto\"",
                "\"none\" | \"none\"",
                "\"required\" | \"any\"",
                "{\"type\":\"function\",\"function\":{\"name\":\"f\"}} | {\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}} | \"any\"",
            })
    void toolChoice(String choice, String expected) {
        String other = TOOL.replace("\"f\"", "\"other\"");
        JsonNode body = write(HELLO + ",\"tools\":[" + TOOL + "," + other + "],\"tool_choice\":" + choice)
                .body();

        assertThat(body.get("tool_choice")).isEqualTo(json(expected));
        assertThat(body.get("tools")).hasSize(choice.contains("allowed_tools") ? 1 : 2);
    }

    @Test
    void toolsKeepTheirShape() {
        Written written =
                write(HELLO + ",\"parallel_tool_calls\":false,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
                        + "\"a.b\",\"description\":\"d\",\"strict\":true}},"
                        + "{\"type\":\"custom\",\"custom\":{\"name\":\"free\"}}]");

        JsonNode tools = written.body().get("tools");
        String sent = tools.get(0).get("function").get("name").asText();
        assertThat(sent).matches("[a-zA-Z0-9_-]{1,64}");
        assertThat(written.call().question().toolName(sent)).isEqualTo("a.b");
        assertThat(tools.get(0).get("function").get("parameters"))
                .isEqualTo(json("{\"type\":\"object\",\"properties\":{}}"));
        assertThat(tools.get(0).get("function").get("strict").asBoolean()).isTrue();
        assertThat(written.call().question().customTools()).containsExactly("free");
        assertThat(written.body().get("parallel_tool_calls").asBoolean()).isFalse();
    }

    @Test
    void jsonModeIsAskedForInWordsToo() {
        JsonNode asked =
                write(HELLO + ",\"response_format\":{\"type\":\"json_object\"}").body();
        JsonNode said = write("\"messages\":[{\"role\":\"user\",\"content\":\"Give me JSON\"}],"
                        + "\"response_format\":{\"type\":\"json_object\"}")
                .body();

        assertThat(asked.get("response_format")).isEqualTo(json("{\"type\":\"json_object\"}"));
        assertThat(asked.get("messages").get(0).get("content").asText()).contains("JSON");
        assertThat(said.get("messages")).hasSize(1);
    }

    @Test
    void schemasGoAsTheyAre() {
        String format = "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"r\",\"description\":\"d\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"}}},\"strict\":true}}";

        assertThat(write(HELLO + ",\"response_format\":" + format).body().get("response_format"))
                .isEqualTo(json(format));
    }

    @Test
    void theSameRequestGivesTheSameBytes() {
        String members = HELLO + ",\"tools\":[" + TOOL + "],\"n\":1,\"seed\":3";

        assertThat(write(members).call().body()).isEqualTo(write(members).call().body());
    }

    /// Written from documentation: Codestral Mamba calls no tools.
    @Test
    void modelsWithoutToolsAreToldOfThemInWords() {
        Written written = write(
                "open-codestral-mamba",
                "\"tools\":[" + TOOL
                        + "],\"tool_choice\":\"required\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Well\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"8\"}]");

        assertThat(written.body().get("messages"))
                .isEqualTo(
                        json(
                                "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
                                        + "\"text\":\"Well\"},{\"type\":\"text\",\"text\":\"[called f with {}]\"}]},{\"role\":\"user\","
                                        + "\"content\":[{\"type\":\"text\",\"text\":\"[a tool answered]\"},{\"type\":\"text\",\"text\":\"8\"}]}]"));
        assertThat(written.body().has("tools")).isFalse();
        assertThat(written.body().has("tool_choice")).isFalse();
        assertThat(written.verdicts()).contains("messages=emulated(messages[1])", "tools=stripped");
    }

    @Test
    void mistralFetchesAddressesItself() {
        assertThat(MISTRAL.passesUrl(
                        new Part.Image(new Media.Url(null, "https://i.example/a.png"), null, null),
                        Providers.of("mistral"),
                        ModelProfiles.of("mistral", "pixtral-large")))
                .isTrue();
        assertThat(MISTRAL.passesUrl(
                        new Part.File(new Media.Url(null, "https://i.example/a.pdf"), null, null),
                        Providers.of("mistral"),
                        ModelProfiles.of("mistral", "mistral-large-latest")))
                .isTrue();
    }
}
