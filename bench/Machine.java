package bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the Linux kernel says about processes and cores. CPU time comes from the per-process clock of `clock_gettime`:
/// nanoseconds, user and system time together, all threads, those that have ended included; `/proc/PID/stat` says the
/// same in steps of 10 ms.
final class Machine {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CLOCK = LINKER.downcallHandle(
            LINKER.defaultLookup().find("clock_gettime").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle PRCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().find("prctl").orElseThrow(),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));

    /// `PR_SET_TIMERSLACK` of `linux/prctl.h`.
    private static final int SET_TIMER_SLACK = 29;

    /// `USER_HZ`, the unit of `/proc/stat`: 100 on every Linux that runs a JVM.
    private static final long TICK_NANOS = 10_000_000;

    private Machine() {}

    /// CPU time of these processes so far, in nanoseconds; a process that has ended makes it fail.
    static long cpuNanos(List<Long> pids) {
        long sum = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            for (long pid : pids) {
                // MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of the kernel's posix-timers.h.
                int clock = ((int) ~pid << 3) | 2;
                if ((int) CLOCK.invokeExact(clock, time) != 0) {
                    throw new IllegalStateException("process " + pid + " has ended");
                }
                sum += time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000 + time.get(ValueLayout.JAVA_LONG, 8);
            }
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
        return sum;
    }

    /// CPU time that the JIT compilers of a JVM have used so far, in nanoseconds: its threads named `C1 CompilerThread0`,
    /// `C2 CompilerThread0` and so on, cut to 15 characters by the kernel. One that ended is no longer counted.
    static long compilerNanos(List<Long> pids) {
        long sum = 0;
        for (long pid : pids) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks) {
                    sum += compilerNanos(task);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return sum;
    }

    private static long compilerNanos(Path task) {
        try {
            boolean compiler = Files.readString(task.resolve("comm")).matches("(?s)C[12] Compiler.*");
            // The first field of schedstat is the time on a core: see proc(5) and sched-stats.rst of the kernel.
            return compiler ? Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]) : 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    /// Lets the calling thread wake when it asked to, not up to 50 µs later.
    static void preciseTimers() {
        try {
            int ignored = (int) PRCTL.invokeExact(SET_TIMER_SLACK, 1L, 0L, 0L, 0L);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Busy and stolen time of one core since boot, in nanoseconds, in steps of 10 ms.
    record Core(long busyNanos, long stolenNanos) {}

    static Core core(int number) {
        for (String line : lines(Path.of("/proc/stat"))) {
            if (line.startsWith("cpu" + number + " ")) {
                String[] field = line.split(" +");
                // user nice system idle iowait irq softirq steal: see proc(5).
                long busy = 0;
                for (int i : new int[] {1, 2, 3, 6, 7}) {
                    busy += Long.parseLong(field[i]);
                }
                return new Core(busy * TICK_NANOS, Long.parseLong(field[8]) * TICK_NANOS);
            }
        }
        throw new IllegalStateException("no core " + number);
    }

    /// Resident memory of these processes, in bytes.
    static long residentBytes(List<Long> pids) {
        long kib = 0;
        for (long pid : pids) {
            for (String line : lines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return kib * 1024;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
