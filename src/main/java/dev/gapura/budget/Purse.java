package dev.gapura.budget;

import dev.gapura.limit.Scope;
import java.util.Comparator;

/// What one scope spends in one span: a row of the table `spend`. In one order for everybody, since gateways that lock
/// several must not wait for each other crosswise.
///
/// @param startMillis begin of the span
public record Purse(Scope scope, Span span, long startMillis) implements Comparable<Purse> {
    private static final Comparator<Purse> ORDER = Comparator.comparing(
                    (Purse purse) -> purse.scope().text())
            .thenComparing(purse -> purse.span().text())
            .thenComparingLong(Purse::startMillis);

    @Override
    public int compareTo(Purse other) {
        return ORDER.compare(this, other);
    }
}
