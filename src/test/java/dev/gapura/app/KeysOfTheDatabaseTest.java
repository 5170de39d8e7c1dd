package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.PolicyReader;
import dev.gapura.config.Config;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.store.Database;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Keys that are made while the gateway runs, through sockets.
class KeysOfTheDatabaseTest {
    private static ApiKey.Created create(TestGateway gateway, String name, String policy) {
        ObjectNode read = (ObjectNode) Objects.requireNonNull(JsonTree.readOrNull(policy));
        ApiKey.Draft draft = new ApiKey.Draft(name, null, null, null, null, PolicyReader.read(read, "policy"));
        return gateway.directory().keys().create(Authority.COMMAND, draft).join();
    }

    private static RawClient.Response chat(TestGateway gateway, String key, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, body).readResponse();
        }
    }

    private static String code(RawClient.Response response) {
        return Objects.requireNonNull(JsonTree.readOrNull(response.text()))
                .path("error")
                .path("code")
                .asText();
    }

    @Test
    void aKeyWorksFromTheMomentItIsMadeUntilItIsRevoked() {
        try (TestGateway gateway = TestGateway.start()) {
            ApiKey.Created made = create(gateway, "ci", "{}");
            assertThat(chat(gateway, made.secret(), Ask.body(false, "Hello")).status())
                    .isEqualTo(200);

            gateway.directory()
                    .keys()
                    .revoke(Authority.COMMAND, made.key().id())
                    .join();
            RawClient.Response refused = chat(gateway, made.secret(), Ask.body(false, "Hello"));
            assertThat(refused.status()).isEqualTo(401);
            assertThat(code(refused)).isEqualTo("key_revoked");
            assertThat(refused.text()).contains("This API key was revoked at 20");
        }
    }

    @Test
    void aStreamThatRunsWhileItsKeyIsRevokedRunsOn() {
        try (TestGateway gateway = TestGateway.start()) {
            gateway.simulator().recordRequests();
            ApiKey.Created made = create(gateway, "ci", "{}");
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, made.secret(), Ask.body("sim/slow", true, "Hello"));
                Waiting.until(
                        "it is under way", () -> !gateway.simulator().requests().isEmpty());
                gateway.directory()
                        .keys()
                        .revoke(Authority.COMMAND, made.key().id())
                        .join();
                RawClient.Response response = client.readResponse();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).endsWith("data: [DONE]\n\n");
            }
        }
    }

    @Test
    void whatAKeyMayNotIsNamed() {
        try (TestGateway gateway = TestGateway.start()) {
            record Case(String policy, String code, String named) {}
            for (Case each : List.of(
                    new Case("{\"routes\":[\"/v1/models*\"]}", "route_not_allowed", "/v1/chat/completions"),
                    new Case("{\"addresses\":[\"10.0.0.0/8\",\"::2\"]}", "address_not_allowed", "127.0.0.1"),
                    new Case("{\"models\":[\"openai/*\"]}", "model_not_allowed", "sim/echo"))) {
                ApiKey.Created made = create(gateway, each.code(), each.policy());
                RawClient.Response refused = chat(gateway, made.secret(), Ask.body(false, "Hello"));
                assertThat(refused.status()).isEqualTo(403);
                assertThat(code(refused)).isEqualTo(each.code());
                assertThat(refused.text()).contains(each.named());
            }
            ApiKey.Created here = create(
                    gateway,
                    "here",
                    "{\"routes\":[\"/v1/chat/*\"],\"addresses\":[\"127.0.0.0/8\"],\"models\":[\"sim/*\"]}");
            assertThat(chat(gateway, here.secret(), Ask.body(false, "Hello")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void defaultsAndTagsOfAKeyGoIntoItsRequests() {
        try (TestGateway gateway = TestGateway.start()) {
            gateway.simulator().recordRequests();
            ApiKey.Created made = create(
                    gateway,
                    "ci",
                    "{\"defaults\":{\"temperature\":0.25,\"max_tokens\":7,\"seed\":3},\"tags\":{\"team\":\"blue\"}}");
            String body = "{\"model\":\"sim/echo\",\"max_completion_tokens\":9,\"temperature\":null,"
                    + "\"metadata\":{\"team\":\"red\",\"job\":\"7\"},"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            assertThat(chat(gateway, made.secret(), body).status()).isEqualTo(200);

            String sent = gateway.simulator().requests().getFirst().text();
            assertThat(sent)
                    .contains("\"seed\":3", "\"temperature\":0.25")
                    .doesNotContain("null")
                    .doesNotContain("\"max_tokens\":7");
            Entry entry = only(gateway);
            assertThat(entry.tags()).isEqualTo("{\"job\":\"7\",\"team\":\"blue\"}");
            assertThat(entry.keyName()).isEqualTo("ci");
        }
    }

    @Test
    void aDefaultOutsideItsLimitsIsToldAsWhereItStands() {
        try (TestGateway gateway = TestGateway.start()) {
            ApiKey.Created made = create(gateway, "ci", "{\"defaults\":{\"temperature\":9}}");
            RawClient.Response refused = chat(gateway, made.secret(), Ask.body(false, "Hello"));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("\"param\":\"temperature\"");
        }
    }

    private static Entry only(TestGateway gateway) {
        Waiting.until("one exchange is written", () -> entries(gateway).size() == 1);
        return entries(gateway).getFirst();
    }

    private static List<Entry> entries(TestGateway gateway) {
        return Database.now(gateway.ledger().page(Filter.ALL, null, 10)).entries();
    }

    @Test
    void withoutTheDatabaseKnownKeysGoOnAndNewOnesAreNotRefusedForGood() throws Exception {
        try (Postgres server = Postgres.own()) {
            Config.Postgresql place = (Config.Postgresql) server.storage().place();
            String yaml = "storage: { url: \"postgresql://" + place.user() + "@"
                    + place.hosts().getFirst() + "/" + place.database() + "\" }\n";
            try (TestGateway gateway = TestGateway.start(yaml)) {
                assertThat(chat(gateway, gateway.key(), Ask.body(false, "Hello"))
                                .status())
                        .isEqualTo(200);
                server.signal("STOP");
                try {
                    RawClient.Response frozen = chat(gateway, "sk-gapura-new", Ask.body(false, "Hello"));
                    assertThat(frozen.status()).isEqualTo(503);
                    assertThat(code(frozen)).isEqualTo("storage_unavailable");
                    assertThat(chat(gateway, gateway.key(), Ask.body(false, "Hello"))
                                    .status())
                            .isEqualTo(200);
                } finally {
                    server.signal("CONT");
                }
                server.stop();
                RawClient.Response away = chat(gateway, "sk-gapura-new", Ask.body(false, "Hello"));
                assertThat(away.status()).isEqualTo(503);
                assertThat(away.text()).contains("unavailable_error");
                assertThat(away.header("retry-after")).isEqualTo("1");
                assertThat(chat(gateway, gateway.key(), Ask.body(false, "Hello"))
                                .status())
                        .isEqualTo(200);

                try (Postgres again = server.again()) {
                    long back = System.nanoTime();
                    Waiting.until(
                            "strangers are told so again",
                            () -> chat(gateway, "sk-gapura-new", Ask.body(false, "Hello"))
                                            .status()
                                    == 401);
                    assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(10));
                    gateway.drain();
                }
            }
        }
    }
}
