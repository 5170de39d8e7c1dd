package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.Map;

/// Reads a stream of the Responses API. Complete with `response.completed` or `response.incomplete`; `[DONE]`, which
/// some servers add, says nothing. One instance a stream.
final class EventReader extends SseReader {
    private final OutputReader output;
    private final Map<String, Integer> places = new HashMap<>();
    private int newest;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
        this.output = new OutputReader(question, errors, this::emit);
    }

    @Override
    protected void event(JsonNode event) {
        String type = Items.string(event, "type");
        switch (type) {
            case "response.created", "response.queued", "response.in_progress" ->
                output.started(event.path("response"));
            case "response.output_item.added" -> output.opened(place(event), event.path("item"));
            case "response.output_item.done" -> output.whole(place(event), event.path("item"));
            case "response.output_text.delta" ->
                output.text(place(event), part(event), delta(event), event.path("logprobs"));
            case "response.output_text.done" ->
                output.textDone(place(event), part(event), Items.string(event, "text"), event.path("logprobs"));
            case "response.output_text.annotation.added" ->
                output.annotation(place(event), part(event), event.path("annotation"));
            case "response.refusal.delta" -> output.refusal(place(event), part(event), delta(event));
            case "response.refusal.done" ->
                output.refusalDone(place(event), part(event), Items.string(event, "refusal"));
            case "response.reasoning_summary_text.delta" ->
                output.thought(place(event), true, number(event, "summary_index"), delta(event));
            case "response.reasoning_summary_text.done" ->
                output.thoughtDone(place(event), true, number(event, "summary_index"), Items.string(event, "text"));
            case "response.reasoning_text.delta" -> output.thought(place(event), false, part(event), delta(event));
            case "response.reasoning_text.done" ->
                output.thoughtDone(place(event), false, part(event), Items.string(event, "text"));
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                output.arguments(place(event), delta(event));
            case "response.function_call_arguments.done" ->
                output.argumentsDone(place(event), Items.string(event, "arguments"));
            case "response.custom_tool_call_input.done" ->
                output.argumentsDone(place(event), Items.string(event, "input"));
            case "response.completed", "response.incomplete", "response.failed" ->
                output.ended(event.path("response"), type.substring("response.".length()));
            case "error" -> output.reported(event);
            default -> {
                // Steps of tools that the provider runs itself, and marks without content. Errors may have no type.
                if (type.isEmpty() && event.hasNonNull("error")) {
                    reported(event);
                }
            }
        }
    }

    /// Position of the event's item in the output. Some servers name the item only.
    private int place(JsonNode event) {
        String id = JsonTree.string(event, "item_id");
        id = id == null ? JsonTree.string(event.path("item"), "id") : id;
        if (event.path("output_index").isNumber()) {
            newest = number(event, "output_index");
            if (id != null) {
                places.put(id, newest);
            }
            return newest;
        }
        return id == null ? newest : places.computeIfAbsent(id, fresh -> places.size());
    }

    private static int part(JsonNode event) {
        return number(event, "content_index");
    }

    private static int number(JsonNode event, String name) {
        return (int) JsonTree.number(event, name, 0);
    }

    private static String delta(JsonNode event) {
        return Items.string(event, "delta");
    }
}
