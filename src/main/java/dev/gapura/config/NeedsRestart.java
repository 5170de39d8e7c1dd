package dev.gapura.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Tells which members of `server` a reload changed in vain: the listeners and the access log were opened with the
/// old ones. The others (`drain`, `heartbeat`, `write_timeout`, `cors`, `trusted_proxies`) hold from the reload on.
/// Pure; any thread.
public final class NeedsRestart {
    private NeedsRestart() {}

    /// One line for each such member, in the order of the documentation; empty when nothing waits for a
    /// restart.
    ///
    /// @param running what the gateway was started with
    /// @param wanted what was read now
    public static List<String> changes(Config.Server running, Config.Server wanted) {
        List<String> lines = new ArrayList<>();
        compare(lines, "host", running.host(), wanted.host());
        compare(lines, "port", running.port(), wanted.port());
        compare(
                lines,
                "admin_port",
                Objects.requireNonNullElse(running.adminPort(), "that of the API"),
                Objects.requireNonNullElse(wanted.adminPort(), "that of the API"));
        compare(lines, "max_body_bytes", running.maxBodyBytes(), wanted.maxBodyBytes());
        compare(lines, "head_timeout", Durations.write(running.headTimeout()), Durations.write(wanted.headTimeout()));
        compare(lines, "body_timeout", Durations.write(running.bodyTimeout()), Durations.write(wanted.bodyTimeout()));
        compare(lines, "idle_timeout", Durations.write(running.idleTimeout()), Durations.write(wanted.idleTimeout()));
        compare(lines, "max_connections", running.maxConnections(), wanted.maxConnections());
        if (!Objects.equals(running.tls(), wanted.tls())) {
            Config.Tls tls = running.tls();
            lines.add(line("tls", tls == null ? "off" : tls.certificate().toString()));
        }
        if (!running.accessLog().equals(wanted.accessLog())) {
            lines.add(line("access_log", destination(running.accessLog())));
        }
        return lines;
    }

    /// The same of `storage`: another database or key is opened at the next start. What is said of the
    /// history holds at once.
    public static List<String> changes(Config.Storage running, Config.Storage wanted) {
        List<String> lines = new ArrayList<>();
        if (!running.place().equals(wanted.place())) {
            lines.add("storage.url takes effect after a restart");
        }
        if (!Objects.equals(running.masterKey(), wanted.masterKey())) {
            lines.add("storage.master_key takes effect after a restart");
        }
        return lines;
    }

    /// The same of `shared`.
    public static List<String> changes(Restrictions running, Restrictions wanted) {
        return Objects.equals(running.shared(), wanted.shared())
                ? List.of()
                : List.of("shared takes effect after a restart");
    }

    private static void compare(List<String> lines, String member, Object running, Object wanted) {
        if (!running.equals(wanted)) {
            lines.add(line(member, running.toString()));
        }
    }

    private static String line(String member, String running) {
        return "server." + member + " takes effect after a restart; still " + running;
    }

    private static String destination(Config.AccessLog log) {
        return switch (log.kind()) {
            case STDOUT -> "stdout";
            case OFF -> "off";
            case FILE -> String.valueOf(log.file());
        };
    }
}
