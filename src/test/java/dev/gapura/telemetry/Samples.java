package dev.gapura.telemetry;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// Exchange records for tests; each says only what it is about.
final class Samples {
    private Samples() {}

    static ExchangeRecord exchange(String id) {
        return of(id, "/v1/chat/completions", 200, "sim", null, "curl/8.0", "sim/echo", null);
    }

    static ExchangeRecord from(String userAgent, String model) {
        return of("req_1", "/v1/chat/completions", 200, "sim", null, userAgent, model, null);
    }

    static ExchangeRecord failed(String route, int status, @Nullable String provider, FailureKind failure) {
        return of("req_1", route, status, provider, failure, "curl/8.0", "sim/echo", null);
    }

    static ExchangeRecord with(Usage usage) {
        return of("req_1", "/v1/chat/completions", 200, "sim", null, "curl/8.0", "sim/echo", usage);
    }

    private static ExchangeRecord of(
            String id,
            String route,
            int status,
            @Nullable String provider,
            @Nullable FailureKind failure,
            String userAgent,
            String model,
            @Nullable Usage usage) {
        return new ExchangeRecord(
                id,
                1_700_000_000_123L,
                "POST",
                route,
                status,
                true,
                "first",
                "127.0.0.1",
                userAgent,
                model,
                provider,
                provider == null ? null : "echo",
                failure,
                provider == null ? 0 : 1,
                usage,
                120,
                3400,
                12_345_678L,
                2_000_000_999L,
                "seed=stripped",
                Particulars.NONE);
    }
}
