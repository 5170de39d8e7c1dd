package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A provider that answers nonsense: the caller gets a clear failure or what was said, and the gateway stays as it was.
/// One upstream call each.
class HostileUpstreamTest {
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start("timeouts: { total: 8s }\n");
    }

    @AfterEach
    void stop() {
        Waiting.until("nothing is open", () -> Ask.openExchanges(gateway) == 0);
        gateway.close();
    }

    private RawClient.Response ask(boolean stream, Reply reply) {
        gateway.simulator().answerWith(request -> reply);
        long before = gateway.simulator().requestCount();
        RawClient.Response response = Ask.chat(gateway, stream, "x");
        assertThat(gateway.simulator().requestCount() - before).isEqualTo(1);
        return response;
    }

    private static void unreadable(RawClient.Response response) {
        assertThat(response.status()).isEqualTo(502);
        assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
        assertThat(response.text()).hasSizeLessThan(2000);
    }

    @Test
    void anEventOfTwentyMegabytes() {
        Reply reply = Replies.sse("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(20_000_000)
                + "\"},\"finish_reason\":null}]}\n\n");
        unreadable(ask(true, reply));
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "100000"})
    void aWrongContentLength(String length) {
        Reply reply = Replies.stopped(
                        Reply.json(200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"}}]}"),
                        20,
                        new Step.Cut())
                .withHeader("content-length", length);
        unreadable(ask(false, reply));
    }

    @Test
    void aCompressedAnswerThatNobodyAskedFor() {
        for (boolean stream : new boolean[] {false, true}) {
            unreadable(ask(stream, Reply.json(200, "{}").withHeader("content-encoding", "gzip")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<html><h1>Welcome</h1></html>", "", "[]", "null", "\"x\"", "{}", "{\"choices\":{}}", "{\"a\":"})
    void somethingElseWithStatus200(String body) {
        for (boolean stream : new boolean[] {false, true}) {
            unreadable(ask(stream, Reply.json(200, body)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "1e400", "99999999999999999999999999", "\"many\"", "null", "{}", "1.5"})
    void oddUsage(String tokens) {
        String usage = "\"usage\":{\"prompt_tokens\":" + tokens + ",\"completion_tokens\":" + tokens + "}";
        RawClient.Response json = ask(
                false,
                Reply.json(
                        200,
                        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
                                + usage + "}"));
        assertThat(json.status()).isIn(200, 502);
        RawClient.Response stream = ask(
                true,
                Replies.sse(Ask.event(Ask.text("a")) + Ask.event(Ask.finish("stop"))
                        + Ask.event("{\"choices\":[]," + usage + "}") + "data: [DONE]\n\n"));
        assertThat(stream.status()).isIn(200, 502);
        assertThat(Ask.get(gateway, "GET", "/metrics").text()).doesNotContain("NaN", "Inf\"} -");
        assertThat(Ask.get(gateway, "GET", "/healthz").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-1", "1000000", "9999999999999999999", "\"0\"", "null", "0.5"})
    void oddIndexes(String index) {
        String chunk = "{\"choices\":[{\"index\":" + index + ",\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}";
        RawClient.Response response = ask(true, Replies.sse(Ask.event(chunk) + Ask.event(Ask.finish("stop"))));
        if (response.status() == 200) {
            Ask.Read read = Ask.read(response);
            assertThat(read.done() || read.error() != null).isTrue();
        } else {
            unreadable(response);
        }
    }

    @Test
    void aHundredThousandToolCallsAreRelayed() {
        List<Step> steps = new ArrayList<>();
        for (int call = 0; call < 100_000; call++) {
            steps.add(Step.Send.text(Ask.event("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":"
                    + call + ",\"function\":{\"arguments\":\"x\"}}]},\"finish_reason\":null}]}")));
        }
        steps.add(Step.Send.text(Ask.event(Ask.finish("tool_calls")) + "data: [DONE]\n\n"));
        RawClient.Response response = ask(true, Reply.stream(steps));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.complete()).isTrue();
        assertThat(response.text()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void headersWithoutEndAreCutOff() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> babble(server));
            try (TestGateway other = TestGateway.start("timeouts: { total: 8s }\nproviders: { babble: { dialect:"
                    + " openai_chat, base_url: \"http://127.0.0.1:" + server.getLocalPort() + "/v1\" } }")) {
                RawClient.Response response = Ask.chat(other, Ask.body("babble/m", true, "x"));
                unreadable(response);
            }
        }
    }

    private static void babble(ServerSocket server) {
        try (Socket socket = server.accept();
                OutputStream out = socket.getOutputStream()) {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] header = ("x-more: " + "y".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int count = 0; count < 100_000; count++) {
                out.write(header);
            }
        } catch (IOException closed) {
            // as it should be
        }
    }

    @Test
    void anErrorPageOfTwentyMegabytesIsReadInPart() {
        Reply page = Replies.raw(500, Map.of("content-type", "text/html"), Reply.Framing.CHUNKED, new byte[20_000_000]);
        unreadable(ask(false, page));
    }
}
