package dev.gapura.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a service account signs to get a token: a JSON Web Token with RS256. Source:
/// <https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests>.
final class ServiceAccountAssertion {
    /// The longest that Google takes.
    private static final Duration LIFE = Duration.ofHours(1);

    private ServiceAccountAssertion() {}

    /// @param what as a failure calls the file that the key stands in
    /// @param key PEM, PKCS #8
    static String sign(
            String what, String account, String key, @Nullable String keyId, String scope, String audience, Instant now)
            throws CredentialException {
        ObjectNode header = JsonTree.object().put("alg", "RS256").put("typ", "JWT");
        if (keyId != null) {
            header.put("kid", keyId);
        }
        ObjectNode claims = JsonTree.object().put("iss", account).put("scope", scope);
        claims.put("aud", audience)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFE).getEpochSecond());
        String signed = encoded(JsonTree.bytes(header)) + "." + encoded(JsonTree.bytes(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(privateKey(key));
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encoded(signature.sign());
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw new CredentialException(what + " holds a private_key that is no RSA key", malformed);
        }
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
