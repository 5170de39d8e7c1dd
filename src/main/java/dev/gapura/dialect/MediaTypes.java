package dev.gapura.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What inlined bytes are, told by how they begin: names and headers lie often enough, and providers refuse what does
/// not fit its type. Stateless; any thread.
public final class MediaTypes {
    /// Base64 characters that are looked at, a multiple of four.
    private static final int LOOKED_AT = 64;

    private MediaTypes() {}

    /// The media type that the bytes show, otherwise the one that was claimed.
    public static @Nullable String sniff(String base64, @Nullable String claimed) {
        byte[] head;
        try {
            String start = base64.substring(0, Math.min(base64.length(), LOOKED_AT));
            head = Base64.getMimeDecoder().decode(start);
        } catch (IllegalArgumentException broken) {
            return claimed;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        }
        if (text.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
            return "image/gif";
        }
        if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            return "image/webp";
        }
        if (text.startsWith("RIFF") && text.startsWith("WAVE", 8)) {
            return "audio/wav";
        }
        if (text.startsWith("%PDF-")) {
            return "application/pdf";
        }
        return claimed;
    }

    /// Base64 of a text file as text; malformed bytes become replacement characters.
    public static String text(String base64) {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return base64;
        }
    }
}
