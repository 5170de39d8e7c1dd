package dev.gapura.ledger;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import dev.gapura.pricing.Cost;
import dev.gapura.pricing.Price;
import dev.gapura.pricing.TokenClass;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import dev.gapura.telemetry.Charge;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.Particulars;
import dev.gapura.telemetry.ProviderCall;
import dev.gapura.telemetry.ToolRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Records of exchanges for tests, changed from one that ended well.
final class Exchanges {
    static final long TIME = 1_790_000_000_000L;
    static final Price PRICE = new Price(
            Map.of(TokenClass.INPUT, 1_250_000L, TokenClass.CACHED, 125_000L, TokenClass.OUTPUT, 10_000_000L),
            0,
            0,
            List.of());

    String id = "req_1";
    long time = TIME;
    int status = 200;

    @Nullable
    String key = "first";

    @Nullable
    String userAgent = "curl/8.0";

    @Nullable
    String asked = "sim/echo";

    @Nullable
    String provider = "sim";

    @Nullable
    String model = "echo";

    @Nullable
    FailureKind failure;

    @Nullable
    Usage usage = new Usage(100, 20, 40, 0, 5);

    long durationMillis = 1_500;
    Map<String, String> tags = Map.of();
    List<ToolRun> runs = List.of();
    List<ProviderCall> calls = List.of(new ProviderCall("sim", "echo", 2, 9, 1_490, 200, null));

    @Nullable
    Bodies bodies;

    Exchanges() {}

    static ExchangeRecord one(String id) {
        Exchanges exchange = new Exchanges();
        exchange.id = id;
        return exchange.record();
    }

    /// Bodies that were kept as a whole, without a provider's.
    static Bodies said(byte[] request, byte[] answer) {
        return new Bodies(new Body(request, request.length), new Body(answer, answer.length), null, null);
    }

    ExchangeRecord record() {
        return new ExchangeRecord(
                id,
                time,
                "POST",
                "/v1/chat/completions",
                status,
                true,
                key,
                "127.0.0.1",
                userAgent,
                asked,
                provider,
                model,
                failure,
                provider == null ? 0 : 1,
                usage,
                120,
                3400,
                TimeUnit.MILLISECONDS.toNanos(12),
                TimeUnit.MILLISECONDS.toNanos(durationMillis),
                "seed=stripped",
                new Particulars(
                        null,
                        Charge.of(usage, usage == null ? Cost.UNKNOWN : Cost.of(usage, PRICE), PRICE, failure),
                        null,
                        null,
                        tags,
                        runs,
                        calls,
                        bodies));
    }
}
