package dev.gapura.app;

import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.sim.Reply;
import dev.gapura.store.Database;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.util.List;

/// What the tests of budgets ask of a gateway whose model costs one dollar for a million tokens of the prompt and ten
/// for a million of the answer.
final class Spending {
    /// Configuration of the model `sim/m`, whose longest answer has 1,000 tokens: 10,000,000 nanodollars.
    static final String PRICED = """
            catalogue:
              "sim/*": { input_usd_per_million: 1, output_usd_per_million: 10, output_tokens: 1000, context_tokens: 9000 }
            """;

    static final String KEY = "poor-secret-0123456789";

    private Spending() {}

    /// A gateway with one key of these limits beside the first one.
    static TestGateway gateway(String limits, String more) {
        return TestGateway.start(
                PRICED + "auth: { keys: [ { name: poor, key: " + KEY + ", limits: { " + limits + " } } ] }\n" + more);
    }

    static String body(boolean stream, String more) {
        return "{\"model\":\"sim/m\",\"stream\":" + stream + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    static RawClient.Response ask(TestGateway gateway, String body) {
        return ask(gateway, KEY, body);
    }

    static RawClient.Response ask(TestGateway gateway, String key, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, body).readResponse();
        }
    }

    /// A plain answer that used so much.
    static Reply answer(int prompt, int completion) {
        return Reply.json(
                200,
                "{\"id\":\"1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
                        + usage(prompt, completion) + "}");
    }

    static String usage(int prompt, int completion) {
        return "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                + (prompt + completion) + "}";
    }

    /// What an answer costs that used so much.
    static long nanoUsd(int prompt, int completion) {
        return prompt * 1_000L + completion * 10_000L;
    }

    /// Settled and reserved money of one scope today.
    record Sums(long settled, long reserved) {}

    static Sums today(TestGateway gateway, String scope) {
        Sums sums = Database.now(gateway.configuration()
                .read(sql -> sql.first(
                        "SELECT settled, reserved FROM spend WHERE scope = ? AND span = 'day'",
                        row -> new Sums(row.getLong(1), row.getLong(2)),
                        scope)));
        return sums == null ? new Sums(0, 0) : sums;
    }

    /// The sums once nothing is reserved any more.
    static long settled(TestGateway gateway, String scope) {
        Waiting.until("nothing is reserved", () -> today(gateway, scope).reserved() == 0);
        return today(gateway, scope).settled();
    }

    static long reservations(TestGateway gateway) {
        return Database.now(gateway.configuration().read(sql -> sql.number("SELECT count(*) FROM reservation")));
    }

    static List<Entry> entries(TestGateway gateway) {
        return Database.now(gateway.ledger().page(Filter.ALL, null, Ledger.MOST_ENTRIES))
                .entries();
    }
}
