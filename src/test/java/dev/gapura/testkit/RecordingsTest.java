package dev.gapura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Simulator;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The recordings read back: the oracle understands what the providers said, and the fake provider sends it unchanged.
class RecordingsTest {
    private static final String[] CHAT = {
        "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat"
    };

    /// Answers that really carry no finish reason.
    private static final Set<String> WITHOUT_FINISH_REASON = Set.of(
            "openrouter-chat/0103-leading-whitespace-emoji.json",
            "compat-chat/0041-snowflake-tool-result-tool-call-legacy-functions.json",
            "compat-chat/0069-snowflake-tool-call-legacy-functions-system.json",
            "compat-chat/0085-snowflake-stream-reasoning-config-sampling-params.json",
            "compat-chat/0107-snowflake-tool-call-legacy-functions-json-schema.json");

    @BeforeEach
    void present() {
        Recordings.assumeAvailable();
    }

    @Test
    void theOracleUnderstandsEveryChatAnswer() {
        List<String> misses = new ArrayList<>();
        List<Recordings.Recording> recordings = Recordings.ofProtocols(CHAT);
        for (Recordings.Recording recording : recordings) {
            ChatAnswer answer = answer(recording);
            boolean failed =
                    recording.response().status() >= 400 || recording.features().contains("error");
            boolean said = answer != null
                    && answer.choices().values().stream().anyMatch(choice -> choice.finishReason() != null);
            boolean erred = answer != null && answer.error() != null;
            boolean unfinished = WITHOUT_FINISH_REASON.contains(recording.file());
            if (failed ? said : said == unfinished && !erred) {
                misses.add(recording.file() + " " + recording.response().status() + " " + answer);
            }
            if (answer != null && recording.features().contains("tool_call")) {
                boolean whole = answer.choices().values().stream()
                        .flatMap(choice -> choice.calls().stream())
                        .allMatch(call -> !call.name().isEmpty());
                if (!whole) {
                    misses.add(recording.file() + " has a call without a name " + answer);
                }
            }
        }
        System.err.println("recordings read: " + (recordings.size() - misses.size()) + " of " + recordings.size());
        assertThat(misses).isEmpty();
    }

    @Test
    void replayedBytesArriveUnchanged() {
        Vertx vertx = Vertx.vertx();
        try {
            Simulator simulator = Waiting.get(Simulator.start(vertx, "secret"));
            List<Recordings.Recording> streams = Recordings.ofProtocols("groq-chat", "compat-chat").stream()
                    .filter(Recordings.Recording::isStream)
                    .limit(40)
                    .toList();
            for (Recordings.Recording recording : streams) {
                Reply reply = Replies.raw(
                        recording.response().status(),
                        Map.of(
                                "content-type",
                                recording.response().headers().getOrDefault("content-type", "text/event-stream")),
                        Reply.Framing.CHUNKED,
                        recording.response().rawBody());
                simulator.answerWith(
                        request -> Replies.sliced(reply, recording.file().hashCode(), 700));
                try (RawClient client = RawClient.connect(simulator.port())) {
                    RawClient.Response response =
                            client.postJson("/v1/chat/completions", "k", "{}").readResponse();
                    assertThat(response.body())
                            .as(recording.file())
                            .isEqualTo(recording.response().rawBody());
                }
            }
            assertThat(simulator.requestCount()).isEqualTo(streams.size()).isPositive();
        } finally {
            Waiting.get(vertx.close());
        }
    }

    private static ChatAnswer answer(Recordings.Recording recording) {
        if (recording.isStream()) {
            return ChatAnswer.ofStream(recording.response().rawBody());
        }
        return recording.response().body() == null
                ? null
                : ChatAnswer.ofJson(recording.response().rawBody());
    }
}
