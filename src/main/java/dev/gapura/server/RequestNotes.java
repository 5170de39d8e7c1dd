package dev.gapura.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.telemetry.Capture;
import dev.gapura.telemetry.Notes;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a checked request says of itself for the record. Pure.
final class RequestNotes {
    /// `safety_identifier` has taken the place of `user`:
    /// https://platform.openai.com/docs/api-reference/chat/create
    private static final List<String> END_USER = List.of("safety_identifier", "user");

    /// Limits of OpenAI's `metadata`; what goes beyond them is not kept.
    private static final int MOST_TAGS = 16;

    private static final int MOST_NAME = 64;
    private static final int MOST_VALUE = 512;

    private RequestNotes() {}

    /// @param keyTags of the key; they win, so that callers cannot write on another account
    static Notes of(ChatCompletionRequest request, Map<String, String> keyTags, @Nullable Capture capture) {
        String endUser = null;
        for (String name : END_USER) {
            JsonNode value = endUser == null ? value(request, name) : null;
            if (value != null && value.isTextual()) {
                endUser = cut(value.textValue());
            }
        }
        Map<String, String> tags = tags(value(request, "metadata"));
        if (!keyTags.isEmpty()) {
            tags = new HashMap<>(tags);
            tags.putAll(keyTags);
        }
        return new Notes(tags, endUser, capture);
    }

    private static @Nullable JsonNode value(ChatCompletionRequest request, String name) {
        ChatCompletionRequest.Member member = request.member(name);
        return member == null || member.isNull()
                ? null
                : JsonTree.read(request.body(), member.valueStart(), member.valueEnd());
    }

    private static Map<String, String> tags(@Nullable JsonNode metadata) {
        if (metadata == null || metadata.isEmpty()) {
            return Map.of();
        }
        Map<String, String> tags = new HashMap<>();
        for (Map.Entry<String, JsonNode> tag : metadata.properties()) {
            if (tags.size() < MOST_TAGS
                    && tag.getKey().length() <= MOST_NAME
                    && tag.getValue().isTextual()) {
                tags.put(tag.getKey(), cut(tag.getValue().textValue()));
            }
        }
        return tags;
    }

    private static String cut(String text) {
        return text.length() <= MOST_VALUE ? text : text.substring(0, MOST_VALUE);
    }
}
