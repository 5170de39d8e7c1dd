package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a provider before anything is configured. Data; the entries are in [KnownProviders].
///
/// @param name the prefix in `provider/model`
/// @param dialect wire format spoken there
/// @param baseUrl usual base URL, null where there is no such thing (Azure: one per resource)
/// @param path how the request path is made
/// @param keyVariables environment variables that usually hold the key, the first being the one to recommend;
///     empty:
///     no key is needed
/// @param credentialHeader header that carries the key; `authorization` gets `Bearer ` in front
/// @param profile what its models accept
/// @param quirks departures of its answers
record KnownProvider(
        String name,
        Dialect dialect,
        @Nullable String baseUrl,
        PathStyle path,
        List<String> keyVariables,
        String credentialHeader,
        Profile profile,
        Quirks quirks) {

    KnownProvider {
        keyVariables = List.copyOf(keyVariables);
    }

    /// One that speaks Chat Completions at its usual address, with its key as a bearer.
    static KnownProvider hosted(String name, String baseUrl, Profile profile, Quirks quirks, String... keyVariables) {
        return new KnownProvider(
                name,
                Dialect.OPENAI_CHAT,
                baseUrl,
                PathStyle.PLAIN,
                List.of(keyVariables),
                "authorization",
                profile,
                quirks);
    }

    boolean needsKey() {
        return !keyVariables.isEmpty();
    }
}
