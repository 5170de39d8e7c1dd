package dev.gapura.tools;

import java.util.List;

/// Where tools come from: one entry under `tools`. Any thread.
public interface ToolSource extends AutoCloseable {
    /// The tools that are there now; none while their server cannot be reached.
    List<ServerTool> tools();

    /// Why there are no tools, for the operator; empty where all is well. No secrets.
    String trouble();

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
        List<ServerTool> all = List.copyOf(tools);
        return new ToolSource() {
            @Override
            public List<ServerTool> tools() {
                return all;
            }

            @Override
            public String trouble() {
                return "";
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
