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

    private static final String BASE64 = ";base64,";

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

    /// How much shorter a valid JSON text would be with its media at their flat size.
    private static int payloads(byte[] json, int from, int to) {
        int saved = 0;
        for (int at = from; at < to; at++) {
            if (json[at] == '"') {
                int start = at + 1;
                at = start;
                while (json[at] != '"') {
                    at += json[at] == '\\' ? 2 : 1;
                }
                int size = at - start;
                if (size > SHORTEST && is(index -> json[start + index] & 0xff, size)) {
                    saved += size - TokenEstimate.PER_MEDIA * TokenEstimate.BYTES_A_TOKEN;
                }
            }
        }
        return saved;
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

    private static final int UPPER = 1;
    private static final int LOWER = 2;
    private static final int DIGIT = 4;
    private static final int SIGN = 8;

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
