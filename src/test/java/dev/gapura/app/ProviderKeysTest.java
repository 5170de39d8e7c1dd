package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys at providers that were added through the administration.
class ProviderKeysTest {
    private static final String KEY = "first-secret-0123456789";
    private static final String MASTER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String KEYS = "/admin/api/providers/local/keys";

    @TempDir
    private Path folder;

    private static String storage(Kind kind) {
        return switch (kind) {
            case SQLITE -> "";
            case POSTGRESQL -> {
                Config.Postgresql place =
                        (Config.Postgresql) Postgres.shared().storage().place();
                yield "storage: { url: \"postgresql://" + place.user() + "@"
                        + place.hosts().getFirst() + "/" + place.database() + "\", master_key: \"" + MASTER + "\" }\n";
            }
        };
    }

    private TestGateway start(String data, String storage) throws Exception {
        String yaml = "server: { access_log: \"off\" }\n" + storage;
        TestGateway gateway = TestGateway.start(Files.createDirectories(folder.resolve(data)), yaml, Map.of());
        configure(gateway, yaml, "");
        gateway.simulator().answerWith(request -> Spending.answer(1, 1));
        return gateway;
    }

    private static void configure(TestGateway gateway, String yaml, String member) {
        gateway.reload(yaml + "providers:\n  local: { dialect: openai_chat, base_url: \"http://127.0.0.1:"
                + gateway.simulator().port() + "/v1\"" + member + " }\nauth: { keys: [ { name: ci, key: " + KEY
                + " } ] }\n");
    }

    private static RawClient.Response ask(TestGateway gateway) {
        return Spending.ask(gateway, KEY, Ask.body("local/m", false, "Hi"));
    }

    private static List<String> authorizations(TestGateway gateway) {
        return gateway.simulator().requests().stream()
                .map(request -> String.valueOf(request.header("authorization")))
                .toList();
    }

    private static String add(TestGateway gateway, String key) {
        JsonNode made = new Admin(gateway).post(KEYS, "{\"name\":\"ours\",\"key\":\"" + key + "\"}", 201);
        assertThat(made.toString()).doesNotContain(key);
        return made.get("id").asText();
    }

    private static boolean uses(TestGateway gateway, String key) {
        assertThat(ask(gateway).status()).isEqualTo(200);
        return authorizations(gateway).getLast().equals("Bearer " + key);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aKeyIsAddedRotatedDisabledAndDeleted(Kind kind) throws Exception {
        String storage = storage(kind);
        TestGateway before = start("one", storage);
        String id = add(before, "canary-one-0123456789");
        assertThat(uses(before, "canary-one-0123456789")).isTrue();
        JsonNode listed = new Admin(before).get(KEYS);
        assertThat(listed.at("/data/0/hint").asText()).isEqualTo("6789");
        assertThat(listed.get("used").booleanValue()).isTrue();
        assertThat(listed.toString()).doesNotContain("canary");
        String sealed = Database.now(before.configuration()
                .read(sql -> sql.first("SELECT sealed FROM provider_key", row -> row.getString(1))));
        assertThat(sealed).startsWith("v1.").doesNotContain("canary");
        before.drain();

        try (TestGateway after = start("one", storage)) {
            Admin admin = new Admin(after);
            Waiting.until("it is known again", () -> uses(after, "canary-one-0123456789"));
            admin.send("PATCH", KEYS + "/" + id, "{\"key\":\"canary-two-0123456789\"}");
            assertThat(uses(after, "canary-two-0123456789")).isTrue();
            admin.send("PATCH", KEYS + "/" + id, "{\"disabled\":true}");
            assertThat(uses(after, "canary-two-0123456789")).isFalse();
            admin.send("PATCH", KEYS + "/" + id, "{\"disabled\":false}");
            assertThat(uses(after, "canary-two-0123456789")).isTrue();
            assertThat(admin.send("DELETE", KEYS + "/" + id, null).status()).isEqualTo(200);
            assertThat(uses(after, "canary-two-0123456789")).isFalse();
            assertThat(admin.send("DELETE", KEYS + "/" + id, null).status()).isEqualTo(404);
            List<String> actions = Database.now(after.configuration()
                    .read(sql -> sql.list(
                            "SELECT action FROM audit WHERE kind = 'provider_key' ORDER BY id",
                            row -> row.getString(1))));
            assertThat(actions)
                    .containsExactly(
                            "provider_key.add",
                            "provider_key.rotate",
                            "provider_key.change",
                            "provider_key.change",
                            "provider_key.delete");
        }
    }

    @Test
    void anotherReplicaTakesItOver() throws Exception {
        String storage = storage(Kind.POSTGRESQL);
        try (TestGateway one = start("one", storage);
                TestGateway two = start("two", storage)) {
            add(one, "canary-one-0123456789");
            Waiting.until("the other one has it", () -> uses(two, "canary-one-0123456789"));
        }
    }

    @Test
    void keysAreTakenInTurnAndThoseThatAreRefusedStandAside() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            add(gateway, "canary-one-0123456789");
            add(gateway, "canary-two-0123456789");
            for (int call = 0; call < 4; call++) {
                assertThat(ask(gateway).status()).isEqualTo(200);
            }
            assertThat(Set.copyOf(authorizations(gateway)))
                    .containsExactlyInAnyOrder("Bearer canary-one-0123456789", "Bearer canary-two-0123456789");

            List<String> refused = new ArrayList<>();
            gateway.simulator().answerWith(request -> {
                if (request.header("authorization").contains("one")) {
                    refused.add(request.path());
                    return Reply.json(401, "{\"error\":{\"message\":\"Incorrect API key: canary-one-0123456789\"}}");
                }
                return Spending.answer(1, 1);
            });
            for (int call = 0; call < 6; call++) {
                RawClient.Response response = ask(gateway);
                assertThat(response.status()).as(response.text()).isEqualTo(200);
            }
            assertThat(refused).hasSize(1);
            assertThat(gateway.simulator().requestCount()).isEqualTo(4 + 6 + 1);

            gateway.simulator().answerWith(request -> Reply.json(429, "{\"error\":{\"message\":\"slow down\"}}"));
            RawClient.Response limited = ask(gateway);
            assertThat(limited.status()).isEqualTo(429);
            assertThat(limited.text()).doesNotContain("canary");
        }
    }

    @Test
    void whatTheFileNamesWins() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            add(gateway, "canary-one-0123456789");
            configure(gateway, "server: { access_log: \"off\" }\n", ", api_key: \"canary-file-0123456789\"");
            assertThat(uses(gateway, "canary-file-0123456789")).isTrue();
            Admin admin = new Admin(gateway);
            assertThat(admin.get(KEYS).get("used").booleanValue()).isFalse();
            JsonNode refused = admin.post(KEYS, "{\"name\":\"x\",\"key\":\"canary-two\"}", 409);
            assertThat(refused.at("/error/code").asText()).isEqualTo("provider_key_configured");
        }
    }

    @Test
    void aKnownProviderNeedsNothingButAKey() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            Admin admin = new Admin(gateway);
            assertThat(ask(gateway, "groq/m").status()).isEqualTo(404);
            admin.post("/admin/api/providers/groq/keys", "{\"name\":\"x\",\"key\":\"canary-0123456789\"}", 201);
            assertThat(Admin.send(gateway, "GET", "/v1/models/groq%2Fm", "Bearer " + KEY, null)
                            .status())
                    .isEqualTo(200);
            admin.post("/admin/api/providers/nobody/keys", "{\"name\":\"x\",\"key\":\"canary-0123456789\"}", 404);
            admin.post(KEYS, "{\"name\":\"x\",\"key\":\"two words\"}", 400);
        }
    }

    private static RawClient.Response ask(TestGateway gateway, String model) {
        return Spending.ask(gateway, KEY, Ask.body(model, false, "Hi"));
    }

    @Test
    void aKeyIsTestedByAskingForModels() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            String id = add(gateway, "canary-one-0123456789");
            gateway.simulator().answerWith(request -> Reply.json(200, "{\"data\":[]}"));
            Admin admin = new Admin(gateway);
            assertThat(admin.post(KEYS + "/" + id + ":test", "{}", 200)
                            .get("works")
                            .booleanValue())
                    .isTrue();
            SimRequest asked = gateway.simulator().requests().getLast();
            assertThat(asked.method() + " " + asked.path()).isEqualTo("GET /v1/models");
            assertThat(asked.header("authorization")).isEqualTo("Bearer canary-one-0123456789");
            gateway.simulator().answerWith(request -> Reply.json(401, "{}"));
            assertThat(admin.post(KEYS + "/" + id + ":test", "{}", 200)
                            .get("works")
                            .booleanValue())
                    .isFalse();
            gateway.simulator().answerWith(request -> Reply.json(404, "{}"));
            assertThat(admin.post(KEYS + "/" + id + ":test", "{}", 200)
                            .get("works")
                            .isNull())
                    .isTrue();
        }
    }
}
