package dev.gapura.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final Meters meters = new Meters("1.2.3", dropped::get, connections::get);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void requestsByRouteProviderStatusAndFailure() {
        meters.record(Samples.exchange("req_1"));
        meters.record(Samples.exchange("req_2"));
        meters.record(Samples.failed("/v1/models/{id}", 404, null, FailureKind.NOT_FOUND));

        assertThat(meters.scrape().lines())
                .contains(
                        "gapura_requests_total{failure=\"none\",provider=\"sim\",route=\"/v1/chat/completions\","
                                + "status=\"2xx\",stream=\"true\"} 2.0",
                        "gapura_requests_total{failure=\"not_found\",provider=\"none\",route=\"/v1/models/{id}\","
                                + "status=\"4xx\",stream=\"true\"} 1.0",
                        "gapura_request_duration_seconds_bucket{provider=\"sim\",route=\"/v1/chat/completions\","
                                + "status=\"2xx\",stream=\"true\",le=\"1.0\"} 0",
                        "gapura_request_duration_seconds_bucket{provider=\"sim\",route=\"/v1/chat/completions\","
                                + "status=\"2xx\",stream=\"true\",le=\"2.5\"} 2",
                        "gapura_time_to_first_token_seconds_count{provider=\"sim\"} 2",
                        "gapura_upstream_attempts_total{provider=\"sim\"} 2.0");
    }

    @Test
    void failuresShareADurationHistogram() {
        meters.record(Samples.failed("/v1/chat/completions", 502, "sim", FailureKind.PROVIDER_CUT));
        meters.record(Samples.failed("/v1/chat/completions", 504, "sim", FailureKind.TIMEOUT_TOTAL));

        assertThat(meters.scrape().lines())
                .contains("gapura_request_duration_seconds_count{provider=\"sim\",route=\"/v1/chat/completions\","
                        + "status=\"5xx\",stream=\"true\"} 2");
    }

    @Test
    void tokensByKindWithoutInventingUnknownOnes() {
        meters.record(Samples.with(new Usage(10, 5, Usage.UNKNOWN, Usage.UNKNOWN, 3)));
        meters.record(Samples.with(new Usage(1, 1, 1, Usage.UNKNOWN, Usage.UNKNOWN)));

        assertThat(meters.scrape().lines())
                .contains(
                        "gapura_tokens_total{kind=\"prompt\",provider=\"sim\"} 11.0",
                        "gapura_tokens_total{kind=\"completion\",provider=\"sim\"} 6.0",
                        "gapura_tokens_total{kind=\"cached\",provider=\"sim\"} 1.0",
                        "gapura_tokens_total{kind=\"cache_write\",provider=\"sim\"} 0.0",
                        "gapura_tokens_total{kind=\"reasoning\",provider=\"sim\"} 3.0");
    }

    @Test
    void gaugesAndTheProcess() {
        meters.exchangeOpened();
        meters.exchangeOpened();
        meters.exchangeClosed();
        connections.set(1);
        dropped.set(7);

        String text = meters.scrape();
        assertThat(text.lines())
                .contains(
                        "gapura_open_exchanges 1.0",
                        "gapura_open_connections 1.0",
                        "gapura_access_log_dropped_total 7.0");
        assertThat(text).containsPattern("gapura_build_info\\{java=\"\\d[^\"]*\",version=\"1.2.3\"} 1\n");
        assertThat(text).contains("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_cpu_usage");
    }

    @Test
    void strangersCannotGrowTheSeries() {
        for (int index = 0; index < 10_000; index++) {
            meters.record(Samples.failed("/guess/" + index, 404, "p" + index, FailureKind.NOT_FOUND));
        }
        assertThat(meters.scrape().lines().filter(line -> line.startsWith("gapura_requests_total")))
                .hasSizeLessThan(200)
                .anyMatch(line -> line.contains("route=\"other\"") && line.contains("provider=\"other\""));
    }

    @Test
    void modelsAndKeysAreNeverLabels() {
        meters.record(Samples.from("agent", "sim/a-model-nobody-else-has"));
        assertThat(meters.scrape()).doesNotContain("a-model-nobody-else-has", "127.0.0.1", "agent");
    }
}
