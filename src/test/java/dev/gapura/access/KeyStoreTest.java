package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.ConfigException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {
    @TempDir
    private Path folder;

    @Test
    void theFirstKeyOpensTheDoorAndIsNotOnDisk() throws Exception {
        KeyStore store = new KeyStore(folder.resolve("data"));
        assertThat(store.read()).isEmpty();

        String key = store.createFirst().orElseThrow();

        assertThat(key).matches("sk-gapura-[A-Za-z0-9_-]{43}");
        assertThat(Files.readString(store.file()))
                .doesNotContain(key.substring(16))
                .contains(key.substring(0, 14));
        List<KeyStore.StoredKey> stored = new KeyStore(folder.resolve("data")).read();
        Principal principal = Objects.requireNonNull(Keys.of(List.of(), stored).authenticate(key));
        assertThat(principal.name()).isEqualTo("first");
        assertThat(principal.keyPrefix()).isEqualTo(key.substring(0, 14));
        assertThat(principal.mayUse("any/model")).isTrue();
    }

    @Test
    void onlyTheOwnerMayRead() throws Exception {
        KeyStore store = new KeyStore(folder.resolve("data"));
        store.createFirst();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder.resolve("data"))) {
            assertThat(files).containsExactly(store.file());
        }
    }

    @Test
    void aSecondFirstKeyIsNeverMade() throws Exception {
        KeyStore store = new KeyStore(folder);
        store.createFirst();
        String before = Files.readString(store.file());

        assertThat(store.createFirst()).isEmpty();
        assertThat(Files.readString(store.file())).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"version\":2,\"keys\":[]}",
                "{\"version\":1,\"keys\":[{\"name\":\"a\",\"sha256\":\"00\",\"created\":\"2026-01-01T00:00:00Z\"}]}",
                "{\"version\":1,\"keys\":[{\"name\":\"a\",\"sha256\":\"zz\"}]}"
            })
    void aDamagedFileIsAnErrorAndStays(String content) throws Exception {
        KeyStore store = new KeyStore(folder);
        Files.writeString(store.file(), content);

        assertThatThrownBy(store::read)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keys.json: is damaged");
        assertThat(Files.readString(store.file())).isEqualTo(content);
    }

    @Test
    void aFolderThatCannotBeMadeIsAnError() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> new KeyStore(file.resolve("data")).createFirst())
                .isInstanceOf(ConfigException.class)
                .hasMessage(file.resolve("data") + ": cannot be made, because " + file
                        + " is a file; move the file away, or choose another folder with --data");
        assertThatThrownBy(() -> new KeyStore(file).createFirst())
                .hasMessageStartingWith(file + ": is a file, and the data folder was to be here");
    }

    @Test
    void whatTheSystemRefusesIsToldInWords() {
        assertThat(KeyStore.folderFault(folder, new AccessDeniedException("x")))
                .isEqualTo("this process may not write into the data folder; give it the right");
        assertThat(KeyStore.folderFault(folder, new FileSystemException("x", null, "Read-only file system")))
                .isEqualTo("the data folder cannot be written: Read-only file system; see what is in the way");
        assertThat(KeyStore.folderFault(folder.resolve("none"), new NoSuchFileException("x")))
                .isEqualTo("the data folder cannot be made; see what is in the way");
    }
}
