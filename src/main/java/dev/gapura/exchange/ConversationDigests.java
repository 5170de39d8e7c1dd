package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// Tells conversations apart whose calls have the same ids: by what was said to the model, in instructions and by the
/// user, before it made a call. Made by [ReturningReasoning]; immutable; any thread.
///
/// @param beforeCalls SHA-256 of what was said before a call, by its id
/// @param whole the same of the whole request: what stands before the calls of its answer
record ConversationDigests(Map<String, String> beforeCalls, String whole) {
    /// Where it is of no use.
    static final ConversationDigests NONE = new ConversationDigests(Map.of(), "");

    ConversationDigests {
        beforeCalls = Map.copyOf(beforeCalls);
    }

    static ConversationDigests of(ChatCompletionRequest request) {
        ChatCompletionRequest.Member messages = request.member("messages");
        if (messages == null) {
            return NONE;
        }
        MessageDigest said = sha256();
        Map<String, String> before = new HashMap<>();
        for (JsonNode message : JsonTree.read(request.body(), messages.valueStart(), messages.valueEnd())) {
            String role = JsonTree.string(message, "role");
            if ("assistant".equals(role)) {
                for (JsonNode call : message.path("tool_calls")) {
                    String id = JsonTree.string(call, "id");
                    if (id != null) {
                        before.put(id, sum(said));
                    }
                }
            } else if (!"tool".equals(role)) {
                JsonNode content = message.path("content");
                add(said, role + '\0');
                add(said, content.asText(""));
                content.forEach(part -> add(said, part.path("text").asText("")));
                add(said, "\0");
            }
        }
        return new ConversationDigests(before, sum(said));
    }

    private static void add(MessageDigest said, String text) {
        said.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sum(MessageDigest said) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) said.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
