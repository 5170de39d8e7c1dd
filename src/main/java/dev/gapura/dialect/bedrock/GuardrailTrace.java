package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.function.Consumer;

/// What a guardrail tells of its work, which is there where the request had `guardrailConfig.trace`. Two things stay
/// here: the model's own words, which the guardrail has just kept from the client, and names of resources, which hold
/// the number of the operator's account. Stateless.
final class GuardrailTrace {
    private static final List<String> KEPT_HERE = List.of("modelOutput", "guardrailArn");

    private GuardrailTrace() {}

    /// @param holder the answer, or the `metadata` of a stream
    static void read(JsonNode holder, Consumer<ChatEvent> events) {
        if (holder.path("trace").get("guardrail") instanceof ObjectNode guardrail && !guardrail.isEmpty()) {
            ObjectNode told = guardrail.deepCopy();
            clean(told);
            events.accept(new ChatEvent.Traced(JsonTree.object().set("guardrail", told)));
        }
    }

    private static void clean(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(KEPT_HERE);
        }
        node.forEach(GuardrailTrace::clean);
    }
}
