package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;

/// Gives calls what stands for a thought signature that is lost or was never given. Stateless.
final class StandIns {
    /// With it the validator lets the call pass (<https://ai.google.dev/gemini-api/docs/thought-signatures>).
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private static final String SIGNATURE = "thoughtSignature";

    private StandIns() {}

    /// Looks at the turn under way alone, as the validator does: at the first call of each of its steps.
    ///
    /// @param contents all of them
    static void add(ArrayNode contents, Judge judge) {
        for (int at = contents.size() - 1; at >= 0 && !begins(contents.get(at)); at--) {
            for (JsonNode part : contents.get(at).path("parts")) {
                if (part instanceof ObjectNode call && call.has("functionCall")) {
                    if (!call.has(SIGNATURE)) {
                        call.put(SIGNATURE, NO_SIGNATURE);
                        judge.report(
                                "messages",
                                Outcome.EMULATED,
                                "a stand-in for a thought signature",
                                "Gemini refuses calls of the turn under way without one, and none came back with the"
                                        + " call");
                    }
                    break;
                }
            }
        }
    }

    /// Whether a turn begins with it: the user's words do so, results of tools do not.
    private static boolean begins(JsonNode content) {
        return "user".equals(JsonTree.string(content, "role"))
                && !content.at("/parts/0").has("functionResponse");
    }
}
