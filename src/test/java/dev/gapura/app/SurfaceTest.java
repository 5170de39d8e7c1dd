package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Routes, keys, methods and headers as a client meets them, and the line each of them leaves in the access log.
/// Upstream
/// calls are none where nothing else is said.
class SurfaceTest {
    private static final String FEW = "key-for-few-models";

    @TempDir
    private Path folder;

    private Path log;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        gateway = TestGateway.start("server: { access_log: \"" + log
                + "\", cors: [\"https://app.example\"] }\n"
                + "auth: { keys: [ { name: few, key: " + FEW + ", models: [\"sim/e*\", nice] } ] }\n"
                + "models: { nice: { targets: [sim/lorem] }, hidden: { targets: [sim/tools] } }\n"
                + "providers: { far: { dialect: openai_chat, base_url: \"http://127.0.0.1:1/v1\" } }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Response get(String path, String key) {
        return Ask.get(gateway, "GET", path, "authorization", "Bearer " + key);
    }

    private static List<String> ids(RawClient.Response response) {
        return Ask.json(response.body()).get("data").findValuesAsText("id");
    }

    @Test
    void modelsAreThoseOfTheKey() {
        assertThat(ids(get("/v1/models", gateway.key()))).contains("nice", "hidden", "sim/echo", "sim/lorem", "far/*");
        assertThat(ids(get("/v1/models", FEW))).containsExactly("nice", "sim/echo");
        assertThat(get("/v1/models", FEW).header("content-type")).isEqualTo("application/json");
        JsonNode info = Ask.json(get("/v1/model/info", FEW).body()).get("data");
        assertThat(info.findValuesAsText("model_name")).containsExactly("nice", "sim/echo");
        assertThat(info.at("/0/model_info/supported_parameters").toString()).contains("temperature");
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "sim/echo, 200, sim/echo",
        "sim%2Fecho, 200, sim/echo",
        "nice, 200, nice",
        "far/org/model%3Av2, 200, far/org/model:v2",
        "far%2Forg%2Fmodel, 200, far/org/model",
        "nobody/x, 404, ",
        "nicer, 404, ",
        "sim%2, 400, ",
    })
    void oneModel(String path, int status, String id) {
        RawClient.Response response = get("/v1/models/" + path, gateway.key());
        assertThat(response.status()).isEqualTo(status);
        if (status == 200) {
            assertThat(Ask.json(response.body()).get("id").asText()).isEqualTo(id);
        } else {
            assertThat(Ask.error(response).get("source").asText()).isEqualTo("client");
        }
    }

    @Test
    void aKeyLimitedToSomeModels() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            assertThat(client.postJson(Ask.CHAT, FEW, Ask.body("sim/echo", false, "x"))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            assertThat(client.postJson(Ask.CHAT, FEW, Ask.body("nice", false, "x"))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            RawClient.Response refused = client.postJson(Ask.CHAT, FEW, Ask.body("sim/lorem", false, "x"))
                    .readResponse();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(Ask.error(refused).get("type").asText()).isEqualTo("permission_error");
            assertThat(client.postJson(Ask.CHAT, FEW, Ask.body("hidden", false, "x"))
                            .readResponse()
                            .status())
                    .isIn(403, 404);
        }
        assertThat(get("/v1/models/sim/lorem", FEW).status()).isIn(403, 404);
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @Test
    void openRoutes() {
        assertThat(Ask.json(Ask.get(gateway, "GET", "/healthz").body())
                        .get("status")
                        .asText())
                .isEqualTo("ok");
        assertThat(Ask.json(Ask.get(gateway, "GET", "/readyz").body())
                        .get("status")
                        .asText())
                .isEqualTo("ready");
        // Connections of earlier tests may still be on their way out.
        Waiting.until("only this exchange and its connection are open", () -> {
            String page = Ask.get(gateway, "GET", "/metrics").text();
            return page.contains("gapura_open_exchanges 1.0") && page.contains("gapura_open_connections 1.0");
        });
        assertThat(Ask.get(gateway, "GET", "/metrics").text()).contains("gapura_build_info");
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("HEAD /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            String head = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(head)
                    .startsWith("HTTP/1.1 200")
                    .contains("content-length: 15\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/chat/completions, 405, POST",
        "PUT, /v1/chat/completions, 405, POST",
        "OPTIONS, /v1/chat/completions, 405, POST",
        "DELETE, /v1/models, 405, GET",
        "POST, /healthz, 405, GET",
        "GET, /v1/nothing, 404, ",
        "GET, /v2/models, 404, ",
        "GET, /v1/models/, 404, ",
        "GET, //v1/models, 404, ",
        "TRACE, /v1/models, 405, ",
    })
    void methodsAndPaths(String method, String path, int status, String allow) {
        RawClient.Response response = Ask.get(gateway, method, path, "authorization", "Bearer " + gateway.key());
        assertThat(response.status()).isEqualTo(status);
        assertThat(Ask.error(response).get("request_id").asText()).startsWith("req_");
        if (allow != null) {
            assertThat(response.header("allow")).contains(allow);
        }
    }

    @Test
    void keysInEveryForm() {
        Map<String, Integer> forms = new HashMap<>();
        forms.put("authorization: Bearer " + gateway.key(), 200);
        forms.put("authorization: bearer   " + gateway.key() + " ", 200);
        forms.put("x-api-key: " + gateway.key(), 200);
        forms.put("api-key: " + gateway.key(), 200);
        forms.put("accept: */*", 401);
        forms.put("authorization: Bearer wrong", 401);
        forms.put("authorization: Bearer ", 401);
        forms.put("authorization: Basic " + gateway.key(), 401);
        forms.put("authorization: " + gateway.key(), 401);
        forms.put("x-api-key: wrong", 401);
        forms.put("authorization: Basic x\r\nx-api-key: " + gateway.key(), 401);
        forms.forEach((form, status) -> {
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.send("GET /v1/models HTTP/1.1\r\nhost: x\r\n" + form + "\r\n\r\n");
                RawClient.Response response = client.readResponse();
                assertThat(response.status()).as(form).isEqualTo(status);
                if (status == 401) {
                    assertThat(Ask.error(response).get("type").asText()).isEqualTo("authentication_error");
                    assertThat(response.header("www-authenticate")).startsWith("Bearer");
                }
            }
        });
    }

    @Test
    void browsers() {
        RawClient.Response preflight = Ask.get(
                gateway,
                "OPTIONS",
                Ask.CHAT,
                "origin",
                "https://app.example",
                "access-control-request-method",
                "POST",
                "access-control-request-headers",
                "authorization, content-type");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo("https://app.example");
        assertThat(preflight.header("access-control-allow-headers")).contains("authorization");
        RawClient.Response refused = Ask.get(gateway, "GET", "/v1/models", "origin", "https://app.example");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("access-control-allow-origin")).isEqualTo("https://app.example");
        RawClient.Response stranger = Ask.get(gateway, "GET", "/v1/models", "origin", "https://evil.example");
        assertThat(stranger.header("access-control-allow-origin")).isNull();
    }

    @Test
    void jsonAnswersAreCompressedOnDemandAndStreamsAreNot() throws Exception {
        String text = "sugeng ".repeat(1000);
        try (RawClient client = RawClient.connect(gateway.port())) {
            for (boolean stream : new boolean[] {false, true}) {
                client.request(
                        "POST",
                        Ask.CHAT,
                        Map.of("authorization", "Bearer " + gateway.key(), "accept-encoding", "br, gzip"),
                        Ask.body(stream, text).getBytes(StandardCharsets.UTF_8));
                RawClient.Response response = client.readResponse();
                if (stream) {
                    assertThat(response.header("content-encoding")).isNull();
                    assertThat(Ask.read(response).content()).isEqualTo(text);
                } else {
                    assertThat(response.header("content-encoding")).isEqualTo("gzip");
                    assertThat(response.header("vary")).contains("accept-encoding");
                    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
                    assertThat(Ask.json(plain).at("/choices/0/message/content").asText())
                            .isEqualTo(text);
                }
            }
        }
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | true",
                "text/event-stream;q=0.9 | true",
                "application/json, text/event-stream | false",
                "*/* | false",
            })
    void anAcceptHeaderMayAskForAStream(String accept, boolean stream) {
        String body = "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        String withOptions = body.replace("\"messages\"", "\"stream_options\":{\"include_usage\":true},\"messages\"");
        for (String one : stream ? List.of(body, withOptions) : List.of(body)) {
            RawClient.Response response = accepting(accept, one);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("content-type").startsWith("text/event-stream"))
                    .isEqualTo(stream);
            if (stream) {
                Ask.Read read = Ask.read(response);
                assertThat(read.done()).isTrue();
                assertThat(read.chunks().stream()
                                .anyMatch(chunk -> chunk.path("usage").isObject()))
                        .isEqualTo(one.equals(withOptions));
            }
        }
        assertThat(accepting(accept, body.replace("\"messages\"", "\"stream\":false,\"messages\""))
                        .header("content-type"))
                .isEqualTo("application/json");
        assertThat(gateway.simulator().requestCount()).isEqualTo(stream ? 3 : 2);
    }

    private RawClient.Response accepting(String accept, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request(
                            "POST",
                            Ask.CHAT,
                            Map.of("authorization", "Bearer " + gateway.key(), "accept", accept),
                            body.getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    @Test
    void everyRequestLeavesOneLine() throws Exception {
        assertThat(Ask.chat(gateway, false, "tell nobody").status()).isEqualTo(200);
        assertThat(Ask.chat(gateway, true, "tell nobody").status()).isEqualTo(200);
        assertThat(Ask.chat(gateway, "{").status()).isEqualTo(400);
        assertThat(get("/v1/models", "wrong-key").status()).isEqualTo(401);
        assertThat(get("/v1/nothing?secret=1", gateway.key()).status()).isEqualTo(404);
        assertThat(Ask.chat(gateway, Ask.body("far/x", false, "x")).status()).isEqualTo(502);
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("GET /v1/models HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n");
            RawClient.Response refused = client.readResponse();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(Ask.error(refused).get("request_id").asText()).startsWith("req_");
        }
        gateway.drain();
        List<String> lines = Files.readAllLines(log);
        assertThat(lines)
                .hasSize(7)
                .allSatisfy(line ->
                        assertThat(Ask.json(line).get("request_id").asText()).startsWith("req_"));
        assertThat(lines.stream().map(line -> Ask.json(line).get("status").asInt()))
                .containsExactlyInAnyOrder(200, 200, 400, 401, 404, 502, 400);
        assertThat(String.join("\n", lines))
                .doesNotContain("tell nobody", gateway.key(), "wrong-key", "secret=1", "127.0.0.1:1");
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }
}
