package dev.gapura.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Secret;
import dev.gapura.provider.Identity.AwsKeys;
import dev.gapura.wire.JsonTree;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Temporary keys as AWS hands them out.
///
/// @param expires null where that is not said
record AwsAnswer(AwsKeys keys, @Nullable Instant expires) {
    /// Keys that say nothing of an end; null where one half is missing.
    static @Nullable AwsAnswer lasting(@Nullable String id, @Nullable String secret, @Nullable String token) {
        if (id == null || id.isBlank() || secret == null || secret.isBlank()) {
            return null;
        }
        Secret session = token == null || token.isBlank() ? null : new Secret(token.strip());
        return new AwsAnswer(new AwsKeys(id.strip(), new Secret(secret.strip()), session), null);
    }

    /// As containers, instances and processes say it: JSON with `AccessKeyId`, `SecretAccessKey`, `Token` or
    /// `SessionToken`, `Expiration`.
    ///
    /// @param who as a failure calls who said it
    static AwsAnswer ofJson(String who, String text) throws CredentialException {
        JsonNode json = JsonTree.readOrNull(text);
        if (json == null) {
            throw new CredentialException(who + " gave no JSON");
        }
        String token = JsonTree.string(json, "Token");
        return of(
                who,
                JsonTree.string(json, "AccessKeyId"),
                JsonTree.string(json, "SecretAccessKey"),
                token == null ? JsonTree.string(json, "SessionToken") : token,
                JsonTree.string(json, "Expiration"));
    }

    /// As the Security Token Service says it: XML in which each of these elements stands once.
    static AwsAnswer ofXml(String who, String text) throws CredentialException {
        return of(
                who,
                element(text, "AccessKeyId"),
                element(text, "SecretAccessKey"),
                element(text, "SessionToken"),
                element(text, "Expiration"));
    }

    /// Text of the first element of that name, null where there is none.
    static @Nullable String element(String xml, String name) {
        Matcher found =
                Pattern.compile("<" + name + ">\\s*([^<]*?)\\s*</" + name + ">").matcher(xml);
        return found.find() ? found.group(1) : null;
    }

    private static AwsAnswer of(
            String who,
            @Nullable String id,
            @Nullable String secret,
            @Nullable String token,
            @Nullable String expiration)
            throws CredentialException {
        AwsAnswer lasting = lasting(id, secret, token);
        if (lasting == null) {
            throw new CredentialException(who + " gave no access key");
        }
        try {
            return new AwsAnswer(lasting.keys(), expiration == null ? null : Instant.parse(expiration));
        } catch (DateTimeException odd) {
            throw new CredentialException(who + " gave keys whose expiration cannot be read", odd);
        }
    }
}
