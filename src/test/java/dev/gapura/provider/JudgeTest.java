package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Verdict.Outcome;
import org.junit.jupiter.api.Test;

/// What is told of fields that hang together.
class JudgeTest {
    private static Judge judge(String... fields) {
        Judge judge = new Judge(Providers.of("openai"), UnsupportedPolicy.DEFAULT);
        for (String field : fields) {
            judge.passed(field);
        }
        return judge;
    }

    private static String header(Judge judge) {
        return Verdicts.header(judge.verdicts());
    }

    @Test
    void aVerdictIsAboutTheFieldThatWasSent() {
        Judge judge = judge("thinking", "max_tokens", "functions");
        judge.report("reasoning_effort", Outcome.CONVERTED, "think", "x");
        judge.report("max_completion_tokens", Outcome.RENAMED, "num_predict", "x");
        judge.unsupported("tools", false, "x");

        assertThat(header(judge))
                .isEqualTo("thinking=converted(think), max_tokens=renamed(num_predict), functions=stripped");
        assertThat(header(judge("reasoning_effort"))).isEmpty();
        assertThatThrownBy(() -> judge("function_call").unsupported("tool_choice", true, "x"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("'function_call'");
    }

    @Test
    void ofTwoNamesOfOneWishTheNewerWins() {
        Judge judge = judge("max_tokens", "max_completion_tokens", "thinking", "reasoning_effort");
        judge.unsupported("reasoning_effort", false, "this model does not think");

        assertThat(header(judge)).isEqualTo("max_tokens=stripped, thinking=stripped, reasoning_effort=stripped");
        assertThat(judge.verdicts().get(0).reason()).contains("'max_completion_tokens' says the same");
        assertThat(judge.verdicts().get(2).reason()).isEqualTo("this model does not think");
    }

    @Test
    void whatMeansNothingAloneGoesWithTheOther() {
        Judge judge = judge("tools", "tool_choice", "parallel_tool_calls", "logprobs", "top_logprobs");
        judge.unsupported("tools", false, "x");
        judge.report("logprobs", Outcome.STRIPPED, null, "x");

        assertThat(judge.verdicts()).extracting(Verdict::outcome).containsOnly(Outcome.STRIPPED);
        Judge twice = judge("tools", "parallel_tool_calls");
        twice.report("tools", Outcome.EMULATED, "f", "x");
        twice.report("tools", Outcome.STRIPPED, null, "x");
        assertThat(header(twice)).contains("parallel_tool_calls=stripped");
        Judge partly = judge("tools", "tool_choice");
        partly.report("tools", Outcome.STRIPPED, "strict", "x");
        assertThat(header(partly)).isEqualTo("tools=stripped(strict)");
    }

    /// A body may have a million of them.
    @Test
    void soManyPlacesAreToldAndNoMore() {
        Judge judge = judge("messages", "seed");
        for (int index = 0; index < 200_000; index++) {
            judge.unsupported("messages", "messages[" + index + "].name", false, "x");
            judge.report("messages", Outcome.CONVERTED, "one thing", "x");
        }
        judge.unsupported("seed", false, "x");

        assertThat(judge.verdicts())
                .hasSize(65)
                .contains(
                        new Verdict("messages", Outcome.STRIPPED, "messages[62].name", "x"),
                        new Verdict("messages", Outcome.CONVERTED, "one thing", "x"),
                        new Verdict("seed", Outcome.STRIPPED, null, "x"))
                .doesNotContain(new Verdict("messages", Outcome.STRIPPED, "messages[63].name", "x"));
    }
}
