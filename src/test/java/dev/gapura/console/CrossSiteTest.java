package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.sun.net.httpserver.HttpServer;
import dev.gapura.access.Role;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages of others, open in the browser of somebody who is logged in: of another site, and of another port of the same
/// host, whose requests carry the cookie. They change nothing, read nothing and frame nothing. Sessions are rotated.
class CrossSiteTest extends InBrowser {
    private HttpServer evil;

    @BeforeEach
    void startEvil() throws IOException {
        evil = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        evil.createContext("/", exchange -> {
            byte[] page = "<!doctype html><title>evil</title><p>evil".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        evil.start();
    }

    @AfterEach
    void stopEvil() {
        evil.stop(0);
    }

    private BrowserContext victim(String cookies) {
        return browser.newContext(new Browser.NewContextOptions().setStorageState(cookies));
    }

    /// What stands in the gateway that the attacks would change.
    private String state() {
        return admin("/admin/api/keys?limit=500") + admin("/admin/api/people") + admin("/admin/api/teams");
    }

    private String admin(String path) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request("GET", path, Map.of("authorization", "Bearer " + gateway.localToken()), new byte[0])
                    .readResponse()
                    .text();
        }
    }

    private static int status(BrowserContext context, String url) {
        return context.request().get(url).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void pagesOfOthersChangeAndReadNothing(String host) {
        String owner = loggedIn(Role.OWNER);
        String before = state();
        try (BrowserContext context = victim(owner)) {
            String place = "http://" + host + ":" + evil.getAddress().getPort() + "/";
            Page page = context.newPage();
            for (String enctype : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
                for (String target : List.of("keys", "people", "teams", "session", "session/password")) {
                    page.navigate(place);
                    page.evaluate("""
                            ([action, enctype]) => {
                              const form = document.createElement('form');
                              Object.assign(form, { action, enctype, method: 'post' });
                              const field = document.createElement('input');
                              field.name = '{"name":"evil","email":"evil@example.org","role":"owner","x":"';
                              field.value = '"}';
                              form.append(field);
                              document.body.append(form);
                              form.submit();
                            }""", List.of(origin() + "/admin/api/" + target, enctype));
                    page.waitForURL(url -> url.startsWith(origin()));
                }
            }
            page.navigate(place);
            Object read = page.evaluate("""
                    async (origin) => {
                      const read = [];
                      const body = '{"name":"evil","email":"evil@example.org","role":"owner"}';
                      for (const path of ['keys', 'people', 'session', 'requests'])
                        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
                          for (const mode of ['cors', 'no-cors'])
                            for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json', 'x-csrf-token': 'guess' }]) {
                              try {
                                const answer = await fetch(`${origin}/admin/api/${path}`, { method, mode, headers, credentials: 'include', body: method === 'GET' ? undefined : body });
                                if (answer.type !== 'opaque') read.push(`${method} ${path}: ${await answer.text()}`);
                              } catch { /* as it should be */ }
                            }
                      return read;
                    }""", origin());
            assertThat((List<?>) read).as("answers that the page could read").isEmpty();
            assertThat(status(context, origin() + "/admin/api/session")).isEqualTo(200);
        }
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console", "/console/keys"})
    void pagesAreNotFramed(String path) {
        try (BrowserContext context = victim(loggedIn(Role.OWNER))) {
            Page page = context.newPage();
            page.navigate("http://127.0.0.1:" + evil.getAddress().getPort() + "/");
            page.evaluate("""
                    (src) => new Promise((resolve) => {
                      const frame = document.createElement('iframe');
                      frame.addEventListener('load', resolve);
                      frame.src = src;
                      document.body.append(frame);
                    })""", origin() + path);
            Frame framed = page.frames().getLast();
            assertThat(framed.url()).doesNotStartWith(origin());
            assertThat(framed.content()).doesNotContain("gp-");
        }
    }

    @ParameterizedTest
    @CsvSource({"/, localhost", "/, 127.0.0.1", "/console, localhost", "/console, 127.0.0.1"})
    void whoOpensAPageHasNoHoldOfIt(String path, String host) {
        try (BrowserContext context = victim(loggedIn(Role.OWNER))) {
            Page page = context.newPage();
            page.navigate("http://" + host + ":" + evil.getAddress().getPort() + "/");
            Page opened =
                    page.waitForPopup(() -> page.evaluate("url => { window.held = open(url); }", origin() + path));
            opened.waitForLoadState();
            assertThat(opened.url()).startsWith(origin());
            assertThat(opened.evaluate("opener")).isNull();
            Waiting.until("the hold is gone", () -> page.evaluate("held.closed").equals(true));
        }
    }

    @Test
    void aSessionIsNewAtEveryLogInAndDeadAfterwards() {
        String planted = "gapura_session";
        try (BrowserContext context = browser.newContext()) {
            context.addCookies(List.of(new Cookie(planted, "planted-by-somebody-else").setUrl(origin())));
            Page page = context.newPage();
            page.navigate(origin() + "/console#code=" + gateway.loginCode());
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("Log in").setExact(true))
                    .click();
            page.getByText("Log out").waitFor();
            Cookie mine = cookie(context, planted);
            assertThat(mine.value).isNotEqualTo("planted-by-somebody-else");
            assertThat(mine.httpOnly).isTrue();
            assertThat(page.evaluate("document.cookie")).isEqualTo("");

            page.getByText("Log out").click();
            page.getByText("Log in").first().waitFor();
            Waiting.until("the session is dead", () -> status(mine) == 401);
        }
    }

    private int status(Cookie cookie) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request(
                            "GET",
                            "/admin/api/session",
                            Map.of("cookie", cookie.name + "=" + cookie.value),
                            new byte[0])
                    .readResponse()
                    .status();
        }
    }

    private static Cookie cookie(BrowserContext context, String name) {
        return context.cookies().stream()
                .filter(cookie -> cookie.name.equals(name))
                .findFirst()
                .orElseThrow();
    }
}
