package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pages that the menu does not lead to, and those that list what they are of, in every look, on a gateway with
/// something in it whose names are long and cannot be broken: what is too wide for its place shows.
class PagesInUseTest extends InBrowser {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEAM = "Team-" + "w".repeat(75);
    private static final String PERSON = "Person-" + "m".repeat(73);
    private static final String EMAIL = "m".repeat(60) + "@" + "long-label.".repeat(6) + "example.org";
    private static final String KEY = "Key-" + "k".repeat(76);
    private static final String ALIAS = "alias-" + "a".repeat(74);
    private static final String TOOL = "tool-" + "t".repeat(35);
    private static final String AGENT = "Agent/" + "9".repeat(200);

    private String cookies;
    private String secret;
    private String person;
    private String team;
    private String key;
    private String failed;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                catalogue:
                  "sim/*": { input_usd_per_million: 2.5, output_usd_per_million: 15 }
                models:
                  "%s": { targets: ["sim/echo"] }
                tools:
                  "%s": { kind: builtin, name: calculator, description: "%s" }
                """.formatted(ALIAS, TOOL, "d".repeat(300));
    }

    static List<Look> looks() {
        return Look.all();
    }

    @BeforeAll
    void use() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        JsonNode invited = admin(
                "POST",
                "/admin/api/people",
                "{\"name\":\"" + PERSON + "\",\"email\":\"" + EMAIL + "\",\"role\":\"owner\"}");
        person = invited.at("/person/id").asText();
        cookies = loggedIn(invited.path("code").asText());
        team = admin("POST", "/admin/api/teams", "{\"name\":\"" + TEAM + "\"}")
                .path("id")
                .asText();
        admin("PUT", "/admin/api/teams/" + team + "/members/" + person, "{\"admin\":true}");
        JsonNode made = admin(
                "POST",
                "/admin/api/keys",
                "{\"name\":\"" + KEY + "\",\"team\":\"" + team + "\",\"person\":\"" + person
                        + "\",\"policy\":{\"bodies\":\"all\",\"models\":[\"*\",\"" + ALIAS
                        + "\"],\"tags\":{\"project\":\"" + "p".repeat(100) + "\"}}}");
        key = made.at("/key/id").asText();
        secret = made.path("secret").asText();
        for (String whose : List.of("key/" + key, "team/" + team, "person/" + person, "model/" + ALIAS)) {
            admin("PUT", "/admin/api/limits/" + whose, "{\"requests_per_day\":1000,\"usd_per_month\":25}");
        }
        admin(
                "POST",
                "/admin/api/providers/openai/keys",
                "{\"name\":\"" + KEY + "\",\"key\":\"sk-no-such-key-0123456789\"}");
        assertThat(ask(chat(ALIAS, "")).status()).isEqualTo(200);
        assertThat(ask(chat("sim/echo", "\"stream\":true,")).status()).isEqualTo(200);
        ask(chat("sim/" + "u".repeat(80), ""));
        failed = ask(chat(
                        "sim/flaky",
                        "\"user\":\"" + "e".repeat(60) + "\",\"metadata\":{\"sim_status\":\"400\",\"sim_error\":\""
                                + "x".repeat(300) + "\"},"))
                .header("x-request-id");
        Waiting.until(
                "all are written",
                () -> admin("GET", "/admin/api/requests", "").path("data").size() == 4);
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"" + model + "\"," + more + "\"messages\":[{\"role\":\"user\",\"content\":\""
                + "Hello".repeat(60) + "\"}]}";
    }

    private RawClient.Response ask(String body) {
        Map<String, String> headers =
                Map.of("authorization", "Bearer " + secret, "content-type", "application/json", "user-agent", AGENT);
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request("POST", CHAT, headers, body.getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    private static void assertStands(Page page, Look look, String where) {
        assertThat(page.locator(".view h1, .login h1").first()).isVisible();
        assertThat(page.locator(".loading")).hasCount(0);
        assertUsable(page, look + " " + where);
    }

    @ParameterizedTest
    @MethodSource("looks")
    void pagesOfOneThing(Look look) {
        Map<String, String> shown = new TreeMap<>(Map.of(
                "/console/keys?id=" + key,
                KEY,
                "/console/people?team=" + team,
                PERSON,
                "/console/people?person=" + person,
                EMAIL,
                "/console/requests?id=" + failed,
                "x".repeat(300),
                "/console/providers?provider=openai",
                KEY,
                "/console/account",
                "This one"));
        Page page = open("/console/requests", cookies, look);
        shown.forEach((path, text) -> {
            page.navigate(origin() + path);
            assertThat(page.locator(".view")).containsText(text);
            assertStands(page, look, path);
        });
    }

    @ParameterizedTest
    @MethodSource("looks")
    void listsOfThem(Look look) {
        Map<String, String> shown = new TreeMap<>(Map.of(
                "/console/requests", ALIAS,
                "/console/keys", KEY,
                "/console/people", EMAIL,
                "/console/people?tab=teams", TEAM,
                "/console/limits", TEAM,
                "/console/tools", TOOL));
        Page page = open("/console/requests", cookies, look);
        shown.forEach((path, text) -> {
            page.navigate(origin() + path);
            assertThat(page.locator(".view table").first()).containsText(text);
            assertStands(page, look, path);
        });
    }

    @ParameterizedTest
    @MethodSource("looks")
    void theReferenceOfWhoeverIsLoggedIn(Look look) {
        Page page = open("/", cookies, look);
        assertThat(page.locator("gp-recent table")).containsText("Agent/");
        assertThat(page.locator("html[data-ready]")).isAttached();
        assertUsable(page, look + " the reference");
    }

    @ParameterizedTest
    @MethodSource("looks")
    void dialogs(Look look) {
        Page page = open("/console/providers", cookies, look);
        page.getByLabel("Find").fill(ALIAS);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(ALIAS))
                .click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Prices for a million tokens");
        assertThat(page.getByRole(AriaRole.DIALOG)).not().containsText("null");
        assertStands(page, look, "a model");

        String slow = "\"stream\":true,\"metadata\":{\"sim_pace\":\"1s\",\"sim_words\":\"600\"},";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson(CHAT, secret, chat("sim/slow", slow));
            page.navigate(origin() + "/console/running");
            Locator watch =
                    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Watch ")));
            watch.click();
            assertThat(page.getByRole(AriaRole.DIALOG)).containsText("orem");
            assertStands(page, look, "a stream that is watched");
        }
        // Whoever leaves ends the request: the next look has one of its own.
        Waiting.until(
                "it has ended",
                () -> admin("GET", "/admin/api/running", "").path("data").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("looks")
    void loggingIn(Look look) {
        Page page = open("/console", STRANGER, look);
        assertStands(page, look, "the login");
        expect("status of 401");
        page.getByLabel("Email").fill(EMAIL);
        page.locator("input[type=password]").fill("not this one");
        page.locator("form button.primary").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("login_failed");
        assertStands(page, look, "a login refused");
    }
}
