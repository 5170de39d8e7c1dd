package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.NamePattern;
import dev.gapura.config.ToolEntry;
import dev.gapura.tools.mcp.McpClient;
import dev.gapura.tools.mcp.McpException;
import dev.gapura.tools.mcp.McpResult;
import dev.gapura.tools.mcp.McpTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tools of one MCP server. A virtual thread of its own connects, keeps the list as the server has it, and connects
/// again after a pause when the connection or the process is lost; nobody waits for it. Any thread.
final class McpSource implements ToolSource {
    private static final Logger LOG = LoggerFactory.getLogger(McpSource.class);
    private static final String NOT_YET = "not connected yet";
    /// The list is asked for again after that long also where the server says nothing: a connection that
    /// died without a word is found out then.
    private static final Duration REFRESH = Duration.ofMinutes(5);
    /// Between two lists: a server that changes its list all the time is not followed faster.
    private static final Duration GAP = Duration.ofMillis(500);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /// A connection that held so long was no failure.
    private static final Duration HELD = Duration.ofSeconds(60);
    /// After a reload, tools of the former configuration are kept so long after they last ran, for
    /// exchanges that have begun with them.
    static final Duration LINGER = Duration.ofSeconds(60);

    private final ToolEntry entry;
    private final Connector connector;
    private final boolean process;
    private final List<NamePattern> allow;
    private final Mask mask;
    private final Thread keeper;
    private final AtomicInteger running = new AtomicInteger();
    private final Duration linger;
    private volatile List<ServerTool> tools = List.of();
    private volatile Map<String, McpTool> known = Map.of();
    private volatile String trouble = NOT_YET;
    private volatile @Nullable McpClient current;
    private volatile long lastRunNanos = System.nanoTime();
    private volatile boolean closed;

    /// Makes a client that is not connected yet.
    @FunctionalInterface
    interface Connector {
        McpClient client() throws McpException;
    }

    /// Begins to connect.
    ///
    /// @param process whether the server is a process of ours
    /// @param allow patterns of names of its tools; null: all
    /// @param linger how long after a reload it stays, see [#LINGER]
    McpSource(
            ToolEntry entry,
            Connector connector,
            boolean process,
            @Nullable List<String> allow,
            Mask mask,
            Duration linger) {
        this.entry = entry;
        this.connector = connector;
        this.process = process;
        this.allow = (allow == null ? List.of("*") : allow)
                .stream().map(NamePattern::new).toList();
        this.mask = mask;
        this.linger = linger;
        this.keeper = Thread.ofVirtual().name("tools-" + entry.name()).unstarted(this::keep);
        keeper.start();
    }

    @Override
    public List<ServerTool> tools() {
        return tools;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public boolean tried() {
        return !trouble.equals(NOT_YET);
    }

    private void keep() {
        int failures = 0;
        boolean diedOfProbe = false;
        while (!closed) {
            long begun = System.nanoTime();
            try (McpClient client = connector.client()) {
                current = client;
                boolean sessionsFirst = diedOfProbe;
                diedOfProbe = process && !sessionsFirst;
                client.connect(sessionsFirst);
                diedOfProbe = sessionsFirst;
                LOG.info("tools {}: connected, MCP {}", entry.name(), client.revision());
                follow(client);
            } catch (McpException lost) {
                lost(mask.of(lost.reason()));
            } catch (InterruptedException over) {
                break;
            } catch (RuntimeException fault) {
                LOG.warn("tools {}", entry.name(), fault);
                lost("its server cannot be used");
            } finally {
                current = null;
                tools = List.of();
            }
            failures = System.nanoTime() - begun > HELD.toNanos() ? 1 : failures + 1;
            pause(failures);
        }
        tools = List.of();
    }

    private void lost(String why) {
        if (!closed && !why.equals(trouble)) {
            LOG.warn("tools {}: not available: {}", entry.name(), why);
        }
        trouble = why;
    }

    /// One second, then twice as long each time, with some chance in it so that many do not come at once.
    private void pause(int failures) {
        long most = Math.min(LONGEST_PAUSE.toMillis(), 500L << Math.min(failures, 10));
        sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1)));
    }

    private void sleep(Duration time) {
        if (!closed) {
            LockSupport.parkNanos(time.toNanos());
        }
    }

    private void follow(McpClient client) throws McpException, InterruptedException {
        int brief = 0;
        while (true) {
            long begun = System.nanoTime();
            client.listen();
            McpClient.Heard heard;
            do {
                publish(client.tools());
                heard = client.await(REFRESH);
                if (closed) {
                    throw new InterruptedException();
                }
                sleep(GAP);
            } while (heard == McpClient.Heard.CHANGE);
            brief = System.nanoTime() - begun > HELD.toNanos() ? 0 : brief + 1;
            if (heard == McpClient.Heard.END) {
                pause(brief);
            }
        }
    }

    private void publish(List<McpTool> listed) {
        Map<String, McpTool> next = new HashMap<>();
        List<ServerTool> all = new ArrayList<>();
        Map<String, ServerTool> before = new HashMap<>();
        tools.forEach(tool -> before.put(tool.name(), tool));
        for (McpTool tool : listed) {
            if (allow.stream().noneMatch(pattern -> pattern.matches(tool.name()))) {
                continue;
            }
            String name = entry.name() + "." + tool.name();
            ServerTool same = before.get(name);
            if (same == null || !tool.equals(known.get(tool.name()))) {
                String fault = SchemaCheck.fault(tool.schema());
                if (fault != null) {
                    LOG.warn("tools {}: '{}' is left out: {}", entry.name(), tool.name(), fault);
                    continue;
                }
                same = new ServerTool(
                        name,
                        tool.description(),
                        tool.schema(),
                        ToolSources.terms(entry, tool.idempotent()),
                        arguments -> run(tool, arguments));
            }
            next.put(tool.name(), tool);
            all.add(same);
        }
        known = next;
        tools = List.copyOf(all);
        if (!trouble.isEmpty()) {
            LOG.info("tools {}: {} available", entry.name(), all.size() == 1 ? "1 tool" : all.size() + " tools");
        }
        trouble = "";
    }

    private ToolOutput run(McpTool tool, ObjectNode arguments) throws InterruptedException {
        running.incrementAndGet();
        try {
            McpClient client = current;
            if (client == null) {
                return ToolOutput.failed("The tool is not available: " + trouble + ".");
            }
            McpResult result = client.call(tool, arguments);
            return new ToolOutput(mask.of(result.text()), result.failed());
        } catch (McpException none) {
            return ToolOutput.failed("The tool could not be called: " + mask.of(none.reason()) + ".");
        } finally {
            lastRunNanos = System.nanoTime();
            running.decrementAndGet();
        }
    }

    /// Closes when nothing has run for the linger time.
    @Override
    public void retire(Runnable ended) {
        lastRunNanos = System.nanoTime();
        Thread.ofVirtual().name("tools-retire").start(() -> {
            long left = linger.toNanos();
            while (!closed && (left > 0 || running.get() > 0)) {
                LockSupport.parkNanos(Math.max(left, 1_000_000));
                left = lastRunNanos + linger.toNanos() - System.nanoTime();
            }
            close();
            ended.run();
        });
    }

    @Override
    public void close() {
        closed = true;
        trouble = "it was closed";
        keeper.interrupt();
        try {
            keeper.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
