package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The errors of each provider, after their documented shapes; single quotes stand for double ones. Recorded errors are
/// read in `RecordedErrorsTest`.
class ProviderErrorsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final ErrorReader reader = new ErrorReader(InstantSource.fixed(NOW));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // OpenAI
                "openai | 429 | {'error':{'message':'x','type':'insufficient_quota','param':null,'code':'insufficient_quota'}} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "openai | 429 | {'error':{'message':'x','type':'tokens','code':'credit_balance_exhausted'}} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "openai | 429 | {'error':{'message':'x','type':'requests','code':'rate_limit_exceeded'}} | PROVIDER_RATE_LIMITED | rate_limit_exceeded |",
                "openai | 429 | {'error':{'message':'x','type':'invalid_request_error','code':'resource_unavailable'}} | PROVIDER_RATE_LIMITED | resource_unavailable |",
                "openai | 400 | {'error':{'message':'x','type':'invalid_request_error','param':'messages','code':'context_length_exceeded'}} | PROVIDER_REJECTED | context_length_exceeded | messages",
                "openai | 400 | {'error':{'message':'Unrecognized request argument supplied: fancy','type':'invalid_request_error','param':null,'code':null}} | PROVIDER_REJECTED | unknown_parameter | fancy",
                "openai | 404 | {'error':{'message':'This model is only supported in v1/responses','code':null}} | PROVIDER_NOT_FOUND | |",
                "openai | 403 | {'error':{'message':'Country, region, or territory not supported','code':'unsupported_country_region_territory'}} | PROVIDER_AUTH | upstream_auth_error |",
                // Azure
                "azure | 400 | {'error':{'message':'The response was filtered','type':null,'param':'prompt','code':'content_filter','status':400,'innererror':{'code':'ResponsibleAIPolicyViolation','content_filter_result':{}}}} | PROVIDER_REJECTED | content_policy_violation | prompt",
                "azure | 400 | {'error':{'message':'Unrecognized request argument supplied: prompt_cache_options','type':'invalid_request_error'}} | PROVIDER_REJECTED | unknown_parameter | prompt_cache_options",
                "azure | 401 | {'statusCode':401,'message':'Access denied due to invalid subscription key'} | PROVIDER_AUTH | upstream_auth_error |",
                "azure | 404 | {'error':{'code':'DeploymentNotFound','message':'The API deployment for this resource does not exist.'}} | PROVIDER_NOT_FOUND | model_not_found |",
                "azure | 429 | {'error':{'code':'429','message':'Requests have exceeded call rate limit'}} | PROVIDER_RATE_LIMITED | rate_limit_exceeded |",
                // xAI
                "xai | 400 | {'code':'Client specified an invalid argument','error':'Incorrect API key provided: xa***Xz.'} | PROVIDER_AUTH | upstream_auth_error |",
                "xai | 400 | {'error':'Model grok-x does not support parameter presencePenalty.'} | PROVIDER_REJECTED | |",
                "xai | 403 | {'code':'The caller does not have permission','error':'Your team has used all available credits or reached its monthly spending limit.'} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "xai | 403 | {'code':'x','error':'Content violates usage guidelines.'} | PROVIDER_FAILED | content_policy_violation |",
                "xai | 410 | {'error':'Live search is deprecated.'} | PROVIDER_REJECTED | |",
                "xai | 503 | {'error':'The service is currently unavailable'} | PROVIDER_OVERLOADED | |",
                "xai | 200 | {'error':'The service is currently unavailable'} | PROVIDER_OVERLOADED | |",
                "xai | 200 | {'error':'Incorrect API key provided: xa***Xz.'} | PROVIDER_AUTH | upstream_auth_error |",
                // Groq
                "groq | 400 | {'error':{'message':'Failed to call a function.','type':'invalid_request_error','code':'tool_use_failed','failed_generation':'x'}} | PROVIDER_REJECTED | tool_use_failed |",
                "groq | 413 | {'error':{'message':'Request too large','type':'tokens','code':'rate_limit_exceeded'}} | PROVIDER_TOO_LARGE | rate_limit_exceeded |",
                "groq | 424 | {'error':{'message':'x'}} | PROVIDER_FAILED | |",
                "groq | 498 | {'error':{'message':'flex tier capacity exceeded','code':'flex_capacity'}} | PROVIDER_OVERLOADED | flex_capacity |",
                "groq | 499 | {'error':{'message':'x'}} | PROVIDER_REJECTED | |",
                // DeepSeek
                "deepseek | 402 | {'error':{'message':'Insufficient Balance','type':'unknown_error','code':'invalid_request_error'}} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "deepseek | 422 | {'error':{'message':'x','param':'temperature'}} | PROVIDER_REJECTED | | temperature",
                // OpenRouter
                "openrouter | 402 | {'error':{'code':402,'message':'Insufficient credits'}} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "openrouter | 403 | {'error':{'code':403,'message':'flagged','metadata':{'reasons':['x'],'flagged_input':'y'}}} | PROVIDER_FAILED | content_policy_violation |",
                "openrouter | 524 | {'error':{'code':524,'message':'x'}} | PROVIDER_FAILED | |",
                "openrouter | 529 | {'error':{'code':529,'message':'x'}} | PROVIDER_OVERLOADED | |",
                "openrouter | 200 | {'id':'g','choices':[{'delta':{'content':''},'finish_reason':'error'}],'error':{'code':502,'message':'Provider disconnected','metadata':{'error_type':'x'}}} | PROVIDER_FAILED | |",
                // Together, Fireworks, Perplexity, Cerebras, vLLM
                "together | 429 | {'id':'x','error':{'message':'x','type':'model_rate_limit','code':'model_rate_limit'}} | PROVIDER_RATE_LIMITED | model_rate_limit |",
                "together | 529 | {'error':{'message':'x'}} | PROVIDER_OVERLOADED | |",
                "fireworks | 400 | {'error':{'object':'error','type':'invalid_request_error','message':'The prompt is too long: 9000, model maximum context length: 8191'}} | PROVIDER_REJECTED | context_length_exceeded |",
                "perplexity | 400 | {'error':{'message':'Last message must have role user','type':'invalid_message','code':400}} | PROVIDER_REJECTED | |",
                "cerebras | 200 | {'error':{'message':'x','type':'too_many_requests_error'},'status_code':429} | PROVIDER_RATE_LIMITED | rate_limit_exceeded |",
                "cerebras | 422 | {'message':'x','type':'invalid_request_error','param':'validation_error','code':'wrong_api_format'} | PROVIDER_REJECTED | wrong_api_format | validation_error",
                "vllm | 400 | {'object':'error','message':'This model\\u0027s maximum context length is 4096 tokens.','type':'BadRequestError','param':null,'code':400} | PROVIDER_REJECTED | context_length_exceeded |",
                "vllm | 404 | {'error':{'message':'The model `x` does not exist.','type':'NotFoundError','param':'model','code':404}} | PROVIDER_NOT_FOUND | model_not_found | model",
                "vllm | 503 | {'error':{'message':'x','code':503}} | PROVIDER_OVERLOADED | |",
                // Mistral
                "mistral | 422 | {'object':'error','message':{'detail':[{'type':'extra_forbidden','loc':['body','fancy'],'msg':'Extra inputs are not permitted'}]}} | PROVIDER_REJECTED | unknown_parameter | fancy",
                "mistral | 422 | {'detail':[{'type':'missing','loc':['body','messages',0,'role'],'msg':'Field required'}]} | PROVIDER_REJECTED | | messages[0].role",
                "mistral | 401 | {'message':'Unauthorized','request_id':'x'} | PROVIDER_AUTH | upstream_auth_error |",
                "mistral | 402 | {'detail':'x'} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "mistral | 429 | {'object':'error','message':'Rate limit exceeded','type':'rate_limited','param':null,'code':'1300'} | PROVIDER_RATE_LIMITED | 1300 |",
                "mistral | 429 | {'object':'error','message':'Service tier capacity exceeded for this model.','type':'service_tier_capacity_exceeded','code':'3505'} | PROVIDER_RATE_LIMITED | 3505 |",
                // Cohere
                "cohere | 429 | {'id':'x','message':'You are using a Trial key, which is limited to 1000 API calls / month.'} | PROVIDER_QUOTA | upstream_quota_exhausted |",
                "cohere | 429 | {'id':'x','message':'You are using a Trial key, which is limited to 20 API calls / minute.'} | PROVIDER_RATE_LIMITED | rate_limit_exceeded |",
                "cohere | 400 | {'message':'too many tokens: total number of tokens cannot exceed 4081'} | PROVIDER_REJECTED | context_length_exceeded |",
                "cohere | 498 | {'message':'blocked'} | PROVIDER_OVERLOADED | |",
                "cohere | 501 | {'message':'not implemented'} | PROVIDER_FAILED | |",
                "cohere | 504 | {'message':'x'} | PROVIDER_TIMEOUT | |",
            })
    void everyProvidersErrorsHaveTheirKind(
            String provider, int status, String body, FailureKind kind, @Nullable String code, @Nullable String param) {
        Failure failure = reader.read(
                Providers.of(provider),
                status,
                name -> null,
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.param()).isEqualTo(param);
        assertThat(failure.provider()).isEqualTo(provider);
        assertThat(failure.message()).isNotBlank();
    }

    @Test
    void aCallInAWrongFormMayGoWellTheNextTime() {
        Failure failure = reader.read(
                Providers.of("groq"),
                400,
                name -> null,
                "{\"error\":{\"code\":\"tool_use_failed\",\"message\":\"x\"}}".getBytes(StandardCharsets.UTF_8));

        assertThat(failure.retryable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry-after-ms=1500;retry-after=9;x-ratelimit-reset-tokens=4s | try again in 3s | PT1.5S",
                "retry-after=9;x-ratelimit-reset-tokens=4s | try again in 3s | PT9S",
                "x-ratelimit-reset-tokens=4s | try again in 3s | PT3S",
                "x-ratelimit-reset-tokens=4s | slow down | PT4S",
                "anthropic-ratelimit-requests-reset=2026-03-01T12:00:20Z;anthropic-ratelimit-requests-remaining=0 | x | PT20S",
                "ratelimitbysize-reset=42 | x | PT42S",
                "x-ratelimit-reset-requests=-1;x-ratelimit-reset-tokens=0 | x |",
            })
    void theMostExactHintWins(String headers, String message, @Nullable Duration wait) {
        assertThat(limited(headers, "{\"error\":{\"message\":\"" + message + "\"}}")
                        .retryAfter())
                .isEqualTo(wait);
    }

    @Test
    void googlesHintStandsBetweenHeadersAndText() {
        String body =
                "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Please retry in 3s\",\"details\":"
                        + "[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34.4s\"}]}}";

        assertThat(limited("x-ratelimit-reset=4", body).retryAfter()).isEqualTo(Duration.ofMillis(34_400));
        assertThat(limited("retry-after=9", body).retryAfter()).isEqualTo(Duration.ofSeconds(9));
    }

    private Failure limited(String headers, String body) {
        Map<String, String> byName = new HashMap<>();
        for (String header : headers.split(";", -1)) {
            byName.put(header.split("=", 2)[0], header.split("=", 2)[1]);
        }
        return reader.read(Providers.of("corp"), 429, byName::get, body.getBytes(StandardCharsets.UTF_8));
    }
}
