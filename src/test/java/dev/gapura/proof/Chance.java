package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Texts and JSON by chance: the same seed gives the same. One instance a request or answer.
final class Chance {
    private static final String[] PIECES = {
        "a", "ä", "€", "😀", "é́", " ", "\n", "\"", "\\", "{", "}", "[DONE]", "data: ", "<think>", "</b>", "\t", "\r\n",
        "word", "Grüße", "\u2028", "0", "null"
    };

    private final Random random;

    Chance(long seed) {
        // Neighbouring seeds begin alike otherwise.
        random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /// True one time in `times`.
    boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    @SafeVarargs
    final <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    /// Hundredths between two whole numbers.
    double number(int from, int to) {
        return (from * 100 + below((to - from) * 100 + 1)) / 100.0;
    }

    /// A text that is not blank.
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = below(12); i >= 0; i--) {
            text.append(PIECES[below(PIECES.length)]);
        }
        return text.toString().isBlank() ? text + "x" : text.toString();
    }

    /// Letters and digits.
    String letters(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".charAt(below(62)));
        }
        return text.toString();
    }

    /// Base64 of something.
    String sealed() {
        return letters(4 * (1 + below(9)));
    }

    /// A text in pieces that are never empty and never half a character.
    List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int[] characters = text.codePoints().toArray();
        for (int at = 0; at < characters.length; ) {
            int length = Math.min(characters.length - at, 1 + below(once(3) ? 40 : 5));
            pieces.add(new String(characters, at, length));
            at += length;
        }
        return pieces;
    }

    /// An object of this many levels at most.
    ObjectNode object(int depth) {
        ObjectNode object = JsonTree.object();
        for (int i = below(4); i > 0; i--) {
            String name = once(3) ? text() : one("city", "title", "type", "pattern", "x");
            switch (below(depth > 0 ? 7 : 5)) {
                case 0 -> object.put(name, text());
                case 1 -> object.put(name, random.nextInt());
                case 2 -> object.put(name, random.nextBoolean());
                case 3 -> object.putNull(name);
                case 4 -> object.put(name, "");
                case 5 -> object.set(name, object(depth - 1));
                default -> {
                    ArrayNode list = object.putArray(name);
                    for (int j = below(3); j > 0; j--) {
                        list.add(object(depth - 1));
                    }
                }
            }
        }
        return object;
    }
}
