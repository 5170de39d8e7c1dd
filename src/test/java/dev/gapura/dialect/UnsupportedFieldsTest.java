package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.cohere.CohereDialect;
import dev.gapura.dialect.mistral.MistralDialect;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.parameter.Shape;
import dev.gapura.provider.Provider;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every field of the parameter table at every provider, field by field under each policy: `reject` refuses what
/// `strip` leaves out, and `ignore` sends it as it came.
class UnsupportedFieldsTest {
    private static final ErrorReader ERRORS = new ErrorReader(InstantSource.system());
    private static final Map<String, Dialect> TRANSLATED =
            Map.of("mistral", new MistralDialect(ERRORS), "cohere", new CohereDialect(ERRORS));

    private static final Set<String> NOT_JUDGED =
            Set.of("model", "messages", "stream", "stream_options", "extra_body", "tools", "functions", "n");

    /// A value of each field that is not the one it has when it is left out.
    private static final Map<String, String> SAMPLES = Map.ofEntries(
            Map.entry("audio", "{\"voice\":\"a\",\"format\":\"wav\"}"),
            Map.entry("function_call", "{\"name\":\"f\"}"),
            Map.entry("logit_bias", "{\"1\":2}"),
            Map.entry("logprobs", "true"),
            Map.entry("metadata", "{\"a\":\"b\"}"),
            Map.entry("modalities", "[\"text\",\"audio\"]"),
            Map.entry("moderation", "{\"model\":\"m\"}"),
            Map.entry("parallel_tool_calls", "false"),
            Map.entry("prediction", "{\"type\":\"content\",\"content\":\"a\"}"),
            Map.entry("prompt_cache_options", "{\"mode\":\"explicit\"}"),
            Map.entry("prompt_cache_retention", "\"24h\""),
            Map.entry("reasoning_effort", "\"low\""),
            Map.entry("response_format", "{\"type\":\"json_object\"}"),
            Map.entry("service_tier", "\"flex\""),
            Map.entry("stop", "[\"x\"]"),
            Map.entry("store", "true"),
            Map.entry("tool_choice", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"),
            Map.entry("verbosity", "\"low\""),
            Map.entry("web_search_options", "{\"search_context_size\":\"low\"}"),
            Map.entry("frequency_penalty", "0.5"),
            Map.entry("presence_penalty", "0.5"),
            Map.entry("temperature", "0.5"),
            Map.entry("top_p", "0.5"),
            Map.entry("top_logprobs", "2"),
            Map.entry("max_tokens", "50"),
            Map.entry("max_completion_tokens", "50"),
            Map.entry("seed", "7"),
            Map.entry("stop_token_ids", "[1]"),
            Map.entry("reasoning", "{\"effort\":\"low\"}"),
            Map.entry("thinking", "{\"type\":\"enabled\",\"budget_tokens\":2000}"),
            Map.entry("chat_template_kwargs", "{\"a\":1}"),
            Map.entry("cache_control", "{\"type\":\"ephemeral\"}"),
            Map.entry("provider", "{\"order\":[\"a\"]}"),
            Map.entry("models", "[\"a\"]"),
            Map.entry("plugins", "[{\"id\":\"a\"}]"),
            Map.entry("transforms", "[\"a\"]"),
            Map.entry("usage", "{\"include\":true}"),
            Map.entry("search_parameters", "{\"mode\":\"on\"}"));

    /// What went on of one request.
    private record Sent(JsonNode body, String verdicts) {}

    @ParameterizedTest
    @CsvSource({
        "openai, o3",
        "openai, gpt-4o",
        "azure, gpt-5",
        "xai, grok-4",
        "groq, llama-3.3-70b",
        "deepseek, deepseek-chat",
        "together, m",
        "fireworks, m",
        "cerebras, m",
        "perplexity, sonar",
        "vllm, m",
        "mistral, mistral-large-latest",
        "cohere, command-a-03-2025",
    })
    void policiesAgreeAboutEveryField(String provider, String model) {
        List<String> faults = new ArrayList<>();
        int lacking = 0;
        for (Parameter parameter : ParameterTable.chat()) {
            String field = parameter.name();
            if (NOT_JUDGED.contains(field)) {
                continue;
            }
            Sent stripped = Objects.requireNonNull(send(provider, model, field, "strip"), field);
            boolean lacks = stripped.verdicts().contains(field + "=stripped");
            lacking += lacks ? 1 : 0;
            Sent rejected = send(provider, model, field, field + "=reject");
            Sent ignored = send(provider, model, field, field + "=ignore");
            if (lacks != (rejected == null)) {
                faults.add(field + ": stripped " + lacks + ", but rejected " + (rejected == null));
            }
            if (lacks && stripped.body().has(field)) {
                faults.add(field + ": stripped, and yet sent");
            }
            if (ignored == null) {
                faults.add(field + ": refused although it should be ignored");
            } else if (lacks
                    && !Objects.equals(ignored.body().get(field), sample(parameter))
                    && !ignored.verdicts().contains(field + "=ignored")) {
                faults.add(field + ": ignored, but sent as " + ignored.body().get(field) + ", " + ignored.verdicts());
            }
        }

        assertThat(faults).isEmpty();
        assertThat(lacking).as("fields that %s lacks", provider).isGreaterThan(provider.equals("fireworks") ? -1 : 0);
    }

    /// Null where the request is refused.
    private static @Nullable Sent send(String provider, String model, String field, String policy) {
        Parameter parameter = ParameterTable.chatField(field);
        String more = field.equals("top_logprobs") ? ",\"logprobs\":true" : "";
        String body =
                "{\"model\":\"x/y\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"tools\":[{\"type\":"
                        + "\"function\",\"function\":{\"name\":\"f\"}}],\"" + field + "\":"
                        + JsonTree.text(sample(parameter)) + more
                        + "}";
        UnsupportedPolicy unsupported = UnsupportedPolicy.parse(more.isEmpty() ? policy : policy + ", logprobs=ignore");
        Provider target = Providers.of(provider);
        try {
            Dialect dialect = TRANSLATED.get(provider);
            if (dialect != null) {
                TranslatedRequest request = TranslatedRequest.of(dialect, target, model, body, unsupported);
                return new Sent(request.body(), request.verdicts());
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            RequestWriter.Written written =
                    RequestWriter.write(RequestReader.read(bytes, bytes.length), target, model, false, unsupported);
            byte[] sent = written.body().toBytes();
            return new Sent(JsonTree.read(sent, 0, sent.length), Verdicts.header(written.verdicts()));
        } catch (GatewayException refusal) {
            assertThat(refusal.failure().param()).isEqualTo(field);
            return null;
        }
    }

    private static JsonNode sample(Parameter parameter) {
        String json = SAMPLES.get(parameter.name());
        return Objects.requireNonNull(JsonTree.readOrNull(json == null ? sample(parameter.shape()) : json));
    }

    private static String sample(Shape shape) {
        return switch (shape) {
            case Shape.Flag flag -> "true";
            case Shape.Number number -> "3";
            case Shape.Whole number -> "3";
            case Shape.ListOf list -> "[" + sample(list.item()) + "]";
            case Shape.MapOf map -> "{\"a\":" + sample(map.value()) + "}";
            case Shape.Members object ->
                object.members().isEmpty()
                        ? "{\"a\":1}"
                        : "{\"" + object.members().getFirst().name() + "\":"
                                + sample(object.members().getFirst().shape()) + "}";
            case Shape.AnyOf any -> sample(any.alternatives().getFirst());
            case Shape.Anything any -> "{\"a\":1}";
            case Shape.Tagged tagged -> "{\"a\":1}";
            case Shape.Choice choice -> "\"a\"";
            case Shape.Text text -> "\"a\"";
            case Shape.Refused refused -> "null";
        };
    }
}
