package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Turns that called server tools and the client's go on at a gateway that was started anew, and at another replica.
class WaitingTurnsTest {
    private static final String KEY = "first-secret-0123456789";
    private static final String MASTER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    private Path folder;

    private static void configure(TestGateway gateway, String storage) {
        StringBuilder yaml = new StringBuilder("server: { access_log: \"off\" }\n" + storage + "providers:\n");
        for (ScriptedModel model : ScriptedModel.values()) {
            yaml.append(model.provider("http://127.0.0.1:" + gateway.simulator().port()));
        }
        gateway.reload(yaml + "tools:\n  calc: { kind: builtin, name: calculator }\n"
                + "auth:\n  keys:\n    - { name: ci, key: " + KEY + " }\n"
                + "    - { name: other, key: other-secret-0123456789 }\n");
    }

    private TestGateway start(String data, String storage) throws Exception {
        TestGateway gateway = TestGateway.start(
                Files.createDirectories(folder.resolve(data)), "server: { access_log: \"off\" }\n" + storage, Map.of());
        configure(gateway, storage);
        return gateway;
    }

    private static void script(TestGateway gateway, ScriptedModel model) {
        gateway.simulator()
                .answerWith(request -> model.reply(
                        request,
                        ScriptedModel.results(request) == 0
                                ? ModelTurn.says("")
                                        .calling("call00001", "weather", "{\"city\":\"Solo\"}")
                                        .calling("call00002", "calc", "{\"expression\":\"6000 + 7\"}")
                                : ModelTurn.says("Sunny, and 6007.")));
    }

    private static RawClient.Response ask(TestGateway gateway, ScriptedModel model, String key, String more) {
        return ToolClient.post(
                gateway.port(),
                key,
                ToolClient.body(model.model(), true, ",\"tools\":[" + ToolClient.WEATHER + "]" + more),
                Map.of("x-gapura-tools", "all"));
    }

    /// Begins a conversation.
    ///
    /// @return the messages with which it goes on
    private static String begin(TestGateway gateway, ScriptedModel model) {
        script(gateway, model);
        ToolClient.Answer first = ToolClient.answer(ask(gateway, model, KEY, ""), true);
        JsonNode calls = first.message().get("tool_calls");
        assertThat(calls).hasSize(1);
        return ",\"messages\":[{\"role\":\"user\",\"content\":\"both\"},{\"role\":\"assistant\",\"content\":null,"
                + "\"tool_calls\":" + calls + "},{\"role\":\"tool\",\"tool_call_id\":"
                + calls.at("/0/id") + ",\"content\":\"31 degrees\"}]";
    }

    private static void goesOn(TestGateway gateway, ScriptedModel model, String messages) {
        script(gateway, model);
        ToolClient.Answer second = ToolClient.answer(ask(gateway, model, KEY, messages), true);
        assertThat(second.content()).isEqualTo("Sunny, and 6007.");
        List<SimRequest> requests = gateway.simulator().requests();
        assertThat(ScriptedModel.results(requests.getLast())).isEqualTo(2);
        assertThat(requests.getLast().text())
                .contains("31 degrees")
                .contains("6007")
                .doesNotContain("call_gapura_");
    }

    private static void isLost(TestGateway gateway, ScriptedModel model, String key, String messages) {
        long before = gateway.simulator().requestCount();
        RawClient.Response lost = ask(gateway, model, key, messages);
        assertThat(lost.status()).isEqualTo(400);
        assertThat(Ask.error(lost).get("code").asText()).isEqualTo("server_tool_results_lost");
        assertThat(Ask.error(lost).get("param").asText()).isEqualTo("messages[1].tool_calls");
        assertThat(gateway.simulator().requestCount()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(ScriptedModel.class)
    void aGatewayThatWasStartedAnewGoesOn(ScriptedModel model) throws Exception {
        TestGateway before = start("one", "");
        String messages = begin(before, model);
        before.drain();
        try (TestGateway after = start("one", "")) {
            isLost(after, model, "other-secret-0123456789", messages);
            goesOn(after, model, messages);
            goesOn(after, model, messages);
        }
    }

    @Test
    void anotherReplicaGoesOn() throws Exception {
        Config.Postgresql place =
                (Config.Postgresql) Postgres.shared().storage().place();
        String storage = "storage: { url: \"postgresql://" + place.user() + "@"
                + place.hosts().getFirst() + "/" + place.database() + "\", master_key: \"" + MASTER + "\" }\n";
        try (TestGateway one = start("one", storage);
                TestGateway two = start("two", storage)) {
            String messages = begin(one, ScriptedModel.ANTHROPIC);
            isLost(two, ScriptedModel.ANTHROPIC, "other-secret-0123456789", messages);
            goesOn(two, ScriptedModel.ANTHROPIC, messages);
        }
    }

    @Test
    void whileTheDatabaseIsAwayTheAnswerGoesOnAndOthersAreToldToTryAgain() throws Exception {
        try (Postgres server = Postgres.own()) {
            Config.Postgresql place = (Config.Postgresql) server.storage().place();
            String storage = "storage: { url: \"postgresql://" + place.user() + "@"
                    + place.hosts().getFirst() + "/" + place.database() + "\", master_key: \"" + MASTER + "\" }\n";
            try (TestGateway one = start("one", storage);
                    TestGateway two = start("two", storage)) {
                server.stop();
                String messages = begin(one, ScriptedModel.OPENAI_CHAT);
                goesOn(one, ScriptedModel.OPENAI_CHAT, messages);
                script(two, ScriptedModel.OPENAI_CHAT);
                RawClient.Response later = ask(two, ScriptedModel.OPENAI_CHAT, KEY, messages);
                assertThat(later.status()).isEqualTo(503);
                assertThat(Ask.error(later).get("code").asText()).isEqualTo("storage_unavailable");
            }
        }
    }
}
