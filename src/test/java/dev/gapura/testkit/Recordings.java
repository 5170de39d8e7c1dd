package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Recorded exchanges between clients and real providers, read from a folder beside the checkout. People without that
/// folder skip the tests that need it, loudly.
public final class Recordings {
    /// Where the folder lies, from the root of the repository.
    public static final Path FOLDER = Path.of("..", "shared", "recordings");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Recordings() {}

    /// One exchange.
    ///
    /// @param file protocol and name, such as `openai-chat/0001-stream.json`
    /// @param features words that say what is special about it
    /// @param session its place in a conversation, null where it stands alone
    /// @param request null where only the reply was kept
    public record Recording(
            String file,
            String provider,
            String protocol,
            List<String> features,
            @Nullable Session session,
            @Nullable Request request,
            Response response) {
        /// True when the reply is an event stream, whatever type it was declared or recorded with.
        public boolean isStream() {
            if (response.headers().getOrDefault("content-type", "").startsWith("text/event-stream")) {
                return true;
            }
            String text = new String(response.rawBody(), StandardCharsets.UTF_8).stripLeading();
            return response.body() == null && (text.startsWith("data:") || text.startsWith("event:"));
        }

        /// The body of the request, null where there is none.
        public @Nullable JsonNode asked() {
            return request == null ? null : request.body();
        }

        @Override
        public String toString() {
            return file;
        }
    }

    /// Where an exchange stands in a conversation of several.
    ///
    /// @param step from 1
    public record Session(String id, int step, int steps) {}

    /// What the client sent to the provider.
    ///
    /// @param path with its query
    /// @param body null when there was none
    public record Request(
            String method,
            String path,
            Map<String, String> headers,
            @Nullable JsonNode body) {}

    /// What the provider answered.
    ///
    /// @param headers names in lower case
    /// @param body parsed JSON, null where the reply is not JSON
    /// @param rawBody the bytes to replay: as recorded where they were kept, otherwise the JSON written again
    public record Response(
            int status,
            Map<String, String> headers,
            @Nullable JsonNode body,
            byte[] rawBody) {}

    /// True when the folder is there.
    public static boolean available() {
        return Files.isDirectory(FOLDER);
    }

    /// Ends the test as skipped, with a line on standard error, when the folder is not there.
    public static void assumeAvailable() {
        if (!available()) {
            System.err.println("SKIPPED: no recordings at " + FOLDER + "; nothing was replayed");
        }
        Assumptions.assumeTrue(available(), "no recordings at " + FOLDER);
    }

    /// All exchanges of these protocols, in order of protocol and file name. A protocol without a folder fails.
    public static List<Recording> ofProtocols(String... protocols) {
        List<Recording> recordings = new ArrayList<>();
        for (String protocol : protocols) {
            try (Stream<Path> files = Files.list(FOLDER.resolve(protocol))) {
                files.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .forEach(file -> recordings.add(read(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return recordings;
    }

    /// One exchange by protocol and file name.
    public static Recording of(String file) {
        return read(FOLDER.resolve(file));
    }

    private static Recording read(Path file) {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        List<String> features = new ArrayList<>();
        root.path("features").forEach(feature -> features.add(feature.asText()));
        return new Recording(
                file.getParent().getFileName() + "/" + file.getFileName(),
                root.path("provider").asText(),
                root.path("protocol").asText(),
                features,
                session(root.path("session")),
                request(root.path("request")),
                response(root.path("response")));
    }

    private static @Nullable Session session(JsonNode session) {
        return session.isObject()
                ? new Session(
                        session.path("id").asText(),
                        session.path("step").asInt(),
                        session.path("steps").asInt())
                : null;
    }

    private static @Nullable Request request(JsonNode request) {
        if (!request.isObject()) {
            return null;
        }
        return new Request(
                request.path("method").asText("POST"),
                request.path("path").asText(),
                headers(request.path("headers")),
                present(request.path("body")));
    }

    private static Response response(JsonNode response) {
        JsonNode body = present(response.path("body"));
        return new Response(
                response.path("status").asInt(), headers(response.path("headers")), body, rawBody(response, body));
    }

    private static byte[] rawBody(JsonNode response, @Nullable JsonNode body) {
        JsonNode raw = response.path("raw_body");
        if (raw.isTextual()) {
            return response.path("raw_body_encoding").asText().equals("base64")
                    ? Base64.getDecoder().decode(raw.textValue())
                    : raw.textValue().getBytes(StandardCharsets.UTF_8);
        }
        return body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(JsonNode headers) {
        Map<String, String> map = new LinkedHashMap<>();
        headers.properties().forEach(header -> {
            String value = header.getValue().asText();
            // Some sources wrote this in place of a value.
            if (!value.equals("**REDACTED**")) {
                map.put(header.getKey().toLowerCase(Locale.ROOT), value);
            }
        });
        return map;
    }

    private static @Nullable JsonNode present(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : node;
    }
}
