package dev.gapura.provider;

import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is called: name, address, credential, dialect and the ways in which this provider departs from its
/// dialect. Built from a known entry and the configuration by [Providers]; immutable; any thread.
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
/// @param bridge the way to what this provider has only in another language, or null
/// @param identity how calls prove who they are where no fixed header does, or null
/// @param turns the keys of the database, of which `credential` is one, or null where they are not used
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
        Config.@Nullable UpstreamTls tls,
        @Nullable Bridge bridge,
        @Nullable Identity identity,
        @Nullable KeyTurns turns) {

    public Provider {
        headers = Map.copyOf(headers);
    }

    /// A provider with one language, whose calls carry a fixed header or none.
    public Provider(
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
        this(
                name,
                dialect,
                baseUrl,
                path,
                apiVersion,
                credentialHeader,
                credential,
                headers,
                timeouts,
                profile,
                quirks,
                proxy,
                tls,
                null,
                null,
                null);
    }

    /// The same provider in the language in which it knows a model. Always the same instance for the same
    /// model.
    ///
    /// @param upstreamModel model name as the provider knows it
    public Provider forModel(String upstreamModel) {
        Bridge way = bridge;
        return way != null
                        && way.models()
                                .matcher(upstreamModel.toLowerCase(Locale.ROOT))
                                .find()
                ? way.to()
                : this;
    }

    /// The same provider, called in another language and in no other.
    Provider speaking(Dialect other, Profile rules, Quirks departures) {
        return new Provider(
                name,
                other,
                baseUrl,
                path,
                apiVersion,
                credentialHeader,
                credential,
                headers,
                timeouts,
                rules,
                departures,
                proxy,
                tls,
                null,
                identity,
                turns);
    }

    /// The same provider with a way to what it has only in another language.
    Provider withBridge(@Nullable Bridge other) {
        return new Provider(
                name,
                dialect,
                baseUrl,
                path,
                apiVersion,
                credentialHeader,
                credential,
                headers,
                timeouts,
                profile,
                quirks,
                proxy,
                tls,
                other,
                identity,
                turns);
    }

    /// The same provider with keys that are taken in turn.
    public Provider withTurns(KeyTurns keys) {
        return new Provider(
                name,
                dialect,
                baseUrl,
                path,
                apiVersion,
                credentialHeader,
                credential,
                headers,
                timeouts,
                profile,
                quirks,
                proxy,
                tls,
                bridge == null
                        ? null
                        : new Bridge(
                                bridge.models(),
                                bridge.tools(),
                                bridge.fields(),
                                bridge.to().withTurns(keys)),
                identity,
                keys);
    }

    /// The same provider at another address.
    Provider at(URI other) {
        return new Provider(
                name,
                dialect,
                other,
                path,
                apiVersion,
                credentialHeader,
                credential,
                headers,
                timeouts,
                profile,
                quirks,
                proxy,
                tls,
                bridge,
                identity,
                turns);
    }

    /// Address of a chat completions call.
    ///
    /// @param upstreamModel model name as the provider knows it; on Azure the deployment
    /// @throws GatewayException when the model cannot be a path segment (`.`, `..`) where it has to be one
    public Endpoint chatEndpoint(String upstreamModel) {
        return endpoint(chatPath(upstreamModel));
    }

    /// Address of a call whose path the dialect made.
    ///
    /// @param path what follows the base URL, with its query
    public Endpoint endpoint(String path) {
        boolean ssl = "https".equals(baseUrl.getScheme());
        String host = baseUrl.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = baseUrl.getPort() >= 0 ? baseUrl.getPort() : ssl ? 443 : 80;
        return new Endpoint(host, port, ssl, baseUrl.getRawPath() + path);
    }

    /// Whether `stream_options.include_obfuscation: false` may be sent. Azure's dated versions refuse
    /// members they do not know, so there the padding is only cut out of what comes.
    public boolean declinesPadding() {
        return quirks.padding() && path != PathStyle.AZURE_DEPLOYMENT;
    }

    private String chatPath(String upstreamModel) {
        if (path == PathStyle.AZURE_DEPLOYMENT && (upstreamModel.equals(".") || upstreamModel.equals(".."))) {
            throw new GatewayException(
                    Failure.of(FailureKind.NOT_FOUND, "'" + upstreamModel + "' cannot be the name of a deployment.")
                            .withCode("model_not_found")
                            .withProvider(name));
        }
        String version = apiVersion == null ? "" : "?api-version=" + percentEncode(apiVersion);
        return switch (path) {
            case PLAIN, VERTEX -> "/chat/completions" + version;
            case V1 -> "/v1/chat/completions";
            case AZURE_V1 -> "/openai/v1/chat/completions" + version;
            case AZURE_DEPLOYMENT ->
                "/openai/deployments/" + percentEncode(upstreamModel) + "/chat/completions" + version;
        };
    }

    /// Path of the Responses API below the base URL. Azure has it once a resource, with the deployment in
    /// the body.
    public String responsesPath() {
        String version = apiVersion == null ? "" : "?api-version=" + percentEncode(apiVersion);
        return switch (path) {
            case PLAIN, VERTEX -> "/responses" + version;
            case V1 -> "/v1/responses";
            case AZURE_V1 -> "/openai/v1/responses" + version;
            case AZURE_DEPLOYMENT -> "/openai/responses" + version;
        };
    }

    /// Keeps only what RFC 3986 calls unreserved, so that a name can never leave its path segment.
    public static String percentEncode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (character < 0x80 && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0)) {
                out.append(character);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return out.toString();
    }

    /// Wire formats, by the names that the configuration gives them.
    public enum Dialect {
        OPENAI_CHAT,
        OPENAI_RESPONSES,
        ANTHROPIC,
        GEMINI,
        BEDROCK,
        MISTRAL,
        COHERE,
        OLLAMA;

        /// Name in the configuration.
        public String configName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How the dialect's path is made.
    public enum PathStyle {
        /// `{base_url}/chat/completions`
        PLAIN,
        /// `{base_url}/v1/chat/completions`, for a server whose usual base URL is its bare address (Ollama)
        V1,
        /// Azure v1: `{base_url}/openai/v1/chat/completions`, deployment in the body
        AZURE_V1,
        /// Azure classic: `{base_url}/openai/deployments/{model}/chat/completions?api-version=…`
        AZURE_DEPLOYMENT,
        /// Gemini on Vertex AI: `{base_url}/models/{model}:generateContent`
        VERTEX
    }
}
