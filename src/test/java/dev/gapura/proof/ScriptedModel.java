package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Replies;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// A model whose turns are scripted, behind each language that the gateway speaks to providers, for whole-gateway tests
/// of tools. What it says is written by the [Speaker] of the language; streams are cut at random places.
public enum ScriptedModel {
    OPENAI_CHAT("openai_chat", "m", "/v1", "text/event-stream", new ChatSpeaker(false)),
    MISTRAL("mistral", "mistral-large-latest", "/v1", "text/event-stream", new ChatSpeaker(true)),
    ANTHROPIC("anthropic", "claude-sonnet-4-5", "", "text/event-stream", new AnthropicSpeaker()),
    GEMINI("gemini", "gemini-2.5-flash", "", "text/event-stream", new GeminiSpeaker(false)),
    BEDROCK(
            "bedrock",
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "",
            "application/vnd.amazon.eventstream",
            new BedrockSpeaker()),
    COHERE("cohere", "command-a-03-2025", "", "text/event-stream", new CohereSpeaker()),
    OLLAMA("ollama", "qwen3:8b", "", "application/x-ndjson", new OllamaSpeaker()),
    RESPONSES("openai_responses", "gpt-5.1", "/v1", "text/event-stream", new ResponsesSpeaker());

    private static final Pattern RESULT = Pattern.compile(
            "\"role\":\"tool\"|\"tool_result\"|\"functionResponse\"" + "|\"toolResult\"|\"function_call_output\"");

    private final String dialect;
    private final String model;
    private final String base;
    private final String streamType;
    private final Speaker speaker;

    ScriptedModel(String dialect, String model, String base, String streamType, Speaker speaker) {
        this.dialect = dialect;
        this.model = model;
        this.base = base;
        this.streamType = streamType;
        this.speaker = speaker;
    }

    /// What a client asks for.
    public String model() {
        return name().toLowerCase(Locale.ROOT) + "/" + model;
    }

    /// Its entry under `providers`.
    public String provider(String origin) {
        return "  " + name().toLowerCase(Locale.ROOT) + ": { dialect: " + dialect + ", base_url: \"" + origin + base
                + "\", api_key: \"canary-key\" }\n";
    }

    /// How many results of tools a request holds.
    public static int results(SimRequest request) {
        return (int) RESULT.matcher(request.text()).results().count();
    }

    /// A turn as it was asked for, plain or as a stream, with 10 tokens of prompt, 4 of them cached, and 5 of answer,
    /// 2 of them thought, as far as the language tells these.
    public Reply reply(SimRequest request, ModelTurn turn) {
        List<Answer.Block> blocks = new ArrayList<>();
        if (!turn.text().isEmpty()) {
            blocks.add(new Answer.Words(turn.text()));
        }
        for (ModelTurn.Call call : turn.calls()) {
            ObjectNode arguments = (ObjectNode) Objects.requireNonNull(JsonTree.readOrNull(call.arguments()));
            blocks.add(new Answer.Call(call.id(), call.name(), arguments));
        }
        Answer answer = new Answer("answer-1", "m", blocks, false, 10, 4, 5, 2);
        long seed = request.arrivedNanos();
        return streams(request)
                ? Replies.sliced(
                        new Reply(
                                200,
                                Map.of("content-type", streamType),
                                List.of(new Step.Send(speaker.stream(answer, new Chance(seed))), new Step.End())),
                        seed,
                        200)
                : new Reply(
                        200,
                        Map.of("content-type", "application/json"),
                        List.of(new Step.Send(speaker.plain(answer)), new Step.End()));
    }

    private boolean streams(SimRequest request) {
        return request.path().contains(":stream")
                || request.path().endsWith("-stream")
                || request.text().contains("\"stream\":true");
    }
}
