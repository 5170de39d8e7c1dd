package dev.gapura.tools.mcp;

import dev.gapura.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process says on its error output, in the log: so many lines a minute, of so many characters, without control
/// characters and without the secrets that it was given. One thread, which blocks.
final class StderrLog {
    private static final Logger LOG = LoggerFactory.getLogger(StderrLog.class);
    private static final int MOST_LINES = 60;
    private static final int MOST_CHARACTERS = 500;
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final String label;
    private final List<String> secrets;
    private long since = System.nanoTime();
    private int lines;

    StderrLog(String label, Collection<Secret> secrets) {
        this.label = label;
        this.secrets = secrets.stream()
                .map(Secret::reveal)
                .filter(value -> value.length() >= 6)
                .toList();
    }

    /// Reads to the end.
    void read(InputStream errors) {
        byte[] piece = new byte[4096];
        StringBuilder line = new StringBuilder();
        try (errors) {
            for (int count = errors.read(piece); count >= 0; count = errors.read(piece)) {
                for (char c : new String(piece, 0, count, StandardCharsets.UTF_8).toCharArray()) {
                    if (c == '\n') {
                        tell(line);
                    } else if (line.length() < MOST_CHARACTERS * 4) {
                        line.append(c);
                    }
                }
            }
        } catch (IOException gone) {
            LOG.debug("tools {}: no more error output", label, gone);
        }
        tell(line);
    }

    private void tell(StringBuilder line) {
        String text = line.toString().replaceAll("\\p{Cntrl}(\\[[0-9;]*m)?", "").strip();
        line.setLength(0);
        if (text.isEmpty()) {
            return;
        }
        if (System.nanoTime() - since > MINUTE_NANOS) {
            since = System.nanoTime();
            lines = 0;
        }
        if (++lines > MOST_LINES) {
            if (lines == MOST_LINES + 1) {
                LOG.info("tools {}: says more than {} lines a minute; the rest is left out", label, MOST_LINES);
            }
            return;
        }
        for (String secret : secrets) {
            text = text.replace(secret, "***");
        }
        LOG.info("tools {}: {}", label, text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text);
    }
}
