package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a provider counts that is broken, or means ill.
class LedgerCountsTest {
    @TempDir
    private Path folder;

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
