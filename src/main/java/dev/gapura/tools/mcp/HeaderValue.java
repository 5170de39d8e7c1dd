package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values of the protocol that stand in headers too; what is no plain ASCII is written as [the
/// specification](https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#value-encoding)
/// has it. Stateless.
final class HeaderValue {
    private static final String OPEN = "=?base64?";
    private static final String CLOSE = "?=";

    private HeaderValue() {}

    static String of(String text) {
        boolean plain = text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t')
                && text.equals(text.strip())
                && !(text.startsWith(OPEN) && text.endsWith(CLOSE));
        return plain ? text : OPEN + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + CLOSE;
    }

    /// The argument at that path; null where there is none that could stand in a header.
    static @Nullable String at(JsonNode arguments, List<String> path) {
        JsonNode value = arguments;
        for (String step : path) {
            value = value.path(step);
        }
        return value.isTextual() || value.isBoolean() || value.isIntegralNumber() ? of(value.asText()) : null;
    }
}
