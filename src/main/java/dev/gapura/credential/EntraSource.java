package dev.gapura.credential;

import dev.gapura.credential.TokenEndpoint.Token;
import dev.gapura.provider.Identity;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tokens of Microsoft Entra ID for an application with a client secret. Sources:
/// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>, and for the scope
/// <https://learn.microsoft.com/azure/ai-services/authentication>. Documented, not recorded. Blocks.
final class EntraSource implements CredentialSource {
    private static final String SCOPE = "https://cognitiveservices.azure.com/.default";

    /// As Azure's own SDKs read it; other clouds of Azure have other hosts.
    private static final String AUTHORITY = "AZURE_AUTHORITY_HOST";

    private final Identity.Entra identity;
    private final Map<String, String> environment;
    private final TokenEndpoint tokens;

    EntraSource(Identity.Entra identity, Map<String, String> environment, TokenEndpoint tokens) {
        this.identity = identity;
        this.environment = environment;
        this.tokens = tokens;
    }

    @Override
    public Issued issue() throws CredentialException {
        String host = environment.getOrDefault(AUTHORITY, "").strip().replaceAll("/+$", "");
        String base = host.isEmpty() ? "https://login.microsoftonline.com" : host;
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", identity.clientId());
        form.put("client_secret", identity.clientSecret().reveal());
        form.put("scope", SCOPE);
        URI endpoint;
        try {
            endpoint = URI.create(
                    (base.contains("://") ? base : "https://" + base) + "/" + identity.tenant() + "/oauth2/v2.0/token");
        } catch (IllegalArgumentException malformed) {
            throw new CredentialException(AUTHORITY + " is not an address", malformed);
        }
        Token token = tokens.post(
                "Microsoft Entra ID",
                endpoint,
                form,
                "look at entra.tenant, client_id and client_secret, and whether the secret has expired");
        return new Issued(new BearerCredential(token.value(), Map.of()), token.expires());
    }
}
