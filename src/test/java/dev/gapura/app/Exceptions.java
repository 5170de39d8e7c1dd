package dev.gapura.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Recordings whose client must read something else than what the provider said, and protocols that are not played,
/// each with its reason: the data file `recordings/exceptions.txt`.
final class Exceptions {
    private static final String FILE = "/recordings/exceptions.txt";

    private final Map<String, Expected> byFile = new LinkedHashMap<>();
    private final Map<String, Expected> byProtocol = new LinkedHashMap<>();
    private final Map<String, Expected> bySession = new TreeMap<>();

    /// @param outcome `elsewhere`, `cut`, `refused PARAM`, or `status NNN CODE`; of a protocol `not spoken` or
    ///     `no chat`
    record Expected(String outcome, String reason) {}

    Exceptions() {
        try (InputStream in = Exceptions.class.getResourceAsStream(FILE)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String[] parts = line.split("\\|", 3);
                if (!line.isBlank() && !line.startsWith("#")) {
                    String name = parts[0].strip();
                    (name.endsWith(".json") ? byFile : name.contains("/") ? bySession : byProtocol)
                            .put(name, new Expected(parts[1].strip(), parts[2].strip()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    Expected of(String file) {
        return byFile.get(file);
    }

    /// Files of single recordings.
    Set<String> files() {
        return byFile.keySet();
    }

    /// Protocols of which nothing is played.
    Map<String, Expected> protocols() {
        return byProtocol;
    }

    /// Conversations whose provider does not get everything back, with the kind of client.
    Map<String, Expected> sessions() {
        return bySession;
    }

    /// What a listed recording must come to.
    ///
    /// @param natural what the contract makes of its bytes alone
    static Outcome outcome(Expected expected, Outcome natural) {
        String[] words = expected.outcome().split(" ");
        return switch (words[0]) {
            case "elsewhere" -> natural;
            case "cut" -> {
                if (!(natural instanceof Outcome.Broken || natural instanceof Outcome.Failed)) {
                    throw new AssertionError("listed as cut, but it is whole");
                }
                yield natural;
            }
            case "refused" -> new Outcome.Refused(words[1]);
            case "status" ->
                new Outcome.Failed(
                        Integer.parseInt(words[1]),
                        new Outcome.Report(
                                natural instanceof Outcome.Failed(int status, Outcome.Report report)
                                        ? report.words()
                                        : natural instanceof Outcome.Document document
                                                ? Provided.words(document.answer())
                                                : "",
                                words.length > 2 ? words[2] : null));
            default -> throw new AssertionError("unknown outcome: " + expected.outcome());
        };
    }
}
