package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import org.junit.jupiter.api.Test;

/// A tool is registered in the console, tried, changed and forgotten.
class ToolsPageTest extends InBrowser {
    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator button(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator dialog(Page page, String name) {
        return page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName(name));
    }

    private static Locator labelled(Locator within, String name) {
        return within.getByLabel(name, new Locator.GetByLabelOptions().setExact(true));
    }

    @Test
    void aToolIsRegisteredTriedChangedAndForgotten() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        Page page = open("/console/tools", loggedIn(Role.OWNER));
        assertThat(page.getByText("No server tools yet")).isVisible();
        button(page, "Register a tool").click();
        Locator form = dialog(page, "Register a tool");
        assertUsable(page, "registering a tool");
        labelled(form, "Name").fill("adder");
        labelled(form, "Kind").selectOption("builtin");
        labelled(form, "Tool").selectOption("calculator");
        labelled(form, "Description").fill("Adds things up");
        labelled(form, "Price of a run").fill("0.002");
        button(form, "Register").click();
        Locator row = page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName("adder"));
        assertThat(row).containsText("Adds things up");
        assertThat(row).containsText("$0.002");

        button(page, "Test adder").click();
        Locator test = dialog(page, "Test adder");
        test.getByRole(AriaRole.TEXTBOX).first().fill("2 + 3");
        button(test, "Run").click();
        assertThat(test.getByLabel("Result")).hasText("5");
        button(test, "Close").click();

        button(page, "Edit adder").click();
        Locator change = dialog(page, "Edit adder");
        assertThat(labelled(change, "Description")).hasValue("Adds things up");
        labelled(change, "Description").fill("Works sums out");
        labelled(change, "Price of a run").fill("");
        button(change, "Save").click();
        assertThat(row).containsText("Works sums out");
        assertThat(row).containsText("Free");

        button(page, "Forget adder").click();
        button(dialog(page, "Forget this entry?"), "Forget entry").click();
        assertThat(page.getByText("No server tools yet")).isVisible();
        page.reload();
        assertThat(page.getByText("No server tools yet")).isVisible();
    }

    @Test
    void anEntryThatIsRefusedIsToldInItsForm() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        Page page = open("/console/tools", loggedIn(Role.OWNER));
        expect("status of 400");
        button(page, "Register a tool").click();
        Locator form = dialog(page, "Register a tool");
        labelled(form, "Name").fill("two words");
        labelled(form, "Kind").selectOption("builtin");
        button(form, "Register").click();
        assertThat(form.getByRole(AriaRole.ALERT)).isVisible();
        assertUsable(page, "an entry refused");
        assertThat(labelled(form, "Name")).hasValue("two words");
    }
}
