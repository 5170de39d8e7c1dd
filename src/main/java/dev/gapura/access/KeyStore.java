package dev.gapura.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.config.ConfigException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The data folder, and the first key that older versions kept there, in `keys.json`: its hash, never the key. Read at
/// start and at a reload, never written. Blocks on the file system; not for event loops.
///
/// A file that cannot be read or understood stops the start: going on without it would lock out everybody who holds
/// its key.
public final class KeyStore {
    /// How every key made here begins, so that people and secret scanners know one when they see it.
    static final String KEY_START = "sk-gapura-";
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One key of the file.
    ///
    /// @param name shown in logs
    /// @param prefix the characters of the key that may be shown
    /// @param hash SHA-256 of the key
    /// @param created when it was made
    public record StoredKey(String name, String prefix, byte[] hash, Instant created) {}

    private final Path folder;
    private final Path file;

    /// @param dataFolder may be missing
    public KeyStore(Path dataFolder) {
        this.folder = dataFolder;
        this.file = dataFolder.resolve("keys.json");
    }

    /// Where the keys are kept.
    public Path file() {
        return file;
    }

    /// Every key of the file; empty when there is no file.
    ///
    /// @throws ConfigException when the file is there and cannot be used
    public List<StoredKey> read() {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (AccessDeniedException denied) {
            throw unusable("may not be read by this process; check its rights");
        } catch (IOException unreadable) {
            throw unusable(Files.isDirectory(file) ? "is a folder" : "cannot be read: " + unreadable.getMessage());
        }
        try {
            return parse(JSON.readTree(content));
        } catch (IOException | IllegalArgumentException | DateTimeParseException damaged) {
            throw unusable("is damaged; restore it from a copy, or delete it (the key in it stops working)");
        }
    }

    /// Makes the folder, for its owner alone, where it is missing.
    ///
    /// @throws ConfigException when it cannot be made or written
    public void makeFolder() {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] rights = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createDirectories(folder, rights);
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
        } catch (IOException unwritable) {
            throw ConfigException.of(
                    folder.toString(), folderFault(folder, unwritable) + ", or choose another folder with --data");
        }
    }

    /// Why the folder cannot be used, and what to do.
    static String folderFault(Path folder, IOException failed) {
        for (Path part = folder.toAbsolutePath(); part != null; part = part.getParent()) {
            if (Files.exists(part) && !Files.isDirectory(part)) {
                return part.endsWith(folder)
                        ? "is a file, and the data folder was to be here; move the file away"
                        : "cannot be made, because " + part + " is a file; move the file away";
            }
        }
        if (failed instanceof AccessDeniedException) {
            return "this process may not write into the data folder; give it the right";
        }
        String reason = failed instanceof FileSystemException system ? system.getReason() : failed.getMessage();
        return (Files.isDirectory(folder) ? "the data folder cannot be written" : "the data folder cannot be made")
                + (reason == null ? "" : ": " + reason) + "; see what is in the way";
    }

    private static List<StoredKey> parse(JsonNode root) {
        if (root.path("version").asInt() != VERSION || !root.path("keys").isArray()) {
            throw new IllegalArgumentException("unknown layout");
        }
        List<StoredKey> keys = new ArrayList<>();
        for (JsonNode node : root.path("keys")) {
            byte[] hash = HexFormat.of().parseHex(node.path("sha256").asText());
            String name = node.path("name").asText();
            if (hash.length != HASH_BYTES || name.isEmpty()) {
                throw new IllegalArgumentException("incomplete key");
            }
            keys.add(new StoredKey(
                    name,
                    node.path("prefix").asText(),
                    hash,
                    Instant.parse(node.path("created").asText())));
        }
        return keys;
    }

    private ConfigException unusable(String reason) {
        return ConfigException.of(file.toString(), reason);
    }
}
