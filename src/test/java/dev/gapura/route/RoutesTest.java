package dev.gapura.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Quirks;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private static final Provider OPENAI = provider("openai");
    private static final Provider SIM = provider("sim");
    private static final Routes ROUTES = new Routes(
            Map.of(
                    "smart", alias("smart", "openai/gpt-5", "sim/echo"),
                    "half", alias("half", "anthropic/claude-opus-5", "sim/echo"),
                    "far", alias("far", "anthropic/claude-opus-5")),
            Map.of("openai", OPENAI, "sim", SIM),
            Set.of("openai/gpt-4.1-mini", "openai/o3", "sim/echo", "sim/lorem"));

    @Test
    void providerAndModelPartAtTheFirstSlash() {
        assertThat(ROUTES.resolve("openai/gpt-5")).isEqualTo(new Target(OPENAI, "gpt-5", "openai/gpt-5"));
        Target slashes = ROUTES.resolve("sim/org/model:free");
        assertThat(slashes.upstreamModel()).isEqualTo("org/model:free");
        assertThat(slashes.name()).isEqualTo("sim/org/model:free");
    }

    @Test
    void anAliasLeadsToItsFirstTarget() {
        Target target = ROUTES.resolve("smart");

        assertThat(target).isEqualTo(new Target(OPENAI, "gpt-5", "smart"));
        assertThat(target.name()).isEqualTo("openai/gpt-5");
    }

    @Test
    void unknownNamesAreAnsweredWithNearOnes() {
        assertThat(failure("openia/gpt-5").message())
                .isEqualTo("there is no provider for model 'openia/gpt-5'; did you mean 'openai/gpt-5'?");
        assertThat(failure("smrat").message()).isEqualTo("there is no model 'smrat'; did you mean 'smart'?");
        assertThat(failure("gpt-5").message()).isEqualTo("there is no model 'gpt-5'; did you mean 'openai/gpt-5'?");
        assertThat(failure("lorem").message()).isEqualTo("there is no model 'lorem'; did you mean 'sim/lorem'?");
        assertThat(failure("gpt4.1-mini").message())
                .isEqualTo("there is no model 'gpt4.1-mini'; did you mean 'openai/gpt-4.1-mini'?");
        assertThat(failure("zebra").message())
                .isEqualTo("there is no model 'zebra'; write provider/model with one of these providers: openai, sim");
        assertThat(failure("zebra"))
                .extracting(Failure::kind, Failure::code, Failure::param)
                .containsExactly(FailureKind.NOT_FOUND, "model_not_found", "model");
    }

    @Test
    void onlyWhatTheCallerMayUseIsSuggested() {
        Predicate<String> simOnly = name -> name.startsWith("sim/");
        GatewayException hidden =
                catchThrowableOfType(GatewayException.class, () -> ROUTES.resolve("openia/gpt-5", simOnly));
        assertThat(hidden.failure().message()).doesNotContain("openai").contains("sim");
        hidden = catchThrowableOfType(GatewayException.class, () -> ROUTES.resolve("gpt4.1-mini", simOnly));
        assertThat(hidden.failure().message()).doesNotContain("openai");
        hidden = catchThrowableOfType(GatewayException.class, () -> ROUTES.resolve("smrat", simOnly));
        assertThat(hidden.failure().message()).doesNotContain("smart");
    }

    @Test
    void aKnownProviderThatIsNotSetUpSaysWhatItsOperatorCanDo() {
        assertThat(failure("groq/llama").message())
                .isEqualTo("model 'groq/llama' cannot be called: provider 'groq' has no key here: its "
                        + "operator can set GROQ_API_KEY (or providers.groq.api_key)");
        assertThat(failure("azure/d").message())
                .contains("AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT")
                .contains("providers.azure.api_key and base_url");
        assertThat(failure("ollama/m").message()).contains("can add `ollama: {}` under `providers`");
        assertThat(failure("anthropic/claude").message())
                .contains("provider 'anthropic' has no key here")
                .contains("ANTHROPIC_API_KEY");
        assertThat(failure("gorq/llama").message())
                .startsWith(
                        "there is no provider for model 'gorq/llama'; did you mean 'groq/llama'? That cannot be called "
                                + "either: provider 'groq'")
                .contains("GROQ_API_KEY");
        assertThat(failure("groq/llama").code()).isEqualTo("model_not_found");
        GatewayException hidden = catchThrowableOfType(
                GatewayException.class, () -> ROUTES.resolve("groq/llama", name -> name.startsWith("sim/")));
        assertThat(hidden.failure().message()).doesNotContain("GROQ_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/", "/gpt-5", "/", "", " "})
    void namesThatCannotBeModels(String name) {
        Failure failure = failure(name);

        assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failure.param()).isEqualTo("model");
    }

    @Test
    void anAliasWithoutProviderIsFoundAtLoadAndRefusedInARequest() {
        assertThat(ROUTES.dangling())
                .containsExactly(
                        "alias 'far': no access to anthropic/claude-opus-5; give the provider an api_key or set its "
                                + "environment variable (no target is left)",
                        "alias 'half': no access to anthropic/claude-opus-5; give the provider an api_key or set its "
                                + "environment variable");
        assertThat(ROUTES.resolve("half").name()).isEqualTo("sim/echo");
        assertThat(failure("far").code()).isEqualTo("model_not_found");
        assertThat(failure("far").message())
                .isEqualTo("the model alias 'far' leads to no provider that this gateway has access to; provider "
                        + "'anthropic' has no key here: its operator can set ANTHROPIC_API_KEY (or"
                        + " providers.anthropic.api_key)");
    }

    @Test
    void longAndControlCharactersAreNotEchoed() {
        assertThat(failure("x".repeat(5000)).message()).hasSizeLessThan(300);
        assertThat(failure("a\nb\u0000").message()).contains("'a?b?'");
    }

    private static Failure failure(String model) {
        GatewayException refused = catchThrowableOfType(GatewayException.class, () -> ROUTES.resolve(model));
        assertThat(refused).as("refusal of " + model).isNotNull();
        return refused.failure();
    }

    private static Config.Alias alias(String name, String... targets) {
        return new Config.Alias(name, List.of(targets), Config.Strategy.ORDER);
    }

    private static Provider provider(String name) {
        Duration second = Duration.ofSeconds(1);
        return new Provider(
                name,
                Provider.Dialect.OPENAI_CHAT,
                URI.create("http://127.0.0.1:1/v1"),
                Provider.PathStyle.PLAIN,
                null,
                "authorization",
                null,
                Map.of(),
                new Config.Timeouts(second, second, second, second),
                Profile.EVERYTHING,
                new Quirks(false, true, false),
                null,
                null);
    }
}
