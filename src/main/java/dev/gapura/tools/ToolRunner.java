package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What a server tool does. Called on a virtual thread, any number at once up to the tool's concurrency; may block, and
/// is interrupted at its timeout or when nobody waits for it any more. A [Computation] must not block.
@FunctionalInterface
public interface ToolRunner {
    /// Runs once.
    ///
    /// @param arguments valid by the tool's schema
    /// @return what the model is told, also where the tool failed in a way that the model can do something about
    /// @throws Exception where it failed otherwise; the model is told that it failed, and nothing of the exception
    ToolOutput run(ObjectNode arguments) throws Exception;

    /// A tool that only computes: it waits for nothing, and with short arguments it is done in microseconds. Such a run
    /// is called on an event loop, where nothing interrupts it; with longer ones it gets a thread as all do.
    @FunctionalInterface
    interface Computation extends ToolRunner {
        @Override
        ToolOutput run(ObjectNode arguments);
    }
}
