package bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;

/// Puts many virtual keys into the database of a gateway that does not run, [Bench#STORED_KEY] among them. Started by
/// `bench/run` with the gateway's jar on the class path, which has the driver.
final class ManyKeys {
    private ManyKeys() {}

    /// @param arguments the file, and how many
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
                Statement statement = database.createStatement();
                PreparedStatement key = database.prepareStatement(
                        "INSERT INTO api_key (id, organization, name, created_ms, created_by, policy, revision)"
                                + " VALUES (?, 'default', ?, 1, 'bench', '{}', 1)");
                PreparedStatement secret = database.prepareStatement(
                        "INSERT INTO key_secret (hash, api_key, prefix, created_ms, revision)"
                                + " VALUES (?, ?, ?, 1, 1)")) {
            database.setAutoCommit(false);
            for (int index = 0; index < count; index++) {
                String id = "key_bench_" + index;
                String text = index == 0 ? Bench.STORED_KEY : "sk-bench-other-" + index;
                key.setString(1, id);
                key.setString(2, "bench " + index);
                key.addBatch();
                secret.setBytes(1, digest.digest(text.getBytes(StandardCharsets.UTF_8)));
                secret.setString(2, id);
                secret.setString(3, text.substring(0, 12));
                secret.addBatch();
                if (index % 1_000 == 999) {
                    key.executeBatch();
                    secret.executeBatch();
                }
            }
            key.executeBatch();
            secret.executeBatch();
            database.commit();
        }
    }
}
