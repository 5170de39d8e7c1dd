package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void closestFirstAndNothingFarAway() {
        assertThat(Nearest.to("openia", List.of("openai", "openrouter", "xai"), 3))
                .containsExactly("openai");
        assertThat(Nearest.to("timeout", List.of("timeouts", "tools"), 3)).containsExactly("timeouts");
        assertThat(Nearest.to("gpt-5", List.of("gpt-4", "gpt-50", "claude"), 2)).containsExactly("gpt-4", "gpt-50");
        assertThat(Nearest.to("zebra", List.of("openai"), 3)).isEmpty();
    }
}
