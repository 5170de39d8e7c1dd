package dev.gapura.credential;

import dev.gapura.credential.IssuerClient.Answer;
import dev.gapura.credential.TokenEndpoint.Token;
import dev.gapura.provider.Identity;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tokens of the identity that Azure gave this machine (by its instance metadata service) or this service (App Service,
/// Container Apps, Functions: by `IDENTITY_ENDPOINT`). Sources:
/// <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
/// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>. Documented, not
/// recorded. Blocks.
final class EntraManagedSource implements CredentialSource {
    private static final String ENDPOINT = "IDENTITY_ENDPOINT";
    private static final String HEADER = "IDENTITY_HEADER";

    /// As Azure's own SDKs read it.
    private static final String HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    private static final String INSTANCE = "http://169.254.169.254";

    private final Identity.EntraManaged identity;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private final IssuerClient client;

    EntraManagedSource(
            Identity.EntraManaged identity, Map<String, String> environment, InstantSource clock, IssuerClient client) {
        this.identity = identity;
        this.environment = environment;
        this.clock = clock;
        this.client = client;
    }

    @Override
    public Issued issue() throws CredentialException {
        String endpoint = environment.getOrDefault(ENDPOINT, "").strip();
        String secret = environment.getOrDefault(HEADER, "").strip();
        if (!endpoint.isEmpty() && (secret.isEmpty() || environment.containsKey("IDENTITY_SERVER_THUMBPRINT"))) {
            throw new CredentialException("managed identities of Azure Arc and Service Fabric are not spoken here; "
                    + "take an application: entra: { tenant, client_id, client_secret }");
        }
        Instant asked = clock.instant();
        if (!endpoint.isEmpty()) {
            String who = "the identity endpoint of this Azure service";
            return issued(who, asked, ask(who, endpoint, "2019-08-01", Map.of("x-identity-header", secret)));
        }
        String who = "the instance metadata service of Azure";
        String host = environment.getOrDefault(HOST, "").strip().replaceAll("/+$", "");
        String address = (host.isEmpty() ? INSTANCE : host) + "/metadata/identity/oauth2/token";
        try {
            return issued(who, asked, ask(who, address, "2018-02-01", Map.of("metadata", "true")));
        } catch (CredentialException failed) {
            throw failed.getCause() == null
                    ? failed
                    : new CredentialException(
                            "managed_identity works on machines and services of Azure only (" + failed.getMessage()
                                    + ")",
                            failed);
        }
    }

    private Answer ask(String who, String endpoint, String version, Map<String, String> headers)
            throws CredentialException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", version);
        query.put("resource", EntraSource.RESOURCE);
        if (identity.clientId() != null) {
            query.put("client_id", identity.clientId());
        }
        URI address;
        try {
            address = URI.create(endpoint + "?" + IssuerClient.form(query));
        } catch (IllegalArgumentException malformed) {
            throw new CredentialException(ENDPOINT + " or " + HOST + " is not an address", malformed);
        }
        return client.send(who, HttpMethod.GET, address, headers, "", null);
    }

    private static Issued issued(String who, Instant asked, Answer answer) throws CredentialException {
        if (!answer.ok()) {
            throw new CredentialException(who + " refused with " + TokenEndpoint.reason(answer)
                    + "; assign an identity to this machine or service, or name it by entra.client_id");
        }
        Token token = TokenEndpoint.read(who, asked, answer);
        return new Issued(new BearerCredential(token.value(), Map.of()), token.expires());
    }
}
