package dev.gapura.ledger;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts texts into the words that they are found by: letters and digits in lower case, without accents; an ideograph
/// is a word by itself. Both databases get the same words, so that both find the same. Used by one thread.
final class Words {
    /// A longer run of letters is an encoded file rather than a word.
    static final int MOST_CHARACTERS = 64;
    /// Of one exchange.
    private static final int MOST_WORDS = 4_000;

    private final Set<String> words = new LinkedHashSet<>();

    /// Adds the words of a text.
    Words add(@Nullable String text) {
        if (text == null) {
            return this;
        }
        String plain = plain(text);
        int start = -1;
        for (int at = 0; at < plain.length() && words.size() < MOST_WORDS; ) {
            int point = plain.codePointAt(at);
            int next = at + Character.charCount(point);
            boolean alone = Character.isIdeographic(point);
            if (alone || !Character.isLetterOrDigit(point)) {
                end(plain, start, at);
                start = -1;
            } else if (start < 0) {
                start = at;
            }
            if (alone) {
                words.add(plain.substring(at, next));
            }
            at = next;
        }
        if (words.size() < MOST_WORDS) {
            end(plain, start, plain.length());
        }
        return this;
    }

    private void end(String text, int start, int end) {
        if (start >= 0 && end - start <= MOST_CHARACTERS) {
            words.add(text.substring(start, end));
        }
    }

    private static String plain(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) > 127) {
                return Normalizer.normalize(text, Normalizer.Form.NFKD)
                        .replaceAll("\\p{M}+", "")
                        .toLowerCase(Locale.ROOT);
            }
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /// The words, each once.
    Set<String> all() {
        return words;
    }

    /// The words with blanks between them.
    String text() {
        return String.join(" ", words);
    }
}
