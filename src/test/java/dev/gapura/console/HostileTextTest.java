package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import dev.gapura.access.Role;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Texts of strangers stay text: what came in as user agent, model, prompt, name of a tool or message of a provider's
/// error, by real requests, runs nowhere and is reported by no policy. The [Watcher] of the window tells.
class HostileTextTest extends InBrowser {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                storage: { history: { bodies: all } }
                """;
    }

    private void ask(String key, String agent, ObjectNode body) {
        Map<String, String> headers =
                Map.of("authorization", "Bearer " + key, "content-type", "application/json", "user-agent", agent);
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                            "POST",
                            "/v1/chat/completions",
                            headers,
                            body.toString().getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    private static ObjectNode chat(String model, String prompt) {
        ObjectNode body = JSON.createObjectNode().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return body;
    }

    /// Every payload comes in at one place at least, as a user agent at that.
    private void send(String key, List<String> payloads) {
        for (int index = 0; index < payloads.size(); index++) {
            String payload = payloads.get(index);
            ObjectNode body =
                    switch (index % 4) {
                        case 0 -> chat(payload, "x");
                        case 1 -> chat("sim/echo", payload);
                        case 2 -> {
                            ObjectNode named = chat("sim/tools", "x");
                            named.putArray("tools")
                                    .addObject()
                                    .put("type", "function")
                                    .putObject("function")
                                    .put("name", payload);
                            yield named;
                        }
                        default -> {
                            ObjectNode failing = chat("sim/echo", "x");
                            failing.putObject("metadata")
                                    .put("sim_status", "400")
                                    .put("sim_error", payload);
                            yield failing;
                        }
                    };
            ask(key, payload, body);
        }
    }

    private List<String> requests(int count) {
        List<String> ids = new ArrayList<>();
        Waiting.until("all are written", () -> {
            ids.clear();
            String cursor = "";
            do {
                JsonNode page = admin("GET", "/admin/api/requests?limit=200" + cursor, "");
                page.path("data").forEach(row -> ids.add(row.path("id").asText()));
                cursor = page.path("next").isTextual()
                        ? "&cursor=" + page.path("next").asText()
                        : "";
            } while (!cursor.isEmpty());
            return ids.size() >= count;
        });
        return ids;
    }

    @Test
    void textsOfStrangersStayText() {
        List<String> payloads = Payloads.all();
        assertThat(payloads).hasSizeGreaterThanOrEqualTo(500).doesNotHaveDuplicates();
        Somebody owner = somebody(Role.OWNER);
        send(owner.key(), payloads);
        List<String> ids = requests(payloads.size());

        Page page = open("/", owner.cookies());
        assertThat(page.locator("gp-recent table")).isVisible();
        page.navigate(origin() + "/console/requests");
        for (int pages = 0; pages < 100; pages++) {
            assertThat(page.locator(".view tbody tr").first()).isVisible();
            if (page.getByText("Older", new Page.GetByTextOptions().setExact(true))
                            .count()
                    == 0) {
                break;
            }
            String before = page.url();
            page.getByText("Older", new Page.GetByTextOptions().setExact(true)).click();
            page.waitForURL(url -> !url.equals(before));
        }
        // Each kind comes every fourth time: 13 is prime to that, so all kinds and exits are opened.
        for (int index = 0; index < ids.size(); index += 13) {
            page.navigate(origin() + "/console/requests?id=" + ids.get(index));
            assertThat(page.locator(".view h1").first()).isVisible();
            assertThat(page.locator("gp-request .loading")).hasCount(0);
        }
        for (String other : List.of("usage", "running")) {
            page.navigate(origin() + "/console/" + other);
            assertThat(page.locator(".view h1")).isVisible();
            assertThat(page.locator(".view .loading")).hasCount(0);
        }
    }
}
