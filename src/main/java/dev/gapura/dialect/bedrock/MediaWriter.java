package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes pictures, documents, sound and videos. Bytes go as base64; the only addresses that Bedrock fetches itself are
/// those of S3. Pictures and documents are recorded, sound and videos documented only. One instance a request.
final class MediaWriter {
    private static final Map<String, String> IMAGES =
            Map.of("image/png", "png", "image/jpeg", "jpeg", "image/gif", "gif", "image/webp", "webp");

    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf", "pdf",
            "text/csv", "csv",
            "application/msword", "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
            "application/vnd.ms-excel", "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx",
            "text/html", "html",
            "text/markdown", "md",
            "application/json", "txt");

    private static final Map<String, String> SOUNDS = Map.of(
            "audio/mpeg", "mp3",
            "audio/mp3", "mp3",
            "audio/wav", "wav",
            "audio/x-wav", "wav",
            "audio/opus", "opus",
            "audio/ogg", "ogg",
            "audio/aac", "aac",
            "audio/flac", "flac",
            "audio/mp4", "mp4");

    private static final Map<String, String> VIDEOS = Map.of(
            "video/mp4", "mp4",
            "video/x-matroska", "mkv",
            "video/quicktime", "mov",
            "video/webm", "webm",
            "video/x-flv", "flv",
            "video/mpeg", "mpeg",
            "video/x-ms-wmv", "wmv",
            "video/3gpp", "three_gp");

    private final ModelProfile model;
    private final Judge judge;
    private final DocumentNames names = new DocumentNames();

    MediaWriter(ModelProfile model, Judge judge) {
        this.model = model;
        this.judge = judge;
    }

    /// Whether nobody has to fetch the address in a part: Bedrock does, or the model could not see it anyway.
    static boolean passes(Part part, ModelProfile model) {
        return switch (part) {
            case Part.Image image -> !model.sees("image") || isStored(image.media());
            case Part.Audio audio -> !model.sees("audio") || isStored(audio.media());
            case Part.File file -> !model.sees(kind(typeOf(file.media()))) || isStored(file.media());
            case Part.Text text -> true;
            case Part.ToolCall call -> true;
            case Part.ToolResult result -> true;
            case Part.Reasoning reasoning -> true;
            case Part.Refusal refusal -> true;
            case Part.Opaque opaque -> true;
        };
    }

    private static boolean isStored(Media media) {
        return media instanceof Media.Url url && url.url().startsWith("s3://");
    }

    /// What a file has to be seen as.
    private static String kind(@Nullable String type) {
        if (type == null) {
            return "file";
        }
        for (String kind : new String[] {"image", "audio", "video"}) {
            if (type.startsWith(kind + "/")) {
                return kind;
            }
        }
        return "file";
    }

    /// @param index position of the message
    /// @return null where it is left out
    @Nullable
    ObjectNode image(Part.Image image, int index) {
        if (image.detail() != null && !image.detail().equals("auto")) {
            judge.report("messages", Outcome.STRIPPED, "image detail", "Bedrock has no levels of image detail");
        }
        return block("image", image.media(), index, IMAGES, "PNG, JPEG, GIF and WebP pictures");
    }

    @Nullable
    ObjectNode audio(Part.Audio audio, int index) {
        return block("audio", audio.media(), index, SOUNDS, "MP3, WAV, Opus, Ogg, AAC, FLAC and MP4 sound");
    }

    @Nullable
    ObjectNode file(Part.File file, int index) {
        Media media = file.media();
        return switch (kind(typeOf(media))) {
            case "image" -> image(new Part.Image(media, null, null), index);
            case "audio" -> audio(new Part.Audio(media, null), index);
            case "video" -> block("video", media, index, VIDEOS, "MP4, MKV, MOV, WebM, FLV, MPEG, WMV and 3GP videos");
            default -> document(file, index);
        };
    }

    private @Nullable ObjectNode document(Part.File file, int index) {
        String type = typeOf(file.media());
        boolean plain = type != null && type.startsWith("text/") && !DOCUMENTS.containsKey(type);
        String format = plain ? "txt" : type == null ? null : DOCUMENTS.get(type);
        if (!seen("file", index) || !known(format, type, index, "PDF, CSV, Word, Excel, HTML, Markdown and text")) {
            return null;
        }
        ObjectNode source = source(file.media(), index);
        if (source == null) {
            return null;
        }
        ObjectNode block = JsonTree.object();
        ObjectNode document = block.putObject("document").put("format", format).put("name", names.next(file.name()));
        document.set("source", source);
        return block;
    }

    private @Nullable ObjectNode block(
            String kind, Media media, int index, Map<String, String> formats, String whichFormats) {
        String type = typeOf(media);
        String format = type == null ? null : formats.get(type);
        if (!seen(kind, index) || !known(format, type, index, whichFormats)) {
            return null;
        }
        ObjectNode source = source(media, index);
        if (source == null) {
            return null;
        }
        ObjectNode block = JsonTree.object();
        block.putObject(kind).put("format", format).set("source", source);
        return block;
    }

    private boolean seen(String kind, int index) {
        return model.sees(kind) || unseen(index, "this model takes no " + (kind.equals("file") ? "documents" : kind));
    }

    private boolean known(@Nullable String format, @Nullable String type, int index, String which) {
        if (format == null) {
            unseen(index, "Bedrock takes " + which + ", not " + (type == null ? "what tells no type" : type));
        }
        return format != null;
    }

    private @Nullable ObjectNode source(Media media, int index) {
        ObjectNode source = JsonTree.object();
        switch (media) {
            case Media.Inline inline -> source.put("bytes", inline.base64());
            case Media.Url url -> {
                if (!isStored(url)) {
                    unseen(index, "Bedrock fetches nothing but s3:// addresses; send the bytes as a data URL");
                    return null;
                }
                source.putObject("s3Location").put("uri", url.url());
            }
            case Media.Stored stored -> {
                unseen(index, "Bedrock stores no files; send the bytes as a data URL or an s3:// address");
                return null;
            }
        }
        return source;
    }

    private boolean unseen(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    /// Media type of a document by Converse's name of its format, which is the end of its file's name; null for one
    /// that is not known.
    static @Nullable String documentType(String format) {
        String type = MediaTypes.ofName("." + format);
        return type != null && (type.startsWith("text/") || DOCUMENTS.containsKey(type)) ? type : null;
    }

    /// Media type: what the bytes show, what was said, or what the end of the address tells.
    private static @Nullable String typeOf(Media media) {
        return switch (media) {
            case Media.Inline inline -> MediaTypes.sniff(inline.base64(), inline.type());
            case Media.Url url -> MediaTypes.ofAddress(url);
            case Media.Stored stored -> stored.type();
        };
    }
}
