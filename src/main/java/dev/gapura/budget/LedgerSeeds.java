package dev.gapura.budget;

import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Period;
import dev.gapura.ledger.Usage;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.ledger.UsageQuery.By;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What the ledger's sums know of the time before a budget was set: of keys, people, teams, organisations and all
/// together.
/// Patterns of models and end users begin at zero, since the sums do not tell them apart. Any thread.
public final class LedgerSeeds implements Seeds {
    private final Ledger ledger;

    public LedgerSeeds(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public CompletableFuture<Long> spent(Purse purse) {
        String id = purse.scope().id();
        return switch (purse.scope().kind()) {
            case KEY -> spent(purse, Map.of(By.KEY_ID, id));
            case PERSON -> spent(purse, Map.of(By.PERSON, id));
            case TEAM -> spent(purse, Map.of(By.TEAM, id));
            case ORGANIZATION -> spent(purse, Map.of(By.ORGANIZATION, id));
            case EVERYONE -> spent(purse, Map.of());
            case MODEL, END_USER -> CompletableFuture.completedFuture(0L);
        };
    }

    private CompletableFuture<Long> spent(Purse purse, Map<By, String> only) {
        Long end = purse.span().endMillis(purse.startMillis());
        return ledger.usage(new UsageQuery(
                        Period.DAY, purse.startMillis(), end == null ? Long.MAX_VALUE : end, Set.of(), only))
                .thenApply(sums -> sums.stream().mapToLong(Usage::costNanoUsd).sum());
    }
}
