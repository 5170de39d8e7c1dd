package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {
    @TempDir
    private Path folder;

    @Test
    void canBeLoadedByJava11() throws Exception {
        try (var stream = Launcher.class.getResourceAsStream("Launcher.class")) {
            byte[] start = stream.readNBytes(8);
            assertThat(start[6] << 8 | start[7])
                    .as("class file version, 55 is Java 11")
                    .isEqualTo(55);
        }
    }

    @Test
    void theCallersOptionsComeAfterOursAndArgumentsLast() {
        List<String> command = Launcher.command(
                "/jdk",
                List.of("-Xmx64m", "-Dx=y", "-agentlib:jdwp=transport=dt_socket,address=5005", "-XX:+UseSerialGC"),
                "target/gapura.jar",
                new String[] {"serve", "--port", "1"});

        assertThat(command.getFirst()).isEqualTo("/jdk/bin/java".replace('/', java.io.File.separatorChar));
        assertThat(command.subList(1, 5)).isEqualTo(Launcher.OPTIONS);
        assertThat(command.subList(5, command.size()))
                .containsExactly(
                        "-Xmx64m",
                        "-Dx=y",
                        "-XX:+UseSerialGC",
                        "-Dgapura.restarted=true",
                        "-cp",
                        "target/gapura.jar",
                        "dev.gapura.app.Launcher",
                        "serve",
                        "--port",
                        "1");
    }

    @ParameterizedTest
    @CsvSource({
        "'JAVA_VERSION=\"25.0.3\"', 25",
        "'IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"', 17",
        "'', 0",
        "'JAVA_VERSION=\"26\"', 26"
    })
    void versionOfARelease(String release, int version) {
        assertThat(Launcher.releaseVersion(release)).isEqualTo(version);
    }

    @Test
    void aChosenJdkComesFirstAndOldOnesAreSkipped() throws Exception {
        Path old = jdk("old", "17.0.1");
        Path chosen = jdk("chosen", "25.0.1");
        Path onPath = jdk("on-path", "26");

        assertThat(Launcher.findJdk(Map.of(
                        "GAPURA_JAVA_HOME", chosen.toString(), "JAVA_HOME", old.toString(), "PATH", onPath + "/bin")))
                .isEqualTo(chosen.toString());
        assertThat(Launcher.findJdk(Map.of("JAVA_HOME", old.toString(), "PATH", "/nowhere:" + onPath + "/bin")))
                .isEqualTo(onPath.toRealPath().toString());
        Path fromAnIde = jdk(".jdks/ide", "25");
        assertThat(Launcher.candidates(Map.of(), folder.toString())).contains(fromAnIde.toString());
    }

    @Test
    void aFolderWithoutJavaIsNoJdk() {
        assertThat(Launcher.version(folder.toString())).isZero();
        assertThat(Launcher.version(System.getProperty("java.home")))
                .isEqualTo(Runtime.version().feature());
    }

    private Path jdk(String name, String version) throws Exception {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
