package dev.gapura.egress;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the addresses in a request that have to be fetched. Stateless; any thread.
final class MediaUrls {
    /// An address to be fetched.
    ///
    /// @param param path of the first field that holds it, as the caller wrote the request
    /// @param picture whether it has to be one
    record Wanted(String param, boolean picture) {}

    private MediaUrls() {}

    /// Each distinct address.
    static Map<String, Wanted> of(ChatRequest request, Predicate<Part> passes) {
        Map<String, Wanted> found = new LinkedHashMap<>();
        List<Message> messages = request.messages();
        for (int index = 0; index < messages.size(); index++) {
            collect(messages.get(index).parts(), "messages[" + index + "].content[", passes, found);
        }
        return found;
    }

    /// The address in a part, null where it has none.
    static Media.@Nullable Url url(Part part) {
        Media media =
                switch (part) {
                    case Part.Image image -> image.media();
                    case Part.Audio audio -> audio.media();
                    case Part.File file -> file.media();
                    case Part.Text text -> null;
                    case Part.ToolCall call -> null;
                    case Part.ToolResult result -> null;
                    case Part.Reasoning reasoning -> null;
                    case Part.Refusal refusal -> null;
                    case Part.Opaque opaque -> null;
                };
        return media instanceof Media.Url url ? url : null;
    }

    private static void collect(List<Part> parts, String path, Predicate<Part> passes, Map<String, Wanted> found) {
        int index = 0;
        boolean content = false;
        for (Part part : parts) {
            // Thought stands before the content of a message and in a member of its own.
            content = content || !(part instanceof Part.Reasoning);
            if (part instanceof Part.ToolResult result) {
                collect(result.content(), path, passes, found);
            } else if (url(part) instanceof Media.Url url && !passes.test(part)) {
                found.putIfAbsent(
                        url.url(), new Wanted(path + index + "]" + member(part, url), part instanceof Part.Image));
            }
            index += content ? 1 : 0;
        }
    }

    /// Where the address stands inside its part.
    private static String member(Part part, Media.Url url) {
        return switch (part) {
            case Part.Image image -> ".image_url.url";
            case Part.Audio audio -> ".input_audio.data";
            case Part.File file when url.type() != null && url.type().startsWith("video/") -> ".video_url.url";
            case Part.File file -> ".file.file_data";
            case Part.Text text -> "";
            case Part.ToolCall call -> "";
            case Part.ToolResult result -> "";
            case Part.Reasoning reasoning -> "";
            case Part.Refusal refusal -> "";
            case Part.Opaque opaque -> "";
        };
    }
}
