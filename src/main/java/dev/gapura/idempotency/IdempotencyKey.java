package dev.gapura.idempotency;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request with an `Idempotency-Key` is known by. Nothing that the client wrote can be read from it. Immutable.
///
/// @param id of the key, among the keys of all owners
/// @param owner id of the API key, within which the client's key is unique
/// @param request digest of what was asked
public record IdempotencyKey(String id, String owner, String request) {
    /// The request header.
    public static final String HEADER = "idempotency-key";

    private static final int MOST_CHARACTERS = 255;

    /// The key that a request's headers have; null where it has none.
    ///
    /// @throws GatewayException (400) where it is no key
    public static @Nullable String read(List<String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        String key = headers.getFirst();
        if (headers.size() > 1
                || key.isEmpty()
                || key.length() > MOST_CHARACTERS
                || key.chars().anyMatch(character -> character < ' ' || character > '~')) {
            throw new GatewayException(Failure.of(
                            FailureKind.INVALID_REQUEST,
                            "The header Idempotency-Key takes one value of 1 to " + MOST_CHARACTERS
                                    + " printable ASCII characters. Send a random one for each request, such as a UUID.")
                    .withCode("invalid_idempotency_key"));
        }
        return key;
    }

    /// Makes the key of a request. Takes about a millisecond for a megabyte.
    ///
    /// @param owner id of the API key
    /// @param key as [#read] gave it
    /// @param terms what the answer depends on beside the body
    public static IdempotencyKey of(String owner, String key, List<String> terms, byte[] body) {
        MessageDigest asked = digest();
        terms.forEach(term -> add(asked, term));
        asked.update(body);
        MessageDigest id = digest();
        add(id, owner);
        add(id, key);
        return new IdempotencyKey(hex(id), owner, hex(asked));
    }

    /// Terms hold no NUL, so that none can be mistaken for two.
    private static void add(MessageDigest digest, String term) {
        digest.update(term.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
