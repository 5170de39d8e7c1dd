package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
    private final ConfigLoader loader = new ConfigLoader(Map.of(), Set.of());
    private final List<Integer> ports = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws Exception {
        file = Files.writeString(folder.resolve("gapura.yaml"), "server: { port: 1 }");
    }

    @Test
    void aChangeIsTakenOnce() throws Exception {
        ConfigWatch watch = watch();

        watch.look(false);
        Files.writeString(file, "server: { port: 2 }");
        watch.look(false);
        watch.look(false);

        assertThat(ports).containsExactly(2);
    }

    @Test
    void aBadFileChangesNothingAndAGoodOneAfterItDoes() throws Exception {
        ConfigWatch watch = watch();

        Files.writeString(file, "server: { port: x }");
        watch.look(false);
        assertThat(ports).isEmpty();
        Files.writeString(file, "server: { port: 3 }");
        watch.look(false);

        assertThat(ports).containsExactly(3);
    }

    @Test
    void aFileThatAppearsIsTaken() throws Exception {
        Files.delete(file);
        ConfigWatch watch = watch();

        watch.look(false);
        assertThat(ports).isEmpty();
        Files.writeString(file, "server: { port: 4 }");
        watch.look(false);

        assertThat(ports).containsExactly(4);
    }

    @Test
    void aFileThatVanishesChangesNothing() throws Exception {
        ConfigWatch watch = watch();

        Files.delete(file);
        watch.look(false);
        assertThat(ports).isEmpty();
        Files.writeString(file, "server: { port: 4 }");
        watch.look(false);

        assertThat(ports).containsExactly(4);
    }

    @Test
    void aLinkTurnedElsewhereIsAChange() throws Exception {
        Path link = folder.resolve("link.yaml");
        Path next = Files.writeString(folder.resolve("next.yaml"), "server: { port: 5 }");
        Files.createSymbolicLink(link, file);
        ConfigWatch watch = new ConfigWatch(link, loader, Overrides.NONE, this::take, ConfigWatch.fingerprint(link));

        Path turned = Files.createSymbolicLink(folder.resolve("turned"), next);
        Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        watch.look(false);

        assertThat(ports).containsExactly(5);
    }

    @Test
    void overridesHoldAfterAReload() throws Exception {
        ConfigWatch watch =
                new ConfigWatch(file, loader, new Overrides(null, 99), this::take, ConfigWatch.fingerprint(file));

        watch.look(true);

        assertThat(ports).containsExactly(99);
    }

    @Test
    void aConsumerThatRefusesDoesNotEndTheWatch() throws Exception {
        List<Integer> seen = new ArrayList<>();
        ConfigWatch watch = new ConfigWatch(
                file,
                loader,
                Overrides.NONE,
                loaded -> {
                    seen.add(loaded.config().server().port());
                    throw new IllegalStateException("refused");
                },
                ConfigWatch.fingerprint(file));

        watch.look(true);
        watch.look(true);

        assertThat(seen).containsExactly(1, 1);
    }

    @Test
    void watchesByItself() throws Exception {
        LinkedBlockingQueue<Integer> taken = new LinkedBlockingQueue<>();
        try (ConfigWatch watch = ConfigWatch.start(
                file,
                loader,
                Overrides.NONE,
                loaded -> taken.add(loaded.config().server().port()),
                ConfigWatch.fingerprint(file))) {
            watch.reload();
            assertThat(taken.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
            Files.writeString(file, "server: { port: 6 }");
            assertThat(taken.poll(10, TimeUnit.SECONDS)).isEqualTo(6);
        }
    }

    @Test
    void aChangeMadeWhileTheGatewayStartedIsNotMissed() throws Exception {
        String loaded = ConfigWatch.fingerprint(file);
        Files.writeString(file, "server: { port: 7 }");
        List<Integer> seen = new ArrayList<>();
        ConfigWatch watch = new ConfigWatch(
                file,
                loader,
                Overrides.NONE,
                now -> seen.add(now.config().server().port()),
                loaded);

        watch.look(false);

        assertThat(seen).containsExactly(7);
    }

    private ConfigWatch watch() {
        return new ConfigWatch(file, loader, Overrides.NONE, this::take, ConfigWatch.fingerprint(file));
    }

    private void take(Loaded loaded) {
        ports.add(loaded.config().server().port());
    }
}
