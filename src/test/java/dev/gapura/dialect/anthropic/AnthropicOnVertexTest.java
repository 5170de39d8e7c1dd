package dev.gapura.dialect.anthropic;

import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.DIALECT;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.OPUS_5;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.PROVIDER;
import static dev.gapura.dialect.anthropic.AnthropicRequestWriterTest.SONNET_4_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.testkit.TranslatedRequest;
import org.junit.jupiter.api.Test;

/// What is different for Claude on Vertex AI. Path and version are recorded, what is not to be had there is documented.
class AnthropicOnVertexTest {
    private static final Provider VERTEX = Providers.at(PathStyle.VERTEX, PROVIDER);
    private static final String SCHEMA =
            "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}";

    private static TranslatedRequest write(String model, String messages, String fields) {
        return TranslatedRequest.of(
                DIALECT,
                VERTEX,
                model,
                "{'messages':[" + messages + "]" + (fields.isEmpty() ? "" : ",") + fields + "}");
    }

    private static TranslatedRequest write(String fields) {
        return write(SONNET_4_5 + "@20250929", "{'role':'user','content':'Hi'}", fields);
    }

    @Test
    void theModelStandsInThePathAndTheVersionInTheBody() {
        TranslatedRequest plain = write("'max_tokens':5");
        assertThat(plain.call().path()).isEqualTo("/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict");
        assertThat(plain.body().has("model")).isFalse();
        assertThat(plain.at("/anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
        assertThat(plain.call().headers()).isEmpty();

        TranslatedRequest streamed = write("'max_tokens':5,'stream':true");
        assertThat(streamed.call().path()).endsWith("claude-sonnet-4-5@20250929:streamRawPredict");
        assertThat(streamed.at("/stream").asBoolean()).isTrue();
        assertThat(write("claude-../x?y", "{'role':'user','content':'Hi'}", "")
                        .call()
                        .path())
                .isEqualTo("/publishers/anthropic/models/claude-..%2Fx%3Fy:rawPredict");
    }

    @Test
    void schemasOfToolsAreNotEnforced() {
        String tool = "'tools':[{'type':'function','function':{'name':'f','strict':true,'parameters':" + SCHEMA + "}}]";
        TranslatedRequest written = write(tool);
        assertThat(written.at("/tools/0").has("strict")).isFalse();
        assertThat(written.verdicts()).contains("tools=stripped");
        assertThat(TranslatedRequest.of(
                                DIALECT,
                                PROVIDER,
                                SONNET_4_5,
                                "{'messages':[{'role':'user','content':'Hi'}]," + tool + "}")
                        .at("/tools/0/strict")
                        .asBoolean())
                .as("they are at Anthropic itself")
                .isTrue();
    }

    @Test
    void theFormOfTheAnswerIsHadByATool() {
        TranslatedRequest written =
                write("'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':" + SCHEMA + "}}");
        assertThat(written.body().has("output_config")).isFalse();
        assertThat(written.at("/tools/0/input_schema/required/0").asText()).isEqualTo("a");
        assertThat(written.at("/tool_choice/type").asText()).isEqualTo("tool");
        assertThat(written.call().question().jsonTool()).isNotNull();
    }

    @Test
    void nothingAsksForABeta() {
        TranslatedRequest written = write(
                OPUS_5,
                "{'role':'user','content':'a'},{'role':'system','content':'be brief'},{'role':'user','content':'b'}",
                "");
        assertThat(written.call().headers()).isEmpty();
        assertThat(written.at("/messages/0/content/1/text").asText()).isEqualTo("<system>\nbe brief\n</system>");
    }

    @Test
    void filesThatWereStoredAtAnthropicAreRefused() {
        String stored = "{'role':'user','content':[{'type':'file','file':{'file_id':'file_1'}}]}";
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> write(SONNET_4_5, stored, ""))
                .satisfies(refusal -> assertThat(refusal.failure().message()).contains("Vertex AI"));
    }
}
