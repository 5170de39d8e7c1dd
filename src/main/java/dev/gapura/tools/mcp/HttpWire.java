package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Secret;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.SseFramer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// MCP over streamable HTTP: each message is a `POST`, answered by JSON or by a stream of events that ends with the
/// answer. Any thread that may block.
final class HttpWire implements McpWire {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWire.class);
    /// The longest message that is read.
    static final int MOST_BYTES = 8 << 20;

    private static final String SESSION = "mcp-session-id";
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /// How long the head of the stream of changes is waited for: some servers, such as the official Java SDK's, send it
    /// with the first event only.
    private static final Duration HEAD = Duration.ofSeconds(1);

    private final String url;
    private final Map<String, Secret> headers;
    private final Outbound outbound;
    private final EgressRules rules;
    private volatile @Nullable String session;
    private volatile String revision = "";
    private volatile Outbound.@Nullable Answer stream;
    /// Opens the stream of changes and hears it.
    private volatile @Nullable Thread listening;
    private volatile boolean closed;
    private ChangeSignal signal = new ChangeSignal();

    /// @param headers that go with every request
    HttpWire(String url, Map<String, Secret> headers, Outbound outbound, EgressRules rules) {
        this.url = url;
        this.headers = headers;
        this.outbound = outbound;
        this.rules = rules;
    }

    @Override
    public Reply ask(Request request) throws McpException, InterruptedException {
        if (request.method().equals("initialize")) {
            session = null;
        }
        try (Outbound.Answer answer = send("POST", request.headers(), request.bytes())) {
            String given = answer.headers().get(SESSION);
            if (given != null && request.method().equals("initialize")) {
                session = given;
            }
            JsonNode response =
                    isStream(answer) && request.id() != null ? awaited(answer, request.id()) : json(whole(answer));
            boolean ok = answer.status() >= 200 && answer.status() < 300;
            if (response != null && (response.has("result") || response.has("error"))) {
                return Reply.of(response, answer.status());
            }
            if (ok) {
                throw new McpException("its server answers with something that is no JSON-RPC");
            }
            return new Reply.Fault(0, "status " + answer.status(), JsonTree.object(), answer.status());
        } catch (Outbound.OutboundException broken) {
            throw failure(broken);
        }
    }

    @Override
    public void tell(Request notification) throws McpException, InterruptedException {
        revision = notification.headers().getOrDefault("mcp-protocol-version", revision);
        post(notification.headers(), notification.bytes());
    }

    private void post(Map<String, String> with, byte[] message) throws McpException, InterruptedException {
        try (Outbound.Answer answer = send("POST", with, message)) {
            LOG.debug("a notification was answered with status {}", answer.status());
        } catch (Outbound.OutboundException broken) {
            throw failure(broken);
        }
    }

    private Outbound.Answer send(String method, Map<String, String> with, byte @Nullable [] body)
            throws Outbound.OutboundException, InterruptedException {
        Map<String, String> all = new LinkedHashMap<>();
        headers.forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value.reveal()));
        all.put("accept", body == null ? "text/event-stream" : "application/json, text/event-stream");
        if (body != null) {
            all.put("content-type", "application/json");
        }
        all.putAll(with);
        String id = session;
        if (id != null) {
            all.put(SESSION, id);
        }
        return outbound.call(new Outbound.Call(method, url, all, body), rules);
    }

    private static McpException failure(Outbound.OutboundException broken) {
        return new McpException(
                broken.refused()
                        ? "its address may not be reached; name host and port under `egress.allow`"
                        : String.valueOf(broken.getMessage()));
    }

    private static boolean isStream(Outbound.Answer answer) {
        String type = answer.headers().get("content-type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    private static byte[] whole(Outbound.Answer answer)
            throws Outbound.OutboundException, McpException, InterruptedException {
        byte[] bytes = answer.readUpTo(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw tooLong();
        }
        return bytes;
    }

    private static McpException tooLong() {
        return new McpException("its server sends a message longer than " + MOST_BYTES + " bytes");
    }

    private static @Nullable JsonNode json(byte[] bytes) {
        try {
            return bytes.length == 0 ? null : JsonTree.read(bytes, 0, bytes.length);
        } catch (JsonException none) {
            return null;
        }
    }

    /// Reads events until the answer to that request is among them; requests of the server's are
    /// answered.
    private @Nullable JsonNode awaited(Outbound.Answer answer, long id)
            throws Outbound.OutboundException, McpException, InterruptedException {
        Messages messages = new Messages(answer);
        for (JsonNode message = messages.next(); message != null; message = messages.next()) {
            boolean answers = message.has("result") || message.has("error");
            if (answers && message.path("id").asText().equals(Long.toString(id))) {
                return message;
            }
            answer(message);
        }
        throw new McpException("its server ended the answer before its result");
    }

    private void answer(JsonNode message) {
        byte[] response = Request.answerTo(message);
        // Only servers with sessions may ask, and only they take answers.
        if (response == null || revision.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("mcp-answer").start(() -> {
            try {
                post(Map.of("mcp-protocol-version", revision), response);
            } catch (McpException | InterruptedException unheard) {
                LOG.debug("a request of an MCP server could not be answered", unheard);
            }
        });
    }

    @Override
    public void attach(ChangeSignal hears) {
        signal = hears;
    }

    @Override
    public void listen(@Nullable Request subscription) throws McpException, InterruptedException {
        Outbound.Answer before = stream;
        if (before != null) {
            before.close();
        }
        CompletableFuture<@Nullable String> begun = new CompletableFuture<>();
        listening = Thread.ofVirtual().name("mcp-listen").start(() -> {
            try {
                Outbound.Answer opened = open(subscription);
                begun.complete(null);
                if (opened != null) {
                    hear(opened);
                }
            } catch (Outbound.OutboundException broken) {
                if (!begun.complete(failure(broken).reason())) {
                    signal.end();
                }
            } catch (InterruptedException over) {
                begun.complete(null);
            }
        });
        String fault = begun.completeOnTimeout(null, HEAD.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (fault != null) {
            throw new McpException(fault);
        }
    }

    /// @return the stream, null where the server has none
    private Outbound.@Nullable Answer open(@Nullable Request subscription)
            throws Outbound.OutboundException, InterruptedException {
        Outbound.Answer opened = subscription == null
                ? send("GET", revision.isEmpty() ? Map.of() : Map.of("mcp-protocol-version", revision), null)
                : send("POST", subscription.headers(), subscription.bytes());
        if (opened.status() != 200 || !isStream(opened)) {
            LOG.debug("no stream of changes: status {}", opened.status());
            opened.close();
            if (opened.status() != 405) {
                signal.end();
            }
            return null;
        }
        stream = opened;
        if (closed) {
            opened.close();
        }
        return opened;
    }

    private void hear(Outbound.Answer opened) {
        try (opened) {
            Messages messages = new Messages(opened);
            for (JsonNode message = messages.next(); message != null; message = messages.next()) {
                if ("notifications/tools/list_changed".equals(JsonTree.string(message, "method"))) {
                    signal.change();
                }
                answer(message);
            }
        } catch (Outbound.OutboundException | McpException | InterruptedException over) {
            LOG.debug("the stream of changes ended", over);
        }
        if (opened == stream) {
            signal.end();
        }
    }

    @Override
    public boolean cancelsByClosing(boolean stateless) {
        return stateless;
    }

    /// Ends the session, where the server gave one.
    @Override
    public void close() {
        closed = true;
        Outbound.Answer open = stream;
        Thread opening = listening;
        if (open != null) {
            open.close();
        } else if (opening != null) {
            opening.interrupt();
        }
        String id = session;
        if (id == null) {
            return;
        }
        try {
            Limited.within(FAREWELL, () -> {
                try (Outbound.Answer answer = send("DELETE", Map.of("mcp-protocol-version", revision), null)) {
                    return answer.status();
                } catch (Outbound.OutboundException gone) {
                    throw failure(gone);
                }
            });
        } catch (McpException gone) {
            LOG.debug("an MCP session could not be ended: {}", gone.reason());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        session = null;
    }

    /// The JSON messages in a stream of events, one after the other. One thread.
    private static final class Messages implements SseFramer.Events {
        private final Outbound.Answer answer;
        private final SseFramer framer = new SseFramer(this, MOST_BYTES);
        private final Queue<JsonNode> ready = new ArrayDeque<>();
        private boolean ended;

        Messages(Outbound.Answer answer) {
            this.answer = answer;
        }

        /// The next one, null at the end of the stream.
        @Nullable
        JsonNode next() throws Outbound.OutboundException, McpException, InterruptedException {
            while (ready.isEmpty() && !ended) {
                byte[] piece = answer.read();
                if (piece == null) {
                    ended = true;
                    framer.end();
                } else {
                    framer.feed(piece, 0, piece.length);
                }
                if (framer.tooLarge()) {
                    throw tooLong();
                }
            }
            return ready.poll();
        }

        @Override
        public void event(byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, boolean error) {
            if (dataEnd > dataStart) {
                JsonNode message = json(Arrays.copyOfRange(data, dataStart, dataEnd));
                if (message != null) {
                    ready.add(message);
                }
            }
        }
    }
}
