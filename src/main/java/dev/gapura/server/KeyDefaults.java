package dev.gapura.server;

import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Puts the members that a key brings into requests that lack them, before anything is decided. `null` says nothing, as
/// everywhere in a request: some SDKs write it for every member that nobody has set. Pure.
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
        Splice splice = new Splice(request.body(), request.length());
        StringBuilder added = new StringBuilder();
        boolean changed = false;
        for (Map.Entry<String, String> each : defaults.entrySet()) {
            String name = each.getKey();
            ChatCompletionRequest.Member there = request.member(name);
            if (says(there) || says(request.member(SAME.getOrDefault(name, name)))) {
                continue;
            }
            changed = true;
            if (there != null) {
                splice.replace(
                        there.valueStart(), there.valueEnd(), each.getValue().getBytes(StandardCharsets.UTF_8));
            } else {
                added.append(JsonTree.text(JsonTree.textNode(name)))
                        .append(':')
                        .append(each.getValue())
                        .append(',');
            }
        }
        if (!changed) {
            return request;
        }
        splice.insert(request.members().getFirst().nameStart(), added.toString().getBytes(StandardCharsets.UTF_8));
        return reader.apply(splice.apply());
    }

    private static boolean says(ChatCompletionRequest.@Nullable Member member) {
        return member != null && !member.isNull();
    }
}
