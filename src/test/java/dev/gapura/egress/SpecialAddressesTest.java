package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import dev.gapura.egress.SpecialAddresses.Kind;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// First and last addresses of the special ranges, and their public neighbours.
class SpecialAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, THIS_HOST",
        "0.255.255.255, THIS_HOST",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "100.64.0.0, SHARED",
        "100.127.255.255, SHARED",
        "100.100.100.200, METADATA",
        "127.0.0.1, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "168.63.129.16, METADATA",
        "169.254.0.1, LINK_LOCAL",
        "169.254.169.254, METADATA",
        "169.254.170.2, METADATA",
        "169.254.170.23, METADATA",
        "172.16.0.0, PRIVATE",
        "172.31.255.255, PRIVATE",
        "192.0.0.8, ASSIGNED",
        "192.0.0.192, METADATA",
        "192.0.2.1, ASSIGNED",
        "192.88.99.1, TUNNEL",
        "192.168.255.255, PRIVATE",
        "198.18.0.1, ASSIGNED",
        "198.19.255.255, ASSIGNED",
        "198.51.100.7, ASSIGNED",
        "203.0.113.7, ASSIGNED",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "240.0.0.1, RESERVED",
        "255.255.255.255, RESERVED",
        "::, THIS_HOST",
        "::1, LOOPBACK",
        "::ffff:127.0.0.1, LOOPBACK",
        "::ffff:10.1.2.3, PRIVATE",
        "::ffff:169.254.169.254, METADATA",
        "::127.0.0.1, RESERVED",
        "::8.8.8.8, RESERVED",
        "64:ff9b::7f00:1, TUNNEL",
        "64:ff9b::10.0.0.1, TUNNEL",
        "64:ff9b::169.254.169.254, METADATA",
        "64:ff9b:1::1, TUNNEL",
        "64:ff9b:1:ffff::a00:1, TUNNEL",
        "100::1, ASSIGNED",
        "2001::1, TUNNEL",
        "2001:0:7f00:1::, TUNNEL",
        "2001:2::1, ASSIGNED",
        "2001:10::1, ASSIGNED",
        "2001:db8::1, ASSIGNED",
        "2002:7f00:1::1, TUNNEL",
        "2002:808:808::1, TUNNEL",
        "2a00:1450:4001:800:0:5efe:7f00:1, TUNNEL",
        "2a00:1450:4001:800:200:5efe:808:808, TUNNEL",
        "3fff:fff::1, ASSIGNED",
        "5f00::1, ASSIGNED",
        "4000::1, RESERVED",
        "fc00::1, PRIVATE",
        "fd00:ec2::254, METADATA",
        "fd00:ec2::23, METADATA",
        "fd20:ce::254, METADATA",
        "fdff::1, PRIVATE",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "fec0::1, PRIVATE",
        "ff02::1, MULTICAST",
        "ff0e::1, MULTICAST"
    })
    void special(String address, Kind kind) {
        assertThat(SpecialAddresses.kind(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700:4700::1111",
                "2a00:1450:4001:800::200e",
                "3ffe:ffff::1"
            })
    void open(String address) {
        assertThat(SpecialAddresses.kind(InetAddress.ofLiteral(address))).isEqualTo(Kind.PUBLIC);
    }

    private static boolean permits(Config.Egress egress, String host, int port, String address) {
        return new EgressRules(egress).permits(host, port, InetAddress.ofLiteral(address));
    }

    private static Cidr network(String text) {
        return Objects.requireNonNull(Cidr.parse(text));
    }

    @Test
    void aNetworkOpensItsAddressesButForCredentials() {
        Config.Egress wide = new Config.Egress(List.of(network("10.1.0.0/16"), network("0.0.0.0/0")), List.of(), true);
        Config.Egress narrow = new Config.Egress(List.of(network("10.1.0.0/16")), List.of(), true);

        assertThat(permits(narrow, "a.example", 443, "10.1.255.1")).isTrue();
        assertThat(permits(narrow, "a.example", 443, "10.2.0.1")).isFalse();
        assertThat(permits(narrow, "a.example", 443, "64:ff9b::10.1.0.1")).isFalse();
        assertThat(permits(wide, "a.example", 443, "192.168.0.1")).isTrue();
        assertThat(permits(wide, "a.example", 443, "169.254.169.254")).isFalse();
        assertThat(permits(wide, "a.example", 443, "168.63.129.16")).isFalse();
        assertThat(permits(wide, "a.example", 443, "::1")).isFalse();
    }

    @Test
    void aHostWithItsPortOpensExactlyThat() {
        Config.Egress egress = new Config.Egress(
                List.of(),
                List.of(
                        new Config.HostPort("127.0.0.1", 9000),
                        new Config.HostPort("files.corp.example", 8443),
                        new Config.HostPort("169.254.169.254", 80),
                        new Config.HostPort("0:0:0:0:0:0:0:1", 9000)),
                true);

        assertThat(permits(egress, "127.0.0.1", 9000, "127.0.0.1")).isTrue();
        assertThat(permits(egress, "any.example", 9000, "127.0.0.1")).isTrue();
        assertThat(permits(egress, "127.0.0.1", 9001, "127.0.0.1")).isFalse();
        assertThat(permits(egress, "127.0.0.2", 9000, "127.0.0.2")).isFalse();
        assertThat(permits(egress, "files.corp.example", 8443, "10.0.0.9")).isTrue();
        assertThat(permits(egress, "files.corp.example", 443, "10.0.0.9")).isFalse();
        assertThat(permits(egress, "169.254.169.254", 80, "169.254.169.254")).isTrue();
        assertThat(permits(egress, "::1", 9000, "::1")).isTrue();
        assertThat(new EgressRules(egress).names("::1", 9000)).isTrue();
        assertThat(new EgressRules(egress).names("any.example", 9000)).isFalse();
    }
}
