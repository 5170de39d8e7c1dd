package dev.gapura.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.gapura.access.Role;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.store.Database;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a model says stays text, be it an answer or the name of a tool that nobody offered it: it runs nowhere and is
/// reported by no policy. The [Watcher] of the window tells.
class HostileAnswersTest extends InBrowser {
    private static final int VECTORS = 25;

    @Override
    String yaml() {
        return """
                server: { access_log: "off" }
                storage: { history: { bodies: all } }
                tools:
                  sum: { kind: builtin, name: calculator }
                """;
    }

    @BeforeAll
    void script() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        gateway.simulator().answerWith(HostileAnswersTest::answer);
    }

    /// The model says what it was asked; one with tools calls it first, with itself as an argument.
    private static Reply answer(SimRequest request) {
        JsonNode asked = JsonTree.readOrNull(request.text());
        String said = "";
        boolean called = false;
        for (JsonNode message : asked.path("messages")) {
            called |= message.path("role").asText().equals("tool");
            said = message.path("role").asText().equals("user")
                    ? message.path("content").asText()
                    : said;
        }
        ModelTurn turn = !asked.has("tools") || called
                ? ModelTurn.says(said)
                : ModelTurn.says("")
                        .calling("call_1", said, JsonTree.text(JsonTree.object().put("expression", said)));
        return turn.reply("openai_chat", asked.path("stream").asBoolean());
    }

    /// Every way out once, with vectors that change.
    private static List<String> payloads() {
        List<String> all = Payloads.all();
        List<String> some = new ArrayList<>();
        for (int exit = 0; exit * VECTORS < all.size(); exit++) {
            some.add(all.get(exit * VECTORS + exit * 7 % VECTORS));
        }
        return some;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static String request(String payload, boolean stream) {
        ObjectNode body = JsonTree.object().put("model", "sim/echo").put("stream", stream);
        body.putArray("messages").addObject().put("role", "user").put("content", payload);
        body.putArray("tools").addObject().put("type", "server").put("name", "sum");
        return JsonTree.text(body);
    }

    @Test
    void answersAndNamesOfToolsStayTextWhereTheyAreTriedAndWhereTheyAreKept() {
        Page page = open("/", loggedIn(Role.OWNER));
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("JSON body"))
                .click();
        Locator answer = page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName("Answer").setExact(true));
        List<String> payloads = payloads();
        List<String> ids = new ArrayList<>();
        for (int index = 0; index < payloads.size(); index++) {
            String payload = payloads.get(index);
            boolean stream = index % 2 == 0;
            page.getByLabel("Body of the request, as JSON").fill(request(payload, stream));
            page.keyboard().press("Tab");
            button(page, "Try it").click();
            assertThat(answer.locator(".says")).hasText(payload);
            button(page, "JSON").click();
            assertThat(answer.getByLabel("Answer as JSON")).containsText("not_offered");
            if (stream) {
                button(page, "Events").click();
                assertThat(answer.getByLabel("Lines of the stream")).containsText("[DONE]");
            }
            button(page, "Text").click();
            ids.add(answer.locator("a[href^='/console/requests?id=']").innerText());
        }
        for (int index = 0; index < payloads.size(); index++) {
            String id = ids.get(index);
            Waiting.until(
                    "it is written",
                    () -> Database.now(gateway.ledger().one(id)).isPresent());
            page.navigate(origin() + "/console/requests?id=" + id);
            Locator runs = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Runs of tools"));
            assertThat(runs).containsText(payloads.get(index));
            assertThat(runs).containsText("not_offered");
        }
    }

    @Test
    void answersStayTextInThePlayground() {
        Page page = open("/console/playground", loggedIn(Role.OWNER));
        page.getByLabel("Model 1").fill("sim/echo");
        page.getByLabel("Model 2").fill("sim/lorem");
        for (String payload : payloads()) {
            page.getByLabel("Prompt", new Page.GetByLabelOptions().setExact(true))
                    .fill(payload);
            button(page, "Ask 2 models").click();
            for (String model : List.of("sim/echo", "sim/lorem")) {
                assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Answer of " + model))
                                .locator(".said"))
                        .hasText(payload);
            }
        }
    }
}
