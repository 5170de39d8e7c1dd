package dev.gapura.server;

import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/// Puts the members that a key brings into requests that lack them, before anything is decided. What the caller wrote,
/// be it `null`, stays. Pure.
final class KeyDefaults {
    /// Two names for one thing: whoever says one has said the other.
    private static final Map<String, String> SAME =
            Map.of("max_tokens", "max_completion_tokens", "max_completion_tokens", "max_tokens");

    private KeyDefaults() {}

    /// @param defaults JSON text by name
    /// @param reader reads and checks a body as the caller's was
    static ChatCompletionRequest added(
            ChatCompletionRequest request,
            Map<String, String> defaults,
            Function<byte[], ChatCompletionRequest> reader) {
        if (defaults.isEmpty()) {
            return request;
        }
        StringBuilder added = new StringBuilder();
        defaults.forEach((name, value) -> {
            if (request.member(name) == null && request.member(SAME.getOrDefault(name, name)) == null) {
                added.append(JsonTree.text(JsonTree.textNode(name)))
                        .append(':')
                        .append(value)
                        .append(',');
            }
        });
        if (added.isEmpty()) {
            return request;
        }
        int at = request.members().getFirst().nameStart();
        byte[] more = added.toString().getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(request.body(), request.length() + more.length);
        System.arraycopy(request.body(), at, body, at + more.length, request.length() - at);
        System.arraycopy(more, 0, body, at, more.length);
        return reader.apply(body);
    }
}
