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
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {
    @TempDir
    private Path folder;

    @Test
    void theKeyOfAnOlderVersionIsKnown() throws Exception {
        KeyStore store = new KeyStore(folder);
        assertThat(store.read()).isEmpty();
        Files.writeString(
                store.file(),
                "{\"version\":1,\"keys\":[{\"name\":\"first\",\"prefix\":\"sk-gapura-abcd\",\"sha256\":\""
                        + HexFormat.of().formatHex(KeyHash.of("sk-gapura-abcdefgh"))
                        + "\",\"created\":\"2026-01-01T00:00:00Z\"}]}");

        Keys keys = Keys.of(List.of(), new KeyStore(folder).read(), KeysTest.NO_RING, KeysTest.NO_SESSIONS);

        assertThat(keys.check("sk-gapura-abcdefgh")).isInstanceOfSatisfying(KeyCheck.Accepted.class, accepted -> {
            Principal principal = accepted.principal();
            assertThat(principal.name()).isEqualTo("first");
            assertThat(principal.keyPrefix()).isEqualTo("sk-gapura-abcd");
            assertThat(principal.holder().keyId()).isEqualTo("file:first");
            assertThat(principal.mayUse("any/model")).isTrue();
        });
    }

    @Test
    void onlyTheOwnerMayReadTheFolder() throws Exception {
        new KeyStore(folder.resolve("data")).makeFolder();
        new KeyStore(folder.resolve("data")).makeFolder();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
                .isEqualTo("rwx------");
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

        assertThatThrownBy(() -> new KeyStore(file.resolve("data")).makeFolder())
                .isInstanceOf(ConfigException.class)
                .hasMessage(file.resolve("data") + ": cannot be made, because " + file
                        + " is a file; move the file away, or choose another folder with --data");
        assertThatThrownBy(() -> new KeyStore(file).makeFolder())
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
