package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "192.0.2.128/25", "2001:db8::/33"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.1.2.3        | https       | true
            ::ffff:10.1.2.3 | HTTPS       | true
            10.1.2.3        | http, https | true
            10.1.2.3        | https, http | false
            10.1.2.3        | http        | false
            198.51.100.1    | https       | false
            """)
    void aTrustedProxySaysWhetherTheClientCameByTls(String peer, String header, boolean expected) {
        assertThat(addresses.byTls(peer, List.of(header))).isEqualTo(expected);
        assertThat(addresses.byTls(peer, List.of())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            198.51.100.1 | 203.0.113.9                        | 198.51.100.1
            10.1.2.3     | 203.0.113.9                        | 203.0.113.9
            10.1.2.3     | 203.0.113.9, 10.9.9.9              | 203.0.113.9
            10.1.2.3     | 127.0.0.1, 203.0.113.9             | 203.0.113.9
            10.1.2.3     | 10.0.0.1, 10.0.0.2                 | 10.0.0.1
            10.1.2.3     | 203.0.113.9:4711                   | 203.0.113.9
            10.1.2.3     | [2001:db8:8000::1]:80              | 2001:db8:8000::1
            2001:db8::5  | 203.0.113.9                        | 203.0.113.9
            2001:db8:8000::5 | 203.0.113.9                    | 2001:db8:8000::5
            192.0.2.128  | 203.0.113.9                        | 203.0.113.9
            192.0.2.127  | 203.0.113.9                        | 192.0.2.127
            ::ffff:10.1.2.3 | ::ffff:203.0.113.9              | 203.0.113.9
            10.1.2.3     | garbage                            | 10.1.2.3
            10.1.2.3     | 203.0.113.9, unknown               | 10.1.2.3
            10.1.2.3     | 203.0.113.9, localhost, 10.0.0.7   | 10.0.0.7
            10.1.2.3     | 203.0.113.9,                       | 10.1.2.3
            10.1.2.3     | 999.1.1.1                          | 10.1.2.3
            10.1.2.3     | fe80::1%eth0                       | 10.1.2.3
            """)
    void walksFromTheRightToTheFirstUntrustedAddress(String peer, String header, String expected) {
        assertThat(addresses.of(peer, List.of(header))).isEqualTo(expected);
    }

    @Test
    void headersJoinInOrder() {
        assertThat(addresses.of("10.1.2.3", List.of("1.1.1.1", "2.2.2.2, 10.4.4.4")))
                .isEqualTo("2.2.2.2");
    }

    @Test
    void withoutTrustedProxiesTheHeaderIsNothing() {
        assertThat(new ClientAddress(List.of()).of("10.1.2.3", List.of("1.1.1.1")))
                .isEqualTo("10.1.2.3");
    }

    @Test
    void aWholeAddressSpaceMayBeTrusted() {
        assertThat(new ClientAddress(List.of("0.0.0.0/0")).of("8.8.8.8", List.of("1.1.1.1, 2.2.2.2")))
                .isEqualTo("1.1.1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", ""})
    void whatIsNoNetworkIsRefusedByName(String text) {
        assertThatThrownBy(() -> new ClientAddress(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
