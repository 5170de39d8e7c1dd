package dev.gapura.limit;

import dev.gapura.config.Restrictions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts in Redis or Valkey, together with other replicas: one script and one round trip for all counts of a request,
/// by the clock of the server. Called on event loops; never blocks.
///
/// A server that does not answer within `shared.timeout` is left alone until it answers a beat again, which is tried
/// once a second. Meanwhile this replica counts in its memory, with its share of each limit by the replicas that were
/// there last, or refuses, as the configuration says. Requests at a time are told to a server anew that has forgotten
/// them.
public final class SharedRates implements Rates, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRates.class);

    private static final long BEAT_MILLIS = 1_000;
    /// A replica that was not heard of for so long counts no more.
    private static final long TERM_MILLIS = 5_000;
    private static final int CONNECTIONS = 32;
    private static final int MOST_WAITING = 10_000;
    /// The braces keep all keys in one place of a cluster.
    private static final String PREFIX = "{gapura}:";

    private static final String REPLICAS = PREFIX + "replicas";

    private final Script counts = Script.read("rates.lua");
    private final Script beats = Script.read("beat.lua");
    private final String me = UUID.randomUUID().toString();
    private final Vertx vertx;
    private final Redis redis;
    private final Restrictions.OnLoss onLoss;
    private final long patienceMillis;
    private final LocalRates local = new LocalRates();
    /// Requests that run here, by the key of their count; those that were let in meanwhile too.
    private final Map<String, Long> running = new ConcurrentHashMap<>();
    private final long timer;
    private volatile boolean up;
    private volatile boolean told;
    private volatile long replicas = 1;
    private boolean beating;

    /// Connects, and goes on when that does not succeed.
    public SharedRates(Vertx vertx, Restrictions.Shared settings) {
        this.vertx = vertx;
        this.onLoss = settings.onLoss();
        this.patienceMillis = settings.timeout().toMillis();
        redis = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(settings.url().reveal())
                        .setMaxPoolSize(CONNECTIONS)
                        .setMaxPoolWaiting(MOST_WAITING)
                        .setMaxWaitingHandlers(MOST_WAITING)
                        .setNetClientOptions(new NetClientOptions()
                                .setConnectTimeout((int) patienceMillis)
                                .setHostnameVerificationAlgorithm("HTTPS")));
        timer = vertx.setPeriodic(1, BEAT_MILLIS, id -> beat());
    }

    /// Whether the server counts now.
    public boolean up() {
        return up;
    }

    /// Replicas that were there last, this one among them.
    public long replicas() {
        return replicas;
    }

    @Override
    public Future<Answer> take(List<Counter> counters, long tokens) {
        if (!up) {
            return lost(counters, tokens);
        }
        Future<Response> asked = run("take", counters, amounts(counters, tokens));
        return asked.timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .map(response -> answer(response, counters, tokens))
                .recover(failed -> {
                    failed(failed);
                    giveBackLate(asked, counters, tokens);
                    return lost(counters, tokens);
                });
    }

    /// A server that was frozen may draw long after anybody waits for it.
    private void giveBackLate(Future<Response> asked, List<Counter> counters, long tokens) {
        asked.onSuccess(late -> {
            if (number(late, 0) == 0) {
                send(counters, tokens, 0);
            }
        });
    }

    private Answer answer(Response response, List<Counter> counters, long tokens) {
        List<Standing.Left> left = left(response, counters);
        int scarce = (int) number(response, 0);
        if (scarce > 0) {
            return new Answer.Refused(counters.get(scarce - 1), number(response, 1), Standing.of(left));
        }
        count(counters, 1);
        return new Answer.Admitted(new Grant(counters, tokens, false), Standing.of(left));
    }

    private static List<Standing.Left> left(Response response, List<Counter> counters) {
        List<Standing.Left> all = new ArrayList<>(counters.size());
        for (int index = 0; index < counters.size(); index++) {
            all.add(new Standing.Left(
                    counters.get(index), number(response, 2 * index + 2), number(response, 2 * index + 3)));
        }
        return all;
    }

    /// An element of what a script returns, all of which are numbers.
    private static long number(Response response, int index) {
        return Objects.requireNonNull(response.get(index).toLong(), "a number");
    }

    private Future<Answer> lost(List<Counter> counters, long tokens) {
        return switch (onLoss) {
            case CLOSED -> Future.succeededFuture(new Answer.Away());
            case LOCAL ->
                local.take(counters, tokens).onSuccess(answer -> {
                    if (answer instanceof Answer.Admitted) {
                        count(counters, 1);
                    }
                });
        };
    }

    @Override
    public void end(Grant grant, long tokens) {
        count(grant.counters(), -1);
        if (grant.local()) {
            local.end(grant, tokens);
            List<Counter> places = grant.counters().stream()
                    .filter(counter -> counter.measure() == Measure.CONCURRENT)
                    .toList();
            if (up && !places.isEmpty()) {
                // It was told of with the first beat after the loss.
                send(places, 0, 0);
            }
        } else if (up) {
            send(grant.counters(), grant.tokens(), tokens);
        }
    }

    private void send(List<Counter> counters, long reckoned, long used) {
        List<Long> surplus = counters.stream()
                .map(counter -> counter.measure().ofTokens() ? counter.amount(reckoned) - used : 0L)
                .toList();
        run("end", counters, surplus)
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onFailure(this::failed);
    }

    @Override
    public Future<List<Standing.Left>> look(List<Counter> counters) {
        if (!up || counters.isEmpty()) {
            return onLoss == Restrictions.OnLoss.LOCAL || counters.isEmpty()
                    ? local.look(counters)
                    : Future.failedFuture(new IllegalStateException("the shared limits cannot be reached"));
        }
        return run("look", counters, amounts(counters, 0))
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onFailure(this::failed)
                .map(response -> left(response, counters));
    }

    private void count(List<Counter> counters, long change) {
        for (Counter counter : counters) {
            if (counter.measure() == Measure.CONCURRENT) {
                running.merge(PREFIX + counter.key(), change, (one, other) -> Math.max(0, one + other));
            }
        }
    }

    private static List<Long> amounts(List<Counter> counters, long tokens) {
        return counters.stream().map(counter -> counter.amount(tokens)).toList();
    }

    private Future<Response> run(String what, List<Counter> counters, List<Long> amounts) {
        List<String> keys = new ArrayList<>(counters.size() + 1);
        List<String> values = new ArrayList<>(3 * counters.size() + 3);
        keys.add(REPLICAS);
        values.addAll(List.of(what, me, Long.toString(TERM_MILLIS)));
        for (int index = 0; index < counters.size(); index++) {
            Counter counter = counters.get(index);
            keys.add(PREFIX + counter.key());
            values.add(Long.toString(counter.limit()));
            values.add(Long.toString(counter.measure().periodMillis()));
            values.add(Long.toString(amounts.get(index)));
        }
        return counts.run(redis, keys, values);
    }

    private void failed(Throwable why) {
        if (up) {
            up = false;
            LOG.warn(
                    "the shared limits cannot be reached, which is tried again every second; meanwhile {}: {}",
                    onLoss == Restrictions.OnLoss.LOCAL
                            ? "this replica counts by itself, with its share"
                            : "requests that limits apply to are refused",
                    why.toString());
        }
    }

    /// Says that this replica lives. On one event loop.
    private void beat() {
        if (beating) {
            return;
        }
        beating = true;
        boolean back = !up;
        List<String> keys = new ArrayList<>(List.of(REPLICAS));
        List<String> values = new ArrayList<>(List.of(me, Long.toString(TERM_MILLIS), back ? "1" : "0"));
        running.forEach((key, count) -> {
            keys.add(key);
            values.add(Long.toString(count));
        });
        beats.run(redis, keys, values)
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onComplete(beaten -> {
                    beating = false;
                    if (beaten.failed()) {
                        complain(beaten.cause());
                        failed(beaten.cause());
                        return;
                    }
                    replicas = Objects.requireNonNull(beaten.result().toLong(), "a number");
                    local.divideBy(replicas);
                    running.values().removeIf(count -> count == 0);
                    if (back) {
                        up = true;
                        told = true;
                        LOG.info("limits are shared by {} replicas", replicas);
                    }
                });
    }

    private void complain(Throwable why) {
        if (!told) {
            told = true;
            LOG.warn("the shared limits cannot be reached yet, which is tried every second: {}", why.toString());
        }
    }

    /// Ends the beats and closes the connections.
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        redis.close();
    }
}
