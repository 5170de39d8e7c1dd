package dev.gapura.limit;

import dev.gapura.config.Config;
import dev.gapura.config.Quota;
import dev.gapura.config.Restrictions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The quotas that hold now: those of the configuration, which a reload changes, with those of the store, which are
/// polled. Any thread.
public final class QuotaBook {
    private List<Config.Key> keys = List.of();
    private Restrictions restrictions = Restrictions.NONE;
    private Map<Scope, Quota> stored = Map.of();
    private volatile Quotas quotas = Quotas.NONE;
    private volatile boolean allowUnknownPrice;
    private volatile boolean complete;

    /// What holds now. Never blocks.
    public Quotas quotas() {
        return quotas;
    }

    /// Whether the store has told what it says: not in the first moments after a start, and not before its
    /// database was reached. Never blocks.
    public boolean isComplete() {
        return complete;
    }

    /// Whether a budget lets models pass whose price nobody knows.
    public boolean allowsUnknownPrice() {
        return allowUnknownPrice;
    }

    /// Every quota that holds now, by scope, and which of them the configuration says.
    synchronized Map<Scope, Boolean> configured() {
        Map<Scope, Boolean> all = new TreeMap<>();
        Map<Scope, Quota> ofFile = Quotas.of(keys, restrictions, Map.of()).all();
        quotas.all().keySet().forEach(scope -> all.put(scope, ofFile.containsKey(scope)));
        return all;
    }

    /// Takes what the configuration says.
    public synchronized void configured(List<Config.Key> theKeys, Restrictions theRestrictions) {
        keys = theKeys;
        restrictions = theRestrictions;
        allowUnknownPrice = restrictions.allowUnknownPrice();
        quotas = Quotas.of(keys, restrictions, stored);
    }

    /// Takes what the store says.
    synchronized void stored(Map<Scope, Quota> all) {
        stored = Map.copyOf(all);
        quotas = Quotas.of(keys, restrictions, stored);
        complete = true;
    }
}
