package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.store.Database;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Exchanges through the whole gateway end up in its ledger.
class LedgerWiringTest {
    private static List<Entry> entries(TestGateway gateway) {
        return Database.now(gateway.ledger().page(Filter.ALL, null, 100)).entries();
    }

    @Test
    void everyExchangeIsThereOnce() {
        try (TestGateway gateway = TestGateway.start()) {
            Ask.chat(gateway, false, "Hello");
            Ask.chat(gateway, true, "Hello");
            Ask.chat(gateway, Ask.body("sim/nothing-of-that-name", false, "Hello"));
            Ask.chat(gateway, "{");
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, "sk-gapura-wrong", Ask.body(false, "Hello"))
                        .readResponse();
            }
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.send("GET /v1/models HTTP/1.1\r\nno colon\r\n\r\n").readResponse();
            }

            Waiting.until("six exchanges", () -> entries(gateway).size() >= 6);
            List<Entry> entries = entries(gateway);
            assertThat(entries).hasSize(6);
            assertThat(entries.stream().map(Entry::status).toList().reversed())
                    .containsExactly(200, 200, 404, 400, 401, 400);
        }
    }
}
