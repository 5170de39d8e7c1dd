package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Authority;
import dev.gapura.config.Secret;
import dev.gapura.config.ToolEntry;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Sealer;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools that are registered through the administration, on both databases and at several gateways.
class RegisteredToolsTest {
    private static final String WEATHER =
            "{'kind':'http','description':'Weather.','url':'https://example.org/w/{city}','price_usd':0.001,"
                    + "'keys':['ci','ops-*'],'headers':{'authorization':'Bearer canary-secret'}}";

    @TempDir
    Path folder;

    private Store store;
    private RegisteredTools one;
    private RegisteredTools other;
    private final AtomicInteger changes = new AtomicInteger();

    private static Sealer sealer(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new Sealer(List.of(new Secret(Base64.getEncoder().encodeToString(key))));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonTree.readOrNull(text.replace('\'', '"'));
    }

    private RegisteredTools open(int seed) {
        return new RegisteredTools(store.configuration(), sealer(seed), InstantSource.system());
    }

    private void start(Kind kind) {
        store = Storages.store(Storages.empty(kind, folder));
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
        one = open(1);
        other = open(1);
        one.start(() -> {});
        other.start(changes::incrementAndGet);
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        store.close();
    }

    private static String code(CompletableFuture<?> refused) {
        assertThatThrownBy(refused::join).isInstanceOf(CompletionException.class);
        return ((GatewayException) refused.exceptionNow()).failure().code();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyGatewayKnowsWhatOneRegistered(Kind kind) {
        start(kind);
        RegisteredTools.Shown made =
                one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
        assertThat(made.entry().at("/headers/authorization").asText()).isEqualTo("***");
        assertThat(made.changedBy()).isEqualTo("command");
        ToolEntry entry = one.entries().get("weather");
        assertThat(((ToolEntry.Source.Http) entry.source())
                        .headers()
                        .get("authorization")
                        .reveal())
                .isEqualTo("Bearer canary-secret");
        assertThat(entry.keys()).containsExactly("ci", "ops-*");
        assertThat(entry.priceUsd()).isEqualByComparingTo("0.001");
        Waiting.until("the other one knows it", () -> other.entries().equals(one.entries()));
        assertThat(changes.get()).isOne();

        ObjectNode patch = json("{'timeout':'3s','price_usd':null,'headers':{'x-more':'1234567'}}");
        one.change(Authority.COMMAND, "weather", patch).join();
        one.change(Authority.COMMAND, "weather", json("{'headers':{'authorization':'***'}}"))
                .join();
        Waiting.until("the other one knows the change", () -> other.entries().equals(one.entries()));
        ToolEntry changed = other.entries().get("weather");
        assertThat(changed.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(changed.priceUsd()).isNull();
        assertThat(((ToolEntry.Source.Http) changed.source()).headers().keySet())
                .containsExactlyInAnyOrder("authorization", "x-more");
        assertThat(((ToolEntry.Source.Http) changed.source())
                        .headers()
                        .get("authorization")
                        .reveal())
                .isEqualTo("Bearer canary-secret");

        one.delete(Authority.COMMAND, "weather").join();
        assertThat(one.entries()).isEmpty();
        Waiting.until("the other one forgot it", () -> other.entries().isEmpty());
        assertThat(one.list().join()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void secretsAreSealedAndChangesWrittenDown(Kind kind) {
        start(kind);
        one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
        one.delete(Authority.COMMAND, "weather").join();
        one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
        List<String> rows = Database.now(store.configuration().read(sql -> {
            List<String> all = sql.list("SELECT entry FROM server_tool", row -> row.getString(1));
            all.addAll(sql.list("SELECT detail FROM audit WHERE kind = 'tool' ORDER BY id", row -> row.getString(1)));
            return all;
        }));
        assertThat(rows).hasSize(4).noneMatch(row -> row.contains("canary"));
        assertThat(rows.getFirst()).startsWith("v1.");
        assertThat(rows.get(1)).contains("https://example.org/w/{city}").contains("***");
        List<String> actions = Database.now(store.configuration()
                .read(sql ->
                        sql.list("SELECT action FROM audit WHERE kind = 'tool' ORDER BY id", row -> row.getString(1))));
        assertThat(actions).containsExactly("tool.create", "tool.delete", "tool.create");

        // With another master key nothing can be read, and the name can be freed.
        RegisteredTools stranger = open(2);
        assertThat(stranger.list().join())
                .singleElement()
                .satisfies(shown -> assertThat(shown.entry()).isNull());
        assertThat(code(stranger.change(Authority.COMMAND, "weather", json("{'timeout':'3s'}"))))
                .isEqualTo("tool_unreadable");
        assertThat(stranger.entries()).isEmpty();
        stranger.delete(Authority.COMMAND, "weather").join();
        Waiting.until("it is gone", () -> one.entries().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void secretsOfAddressesAndBodiesAreShownNowhere(Kind kind) {
        start(kind);
        ObjectNode entry = json("{'kind':'http','description':'d','method':'POST','body':'{\\'key\\':\\'canary-1\\'}',"
                + "'url':'https://user:canary-2@example.org/w/{city}?key=canary-3&day={day}&canary-4&empty='}");
        ObjectNode shown =
                one.create(Authority.COMMAND, "weather", entry).join().entry();
        assertThat(shown.get("url").asText())
                .isEqualTo("https://***@example.org/w/{city}?key=***&day={day}&***&empty=");
        assertThat(shown.get("body").asText()).isEqualTo("***");
        one.create(
                        Authority.COMMAND,
                        "api",
                        json("{'kind':'openapi','url':'https://example.org/api.json?t=canary-5',"
                                + "'base_url':'https://canary-6@example.org'}"))
                .join();
        ToolEntry before = one.entries().get("weather");
        one.change(Authority.COMMAND, "weather", shown.put("timeout", "3s")).join();
        ToolEntry after = one.entries().get("weather");
        assertThat(after.source()).isEqualTo(before.source());
        assertThat(after.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(one.list().join().toString()).doesNotContain("canary");
        List<String> audit = Database.now(store.configuration()
                .read(sql -> sql.list("SELECT detail FROM audit WHERE kind = 'tool'", row -> row.getString(1))));
        assertThat(audit).hasSize(3).noneMatch(row -> row.contains("canary"));

        // A mask stands for what it hides only where nothing else is changed.
        String elsewhere = "{'url':'https://other.example/w/{city}?key=***'}";
        assertThat(code(one.change(Authority.COMMAND, "weather", json(elsewhere))))
                .isEqualTo("invalid_value");
        assertThat(code(one.change(Authority.COMMAND, "weather", json("{'headers':{'x-new':'***'}}"))))
                .isEqualTo("invalid_value");
    }

    private String refused(String name, String patch) {
        CompletableFuture<?> change = one.change(Authority.COMMAND, name, json(patch));
        assertThat(code(change)).as(patch).isEqualTo("invalid_value");
        return ((GatewayException) change.exceptionNow()).failure().message();
    }

    @Test
    void secretsDoNotGoToAnotherServerThanTheyWereGivenFor() {
        start(Kind.SQLITE);
        one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
        for (String url : List.of(
                "https://evil.example/w/{city}",
                "http://example.org/w/{city}",
                "https://example.org:8443/w/{city}",
                "https://example.org.evil.example/{city}")) {
            assertThat(refused("weather", "{'url':'" + url + "'}"))
                    .startsWith("tools.weather.headers.authorization holds a secret")
                    .doesNotContain("canary");
            refused("weather", "{'url':'" + url + "','headers':{'authorization':'***'}}");
        }
        one.change(Authority.COMMAND, "weather", json("{'url':'https://EXAMPLE.org/v2/{city}'}"))
                .join();
        String moved = "{'url':'https://new.example/{city}','headers':{'authorization':'Bearer another-one'}}";
        one.change(Authority.COMMAND, "weather", json(moved)).join();
        one.change(
                        Authority.COMMAND,
                        "weather",
                        json("{'url':'https://third.example/{city}','headers':{'authorization':null}}"))
                .join();
        assertThat(((ToolEntry.Source.Http) one.entries().get("weather").source()).headers())
                .isEmpty();

        ObjectNode entry = json("{'kind':'http','description':'d','method':'POST','body':'{\\'key\\':\\'canary-1\\'}',"
                + "'url':'https://example.org/w'}");
        one.create(Authority.COMMAND, "order", entry).join();
        assertThat(refused("order", "{'url':'https://evil.example/w'}")).startsWith("tools.order.body ");

        ObjectNode api = json("{'kind':'openapi','url':'https://example.org/api.json',"
                + "'headers':{'authorization':'Bearer canary-secret'}}");
        one.create(Authority.COMMAND, "api", api).join();
        assertThat(refused("api", "{'base_url':'https://evil.example'}"))
                .startsWith("tools.api.headers.authorization ");
        one.change(Authority.COMMAND, "api", json("{'base_url':'https://example.org/v2'}"))
                .join();
        assertThat(one.list().join().toString()).contains("example.org/v2").doesNotContain("evil");
    }

    @Test
    void whatTheGatewayCouldNotTakeOverIsTriedAgain() {
        start(Kind.SQLITE);
        AtomicInteger tries = new AtomicInteger();
        try (RegisteredTools third = open(1)) {
            third.start(() -> {
                if (tries.incrementAndGet() == 1) {
                    throw new IllegalStateException("not now");
                }
            });
            one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
            Waiting.until("it is tried again", () -> tries.get() == 2);
            assertThat(third.entries()).containsOnlyKeys("weather");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNameIsThereOnceOrNotAtAll(Kind kind) {
        start(kind);
        one.create(Authority.COMMAND, "weather", json(WEATHER)).join();
        assertThat(code(one.create(Authority.COMMAND, "weather", json(WEATHER))))
                .isEqualTo("tool_exists");
        assertThat(code(one.change(Authority.COMMAND, "wether", json("{}")))).isEqualTo("unknown_tool");
        assertThat(code(one.delete(Authority.COMMAND, "wether"))).isEqualTo("unknown_tool");
        assertThat(code(one.change(Authority.COMMAND, "weather", json("{'timeout':'soon'}"))))
                .isEqualTo("invalid_value");
        assertThat(one.entries().get("weather").timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'mcp','command':['sh','-c','id']}",
                "{'kind':'mcp','url':'https://example.org','command':['sh']}",
                "{'kind':'mcp','url':'https://example.org','env':{'A':'b'}}",
                "{'kind':'openapi','file':'/etc/passwd'}",
                "{'kind':'plugin','name':'x'}",
                "{'kind':'http','description':'d','url':'https://example.org','headers':{'a':'${PATH}'}}",
                "{'kind':'http','description':'d','url':'file:///etc/passwd'}",
                "{'kind':'http','description':'d','url':'https://example.org','retries':3}",
                "{'kind':'http','url':'https://example.org'}",
                "{}"
            })
    void whatReachesIntoThisMachineOrIsWrongIsRefused(String entry) {
        start(Kind.SQLITE);
        assertThatThrownBy(() -> one.create(Authority.COMMAND, "it", json(entry)))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo("entry"));
        assertThat(one.entries()).isEqualTo(Map.of());
    }
}
