package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy.Action;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsupportedPolicyTest {
    @Test
    void withoutAHeaderHintsAreStrippedAndStructureIsRejected() {
        for (String header : new String[] {null, "", "  "}) {
            UnsupportedPolicy policy = UnsupportedPolicy.parse(header);
            assertThat(policy.actionFor("seed", false)).isEqualTo(Action.STRIP);
            assertThat(policy.actionFor("logprobs", true)).isEqualTo(Action.REJECT);
        }
    }

    @Test
    void aGeneralActionHoldsForAllFields() {
        assertThat(UnsupportedPolicy.parse("ignore").actionFor("logprobs", true))
                .isEqualTo(Action.IGNORE);
        assertThat(UnsupportedPolicy.parse(" Strip ").actionFor("logprobs", true))
                .isEqualTo(Action.STRIP);
        assertThat(UnsupportedPolicy.parse("reject").actionFor("seed", false)).isEqualTo(Action.REJECT);
    }

    @Test
    void aFieldsOwnActionWins() {
        UnsupportedPolicy policy = UnsupportedPolicy.parse("strip, logprobs=reject ,seed = ignore");

        assertThat(policy)
                .isEqualTo(
                        new UnsupportedPolicy(Action.STRIP, Map.of("logprobs", Action.REJECT, "seed", Action.IGNORE)));
        assertThat(policy.actionFor("logprobs", true)).isEqualTo(Action.REJECT);
        assertThat(policy.actionFor("seed", false)).isEqualTo(Action.IGNORE);
        assertThat(policy.actionFor("user", false)).isEqualTo(Action.STRIP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop",
                "strip, reject",
                "strip,",
                ",",
                "=strip",
                "logprobs=",
                "logprob=strip",
                "logprobs=strip=reject",
                "logprobs=strip, logprobs=reject",
                "strip; logprobs=reject"
            })
    void anythingElseIsAnError(String header) {
        assertThatThrownBy(() -> UnsupportedPolicy.parse(header)).isInstanceOfSatisfying(GatewayException.class, e -> {
            assertThat(e.failure().kind()).isEqualTo(FailureKind.INVALID_REQUEST);
            assertThat(e.failure().param()).isEqualTo("x-gapura-unsupported");
            assertThat(e.failure().message()).contains("strip, logprobs=reject");
        });
    }
}
