package dev.gapura.store;

import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// The keys that secrets are sealed with: `storage.master_key`, and the lines of the file `master.key` in the data
/// folder, which is made at the first start where the configuration names none. The first key seals, the others open
/// what was sealed before. Blocks on the file system.
public final class MasterKeys {
    static final String FILE = "master.key";
    private static final int KEY_BYTES = 32;

    private MasterKeys() {}

    /// @throws ConfigException when the file cannot be read, written or understood
    public static Sealer sealer(Config.Storage settings, Path data) {
        Path file = data.resolve(FILE);
        List<Secret> keys = new ArrayList<>();
        Secret configured = settings.masterKey();
        if (configured != null) {
            keys.add(configured);
        }
        try {
            if (configured == null && !Files.exists(file)) {
                make(file);
            }
            if (Files.exists(file)) {
                keys.addAll(read(file));
            }
        } catch (IOException failed) {
            throw ConfigException.of(
                    file.toString(),
                    "cannot be read or made (" + failed.getMessage() + "); give this process the right to it, or set "
                            + "storage.master_key");
        }
        return new Sealer(keys);
    }

    private static List<Secret> read(Path file) throws IOException {
        List<Secret> keys = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (!line.isBlank()) {
                keys.add(new Secret(line.strip()));
            }
        }
        if (keys.isEmpty() || !keys.stream().allMatch(MasterKeys::isKey)) {
            throw ConfigException.of(
                    file.toString(),
                    "must hold a key of 32 bytes in base64 on each line; restore it from a copy, or delete it and enter "
                            + "the secrets of the console anew");
        }
        return keys;
    }

    private static boolean isKey(Secret text) {
        try {
            return Base64.getDecoder().decode(text.reveal()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        byte[] line = (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder, OwnerOnly.folder(file));
        }
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(file))) {
            ByteBuffer content = ByteBuffer.wrap(line);
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException faster) {
            // Another gateway made it.
        }
    }
}
