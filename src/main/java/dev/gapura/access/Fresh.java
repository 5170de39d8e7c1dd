package dev.gapura.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/// Makes identifiers and secrets. Any thread.
final class Fresh {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    /// Crockford's alphabet: its order is that of its values, and none of it is mistaken for another.
    private static final byte[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);

    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;

    private Fresh() {}

    /// An identifier in whose order the time is: 50 bits of milliseconds, then 80 bits by chance.
    ///
    /// @param kind what it is of: `key`
    static String id(String kind, long nowMillis) {
        byte[] digits = new byte[TIME_DIGITS + RANDOM_DIGITS];
        long time = nowMillis;
        for (int index = TIME_DIGITS - 1; index >= 0; index--) {
            digits[index] = ALPHABET[(int) (time & 31)];
            time >>>= 5;
        }
        byte[] random = new byte[RANDOM_DIGITS];
        RANDOM.nextBytes(random);
        for (int index = 0; index < RANDOM_DIGITS; index++) {
            digits[TIME_DIGITS + index] = ALPHABET[random[index] & 31];
        }
        return kind + "_" + new String(digits, StandardCharsets.US_ASCII);
    }

    /// 256 bits that nobody guesses, as text for URLs and headers.
    static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
