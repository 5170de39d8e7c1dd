package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The files of results beside [Conformance]: held to what the tests see, or written anew with
/// `-Dconformance.write=true`.
final class KeptResults {
    private static final String PROPERTY = "conformance.write";
    private static final Path FOLDER = Path.of("src/main/resources/dev/gapura/conformance");

    private KeptResults() {}

    static void hold(String name, String text) {
        try {
            Path file = FOLDER.resolve(name);
            if (Boolean.getBoolean(PROPERTY)) {
                Files.writeString(file, text);
            }
            assertThat(Files.readString(file))
                    .as(name + " is not what the recordings show; run this test with -D" + PROPERTY + "=true")
                    .isEqualTo(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
