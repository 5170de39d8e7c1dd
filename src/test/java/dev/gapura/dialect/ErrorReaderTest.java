package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReaderTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final ErrorReader reader = new ErrorReader(InstantSource.fixed(NOW));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"too hot\",\"param\":\"temperature\"}} | too hot | temperature",
                "{\"error\":\"too hot\"} | too hot |",
                "{\"code\":\"invalid-argument\",\"error\":\"too hot\"} | too hot |",
                "{\"message\":\"too hot\"} | too hot |",
                "{\"detail\":\"too hot\"} | too hot |",
                "{\"detail\":[{\"loc\":[\"body\",\"messages\",0,\"role\"],\"msg\":\"Field required\",\"type\":\"missing\"}]}"
                        + " | messages[0].role: Field required | messages[0].role",
                "{\"object\":\"error\",\"message\":\"too hot\",\"type\":\"invalid\",\"code\":400} | too hot |",
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"n\"],\"msg\":\"bad\"}]}} | n: bad | n",
                "{\"statusCode\":400,\"message\":\"too hot\"} | too hot |",
                "[{\"error\":{\"message\":\"too hot\"}}] | too hot |",
                "{\"errors\":[{\"message\":\"too hot\"},{\"message\":\"too cold\"}]} | too hot; too cold |",
                "\"too hot\" | too hot |",
                "{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"message\\\":"
                        + "\\\"too hot\\\"}}\"}}} | Provider returned error: too hot |",
                "<html><head><title>400 Bad Request</title></head></html> | 400 Bad Request |",
                "too hot | too hot |",
                "{\"unheard\":\"of\"} | {\"unheard\":\"of\"} |",
                "{broken | {broken |",
                "data: {\"error\":{\"message\":\"too hot\"}} | too hot |",
            })
    void everyShapeGivesItsMessage(String body, String message, String param) {
        Failure failure = read(400, body);

        assertThat(failure.message()).isEqualTo(message);
        assertThat(failure.param()).isEqualTo(param);
        assertThat(failure.kind()).isEqualTo(FailureKind.PROVIDER_REJECTED);
        assertThat(failure.provider()).isEqualTo("corp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "{}",
                "[]",
                "0",
                "\uFEFF",
                "<html>",
                "{\"error\":null}",
                "{\"error\":{}}",
                "{\"error\":[]}",
                "{\"error\":true}",
                "{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":1}}}}}}}}"
            })
    void anyBytesEndInAMessage(String body) {
        assertThat(read(500, body).message()).isNotBlank();
        assertThat(reader.readInStream(Providers.of("corp"), body.getBytes(StandardCharsets.UTF_8))
                        .message())
                .isNotBlank();
    }

    @Test
    void aHugeBodyIsNotShown() {
        assertThat(read(502, "<pre>" + "x".repeat(2_000_000)).message()).hasSizeLessThan(1_200);
        assertThat(read(502, "[".repeat(1_000_000)).message()).hasSizeLessThan(1_200);
        assertThat(read(502, "x y ".repeat(1_000_000)).message()).hasSizeLessThan(1_200);
    }

    @ParameterizedTest
    @CsvSource({
        "400, PROVIDER_REJECTED, 400",
        "401, PROVIDER_AUTH, 502",
        "402, PROVIDER_QUOTA, 503",
        "403, PROVIDER_AUTH, 502",
        "404, PROVIDER_NOT_FOUND, 404",
        "405, PROVIDER_REJECTED, 400",
        "408, PROVIDER_TIMEOUT, 504",
        "409, PROVIDER_CONFLICT, 409",
        "410, PROVIDER_REJECTED, 400",
        "413, PROVIDER_TOO_LARGE, 413",
        "422, PROVIDER_REJECTED, 400",
        "424, PROVIDER_FAILED, 502",
        "429, PROVIDER_RATE_LIMITED, 429",
        "451, PROVIDER_REJECTED, 400",
        "498, PROVIDER_OVERLOADED, 503",
        "500, PROVIDER_FAILED, 502",
        "501, PROVIDER_FAILED, 502",
        "502, PROVIDER_FAILED, 502",
        "503, PROVIDER_OVERLOADED, 503",
        "504, PROVIDER_TIMEOUT, 504",
        "520, PROVIDER_FAILED, 502",
        "529, PROVIDER_OVERLOADED, 503",
        "307, PROVIDER_UNREADABLE, 502",
    })
    void statusesAreThoseOfTheContract(int status, FailureKind kind, int shown) {
        Failure failure = read(status, "{\"error\":{\"message\":\"no\"}}");

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.status()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "429 | {\"error\":{\"message\":\"x\",\"type\":\"insufficient_quota\",\"code\":null}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "403 | {\"code\":\"x\",\"error\":\"Your team has used all available credits\"} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "402 | {\"error\":{\"message\":\"Insufficient Balance\"}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "400 | {\"error\":{\"message\":\"billing hard limit has been reached\",\"code\":\"billing_hard_limit_reached\"}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "429 | {\"error\":{\"message\":\"Rate limit reached\",\"code\":\"rate_limit_exceeded\"}} | PROVIDER_RATE_LIMITED | rate_limit_exceeded",
                "429 | {\"message\":\"slow down\"} | PROVIDER_RATE_LIMITED | rate_limit_exceeded",
                "400 | {\"error\":\"Incorrect API key provided: xa***42.\"} | PROVIDER_AUTH | upstream_auth_error",
                "400 | {\"error\":{\"message\":\"prompt too long; exceeded max context length by 9 tokens\"}} | PROVIDER_REJECTED | context_length_exceeded",
                "422 | {\"error\":{\"message\":\"x\",\"code\":\"context_length_exceeded\"}} | PROVIDER_REJECTED | context_length_exceeded",
                "413 | {\"error\":{\"message\":\"Request too large\",\"code\":\"request_too_large\"}} | PROVIDER_TOO_LARGE | request_too_large",
                "400 | {\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\"}} | PROVIDER_REJECTED | content_policy_violation",
                "403 | {\"error\":{\"message\":\"input was flagged\",\"code\":403,\"metadata\":{\"reasons\":[\"x\"],\"flagged_input\":\"y\"}}} | PROVIDER_FAILED | content_policy_violation",
                "404 | {\"error\":{\"message\":\"no\",\"code\":\"DeploymentNotFound\"}} | PROVIDER_NOT_FOUND | model_not_found",
                "404 | {\"error\":{\"message\":\"no such route\",\"code\":404}} | PROVIDER_NOT_FOUND |",
                "404 | {\"error\":{\"message\":\"model: claude-9\",\"type\":\"not_found_error\"}} | PROVIDER_NOT_FOUND | model_not_found",
                "404 | {\"error\":{\"message\":\"File not there\",\"type\":\"not_found_error\"}} | PROVIDER_NOT_FOUND |",
                "400 | {\"error\":{\"message\":\"prompt is too long: 2 tokens > 1 maximum\",\"type\":\"invalid_request_error\"}} | PROVIDER_REJECTED | context_length_exceeded",
                "400 | {\"error\":{\"message\":\"Your credit balance is too low to access the API.\",\"type\":\"invalid_request_error\"}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "429 | {\"error\":{\"message\":\"enforced_spend_limit_reached\",\"type\":\"rate_limit_error\"}} | PROVIDER_QUOTA | upstream_quota_exhausted",
                "400 | {\"error\":{\"message\":\"no\",\"code\":\"unsupported_value\"}} | PROVIDER_REJECTED | unsupported_value",
                "400 | {\"object\":\"error\",\"message\":\"no\",\"code\":3051} | PROVIDER_REJECTED | 3051",
            })
    void wordsDecideWhereAStatusDoesNot(int status, String body, FailureKind kind, String code) {
        Failure failure = read(status, body);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.message()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"x\",\"code\":429,\"metadata\":{\"error_type\":\"rate\"}},\"choices\":[]} | PROVIDER_RATE_LIMITED",
                "{\"error\":{\"message\":\"x\"},\"status_code\":503} | PROVIDER_OVERLOADED",
                "{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"status_code\":400}} | PROVIDER_REJECTED",
                "{\"error\":{\"message\":\"x\",\"code\":\"content_filter\",\"status\":400}} | PROVIDER_REJECTED",
                "{\"code\":\"x\",\"error\":\"The service is currently unavailable\"} | PROVIDER_OVERLOADED",
                "{\"error\":{\"message\":\"x\",\"type\":\"overloaded_error\"}} | PROVIDER_OVERLOADED",
                "{\"error\":{\"message\":\"x\",\"type\":\"rate_limit_error\"}} | PROVIDER_RATE_LIMITED",
                "{\"error\":{\"message\":\"x\",\"type\":\"insufficient_quota\"}} | PROVIDER_QUOTA",
                "{\"error\":{\"message\":\"x\",\"type\":\"authentication_error\"}} | PROVIDER_AUTH",
                "{\"error\":{\"message\":\"x\",\"type\":\"timeout_error\"}} | PROVIDER_TIMEOUT",
                "{\"error\":{\"message\":\"x\",\"type\":\"server_error\",\"code\":null}} | PROVIDER_FAILED",
                "{\"error\":\"x\"} | PROVIDER_FAILED",
                "{\"code\":\"invalid-argument\",\"error\":\"x\"} | PROVIDER_REJECTED",
                "{\"code\":\"Client specified an invalid argument\",\"error\":\"x\"} | PROVIDER_REJECTED",
            })
    void errorsInsideAStreamHaveAKind(String event, FailureKind kind) {
        assertThat(reader.readInStream(Providers.of("corp"), event.getBytes(StandardCharsets.UTF_8))
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void aFaultOfOursSaysThatTheCallersKeyIsFine() {
        Failure failure = read(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-abc123XYZ789.\"}}");

        assertThat(failure.message())
                .contains("Your own key is not the cause", "Incorrect API key provided")
                .doesNotContain("sk-abc123XYZ789");
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.retryAfter()).isNull();
    }

    @Test
    void codeAndParamAreCleanedToo() {
        Failure failure = read(
                400, "{\"error\":{\"message\":\"x\",\"code\":\"sk-abc123XYZ789\",\"param\":\"key sk-abc123XYZ789\"}}");

        assertThat(failure.code()).isNull();
        assertThat(failure.param()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry-after-ms=1500;retry-after=9 | PT1.5S",
                "retry-after-ms=0;retry-after=9 | PT9S",
                "retry-after=Sun, 01 Mar 2026 12:00:30 GMT | PT30S",
                "retry-after=Sun, 01 Mar 2026 11:00:00 GMT |",
                "retry-after=soon |",
                "x-ratelimit-reset-requests=6m0s;x-ratelimit-reset-tokens=20ms;x-ratelimit-remaining-requests=0 | PT6M",
                "x-ratelimit-reset-requests=6m0s;x-ratelimit-reset-tokens=7.66s;x-ratelimit-remaining-requests=3 | PT7.66S",
                "x-ratelimit-reset=1772366460000 | PT1M",
                "x-ratelimit-reset=1772366460 | PT1M",
                "x-ratelimit-reset-tokens-minute=12.5 | PT12.5S",
                "x-ratelimit-reset-tokens=2026-03-01T12:00:05Z | PT5S",
                "anthropic-ratelimit-tokens-reset=2026-03-01T12:00:05Z;anthropic-ratelimit-requests-reset="
                        + "2026-03-01T12:00:09Z;anthropic-ratelimit-requests-remaining=0 | PT9S",
                "anthropic-ratelimit-output-tokens-reset=2026-03-01T12:00:07Z | PT7S",
                "retry-after=99999999999 |",
                "x-other=1 |",
            })
    void theWaitComesFromTheMostExactHeader(String headers, Duration wait) {
        Map<String, String> byName = new java.util.HashMap<>();
        for (String header : headers.split(";", -1)) {
            byName.put(header.split("=", 2)[0], header.split("=", 2)[1]);
        }

        assertThat(reader.read(Providers.of("corp"), 429, byName::get, new byte[0])
                        .retryAfter())
                .isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please try again in 1.2s. Visit us | PT1.2S",
                "Please try again in 20ms. | PT0.02S",
                "Please try again in 6m0s. | PT6M",
                "Please retry after 30 seconds | PT30S",
                "Please wait 2 minutes and retry | PT2M",
                "Try again later in 5 sessions |",
                "limited to 1 requests per minute. Please retry shortly. |",
            })
    void theWaitMayStandInTheText(String message, Duration wait) {
        assertThat(read(429, "{\"error\":{\"message\":\"" + message + "\"}}").retryAfter())
                .isEqualTo(wait);
    }

    /// Recorded: the model identifier, the end of life, the token of the account, too many tokens. The others are
    /// documented.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/ | temperature too high"
                        + " | PROVIDER_REJECTED |",
                "400 | ValidationException | The provided model identifier is invalid. | PROVIDER_REJECTED | model_not_found",
                "400 | ValidationException | Invocation of model ID x with on-demand throughput isn\u2019t supported."
                        + " | PROVIDER_NOT_FOUND | model_not_found",
                "400 | | Invocation of model ID x with on-demand throughput isn't supported."
                        + " | PROVIDER_NOT_FOUND | model_not_found",
                "400 | ValidationException | Input is too long for requested model."
                        + " | PROVIDER_REJECTED | context_length_exceeded",
                "400 | ValidationException | Input Tokens Exceeded: Number of input tokens exceeds maximum length."
                        + " | PROVIDER_REJECTED | context_length_exceeded",
                "400 | ValidationException | too many input tokens | PROVIDER_REJECTED | context_length_exceeded",
                "400 | ServiceQuotaExceededException | over your quota | PROVIDER_QUOTA | upstream_quota_exhausted",
                "403 | AccessDeniedException | no access | PROVIDER_AUTH | upstream_auth_error",
                "403 | ExpiredTokenException | expired | PROVIDER_AUTH | upstream_auth_error",
                "404 | ResourceNotFoundException | This model version has reached the end of its life."
                        + " | PROVIDER_NOT_FOUND | model_not_found",
                "408 | ModelTimeoutException | slow | PROVIDER_TIMEOUT |",
                "424 | ModelErrorException | broke | PROVIDER_FAILED |",
                "429 | ThrottlingException | Too many tokens, please wait before trying again."
                        + " | PROVIDER_RATE_LIMITED | rate_limit_exceeded",
                "429 | ThrottlingException | Too many tokens per day, please wait before trying again."
                        + " | PROVIDER_QUOTA | upstream_quota_exhausted",
                "429 | ModelNotReadyException | not ready | PROVIDER_OVERLOADED |",
                "500 | InternalServerException | oh | PROVIDER_FAILED |",
                "503 | ServiceUnavailableException | later | PROVIDER_OVERLOADED |",
                "400 | NeverHeardOfException | oh | PROVIDER_REJECTED |",
            })
    void exceptionsOfAwsAreKnownByTheirHeader(
            int status, String exception, String message, FailureKind kind, String code) {
        byte[] body = ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
        Failure failure = reader.read(
                Providers.of("corp"), status, name -> name.equals("x-amzn-errortype") ? exception : null, body);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.message()).contains(message);
    }

    @Test
    void exceptionsOfAwsInsideAStreamSayWhatTheModelsHostSaid() {
        byte[] body = "{\"Message\":\"It broke\",\"originalStatusCode\":500,\"originalMessage\":\"no memory\"}"
                .getBytes(StandardCharsets.UTF_8);

        Failure failure = reader.readException(Providers.of("corp"), "modelStreamErrorException", body);
        assertThat(failure.kind()).isEqualTo(FailureKind.PROVIDER_FAILED);
        assertThat(failure.message()).isEqualTo("It broke: no memory");
    }

    @Test
    void whoseRoleWasRefusedIsNotTold() {
        String said =
                "User: arn:aws:sts::123456789012:assumed-role/team/me is not authorized to perform: bedrock:InvokeModel";
        Failure failure = read(403, "{\"Message\":\"" + said + "\"}");

        assertThat(failure.message()).contains("is not authorized").doesNotContain("123456789012");
    }

    private Failure read(int status, String body) {
        return reader.read(Providers.of("corp"), status, name -> null, body.getBytes(StandardCharsets.UTF_8));
    }
}
