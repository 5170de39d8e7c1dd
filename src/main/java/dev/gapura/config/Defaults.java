package dev.gapura.config;

import java.time.Duration;
import java.util.List;

/// What holds where a file says nothing. The first three and the deadlines are the public contract's, the others are
/// this project's own: deadlines long enough for people behind slow lines and short enough that a stalled peer does not
/// keep its connection, a heartbeat as the contract's small print has it, and as many connections as fit into 1 GB of
/// heap several times over.
final class Defaults {
    static final Config.Timeouts TIMEOUTS = new Config.Timeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(120), Duration.ofMinutes(15));

    static final Config.Server SERVER = new Config.Server(
            "127.0.0.1",
            8080,
            33_554_432,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(75),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            10_000,
            null,
            new Config.Cors(List.of()),
            List.of(),
            new Config.AccessLog(Config.AccessLog.Kind.STDOUT, null),
            null);

    static final Config.Egress EGRESS = new Config.Egress(List.of(), List.of(), true);

    /// A month of exchanges and a week of bodies, within what the smallest of today's disks can spare.
    static final Config.History HISTORY =
            new Config.History(Duration.ofDays(30), 10L << 30, Config.Bodies.OFF, 64 * 1024, Duration.ofDays(7));

    static final Config.Storage STORAGE = new Config.Storage(new Config.Sqlite(null), null, HISTORY);

    private Defaults() {}
}
