package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.telemetry.ToolRun;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a provider counts that is broken, or means ill.
class LedgerCountsTest {
    @TempDir
    private Path folder;

    @Test
    void whatToolsWereAskedTakesRoomInTheQueue() {
        long most = 1_000_000;
        // A store that is not started writes nothing.
        Store still = Storages.store(Storages.empty(Kind.SQLITE, folder));
        Ledger ledger = new Ledger(still.history(), most);
        for (int index = 1; index <= 3; index++) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_" + index;
            exchange.runs = List.of(new ToolRun("docs.search", "ok", 3, 12, 34, 0, "x".repeat(200_000)));
            ledger.write(exchange.record());
        }
        assertThat(ledger.queuedBytes()).isBetween(800_000L, most);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void countsBeyondMeasureCostNoOtherExchange(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            for (int index = 1; index <= 4; index++) {
                Exchanges exchange = new Exchanges();
                exchange.id = "req_" + index;
                exchange.usage = index == 4
                        ? new Usage(100, 20, 40, 0, 5)
                        : new Usage(Long.MAX_VALUE - 1, Long.MAX_VALUE / 2, Long.MAX_VALUE, 1, 1);
                open.ledger.write(exchange.record());
            }
            open.settle(4);
            assertThat(open.usage(UsageQuery.of(Period.DAY, 0, Long.MAX_VALUE)))
                    .singleElement()
                    .satisfies(day -> {
                        assertThat(day.requests()).isEqualTo(4);
                        assertThat(day.tokens().prompt()).isEqualTo(100);
                    });
        }
    }
}
