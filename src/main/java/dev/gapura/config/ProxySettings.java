package dev.gapura.config;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which HTTP proxy an upstream call goes through. A provider's own `proxy` decides for that provider; otherwise
/// `HTTPS_PROXY` carries calls to `https` addresses that `NO_PROXY` does not name. `http` addresses and loopback are
/// always called directly unless the provider says otherwise. Immutable; any thread; asks no name server.
public final class ProxySettings {
    /// No proxy but those that providers name.
    public static final ProxySettings NONE = new ProxySettings(null, List.of());

    private final @Nullable URI https;
    private final List<String> direct;

    private ProxySettings(@Nullable URI https, List<String> direct) {
        this.https = https;
        this.direct = direct;
    }

    /// Reads `HTTPS_PROXY` and `NO_PROXY`, or their lower-case forms, which win as they do for curl.
    ///
    /// @throws ConfigException when the proxy is not an address
    public static ProxySettings from(Map<String, String> environment) {
        String name = environment.containsKey("https_proxy") ? "https_proxy" : "HTTPS_PROXY";
        String proxy = environment.getOrDefault(name, "").strip();
        String except = environment
                .getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""))
                .toLowerCase(Locale.ROOT);
        List<String> direct = Arrays.stream(except.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .toList();
        if (proxy.isEmpty()) {
            return new ProxySettings(null, direct);
        }
        String address = proxy.contains("://") ? proxy : "http://" + proxy;
        String fault = Urls.proxyFault(address);
        if (fault != null) {
            throw ConfigException.of(name, fault);
        }
        return new ProxySettings(URI.create(address), direct);
    }

    /// The proxy for a call, null for a direct one. The address may carry user and password: never log it.
    ///
    /// @param target address that is called
    /// @param own `proxy` of the provider
    public @Nullable URI proxyFor(URI target, @Nullable URI own) {
        if (own != null) {
            return own;
        }
        String host = target.getHost();
        if (https == null || host == null || !"https".equalsIgnoreCase(target.getScheme())) {
            return null;
        }
        return proxyFor(host, target.getPort() < 0 ? 443 : target.getPort());
    }

    /// The proxy for a call by `https` that no provider's settings decide about, null for a direct one.
    ///
    /// @param host name or literal address
    public @Nullable URI proxyFor(String host, int port) {
        return https == null || isDirect(host.toLowerCase(Locale.ROOT), port) ? null : https;
    }

    private boolean isDirect(String host, int port) {
        InetAddress address = Cidr.address(host);
        boolean loopback = address == null ? host.equals("localhost") : address.isLoopbackAddress();
        return loopback || direct.stream().anyMatch(entry -> matches(entry, host, address, port));
    }

    private static boolean matches(String entry, String host, @Nullable InetAddress address, int port) {
        if (entry.equals("*")) {
            return true;
        }
        Cidr network = Cidr.parse(entry);
        if (network != null) {
            return address != null && network.contains(address);
        }
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.substring(colon + 1).matches("\\d+")) {
            return entry.substring(colon + 1).equals(Integer.toString(port))
                    && matches(entry.substring(0, colon), host, address, port);
        }
        String name = entry.startsWith("*.") ? entry.substring(1) : entry;
        String suffix = name.startsWith(".") ? name : "." + name;
        return host.equals(suffix.substring(1)) || host.endsWith(suffix);
    }

    @Override
    public String toString() {
        return "ProxySettings[" + (https == null ? "none" : https.getHost() + ":" + https.getPort()) + "]";
    }
}
