package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    private static final EgressRules PUBLIC = new EgressRules(new Config.Egress(List.of(), List.of(), true));

    private static WebAddress parse(String text) {
        return Objects.requireNonNull(WebAddress.parse(text), text);
    }

    /// Ways to write an address of this machine or its network: each is either none, or the address it is.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.0.0.1./",
                "https://127.1/",
                "https://127.0.1/",
                "https://127.000.000.001/",
                "https://0177.0.0.1/",
                "https://0177.0000.0000.0001/",
                "https://0x7f.0.0.1/",
                "https://0x7f.0x0.0x0.0x1/",
                "https://0x7f000001/",
                "https://0X7F000001/",
                "https://2130706433/",
                "https://017700000001/",
                "https://127.0.0.0x1/",
                "https://127.0.0.01/",
                "https://127.0.0.1.0x/",
                "https://0/",
                "https://0.0.0.0/",
                "https://00000000/",
                "https://127.0.0.256/",
                "https://4294967296/",
                "https://127。0。0。1/",
                "https://127．0．0．1/",
                "https://127｡0｡0｡1/",
                "https://１２７.０.０.１/",
                "https://①②⑦.⓪.⓪.①/",
                "https://𝟏𝟐𝟕.𝟎.𝟎.𝟏/",
                "https://127%2e0%2e0%2e1/",
                "https://127.0.0.1%00.example/",
                "https://%31%32%37.0.0.1/",
                "https://[::1]/",
                "https://[0:0:0:0:0:0:0:1]/",
                "https://[0000::0001]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[0:0:0:0:0:ffff:127.0.0.1]/",
                "https://[::127.0.0.1]/",
                "https://[64:ff9b::127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "https://[fe80::1%eth0]/",
                "https://[fd00:ec2::254]/",
                "https://[::1/",
                "https://::1/",
                "https://[::1]]/",
                "https://[::1]x/",
                "https://[127.0.0.1]/",
                "https://[v1.x]/",
                "https://169.254.169.254/latest/meta-data/",
                "https://169.254.43518/",
                "https://2852039166/",
                "https://0xa9fea9fe/",
                "https://0251.0376.0251.0376/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://10.0.0.1/",
                "https://10.1/",
                "https://012.1.2.3/",
                "https://192.168.1.1/",
                "https://192.168.257/",
                "https://172.16.1.1/",
                "https://100.64.1.1/",
                "https://user@127.0.0.1/",
                "https://a.example@127.0.0.1/",
                "https://user:pass@a.example/",
                "https://a.example:443@127.0.0.1/",
                "https://@a.example/",
                "https://a.example\\@127.0.0.1/",
                "https://127.0.0.1\\@a.example/",
                "https:\\\\127.0.0.1/",
                "https:/\\127.0.0.1/",
                "https://a.example\\.127.0.0.1/",
                "https:/127.0.0.1/",
                "https:127.0.0.1/",
                "https:///127.0.0.1/",
                "https://#@127.0.0.1/",
                "https://?@127.0.0.1/",
                "https:// 127.0.0.1/",
                "https://127.0.0.1 /",
                "https://127.0.0.1\t/",
                "https://127.0.0.1\n.example/",
                "https://127.0.0.1\u0000.example/",
                "https://a.example\r\nhost: b/",
                "https://a.example/\r\nx: y",
                "https://a..example/",
                "https://.example/",
                "https://a_b c.example/",
                "https://a.example:0/",
                "https://a.example:65536/",
                "https://a.example:99999999/",
                "https://a.example:-1/",
                "https://a.example:4 43/",
                "https://a.example:0x1bb/",
                "https://a.example:443:80/",
                "https://",
                "https:///",
                "https://:443/",
                "https://-a-.example./..",
                " https://a.example/",
                "//a.example/",
                "a.example/x.png",
                "/etc/passwd",
                "file:///etc/passwd",
                "ftp://a.example/",
                "gopher://127.0.0.1:25/",
                "jar:https://a.example!/",
                "data:image/png;base64,AAAA",
                "javascript:alert(1)",
                "gs://bucket/x",
                "s3://bucket/x",
                "dict://127.0.0.1:11211/",
                "ldap://127.0.0.1/",
                "url:https://127.0.0.1/",
                "view-source:https://127.0.0.1/",
                "unix:/var/run/docker.sock",
                "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
                ""
            })
    void noSpellingGetsAround(String text) {
        WebAddress address = WebAddress.parse(text);
        if (address != null) {
            assertThat(address.literal()).as("%s is %s", text, address).isNotNull();
            assertThat(PUBLIC.permits(address.host(), address.port(), Objects.requireNonNull(address.literal())))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, true, a.example, 443, /",
        "https://A.Example./x, true, a.example, 443, /x",
        "HTTPS://a.example:8443/x?y=1#z, true, a.example, 8443, /x?y=1",
        "http://a.example?y, false, a.example, 80, /?y",
        "https://a.example:/x, true, a.example, 443, /x",
        "https://8.8.8.8/x, true, 8.8.8.8, 443, /x",
        "https://bücher.example/ü b, true, xn--bcher-kva.example, 443, /%C3%BC%20b",
        "https://a.example/x|y[1]%zz'!, true, a.example, 443, /x|y[1]%zz'!",
        "https://a.example/{x}\"<>`^, true, a.example, 443, /%7Bx%7D%22%3C%3E%60%5E",
        "https://a-1_b.c--d.example/, true, a-1_b.c--d.example, 443, /",
        "https://a.example/https://127.0.0.1/, true, a.example, 443, /https://127.0.0.1/",
        "https://a.example/@127.0.0.1, true, a.example, 443, /@127.0.0.1",
    })
    void takesApart(String text, boolean secure, String host, int port, String target) {
        WebAddress address = parse(text);
        assertThat(address.secure()).isEqualTo(secure);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.target()).isEqualTo(target);
    }

    @Test
    void literalAddresses() {
        assertThat(parse("https://[2606:4700:4700::1111]:8443/").literal())
                .isEqualTo(InetAddress.ofLiteral("2606:4700:4700::1111"));
        assertThat(parse("https://[2606:4700:4700::1111]:8443/").authority())
                .isEqualTo("[2606:4700:4700:0:0:0:0:1111]:8443");
        assertThat(parse("https://a.example/").literal()).isNull();
        assertThat(parse("http://a.example:80/").authority()).isEqualTo("a.example");
        assertThat(WebAddress.parse("https://a.example/" + "x".repeat(9_000))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "https://b.example/z, https://b.example/z",
        "//b.example/z, https://b.example/z",
        "/z, https://a.example/z",
        "/z/../w?u=/../v, https://a.example/w?u=/../v",
        "z, https://a.example/p/q/z",
        "../z, https://a.example/p/z",
        "./, https://a.example/p/q/",
        "../../../../z, https://a.example/z",
        "?z=2, https://a.example/p/q/r?z=2",
        "#z, https://a.example/p/q/r?s=1",
        "z?u=1#v, https://a.example/p/q/z?u=1",
        "http://b.example/z, http://b.example/z",
        "HTTP://10.0.0.1/, http://10.0.0.1/",
    })
    void follows(String location, String expected) {
        assertThat(parse("https://a.example/p/q/r?s=1").follow(location)).isEqualTo(parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://b.example/",
                "javascript:1",
                "//user@b.example/",
                "https://b.example\\x",
                "/x\ny"
            })
    void followsNothingElse(String location) {
        assertThat(parse("https://a.example/").follow(location)).isNull();
    }
}
