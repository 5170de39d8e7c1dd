package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The gateway itself as the admin API tells of it: providers, models, settings, what is under way.
class AdminGatewayTest {
    private static final String SECRET = "upstream-secret-0123456789";

    @Test
    void aRequestUnderWayIsListedAndStopped() {
        try (TestGateway gateway = TestGateway.start()) {
            Admin admin = new Admin(gateway);
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofMinutes(1)))));
            CompletableFuture<?> departure = gateway.simulator().nextDeparture();
            try (RawClient client = Ask.streaming(gateway, "Hello")) {
                Waiting.until(
                        "it is listed, and has begun to answer",
                        () -> admin.get("/admin/api/running")
                                .at("/data/0/first_byte_ms")
                                .isNumber());
                JsonNode one = admin.get("/admin/api/running").at("/data/0");
                assertThat(one.get("provider").textValue()).isEqualTo("sim");
                assertThat(one.get("model_asked").textValue()).isEqualTo("sim/echo");
                assertThat(one.get("streamed").booleanValue()).isTrue();
                assertThat(one.get("bytes_out").longValue()).isPositive();
                String id = one.get("id").textValue();

                assertThat(admin.send("DELETE", "/admin/api/running/" + id, null)
                                .status())
                        .isEqualTo(200);

                JsonNode event = Ask.json(client.readEvent().orElseThrow().data());
                assertThat(event.at("/error/code").textValue()).isEqualTo("stopped");
                assertThat(departure).succeedsWithin(Duration.ofSeconds(10));
                assertThat(admin.send("DELETE", "/admin/api/running/" + id, null)
                                .status())
                        .isEqualTo(404);
                assertThat(admin.get("/admin/api/running").get("data")).isEmpty();
            }
        }
    }

    @Test
    void providersTellHowTheyDid() {
        try (TestGateway gateway = TestGateway.start()) {
            Admin admin = new Admin(gateway);
            Ask.chat(gateway, false, "Hello");
            Ask.chat(gateway, Ask.body("sim/flaky", false, "Hello"));
            Waiting.until(
                    "both are counted",
                    () -> admin.get("/admin/api/providers")
                                    .at("/data/0/requests")
                                    .longValue()
                            == 2);
            JsonNode provider = admin.get("/admin/api/providers").at("/data/0");
            assertThat(provider.get("name").textValue()).isEqualTo("sim");
            assertThat(provider.get("dialect").textValue()).isEqualTo("openai_chat");
            assertThat(provider.get("failed").longValue())
                    .isEqualTo(provider.get("last_failure").isNull() ? 0 : 1);
            assertThat(provider.get("duration_p50_ms").longValue())
                    .isBetween(0L, provider.get("duration_p95_ms").longValue());
            assertThat(admin.get("/admin/api/providers").get("addable"))
                    .extracting(JsonNode::textValue)
                    .contains("openai", "anthropic")
                    .doesNotContain("sim", "azure");
            assertThat(admin.get("/admin/api/models").get("data").findValuesAsText("model_name"))
                    .contains("sim/echo");
        }
    }

    @Test
    void settingsHaveNoSecretsAndAReloadSaysWhatIsWrong() {
        String yaml = "providers: { mine: { dialect: openai_chat, base_url: \"http://127.0.0.1:1/v1\", api_key: \""
                + SECRET + "\", headers: { x-secret: \"" + SECRET + "\" } } }\n"
                + "auth: { keys: [ { name: ci, key: \"" + SECRET + "\", models: [\"sim/*\"] } ] }\n";
        try (TestGateway gateway = TestGateway.start(yaml)) {
            Admin admin = new Admin(gateway);
            JsonNode told = admin.get("/admin/api/settings");
            assertThat(told.at("/defaults/server/drain").textValue()).isEqualTo("30s");
            assertThat(told.at("/defaults/providers")).isEmpty();
            assertThat(told.get("source").isNull()).as("no file was read").isTrue();
            String settings = told.toString();
            assertThat(settings)
                    .contains("\"mine\"", "\"config:ci\"", "x-secret")
                    .doesNotContain(SECRET);

            assertThat(admin.post("/admin/api/reload", "{}", 200).get("warnings"))
                    .isEmpty();
            gateway.reloadsBy(() -> gateway.parse("server: { prot: 1 }\n"));
            RawClient.Response refused = admin.send("POST", "/admin/api/reload", null);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(Ask.error(refused).get("message").textValue())
                    .contains("the former one stays in use")
                    .contains("prot");
        }
    }
}
