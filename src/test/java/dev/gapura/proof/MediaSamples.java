package dev.gapura.proof;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// MediaSamples that are no more than their first bytes.
final class MediaSamples {
    /// What addresses of pictures begin with.
    static final String ADDRESS = "https://pictures.example/";

    /// By what stands behind `image/`.
    static final Map<String, String> PICTURES = Map.of(
            "png", base64("\u0089PNG\r\n\u001a\n0000"),
            "jpeg", base64("\u00ff\u00d8\u00ff\u00e0..JFIF"),
            "gif", base64("GIF89a000000"),
            "webp", base64("RIFF....WEBPVP8 "));

    static final String PDF = base64("%PDF-1.4\n%%EOF\n");
    static final String WAV = base64("RIFF....WAVEfmt ");

    private MediaSamples() {}

    static String base64(String bytes) {
        return Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
}
