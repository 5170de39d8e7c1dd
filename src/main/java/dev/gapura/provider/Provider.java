package dev.gapura.provider;

import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is called: name, address, credential, dialect and the ways in which this provider departs from its dialect.
/// Built from a known entry and the configuration by [Providers]; immutable; any thread.
///
/// @param name the prefix in `provider/model`
/// @param dialect wire format spoken there
/// @param baseUrl what stands before the dialect's path; no trailing slash
/// @param path how the request path is made from model and API version
/// @param credentialHeader header that carries the key (`authorization`, `api-key`)
/// @param credential complete value of that header (`Bearer …`), or null where none is needed
/// @param headers further request headers, lower case
/// @param timeouts deadlines of a call
/// @param profile what this provider's models accept, by field
/// @param quirks departures of its answers
/// @param proxy HTTP proxy on the way, or null
/// @param tls own certificate authority or client certificate, or null
public record Provider(
        String name,
        Dialect dialect,
        URI baseUrl,
        PathStyle path,
        @Nullable String apiVersion,
        String credentialHeader,
        @Nullable Secret credential,
        Map<String, String> headers,
        Config.Timeouts timeouts,
        Profile profile,
        Quirks quirks,
        @Nullable URI proxy,
        Config.@Nullable UpstreamTls tls) {

    public Provider {
        headers = Map.copyOf(headers);
    }

    /// Wire formats this version speaks upstream.
    public enum Dialect {
        OPENAI_CHAT
    }

    /// How the dialect's path is made.
    public enum PathStyle {
        /// `{base_url}/chat/completions`
        PLAIN,
        /// Azure v1: `{base_url}/openai/v1/chat/completions`, deployment in the body
        AZURE_V1,
        /// Azure classic: `{base_url}/openai/deployments/{model}/chat/completions?api-version=…`
        AZURE_DEPLOYMENT
    }
}
