package dev.gapura.limit;

import dev.gapura.config.Config;
import dev.gapura.config.Quota;
import dev.gapura.config.Restrictions;
import java.util.List;
import java.util.Map;

/// The quotas that hold now: those of the configuration, which a reload changes, with those of the store, which are
/// polled. Any thread.
public final class QuotaBook {
    private List<Config.Key> keys = List.of();
    private Restrictions restrictions = Restrictions.NONE;
    private Map<Scope, Quota> stored = Map.of();
    private volatile Quotas quotas = Quotas.NONE;
    private volatile boolean allowUnknownPrice;

    /// What holds now. Never blocks.
    public Quotas quotas() {
        return quotas;
    }

    /// Whether a budget lets models pass whose price nobody knows.
    public boolean allowsUnknownPrice() {
        return allowUnknownPrice;
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
    }
}
