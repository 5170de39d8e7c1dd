package dev.gapura.tools.mcp;

import org.jspecify.annotations.Nullable;

/// Carries messages to one MCP server and back. Its methods block and are called on virtual threads; an interrupt ends
/// them.
interface McpWire extends AutoCloseable {
    /// Sends a request and waits for its answer.
    ///
    /// @throws McpException where there is none
    Reply ask(Request request) throws McpException, InterruptedException;

    /// Sends a notification.
    void tell(Request notification) throws McpException, InterruptedException;

    /// Whom to tell of changes and of the end; once, before all else.
    void attach(ChangeSignal signal);

    /// Begins to hear of changes; ends what was begun before.
    ///
    /// @param subscription the request that asks for them; null where the revision has none
    void listen(@Nullable Request subscription) throws McpException, InterruptedException;

    /// Whether the closed request is all that tells the server to stop.
    boolean cancelsByClosing(boolean stateless);

    /// Ends everything; blocks for some seconds at most.
    @Override
    void close();
}
