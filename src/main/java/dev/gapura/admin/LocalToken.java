package dev.gapura.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// The credential of commands on the gateway's own machine: whoever can read the data folder has it, and may do
/// everything. Made anew at each start. Immutable; any thread.
public final class LocalToken {
    /// How it begins, so that it is not taken for a key.
    static final String START = "local-gapura-";

    private static final int BYTES = 32;

    private final byte[] token;

    private LocalToken(byte[] token) {
        this.token = token;
    }

    /// A new one.
    public static LocalToken random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new LocalToken((START + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .getBytes(StandardCharsets.US_ASCII));
    }

    /// Whether this is it; how long the answer takes says nothing about how much of a guess was right.
    boolean is(String presented) {
        return MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8));
    }

    /// The token itself, for the file that commands read.
    public String reveal() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return START + "…";
    }
}
