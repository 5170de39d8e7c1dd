package dev.gapura.server;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Makes request ids: `req_` and 22 letters and digits (126 bits), drawn from a generator that every event
/// loop seeds for itself. Unique, not secret: nothing is granted to whoever knows one. One event loop only.
final class RequestIds {
    private static final char[] ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int LENGTH = 22;
    /// One draw of 63 bits gives ten and a half characters (62¹⁰ < 2⁶³ < 62¹¹): the eleventh is a little
    /// biased, which matters for nothing here.
    private static final int FROM_ONE_DRAW = 11;

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final char[] text = new char[4 + LENGTH];

    RequestIds() {
        "req_".getChars(0, 4, text, 0);
    }

    String next() {
        for (int at = 4; at < text.length; ) {
            long draw = random.nextLong() >>> 1;
            for (int count = 0; count < FROM_ONE_DRAW && at < text.length; count++) {
                text[at++] = ALPHABET[(int) (draw % ALPHABET.length)];
                draw /= ALPHABET.length;
            }
        }
        return new String(text);
    }
}
