package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyCollectorTest {
    private static final int LIMIT = 300_000;
    private static final String POST = "POST / HTTP/1.1\r\nHost: a.example\r\n";

    private final BlockingQueue<Object> outcomes = new ArrayBlockingQueue<>(10);
    private EdgeServer server;

    @BeforeEach
    void start() throws Exception {
        BodyCollector collector = new BodyCollector(LIMIT, Duration.ofMillis(300));
        server = new EdgeServer(
                EdgeServer.limits(),
                null,
                request -> collector.collect(request, new BodyCollector.Receiver() {
                    @Override
                    public void received(byte[] body) {
                        outcomes.add(new String(body, StandardCharsets.ISO_8859_1));
                        request.response().end();
                    }

                    @Override
                    public void failed(Failure why) {
                        outcomes.add(why.kind());
                        if (why.kind() != FailureKind.CLIENT_GONE) {
                            request.response().setStatusCode(why.status()).end();
                        }
                    }
                }));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        assertThat(outcomes).isEmpty();
    }

    private Object outcome() throws Exception {
        return outcomes.poll(20, TimeUnit.SECONDS);
    }

    private RawClient client() throws Exception {
        return new RawClient(server.port, false);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "100", "65536", "65537", "200000", "300000"})
    void aBodyArrivesAsItWasSent(int length) throws Exception {
        String body = text(length);
        try (RawClient client = client()) {
            client.send(POST + "Content-Length: " + length + "\r\n\r\n" + body);
            assertThat(outcome()).isEqualTo(body);
            assertThat(client.answer(false).status()).isEqualTo(200);
        }
    }

    @Test
    void aChunkedBodyArrivesAsItWasSent() throws Exception {
        StringBuilder sent = new StringBuilder(POST + "Transfer-Encoding: chunked\r\n\r\n");
        String body = text(LIMIT);
        Random random = new Random(7);
        for (int from = 0; from < LIMIT; ) {
            int to = Math.min(LIMIT, from + 1 + random.nextInt(20_000));
            sent.append(Integer.toHexString(to - from))
                    .append("\r\n")
                    .append(body, from, to)
                    .append("\r\n");
            from = to;
        }
        try (RawClient client = client()) {
            client.send(sent.append("0\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), 3000, random);
            assertThat(outcome()).isEqualTo(body);
            assertThat(client.answer(false).status()).isEqualTo(200);
        }
    }

    @Test
    void anAnnouncedExcessIsRefusedUnread() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "Content-Length: " + (LIMIT + 1) + "\r\n\r\n");
            assertThat(outcome()).isEqualTo(FailureKind.BODY_TOO_LARGE);
            assertThat(client.answer(false).status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void anExcessThatIsExpectedToContinueIsNotAskedFor() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n");
            assertThat(outcome()).isEqualTo(FailureKind.BODY_TOO_LARGE);
            assertThat(client.answer(false).status()).isEqualTo(413);
        }
    }

    @Test
    void aClientThatWaitsIsAskedToContinue() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.answer(false).status()).isEqualTo(100);
            client.send("ok");
            assertThat(outcome()).isEqualTo("ok");
            assertThat(client.answer(false).status()).isEqualTo(200);
        }
    }

    @Test
    void aChunkedBodyWithoutEndIsRefusedAtTheLimit() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "8000\r\n" + text(0x8000) + "\r\n";
            for (int i = 0; i < 20; i++) {
                client.send(chunk);
            }
            assertThat(outcome()).isEqualTo(FailureKind.BODY_TOO_LARGE);
            assertThat(client.answer(false).status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aSlowBodyIsGivenUp() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "Content-Length: 10\r\n\r\nhello");
            assertThat(outcome()).isEqualTo(FailureKind.SLOW_REQUEST);
            assertThat(client.answer(false).status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatLeavesIsNoticed() throws Exception {
        RawClient client = client();
        client.send(POST + "Content-Length: 10\r\n\r\nhello");
        client.close();
        assertThat(outcome()).isEqualTo(FailureKind.CLIENT_GONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Content-Type: application/json                      | 200
            Content-Type: Application/JSON; Charset=UTF-8       | 200
            Content-Type: application/json;charset="utf-8";v=1  | 200
            X-No-Type: at all                                   | 200
            Content-Encoding: identity                          | 200
            Content-Type: application/json; charset=latin1      | 415
            Content-Type: application/json; charset=utf-16      | 415
            Content-Type: text/plain                            | 415
            Content-Type: application/jsonp                     | 415
            Content-Type: application/x-www-form-urlencoded     | 415
            Content-Type: multipart/form-data; boundary=aaaa    | 415
            Content-Type:                                       | 415
            Content-Encoding: gzip                              | 415
            Content-Encoding: identity, gzip                    | 415
            Content-Encoding: br                                | 415
            """)
    void onlyPlainJsonIsRead(String header, int status) throws Exception {
        try (RawClient client = client()) {
            client.send(POST + header + "\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(client.answer(false).status()).isEqualTo(status);
            assertThat(outcome()).isEqualTo(status == 200 ? "{}" : FailureKind.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    @Test
    void twoTypesAreNone() {
        assertThat(BodyCollector.media(List.of("application/json", "text/plain")))
                .isNotNull();
        assertThat(BodyCollector.media(List.of("application/json", "application/json")))
                .isNotNull();
    }

    @Test
    void aRequestWithoutABodyIsTold() throws Exception {
        try (RawClient client = client()) {
            client.send(POST + "\r\n");
            assertThat(outcome()).isEqualTo(FailureKind.LENGTH_REQUIRED);
            assertThat(client.answer(false).status()).isEqualTo(411);
        }
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + i % 26));
        }
        return text.toString();
    }
}
