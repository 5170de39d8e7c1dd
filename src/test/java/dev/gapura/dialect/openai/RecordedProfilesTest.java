package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.openai.RequestWriter.Written;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a provider accepted on record must reach it: no profile may refuse it or take it out.
class RecordedProfilesTest {
    private static final Path RECORDINGS = Path.of("..", "shared", "recordings");
    private static final List<String> PROTOCOLS = List.of(
            "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat");

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void acceptedFieldsAreSent() throws IOException {
        if (!Files.isDirectory(RECORDINGS)) {
            System.err.println("SKIPPED: no recordings at " + RECORDINGS + ", profiles are not tested against them");
        }
        assumeTrue(Files.isDirectory(RECORDINGS));
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (String protocol : PROTOCOLS) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(RECORDINGS.resolve(protocol), "*.json")) {
                for (Path file : files) {
                    JsonNode exchange = json.readTree(Files.readAllBytes(file));
                    JsonNode body = exchange.path("request").path("body");
                    if (exchange.path("response").path("status").asInt() == 200 && body.has("model")) {
                        seen++;
                        check(protocol + "/" + file.getFileName(), exchange, body, misses);
                    }
                }
            }
        }
        System.out.println("recorded profiles: " + seen + ", faults: " + misses.size());
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThan(400);
    }

    private void check(String name, JsonNode exchange, JsonNode body, List<String> misses) throws IOException {
        String model = body.get("model").asText();
        boolean stream = body.path("stream").asBoolean();
        Written written;
        try {
            written = RequestWriter.write(
                    Requests.of(json.writeValueAsBytes(body)),
                    Providers.inChat(exchange.get("provider").asText()),
                    model,
                    stream,
                    UnsupportedPolicy.DEFAULT);
        } catch (GatewayException e) {
            misses.add(name + ": " + e.getMessage());
            return;
        }
        JsonNode sent = json.readTree(written.body().toBytes());
        for (Verdict verdict : written.verdicts()) {
            if (verdict.outcome() != Outcome.PASSED) {
                misses.add(name + " (" + model + "): " + verdict);
            }
        }
        if (!sent.get("messages").equals(body.get("messages"))
                || !sent.get("model").equals(body.get("model"))) {
            misses.add(name + ": model or messages changed");
        }
    }
}
