package dev.gapura.dialect;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.provider.PublicText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what a provider says when it fails, and gives it the status and the code of the public contract: the
/// only way from a provider's error to a caller. Texts are cleaned ([PublicText]); the failure names the
/// provider. Lenient: any bytes at all end in a [Failure] with a message. Any thread; made for the error
/// path, not for the relay.
public final class ErrorReader {
    private static final String QUOTA_CODE = "upstream_quota_exhausted";
    private static final String AUTH_CODE = "upstream_auth_error";
    private static final String CONTEXT_CODE = "context_length_exceeded";
    private static final String POLICY_CODE = "content_policy_violation";
    private static final String MODEL_CODE = "model_not_found";
    private static final String UNKNOWN_CODE = "unknown_parameter";

    /// Groq's code for a call that the model wrote in a wrong form: the next try may go well.
    private static final String CALL_FAILED = "tool_use_failed";

    /// Words by which providers say that a prompt is too long. Sources: `providers/common.md` §6 of the wire
    /// reference and recordings (llama.cpp "available context size", Ollama "prompt too long", DeepSeek
    /// "maximum context length", Bedrock "Number of input tokens exceeds maximum length").
    private static final Pattern CONTEXT = Pattern.compile(
            "context_length_exceeded|exceed_context_size|(maximum|max|model'?s|exceeds?( the)?) context (length|size|window)"
                    + "|available context size|context window|prompt (is )?too long|input is too long"
                    + "|too many input tokens|number of input tokens exceeds|input tokens exceeded"
                    + "|maximum (prompt|input) length|maximum number of tokens|too many tokens|(string|input)_above_max_length"
                    + "|reduce the length of the (messages|prompt)");

    /// Codes and words for an empty account. Sources: OpenAI error codes (`insufficient_quota`,
    /// `credit_balance_exhausted`, `billing_hard_limit_reached`), DeepSeek "Insufficient Balance", OpenRouter
    /// "Insufficient credits", xAI "used all available credits", Bedrock "Too many tokens per day".
    private static final Pattern QUOTA = Pattern.compile(
            "insufficient[_ ](quota|balance|credits?|funds)|credit_balance_exhausted|exceeded your current quota"
                    + "|billing_(hard_limit_reached|not_active)|hard limit|spend(ing)?[_ ]limit"
                    + "|(used all|run out of|out of|no|not enough)( available| your)? credits|credit balance is too low"
                    + "|too many (tokens|requests) per day"
                    + "|requires (more|at least)[a-z ]* credits|payment[_ ]required|quota_exhausted|doesn't have any credits"
                    + "|limited to \\d{1,9} (api )?calls ?(/|per) ?month");

    private static final Pattern BAD_KEY = Pattern.compile(
            "(incorrect|invalid|wrong|missing)[_ ]api[_ ]key|api[_ ]key (is )?(not valid|invalid|expired|disabled|blocked)"
                    + "|invalid_api_key|no api key|invalid authentication");

    private static final Pattern POLICY = Pattern.compile(
            "content_filter|content_policy|bio_policy|content management policy|responsibleaipolicyviolation|moderation"
                    + "|safety system|usage guidelines|violat\\w+ (our|the|usage) (usage )?polic");

    private static final Pattern NO_MODEL = Pattern.compile(
            "model_not_found|^model: \\S{1,200}\\s+not_found_error|models/\\S{1,200} is not found|publisher model \\S{1,300} (was )?not found|deploymentnotfound|invalid_model|not a valid model|no such model|invalid model"
                    + "|model[^.]{0,120} (does not exist|not found|was not found)|model not found"
                    + "|model (?<quote>['\"])\\S{1,200}\\k<quote> not found"
                    + "|supported api model names are|deployment for this resource does not exist"
                    + "|model identifier is invalid|resolve the foundation model|model version has reached the end of its life");

    /// Bedrock has many models only under the id of an inference profile, and says so with 400.
    private static final Pattern NO_ON_DEMAND = Pattern.compile("on-demand throughput isn.t supported");

    private static final Pattern OVERLOADED =
            Pattern.compile("overloaded|over capacity|capacity exceeded|currently unavailable|server is busy");

    /// Types of errors that mean a status wherever they come, as Anthropic names them
    /// (`anthropics/anthropic-sdk-python` `src/anthropic/types/shared/`). What others call
    /// `invalid_request_error` says less.
    private static final Map<String, Integer> STATUS_OF_TYPE = Map.of(
            "authentication_error", 401,
            "billing_error", 402,
            "permission_error", 403,
            "not_found_error", 404,
            "request_too_large", 413,
            "rate_limit_error", 429,
            "api_error", 500,
            "overloaded_error", 529,
            "timeout_error", 504);

    /// How servers say that they do not know a field: OpenAI and Azure in words, FastAPI (Mistral, vLLM) by a type.
    private static final Pattern UNKNOWN_FIELD =
            Pattern.compile("(?i)unrecognized request arguments? supplied: ([\\w.]{1,64})|^extra_forbidden$");

    private static final Set<String> TIMEOUT_TYPES = Set.of("timeout", "timeout_error", "request_timeout");

    private final InstantSource clock;
    private volatile @Nullable Cleaner last;

    /// @param clock tells the wait from a date that a provider names
    public ErrorReader(InstantSource clock) {
        this.clock = clock;
    }

    /// The failure that an error answer means.
    ///
    /// @param status HTTP status of the answer, also 200 where the body holds an error
    /// @param header value of a response header by lower case name, null when absent
    /// @param body the body, whole or as much as was read
    public Failure read(Provider provider, int status, UnaryOperator<@Nullable String> header, byte[] body) {
        ErrorBody said = ErrorBody.read(body);
        int named = AwsError.status(header.apply(AwsError.HEADER));
        int meant =
                named != 0 ? named : status >= 400 ? status : said.status() != 0 ? said.status() : guess(said, status);
        return failure(provider, said, meant, header);
    }

    /// The failure that an error event inside a stream (or inside the body of a 200) means.
    ///
    /// @param json the event's data, without SSE framing
    public Failure readInStream(Provider provider, byte[] json) {
        return read(provider, 200, name -> null, json);
    }

    /// The failure that an exception inside an AWS event stream means.
    ///
    /// @param exception its name, null where the message has none
    /// @param json payload of the message
    public Failure readException(Provider provider, @Nullable String exception, byte[] json) {
        return read(provider, 200, name -> AwsError.HEADER.equals(name) ? exception : null, json);
    }

    /// The status that an error means which came under a 2xx and names none itself.
    private static int guess(ErrorBody said, int status) {
        String words = said.words();
        if (status >= 300) {
            return status;
        }
        if (QUOTA.matcher(words).find()) {
            return 402;
        }
        Integer named = STATUS_OF_TYPE.get(said.type() == null ? "" : said.type());
        if (named != null) {
            return named;
        }
        if (words.contains("rate_limit") || words.contains("rate limit") || words.contains("too many requests")) {
            return 429;
        }
        if (OVERLOADED.matcher(words).find()) {
            return 503;
        }
        if (words.contains("authentication_error") || BAD_KEY.matcher(words).find()) {
            return 401;
        }
        if (said.type() != null && TIMEOUT_TYPES.contains(said.type())) {
            return 504;
        }
        boolean refused = words.contains("invalid_request")
                || words.contains("tool_use_failed")
                || words.contains("invalid-argument")
                || CONTEXT.matcher(words).find()
                || said.filtered()
                || POLICY.matcher(words).find();
        return refused ? 400 : 500;
    }

    /// That of the provider that failed last is kept: failures come in storms, and making one compiles
    /// patterns.
    private PublicText publicText(Provider provider) {
        Cleaner cached = last;
        if (cached == null || cached.provider() != provider) {
            cached = new Cleaner(provider, new PublicText(provider));
            last = cached;
        }
        return cached.text();
    }

    private record Cleaner(Provider provider, PublicText text) {}

    private Failure failure(Provider provider, ErrorBody said, int status, UnaryOperator<@Nullable String> header) {
        PublicText text = publicText(provider);
        String name = provider.name();
        String words = said.words();
        String message = text.clean(said.message());
        Kind kind = kind(said, status, words);
        Matcher unknown = UNKNOWN_FIELD.matcher(said.message());
        boolean isUnknown = unknown.find()
                || said.type() != null && UNKNOWN_FIELD.matcher(said.type()).find();
        String code = isUnknown && said.code() == null ? UNKNOWN_CODE : said.code();
        String param = said.param() == null && isUnknown && unknown.hasMatch() ? unknown.group(1) : said.param();
        Failure failure = new Failure(
                kind.failure(),
                message(kind.failure(), name, status, message),
                kind.code() != null ? kind.code() : code == null ? null : own(text, code),
                param == null ? null : own(text, param),
                name,
                null,
                kind.retryable());
        return switch (kind.failure()) {
            case PROVIDER_RATE_LIMITED, PROVIDER_OVERLOADED -> failure.withRetryAfter(hint(said, header));
            default -> failure;
        };
    }

    private @Nullable Duration hint(ErrorBody said, UnaryOperator<@Nullable String> header) {
        return RetryHint.find(
                header, said.google() == null ? null : said.google().retryAfter(), said.message(), clock.instant());
    }

    /// A short member of the provider's, or null where it holds something that must not be shown.
    private static @Nullable String own(PublicText text, String value) {
        return text.clean(value).equals(value) ? value : null;
    }

    /// @param code code of the contract, null: the provider's own
    private record Kind(
            FailureKind failure,
            @Nullable String code,
            @Nullable Boolean retryable) {
        static Kind of(FailureKind failure) {
            return new Kind(failure, null, null);
        }

        static Kind of(FailureKind failure, String code) {
            return new Kind(failure, code, null);
        }

        /// No repetition helps: an SDK must not try again, whatever the status.
        static Kind terminal(FailureKind failure, String code) {
            return new Kind(failure, code, false);
        }
    }

    /// The table of the contract's section *Errors*. Quota comes before everything, since providers hide it
    /// behind 400, 403 and 429.
    private static Kind kind(ErrorBody said, int status, String words) {
        GoogleError google = said.google();
        if (google != null) {
            Kind kind = kind(google, status, words);
            if (kind != null) {
                return kind;
            }
        }
        if (status == 402 || (mayHideQuota(said, status) && QUOTA.matcher(words).find())) {
            return Kind.terminal(FailureKind.PROVIDER_QUOTA, QUOTA_CODE);
        }
        boolean policy = said.filtered() || POLICY.matcher(words).find();
        return switch (status) {
            case 401 -> Kind.terminal(FailureKind.PROVIDER_AUTH, AUTH_CODE);
            // OpenRouter and xAI refuse content with 403: still 502 for the contract, but not the key's fault.
            case 403 ->
                policy
                        ? Kind.terminal(FailureKind.PROVIDER_FAILED, POLICY_CODE)
                        : Kind.terminal(FailureKind.PROVIDER_AUTH, AUTH_CODE);
            case 404 ->
                NO_MODEL.matcher(words).find()
                        ? Kind.of(FailureKind.PROVIDER_NOT_FOUND, MODEL_CODE)
                        : Kind.of(FailureKind.PROVIDER_NOT_FOUND);
            case 408, 504 -> Kind.of(FailureKind.PROVIDER_TIMEOUT);
            case 409 -> Kind.of(FailureKind.PROVIDER_CONFLICT);
            case 413 ->
                CONTEXT.matcher(words).find()
                        ? Kind.of(FailureKind.PROVIDER_TOO_LARGE, CONTEXT_CODE)
                        : Kind.of(FailureKind.PROVIDER_TOO_LARGE);
            case 424 -> Kind.of(FailureKind.PROVIDER_FAILED);
            case 429 ->
                said.code() == null
                        ? Kind.of(FailureKind.PROVIDER_RATE_LIMITED, "rate_limit_exceeded")
                        : Kind.of(FailureKind.PROVIDER_RATE_LIMITED);
            case 498, 503, 529 -> Kind.of(FailureKind.PROVIDER_OVERLOADED);
            // Only a gateway answers this: a provider's address leads back here.
            case 508 -> Kind.terminal(FailureKind.LOOP, "gateway_loop");
            default ->
                status >= 500
                        ? Kind.of(FailureKind.PROVIDER_FAILED)
                        : status >= 400 ? refused(said, policy, words) : Kind.of(FailureKind.PROVIDER_UNREADABLE);
        };
    }

    /// What Google says elsewhere than others, or in words that mean something else at others; null where it says
    /// nothing of that kind. "You exceeded your current quota" is said for every minute's limit too.
    private static @Nullable Kind kind(GoogleError google, int status, String words) {
        return switch (google.status()) {
            case "RESOURCE_EXHAUSTED" ->
                google.perDay()
                        ? Kind.terminal(FailureKind.PROVIDER_QUOTA, QUOTA_CODE)
                        : status == 429 ? Kind.of(FailureKind.PROVIDER_RATE_LIMITED, "rate_limit_exceeded") : null;
            // The account or its region may not use the service: nothing that a request could mend.
            case "FAILED_PRECONDITION" ->
                status != 400
                        ? null
                        : words.contains("billing")
                                ? Kind.terminal(FailureKind.PROVIDER_QUOTA, QUOTA_CODE)
                                : Kind.terminal(FailureKind.PROVIDER_AUTH, AUTH_CODE);
            default -> null;
        };
    }

    private static boolean mayHideQuota(ErrorBody said, int status) {
        return status == 403
                || status == 429
                || (status == 400 && (said.message().contains("credit balance") || said.code() != null));
    }

    private static Kind refused(ErrorBody said, boolean policy, String words) {
        if (CALL_FAILED.equals(said.code())) {
            return new Kind(FailureKind.PROVIDER_REJECTED, null, true);
        }
        // xAI answers a wrong key with 400.
        if (BAD_KEY.matcher(words).find()) {
            return Kind.terminal(FailureKind.PROVIDER_AUTH, AUTH_CODE);
        }
        if (CONTEXT.matcher(words).find()) {
            return Kind.of(FailureKind.PROVIDER_REJECTED, CONTEXT_CODE);
        }
        if (policy) {
            return Kind.of(FailureKind.PROVIDER_REJECTED, POLICY_CODE);
        }
        if (NO_ON_DEMAND.matcher(words).find()) {
            return Kind.of(FailureKind.PROVIDER_NOT_FOUND, MODEL_CODE);
        }
        return NO_MODEL.matcher(words).find()
                ? Kind.of(FailureKind.PROVIDER_REJECTED, MODEL_CODE)
                : Kind.of(FailureKind.PROVIDER_REJECTED);
    }

    private static String message(FailureKind kind, String name, int status, String said) {
        String quoted = said.isEmpty() ? "" : " It said: " + said;
        return switch (kind) {
            case PROVIDER_AUTH ->
                "Provider '" + name + "' refused the credentials that this gateway is configured with (status " + status
                        + "). Your own key is not the cause; tell whoever runs the gateway." + quoted;
            case PROVIDER_QUOTA ->
                "The gateway's account at provider '" + name + "' is out of quota or credit (status " + status
                        + "). Your own key is not the cause; tell whoever runs the gateway." + quoted;
            case PROVIDER_UNREADABLE ->
                "Provider '" + name + "' answered with status " + status + ", which this gateway does not follow."
                        + quoted;
            default ->
                said.isEmpty()
                        ? "Provider '" + name + "' failed without giving a reason (status " + status + ")."
                        : said;
        };
    }
}
