package dev.gapura.app;

import static dev.gapura.app.Spending.ask;
import static dev.gapura.app.Spending.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.config.Quota;
import dev.gapura.failure.GatewayException;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Quotas of the database, and what a key is told of its limits.
class StoredQuotasTest {
    @TempDir
    private Path folder;

    private static final Scope DEFAULT = new Scope(Scope.Kind.ORGANIZATION, "default");

    private static Quota quota(String json) {
        return QuotaJson.read(Ask.json(json.replace('\'', '"')));
    }

    private static void set(TestGateway gateway, Scope scope, Quota quota) {
        Database.now(gateway.quotas().set(Authority.COMMAND, scope, quota));
    }

    @Test
    void anOrganizationIsLimitedAtOnceAndSetFreeAgain() {
        try (TestGateway gateway = Spending.gateway("", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            set(gateway, DEFAULT, quota("{'requests_per_day': 1}"));
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
            RawClient.Response refused = ask(gateway, gateway.key(), body(false, ""));
            assertThat(Ask.error(refused).path("message").asText())
                    .contains("this organization may have 1 request per day");
            set(gateway, DEFAULT, Quota.NONE);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
            List<String> actions = Database.now(gateway.configuration()
                    .read(sql -> sql.list(
                            "SELECT action FROM audit WHERE kind = 'limit' ORDER BY id", row -> row.getString(1))));
            assertThat(actions).containsExactly("limit.set", "limit.delete");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theFirstRequestsAfterAStartAreLimitedToo(Kind kind) {
        String url =
                switch (kind) {
                    case SQLITE -> "sqlite:" + folder.resolve("gapura.db");
                    case POSTGRESQL -> Postgres.shared().database();
                };
        String yaml = "storage: { url: \"" + url + "\" }\n";
        String key;
        try (TestGateway gateway = TestGateway.start(yaml)) {
            key = gateway.key();
            set(gateway, DEFAULT, quota("{'requests_per_day': 1}"));
        }
        for (int start = 0; start < 3; start++) {
            try (TestGateway gateway = TestGateway.start(yaml)) {
                gateway.simulator().answerWith(request -> Spending.answer(7, 20));
                assertThat(ask(gateway, key, body(false, "")).status()).isEqualTo(200);
                assertThat(ask(gateway, key, body(false, "")).status())
                        .as("start " + start)
                        .isEqualTo(429);
            }
        }
    }

    @Test
    void whatTheDatabaseSaysIsKnownElsewhereSoon() {
        try (TestGateway gateway = Spending.gateway("", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            // As another gateway on the same database writes it.
            Database.now(gateway.configuration().commit(sql -> {
                sql.update(
                        "INSERT INTO quota (scope, concurrent, requests_per_day, revision) VALUES (?, 5, 1, 1)",
                        "model:sim/*");
                return sql.update("INSERT INTO revision (name, value) VALUES ('quota', 1)");
            }));
            Waiting.until("it is known", () -> ask(gateway, body(false, "")).status() == 429);
        }
    }

    @Test
    void theConfigurationGoesBeforeTheDatabase() {
        try (TestGateway gateway = Spending.gateway("requests_per_day: 7", "")) {
            assertThatThrownBy(() -> set(gateway, new Scope(Scope.Kind.KEY, "nobody"), quota("{'concurrent': 1}")))
                    .satisfies(refused -> assertThat(refused.getCause()).isInstanceOf(GatewayException.class));
            set(gateway, Scope.EVERYONE, quota("{'requests_per_day': 3, 'usd_per_month': 2.5}"));
            assertThat(Database.now(gateway.quotas().list(Authority.COMMAND)))
                    .isEqualTo(Map.of(Scope.EVERYONE, quota("{'requests_per_day': 3, 'usd_per_month': 2.5}")));
            JsonNode key = key(gateway);
            assertThat(key.path("limits")).hasSize(3);
            assertThat(key.at("/limits/0/limit").asLong()).isEqualTo(7);
        }
    }

    private static JsonNode key(TestGateway gateway) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request("GET", "/v1/key", Map.of("authorization", "Bearer " + Spending.KEY), new byte[0]);
            RawClient.Response response = client.readResponse();
            assertThat(response.status()).as(response.text()).isEqualTo(200);
            return Ask.json(response.body());
        }
    }

    @Test
    void aKeyIsToldWhatItHasLeft() {
        try (TestGateway gateway = Spending.gateway("requests_per_minute: 10, usd_per_day: 2, usd_total: 3", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(0, 20));
            ask(gateway, body(false, ""));
            Spending.settled(gateway, "key:config:poor");
            JsonNode key = key(gateway);

            assertThat(key.path("id").asText()).isEqualTo("config:poor");
            assertThat(key.path("organization").asText()).isEqualTo("default");
            JsonNode rate = key.at("/limits/0");
            assertThat(rate.path("measure").asText()).isEqualTo("requests_per_minute");
            assertThat(rate.path("scope").asText()).isEqualTo("key");
            assertThat(rate.path("remaining").asInt()).isBetween(9, 10);
            JsonNode day = key.at("/limits/1");
            assertThat(day.path("measure").asText()).isEqualTo("usd_per_day");
            assertThat(day.path("spent").decimalValue()).isEqualByComparingTo("0.0002");
            assertThat(day.path("remaining").decimalValue()).isEqualByComparingTo("1.9998");
            assertThat(day.path("resets_at").asText()).endsWith("T00:00:00Z");
            assertThat(key.at("/limits/2/measure").asText()).isEqualTo("usd_total");
            assertThat(key.at("/limits/2/resets_at").isNull()).isTrue();
        }
    }

    @Test
    void aDryRunTellsWhatIsLeftAndUsesNothing() {
        try (TestGateway gateway = Spending.gateway("requests_per_day: 5, usd_per_month: 2", "")) {
            for (int time = 0; time < 2; time++) {
                try (RawClient client = RawClient.connect(gateway.port())) {
                    JsonNode limits = Ask.json(client.postJson(Ask.CHAT + ":explain", Spending.KEY, body(false, ""))
                                    .readResponse()
                                    .body())
                            .path("limits");
                    assertThat(limits.findValuesAsText("measure")).containsExactly("requests_per_day", "usd_per_month");
                    assertThat(limits.at("/0/remaining").asInt()).isEqualTo(5);
                    assertThat(limits.at("/1/remaining").decimalValue()).isEqualByComparingTo("2");
                }
            }
        }
    }

    @Test
    void theAdminApiTellsWhatIsUsedOfThoseOfFileAndDatabase() {
        try (TestGateway gateway = Spending.gateway("requests_per_day: 10, usd_per_day: 2", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(0, 20));
            ask(gateway, body(false, ""));
            Spending.settled(gateway, "key:config:poor");
            set(gateway, DEFAULT, quota("{'concurrent': 3}"));
            set(gateway, new Scope(Scope.Kind.PERSON, "*"), quota("{'usd_per_month': 4}"));
            Admin admin = new Admin(gateway);

            JsonNode all = admin.get("/admin/api/standing").path("data");
            assertThat(all.findValuesAsText("scope")).containsExactly("key", "organization", "person");
            assertThat(all.findValuesAsText("origin")).containsExactly("file", "database", "database");
            JsonNode rate = all.at("/0/uses/0");
            assertThat(rate.path("measure").asText()).isEqualTo("requests_per_day");
            assertThat(rate.path("used").asInt()).isEqualTo(1);
            assertThat(rate.path("resets_ms").asLong()).isGreaterThan(System.currentTimeMillis());
            JsonNode day = all.at("/0/uses/1");
            assertThat(day.path("used").decimalValue()).isEqualByComparingTo("0.0002");
            assertThat(day.path("remaining").decimalValue()).isEqualByComparingTo("1.9998");
            assertThat(all.at("/1/uses/0/resets_ms").isNull()).isTrue();
            JsonNode each = all.at("/2/uses/0");
            assertThat(each.path("limit").decimalValue()).isEqualByComparingTo("4");
            assertThat(each.path("used").isNull()).as("counted for each").isTrue();

            JsonNode first = admin.get("/admin/api/standing?limit=1");
            JsonNode rest = admin.get(
                    "/admin/api/standing?limit=5&cursor=" + first.path("next").asText());
            assertThat(rest.path("data").findValuesAsText("scope")).containsExactly("organization", "person");
            assertThat(rest.path("next").isNull()).isTrue();
            JsonNode one = admin.get("/admin/api/standing?scope=organization&id=default");
            assertThat(one.path("data")).hasSize(1);
        }
    }

    @Test
    void theAdminApiSetsAndEndsThem() {
        try (TestGateway gateway = Spending.gateway("", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            Admin admin = new Admin(gateway);
            String models = "/admin/api/limits/model/sim%2F*";
            RawClient.Response set = admin.send("PUT", models, "{\"requests_per_day\": 1, \"usd_per_day\": 0.5}");
            assertThat(set.status()).as(set.text()).isEqualTo(200);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(429);
            assertThat(admin.send("PUT", "/admin/api/limits/everyone/all", "{\"concurrent\": 9}")
                            .status())
                    .isEqualTo(200);
            JsonNode data = admin.get("/admin/api/limits").path("data");
            assertThat(data.toString())
                    .isEqualTo(
                            "[{\"scope\":\"everyone\",\"id\":\"all\",\"limits\":{\"concurrent\":9}},{\"scope\":\"model\","
                                    + "\"id\":\"sim/*\",\"limits\":{\"requests_per_day\":1,\"usd_per_day\":0.5}}]");
            assertThat(admin.send("PUT", models, "{\"requests_per_day\": 0}").status())
                    .isEqualTo(400);
            assertThat(admin.send("PUT", "/admin/api/limits/team/nobody", "{\"concurrent\": 1}")
                            .status())
                    .isEqualTo(404);
            assertThat(admin.send("GET", "/admin/api/limits/planet/earth", null).status())
                    .isEqualTo(404);
            assertThat(admin.send("DELETE", models, null).status()).isEqualTo(200);
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);
        }
    }

    @Test
    void aPersonIsLimitedWhateverKeysTheyMake() {
        try (TestGateway gateway = Spending.gateway("", "limits: { people: { requests_per_day: 3 } }\n")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            String person = member(gateway);
            String first = key(gateway, "first of mine", person);
            String second = key(gateway, "second of mine", person);
            assertThat(ask(gateway, first, body(false, "")).status()).isEqualTo(200);
            assertThat(ask(gateway, second, body(false, "")).status()).isEqualTo(200);
            assertThat(ask(gateway, second, body(false, "")).status()).isEqualTo(200);
            RawClient.Response refused = ask(gateway, first, body(false, ""));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Ask.error(refused).path("message").asText()).contains("this person may have 3 requests per day");
            // A key of nobody's is none of theirs.
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(200);

            Admin admin = new Admin(gateway);
            String limits = "/admin/api/limits/person/" + person;
            assertThat(admin.send("PUT", limits, "{\"usd_per_day\": 0.0003}").status())
                    .isEqualTo(200);
            // Their own limit holds instead, and the ledger knows what they spent before.
            Waiting.until(
                    "the ledger has them",
                    () -> admin.get("/admin/api/usage?person=" + person)
                                    .at("/data/0/requests")
                                    .asInt()
                            >= 3);
            RawClient.Response spent = ask(gateway, key(gateway, "third of mine", person), body(false, ""));
            assertThat(Ask.error(spent).path("code").asText()).isEqualTo("budget_exceeded");
            assertThat(Ask.error(spent).path("message").asText()).contains("this person may spend 0.0003 USD today");
            assertThat(admin.send("PUT", "/admin/api/limits/person/nobody", "{\"concurrent\": 1}")
                            .status())
                    .isEqualTo(404);
            assertThat(admin.send("PUT", "/admin/api/limits/person/*", "{\"concurrent\": 9}")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void nobodyRaisesTheirOwnLimit() {
        try (TestGateway gateway = Spending.gateway("", "")) {
            String person = member(gateway);
            Policy policy =
                    new Policy(null, null, List.of(), List.of("/admin/api/limits*"), null, Map.of(), Map.of(), null);
            String key = key(gateway, "mine", person, policy);
            set(gateway, new Scope(Scope.Kind.PERSON, person), quota("{'concurrent': 5}"));
            String path = "/admin/api/limits/person/" + person;
            assertThat(Admin.send(gateway, "GET", path, "Bearer " + key, null).text())
                    .contains("\"concurrent\":5");
            assertThat(Admin.send(gateway, "PUT", path, "Bearer " + key, "{}").status())
                    .isEqualTo(403);
            assertThat(Admin.send(gateway, "GET", "/admin/api/limits/person/*", "Bearer " + key, null)
                            .status())
                    .isEqualTo(404);
        }
    }

    private static String member(TestGateway gateway) {
        return gateway.directory()
                .people()
                .invite(Authority.COMMAND, null, "ani@example.org", "Ani", Role.MEMBER)
                .join()
                .person()
                .id();
    }

    private static String key(TestGateway gateway, String name, String person) {
        return key(gateway, name, person, Policy.ANYTHING);
    }

    private static String key(TestGateway gateway, String name, String person, Policy policy) {
        return gateway.directory()
                .keys()
                .create(Authority.COMMAND, new ApiKey.Draft(name, null, null, person, null, policy))
                .join()
                .secret();
    }

    @Test
    void wrongNumbersAreNamed() {
        assertThatThrownBy(() -> quota("{'requests_per_day': 0}")).hasMessageStartingWith("requests_per_day must be");
        assertThatThrownBy(() -> quota("{'usd_per_day': -1}")).hasMessageStartingWith("usd_per_day must be");
        assertThatThrownBy(() -> quota("{'usd_per_day': 0.0000000001}")).hasMessageStartingWith("usd_per_day must be");
        assertThatThrownBy(() -> quota("{'usd_per_day': '5'}")).hasMessageStartingWith("usd_per_day must be");
    }
}
