package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.TranslatedRequest;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Members of tools that only some providers know: sent, or told.
class ToolExtrasTest {
    private static TranslatedRequest sent(String provider, String model, String tool, @Nullable String policy) {
        Provider target =
                switch (provider) {
                    case "responses" -> Providers.inResponses("openai");
                    case "bedrock" -> Providers.speaking("aws", "bedrock", "https://bedrock-runtime.example");
                    default -> Providers.of(provider);
                };
        Dialect dialect =
                Objects.requireNonNull(new Dialects(new ErrorReader(InstantSource.system())).of(target.dialect()));
        return TranslatedRequest.of(
                dialect,
                target,
                model,
                "{'model':'m','messages':[{'role':'user','content':'Hi'}],'tools':[" + tool + "]}",
                UnsupportedPolicy.parse(policy));
    }

    private static String function(String inside, String beside) {
        return "{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':{'a':{'type':"
                + "'string'}}}" + inside + "}" + beside + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "gemini, gemini-3-pro",
        "mistral, mistral-large-latest",
        "cohere, command-a-03-2025",
        "ollama, qwen3",
        "bedrock, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic, claude-sonnet-4-5",
        "responses, gpt-5"
    })
    void whatNobodyKnowsIsToldAndSentOnRequest(String provider, String model) {
        String tool = function(",'fresh':1", ",'new_one':{'a':[true]},'nothing':null");

        TranslatedRequest stripped = sent(provider, model, tool, null);
        assertThat(stripped.body().toString()).doesNotContain("new_one", "fresh", "nothing");
        assertThat(stripped.verdicts())
                .contains("tools=stripped(tools[].new_one)", "tools=stripped(tools[].fresh)")
                .doesNotContain("nothing");

        TranslatedRequest ignored = sent(provider, model, tool, "tools=ignore");
        assertThat(ignored.body().toString()).contains("\"new_one\":{\"a\":[true]}", "\"fresh\":1");
        assertThat(ignored.verdicts()).contains("tools=ignored(tools[].new_one)");

        assertThatThrownBy(() -> sent(provider, model, tool, "tools=reject"))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo("tools[].new_one"));
    }

    @Test
    void whatAProviderKnowsIsSent() {
        String tool = function("", ",'defer_loading':true,'allowed_callers':['direct']");

        TranslatedRequest claude = sent("anthropic", "claude-sonnet-4-5", tool, null);
        assertThat(claude.at("/tools/0/defer_loading").asBoolean()).isTrue();
        assertThat(claude.at("/tools/0/allowed_callers/0").asText()).isEqualTo("direct");
        assertThat(claude.verdicts()).doesNotContain("tools");
        assertThat(sent("responses", "gpt-5", tool, null)
                        .at("/tools/0/defer_loading")
                        .asBoolean())
                .isTrue();
        assertThat(sent("mistral", "mistral-large-latest", tool, null).verdicts())
                .isEqualTo("tools=stripped(tools[].defer_loading), tools=stripped(tools[].allowed_callers)");
    }

    @Test
    void aToolOfFreeTextTellsToo() {
        String custom = "{'type':'custom','custom':{'name':'sh'},'defer_loading':true,'cache_control':{}}";

        assertThat(sent("anthropic", "claude-sonnet-4-5", custom, null).verdicts())
                .contains("tools=stripped(tools[].cache_control)");
        assertThat(sent("gemini", "gemini-3-pro", custom, null).verdicts())
                .contains("tools=stripped(tools[].defer_loading)");
    }

    @Test
    void schemasThatNobodyEnforcesAreTold() {
        assertThat(sent("ollama", "qwen3", function(",'strict':true", ""), null).verdicts())
                .contains("tools=stripped(strict)");
    }

    @ParameterizedTest
    @CsvSource({"gemini, gemini-3-pro", "responses, gpt-5", "mistral, mistral-large-latest"})
    void aMarkOfCachingOnAToolIsTold(String provider, String model) {
        assertThat(sent(provider, model, function("", ",'cache_control':{'type':'ephemeral'}"), null)
                        .verdicts())
                .contains("cache_control=stripped");
    }
}
