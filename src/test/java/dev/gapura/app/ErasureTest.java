package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.People;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is left of people and end users who are to be forgotten, beside the history.
class ErasureTest {
    private static final String BUDGETS = Spending.PRICED + "limits: { end_users: { usd_per_month: 1 } }\n";

    private static long number(TestGateway gateway, String query) {
        return Database.now(gateway.configuration().read(sql -> sql.number(query)));
    }

    private static String everything(TestGateway gateway, String table, String columns) {
        return Database.now(gateway.configuration()
                        .read(sql -> sql.list("SELECT " + columns + " FROM " + table, row -> row.getString(1))))
                .toString();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void budgetsAndLimitsOfAnEndUserGoWithTheirName(Kind kind) {
        try (TestGateway gateway = TestGateway.on(kind, BUDGETS, "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            Admin admin = new Admin(gateway);
            String key = admin.get("/admin/api/keys").at("/data/0/id").asText();
            Scope own = new Scope(Scope.Kind.END_USER, key + "/kartini");
            Database.now(gateway.quotas()
                    .set(Authority.COMMAND, own, QuotaJson.read(Ask.json("{\"usd_per_day\": 5, \"concurrent\": 9}"))));
            for (String user : List.of("kartini", "budi")) {
                Ask.chat(gateway, Spending.body(false, ",\"user\":\"" + user + "\""));
            }
            Waiting.until(
                    "both are settled",
                    () -> number(gateway, "SELECT count(*) FROM spend WHERE reserved = 0 AND settled > 0") == 2);
            assertThat(everything(gateway, "spend", "scope")).contains("/kartini", "/budi");
            assertThat(everything(gateway, "audit", "object || detail")).doesNotContain("kartini");

            admin.post("/admin/api/end-users/kartini:erase", "{}", 200);

            assertThat(everything(gateway, "spend", "scope"))
                    .doesNotContain("kartini")
                    .contains("/budi");
            assertThat(everything(gateway, "quota", "scope")).doesNotContain("kartini");
            Waiting.until(
                    "the gateway knows no limit of theirs any more",
                    () -> !Database.now(gateway.quotas().list(Authority.COMMAND))
                            .containsKey(own));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void answersThatAreKeptForAPersonAreForgottenAndNotAskedForAgain(Kind kind) {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            People.Invited ani = gateway.directory()
                    .people()
                    .invite(Authority.COMMAND, null, "ani@example.org", "Ani", Role.MEMBER)
                    .join();
            String person = ani.person().id();
            String key = gateway.directory()
                    .keys()
                    .create(Authority.COMMAND, new ApiKey.Draft("laptop", null, null, person, null, Policy.ANYTHING))
                    .join()
                    .secret();
            assertThat(once(gateway, key).status()).isEqualTo(200);
            Waiting.until(
                    "the answer is kept",
                    () -> number(gateway, "SELECT count(*) FROM idempotency WHERE sealed IS NOT NULL") == 1);

            new Admin(gateway).post("/admin/api/people/" + person + ":erase-history", "{}", 200);

            assertThat(number(gateway, "SELECT count(*) FROM idempotency WHERE sealed IS NOT NULL"))
                    .isZero();
            assertThat(Ask.error(once(gateway, key)).path("code").asText()).isEqualTo("idempotency_answer_not_kept");
            assertThat(gateway.simulator().requests()).hasSize(1);
        }
    }

    private static RawClient.Response once(TestGateway gateway, String key) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request(
                            "POST",
                            Ask.CHAT,
                            Map.of("authorization", "Bearer " + key, "idempotency-key", "once"),
                            Spending.body(false, "").getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void requestsOfASessionHoldNoAddress(Kind kind) {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            People.Invited ani = gateway.directory()
                    .people()
                    .invite(Authority.COMMAND, null, "ani@example.org", "Ani", Role.ADMIN)
                    .join();
            try (RawClient client = RawClient.connect(gateway.port())) {
                RawClient.Response login = client.request(
                                "POST",
                                "/admin/api/session",
                                Map.of("content-type", "application/json"),
                                ("{\"code\":\"" + ani.code() + "\"}").getBytes(StandardCharsets.UTF_8))
                        .readResponse();
                String cookie = login.header("set-cookie");
                RawClient.Response answer = client.request(
                                "POST",
                                Ask.CHAT,
                                Map.of(
                                        "cookie",
                                        cookie.substring(0, cookie.indexOf(';')),
                                        "x-csrf-token",
                                        Ask.json(login.body())
                                                .path("csrf_token")
                                                .asText()),
                                Ask.body(false, "Hello").getBytes(StandardCharsets.UTF_8))
                        .readResponse();
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            }
            Admin admin = new Admin(gateway);
            Waiting.until(
                    "it is written",
                    () -> admin.get("/admin/api/requests?route=/v1/chat/completions")
                                    .get("data")
                                    .size()
                            == 1);
            assertThat(admin.get("/admin/api/requests?text=ani").get("data")).isEmpty();
            assertThat(admin.get("/admin/api/usage?by=key,person").toString()).doesNotContain("example.org");
        }
    }
}
