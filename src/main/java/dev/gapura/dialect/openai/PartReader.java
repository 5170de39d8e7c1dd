package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.wire.JsonTree;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one content part of a chat completions message. Stateless; any thread.
final class PartReader {
    private static final Map<String, String> AUDIO_TYPES = Map.of(
            "wav", "audio/wav",
            "mp3", "audio/mpeg",
            "flac", "audio/flac",
            "opus", "audio/opus",
            "ogg", "audio/ogg",
            "aac", "audio/aac",
            "m4a", "audio/mp4");

    private PartReader() {}

    static Part read(JsonNode part) {
        CacheMark mark = ConversationReader.cache(part);
        String type = part.isObject() ? ConversationReader.text(part, "type") : "";
        return switch (type) {
            case "text" -> new Part.Text(ConversationReader.text(part, "text"), mark, null);
            case "image_url" -> {
                JsonNode image = part.path("image_url");
                // Some clients send the address itself in place of the object.
                String url = image.isTextual() ? image.textValue() : ConversationReader.text(image, "url");
                yield new Part.Image(media(url, null), JsonTree.string(image, "detail"), mark);
            }
            case "input_audio" -> {
                JsonNode audio = part.path("input_audio");
                String format = ConversationReader.text(audio, "format").toLowerCase(Locale.ROOT);
                yield new Part.Audio(
                        new Media.Inline(
                                AUDIO_TYPES.getOrDefault(format, "audio/" + format),
                                ConversationReader.text(audio, "data")),
                        mark);
            }
            case "video_url" -> {
                JsonNode video = part.path("video_url");
                String url = video.isTextual() ? video.textValue() : ConversationReader.text(video, "url");
                yield new Part.File(media(url, "video/mp4"), null, mark);
            }
            case "file" -> file(part, mark);
            case "refusal" -> new Part.Refusal(ConversationReader.text(part, "refusal"));
            case "thinking" -> thinking(part);
            default -> new Part.Opaque(ConversationReader.DIALECT, part);
        };
    }

    private static Part file(JsonNode part, @Nullable CacheMark mark) {
        JsonNode file = part.path("file");
        String name = JsonTree.string(file, "filename");
        String id = JsonTree.string(file, "file_id");
        String data = JsonTree.string(file, "file_data");
        String url = JsonTree.string(file, "file_url");
        Media media;
        if (data != null) {
            media = data.startsWith("data:") || data.startsWith("http://") || data.startsWith("https://")
                    ? media(data, typeOf(name))
                    : new Media.Inline(typeOf(name), data);
        } else if (url != null) {
            media = media(url, typeOf(name));
        } else {
            media = new Media.Stored(typeOf(name), id == null ? "" : id);
        }
        return new Part.File(media, name, mark);
    }

    /// Mistral's reasoning part, as its clients send it back.
    private static Part thinking(JsonNode part) {
        StringBuilder text = new StringBuilder();
        JsonNode thinking = part.path("thinking");
        if (thinking.isTextual()) {
            text.append(thinking.textValue());
        } else {
            thinking.forEach(piece -> text.append(ConversationReader.text(piece, "text")));
        }
        return new Part.Reasoning(
                text.toString(), JsonTree.string(part, "signature"), null, null, ReasoningFormat.MISTRAL);
    }

    /// The same part with a mark behind it; parts that cannot carry one stay as they are.
    static Part marked(Part part, CacheMark mark) {
        return switch (part) {
            case Part.Text text -> new Part.Text(text.text(), mark, text.signature());
            case Part.Image image -> new Part.Image(image.media(), image.detail(), mark);
            case Part.Audio audio -> new Part.Audio(audio.media(), mark);
            case Part.File file -> new Part.File(file.media(), file.name(), mark);
            case Part.ToolCall call ->
                new Part.ToolCall(call.id(), call.name(), call.arguments(), call.custom(), call.signature(), mark);
            case Part.ToolResult result -> new Part.ToolResult(result.callId(), result.content(), result.error(), mark);
            case Part.Reasoning reasoning -> reasoning;
            case Part.Refusal refusal -> refusal;
            case Part.Opaque opaque -> opaque;
        };
    }

    /// A data URL `data:[type][;parameter…][;base64],payload`, or an address.
    static Media media(String url, @Nullable String fallbackType) {
        if (!url.regionMatches(true, 0, "data:", 0, 5)) {
            return new Media.Url(fallbackType, url);
        }
        int comma = url.indexOf(',');
        String head = comma < 0 ? url.substring(5) : url.substring(5, comma);
        String payload = comma < 0 ? "" : url.substring(comma + 1);
        int semicolon = head.indexOf(';');
        String type =
                (semicolon < 0 ? head : head.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        boolean base64 = head.toLowerCase(Locale.ROOT).endsWith(";base64");
        String data = base64
                ? payload
                : Base64.getEncoder().encodeToString(unescaped(payload).getBytes(StandardCharsets.UTF_8));
        return new Media.Inline(type.isEmpty() ? fallbackType : type, data);
    }

    /// Percent escapes undone; where one is broken, all of it as it came.
    private static String unescaped(String payload) {
        try {
            return URLDecoder.decode(payload.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return payload;
        }
    }

    private static @Nullable String typeOf(@Nullable String name) {
        return name == null ? null : MediaTypes.ofName(name);
    }
}
