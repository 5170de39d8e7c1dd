package dev.gapura.dialect;

import dev.gapura.chat.Media;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
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

    /// Media type by the end of a file's name; null where it says nothing.
    public static @Nullable String ofName(String name) {
        String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (end) {
            case "png", "webp", "gif", "heic", "heif", "bmp" -> "image/" + end;
            case "jpg", "jpeg" -> "image/jpeg";
            case "mp3" -> "audio/mpeg";
            case "wav", "flac", "aac", "ogg" -> "audio/" + end;
            case "mp4", "mpeg", "webm" -> "video/" + end;
            case "mov" -> "video/quicktime";
            case "mkv" -> "video/x-matroska";
            case "flv" -> "video/x-flv";
            case "wmv" -> "video/x-ms-wmv";
            case "3gp" -> "video/3gpp";
            case "pdf" -> "application/pdf";
            case "txt", "log" -> "text/plain";
            case "md" -> "text/markdown";
            case "csv" -> "text/csv";
            case "html", "htm" -> "text/html";
            case "json" -> "application/json";
            case "doc" -> "application/msword";
            case "docx" -> "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            case "xls" -> "application/vnd.ms-excel";
            case "xlsx" -> "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            default -> null;
        };
    }

    /// Media type of what lies at an address: by the end of its path, otherwise as claimed.
    public static @Nullable String ofAddress(Media.Url address) {
        String path;
        try {
            path = new URI(address.url()).getPath();
        } catch (URISyntaxException odd) {
            path = null;
        }
        String told = path == null ? null : ofName(path);
        return told == null ? address.type() : told;
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
