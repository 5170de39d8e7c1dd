package dev.gapura.dialect.cohere;

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
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonTree;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a chat request becomes at Cohere.
class CohereRequestWriterTest {
    private static final CohereDialect COHERE = new CohereDialect(new ErrorReader(InstantSource.system()));
    private static final String MODEL = "command-a-03-2025";
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private static final String TOOL =
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}";

    private static Written write(String model, String members) {
        return Folding.write(COHERE, Providers.of("cohere"), model, "{" + members + "}");
    }

    private static Written write(String members) {
        return write(MODEL, members);
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

        assertThat(written.body()).isEqualTo(json("{\"model\":\"" + MODEL + "\"," + HELLO + ",\"stream\":true}"));
        Provider provider = Providers.of("cohere");
        assertThat(provider.endpoint(written.call().path()).host()).isEqualTo("api.cohere.com");
        assertThat(written.call().path()).isEqualTo("/v2/chat");
        assertThat(written.verdicts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"max_completion_tokens\":6 | \"max_tokens\":6 | max_completion_tokens=renamed(max_tokens)",
                "\"top_p\":0.5 | \"p\":0.5 | top_p=renamed(p)",
                "\"top_p\":1 | \"p\":0.99 | top_p=clamped(1→0.99)",
                "\"top_k\":900 | \"k\":500 | top_k=clamped(900→500)",
                "\"frequency_penalty\":-1 | \"frequency_penalty\":0 | frequency_penalty=clamped(-1→0)",
                "\"presence_penalty\":2 | \"presence_penalty\":1 | presence_penalty=clamped(2→1)",
                "\"temperature\":1.2,\"seed\":4 | \"temperature\":1.2,\"seed\":4 |",
                "\"stop\":\"a\" | \"stop_sequences\":[\"a\"] | stop=renamed(stop_sequences)",
                "\"logprobs\":true | \"logprobs\":true |",
                "\"safety_mode\":\"OFF\",\"priority\":3 | \"safety_mode\":\"OFF\",\"priority\":3 |",
                "\"documents\":[{\"id\":\"a\",\"data\":{\"text\":\"t\"}}] | \"documents\":[{\"id\":\"a\",\"data\":{\"text\":\"t\"}}] |",
                "\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"service_tier\":\"flex\" | | user=stripped, metadata=stripped, service_tier=stripped",
                "\"made_up\":4 | | made_up=stripped",
                "\"n\":1 | |",
                "\"reasoning_effort\":\"high\" | | reasoning_effort=stripped",
            })
    void fieldsGoByTheirNames(String members, String expected, String verdicts) {
        Written written = write(HELLO + "," + members);

        String wanted = expected == null ? "" : "," + expected;
        assertThat(written.body()).isEqualTo(json("{\"model\":\"" + MODEL + "\"," + HELLO + wanted + "}"));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @Test
    void whatChangesTheAnswerIsRefused() {
        for (String members : new String[] {
            "\"logprobs\":true,\"top_logprobs\":3",
            "\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]",
            "\"modalities\":[\"text\",\"audio\"]"
        }) {
            assertThatThrownBy(() -> write(HELLO + "," + members)).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void olderModelsAreColder() {
        assertThat(write("command-r-08-2024", HELLO + ",\"temperature\":1.2")
                        .body()
                        .get("temperature"))
                .hasToString("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "command-a-reasoning-08-2025 | none | {'type':'disabled'}",
                "command-a-reasoning-08-2025 | high | {'type':'enabled'}",
                "command-a-reasoning-08-2025 | low | {'type':'enabled','token_budget':3200}",
                "command-a-plus-05-2026 | max | {'type':'enabled'}",
                "command-a-03-2025 | none |",
                "command-a-03-2025 | low |",
            },
            quoteCharacter = '\0')
    void thinkingIsSwitchedOrGivenABudget(String model, String effort, String thinking) {
        JsonNode body =
                write(model, HELLO + ",\"reasoning_effort\":\"" + effort + "\"").body();

        assertThat(body.get("thinking")).isEqualTo(thinking == null ? null : json(thinking.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"auto\" | | 2",
                "\"none\" | NONE | 2",
                "\"required\" | REQUIRED | 2",
                "{\"type\":\"function\",\"function\":{\"name\":\"f\"}} | REQUIRED | 1",
                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}} | | 1",
            })
    void toolChoice(String choice, String expected, int tools) {
        String other = TOOL.replace("\"f\"", "\"other\"");
        JsonNode body = write(HELLO + ",\"tools\":[" + TOOL + "," + other + "],\"tool_choice\":" + choice)
                .body();

        assertThat(body.path("tool_choice").textValue()).isEqualTo(expected);
        assertThat(body.get("tools")).hasSize(tools);
    }

    @Test
    void olderModelsCannotBeForced() {
        assertThatThrownBy(() ->
                        write("command-r-08-2024", HELLO + ",\"tools\":[" + TOOL + "],\"tool_choice\":\"required\""))
                .isInstanceOf(GatewayException.class);
    }

    @Test
    void strictToolsAreAskedForOnceAndSingleCallsAreEmulated() {
        Written written = write(HELLO + ",\"parallel_tool_calls\":false,\"tools\":[" + TOOL
                + ",{\"type\":\"function\",\"function\":{\"name\":\"g\",\"strict\":true}}]");

        assertThat(written.body().get("strict_tools").asBoolean()).isTrue();
        assertThat(written.body().get("tools").get(1))
                .isEqualTo(json("{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":"
                        + "{\"type\":\"object\",\"properties\":{}}}}"));
        assertThat(written.call().question().oneCall()).isTrue();
        assertThat(written.verdicts()).contains("parallel_tool_calls=emulated");
    }

    @Test
    void formsOfAnswer() {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}";
        String asked = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"r\",\"schema\":"
                + schema + "}}";

        assertThat(write(HELLO + asked).body().get("response_format"))
                .isEqualTo(json("{\"type\":\"json_object\",\"json_schema\":" + schema + "}"));
        Written object = write(HELLO + ",\"response_format\":{\"type\":\"json_object\"}");
        assertThat(object.body().get("response_format")).isEqualTo(json("{\"type\":\"json_object\"}"));
        assertThat(object.body().get("messages").get(0).get("content").asText()).contains("JSON");
        Written beside = write(HELLO + asked + ",\"tools\":[" + TOOL + "]");
        assertThat(beside.body().has("response_format")).isFalse();
        assertThat(beside.call().question().jsonInText()).isTrue();
        assertThat(beside.body().get("messages").get(0).get("content").asText()).contains("\"required\":[\"a\"]");
    }

    @Test
    void whatWasSaidBeforeACallIsThePlan() {
        JsonNode messages = messages(MODEL, """
                [{"role":"developer","content":"d"},
                 {"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"r"}]},
                 {"role":"assistant","content":"I look","tool_calls":[
                   {"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]},
                 {"role":"tool","tool_call_id":"call_1","content":[
                   {"type":"document","document":{"id":"1","data":{"text":"t"}}}]},
                 {"role":"assistant","reasoning_content":"hm","content":"done"},
                 {"role":"user","content":"s"}]""");

        assertThat(messages).isEqualTo(json("""
                [{"role":"system","content":"d"},
                 {"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"r"}]},
                 {"role":"assistant","tool_plan":"I look","tool_calls":[
                   {"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"call_1","content":[
                   {"type":"document","document":{"id":"1","data":{"text":"t"}}}]},
                 {"role":"assistant","content":"done"},
                 {"role":"user","content":"s"}]"""));
    }

    @Test
    void plansAndThoughtsGoBackToWhereTheyStood() {
        String history = """
                [{"role":"user","content":"q"},
                 {"role":"assistant","content":null,"reasoning_content":"hm",
                  "reasoning_details":[{"type":"reasoning.text","text":"hm",%s"format":"cohere-chat-v2","index":0}],
                  "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"1"}]""";

        JsonNode plan = messages(MODEL, history.formatted("\"id\":\"tool_plan\","));
        JsonNode thought = messages("command-a-reasoning-08-2025", history.formatted(""));

        assertThat(plan.get(1).get("tool_plan").asText()).isEqualTo("hm");
        assertThat(thought.get(1).get("content")).isEqualTo(json("[{\"type\":\"thinking\",\"thinking\":\"hm\"}]"));
        assertThat(messages(MODEL, history.formatted("")).get(1).has("content")).isFalse();
    }

    @Test
    void picturesGoToModelsThatSee() {
        String picture = "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                + "\"data:image/jpeg;base64,iVBORw0KGgo=\",\"detail\":\"low\"}}]}]";

        assertThat(messages("command-a-vision-07-2025", picture).get(0).get("content"))
                .isEqualTo(json("[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                        + "\"data:image/png;base64,iVBORw0KGgo=\",\"detail\":\"low\"}}]"));
        assertThatThrownBy(() -> messages(MODEL, picture)).isInstanceOf(GatewayException.class);
    }

    @Test
    void aConversationEndsWithTheUser() {
        JsonNode messages = messages(
                MODEL, "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"Once\"}]");

        assertThat(messages.get(2).get("role").asText()).isEqualTo("user");
    }

    @Test
    void filesAreFetchedForCohereAndPicturesAreNot() {
        assertThat(COHERE.passesUrl(
                        new Part.Image(new Media.Url(null, "https://i.example/a.png"), null, null),
                        Providers.of("cohere"),
                        ModelProfiles.of("cohere", "command-a-vision-07-2025")))
                .isTrue();
        assertThat(COHERE.passesUrl(
                        new Part.File(new Media.Url(null, "https://i.example/a.txt"), null, null),
                        Providers.of("cohere"),
                        ModelProfiles.of("cohere", "command-a-03-2025")))
                .isFalse();
    }

    /// Written from documentation: Aya calls no tools.
    @Test
    void modelsWithoutToolsAreToldOfThemInWords() {
        Written written = write(
                "c4ai-aya-expanse-32b",
                "\"tools\":[" + TOOL + "],\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\","
                        + "\"content\":\"Well\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\","
                        + "\"content\":\"8\"}]");

        assertThat(written.body().get("messages").toString())
                .contains("[called f with {}]", "[a tool answered]")
                .doesNotContain("tool_calls", "tool_plan", "\"tool\"");
        assertThat(written.body().has("tools")).isFalse();
        assertThat(written.verdicts()).contains("messages=emulated(messages[1])", "tools=stripped");
    }
}
