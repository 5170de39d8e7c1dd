package dev.gapura.app;

import dev.gapura.config.ConfigException;
import dev.gapura.config.Overrides;
import dev.gapura.store.Backup;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gapura backup` and `gapura restore`.
final class BackupCommand {
    private BackupCommand() {}

    private static Backup backup(AdminFlags flags, Map<String, String> environment) {
        Path file = ServeFlags.configFile(flags.config, environment, ServeFlags::exists);
        try {
            return new Backup(
                    Startup.loader(environment)
                            .load(file, Overrides.NONE)
                            .config()
                            .storage(),
                    flags.folder(environment));
        } catch (IllegalArgumentException elsewhere) {
            throw ConfigException.of("storage.url", String.valueOf(elsewhere.getMessage()));
        }
    }

    private static int failed(AdminFlags flags, Path file, Exception why) {
        String reason =
                switch (why) {
                    case FileAlreadyExistsException there -> "is there already; name another file";
                    case NoSuchFileException missing -> "is not there";
                    default -> String.valueOf(why.getMessage());
                };
        flags.command.commandLine().getErr().println("gapura: " + file + ": " + reason);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /// `gapura backup`.
    @Command(
            name = "backup",
            sortOptions = false,
            header = "Writes databases and keys of a gateway on SQLite into one ZIP file.",
            description = {
                "The gateway may run: each database is copied as it is at one moment. On PostgreSQL, use pg_dump.",
                "The key that opens sealed secrets (master.key) is left out; keep a copy of it in another place.",
                ""
            },
            optionListHeading = "%nOptions:%n")
    static final class Write implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Option(names = "--with-key", description = "Puts master.key in too. Whoever has the file has every secret.")
        boolean withKey;

        @Parameters(paramLabel = "FILE", description = "A file that is not there yet.")
        @Nullable
        Path file;

        Write(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            Path target = java.util.Objects.requireNonNull(file);
            try {
                backup(flags, environment).write(target, withKey);
                flags.out().println("Wrote " + target + ".");
                return CommandLine.ExitCode.OK;
            } catch (IOException | SQLException why) {
                return failed(flags, target, why);
            }
        }
    }

    /// `gapura restore`.
    @Command(
            name = "restore",
            sortOptions = false,
            header = "Puts a backup in the place of what is in the data folder of a stopped gateway.",
            description = {"What is there stays beside it, with .before-restore in its name.", ""},
            optionListHeading = "%nOptions:%n")
    static final class Restore implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Parameters(paramLabel = "FILE", description = "What 'gapura backup' wrote.")
        @Nullable
        Path file;

        Restore(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            Path source = java.util.Objects.requireNonNull(file);
            if (flags.isRunning(environment)) {
                flags.command
                        .commandLine()
                        .getErr()
                        .println("gapura: a gateway runs on " + flags.folder(environment)
                                + "; stop it before you restore");
                return CommandLine.ExitCode.SOFTWARE;
            }
            try {
                backup(flags, environment)
                        .restore(source)
                        .forEach(place -> flags.out().println("Restored " + place + "."));
                return CommandLine.ExitCode.OK;
            } catch (IOException why) {
                return failed(flags, source, why);
            }
        }
    }
}
