package dev.gapura.credential;

import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity.AwsKeys;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Roles that are taken on at AWS' Security Token Service: with the token of a web identity, which needs no keys (a
/// service account of Kubernetes), or with other keys. Source:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>. Documented, not recorded. Blocks.
final class AwsRoles {
    private static final String WHO = "AWS' Security Token Service";
    private static final String VERSION = "2011-06-15";

    private final Map<String, String> environment;
    private final IssuerClient client;
    private final InstantSource clock;
    private final String region;
    private final @Nullable URI proxy;

    /// @param region whose service is asked
    /// @param proxy that the provider names, or null
    AwsRoles(
            Map<String, String> environment,
            IssuerClient client,
            InstantSource clock,
            String region,
            @Nullable URI proxy) {
        this.environment = environment;
        this.client = client;
        this.clock = clock;
        this.region = region;
        this.proxy = proxy;
    }

    /// Keys of a role for the bearer of a token.
    ///
    /// @param tokenFile read each time: who wrote it renews it
    AwsAnswer withToken(String role, @Nullable String session, String tokenFile) throws CredentialException {
        Map<String, String> form = form("AssumeRoleWithWebIdentity", role, session);
        try {
            form.put("WebIdentityToken", Files.readString(Path.of(tokenFile)).strip());
        } catch (IOException unreadable) {
            throw new CredentialException("the file with the web identity token of AWS cannot be read", unreadable);
        }
        return ask(form, null);
    }

    /// Keys of a role for the holder of other keys.
    ///
    /// @param externalId what the owner of the role asks for, or null
    AwsAnswer withKeys(AwsKeys keys, String role, @Nullable String session, @Nullable String externalId)
            throws CredentialException {
        Map<String, String> form = form("AssumeRole", role, session);
        if (externalId != null) {
            form.put("ExternalId", externalId);
        }
        return ask(form, keys);
    }

    /// Keys for people who logged in, asked for the same way.
    AwsLogin logins() {
        return new AwsLogin(environment, client, clock, proxy);
    }

    private static Map<String, String> form(String action, String role, @Nullable String session) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", action);
        form.put("Version", VERSION);
        form.put("RoleArn", role);
        form.put("RoleSessionName", session == null || session.isBlank() ? "gapura" : session);
        return form;
    }

    private AwsAnswer ask(Map<String, String> form, @Nullable AwsKeys keys) throws CredentialException {
        URI address = endpoint();
        byte[] body = IssuerClient.form(form).getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        if (keys != null) {
            boolean secure = "https".equals(address.getScheme());
            int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
            Endpoint endpoint = new Endpoint(address.getHost(), port, secure, address.getRawPath());
            headers.putAll(new AwsCredential(keys, region, "sts", clock)
                    .headers(new UnsignedCall("POST", endpoint, headers, () -> new ByteArrayInputStream(body))));
        }
        Answer answer =
                client.send(WHO, HttpMethod.POST, address, headers, new String(body, StandardCharsets.UTF_8), proxy);
        if (!answer.ok()) {
            String code = AwsAnswer.element(answer.text(), "Code");
            boolean plain = code != null && code.matches("\\w{1,60}");
            throw new CredentialException(WHO + " refused the role with " + (plain ? code : answer.status())
                    + "; look at the role's trust policy and at who takes it on");
        }
        return AwsAnswer.ofXml(WHO, answer.text());
    }

    private URI endpoint() {
        String given = environment.getOrDefault("AWS_ENDPOINT_URL_STS", "");
        String host = "https://sts." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "");
        URI address = URI.create(given.isEmpty() ? host : given);
        return address.getRawPath().isEmpty() ? address.resolve("/") : address;
    }
}
