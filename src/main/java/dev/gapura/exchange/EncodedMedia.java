package dev.gapura.exchange;

import dev.gapura.dialect.openai.ChatCompletionRequest;
import java.util.function.IntUnaryOperator;

/// Tells pictures, sounds and files that are written as base64 from words, by samples and without decoding. Pure.
final class EncodedMedia {
    /// Shorter texts are taken for words, unless they are `data:` addresses.
    static final int SHORTEST = 4_000;
    /// Shorter bodies are not looked into.
    private static final int SMALL_BYTES = 16 * 1024;
    /// Where the payload of a `data:` address begins at the latest.
    private static final int LONGEST_TYPE = 256;
    /// Characters that are looked at in each of three places.
    private static final int SAMPLE = 512;

    /// Between two bytes that are looked at: a payload with its address's beginning is longer than twice this.
    private static final int STEP = 1_800;

    private static final String BASE64 = ";base64,";

    private static final int UPPER = 1;
    private static final int LOWER = 2;
    private static final int DIGIT = 4;
    private static final int SIGN = 8;

    /// Bytes that base64 is written with, in JSON.
    private static final boolean[] ENCODED = encoded();

    private EncodedMedia() {}

    /// Whether a text is a `data:` address with base64 in it, or base64 alone.
    static boolean is(String text) {
        return is(text::charAt, text.length());
    }

    /// Bytes of a request's messages and tools. In long bodies each base64 text counts as a picture's
    /// tokens take.
    static int promptBytes(ChatCompletionRequest request) {
        return bytes(request, "messages") + bytes(request, "tools");
    }

    private static int bytes(ChatCompletionRequest request, String name) {
        ChatCompletionRequest.Member member = request.member(name);
        if (member == null || member.isNull()) {
            return 0;
        }
        int length = member.valueEnd() - member.valueStart();
        return request.length() <= SMALL_BYTES
                ? length
                : length - payloads(request.body(), member.valueStart(), member.valueEnd());
    }

    /// How much shorter a valid JSON text would be with its media at their flat size. Looks at a byte every so often:
    /// a payload that is long enough is met there, and words end at the next blank.
    private static int payloads(byte[] json, int from, int to) {
        int saved = 0;
        for (int at = from + STEP; at < to; at += STEP) {
            int start = at;
            while (start > from && ENCODED[json[start - 1] & 0xff]) {
                start--;
            }
            int end = at;
            while (end < to && ENCODED[json[end] & 0xff]) {
                end++;
            }
            if (end - start < STEP || end == to || json[end] != '"') {
                continue;
            }
            int text = opening(json, start, from);
            int size = end - text;
            if (text > from && size > SHORTEST && is(index -> json[text + index] & 0xff, size)) {
                saved += size - TokenEstimate.PER_MEDIA * TokenEstimate.BYTES_A_TOKEN;
            }
            at = Math.max(at, end);
        }
        return saved;
    }

    /// Where the text begins whose end is a payload, behind its quotation mark; `from` where it begins too far before.
    private static int opening(byte[] json, int payload, int from) {
        for (int at = payload; at > from && payload - at <= LONGEST_TYPE; at--) {
            if (json[at - 1] == '"') {
                return at;
            }
        }
        return from;
    }

    private static boolean[] encoded() {
        boolean[] known = new boolean[256];
        for (int one = 0; one < known.length; one++) {
            int character = one;
            known[one] = kinds(index -> character, 0, 1) != 0;
        }
        return known;
    }

    private static boolean is(IntUnaryOperator characters, int length) {
        int payload = payload(characters, length);
        if (payload > 0) {
            return sampled(characters, payload, length) != 0;
        }
        // Words of any language that are written without spaces lack one of the three.
        return length > SHORTEST && length % 4 == 0 && sampled(characters, 0, length) == (UPPER | LOWER | DIGIT);
    }

    /// Where the base64 of a `data:` address begins, 0 where the text is no such address.
    private static int payload(IntUnaryOperator characters, int length) {
        if (!stands("data:", characters, 0, length)) {
            return 0;
        }
        int most = Math.min(length, LONGEST_TYPE);
        for (int at = 5; at < most; at++) {
            if (characters.applyAsInt(at) == ';' && stands(BASE64, characters, at, length)) {
                return at + BASE64.length();
            }
        }
        return 0;
    }

    private static boolean stands(String what, IntUnaryOperator characters, int at, int length) {
        if (length - at < what.length()) {
            return false;
        }
        for (int index = 0; index < what.length(); index++) {
            if (characters.applyAsInt(at + index) != what.charAt(index)) {
                return false;
            }
        }
        return true;
    }

    /// Which kinds of characters the samples have, 0 where one is none of base64's.
    private static int sampled(IntUnaryOperator characters, int from, int to) {
        int middle = from + (to - from) / 2;
        int start = kinds(characters, from, Math.min(to, from + SAMPLE));
        int between = kinds(characters, middle, Math.min(to, middle + SAMPLE));
        int end = kinds(characters, Math.max(from, to - SAMPLE), to);
        return start == 0 || between == 0 || end == 0 ? 0 : (start | between | end) & ~SIGN;
    }

    private static int kinds(IntUnaryOperator characters, int from, int to) {
        int kinds = 0;
        for (int at = from; at < to; at++) {
            int one = characters.applyAsInt(at);
            if (one >= 'A' && one <= 'Z') {
                kinds |= UPPER;
            } else if (one >= 'a' && one <= 'z') {
                kinds |= LOWER;
            } else if (one >= '0' && one <= '9') {
                kinds |= DIGIT;
            } else if (one == '+' || one == '/' || one == '-' || one == '_' || one == '=' || one == '\\') {
                // A slash may be written as an escape.
                kinds |= SIGN;
            } else {
                return 0;
            }
        }
        return kinds;
    }
}
