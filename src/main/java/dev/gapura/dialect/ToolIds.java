package dev.gapura.dialect;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/// Ids of tool calls for providers with rules of their own. A foreign id always becomes the same other one,
/// so that call and result still belong together and the provider's cache of the prefix still fits.
/// Stateless; any thread.
public final class ToolIds {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());

    private static final SecureRandom RANDOM = new SecureRandom();

    private ToolIds() {}

    /// A new id of the shape that OpenAI's have.
    public static String fresh() {
        StringBuilder id = new StringBuilder("call_");
        for (int i = 0; i < 24; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /// The id itself where the provider takes it, otherwise one made from it.
    ///
    /// @param accepted what the provider takes, as a whole
    /// @param prefix what provider's own ids begin with, may be empty
    /// @param length characters of a made id, prefix included
    public static String fit(String id, Pattern accepted, String prefix, int length) {
        return accepted.matcher(id).matches() ? id : prefix + hash(id, length - prefix.length());
    }

    private static String hash(String id, int length) {
        BigInteger number = new BigInteger(1, Hashes.digest(id));
        StringBuilder out = new StringBuilder(length);
        while (out.length() < length) {
            BigInteger[] next = number.divideAndRemainder(BASE);
            out.append(ALPHABET.charAt(next[1].intValue()));
            number = next[0];
        }
        return out.toString();
    }
}
