package dev.gapura.app;

import static dev.gapura.app.Spending.ask;
import static dev.gapura.app.Spending.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Webhooks that tell of budgets, with a real receiver.
class BudgetAlertsTest {
    private static final String SECRET = "wayang";

    private record Message(Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(name))
                    .map(each -> each.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }

        JsonNode json() {
            return Ask.json(body);
        }
    }

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private volatile IntSupplier status = () -> 204;
    private HttpServer receiver;

    @BeforeEach
    void receive() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            messages.add(new Message(
                    Map.copyOf(exchange.getRequestHeaders()),
                    exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(status.getAsInt(), -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private String place() {
        return "127.0.0.1:" + receiver.getAddress().getPort();
    }

    private String alerts(String more) {
        return "egress: { allow: [\"" + place() + "\"] }\nalerts: { url: \"http://" + place() + "/hook?token=1\"" + more
                + " }\n";
    }

    /// One request costs 207,000 nanodollars.
    private static TestGateway gateway(String budget, String more) {
        TestGateway gateway = Spending.gateway("usd_per_day: " + budget, more);
        gateway.simulator().answerWith(request -> Spending.answer(7, 20));
        return gateway;
    }

    private static void spend(TestGateway gateway, int requests) {
        for (int request = 0; request < requests; request++) {
            assertThat(ask(gateway, body(false, ",\"max_tokens\":20")).status()).isEqualTo(200);
        }
    }

    private static JsonNode newest(TestGateway gateway) {
        return new Admin(gateway).get("/admin/api/alerts").path("data");
    }

    private static void delivered(TestGateway gateway, int count) {
        Waiting.until(
                count + " alerts are delivered",
                () -> newest(gateway).findValuesAsText("state").stream()
                                .filter("delivered"::equals)
                                .count()
                        == count);
    }

    private static String storage(Kind kind) {
        return kind == Kind.SQLITE
                ? ""
                : "storage: { url: \"" + Postgres.shared().database() + "\" }\n";
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachThresholdIsToldOnceAndSigned(Kind kind) throws Exception {
        try (TestGateway gateway = gateway("0.001", alerts(", secret: " + SECRET) + storage(kind))) {
            // Four requests are 82.8 %.
            spend(gateway, 4);
            delivered(gateway, 1);
            Message first = messages.getFirst();
            JsonNode json = first.json();
            assertThat(json.path("type").asText()).isEqualTo("budget.threshold");
            assertThat(json.at("/data/scope").asText()).isEqualTo("key");
            assertThat(json.at("/data/scope_id").asText()).isEqualTo("config:poor");
            assertThat(json.at("/data/percent").asInt()).isEqualTo(80);
            assertThat(json.at("/data/spent_usd").decimalValue()).isEqualByComparingTo("0.000828");
            assertThat(json.path("text").asText())
                    .isEqualTo("Gapura: the key config:poor has spent 0.000828 of its budget of 0.001 USD today (alert"
                            + " at 80 %).");
            assertThat(first.header("webhook-id")).isEqualTo(json.at("/data/id").asText());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((first.header("webhook-id") + "." + first.header("webhook-timestamp") + ".")
                    .getBytes(StandardCharsets.UTF_8));
            assertThat(first.header("webhook-signature"))
                    .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(first.body())));

            // Refused at 82.8 %, that the whole is used up would not be true.
            assertThat(ask(gateway, body(false, ",\"max_tokens\":90")).status()).isEqualTo(429);
            assertThat(newest(gateway)).hasSize(1);
            assertThat(messages).hasSize(1);
        }
    }

    @Test
    void aBudgetThatBuysNothingAnyMoreIsUsedUp() {
        try (TestGateway gateway = gateway("0.00042", alerts(""))) {
            spend(gateway, 2);
            Waiting.until(
                    "the budget is used up",
                    () -> ask(gateway, body(false, ",\"max_tokens\":20")).status() == 429
                            && messages.stream()
                                    .anyMatch(message ->
                                            message.json().at("/data/percent").asInt() == 100));
            assertThat(messages.getFirst().header("webhook-signature")).isNull();
            assertThat(new Admin(gateway).get("/admin/api/alerts").toString()).doesNotContain("token");
        }
    }

    @Test
    void severalAtOnceAreOneAndSomebodyElsesGatewayTellsNothingAgain() {
        String storage = storage(Kind.POSTGRESQL);
        try (TestGateway one = gateway("0.0002", alerts("") + storage);
                TestGateway other = gateway("0.0002", alerts("") + storage)) {
            assertThat(ask(one, body(false, ",\"max_tokens\":15")).status()).isEqualTo(200);
            delivered(one, 1);
            assertThat(newest(one).findValuesAsText("state")).containsExactly("delivered", "skipped");
            assertThat(messages.getFirst().json().at("/data/percent").asInt()).isEqualTo(100);
            assertThat(ask(other, body(false, ",\"max_tokens\":15")).status()).isEqualTo(429);
            // What it notices later it has told of later.
            assertThat(new Admin(other)
                            .send("PUT", "/admin/api/limits/everyone/all", "{\"usd_per_day\": 0.0001}")
                            .status())
                    .isEqualTo(200);
            Waiting.until("the limit of everyone is told of", () -> {
                ask(other, other.key(), body(false, ""));
                return messages.size() > 1;
            });
            delivered(other, 2);
            assertThat(messages).hasSize(2);
            assertThat(messages.getLast().json().at("/data/scope").asText()).isEqualTo("everyone");
        }
    }

    @Test
    void whatIsNotTakenIsSentAgainUnderTheSameId() {
        int[] left = {2};
        status = () -> left[0]-- > 0 ? 503 : 200;
        try (TestGateway gateway = gateway("0.00021", alerts(""))) {
            spend(gateway, 1);
            Waiting.until(
                    "it was tried",
                    () -> newest(gateway).path(0).path("attempts").asInt() >= 1
                            && newest(gateway).path(0).path("outcome").asText().equals("status 503"));
            assertThat(newest(gateway).path(0).path("state").asText()).isEqualTo("waiting");
            hurry(gateway);
            Waiting.until("it was tried again", () -> messages.size() == 2);
            Waiting.until(
                    "that is written down",
                    () -> newest(gateway).path(0).path("next").asLong() > System.currentTimeMillis() + 5_000
                            || newest(gateway).path(0).path("attempts").asInt() == 2);
            hurryUntilDelivered(gateway);
            assertThat(messages.stream()
                            .map(message -> message.header("webhook-id"))
                            .distinct())
                    .hasSize(1);
        }
    }

    /// The pause is over at once.
    private static void hurry(TestGateway gateway) {
        Database.now(gateway.configuration()
                .commit(sql -> sql.update("UPDATE alert SET next_ms = 1 WHERE state = 'waiting'")));
    }

    private static void hurryUntilDelivered(TestGateway gateway) {
        Waiting.until("it is delivered", () -> {
            hurry(gateway);
            return newest(gateway).path(0).path("state").asText().equals("delivered");
        });
    }

    @Test
    void theAdminApiSetsWhereTheyGoAndTheEgressCheckHolds() {
        try (TestGateway gateway = gateway("0.00021", "")) {
            Admin admin = new Admin(gateway);
            RawClient.Response nowhere = admin.send("POST", "/admin/api/alerts:test", "{}");
            assertThat(nowhere.status()).isEqualTo(409);
            assertThat(Ask.error(nowhere).path("code").asText()).isEqualTo("alerts_not_configured");
            String url = "http://" + place() + "/secret-path";
            RawClient.Response set = admin.send(
                    "PUT", "/admin/api/alerts", "{\"url\":\"" + url + "\",\"secret\":\"x\",\"thresholds\":[50]}");
            assertThat(set.status()).as(set.text()).isEqualTo(200);
            JsonNode settings = admin.get("/admin/api/alerts").path("settings");
            assertThat(settings.toString())
                    .isEqualTo("{\"place\":\"http://" + place()
                            + "\",\"file\":false,\"signed\":true,\"thresholds\":[50],\"trouble\":null}");
            JsonNode tested = admin.post("/admin/api/alerts:test", "{}", 200);
            assertThat(tested.path("delivered").asBoolean()).isFalse();
            assertThat(tested.path("text").asText()).contains("allow");
            assertThat(messages).isEmpty();
            assertThat(admin.get("/admin/api/audit").toString())
                    .contains("alerts.set")
                    .doesNotContain("secret-path");

            gateway.reload(Spending.PRICED + "egress: { allow: [\"" + place() + "\"] }\n");
            assertThat(admin.post("/admin/api/alerts:test", "{}", 200)
                            .path("text")
                            .asText())
                    .isEqualTo("status 204");
            assertThat(messages.getFirst().json().path("type").asText()).isEqualTo("test");
            assertThat(messages.getFirst().header("webhook-signature")).startsWith("v1,");

            assertThat(admin.send("PUT", "/admin/api/alerts", "{\"url\":\"ftp://x\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(admin.send("PUT", "/admin/api/alerts", "{\"url\":\"https://x\",\"thresholds\":[]}")
                            .status())
                    .isEqualTo(400);
            assertThat(admin.send("DELETE", "/admin/api/alerts", null).status()).isEqualTo(200);
            gateway.reload(Spending.PRICED + alerts(""));
            RawClient.Response refused = admin.send("DELETE", "/admin/api/alerts", null);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(Ask.error(refused).path("code").asText()).isEqualTo("alerts_configured");
        }
    }
}
