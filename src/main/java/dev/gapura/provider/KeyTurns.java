package dev.gapura.provider;

import dev.gapura.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// The keys of a provider that has them in the database: taken in turn; one that was refused stands aside for a while,
/// as long as there are others. Any thread.
public final class KeyTurns {
    /// A key that is not accepted will not be in a moment.
    private static final Duration UNAUTHORIZED = Duration.ofMinutes(1);
    /// Where the provider does not say how long its limit holds.
    private static final Duration LIMITED = Duration.ofSeconds(5);

    private static final Duration MOST = Duration.ofMinutes(1);

    private final List<Secret> credentials;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLongArray asideUntilNanos;

    /// @param credentials complete values of the credential header, not empty
    public KeyTurns(List<Secret> credentials) {
        this.credentials = List.copyOf(credentials);
        asideUntilNanos = new AtomicLongArray(credentials.size());
        long now = System.nanoTime();
        for (int index = 0; index < credentials.size(); index++) {
            asideUntilNanos.set(index, now);
        }
    }

    /// Complete values of the credential header.
    public List<Secret> credentials() {
        return credentials;
    }

    /// The key whose turn it is. Where all stand aside, the one that is to come back first.
    public int take() {
        return following(Math.floorMod(next.getAndIncrement(), credentials.size()));
    }

    /// A key for a call that others refused; -1 where none is left that does not stand aside.
    ///
    /// @param refused the last that did
    public int after(int refused) {
        int index = following((refused + 1) % credentials.size());
        return index == refused || isAside(index, System.nanoTime()) ? -1 : index;
    }

    private int following(int from) {
        long now = System.nanoTime();
        int best = from;
        for (int step = 0; step < credentials.size(); step++) {
            int index = (from + step) % credentials.size();
            if (!isAside(index, now)) {
                return index;
            }
            if (asideUntilNanos.get(index) - asideUntilNanos.get(best) < 0) {
                best = index;
            }
        }
        return best;
    }

    private boolean isAside(int index, long now) {
        return asideUntilNanos.get(index) - now > 0;
    }

    /// A call with this key was refused.
    ///
    /// @param status 401 or 429
    /// @param retryAfterSeconds as the provider said; negative where it did not
    public void refused(int index, int status, long retryAfterSeconds) {
        Duration told =
                retryAfterSeconds < 0 ? LIMITED : Duration.ofSeconds(Math.min(retryAfterSeconds, MOST.toSeconds()));
        Duration aside = status == 401 ? UNAUTHORIZED : told;
        asideUntilNanos.set(index, System.nanoTime() + aside.toNanos());
    }
}
