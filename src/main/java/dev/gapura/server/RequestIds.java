package dev.gapura.server;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Makes request ids: `req_`, eight characters that count milliseconds, and 14 letters and digits (83 bits) drawn from
/// a generator that every event loop seeds for itself. Unique, not secret: nothing is granted to whoever knows one.
/// Their order is that of time, so that the index of the history grows at one end. One event loop only.
final class RequestIds {
    private static final char[] ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int LENGTH = 22;
    /// 62⁸ milliseconds are 6,900 years.
    private static final int TIME = 8;
    /// One draw of 63 bits gives ten and a half characters (62¹⁰ < 2⁶³ < 62¹¹): the eleventh is a little
    /// biased, which matters for nothing here.
    private static final int FROM_ONE_DRAW = 11;

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final char[] text = new char[4 + LENGTH];

    RequestIds() {
        "req_".getChars(0, 4, text, 0);
    }

    /// @param millis arrival, milliseconds since the Unix epoch
    String next(long millis) {
        long rest = millis;
        for (int at = 3 + TIME; at > 3; at--) {
            text[at] = ALPHABET[(int) (rest % ALPHABET.length)];
            rest /= ALPHABET.length;
        }
        for (int at = 4 + TIME; at < text.length; ) {
            long draw = random.nextLong() >>> 1;
            for (int count = 0; count < FROM_ONE_DRAW && at < text.length; count++) {
                text[at++] = ALPHABET[(int) (draw % ALPHABET.length)];
                draw /= ALPHABET.length;
            }
        }
        return new String(text);
    }
}
