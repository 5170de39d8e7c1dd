package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// `.mvn/jdk.sh`, which `./gapura` and `./mvnw` begin with.
@DisabledOnOs(OS.WINDOWS)
class JdkScriptTest {
    private static final String HERE = System.getProperty("java.home");

    @Test
    void aChosenFolderWithoutJavaIsIgnoredAloudAndOnce() throws Exception {
        assertThat(run("/no/java/here", ". ./.mvn/jdk.sh; echo $JAVA_HOME; . ./.mvn/jdk.sh"))
                .isEqualTo(
                        "GAPURA_JAVA_HOME is ignored: there is no Java 25 or newer in /no/java/here\n" + HERE + "\n");
    }

    @Test
    void aChosenJdkIsTakenWithoutAWord() throws Exception {
        assertThat(run(HERE, ". ./.mvn/jdk.sh; echo $JAVA_HOME")).isEqualTo(HERE + "\n");
    }

    private static String run(String chosen, String script) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", "set -eu; " + script).redirectErrorStream(true);
        shell.environment().put("GAPURA_JAVA_HOME", chosen);
        shell.environment().put("JAVA_HOME", HERE);
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }
}
