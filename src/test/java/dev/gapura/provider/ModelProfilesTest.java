package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelProfilesTest {
    @ParameterizedTest
    @CsvSource({
        "claude-3-5-haiku-20241022, claude 3.5, NONE",
        "claude-3-7-sonnet-20250219, claude 3.7, BUDGET",
        "claude-opus-4-20250514, claude opus 4.0 and 4.1, BUDGET",
        "claude-opus-4-1-20250805, claude opus 4.0 and 4.1, BUDGET",
        "claude-sonnet-4-20250514, claude sonnet 4.0, BUDGET",
        "claude-sonnet-4-5-20250929, claude 4.5, BUDGET",
        "claude-haiku-4-5, claude 4.5, BUDGET",
        "claude-opus-4-6, claude 4.6, ADAPTIVE",
        "claude-opus-4-8, claude 4.7 and 4.8, ADAPTIVE",
        "claude-sonnet-5, claude 5, ADAPTIVE",
        "claude-opus-5-5, 'claude, newest known', ALWAYS",
        "claude-fable-9, 'claude, newest known', ALWAYS",
    })
    void everyClaudeHasTheProfileOfItsFamilyAndUnknownOnesTheNewest(String model, String family, Thinking thinking) {
        ModelProfile profile = ModelProfiles.of("anthropic", model);

        assertThat(profile.family()).isEqualTo(family);
        assertThat(profile.thinking()).isEqualTo(thinking);
    }

    @Test
    void theNearestEffortIsTheHigherOfTwo() {
        ModelProfile profile = ModelProfiles.of("anthropic", "claude-opus-4-6");

        assertThat(profile.nearestEffort("xhigh")).isEqualTo("max");
        assertThat(profile.nearestEffort("minimal")).isEqualTo("low");
        assertThat(profile.nearestEffort("medium")).isEqualTo("medium");
        assertThat(profile.nearestEffort("enormous")).isEqualTo("max");
    }

    @Test
    void aDialectWithoutEntriesIsTakenForAPlainOne() {
        ModelProfile profile = ModelProfiles.of("openai_chat", "whatever");

        assertThat(profile.family()).isEqualTo("unknown");
        assertThat(profile.can(Ability.TOOLS)).isTrue();
        assertThat(profile.thinking()).isEqualTo(Thinking.NONE);
    }
}
