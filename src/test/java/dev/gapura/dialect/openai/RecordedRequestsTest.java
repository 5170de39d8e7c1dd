package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.GatewayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Requests that real providers answered with 200 must pass the check. Needs the folder of recordings beside the
/// repository; without it the test says so and is skipped.
class RecordedRequestsTest {
    private static final Path RECORDINGS = Path.of("..", "shared", "recordings");
    private static final List<String> PROTOCOLS = List.of(
            "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat");

    /// Recordings that the contract refuses although their provider took them, with the reason.
    private static final Map<String, String> EXCEPTIONS = Map.of();

    @Test
    void takesWhatProvidersTook() throws IOException {
        if (!Files.isDirectory(RECORDINGS)) {
            System.err.println("SKIPPED: no recordings at " + RECORDINGS + ", recorded requests are not checked");
            Assumptions.abort("no recordings");
        }
        ObjectMapper jackson = new ObjectMapper();
        List<String> misses = new ArrayList<>();
        int count = 0;
        for (String protocol : PROTOCOLS) {
            List<Path> files;
            try (Stream<Path> listing = Files.list(RECORDINGS.resolve(protocol))) {
                files = listing.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                JsonNode exchange = jackson.readTree(file.toFile());
                if (exchange.path("response").path("status").asInt() != 200
                        || !(exchange.path("request").path("body") instanceof ObjectNode body)) {
                    continue;
                }
                if (!body.has("model")) {
                    // Azure's older addresses name the model in the path.
                    body.put("model", "deployment");
                }
                count++;
                byte[] bytes = jackson.writeValueAsBytes(body);
                try {
                    RequestReader.read(bytes, bytes.length);
                } catch (GatewayException refused) {
                    String name = protocol + "/" + file.getFileName();
                    if (!EXCEPTIONS.containsKey(name)) {
                        misses.add(name + ": " + refused.failure().message());
                    }
                }
            }
        }
        System.err.println("recorded requests: " + (count - misses.size()) + " of " + count);
        assertThat(misses).isEmpty();
        assertThat(count).isGreaterThan(500);
    }
}
