package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import org.junit.jupiter.api.Test;

/// Logging in to the console and out of it.
class LogInTest extends InBrowser {
    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void theLinkOfTheFirstStartLogsTheOwnerIn() {
        Page page = open("/console#code=" + gateway.loginCode(), STRANGER);
        assertThat(page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true)))
                .hasValue(gateway.loginCode());
        assertThat(page).hasURL(origin() + "/console");
        button(page, "Log in").click();
        assertThat(heading(page, "Requests")).isVisible();
        assertThat(page.getByText("owner@localhost")).isVisible();

        page.reload();
        assertThat(heading(page, "Requests")).isVisible();

        button(page, "Log out").click();
        assertThat(heading(page, "Log in")).isVisible();
        page.reload();
        assertThat(heading(page, "Log in")).isVisible();
    }

    @Test
    void aWrongPasswordIsToldInTheGatewaysWords() {
        Page page = open("/console", STRANGER);
        expect("status of 401");
        page.getByLabel("Email").fill("nobody@example.org");
        page.locator("input[type=password]").fill("not this one");
        button(page, "Log in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("login_failed");
        assertUsable(page, "a login refused");
    }

    @Test
    void aSessionThatEndsElsewhereEndsHere() {
        String cookies = loggedIn(Role.ADMIN);
        Page first = open("/console", cookies);
        Page second = open("/console", cookies);
        assertThat(heading(second, "Requests")).isVisible();
        button(first, "Log out").click();
        assertThat(heading(first, "Log in")).isVisible();
        expect("status of 401");
        second.reload();
        assertThat(heading(second, "Log in")).isVisible();
    }
}
