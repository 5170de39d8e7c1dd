package dev.gapura.ledger;

import dev.gapura.store.Appender;
import dev.gapura.store.Database;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.ExchangeSink;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record of every exchange, and the questions to it. Exchanges are written by the history's own thread a moment
/// after they are over; whoever hands one over never waits. Any thread may call everything here.
public final class Ledger implements ExchangeSink, MeterBinder {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /// Memory of exchanges that wait for the database: about 15,000 without bodies.
    public static final long QUEUE_BYTES = 16L * 1024 * 1024;

    /// Longest page.
    public static final int MOST_ENTRIES = 500;

    /// Memory of a record without its own texts, and of the queue's node.
    private static final int RECORD_BYTES = 700;

    private static final int CALL_BYTES = 100;

    /// The history is that of the API and of paths that lead nowhere: not of probes, of pages, or of those who look at
    /// the history. What is changed stands in the audit trail. Tools that are tried out ran all the same.
    private static final String API = "/v1/";

    private final Database history;
    private final Ids ids = new Ids();
    private final Admission strangers = new Admission();
    private final Appender<Item> appender;
    private final List<Consumer<List<Entry>>> tails = new CopyOnWriteArrayList<>();

    /// Before the store is started.
    public Ledger(Database history, long queueBytes) {
        this.history = history;
        appender = history.appender(new EntryWriter(ids, this::tell), queueBytes);
    }

    @Override
    public void write(ExchangeRecord exchange) {
        boolean api = exchange.route().startsWith(API) || exchange.route().equals(ExchangeRecord.NO_ROUTE);
        boolean ranTools = !exchange.particulars().toolRuns().isEmpty();
        if (!api && !ranTools || exchange.keyName() == null && !strangers.admits(System.nanoTime())) {
            return;
        }
        appender.add(new Item(ids.next(exchange.startMillis()), exchange), cost(exchange));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("gapura.ledger.unrecorded", strangers, Admission::refused)
                .description("Requests without a known key that were too many to be written down")
                .register(registry);
    }

    /// Memory of exchanges that are not written yet.
    public long queuedBytes() {
        return appender.queuedBytes();
    }

    /// One page of exchanges, the newest first. The same filter and the page's [Page#next] give the next
    /// one.
    ///
    /// @param cursor of the page before; null: the first page
    /// @param limit entries at most, up to [#MOST_ENTRIES]
    /// @throws IllegalArgumentException when the cursor is none
    public CompletableFuture<Page> page(Filter filter, @Nullable String cursor, int limit) {
        PageQuery query =
                new PageQuery(history.kind(), filter, PageQuery.id(cursor), Math.clamp(limit, 1, MOST_ENTRIES));
        return history.read(query::page);
    }

    /// One exchange by its request id.
    public CompletableFuture<Optional<Entry>> one(String requestId) {
        return history.read(sql -> Optional.ofNullable(sql.first(
                "SELECT " + Columns.NAMES + " FROM exchange WHERE request_id = ?", Columns::read, requestId)));
    }

    /// What was said in an exchange, where it was kept and is not forgotten yet.
    public CompletableFuture<Optional<Bodies>> bodies(String requestId) {
        return history.read(sql -> Optional.ofNullable(sql.first(
                "SELECT " + StoredBodies.NAMES + " FROM exchange_body"
                        + " WHERE id = (SELECT id FROM exchange WHERE request_id = ?)",
                StoredBodies::read,
                requestId)));
    }

    /// Forgets whom exchanges were for and what was said in them; their figures stay.
    ///
    /// @param field with the value, says which
    /// @param only what they must have besides, such as an organization
    /// @return how many they were
    public CompletableFuture<Long> erase(Filter.Field field, String value, List<Filter.Is> only) {
        return new Erasure(history, field, value, only).run();
    }

    /// Sums over time, in the order of time; steps without exchanges are left out.
    public CompletableFuture<List<Usage>> usage(UsageQuery query) {
        return history.read(sql -> UsageReader.read(sql, query));
    }

    /// Tells of exchanges that this gateway wrote, from now on, for live views.
    ///
    /// @param listener is called on the thread that writes: it hands over and returns
    /// @return ends it
    public AutoCloseable tail(Consumer<List<Entry>> listener) {
        tails.add(listener);
        return () -> tails.remove(listener);
    }

    private void tell(List<Entry> entries) {
        for (Consumer<List<Entry>> tail : tails) {
            try {
                tail.accept(entries);
            } catch (RuntimeException fault) {
                LOG.warn("a listener of the ledger failed", fault);
            }
        }
    }

    private static long cost(ExchangeRecord exchange) {
        Bodies bodies = exchange.particulars().bodies();
        return RECORD_BYTES
                + length(exchange.userAgent())
                + length(exchange.modelAsked())
                + length(exchange.upstreamModel())
                + length(exchange.verdicts())
                + length(exchange.particulars().endUser())
                + (bodies == null ? 0 : bodies.keptBytes())
                + CALL_BYTES * exchange.particulars().calls().size()
                + exchange.particulars().toolRuns().stream()
                        .mapToLong(run -> CALL_BYTES + length(run.name()) + length(run.arguments()))
                        .sum()
                + exchange.particulars().tags().entrySet().stream()
                        .mapToLong(tag -> length(tag.getKey()) + length(tag.getValue()))
                        .sum();
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : 2L * text.length();
    }
}
