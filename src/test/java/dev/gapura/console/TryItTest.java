package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request is tried on the reference page, explained, and found again.
class TryItTest extends InBrowser {
    private static final Pattern STREAM = Pattern.compile("chat.completion.chunk");

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator answer(Page page) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName("Answer").setExact(true));
    }

    private static void body(Page page, String json) {
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("JSON body"))
                .click();
        page.getByLabel("Body of the request, as JSON").fill(json);
        page.keyboard().press("Tab");
    }

    @Test
    void aStrangerWithAKeySeesAStreamComeIn() {
        Page page = open("/", STRANGER);
        assertThat(page.getByText("Log in to see full request history")).isVisible();
        page.getByLabel("API key").fill(gateway.key());
        button(page, "Try it").click();
        assertThat(answer(page).getByText("done", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(answer(page).getByText("Hello, gateway", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        button(page, "Events").click();
        assertThat(answer(page).getByText(STREAM).first()).isVisible();
        assertThat(answer(page).getByText("data: [DONE]")).isVisible();
        assertUsable(page, "an answer");
    }

    /// What is out of view has no layout until the page has come, so that its height is a guess.
    @ParameterizedTest
    @ValueSource(strings = {"errors", "responses", "header.x-gapura-unsupported", "service_tier"})
    void aLinkToAPlaceLeadsThereAtOnceAndFromOutside(String id) {
        Page page = open("/", STRANGER);
        page.addInitScript("addEventListener('DOMContentLoaded', () => { location.hash = '" + id + "'; })");
        page.reload();
        isInView(page, id);
        isInView(open("/#" + id, STRANGER), id);
    }

    @Test
    void whoeverReloadsIsWhereTheyWere() {
        Page page = open("/", STRANGER);
        page.waitForFunction("() => document.documentElement.dataset.brief === undefined");
        page.locator("[id='service_tier']").scrollIntoViewIfNeeded();
        page.reload();
        isInView(page, "service_tier");
    }

    private static void isInView(Page page, String id) {
        page.waitForFunction("() => document.documentElement.dataset.ready !== undefined"
                + " && document.documentElement.dataset.brief === undefined");
        assertThat(page.locator("[id='" + id + "']")).isInViewport();
    }

    @Test
    void aRequestIsAnsweredAsJsonExplainedAndFoundAgain() {
        Page page = open("/", loggedIn(Role.OWNER));
        String text = "Hello again, with \\\"quotes\\\"";
        body(
                page,
                "{\"model\":\"sim/echo\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                        + "\"}]}");
        button(page, "Explain").click();
        assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Explanation")))
                .containsText("sim");
        assertUsable(page, "an explanation");

        button(page, "Try it").click();
        assertThat(answer(page)
                        .getByText("Hello again, with \"quotes\"", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        Locator id = answer(page).locator("a[href^='/console/requests?id=']");
        String request = id.innerText();
        assertThat(page.locator("#recent, gp-recent").first()).containsText("200");
        id.click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("sim/echo")))
                .isVisible();
        assertThat(page.getByText(request).first()).isVisible();
    }

    @Test
    void aRefusalIsToldWithItsField() {
        Page page = open("/", STRANGER);
        expect("status of 400");
        page.getByLabel("API key").fill(gateway.key());
        body(page, "{\"model\":\"sim/echo\",\"temperature\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        button(page, "Try it").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("temperature");
        assertUsable(page, "a refusal");
    }

    @Test
    void theRequestIsShownAsCode() {
        Page page = open("/", STRANGER);
        body(page, "{\"model\":\"sim/lorem\",\"messages\":[{\"role\":\"user\",\"content\":\"It's </script> $HOME\"}]}");
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Code"))
                .click();
        Locator code = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Code in cURL"));
        assertThat(code).containsText("It'\\''s </script> $HOME");
        page.getByLabel("Language").selectOption("python");
        assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Code in Python · openai")))
                .containsText("model=\"sim/lorem\"");
        assertUsable(page, "code");
        page.reload();
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Code"))
                .click();
        assertThat(page.getByLabel("Language")).hasValue("python");
    }

    @Test
    void aStreamIsStoppedAndTheProviderHearsOfIt() {
        CompletableFuture<?> left = gateway.simulator().nextDeparture();
        Page page = open("/", STRANGER);
        page.getByLabel("API key").fill(gateway.key());
        body(
                page,
                "{\"model\":\"sim/slow\",\"stream\":true,\"metadata\":{\"sim_words\":\"5000\"},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
        button(page, "Try it").click();
        assertThat(answer(page)).containsText("orem");
        button(page, "Stop").click();
        assertThat(answer(page).getByText("stopped", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(button(page, "Stop")).hasCount(0);
        assertThat(answer(page)).containsText("orem");
        assertUsable(page, "an answer that was stopped");
        Waiting.until("the provider has heard", left::isDone);
    }

    @Test
    void aLinkBringsTheRequestAndNoCredentialToAStranger() {
        String asked = "{\"model\":\"sim/lorem\",\"temperature\":0.25,\"messages\":[{\"role\":\"user\",\"content\":"
                + "\"Träume & <b>Schäume</b> 🦒\"}]}";
        Page page = open("/", STRANGER);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        page.getByLabel("API key").fill(gateway.key());
        body(page, asked);
        button(page, "Copy link").click();
        assertThat(page.getByText("Copied.")).isVisible();
        String link = (String) page.evaluate("() => navigator.clipboard.readText()");
        assertThat(link).startsWith(origin() + "/#request=").doesNotContain(gateway.key());

        Page other = open(link.substring(origin().length()), STRANGER);
        other.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("JSON body"))
                .click();
        Locator restored = other.getByLabel("Body of the request, as JSON");
        assertThat(restored).hasValue(Pattern.compile("sim/lorem"));
        assertThat(JsonTree.readOrNull(restored.inputValue())).isEqualTo(JsonTree.readOrNull(asked));
        assertThat(other.getByLabel("API key")).hasValue("");
        assertThat(other).hasURL(origin() + "/");
    }
}
