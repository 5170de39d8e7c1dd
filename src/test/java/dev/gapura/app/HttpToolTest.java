package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Server tools that are requests over HTTP, against a service on loopback that the configuration allows.
class HttpToolTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Consumer<HttpServerRequest> answer =
            request -> request.response().end("ok");
    private HttpServer service;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        service = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    asked.add(request.method() + " " + request.uri() + " " + request.getHeader("authorization") + " "
                            + body);
                    answer.accept(request);
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void tool(String members, boolean allowed) {
        gateway.reload(
                "server: { access_log: \"off\" }\n"
                        + (allowed ? "egress: { allow: [\"127.0.0.1:" + service.actualPort() + "\"] }\n" : "")
                        + "providers:\n  local: { dialect: openai_chat, base_url: \"http://127.0.0.1:"
                        + gateway.simulator().port()
                        + "/v1\" }\ntools:\n  it: { kind: http, description: d, " + members
                        + ", parameters: { type: object, properties: { city: { type: string }, days: { type: integer } } } }\n");
    }

    private String url(String path) {
        return "url: \"http://127.0.0.1:" + service.actualPort() + path + "\"";
    }

    /// What the model is told when it calls the tool with these arguments.
    private JsonNode run(String arguments) {
        gateway.simulator().answerWith(request -> {
            JsonNode body = Ask.json(request.body());
            boolean done = body.toString().contains("\"role\":\"tool\"");
            return (done ? ModelTurn.says("done") : ModelTurn.says("").calling("c1", "it", arguments))
                    .reply("openai_chat", false);
        });
        String body =
                "{\"model\":\"local/m\",\"tools\":[{\"type\":\"server\",\"name\":\"it\"}],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            RawClient.Response response = client.send(
                            "POST " + Ask.CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                                    + gateway.key() + "\r\nx-gapura-details: true\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n"
                                    + body)
                    .readResponse();
            assertThat(response.status()).as(response.text()).isEqualTo(200);
            return Ask.json(response.body()).at("/gapura/tools/0");
        }
    }

    private String told() {
        JsonNode messages =
                Ask.json(gateway.simulator().requests().getLast().body()).get("messages");
        return messages.get(messages.size() - 1).get("content").asText();
    }

    @Test
    void argumentsFillThePathAndTheQuery() {
        tool("method: GET, " + url("/w/{city}?v=1") + ", headers: { authorization: \"Bearer secret-1234\" }", true);
        answer = request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"temp\":31,\"echo\":\"secret-1234\"}");
        JsonNode run = run("{\"city\":\"Solo/../etc #1\",\"days\":3}");
        assertThat(asked).containsExactly("GET /w/Solo%2F..%2Fetc%20%231?v=1&days=3 Bearer secret-1234 ");
        assertThat(run.get("status").asText()).isEqualTo("ok");
        assertThat(told()).isEqualTo("{\"temp\":31,\"echo\":\"***\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", ""})
    void noArgumentIsAStepUpwards(String city) {
        String secret = ", headers: { authorization: \"Bearer secret-1\" }";
        tool("method: GET, " + url("/w/{city}/notes?q={city}") + secret, true);
        assertThat(run("{\"city\":\"" + city + "\"}").get("status").asText()).isEqualTo("failed");
        assertThat(told()).isEqualTo("The call cannot be made: the argument 'city' cannot stand in a path.");
        assertThat(asked).isEmpty();
        tool("method: GET, " + url("/w?q={city}"), true);
        run("{\"city\":\"" + city + "\"}");
        assertThat(asked).containsExactly("GET /w?q=" + city + " null ");
    }

    @Test
    void aSecretIsMaskedAlsoWhereARefusalIsCut() {
        tool("method: GET, " + url("/w") + ", headers: { authorization: \"Bearer secret-1234\" }", true);
        answer = request -> request.response()
                .setStatusCode(403)
                .putHeader("content-type", "text/plain")
                .end("x".repeat(995) + "secret-1234 is refused");
        run("{}");
        assertThat(told()).endsWith("x*** i…").doesNotContain("secr");
    }

    @Test
    void aSecretInTheAddressIsMaskedToo() {
        tool("method: GET, " + url("/w?appid=k%2D1234567&units=metric&q={city}"), true);
        answer = request -> request.response().setStatusCode(401).end("metric: no key k-1234567 in " + request.uri());
        run("{\"city\":\"Solo\"}");
        assertThat(told())
                .isEqualTo("The service answered with status 401: metric: no key *** in "
                        + "/w?appid=***&units=metric&q=Solo");
    }

    @Test
    void theRestOfTheArgumentsIsTheBody() {
        tool("method: POST, " + url("/w/{city}"), true);
        run("{\"city\":\"Solo\",\"days\":3}");
        assertThat(asked).containsExactly("POST /w/Solo null {\"days\":3}");
    }

    @Test
    void aTemplateMakesTheBodyAndAPointerTakesThePart() {
        tool(
                "method: POST, " + url("/q")
                        + ", body: '{\"query\":{\"place\":\"{city}\",\"n\":\"{days}\",\"say\":\"in {city}\"}}', result: /data/0",
                true);
        answer = request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"data\":[{\"t\":1},{\"t\":2}]}");
        run("{\"city\":\"So\\\"lo\",\"days\":3}");
        assertThat(asked)
                .containsExactly("POST /q null {\"query\":{\"place\":\"So\\\"lo\",\"n\":3,\"say\":\"in So\\\"lo\"}}");
        assertThat(told()).isEqualTo("{\"t\":1}");
    }

    @Test
    void whatGoesWrongIsToldToTheModel() {
        tool("method: GET, " + url("/x"), true);
        answer = request -> request.response()
                .setStatusCode(404)
                .putHeader("content-type", "text/plain")
                .end("no such city");
        assertThat(run("{}").get("status").asText()).isEqualTo("failed");
        assertThat(told()).isEqualTo("The service answered with status 404: no such city");
        answer = request ->
                request.response().putHeader("content-type", "image/png").end(Buffer.buffer(new byte[9]));
        run("{}");
        assertThat(told()).contains("9 bytes of image/png");
        answer = request -> request.connection().close();
        run("{}");
        assertThat(told()).startsWith("The service could not be reached: ").doesNotContain("127.0.0.1");
    }

    @Test
    void aSlowServiceIsGivenUp() {
        tool("method: GET, timeout: 300ms, " + url("/slow"), true);
        answer = request -> {};
        assertThat(run("{}").get("status").asText()).isEqualTo("timeout");
        assertThat(told()).isEqualTo("The tool gave no result within 300 ms.");
    }

    @Test
    void aLongResultIsCut() {
        tool("method: GET, max_result_bytes: 10, " + url("/long"), true);
        answer = request ->
                request.response().putHeader("content-type", "text/plain").end("é".repeat(20));
        assertThat(run("{}").get("bytes").asInt()).isEqualTo(40);
        assertThat(told()).isEqualTo("ééééé\n[cut: the first 10 of 40 bytes]");
    }

    @Test
    void anAddressThatNobodyAllowedIsNotCalled() {
        tool("method: GET, " + url("/x"), false);
        assertThat(run("{}").get("status").asText()).isEqualTo("failed");
        assertThat(told()).isEqualTo("The service could not be reached: its address may not be reached.");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://localhost:PORT/x",
                "https://127.1:PORT/x",
                "https://2130706433:PORT/x",
                "https://[::1]:PORT/x",
                "https://[::ffff:127.0.0.1]:PORT/x",
                "https://169.254.169.254/latest/",
                "http://metadata.google.internal/x"
            })
    void aPrivateAddressHasNoSpellingThatIsCalled(String address) {
        tool("url: \"" + address.replace("PORT", Integer.toString(service.actualPort())) + "\"", false);
        assertThat(run("{}").get("status").asText()).isEqualTo("failed");
        assertThat(told())
                .matches("The service could not be reached: its address (may not be reached|cannot be called)\\.");
        assertThat(asked).isEmpty();
    }

    @Test
    void aRedirectToAnAddressThatNobodyAllowedIsNotFollowed() {
        tool("method: GET, " + url("/x"), true);
        answer = request -> request.response()
                .setStatusCode(302)
                .putHeader("location", "http://169.254.169.254/latest/meta-data/")
                .end();
        run("{}");
        assertThat(told()).isEqualTo("The service could not be reached: its address may not be reached.");
    }
}
