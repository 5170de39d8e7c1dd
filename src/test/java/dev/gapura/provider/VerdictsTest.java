package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.provider.Verdict.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    @Test
    void listsAllButPlainPasses() {
        List<Verdict> verdicts = List.of(
                Verdict.passed("model"),
                new Verdict("temperature", Outcome.CLAMPED, "1.4→1", "x"),
                new Verdict("logit_bias", Outcome.STRIPPED, null, "x"),
                new Verdict("brand_new", Outcome.PASSED, "unknown", "x"));

        assertThat(Verdicts.header(verdicts))
                .isEqualTo("temperature=clamped(1.4→1), logit_bias=stripped, brand_new=passed(unknown)");
        assertThat(Verdicts.header(List.of(Verdict.passed("model")))).isEmpty();
    }

    @Test
    void namesFromTheClientCannotEndTheHeader() {
        String header = Verdicts.header(List.of(
                new Verdict("a\r\nset-cookie: b", Outcome.PASSED, "unknown", "x"),
                new Verdict("ü,=()\"\u2028" + "x".repeat(100), Outcome.PASSED, "unknown", "x")));

        assertThat(header)
                .startsWith("a__set-cookie: b=passed(unknown), _______xxx")
                .doesNotContain("\r", "\n", "ü");
    }

    @Test
    void isCutWhenVeryLong() {
        List<Verdict> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(new Verdict("field" + i, Outcome.PASSED, "unknown", "x"));
        }

        assertThat(Verdicts.header(many)).hasSizeLessThan(2_200).endsWith(", …");
    }

    @Test
    void theArrowReachesAClientAsUtf8() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .putHeader(Verdicts.HEADER, Verdicts.wire("temperature=clamped(1.4→1)"))
                            .end())
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);

            assertThat(answer(server.actualPort())).contains("x-gapura-params: temperature=clamped(1.4→1)\r\n");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static String answer(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
