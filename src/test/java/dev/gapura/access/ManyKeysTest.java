package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Very many keys: all are known, and looking one up costs what it costs among ten, of which the figures are printed.
/// `-Dkeys.many=100000` takes as many as are promised.
class ManyKeysTest {
    private static final int MANY = Integer.getInteger("keys.many", 20_000);

    @TempDir
    private Path folder;

    private static String secret(int index) {
        return "sk-gapura-" + "x".repeat(30) + index;
    }

    private static void insert(Doors doors, int from, int to) {
        Database.now(doors.store.configuration().commit(sql -> {
            long revision = sql.number("SELECT value FROM revision WHERE name = 'access'") + 1;
            for (int index = from; index < to; index++) {
                sql.update(
                        "INSERT INTO api_key (id, organization, name, created_ms, created_by, policy, revision)"
                                + " VALUES (?, 'default', ?, 0, 'command', '{}', ?)",
                        "key_" + index,
                        "key " + index,
                        revision);
                sql.update(
                        "INSERT INTO key_secret (hash, api_key, prefix, created_ms, revision)"
                                + " VALUES (?, ?, 'sk-gapura-xxxx', 0, ?)",
                        KeyHash.of(secret(index)),
                        "key_" + index,
                        revision);
            }
            return sql.update("UPDATE revision SET value = value + 1 WHERE name = 'access'");
        }));
    }

    /// Nanoseconds of a check of one of the first keys by number, presented as clients do.
    private static double nanos(Doors doors, int keys) {
        Keys all = Keys.of(List.of(), List.of(), doors.ring, doors.directory.sessions());
        int found = 0;
        double best = Double.MAX_VALUE;
        String[] presented = new String[20_000];
        Random random = new Random(7);
        for (int index = 0; index < presented.length; index++) {
            presented[index] = secret(random.nextInt(keys));
        }
        for (int round = 0; round < 15; round++) {
            long begin = System.nanoTime();
            for (String one : presented) {
                found += all.check(one) instanceof KeyCheck.Accepted ? 1 : 0;
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) presented.length);
        }
        assertThat(found).isEqualTo(15 * presented.length);
        return best;
    }

    @Test
    void allAreKnown() {
        try (Doors doors = Doors.first(Kind.SQLITE, folder, InstantSource.system())) {
            insert(doors, 0, 10);
            doors.ring.refresh().join();
            double few = nanos(doors, 10);
            insert(doors, 10, MANY);
            System.gc();
            long before =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            long begin = System.nanoTime();
            try (KeyRing fresh = new KeyRing(doors.store.configuration(), InstantSource.system())) {
                fresh.start();
                Waiting.until("all are read", () -> fresh.size() == MANY);
                long millis = (System.nanoTime() - begin) / 1_000_000;
                System.gc();
                long bytes = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory()
                        - before;
                Waiting.until("the other has them too", () -> doors.ring.size() == MANY);
                doors.ring.refresh().join();
                double many = nanos(doors, MANY);
                System.out.printf(
                        "%d keys: read in %d ms, %d MB; a check %.0f ns among 10, %.0f ns among %d%n",
                        MANY, millis, bytes >> 20, few, many, MANY);
            }
            for (int index = 0; index < MANY; index += 997) {
                assertThat(doors.check(secret(index))).isInstanceOf(KeyCheck.Accepted.class);
            }
        }
    }
}
