package dev.gapura.provider;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Secret;
import dev.gapura.provider.Provider.Dialect;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is special about providers that are a place in a cloud: addresses by place, and calls that prove who they are
/// by more than a key. Stateless.
final class Clouds {
    static final String VERTEX = "vertex";
    static final String BEDROCK = "bedrock";

    /// Known names whose address is told by a place and not by a URL.
    static final Set<String> NAMES = Set.of(VERTEX, BEDROCK);

    private static final List<String> PROJECT = List.of("GOOGLE_CLOUD_PROJECT");
    private static final List<String> LOCATION = List.of("GOOGLE_CLOUD_LOCATION");
    private static final List<String> REGION = List.of("AWS_REGION", "AWS_DEFAULT_REGION");

    /// Variables of which each means that this process has an identity at AWS.
    private static final List<String> AWS_IDENTITY = List.of(
            "AWS_ACCESS_KEY_ID",
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI");

    private static final String BEDROCK_KEY = "AWS_BEARER_TOKEN_BEDROCK";

    private static final Pattern PLACE = Pattern.compile("[a-z]{2,20}(-[a-z0-9]{1,20}){0,4}");

    private static final Pattern CLAUDE = Pattern.compile("(^|/)claude-");

    private Clouds() {}

    /// Whether an entry is Vertex AI, under its own name or another.
    static boolean isVertex(ProviderEntry entry) {
        return (entry.dialect() == null && entry.name().equals(VERTEX))
                || entry.cloud().project() != null;
    }

    /// Whether an entry is Bedrock at an address that its region tells.
    static boolean isBedrock(ProviderEntry entry) {
        return (entry.dialect() == null && entry.name().equals(BEDROCK))
                || entry.cloud().region() != null;
    }

    /// Entries for the clouds in which this process has an identity and a place.
    static Map<String, ProviderEntry> fromEnvironment(Map<String, String> environment, Config.Timeouts timeouts) {
        Map<String, ProviderEntry> entries = new LinkedHashMap<>();
        String project = first(environment, PROJECT);
        String location = first(environment, LOCATION);
        if (project != null && location != null && PLACE.matcher(location).matches()) {
            Config.Cloud place = new Config.Cloud(project, location, null, null, null, null, null, null, null);
            entries.put(VERTEX, entry(VERTEX, null, place, timeouts, PROJECT.getFirst()));
        }
        String region = first(environment, REGION);
        String key = first(environment, List.of(BEDROCK_KEY));
        String identity = key == null
                ? AWS_IDENTITY.stream()
                        .filter(name -> first(environment, List.of(name)) != null)
                        .findFirst()
                        .orElse(null)
                : BEDROCK_KEY;
        if (region != null && identity != null && PLACE.matcher(region).matches()) {
            Config.Cloud place = new Config.Cloud(null, null, null, region, null, null, null, null, null);
            entries.put(BEDROCK, entry(BEDROCK, key, place, timeouts, identity));
        }
        return entries;
    }

    private static ProviderEntry entry(
            String name, @Nullable String key, Config.Cloud place, Config.Timeouts timeouts, String variable) {
        return new ProviderEntry(
                name,
                null,
                null,
                key == null ? null : new Secret(key),
                null,
                Map.of(),
                timeouts,
                null,
                null,
                place,
                "environment variable " + variable);
    }

    private static @Nullable String first(Map<String, String> environment, List<String> names) {
        return names.stream()
                .map(name -> environment.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /// What the operator can do where a cloud is not set up.
    static String absence(String name) {
        return "provider '" + name + "' is known but not set up here: its operator can set "
                + (name.equals(VERTEX)
                        ? "GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION (or providers.vertex.project and location)"
                        : "AWS_REGION beside AWS credentials (or providers.bedrock.region)");
    }

    /// @param hasKey whether the entry has a key, or a header with one
    /// @throws ConfigException when Bedrock can be neither found nor called without a region that is not
    ///     there
    static void requireRegion(ProviderEntry entry, boolean hasKey) {
        if (entry.cloud().region() == null && (entry.baseUrl() == null || !hasKey)) {
            throw ConfigException.of(
                    entry.position(),
                    "provider '" + entry.name() + "' needs 'region', such as region: us-east-1"
                            + (entry.baseUrl() == null ? "." : ", or an 'api_key'."));
        }
    }

    /// Where a cloud answers at the place of this entry. Source of the hosts: `providers/gemini.md` and
    /// `providers/bedrock.md` of the wire reference; recorded are regions and `global`, documented `us`
    /// and `eu`.
    static URI address(ProviderEntry entry) {
        if (isVertex(entry)) {
            String location = entry.cloud().location();
            return URI.create(
                    location == null || location.equals("global")
                            ? "https://aiplatform.googleapis.com"
                            : location.equals("us") || location.equals("eu")
                                    ? "https://aiplatform." + location + ".rep.googleapis.com"
                                    : "https://" + location + "-aiplatform.googleapis.com");
        }
        String region = Objects.requireNonNull(entry.cloud().region());
        return URI.create(
                "https://bedrock-runtime." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : ""));
    }

    /// The provider that an entry of Vertex AI makes: each of its languages under the project's path.
    /// Gemini is called in `v1beta1`, where all its fields are (recorded), Claude in `v1` (recorded).
    ///
    /// @param plain the provider as its dialect's rules make it, at the bare address
    /// @throws ConfigException when there is neither a project nor the key of express mode
    static Provider vertex(ProviderEntry entry, Provider plain) {
        String project = entry.cloud().project();
        if (project == null && plain.credential() == null) {
            throw ConfigException.of(
                    entry.position(),
                    "provider '" + entry.name() + "' needs 'project' and 'location', such as "
                            + "{ project: my-project, location: us-central1 }, or the 'api_key' of express mode.");
        }
        String place = project == null
                ? ""
                : "/projects/" + Provider.percentEncode(project) + "/locations/"
                        + entry.cloud().location();
        Provider gemini = plain.at(below(plain.baseUrl(), "/v1beta1" + place));
        Provider claude = plain.at(below(plain.baseUrl(), "/v1" + place));
        if (plain.dialect() == Dialect.ANTHROPIC) {
            return claude;
        }
        // A dialect written out is the only one that is spoken.
        return entry.dialect() != null
                ? gemini
                : gemini.withBridge(new Bridge(
                        CLAUDE,
                        Set.of(),
                        Map.of(),
                        claude.speaking(Dialect.ANTHROPIC, AnthropicRules.PROFILE, Quirks.PLAIN)));
    }

    private static URI below(URI address, String path) {
        return URI.create(address + path);
    }

    /// How calls of this entry prove who they are; null where a key, a header or nothing does.
    ///
    /// @param hasHeader whether the entry has a key or a header with one
    static @Nullable Identity identity(ProviderEntry entry, boolean hasHeader) {
        Config.Cloud cloud = entry.cloud();
        Config.Entra entra = cloud.entra();
        if (entra != null) {
            return switch (entra) {
                case Config.Entra.Application(String tenant, String client, Secret secret) ->
                    new Identity.Entra(tenant, client, secret);
                case Config.Entra.Managed(String client) -> new Identity.EntraManaged(client);
                case Config.Entra.Workload() -> new Identity.EntraWorkload();
            };
        }
        if (hasHeader) {
            return null;
        }
        if (isVertex(entry)) {
            return new Identity.Google(cloud.credentials());
        }
        String region = cloud.region();
        if (region == null) {
            return null;
        }
        Secret id = cloud.accessKeyId();
        Secret secret = cloud.secretAccessKey();
        Identity.AwsKeys keys = id == null || secret == null
                ? null
                : new Identity.AwsKeys(id.reveal().strip(), secret, cloud.sessionToken());
        return new Identity.Aws(region, "bedrock", keys, cloud.profile());
    }
}
