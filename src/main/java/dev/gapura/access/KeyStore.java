package dev.gapura.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The keys that the gateway made itself, in `keys.json` of the data folder: hashes, never keys. Read at
/// start and at a reload, written once, when the first key is made. Blocks on the file system; not for event
/// loops.
///
/// A file that cannot be read or understood stops the start: making a new key in its place would lock out
/// everybody who holds an old one.
public final class KeyStore {
    /// How every key made here begins, so that people and secret scanners know one when they see it.
    static final String KEY_START = "sk-gapura-";
    private static final String FIRST_NAME = "first";
    private static final int VERSION = 1;
    private static final int KEY_BYTES = 32;
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

    /// @param dataFolder may be missing until the first key is made
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
            throw unusable("is damaged; restore it from a copy, or delete it to get a new first key (keys made "
                    + "before then stop working)");
        }
    }

    /// Makes the first key, unless the file is there already.
    ///
    /// @return the key itself, to be shown once and then forgotten; empty when another process was faster
    /// @throws ConfigException when the folder cannot be written
    public Optional<String> createFirst() {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String key = KEY_START + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        StoredKey stored = new StoredKey(FIRST_NAME, KeyHash.visiblePrefix(key), KeyHash.of(key), Instant.now());
        try {
            return write(List.of(stored)) ? Optional.of(key) : Optional.empty();
        } catch (IOException unwritable) {
            throw ConfigException.of(
                    folder.toString(), folderFault(folder, unwritable) + ", or choose another folder with --data");
        }
    }

    /// Why the first key could not be written, and what to do.
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

    private static byte[] text(List<StoredKey> keys) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode().put("version", VERSION);
        ArrayNode list = root.putArray("keys");
        for (StoredKey key : keys) {
            list.addObject()
                    .put("name", key.name())
                    .put("prefix", key.prefix())
                    .put("sha256", HexFormat.of().formatHex(key.hash()))
                    .put("created", key.created().toString());
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    /// Complete on disk under another name first, then given its name in one step that fails when the name is
    /// taken.
    private boolean write(List<StoredKey> keys) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(folder, rights(posix, "rwx------"));
        Path draft = folder.resolve("keys.json." + ProcessHandle.current().pid() + ".tmp");
        Files.deleteIfExists(draft);
        try {
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    rights(posix, "rw-------"))) {
                ByteBuffer content = ByteBuffer.wrap(text(keys));
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            return publish(draft);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private boolean publish(Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException noLinksHere) {
            return publishByMove(draft);
        }
    }

    private boolean publishByMove(Path draft) throws IOException {
        try {
            Files.move(draft, file);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private static FileAttribute<?>[] rights(boolean posix, String rights) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }

    private ConfigException unusable(String reason) {
        return ConfigException.of(file.toString(), reason);
    }
}
