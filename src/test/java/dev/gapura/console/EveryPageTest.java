package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every page that the menu offers, in every look, on a gateway that was never asked anything.
class EveryPageTest extends InBrowser {
    static List<Look> looks() {
        return Look.all();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void standsEveryLook(Look look) {
        Page page = open("/console", loggedIn(Role.OWNER), look);
        for (String title : titles(page)) {
            visit(page, title);
            assertUsable(page, look + " " + title);
        }
    }

    @ParameterizedTest
    @MethodSource("looks")
    void theReferenceStandsEveryLook(Look look) {
        for (String path : ReferencePages.routes().keySet()) {
            Page page = open(path, STRANGER, look);
            assertThat(page.locator("html[data-ready]")).isAttached();
            assertUsable(page, look + " " + path);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void opensForEverybodyWhoSeesIt(Role role) {
        Page page = open("/console", loggedIn(role));
        List<String> titles = titles(page);
        assertThat(titles).isNotEmpty();
        titles.forEach(title -> visit(page, title));
    }

    private static Locator menu(Page page) {
        return page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Console"));
    }

    private static List<String> titles(Page page) {
        menu(page).waitFor();
        return menu(page).getByRole(AriaRole.LINK).allInnerTexts();
    }

    private static void visit(Page page, String title) {
        menu(page)
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName(title).setExact(true))
                .click();
        assertThat(page.locator(".view h1")).isVisible();
        assertThat(page.locator(".view .loading")).hasCount(0);
    }
}
