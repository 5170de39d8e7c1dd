package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.ledger.Entry;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The same `Idempotency-Key` and body call the provider once, whatever happens between.
class IdempotentRequestsTest {
    private static final String KEY = "first-secret-0123456789";
    private static final String OTHER = "other-secret-0123456789";
    private static final String MASTER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String AUTH = "server: { access_log: \"off\", drain: 2s }\n" + Spending.PRICED
            + "auth:\n  keys:\n    - { name: ci, key: " + KEY + " }\n    - { name: other, key: " + OTHER + " }\n";
    private static final String REPLAYED = "x-gapura-replayed";

    @TempDir
    private Path folder;

    private static String postgresql(Postgres server) {
        Config.Postgresql place = (Config.Postgresql) server.storage().place();
        return "storage: { url: \"postgresql://" + place.user() + "@"
                + place.hosts().getFirst() + "/" + place.database() + "\", master_key: \"" + MASTER + "\" }\n";
    }

    private static String storage(Kind kind) {
        return switch (kind) {
            case SQLITE -> "";
            case POSTGRESQL -> postgresql(Postgres.shared());
        };
    }

    private TestGateway start(String data, String storage) throws Exception {
        return TestGateway.start(Files.createDirectories(folder.resolve(data)), AUTH + storage, Map.of());
    }

    private static RawClient send(RawClient client, String key, String once, String body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("authorization", "Bearer " + key);
        headers.put("idempotency-key", once);
        return client.request("POST", Ask.CHAT, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static RawClient.Response ask(TestGateway gateway, String key, String once, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return send(client, key, once, body).readResponse();
        }
    }

    private static RawClient.Response ask(TestGateway gateway, String once, boolean stream) {
        return ask(gateway, KEY, once, Spending.body(stream, ""));
    }

    private static void isRepeated(RawClient.Response again, RawClient.Response first) {
        assertThat(again.status()).as(again.text()).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("content-type")).isEqualTo(first.header("content-type"));
        assertThat(again.header("x-gapura-model")).isEqualTo(first.header("x-gapura-model"));
        assertThat(again.header(REPLAYED)).isEqualTo("true");
        assertThat(again.header("x-request-id")).isNotEqualTo(first.header("x-request-id"));
    }

    private static void isRefused(RawClient.Response response, int status, String code) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(Ask.error(response).get("code").asText()).isEqualTo(code);
    }

    private static Reply chunks(Step... between) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.Send.text(Ask.event(Ask.text("one"))));
        steps.addAll(List.of(between));
        steps.add(Step.Send.text(Ask.event(Ask.text("two")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"));
        return Reply.stream(steps);
    }

    private static Reply late() {
        return chunks(new Step.Pause(Duration.ofMillis(600)));
    }

    private static long rows(TestGateway gateway, int state) {
        return Database.now(gateway.configuration()
                .read(sql -> sql.number("SELECT count(*) FROM idempotency WHERE state = ?", state)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSecondRequestGetsTheAnswerOfTheFirst(Kind kind) throws Exception {
        try (TestGateway gateway = start("one", storage(kind))) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response first = ask(gateway, "a", false);
            assertThat(first.status()).as(first.text()).isEqualTo(200);
            assertThat(first.header(REPLAYED)).isNull();
            assertThat(first.header("x-gapura-cost-usd")).isNotNull();
            RawClient.Response again = ask(gateway, "a", false);
            isRepeated(again, first);
            assertThat(again.header("x-gapura-cost-usd")).isNull();
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);

            Waiting.until("both are written", () -> Spending.entries(gateway).size() == 2);
            Entry repeated = Spending.entries(gateway).getFirst();
            assertThat(repeated.costNanoUsd()).isZero();
            assertThat(repeated.attempts()).isZero();
            assertThat(repeated.status()).isEqualTo(200);
            assertThat(Spending.entries(gateway).getLast().costNanoUsd()).isEqualTo(Spending.nanoUsd(7, 20));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStreamIsRepeatedToTheByte(Kind kind) throws Exception {
        try (TestGateway gateway = start("one", storage(kind))) {
            gateway.simulator().answerWith(request -> chunks());
            RawClient.Response first = ask(gateway, "a", true);
            Ask.Read read = Ask.read(first);
            assertThat(read.done()).isTrue();
            isRepeated(ask(gateway, "a", true), first);
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofAHundredAtOnceOneCalls(Kind kind) throws Exception {
        try (TestGateway gateway = start("one", storage(kind))) {
            gateway.simulator().answerWith(request -> late());
            List<RawClient.Response> responses = Collections.synchronizedList(new ArrayList<>());
            Ask.forEach(100, 100, index -> responses.add(ask(gateway, "a", true)));
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
            assertThat(responses).hasSize(100).allMatch(response -> response.status() == 200);
            assertThat(responses.stream().map(RawClient.Response::text).distinct())
                    .hasSize(1);
            assertThat(responses.stream().filter(response -> response.header(REPLAYED) == null))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aGatewayThatWasStartedAnewRepeats(Kind kind) throws Exception {
        String storage = storage(kind);
        TestGateway before = start("one", storage);
        before.simulator().answerWith(request -> chunks());
        RawClient.Response first = ask(before, "a", true);
        before.drain();
        try (TestGateway after = start("one", storage)) {
            isRepeated(ask(after, "a", true), first);
            isRefused(ask(after, KEY, "a", Spending.body(true, ",\"n\":1")), 422, "idempotency_key_reused");
            assertThat(after.simulator().requestCount()).isZero();
        }
    }

    @Test
    void anotherReplicaWaitsAndRepeats() throws Exception {
        String storage = postgresql(Postgres.shared());
        try (TestGateway one = start("one", storage);
                TestGateway two = start("two", storage);
                RawClient client = RawClient.connect(one.port())) {
            one.simulator().answerWith(request -> late());
            send(client, KEY, "a", Spending.body(true, ""));
            assertThat(client.readHead().status()).isEqualTo(200);
            List<RawClient.Response> others = Collections.synchronizedList(new ArrayList<>());
            Ask.forEach(20, 20, index -> others.add(ask(two, "a", true)));
            String first = new String(client.readSome(), StandardCharsets.UTF_8);
            assertThat(others)
                    .hasSize(20)
                    .allMatch(response -> response.status() == 200)
                    .allMatch(response -> response.text().startsWith(first))
                    .allMatch(response -> Ask.read(response).done());
            assertThat(one.simulator().requestCount() + two.simulator().requestCount())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherBodyIsRefusedAndAnotherKeyIsAnotherMatter(Kind kind) throws Exception {
        try (TestGateway gateway = start("one", storage(kind))) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            ask(gateway, "a", false);
            RawClient.Response other = ask(gateway, KEY, "a", Spending.body(false, ",\"max_tokens\":9"));
            isRefused(other, 422, "idempotency_key_reused");
            assertThat(other.text()).contains("Idempotency-Key");
            assertThat(other.header("x-should-retry")).isEqualTo("false");
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);

            assertThat(ask(gateway, OTHER, "a", Spending.body(false, ",\"max_tokens\":9"))
                            .header(REPLAYED))
                    .isNull();
            assertThat(ask(gateway, KEY, "b", Spending.body(false, ",\"max_tokens\":9"))
                            .header(REPLAYED))
                    .isNull();
            assertThat(gateway.simulator().requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatMayGoBetterIsTriedAgainAndWhatWillNotIsRepeated(Kind kind) throws Exception {
        try (TestGateway gateway = start("one", storage(kind))) {
            gateway.simulator().answerWith(request -> Reply.json(500, "{\"error\":{\"message\":\"no\"}}"));
            assertThat(ask(gateway, "a", false).status()).isEqualTo(502);
            Waiting.until("the failure is written", () -> rows(gateway, 2) == 1);
            isRefused(ask(gateway, KEY, "a", Spending.body(true, "")), 422, "idempotency_key_reused");
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            assertThat(ask(gateway, "a", false).status()).isEqualTo(200);
            assertThat(gateway.simulator().requestCount()).isEqualTo(2);

            gateway.simulator().answerWith(request -> Reply.json(400, "{\"error\":{\"message\":\"never\"}}"));
            RawClient.Response refused = ask(gateway, "b", false);
            assertThat(refused.status()).isEqualTo(400);
            isRepeated(ask(gateway, "b", false), refused);
            assertThat(gateway.simulator().requestCount()).isEqualTo(3);
        }
    }

    @Test
    void thoseThatWaitGetTheFailureToo() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            gateway.simulator()
                    .answerWith(request -> new Reply(
                            500,
                            Map.of("content-type", "application/json"),
                            List.of(new Step.Pause(Duration.ofMillis(600)), Step.Send.text("{\"error\":{}}"))));
            List<RawClient.Response> responses = Collections.synchronizedList(new ArrayList<>());
            Ask.forEach(20, 20, index -> responses.add(ask(gateway, "a", false)));
            assertThat(responses).hasSize(20).allMatch(response -> response.status() == 502);
            assertThat(responses.stream().map(RawClient.Response::text).distinct())
                    .hasSizeLessThan(20);
            assertThat(gateway.simulator().requestCount()).isLessThan(20);
        }
    }

    @Test
    void aRequestThatIsRefusedHereMayBePutRightUnderTheSameKey() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            assertThat(ask(gateway, KEY, "a", Spending.body(false, ",\"temperature\":9"))
                            .status())
                    .isEqualTo(400);
            Waiting.until("the key is free", () -> rows(gateway, 0) == 0);
            assertThat(ask(gateway, "a", false).status()).isEqualTo(200);
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerWhoseClientLeftIsFinishedAndKept(boolean stream) throws Exception {
        try (TestGateway gateway = start("one", "")) {
            gateway.simulator()
                    .answerWith(request -> stream
                            ? late()
                            : new Reply(
                                    200,
                                    Map.of("content-type", "application/json"),
                                    List.of(
                                            new Step.Pause(Duration.ofMillis(600)),
                                            Step.Send.text(new String(
                                                    ((Step.Send) Spending.answer(7, 20)
                                                                    .steps()
                                                                    .getFirst())
                                                            .bytes(),
                                                    StandardCharsets.UTF_8)))));
            try (RawClient client = RawClient.connect(gateway.port())) {
                send(client, KEY, "a", Spending.body(stream, ""));
                Waiting.until("it is called", () -> gateway.simulator().requestCount() == 1);
            }
            RawClient.Response again = ask(gateway, "a", stream);
            assertThat(again.status()).as(again.text()).isEqualTo(200);
            assertThat(again.header(REPLAYED)).isEqualTo("true");
            if (stream) {
                assertThat(Ask.read(again).done()).isTrue();
                assertThat(again.text()).contains("one").contains("two");
            }
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
            Waiting.until("both are written", () -> Spending.entries(gateway).size() == 2);
            assertThat(Spending.entries(gateway).getLast().status()).isEqualTo(200);
        }
    }

    @Test
    void aGatewayThatStopsFreesTheKeyOfAnExchangeWithoutItsClient() throws Exception {
        TestGateway before = start("one", "");
        before.simulator().answerWith(request -> chunks(new Step.Silence()));
        try (RawClient client = RawClient.connect(before.port())) {
            send(client, KEY, "a", Spending.body(true, ""));
            assertThat(client.readHead().status()).isEqualTo(200);
        }
        before.drain();
        try (TestGateway after = start("one", "")) {
            after.simulator().answerWith(request -> chunks());
            RawClient.Response again = ask(after, "a", true);
            assertThat(again.header(REPLAYED)).isNull();
            assertThat(Ask.read(again).done()).isTrue();
        }
    }

    @Test
    void whileTheDatabaseIsAwayNobodyIsCalled() throws Exception {
        try (Postgres server = Postgres.own();
                TestGateway gateway = start("one", postgresql(server))) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response first = ask(gateway, "a", false);
            assertThat(first.status()).isEqualTo(200);
            Waiting.until("the answer is written", () -> rows(gateway, 1) == 1);
            server.stop();
            isRefused(ask(gateway, "b", false), 503, "storage_unavailable");
            isRefused(ask(gateway, "a", false), 503, "storage_unavailable");
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
            assertThat(Spending.ask(gateway, KEY, Spending.body(false, "")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        try (TestGateway gateway = start("one", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            isRefused(ask(gateway, "", false), 400, "invalid_idempotency_key");
            isRefused(ask(gateway, "x".repeat(256), false), 400, "invalid_idempotency_key");
            assertThat(ask(gateway, "caf\u00e9", false).status()).isEqualTo(400);
            assertThat(gateway.simulator().requestCount()).isZero();
            assertThat(ask(gateway, "x".repeat(255), false).status()).isEqualTo(200);
        }
    }
}
