package dev.gapura.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.credential.TokenEndpoint.Token;
import dev.gapura.provider.Identity;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Google's application-default credentials: the file of the configuration, that of `GOOGLE_APPLICATION_CREDENTIALS`,
/// that of gcloud, the metadata server, in this order. Files are read anew for each token. Source:
/// <https://cloud.google.com/docs/authentication/application-default-credentials>. Documented, not recorded. Blocks.
final class GoogleSource implements CredentialSource {
    static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
    private static final String ENDPOINT = "https://oauth2.googleapis.com/token";
    private static final String WHO = "Google's token endpoint";

    private final Identity.Google identity;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private final IssuerClient client;
    private final TokenEndpoint tokens;
    private final GoogleFederation federation;

    /// @param proxy that the provider names, or null
    GoogleSource(
            Identity.Google identity,
            Map<String, String> environment,
            InstantSource clock,
            IssuerClient client,
            @Nullable URI proxy) {
        this.identity = identity;
        this.environment = environment;
        this.clock = clock;
        this.client = client;
        this.tokens = new TokenEndpoint(client, clock, proxy);
        this.federation = new GoogleFederation(client, tokens, proxy);
    }

    @Override
    public Issued issue() throws CredentialException {
        Path configured = identity.file();
        if (configured != null) {
            return ofFile("the file of 'credentials'", configured);
        }
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            return ofFile("the file that " + VARIABLE + " names", path(named));
        }
        Path gcloud = gcloud();
        if (Files.isRegularFile(gcloud)) {
            return ofFile("gcloud's file of application-default credentials", gcloud);
        }
        return issued(metadata(), null);
    }

    private static Path path(String name) throws CredentialException {
        try {
            return Path.of(name);
        } catch (InvalidPathException odd) {
            throw new CredentialException(VARIABLE + " names no file", odd);
        }
    }

    private Path gcloud() {
        String folder = environment.getOrDefault("CLOUDSDK_CONFIG", "");
        String windows = environment.getOrDefault("APPDATA", "");
        Path base = !folder.isEmpty()
                ? Path.of(folder)
                : !windows.isEmpty()
                        ? Path.of(windows).resolve("gcloud")
                        : Homes.of(environment).resolve(".config").resolve("gcloud");
        return base.resolve("application_default_credentials.json");
    }

    private Issued ofFile(String what, Path file) throws CredentialException {
        JsonNode json;
        try {
            json = JsonTree.readOrNull(Files.readString(file));
        } catch (IOException unreadable) {
            throw new CredentialException(what + " cannot be read; look at its path and rights", unreadable);
        }
        if (json == null || !json.isObject()) {
            throw new CredentialException(what + " is not JSON");
        }
        return issued(token(what, json), JsonTree.string(json, "quota_project_id"));
    }

    private Token token(String what, JsonNode json) throws CredentialException {
        return switch (JsonTree.string(json, "type")) {
            case "service_account" -> serviceAccount(what, json);
            case "authorized_user" -> user(what, json);
            case "external_account" -> federation.external(what, json);
            case "impersonated_service_account" -> {
                JsonNode source = json.path("source_credentials");
                yield federation.impersonated(what, json, token(what, source));
            }
            case null, default ->
                throw new CredentialException(what + " holds none of service_account, authorized_user, "
                        + "external_account and impersonated_service_account");
        };
    }

    /// A token for a signed assertion (RFC 7523).
    private Token serviceAccount(String what, JsonNode json) throws CredentialException {
        URI endpoint = endpoint(what, json);
        String assertion = ServiceAccountAssertion.sign(
                what,
                member(what, json, "client_email"),
                member(what, json, "private_key"),
                JsonTree.string(json, "private_key_id"),
                SCOPE,
                endpoint.toString(),
                clock.instant());
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.put("assertion", assertion);
        return tokens.post(
                WHO,
                endpoint,
                form,
                "look whether the key of the service account still exists, and at the clock of this machine");
    }

    /// A token for a person who logged in with gcloud.
    private Token user(String what, JsonNode json) throws CredentialException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        for (String name : new String[] {"client_id", "client_secret", "refresh_token"}) {
            form.put(name, member(what, json, name));
        }
        return tokens.post(WHO, endpoint(what, json), form, "log in again: gcloud auth application-default login");
    }

    private static URI endpoint(String what, JsonNode json) throws CredentialException {
        String own = JsonTree.string(json, "token_uri");
        return uri(what, own == null ? ENDPOINT : own);
    }

    /// An address in a file.
    static URI uri(String what, String text) throws CredentialException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw new CredentialException(what + " holds an address that is none", malformed);
        }
    }

    /// A text in a file.
    static String member(String what, JsonNode json, String name) throws CredentialException {
        String value = JsonTree.string(json, name);
        if (value == null || value.isBlank()) {
            throw new CredentialException(what + " has no '" + name + "'");
        }
        return value;
    }

    /// A token for the service account that this machine runs with.
    private Token metadata() throws CredentialException {
        String who = "Google's metadata server";
        String host = environment.getOrDefault("GCE_METADATA_HOST", "");
        Instant asked = clock.instant();
        Answer answer;
        try {
            answer = client.send(
                    who,
                    HttpMethod.GET,
                    URI.create("http://" + (host.isEmpty() ? "metadata.google.internal" : host)
                            + "/computeMetadata/v1/instance/service-accounts/default/token"),
                    Map.of("metadata-flavor", "Google"),
                    "",
                    null);
        } catch (CredentialException nobody) {
            throw new CredentialException(
                    "nothing gives Google credentials to this process; name a file by 'credentials' or "
                            + VARIABLE
                            + ", run gcloud auth application-default login, or run it with a service account ("
                            + nobody.getMessage() + ")",
                    nobody);
        }
        if (!answer.ok()) {
            throw new CredentialException(
                    who + " answered " + answer.status() + "; attach a service account to this machine");
        }
        return TokenEndpoint.read(who, asked, answer);
    }

    /// @param quotaProject whose quota is used by a person's credentials
    private static Issued issued(Token token, @Nullable String quotaProject) {
        Map<String, String> further =
                quotaProject == null || quotaProject.isBlank() ? Map.of() : Map.of("x-goog-user-project", quotaProject);
        return new Issued(new BearerCredential(token.value(), further), token.expires());
    }
}
