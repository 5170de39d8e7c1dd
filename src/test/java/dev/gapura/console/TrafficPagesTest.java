package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import dev.gapura.testkit.RawClient;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The console's pages of traffic: the history as it grows, sums and plots, and the playground.
class TrafficPagesTest extends InBrowser {
    private String owner;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                catalogue:
                  "sim/echo": { input_usd_per_million: 3, output_usd_per_million: 15 }
                """;
    }

    @BeforeEach
    void logIn() {
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        owner = loggedIn(Role.OWNER);
    }

    /// A page that is given time on a busy machine.
    private Page patiently(String path) {
        Page page = open(path, owner);
        page.setDefaultTimeout(60_000);
        return page;
    }

    private void ask(String model) {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson("/v1/chat/completions", gateway.key(), body).readResponse();
        }
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator labelled(Page page, String name) {
        return page.getByLabel(name, new Page.GetByLabelOptions().setExact(true));
    }

    private static Locator rows(Page page, String text) {
        return page.locator("gp-request-list tbody tr").filter(new Locator.FilterOptions().setHasText(text));
    }

    @Test
    void theHistoryGrowsWhileItIsLookedAtAndIsFiltered() {
        ask("sim/lorem");
        Page page = patiently("/console/requests");
        assertThat(rows(page, "sim/lorem").first()).isVisible();
        ask("sim/no-such-model");
        assertThat(rows(page, "sim/no-such-model").first()).isVisible();

        labelled(page, "Status").selectOption("4xx");
        assertThat(page).hasURL(Pattern.compile("[?&]status=4xx"));
        assertThat(rows(page, "sim/lorem")).hasCount(0);
        assertThat(rows(page, "sim/no-such-model").first()).isVisible();
        assertUsable(page, "a filtered history");

        rows(page, "sim/no-such-model").first().getByRole(AriaRole.LINK).first().click();
        assertThat(page.getByText("The provider does not know the model.")).isVisible();
        page.goBack();
        button(page, "Remove filter Status: 4xx").click();
        assertThat(rows(page, "sim/lorem").first()).isVisible();
    }

    @Test
    void aProviderThatNeedsNoKeyHasNoPlaceForOne() {
        Page page = patiently("/console/providers?provider=anthropic");
        assertThat(button(page, "Add key")).isVisible();
        page.navigate(origin() + "/console/providers?provider=sim");
        assertThat(page.getByText("requests in the last hour")).isVisible();
        assertThat(page.getByText("sim/echo").first()).isVisible();
        assertThat(button(page, "Add key")).hasCount(0);
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Keys")))
                .hasCount(0);
    }

    @Test
    void sumsLeadToTheirRequests() {
        ask("sim/echo");
        Page page = patiently("/console/usage?range=1h");
        Locator group = page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName("sim/echo").setExact(true));
        // Sums are written a moment after the requests.
        for (int reloads = 0; reloads < 50 && group.count() == 0; reloads++) {
            page.reload();
            assertThat(page.locator(".view .loading")).hasCount(0);
        }
        for (String measure : new String[] {"Requests", "Tokens", "Latency", "Cost"}) {
            button(page, measure).click();
            assertThat(page.locator(".plot canvas")).isVisible();
        }
        assertUsable(page, "usage");
        group.click();
        assertThat(page).hasURL(Pattern.compile("/console/requests\\?.*model=echo&provider=sim"));
        assertThat(rows(page, "sim/echo").first()).isVisible();
    }

    @Test
    void modelsAnswerSideBySideAndAreStopped() {
        Page page = patiently("/console/playground");
        labelled(page, "Model 1").fill("sim/echo");
        labelled(page, "Model 2").fill("sim/slow");
        button(page, "Ask 2 models").click();
        assertThat(page.getByText("Write something to ask.")).isVisible();

        labelled(page, "Prompt").fill("Good morning");
        button(page, "Ask 2 models").click();
        Locator answer = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Answer of sim/echo"));
        assertThat(answer).containsText("Good morning");
        assertThat(page.locator("gp-playground-column").first()).containsText("$0.0000");
        button(page, "Stop all").click();
        assertThat(page.locator("gp-playground-column").last()).containsText("Stopped");
        assertUsable(page, "playground");
    }
}
