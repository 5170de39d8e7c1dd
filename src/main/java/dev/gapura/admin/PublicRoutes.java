package dev.gapura.admin;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes outside of the admin API, for `/openapi.json` and the reference pages. A test holds the list to what the
/// server answers.
public final class PublicRoutes {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";

    /// One of them. Immutable.
    ///
    /// @param name in the address of its reference page; null where it has none
    /// @param title of that page
    /// @param summary one sentence
    /// @param description what else there is to know, in sentences
    /// @param key whether a virtual key is needed
    /// @param chat whether it takes a chat completions request
    /// @param headers of the request that it reads
    /// @param answerHeaders that its answers may have
    /// @param answers bodies of its good answers, by media type
    public record Route(
            String method,
            String path,
            @Nullable String name,
            String title,
            String summary,
            String description,
            boolean key,
            boolean chat,
            List<Parameter> headers,
            List<Parameter> answerHeaders,
            List<Body> answers) {}

    /// A body of an answer.
    ///
    /// @param type media type
    /// @param schema its name in the components of the document; null where it has none
    /// @param shape what it holds; for events what one of them holds; null where that is not told
    /// @param example as sent; empty where there is none
    public record Body(String type, @Nullable String schema, Shape.@Nullable Members shape, String example) {}

    /// All of them.
    public static final List<Route> ALL = List.of(
            new Route(
                    "POST",
                    "/v1/chat/completions",
                    "create-chat-completion",
                    "Create chat completion",
                    "Has a model answer a conversation; with `stream: true` as server-sent events.",
                    "The request and the answer are those of OpenAI's API, whichever provider the model is of. What"
                            + " the provider does not take is reported in `x-gapura-params`, never dropped in silence."
                            + " After the first byte of a stream a failure is one event with an `error` and no"
                            + " `[DONE]`.",
                    true,
                    true,
                    PublicHeaders.CHAT,
                    PublicHeaders.CHAT_ANSWER,
                    List.of(
                            new Body(JSON, "ChatCompletion", PublicAnswers.COMPLETION, PublicExamples.COMPLETION),
                            new Body(EVENTS, "ChatCompletionChunk", PublicAnswers.CHUNK, PublicExamples.EVENTS))),
            new Route(
                    "POST",
                    "/v1/chat/completions:explain",
                    "explain",
                    "Explain chat completion",
                    "Tells what would be done with such a request, and calls nobody.",
                    "Takes the same body and headers as the real request and answers with its route, the verdict of"
                            + " every parameter, the body that the provider would get, and the least and the most it"
                            + " can cost.",
                    true,
                    true,
                    PublicHeaders.EXPLAIN,
                    PublicHeaders.ANSWER,
                    List.of(new Body(JSON, "ChatExplanation", PublicAnswers.EXPLANATION, PublicExamples.EXPLANATION))),
            get(
                    "/v1/models",
                    "list-models",
                    "List models",
                    "Lists the models that the key may call.",
                    "With limits, prices and supported parameters in the members that OpenRouter has; unknown is null.",
                    new Body(JSON, "ModelList", PublicAnswers.MODELS, PublicExamples.MODELS)),
            get(
                    "/v1/models/{id}",
                    "retrieve-model",
                    "Retrieve model",
                    "Tells of one model.",
                    "The slash of `provider/model` may stand in the path as it is.",
                    new Body(JSON, "Model", PublicAnswers.MODEL, PublicExamples.MODEL)),
            get(
                    "/v1/model/info",
                    "model-info",
                    "Model info",
                    "Lists the models with limits, prices and supported parameters.",
                    "In the members that LiteLLM has. Says where limits and prices were taken from; unknown is null.",
                    new Body(JSON, "ModelInfoList", PublicAnswers.MODEL_INFO, PublicExamples.MODEL_INFO)),
            get(
                    "/v1/key",
                    "key",
                    "Key",
                    "Tells what the key may do and has left of its limits.",
                    "A client can tell with it that its key works, without calling a model.",
                    new Body(JSON, "KeyInfo", PublicAnswers.KEY, PublicExamples.KEY)),
            open("/healthz", "Tells that the process lives.", JSON),
            open("/readyz", "Tells whether requests should be sent here.", JSON),
            open("/metrics", "Gives the metrics for Prometheus.", "text/plain"),
            open("/openapi.json", "Gives this document.", JSON));

    private PublicRoutes() {}

    private static Route get(String path, String name, String title, String summary, String description, Body answer) {
        return new Route(
                "GET",
                path,
                name,
                title,
                summary,
                description,
                true,
                false,
                PublicHeaders.KEY,
                PublicHeaders.ANSWER,
                List.of(answer));
    }

    private static Route open(String path, String summary, String type) {
        return new Route(
                "GET",
                path,
                null,
                summary,
                summary,
                "",
                false,
                false,
                List.of(),
                List.of(),
                List.of(new Body(type, null, null, "")));
    }
}
