package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// What the whole-gateway tests ask and how they read the answers.
final class Ask {
    static final String CHAT = "/v1/chat/completions";
    static final String ROLE = chunk("{\"role\":\"assistant\",\"content\":\"\"}", null);

    private static final JsonMapper JSON = new JsonMapper();

    private Ask() {}

    /// A chat request with one user message of this text, which the fake provider reads with [#textOf].
    static String body(boolean stream, String text) {
        return body("sim/echo", stream, text);
    }

    static String body(String model, boolean stream, String text) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                + text + "\"}]}";
    }

    /// Text of the first message of a request as the provider received it.
    static String textOf(SimRequest request) {
        return json(request.body()).at("/messages/0/content").asText();
    }

    /// Sends a chat request on a connection of its own and reads the answer whole.
    static RawClient.Response chat(TestGateway gateway, boolean stream, String text) {
        return chat(gateway, body(stream, text));
    }

    static RawClient.Response chat(TestGateway gateway, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(CHAT, gateway.key(), body).readResponse();
        }
    }

    /// A stream that has been asked for and whose first event has been read.
    static RawClient streaming(TestGateway gateway, String text) {
        RawClient client = RawClient.connect(gateway.port());
        client.postJson(CHAT, gateway.key(), body(true, text));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent()).isPresent();
        return client;
    }

    /// One chunk of an answer.
    static String chunk(String delta, String finish) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + (finish == null ? "null" : "\"" + finish + "\"") + "}]}";
    }

    static String text(String content) {
        return chunk("{\"content\":\"" + content + "\"}", null);
    }

    static String finish(String reason) {
        return chunk("{}", reason);
    }

    static String event(String data) {
        return "data: " + data + "\n\n";
    }

    static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (java.io.IOException broken) {
            throw new AssertionError("not JSON: " + new String(bytes, StandardCharsets.UTF_8), broken);
        }
    }

    static JsonNode json(String text) {
        return json(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The `error` member of an error answer.
    static JsonNode error(RawClient.Response response) {
        JsonNode error = json(response.body()).get("error");
        assertThat(error).as(response.text()).isNotNull();
        return error;
    }

    /// A stream as a client read it.
    ///
    /// @param chunks all events but an error and `[DONE]`
    /// @param error the error event, which must be the last; null where there was none
    record Read(List<JsonNode> chunks, JsonNode error, boolean done, List<String> comments) {
        String content() {
            StringBuilder text = new StringBuilder();
            chunks.forEach(
                    chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
            return text.toString();
        }

        boolean finished() {
            return chunks.stream()
                    .anyMatch(chunk -> chunk.at("/choices/0/finish_reason").isTextual());
        }
    }

    /// Reads an event stream and checks that it holds whole events only, and nothing after an error or `[DONE]`.
    static Read read(RawClient.Response response) {
        assertThat(response.complete()).as("the answer ends properly").isTrue();
        assertThat(response.header("content-type")).startsWith("text/event-stream");
        return read(response.body());
    }

    static Read read(byte[] body) {
        SseReader reader = new SseReader();
        List<SseReader.Event> events = reader.feed(body);
        assertThat(reader.isInsideEvent()).as("ends inside an event").isFalse();
        List<JsonNode> chunks = new ArrayList<>();
        JsonNode error = null;
        boolean done = false;
        for (SseReader.Event event : events) {
            assertThat(error == null && !done)
                    .as("nothing after the end: " + event)
                    .isTrue();
            if (event.data().equals("[DONE]")) {
                done = true;
                continue;
            }
            JsonNode chunk = json(event.data());
            if (chunk.has("error")) {
                error = chunk.get("error");
            } else {
                chunks.add(chunk);
            }
        }
        return new Read(chunks, error, done, reader.comments());
    }

    /// A sample of the gateway's own metrics, 0 where it has none of that name.
    static double metric(TestGateway gateway, String name) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return metric(
                    client.request("GET", "/metrics", Map.of(), new byte[0])
                            .readResponse()
                            .text(),
                    name);
        }
    }

    /// A sample in the text of `/metrics`, 0 where there is none of that name.
    static double metric(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /// Open exchanges, without the one that asks.
    static long openExchanges(TestGateway gateway) {
        return Math.round(metric(gateway, "gapura_open_exchanges")) - 1;
    }

    static RawClient.Response get(TestGateway gateway, String method, String path, String... headers) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            Map<String, String> all = new HashMap<>();
            for (int at = 0; at < headers.length; at += 2) {
                all.put(headers[at], headers[at + 1]);
            }
            client.request(method, path, all, new byte[0]);
            return client.readResponse();
        }
    }

    /// Runs a piece of work for every number below `count`, on some threads at once; the first failure is thrown.
    static void forEach(int count, int threads, IntConsumer work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Callable<Void> worker = () -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                work.accept(index);
            }
            return null;
        };
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> workers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                workers.add(worker);
            }
            for (Future<Void> done : pool.invokeAll(workers, 60, TimeUnit.SECONDS)) {
                done.get();
            }
        }
    }

    /// A percentile of measured times, in milliseconds.
    static double millis(List<Long> nanos, double share) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1e6;
    }

    static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
