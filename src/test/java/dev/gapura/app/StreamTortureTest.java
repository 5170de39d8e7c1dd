package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.SseReader;
import dev.gapura.testkit.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Answers that stop at every byte, in every way a connection can end: never a hang, never an end that looks normal
/// where the provider had not finished. One upstream call for every cut.
class StreamTortureTest {
    private static final int CLIENTS = 12;

    /// Role, text with a character of three bytes, a tool call in two parts, usage.
    private static final String CHUNKS = Ask.event(Ask.ROLE)
            + ": a comment\n\n"
            + Ask.event(Ask.text("Nuwun sewu ꦒ"))
            + Ask.event(Ask.chunk(
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                            + "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\"\"}}]}",
                    null))
            + Ask.event(
                    Ask.chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":\\\"Solo\\\"}\"}}]}", null))
            + Ask.event(Ask.finish("tool_calls"))
            + Ask.event("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}");

    private static final String ANSWER = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Sugeng\"},"
            + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}";

    private static TestGateway gateway;

    private enum Way {
        FIN(new Step.Cut()),
        RST(new Step.Reset());

        final Step step;

        Way(Step step) {
            this.step = step;
        }
    }

    /// What the provider had said until the cut, as the test's own reader sees it.
    ///
    /// @param content whether an event with content was closed
    /// @param begun whether one was there, closed or not
    /// @param finished whether the finish reason was there
    private record Said(boolean content, boolean begun, boolean finished) {
        static Said in(byte[] prefix) {
            SseReader reader = new SseReader();
            // Behind a carriage return a line feed may still belong to the same line end.
            boolean openEnd = prefix.length > 0 && prefix[prefix.length - 1] == '\r';
            List<SseReader.Event> closed = reader.feed(openEnd ? Arrays.copyOf(prefix, prefix.length - 1) : prefix);
            List<SseReader.Event> open = reader.finish();
            return new Said(
                    closed.stream().anyMatch(Said::hasContent),
                    closed.stream().anyMatch(Said::hasContent) || open.stream().anyMatch(Said::hasContent),
                    closed.stream().anyMatch(Said::hasFinish) || open.stream().anyMatch(Said::hasFinish));
        }

        private static boolean hasContent(SseReader.Event event) {
            JsonNode delta = tree(event).at("/choices/0/delta");
            return !delta.path("content").asText("").isEmpty() || delta.has("tool_calls") || hasFinish(event);
        }

        private static boolean hasFinish(SseReader.Event event) {
            return tree(event).at("/choices/0/finish_reason").isTextual();
        }

        private static JsonNode tree(SseReader.Event event) {
            try {
                return Ask.json(event.data());
            } catch (AssertionError unfinished) {
                return Ask.json("{}");
            }
        }
    }

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("timeouts: { first_token: 400ms, between_chunks: 300ms }");
    }

    @AfterAll
    static void stop() {
        assertThat(Ask.openExchanges(gateway)).isZero();
        assertThat(gateway.simulator().open()).isZero();
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aStreamCutAtEveryByte(Way way) throws Exception {
        cutEverywhere(CHUNKS + "data: [DONE]\n\n", Reply.Framing.CHUNKED, way);
    }

    @Test
    void aStreamThatEndsWithItsConnectionAtEveryByte() throws Exception {
        cutEverywhere(CHUNKS + "data: [DONE]\n\n", Reply.Framing.CLOSE, Way.FIN);
    }

    @Test
    void aStreamInCarriageReturnsCutAtEveryByte() throws Exception {
        cutEverywhere((CHUNKS + "data: [DONE]\n\n").replace("\n", "\r\n"), Reply.Framing.CHUNKED, Way.FIN);
    }

    @Test
    void aStreamThatEndsAsIfWholeAtEveryByte() throws Exception {
        byte[] whole = Replies.bytes(CHUNKS);
        long before = gateway.simulator().requestCount();
        gateway.simulator()
                .answerWith(request ->
                        Replies.stopped(Replies.sse(CHUNKS), Long.parseLong(Ask.textOf(request)), new Step.End()));
        eachCut(whole.length, 1, (client, at) -> check(whole, at, Way.FIN, ask(client, true, at)));
        assertThat(gateway.simulator().requestCount() - before).isEqualTo(whole.length);
    }

    @Test
    void aStreamThatFallsSilent() throws Exception {
        byte[] whole = Replies.bytes(CHUNKS);
        gateway.simulator()
                .answerWith(request ->
                        Replies.stopped(Replies.sse(CHUNKS), Long.parseLong(Ask.textOf(request)), new Step.Silence()));
        long before = gateway.simulator().requestCount();
        eachCut(whole.length, 41, (client, at) -> {
            RawClient.Response response = ask(client, true, at);
            Said said = Said.in(Arrays.copyOf(whole, at));
            String code = said.content() ? "timeout_between_chunks" : "timeout_first_token";
            if (response.status() == 200) {
                Ask.Read read = Ask.read(response);
                assertThat(said.content()).isTrue();
                assertThat(read.done()).isEqualTo(read.finished());
                assertThat(read.error() == null).isEqualTo(read.finished());
                if (read.error() != null) {
                    assertThat(read.error().get("code").asText()).isEqualTo(code);
                }
            } else {
                assertThat(response.status()).isEqualTo(504);
                assertThat(Ask.error(response).get("code").asText()).isEqualTo(code);
            }
        });
        assertThat(gateway.simulator().requestCount() - before).isEqualTo((whole.length + 40) / 41);
        Waiting.until("silent calls are reset", () -> gateway.simulator().open() == 0);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aJsonAnswerCutAtEveryByte(Way way) throws Exception {
        byte[] whole = Replies.bytes(ANSWER);
        for (Reply.Framing framing : List.of(Reply.Framing.LENGTH, Reply.Framing.CHUNKED)) {
            Reply reply = Replies.raw(200, Map.of("content-type", "application/json"), framing, whole);
            gateway.simulator()
                    .answerWith(request -> Replies.stopped(reply, Long.parseLong(Ask.textOf(request)), way.step));
            long before = gateway.simulator().requestCount();
            eachCut(whole.length, 1, (client, at) -> {
                RawClient.Response response = ask(client, false, at);
                assertThat(response.status())
                        .as("cut at " + at + " of " + framing)
                        .isEqualTo(502);
                assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
            });
            assertThat(gateway.simulator().requestCount() - before).isEqualTo(whole.length);
        }
    }

    private static void cutEverywhere(String stream, Reply.Framing framing, Way way) throws Exception {
        byte[] whole = Replies.bytes(stream);
        gateway.simulator()
                .answerWith(request -> Replies.stopped(
                        Replies.sse(stream).withFraming(framing), Long.parseLong(Ask.textOf(request)), way.step));
        long before = gateway.simulator().requestCount();
        eachCut(whole.length, 1, (client, at) -> check(whole, at, way, ask(client, true, at)));
        assertThat(gateway.simulator().requestCount() - before).isEqualTo(whole.length);
    }

    /// A reset may overtake what was sent before it, so that less may have arrived than was said.
    private static void check(byte[] whole, int at, Way way, RawClient.Response response) {
        Said said = Said.in(Arrays.copyOf(whole, at));
        String context = way + " at " + at + " of " + whole.length + ": " + response.text();
        if (response.status() == 200) {
            Ask.Read read = Ask.read(response);
            assertThat(said.begun()).as(context).isTrue();
            assertThat(read.finished() || read.done() ? said.finished() : true)
                    .as(context)
                    .isTrue();
            assertThat(read.done()).as(context).isEqualTo(read.finished());
            assertThat(read.error() == null).as(context).isEqualTo(read.done());
        } else {
            assertThat(response.status()).as(context).isEqualTo(502);
            assertThat(way == Way.FIN && said.content()).as(context).isFalse();
            assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
        }
        if (way == Way.FIN && said.finished()) {
            assertThat(Ask.read(response).done()).as(context).isTrue();
        }
    }

    private static RawClient.Response ask(RawClient client, boolean stream, int at) {
        return client.postJson(Ask.CHAT, gateway.key(), Ask.body(stream, Integer.toString(at)))
                .readResponse();
    }

    private interface Cut {
        void at(RawClient client, int at) throws Exception;
    }

    /// Asks for every `step`th place, on connections that stay open.
    private static void eachCut(int length, int step, Cut cut) throws Exception {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        Ask.forEach(CLIENTS, CLIENTS, worker -> {
            RawClient client = RawClient.connect(gateway.port());
            try {
                for (int at = next.getAndAdd(step); at < length && failures.isEmpty(); at = next.getAndAdd(step)) {
                    cut.at(client, at);
                }
            } catch (Throwable failed) {
                failures.add(failed);
            } finally {
                client.close();
            }
        });
        failures.forEach(failed -> {
            throw new AssertionError(failures.size() + " cuts went wrong", failed);
        });
    }
}
