package dev.gapura.budget;

import dev.gapura.store.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/// One run of one gateway, which holds reservations. It says so in the database every few seconds while it has any:
/// one whose row stayed as it was for a term, while this one looked, is taken for dead, and one whose process is gone
/// from this machine at once. A database that is away or slow for longer kills nobody: looks that lie apart begin anew.
/// Clocks of the gateways do not matter. Any thread, but [#dead], which one asks at a time.
final class Instance {
    /// How long a gateway counts as alive that is not heard of. A stop of the whole process for longer, by
    /// a debugger or a machine that sleeps, has its reservations settled by others.
    static final Duration TERM = Duration.ofSeconds(15);

    static final Duration BEAT = Duration.ofSeconds(3);
    /// Looks further apart than this say nothing of what happened between them.
    static final Duration GAP = Duration.ofSeconds(10);

    /// Starts of processes are told in hundredths of a second since the machine's start, whose time may be
    /// corrected.
    private static final long START_TOLERANCE_MILLIS = 2_000;

    private static final String UPSERT = "INSERT INTO instance (id, machine, pid, pid_started_ms, until_ms)"
            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms";

    private final String id = UUID.randomUUID().toString();
    private final String machine = machine();
    private final long pid = ProcessHandle.current().pid();
    private final long startedMillis = started(ProcessHandle.current());
    private final LongSupplier nanos;
    private volatile long beatNanos;
    private final Map<String, Sighting> sightings = new HashMap<>();
    private long lookedNanos;

    Instance() {
        this(System::nanoTime);
    }

    /// @param nanos a clock that only goes on
    Instance(LongSupplier nanos) {
        this.nanos = nanos;
        beatNanos = nanos.getAsLong() - Duration.ofDays(1).toNanos();
        lookedNanos = beatNanos;
    }

    /// An instance as its row tells it.
    record Row(String id, String machine, long pid, long startedMillis, long untilMillis) {}

    /// Since when a row has been as it is.
    private record Sighting(long untilMillis, long sinceNanos) {}

    String id() {
        return id;
    }

    /// Whether it is time to say that this one lives.
    boolean due() {
        return nanos.getAsLong() - beatNanos > BEAT.toNanos();
    }

    /// Says that this one lives; in whatever transaction there is.
    void beat(Sql sql) throws SQLException {
        sql.update(UPSERT, id, machine, pid, startedMillis, System.currentTimeMillis() + TERM.toMillis());
    }

    /// The last [#beat] is committed.
    void beaten() {
        beatNanos = nanos.getAsLong();
    }

    /// Takes this one out, when it holds nothing any more.
    void leave(Sql sql) throws SQLException {
        sql.update("DELETE FROM instance WHERE id = ?", id);
    }

    /// Others that hold reservations and are dead, or are not known.
    List<Row> dead(Sql sql) throws SQLException {
        List<Row> dead = new ArrayList<>(sql.list(
                "SELECT DISTINCT instance FROM reservation WHERE instance <> ? AND instance NOT IN"
                        + " (SELECT id FROM instance)",
                row -> new Row(row.getString(1), "", 0, 0, 0),
                id));
        long now = nanos.getAsLong();
        if (now - lookedNanos > GAP.toNanos()) {
            sightings.clear();
        }
        lookedNanos = now;
        List<Row> others = sql.list(
                "SELECT id, machine, pid, pid_started_ms, until_ms FROM instance WHERE id <> ?",
                each -> new Row(
                        each.getString(1), each.getString(2), each.getLong(3), each.getLong(4), each.getLong(5)),
                id);
        sightings.keySet().retainAll(others.stream().map(Row::id).toList());
        for (Row row : others) {
            if (machine.equals(row.machine()) && isGone(row) || now - since(row, now) > TERM.toNanos()) {
                dead.add(row);
            }
        }
        return dead;
    }

    private long since(Row row, long now) {
        return sightings
                .merge(
                        row.id(),
                        new Sighting(row.untilMillis(), now),
                        (before, seen) -> before.untilMillis() == seen.untilMillis() ? before : seen)
                .sinceNanos();
    }

    /// Takes the row of a dead one out, and with it the right to its reservations.
    ///
    /// @return false where it lives after all: it has said so since it was looked at
    static boolean bury(Sql sql, Row dead) throws SQLException {
        return sql.update("DELETE FROM instance WHERE id = ? AND until_ms = ?", dead.id(), dead.untilMillis()) == 1
                || sql.number("SELECT count(*) FROM instance WHERE id = ?", dead.id()) == 0;
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
