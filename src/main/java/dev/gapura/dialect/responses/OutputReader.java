package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.failure.Failure;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the output of a response, piece by piece or whole. Everything may come more than once (as deltas, at the end
/// of a part, at the end of an item, at the end of the response): what came before is not told again, and what was left
/// out before is told then. So a stream and a plain answer mean the same by construction. One instance an answer.
final class OutputReader {
    /// Items that only the client could act on and that Chat Completions cannot say.
    private static final Set<String> UNSPEAKABLE =
            Set.of("computer_call", "local_shell_call", "shell_call", "apply_patch_call", "mcp_approval_request");

    private final Question question;
    private final ErrorReader errors;
    private final Consumer<ChatEvent> out;
    private final Map<Integer, Item> items = new HashMap<>();
    private boolean started;
    private boolean thought;
    private int calls;
    private int characters;

    OutputReader(Question question, ErrorReader errors, Consumer<ChatEvent> out) {
        this.question = question;
        this.errors = errors;
        this.out = out;
    }

    /// The response's head.
    void started(JsonNode response) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Started(JsonTree.string(response, "id"), JsonTree.string(response, "model")));
        }
    }

    /// An item began.
    void opened(int index, JsonNode item) {
        String type = Items.string(item, "type");
        if (type.equals("function_call") || type.equals("custom_tool_call")) {
            call(index, item, type.startsWith("custom"));
        }
    }

    /// More of a text.
    void text(int index, int part, String more, JsonNode logprobs) {
        Piece piece = item(index).text(part);
        if (piece.start < 0) {
            piece.start = characters;
        }
        if (!more.isEmpty()) {
            piece.length += more.length();
            characters += more.codePointCount(0, more.length());
            out.accept(new ChatEvent.Text(0, more, null));
        }
        logprobs(piece, logprobs, 0);
    }

    /// A text as a whole.
    void textDone(int index, int part, String whole, JsonNode logprobs) {
        Piece piece = item(index).text(part);
        text(index, part, rest(whole, piece.length), JsonTree.array());
        logprobs(piece, logprobs, piece.logprobs);
    }

    private void logprobs(Piece piece, JsonNode tokens, int from) {
        if (tokens.size() > from) {
            piece.logprobs += tokens.size() - from;
            List<JsonNode> fresh = tokens.valueStream().skip(from).toList();
            out.accept(new ChatEvent.Logprobs(0, Items.logprobs(fresh)));
        }
    }

    /// A source of a text.
    void annotation(int index, int part, JsonNode annotation) {
        Piece piece = item(index).text(part);
        piece.annotations++;
        JsonNode written = Items.annotation(annotation, Math.max(0, piece.start));
        if (written != null) {
            out.accept(new ChatEvent.Annotation(0, written));
        }
    }

    /// More of a refusal.
    void refusal(int index, int part, String more) {
        if (!more.isEmpty()) {
            item(index).text(part).length += more.length();
            out.accept(new ChatEvent.Refusal(0, more));
        }
    }

    void refusalDone(int index, int part, String whole) {
        refusal(index, part, rest(whole, item(index).text(part).length));
    }

    /// More of a thought: of the summary, or of the thoughts themselves, whichever comes first. One block has one
    /// text.
    void thought(int index, boolean summary, int part, String more) {
        Item item = item(index);
        if (more.isEmpty()) {
            return;
        }
        if (item.summary == null) {
            item.summary = summary;
        }
        if (item.summary != summary) {
            return;
        }
        Piece piece = item.text(part);
        if (thought && piece.length == 0) {
            out.accept(new ChatEvent.Reasoning(0, Items.PARAGRAPH));
        }
        thought = true;
        piece.length += more.length();
        out.accept(new ChatEvent.Reasoning(0, more));
    }

    void thoughtDone(int index, boolean summary, int part, String whole) {
        Item item = item(index);
        if (item.summary == null || item.summary == summary) {
            thought(index, summary, part, rest(whole, item.text(part).length));
        }
    }

    /// More of a call's arguments. Those of a call that has no name yet wait for the whole item.
    void arguments(int index, String more) {
        Item item = item(index);
        if (item.call >= 0 && !more.isEmpty()) {
            item.arguments += more.length();
            out.accept(new ChatEvent.ToolCallArguments(0, item.call, more));
        }
    }

    void argumentsDone(int index, String whole) {
        arguments(index, rest(whole, item(index).arguments));
    }

    /// An item as a whole. Known by its position: xAI gives several items of an answer one id (recorded).
    void whole(int index, JsonNode item) {
        Item state = item(index);
        if (state.done) {
            return;
        }
        state.done = true;
        String type = Items.string(item, "type");
        switch (type) {
            case "message" -> message(index, item.path("content"));
            case "reasoning" -> reasoning(index, item);
            case "function_call" -> call(index, item, false, Items.string(item, "arguments"));
            case "custom_tool_call" -> call(index, item, true, Items.string(item, "input"));
            case "image_generation_call" -> image(item);
            default -> {
                // Tools that the provider ran itself are no business of the client's; those that it must run are.
                if (UNSPEAKABLE.contains(type)) {
                    out.accept(new ChatEvent.Failed(Failures.unreadable(
                            question.providerName(),
                            "its answer holds a '" + type + "', which Chat Completions cannot express")));
                }
            }
        }
    }

    private void message(int index, JsonNode content) {
        for (int part = 0; part < content.size(); part++) {
            JsonNode piece = content.get(part);
            switch (Items.string(piece, "type")) {
                case "output_text" -> {
                    textDone(index, part, Items.string(piece, "text"), piece.path("logprobs"));
                    JsonNode annotations = piece.path("annotations");
                    for (int i = item(index).text(part).annotations; i < annotations.size(); i++) {
                        annotation(index, part, annotations.get(i));
                    }
                }
                case "refusal" -> refusalDone(index, part, Items.string(piece, "refusal"));
                default -> {}
            }
        }
    }

    private void reasoning(int index, JsonNode item) {
        thoughts(index, true, item.path("summary"));
        thoughts(index, false, item.path("content"));
        Part.Reasoning block = Items.reasoning(item);
        if (!block.text().isEmpty() || block.encrypted() != null) {
            out.accept(new ChatEvent.ReasoningBlock(0, block));
        }
    }

    private void thoughts(int index, boolean summary, JsonNode parts) {
        for (int part = 0; part < parts.size(); part++) {
            thoughtDone(index, summary, part, Items.string(parts.get(part), "text"));
        }
    }

    private void call(int index, JsonNode item, boolean custom, String arguments) {
        call(index, item, custom);
        argumentsDone(index, arguments);
        out.accept(new ChatEvent.ToolCallClosed(0, item(index).call));
    }

    private void call(int index, JsonNode item, boolean custom) {
        Item state = item(index);
        if (state.call < 0) {
            state.call = calls++;
            out.accept(new ChatEvent.ToolCallOpened(
                    0, state.call, Items.string(item, "call_id"), Items.string(item, "name"), custom, null));
        }
    }

    private void image(JsonNode item) {
        String data = Items.string(item, "result");
        if (!data.isEmpty()) {
            String format = JsonTree.string(item, "output_format");
            ObjectNode image = JsonTree.object().put("type", "image_url");
            image.putObject("image_url")
                    .put("url", "data:image/" + (format == null ? "png" : format) + ";base64," + data);
            out.accept(new ChatEvent.Image(0, image));
        }
    }

    /// The response is over, well or badly.
    ///
    /// @param assumed status where the response names none, null: there has to be one
    void ended(JsonNode response, @Nullable String assumed) {
        started(response);
        String named = JsonTree.string(response, "status");
        String status = named != null ? named : assumed;
        if (status == null) {
            failed(Failures.unreadable(question.providerName(), "its answer has no status"));
            return;
        }
        boolean good = status.equals("completed") || status.equals("incomplete");
        if (good && response.path("error").isObject()) {
            status = "failed";
            good = false;
        }
        if (good) {
            JsonNode output = response.path("output");
            for (int index = 0; index < output.size(); index++) {
                whole(index, output.get(index));
            }
        }
        ChatEvent.Reported usage = UsageReader.read(response.get("usage"));
        if (usage != null) {
            out.accept(usage);
        }
        switch (status) {
            case "completed" -> finished(FinishReason.STOP, null);
            case "incomplete" -> {
                String reason = Items.string(response.path("incomplete_details"), "reason");
                switch (reason) {
                    case "content_filter" -> finished(FinishReason.CONTENT_FILTER, null);
                    case "max_output_tokens", "" -> finished(FinishReason.LENGTH, null);
                    default -> finished(FinishReason.LENGTH, reason);
                }
            }
            case "failed" -> error(response.path("error"));
            default -> failed(Failures.broken(question.providerName(), status));
        }
    }

    private void finished(FinishReason reason, @Nullable String nativeReason) {
        out.accept(new ChatEvent.Finished(0, reason, nativeReason));
        out.accept(new ChatEvent.Ended());
    }

    /// An event that says what went wrong: itself, or in its `error`.
    void reported(JsonNode event) {
        error(event.get("error") instanceof ObjectNode inner ? inner : event);
    }

    private void error(JsonNode said) {
        ObjectNode error = JsonTree.object();
        said.properties().forEach(member -> {
            boolean eventType = member.getKey().equals("type")
                    && "error".equals(member.getValue().textValue());
            if (!eventType && !member.getValue().isNull()) {
                error.set(member.getKey(), member.getValue());
            }
        });
        String code = Items.string(error, "code");
        if (!error.has("type") && (code.startsWith("invalid_") || code.contains("image") || code.endsWith("_policy"))) {
            // Codes of a failed response that speak of the request, not of the server.
            error.put("type", "invalid_request_error");
        }
        ObjectNode whole = JsonTree.object();
        whole.set("error", error);
        failed(errors.readInStream(question.provider(), JsonTree.bytes(whole)));
    }

    private void failed(Failure failure) {
        out.accept(new ChatEvent.Failed(failure));
    }

    /// What of a whole text was not told yet.
    private static String rest(String whole, int told) {
        return told < whole.length() ? whole.substring(told) : "";
    }

    private Item item(int index) {
        return items.computeIfAbsent(index, fresh -> new Item());
    }

    /// How much of an item was told.
    private static final class Item {
        private Piece[] pieces = {};
        /// Which of its two texts a reasoning item shows; null as long as none came.
        private @Nullable Boolean summary;

        private int call = -1;
        private int arguments;
        private boolean done;

        Piece text(int part) {
            int at = Math.clamp(part, 0, 9_999);
            if (at >= pieces.length) {
                int before = pieces.length;
                pieces = Arrays.copyOf(pieces, at + 1);
                for (int i = before; i < pieces.length; i++) {
                    pieces[i] = new Piece();
                }
            }
            return pieces[at];
        }
    }

    /// How much of a part was told.
    private static final class Piece {
        private int start = -1;
        private int length;
        private int annotations;
        private int logprobs;
    }
}
