package dev.gapura.exchange;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.SplittableRandom;

/// Counts the tokens of a text as o200k_base does, the tokenizer of OpenAI's current models. The library splits texts
/// by a regular expression, which took a fifth of the CPU of limited requests; here they are split by hand, after
/// the same expression, and the library is asked only for pieces whose count is not known from before. Most pieces
/// are words that everybody uses.
///
/// One for the process, since it owns the library's tables; made on first use. Any thread: what two write at once
/// into the same place of [#known] is whole, the one or the other.
final class TokenCounter {
    /// Longer pieces are not remembered.
    private static final int LONGEST_KNOWN = 32;
    /// Longer pieces are cut: the library takes the longer for a character the longer a piece is.
    private static final int LONGEST_PIECE = 500;

    private static final int SLOTS = 1 << 15;
    /// Of an entry of [#known], the count; the rest is what its piece hashes to.
    private static final long COUNT = 0xFFFF;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    /// What a code point is in the expression.
    private static final byte UPPER = 1;

    private static final byte LOWER = 2;
    /// Letters without case stand for either.
    private static final byte LETTER = 3;
    /// Marks too, and they are no letters where those are excluded.
    private static final byte MARK = 4;
    private static final byte DIGIT = 5;
    private static final byte SPACE = 6;
    private static final byte OTHER = 7;

    private static final byte[] ASCII = new byte[128];

    static {
        for (int character = 0; character < ASCII.length; character++) {
            ASCII[character] = kindOf(character);
        }
    }

    private final Encoding encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private final long[] known = new long[SLOTS];
    /// So that nobody can write pieces that take the places of words and count otherwise.
    private final long seed = new SplittableRandom().nextLong();

    TokenCounter() {
        // Loads the tables.
        encoding.countTokensOrdinary("");
    }

    /// Tokens of a text.
    long count(String text) {
        long tokens = 0;
        int at = 0;
        while (at < text.length()) {
            int end = pieceEnd(text, at);
            while (end - at > LONGEST_PIECE) {
                int cut = at + LONGEST_PIECE - (Character.isHighSurrogate(text.charAt(at + LONGEST_PIECE - 1)) ? 1 : 0);
                tokens += encoding.countTokensOrdinary(text.substring(at, cut));
                at = cut;
            }
            tokens += piece(text, at, end);
            at = end;
        }
        return tokens;
    }

    private long piece(String text, int from, int to) {
        if (to - from > LONGEST_KNOWN) {
            return encoding.countTokensOrdinary(text.substring(from, to));
        }
        long hash = seed;
        for (int at = from; at < to; at++) {
            hash = (hash ^ text.charAt(at)) * MIX;
            hash ^= hash >>> 29;
        }
        int slot = (int) hash & SLOTS - 1;
        long entry = known[slot];
        if (entry != 0 && (entry ^ hash) >>> 16 == 0) {
            return entry & COUNT;
        }
        long tokens = encoding.countTokensOrdinary(text.substring(from, to));
        known[slot] = hash & ~COUNT | tokens;
        return tokens;
    }

    /// Where the piece that begins here ends. The expression, one alternative a line, the first that matches:
    ///
    /// ```
    /// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
    /// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
    /// \p{N}{1,3}
    ///  ?[^\s\p{L}\p{N}]+[\r\n/]*
    /// \s*[\r\n]+
    /// \s+(?!\S)
    /// \s+
    /// ```
    ///
    /// Source: `o200k_base` in https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py.
    static int pieceEnd(String text, int at) {
        byte kind = kind(text, at);
        int next = after(text, at);
        boolean prefix = kind == OTHER || kind == MARK || kind == SPACE && !isLineBreak(text.charAt(at));
        int end = prefix ? wordWithLower(text, next) : -1;
        if (end < 0 && kind <= MARK) {
            end = wordWithLower(text, at);
        }
        if (end < 0 && prefix) {
            end = wordOfUpper(text, next);
        }
        if (end < 0 && kind <= MARK) {
            end = wordOfUpper(text, at);
        }
        if (end >= 0) {
            return end;
        }
        return switch (kind) {
            case DIGIT -> digits(text, next);
            case SPACE -> {
                int symbols = text.charAt(at) == ' ' ? symbols(text, next) : next;
                yield symbols > next ? symbols : spaces(text, at);
            }
            default -> symbols(text, at);
        };
    }

    /// The first alternative after its prefix; -1 where it does not match.
    private static int wordWithLower(String text, int from) {
        int at = from;
        int afterEither = -1;
        while (at < text.length()) {
            byte kind = kind(text, at);
            if (kind != UPPER && kind != LETTER && kind != MARK) {
                break;
            }
            at = after(text, at);
            if (kind != UPPER) {
                afterEither = at;
            }
        }
        if (at < text.length() && kind(text, at) == LOWER) {
            return contraction(text, lowers(text, at));
        }
        // Given back up to the last that is in both classes.
        return afterEither < 0 ? -1 : contraction(text, afterEither);
    }

    /// The second, where the first has not matched: so it has no letters but capitals.
    private static int wordOfUpper(String text, int from) {
        int at = from;
        while (at < text.length() && kind(text, at) == UPPER) {
            at = after(text, at);
        }
        return at == from ? -1 : contraction(text, at);
    }

    private static int lowers(String text, int from) {
        int at = from;
        while (at < text.length()) {
            byte kind = kind(text, at);
            if (kind != LOWER && kind != LETTER && kind != MARK) {
                break;
            }
            at = after(text, at);
        }
        return at;
    }

    private static int contraction(String text, int at) {
        if (at + 1 >= text.length() || text.charAt(at) != '\'') {
            return at;
        }
        char second = at + 2 < text.length() ? folded(text.charAt(at + 2)) : 0;
        return switch (folded(text.charAt(at + 1))) {
            case 's', 't', 'm', 'd' -> at + 2;
            case 'r', 'v' -> second == 'e' ? at + 3 : at;
            case 'l' -> second == 'l' ? at + 3 : at;
            default -> at;
        };
    }

    private static char folded(char character) {
        return Character.toLowerCase(Character.toUpperCase(character));
    }

    private static int digits(String text, int second) {
        int at = second;
        for (int more = 0; more < 2 && at < text.length() && kind(text, at) == DIGIT; more++) {
            at = after(text, at);
        }
        return at;
    }

    private static int symbols(String text, int from) {
        int at = from;
        while (at < text.length() && (kind(text, at) == OTHER || kind(text, at) == MARK)) {
            at = after(text, at);
        }
        if (at > from) {
            while (at < text.length() && (isLineBreak(text.charAt(at)) || text.charAt(at) == '/')) {
                at++;
            }
        }
        return at;
    }

    private static int spaces(String text, int from) {
        int at = from;
        int afterBreak = -1;
        while (at < text.length() && kind(text, at) == SPACE) {
            boolean lineBreak = isLineBreak(text.charAt(at));
            at++; // no space is beyond the basic plane
            if (lineBreak) {
                afterBreak = at;
            }
        }
        if (afterBreak >= 0) {
            return afterBreak;
        }
        return at < text.length() && at - from > 1 ? at - 1 : at;
    }

    private static boolean isLineBreak(char character) {
        return character == '\n' || character == '\r';
    }

    private static int after(String text, int at) {
        char unit = text.charAt(at);
        return Character.isHighSurrogate(unit) ? text.offsetByCodePoints(at, 1) : at + 1;
    }

    private static byte kind(String text, int at) {
        char unit = text.charAt(at);
        return unit < ASCII.length ? ASCII[unit] : kindOf(text.codePointAt(at));
    }

    private static byte kindOf(int point) {
        return switch (Character.getType(point)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
            case Character.LOWERCASE_LETTER -> LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> MARK;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> DIGIT;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            // The white space among the control characters.
            case Character.CONTROL -> point >= 0x09 && point <= 0x0D || point == 0x85 ? SPACE : OTHER;
            default -> OTHER;
        };
    }
}
