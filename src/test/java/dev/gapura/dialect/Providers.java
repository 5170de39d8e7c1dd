package dev.gapura.dialect;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.Secret;
import dev.gapura.provider.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Providers for tests: known ones by their name, any other as a plain OpenAI-compatible one.
public final class Providers {
    private Providers() {}

    public static Provider of(String name) {
        return of(name, null);
    }

    /// The same provider at another host of its language.
    public static Provider at(Provider.PathStyle path, Provider one) {
        return copy(one, path, one.headers());
    }

    /// The same provider with headers that its operator configured.
    public static Provider with(Map<String, String> headers, Provider one) {
        return copy(one, one.path(), headers);
    }

    private static Provider copy(Provider one, Provider.PathStyle path, Map<String, String> headers) {
        return new Provider(
                one.name(),
                one.dialect(),
                one.baseUrl(),
                path,
                one.apiVersion(),
                one.credentialHeader(),
                one.credential(),
                headers,
                one.timeouts(),
                one.profile(),
                one.quirks(),
                one.proxy(),
                one.tls());
    }

    /// A provider by its side that speaks Chat Completions, where it has another one too.
    public static Provider inChat(String name) {
        return name.equals("ollama") ? of(name, "openai_chat", null, null) : of(name);
    }

    /// A provider of any name that speaks this dialect at this address.
    public static Provider speaking(String name, String dialect, String baseUrl) {
        return of(name, dialect, baseUrl, null);
    }

    /// A provider by its Responses API.
    public static Provider inResponses(String name) {
        return of(name, "openai_responses", null, null);
    }

    public static Provider of(String name, @Nullable String apiVersion) {
        boolean known = dev.gapura.provider.Providers.knownNames().contains(name);
        String baseUrl = name.equals("azure")
                ? "https://resource.openai.azure.com"
                : known ? null : "https://llm.corp.example/v1";
        return of(name, known ? null : "openai_chat", baseUrl, apiVersion);
    }

    private static Provider of(
            String name, @Nullable String dialect, @Nullable String baseUrl, @Nullable String apiVersion) {
        ProviderEntry entry = new ProviderEntry(
                name,
                dialect,
                baseUrl == null ? null : URI.create(baseUrl),
                new Secret("canary-0042-wXyZ-77"),
                apiVersion,
                Map.of(),
                new Config.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(120),
                        Duration.ofMinutes(15)),
                null,
                null,
                "test:1:1");
        return dev.gapura.provider.Providers.build(Map.of(name, entry)).get(name);
    }
}
