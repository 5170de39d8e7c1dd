package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.NamePattern;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One tool that runs on the gateway. Made by a [ToolSource]; immutable but for its permits; any thread.
public final class ServerTool {
    private final String name;
    private final String description;
    private final ObjectNode parameters;
    private final Terms terms;
    private final Semaphore permits;
    private final ArgumentCheck check;
    private final ToolRunner runner;

    /// How a tool may be used.
    ///
    /// @param timeout of one run
    /// @param maxResultBytes longer results are cut
    /// @param concurrency runs at once in this process
    /// @param idempotent whether a run may be repeated
    /// @param priceNanoUsd of one run, in billionths of a dollar
    /// @param keys names of keys that may use it; null: all that their own `tools` let
    public record Terms(
            Duration timeout,
            int maxResultBytes,
            int concurrency,
            boolean idempotent,
            long priceNanoUsd,
            @Nullable List<NamePattern> keys) {
        public Terms {
            keys = keys == null ? null : List.copyOf(keys);
        }
    }

    /// @param name whole name, with the server's in front: `docs.search`
    /// @param description for the model
    /// @param parameters JSON Schema of an object
    public ServerTool(String name, String description, ObjectNode parameters, Terms terms, ToolRunner runner) {
        this.name = name;
        this.description = description;
        this.parameters = parameters;
        this.terms = terms;
        this.permits = new Semaphore(terms.concurrency());
        this.check = new ArgumentCheck(parameters);
        this.runner = runner;
    }

    /// Whole name, with the server's in front: `docs.search`.
    public String name() {
        return name;
    }

    /// What the model reads about it.
    public String description() {
        return description;
    }

    /// JSON Schema of its arguments; not to be changed.
    public ObjectNode parameters() {
        return parameters;
    }

    /// How it may be used.
    public Terms terms() {
        return terms;
    }

    /// Whether a key of that name may use it, as far as the tool decides that.
    boolean admits(String keyName) {
        List<NamePattern> keys = terms.keys();
        return keys == null || keys.stream().anyMatch(pattern -> pattern.matches(keyName));
    }

    Semaphore permits() {
        return permits;
    }

    ArgumentCheck check() {
        return check;
    }

    ToolRunner runner() {
        return runner;
    }
}
