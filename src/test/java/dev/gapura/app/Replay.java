package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Simulator;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// One whole gateway before one fake provider that plays every request the reply meant for it, over real sockets and
/// connections that stay open. Several clients work at once, each on a connection of its own.
///
/// Which reply belongs to which request is told by the hop mark of the client, which the gateway hands on.
final class Replay implements AutoCloseable {
    /// Stands for scheme, address and port of the fake provider in a configuration.
    static final String ORIGIN = "{origin}";

    private static final String MARK = "x-gapura-hop";
    private static final int CLIENTS = 8;

    private final ObjectMapper json = new ObjectMapper();
    private final Vertx vertx = Vertx.vertx();
    private final Simulator upstream;
    private final Path accessLog;
    private final TestGateway gateway;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Map<String, List<SimRequest>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger marks = new AtomicInteger();

    /// A request of a client and the provider's reply to it.
    record Play(String name, byte[] request, Reply reply) {}

    /// What came of a play: what the client read and what the provider was sent.
    record Seen(Play play, RawClient.Response answer, List<SimRequest> calls) {
        /// The name under which the access log has it.
        String requestId() {
            return answer.header("x-request-id");
        }
    }

    /// @param folder takes the access log
    /// @param providers the `providers` section, with [#ORIGIN] for the fake provider
    Replay(Path folder, String providers) {
        accessLog = folder.resolve("access.log");
        upstream = Waiting.get(Simulator.start(vertx, "unused")).answerWith(this::reply);
        gateway = TestGateway.start(yaml(providers));
    }

    /// Gives the gateway other providers without stopping it.
    void reload(String providers) {
        gateway.reload(yaml(providers));
    }

    private String yaml(String providers) {
        return "server: { access_log: \"" + accessLog + "\" }\nproviders:\n"
                + providers.replace(ORIGIN, upstream.origin().toString());
    }

    private Reply reply(SimRequest request) {
        String mark = request.headers().getOrDefault(MARK, "").split(",")[0];
        calls.computeIfAbsent(mark, fresh -> new ArrayList<>()).add(request);
        Reply reply = replies.get(mark);
        return reply == null ? Reply.json(500, "{\"error\":\"no reply for mark '" + mark + "'\"}") : reply;
    }

    /// Plays all of them; results in the same order.
    List<Seen> run(List<Play> plays) {
        AtomicInteger next = new AtomicInteger();
        Seen[] seen = new Seen[plays.size()];
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> client(plays, next, seen)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return List.of(seen);
    }

    /// Plays one, on a connection of its own. Several threads may do so at once.
    Seen one(Play play) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return play(client, play);
        }
    }

    private void client(List<Play> plays, AtomicInteger next, Seen[] seen) {
        RawClient client = null;
        for (int index = next.getAndIncrement(); index < plays.size(); index = next.getAndIncrement()) {
            client = client == null ? RawClient.connect(gateway.port()) : client;
            Play play = plays.get(index);
            try {
                seen[index] = play(client, play);
            } catch (UncheckedIOException e) {
                throw new AssertionError("no answer to " + play.name(), e);
            }
            if (!seen[index].answer().complete()
                    || "close".equals(seen[index].answer().header("connection"))) {
                client.close();
                client = null;
            }
        }
        if (client != null) {
            client.close();
        }
    }

    private Seen play(RawClient client, Play play) {
        String mark = String.format("%032x", marks.incrementAndGet());
        replies.put(mark, play.reply());
        client.request(
                "POST",
                "/v1/chat/completions",
                Map.of("authorization", "Bearer " + gateway.key(), "content-type", "application/json", MARK, mark),
                play.request());
        RawClient.Response answer = client.readResponse();
        replies.remove(mark);
        List<SimRequest> received = calls.remove(mark);
        return new Seen(play, answer, received == null ? List.of() : List.copyOf(received));
    }

    /// The access log's lines by request id, once there are so many.
    Map<String, JsonNode> accessLines(int count) {
        Waiting.until(count + " access lines", () -> lines().size() >= count);
        Map<String, JsonNode> byId = new HashMap<>();
        for (String line : lines()) {
            try {
                JsonNode parsed = json.readTree(line);
                byId.put(parsed.path("request_id").asText(), parsed);
            } catch (IOException e) {
                throw new AssertionError("not a line of JSON: " + line, e);
            }
        }
        return byId;
    }

    private List<String> lines() {
        try {
            return Files.exists(accessLog) ? Files.readAllLines(accessLog) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
        Waiting.get(vertx.close());
    }
}
