package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
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
record Language(
        String dialect,
        Oracle oracle,
        Reader reader,
        String base,
        BiFunction<String, Boolean, String> path,
        String keyHeader) {
    /// Reads a recorded request into the neutral language; only to have something to ask, nothing is judged by it.
    interface Reader {
        ChatRequest read(JsonNode body, String model, boolean stream);
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
            dev.gapura.dialect.gemini.RequestReader::read,
            "",
            (model, stream) ->
                    "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
            "x-goog-api-key");

    /// Vertex AI in express mode, whose provider has both of the next two languages under one name.
    static final Language VERTEX_GEMINI = new Language(
            "vertex",
            GEMINI.oracle(),
            GEMINI.reader(),
            "",
            (model, stream) -> "/v1beta1/publishers/google/models/" + model
                    + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
            "x-goog-api-key");

    static final Language VERTEX_CLAUDE = new Language(
            "vertex",
            ANTHROPIC.oracle(),
            ANTHROPIC.reader(),
            "",
            (model, stream) ->
                    "/v1/publishers/anthropic/models/" + model + (stream ? ":streamRawPredict" : ":rawPredict"),
            "x-goog-api-key");

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
