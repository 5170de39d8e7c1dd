package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reasoning that a relayed provider wants back beside calls of tools, with clients that keep OpenAI's own fields only.
class RelayedReasoningTest {
    private static final String ID = "call_00_sXqYgMESDht75NCLLZtt9804";
    private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"rain\"}}]";
    private static final String USER = "{\"role\":\"user\",\"content\":\"Rain?\"}";

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        String address = "{ base_url: \"http://127.0.0.1:" + gateway.simulator().port() + "/v1\", api_key: k }\n";
        StringBuilder yaml = new StringBuilder("auth: { keys: [{ name: other, key: other-key-0123456789 }] }\n"
                + "server: { access_log: \"off\" }\nproviders:\n");
        for (String name : List.of("deepseek", "openrouter", "moonshot", "groq", "together")) {
            yaml.append("  ").append(name).append(": ").append(address);
        }
        gateway.reload(yaml.toString());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /// An answer that calls the tool, in pieces where a stream was asked for.
    private void answers(String id, String... thoughts) {
        gateway.simulator().answerWith(request -> {
            ObjectNode call = JsonTree.object().put("index", 0).put("id", id).put("type", "function");
            call.putObject("function").put("name", "rain").put("arguments", "{}");
            if (!request.text().contains("\"stream\":true")) {
                ObjectNode message = JsonTree.object().put("role", "assistant").putNull("content");
                for (String thought : thoughts) {
                    message.setAll((ObjectNode) Ask.json(thought));
                }
                message.putArray("tool_calls").add(call);
                return Reply.json(
                        200,
                        "{\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":" + message
                                + ",\"finish_reason\":\"tool_calls\"}]}");
            }
            StringBuilder events = new StringBuilder();
            for (String thought : thoughts) {
                events.append(chunk(thought, "null"));
            }
            events.append(chunk("{\"tool_calls\":[" + call + "]}", "null"));
            events.append(chunk("{}", "\"tool_calls\"")).append("data: [DONE]\n\n");
            return Replies.sliced(Reply.stream(List.of(Step.Send.text(events.toString()), new Step.End())), 3, 60);
        });
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private RawClient.Response chat(String key, String model, boolean stream, String messages) {
        String body = "{\"model\":\"" + model + "\",\"stream\":" + stream + TOOLS + ",\"messages\":[" + messages + "]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.send("POST " + Ask.CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key
                            + "\r\ncontent-type: application/json\r\ncontent-length: "
                            + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)
                    .readResponse();
        }
    }

    private RawClient.Response chat(String model, boolean stream, String messages) {
        return chat(gateway.key(), model, stream, messages);
    }

    private static String history(String id, String more) {
        return USER + ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"rain\",\"arguments\":\"{}\"}}]" + more
                + "},{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"yes\"}";
    }

    private JsonNode sentTurn() {
        return Ask.json(gateway.simulator().requests().getLast().body()).at("/messages/1");
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek/deepseek-v4-pro, reasoning_content",
        "deepseek/deepseek-reasoner, reasoning_content",
        "groq/openai-gpt-oss, reasoning",
        "moonshot/kimi-k2, reasoning_content"
    })
    void thoughtComesBackBesideItsCall(String model, String member) {
        for (boolean stream : new boolean[] {false, true}) {
            String id = ID + stream;
            String[] pieces = stream
                    ? new String[] {"Wet ", "\\ud83c", "\\udf27", " \\\"é\\\""}
                    : new String[] {"Wet \\ud83c\\udf27 \\\"é\\\""};
            for (int at = 0; at < pieces.length; at++) {
                pieces[at] = "{\"" + member + "\":\"" + pieces[at] + "\"}";
            }
            answers(id, pieces);
            assertThat(chat(model, stream, USER).status()).isEqualTo(200);

            RawClient.Response next = chat(model, stream, history(id, ""));

            assertThat(sentTurn().path(member).asText()).as(model + stream).isEqualTo("Wet 🌧 \"é\"");
            assertThat(next.header("x-gapura-params")).contains("messages=converted(" + member + " put back)");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detailsComeBackWhole(boolean stream) {
        String text = "{\"type\":\"reasoning.text\",\"text\":\"%s\",\"format\":\"f\",\"index\":0%s}";
        String sealed = "{\"type\":\"reasoning.encrypted\",\"data\":\"c2VhbA==\",\"id\":\"" + ID + "\",\"index\":1}";
        String whole = "[" + text.formatted("Wet weather", ",\"signature\":\"c2ln\"") + "," + sealed + "]";
        if (stream) {
            answers(
                    ID,
                    "{\"reasoning\":\"Wet\",\"reasoning_details\":[" + text.formatted("Wet", "") + "]}",
                    "{\"reasoning\":\" weather\",\"reasoning_details\":[" + text.formatted(" weather", "") + "]}",
                    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"c2ln\",\"format\":\"f\","
                            + "\"index\":0}]}",
                    "{\"reasoning_details\":[" + sealed + "]}");
        } else {
            answers(ID, "{\"reasoning\":\"Wet weather\",\"reasoning_details\":" + whole + "}");
        }
        chat("openrouter/anthropic/claude", stream, USER);

        RawClient.Response next = chat("openrouter/anthropic/claude", stream, history(ID, ""));

        assertThat(sentTurn().path("reasoning_details")).isEqualTo(Ask.json(whole));
        assertThat(sentTurn().has("reasoning")).isFalse();
        assertThat(next.header("x-gapura-params")).contains("messages=converted(reasoning_details put back)");

        chat("openrouter/anthropic/claude", stream, history(ID, ",\"reasoning\":\"Wet weather\""));
        assertThat(sentTurn().path("reasoning_details")).isEqualTo(Ask.json(whole));
    }

    @Test
    void whatTheClientSendsWins() {
        answers(ID, "{\"reasoning_content\":\"Wet\"}");
        chat("deepseek/deepseek-v4-pro", false, USER);

        for (String own : List.of("mine", "")) {
            RawClient.Response next =
                    chat("deepseek/deepseek-v4-pro", false, history(ID, ",\"reasoning_content\":\"" + own + "\""));

            assertThat(sentTurn().path("reasoning_content").asText("none")).isEqualTo(own);
            assertThat(next.header("x-gapura-params")).isNull();
        }
    }

    @Test
    void nobodyElseGetsIt() {
        answers(ID, "{\"reasoning_content\":\"Wet\"}");
        chat("deepseek/deepseek-v4-pro", false, USER);

        chat("other-key-0123456789", "deepseek/deepseek-v4-pro", false, history(ID, ""));
        assertThat(sentTurn().path("reasoning_content").asText("none")).isEmpty();
        chat("deepseek/deepseek-v4-flash", false, history(ID, ""));
        assertThat(sentTurn().path("reasoning_content").asText("none")).isEmpty();
        chat("moonshot/deepseek-v4-pro", false, history(ID, ""));
        assertThat(sentTurn().has("reasoning_content")).isFalse();
    }

    @Test
    void anEarlierTurnOfAModelThatRefusesItStaysWithout() {
        answers(ID, "{\"reasoning_content\":\"Wet\"}");
        chat("deepseek/deepseek-reasoner", false, USER);

        RawClient.Response next = chat("deepseek/deepseek-reasoner", false, history(ID, "") + "," + USER);

        assertThat(sentTurn().has("reasoning_content")).isFalse();
        assertThat(next.header("x-gapura-params")).isNull();
    }

    @Test
    void theFirstOfSeveralAnswersIsKept() {
        answers(ID, "{\"reasoning_content\":\"Wet\"}");
        String two = USER + "],\"n\":2,\"metadata\":{},\"stop\":[\"#\"";
        assertThat(chat("deepseek/deepseek-v4-pro", false, two).status()).isEqualTo(200);
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);

        chat("deepseek/deepseek-v4-pro", false, history(ID, ""));
        assertThat(sentTurn().path("reasoning_content").asText()).isEqualTo("Wet");
    }

    @Test
    void countedCallsAreToldApartByWhatWasSaidBefore() {
        answers("rain:0", "{\"reasoning_content\":\"Wet\"}");
        chat("moonshot/kimi-k2", true, USER);

        chat("moonshot/kimi-k2", true, history("rain:0", ""));
        assertThat(sentTurn().path("reasoning_content").asText()).isEqualTo("Wet");
        chat("moonshot/kimi-k2", true, history("rain:0", "").replace("Rain?", "Snow?"));
        assertThat(sentTurn().has("reasoning_content")).isFalse();
        String instructed = "{\"role\":\"system\",\"content\":\"Be brief\"},";
        chat("moonshot/kimi-k2", true, instructed + history("rain:0", ""));
        assertThat(gateway.simulator().requests().getLast().text()).doesNotContain("reasoning_content");
    }

    @Test
    void whereNothingIsWantedNothingChanges() {
        answers(ID, "{\"reasoning\":\"Wet\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Wet\"}]}");
        RawClient.Response first = chat("together/m", true, USER);
        assertThat(ClientFold.of(first.body())
                        .answer()
                        .at("/choices/0/message/tool_calls/0/id")
                        .asText())
                .isEqualTo(ID);

        RawClient.Response next = chat("together/m", true, history(ID, ""));

        assertThat(gateway.simulator().requests().getLast().text()).contains(history(ID, ""));
        assertThat(next.header("x-gapura-params")).isNull();
    }
}
