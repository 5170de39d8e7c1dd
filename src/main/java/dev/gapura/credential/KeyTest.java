package dev.gapura.credential;

import dev.gapura.provider.Provider;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Tries a provider's key by asking for its list of models, which costs nothing. Any thread; does not block.
public final class KeyTest {
    private final IssuerClient client;

    /// What came of it.
    ///
    /// @param works null where it cannot be told
    /// @param text why, for people; never what the provider said
    public record Outcome(@Nullable Boolean works, String text) {}

    KeyTest(IssuerClient client) {
        this.client = client;
    }

    /// @param provider with the key to be tried as its credential
    public CompletableFuture<Outcome> of(Provider provider) {
        String path = models(provider);
        if (path == null || provider.tls() != null || provider.credential() == null) {
            return CompletableFuture.completedFuture(new Outcome(
                    null, "This provider has no list of models that can be asked for here. Send it a request."));
        }
        Map<String, String> headers = new HashMap<>(provider.headers());
        headers.put(provider.credentialHeader(), provider.credential().reveal());
        if (provider.dialect() == Provider.Dialect.ANTHROPIC) {
            headers.putIfAbsent("anthropic-version", "2023-06-01");
        }
        URI address = URI.create(provider.baseUrl() + path);
        return CompletableFuture.supplyAsync(
                () -> ask(provider, address, headers),
                command -> Thread.ofVirtual().name("credentials").start(command));
    }

    private Outcome ask(Provider provider, URI address, Map<String, String> headers) {
        try {
            int status = client.status(provider.name(), HttpMethod.GET, address, headers, provider.proxy());
            return switch (status) {
                case 200 -> new Outcome(true, "The provider listed its models.");
                case 401, 403 -> new Outcome(false, "The provider refused the key (" + status + ").");
                case 429 -> new Outcome(true, "The provider knows the key, and limits it now (429).");
                default -> new Outcome(null, "The provider answered " + status + ", which tells nothing of the key.");
            };
        } catch (CredentialException away) {
            return new Outcome(null, away.getMessage() + ".");
        }
    }

    /// Path of the list of models; null where there is none that a plain key opens.
    private static @Nullable String models(Provider provider) {
        return switch (provider.dialect()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, MISTRAL ->
                switch (provider.path()) {
                    case PLAIN -> "/models";
                    case V1 -> "/v1/models";
                    case AZURE_V1 -> "/openai/v1/models";
                    case AZURE_DEPLOYMENT, VERTEX -> null;
                };
            case ANTHROPIC -> "/v1/models?limit=1";
            case COHERE -> "/v1/models?page_size=1";
            case GEMINI -> provider.path() == Provider.PathStyle.VERTEX ? null : "/v1beta/models?pageSize=1";
            case BEDROCK, OLLAMA -> null;
        };
    }
}
