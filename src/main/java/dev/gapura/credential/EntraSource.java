package dev.gapura.credential;

import dev.gapura.credential.TokenEndpoint.Token;
import dev.gapura.provider.Identity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens of Microsoft Entra ID for an application with a client secret, and for a workload in Kubernetes with the
/// token of its cluster. Sources:
/// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
/// <https://learn.microsoft.com/azure/aks/workload-identity-overview>, and for the scope
/// <https://learn.microsoft.com/azure/ai-services/authentication>. Documented, not recorded. Blocks.
final class EntraSource implements CredentialSource {
    /// What the models of Azure answer to.
    static final String RESOURCE = "https://cognitiveservices.azure.com";

    /// As Azure's own SDKs read it; other clouds of Azure have other hosts.
    private static final String AUTHORITY = "AZURE_AUTHORITY_HOST";

    private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

    private final Identity.@Nullable Entra application;
    private final Map<String, String> environment;
    private final TokenEndpoint tokens;

    private EntraSource(Identity.@Nullable Entra application, Map<String, String> environment, TokenEndpoint tokens) {
        this.application = application;
        this.environment = environment;
        this.tokens = tokens;
    }

    static EntraSource of(Identity.Entra application, Map<String, String> environment, TokenEndpoint tokens) {
        return new EntraSource(application, environment, tokens);
    }

    static EntraSource ofWorkload(Map<String, String> environment, TokenEndpoint tokens) {
        return new EntraSource(null, environment, tokens);
    }

    @Override
    public Issued issue() throws CredentialException {
        Identity.Entra own = application;
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        String tenant;
        String remedy;
        if (own != null) {
            tenant = own.tenant();
            remedy = "look at entra.tenant, client_id and client_secret, and whether the secret has expired";
            form.put("client_id", own.clientId());
            form.put("client_secret", own.clientSecret().reveal());
        } else {
            tenant = variable("AZURE_TENANT_ID");
            remedy = "look at the federated credential of the application and the service account of this pod";
            form.put("client_id", variable("AZURE_CLIENT_ID"));
            form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.put("client_assertion", clusterToken());
        }
        form.put("scope", RESOURCE + "/.default");
        Token token = tokens.post("Microsoft Entra ID", endpoint(tenant), form, remedy);
        return new Issued(new BearerCredential(token.value(), Map.of()), token.expires());
    }

    private URI endpoint(String tenant) throws CredentialException {
        String host = environment.getOrDefault(AUTHORITY, "").strip().replaceAll("/+$", "");
        String base = host.isEmpty() ? "https://login.microsoftonline.com" : host;
        try {
            return URI.create((base.contains("://") ? base : "https://" + base) + "/" + tenant + "/oauth2/v2.0/token");
        } catch (IllegalArgumentException malformed) {
            throw new CredentialException(AUTHORITY + " or the tenant is no part of an address", malformed);
        }
    }

    private String variable(String name) throws CredentialException {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            throw new CredentialException("workload_identity needs " + name
                    + ", which Azure's webhook sets in pods with the label azure.workload.identity/use");
        }
        return value;
    }

    /// Read anew each time: the cluster rewrites the file.
    private String clusterToken() throws CredentialException {
        String file = variable(TOKEN_FILE);
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException unreadable) {
            throw new CredentialException("the file that " + TOKEN_FILE + " names cannot be read", unreadable);
        }
    }
}
