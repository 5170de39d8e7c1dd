package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of chunks under construction: a growing array with what JSON needs. One instance a stream, one
/// thread; what is in it is valid until the next [#clear].
final class ChunkBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[512];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    ChunkBytes raw(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    ChunkBytes raw(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    ChunkBytes number(long value) {
        return raw(Long.toString(value));
    }

    ChunkBytes json(JsonNode node) {
        return raw(JsonTree.bytes(node));
    }

    /// A JSON string with its quotes.
    ChunkBytes quoted(String text) {
        room(text.length() * 3 + 2);
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= 0x20 && character < 0x80 && character != '"' && character != '\\') {
                bytes[length++] = (byte) character;
            } else {
                i = special(text, i, character);
            }
        }
        room(1);
        bytes[length++] = '"';
        return this;
    }

    /// Writes what cannot stand for itself in ASCII; gives the index of the last character it took.
    private int special(String text, int index, char character) {
        // One character becomes at most six bytes; three of them are there already.
        room((text.length() - index) * 3 + 8);
        switch (character) {
            case '"' -> raw("\\\"");
            case '\\' -> raw("\\\\");
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            default -> {
                if (character < 0x20) {
                    raw("\\u00");
                    bytes[length++] = HEX[character >> 4];
                    bytes[length++] = HEX[character & 15];
                } else if (Character.isHighSurrogate(character)
                        && index + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(index + 1))) {
                    raw(text.substring(index, index + 2).getBytes(StandardCharsets.UTF_8));
                    return index + 1;
                } else if (Character.isSurrogate(character)) {
                    // Half a pair: a provider cut a character in two. As an escape it stays JSON, and clients join it.
                    raw("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        room(1);
                        bytes[length++] = HEX[(character >> shift) & 15];
                    }
                } else {
                    raw(String.valueOf(character).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return index;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
