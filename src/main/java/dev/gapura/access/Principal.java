package dev.gapura.access;

import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who sent a request: a virtual key, without the key. Safe to log. Immutable; any thread.
public final class Principal {
    /// Organization of every key that no other was given: the one that the first start makes.
    public static final String DEFAULT_ORGANIZATION = "default";

    /// Routes of the administration, which a key may only call where it names them.
    private static final String ADMINISTRATION = "/admin/";

    /// Whose key it is, by ids that never change: names may.
    ///
    /// @param keyId of the key; `config:NAME` for one of the configuration
    /// @param organization that it belongs to, null where it belongs to none
    /// @param team that it was made for, null where it was made for none
    /// @param person whose own key it is, null where it is nobody's
    public record Holder(
            String keyId,
            @Nullable String organization,
            @Nullable String team,
            @Nullable String person) {

        /// Holder of a key of the configuration, which is read-only here.
        static Holder ofConfiguration(String name) {
            return new Holder("config:" + name, DEFAULT_ORGANIZATION, null, null);
        }

        /// Whether the database knows it, and not a file.
        public boolean isStored() {
            return !keyId.startsWith("config:") && !keyId.startsWith("file:");
        }

        /// Holder of a key of `keys.json`, where data folders of older versions keep the first key.
        static Holder ofFile(String name) {
            return new Holder("file:" + name, DEFAULT_ORGANIZATION, null, null);
        }
    }

    private final Holder holder;
    private final String name;
    private final String keyPrefix;
    private final Policy policy;
    private final @Nullable List<NamePattern> models;
    private final @Nullable List<NamePattern> tools;
    private final @Nullable List<NamePattern> routes;
    private final @Nullable List<Cidr> addresses;

    Principal(Holder holder, String name, String keyPrefix, Policy policy) {
        this.holder = holder;
        this.name = name;
        this.keyPrefix = keyPrefix;
        this.policy = policy;
        models = patterns(policy.models());
        tools = patterns(policy.tools());
        routes = patterns(policy.routes());
        List<String> networks = policy.addresses();
        addresses = networks == null
                ? null
                : networks.stream().map(Cidr::parse).filter(Objects::nonNull).toList();
    }

    private static @Nullable List<NamePattern> patterns(@Nullable List<String> texts) {
        return texts == null ? null : texts.stream().map(NamePattern::new).toList();
    }

    private static boolean any(@Nullable List<NamePattern> patterns, String name) {
        return patterns == null || patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }

    /// Whose key it is. What is counted, limited or kept for a key goes by its id.
    public Holder holder() {
        return holder;
    }

    /// Name of the key, for people. Keys of two organizations may have the same.
    public String name() {
        return name;
    }

    /// The first characters of the key, enough to tell keys apart and useless to call with.
    public String keyPrefix() {
        return keyPrefix;
    }

    /// What the key may do, as it was said.
    public Policy policy() {
        return policy;
    }

    /// Name that the lists of keys under `tools` mean. People name their own keys as they like, so theirs
    /// are meant by id alone.
    public String listedName() {
        return holder.person() == null ? name : holder.keyId();
    }

    /// Whether the key may call a model. Never blocks.
    ///
    /// @param model `provider/model`, or the name of an alias
    public boolean mayUse(String model) {
        return any(models, model);
    }

    /// Whether the key may have a server tool run for it. Never blocks.
    ///
    /// @param tool its whole name, `docs.search`
    public boolean mayRun(String tool) {
        return any(tools, tool);
    }

    /// Whether the key may call a route.
    ///
    /// @param route its template, such as `/v1/models/{id}`
    public boolean mayCall(String route) {
        return routes == null ? !route.startsWith(ADMINISTRATION) : any(routes, route);
    }

    /// Whether the key may be used from an address.
    ///
    /// @param address numeric, after trusted proxies
    public boolean mayCallFrom(String address) {
        if (addresses == null) {
            return true;
        }
        InetAddress from = Cidr.address(address);
        return from != null && addresses.stream().anyMatch(network -> network.contains(from));
    }

    /// Members that requests get which lack them: JSON text by name.
    public Map<String, String> defaults() {
        return policy.defaults();
    }

    /// Written on every exchange.
    public Map<String, String> tags() {
        return policy.tags();
    }

    /// Whose bodies the history keeps, null where the key says nothing of it.
    public Config.@Nullable Bodies bodies() {
        return policy.bodies();
    }

    /// Patterns of server tools that the model is given without being asked for.
    public List<String> offers() {
        return policy.offer();
    }

    /// Whether the key may call a model that was asked for under another name: a key may be given an alias,
    /// or what stands behind it.
    ///
    /// @param asked the name in the request
    /// @param target `provider/model` it leads to
    public boolean mayUse(String asked, String target) {
        return mayUse(target) || (!asked.contains("/") && mayUse(asked));
    }

    @Override
    public String toString() {
        return name + " (" + keyPrefix + "…)";
    }
}
