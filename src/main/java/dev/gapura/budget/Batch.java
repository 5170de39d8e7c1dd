package dev.gapura.budget;

import dev.gapura.budget.SpendTable.Sums;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Several operations in one transaction: what they draw on is locked first, in one order, so that they are decided in
/// memory one after another as if each were alone, and what they come to is written at once. May be run again from its
/// beginning; made for one transaction.
final class Batch {
    private final Instance instance;
    private final List<Operation> operations;
    private final Map<Purse, Long> seeds;
    private final boolean beats;

    /// What a transaction came to.
    sealed interface Outcome {
        /// It is done.
        ///
        /// @param results in the order of the operations: of reservations [Reserved], of settlements
        ///     whether there was something to settle
        /// @param settled what purses have spent for good now that something was settled in
        record Done(List<Object> results, Map<Purse, Long> settled) implements Outcome {}

        /// Nothing was done: it is not known what these had spent before.
        record Unseeded(Set<Purse> purses) implements Outcome {}
    }

    /// @param seeds what purses that have no row yet had spent before
    Batch(Instance instance, List<Operation> operations, Map<Purse, Long> seeds) {
        this.instance = instance;
        this.operations = operations;
        this.seeds = seeds;
        this.beats = instance.due();
    }

    /// Whether it says that this gateway lives.
    boolean beats() {
        return beats;
    }

    Outcome run(Sql sql) throws SQLException {
        Set<Purse> purses = new TreeSet<>();
        operations.forEach(operation -> purses.addAll(operation.purses()));
        Map<Purse, Sums> sums = SpendTable.lock(sql, purses);
        Set<Purse> missing = new TreeSet<>(purses);
        missing.removeAll(sums.keySet());
        if (!missing.isEmpty()) {
            Set<Purse> unseeded = new TreeSet<>(missing);
            unseeded.removeAll(seeds.keySet());
            if (!unseeded.isEmpty()) {
                return new Outcome.Unseeded(unseeded);
            }
            SpendTable.create(sql, missing, seeds);
            // Anew and all, so that they are locked in their order.
            sums = SpendTable.lock(sql, purses);
        }
        if (beats) {
            instance.beat(sql);
        }
        return new Round(sql, sums).run();
    }

    /// The operations, decided one after another.
    private final class Round {
        private final Sql sql;
        private final Map<Purse, Sums> sums;
        private final Map<Purse, Sums> changed = new TreeMap<>();
        /// What is reserved now, by exchange.
        private final Map<String, Long> known;
        private final Map<String, OpenReservation> opened = new LinkedHashMap<>();
        private final Map<String, Long> resized = new TreeMap<>();
        private final Set<String> closed = new LinkedHashSet<>();
        private final Map<Purse, Long> settled = new TreeMap<>();

        Round(Sql sql, Map<Purse, Sums> sums) throws SQLException {
            this.sql = sql;
            this.sums = sums;
            List<String> ids = operations.stream()
                    .filter(operation -> !(operation instanceof Operation.Reserve))
                    .map(Operation::id)
                    .toList();
            known = SpendTable.lockAmounts(sql, instance.id(), ids);
        }

        Outcome run() throws SQLException {
            List<Object> results = new ArrayList<>();
            for (Operation operation : operations) {
                results.add(
                        switch (operation) {
                            case Operation.Reserve reserve -> reserve(reserve);
                            case Operation.Extend extend -> extend(extend);
                            case Operation.Settle settle -> settle(settle);
                        });
            }
            closed.forEach(resized::remove);
            SpendTable.update(sql, changed);
            SpendTable.open(sql, instance.id(), opened.values());
            SpendTable.resize(sql, resized);
            SpendTable.close(sql, closed);
            return new Outcome.Done(results, settled);
        }

        private Reserved reserve(Operation.Reserve reserve) {
            OpenReservation wanted = reserve.reservation();
            Reserved answer = grant(reserve.claims(), wanted.nanoUsd(), reserve.least());
            if (answer instanceof Reserved.Granted(long nanoUsd)) {
                OpenReservation open = new OpenReservation(
                        wanted.id(), wanted.openedMillis(), nanoUsd, wanted.purses(), wanted.about());
                opened.put(open.id(), open);
            }
            return answer;
        }

        private Reserved extend(Operation.Extend extend) {
            Long reserved = known.get(extend.id());
            if (reserved == null || closed.contains(extend.id())) {
                // Its client is gone and it is settled, or somebody took this gateway for dead and settles it.
                Claim first = extend.claims().getFirst();
                return new Reserved.Exhausted(first, 0, 0);
            }
            Reserved answer = grant(extend.claims(), extend.change(), extend.change());
            if (answer instanceof Reserved.Granted(long nanoUsd)) {
                known.put(extend.id(), reserved + nanoUsd);
                resized.put(extend.id(), reserved + nanoUsd);
            }
            return answer;
        }

        private Reserved grant(List<Claim> claims, long wanted, long least) {
            Claim scarcest = claims.getFirst();
            long left = Long.MAX_VALUE;
            for (Claim claim : claims) {
                Sums sum = sums(claim.purse());
                long free = claim.limitNanoUsd() - sum.settled - sum.reserved;
                if (free < left) {
                    left = free;
                    scarcest = claim;
                }
            }
            if (wanted > 0 && left < least) {
                return new Reserved.Exhausted(scarcest, Math.max(0, left), sums(scarcest.purse()).settled);
            }
            long granted = wanted > 0 ? Math.min(wanted, left) : wanted;
            claims.stream().map(Claim::purse).distinct().forEach(purse -> {
                Sums sum = sums(purse);
                sum.reserved += granted;
                changed.put(purse, sum);
            });
            return new Reserved.Granted(granted);
        }

        private boolean settle(Operation.Settle settle) {
            Long reserved = known.get(settle.id());
            if (reserved == null || !closed.add(settle.id())) {
                return false;
            }
            for (Purse purse : settle.purses()) {
                Sums sum = sums(purse);
                sum.reserved -= reserved;
                sum.settled += settle.nanoUsd();
                settled.put(purse, sum.settled);
                changed.put(purse, sum);
            }
            return true;
        }

        private Sums sums(Purse purse) {
            Sums found = sums.get(purse);
            if (found == null) {
                throw new IllegalStateException("a reservation draws on what is not locked: " + purse);
            }
            return found;
        }
    }
}
