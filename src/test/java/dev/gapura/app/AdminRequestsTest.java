package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The history of requests as the admin API tells it.
@ParameterizedClass
@EnumSource(Kind.class)
class AdminRequestsTest {
    @Parameter
    Kind kind;

    private TestGateway gateway;
    private Admin admin;

    @BeforeEach
    void start() {
        gateway = TestGateway.on(kind, "", "history: { bodies: all }");
        admin = new Admin(gateway);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void written(int count) {
        Waiting.until(
                count + " requests are written",
                () -> admin.get("/admin/api/requests").get("data").size() == count);
    }

    @Test
    void pagesGoThroughAllOnce() {
        for (int index = 0; index < 5; index++) {
            Ask.chat(gateway, false, "Hello " + index);
        }
        written(5);

        List<String> ids = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 5 && cursor != null; page++) {
            JsonNode answer = admin.get("/admin/api/requests?limit=2" + cursor);
            ids.addAll(answer.get("data").findValuesAsText("id"));
            cursor = answer.get("next").isNull()
                    ? null
                    : "&cursor=" + answer.get("next").textValue();
        }
        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void oneRequestWithItsBodies() {
        String asked = Ask.body(false, "Sugeng enjing");
        RawClient.Response answer = Ask.chat(gateway, asked);
        written(1);

        JsonNode one = admin.get("/admin/api/requests/" + answer.header("x-request-id"));

        assertThat(one.at("/request/status").intValue()).isEqualTo(200);
        assertThat(one.at("/request/key").textValue()).isEqualTo("first");
        assertThat(one.at("/request/tokens/input").longValue()).isPositive();
        assertThat(one.at("/request/counted").textValue()).isEqualTo("reported");
        assertThat(one.at("/request_body/text").textValue()).isEqualTo(asked);
        assertThat(one.at("/answer_body/text").textValue()).isEqualTo(answer.text());
    }

    @Test
    void anUnknownRequestIsNotFound() {
        RawClient.Response response = admin.send("GET", "/admin/api/requests/req_nowhere", null);

        assertThat(response.status()).isEqualTo(404);
        assertThat(Ask.error(response).get("code").textValue()).isEqualTo("unknown_request");
    }

    @Test
    void filtersFindWhatTheyName() {
        Ask.chat(gateway, Ask.body("sim/echo", false, "Hello"));
        Ask.chat(gateway, Ask.body("sim/lorem", false, "Hello"));
        Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));
        written(3);

        assertThat(statuses("status=4xx")).containsExactly(404);
        assertThat(statuses("status=200")).containsExactly(200, 200);
        assertThat(statuses("model=lorem")).containsExactly(200);
        assertThat(statuses("provider=sim&key=first")).containsExactly(200, 200);
        assertThat(statuses("provider=sim&key=another")).isEmpty();
        assertThat(statuses("text=nowhere")).containsExactly(404);
        assertThat(statuses("from=0&to=1")).isEmpty();
        assertThat(statuses("least_duration_ms=3600000")).isEmpty();
    }

    private List<Integer> statuses(String query) {
        List<Integer> statuses = new ArrayList<>();
        admin.get("/admin/api/requests?" + query)
                .get("data")
                .forEach(one -> statuses.add(one.get("status").intValue()));
        return statuses;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0 | limit | must be an integer from 1 to 500",
                "limit=ten | limit | must be an integer from 1 to 500",
                "limits=10 | limits | Did you mean `limit`?",
                "limit=1&limit=2 | limit | stands twice",
                "status=9xx | status | such as 5xx",
                "least_cost_usd=much | least_cost_usd | US dollars",
                "cursor=!! | cursor | none that this gateway gave out",
                "from=-1 | from | at least 0",
            })
    void aQueryThatIsWrongIsRefused(String query, String param, String words) {
        RawClient.Response response = admin.send("GET", "/admin/api/requests?" + query, null);

        assertThat(response.status()).isEqualTo(400);
        assertThat(Ask.error(response).get("param").textValue()).isEqualTo(param);
        assertThat(Ask.error(response).get("message").textValue()).contains(words);
    }

    @Test
    void lookingIsNotHistory() {
        Ask.chat(gateway, false, "Hello");
        written(1);
        admin.get("/admin/api/requests");
        Ask.chat(gateway, false, "Hello");
        written(2);

        assertThat(admin.get("/admin/api/requests").get("data").findValuesAsText("route"))
                .containsOnly(Ask.CHAT);
    }

    @Test
    void anExportHasEveryRequestAndNoFormula() {
        for (int index = 0; index < 3; index++) {
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.request(
                                "POST",
                                Ask.CHAT,
                                Map.of(
                                        "authorization",
                                        "Bearer " + gateway.key(),
                                        "content-type",
                                        "application/json",
                                        "user-agent",
                                        "=cmd|' /C calc'!A0 \"x\""),
                                Ask.body(false, "Hello").getBytes(StandardCharsets.UTF_8))
                        .readResponse();
            }
        }
        written(3);

        RawClient.Response csv = admin.send("GET", "/admin/api/requests/export", null);
        assertThat(csv.header("content-type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(csv.header("content-disposition")).isEqualTo("attachment; filename=\"requests.csv\"");
        List<String> lines = csv.text().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).startsWith("id,time,method,route,status,");
        assertThat(lines.get(1)).contains(",\"'=cmd|' /C calc'!A0 \"\"x\"\"\",");

        JsonNode json = Ask.json(admin.send("GET", "/admin/api/requests/export?format=json&status=200", null)
                .body());
        assertThat(json).hasSize(3);
        assertThat(admin.send("GET", "/admin/api/requests/export?format=json&status=404", null)
                        .text())
                .isEqualTo("[\n\n]\n");
    }

    @Test
    void theTailTellsOfWhatEndsAndEndsWithTheGateway() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                    "GET",
                    "/admin/api/requests/tail?status=200",
                    Map.of("authorization", "Bearer " + gateway.localToken()),
                    new byte[0]);
            assertThat(client.readHead().headers()).containsEntry("content-type", "text/event-stream");
            Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));
            Ask.chat(gateway, Ask.body("sim/lorem", false, "Hello"));
            JsonNode told = Ask.json(client.readEvent().orElseThrow().data());
            assertThat(told.get("model").textValue()).isEqualTo("lorem");

            gateway.drain();
            assertThat(client.readEvent()).isEmpty();
        }
    }

    @Test
    void usageAddsUp() {
        Ask.chat(gateway, Ask.body("sim/echo", false, "Hello"));
        Ask.chat(gateway, Ask.body("sim/lorem", true, "Hello"));
        Ask.chat(gateway, Ask.body("sim/lorem", false, "Hello"));
        Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));
        written(4);

        JsonNode total = admin.get("/admin/api/usage").get("data");
        assertThat(total).hasSize(1);
        assertThat(total.at("/0/requests").intValue()).isEqualTo(4);
        assertThat(total.at("/0/failed").intValue()).isEqualTo(1);
        assertThat(total.at("/0/organization").isMissingNode()).isTrue();
        JsonNode byModel = admin.get("/admin/api/usage?period=hour&by=model,key&provider=sim")
                .get("data");
        assertThat(byModel.findValuesAsText("model")).containsExactlyInAnyOrder("echo", "lorem");
        assertThat(byModel.findValuesAsText("key")).containsOnly("first");
        assertThat(byModel.at("/0/duration_ms/p95").longValue()).isNotNegative();
        assertThat(admin.get("/admin/api/usage?organization=default&by=organization")
                        .at("/data/0/organization")
                        .textValue())
                .isEqualTo("default");
        assertThat(admin.get("/admin/api/usage?from=0&to=1").get("data")).isEmpty();
        assertThat(admin.send("GET", "/admin/api/usage?by=model,colour", null).status())
                .isEqualTo(400);
    }

    @Test
    void wrongMethodsAndPaths() {
        RawClient.Response method = admin.send("DELETE", "/admin/api/requests", null);
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("allow")).isEqualTo("GET");

        assertThat(admin.send("GET", "/admin/api/nothing", null).status()).isEqualTo(404);
        assertThat(admin.send("GET", "/admin/api/requests/%zz", null).status()).isEqualTo(400);
    }

    @Test
    void withoutACredentialNothingIsTold() {
        RawClient.Response none = Admin.send(gateway, "GET", "/admin/api/requests", null, null);
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("www-authenticate")).isEqualTo("Bearer");

        assertThat(Admin.send(gateway, "GET", "/admin/api/requests", "Bearer local-gapura-guess", null)
                        .status())
                .isEqualTo(401);
        assertThat(Admin.send(gateway, "GET", "/admin/api/requests", "Basic eDp5", null)
                        .status())
                .isEqualTo(401);
        assertThat(Admin.send(gateway, "GET", "/admin/api/requests", "Bearer " + gateway.key(), null)
                        .status())
                .isEqualTo(403);
    }
}
