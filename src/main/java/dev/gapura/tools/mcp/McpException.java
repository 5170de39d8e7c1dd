package dev.gapura.tools.mcp;

/// Why an MCP server cannot be used, in words that end a sentence, such as "its server cannot be reached". They hold no
/// secret; what comes from the server in them is bounded.
public final class McpException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param reason ends a sentence, without a full stop
    McpException(String reason) {
        super(reason, null, false, false);
    }

    /// The words.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
