package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.store.Kind;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A history that an older version wrote keeps its exchanges and sums.
class HistoryMigrationTest {
    @TempDir
    Path folder;

    @Test
    void sumsAndExchangesOfTheFirstVersionAreStillThere() throws SQLException {
        String url = "jdbc:sqlite:" + folder.resolve("gapura-history.db");
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:dev/gapura/store/migrations/history/sqlite")
                .table("flyway_schema_history")
                .target("1")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO exchange (id, request_id, time_ms, method, route, status, streamed,"
                    + " key_name, client, attempts, counted, duration_ms, bytes_in, bytes_out, tool_runs, bodies,"
                    + " stored_bytes) VALUES (" + Ids.first(Exchanges.TIME) + ", 'req_old', " + Exchanges.TIME
                    + ", 'POST', '/v1/chat/completions', 200, 0, 'first', '127.0.0.1', 1, 1, 5, 6, 7, 0, 0, 600)");
            StringBuilder text = new StringBuilder("INSERT INTO rollup VALUES (86400000, "
                    + Period.DAY.start(Exchanges.TIME) + ", 'first', 'echo', 'sim'");
            Rollup.figures().forEach(figure -> text.append(", ?"));
            try (PreparedStatement insert =
                    connection.prepareStatement(text.append(')').toString())) {
                for (int index = 1; index <= Rollup.figures().size(); index++) {
                    insert.setLong(index, index);
                }
                insert.executeUpdate();
            }
        }
        try (OpenLedger open = new OpenLedger(Storages.empty(Kind.SQLITE, folder))) {
            Entry old = open.page(Filter.of(new Filter.Is(Filter.Field.ORGANIZATION, "default")), null, 10)
                    .entries()
                    .getFirst();
            assertThat(old.requestId()).isEqualTo("req_old");
            assertThat(old.keyId()).isNull();
            assertThat(Calls.of(old)).isNull();
            Usage day = open.usage(UsageQuery.of(
                            Period.DAY,
                            Exchanges.TIME,
                            Exchanges.TIME + 1,
                            UsageQuery.By.ORGANIZATION,
                            UsageQuery.By.KEY))
                    .getFirst();
            assertThat(day.by()).containsEntry(UsageQuery.By.ORGANIZATION, "default");
            assertThat(day.keyName()).isEqualTo("first");
            assertThat(day.requests()).isEqualTo(1);
            assertThat(day.costNanoUsd()).isEqualTo(10);
            assertThat(day.firstBytes()[Latency.BUCKETS - 1])
                    .isEqualTo(Rollup.figures().size());
        }
    }
}
