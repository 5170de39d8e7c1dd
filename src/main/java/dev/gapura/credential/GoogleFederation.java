package dev.gapura.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Secret;
import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.credential.TokenEndpoint.Token;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Workload identity federation, where another cloud's token is changed for Google's (RFC 8693), and service accounts
/// that are taken on. Subject tokens come from a file or an address. Source:
/// <https://google.aip.dev/auth/4117>. Documented, not recorded. Blocks.
final class GoogleFederation {
    private static final String EXCHANGE = "Google's Security Token Service";
    private static final String IMPERSONATION = "Google's IAM Credentials service";

    private final IssuerClient client;
    private final TokenEndpoint tokens;
    private final @Nullable URI proxy;

    /// @param proxy that the provider names, or null
    GoogleFederation(IssuerClient client, TokenEndpoint tokens, @Nullable URI proxy) {
        this.client = client;
        this.tokens = tokens;
        this.proxy = proxy;
    }

    /// A token for what a file of the type `external_account` describes.
    Token external(String what, JsonNode json) throws CredentialException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("audience", GoogleSource.member(what, json, "audience"));
        form.put("scope", GoogleSource.SCOPE);
        form.put("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
        form.put("subject_token", subject(what, json.path("credential_source")));
        form.put("subject_token_type", GoogleSource.member(what, json, "subject_token_type"));
        Token token = tokens.post(
                EXCHANGE,
                GoogleSource.uri(what, GoogleSource.member(what, json, "token_url")),
                form,
                "look at the workload identity pool and its provider");
        return json.has("service_account_impersonation_url") ? impersonated(what, json, token) : token;
    }

    private String subject(String what, JsonNode source) throws CredentialException {
        String file = JsonTree.string(source, "file");
        String url = JsonTree.string(source, "url");
        String text;
        if (file != null) {
            try {
                text = Files.readString(Path.of(file));
            } catch (IOException unreadable) {
                throw new CredentialException(
                        "the file of the subject token that " + what + " names cannot be read", unreadable);
            }
        } else if (url != null) {
            Map<String, String> headers = new LinkedHashMap<>();
            source.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            String who = "the issuer of the subject token that " + what + " names";
            Answer answer = client.send(who, HttpMethod.GET, GoogleSource.uri(what, url), headers, "", null);
            if (!answer.ok()) {
                throw new CredentialException(who + " answered " + answer.status());
            }
            text = answer.text();
        } else {
            throw new CredentialException(what + " takes its subject token from neither a file nor a url, and the "
                    + "gateway knows no other credential_source");
        }
        JsonNode format = source.path("format");
        if (!"json".equals(JsonTree.string(format, "type"))) {
            return text.strip();
        }
        JsonNode held = JsonTree.readOrNull(text);
        if (held == null) {
            throw new CredentialException("the subject token that " + what + " names is not in JSON");
        }
        return GoogleSource.member(
                "the subject token that " + what + " names",
                held,
                GoogleSource.member(what, format, "subject_token_field_name"));
    }

    /// A token of another service account, for whoever may take it on.
    Token impersonated(String what, JsonNode json, Token own) throws CredentialException {
        URI address = GoogleSource.uri(what, GoogleSource.member(what, json, "service_account_impersonation_url"));
        ObjectNode body = JsonTree.object().put("lifetime", "3600s");
        body.putArray("scope").add(GoogleSource.SCOPE);
        if (json.get("delegates") instanceof JsonNode delegates) {
            body.set("delegates", delegates);
        }
        Answer answer = client.send(
                IMPERSONATION,
                HttpMethod.POST,
                address,
                Map.of(
                        "content-type",
                        "application/json",
                        "authorization",
                        "Bearer " + own.value().reveal()),
                JsonTree.text(body),
                proxy);
        JsonNode said = answer.ok() ? JsonTree.readOrNull(answer.text()) : null;
        if (said == null) {
            throw new CredentialException(IMPERSONATION + " refused with " + TokenEndpoint.reason(answer)
                    + "; who takes the service account on needs the role Service Account Token Creator");
        }
        try {
            return new Token(
                    new Secret(GoogleSource.member(IMPERSONATION, said, "accessToken")),
                    Instant.parse(GoogleSource.member(IMPERSONATION, said, "expireTime")));
        } catch (DateTimeException odd) {
            throw new CredentialException(IMPERSONATION + " gave a token whose end cannot be read", odd);
        }
    }
}
