package dev.gapura.budget;

import dev.gapura.store.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// One run of one gateway, which holds reservations. It says so in the database every few seconds while it has any:
/// one that was not heard of for a term is taken for dead, and one whose process is gone from this machine at once.
/// Clocks of the gateways may differ by less than a term. Any thread.
final class Instance {
    /// How long a gateway counts as alive that is not heard of. A stop of the whole process for longer, by
    /// a debugger or a machine that sleeps, has its reservations settled by others.
    static final Duration TERM = Duration.ofSeconds(15);

    static final Duration BEAT = Duration.ofSeconds(3);

    /// Starts of processes are told in hundredths of a second since the machine's start, whose time may be
    /// corrected.
    private static final long START_TOLERANCE_MILLIS = 2_000;

    private static final String UPSERT = "INSERT INTO instance (id, machine, pid, pid_started_ms, until_ms)"
            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms";

    private final String id = UUID.randomUUID().toString();
    private final String machine = machine();
    private final long pid = ProcessHandle.current().pid();
    private final long startedMillis = started(ProcessHandle.current());
    private volatile long beatNanos = System.nanoTime() - Duration.ofDays(1).toNanos();

    /// An instance as its row tells it.
    private record Row(String id, String machine, long pid, long startedMillis, long untilMillis) {}

    String id() {
        return id;
    }

    /// Whether it is time to say that this one lives.
    boolean due() {
        return System.nanoTime() - beatNanos > BEAT.toNanos();
    }

    /// Says that this one lives; in whatever transaction there is.
    void beat(Sql sql) throws SQLException {
        sql.update(UPSERT, id, machine, pid, startedMillis, System.currentTimeMillis() + TERM.toMillis());
    }

    /// The last [#beat] is committed.
    void beaten() {
        beatNanos = System.nanoTime();
    }

    /// Takes this one out, when it holds nothing any more.
    void leave(Sql sql) throws SQLException {
        sql.update("DELETE FROM instance WHERE id = ?", id);
    }

    /// Others that hold reservations and are dead.
    List<String> dead(Sql sql) throws SQLException {
        List<String> dead = new ArrayList<>(sql.list(
                "SELECT DISTINCT instance FROM reservation WHERE instance NOT IN (SELECT id FROM instance)",
                row -> row.getString(1)));
        dead.remove(id);
        for (Row row : sql.list(
                "SELECT id, machine, pid, pid_started_ms, until_ms FROM instance WHERE id <> ?",
                each -> new Row(
                        each.getString(1), each.getString(2), each.getLong(3), each.getLong(4), each.getLong(5)),
                id)) {
            if (row.untilMillis() < System.currentTimeMillis() || machine.equals(row.machine()) && isGone(row)) {
                dead.add(row.id());
            }
        }
        return dead;
    }

    private static boolean isGone(Row row) {
        return ProcessHandle.of(row.pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(started(process) - row.startedMillis()) <= START_TOLERANCE_MILLIS)
                .isEmpty();
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// Names what process ids belong to: a start of the system, and within it a space of processes such as
    /// a container's. Where there is no such name, one that nobody else has.
    private static String machine() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | RuntimeException none) {
            return UUID.randomUUID().toString();
        }
    }
}
