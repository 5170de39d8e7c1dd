package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Takes the pictures in `docs/images` of a gateway with some life in it, when it is asked to:
/// `./mvnw -q test -Dtest=PicturesTest -Dpictures.write=true`.
@EnabledIfSystemProperty(named = "pictures.write", matches = "true")
class PicturesTest extends InBrowser {
    private static final Path FOLDER = Path.of("docs", "images");
    private static final Look DARK = new Look(ColorScheme.DARK, 1440);
    private static final Look NARROW = new Look(ColorScheme.LIGHT, 390);

    private static final List<String> AGENTS = List.of(
            "OpenAI/Python 3.57.0",
            "OpenAI/JS 7.57.0",
            "langchain4j-openai",
            "ai-sdk/openai-compatible/3.0.92",
            "curl/8.9.1");
    private static final List<String> QUESTIONS = List.of(
            "Which ferries leave Ketapang on Sunday?",
            "Write the release notes of version 2.4 in two sentences.",
            "Is this invoice due before the end of the month?",
            "Say hello to the new colleague in Semarang.");

    private final AtomicInteger asked = new AtomicInteger();
    private String search;
    private String support;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                storage: { history: { bodies: all } }
                models:
                  smart: { targets: ["sim/lorem", "sim/echo"], strategy: order }
                  fast: { targets: ["sim/echo"] }
                catalogue:
                  "sim/*": { input_usd_per_million: 2.5, output_usd_per_million: 15 }
                tools:
                  now: { kind: builtin, name: current_time, description: "The time in a place" }
                  calculator: { kind: builtin, name: calculator, description: "Works sums out" }
                """;
    }

    @Test
    void takeThem() {
        String owner = owner();
        search = key("search service");
        support = key("support desk");
        admin("PUT", "/admin/api/limits/everyone/all", "{\"usd_per_month\": 25, \"requests_per_minute\": 600}");
        for (int round = 0; round < 15; round++) {
            ask(search, "smart", "");
            ask(support, "fast", "\"stream\": true,");
            ask(search, "sim/echo", "\"temperature\": 0.2,");
        }
        ask(support, "sim/flaky", "\"metadata\": {\"sim_status\": \"429\", \"sim_error\": \"Slow down, please.\"},");
        ask(search, "sim/echo", "\"temperature\": 9,");
        ask(support, "sim/unknown", "");
        Waiting.until(
                "all are written",
                () -> admin("GET", "/admin/api/requests?limit=200", "")
                                .path("data")
                                .size()
                        >= asked.get());

        take(open("/", owner), "reference");
        take(open("/", owner, DARK), "reference-dark");
        take(open("/", STRANGER, NARROW), "reference-narrow");
        Page tried = open("/", owner);
        tried.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Try it").setExact(true))
                .click();
        assertThat(tried.getByText("done", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        take(tried, "try-it");

        Page console = open("/console", owner);
        List<String> paths = console
                .getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Console"))
                .getByRole(AriaRole.LINK)
                .all()
                .stream()
                .map(link -> link.getAttribute("href"))
                .toList();
        try (RawClient streaming = RawClient.connect(gateway.port())) {
            streaming.postJson(
                    "/v1/chat/completions",
                    search,
                    body("sim/slow", "\"stream\": true, \"metadata\": {\"sim_pace\": \"10s\"},"));
            for (String path : paths) {
                take(open(path, owner), path.substring(path.lastIndexOf('/') + 1));
            }
        }
        take(open("/console/requests", owner, DARK), "requests-dark");
        take(open("/console/requests", owner, NARROW), "requests-narrow");
        Page list = open("/console/requests", owner);
        list.locator("tbody tr:has-text('sim/flaky') a").first().click();
        take(list, "request");
        take(open("/console", STRANGER), "login");

        admin("POST", "/admin/api/teams", "{\"name\": \"search\"}");
        take(open("/console/account", owner), "account");
        takeOne(open("/console/keys", owner), "search service", "key");
        takeOne(open("/console/people?tab=teams", owner), "search", "team");
        takeOne(open("/console/people", owner), "Owner", "person");
        takeOne(open("/console/providers", owner), "sim", "provider");
        Page models = open("/console/providers", owner);
        models.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("smart").setExact(true))
                .click();
        take(models, "model");
    }

    /// The page of what a list leads to.
    private void takeOne(Page list, String link, String name) {
        list.locator(".view td")
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName(link).setExact(true))
                .click();
        assertThat(list.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .hasText(link);
        take(list, name);
    }

    /// The owner, with a key and a password: whoever logged in by a code is asked for one on every page.
    private String owner() {
        JsonNode person = admin("GET", "/admin/api/people", "").path("data").path(0);
        admin(
                "POST",
                "/admin/api/keys",
                "{\"name\": \"my own\", \"person\": \"" + person.path("id").asText() + "\"}");
        String session = origin() + "/admin/api/session";
        String password = "sugeng enjing sedaya";
        try (BrowserContext context = browser.newContext()) {
            RequestOptions code = RequestOptions.create().setData(Map.of("code", gateway.loginCode()));
            String token = json(context.request().post(session, code).text())
                    .path("csrf_token")
                    .asText();
            context.request()
                    .put(
                            session + "/password",
                            RequestOptions.create()
                                    .setHeader("x-csrf-token", token)
                                    .setData(Map.of("password", password)));
            context.clearCookies();
            String email = person.path("email").asText();
            context.request()
                    .post(session, RequestOptions.create().setData(Map.of("email", email, "password", password)));
            return context.storageState();
        }
    }

    private static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (JsonProcessingException broken) {
            throw new AssertionError(text, broken);
        }
    }

    private void take(Page page, String name) {
        assertThat(page.locator("h1").first()).isVisible();
        assertThat(page.locator(".loading")).hasCount(0);
        page.evaluate("() => document.fonts.ready");
        try {
            Files.write(FOLDER.resolve(name + ".png"), Palette.reduce(page.screenshot()));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        page.close();
    }

    private String key(String name) {
        return admin("POST", "/admin/api/keys", "{\"name\": \"" + name + "\"}")
                .path("secret")
                .asText();
    }

    private void ask(String key, String model, String more) {
        Map<String, String> headers = new HashMap<>(Map.of("authorization", "Bearer " + key));
        headers.put("content-type", "application/json");
        headers.put("user-agent", AGENTS.get(asked.get() % AGENTS.size()));
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                            "POST",
                            "/v1/chat/completions",
                            headers,
                            body(model, more).getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    private String body(String model, String more) {
        String question = QUESTIONS.get(asked.getAndIncrement() % QUESTIONS.size());
        return "{\"model\": \"" + model + "\", " + more + " \"messages\": [{\"role\": \"user\", \"content\": \""
                + question + "\"}]}";
    }
}
