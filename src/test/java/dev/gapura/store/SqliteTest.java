package dev.gapura.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is special about files.
class SqliteTest {
    @TempDir
    Path folder;

    private Store store() {
        return Storages.store(Storages.empty(Kind.SQLITE, folder));
    }

    private static long number(Database database, String query) {
        return Database.now(database.read(sql -> sql.number(query)));
    }

    private static long written(Database database, String query) {
        return Database.now(database.commit(sql -> sql.number(query)));
    }

    private static void open(Store store) {
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
    }

    @Test
    void thereAreTwoFilesThatOnlyTheirOwnerMayRead() throws Exception {
        try (Store store = store()) {
            open(store);
            for (String name : List.of("gapura.db", "gapura-history.db", "gapura-history.db-wal")) {
                assertThat(Files.getPosixFilePermissions(folder.resolve(name)))
                        .as(name)
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    @Test
    void whatMustBeOnDiskIsForcedThereAndHistoryIsNot() {
        try (Store store = store()) {
            open(store);
            // 2 is FULL, 1 is NORMAL: https://sqlite.org/pragma.html#pragma_synchronous
            assertThat(written(store.configuration(), "PRAGMA synchronous")).isEqualTo(2);
            assertThat(written(store.history(), "PRAGMA synchronous")).isEqualTo(1);
        }
    }

    @Test
    void aFullDiskHoldsUpRowsAndNothingElseAndIsOverByItself() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("small"), "size=4m");
                Store store = Storages.store(Storages.empty(Kind.SQLITE, disk.folder()))) {
            Appender<byte[]> appender = store.history()
                    .appender(
                            (sql, items) -> {
                                for (byte[] item : items) {
                                    sql.update("INSERT INTO blob (content) VALUES (?)", (Object) item);
                                }
                            },
                            8_000_000);
            open(store);
            Database history = store.history();
            Database.now(history.commit(sql -> {
                sql.run("CREATE TABLE blob (id INTEGER PRIMARY KEY, content BLOB)");
                return 0;
            }));

            int added = 0;
            for (int index = 0; index < 200; index++) {
                added += appender.add(new byte[100_000], 100_000) ? 1 : 0;
            }

            Waiting.until("the history is down", () -> !history.up());
            assertThat(appender.dropped()).isEqualTo(200 - added).isPositive();
            assertThat(appender.queuedBytes()).isLessThanOrEqualTo(8_000_000);
            assertThatThrownBy(() -> Database.now(history.commit(sql -> sql.update("DELETE FROM lease"))))
                    .isInstanceOf(StoreException.class);
            // What is there can be read.
            assertThat(number(history, "SELECT count(*) FROM lease")).isZero();

            long more = System.nanoTime();
            disk.remount("size=64m");
            Waiting.until("what was kept is written", () -> appender.queuedRows() == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - more)).isLessThan(Duration.ofSeconds(10));
            assertThat(history.up()).isTrue();
            assertThat(number(history, "SELECT count(*) FROM blob")).isEqualTo(added);
            String sound =
                    Database.now(history.read(sql -> sql.first("PRAGMA integrity_check", row -> row.getString(1))));
            assertThat(sound).isEqualTo("ok");
        }
    }

    @Test
    void aFileOfSomethingElseStopsTheStart() throws Exception {
        Files.writeString(folder.resolve("gapura.db"), "this is no database at all, and never was one\n".repeat(100));
        try (Store store = store()) {
            assertThatThrownBy(() -> open(store))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("NOTADB");
        }
    }

    @Test
    void tablesOfANewerVersionStopTheStart() throws Exception {
        try (Store store = store()) {
            open(store);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("gapura-history.db"));
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, script, checksum,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history LIMIT 1");
        }
        try (Store store = store()) {
            assertThatThrownBy(() -> open(store))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(
                            "newer version of Gapura (99, this one knows " + Half.HISTORY.version() + ")");
        }
    }

    @Test
    void aFolderThatCannotBeMadeStopsTheStart() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (Store store = Storages.store(Storages.empty(Kind.SQLITE, file.resolve("data")))) {
            assertThatThrownBy(() -> open(store))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("storage.url");
        }
    }
}
