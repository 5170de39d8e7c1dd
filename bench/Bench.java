package bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures every work against every contestant and prints the tables. Started by `bench/run`, which has started mock
/// and contestants.
///
/// Contestants take turns in short blocks, forwards in one round and backwards in the next (A B C, C B A, ...), so that
/// a slow drift of the machine meets all of them; what is reported of two contestants is the median of the ratios of
/// their blocks in the same round.
final class Bench {
    /// The key that the gateway's configuration names; sent to everybody.
    static final String KEY = "sk-bench-0123456789abcdef0123456789abcdef";

    /// The same with limits and budgets.
    static final String LIMITED_KEY = "sk-bench-limited-0123456789abcdef0123456789";

    /// One of the keys that [ManyKeys] puts into databases.
    static final String STORED_KEY = "sk-bench-stored-0123456789abcdef0123456789";

    /// A window during which the hypervisor took more than this is thrown away.
    private static final double MAX_STOLEN = 0.02;

    /// Windows of a JVM must agree within this before it counts as warm.
    private static final double WARM_SPREAD = 0.05;

    private static final int WARM_WINDOWS = 3;
    private static final int WARM_MILLIS = 2_000;

    /// ... and its compilers must use less than this share of a core, at the same time.
    private static final double WARM_COMPILING = 0.01;

    /// 90 s: a JVM whose compilers share one core with the event loop needs most of a minute after its start.
    private static final int WARM_WINDOWS_MOST = 45;

    /// Hand-overs a second that leave the contestant's core mostly idle.
    private static final double SPARE_RATE = 150;

    private static final int READY_SECONDS = 60;

    private final Map<String, String> options;
    private final boolean quick;
    private final int rounds;
    private final int windowMillis;
    private final int mockPort;
    private final long mockPid;
    private boolean failed;

    private Bench(Map<String, String> options) {
        this.options = options;
        this.quick = "true".equals(options.get("quick"));
        this.rounds = quick ? 3 : 8;
        this.windowMillis = quick ? 2_500 : 6_000;
        String[] mock = options.get("mock").split(":");
        this.mockPort = Integer.parseInt(mock[0]);
        this.mockPid = Long.parseLong(mock[1]);
    }

    /// @param arguments `name=value` each: `mock` (port:pid), `contestants` (name:port:pid, ...), `only`
    ///     (works), `quick`, `parked` (streams), `jdk`
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (String argument : arguments) {
            String[] part = argument.split("=", 2);
            options.put(part[0], part[1]);
        }
        Bench bench = new Bench(options);
        bench.run();
        System.exit(bench.failed ? 1 : 0);
    }

    private void run() throws Exception {
        List<Contestant> contestants = new ArrayList<>();
        for (String text : options.get("contestants").split(",")) {
            awaitPort(Integer.parseInt(text.split(":")[1]));
            contestants.add(Contestant.parse(text));
        }
        List<String> only =
                Arrays.asList(options.get("only").toLowerCase(Locale.ROOT).split(","));
        Report report = new Report(System.out, contestants);
        Map<Work, Map<Contestant, List<Window>>> results = new EnumMap<>(Work.class);
        Map<Work, HandOver> handOvers = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            if (only.contains(work.name().toLowerCase(Locale.ROOT))) {
                results.put(work, measure(work, contestants));
                // Each table as soon as it is known: a run of half an hour may still be broken off.
                report.works(Map.of(work, results.get(work)), idle(contestants));
                if (work.rounds() > 0) {
                    report.handOver("under the load of " + work, HandOver.take(mockPort));
                    for (Contestant contestant : contestants) {
                        if (contestant.name().equals(work.judged())) {
                            HandOver handOver = handOver(work, contestant);
                            handOvers.put(work, handOver);
                            report.handOver("in " + work + " with a core to spare", handOver);
                        }
                    }
                }
            }
        }
        Map<Contestant, Double> idle = idle(contestants);
        report.works(results, idle);
        Map<Contestant, Parked> parked = new LinkedHashMap<>();
        if (only.contains("mem")) {
            for (Contestant contestant : contestants) {
                if (!contestant.pids().isEmpty() && !contestant.name().equals(Report.AGAIN)) {
                    log("memory: " + contestant.name());
                    int streams = Integer.parseInt(options.get("parked"));
                    Parked result = Parked.measure(contestant, mockPort, streams, Path.of(options.get("jdk")));
                    failed |= result.failure() != null;
                    parked.put(contestant, result);
                }
            }
            report.memory(parked);
        }
        report.goals(results, handOvers, idle, parked);
    }

    private Map<Contestant, List<Window>> measure(Work work, List<Contestant> contestants) throws IOException {
        Map<Contestant, List<Window>> windows = new LinkedHashMap<>();
        List<Contestant> served = new ArrayList<>();
        for (Contestant contestant : Report.taking(work, contestants)) {
            windows.put(contestant, new ArrayList<>());
            if (warm(work, contestant)) {
                served.add(contestant);
            } else {
                failed = true;
            }
        }
        HandOver.take(mockPort); // what the warm-up left
        for (int round = 0; round < rounds; round++) {
            for (Contestant contestant : round % 2 == 0 ? served : served.reversed()) {
                Window window = block(work, contestant, windowMillis);
                if (window.failure() != null) {
                    failed = true;
                    log(work + " " + contestant.name() + " round " + round + " void: " + window.failure());
                } else if (window.stolen() > MAX_STOLEN) {
                    window = Window.failed("stolen time");
                    log(work + " " + contestant.name() + " round " + round + " void: stolen time");
                }
                windows.get(contestant).add(window);
            }
            log(work + " round " + (round + 1) + " of " + rounds);
        }
        return windows;
    }

    /// Measures the hand-over of a work where nothing waits for the core, less the machine's own way there and back,
    /// which requests without anybody in between show at the same pace.
    private HandOver handOver(Work work, Contestant contestant) throws IOException {
        new Load(work, SPARE_RATE / work.rounds(), contestant, mockPid).run(windowMillis);
        HandOver handOver = HandOver.take(mockPort);
        Contestant direct = new Contestant("direct", mockPort, List.of(), false);
        Window way = new Load(Work.B1, SPARE_RATE, direct, mockPid).run(windowMillis);
        return handOver.less(way.latency().micros(0.5));
    }

    /// @return whether the contestant serves this work
    private boolean warm(Work work, Contestant contestant) throws IOException {
        int most = contestant.jvm() ? WARM_WINDOWS_MOST : 1;
        List<Double> costs = new ArrayList<>();
        double compiling = 0;
        while (costs.size() < most) {
            long compiled = Machine.compilerNanos(contestant.pids());
            long start = System.nanoTime();
            Window window = block(work, contestant, WARM_MILLIS);
            compiling = (double) (Machine.compilerNanos(contestant.pids()) - compiled) / (System.nanoTime() - start);
            if (window.failure() != null) {
                log(work + " " + contestant.name() + " not served: " + window.failure());
                return false;
            }
            costs.add(window.cpuMicros(0));
            if (costs.size() >= WARM_WINDOWS) {
                List<Double> last = costs.subList(costs.size() - WARM_WINDOWS, costs.size());
                double low =
                        last.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
                double high =
                        last.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
                if (high <= low * (1 + WARM_SPREAD) && compiling < WARM_COMPILING) {
                    break;
                }
            }
        }
        if (contestant.jvm()) {
            log(work + " " + contestant.name() + " warm-up, CPU µs per " + work.unit + ": "
                    + costs.stream()
                            .map(cost -> String.format(Locale.ROOT, "%.2f", cost))
                            .toList()
                    + String.format(Locale.ROOT, ", compilers %.1f %% of a core at the end", compiling * 100));
        }
        return true;
    }

    private Window block(Work work, Contestant contestant, int millis) throws IOException {
        return new Load(work.traffic(contestant), work.traffic(contestant).rate, contestant, mockPid).run(millis);
    }

    /// Share of a core that each contestant uses with nothing to do.
    private Map<Contestant, Double> idle(List<Contestant> contestants) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(1));
        Map<Contestant, Long> before = new LinkedHashMap<>();
        Report.all(contestants).forEach(contestant -> before.put(contestant, Machine.cpuNanos(contestant.pids())));
        long start = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(quick ? 2 : 5));
        double nanos = System.nanoTime() - start;
        Map<Contestant, Double> idle = new LinkedHashMap<>();
        before.forEach((contestant, cpu) -> idle.put(contestant, (Machine.cpuNanos(contestant.pids()) - cpu) / nanos));
        return idle;
    }

    private static void awaitPort(int port) throws InterruptedException {
        long deadline = System.nanoTime() + READY_SECONDS * 1_000_000_000L;
        while (true) {
            try {
                new Socket("127.0.0.1", port).close();
                return;
            } catch (IOException refused) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("nobody listens on port " + port, refused);
                }
                Thread.sleep(Duration.ofMillis(50));
            }
        }
    }

    private static void log(String text) {
        System.err.println("bench: " + text);
    }
}
