package dev.gapura.credential;

import dev.gapura.credential.IssuerClient.Answer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keys of the role that a container or an instance runs with. Sources:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>. Documented, not
/// recorded. Blocks.
final class AwsMetadata {
    static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    private static final String CONTAINER_HOST = "http://169.254.170.2";
    private static final String INSTANCE_HOST = "http://169.254.169.254";
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    /// Where credentials may be asked for without TLS: loopback, and the addresses of ECS and EKS.
    private static final Set<String> NEAR =
            Set.of("localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    private final Map<String, String> environment;
    private final IssuerClient client;

    AwsMetadata(Map<String, String> environment, IssuerClient client) {
        this.environment = environment;
        this.client = client;
    }

    /// Keys of the container's role; null where this is none with a role.
    @Nullable
    AwsAnswer container() throws CredentialException {
        String relative = environment.getOrDefault(RELATIVE, "");
        String full = environment.getOrDefault(FULL, "");
        if (relative.isEmpty() && full.isEmpty()) {
            return null;
        }
        String who = "the container's credential service";
        URI address = address(relative.isEmpty() ? full : CONTAINER_HOST + relative);
        String token = containerToken();
        Answer answer = client.send(
                who, HttpMethod.GET, address, token == null ? Map.of() : Map.of("authorization", token), "", null);
        if (!answer.ok()) {
            throw new CredentialException(who + " answered " + answer.status() + "; look at the role of the task");
        }
        return AwsAnswer.ofJson(who, answer.text());
    }

    private static URI address(String text) throws CredentialException {
        try {
            URI address = new URI(text);
            boolean secure = "https".equalsIgnoreCase(address.getScheme());
            if (address.getHost() != null && (secure || NEAR.contains(address.getHost()))) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            throw new CredentialException(FULL + " is not an address", malformed);
        }
        throw new CredentialException(FULL + " must name an https address, or one of this machine");
    }

    /// Read anew each time: the file of EKS Pod Identity is rewritten.
    private @Nullable String containerToken() throws CredentialException {
        String file = environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "");
        if (file.isEmpty()) {
            return environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException unreadable) {
            throw new CredentialException(
                    "the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read", unreadable);
        }
    }

    /// Keys of the instance's role, by version 2 of the metadata service.
    ///
    /// @throws CredentialException also where this machine is no instance
    AwsAnswer instance() throws CredentialException {
        String who = "the instance metadata service of EC2";
        String host = environment.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
        String base = (host.isEmpty() ? INSTANCE_HOST : host).replaceAll("/+$", "");
        Answer token = client.send(
                who,
                HttpMethod.PUT,
                URI.create(base + "/latest/api/token"),
                Map.of("x-aws-ec2-metadata-token-ttl-seconds", "300"),
                "",
                null);
        if (!token.ok()) {
            throw new CredentialException(who + " answered " + token.status() + " and gave no session");
        }
        Map<String, String> session =
                Map.of("x-aws-ec2-metadata-token", token.text().strip());
        Answer roles = client.send(who, HttpMethod.GET, URI.create(base + ROLES), session, "", null);
        String role = roles.text().lines().findFirst().orElse("").strip();
        if (!roles.ok() || !role.matches("[\\w+=,.@-]+")) {
            throw new CredentialException("this instance has no role; attach an instance profile to it");
        }
        Answer keys = client.send(who, HttpMethod.GET, URI.create(base + ROLES + role), session, "", null);
        if (!keys.ok()) {
            throw new CredentialException(who + " answered " + keys.status() + "; look at the role of the instance");
        }
        return AwsAnswer.ofJson(who, keys.text());
    }

    /// Whether the operator keeps everybody from asking the instance.
    boolean instanceDisabled() {
        return "true".equalsIgnoreCase(environment.getOrDefault("AWS_EC2_METADATA_DISABLED", ""));
    }
}
