package dev.gapura.budget;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/// What `/metrics` tells of this gateway's reservations. Any thread.
///
/// @param till holds them
/// @param keeper settles those of others
public record BudgetMeters(Till till, Keeper keeper) implements MeterBinder {
    private static final double NANO = 1e-9;

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gapura.budget.reservations", till, Till::held)
                .description("Exchanges that hold a reservation, or wait to be settled")
                .register(registry);
        Gauge.builder("gapura.budget.reserved.usd", till, it -> it.heldNanoUsd() * NANO)
                .description("US dollars that are reserved for them")
                .register(registry);
        FunctionCounter.builder("gapura.budget.interrupted", keeper, Keeper::settled)
                .description("Reservations of gateways that died, settled here")
                .register(registry);
    }
}
