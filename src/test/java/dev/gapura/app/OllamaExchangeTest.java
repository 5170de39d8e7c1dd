package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A provider whose streams are no server-sent events: Ollama's lines of JSON, through the whole gateway.
class OllamaExchangeTest {
    private static final String PIECE = "{\"model\":\"qwen3\",\"message\":{\"content\":\"Hé \"},\"done\":false}\n";
    private static final String LAST = "{\"model\":\"qwen3\",\"message\":{\"content\":\"\"},\"done\":true,"
            + "\"done_reason\":\"stop\",\"prompt_eval_count\":5,\"eval_count\":2}\n";

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        gateway.reload("server: { access_log: \"off\" }\nproviders:\n  ollama: { base_url: \"http://127.0.0.1:"
                + gateway.simulator().port() + "\" }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static Reply lines(String lines) {
        Reply reply = new Reply(
                200, Map.of("content-type", "application/x-ndjson"), List.of(Step.Send.text(lines), new Step.End()));
        return Replies.paced(Replies.sliced(reply, 7, 40), 7, 5);
    }

    private RawClient.Response ask(boolean stream, String more) {
        String body = Ask.body("ollama/qwen3", stream, "Hi");
        return Ask.chat(gateway, body.substring(0, body.length() - 1) + more + "}");
    }

    @Test
    void aStreamOfLinesBecomesAStreamOfEvents() {
        gateway.simulator().answerWith(request -> lines(PIECE + PIECE + LAST));

        Ask.Read read = Ask.read(ask(true, ",\"stream_options\":{\"include_usage\":true},\"max_tokens\":9"));

        assertThat(read.content()).isEqualTo("Hé Hé ");
        assertThat(read.done()).isTrue();
        assertThat(read.chunks().getLast().at("/usage/total_tokens").asInt()).isEqualTo(7);
        assertThat(gateway.simulator().requests().getLast().path()).isEqualTo("/api/chat");
        JsonNode sent = Ask.json(gateway.simulator().requests().getLast().body());
        assertThat(sent.at("/options/num_predict").asInt()).isEqualTo(9);
        assertThat(sent.get("stream").asBoolean()).isTrue();
    }

    @Test
    void aPlainAnswerIsOne() {
        gateway.simulator()
                .answerWith(request -> Reply.json(200, LAST.replace("\"content\":\"\"", "\"content\":\"Hé\"")));

        RawClient.Response response = ask(false, "");

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(Ask.json(response.body()).at("/choices/0/message/content").asText())
                .isEqualTo("Hé");
        assertThat(Ask.json(response.body()).at("/id").asText()).startsWith("chatcmpl-");
    }

    @Test
    void severalAnswersAreSeveralStreams() {
        gateway.simulator().answerWith(request -> lines(PIECE + LAST));

        Ask.Read read = Ask.read(ask(true, ",\"n\":2"));

        assertThat(read.done()).isTrue();
        assertThat(read.chunks())
                .anyMatch(chunk -> chunk.at("/choices/0/index").asInt() == 1
                        && chunk.at("/choices/0/finish_reason").asText().equals("stop"));
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @Test
    void anErrorInsideAStreamEndsIt() {
        gateway.simulator().answerWith(request -> lines(PIECE + "{\"error\":\"the runner has stopped\"}\n"));

        Ask.Read read = Ask.read(ask(true, ""));

        assertThat(read.content()).isEqualTo("Hé ");
        assertThat(read.done()).isFalse();
        assertThat(read.error().get("message").asText()).contains("the runner has stopped");
    }

    @Test
    void anErrorBeforeTheFirstContentIsAStatus() {
        gateway.simulator().answerWith(request -> lines("{\"error\":\"server busy\",\"status\":503}\n"));
        assertThat(ask(true, "").status()).isEqualTo(503);

        gateway.simulator().answerWith(request -> Reply.json(404, "{\"error\":\"model 'qwen3' not found\"}"));
        RawClient.Response response = ask(true, "");
        assertThat(response.status()).isEqualTo(404);
        assertThat(Ask.error(response).get("code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void aStreamThatStopsEarlyIsNoAnswer() {
        gateway.simulator().answerWith(request -> lines(PIECE));

        Ask.Read read = Ask.read(ask(true, ""));

        assertThat(read.done()).isFalse();
        assertThat(read.error().get("code").asText()).isEqualTo("upstream_stream_cut");
    }
}
