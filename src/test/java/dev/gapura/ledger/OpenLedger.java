package dev.gapura.ledger;

import dev.gapura.config.Config;
import dev.gapura.store.Database;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A ledger on an open store, asked by whoever may wait.
final class OpenLedger implements AutoCloseable {
    final Store store;
    final Ledger ledger;

    OpenLedger(Config.Storage settings) {
        this(settings, Ledger.QUEUE_BYTES);
    }

    OpenLedger(Config.Storage settings, long queueBytes) {
        store = Storages.store(settings);
        ledger = new Ledger(store.history(), queueBytes);
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
    }

    Page page(Filter filter, @Nullable String cursor, int limit) {
        return Database.now(ledger.page(filter, cursor, limit));
    }

    /// Request ids of everything that is found, page by page.
    List<String> all(Filter filter, int limit) {
        List<String> found = new ArrayList<>();
        String cursor = null;
        do {
            Page page = page(filter, cursor, limit);
            page.entries().forEach(entry -> found.add(entry.requestId()));
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    List<Usage> usage(UsageQuery query) {
        return Database.now(ledger.usage(query));
    }

    long count(String table) {
        return Database.now(store.history().read(sql -> sql.number("SELECT count(*) FROM " + table)));
    }

    /// Memory of what is not written yet.
    long queued() {
        return ledger.queuedBytes();
    }

    /// Waits until the queue is empty.
    void settle(long exchanges) {
        Waiting.until(exchanges + " exchanges are written", () -> count("exchange") >= exchanges);
    }

    @Override
    public void close() {
        store.close();
    }
}
