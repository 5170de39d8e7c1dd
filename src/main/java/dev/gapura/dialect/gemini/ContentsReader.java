package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the contents of a request. Calls without ids get some that tie them to their results, of the shape that
/// [ContentsWriter] does not send. One instance a conversation.
final class ContentsReader {
    private final Map<String, Deque<String>> openIds = new HashMap<>();
    private int made;

    void read(JsonNode contents, List<Message> messages) {
        for (JsonNode content : contents) {
            boolean model = "model".equals(JsonTree.string(content, "role"));
            List<Part> parts = parts(content);
            if (model) {
                messages.add(new Message(Role.ASSISTANT, parts, null));
                continue;
            }
            List<Part> results = new ArrayList<>();
            List<Part> rest = new ArrayList<>();
            for (Part part : parts) {
                (part instanceof Part.ToolResult ? results : rest).add(part);
            }
            if (!results.isEmpty()) {
                messages.add(new Message(Role.TOOL, results, null));
            }
            if (!rest.isEmpty() || results.isEmpty()) {
                messages.add(new Message(Role.USER, rest, null));
            }
        }
    }

    List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        JsonNode list = content.path("parts");
        if (list.isObject()) {
            parts.add(part(list));
        } else {
            list.forEach(part -> parts.add(part(part)));
        }
        return parts;
    }

    private Part part(JsonNode part) {
        JsonNode signed = JsonNames.get(part, "thoughtSignature");
        String signature = signed == null || !signed.isTextual() ? null : signed.textValue();
        if (JsonNames.get(part, "functionCall") instanceof ObjectNode call) {
            return call(call, signature);
        }
        if (JsonNames.get(part, "functionResponse") instanceof ObjectNode response) {
            return result(response);
        }
        boolean plain = !part.has("videoMetadata") && !part.has("video_metadata") && !part.has("mediaResolution");
        if (JsonNames.get(part, "inlineData") instanceof ObjectNode data && plain) {
            String type = mimeType(data);
            return media(new Media.Inline(type, data.path("data").asText()), type);
        }
        if (JsonNames.get(part, "fileData") instanceof ObjectNode file && plain) {
            String type = mimeType(file);
            JsonNode uri = JsonNames.get(file, "fileUri");
            return media(new Media.Url(type, uri == null ? "" : uri.asText()), type);
        }
        if (part.get("text") instanceof JsonNode text && text.isTextual()) {
            return part.path("thought").asBoolean()
                    ? signature == null
                            ? Part.Reasoning.plain(text.textValue())
                            : new Part.Reasoning(text.textValue(), signature, null, null, ReasoningFormat.GEMINI)
                    : new Part.Text(text.textValue(), null, signature);
        }
        return new Part.Opaque(RequestReader.DIALECT, part);
    }

    private Part call(ObjectNode call, @Nullable String signature) {
        String name = call.path("name").asText();
        String id = JsonTree.string(call, "id");
        if (id == null) {
            id = String.format(Locale.ROOT, "call_%024d", made++);
        }
        openIds.computeIfAbsent(name, fresh -> new ArrayDeque<>()).add(id);
        JsonNode args = call.get("args");
        return new Part.ToolCall(
                id, name, args == null || args.isNull() ? "{}" : JsonTree.text(args), false, signature, null);
    }

    private Part result(ObjectNode response) {
        String name = response.path("name").asText();
        String id = JsonTree.string(response, "id");
        Deque<String> open = openIds.getOrDefault(name, new ArrayDeque<>());
        String taken = open.poll();
        String callId = id != null ? id : taken == null ? "" : taken;
        JsonNode said = response.path("response");
        boolean error = said.size() == 1 && said.has("error");
        JsonNode value = said.size() == 1 && (error || said.has("output"))
                ? said.elements().next()
                : said;
        List<Part> content = new ArrayList<>();
        content.add(Part.Text.of(value.isTextual() ? value.textValue() : JsonTree.text(value)));
        response.path("parts").forEach(part -> content.add(part(part)));
        return new Part.ToolResult(callId, content, error, null);
    }

    private static @Nullable String mimeType(JsonNode holder) {
        JsonNode type = JsonNames.get(holder, "mimeType");
        return type == null ? null : type.asText();
    }

    private static Part media(Media media, @Nullable String type) {
        String begin = type == null ? "" : type.substring(0, Math.max(0, type.indexOf('/')));
        return switch (begin) {
            case "image" -> new Part.Image(media, null, null);
            case "audio" -> new Part.Audio(media, null);
            default -> new Part.File(media, null, null);
        };
    }
}
