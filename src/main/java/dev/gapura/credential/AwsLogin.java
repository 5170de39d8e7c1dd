package dev.gapura.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keys for a person who logged in with `aws sso login`: the token which that command left in its cache is changed for
/// keys of the role that the profile names. The gateway itself logs nobody in and renews no login. Sources:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>,
/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>. Documented, not
/// recorded. Blocks.
final class AwsLogin {
    private static final String WHO = "AWS IAM Identity Center";

    private final Map<String, String> environment;
    private final IssuerClient client;
    private final InstantSource clock;
    private final @Nullable URI proxy;

    /// @param proxy that the provider names, or null
    AwsLogin(Map<String, String> environment, IssuerClient client, InstantSource clock, @Nullable URI proxy) {
        this.environment = environment;
        this.client = client;
        this.clock = clock;
        this.proxy = proxy;
    }

    /// Keys of the role of a profile.
    ///
    /// @param who the profile as a failure calls it
    /// @param has what the profile says
    /// @param session what its `sso_session` says; null where it names none, and says all by itself
    AwsAnswer keys(String who, String name, Map<String, String> has, @Nullable Map<String, String> session)
            throws CredentialException {
        Map<String, String> says = session == null ? has : session;
        String cached = session == null ? needed(who, has, "sso_start_url") : needed(who, has, "sso_session");
        String region = needed(who, says, "sso_region");
        String account = needed(who, has, "sso_account_id");
        String role = needed(who, has, "sso_role_name");
        if (!region.matches("[a-z0-9-]{1,40}")) {
            throw new CredentialException(who + " has an sso_region that is none");
        }
        String token = token(who, name, cached);
        Answer answer = client.send(
                WHO,
                HttpMethod.GET,
                address(region, "role_name=" + encoded(role) + "&account_id=" + encoded(account)),
                Map.of("x-amz-sso_bearer_token", token),
                "",
                proxy);
        if (answer.status() == 401) {
            throw new CredentialException(loginAgain(who, name, "is not accepted any more"));
        }
        JsonNode keys = answer.ok() ? JsonTree.readOrNull(answer.text()) : null;
        if (keys == null) {
            throw new CredentialException(WHO + " refused the role of " + who + " with " + answer.status()
                    + "; look at sso_account_id, sso_role_name and what the person is assigned");
        }
        JsonNode given = keys.path("roleCredentials");
        AwsAnswer found = AwsAnswer.lasting(
                JsonTree.string(given, "accessKeyId"),
                JsonTree.string(given, "secretAccessKey"),
                JsonTree.string(given, "sessionToken"));
        if (found == null) {
            throw new CredentialException(WHO + " gave no access key");
        }
        return new AwsAnswer(found.keys(), Instant.ofEpochMilli(JsonTree.number(given, "expiration", 0)));
    }

    /// The token of a login, read each time: who logs in again renews it.
    private String token(String who, String name, String cached) throws CredentialException {
        Path file = Homes.of(environment)
                .resolve(".aws")
                .resolve("sso")
                .resolve("cache")
                .resolve(sha1(cached) + ".json");
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException none) {
            throw new CredentialException(loginAgain(who, name, "is not there"), none);
        }
        JsonNode login = JsonTree.readOrNull(text);
        String token = login == null ? null : JsonTree.string(login, "accessToken");
        String end = login == null ? null : JsonTree.string(login, "expiresAt");
        if (token == null || end == null) {
            throw new CredentialException(loginAgain(who, name, "cannot be read"));
        }
        try {
            // Older tools write the zone as UTC.
            if (!Instant.parse(end.replace("UTC", "Z")).isAfter(clock.instant())) {
                throw new CredentialException(loginAgain(who, name, "has ended"));
            }
        } catch (DateTimeException odd) {
            throw new CredentialException(loginAgain(who, name, "cannot be read"), odd);
        }
        return token;
    }

    private URI address(String region, String query) {
        String given = environment.getOrDefault("AWS_ENDPOINT_URL_SSO", "");
        String host = "https://portal.sso." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
        String base = given.isEmpty() ? host : given;
        return URI.create(base + (base.endsWith("/") ? "" : "/") + "federation/credentials?" + query);
    }

    private static String loginAgain(String who, String name, String how) {
        return "the login of " + who + " " + how + "; run: aws sso login --profile " + name;
    }

    private static String needed(String who, Map<String, String> has, String member) throws CredentialException {
        String value = has.getOrDefault(member, "");
        if (value.isBlank()) {
            throw new CredentialException(who + " logs a person in and has no " + member);
        }
        return value.strip();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Names of files of the cache are made so by AWS' tools.
    private static String sha1(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
