package dev.gapura.dialect.anthropic;

import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Provider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which addresses Anthropic fetches itself: pictures and PDF files over https. Its models on Vertex AI
/// fetch none. Stateless; any thread.
final class Addresses {
    private Addresses() {}

    /// Whether the provider is handed the address in a part, or nobody need fetch it.
    static boolean passed(Part part, Provider provider) {
        return switch (part) {
            case Part.Image image -> fetched(image.media(), provider);
            case Part.File file -> {
                String type = type(file);
                yield type != null && (unreadable(type) || (isPdf(type) && fetched(file.media(), provider)));
            }
            // Not heard anyway.
            case Part.Audio audio -> true;
            case Part.Text text -> true;
            case Part.ToolCall call -> true;
            case Part.ToolResult result -> true;
            case Part.Reasoning reasoning -> true;
            case Part.Refusal refusal -> true;
            case Part.Opaque opaque -> true;
        };
    }

    private static boolean fetched(Media media, Provider provider) {
        return Surface.of(provider) == Surface.ANTHROPIC
                && media instanceof Media.Url url
                && url.url().toLowerCase(Locale.ROOT).startsWith("https://");
    }

    /// Type of a file at an address; null where nothing tells it.
    static @Nullable String type(Part.File file) {
        return file.media() instanceof Media.Url url
                ? MediaTypes.ofAddress(url)
                : file.media().type();
    }

    static boolean isPdf(String type) {
        return type.equals("application/pdf");
    }

    /// Whether Claude does not take such files in any form.
    static boolean unreadable(String type) {
        return !isPdf(type)
                && !type.startsWith("text/")
                && !type.equals("application/json")
                && !type.startsWith("image/");
    }
}
