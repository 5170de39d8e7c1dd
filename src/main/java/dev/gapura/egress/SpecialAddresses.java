package dev.gapura.egress;

import dev.gapura.config.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Tells addresses of the public internet from all others. IPv4 is public but for the ranges of IANA's
/// special-purpose registry (<https://www.iana.org/assignments/iana-ipv4-special-registry>); IPv6 is public
/// only inside `2000::/3`, but for the ranges of its registry
/// (<https://www.iana.org/assignments/iana-ipv6-special-registry>). An IPv6 address that a translator turns
/// into an IPv4 one is what that one is; tunnels are not public, whatever they lead to. Where a network
/// translates with a prefix of its own (RFC 6052), its addresses look like any other: such a gateway host
/// needs a firewall. Stateless; any thread.
final class SpecialAddresses {
    /// What an address is.
    enum Kind {
        PUBLIC,
        /// "This network" of RFC 791, which many systems take for themselves.
        THIS_HOST,
        LOOPBACK,
        PRIVATE,
        /// Between a provider and its customers (RFC 6598).
        SHARED,
        LINK_LOCAL,
        /// Where clouds tell a machine its own credentials; no network opens these.
        METADATA,
        /// Documentation, benchmarks, protocol assignments.
        ASSIGNED,
        MULTICAST,
        /// IPv4 inside IPv6, leading to an address that is not public, or nobody knows where.
        TUNNEL,
        RESERVED
    }

    private record Range(Cidr network, Kind kind) {}

    /// Link-local and shared addresses are refused anyway; named here are those that a permitted network
    /// might open.
    private static final List<Range> RANGES = Stream.of(
                    // AWS, GCP, Azure, Oracle, DigitalOcean, OpenStack; tasks and pods of AWS
                    ranges(Kind.METADATA, "169.254.169.254", "169.254.170.2", "169.254.170.23"),
                    ranges(Kind.METADATA, "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"),
                    // Azure's platform (in a public range), Alibaba, Oracle
                    ranges(Kind.METADATA, "168.63.129.16", "100.100.100.200", "192.0.0.192"),
                    ranges(Kind.THIS_HOST, "0.0.0.0/8", "::"),
                    ranges(Kind.LOOPBACK, "127.0.0.0/8", "::1"),
                    ranges(Kind.PRIVATE, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
                    ranges(Kind.SHARED, "100.64.0.0/10"),
                    ranges(Kind.LINK_LOCAL, "169.254.0.0/16", "fe80::/10"),
                    ranges(Kind.TUNNEL, "192.88.99.0/24", "2001::/32", "2002::/16", "64:ff9b:1::/48"),
                    ranges(Kind.ASSIGNED, "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
                    ranges(Kind.ASSIGNED, "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
                    ranges(Kind.ASSIGNED, "100::/64", "2001::/23", "2001:db8::/32", "2620:4f:8000::/48"),
                    ranges(Kind.ASSIGNED, "3fff::/20", "5f00::/16"),
                    ranges(Kind.MULTICAST, "224.0.0.0/4", "ff00::/8"),
                    ranges(Kind.RESERVED, "240.0.0.0/4"))
            .flatMap(List::stream)
            .toList();

    private static final Cidr GLOBAL_UNICAST = network("2000::/3");
    /// The well-known prefix of NAT64 (RFC 6052); its last four bytes are the IPv4 address.
    private static final Cidr NAT64 = network("64:ff9b::/96");
    /// IPv4 addresses inside IPv6, which Java makes IPv4 ones before they get here (RFC 4291, 2.5.5.2).
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
    /// Names that clouds give the same addresses, should a resolver answer otherwise.
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata",
            "metadata.google.internal",
            "metadata.goog",
            "instance-data",
            "instance-data.ec2.internal",
            "metadata.azure.internal",
            "metadata.oraclecloud.com",
            "metadata.tencentyun.com");

    private SpecialAddresses() {}

    static boolean isMetadata(String host) {
        return METADATA_NAMES.contains(host);
    }

    static Kind kind(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return listed(address, Kind.PUBLIC);
        }
        if (Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length)) {
            return embedded(bytes);
        }
        if (NAT64.contains(address)) {
            Kind inner = embedded(bytes);
            return inner == Kind.PUBLIC || inner == Kind.METADATA ? inner : Kind.TUNNEL;
        }
        if (isIsatap(bytes)) {
            return Kind.TUNNEL;
        }
        return listed(address, GLOBAL_UNICAST.contains(address) ? Kind.PUBLIC : Kind.RESERVED);
    }

    private static Kind listed(InetAddress address, Kind otherwise) {
        for (Range range : RANGES) {
            if (range.network.contains(address)) {
                return range.kind;
            }
        }
        return otherwise;
    }

    /// The kind of the IPv4 address in the last four bytes.
    private static Kind embedded(byte[] bytes) {
        try {
            return kind(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16)));
        } catch (UnknownHostException impossible) {
            return Kind.RESERVED;
        }
    }

    /// An interface that tunnels to the IPv4 address in it (RFC 5214).
    private static boolean isIsatap(byte[] bytes) {
        return (bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }

    private static List<Range> ranges(Kind kind, String... networks) {
        return Arrays.stream(networks)
                .map(text -> new Range(network(text), kind))
                .toList();
    }

    private static Cidr network(String text) {
        Cidr network = Cidr.parse(text);
        if (network == null) {
            throw new IllegalStateException(text);
        }
        return network;
    }
}
