package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorsTest {
    private static final String PREFLIGHT = """
            OPTIONS /v1/chat/completions HTTP/1.1
            Host: a.example
            Origin: %s
            Access-Control-Request-Method: POST
            Access-Control-Request-Headers: authorization,content-type

            """.replace("\n", "\r\n");

    private static String ask(List<String> origins, String request) throws Exception {
        Cors cors = new Cors(new Config.Cors(origins));
        try (EdgeServer server = new EdgeServer(EdgeServer.limits(), null, asked -> {
                    if (cors.isPreflight(asked)) {
                        cors.answerPreflight(asked);
                    } else {
                        cors.addTo(asked, asked.response().headers());
                        asked.response().end("served");
                    }
                });
                RawClient client = new RawClient(server.port, false)) {
            client.send(request);
            return client.answer(false).head();
        }
    }

    @Test
    void aNamedOriginMayCall() throws Exception {
        assertThat(ask(List.of("https://app.example"), PREFLIGHT.formatted("https://app.example")))
                .startsWith("HTTP/1.1 204")
                .contains(
                        "access-control-allow-origin: https://app.example\r\n",
                        "access-control-allow-headers: authorization,content-type\r\n",
                        "access-control-allow-methods: GET, POST",
                        "vary: origin");
    }

    @Test
    void anotherOriginMayNot() throws Exception {
        assertThat(ask(List.of("https://app.example"), PREFLIGHT.formatted("https://evil.example")))
                .startsWith("HTTP/1.1 204")
                .contains("vary: origin")
                .doesNotContain("access-control-allow");
    }

    @Test
    void everyOriginMayCallButNeverWithCredentials() throws Exception {
        assertThat(ask(List.of("*"), PREFLIGHT.formatted("https://any.example")))
                .contains("access-control-allow-origin: *\r\n")
                .doesNotContain("credentials");
    }

    @Test
    void withoutOriginsNothingIsAdded() throws Exception {
        assertThat(ask(List.of(), PREFLIGHT.formatted("https://app.example")))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("access-control", "vary");
    }

    @Test
    void theAnswerShowsOurHeaders() throws Exception {
        String get = "GET / HTTP/1.1\r\nHost: a.example\r\nOrigin: https://app.example\r\n\r\n";
        assertThat(ask(List.of("https://app.example"), get))
                .contains(
                        "access-control-allow-origin: https://app.example\r\n",
                        "x-request-id",
                        "x-gapura-params",
                        "vary: origin");
    }

    @Test
    void whatIsNoListOfNamesIsNotEchoed() throws Exception {
        assertThat(ask(
                        List.of("*"),
                        PREFLIGHT.formatted("https://any.example").replace("authorization,content-type", "a\t<b>")))
                .doesNotContain("allow-headers");
    }
}
