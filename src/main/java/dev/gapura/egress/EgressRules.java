package dev.gapura.egress;

import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import java.net.InetAddress;

/// What may be reached: the public internet by https, and what the operator allows under `egress.allow`. A
/// network there opens its addresses, still by https; a host with a port opens exactly that, by http too and
/// whatever its addresses are. Addresses where clouds give out credentials are opened by no network, only by
/// naming them with a port. Immutable; any thread.
///
/// @param settings `egress` of the configuration
public record EgressRules(Config.Egress settings) {

    /// Whether media is fetched at all.
    public boolean media() {
        return settings.media();
    }

    /// Whether the operator named this host with this port.
    ///
    /// @param host name in lower case, or a literal address without brackets
    boolean names(String host, int port) {
        InetAddress literal = Cidr.address(host);
        return settings.hosts().stream()
                .anyMatch(named -> named.port() == port
                        && (named.host().equals(host)
                                || (literal != null && literal.equals(Cidr.address(named.host())))));
    }

    /// Whether a connection to `address` may be made.
    ///
    /// @param host what the address was found by
    boolean permits(String host, int port, InetAddress address) {
        if (names(host, port) || names(address.getHostAddress(), port)) {
            return true;
        }
        return switch (SpecialAddresses.kind(address)) {
            case PUBLIC -> true;
            case METADATA -> false;
            case THIS_HOST, LOOPBACK, PRIVATE, SHARED, LINK_LOCAL, ASSIGNED, MULTICAST, TUNNEL, RESERVED ->
                settings.networks().stream().anyMatch(network -> network.contains(address));
        };
    }
}
