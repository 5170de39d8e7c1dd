package dev.gapura.admin;

import static dev.gapura.parameter.Parameter.of;
import static dev.gapura.parameter.Shape.anyOf;
import static dev.gapura.parameter.Shape.listOf;
import static dev.gapura.parameter.Shape.members;
import static dev.gapura.parameter.Shape.number;
import static dev.gapura.parameter.Shape.object;
import static dev.gapura.parameter.Shape.only;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.usually;
import static dev.gapura.parameter.Shape.wholeFrom;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import java.util.List;

/// What answers hold, for `/openapi.json` and the reference pages. Answers are not checked by it: relayed ones hold
/// whatever else the provider sends. Pure.
final class PublicAnswers {
    private static final Shape COUNT = wholeFrom(0);
    private static final Shape FLAG = new Shape.Flag();
    private static final Shape ANY = new Shape.Anything();

    private static final Shape.Members TOOL_RUN = members(
            of("name", text(), "Which tool ran."),
            of("id", text(), "Id of the call."),
            of("state", text(), "How it ended."),
            of("ms", COUNT, "Milliseconds that it took."));

    private static final Parameter PARAMS = of(
            "params",
            listOf(members(
                    of("field", text(), "Field of the request."),
                    of(
                            "verdict",
                            only(
                                    "passed",
                                    "renamed",
                                    "converted",
                                    "clamped",
                                    "emulated",
                                    "ignored",
                                    "stripped",
                                    "rejected"),
                            "What became of it."),
                    of("detail", text(), "To what, from what."),
                    of("reason", text(), "Why."))),
            "Verdict of every field that the request has.");

    private static final Parameter GAPURA = of(
            "gapura",
            members(
                    of("provider", text(), "Provider that answered."),
                    of("model", text(), "Its name of the model."),
                    of("dialect", text(), "Language in which it was asked."),
                    of("attempts", COUNT, "Upstream calls that were made."),
                    PARAMS,
                    of("tools", listOf(TOOL_RUN), "Runs of server tools."),
                    of("stopped_by", text(), "Which limit ended the runs of server tools."),
                    of("cost_usd", number(), "What it cost, in US dollars; null where the price is unknown."),
                    of(
                            "timings",
                            members(
                                    of("first_token_ms", COUNT, "Milliseconds to the first content."),
                                    of("total_ms", COUNT, "Milliseconds in all.")),
                            "How long it took.")),
            "What the gateway did. Only with `x-gapura-details: true`; in a stream on its last chunk.");

    private static final Parameter USAGE = of(
            "usage",
            members(
                    of("prompt_tokens", COUNT, "Tokens of the request, cached ones included."),
                    of("completion_tokens", COUNT, "Tokens of the answer, reasoning included."),
                    of("total_tokens", COUNT, "Both."),
                    of(
                            "prompt_tokens_details",
                            members(
                                    of("cached_tokens", COUNT, "Read from a cache."),
                                    of("audio_tokens", COUNT, "Of audio.")),
                            "Tokens of the request counted apart."),
                    of(
                            "completion_tokens_details",
                            members(
                                    of("reasoning_tokens", COUNT, "Spent on thinking."),
                                    of("audio_tokens", COUNT, "Of audio."),
                                    of("accepted_prediction_tokens", COUNT, "Predicted and used."),
                                    of("rejected_prediction_tokens", COUNT, "Predicted in vain.")),
                            "Tokens of the answer counted apart.")),
            "Tokens, as the provider counted them; in a stream on its last chunk, with `include_usage`.");

    private static final Parameter FINISH = of(
            "finish_reason",
            usually("stop", "length", "tool_calls", "content_filter", "function_call"),
            "Why the answer ended; null until it does.");

    private static final Shape.Members CALL = members(
            of("index", COUNT, "Which call a delta goes on with; in streams."),
            of("id", text(), "Names the call; goes into the `tool` message that answers it."),
            of("type", usually("function", "custom"), "Kind of tool."),
            of(
                    "function",
                    members(
                            of("name", text(), "Function to call."),
                            of("arguments", text(), "Its arguments, as JSON that the model wrote.")),
                    "The call."));

    private static final List<Parameter> SAID = List.of(
            of("role", only("assistant"), "Who speaks."),
            of("content", text(), "The text; null beside calls of tools."),
            of("refusal", text(), "Words with which the model refuses."),
            of("tool_calls", listOf(CALL), "Tools that the model calls."),
            extension("reasoning_content", text(), "Readable thought."),
            extension(
                    "reasoning_details",
                    listOf(object()),
                    "Thought with what its provider needs to take it back; send it back as it came."),
            of("annotations", listOf(object()), "Sources that the text refers to."),
            of("audio", object(), "The spoken answer."));

    /// `chat.completion`.
    static final Shape.Members COMPLETION = answer(
            "chat.completion",
            "The provider's id of the answer.",
            "The answers.",
            of("index", COUNT, "Which of the `n` answers."),
            of("message", saying(), "What the model says."),
            FINISH,
            of("logprobs", object(), "Log probabilities of the tokens, where asked for."));

    /// `chat.completion.chunk`: the data of one event.
    static final Shape.Members CHUNK = answer(
            "chat.completion.chunk",
            "The provider's id of the answer, the same through the stream.",
            "What is new of each answer; empty on the chunk with the usage.",
            of("index", COUNT, "Which of the `n` answers."),
            of("delta", saying(), "What is new."),
            FINISH,
            of("logprobs", object(), "Log probabilities of the new tokens."));

    /// `chat.completion.explanation`.
    static final Shape.Members EXPLANATION = members(
            of("object", only("chat.completion.explanation"), "What this is.").asRequired(),
            of("model", text(), "The model that was asked for."),
            of(
                    "route",
                    members(
                            of("provider", text(), "Provider that would be called."),
                            of("model", text(), "Its name of the model."),
                            of("dialect", text(), "Language in which it would be asked."),
                            of("relayed", FLAG, "Whether the bytes go on as they are, rather than translated."),
                            of("calls", COUNT, "Upstream calls."),
                            of("profile", text(), "By which profile the model is known; null where by none.")),
                    "Where the request would go."),
            PARAMS,
            of(
                    "upstream",
                    members(
                            of("method", text(), "HTTP method."),
                            of("path", text(), "Path below the provider's base URL."),
                            of("headers", object(), "Headers; secrets are masked."),
                            of("body", ANY, "The body.")),
                    "What the provider would get."),
            of(
                    "tokens",
                    members(
                            of("prompt_estimate", COUNT, "Tokens of the request, estimated."),
                            of("prompt_max", COUNT, "Most tokens that the model reads; null where unknown."),
                            of("completion_max", COUNT, "Most tokens that the answer may have; null where unknown.")),
                    "How long it may get."),
            of(
                    "price_usd",
                    members(
                            of("min", number(), "The least, in US dollars; null where unknown."),
                            of("max", number(), "The most, in US dollars; null where unknown.")),
                    "What it may cost."),
            of("limits", listOf(object()), "What is left of every limit that applies."));

    /// One model.
    static final Shape.Members MODEL = members(
            of("id", text(), "What `model` of a request says.").asRequired(),
            of("object", only("model"), "What this is.").asRequired(),
            of("created", COUNT, "Its first day, in Unix seconds."),
            of("owned_by", text(), "Provider."),
            of("context_length", COUNT, "Most tokens of request and answer; null where unknown."),
            of("max_output_tokens", COUNT, "Most tokens of an answer; null where unknown."),
            of("supported_parameters", listOf(text()), "Request fields that reach it in some form."),
            of("modalities", object(), "Kinds of input and output; null where unknown."),
            of("reasoning", object(), "How it thinks, and the efforts that it knows."),
            of("abilities", listOf(text()), "What it is known to be able to do."),
            of("pricing", object(), "US dollars a token, as text; null where unknown."),
            of("sources", object(), "Where limits and prices were taken from, and when."));

    /// The list of models.
    static final Shape.Members MODELS = members(
            of("object", only("list"), "What this is.").asRequired(),
            of("data", listOf(MODEL), "The models.").asRequired());

    /// The list of models in LiteLLM's members.
    static final Shape.Members MODEL_INFO = members(of(
                    "data",
                    listOf(members(
                            of("model_name", text(), "What `model` of a request says."),
                            of(
                                    "model_info",
                                    members(
                                            of("target", text(), "Model that is asked, as `provider/model`."),
                                            of("provider", text(), "Provider."),
                                            of("dialect", text(), "Language in which it is asked."),
                                            of("supported_parameters", listOf(text()), "Request fields that reach it."),
                                            of("context_window", COUNT, "Most tokens of request and answer."),
                                            of("max_input_tokens", COUNT, "Most tokens of a request."),
                                            of("max_output_tokens", COUNT, "Most tokens of an answer."),
                                            of("input_cost_per_token", number(), "US dollars."),
                                            of("output_cost_per_token", number(), "US dollars."),
                                            of("prices", listOf(object()), "All prices with the time they hold."),
                                            of("limits_source", text(), "Where limits were taken from."),
                                            of("price_source", text(), "Where prices were taken from.")),
                                    "What is known of it."))),
                    "The models.")
            .asRequired());

    /// The key that asks.
    static final Shape.Members KEY = members(
            of("object", only("key"), "What this is.").asRequired(),
            of("id", text(), "Id of the key; null where it stands in the configuration."),
            of("name", text(), "Its name."),
            of("prefix", text(), "Its first characters."),
            of("organization", text(), "Whose it is."),
            of("team", text(), "Team that it is of."),
            of("person", text(), "Person whose it is."),
            of("may", object(), "What it may use; empty where all."),
            of(
                    "limits",
                    listOf(members(
                            of("scope", text(), "Of whom: key, person, team, organization, model, end user, everyone."),
                            of("id", text(), "Which of these."),
                            of("measure", text(), "What is counted."),
                            of("limit", anyOf(number(), text()), "How much there is."),
                            of("remaining", anyOf(number(), text()), "What is left."),
                            of("spent", anyOf(number(), text()), "Of money: what was spent."),
                            of("reserved", anyOf(number(), text()), "Of money: held back for requests under way."),
                            of("reset_ms", COUNT, "Of rates: milliseconds until it is whole again."),
                            of("resets_at", text(), "Of money: when the next span begins."))),
                    "What is left of every limit."));

    private PublicAnswers() {}

    private static Shape.Members saying() {
        return Shape.membersWithOneOf(List.of(), SAID);
    }

    private static Parameter extension(String name, Shape shape, String description) {
        return new Parameter(name, shape, description, false, null, false, true, Parameter.Bearing.HINT);
    }

    /// What an answer and a chunk of one have in common.
    private static Shape.Members answer(String object, String id, String choices, Parameter... choice) {
        return members(
                of("id", text(), id).asRequired(),
                of("object", only(object), "What this is.").asRequired(),
                of("created", COUNT, "When, in Unix seconds.").asRequired(),
                of("model", text(), "The model's name at the provider.").asRequired(),
                of("choices", listOf(members(choice)), choices).asRequired(),
                USAGE,
                of("service_tier", text(), "Processing class that was used."),
                of("system_fingerprint", text(), "Configuration of the provider's system."),
                GAPURA);
    }
}
