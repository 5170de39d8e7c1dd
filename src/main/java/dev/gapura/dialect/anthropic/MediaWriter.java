package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes pictures and documents. One instance a request.
final class MediaWriter {
    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final String NO_FILES = "Vertex AI knows no files that were stored at Anthropic";
    private static final String UNREADABLE = "Claude reads PDF and text files, not ";
    private static final String FILES_BETA = "files-api-2025-04-14";

    private final Judge judge;
    private final Set<String> betas;

    /// @param betas takes the values of the header `anthropic-beta` that the content asks for
    MediaWriter(Judge judge, Set<String> betas) {
        this.judge = judge;
        this.betas = betas;
    }

    @Nullable
    JsonNode image(Part.Image image, int index) {
        if (unknown(image.media())) {
            return unseen(index, NO_FILES);
        }
        if (image.detail() != null && !image.detail().equals("auto")) {
            judge.report("messages", Outcome.STRIPPED, "image detail", "Claude has no levels of image detail");
        }
        ObjectNode block = JsonTree.object().put("type", "image");
        switch (image.media()) {
            case Media.Inline inline -> {
                String type = MediaTypes.sniff(inline.base64(), inline.type());
                if (type == null || !IMAGES.contains(type)) {
                    return unseen(
                            index,
                            "Claude sees JPEG, PNG, GIF and WebP pictures, not "
                                    + (type == null ? "those of an unknown type" : type));
                }
                source(block, type, inline.base64());
            }
            case Media.Url url -> block.putObject("source").put("type", "url").put("url", url.url());
            case Media.Stored stored -> stored(block, stored);
        }
        return CacheMarks.marked(block, image.cache());
    }

    @Nullable
    JsonNode file(Part.File file, int index) {
        if (unknown(file.media())) {
            return unseen(index, NO_FILES);
        }
        ObjectNode block = JsonTree.object().put("type", "document");
        switch (file.media()) {
            case Media.Inline inline -> {
                String type = MediaTypes.sniff(inline.base64(), inline.type());
                if ("application/pdf".equals(type)) {
                    source(block, "application/pdf", inline.base64());
                } else if (type != null && IMAGES.contains(type)) {
                    block.put("type", "image");
                    source(block, type, inline.base64());
                    return CacheMarks.marked(block, file.cache());
                } else if (type != null && !Addresses.unreadable(type) && !type.startsWith("image/")) {
                    String text = MediaTypes.text(inline.base64());
                    block.putObject("source")
                            .put("type", "text")
                            .put("media_type", "text/plain")
                            .put("data", text);
                } else {
                    return unseen(index, UNREADABLE + (type == null ? "files of an unknown type" : type));
                }
            }
            case Media.Url url -> {
                String type = Addresses.type(file);
                if (type != null && Addresses.unreadable(type)) {
                    return unseen(index, UNREADABLE + type);
                }
                block.put("type", type != null && type.startsWith("image/") ? "image" : "document");
                block.putObject("source").put("type", "url").put("url", url.url());
            }
            case Media.Stored stored -> {
                String type = stored.type();
                block.put("type", type != null && type.startsWith("image/") ? "image" : "document");
                stored(block, stored);
            }
        }
        if (file.name() != null && Blocks.string(block, "type").equals("document")) {
            block.put("title", file.name());
        }
        return CacheMarks.marked(block, file.cache());
    }

    private boolean unknown(Media media) {
        return media instanceof Media.Stored && !Surface.of(judge.provider()).hasFiles();
    }

    private void stored(ObjectNode block, Media.Stored stored) {
        betas.add(FILES_BETA);
        block.putObject("source").put("type", "file").put("file_id", stored.fileId());
    }

    private static void source(ObjectNode block, String type, String base64) {
        block.putObject("source").put("type", "base64").put("media_type", type).put("data", base64);
    }

    /// A part that is left out, or refuses the request.
    @Nullable
    JsonNode unseen(int index, String reason) {
        judge.unsupported("messages", "messages[" + index + "].content", true, reason);
        return null;
    }
}
