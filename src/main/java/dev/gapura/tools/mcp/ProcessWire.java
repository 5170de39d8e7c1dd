package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Secret;
import dev.gapura.wire.JsonTree;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// MCP over the pipes of a process: one message a line. Three threads of its own hold the pipes, so that nobody else
/// waits for them. The process gets a few variables of our environment that are no secrets and those of its entry.
/// Any thread that may block.
final class ProcessWire implements McpWire {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessWire.class);
    /// What programs need to find themselves and their files, and nothing that would be a secret.
    private static final Set<String> PASSED_ON = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LC_ALL",
            "TZ",
            "TMPDIR",
            "SystemRoot",
            "PATHEXT",
            "TEMP",
            "TMP",
            "APPDATA",
            "LOCALAPPDATA",
            "USERPROFILE");

    private static final int MOST_WAITING = 1000;
    /// After its input was closed, and again after it was asked to end.
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final byte[] END = {};

    private final String label;
    private final Process process;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<String, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable ChangeSignal signal;
    private volatile @Nullable String over;
    private boolean subscribed;

    private ProcessWire(String label, Process process) {
        this.label = label;
        this.process = process;
    }

    /// @throws McpException where it cannot be started
    static ProcessWire start(String label, List<String> command, Map<String, Secret> environment) throws McpException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().retainAll(PASSED_ON);
        environment.forEach((name, value) -> builder.environment().put(name, value.reveal()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException none) {
            LOG.debug("{} does not start", command.getFirst(), none);
            throw new McpException("the program '" + command.getFirst() + "' cannot be started; check `command`");
        }
        ProcessWire wire = new ProcessWire(label, process);
        wire.thread("in", wire::write);
        wire.thread("out", wire::read);
        wire.thread("err", () -> new StderrLog(label, environment.values()).read(process.getErrorStream()));
        return wire;
    }

    private void thread(String which, Runnable work) {
        Thread.ofPlatform().daemon().name("tools-" + label + "-" + which).start(work);
    }

    @SuppressWarnings("ReferenceEquality") // the mark of the end is no message
    private void write() {
        try (OutputStream input = process.getOutputStream()) {
            for (byte[] message = outgoing.take(); message != END; message = outgoing.take()) {
                input.write(message);
                input.write('\n');
                input.flush();
            }
        } catch (IOException gone) {
            LOG.debug("tools {}: the process reads no more", label, gone);
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (InputStream output = new BufferedInputStream(process.getInputStream())) {
            Lines lines = new Lines(output, HttpWire.MOST_BYTES);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                message(line);
            }
            end(lines.tooLong() ? "its process wrote a line longer than " + HttpWire.MOST_BYTES + " bytes" : null);
        } catch (IOException broken) {
            end(null);
        }
    }

    private void message(byte[] line) {
        JsonNode message = JsonTree.readOrNull(new String(line, StandardCharsets.UTF_8));
        if (message == null || !message.isObject()) {
            LOG.debug("tools {}: a line that is no message", label);
            return;
        }
        String method = JsonTree.string(message, "method");
        if (method == null) {
            CompletableFuture<Reply> answer = waiting.remove(message.path("id").asText());
            if (answer != null) {
                answer.complete(Reply.of(message, 0));
            }
            return;
        }
        ChangeSignal hears = signal;
        if (method.equals("notifications/tools/list_changed") && hears != null) {
            hears.change();
        }
        byte[] response = Request.answerTo(message);
        if (response != null && !outgoing.offer(response)) {
            LOG.debug("tools {}: the process does not read", label);
        }
    }

    /// @param why null where the process ended by itself
    private void end(@Nullable String why) {
        String reason = why;
        if (reason == null) {
            try {
                reason = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                        ? "its process ended with status " + process.exitValue()
                        : "its process closed its output";
            } catch (InterruptedException never) {
                reason = "its process ended";
            }
        }
        over = reason;
        waiting.values().forEach(this::fail);
        ChangeSignal hears = signal;
        if (hears != null) {
            hears.change();
        }
        kill();
    }

    private void fail(CompletableFuture<Reply> answer) {
        answer.completeExceptionally(new McpException(String.valueOf(over)));
    }

    @Override
    public Reply ask(Request request) throws McpException, InterruptedException {
        String id = String.valueOf(request.id());
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            tell(request);
            if (over != null) {
                fail(answer);
            }
            return answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof McpException why) {
                throw why;
            }
            throw new IllegalStateException(failed.getCause());
        } finally {
            waiting.remove(id);
        }
    }

    @Override
    public void tell(Request message) throws McpException, InterruptedException {
        String gone = over;
        if (gone != null) {
            throw new McpException(gone);
        }
        outgoing.put(message.bytes());
    }

    /// The end of the process is a change too.
    @Override
    public void attach(ChangeSignal hears) {
        signal = hears;
        if (over != null) {
            hears.change();
        }
    }

    /// The process tells of changes by itself, or after one subscription.
    @Override
    public void listen(@Nullable Request subscription) throws McpException, InterruptedException {
        if (subscription != null && !subscribed) {
            subscribed = true;
            tell(subscription);
        }
    }

    @Override
    public boolean cancelsByClosing(boolean stateless) {
        return false;
    }

    /// Closes its input, and ends the process where that does not.
    @Override
    public void close() {
        outgoing.clear();
        boolean told = outgoing.offer(END);
        try {
            if (!told || !process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException hurried) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /// The process and whatever it started: asked to end, then made to.
    private void kill() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("tools {}: the process is made to end", label);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
