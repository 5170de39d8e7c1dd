package dev.gapura.dialect.gemini;

import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which addresses Gemini fetches itself: its own files and YouTube everywhere, Cloud Storage and the public web on
/// Vertex AI, and on AI Studio the public web for newer models and certain types. It wants to be told the type, so an
/// address that does not show one is fetched here. Stateless; any thread.
final class Addresses {
    /// What AI Studio fetches (<https://ai.google.dev/gemini-api/docs/file-input-methods>); recorded for a picture,
    /// documented for the others.
    private static final Set<String> FETCHED = Set.of(
            "image/bmp",
            "image/jpeg",
            "image/png",
            "image/webp",
            "application/pdf",
            "application/json",
            "text/html",
            "text/css",
            "text/plain",
            "text/xml",
            "text/csv",
            "text/rtf",
            "text/javascript");

    private Addresses() {}

    /// Whether the provider is handed the address in a part, or nobody need fetch it.
    static boolean passed(Part part, Surface surface, ModelProfile model) {
        if (!(media(part) instanceof Media.Url url)) {
            return true;
        }
        String type = MediaTypes.ofAddress(url);
        boolean unseen = !model.sees(MediaWriter.kind(part)) || (type != null && !MediaWriter.readable(type));
        String address = url.url().toLowerCase(Locale.ROOT);
        if (unseen || own(url.url()) || address.startsWith("gs://")) {
            return true;
        }
        boolean may = surface == Surface.VERTEX
                ? type != null
                : type != null && FETCHED.contains(type) && model.can(Ability.MEDIA_URLS);
        return may && address.startsWith("https://");
    }

    /// Whether an address is a place of Google's own, whose type it knows itself.
    static boolean own(String address) {
        return address.contains("youtube.com/") || address.contains("youtu.be/") || address.contains("/v1beta/files/");
    }

    private static @Nullable Media media(Part part) {
        return switch (part) {
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
    }
}
