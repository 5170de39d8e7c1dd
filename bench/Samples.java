package bench;

import java.util.Arrays;

/// Latencies of one window, every single one kept. Written by one thread, read after it has ended.
final class Samples {
    private long[] nanos = new long[1 << 16];
    private int count;
    private boolean sorted;

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = value;
    }

    int count() {
        return count;
    }

    /// In microseconds; `NaN` without samples.
    double micros(double quantile) {
        if (count == 0) {
            return Double.NaN;
        }
        sort();
        return nanos[Math.min(count - 1, (int) (quantile * count))] / 1e3;
    }

    /// Share of the samples within `from..to` milliseconds.
    double shareWithin(double from, double to) {
        int inside = 0;
        for (int i = 0; i < count; i++) {
            if (nanos[i] >= from * 1e6 && nanos[i] <= to * 1e6) {
                inside++;
            }
        }
        return count == 0 ? 0 : (double) inside / count;
    }

    private void sort() {
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
    }
}
