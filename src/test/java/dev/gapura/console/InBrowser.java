package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.People;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.app.TestGateway;
import dev.gapura.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Tests of pages in a real browser, on a whole gateway that the tests of a class share. Every test has windows of its
/// own, and fails where one of them heard what the [Watcher] listens for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Chromium.class)
@ResourceLock(Chromium.LOCK)
abstract class InBrowser {
    /// Nobody is logged in.
    static final String STRANGER = "";

    /// Longest wait for anything on a page; a machine may be busy.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Dialogs, cards and other places that would be scrolled sideways or run into what stands beside them. Tables,
    /// programs and menus may be scrolled.
    private static final String CUT_OFF = """
            () => {
              const places = 'dialog, .card, .view-head, .figure, .note, .login, .filters, .field, .pairs';
              return [...document.querySelectorAll(places)]
                .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !one.closest('.table'))
                .map((one) => `${one.localName}.${one.className} ${one.scrollWidth} > ${one.clientWidth} `
                  + one.innerText.slice(0, 60));
            }
            """;

    private static final JsonMapper JSON = new JsonMapper();

    /// How a window looks.
    ///
    /// @param width in CSS pixels
    record Look(ColorScheme scheme, int width) {
        static final Look DESK = new Look(ColorScheme.LIGHT, 1440);

        /// Those that every page must stand.
        static List<Look> all() {
            return List.of(
                    DESK,
                    new Look(ColorScheme.DARK, 1440),
                    new Look(ColorScheme.LIGHT, 390),
                    new Look(ColorScheme.DARK, 390));
        }

        @Override
        public String toString() {
            return (scheme == ColorScheme.DARK ? "dark" : "light") + "-" + width;
        }
    }

    private record Window(BrowserContext context, Watcher watcher) {}

    /// Set before the first test.
    Browser browser;

    /// The gateway of this class.
    TestGateway gateway;

    private final List<Window> windows = new ArrayList<>();

    /// Configuration of the gateway.
    String yaml() {
        return "";
    }

    @BeforeAll
    void startGateway() {
        gateway = TestGateway.start(yaml());
    }

    @AfterAll
    void stopGateway() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @AfterEach
    void checkAndCloseWindows() {
        List<Window> open = List.copyOf(windows);
        windows.clear();
        open.forEach(window -> window.context().close());
        open.forEach(window -> window.watcher().check("what the browser said"));
    }

    /// Scheme, host and port of the gateway.
    final String origin() {
        return "http://127.0.0.1:" + gateway.port();
    }

    /// What the admin API answers to whoever commands this machine.
    ///
    /// @param json the body; empty for none
    final JsonNode admin(String method, String path, String json) {
        Map<String, String> headers =
                Map.of("authorization", "Bearer " + gateway.localToken(), "content-type", "application/json");
        try (RawClient client = RawClient.connect(gateway.port())) {
            RawClient.Response response = client.request(method, path, headers, json.getBytes(StandardCharsets.UTF_8))
                    .readResponse();
            assertThat(response.status()).as(response.text()).isLessThan(400);
            return JSON.readTree(response.body());
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /// A new person of this role who has logged in by an invitation, with a key where the role may have one.
    ///
    /// @param key secret of the key, empty for none
    record Somebody(String cookies, String key) {}

    /// Invites somebody, makes their key and logs them in.
    final Somebody somebody(Role role) {
        String email = role.text() + "-" + UUID.randomUUID() + "@example.org";
        People.Invited invited = gateway.directory()
                .people()
                .invite(Authority.COMMAND, null, email, "Ani", role)
                .join();
        String key = "";
        if (role != Role.VIEWER) {
            ApiKey.Draft draft = new ApiKey.Draft(
                    "key of " + email, null, null, invited.person().id(), null, Policy.ANYTHING);
            key = gateway.directory()
                    .keys()
                    .create(Authority.COMMAND, draft)
                    .join()
                    .secret();
        }
        return new Somebody(loggedIn(invited.code()), key);
    }

    /// Cookies of [#somebody].
    final String loggedIn(Role role) {
        return somebody(role).cookies();
    }

    /// Cookies of whoever this code logs in.
    final String loggedIn(String code) {
        try (BrowserContext context = browser.newContext()) {
            APIResponse response = context.request()
                    .post(
                            origin() + "/admin/api/session",
                            RequestOptions.create().setData(Map.of("code", code)));
            assertThat(response.status()).as(response.text()).isEqualTo(201);
            return context.storageState();
        }
    }

    /// A page in a window of its own.
    ///
    /// @param cookies as [#loggedIn] gives them, or [#STRANGER]
    final Page open(String path, String cookies, Look look) {
        Page page = window(cookies, look).context().newPage();
        page.navigate(origin() + path);
        return page;
    }

    /// A page at a desk.
    final Page open(String path, String cookies) {
        return open(path, cookies, Look.DESK);
    }

    /// Says which of the messages that this test provokes are in order, in the last window opened.
    final void expect(String regex) {
        watcher().expects(regex);
    }

    /// Of the last window opened.
    final Watcher watcher() {
        return windows.getLast().watcher();
    }

    private Window window(String cookies, Look look) {
        Browser.NewContextOptions options = new Browser.NewContextOptions()
                .setColorScheme(look.scheme())
                .setViewportSize(look.width(), look.width() > 1000 ? 900 : 844)
                .setLocale("en-GB");
        if (!cookies.isEmpty()) {
            options.setStorageState(cookies);
        }
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE.toMillis());
        Window window = new Window(context, new Watcher(context, origin()));
        windows.add(window);
        return window;
    }

    /// Fails where somebody could not read or use the page as it stands, or would have to scroll sideways.
    static void assertUsable(Page page, String where) {
        Object beyond =
                page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(((Number) beyond).intValue())
                .as(where + ": pixels beyond the edge")
                .isLessThanOrEqualTo(0);
        assertThat(page.evaluate(CUT_OFF))
                .as(where + ": what is wider than its place")
                .isEqualTo(List.of());
        List<Rule> violations =
                new AxeBuilder(page).setLegacyMode(true).analyze().getViolations();
        assertThat(violations.stream()
                        .map(rule -> rule.getId() + ": "
                                + rule.getNodes().stream()
                                        .map(node -> node.getTarget() + " " + node.getFailureSummary())
                                        .toList()))
                .as(where + ": axe")
                .isEmpty();
    }

    /// Takes pictures of all windows.
    final void photograph(Path folder, String name) {
        int number = 0;
        for (Window window : windows) {
            for (Page page : window.context().pages()) {
                Path file = folder.resolve(name + "-" + number++ + ".png");
                page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
            }
        }
    }
}
