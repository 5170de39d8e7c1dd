package dev.gapura.provider;

import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.ConfigException;
import dev.gapura.provider.Provider.Dialect;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Checks the base URLs of providers. Stateless.
final class BaseUrls {
    private BaseUrls() {}

    /// The address that an entry names, else that of the known provider; no slash at its end.
    ///
    /// @throws ConfigException when it cannot be called
    static URI of(ProviderEntry entry, KnownProvider known) {
        URI given = entry.baseUrl();
        if (given == null) {
            if (Clouds.isVertex(entry) || Clouds.isBedrock(entry)) {
                return Clouds.address(entry);
            }
            if (known.baseUrl() == null) {
                throw ConfigException.of(
                        entry.position(),
                        "provider '" + entry.name()
                                + "' needs the address of your resource: base_url: \"https://NAME.openai.azure.com\".");
            }
            return URI.create(known.baseUrl());
        }
        String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw bad(entry, "it must start with https:// (or http:// where the connection may be unencrypted)");
        }
        if (given.getHost() == null) {
            throw bad(entry, "it has no host name");
        }
        if (given.getRawUserInfo() != null) {
            throw bad(entry, "credentials do not belong into it; use 'api_key' or 'headers'");
        }
        if (given.getRawQuery() != null || given.getRawFragment() != null) {
            throw bad(entry, "it must not have a query or a fragment");
        }
        String path = given.getRawPath().replaceAll("/+$", "");
        for (String own : List.of("/chat/completions", "/v1/messages", "/v2/chat", "/responses", "/api/chat")) {
            if (path.endsWith(own)) {
                throw bad(entry, "leave '" + own + "' out: the dialect adds it");
            }
        }
        if (known.dialect() == Dialect.GEMINI && path.endsWith("/v1beta")) {
            throw bad(entry, "leave '/v1beta' out: the dialect adds it");
        }
        if (known.dialect() == Dialect.OLLAMA && (path.endsWith("/api") || path.endsWith("/v1"))) {
            throw bad(
                    entry,
                    path.endsWith("/api")
                            ? "leave '/api' out: the dialect adds it"
                            : "leave '/v1' out, or write 'dialect: openai_chat' to reach Ollama's compatible side");
        }
        return withPath(URI.create(scheme + "://" + given.getRawAuthority()), path);
    }

    /// What is said about an address that cannot be used; it does not repeat it.
    static ConfigException bad(ProviderEntry entry, String why) {
        return ConfigException.of(
                entry.position(), "'base_url' of provider '" + entry.name() + "' cannot be used: " + why + ".");
    }

    /// The same address without the end of its path.
    static URI without(String end, URI url) {
        return withPath(url, url.getRawPath().substring(0, url.getRawPath().length() - end.length()));
    }

    private static URI withPath(URI url, String rawPath) {
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + rawPath);
    }
}
