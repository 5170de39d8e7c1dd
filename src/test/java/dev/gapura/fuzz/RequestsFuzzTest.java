package dev.gapura.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.failure.GatewayException;
import dev.gapura.proof.Target;
import dev.gapura.proof.Targets;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Whatever request comes, it is written for every provider or refused in the gateway's words, and whatever a
/// provider's own language says is read or refused; nothing else is ever thrown.
///
/// The run is that of [ReadersFuzzTest].
class RequestsFuzzTest {
    private static final List<UnsupportedPolicy> POLICIES = List.of(
            UnsupportedPolicy.DEFAULT,
            Objects.requireNonNull(UnsupportedPolicy.parse("strip")),
            Objects.requireNonNull(UnsupportedPolicy.parse("ignore")));

    /// Requests of Chat Completions that the gateway takes.
    @FuzzTest(maxDuration = "5m")
    void translated(byte[] data) {
        try {
            RequestReader.read(data, data.length);
        } catch (GatewayException refused) {
            return;
        }
        JsonNode chat = JsonTree.read(data, 0, data.length);
        for (Target target : Targets.ALL) {
            for (UnsupportedPolicy policy : POLICIES) {
                try {
                    target.write(chat, target.models().getFirst(), policy);
                    target.write(chat, target.models().getLast(), policy);
                } catch (GatewayException refused) {
                    // A clear answer is all that is asked for.
                }
            }
        }
    }

    @FuzzTest(maxDuration = "5m")
    void anthropic(byte[] data) {
        readBack("anthropic", data);
    }

    @FuzzTest(maxDuration = "5m")
    void bedrock(byte[] data) {
        readBack("bedrock", data);
    }

    @FuzzTest(maxDuration = "5m")
    void gemini(byte[] data) {
        readBack("gemini", data);
    }

    @FuzzTest(maxDuration = "5m")
    void mistral(byte[] data) {
        readBack("mistral", data);
    }

    @FuzzTest(maxDuration = "5m")
    void cohere(byte[] data) {
        readBack("cohere", data);
    }

    @FuzzTest(maxDuration = "5m")
    void responses(byte[] data) {
        readBack("openai_responses", data);
    }

    @FuzzTest(maxDuration = "5m")
    void ollama(byte[] data) {
        readBack("ollama", data);
    }

    /// Requests in a provider's own language.
    private static void readBack(String dialect, byte[] data) {
        JsonNode body = JsonTree.readOrNull(new String(data, StandardCharsets.UTF_8));
        if (body == null || !body.isObject()) {
            return;
        }
        for (Target target : Targets.ALL) {
            if (target.name().equals(dialect)) {
                try {
                    target.again(body, target.models().getFirst(), true);
                } catch (GatewayException refused) {
                    // A clear answer is all that is asked for.
                }
            }
        }
    }
}
