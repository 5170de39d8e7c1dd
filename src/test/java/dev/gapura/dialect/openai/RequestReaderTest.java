package dev.gapura.dialect.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final String HEAD =
            "{\"model\":\"openai/gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    void notesMembersAndValues() {
        String text =
                " {\"model\": \"openai\\/gpt\", \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":false,\"x\":[1],\"include_obfuscation\":null},\"n\":3,\"new_field\":{\"a\":1},"
                        + "\"seed\":null}\n";
        byte[] body = (text + "junk after the length").getBytes(UTF_8);
        ChatCompletionRequest request = RequestReader.read(body, text.length());
        assertThat(request.model()).isEqualTo("openai/gpt");
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isFalse();
        assertThat(request.includeObfuscation()).isNull();
        assertThat(request.choices()).isEqualTo(3);
        assertThat(request.body()).isSameAs(body);
        assertThat(request.length()).isEqualTo(text.length());
        assertThat(request.members().stream().map(ChatCompletionRequest.Member::name))
                .containsExactly("model", "messages", "stream", "stream_options", "n", "new_field", "seed");
        assertThat(request.members().stream().map(member -> text.substring(member.nameStart(), member.valueEnd())))
                .contains("\"model\": \"openai\\/gpt\"", "\"new_field\":{\"a\":1}", "\"seed\":null");
        ChatCompletionRequest.Member options = member(request, "stream_options");
        assertThat(text.substring(options.valueStart(), options.valueEnd()))
                .startsWith("{")
                .endsWith("null}");
        assertThat(member(request, "new_field").parameter()).isNull();
        assertThat(member(request, "n").parameter()).isNotNull();
        assertThat(member(request, "seed").isNull()).isTrue();
        assertThat(member(request, "n").isNull()).isFalse();
    }

    @Test
    void leavesDefaultsToTheProvider() {
        ChatCompletionRequest request = read(HEAD + "}");
        assertThat(request.stream()).isFalse();
        assertThat(request.choices()).isEqualTo(1);
        assertThat(request.includeUsage()).isNull();
        assertThat(request.members()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\":[]",
                "\"tools\":null",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a-b_C9\"}}]",
                "\"tools\":[{\"type\":\"server\",\"name\":\"weather\"}]",
                "\"tools\":[{\"type\":\"openrouter:web_search\"}]",
                "\"tools\":[{\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"},\"strict\":null},\"type\":\"function\",\"x\":1}]",
                "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"\"}}}}]",
                "\"tool_choice\":\"auto\"",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
                "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\"}]}}",
                "\"stop\":\"x\"",
                "\"stop\":[\"a\",\"b\",\"c\",\"d\"]",
                "\"stop\":null",
                "\"stop\":[]",
                "\"service_tier\":\"tomorrow\"",
                "\"reasoning_effort\":\"ultra\"",
                "\"response_format\":{\"type\":\"text\"}",
                "\"response_format\":{\"type\":\"regex\",\"pattern\":\"a\"}",
                "\"response_format\":{\"json_schema\":{\"name\":\"n\",\"schema\":{},\"strict\":true},\"type\":\"json_schema\"}",
                "\"max_tokens\":1,\"max_completion_tokens\":1",
                "\"logprobs\":true,\"top_logprobs\":20",
                "\"temperature\":0.0",
                "\"temperature\":2",
                "\"temperature\":-0",
                "\"logit_bias\":{\"50256\":-100}",
                "\"metadata\":{\"a\":\"b\"}",
                "\"modalities\":[\"text\",\"image\"]",
                "\"audio\":{\"voice\":{\"id\":\"v\"},\"format\":\"wav\"}",
                "\"user\":\"\"",
                "\"top_k\":-1",
                "\"reasoning\":{\"effort\":\"high\"}",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}",
                "\"prediction\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}",
                "\"seed\":-9223372036854775808",
                "\"stream\":true,\"stream_options\":{}",
                "\"stream_options\":null",
                "\"Model\":\"other\"",
                "\"function_call\":\"auto\"",
                "\"web_search_options\":{}",
                "\"n\":128",
                "\"unknown\":[[{\"deep\":1}]]"
            })
    void takes(String members) {
        assertThat(read(HEAD + "," + members + "}").model()).isEqualTo("openai/gpt-4o");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"user\",\"content\":\"\"}",
                "{\"content\":\"late role\",\"role\":\"user\"}",
                "{\"role\":\"user\",\"content\":[]}",
                "{\"role\":\"user\",\"content\":\"a\",\"name\":null,\"tool_calls\":null,\"future\":1}",
                "{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/jpeg;charset=utf-8;base64,AA==\"}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"https://example.com/a.png\"}]}",
                "{\"role\":\"user\",\"content\":[{\"image_url\":{\"url\":\"u\",\"detail\":\"original\"},\"text\":null,\"type\":\"image_url\"}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\",\"format\":\"wav\"}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"AA==\",\"filename\":\"a.pdf\"}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"video_url\",\"video_url\":{\"url\":\"u\"}}]}",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"not json\"}}]}",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"\"},\"index\":0}]}",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x\"}}]}",
                "{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}",
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}",
                "{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}",
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}],\"reasoning_content\":\"r\",\"reasoning_details\":[{}]}",
                "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}",
                "{\"role\":\"function\",\"name\":\"f\",\"content\":null}"
            })
    void takesMessage(String message) {
        read("{\"messages\":[" + message + "],\"model\":\"m\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{} | missing_required_parameter | model",
                "{\"model\":\"m\"} | missing_required_parameter | messages",
                "{\"model\":null,\"messages\":[]} | array_too_short | messages",
                "{\"model\":null,\"messages\":[{\"role\":\"user\",\"content\":\"\"}]} | missing_required_parameter | model",
                "{\"model\":\"m\",\"messages\":null} | missing_required_parameter | messages",
                "{\"model\":\"\"} | invalid_value | model",
                "{\"model\":\"a\\nb\"} | invalid_value | model",
                "{\"model\":7} | invalid_type | model",
                "{\"messages\":{}} | invalid_type | messages",
                "{\"messages\":[7]} | invalid_type | messages[0]",
                "{\"messages\":[{}]} | missing_required_parameter | messages[0].role",
                "{\"messages\":[{\"role\":\"user\"}]} | missing_required_parameter | messages[0].content",
                "{\"messages\":[{\"role\":\"human\"}]} | invalid_value | messages[0].role",
                "{\"messages\":[{\"role\":1}]} | invalid_type | messages[0].role",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"\"},{\"content\":7,\"role\":\"user\"}]} | invalid_type | messages[1].content",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"\"}]}]} | missing_required_parameter | messages[0].content[0].type",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"image_url\",\"image_url\":{\"url\":1}}]}]} | invalid_type | messages[0].content[1].image_url.url",
                "{\"messages\":[{\"role\":\"assistant\"}]} | missing_required_parameter | messages[0]",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":null}]} | missing_required_parameter | messages[0]",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]}]} | invalid_type | messages[0].tool_calls[0].function.arguments",
                "{\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]} | missing_required_parameter | messages[0].tool_call_id",
                "{\"tools\":[{\"type\":\"function\"}]} | missing_required_parameter | tools[0].function",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]} | invalid_value | tools[0].function.name",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]} | invalid_type | tools[0].function.parameters",
                "{\"tools\":[{\"function\":{}}]} | missing_required_parameter | tools[0].type",
                "{\"tool_choice\":\"maybe\"} | invalid_value | tool_choice",
                "{\"tool_choice\":{}} | missing_required_parameter | tool_choice.type",
                "{\"tool_choice\":{\"type\":\"function\"}} | missing_required_parameter | tool_choice.function",
                "{\"response_format\":{\"type\":\"json_schema\"}} | missing_required_parameter | response_format.json_schema",
                "{\"response_format\":\"json\"} | invalid_type | response_format",
                "{\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]} | array_too_long | stop",
                "{\"messages\":[]} | array_too_short | messages",
                "{\"stop\":[1]} | invalid_type | stop[0]",
                "{\"temperature\":2.1} | invalid_value | temperature",
                "{\"temperature\":\"1\"} | invalid_type | temperature",
                "{\"n\":5.0} | invalid_type | n",
                "{\"n\":1e1} | invalid_type | n",
                "{\"n\":true} | invalid_type | n",
                "{\"n\":0} | invalid_value | n",
                "{\"seed\":9223372036854775808} | invalid_value | seed",
                "{\"max_tokens\":9223372036854775808} | invalid_value | max_tokens",
                "{\"temperature\":1e400} | number_out_of_range | temperature",
                "{\"temperature\":NaN} | invalid_json | temperature",
                "{\"stream\":\"true\"} | invalid_type | stream",
                "{\"service_tier\":1} | invalid_type | service_tier",
                "{\"logit_bias\":{\"1\":101}} | invalid_value | logit_bias.1",
                "{\"logit_bias\":{\"a b\":\"x\"}} | invalid_type | logit_bias.*",
                "{\"metadata\":{\"a\":1}} | invalid_type | metadata.a",
                "{\"extra_body\":{}} | unsupported_parameter | extra_body",
                "{\"modalities\":[\"text\",1]} | invalid_type | modalities[1]",
                "{\"stream_options\":{\"include_usage\":1}} | invalid_type | stream_options.include_usage",
                "{\"reasoning\":{\"max_tokens\":\"x\"}} | invalid_type | reasoning.max_tokens",
                "{\"model\":\"a\",\"model\":\"b\"} | duplicate_key | model",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\"} | duplicate_key | model",
                "{\"messages\":[{\"role\":\"user\",\"role\":\"system\"}]} | duplicate_key | messages[0].role",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"\",\"content\":\"\"}]} | duplicate_key | messages[0].content",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":{\"b\":1,\"b\":2}}}}]} | duplicate_key | tools[0].function.parameters",
                "{\"x\":{\"y\":1,\"y\":1}} | duplicate_key | x",
                "{\"messages\":[{\"x\":NaN}]} | invalid_json | messages[0]",
            })
    void namesFieldAndCode(String body, String code, String param) {
        Failure failure = refusal(body.getBytes(UTF_8));
        assertThat(failure.code()).as(failure.message()).isEqualTo(code);
        assertThat(failure.param()).as(failure.message()).isEqualTo(param);
        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.message()).endsWith(".");
    }

    @Test
    void refusesFieldsThatNeedOthers() {
        assertThat(refusal((HEAD + ",\"top_logprobs\":2}").getBytes(UTF_8)).param())
                .isEqualTo("top_logprobs");
        assertThat(refusal((HEAD + ",\"top_logprobs\":2,\"logprobs\":false}").getBytes(UTF_8))
                        .param())
                .isEqualTo("top_logprobs");
        assertThat(refusal((HEAD + ",\"stream_options\":{\"include_usage\":true}}").getBytes(UTF_8))
                        .message())
                .contains("`stream: true`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "'' | body_empty",
                "  | body_empty",
                "[] | invalid_type",
                "\"text\" | invalid_type",
                "null | invalid_type",
                "7 | invalid_type",
                "{ | invalid_json",
                "{\"model\" | invalid_json",
                "{\"model\":\"m\",} | invalid_json",
                "{\"a\":\"\\ud800\"} | invalid_encoding",
                "{}{} | invalid_json",
                "{'a':1} | invalid_json",
                "[1,] | invalid_json",
                "nope | invalid_json"
            })
    void refusesOtherDocuments(String body, String code) {
        String text = body == null || body.equals("''") ? " \r\n\t" : body;
        assertThat(refusal(text.getBytes(UTF_8)).code()).isEqualTo(code);
    }

    @Test
    void refusesEmptyBody() {
        assertThat(refusal(new byte[0]).code()).isEqualTo("body_empty");
    }

    @Test
    void refusesInvalidUtf8() {
        for (String broken :
                List.of("\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00ff", "\u00e9", "\u00f4\u0090\u0080\u0080")) {
            Failure failure = refusal((HEAD.replace("hi", broken) + "}").getBytes(ISO_8859_1));
            assertThat(failure.code()).isEqualTo("invalid_encoding");
            assertThat(failure.param()).isEqualTo("messages[0].content");
        }
        assertThat(refusal((HEAD + "}").getBytes(java.nio.charset.StandardCharsets.UTF_16))
                        .message())
                .contains("UTF-8");
    }

    @Test
    void countsNestingFromTheBody() {
        read(HEAD + ",\"x\":" + "[".repeat(63) + "]".repeat(63) + "}");
        Failure failure = refusal((HEAD + ",\"x\":" + "[".repeat(64) + "]".repeat(64) + "}").getBytes(UTF_8));
        assertThat(failure.code()).isEqualTo("nesting_too_deep");
        assertThat(failure.param()).isEqualTo("x");
        assertThat(refusal("[".repeat(1_000_000).getBytes(UTF_8)).code()).isEqualTo("nesting_too_deep");
    }

    @Test
    void refusesTooManyMembers() {
        StringBuilder body = new StringBuilder(HEAD);
        for (int index = 0; index < 255; index++) {
            body.append(",\"x").append(index).append("\":0");
        }
        assertThat(refusal((body + "}").getBytes(UTF_8)).message()).contains("256");
    }

    @Test
    void neverRepeatsTextOfTheConversation() {
        String secret = "my secret words";
        for (String body : List.of(
                "{\"messages\":[{\"role\":\"" + secret + "\"}]}",
                "{\"tool_choice\":\"" + secret + "\"}",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"" + secret + "\"}}]}",
                "{\"" + secret + "\":NaN}",
                "{\"" + secret + "\":1,\"" + secret + "\":1}",
                "{\"metadata\":{\"" + secret + "\":1}}",
                "{\"messages\":\"" + secret + "\"}")) {
            Failure failure = refusal(body.getBytes(UTF_8));
            assertThat(failure.message() + failure.param()).doesNotContain(secret);
        }
    }

    private static ChatCompletionRequest.Member member(ChatCompletionRequest request, String name) {
        ChatCompletionRequest.Member member = request.member(name);
        assertThat(member).as(name).isNotNull();
        return member;
    }

    private static ChatCompletionRequest read(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return RequestReader.read(bytes, bytes.length);
    }

    private static Failure refusal(byte[] body) {
        GatewayException thrown =
                catchThrowableOfType(GatewayException.class, () -> RequestReader.read(body, body.length));
        assertThat(thrown)
                .as(new String(body, 0, Math.min(200, body.length), UTF_8))
                .isNotNull();
        return thrown.failure();
    }
}
