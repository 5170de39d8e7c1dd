package dev.gapura.config;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The configuration as read: one immutable record tree, defaults filled in, environment references resolved.
/// Made by the loader, read by whoever wires the gateway; a reload makes a new tree and swaps it whole.
///
/// The members and their defaults are the *Configuration* section of the public contract; members beside it
/// are described in `docs/configuration.md`.
public record Config(
        Server server,
        Timeouts timeouts,
        List<Key> keys,
        Map<String, ProviderEntry> providers,
        Map<String, Alias> models,
        List<CatalogueEntry> catalogue,
        Egress egress,
        Storage storage,
        Map<String, ToolEntry> tools,
        Limits limits,
        Restrictions restrictions,
        @Nullable Oidc oidc) {

    public Config {
        tools = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(tools));
        keys = List.copyOf(keys);
        providers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(providers));
        models = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(models));
        catalogue = List.copyOf(catalogue);
    }

    /// An identity provider that people log in at.
    ///
    /// @param issuer address below which its metadata stands
    /// @param redirectUrl where it sends browsers back to; null: what follows from the address of the
    ///     request
    /// @param allowedDomains of addresses whose owners come in without being invited, in lower case
    /// @param defaultRole what they are then: `admin`, `member` or `viewer`
    public record Oidc(
            String issuer,
            String clientId,
            Secret clientSecret,
            List<String> scopes,
            @Nullable URI redirectUrl,
            List<String> allowedDomains,
            String defaultRole) {
        public Oidc {
            scopes = List.copyOf(scopes);
            allowedDomains = List.copyOf(allowedDomains);
        }
    }

    /// How the gateway listens.
    ///
    /// @param host address to bind
    /// @param port TCP port; 0 takes a free one
    /// @param maxBodyBytes largest request body accepted; more is 413
    /// @param drain how long SIGTERM waits for exchanges to finish
    /// @param headTimeout longest wait for a complete request head
    /// @param bodyTimeout longest wait for a complete request body
    /// @param idleTimeout how long a connection may stay open without a request
    /// @param heartbeat pause after which a quiet stream gets an SSE comment
    /// @param writeTimeout how long a client may take nothing of what waits for it; then it is cut off
    /// @param maxConnections open client connections accepted at once
    /// @param tls certificate and key, where the gateway itself speaks TLS
    /// @param cors browser origins that may call `/v1`
    /// @param trustedProxies networks whose `X-Forwarded-For` and `X-Forwarded-Proto` count, as CIDR
    /// @param accessLog where access lines go
    /// @param adminPort TCP port of console and admin API; 0 takes a free one; null: that of the API
    public record Server(
            String host,
            int port,
            int maxBodyBytes,
            Duration drain,
            Duration headTimeout,
            Duration bodyTimeout,
            Duration idleTimeout,
            Duration heartbeat,
            Duration writeTimeout,
            int maxConnections,
            @Nullable Tls tls,
            Cors cors,
            List<String> trustedProxies,
            AccessLog accessLog,
            @Nullable Integer adminPort) {

        public Server {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /// PEM files: certificate chain and private key.
    public record Tls(Path certificate, Path key) {}

    /// @param origins exact origins (`https://app.example`), or the single entry `*`; empty: no CORS
    ///     headers
    public record Cors(List<String> origins) {
        public Cors {
            origins = List.copyOf(origins);
        }
    }

    /// Where access lines go: standard output, nowhere, or a file that is appended to.
    public record AccessLog(Kind kind, @Nullable Path file) {
        public enum Kind {
            STDOUT,
            OFF,
            FILE
        }
    }

    /// Deadlines of an upstream call.
    ///
    /// @param connect TCP and TLS together
    /// @param firstToken from the request sent to the first content of the answer
    /// @param betweenChunks between two pieces of content of a stream
    /// @param total from the request's arrival to the last byte
    public record Timeouts(Duration connect, Duration firstToken, Duration betweenChunks, Duration total) {}

    /// A virtual key from the configuration file. `key` is the secret itself: it is hashed when access is
    /// built and not kept.
    ///
    /// @param models patterns of `provider/model` the key may use (`*` matches any run of characters);
    ///     null: all
    /// @param tools patterns of server tools the key may use; null: all
    /// @param offer server tools that are given to the model without being asked for
    /// @param bodies whose bodies the history keeps; null: as it does for everybody
    /// @param limits how much the key may use
    public record Key(
            String name,
            Secret key,
            @Nullable List<String> models,
            @Nullable List<String> tools,
            List<String> offer,
            @Nullable Bodies bodies,
            Quota limits) {
        public Key {
            offer = List.copyOf(offer);
        }

        /// A key that may use as much as it likes.
        public Key(
                String name,
                Secret key,
                @Nullable List<String> models,
                @Nullable List<String> tools,
                List<String> offer,
                @Nullable Bodies bodies) {
            this(name, key, models, tools, offer, bodies, Quota.NONE);
        }
    }

    /// One entry under `providers`. Members that are absent take the value of the known provider of that
    /// name.
    ///
    /// @param dialect wire format, or null for that of the known provider
    /// @param baseUrl what is put before the dialect's path
    /// @param apiVersion Azure: classic surface with this version; absent: the v1 surface
    /// @param headers further request headers
    /// @param timeouts this provider's deadlines, already merged with the general ones
    /// @param proxy HTTP proxy for this provider
    /// @param tls own certificate authority or client certificate
    /// @param cloud what Vertex AI, Bedrock and Azure want besides
    /// @param position `file:line:column` of the entry, for messages
    public record ProviderEntry(
            String name,
            @Nullable String dialect,
            @Nullable URI baseUrl,
            @Nullable Secret apiKey,
            @Nullable String apiVersion,
            Map<String, String> headers,
            Timeouts timeouts,
            @Nullable URI proxy,
            @Nullable UpstreamTls tls,
            Cloud cloud,
            String position) {

        public ProviderEntry {
            headers = Map.copyOf(headers);
        }

        /// The same entry with this key.
        public ProviderEntry withKey(Secret key) {
            return new ProviderEntry(
                    name, dialect, baseUrl, key, apiVersion, headers, timeouts, proxy, tls, cloud, position);
        }

        /// An entry that wants no more than a key.
        public ProviderEntry(
                String name,
                @Nullable String dialect,
                @Nullable URI baseUrl,
                @Nullable Secret apiKey,
                @Nullable String apiVersion,
                Map<String, String> headers,
                Timeouts timeouts,
                @Nullable URI proxy,
                @Nullable UpstreamTls tls,
                String position) {
            this(name, dialect, baseUrl, apiKey, apiVersion, headers, timeouts, proxy, tls, Cloud.NONE, position);
        }

        /// Leaves out what may be secret: header values and the credentials of a proxy.
        @Override
        public String toString() {
            return "ProviderEntry[" + name + " at " + position + "]";
        }
    }

    /// What clouds want besides a key. Each member is null where it is absent.
    ///
    /// @param project Google Cloud project of Vertex AI
    /// @param location where Vertex AI answers: a region, `us`, `eu` or `global`
    /// @param credentials file with Google credentials
    /// @param region region of Bedrock
    /// @param profile profile of AWS' shared files
    /// @param sessionToken goes with temporary keys of AWS
    public record Cloud(
            @Nullable String project,
            @Nullable String location,
            @Nullable Path credentials,
            @Nullable String region,
            @Nullable String profile,
            @Nullable Secret accessKeyId,
            @Nullable Secret secretAccessKey,
            @Nullable Secret sessionToken,
            @Nullable Entra entra) {
        /// Nothing of it.
        public static final Cloud NONE = new Cloud(null, null, null, null, null, null, null, null, null);
    }

    /// Who calls Azure by a token of Microsoft Entra ID.
    public sealed interface Entra {
        /// An application with a secret.
        record Application(String tenant, String clientId, Secret clientSecret) implements Entra {}

        /// The identity that Azure gave the machine or the service which this runs on.
        ///
        /// @param clientId which of several, null: the only one, or the machine's own
        record Managed(@Nullable String clientId) implements Entra {}

        /// The identity of a workload in Kubernetes, which its environment tells.
        record Workload() implements Entra {}
    }

    /// PEM files for calls to one provider; each may be absent, a client certificate needs its key.
    public record UpstreamTls(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key) {}

    /// One entry under `catalogue`: what the operator knows better about a model than the catalogue that is
    /// shipped. Members that are absent leave the shipped value.
    ///
    /// @param name `provider/model`, in which `*` is any run of characters
    /// @param like model whose rules, limits and abilities hold, `provider/model` or a model of the same
    ///     provider
    /// @param inputs kinds of parts the model takes
    /// @param efforts reasoning efforts it knows, from least to most
    /// @param abilities by name: `tools`, `reasoning`, `json_schema`, `temperature`
    /// @param price replaces every shipped price of the model
    public record CatalogueEntry(
            String name,
            @Nullable String like,
            @Nullable Integer contextTokens,
            @Nullable Integer inputTokens,
            @Nullable Integer outputTokens,
            @Nullable List<String> inputs,
            List<String> efforts,
            Map<String, Boolean> abilities,
            @Nullable CataloguePrice price) {

        public CatalogueEntry {
            inputs = inputs == null ? null : List.copyOf(inputs);
            efforts = List.copyOf(efforts);
            abilities = Map.copyOf(abilities);
        }
    }

    /// Prices in US dollars.
    ///
    /// @param usdPerMillion for a million tokens, with at most six decimals, by class of tokens: `input`,
    ///     `output`, and those that have a price of their own
    /// @param requestUsd for a request
    /// @param searchUsd for a search that the provider makes
    public record CataloguePrice(
            Map<String, BigDecimal> usdPerMillion,
            @Nullable BigDecimal requestUsd,
            @Nullable BigDecimal searchUsd) {
        public CataloguePrice {
            usdPerMillion = Map.copyOf(usdPerMillion);
        }
    }

    /// A name under `models`.
    public record Alias(String name, List<String> targets, Strategy strategy) {
        public Alias {
            targets = List.copyOf(targets);
        }
    }

    /// Where the gateway keeps what must survive it.
    ///
    /// @param masterKey 32 bytes in base64 that secrets in the database are sealed with; null: a file of
    ///     the data folder, made at the first start
    public record Storage(Place place, @Nullable Secret masterKey, History history) {}

    /// A database.
    public sealed interface Place {}

    /// @param file null: `gapura.db` in the data folder
    public record Sqlite(@Nullable Path file) implements Place {}

    /// @param hosts `host:port` each, tried in order until one is found that takes writes
    /// @param user null: what the driver takes, which is the user of the process
    /// @param options of the connection's encryption, by the names of PostgreSQL's driver
    public record Postgresql(
            List<String> hosts,
            String database,
            @Nullable String user,
            @Nullable Secret password,
            Map<String, String> options)
            implements Place {
        public Postgresql {
            hosts = List.copyOf(hosts);
            options = Map.copyOf(options);
        }

        /// Without user, password and options.
        @Override
        public String toString() {
            return "postgresql://" + String.join(",", hosts) + "/" + database;
        }
    }

    /// How long and how much the history of exchanges keeps.
    ///
    /// @param keep age after which an exchange is forgotten
    /// @param maxBytes bytes on disk, about, after which the oldest are forgotten
    /// @param bodies whose request and answer are kept too
    /// @param bodyMaxBytes bytes of one body that are kept; the rest is cut off
    /// @param keepBodies age after which bodies are forgotten
    public record History(Duration keep, long maxBytes, Bodies bodies, int bodyMaxBytes, Duration keepBodies) {}

    /// Whose bodies the history keeps.
    public enum Bodies {
        OFF,
        ERRORS,
        ALL
    }

    /// What the gateway itself may fetch from addresses that came from outside.
    ///
    /// @param networks private networks that may be reached by https
    /// @param hosts hosts with a port that may be reached whatever their addresses, by http too
    /// @param media whether media is fetched at all for providers that take no addresses
    public record Egress(List<Cidr> networks, List<HostPort> hosts, boolean media) {
        public Egress {
            networks = List.copyOf(networks);
            hosts = List.copyOf(hosts);
        }
    }

    /// A host with a port.
    ///
    /// @param host name in lower case, or a literal address without brackets
    public record HostPort(String host, int port) {}

    /// How an alias chooses among its targets.
    public enum Strategy {
        ORDER,
        WEIGHTED,
        CHEAPEST,
        FASTEST
    }
}
