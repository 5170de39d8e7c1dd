package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeedsRestartTest {
    @Test
    void everyMemberOfTheListenersIsTold(@TempDir Path folder) throws Exception {
        Path pem = Files.writeString(folder.resolve("a.pem"), "x");

        assertThat(changes("port: 8181", """
                        host: 0.0.0.0, port: 8282, max_body_bytes: 1000, head_timeout: 1s, body_timeout: 250ms,
                        idle_timeout: 3m, max_connections: 5, access_log: "off",
                        tls: { certificate: "%s", key: "%s" }""".formatted(pem, pem)))
                .containsExactly(
                        "server.host takes effect after a restart; still 127.0.0.1",
                        "server.port takes effect after a restart; still 8181",
                        "server.max_body_bytes takes effect after a restart; still 33554432",
                        "server.head_timeout takes effect after a restart; still 10s",
                        "server.body_timeout takes effect after a restart; still 1m",
                        "server.idle_timeout takes effect after a restart; still 75s",
                        "server.max_connections takes effect after a restart; still 10000",
                        "server.tls takes effect after a restart; still off",
                        "server.access_log takes effect after a restart; still stdout");
    }

    @Test
    void whatHoldsAtOnceIsNotTold() {
        assertThat(changes(
                        "port: 8181",
                        "port: 8181, drain: 1s, heartbeat: 1s, write_timeout: 1s, cors: [\"*\"], "
                                + "trusted_proxies: [10.0.0.1]"))
                .isEmpty();
    }

    private static List<String> changes(String running, String wanted) {
        return NeedsRestart.changes(server(running), server(wanted));
    }

    private static Config.Server server(String members) {
        return new ConfigLoader(Map.of(), Set.of())
                .parse("server: { " + members + " }", "test.yaml", Overrides.NONE)
                .config()
                .server();
    }
}
