package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import dev.gapura.store.Database;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The page of one request, and a stream that is watched while it passes.
class RequestPageTest extends InBrowser {
    private static final String CHAT = "/v1/chat/completions";

    private String owner;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                storage: { history: { bodies: all } }
                auth: { keys: [ { name: quiet, key: quiet-secret-0123456789, bodies: "off" } ] }
                """;
    }

    @BeforeEach
    void logIn() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        owner = loggedIn(Role.OWNER);
    }

    private static String body(String model, String more) {
        return "{\"model\":\"" + model + "\"," + more + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private String asked(String key, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(CHAT, key, body).readResponse().header("x-request-id");
        }
    }

    private Page page(String id, Look look) {
        Waiting.until(
                "it is written", () -> Database.now(gateway.ledger().one(id)).isPresent());
        return open("/console/requests?id=" + id, owner, look);
    }

    private static Locator region(Page page, String name) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator row(Page page, String name) {
        return page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(Pattern.compile(name)));
    }

    @Test
    void theTimelineNamesEveryStepAndBothSidesAreShown() {
        String id =
                asked(gateway.key(), body("sim/lorem", "\"stream\":true,\"metadata\":{\"sim_latency\":\"200ms\"},"));
        for (Look look : Look.all()) {
            Page page = page(id, look);
            assertThat(row(page, "^Before the first call")).isVisible();
            assertThat(row(page, "^Call 200")).isVisible();
            assertThat(row(page, "^First byte to the client")).isVisible();
            assertThat(row(page, "^End")).isVisible();
            assertThat(region(page, "Request")).containsText("sim/lorem");
            assertThat(region(page, "Request to the provider")).containsText("\"lorem\"");
            assertUsable(page, "a request, " + look);
        }
    }

    @Test
    void whatIsNotKeptIsToldWithTheRemedy() {
        Page page = page(asked("quiet-secret-0123456789", body("sim/lorem", "")), Look.DESK);
        assertThat(page.getByText("neither the client’s nor the provider’s")).isVisible();
        assertThat(region(page, "Request to the provider")).hasCount(0);
        assertUsable(page, "a request without bodies");
    }

    @Test
    void aStreamIsWatchedUntilItEnds() {
        String slow = "\"stream\":true,\"metadata\":{\"sim_pace\":\"300ms\",\"sim_words\":\"40\"},";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson(CHAT, gateway.key(), body("sim/lorem", slow));
            Page page = open("/console/running", owner);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Watch ")))
                    .click();
            Locator log = page.getByRole(AriaRole.LOG);
            assertThat(log).containsText("orem");
            assertUsable(page, "a stream that is watched");
            assertThat(page.getByText("ended", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            client.readResponse();
        }
    }

    @Test
    void aStreamWhoseBodiesAreNotKeptIsNotWatched() {
        String slow = "\"stream\":true,\"metadata\":{\"sim_early_head\":\"true\",\"sim_pace\":\"5s\"},";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson(CHAT, "quiet-secret-0123456789", body("sim/slow", slow));
            Page page = open("/console/running", owner);
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Stop "))))
                    .isVisible();
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Watch "))))
                    .hasCount(0);
            assertThat(page.getByText("Only streams can be watched whose bodies are kept"))
                    .isVisible();
        }
    }

    @Test
    void aRequestIsTakenElsewhere() {
        String asked = body("sim/echo", "\"stream\":true,\"user\":\"it's me\",\"temperature\":0.25,");
        Page page = page(asked(gateway.key(), asked), Look.DESK);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy as cURL"))
                .click();
        assertThat(page.getByText("Copied.")).isVisible();
        String command = (String) page.evaluate("() => navigator.clipboard.readText()");
        assertThat(command)
                .isEqualTo("curl -N '" + origin() + CHAT + "' \\\n"
                        + "  -H \"authorization: Bearer $GAPURA_KEY\" \\\n"
                        + "  -H 'content-type: application/json' \\\n"
                        + "  -d '" + asked.replace("'", "'\\''") + "'");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Open in Try It"))
                .click();
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("JSON body"))
                .click();
        Locator form = page.getByLabel("Body of the request, as JSON");
        assertThat(form).hasValue(Pattern.compile("it's me"));
        assertThat(JsonTree.readOrNull(form.inputValue())).isEqualTo(JsonTree.readOrNull(asked));
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Try it").setExact(true))
                .click();
        assertThat(region(page, "Answer").getByText("Hello", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
    }
}
