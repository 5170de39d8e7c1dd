package dev.gapura.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
    private static final Secret ONE = key(1);
    private static final Secret OTHER = key(2);

    private static Secret key(int fill) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return new Secret(Base64.getEncoder().encodeToString(bytes));
    }

    private static Config.Storage settings(@Nullable Secret masterKey) {
        return new Config.Storage(
                new Config.Sqlite(null),
                masterKey,
                new Config.History(Duration.ofDays(1), 1, Config.Bodies.OFF, 256, Duration.ofDays(1)));
    }

    @Test
    void whatIsSealedOpensAndSaysNothing() {
        Sealer sealer = new Sealer(List.of(ONE));
        String sealed = sealer.seal("provider-key", "openai", "sk-very-secret");

        assertThat(sealer.open("provider-key", "openai", sealed).reveal()).isEqualTo("sk-very-secret");
        assertThat(sealed).doesNotContain("secret").matches("v1\\.[0-9a-f]{8}\\.[A-Za-z0-9_-]+");
        assertThat(sealer.seal("provider-key", "openai", "sk-very-secret")).isNotEqualTo(sealed);
    }

    @Test
    void itOpensForNothingElse() {
        Sealer sealer = new Sealer(List.of(ONE));
        String sealed = sealer.seal("provider-key", "openai", "sk-very-secret");

        assertThatThrownBy(() -> sealer.open("provider-key", "mistral", sealed)).isInstanceOf(SealException.class);
        assertThatThrownBy(() -> sealer.open("tool-result", "openai", sealed)).isInstanceOf(SealException.class);
        for (int at = 0; at < sealed.length(); at++) {
            char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
            // The last letter of base64 has bits that mean nothing.
            if (at < sealed.length() - 1) {
                assertThatThrownBy(() -> sealer.open("provider-key", "openai", changed))
                        .as(changed)
                        .isInstanceOf(SealException.class);
            }
        }
        assertThatThrownBy(() -> sealer.open("provider-key", "openai", "v1." + sealed.split("\\.")[1] + ".AAAA"))
                .isInstanceOf(SealException.class);
    }

    @Test
    void anOlderKeyStillOpensAndIsToBeReplaced() {
        String sealed = new Sealer(List.of(ONE)).seal("provider-key", "openai", "sk-very-secret");
        Sealer both = new Sealer(List.of(OTHER, ONE));

        assertThat(both.open("provider-key", "openai", sealed).reveal()).isEqualTo("sk-very-secret");
        assertThat(both.isCurrent(sealed)).isFalse();
        assertThat(both.isCurrent(both.seal("provider-key", "openai", "x"))).isTrue();
        assertThatThrownBy(() -> new Sealer(List.of(OTHER)).open("provider-key", "openai", sealed))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("storage.master_key")
                .hasMessageNotContaining(ONE.reveal());
    }

    @Test
    void theFirstStartMakesAKeyThatOnlyItsOwnerMayRead(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        String sealed = MasterKeys.sealer(settings(null), data).seal("p", "n", "secret");

        assertThat(Files.getPosixFilePermissions(data.resolve("master.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(MasterKeys.sealer(settings(null), data)
                        .open("p", "n", sealed)
                        .reveal())
                .isEqualTo("secret");
    }

    @Test
    void aKeyOfTheConfigurationSealsAndThoseOfTheFileStillOpen(@TempDir Path folder) {
        String sealed = MasterKeys.sealer(settings(null), folder).seal("p", "n", "secret");
        Sealer configured = MasterKeys.sealer(settings(ONE), folder);

        assertThat(configured.open("p", "n", sealed).reveal()).isEqualTo("secret");
        assertThat(configured.isCurrent(sealed)).isFalse();
    }

    @Test
    void aDamagedFileStopsTheStart(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("master.key"), "not a key\n");

        assertThatThrownBy(() -> MasterKeys.sealer(settings(null), folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("base64")
                .hasMessageNotContaining("not a key\n");
    }
}
