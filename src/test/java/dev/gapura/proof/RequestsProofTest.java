package dev.gapura.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.JsonDifference;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Requests by chance, written for every provider and model: each that is written is one that the provider's
/// documentation allows, whatever is not in it has a verdict, and what is read of it is written the same again.
///
/// The build takes the seeds below [#SEEDS]; `-Dproof.seed=N` takes that one alone, `-Dproof.seeds=N` the first N.
class RequestsProofTest {
    private static final int SEEDS = Integer.getInteger("proof.seeds", 200);
    private static final UnsupportedPolicy STRIP = Objects.requireNonNull(UnsupportedPolicy.parse("strip"));

    @TestFactory
    List<DynamicTest> everyRequestIsAllowedAndKept() {
        return Targets.ALL.stream()
                .map(target -> DynamicTest.dynamicTest("to " + target.name(), () -> prove(target)))
                .toList();
    }

    private static void prove(Target target) {
        Integer only = Integer.getInteger("proof.seed");
        int from = only == null ? 0 : only;
        int to = only == null ? SEEDS : only + 1;
        Map<String, List<String>> kinds = new TreeMap<>();
        int total = 0;
        int right = 0;
        int refused = 0;
        for (int seed = from; seed < to; seed++) {
            byte[] body = JsonTree.bytes(RandomChat.of(new Chance(seed)));
            RequestReader.read(body, body.length);
            JsonNode chat = JsonTree.read(body, 0, body.length);
            for (String model : target.models()) {
                total++;
                List<String> faults = new ArrayList<>();
                Target.Sent sent = null;
                try {
                    sent = target.write(chat, model, UnsupportedPolicy.DEFAULT);
                } catch (GatewayException asTold) {
                    refused++;
                    try {
                        sent = target.write(chat, model, STRIP);
                    } catch (GatewayException never) {
                        faults.add("refused: " + never.failure().message());
                    }
                }
                if (sent != null) {
                    faults.addAll(target.faults(model, sent));
                    String difference = JsonDifference.of(joined(sent.body()), joined(target.again(sent, model)));
                    if (difference != null) {
                        faults.add("written again " + difference);
                    }
                }
                if (only != null && sent != null && !faults.isEmpty()) {
                    System.out.println("  asked   " + sent.asked() + "\n  sent    " + sent.body() + "\n  because "
                            + sent.verdicts());
                }
                right += faults.isEmpty() ? 1 : 0;
                String asked = "-Dproof.seed=" + seed + " " + model;
                faults.forEach(fault -> kinds.computeIfAbsent(kind(fault), fresh -> new ArrayList<>())
                        .add(asked + ": " + fault));
            }
        }
        System.out.println("requests by chance to " + target.name() + ": " + right + " of " + total + ", seeds " + from
                + " to " + (to - 1) + ", " + refused + " refused by default and sent without what was refused");
        kinds.forEach((kind, asked) -> System.out.println("  MISS " + asked.size() + " × " + asked.getFirst()));
        assertThat(kinds.keySet()).isEmpty();
    }

    /// Turns of one role that follow each other as one: which message of a turn a part stood in is not read.
    private static JsonNode joined(JsonNode body) {
        for (String name : List.of("input", "contents")) {
            ArrayNode turns = JsonTree.array();
            for (JsonNode turn : body.path(name)) {
                String parts = name.equals("input") ? "content" : "parts";
                JsonNode last = turns.path(turns.size() - 1);
                boolean joins = last.has("role")
                        && last.path("role").equals(turn.path("role"))
                        && turn.path("role").asText().matches("assistant|user");
                if (turn.path(parts).isTextual()) {
                    String text = turn.path(parts).textValue();
                    ((ObjectNode) turn)
                            .putArray(parts)
                            .addObject()
                            .put("type", "output_text")
                            .put("text", text);
                }
                if (joins) {
                    ((ArrayNode) last.get(parts)).addAll((ArrayNode) turn.get(parts));
                } else {
                    turns.add(turn);
                }
            }
            if (body.has(name)) {
                ((ObjectNode) body).set(name, turns);
            }
        }
        return body;
    }

    /// A fault without what is by chance.
    private static String kind(String fault) {
        return fault.replaceAll("\\d+", "#").replaceAll("(written again [^ ]+ ).*", "$1");
    }
}
