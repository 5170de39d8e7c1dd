package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.testkit.oracle.AnthropicOracle;
import dev.gapura.testkit.oracle.BedrockOracle;
import dev.gapura.testkit.oracle.CohereOracle;
import dev.gapura.testkit.oracle.GeminiOracle;
import dev.gapura.testkit.oracle.MistralOracle;
import dev.gapura.testkit.oracle.OllamaOracle;
import dev.gapura.testkit.oracle.Oracle;
import dev.gapura.testkit.oracle.ResponsesOracle;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/// A language that the gateway translates to, as tests of recordings need it.
///
/// @param dialect its name in the configuration
/// @param oracle reads what a provider said in it
/// @param reader reads what a client asked in it: body, model and whether a stream was asked for
/// @param base what stands before the path, below the provider's own folder
/// @param path what is called for a model, streamed or not
/// @param keyHeader header that carries the key
/// @param place members that a configuration needs besides, empty or with a comma in front
record Language(
        String dialect,
        Oracle oracle,
        Reader reader,
        String base,
        BiFunction<String, Boolean, String> path,
        String keyHeader,
        String place) {
    private static final String VERTEX = "/projects/my-project/locations/us-central1/publishers/";

    /// A language that needs no more than an address and a key.
    Language(
            String dialect,
            Oracle oracle,
            Reader reader,
            String base,
            BiFunction<String, Boolean, String> path,
            String keyHeader) {
        this(dialect, oracle, reader, base, path, keyHeader, "");
    }

    /// The same language on Vertex AI.
    private Language onVertex(String path, BiFunction<String, Boolean, String> action) {
        return new Language(
                dialect,
                oracle,
                reader,
                "",
                (model, stream) -> path + "/models/" + model + action.apply(model, stream),
                "x-goog-api-key",
                ", project: my-project, location: us-central1");
    }

    /// Reads a recorded request into the neutral language; only to have something to ask, nothing is judged by it.
    interface Reader {
        ChatRequest read(JsonNode body, String model, boolean stream);
    }

    /// Gemini's older form of schemas under the name of the newer one, which has a counterpart in Chat Completions.
    private static JsonNode withJsonSchema(JsonNode body) {
        JsonNode copy = body.deepCopy();
        if (copy.path("generationConfig") instanceof ObjectNode config) {
            rename(config, "responseSchema", "responseJsonSchema");
            rename(config, "response_schema", "responseJsonSchema");
            rename(config, "response_mime_type", "responseMimeType");
        }
        return copy;
    }

    private static void rename(ObjectNode holder, String from, String to) {
        if (holder.has(from)) {
            holder.set(to, holder.remove(from));
        }
    }

    static final Language ANTHROPIC = new Language(
            "anthropic",
            new AnthropicOracle(),
            (body, model, stream) -> dev.gapura.dialect.anthropic.RequestReader.read(body),
            "",
            (model, stream) -> "/v1/messages",
            "x-api-key");

    static final Language GEMINI = new Language(
            "gemini",
            new GeminiOracle(),
            (body, model, stream) -> dev.gapura.dialect.gemini.RequestReader.read(withJsonSchema(body), model, stream),
            "",
            (model, stream) ->
                    "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
            "x-goog-api-key");

    static final Language ANTHROPIC_ON_VERTEX = ANTHROPIC.onVertex(
            "/v1" + VERTEX + "anthropic", (model, stream) -> stream ? ":streamRawPredict" : ":rawPredict");

    static final Language GEMINI_ON_VERTEX = GEMINI.onVertex(
            "/v1beta1" + VERTEX + "google",
            (model, stream) -> stream ? ":streamGenerateContent?alt=sse" : ":generateContent");

    static final Language MISTRAL = new Language(
            "mistral",
            new MistralOracle(),
            (body, model, stream) -> dev.gapura.dialect.mistral.RequestReader.read(body),
            "/v1",
            (model, stream) -> "/chat/completions",
            "authorization");

    static final Language COHERE = new Language(
            "cohere",
            new CohereOracle(),
            (body, model, stream) -> dev.gapura.dialect.cohere.RequestReader.read(body),
            "",
            (model, stream) -> "/v2/chat",
            "authorization");

    static final Language OLLAMA = new Language(
            "ollama",
            new OllamaOracle(),
            (body, model, stream) -> dev.gapura.dialect.ollama.RequestReader.read(body),
            "",
            (model, stream) -> "/api/chat",
            "authorization");

    static final Language BEDROCK = new Language(
            "bedrock",
            new BedrockOracle(),
            dev.gapura.dialect.bedrock.RequestReader::read,
            "",
            (model, stream) -> "/model/" + URLEncoder.encode(model, StandardCharsets.UTF_8)
                    + (stream ? "/converse-stream" : "/converse"),
            "authorization");

    static final Language RESPONSES = new Language(
            "openai_responses",
            new ResponsesOracle(),
            (body, model, stream) -> dev.gapura.dialect.responses.RequestReader.read(body),
            "/v1",
            (model, stream) -> "/responses",
            "authorization");

    /// Azure has the Responses API once a resource.
    static final Language AZURE_RESPONSES = new Language(
            RESPONSES.dialect(),
            RESPONSES.oracle(),
            RESPONSES.reader(),
            "",
            (model, stream) -> "/openai/v1/responses",
            "api-key");
}
