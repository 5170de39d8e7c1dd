package dev.gapura.store;

import dev.gapura.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Copies what a gateway on SQLite must not lose into one ZIP file, and back: both databases, `keys.json`, and where
/// that is wanted the key that seals secrets in them. Blocks.
public final class Backup {
    private static final List<String> BESIDE = List.of("keys.json", MasterKeys.FILE);
    private static final String BEFORE = ".before-restore";

    private final SqliteEngine engine;
    private final Path data;

    /// @param data folder of the gateway
    /// @throws IllegalArgumentException where the storage is a PostgreSQL, which has tools of its own
    public Backup(Config.Storage settings, Path data) {
        engine = switch (settings.place()) {
            case Config.Sqlite(Path file) -> new SqliteEngine(file == null ? data.resolve(Store.DEFAULT_FILE) : file);
            case Config.Postgresql place ->
                throw new IllegalArgumentException(
                        "the storage is a PostgreSQL; copy its schemas with pg_dump, and the key in "
                                + data.resolve(MasterKeys.FILE) + " beside it");
        };
        this.data = data;
    }

    /// Writes a backup, also while the gateway runs: each database as it is at one moment.
    ///
    /// @param target a file that is not there yet
    /// @param withKey whether the key that opens sealed secrets goes into the same file
    public void write(Path target, boolean withKey) throws IOException, SQLException {
        try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(
                target, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(target)))) {
            write(out, withKey);
        } catch (FileAlreadyExistsException there) {
            throw there;
        } catch (IOException | SQLException failed) {
            // Half a backup must not lie there under the name of a whole one.
            Files.deleteIfExists(target);
            throw failed;
        }
    }

    private void write(OutputStream out, boolean withKey) throws IOException, SQLException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Half half : Half.values()) {
                // Made here for nobody else to read; SQLite fills a file that is empty.
                Path copy = Files.createTempFile(data, "backup", ".db");
                try {
                    vacuum(half, copy);
                    add(zip, half.label() + ".db", copy);
                } finally {
                    Files.deleteIfExists(copy);
                }
            }
            for (String name : BESIDE) {
                if ((withKey || !name.equals(MasterKeys.FILE)) && Files.exists(data.resolve(name))) {
                    add(zip, name, data.resolve(name));
                }
            }
        }
    }

    /// Copies what is committed, without holding up whoever writes.
    private void vacuum(Half half, Path copy) throws SQLException {
        try (Connection connection = engine.writing(half);
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        }
    }

    private static void add(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
        zip.closeEntry();
    }

    /// Puts a backup in the place of what is there, which stays beside it with `.before-restore` in its
    /// name. No gateway may run on it.
    ///
    /// @return the files that were put in place
    /// @throws IOException also where the file is no backup; then nothing was changed
    public List<Path> restore(Path source) throws IOException {
        List<Path> drafts = new ArrayList<>();
        List<Path> places = new ArrayList<>();
        Files.createDirectories(data);
        try (InputStream in = Files.newInputStream(source);
                ZipInputStream zip = new ZipInputStream(in)) {
            Set<String> seen = new HashSet<>();
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path place = place(entry.getName());
                if (place == null || !seen.add(entry.getName())) {
                    throw new IOException("it is no backup of a gateway: it has " + entry.getName());
                }
                Path draft = place.resolveSibling(place.getFileName() + ".restoring");
                Files.deleteIfExists(draft);
                Files.createFile(draft, OwnerOnly.file(draft));
                drafts.add(draft);
                try (OutputStream out = Files.newOutputStream(draft)) {
                    zip.transferTo(out);
                }
                places.add(place);
            }
            if (!seen.contains(Half.CONFIGURATION.label() + ".db") || !seen.contains(Half.HISTORY.label() + ".db")) {
                throw new IOException("it is no backup of a gateway: a database is missing");
            }
        } catch (IOException failed) {
            for (Path draft : drafts) {
                Files.deleteIfExists(draft);
            }
            throw failed;
        }
        for (int index = 0; index < places.size(); index++) {
            replace(places.get(index), drafts.get(index));
        }
        return places;
    }

    private @org.jspecify.annotations.Nullable Path place(String name) {
        for (Half half : Half.values()) {
            if (name.equals(half.label() + ".db")) {
                return engine.file(half);
            }
        }
        return BESIDE.contains(name) ? data.resolve(name) : null;
    }

    /// The journal of the database that was there belongs to it: beside another one it would spoil that.
    private static void replace(Path place, Path draft) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path old = place.resolveSibling(place.getFileName() + suffix);
            if (Files.exists(old)) {
                Files.move(
                        old,
                        place.resolveSibling(place.getFileName() + BEFORE + suffix),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try {
            Files.move(draft, place);
        } catch (FileAlreadyExistsException running) {
            throw new IOException(place + " was made again meanwhile: a gateway runs on it; stop it first", running);
        }
    }
}
