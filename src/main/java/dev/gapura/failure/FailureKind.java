package dev.gapura.failure;

/// Every way an exchange can end badly, each with its one status, one public type and one low-cardinality
/// label. The table is the *Errors* section of the public contract; `label` goes into metrics and the access
/// log.
public enum FailureKind {
    /// Malformed JSON, a wrong type, a value outside its limits.
    INVALID_REQUEST(400, "invalid_request_error", Source.CLIENT, "invalid_request"),
    UNAUTHENTICATED(401, "authentication_error", Source.CLIENT, "unauthenticated"),
    FORBIDDEN(403, "permission_error", Source.CLIENT, "forbidden"),
    NOT_FOUND(404, "not_found_error", Source.CLIENT, "not_found"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error", Source.CLIENT, "method_not_allowed"),
    /// The client sent its head or its body too slowly.
    SLOW_REQUEST(408, "invalid_request_error", Source.CLIENT, "slow_request"),
    LENGTH_REQUIRED(411, "invalid_request_error", Source.CLIENT, "length_required"),
    BODY_TOO_LARGE(413, "invalid_request_error", Source.CLIENT, "body_too_large"),
    TARGET_TOO_LONG(414, "invalid_request_error", Source.CLIENT, "target_too_long"),
    UNSUPPORTED_MEDIA_TYPE(415, "invalid_request_error", Source.CLIENT, "unsupported_media_type"),
    /// Another request with the same `Idempotency-Key` stands in the way.
    CONFLICT(409, "invalid_request_error", Source.CLIENT, "conflict"),
    /// The same `Idempotency-Key` came with another request.
    IDEMPOTENCY_MISMATCH(422, "invalid_request_error", Source.CLIENT, "idempotency_mismatch"),
    EXPECTATION_FAILED(417, "invalid_request_error", Source.CLIENT, "expectation_failed"),
    HEADERS_TOO_LARGE(431, "invalid_request_error", Source.CLIENT, "headers_too_large"),
    /// The client left before its answer was complete; 499 is for logs only, nobody reads it.
    CLIENT_GONE(499, "client_gone", Source.CLIENT, "client_gone"),
    /// A rate limit of this gateway is reached.
    RATE_LIMITED(429, "rate_limit_error", Source.CLIENT, "rate_limited"),
    /// A budget of this gateway is used up.
    BUDGET_EXCEEDED(429, "insufficient_quota", Source.CLIENT, "budget_exceeded"),
    /// The gateway's process ended while a call was under way; for logs only, nobody was told.
    INTERRUPTED(500, "internal_error", Source.GATEWAY, "interrupted"),
    /// Our own fault.
    INTERNAL(500, "internal_error", Source.GATEWAY, "internal"),
    /// The gateway would call itself.
    LOOP(508, "internal_error", Source.GATEWAY, "loop"),
    /// The gateway is draining, or a part it needs is down.
    UNAVAILABLE(503, "unavailable_error", Source.GATEWAY, "unavailable"),
    /// The provider's own 400, 422 and the other 4xx that mean "your request".
    PROVIDER_REJECTED(400, "invalid_request_error", Source.PROVIDER, "provider_rejected"),
    PROVIDER_NOT_FOUND(404, "not_found_error", Source.PROVIDER, "provider_not_found"),
    PROVIDER_CONFLICT(409, "invalid_request_error", Source.PROVIDER, "provider_conflict"),
    PROVIDER_TOO_LARGE(413, "invalid_request_error", Source.PROVIDER, "provider_too_large"),
    PROVIDER_RATE_LIMITED(429, "rate_limit_error", Source.PROVIDER, "provider_rate_limited"),
    /// The provider refused the credentials that the operator configured.
    PROVIDER_AUTH(502, "provider_error", Source.PROVIDER, "provider_auth"),
    PROVIDER_FAILED(502, "provider_error", Source.PROVIDER, "provider_failed"),
    /// No connection, a connection that broke, or a name that does not resolve.
    PROVIDER_UNREACHABLE(502, "provider_error", Source.PROVIDER, "provider_unreachable"),
    /// An answer that is not what its dialect allows.
    PROVIDER_UNREADABLE(502, "provider_error", Source.PROVIDER, "provider_unreadable"),
    /// A stream that ended before every choice had its finish reason.
    PROVIDER_CUT(502, "provider_error", Source.PROVIDER, "provider_cut"),
    PROVIDER_OVERLOADED(503, "unavailable_error", Source.PROVIDER, "provider_overloaded"),
    /// Our account at the provider has no money or quota left.
    PROVIDER_QUOTA(503, "unavailable_error", Source.PROVIDER, "provider_quota"),
    TIMEOUT_CONNECT(504, "timeout_error", Source.PROVIDER, "timeout_connect"),
    TIMEOUT_FIRST_TOKEN(504, "timeout_error", Source.PROVIDER, "timeout_first_token"),
    TIMEOUT_BETWEEN_CHUNKS(504, "timeout_error", Source.PROVIDER, "timeout_between_chunks"),
    TIMEOUT_TOTAL(504, "timeout_error", Source.PROVIDER, "timeout_total"),
    /// The provider itself reported a timeout (408, 504).
    PROVIDER_TIMEOUT(504, "timeout_error", Source.PROVIDER, "provider_timeout");

    /// Whose fault it is, as `error.source` says.
    public enum Source {
        CLIENT("client"),
        GATEWAY("gateway"),
        PROVIDER("provider");

        private final String text;

        Source(String text) {
            this.text = text;
        }

        /// The value of `error.source`.
        public String text() {
            return text;
        }
    }

    private final int status;
    private final String type;
    private final Source source;
    private final String label;

    FailureKind(int status, String type, Source source, String label) {
        this.status = status;
        this.type = type;
        this.source = source;
        this.label = label;
    }

    /// HTTP status of the answer.
    public int status() {
        return status;
    }

    /// `error.type`.
    public String type() {
        return type;
    }

    public Source source() {
        return source;
    }

    /// Value of the `failure` label in metrics and of `failure` in the access log.
    public String label() {
        return label;
    }
}
