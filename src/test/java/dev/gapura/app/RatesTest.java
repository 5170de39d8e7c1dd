package dev.gapura.app;

import static dev.gapura.app.Spending.KEY;
import static dev.gapura.app.Spending.ask;
import static dev.gapura.app.Spending.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Limits of requests and tokens through the whole gateway.
class RatesTest {
    @Test
    void requestsBeyondTheLimitAreRefusedWithoutACall() {
        try (TestGateway gateway = Spending.gateway("requests_per_minute: 2, requests_per_day: 50", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response first = ask(gateway, body(false, ""));
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("x-ratelimit-limit-requests")).isEqualTo("2");
            assertThat(first.header("x-ratelimit-remaining-requests")).isEqualTo("1");
            assertThat(first.header("x-ratelimit-reset-requests")).isEqualTo("30s");
            assertThat(first.header("x-ratelimit-limit-tokens")).isNull();
            assertThat(ask(gateway, body(true, "")).header("x-ratelimit-remaining-requests"))
                    .isEqualTo("0");

            RawClient.Response refused = ask(gateway, body(false, ""));
            assertThat(refused.status()).isEqualTo(429);
            JsonNode error = Ask.error(refused);
            assertThat(error.path("type").asText()).isEqualTo("rate_limit_error");
            assertThat(error.path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(error.path("source").asText()).isEqualTo("client");
            assertThat(error.path("message").asText())
                    .startsWith("The limit is reached: this key may have 2 requests per minute. Try again in ");
            assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, 30L);
            assertThat(Long.parseLong(refused.header("retry-after-ms"))).isBetween(1L, 30_000L);
            assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
            assertThat(gateway.simulator().requestCount()).isEqualTo(2);
            assertThat(ask(gateway, gateway.key(), body(false, "")).header("x-ratelimit-limit-requests"))
                    .isNull();
        }
    }

    @Test
    void tokensAreCountedAsTheProviderReportsThem() {
        try (TestGateway gateway = Spending.gateway("tokens_per_day: 3000", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(10, 990));
            RawClient.Response first = ask(gateway, body(false, ",\"max_tokens\":1000"));
            assertThat(first.header("x-ratelimit-limit-tokens")).isEqualTo("3000");
            assertThat(Long.parseLong(first.header("x-ratelimit-remaining-tokens")))
                    .isBetween(1_950L, 2_000L);
            ask(gateway, body(false, ""));
            RawClient.Response third = ask(gateway, body(false, ",\"max_tokens\":900"));
            assertThat(third.status()).isEqualTo(200);
            assertThat(Long.parseLong(third.header("x-ratelimit-remaining-tokens")))
                    .isBetween(50L, 110L);
            assertThat(ask(gateway, body(false, ",\"max_tokens\":900")).status())
                    .isEqualTo(429);
            RawClient.Response never = ask(gateway, body(false, "").replace("Hi", "word ".repeat(4_000)));
            assertThat(never.status()).isEqualTo(429);
            assertThat(never.header("x-should-retry")).isEqualTo("false");
            assertThat(Ask.error(never).path("message").asText()).contains("Send a shorter one");
        }
    }

    @Test
    void placesAreFreeWhenClientsLeave() {
        try (TestGateway gateway = Spending.gateway("concurrent: 1", "")) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofSeconds(30)))));
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, KEY, body(true, ""));
                assertThat(client.readHead().status()).isEqualTo(200);
                RawClient.Response refused = ask(gateway, body(true, ""));
                assertThat(refused.status()).isEqualTo(429);
                assertThat(Ask.error(refused).path("message").asText())
                        .isEqualTo("The limit is reached: this key may have 1 request at a time. Try again when"
                                + " another request is over.");
            }
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            Waiting.until(
                    "the place is free", () -> ask(gateway, body(false, "")).status() == 200);
        }
    }

    @Test
    void modelsEndUsersAndEverybodyHaveLimitsOfTheirOwn() {
        String limits = """
                limits:
                  models: { "sim/m": { requests_per_day: 5 } }
                  end_users: { requests_per_day: 2 }
                  everyone: { requests_per_day: 7 }
                """;
        try (TestGateway gateway = Spending.gateway("concurrent: 100", limits)) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            for (int index = 0; index < 2; index++) {
                assertThat(ask(gateway, body(false, ",\"user\":\"ann\"")).status())
                        .isEqualTo(200);
            }
            RawClient.Response ann = ask(gateway, body(false, ",\"user\":\"ann\""));
            assertThat(Ask.error(ann).path("message").asText()).contains("this end user may have 2 requests per day");
            // The same name of another key is somebody else.
            assertThat(ask(gateway, gateway.key(), body(false, ",\"user\":\"ann\""))
                            .status())
                    .isEqualTo(200);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
            RawClient.Response model = ask(gateway, body(false, ""));
            assertThat(Ask.error(model).path("message").asText()).contains("this model may have 5 requests per day");
            String other = body(false, "").replace("sim/m", "sim/other");
            assertThat(ask(gateway, other).status()).isEqualTo(200);
            assertThat(ask(gateway, gateway.key(), other).status()).isEqualTo(200);
            RawClient.Response all = ask(gateway, gateway.key(), other);
            assertThat(Ask.error(all).path("message").asText())
                    .contains("all callers together may have 7 requests per day");
        }
    }
}
