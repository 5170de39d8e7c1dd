package dev.gapura.dialect.mistral;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Mistral's that no recording shows, and those that end badly.
class MistralAnswersTest {
    private static final MistralDialect MISTRAL = new MistralDialect(new ErrorReader(InstantSource.system()));
    private static final Question QUESTION = Question.plain(Providers.of("mistral"), "m");

    private static Folded stream(String... events) {
        return Folding.stream(MISTRAL, QUESTION, sse(events));
    }

    private static String sse(String... events) {
        StringBuilder text = new StringBuilder();
        for (String event : events) {
            text.append("data: ").append(event).append("\n\n");
        }
        return text.toString();
    }

    private static String chunk(String delta, String finish) {
        return "{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + finish + "}]}";
    }

    @Test
    void fragmentsOfACallDoNotWipeOutItsName() {
        Folded folded = stream(
                chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"AbC123xyZ\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}",
                        "null"),
                chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"null\",\"function\":{\"name\":\"\",\"arguments\":\":1}\"}}]}",
                        "null"),
                chunk(
                        "{\"tool_calls\":[{\"index\":1,\"id\":\"zzz123xyZ\",\"function\":{\"name\":\"g\",\"arguments\":{\"b\":2}}}]}",
                        "\"tool_calls\""),
                "[DONE]");

        JsonNode calls = folded.message().get("tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).get("id").asText()).isEqualTo("AbC123xyZ");
        assertThat(calls.get(0).get("function").get("name").asText()).isEqualTo("f");
        assertThat(calls.get(0).get("function").get("arguments").asText()).isEqualTo("{\"a\":1}");
        assertThat(calls.get(1).get("function").get("arguments").asText()).isEqualTo("{\"b\":2}");
        assertThat(folded.finish()).isEqualTo("tool_calls");
    }

    @Test
    void wholeCallsWithoutAnIndexAreSeveral() {
        String calls = "{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                + "{\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";

        assertThat(stream(chunk(calls, "\"tool_calls\"")).message().get("tool_calls"))
                .hasSize(2);
    }

    @Test
    void streamedAndPlainMeanTheSame() {
        String message = "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                + "\"text\":\"hm ü\"}]},{\"type\":\"text\",\"text\":\"a €\"},{\"type\":\"reference\","
                + "\"reference_ids\":[3]}],\"tool_calls\":[{\"id\":\"AbC123xyZ\",\"index\":0,\"function\":{\"name\":"
                + "\"f\",\"arguments\":\"{}\"}}]}";
        String rest = "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
                + "\"num_cached_tokens\":2}}";
        String plain = "{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":" + message + "," + rest;
        byte[] stream = sse(plain.replace("\"message\"", "\"delta\""), "[DONE]").getBytes(StandardCharsets.UTF_8);

        JsonNode expected = Folding.plain(MISTRAL, QUESTION, plain).answer();

        assertThat(expected.path("choices").path(0).path("message").path("reasoning_details"))
                .hasSize(1);
        assertThat(expected.path("choices")
                        .path(0)
                        .path("message")
                        .path("annotations")
                        .path(0)
                        .toString())
                .contains("\"url\":\"3\"");
        for (int seed = -1; seed < 40; seed++) {
            assertThat(Folding.stream(MISTRAL, QUESTION, stream, seed).answer()).isEqualTo(expected);
        }
    }

    @Test
    void aModelsOwnLimitIsALimit() {
        Folded folded = stream(chunk("{\"content\":\"a\"}", "\"model_length\""));

        assertThat(folded.finish()).isEqualTo("length");
        assertThat(folded.answer()
                        .path("choices")
                        .path(0)
                        .path("native_finish_reason")
                        .asText())
                .isEqualTo("model_length");
    }

    @Test
    void aStreamWithoutAReasonWasCut() {
        assertThat(stream(chunk("{\"content\":\"a\"}", "null"), "[DONE]")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(stream(chunk("{\"content\":\"a\"}", "null")).failure().kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(Folding.stream(
                                MISTRAL,
                                QUESTION.withChoices(2),
                                sse(chunk("{\"content\":\"a\"}", "\"stop\""), "[DONE]"))
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
    }

    @Test
    void theReasonErrorIsAFailure() {
        assertThat(stream(chunk("{\"content\":\"a\"}", "\"error\""), "[DONE]")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"object\":\"error\",\"message\":\"Requests rate limit exceeded\",\"type\":\"rate_limited\",\"code\":\"1300\"}",
                "{\"error\":{\"message\":\"Rate limit reached\"}}"
            })
    void errorsUnderAGoodStatusAreErrors(String error) {
        assertThat(Folding.plain(MISTRAL, QUESTION, error).failure().kind())
                .isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        assertThat(stream(chunk("{\"content\":\"a\"}", "null"), error).failure().kind())
                .isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no", "[]", "{}", "{\"choices\":[]}", "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}"})
    void whatIsNoAnswerIsUnreadable(String body) {
        assertThat(Folding.plain(MISTRAL, QUESTION, body).failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }
}
