package dev.gapura.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Secret;
import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks OAuth 2.0 token endpoints (RFC 6749, 5). Blocks.
final class TokenEndpoint {
    /// Where the answer does not say how long a token holds, which RFC 6749 lets it.
    private static final Duration USUAL_LIFE = Duration.ofMinutes(10);

    /// Microsoft's number of what went wrong, at the beginning of its description.
    private static final Pattern ENTRA_CODE = Pattern.compile("AADSTS\\d{4,9}");

    private final IssuerClient client;
    private final InstantSource clock;
    private final @Nullable URI proxy;

    /// A token with its end.
    record Token(Secret value, Instant expires) {}

    /// @param proxy that the provider names, or null
    TokenEndpoint(IssuerClient client, InstantSource clock, @Nullable URI proxy) {
        this.client = client;
        this.clock = clock;
        this.proxy = proxy;
    }

    /// Posts a form and reads the token that comes for it.
    ///
    /// @param who as a failure calls the endpoint
    /// @param remedy what to look at when it refuses
    Token post(String who, URI endpoint, Map<String, String> form, String remedy) throws CredentialException {
        Instant asked = clock.instant();
        Answer answer = client.send(
                who,
                HttpMethod.POST,
                endpoint,
                Map.of("content-type", "application/x-www-form-urlencoded", "accept", "application/json"),
                IssuerClient.form(form),
                proxy);
        if (!answer.ok()) {
            throw new CredentialException(who + " refused with " + reason(answer) + "; " + remedy);
        }
        return read(who, asked, answer);
    }

    /// Reads an answer with `access_token` and `expires_in`.
    ///
    /// @param asked when the request was made
    static Token read(String who, Instant asked, Answer answer) throws CredentialException {
        JsonNode json = JsonTree.readOrNull(answer.text());
        String token = json == null ? null : JsonTree.string(json, "access_token");
        if (json == null || token == null || token.isBlank() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new CredentialException(who + " gave no access token");
        }
        long seconds = seconds(json, asked);
        return new Token(new Secret(token), asked.plusSeconds(Math.clamp(seconds, 0, 7 * 86_400)));
    }

    /// How long a token holds. Azure's managed identities tell numbers as text, and some only the end.
    private static long seconds(JsonNode json, Instant asked) {
        long life = json.path("expires_in").asLong(0);
        long end = json.path("expires_on").asLong(0);
        return life > 0 ? life : end > 0 ? end - asked.getEpochSecond() : USUAL_LIFE.toSeconds();
    }

    /// A word or a number that tells what went wrong, and nothing else of the answer.
    static String reason(Answer answer) {
        JsonNode json = JsonTree.readOrNull(answer.text());
        JsonNode error = json == null ? null : json.get("error");
        if (json == null || error == null) {
            return Integer.toString(answer.status());
        }
        String word = error.isObject() ? JsonTree.string(error, "status") : JsonTree.string(json, "error");
        String description = JsonTree.string(json, "error_description");
        Matcher code = ENTRA_CODE.matcher(description == null ? "" : description);
        String known = word != null && word.matches("\\w{1,60}") ? word : Integer.toString(answer.status());
        return code.find() ? known + " (" + code.group() + ")" : known;
    }
}
