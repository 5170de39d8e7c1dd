package dev.gapura.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What real clients of Chat Completions asked of their providers, asked of every other provider: each request that is
/// written has to be one that the provider's documentation allows, and whatever is not in it has a verdict.
class RecordedRequestsProofTest {
    private static final String[] PROTOCOLS = {
        "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat"
    };
    private static final UnsupportedPolicy STRIP = Objects.requireNonNull(UnsupportedPolicy.parse("strip"));

    @TestFactory
    List<DynamicTest> everyRequestIsOneThatTheProviderTakes() {
        Recordings.assumeAvailable();
        return Targets.ALL.stream()
                .map(target -> DynamicTest.dynamicTest("to " + target.name(), () -> prove(target)))
                .toList();
    }

    private static void prove(Target target) {
        Map<String, String> misses = new TreeMap<>();
        Map<String, List<String>> kinds = new TreeMap<>();
        int total = 0;
        int refused = 0;
        for (Recording recording : Recordings.ofProtocols(PROTOCOLS)) {
            if (recording.response().status() != 200 || recording.asked() == null) {
                continue;
            }
            // Numbers as the gateway reads them.
            JsonNode chat = Objects.requireNonNull(JsonTree.readOrNull(
                    Objects.requireNonNull(recording.asked()).toString()));
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
                }
                if (!faults.isEmpty()) {
                    String asked = recording.file() + " " + model;
                    misses.put(asked, faults.toString());
                    faults.forEach(
                            fault -> kinds.computeIfAbsent(fault.replaceAll("\\d+", "#"), fresh -> new ArrayList<>())
                                    .add(asked));
                }
            }
        }
        System.out.println("requests to " + target.name() + ": " + (total - misses.size()) + " of " + total + ", "
                + refused + " refused by default and sent without what was refused");
        kinds.forEach((kind, asked) ->
                System.out.println("  MISS " + asked.size() + " × " + kind + ", as " + asked.getFirst()));
        assertThat(kinds.keySet()).isEmpty();
    }
}
