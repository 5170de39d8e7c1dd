package dev.gapura.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage.Part;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Counts that no answer can have.
class UsageTest {
    private static final long MOST = 1_000_000_000_000L;

    @Test
    void aReportWithACountBeyondMeasureIsNotBelieved() {
        Usage usage = new Usage(7, MOST + 1, Usage.UNKNOWN, MOST, 5);
        assertThat(usage)
                .isEqualTo(new Usage(Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN));
        assertThat(new Usage(7, 8, 0, 0, 0).with(Map.of(Part.AUDIO_INPUT, Long.MAX_VALUE)))
                .isEqualTo(usage);
        assertThat(new Usage(MOST, 8, 0, 0, 0).promptTokens()).isEqualTo(MOST);
    }

    @Test
    void sumsDoNotOverflow() {
        Usage usage = new Usage(MOST, MOST, 0, 0, 0);
        assertThat(usage.plus(usage).promptTokens()).isEqualTo(Usage.UNKNOWN);
    }
}
