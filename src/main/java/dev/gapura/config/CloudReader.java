package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads the members by which calls to a cloud prove who they are: Google's, AWS' and Microsoft's. A member that
/// belongs to another provider is a mistake, as are two ways at once and half a way.
final class CloudReader {
    private static final List<String> GOOGLE = List.of("project", "location", "credentials");
    private static final List<String> AWS =
            List.of("region", "profile", "access_key_id", "secret_access_key", "session_token");

    private static final Pattern PLACE = Pattern.compile("[a-z]{2,20}(-[a-z0-9]{1,20}){0,4}");
    private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9.:-]{0,98}[a-z0-9]");
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");

    private final Document document;
    private final Section provider;

    private CloudReader(Document document, Section provider) {
        this.document = document;
        this.provider = provider;
    }

    /// @param provider the section of one provider
    /// @param name its name
    /// @param dialect as written, or null
    static Config.Cloud read(Document document, Section provider, String name, @Nullable String dialect) {
        return new CloudReader(document, provider).read(name, dialect);
    }

    private Config.Cloud read(String name, @Nullable String dialect) {
        boolean vertex = dialect == null
                ? name.equals("vertex")
                : Set.of("gemini", "anthropic").contains(dialect);
        boolean bedrock = dialect == null ? name.equals("bedrock") : dialect.equals("bedrock");
        boolean azure = dialect == null || dialect.startsWith("openai_");
        GOOGLE.forEach(key -> belongs(key, vertex, "Vertex AI (provider 'vertex', or dialect gemini or anthropic)"));
        AWS.forEach(key -> belongs(key, bedrock, "Amazon Bedrock (provider 'bedrock', or dialect bedrock)"));
        belongs("entra", azure, "Azure (provider 'azure', or another name with its base_url)");
        Secret key = provider.secret("access_key_id");
        Secret secret = provider.secret("secret_access_key");
        Secret session = provider.secret("session_token");
        together("access_key_id", "secret_access_key");
        if (provider.has("session_token") && !provider.has("access_key_id")) {
            error("session_token", "goes with access_key_id and secret_access_key; name them too, or remove it");
        }
        together("project", "location");
        Config.Cloud cloud = new Config.Cloud(
                text("project", PROJECT, "the id of a Google Cloud project, such as my-project"),
                text("location", PLACE, "a location of Vertex AI, such as us-central1, eu or global"),
                ServerReader.file(document, provider, "credentials"),
                text("region", PLACE, "a region of AWS, such as us-east-1"),
                provider.text("profile"),
                key,
                secret,
                session,
                entra());
        List<String> ways = List.of("api_key", "credentials", "profile", "access_key_id", "entra");
        List<String> given = ways.stream().filter(provider::has).toList();
        if (given.size() > 1) {
            error(given.get(1), "and " + provider.path(given.getFirst()) + " are two ways to prove the same; keep one");
        }
        return cloud;
    }

    private Config.@Nullable Entra entra() {
        if (!provider.has("entra")) {
            return null;
        }
        Section entra = provider.section("entra");
        boolean managed = entra.bool("managed_identity", false);
        boolean workload = entra.bool("workload_identity", false);
        if (managed && workload) {
            document.error(
                    entra.node(), entra.path("workload_identity") + " and managed_identity are two ways; keep one");
        }
        if (managed || workload) {
            String id = managed ? entra.text("client_id") : null;
            entra.close();
            return managed ? new Config.Entra.Managed(id) : new Config.Entra.Workload();
        }
        Item tenant = entra.item("tenant", matches(TENANT), "the id or the domain of an Entra tenant");
        String client = entra.text("client_id");
        Secret secret = entra.secret("client_secret");
        for (String key : List.of("tenant", "client_id", "client_secret")) {
            if (!entra.has(key)) {
                document.error(
                        entra.node(),
                        entra.path(key) + " is missing; entra needs tenant, client_id and client_secret, or one of "
                                + "managed_identity: true and workload_identity: true");
            }
        }
        entra.close();
        return tenant == null || client == null || secret == null
                ? null
                : new Config.Entra.Application(tenant.value(), client, secret);
    }

    private @Nullable String text(String key, Pattern pattern, String expectation) {
        Item item = provider.item(key, matches(pattern), expectation);
        return item == null ? null : item.value();
    }

    private static Predicate<String> matches(Pattern pattern) {
        return text -> pattern.matcher(text).matches();
    }

    private void belongs(String key, boolean here, String owner) {
        if (!here && provider.has(key)) {
            error(key, "belongs to " + owner + "; remove it here");
        }
    }

    private void together(String one, String other) {
        if (provider.has(one) != provider.has(other)) {
            String missing = provider.has(one) ? other : one;
            error(provider.has(one) ? one : other, "needs " + provider.path(missing) + " beside it");
        }
    }

    private void error(String key, String what) {
        Node node = provider.value(key);
        document.error(node == null ? provider.node() : node, provider.path(key) + " " + what);
    }
}
