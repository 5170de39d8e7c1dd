package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.access.FirstStart;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BannerTest {
    @Test
    void withAFirstKey() {
        assertThat(text("127.0.0.1", false, "sk-gapura-abc")).isEqualTo("""

                          Gapura 0.1.0 is ready at http://127.0.0.1:8080

                            providers      openai, sim
                            configuration  defaults (no gapura.yaml here)
                            API key        sk-gapura-abc  (shown this once)
                            login          http://127.0.0.1:8080/console#code=c0de
                                           (works once, as owner@localhost)

                          Try it:

                            curl http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \\
                              -H 'authorization: Bearer sk-gapura-abc' \\
                              -d '{"model": "sim/echo", "messages": [{"role": "user", "content": "Hello"}]}'

                        """);
    }

    @Test
    void afterwardsItTellsHowToGetANewKey() {
        assertThat(text("127.0.0.1", false, null))
                .contains("API key        shown at the first start; owners and administrators make others")
                .contains("login          http://127.0.0.1:8080/console")
                .contains("Try it, with your key in GAPURA_KEY:")
                .contains("-H \"authorization: Bearer $GAPURA_KEY\"");
    }

    @Test
    void aDatabaseThatComesLaterGivesTheLoginLater() {
        Banner.Facts facts = new Banner.Facts("0.1.0", "0.0.0.0", 8080, 9090, false, List.of("sim"), null, null);
        FirstStart.Made made = new FirstStart.Made(Optional.of("sk-1"), "owner@localhost", "c0de");
        assertThat(Banner.late(facts, made)).isEqualTo("""

                          The database answers, and is empty:

                            API key        sk-1  (shown this once)
                            login          http://127.0.0.1:9090/console#code=c0de
                                           (works once, as owner@localhost)

                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, http://0.0.0.0:8080, curl http://127.0.0.1:8080/",
        "::, http://[::]:8080, curl http://[::1]:8080/",
        "::1, http://[::1]:8080, curl http://[::1]:8080/",
        "gate.example, http://gate.example:8080, curl http://gate.example:8080/",
    })
    void theCurlLineReachesEveryAddress(String host, String address, String curl) {
        assertThat(text(host, false, "k"))
                .contains("ready at " + address + "\n")
                .contains(curl);
    }

    @Test
    void overTls() {
        assertThat(text("127.0.0.1", true, "k")).contains("curl -k https://127.0.0.1:8080/v1");
    }

    @Test
    void theLoginIsWhereTheConsoleIs() {
        Banner.Facts facts = new Banner.Facts("0.1.0", "0.0.0.0", 8080, 9090, false, List.of("sim"), null, null);
        assertThat(Banner.text(facts))
                .contains("login          http://127.0.0.1:9090/console\n")
                .contains("curl http://127.0.0.1:8080/v1");
    }

    @Test
    void fitsOnAScreen() {
        assertThat(text("127.0.0.1", false, "k").lines()).hasSizeLessThanOrEqualTo(16);
    }

    private static String text(String host, boolean tls, @Nullable String firstKey) {
        FirstStart.Made made =
                firstKey == null ? null : new FirstStart.Made(Optional.of(firstKey), "owner@localhost", "c0de");
        return Banner.text(new Banner.Facts("0.1.0", host, 8080, 8080, tls, List.of("openai", "sim"), made, null));
    }
}
