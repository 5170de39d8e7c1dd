package dev.gapura.dialect.openai;

import dev.gapura.failure.Failure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a [Failure] as the error object of the public contract. Every member is always present, `null`
/// where there is nothing to say, so that clients with closed types can read it. Stateless; any thread.
public final class ErrorWriter {
    private ErrorWriter() {}

    /// The body of an error answer, without a line end.
    ///
    /// @param requestId value of `x-request-id`, null where no id was given yet
    public static byte[] write(Failure failure, @Nullable String requestId) {
        return json(failure, requestId).toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The one event that ends a stream after its first byte; no `[DONE]` follows it.
    public static byte[] sseEvent(Failure failure, @Nullable String requestId) {
        return ("data: " + json(failure, requestId) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder json(Failure failure, @Nullable String requestId) {
        StringBuilder out = new StringBuilder(192 + failure.message().length());
        out.append("{\"error\":{");
        member(out, "message", failure.message());
        member(out.append(','), "type", failure.kind().type());
        member(out.append(','), "code", failure.code());
        member(out.append(','), "param", failure.param());
        member(out.append(','), "source", failure.kind().source().text());
        member(out.append(','), "provider", failure.provider());
        member(out.append(','), "request_id", requestId);
        return out.append("}}");
    }

    private static void member(StringBuilder out, String name, @Nullable String value) {
        out.append('"').append(name).append("\":");
        if (value == null) {
            out.append("null");
            return;
        }
        quote(out, value);
    }

    /// Appends a text as a JSON string, quotes included.
    static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                out.append(unit).append(value.charAt(++i));
            } else {
                append(out, unit);
            }
        }
        out.append('"');
    }

    /// Half a surrogate pair has no UTF-8 form, and its escape breaks strict parsers: it becomes U+FFFD.
    /// U+2028 and U+2029 end a line for some stream readers and are escaped.
    private static void append(StringBuilder out, char unit) {
        switch (unit) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\u2028' -> out.append("\\u2028");
            case '\u2029' -> out.append("\\u2029");
            default -> {
                if (unit < 0x20 || unit == 0x7f) {
                    out.append(String.format("\\u%04x", (int) unit));
                } else {
                    out.append(Character.isSurrogate(unit) ? '\uFFFD' : unit);
                }
            }
        }
    }
}
