package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An MCP server over streamable HTTP on loopback that does what a test tells it, in one of the two eras. What it is
/// asked is held against the specification: a request that breaks it is answered with an error.
public final class McpServer implements AutoCloseable {
    /// How it speaks.
    public enum Era {
        /// 2026-07-28 and nothing else.
        STATELESS,
        /// 2025-11-25 and nothing else.
        SESSIONS
    }

    private final Era era;
    private final HttpServer server;
    private final List<ObjectNode> tools = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final List<MultiMap> heads = new CopyOnWriteArrayList<>();
    private final List<HttpServerResponse> streams = new CopyOnWriteArrayList<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private volatile Function<JsonNode, @Nullable ObjectNode> call = params -> text("ok");
    private volatile boolean events;
    private volatile int pageSize = 100;
    private volatile int status;
    private volatile String secret = "";

    private McpServer(Vertx vertx, Era era, int port) {
        this.era = era;
        this.server = Waiting.get(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> serve(request, body.getBytes())))
                .listen(port, "127.0.0.1"));
    }

    /// Starts without tools.
    public static McpServer start(Vertx vertx, Era era) {
        return new McpServer(vertx, era, 0);
    }

    /// Starts at a port that was served before.
    public static McpServer startAt(Vertx vertx, Era era, int port) {
        return new McpServer(vertx, era, port);
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/mcp";
    }

    /// Adds a tool whose arguments follow this schema, and tells whoever listens.
    public McpServer tool(String name, String schema) {
        ObjectNode tool = JsonTree.object().put("name", name).put("description", "does " + name);
        tool.set("inputSchema", JsonTree.readOrNull(schema));
        tools.add(tool);
        tellChange();
        return this;
    }

    /// Adds a tool by its whole definition.
    public McpServer definition(String definition) {
        tools.add((ObjectNode) JsonTree.readOrNull(definition));
        return this;
    }

    /// What `tools/call` gives for its `params`: a result, or null for no answer ever.
    public McpServer calls(Function<JsonNode, @Nullable ObjectNode> does) {
        call = does;
        return this;
    }

    /// Answers are streams of events with a notice and a request before the answer.
    public McpServer inEvents() {
        events = true;
        return this;
    }

    public McpServer inPagesOf(int size) {
        pageSize = size;
        return this;
    }

    /// Everything is answered with this status; 0: no more.
    public void fail(int with) {
        status = with;
    }

    /// Value that `authorization` must have.
    public McpServer secret(String value) {
        secret = value;
        return this;
    }

    /// `METHOD rpc-method` of what came, in order; `?` where it broke the specification.
    public List<String> asked() {
        return asked;
    }

    /// The JSON that came.
    public List<JsonNode> messages() {
        return messages;
    }

    /// Their headers.
    public List<MultiMap> heads() {
        return heads;
    }

    /// Streams of changes that are open.
    public int listeners() {
        return streams.size();
    }

    public void forgetSessions() {
        sessions.clear();
    }

    public void endStreams() {
        streams.forEach(HttpServerResponse::end);
    }

    public void tellChange() {
        ObjectNode notice = JsonTree.object().put("jsonrpc", "2.0").put("method", "notifications/tools/list_changed");
        streams.forEach(stream -> stream.write(event(notice)));
    }

    /// A result of one text.
    public static ObjectNode text(String text) {
        ObjectNode result = JsonTree.object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private void serve(HttpServerRequest request, byte[] body) {
        JsonNode message = body.length == 0 ? JsonTree.object() : JsonTree.read(body, 0, body.length);
        String method = message.path("method").asText();
        asked.add(request.method() + " " + method);
        messages.add(message);
        heads.add(request.headers());
        HttpServerResponse response = request.response();
        if (status != 0) {
            response.setStatusCode(status).end();
            return;
        }
        if (!secret.isEmpty() && !secret.equals(request.getHeader("authorization"))) {
            response.setStatusCode(401).end();
            return;
        }
        switch (era) {
            case STATELESS -> stateless(request, message, method);
            case SESSIONS -> session(request, message, method);
        }
    }

    private void stateless(HttpServerRequest request, JsonNode message, String method) {
        JsonNode meta = message.at("/params/_meta");
        boolean good = request.method() == HttpMethod.POST
                && "2026-07-28".equals(request.getHeader("mcp-protocol-version"))
                && "2026-07-28"
                        .equals(meta.path("io.modelcontextprotocol/protocolVersion")
                                .asText())
                && meta.path("io.modelcontextprotocol/clientCapabilities").isObject()
                && method.equals(request.getHeader("mcp-method"))
                && request.getHeader("mcp-session-id") == null
                && (!method.equals("tools/call")
                        || encoded(message.at("/params/name").asText()).equals(request.getHeader("mcp-name")));
        if (!good) {
            asked.add("?");
            error(request.response().setStatusCode(400), message, -32020, "headers and body differ");
            return;
        }
        switch (method) {
            case "server/discover" -> {
                ObjectNode result = JsonTree.object().put("resultType", "complete");
                result.putArray("supportedVersions").add("2026-07-28");
                result.putObject("capabilities").putObject("tools").put("listChanged", true);
                answer(request.response(), message, result);
            }
            case "subscriptions/listen" -> stream(request.response());
            default -> both(request.response(), message, method);
        }
    }

    private static String encoded(String name) {
        return name.chars().allMatch(c -> c < 0x7f)
                ? name
                : "=?base64?" + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    private void session(HttpServerRequest request, JsonNode message, String method) {
        HttpServerResponse response = request.response();
        if (method.equals("initialize")) {
            String id = UUID.randomUUID().toString();
            sessions.add(id);
            ObjectNode result = JsonTree.object().put("protocolVersion", "2025-11-25");
            result.putObject("capabilities").putObject("tools").put("listChanged", true);
            response.putHeader("mcp-session-id", id);
            answer(response, message, result);
            return;
        }
        String id = request.getHeader("mcp-session-id");
        if (id == null || !"2025-11-25".equals(request.getHeader("mcp-protocol-version"))) {
            error(response.setStatusCode(400), message, -32000, "Bad Request: no session");
        } else if (!sessions.contains(id)) {
            error(response.setStatusCode(404), message, -32001, "Session not found");
        } else if (request.method() == HttpMethod.GET) {
            stream(response);
        } else if (request.method() == HttpMethod.DELETE) {
            sessions.remove(id);
            response.end();
        } else if (!message.has("id") || !message.has("method")) {
            response.setStatusCode(202).end();
        } else {
            both(response, message, method);
        }
    }

    private void both(HttpServerResponse response, JsonNode message, String method) {
        switch (method) {
            case "tools/list" ->
                answer(response, message, page(message.at("/params/cursor").asInt(0)));
            case "tools/call" -> {
                ObjectNode result = call.apply(message.get("params"));
                if (result == null) {
                    response.closeHandler(closed -> asked.add("closed"));
                } else if (result.has("error")) {
                    error(
                            response,
                            message,
                            result.at("/error/code").asInt(),
                            result.at("/error/message").asText());
                } else {
                    answer(response, message, result);
                }
            }
            default -> error(response.setStatusCode(404), message, -32601, "Method not found");
        }
    }

    private ObjectNode page(int from) {
        ObjectNode result = JsonTree.object();
        ArrayNode list = result.putArray("tools");
        int to = Math.min(tools.size(), from + pageSize);
        tools.subList(from, to).forEach(list::add);
        if (to < tools.size()) {
            result.put("nextCursor", Integer.toString(to));
        }
        return result;
    }

    private void stream(HttpServerResponse response) {
        response.setChunked(true).putHeader("content-type", "text/event-stream").write(": open\n\n");
        streams.add(response);
        response.closeHandler(closed -> streams.remove(response));
        response.endHandler(ended -> streams.remove(response));
    }

    private void answer(HttpServerResponse response, JsonNode message, ObjectNode result) {
        ObjectNode answer = JsonTree.object().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        answer.set("result", result);
        if (!events) {
            response.putHeader("content-type", "application/json").end(JsonTree.text(answer));
            return;
        }
        ObjectNode notice = JsonTree.object().put("jsonrpc", "2.0").put("method", "notifications/progress");
        ObjectNode ping =
                JsonTree.object().put("jsonrpc", "2.0").put("id", "p1").put("method", "ping");
        response.setChunked(true).putHeader("content-type", "text/event-stream; charset=utf-8");
        response.write("id: 1\ndata:\n\n" + event(notice) + event(ping));
        response.end(event(answer));
    }

    private static String event(ObjectNode message) {
        return "event: message\r\ndata: " + JsonTree.text(message) + "\r\n\r\n";
    }

    private static void error(HttpServerResponse response, JsonNode message, int code, String text) {
        ObjectNode answer = JsonTree.object().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        answer.putObject("error").put("code", code).put("message", text);
        response.putHeader("content-type", "application/json").end(JsonTree.text(answer));
    }

    @Override
    public void close() {
        Waiting.get(server.close());
    }
}
