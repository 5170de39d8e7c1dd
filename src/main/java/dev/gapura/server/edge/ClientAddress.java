package dev.gapura.server.edge;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the address a request really comes from. The socket's peer counts unless it is a trusted proxy; then
/// `X-Forwarded-For` is read from the right, where each proxy appends who it heard from, up to the first
/// address that is not trusted. Whatever a client wrote into the header itself stands further left and is
/// never reached. No name is ever resolved. Immutable; any thread.
public final class ClientAddress {
    private final List<Network> trusted;

    /// @param trustedProxies networks as CIDR (`10.0.0.0/8`, `2001:db8::/32`) or single addresses
    /// @throws IllegalArgumentException naming the entry that is neither
    public ClientAddress(List<String> trustedProxies) {
        this.trusted = trustedProxies.stream().map(Network::of).toList();
    }

    /// The client's address in its usual notation; `peer` when nothing better is known.
    ///
    /// @param peer address of the socket's other end
    /// @param forwardedFor all `X-Forwarded-For` headers, in the order received
    public String of(String peer, List<String> forwardedFor) {
        if (trusted.isEmpty() || forwardedFor.isEmpty() || !isTrusted(bytes(peer))) {
            return peer;
        }
        String[] hops = String.join(",", forwardedFor).split(",", -1);
        String nearest = peer;
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = withoutPort(hops[i].strip());
            byte[] address = bytes(hop);
            if (address == null) {
                return nearest;
            }
            nearest = NetUtil.bytesToIpAddress(address);
            if (!isTrusted(address)) {
                return nearest;
            }
        }
        return nearest;
    }

    /// Whether a trusted proxy says that the client came to it by TLS.
    ///
    /// @param peer address of the socket's other end
    /// @param forwardedProto all `X-Forwarded-Proto` headers, in the order received; the last word counts
    public boolean byTls(String peer, List<String> forwardedProto) {
        if (trusted.isEmpty() || forwardedProto.isEmpty() || !isTrusted(bytes(peer))) {
            return false;
        }
        String last = forwardedProto.getLast();
        return last.substring(last.lastIndexOf(',') + 1).strip().equalsIgnoreCase("https");
    }

    private boolean isTrusted(byte @Nullable [] address) {
        return address != null && trusted.stream().anyMatch(network -> network.contains(address));
    }

    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    /// Four or sixteen bytes; an IPv4 address in IPv6 clothes is an IPv4 address. Null when it is no
    /// address.
    private static byte @Nullable [] bytes(String text) {
        if (text.length() > 45 || text.indexOf('%') >= 0) {
            return null;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null || bytes.length == 4) {
            return bytes;
        }
        boolean mapped = bytes[10] == -1 && bytes[11] == -1;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = bytes[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    private record Network(byte[] prefix, int bits) {
        static Network of(String text) {
            int slash = text.indexOf('/');
            byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
            String length = slash < 0 ? "" : text.substring(slash + 1);
            boolean numeric = slash < 0 || length.matches("[0-9]{1,3}");
            if (address == null || !numeric) {
                throw new IllegalArgumentException("not an address or network: " + text);
            }
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(length);
            if (bits > address.length * 8) {
                throw new IllegalArgumentException("prefix too long: " + text);
            }
            return new Network(address, bits);
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            if (Arrays.mismatch(address, 0, whole, prefix, 0, whole) >= 0) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff >> (8 - rest) << (8 - rest)) == 0;
        }
    }
}
