package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes pictures, sounds, moving pictures and documents. One instance a request.
final class MediaWriter {
    /// Files of text that go under their own type; others go as plain text.
    private static final Set<String> TEXTS =
            Set.of("text/plain", "text/html", "text/css", "text/csv", "text/xml", "text/rtf", "text/markdown");

    private static final String UNREADABLE = "Gemini does not read files of the type ";

    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private @Nullable String detail;

    MediaWriter(ModelProfile model, Judge judge, Surface surface) {
        this.model = model;
        this.judge = judge;
        this.surface = surface;
    }

    /// How closely pictures are looked at, null where nothing was said. Gemini has one value for all.
    @Nullable
    String resolution() {
        return detail == null ? null : "MEDIA_RESOLUTION_" + detail.toUpperCase(Locale.ROOT);
    }

    @Nullable
    JsonNode image(Part.Image image, int index) {
        String asked = image.detail();
        if ("high".equals(asked) || ("low".equals(asked) && detail == null)) {
            detail = asked;
            judge.report(
                    "messages",
                    Outcome.CONVERTED,
                    "generationConfig.mediaResolution",
                    "Gemini's word for image detail");
        }
        return written(image.media(), kind(image), "image/jpeg", index);
    }

    @Nullable
    JsonNode audio(Part.Audio audio, int index) {
        return written(audio.media(), kind(audio), "audio/wav", index);
    }

    @Nullable
    JsonNode file(Part.File file, int index) {
        return written(file.media(), kind(file), "application/pdf", index);
    }

    /// What a part is to a model, in the words in which models list what they see.
    static String kind(Part part) {
        return switch (part) {
            case Part.Image image -> "image";
            case Part.Audio audio -> "audio";
            case Part.File file -> {
                String type = typeOf(file.media());
                String begin = type == null ? "" : type.substring(0, Math.max(0, type.indexOf('/')));
                yield Set.of("image", "audio", "video").contains(begin) ? begin : "file";
            }
            case Part.Text text -> "text";
            case Part.ToolCall call -> "text";
            case Part.ToolResult result -> "text";
            case Part.Reasoning reasoning -> "text";
            case Part.Refusal refusal -> "text";
            case Part.Opaque opaque -> "text";
        };
    }

    /// A part that is left out, or refuses the request.
    @Nullable
    JsonNode unseen(int index, String reason) {
        judge.unsupported("messages", "messages[" + index + "].content", true, reason);
        return null;
    }

    /// @param kind as models list what they see
    /// @param usual type of what names none
    private @Nullable JsonNode written(Media media, String kind, String usual, int index) {
        if (!model.sees(kind)
                && !judge.unsupported(
                        "messages", "messages[" + index + "].content", true, "this model does not take " + kind)) {
            return null;
        }
        return switch (media) {
            case Media.Inline inline -> inline(inline, index);
            case Media.Url url -> {
                String type = typeOf(url);
                yield type != null && !readable(type) ? unseen(index, UNREADABLE + type) : file(url.url(), type, usual);
            }
            case Media.Stored stored -> stored(stored, index);
        };
    }

    private @Nullable JsonNode inline(Media.Inline inline, int index) {
        String type = MediaTypes.sniff(inline.base64(), inline.type());
        if (type == null) {
            return unseen(index, "the type of this file is not known, and Gemini wants to know it");
        }
        if (!readable(type)) {
            return unseen(index, UNREADABLE + type);
        }
        boolean text = type.startsWith("text/") || isText(type);
        ObjectNode part = JsonTree.object();
        part.putObject("inlineData")
                .put("mimeType", text && !TEXTS.contains(type) ? "text/plain" : type)
                .put("data", inline.base64());
        return part;
    }

    /// Whether Gemini reads such files.
    static boolean readable(String type) {
        return !type.startsWith("application/") || type.equals("application/pdf") || isText(type);
    }

    private static boolean isText(String type) {
        return type.equals("application/json") || type.endsWith("+json") || type.endsWith("xml");
    }

    private @Nullable JsonNode stored(Media.Stored stored, int index) {
        String id = stored.fileId();
        if (id.startsWith("https://") || id.startsWith("gs://")) {
            return file(id, stored.type(), null);
        }
        if (surface == Surface.VERTEX) {
            return unseen(index, "Vertex AI has no stored files but those in Cloud Storage (gs://…)");
        }
        String path = id.startsWith("files/") ? id : "files/" + id;
        return file(judge.provider().baseUrl() + "/v1beta/" + path, stored.type(), null);
    }

    private static JsonNode file(String uri, @Nullable String type, @Nullable String usual) {
        ObjectNode part = JsonTree.object();
        ObjectNode file = part.putObject("fileData");
        String told = type != null ? type : Addresses.own(uri) ? null : usual;
        if (told != null) {
            file.put("mimeType", told);
        }
        file.put("fileUri", uri);
        return part;
    }

    /// The type that a medium names, or that the end of its address tells.
    private static @Nullable String typeOf(Media media) {
        if (media instanceof Media.Inline inline) {
            return MediaTypes.sniff(inline.base64(), inline.type());
        }
        return media instanceof Media.Url url ? MediaTypes.ofAddress(url) : media.type();
    }
}
