package bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Prints the results as Markdown.
final class Report {
    /// The contestant that all others are compared with, and the second copy of it whose ratio shows what
    /// the measurement can tell apart.
    static final String FLOOR = "nginx";

    static final String AGAIN = "nginx-again";

    /// The gateway while it relays, beside itself while it translates.
    static final String RELAYED = "relayed";

    /// The gateway while it answers plain requests, beside itself while it runs tools.
    static final String PLAIN = "plain";

    /// The gateway while it answers for one of ten keys, beside one with 100,000.
    static final String FEW = "few-keys";

    static final String GATEWAY = "gapura";

    /// A gateway with 100,000 keys, for B10 alone.
    static final String MANY = "gapura-many-keys";

    private static final double MAX_LOAD_BUSY = 0.70;
    private static final double MAX_GATEWAY_BUSY = 0.85;
    private static final double MAX_FOREIGN = 0.05;

    /// Share of latencies around the 40 ms of a delayed acknowledgement that may be chance.
    private static final double MAX_NEAR_40 = 0.001;

    private static final double MAX_HEAP_KIB = 16;

    /// Of a hand-over beyond the machine's own way.
    private static final double MAX_HAND_OVER_MICROS = 150;

    private final PrintStream out;
    private final List<Contestant> contestants;

    Report(PrintStream out, List<Contestant> contestants) {
        this.out = out;
        this.contestants = contestants;
    }

    /// Median with smallest and largest.
    private record Spread(double median, double low, double high, int count) {
        static Spread of(List<Double> values) {
            double[] sorted = values.stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> !Double.isNaN(value))
                    .sorted()
                    .toArray();
            int n = sorted.length;
            return n == 0
                    ? new Spread(Double.NaN, Double.NaN, Double.NaN, 0)
                    : new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1], n);
        }

        String text(String format) {
            return count == 0
                    ? "–"
                    : String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, low, high);
        }

        String middle(String format) {
            return count == 0 ? "–" : String.format(Locale.ROOT, format, median);
        }
    }

    /// Who takes part in a work: all, or the gateway twice where it is compared with itself.
    static List<Contestant> taking(Work work, List<Contestant> contestants) {
        return work.floor().equals(FLOOR)
                ? contestants.stream()
                        .filter(contestant -> !contestant.name().equals(MANY))
                        .toList()
                : Stream.concat(
                                contestants.stream()
                                        .filter(contestant -> contestant.name().equals(GATEWAY))
                                        .map(gateway -> as(work.floor(), gateway)),
                                contestants.stream()
                                        .filter(contestant ->
                                                contestant.name().equals(work.judged())))
                        .toList();
    }

    /// The contestants, and the gateway once more as each of its own floors.
    static List<Contestant> all(List<Contestant> contestants) {
        List<Contestant> all = new ArrayList<>(contestants);
        contestants.stream()
                .filter(contestant -> contestant.name().equals(GATEWAY))
                .flatMap(gateway -> Stream.of(as(RELAYED, gateway), as(PLAIN, gateway), as(FEW, gateway)))
                .forEach(all::add);
        return all;
    }

    private static Contestant as(String name, Contestant gateway) {
        return new Contestant(name, gateway.port(), gateway.pids(), gateway.jvm());
    }

    void handOver(String where, HandOver handOver) {
        out.printf(
                Locale.ROOT,
                "%nHand-over %s: p50 %.0f µs, p99 %.0f µs, %d times.%n",
                where,
                handOver.p50Micros(),
                handOver.p99Micros(),
                handOver.count());
    }

    void works(Map<Work, Map<Contestant, List<Window>>> results, Map<Contestant, Double> idle) {
        results.forEach((work, windows) -> {
            out.printf(Locale.ROOT, "%n### %s: %s, %.0f requests/s%n%n", work, work.title, work.rate);
            out.printf(
                    "| through | CPU µs per %s | × %s | p50 µs | p99 µs | added p50 | added p99 |%s 35–45 ms | core busy |"
                            + " load core | windows |%n",
                    work.unit, work.floor(), work.stream ? " first event p50 / p99 µs |" : "");
            out.println("|---|--:|--:|--:|--:|--:|--:|" + (work.stream ? "--:|" : "") + "--:|--:|--:|--:|");
            for (Contestant contestant : taking(work, contestants)) {
                row(work, windows, contestant, idle);
            }
            warnings(windows);
        });
    }

    private void row(
            Work work, Map<Contestant, List<Window>> windows, Contestant contestant, Map<Contestant, Double> idle) {
        List<Window> own = windows.get(contestant);
        List<Window> valid = valid(own);
        if (valid.isEmpty()) {
            out.println("| " + contestant.name() + " | not served |");
            return;
        }
        boolean direct = contestant.pids().isEmpty();
        String cost = direct
                ? "–"
                : spread(valid, window -> window.cpuMicros(idle.get(contestant)))
                        .text("%.2f");
        String ratio = direct ? "–" : ratios(work, windows, contestant, idle).text("%.2f");
        out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s |%s %s | %s | %s | %d of %d |%n",
                contestant.name(),
                cost,
                ratio,
                spread(valid, window -> window.latency().micros(0.5)).middle("%.0f"),
                spread(valid, window -> window.latency().micros(0.99)).middle("%.0f"),
                direct ? "–" : added(windows, contestant, 0.5).middle("%.0f"),
                direct ? "–" : added(windows, contestant, 0.99).middle("%.0f"),
                work.stream
                        ? spread(valid, window -> window.firstEvent().micros(0.5))
                                        .middle(" %.0f /")
                                + spread(valid, window -> window.firstEvent().micros(0.99))
                                        .middle(" %.0f |")
                        : "",
                spread(valid, window -> 100 * near40(window)).middle("%.2f %%"),
                direct
                        ? "–"
                        : spread(valid, window -> 100 * window.gatewayBusy()).middle("%.0f %%"),
                spread(valid, window -> 100 * window.loadBusy()).middle("%.0f %%"),
                valid.size(),
                own.size());
    }

    private void warnings(Map<Contestant, List<Window>> windows) {
        List<String> lines = new ArrayList<>();
        windows.forEach((contestant, all) -> {
            List<Window> valid = valid(all);
            warn(
                    lines,
                    contestant,
                    "load generator and mock used %.0f %% of their core",
                    MAX_LOAD_BUSY,
                    spread(valid, Window::loadBusy).high());
            warn(
                    lines,
                    contestant,
                    "it used %.0f %% of its core, near saturation",
                    MAX_GATEWAY_BUSY,
                    spread(valid, Window::gatewayBusy).high());
            if (!contestant.pids().isEmpty()) {
                warn(
                        lines,
                        contestant,
                        "other processes used up to %.0f %% of its core",
                        MAX_FOREIGN,
                        spread(valid, Window::foreignBusy).high());
            }
            int stalls = valid.stream().mapToInt(Window::stalls).sum();
            if (stalls > 0) {
                lines.add(contestant.name() + ": " + stalls + " requests had to wait for a connection");
            }
            double late =
                    spread(valid, window -> window.lateness().micros(0.99)).median();
            if (late > 1_000) {
                lines.add(String.format(
                        Locale.ROOT, "%s: requests left up to %.0f µs late (p99)", contestant.name(), late));
            }
        });
        if (!lines.isEmpty()) {
            out.println();
            lines.forEach(line -> out.println("- Noise: " + line + "."));
        }
    }

    private static void warn(List<String> lines, Contestant contestant, String text, double limit, double value) {
        if (value > limit) {
            lines.add(contestant.name() + ": " + String.format(Locale.ROOT, text, 100 * value));
        }
    }

    void memory(Map<Contestant, Parked> results) {
        out.println("\n### Memory per open stream\n");
        out.println(
                "| through | streams | heap KB per stream | RSS KB per stream | RSS before, MB | provider free after |");
        out.println("|---|--:|--:|--:|--:|--:|");
        results.forEach((contestant, result) -> {
            if (result.failure() != null) {
                out.println("| " + contestant.name() + " | not served: " + result.failure() + " |");
                return;
            }
            out.printf(
                    Locale.ROOT,
                    "| %s | %d | %s | %.1f | %.0f | %d ms |%n",
                    contestant.name(),
                    result.streams(),
                    Double.isNaN(result.heapBytes())
                            ? "–"
                            : String.format(Locale.ROOT, "%.1f", result.heapBytes() / 1024),
                    result.residentBytes() / 1024,
                    result.idleResidentBytes() / 1048576.0,
                    result.releasedMillis());
        });
    }

    /// Says of every goal that was measured whether it was reached.
    void goals(
            Map<Work, Map<Contestant, List<Window>>> results,
            Map<Work, HandOver> handOvers,
            Map<Contestant, Double> idle,
            Map<Contestant, Parked> parked) {
        if (contestants.stream().noneMatch(contestant -> contestant.name().equals(GATEWAY))) {
            return;
        }
        out.println("\n### Goals\n");
        results.forEach((work, windows) -> contestants.stream()
                .filter(contestant -> contestant.name().equals(work.judged()))
                .findFirst()
                .ifPresent(judged -> {
                    double ratio = ratios(work, windows, judged, idle).median();
                    goal(work + ", CPU per " + work.unit, "%.2f × " + work.floor(), ratio, work.goal);
                    double near40 =
                            spread(valid(windows.get(judged)), Report::near40).median();
                    goal(work + ", latencies within 35–45 ms", "%.2f %%", 100 * near40, 100 * MAX_NEAR_40);
                }));
        handOvers.forEach((work, handOver) -> goal(
                work + ", hand-over with a core to spare, beyond the machine's own way",
                "%.0f µs",
                handOver.p50Micros(),
                MAX_HAND_OVER_MICROS));
        contestants.stream()
                .filter(contestant -> contestant.name().equals(GATEWAY) && parked.containsKey(contestant))
                .forEach(gateway -> {
                    double kib = parked.get(gateway).heapBytes() / 1024;
                    goal("heap per open stream", "%.1f KB", kib, MAX_HEAP_KIB);
                });
    }

    private void goal(String what, String format, double value, double limit) {
        String verdict = Double.isNaN(value) ? "not measured" : value <= limit ? "reached" : "missed";
        out.printf(Locale.ROOT, "- %s: " + format + ", goal ≤ " + format + ": %s%n", what, value, limit, verdict);
    }

    private static double near40(Window window) {
        return window.latency().shareWithin(35, 45);
    }

    private static List<Window> valid(List<Window> windows) {
        return windows.stream().filter(window -> window.failure() == null).toList();
    }

    /// Ratios to the floor, block by block of the same round.
    private Spread ratios(
            Work work, Map<Contestant, List<Window>> windows, Contestant contestant, Map<Contestant, Double> idle) {
        return paired(
                windows,
                contestant,
                work.floor(),
                (own, floor, floorContestant) ->
                        own.cpuMicros(idle.get(contestant)) / floor.cpuMicros(idle.get(floorContestant)));
    }

    private Spread added(Map<Contestant, List<Window>> windows, Contestant contestant, double quantile) {
        return paired(
                windows,
                contestant,
                "direct",
                (own, direct, ignored) ->
                        own.latency().micros(quantile) - direct.latency().micros(quantile));
    }

    private interface Comparison {
        double of(Window own, Window other, Contestant otherContestant);
    }

    private Spread paired(
            Map<Contestant, List<Window>> windows, Contestant contestant, String other, Comparison comparison) {
        List<Double> values = new ArrayList<>();
        windows.keySet().stream()
                .filter(candidate -> candidate.name().equals(other))
                .forEach(partner -> {
                    List<Window> own = windows.get(contestant);
                    List<Window> others = windows.get(partner);
                    for (int round = 0; round < Math.min(own.size(), others.size()); round++) {
                        if (own.get(round).failure() == null
                                && others.get(round).failure() == null) {
                            values.add(comparison.of(own.get(round), others.get(round), partner));
                        }
                    }
                });
        return Spread.of(values);
    }

    private static Spread spread(List<Window> windows, ToDoubleFunction<Window> value) {
        return Spread.of(windows.stream().map(value::applyAsDouble).toList());
    }
}
