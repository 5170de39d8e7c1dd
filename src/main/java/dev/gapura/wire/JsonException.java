package dev.gapura.wire;

/// Bytes that are not the JSON they should be. Carries the place and a reason in plain words that never
/// repeats more than one character of the document. No stack trace: it describes a document, not a bug.
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What sort of fault it is, for error codes.
    public enum Kind {
        /// Not JSON: grammar, white space, what follows the document.
        SYNTAX,
        /// Not well-formed UTF-8, or half of a surrogate pair.
        ENCODING,
        /// A member name that comes twice in one object.
        DUPLICATE_NAME,
        /// More objects and arrays open than allowed.
        DEPTH,
        /// A number too long or outside the range of a double.
        NUMBER
    }

    private final Kind kind;
    private final int offset;
    private final int line;
    private final int column;
    private final String reason;

    /// @param kind what sort of fault
    /// @param bytes where the document lies
    /// @param from offset of the first byte of the document
    /// @param at offset of the byte at fault, in the same array
    /// @param reason what is wrong there, without a full stop
    JsonException(Kind kind, byte[] bytes, int from, int at, String reason) {
        int lines = 1;
        int columns = 1;
        for (int index = from; index < at; index++) {
            if (bytes[index] == '\n') {
                lines++;
                columns = 1;
            } else if ((bytes[index] & 0xC0) != 0x80) {
                columns++;
            }
        }
        super("line " + lines + ", column " + columns + ": " + reason, null, false, false);
        this.kind = kind;
        this.offset = at - from;
        this.line = lines;
        this.column = columns;
        this.reason = reason;
    }

    /// The byte at `at` in words, for a reason.
    static String describe(byte[] bytes, int from, int at) {
        int value = bytes[at] & 0xFF;
        if (at == from && (value >= 0xEF || value == 0)) {
            return "a byte order mark or UTF-16; send plain UTF-8";
        }
        return value > ' ' && value < 0x7F ? "'" + (char) value + "'" : "byte 0x%02X".formatted(value);
    }

    /// A fault of the grammar.
    static JsonException syntax(byte[] bytes, int from, int at, String reason) {
        return new JsonException(Kind.SYNTAX, bytes, from, at, reason);
    }

    public Kind kind() {
        return kind;
    }

    /// Bytes from the start of the document to the fault.
    public int offset() {
        return offset;
    }

    /// Line of the fault, from 1.
    public int line() {
        return line;
    }

    /// Column of the fault in characters, from 1.
    public int column() {
        return column;
    }

    /// What is wrong, without the place.
    public String reason() {
        return reason;
    }
}
