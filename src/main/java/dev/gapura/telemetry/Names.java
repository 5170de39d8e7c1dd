package dev.gapura.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Values of one label, with an upper bound: the first so many names stand for themselves, every later one is
/// [#OTHER]. So no request and no reload can grow the number of time series without end. Any thread.
final class Names {
    static final String OTHER = "other";

    private final int most;
    private final ConcurrentMap<String, String> known = new ConcurrentHashMap<>();

    Names(int most) {
        this.most = most;
    }

    String label(String name) {
        String label = known.get(name);
        return label != null ? label : admit(name);
    }

    private synchronized String admit(String name) {
        if (known.size() >= most) {
            return known.getOrDefault(name, OTHER);
        }
        known.putIfAbsent(name, name);
        return name;
    }
}
