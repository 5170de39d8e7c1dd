package dev.gapura.tools;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where tools come from: one entry under `tools`. Any thread.
public interface ToolSource extends AutoCloseable {
    /// The tools that are there now; none while their server cannot be reached.
    List<ServerTool> tools();

    /// Why there are no tools, for the operator; empty where all is well. No secrets.
    String trouble();

    /// Whether it has tried to get its tools: before that, having none means nothing.
    default boolean tried() {
        return true;
    }

    /// Ends what is open, now; blocks for some seconds at most.
    @Override
    void close();

    /// No new request gets its tools; it ends when those that have them are through. Returns at once.
    ///
    /// @param ended told when it has ended
    default void retire(Runnable ended) {
        close();
        ended.run();
    }

    /// A source whose tools never change.
    static ToolSource fixed(List<ServerTool> tools) {
        return new Fixed(List.copyOf(tools), "");
    }

    /// A source without tools.
    ///
    /// @param trouble why
    static ToolSource none(String trouble) {
        return new Fixed(List.of(), trouble);
    }

    /// What needs nothing to stay open.
    record Fixed(List<ServerTool> tools, String trouble) implements ToolSource {
        @Override
        public void close() {
            // Nothing is open.
        }

        // Two sources are never the same, whatever they hold.
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
