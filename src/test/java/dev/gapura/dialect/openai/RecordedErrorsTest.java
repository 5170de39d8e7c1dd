package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every recorded error answer of the OpenAI-shaped protocols gets the status of the contract and keeps its words.
class RecordedErrorsTest {
    private static final Path RECORDINGS = Path.of("..", "shared", "recordings");
    private static final List<String> PROTOCOLS = List.of(
            "openai-chat",
            "azure-chat",
            "xai-chat",
            "xai-responses",
            "groq-chat",
            "deepseek-chat",
            "openrouter-chat",
            "compat-chat",
            "mistral-chat");

    private final ObjectMapper json = new ObjectMapper();
    private final ErrorReader reader = new ErrorReader(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")));

    /// What the contract makes of a recorded status; exceptions by words are listed in [#EXCEPTIONS].
    private static final Map<Integer, Integer> STATUSES =
            Map.of(200, 400, 400, 400, 401, 502, 403, 502, 404, 404, 429, 429, 500, 502);

    /// xAI says 400 to a wrong key.
    private static final Map<String, Integer> EXCEPTIONS = Map.of("xai-responses/0029-error-400.json", 502);

    @Test
    void everyRecordedErrorIsUnderstood() throws IOException {
        if (!Files.isDirectory(RECORDINGS)) {
            System.err.println("SKIPPED: no recordings at " + RECORDINGS + ", recorded errors are not tested");
        }
        assumeTrue(Files.isDirectory(RECORDINGS));
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (String protocol : PROTOCOLS) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(RECORDINGS.resolve(protocol), "*error*.json")) {
                for (Path file : files) {
                    JsonNode exchange = json.readTree(Files.readAllBytes(file));
                    if (exchange.path("response").path("raw_body").asText().startsWith("data:")) {
                        continue;
                    }
                    seen++;
                    String miss = check(protocol + "/" + file.getFileName(), exchange);
                    if (miss != null) {
                        misses.add(miss);
                    }
                }
            }
        }
        System.out.println("recorded errors: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(55);
    }

    @Test
    void theRecordedErrorInsideAStreamIsUnderstood() throws IOException {
        Path file = RECORDINGS.resolve("groq-chat/0003-stream-mid-stream-error-reasoning-tools.json");
        assumeTrue(Files.isRegularFile(file));
        String body = json.readTree(Files.readAllBytes(file))
                .path("response")
                .path("raw_body")
                .asText();
        String event = body.substring(body.lastIndexOf("data: ") + 6).strip();

        Failure failure = reader.readInStream(Providers.of("groq"), event.getBytes(StandardCharsets.UTF_8));

        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.code()).isEqualTo("tool_use_failed");
        assertThat(failure.message())
                .startsWith("Tool call validation failed:")
                .contains("'invalid_param' not allowed");
    }

    private @Nullable String check(String name, JsonNode exchange) throws IOException {
        JsonNode response = exchange.path("response");
        byte[] body = response.has("body")
                ? json.writeValueAsBytes(response.get("body"))
                : response.path("raw_body").asText().getBytes(StandardCharsets.UTF_8);
        int status = response.path("status").asInt();
        JsonNode headers = response.path("headers");
        Failure failure = reader.read(
                Providers.of(exchange.path("provider").asText()),
                status,
                header -> headers.has(header) ? headers.get(header).asText() : null,
                body);
        int expected = EXCEPTIONS.getOrDefault(name, STATUSES.getOrDefault(status, -1));
        String said = words(response.path("body"));
        String kept = failure.message();
        if (failure.status() != expected) {
            return name + ": " + status + " became " + failure.status() + " " + failure.kind() + ", not " + expected;
        }
        if (kept.isBlank() || !survives(said, kept)) {
            return name + ": said " + said + ", kept " + kept;
        }
        return kept.contains("PLACEHOLDER") ? name + ": shows a secret: " + kept : null;
    }

    /// All words of the original but those that the cleaner takes out on purpose.
    private static boolean survives(String said, String kept) {
        String all = kept.toLowerCase(Locale.ROOT);
        for (String word : said.toLowerCase(Locale.ROOT).split("[\\s]+")) {
            boolean secret = word.contains("placeholder") || word.contains("**") || word.matches(".*[0-9a-f]{8}-.*");
            if (!secret && !all.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private static String words(JsonNode body) {
        JsonNode error = body.path("error");
        for (JsonNode node : List.of(error.path("message"), error, body.path("message"), body.path("detail"))) {
            if (node.isTextual()) {
                return node.asText();
            }
        }
        return "";
    }
}
