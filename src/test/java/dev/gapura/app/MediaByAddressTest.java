package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.testkit.RawClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pictures by address for a provider that fetches none: the gateway puts their bytes into the request, or refuses
/// before the provider is called.
class MediaByAddressTest {
    private static final byte[] PICTURE = picture(64);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger fetches = new AtomicInteger();
    private TestGateway gateway;
    private HttpServer files;

    private static byte[] picture(int more) {
        byte[] bytes = new byte[8 + more];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, 0, bytes, 0, 8);
        return bytes;
    }

    @BeforeEach
    void start() throws Exception {
        files = vertx.createHttpServer()
                .requestHandler(request -> {
                    fetches.incrementAndGet();
                    request.response()
                            .putHeader("content-type", "image/png")
                            .end(Buffer.buffer(request.path().equals("/large.png") ? picture(600_000) : PICTURE));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        gateway = TestGateway.start();
        gateway.simulator()
                .answerWith(
                        request -> Reply.json(
                                200,
                                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"a cat\"}]},\"finishReason\":\"STOP\"}],"
                                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,\"totalTokenCount\":5}}"));
        configure("egress: { allow: [\"127.0.0.1:" + files.actualPort() + "\"] }\n");
    }

    private void configure(String egress) {
        gateway.reload(
                "server: { access_log: \"off\" }\n" + egress + "providers:\n  google: { dialect: gemini, base_url: "
                        + "\"http://127.0.0.1:" + gateway.simulator().port() + "\", api_key: \"canary\" }\n");
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + files.actualPort() + path;
    }

    private RawClient.Response ask(String path, String url) {
        String body =
                "{\"model\":\"google/gemini-2.5-flash\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"What is it?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url
                        + "\"}}]}]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.send("POST " + path + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + gateway.key()
                            + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n"
                            + body)
                    .readResponse();
        }
    }

    private JsonNode picturePart() {
        return Ask.json(gateway.simulator().requests().getLast().body()).at("/contents/0/parts/1/inlineData");
    }

    @Test
    void theBytesAreSentInPlaceOfTheAddress() {
        RawClient.Response response = ask(Ask.CHAT, url("/cat.png"));
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(Ask.json(response.body()).at("/choices/0/message/content").asText())
                .isEqualTo("a cat");
        assertThat(response.header("x-gapura-params")).contains("messages=converted(1 address fetched)");
        assertThat(picturePart().get("mimeType").asText()).isEqualTo("image/png");
        assertThat(picturePart().get("data").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(PICTURE));
    }

    @Test
    void aLargePictureIsSentWhole() {
        assertThat(ask(Ask.CHAT, url("/large.png")).status()).isEqualTo(200);
        assertThat(Base64.getDecoder().decode(picturePart().get("data").asText()))
                .hasSize(600_008);
    }

    @Test
    void anAddressThatMayNotBeReachedIsRefusedWithoutACall() {
        configure("");
        RawClient.Response response = ask(Ask.CHAT, url("/cat.png"));
        assertThat(response.status()).isEqualTo(400);
        assertThat(Ask.error(response).get("param").asText()).isEqualTo("messages[0].content[1].image_url.url");
        assertThat(Ask.error(response).get("code").asText()).isEqualTo("media_fetch_refused");
        assertThat(fetches).hasValue(0);
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void theDryRunFetchesNothing() {
        JsonNode told = Ask.json(ask(Ask.CHAT + ":explain", url("/cat.png")).body());
        JsonNode part = told.at("/upstream/body/contents/0/parts/1/inlineData");
        assertThat(new String(Base64.getDecoder().decode(part.get("data").asText())))
                .isEqualTo("(the bytes of " + url("/cat.png") + ", fetched when the request is sent)");
        assertThat(told.toString()).contains("1 address fetched");
        assertThat(fetches).hasValue(0);
        assertThat(gateway.simulator().requestCount()).isZero();
    }
}
