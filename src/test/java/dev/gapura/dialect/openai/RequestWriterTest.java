package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.dialect.Providers;
import dev.gapura.dialect.openai.RequestWriter.Written;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies are compared byte for byte; `MSG` stands for a list of messages.
class RequestWriterTest {
    private static final String MSG = "[{\"role\":\"user\",\"content\":\"größer → 😀 \\u00e9\"}]";

    @Test
    void onlyTheModelChanges() {
        String body = " { \"messages\" : MSG ,\n\t\"model\":\"groq\\/llama\" , \"temperature\":1.50e0,\"big\":"
                + "123456789012345678901234567890 } ";

        Written written = write("corp", "llama", body, null);

        assertThat(text(written)).isEqualTo(body.replace("MSG", MSG).replace("\"groq\\/llama\"", "\"llama\""));
        assertThat(written.usageInserted()).isFalse();
        assertThat(written.extraHeaders()).isEmpty();
    }

    @Test
    void theModelIsEscaped() {
        assertThat(text(write("corp", "a\"b\\ü", "{\"model\":\"x\",\"messages\":MSG}", null)))
                .isEqualTo("{\"model\":\"a\\\"b\\\\ü\",\"messages\":" + MSG + "}");
    }

    @Test
    void theClientsBytesAreLeftAlone() {
        byte[] body = "{\"model\":\"x\",\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
        byte[] copy = body.clone();

        RequestWriter.write(Requests.of(body), Providers.of("openai"), "gpt-4o", true, UnsupportedPolicy.DEFAULT);

        assertThat(body).isEqualTo(copy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // usage is inserted, padding declined where there is any
                "openai | {\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false},\"model\":\"m\",\"stream\":true} | true",
                "groq | {\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true} | true",
                "openai | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false,\"include_usage\":true}} | false",
                "groq | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | false",
                "groq | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\" : false, \"x\":1}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\" : true, \"x\":1}} | true",
                "groq | {\"model\":\"m\",\"stream\":true,\"stream_options\":{}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | true",
                "groq | {\"model\":\"m\",\"stream\":true,\"stream_options\":null} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | true",
                "openai | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_obfuscation\":true}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":true}} | true",
                // the stream flag is the caller's
                "groq | {\"model\":\"m\"} | {\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"m\"} | true",
                "groq | {\"model\":\"m\",\"stream\":false} | {\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true} | true",
                "groq | {\"model\":\"m\",\"stream\":null} | {\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true} | true",
                // providers that do not take it
                "perplexity | {\"model\":\"m\",\"stream\":true} | {\"stream_mode\":\"full\",\"model\":\"m\",\"stream\":true} | false",
                "perplexity | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}} | {\"stream_mode\":\"full\",\"model\":\"m\",\"stream\":true} | false",
            })
    void streamsReportUsage(String provider, String body, String expected, boolean inserted) {
        Written written =
                RequestWriter.write(Requests.of(body), Providers.of(provider), "m", true, UnsupportedPolicy.DEFAULT);

        assertThat(text(written)).isEqualTo(expected);
        assertThat(written.usageInserted()).isEqualTo(inserted);
    }

    @Test
    void aJsonAnswerIsAskedForWhereTheCallerDecidesSo() {
        Written written = RequestWriter.write(
                Requests.of("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":1}"),
                Providers.of("openai"),
                "m",
                false,
                UnsupportedPolicy.DEFAULT);

        assertThat(text(written)).isEqualTo("{\"model\":\"m\",\"stream\":false,\"n\":1}");
        assertThat(written.usageInserted()).isFalse();
        assertThat(written.paddingDeclined()).isFalse();
    }

    @Test
    void paddingIsDeclinedUnlessTheClientAskedForIt() {
        assertThat(stream("openai", "{\"model\":\"m\"}").paddingDeclined()).isTrue();
        assertThat(stream("openai", "{\"model\":\"m\",\"stream_options\":{\"include_obfuscation\":true}}")
                        .paddingDeclined())
                .isFalse();
        assertThat(stream("groq", "{\"model\":\"m\"}").paddingDeclined()).isFalse();
    }

    @Test
    void datedAzureVersionsKeepTheModelAndAreNotAskedAboutPadding() {
        Written written = RequestWriter.write(
                Requests.of("{\"model\":\"azure/d\",\"stream\":true}"),
                Providers.of("azure", "2024-10-21"),
                "d",
                true,
                UnsupportedPolicy.DEFAULT);

        assertThat(text(written))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"model\":\"d\",\"stream\":true}");
        assertThat(written.paddingDeclined()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // renamed
                "openai | o3-mini | \"max_tokens\":5 | \"max_completion_tokens\":5 | max_tokens=renamed(max_completion_tokens)",
                "openai | gpt-4o | \"max_tokens\":5 | \"max_tokens\":5 |",
                "azure | gpt-35-turbo | \"max_tokens\":5 | \"max_tokens\":5 |",
                "openai | gpt-5-chat-latest | \"max_tokens\":5,\"temperature\":0.5 | \"max_tokens\":5,\"temperature\":0.5 |",
                "openai | gpt-7 | \"max_tokens\" : 5 | \"max_completion_tokens\" : 5 | max_tokens=renamed(max_completion_tokens)",
                "openai | o1 | \"max_tokens\":5,\"max_completion_tokens\":6 | \"max_completion_tokens\":6 | max_tokens=stripped",
                "openai | o1 | \"max_completion_tokens\":null,\"max_tokens\":5 | \"max_completion_tokens\":5 | max_tokens=renamed(max_completion_tokens)",
                "deepseek | m | \"max_completion_tokens\":6,\"max_tokens\":5 | \"max_tokens\":6 | max_tokens=stripped, max_completion_tokens=renamed(max_tokens)",
                "deepseek | m | \"max_tokens\":5,\"max_completion_tokens\":6 | \"max_tokens\":6 | max_tokens=stripped, max_completion_tokens=renamed(max_tokens)",
                "perplexity | m | \"max_tokens\":null,\"max_completion_tokens\":6 | \"max_tokens\":6 | max_completion_tokens=renamed(max_tokens)",
                // clamped
                "cerebras | m | \"temperature\":1.80 | \"temperature\":1.5 | temperature=clamped(1.80→1.5)",
                "cerebras | m | \"temperature\":1.5e0 | \"temperature\":1.5e0 |",
                "xai | grok-3 | \"logprobs\":true,\"top_logprobs\":20 | \"logprobs\":true,\"top_logprobs\":8 | top_logprobs=clamped(20→8)",
                // converted
                "groq | m | \"temperature\":0 | \"temperature\":1e-8 | temperature=converted(0→1e-8)",
                "groq | m | \"temperature\":0.1 | \"temperature\":0.1 |",
                "xai | grok-4.6 | \"reasoning_effort\":\"minimal\" | \"reasoning_effort\":\"low\" | reasoning_effort=converted(minimal→low)",
                "openai | o3 | \"reasoning_effort\":\"xhigh\" | \"reasoning_effort\":\"high\" | reasoning_effort=converted(xhigh→high)",
                // stripped hints
                "groq | m | \"frequency_penalty\":1,\"a\":1 | \"a\":1 | frequency_penalty=stripped, a=passed(unknown)",
                "groq | m | \"seed\":1,\"logit_bias\":{\"1\":2} | \"seed\":1 | logit_bias=stripped",
                "xai | grok-4 | \"reasoning_effort\":\"low\",\"presence_penalty\":1 | | reasoning_effort=stripped, presence_penalty=stripped",
                "xai | grok-4-1-fast-non-reasoning | \"presence_penalty\":1 | \"presence_penalty\":1 |",
                "openai | gpt-5-mini | \"temperature\":0.5,\"top_p\":1 | \"top_p\":1 | temperature=stripped",
                "openai | gpt-5-nano | \"temperature\":1 | \"temperature\":1 |",
                "openai | gpt-5.4 | \"temperature\":0.5,\"logprobs\":true | \"temperature\":0.5,\"logprobs\":true |",
                "openai | gpt-5.4 | \"temperature\":0.5,\"reasoning_effort\":\"none\" | \"temperature\":0.5,\"reasoning_effort\":\"none\" |",
                "openai | gpt-5.4 | \"temperature\":0.5,\"reasoning_effort\":\"high\" | \"reasoning_effort\":\"high\" | temperature=stripped",
                // structural, but without effect
                "groq | m | \"logprobs\":false,\"n\":1 | \"n\":1 | logprobs=stripped",
                // recordings show these accepted
                "groq | m | \"n\":1,\"tools\":[1],\"parallel_tool_calls\":false,\"max_tokens\":4 | \"n\":1,\"tools\":[1],\"parallel_tool_calls\":false,\"max_tokens\":4 |",
                "deepseek | m | \"logprobs\":true,\"seed\":1,\"user\":\"u\",\"tools\":[1],\"parallel_tool_calls\":true | \"logprobs\":true,\"seed\":1,\"user\":\"u\",\"tools\":[1],\"parallel_tool_calls\":true |",
                // nulls
                "cerebras | m | \"seed\":null,\"x\":null | |",
                "openai | gpt-4o | \"seed\":null | \"seed\":null |",
                "groq | m | \"logprobs\":null,\"seed\":null | \"seed\":null |",
            })
    void profilesDecide(
            String provider, String model, @Nullable String in, @Nullable String out, @Nullable String header) {
        Written written = write(provider, model, "{\"model\":\"" + model + "\"" + tail(in) + "}", null);

        assertThat(text(written)).isEqualTo("{\"model\":\"" + model + "\"" + tail(out) + "}");
        assertThat(Verdicts.header(written.verdicts())).isEqualTo(header == null ? "" : header);
    }

    @Test
    void theCacheKeyBecomesAHeaderAtXai() {
        Written written = write("xai", "grok-4", "{\"model\":\"m\",\"prompt_cache_key\":\"conv \\u00411\"}", null);

        assertThat(text(written)).isEqualTo("{\"model\":\"grok-4\"}");
        assertThat(written.extraHeaders()).isEqualTo(Map.of("x-grok-conv-id", "conv A1"));
        assertThat(Verdicts.header(written.verdicts())).isEqualTo("prompt_cache_key=converted(header x-grok-conv-id)");
        assertThat(write("xai", "grok-4", "{\"model\":\"m\",\"prompt_cache_key\":\"a\\r\\nb: c\"}", null)
                        .extraHeaders())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "groq | \"logprobs\":true | logprobs |",
                "groq | \"n\":2 | n |",
                "groq | \"seed\":1,\"logit_bias\":{\"1\":1} | logit_bias | reject",
                "groq | \"logit_bias\":{\"1\":1} | logit_bias | strip, logit_bias=reject",
            })
    void whatChangesTheAnswerIsRejected(String provider, String fields, String param, @Nullable String policy) {
        assertThatThrownBy(() -> write(provider, "m", "{\"model\":\"m\"," + fields + "}", policy))
                .isInstanceOfSatisfying(GatewayException.class, e -> {
                    assertThat(e.failure().kind()).isEqualTo(FailureKind.INVALID_REQUEST);
                    assertThat(e.failure().code()).isEqualTo("unsupported_parameter");
                    assertThat(e.failure().param()).isEqualTo(param);
                    assertThat(e.failure().provider()).isEqualTo(provider);
                    assertThat(e.failure().message()).contains("'" + provider + "'", "x-gapura-unsupported");
                });
    }

    @Test
    void theCallerMayOverrule() {
        String body = "{\"model\":\"m\",\"logprobs\":true,\"logit_bias\":{\"1\":1}}";

        assertThat(text(write("groq", "m", body, "ignore"))).isEqualTo(body);
        assertThat(Verdicts.header(write("groq", "m", body, "ignore").verdicts()))
                .isEqualTo("logprobs=ignored, logit_bias=ignored");
        assertThat(text(write("groq", "m", body, "strip"))).isEqualTo("{\"model\":\"m\"}");
    }

    /// What a field means when it is left out decides, not whether it looks like nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai | o3 | \"temperature\":0 | temperature",
                "openai | gpt-4o | \"verbosity\":\"low\" | verbosity",
                "together | m | \"tools\":[1],\"parallel_tool_calls\":false | parallel_tool_calls",
            })
    void zeroAndFalseMayMeanSomething(String provider, String model, String fields, String param) {
        assertThatThrownBy(() -> write(provider, model, "{\"model\":\"m\"," + fields + "}", "reject"))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo(param));
        assertThat(text(write(provider, model, "{\"model\":\"m\"," + fields + "}", "ignore")))
                .contains(fields);
    }

    @Test
    void unknownFieldsPassAndAreReported() {
        String body = "{\"model\":\"m\",\"brand_new\":{\"a\":[1]}}";

        assertThat(text(write("groq", "m", body, null))).isEqualTo(body);
        assertThat(Verdicts.header(write("groq", "m", body, null).verdicts())).isEqualTo("brand_new=passed(unknown)");
        assertThatThrownBy(() -> write("groq", "m", body, "reject"))
                .isInstanceOfSatisfying(GatewayException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("unknown_parameter");
                    assertThat(e.failure().param()).isEqualTo("brand_new");
                });
    }

    private static String tail(@Nullable String fields) {
        return fields == null || fields.isBlank() ? "" : "," + fields;
    }

    private static Written stream(String provider, String body) {
        return RequestWriter.write(Requests.of(body), Providers.of(provider), "m", true, UnsupportedPolicy.DEFAULT);
    }

    private static Written write(String provider, String model, String body, @Nullable String policy) {
        return RequestWriter.write(
                Requests.of(body.replace("MSG", MSG)),
                Providers.of(provider),
                model,
                false,
                UnsupportedPolicy.parse(policy));
    }

    private static String text(Written written) {
        return new String(written.body().toBytes(), StandardCharsets.UTF_8);
    }
}
