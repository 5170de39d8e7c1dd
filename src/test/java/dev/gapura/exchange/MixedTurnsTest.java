package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Sealer;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Turns that wait for their client, in memory and in both databases.
class MixedTurnsTest {
    private static final Sealer SEALER = sealer(1);

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private Store store;

    private static Sealer sealer(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new Sealer(List.of(new Secret(Base64.getEncoder().encodeToString(key))));
    }

    private void open(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        store = Storages.store(settings);
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private MixedTurns process(Sealer sealer) {
        return new MixedTurns(now::get, new StoredTurns(store.configuration(), sealer, now::get));
    }

    private static Map<String, String> keep(MixedTurns turns, String owner, String result) {
        Part.ToolCall here = new Part.ToolCall("model_1", "calc", "{}", false, null, null);
        Part.ToolCall there = new Part.ToolCall("model_2", "weather", "{}", false, null, null);
        Message said = new Message(Message.Role.ASSISTANT, List.of(here, there), null);
        Message results = new Message(
                Message.Role.TOOL,
                List.of(new Part.ToolResult("model_1", List.of(Part.Text.of(result)), false, null)),
                null);
        return turns.keep(owner, List.of(said, results), List.of("model_2")).join();
    }

    private static ChatCompletionRequest following(String id) {
        return following(id, "both");
    }

    private static ChatCompletionRequest following(String id, String question) {
        byte[] body = ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"},"
                        + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"" + id
                        + "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"rain\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        return RequestReader.read(body, body.length, false);
    }

    private static String text(ChatCompletionRequest request) {
        return new String(request.body(), 0, request.length(), StandardCharsets.UTF_8);
    }

    private static String code(GatewayException refusal) {
        return refusal.failure().code();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherProcessFindsWhatThisOneKept(Kind kind) {
        open(kind);
        String id = keep(process(SEALER), "ci", "D\u00FCrre 42").get("model_2");
        ChatCompletionRequest request = following(id);
        MixedTurns other = process(SEALER);
        Set<String> missing = other.missing(request, "ci");
        assertThat(missing).hasSize(1);
        String whole =
                text(other.restore(request, "ci", other.find(missing, "ci").join()));
        assertThat(whole)
                .contains("\"tool_call_id\":\"model_1\"")
                .contains("D\u00FCrre 42")
                .contains("\"tool_call_id\":\"model_2\"")
                .doesNotContain("call_gapura_");
        assertThat(other.missing(request, "ci")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyElseGetsIt(Kind kind) {
        open(kind);
        MixedTurns turns = process(SEALER);
        ChatCompletionRequest request = following(keep(turns, "ci", "42").get("model_2"));
        assertThat(turns.find(turns.missing(request, "other"), "other").join()).isEmpty();
        assertThatThrownBy(() -> turns.restore(request, "other", Map.of()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(code(refusal)).isEqualTo("server_tool_results_lost"));
        // A row that was given to somebody else opens for nobody.
        Database.now(store.configuration().commit(sql -> sql.update("UPDATE mixed_turn SET owner = 'other'")));
        assertThat(turns.find(turns.missing(request, "other"), "other").join()).isEmpty();
        MixedTurns otherKey = process(sealer(2));
        assertThat(otherKey.find(otherKey.missing(request, "ci"), "ci").join()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theDatabaseHoldsNothingReadableAndForgets(Kind kind) {
        open(kind);
        StoredTurns stored = new StoredTurns(store.configuration(), SEALER, now::get);
        MixedTurns turns = new MixedTurns(now::get, stored);
        ChatCompletionRequest request =
                following(keep(turns, "ci", "the secret result").get("model_2"));
        String sealed = Database.now(
                store.configuration().read(sql -> sql.first("SELECT sealed FROM mixed_turn", row -> row.getString(1))));
        assertThat(sealed).startsWith("v1.").doesNotContain("secret");
        now.addAndGet(Duration.ofHours(24).toMillis() - 1);
        assertThat(stored.forget().join()).isZero();
        assertThat(turns.missing(request, "ci")).isEmpty();
        now.addAndGet(1);
        Set<String> missing = turns.missing(request, "ci");
        assertThat(turns.find(missing, "ci").join()).isEmpty();
        assertThatThrownBy(() -> turns.restore(request, "ci", Map.of())).isInstanceOf(GatewayException.class);
        assertThat(stored.forget().join()).isOne();
    }

    private void awaitRenewal() {
        long until = now.get() + Duration.ofHours(24).toMillis();
        Waiting.until(
                "it is kept longer",
                () -> Database.now(store.configuration().read(sql -> sql.number("SELECT until_ms FROM mixed_turn")))
                        == until);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConversationThatGoesOnKeepsItsTurns(Kind kind) {
        open(kind);
        MixedTurns turns = process(SEALER);
        ChatCompletionRequest request = following(keep(turns, "ci", "42").get("model_2"));
        for (int day = 0; day < 3; day++) {
            now.addAndGet(Duration.ofHours(20).toMillis());
            assertThat(turns.missing(request, "ci")).isEmpty();
            assertThat(text(turns.restore(request, "ci", Map.of()))).contains("42");
            awaitRenewal();
        }
        // At another process, too, and each use there counts.
        for (int day = 0; day < 3; day++) {
            now.addAndGet(Duration.ofHours(20).toMillis());
            MixedTurns other = process(SEALER);
            Map<String, byte[]> found =
                    other.find(other.missing(request, "ci"), "ci").join();
            assertThat(text(other.restore(request, "ci", found))).contains("42");
            awaitRenewal();
        }
        now.addAndGet(Duration.ofHours(24).toMillis());
        assertThat(turns.find(turns.missing(request, "ci"), "ci").join()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void withoutItsDatabaseItKeepsInMemoryAndNeverSaysThatSomethingIsLost(Kind kind) {
        open(kind);
        MixedTurns turns = process(SEALER);
        store.close();
        ChatCompletionRequest request = following(keep(turns, "ci", "42").get("model_2"));
        assertThat(turns.missing(request, "ci")).isEmpty();
        assertThat(text(turns.restore(request, "ci", Map.of()))).contains("42");
        MixedTurns other = process(SEALER);
        assertThat(other.find(other.missing(request, "ci"), "ci")
                        .handle((found, failed) -> failed)
                        .join())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(code(refusal)).isEqualTo("storage_unavailable"));
    }

    @Test
    void thePrefixIsFoundWhereverItStands() {
        open(Kind.SQLITE);
        MixedTurns turns = process(SEALER);
        for (int shift = 0; shift < 40; shift++) {
            String id = "x".repeat(19 + shift);
            assertThat(turns.missing(following("call_gapura_" + id, "c".repeat(shift)), "ci"))
                    .hasSize(1);
            assertThat(turns.missing(following("call_gapur_a" + id, "call_gapura".repeat(shift)), "ci"))
                    .isEmpty();
        }
    }
}
