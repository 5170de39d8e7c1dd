package dev.gapura.tools;

import java.util.List;

/// Where tools come from: one entry under `tools`. Any thread.
public interface ToolSource extends AutoCloseable {
    /// The tools that are there now; none while their server cannot be reached.
    List<ServerTool> tools();

    /// Why there are no tools, for the operator; empty where all is well. No secrets.
    String trouble();

    @Override
    void close();

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
