package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.admin.LocalToken;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a running gateway is reached by commands, and with which token: `admin-token` in the data folder, which nobody
/// but the gateway's user may read. Written when it listens, deleted when it stops.
///
/// @param address scheme, host and port
/// @param token of that process
record LocalAddress(URI address, String token) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAddress.class);

    private static final String NAME = "admin-token";

    static LocalAddress of(String host, int port, boolean tls, LocalToken token) {
        String reachable =
                switch (host) {
                    case "0.0.0.0", "" -> "127.0.0.1";
                    case "::", "[::]", "0:0:0:0:0:0:0:0" -> "[::1]";
                    default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
                };
        return new LocalAddress(URI.create((tls ? "https://" : "http://") + reachable + ":" + port), token.reveal());
    }

    /// Writes it whole or not at all. Without it the gateway runs on; commands then open the database.
    void write(Path folder) {
        ObjectNode document = JsonTree.object();
        document.put("address", address.toString());
        document.put("token", token);
        Path draft = folder.resolve(NAME + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.deleteIfExists(draft);
            try (FileChannel channel = FileChannel.open(
                    draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(draft))) {
                ByteBuffer content = ByteBuffer.wrap(JsonTree.bytes(document));
                while (content.hasRemaining()) {
                    channel.write(content);
                }
            }
            Files.move(draft, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            LOG.warn("{} cannot be written; commands will not find this gateway", folder.resolve(NAME), unwritable);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /// Deletes it, where it is still this one.
    void delete(Path folder) {
        try {
            if (read(folder).filter(this::equals).isPresent()) {
                Files.deleteIfExists(folder.resolve(NAME));
            }
        } catch (IOException unwritable) {
            LOG.debug("the token stays behind", unwritable);
        }
    }

    /// That of the gateway that runs on a data folder, or ran until it was killed; empty where there is
    /// none.
    ///
    /// @throws IOException when the file may not be read
    static Optional<LocalAddress> read(Path folder) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(folder.resolve(NAME));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            JsonNode document = JsonTree.read(content, 0, content.length);
            return Optional.of(new LocalAddress(
                    URI.create(document.path("address").asText()),
                    document.path("token").asText()));
        } catch (JsonException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /// Without the token.
    @Override
    public String toString() {
        return address.toString();
    }
}
