package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.testkit.RawClient;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What operators do in the console: keys, limits, tools, streams that are stopped, requests that failed.
class ConsoleWorkTest extends InBrowser {
    private static final String CHAT = "/v1/chat/completions";

    private String owner;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                storage: { history: { bodies: all } }
                tools:
                  sum: { kind: builtin, name: calculator }
                """;
    }

    @BeforeEach
    void logIn() {
        owner = loggedIn(Role.OWNER);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator dialog(Page page, String name) {
        return page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName(name));
    }

    private static Locator button(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private RawClient.Response ask(String key, String model, String more) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(CHAT, key, body(model, more)).readResponse();
        }
    }

    private static String body(String model, String more) {
        return "{\"model\":\"" + model + "\"," + more + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    @Test
    void aKeyThatIsMadeHereWorksUntilItIsRevoked() {
        Page page = open("/console/keys", owner);
        button(page, "Create key").click();
        Locator form = dialog(page, "Create a key");
        form.getByLabel("Name", new Locator.GetByLabelOptions().setExact(true)).fill("made in a browser");
        form.getByLabel("Models", new Locator.GetByLabelOptions().setExact(true))
                .fill("sim/echo");
        button(form, "Create key").click();
        Locator shown = dialog(page, "The key was created");
        String secret = shown.locator(".secret code").innerText();
        assertUsable(page, "a new key");
        assertThat(ask(secret, "sim/echo", "").status()).isEqualTo(200);
        assertThat(ask(secret, "sim/lorem", "").status()).isEqualTo(403);
        button(shown, "I have kept it").click();

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("made in a browser"))
                .click();
        button(page, "Revoke").click();
        Locator sure = page.getByRole(AriaRole.DIALOG);
        sure.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Revoke"))
                .click();
        assertThat(page.getByText("Revoked", new Page.GetByTextOptions().setExact(true))
                        .first())
                .isVisible();
        assertThat(ask(secret, "sim/echo", "").status()).isEqualTo(401);
    }

    @Test
    void whatWasNotLoadedIsFound() {
        for (int index = 0; index < 103; index++) {
            String name = index == 0 ? "The Oldest" : "program " + index;
            ApiKey.Draft draft = new ApiKey.Draft(name, null, null, null, null, Policy.ANYTHING);
            gateway.directory().keys().create(Authority.COMMAND, draft).join();
        }
        Page page = open("/console/keys", owner);
        assertThat(page.getByText("Keys 1 to 100")).isVisible();
        Locator oldest = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("The Oldest"));
        assertThat(oldest).hasCount(0);
        button(page, "Next").click();
        assertThat(page.getByText("Keys 101 to ")).isVisible();
        button(page, "Previous").click();
        assertThat(page.getByText("Keys 1 to 100")).isVisible();
        page.getByLabel("Find").fill("oldest");
        assertThat(oldest).isVisible();
        assertThat(page.getByText("1 key", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        page.getByLabel("Find").fill("<b>nothing</b>");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Nothing found for")))
                .hasText("Nothing found for “<b>nothing</b>”");
        assertUsable(page, "nothing found");

        page = open("/console/people", owner);
        page.getByLabel("Find").fill("nobody@example.org");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Nothing found for")))
                .isVisible();
    }

    @Test
    void aBudgetThatIsSetHereHolds() {
        Page page = open("/console/limits", owner);
        button(page, "Set limits").click();
        Locator form = dialog(page, "Set limits");
        form.getByLabel("Whose").selectOption("model");
        form.getByLabel("Which").fill("sim/lorem");
        form.getByLabel("Requests a day").fill("1");
        button(form, "Set limits").click();
        assertThat(page.getByRole(AriaRole.CELL, new Page.GetByRoleOptions().setName("Requests a day")))
                .isVisible();
        ask(gateway.key(), "sim/lorem", "");
        RawClient.Response refused = ask(gateway.key(), "sim/lorem", "");
        assertThat(refused.status()).as(refused.text()).isEqualTo(429);
        page.reload();
        assertThat(page.getByText("1 used")).isVisible();
        assertUsable(page, "budgets");
    }

    @Test
    void aToolRunsFromItsPage() {
        Page page = open("/console/tools", owner);
        button(page, "Test sum").click();
        Locator test = dialog(page, "Test sum");
        test.getByRole(AriaRole.TEXTBOX).first().fill("6 * 7");
        button(test, "Run").click();
        assertThat(test.getByLabel("Result")).hasText("42");
        assertUsable(page, "a tool tested");
    }

    @Test
    void aStreamThatRunsIsStopped() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            String slow = "\"stream\":true,\"metadata\":{\"sim_early_head\":\"true\",\"sim_pace\":\"2s\"},";
            client.postJson(CHAT, gateway.key(), body("sim/slow", slow));
            Page page = open("/console/running", owner);
            Locator stop =
                    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Stop ")));
            stop.first().click();
            button(dialog(page, "Stop this request?"), "Stop request").click();
            assertThat(page.getByText("Nothing is under way")).isVisible();
            RawClient.Response response = client.readResponse();
            // Before its first event an answer is refused, after that it is broken off.
            assertThat(response.status()).isIn(200, 503);
            assertThat(response.text()).contains("stopped").doesNotContain("[DONE]");
        }
    }

    @Test
    void aFailedRequestIsExplainedWhereItIsFound() {
        ask(gateway.key(), "sim/flaky", "\"metadata\":{\"sim_status\":\"429\",\"sim_error\":\"no more today\"},");
        Page page = open("/console/requests", owner);
        page.getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("sim/flaky"))
                .first()
                .getByRole(AriaRole.LINK)
                .first()
                .click();
        assertThat(page.getByText("The provider limits this account.")).isVisible();
        assertThat(page.getByText("no more today").first()).isVisible();
        assertUsable(page, "a failed request");
        page.goBack();
        assertThat(page.getByRole(AriaRole.TABLE)).isVisible();
    }

    @Test
    void aViewerSeesAndChangesNothing() {
        Page page = open("/console/keys", loggedIn(Role.VIEWER));
        assertThat(page.locator(".view h1")).isVisible();
        assertThat(button(page, "Create key")).hasCount(0);
    }
}
