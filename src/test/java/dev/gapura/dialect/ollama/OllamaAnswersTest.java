package dev.gapura.dialect.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Ollama's that no recording shows, and those that end badly.
class OllamaAnswersTest {
    private static final OllamaDialect OLLAMA = new OllamaDialect(RecordedAnswers.ERRORS);
    private static final Question QUESTION = Question.plain(Providers.of("ollama"), "m");
    private static final String HELLO =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hé\"}," + "\"done\":false}";

    private static Folded stream(String... lines) {
        return Folding.stream(OLLAMA, QUESTION, String.join("\n", lines) + "\n");
    }

    private static String last(String members) {
        return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true" + members + "}";
    }

    @Test
    void streamedAndPlainMeanTheSame() {
        String call = "{\"id\":\"call_a\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"b\":[1,\"ü\"]}}}";
        String end = ",\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":4";
        String plain = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hé\",\"thinking\":\"hm €\","
                + "\"tool_calls\":[" + call + "," + call.replace("call_a", "call_b") + "]},\"done\":true" + end + "}";
        String streamed = String.join(
                "\r\n",
                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}",
                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\" €\"},\"done\":false}",
                "",
                HELLO,
                "{\"message\":{\"content\":\"\",\"tool_calls\":[" + call + "]},\"done\":false}",
                "{\"message\":{\"content\":\"\",\"tool_calls\":[" + call.replace("call_a", "call_b")
                        + "]},\"done\":false}",
                last(end));

        JsonNode expected = Folding.plain(OLLAMA, QUESTION, plain).answer();

        assertThat(expected.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(expected.at("/choices/0/message/reasoning_details/0/format").asText())
                .isEqualTo("ollama-chat-v1");
        assertThat(expected.at("/choices/0/message/tool_calls/1/function/arguments")
                        .asText())
                .isEqualTo("{\"b\":[1,\"ü\"]}");
        byte[] bytes = streamed.getBytes(StandardCharsets.UTF_8);
        for (int seed = -1; seed < 40; seed++) {
            assertThat(Folding.stream(OLLAMA, QUESTION, bytes, seed).answer()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({",stop,", "stop,stop,", "length,length,", "load,stop,load"})
    void reasons(String told, String finish, String nativeReason) {
        Folded folded = stream(HELLO, last(told == null ? "" : ",\"done_reason\":\"" + told + "\""));

        assertThat(folded.finish()).isEqualTo(finish);
        assertThat(folded.answer().at("/choices/0/native_finish_reason").asText(null))
                .isEqualTo(nativeReason);
    }

    @Test
    void callsWithoutAnIdGetOne() {
        Folded folded = stream(
                "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}},"
                        + "{\"function\":{\"name\":\"g\"}}]},\"done\":false}",
                last(""));

        JsonNode calls = folded.message().get("tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).get("id").asText())
                .startsWith("call_")
                .isNotEqualTo(calls.get(1).get("id").asText());
        assertThat(calls.get(1).at("/function/arguments").asText()).isEqualTo("{}");
    }

    @Test
    void logProbabilitiesAndPicturesAreHandedOn() {
        String logprob = "{\"token\":\"H\",\"logprob\":-0.5,\"bytes\":[72],\"top_logprobs\":[]}";
        Folded folded = stream(
                "{\"message\":{\"content\":\"H\",\"images\":[\"/9j/4AAQ\"]},\"logprobs\":[" + logprob
                        + "],\"done\":false}",
                last(""));

        assertThat(folded.answer().at("/choices/0/logprobs/content"))
                .isEqualTo(JsonTree.readOrNull("[" + logprob + "]"));
        assertThat(folded.message().at("/images/0/image_url/url").asText())
                .isEqualTo("data:image/jpeg;base64,/9j/4AAQ");
    }

    @Test
    void aStreamThatIsNotDoneWasCut() {
        assertThat(stream(HELLO).failure().kind()).isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(Folding.stream(OLLAMA, QUESTION, HELLO + "\n{\"model\":\"m\",\"mess")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(Folding.stream(OLLAMA, QUESTION, "").failure().kind()).isEqualTo(FailureKind.PROVIDER_CUT);
    }

    @Test
    void theLastLineNeedsNoEnd() {
        assertThat(Folding.stream(OLLAMA, QUESTION, HELLO + "\n" + last("")).finish())
                .isEqualTo("stop");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"error\":\"an error was encountered while running the model\"}', PROVIDER_FAILED",
        "'{\"error\":\"prompt too long; exceeded max context length by 9 tokens\",\"status\":400}', PROVIDER_REJECTED",
        "'{\"error\":\"server busy, please try again\",\"status\":503}', PROVIDER_OVERLOADED",
    })
    void errorsInsideAnAnswerAreErrors(String error, FailureKind kind) {
        assertThat(stream(HELLO, error).failure().kind()).isEqualTo(kind);
        assertThat(Folding.plain(OLLAMA, QUESTION, error).failure().kind()).isEqualTo(kind);
    }

    /// Ollama's names have dots, and tags.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"model 'llama3.1:8b' not found\"}",
                "{\"error\":\"model \\\"llama3.1\\\" not found, try pulling it first\"}"
            })
    void aModelThatIsNotThere(String error) {
        var failure = RecordedAnswers.ERRORS.read(
                Providers.of("ollama"), 404, name -> null, error.getBytes(StandardCharsets.UTF_8));

        assertThat(failure.kind()).isEqualTo(FailureKind.PROVIDER_NOT_FOUND);
        assertThat(failure.code()).isEqualTo("model_not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no",
                "[]",
                "{}",
                "{\"done\":true}",
                "{\"message\":{\"content\":\"a\"},\"done\":false}",
                "{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":{}}}]},\"done\":true}"
            })
    void whatIsNoAnswerIsUnreadable(String body) {
        assertThat(Folding.plain(OLLAMA, QUESTION, body).failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "[]", "{\"message\":{\"tool_calls\":[{\"id\":\"a\"}]},\"done\":true}"})
    void aLineThatIsNoPieceIsUnreadable(String line) {
        assertThat(stream(HELLO, line, last("")).failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @Test
    void aLineHasALimit() {
        byte[] endless = new byte[1 << 20];
        java.util.Arrays.fill(endless, (byte) 'x');
        var reader = OLLAMA.stream(QUESTION);
        var events = new java.util.ArrayList<dev.gapura.chat.ChatEvent>();
        for (int i = 0; i < 17 && events.isEmpty(); i++) {
            reader.feed(endless, 0, endless.length, events::add);
        }

        assertThat(events).singleElement().isInstanceOf(dev.gapura.chat.ChatEvent.Failed.class);
    }
}
