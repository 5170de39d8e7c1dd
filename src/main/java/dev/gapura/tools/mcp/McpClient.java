package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Secret;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.wire.JsonTree;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client of one [MCP](https://modelcontextprotocol.io/specification/2026-07-28) server, as much of one as tools
/// need: it lists them, calls them and hears when the list changes. It speaks the stateless revision 2026-07-28 and
/// falls back to the sessions of 2025-11-25 and before. Its methods block and are called on virtual threads; any
/// number of calls at once.
public final class McpClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(McpClient.class);

    static final String STATELESS = "2026-07-28";
    private static final String SESSIONS = "2025-11-25";
    /// Revisions with sessions that say the same of tools.
    private static final List<String> OLDER = List.of(SESSIONS, "2025-06-18", "2025-03-26", "2024-11-05");

    private static final String META = "io.modelcontextprotocol/";
    /// Codes that only servers of the stateless revision use.
    private static final long HEADER_MISMATCH = -32020;
    private static final long UNSUPPORTED_VERSION = -32022;

    /// A process that is fetched before it starts (`npx`) takes that long.
    private static final Duration CONNECT = Duration.ofSeconds(60);
    /// A server with sessions may stay silent when it is asked what only others know.
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final Duration LIST = Duration.ofSeconds(30);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final int MOST_PAGES = 100;

    private final String label;
    private final McpWire wire;
    private final String version;
    private final AtomicLong ids = new AtomicLong();
    private final ChangeSignal signal = new ChangeSignal();
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Agreed agreed;

    /// What was agreed on with the server.
    ///
    /// @param tells whether it says when its list changes
    private record Agreed(String revision, boolean stateless, boolean hasTools, boolean tells) {}

    /// What is heard of a server.
    public enum Heard {
        /// Its list of tools may be another.
        CHANGE,
        /// It will say no more.
        END,
        NOTHING
    }

    McpClient(String label, McpWire wire, String version) {
        this.label = label;
        this.wire = wire;
        this.version = version;
        wire.attach(signal);
    }

    /// A server that is reached by HTTP; nothing is sent yet.
    ///
    /// @param label name of the entry, for the log
    /// @param headers that go with every request
    /// @param version of the gateway, which it tells the server
    public static McpClient overHttp(
            String label, URI url, Map<String, Secret> headers, Outbound outbound, EgressRules rules, String version) {
        return new McpClient(label, new HttpWire(url.toString(), headers, outbound, rules), version);
    }

    /// A server that is started as a process now.
    ///
    /// @param environment of the process, beside a few variables of ours that are no secrets
    /// @throws McpException where it cannot be started
    public static McpClient ofProcess(
            String label, List<String> command, Map<String, Secret> environment, String version) throws McpException {
        return new McpClient(label, ProcessWire.start(label, command, environment), version);
    }

    /// Agrees with the server on a revision.
    ///
    /// @param sessionsFirst leave out asking for the stateless revision, for servers that do not survive
    ///     it
    public void connect(boolean sessionsFirst) throws McpException, InterruptedException {
        opening.lockInterruptibly();
        try {
            agreed = sessionsFirst ? initialize() : negotiate();
        } finally {
            opening.unlock();
        }
    }

    /// The revision of the protocol that is spoken; empty before [#connect].
    public String revision() {
        Agreed now = agreed;
        return now == null ? "" : now.revision();
    }

    private Agreed negotiate() throws McpException, InterruptedException {
        Reply reply;
        try {
            reply = Limited.within(PROBE, () -> wire.ask(stateless("server/discover", JsonTree.object(), Map.of())));
        } catch (McpException none) {
            LOG.debug("tools {}: no answer to server/discover: {}", label, none.reason());
            return initialize();
        }
        return switch (reply) {
            case Reply.Result(ObjectNode result) -> discovered(result);
            case Reply.Fault fault -> {
                if (fault.status() == 401 || fault.status() == 403) {
                    throw refused(fault);
                }
                if (fault.code() <= HEADER_MISMATCH && fault.code() >= UNSUPPORTED_VERSION && !speaksOlder(fault)) {
                    throw new McpException("its server speaks no revision of MCP that this gateway does: " + STATELESS
                            + ", " + String.join(", ", OLDER) + " (it says: " + fault.message() + ")");
                }
                yield initialize();
            }
        };
    }

    private static boolean speaksOlder(Reply.Fault fault) {
        for (var one : fault.data().path("supported")) {
            if (OLDER.contains(one.asText())) {
                return true;
            }
        }
        return false;
    }

    private Agreed discovered(ObjectNode result) throws McpException, InterruptedException {
        List<String> supported = new ArrayList<>();
        result.path("supportedVersions").forEach(one -> supported.add(one.asText()));
        if (!supported.contains(STATELESS)) {
            return initialize();
        }
        var tools = result.path("capabilities").path("tools");
        return new Agreed(
                STATELESS, true, tools.isObject(), tools.path("listChanged").asBoolean(false));
    }

    private Agreed initialize() throws McpException, InterruptedException {
        ObjectNode params = JsonTree.object().put("protocolVersion", SESSIONS);
        params.putObject("capabilities");
        params.set("clientInfo", clientInfo());
        Reply reply = Limited.within(
                CONNECT, () -> wire.ask(new Request(ids.incrementAndGet(), "initialize", params, Map.of())));
        ObjectNode result = result(reply);
        String revision = JsonTree.string(result, "protocolVersion");
        if (revision == null || !OLDER.contains(revision)) {
            throw new McpException("its server speaks revision " + revision + " of MCP, which this gateway does not");
        }
        var tools = result.path("capabilities").path("tools");
        Agreed done = new Agreed(
                revision, false, tools.isObject(), tools.path("listChanged").asBoolean(false));
        Limited.within(CONNECT, () -> {
            wire.tell(new Request(
                    null,
                    "notifications/initialized",
                    JsonTree.object(),
                    Map.of("mcp-protocol-version", done.revision())));
            return done;
        });
        return done;
    }

    private ObjectNode clientInfo() {
        return JsonTree.object().put("name", "gapura").put("version", version);
    }

    private Request stateless(String method, ObjectNode params, Map<String, String> headers) {
        ObjectNode meta = params.putObject("_meta");
        meta.put(META + "protocolVersion", STATELESS);
        meta.set(META + "clientInfo", clientInfo());
        meta.putObject(META + "clientCapabilities");
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("mcp-protocol-version", STATELESS);
        all.put("mcp-method", method);
        return new Request(ids.incrementAndGet(), method, params, all);
    }

    private Request request(Agreed with, String method, ObjectNode params, Map<String, String> headers) {
        return with.stateless()
                ? stateless(method, params, headers)
                : new Request(ids.incrementAndGet(), method, params, Map.of("mcp-protocol-version", with.revision()));
    }

    private Agreed agreement() throws McpException {
        Agreed now = agreed;
        if (now == null) {
            throw new McpException("its server is not connected");
        }
        return now;
    }

    /// Every tool of the server that can be used. One whose definition is broken is left out, which the
    /// log tells.
    public List<McpTool> tools() throws McpException, InterruptedException {
        if (!agreement().hasTools()) {
            throw new McpException("its server offers no tools");
        }
        ToolDefinitions definitions = new ToolDefinitions(label);
        String cursor = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            ObjectNode params = JsonTree.object();
            if (cursor != null) {
                params.put("cursor", cursor);
            }
            ObjectNode result = result(Limited.within(LIST, () -> asked("tools/list", params, Map.of())));
            definitions.add(result.path("tools"));
            String next = JsonTree.string(result, "nextCursor");
            if (next == null || next.equals(cursor) || definitions.full()) {
                break;
            }
            cursor = next;
        }
        return definitions.tools();
    }

    /// Asks, and once more with a session of its own where the server has forgotten ours: nothing ran
    /// then.
    @SuppressWarnings("ReferenceEquality") // two sessions may have agreed on the same
    private Reply asked(String method, ObjectNode params, Map<String, String> headers)
            throws McpException, InterruptedException {
        Agreed before = agreement();
        Request request = request(before, method, params, headers);
        Reply reply;
        try {
            reply = wire.ask(request);
        } catch (InterruptedException ended) {
            cancel(before, request);
            throw ended;
        }
        if (!(reply instanceof Reply.Fault fault) || fault.status() != 404 || before.stateless()) {
            return reply;
        }
        opening.lockInterruptibly();
        try {
            if (agreed == before) {
                LOG.debug("tools {}: the session is over, another one begins", label);
                agreed = initialize();
            }
        } finally {
            opening.unlock();
        }
        return wire.ask(request(agreement(), method, params, headers));
    }

    private void cancel(Agreed with, Request request) {
        if (wire.cancelsByClosing(with.stateless())) {
            return;
        }
        ObjectNode params = JsonTree.object().put("requestId", request.id());
        params.put("reason", "nobody waits for it any more");
        Request notice =
                new Request(null, "notifications/cancelled", params, Map.of("mcp-protocol-version", with.revision()));
        Thread.ofVirtual().name("mcp-cancel").start(() -> {
            try {
                Limited.within(FAREWELL, () -> {
                    wire.tell(notice);
                    return notice;
                });
            } catch (McpException | InterruptedException unheard) {
                LOG.debug("tools {}: a cancelled call could not be told", label, unheard);
            }
        });
    }

    /// Calls a tool. An interrupt tells the server that nobody waits any more.
    ///
    /// @throws McpException where there is no answer
    public McpResult call(McpTool tool, ObjectNode arguments) throws McpException, InterruptedException {
        ObjectNode params = JsonTree.object().put("name", tool.name());
        params.set("arguments", arguments);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("mcp-name", HeaderValue.of(tool.name()));
        tool.parameterHeaders().forEach((path, name) -> {
            String value = HeaderValue.at(arguments, path);
            if (value != null) {
                headers.put(name, value);
            }
        });
        try {
            Reply reply = asked("tools/call", params, headers);
            if (reply instanceof Reply.Fault fault && fault.code() == HEADER_MISMATCH) {
                // The schema is another than the one we know.
                signal.change();
            }
            return switch (reply) {
                case Reply.Result(ObjectNode result) -> Content.result(result);
                case Reply.Fault fault ->
                    new McpResult(
                            fault.code() == 0
                                    ? "The tool's server answered with status " + fault.status() + "."
                                    : "The tool's server refused the call: " + fault.message(),
                            true);
            };
        } catch (McpException broken) {
            signal.change();
            throw broken;
        }
    }

    /// Begins to hear of changes where the server tells of them.
    public void listen() throws McpException, InterruptedException {
        Agreed now = agreement();
        signal.begin();
        if (!now.tells()) {
            return;
        }
        ObjectNode params = JsonTree.object();
        params.putObject("notifications").put("toolsListChanged", true);
        Request subscription = now.stateless() ? stateless("subscriptions/listen", params, Map.of()) : null;
        Limited.within(LIST, () -> {
            wire.listen(subscription);
            return now;
        });
    }

    /// Waits for news that long at most.
    public Heard await(Duration limit) throws InterruptedException {
        return signal.await(limit);
    }

    private static ObjectNode result(Reply reply) throws McpException {
        return switch (reply) {
            case Reply.Result(ObjectNode result) -> result;
            case Reply.Fault fault -> throw refused(fault);
        };
    }

    private static McpException refused(Reply.Fault fault) {
        return switch (fault.status()) {
            case 401, 403 ->
                new McpException("its server refuses us with status " + fault.status() + "; check `headers`");
            default ->
                new McpException(
                        fault.code() == 0
                                ? "its server answers with status " + fault.status()
                                : "its server says: " + fault.message());
        };
    }

    /// Says goodbye and ends the connection or the process; blocks for some seconds at most.
    @Override
    public void close() {
        signal.end();
        wire.close();
    }
}
