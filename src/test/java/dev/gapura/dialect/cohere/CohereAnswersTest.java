package dev.gapura.dialect.cohere;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Cohere's that no recording shows, and those that end badly.
class CohereAnswersTest {
    private static final CohereDialect COHERE = new CohereDialect(new ErrorReader(InstantSource.system()));
    private static final Question QUESTION = Question.plain(Providers.of("cohere"), "m");
    private static final String START = "{\"id\":\"i\",\"type\":\"message-start\",\"delta\":{\"message\":{}}}";

    private static String sse(String... events) {
        StringBuilder text = new StringBuilder();
        for (String event : events) {
            text.append("event: x\ndata: ").append(event).append("\n\n");
        }
        return text.toString();
    }

    private static Folded stream(String... events) {
        return Folding.stream(COHERE, QUESTION, sse(events));
    }

    private static String text(String text) {
        return "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"" + text
                + "\"}}}}";
    }

    private static String end(String reason) {
        return "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"" + reason
                + "\",\"usage\":{\"billed_units\":{\"input_tokens\":3.0,\"output_tokens\":4.0}}}}";
    }

    @Test
    void streamedAndPlainMeanTheSame() {
        String plain = """
                {"id":"i","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"plän","content":[
                  {"type":"thinking","thinking":"hm"},{"type":"text","text":"a €"}],
                  "tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{}"}},
                    {"id":"g_1","type":"function","function":{"name":"g","arguments":"{\\"a\\":1}"}}],
                  "citations":[{"start":2,"end":3,"text":"€","content_index":1,"type":"TEXT_CONTENT","sources":[
                    {"type":"document","id":"doc:0","document":{"id":"doc:0","title":"T"}}]},
                    {"start":0,"end":1,"text":"h","type":"PLAN","sources":[{"type":"tool","id":"x"}]}]},
                 "usage":{"tokens":{"input_tokens":30,"output_tokens":4},"cached_tokens":5}}""";
        String stream = sse(
                START,
                "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"pl\"}}}",
                "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"än\"}}}",
                "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"thinking\",\"thinking\":\"h\"}}}}",
                "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"thinking\":\"m\"}}}}",
                "{\"type\":\"content-end\",\"index\":0}",
                "{\"type\":\"content-start\",\"index\":1,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}}",
                "{\"type\":\"content-delta\",\"index\":1,\"delta\":{\"message\":{\"content\":{\"text\":\"a €\"}}}}",
                "{\"type\":\"citation-start\",\"index\":0,\"delta\":{\"message\":{\"citations\":{\"start\":2,\"end\":3,\"text\":\"€\",\"content_index\":1,\"type\":\"TEXT_CONTENT\",\"sources\":[{\"type\":\"document\",\"id\":\"doc:0\",\"document\":{\"id\":\"doc:0\",\"title\":\"T\"}}]}}}}",
                "{\"type\":\"citation-end\",\"index\":0}",
                "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"f_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}}}}",
                "{\"type\":\"tool-call-end\",\"index\":0}",
                "{\"type\":\"tool-call-start\",\"index\":1,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"g_1\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}}}}",
                "{\"type\":\"tool-call-delta\",\"index\":1,\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\"{\\\"a\\\"\"}}}}}",
                "{\"type\":\"tool-call-delta\",\"index\":1,\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\":1}\"}}}}}",
                "{\"type\":\"tool-call-end\",\"index\":1}",
                "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"tokens\":{\"input_tokens\":30,\"output_tokens\":4},\"cached_tokens\":5}}}",
                "[DONE]");

        JsonNode expected = Folding.plain(COHERE, QUESTION, plain).answer();

        JsonNode message = expected.path("choices").path(0).path("message");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("plänhm");
        assertThat(message.path("reasoning_details").path(0).path("id").asText())
                .isEqualTo("tool_plan");
        assertThat(message.path("annotations")).hasSize(1);
        assertThat(message.path("annotations").toString()).contains("doc:0").contains("\"title\":\"T\"");
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int seed = -1; seed < 40; seed++) {
            assertThat(Folding.stream(COHERE, QUESTION, bytes, seed).answer()).isEqualTo(expected);
        }
    }

    @Test
    void billedUnitsCountWhereNothingElseDoes() {
        JsonNode usage = stream(START, text("a"), end("COMPLETE")).answer().path("usage");

        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(3);
        assertThat(usage.path("completion_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void logprobsAreKept() {
        Folded folded = Folding.plain(
                COHERE,
                QUESTION,
                "{\"id\":\"i\",\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":"
                        + "\"ab\"}]},\"logprobs\":[{\"text\":\"ab\",\"token_ids\":[1,2],\"logprobs\":[-0.1,-0.2]}]}");

        assertThat(folded.answer().path("choices").path(0).path("logprobs").path("content"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"ERROR, PROVIDER_FAILED", "TIMEOUT, PROVIDER_FAILED", "ERROR_TOXIC, PROVIDER_FAILED"})
    void badEndsAreFailures(String reason, FailureKind kind) {
        assertThat(stream(START, text("a"), end(reason)).failure().kind()).isEqualTo(kind);
        assertThat(Folding.plain(
                                COHERE, QUESTION, "{\"finish_reason\":\"" + reason + "\",\"message\":{\"content\":[]}}")
                        .failure()
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void aStreamWithoutItsEndWasCut() {
        assertThat(stream(START, text("a")).failure().kind()).isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(stream(START, text("a"), "[DONE]").failure().kind()).isEqualTo(FailureKind.PROVIDER_CUT);
    }

    @Test
    void errorsInsideTheStreamAreErrors() {
        assertThat(stream(START, text("a"), "{\"message\":\"too many requests\"}")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        String ended =
                "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"the model is overloaded\"}}";
        assertThat(stream(START, ended).failure().kind()).isEqualTo(FailureKind.PROVIDER_OVERLOADED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no", "[]", "{}", "{\"message\":{\"content\":[]}}"})
    void whatIsNoAnswerIsUnreadable(String body) {
        assertThat(Folding.plain(COHERE, QUESTION, body).failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }
}
