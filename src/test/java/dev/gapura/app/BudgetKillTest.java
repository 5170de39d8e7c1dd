package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.budget.Keeper;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Page;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Simulator;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A gateway that is killed or stopped at any moment under load charges every call that its provider bills, once.
///
/// `-Dgapura.kill.rounds=1000` runs more rounds, `-Dgapura.kill.seed` others.
class BudgetKillTest {
    private static final int ROUNDS = Integer.getInteger("gapura.kill.rounds", 0);
    private static final long SEED = Long.getLong("gapura.kill.seed", 1);
    private static final int CLIENTS = 16;
    private static final String KEY = "spender-secret-0123456789";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    /// What the provider billed, by the end user that the request named.
    private final Map<String, Long> bill = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Random random = new Random(SEED);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    @AfterEach
    void stop() {
        Waiting.get(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyCallIsChargedOnce(Kind kind) throws Exception {
        String url = url(kind);
        Simulator provider = Waiting.get(Simulator.start(vertx, "secret")).answerWith(this::answer);
        String yaml = """
                server: { access_log: "off", drain: 300ms }
                storage: { url: "%s" }
                auth: { keys: [ { name: spender, key: %s, limits: { usd_total: 100000, concurrent: 1000 } } ] }
                providers: { mock: { dialect: openai_chat, base_url: "%s", api_key: secret } }
                catalogue:
                  "mock/*": { input_usd_per_million: 1, output_usd_per_million: 10, output_tokens: 1000 }
                """.formatted(url, KEY, provider.baseUri());
        int rounds = ROUNDS > 0 ? ROUNDS : kind == Kind.SQLITE ? 20 : 6;
        for (int round = 0; round < rounds; round++) {
            GatewayProcess gateway = GatewayProcess.start(folder, yaml);
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> clients = clients(gateway.port(), over);
            int before = answered.get();
            try {
                Waiting.until("requests are answered", Duration.ofMinutes(1), () -> answered.get() > before + CLIENTS);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
                if (round % 3 == 2) {
                    gateway.terminate();
                }
            } finally {
                gateway.kill();
                over.set(true);
            }
            for (Thread client : clients) {
                client.join(Duration.ofSeconds(20));
            }
        }
        compare(url, rounds);
    }

    private String url(Kind kind) {
        if (kind == Kind.SQLITE) {
            return "sqlite:" + folder.resolve("gapura.db");
        }
        dev.gapura.config.Config.Postgresql place = (dev.gapura.config.Config.Postgresql)
                Storages.empty(kind, folder).place();
        return "postgresql://" + place.user() + "@" + place.hosts().getFirst() + "/" + place.database();
    }

    /// The provider: takes a moment, and bills before it answers.
    private Reply answer(SimRequest request) {
        JsonNode asked = Ask.json(request.body());
        String who = asked.path("user").asText();
        int prompt = 5 + Math.floorMod(who.hashCode(), 5);
        int completion = 1 + Math.floorMod(31 * who.hashCode(), 100);
        calls.merge(who, 1, Integer::sum);
        bill.put(who, Spending.nanoUsd(prompt, completion));
        Step pause = new Step.Pause(Duration.ofMillis(Math.floorMod(17 * who.hashCode(), 30)));
        if (!asked.path("stream").asBoolean()) {
            Reply whole = Spending.answer(prompt, completion);
            List<Step> steps = new ArrayList<>(List.of(pause));
            steps.addAll(whole.steps());
            return whole.withSteps(steps);
        }
        return Reply.stream(List.of(
                Step.Send.text(Ask.event(Ask.text("a"))),
                pause,
                Step.Send.text(Ask.event(Ask.text("b")) + Ask.event(Ask.finish("stop"))
                        + Ask.event("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                                + "\"model\":\"m\",\"choices\":[]," + Spending.usage(prompt, completion) + "}")
                        + "data: [DONE]\n\n"),
                new Step.End()));
    }

    private List<Thread> clients(int port, AtomicBoolean over) {
        List<Thread> threads = new ArrayList<>();
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        for (int index = 0; index < CLIENTS; index++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    int number = next.incrementAndGet();
                    String body = "{\"model\":\"mock/m\",\"max_tokens\":100,\"stream\":" + (number % 2 == 0)
                            + ",\"user\":\"n-" + number
                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"How much is it today?\"}]}";
                    try {
                        HttpResponse<String> response = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Ask.CHAT))
                                        .timeout(Duration.ofSeconds(15))
                                        .header("authorization", "Bearer " + KEY)
                                        .header("content-type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                        if (response.statusCode() == 200) {
                            answered.incrementAndGet();
                        }
                    } catch (IOException killed) {
                        return;
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        return threads;
    }

    /// Brings in what is left of the last round, and compares the ledger with the bill.
    private void compare(String url, int rounds) throws Exception {
        try (Store store = Storages.store(Postgres.storage(url))) {
            Ledger ledger = new Ledger(store.history(), Ledger.QUEUE_BYTES);
            dev.gapura.budget.Till till = new dev.gapura.budget.Till(
                    store.configuration(), purse -> java.util.concurrent.CompletableFuture.completedFuture(0L));
            try (Keeper keeper = new Keeper(store.configuration(), till, ledger)) {
                store.start();
                store.awaitFirstTry(Duration.ofSeconds(20));
                keeper.start();
                Waiting.until(
                        "every reservation is settled",
                        () -> Database.now(store.configuration()
                                        .read(sql -> sql.number("SELECT count(*) FROM reservation")))
                                == 0);
                Map<String, Entry> charged = new HashMap<>();
                for (Entry entry : entries(ledger)) {
                    if (entry.attempts() > 0) {
                        assertThat(charged.put(entry.endUser(), entry))
                                .as("charged twice: %s", entry)
                                .isNull();
                    }
                }
                int interrupted = 0;
                int neverLeft = 0;
                for (Map.Entry<String, Long> billed : bill.entrySet()) {
                    Entry entry = charged.get(billed.getKey());
                    assertThat(entry).as("lost: %s", billed.getKey()).isNotNull();
                    assertThat(calls.get(billed.getKey())).isEqualTo(1);
                    if (entry.failure() == null) {
                        assertThat(entry.costNanoUsd()).as(billed.getKey()).isEqualTo(billed.getValue());
                        assertThat(entry.counted()).isEqualTo(Charge.Counted.REPORTED);
                    } else {
                        assertThat(entry.failure()).isIn("interrupted", "unavailable", "client_gone");
                        assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
                        if (entry.failure().equals("interrupted")) {
                            interrupted++;
                            assertThat(entry.costNanoUsd()).isGreaterThanOrEqualTo(billed.getValue());
                        }
                    }
                }
                long sum = 0;
                for (Entry entry : charged.values()) {
                    sum += entry.costNanoUsd();
                    if (!bill.containsKey(entry.endUser())) {
                        neverLeft++;
                        assertThat(entry.failure()).as("%s", entry).isIn("interrupted", "client_gone", "unavailable");
                    }
                }
                long settled = Database.now(store.configuration()
                        .read(sql -> sql.number("SELECT settled FROM spend WHERE span = 'total' AND reserved = 0")));
                assertThat(settled).isEqualTo(sum);
                assertThat(bill.size()).isGreaterThan(rounds * CLIENTS / 2);
                System.out.println(store.configuration().kind() + ": " + rounds + " rounds, seed " + SEED + ": "
                        + bill.size() + " calls billed, 0 lost, 0 twice; " + interrupted
                        + " interrupted and charged at what was reserved, " + neverLeft
                        + " charged whose call did not reach the provider");
            }
        }
    }

    private static List<Entry> entries(Ledger ledger) {
        List<Entry> all = new ArrayList<>();
        String cursor = null;
        do {
            Page page = Database.now(ledger.page(Filter.ALL, cursor, Ledger.MOST_ENTRIES));
            all.addAll(page.entries());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }
}
