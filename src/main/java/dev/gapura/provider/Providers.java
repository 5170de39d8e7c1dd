package dev.gapura.provider;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Nearest;
import dev.gapura.config.Problem;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.Secret;
import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes [Provider]s from what is known and what is configured. Called at start and at every reload;
/// stateless.
public final class Providers {
    private Providers() {}

    private static final String AZURE = "azure";

    /// End of a base URL of Vertex AI, which its dialect adds.
    private static final String GOOGLES_MODELS = "/publishers/google";

    private static final Pattern API_VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(-preview)?|v1|preview");

    /// Variable with the address of the Azure resource, as Azure's own SDKs read it.
    private static final String AZURE_ENDPOINT = "AZURE_OPENAI_ENDPOINT";

    /// First dated version of Azure that takes `stream_options` (Azure OpenAI API lifecycle notes).
    private static final String AZURE_STREAM_OPTIONS_SINCE = "2024-09-01";

    /// Names that need no `dialect` and no `base_url` (but Azure, which has one URL a resource).
    public static Set<String> knownNames() {
        return KnownProviders.ALL.keySet();
    }

    /// The rules of every known provider by its name, in the order in which people know them.
    public static Map<String, Profile> knownRules() {
        Map<String, Profile> rules = new LinkedHashMap<>();
        KnownProviders.ALL.forEach((name, known) -> rules.put(name, known.profile()));
        return rules;
    }

    /// The rules of a known provider in its own language; null where there is no such provider or it speaks
    /// another.
    ///
    /// @param name of a provider, as in `provider/model`
    /// @param dialect language in which the rules are wanted
    public static @Nullable Profile rulesOf(String name, Dialect dialect) {
        KnownProvider known = KnownProviders.ALL.get(name);
        return known == null || known.dialect() != dialect ? null : known.profile();
    }

    /// Why nothing can be called under a name of the public contract that is not set up, and what its
    /// operator can do; null for a name that is nobody's. Names variables, never what they hold.
    public static @Nullable String absence(String name) {
        KnownProvider known = KnownProviders.ALL.get(name);
        if (known == null) {
            return null;
        }
        if (Clouds.NAMES.contains(name)) {
            return Clouds.absence(name);
        }
        if (!known.needsKey()) {
            return "provider '" + name + "' is not set up here: its operator can add `" + name
                    + ": {}` under `providers`";
        }
        boolean address = known.baseUrl() == null;
        return "provider '" + name + "' has no key here: its operator can set "
                + known.keyVariables().getFirst() + (address ? " and " + AZURE_ENDPOINT : "") + " (or providers." + name
                + ".api_key" + (address ? " and base_url" : "") + ")";
    }

    /// The providers of a configuration, in its order.
    ///
    /// @throws ConfigException with everything that is wrong with them
    public static Map<String, Provider> build(Map<String, ProviderEntry> entries) {
        return build(entries, ProxySettings.NONE);
    }

    /// The same, with the proxy of the environment for those that name none of their own.
    ///
    /// @throws ConfigException with everything that is wrong with them
    public static Map<String, Provider> build(Map<String, ProviderEntry> entries, ProxySettings proxies) {
        Map<String, Provider> providers = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        entries.forEach((name, entry) -> {
            try {
                providers.put(name, build(entry, proxies));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return Collections.unmodifiableMap(providers);
    }

    /// Entries for the known names whose usual key variable is set, ready for [#build]. Azure needs
    /// `AZURE_OPENAI_ENDPOINT` besides; clouds need a place and an identity ([Clouds#fromEnvironment]).
    ///
    /// @param environment variables by name
    /// @param timeouts deadlines for these providers
    public static Map<String, ProviderEntry> fromEnvironment(
            Map<String, String> environment, Config.Timeouts timeouts) {
        Map<String, ProviderEntry> entries = new LinkedHashMap<>(Clouds.fromEnvironment(environment, timeouts));
        for (KnownProvider known : KnownProviders.ALL.values()) {
            if (Clouds.NAMES.contains(known.name())) {
                continue;
            }
            for (String variable : known.keyVariables()) {
                String key = environment.getOrDefault(variable, "").strip();
                URI baseUrl = known.baseUrl() == null ? azureEndpoint(environment) : null;
                if (!key.isEmpty() && (known.baseUrl() != null || baseUrl != null)) {
                    entries.put(
                            known.name(),
                            new ProviderEntry(
                                    known.name(),
                                    null,
                                    baseUrl,
                                    new Secret(key),
                                    null,
                                    Map.of(),
                                    timeouts,
                                    null,
                                    null,
                                    "environment variable " + variable));
                    break;
                }
            }
        }
        return Collections.unmodifiableMap(entries);
    }

    private static @Nullable URI azureEndpoint(Map<String, String> environment) {
        String endpoint = environment.getOrDefault(AZURE_ENDPOINT, "").strip();
        try {
            return endpoint.isEmpty() ? null : new URI(endpoint);
        } catch (URISyntaxException e) {
            throw ConfigException.of("environment variable " + AZURE_ENDPOINT, "this is not a URL: " + e.getReason());
        }
    }

    private static Provider build(ProviderEntry entry, ProxySettings proxies) {
        checkDialect(entry);
        String family = family(entry);
        KnownProvider known = KnownProviders.find(family, entry.dialect(), entry.baseUrl());
        if (known == null && (entry.dialect() == null || entry.baseUrl() == null)) {
            throw unknown(entry);
        }
        if (entry.cloud().entra() != null && !family.equals(AZURE)) {
            throw ConfigException.of(
                    entry.position(),
                    "provider '" + entry.name()
                            + "' cannot prove itself by 'entra', which belongs to Azure; remove it.");
        }
        // A dialect written out makes the entry its own: only the name is shared with the known provider.
        Dialect dialect = dialect(entry, known);
        KnownProvider base = base(entry, family, dialect, known);
        if (family.equals(Clouds.BEDROCK)) {
            Clouds.requireRegion(entry, entry.apiKey() != null || hasCredentialHeader(entry));
        }
        URI baseUrl = BaseUrls.of(entry, base);
        PathStyle path = pathStyle(entry, base, baseUrl);
        checkApiVersion(entry, path);
        if (path == PathStyle.AZURE_V1 && baseUrl.getPath().endsWith("/openai")) {
            baseUrl = BaseUrls.without("/openai", baseUrl);
        } else if (path == PathStyle.VERTEX && baseUrl.getPath().endsWith(GOOGLES_MODELS)) {
            baseUrl = BaseUrls.without(GOOGLES_MODELS, baseUrl);
        } else if (isAzure(entry) && baseUrl.getPath().endsWith("/openai/v1")) {
            path = PathStyle.PLAIN;
        }
        Secret credential = credential(entry, base);
        Provider provider = new Provider(
                entry.name(),
                dialect,
                baseUrl,
                path,
                entry.apiVersion(),
                base.credentialHeader(),
                credential,
                headers(entry),
                entry.timeouts(),
                path == PathStyle.VERTEX && dialect == Dialect.GEMINI
                        ? GeminiRules.VERTEX
                        : dialect == Dialect.OPENAI_RESPONSES ? ResponsesRules.profile(family) : base.profile(),
                quirks(
                        dialect == Dialect.OPENAI_RESPONSES ? ResponsesRules.quirks(family) : base.quirks(),
                        path,
                        entry.apiVersion()),
                proxies.proxyFor(baseUrl, entry.proxy()),
                entry.tls(),
                null,
                Clouds.identity(entry, credential != null || hasCredentialHeader(entry)),
                null);
        if (family.equals(Clouds.VERTEX)) {
            return Clouds.vertex(entry, provider);
        }
        // A dialect written out is the only one that is spoken.
        return entry.dialect() == null ? provider.withBridge(ResponsesRules.bridge(family, provider)) : provider;
    }

    /// What an entry inherits: from the known provider of its family, or else from the language it speaks.
    private static KnownProvider base(
            ProviderEntry entry, String family, Dialect dialect, @Nullable KnownProvider known) {
        KnownProvider model = KnownProviders.model(dialect);
        boolean vertex = family.equals(Clouds.VERTEX);
        boolean own = entry.dialect() != null && entry.baseUrl() != null && !isAzure(entry);
        if (known != null && !own && !vertex) {
            return known;
        }
        KnownProvider rules = known != null && known.dialect() == dialect ? known : model;
        return new KnownProvider(
                entry.name(),
                dialect,
                null,
                vertex ? PathStyle.VERTEX : PathStyle.PLAIN,
                List.of(),
                (vertex && known != null ? known : model).credentialHeader(),
                rules.profile(),
                rules.quirks());
    }

    /// Name of the known provider that an entry is one of, or its own.
    private static String family(ProviderEntry entry) {
        return isAzure(entry)
                ? AZURE
                : Clouds.isVertex(entry) ? Clouds.VERTEX : Clouds.isBedrock(entry) ? Clouds.BEDROCK : entry.name();
    }

    /// Only Azure knows API versions and Entra's tokens: whatever has one is Azure, also under a free name.
    private static boolean isAzure(ProviderEntry entry) {
        boolean openai = entry.dialect() == null || entry.dialect().startsWith("openai_");
        boolean own =
                KnownProviders.ALL.containsKey(entry.name()) && !entry.name().equals(AZURE);
        return openai
                && (entry.name().equals(AZURE)
                        || entry.apiVersion() != null
                        || (entry.cloud().entra() != null && !own));
    }

    private static void checkDialect(ProviderEntry entry) {
        String dialect = entry.dialect();
        if (dialect != null && named(dialect) == null) {
            String all = Arrays.stream(Dialect.values())
                    .map(Dialect::configName)
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw ConfigException.of(
                    entry.position(),
                    "there is no dialect '" + dialect + "'. Served: " + all + " (" + String.join(", ", knownNames())
                            + " need no 'dialect').");
        }
    }

    private static @Nullable Dialect named(String name) {
        for (Dialect dialect : Dialect.values()) {
            if (dialect.configName().equals(name)) {
                return dialect;
            }
        }
        return null;
    }

    private static Dialect dialect(ProviderEntry entry, @Nullable KnownProvider known) {
        Dialect named = entry.dialect() == null ? null : named(entry.dialect());
        return named != null ? named : known == null ? Dialect.OPENAI_CHAT : known.dialect();
    }

    private static ConfigException unknown(ProviderEntry entry) {
        String missing = entry.dialect() == null && entry.baseUrl() == null
                ? "'dialect' and 'base_url'"
                : entry.dialect() == null ? "'dialect'" : "'base_url'";
        List<String> near = Nearest.to(entry.name(), knownNames(), 1);
        return ConfigException.of(
                entry.position(),
                "provider '" + entry.name() + "' is not a known name"
                        + (near.isEmpty() ? ", so it" : "; did you mean '" + near.getFirst() + "'? A name of your own")
                        + " needs " + missing + ", for example "
                        + "{ dialect: openai_chat, base_url: \"https://host/v1\" }. Known names: "
                        + String.join(", ", knownNames()) + ".");
    }

    private static PathStyle pathStyle(ProviderEntry entry, KnownProvider known, URI baseUrl) {
        if (isAzure(entry)) {
            String version = entry.apiVersion();
            return version == null || version.equals("v1") || version.equals("preview")
                    ? PathStyle.AZURE_V1
                    : PathStyle.AZURE_DEPLOYMENT;
        }
        // Vertex AI, also under a free name: its base URL ends with the publisher or the project.
        if (known.dialect() == Dialect.GEMINI && baseUrl.getHost().contains("aiplatform.")) {
            return PathStyle.VERTEX;
        }
        return known.path() == PathStyle.V1 && baseUrl.getPath().endsWith("/v1") ? PathStyle.PLAIN : known.path();
    }

    private static void checkApiVersion(ProviderEntry entry, PathStyle path) {
        String version = entry.apiVersion();
        if (version != null && !API_VERSION.matcher(version).matches()) {
            throw ConfigException.of(
                    entry.position(),
                    "'api_version' of provider '" + entry.name()
                            + "' must look like \"2024-10-21\" or \"2025-01-01-preview\"; leave it out for Azure's v1 "
                            + "surface.");
        }
        if (path == PathStyle.AZURE_DEPLOYMENT
                && entry.baseUrl() != null
                && entry.baseUrl().getPath().contains("/openai")) {
            throw BaseUrls.bad(entry, "with 'api_version' it is the bare address, https://NAME.openai.azure.com");
        }
    }

    private static @Nullable Secret credential(ProviderEntry entry, KnownProvider known) {
        Secret key = entry.apiKey();
        if (key == null || key.reveal().isBlank()) {
            boolean mayDoWithout = !known.needsKey()
                    || hasCredentialHeader(entry)
                    || entry.cloud().entra() != null
                    || entry.cloud().region() != null
                    || (!known.name().equals(entry.name()) && entry.baseUrl() != null)
                    || (entry.baseUrl() != null && known.baseUrl() != null);
            if (mayDoWithout) {
                return null;
            }
            throw ConfigException.of(
                    entry.position(),
                    "provider '" + entry.name() + "' needs a key: write api_key: \"${"
                            + known.keyVariables().getFirst() + "}\" and set that variable, or remove the entry.");
        }
        String value = key.reveal().strip();
        if (!value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw ConfigException.of(
                    entry.position(),
                    "'api_key' of provider '" + entry.name()
                            + "' holds characters that cannot be in a key (white space, quotes of a word processor?).");
        }
        return new Secret(known.credentialHeader().equals("authorization") ? "Bearer " + value : value);
    }

    private static boolean hasCredentialHeader(ProviderEntry entry) {
        return entry.headers().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("authorization")
                        || name.equals("api-key")
                        || name.equals("x-api-key")
                        || name.equals("x-goog-api-key"));
    }

    private static Map<String, String> headers(ProviderEntry entry) {
        Map<String, String> headers = new LinkedHashMap<>();
        entry.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    private static Quirks quirks(Quirks known, PathStyle path, @Nullable String apiVersion) {
        boolean tooOld = path == PathStyle.AZURE_DEPLOYMENT
                && apiVersion != null
                && apiVersion.compareTo(AZURE_STREAM_OPTIONS_SINCE) < 0;
        return tooOld ? known.withoutStreamUsage() : known;
    }
}
