package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Requests of Chat Completions by chance: of the forms that clients send, each now and then.
final class RandomChat {
    private final Chance chance;
    private final ArrayNode messages = JsonTree.array();
    private final List<String> functions = new ArrayList<>();

    private RandomChat(Chance chance) {
        this.chance = chance;
    }

    static ObjectNode of(Chance chance) {
        return new RandomChat(chance).request();
    }

    private ObjectNode request() {
        ObjectNode chat = JsonTree.object().put("model", "m");
        if (!chance.once(3)) {
            tools(chat);
        }
        messages();
        chat.set("messages", messages);
        RandomSettings.add(chat, chance);
        return chat;
    }

    private void tools(ObjectNode chat) {
        ArrayNode tools = chat.putArray("tools");
        for (int i = chance.below(4); i >= 0; i--) {
            String name = chance.one("get_weather", "f", "a-b", "9lives", "_x") + i + chance.letters(chance.below(3));
            if (chance.once(12)) {
                name = (name + "_".repeat(64)).substring(0, 64);
            }
            ObjectNode tool = tools.addObject();
            if (chance.once(12)) {
                tool.put("type", "custom").putObject("custom").put("name", name).put("description", chance.text());
                continue;
            }
            functions.add(name);
            ObjectNode function =
                    tool.put("type", "function").putObject("function").put("name", name);
            if (!chance.once(4)) {
                function.put("description", chance.text());
            }
            if (!chance.once(6)) {
                function.set("parameters", RandomSchema.of(chance));
            }
            if (chance.once(6)) {
                function.put("strict", chance.once(2));
            }
            mark(tool, 12);
        }
        if (chance.once(2) && !functions.isEmpty()) {
            choice(chat);
        }
        if (chance.once(4)) {
            chat.put("parallel_tool_calls", chance.once(2));
        }
    }

    private void choice(ObjectNode chat) {
        String name = functions.get(chance.below(functions.size()));
        switch (chance.below(6)) {
            case 0 -> chat.put("tool_choice", "auto");
            case 1 -> chat.put("tool_choice", "none");
            case 2 -> chat.put("tool_choice", "required");
            case 3 -> {
                ObjectNode allowed = chat.putObject("tool_choice")
                        .put("type", "allowed_tools")
                        .putObject("allowed_tools");
                allowed.put("mode", chance.one("auto", "required"));
                allowed.putArray("tools")
                        .addObject()
                        .put("type", "function")
                        .putObject("function")
                        .put("name", name);
            }
            default ->
                chat.putObject("tool_choice")
                        .put("type", "function")
                        .putObject("function")
                        .put("name", name);
        }
    }

    private void messages() {
        for (int i = chance.below(3); i > 0; i--) {
            instructions();
        }
        for (int i = chance.below(5); i >= 0; i--) {
            switch (chance.below(9)) {
                case 0, 1, 2, 3 -> user();
                case 4, 5 -> assistant(false);
                case 6, 7 -> assistant(true);
                default -> instructions();
            }
        }
        if (!chance.once(9)) {
            user();
        }
    }

    private void instructions() {
        ObjectNode message = messages.addObject().put("role", chance.one("system", "system", "developer"));
        words(message);
        mark(message, 12);
    }

    /// Content that is text, as a string or in parts.
    private void words(ObjectNode message) {
        if (chance.once(3)) {
            ArrayNode parts = message.putArray("content");
            for (int i = chance.below(3); i >= 0; i--) {
                mark(parts.addObject().put("type", "text").put("text", chance.text()), 9);
            }
        } else {
            message.put("content", chance.once(30) ? chance.one("", " ", "\n") : chance.text());
        }
    }

    private void user() {
        ObjectNode message = messages.addObject().put("role", "user");
        if (chance.once(3)) {
            ArrayNode parts = message.putArray("content");
            for (int i = chance.below(4); i >= 0; i--) {
                part(parts);
            }
        } else {
            words(message);
        }
        if (chance.once(15)) {
            message.put("name", chance.one("anna", "b_2", "Ärger mit Namen"));
        }
    }

    private void part(ArrayNode parts) {
        ObjectNode part = parts.addObject();
        switch (chance.below(9)) {
            case 0, 1, 2, 3 -> part.put("type", "text").put("text", chance.text());
            case 4 -> picture(part);
            case 5 -> {
                ObjectNode image = part.put("type", "image_url").putObject("image_url");
                image.put("url", MediaSamples.ADDRESS + chance.below(9) + ".png");
                if (chance.once(3)) {
                    image.put("detail", chance.one("low", "high", "auto"));
                }
            }
            case 6 -> file(part);
            case 7 -> {
                ObjectNode audio = part.put("type", "input_audio").putObject("input_audio");
                audio.put("data", MediaSamples.WAV).put("format", "wav");
            }
            default -> picture(part);
        }
        mark(part, 12);
    }

    private void picture(ObjectNode part) {
        String type = chance.one("png", "jpeg", "gif", "webp");
        part.put("type", "image_url")
                .putObject("image_url")
                .put("url", "data:image/" + type + ";base64," + MediaSamples.PICTURES.get(type));
    }

    private void file(ObjectNode part) {
        ObjectNode file = part.put("type", "file").putObject("file");
        switch (chance.below(3)) {
            case 0 ->
                file.put("filename", "a.txt")
                        .put("file_data", "data:text/plain;base64," + MediaSamples.base64("notes\n"));
            case 1 -> file.put("file_id", "file-" + chance.letters(8));
            default ->
                file.put("filename", chance.one("a.pdf", "Bericht (1).pdf", "ä.pdf"))
                        .put("file_data", "data:application/pdf;base64," + MediaSamples.PDF);
        }
    }

    private void assistant(boolean calls) {
        ObjectNode message = messages.addObject().put("role", "assistant");
        if (calls && chance.once(2)) {
            message.putNull("content");
        } else {
            words(message);
        }
        if (chance.once(4)) {
            thought(message);
        }
        if (!calls && chance.once(9)) {
            message.putNull("content").put("refusal", chance.text());
        }
        if (calls) {
            calls(message);
        }
        mark(message, 20);
    }

    private void thought(ObjectNode message) {
        switch (chance.below(4)) {
            case 0 -> message.put("reasoning_content", chance.text());
            case 1 -> message.put("reasoning", chance.text());
            case 2 ->
                message.putArray("thinking_blocks")
                        .addObject()
                        .put("type", "thinking")
                        .put("thinking", chance.text())
                        .put("signature", chance.sealed());
            default ->
                message.putArray("reasoning_details")
                        .addObject()
                        .put("type", chance.one("reasoning.text", "reasoning.encrypted", "reasoning.summary"))
                        .put("text", chance.text())
                        .put("data", chance.sealed())
                        .put("summary", chance.text())
                        .put("format", chance.one("anthropic-claude-v1", "openai-responses-v1", "google-gemini-v1"));
        }
    }

    private void calls(ObjectNode message) {
        ArrayNode calls = message.putArray("tool_calls");
        List<ObjectNode> answers = new ArrayList<>();
        for (int i = chance.below(3); i >= 0; i--) {
            String id = chance.one("call_", "toolu_", "a.b:c|", "ü ", "x".repeat(70)) + chance.letters(9);
            String name = functions.isEmpty() || chance.once(6)
                    ? chance.one("gone", "old.tool", "über", "n".repeat(70))
                    : functions.get(chance.below(functions.size()));
            calls.addObject()
                    .put("id", id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", name)
                    .put("arguments", arguments());
            answers.add(answer(id));
        }
        if (chance.once(4)) {
            Collections.reverse(answers);
        }
        if (chance.once(25)) {
            answers.removeLast();
        }
        if (chance.once(25)) {
            answers.add(answer("nobody_" + chance.letters(5)));
        }
        if (chance.once(25)) {
            user();
        }
        messages.addAll(answers);
    }

    private String arguments() {
        return switch (chance.below(12)) {
            case 0 -> "";
            case 1 -> "{\"a\":";
            case 2 -> "[1]";
            default -> JsonTree.text(chance.object(2));
        };
    }

    private ObjectNode answer(String id) {
        ObjectNode message = JsonTree.object().put("role", "tool").put("tool_call_id", id);
        switch (chance.below(8)) {
            case 0 -> message.put("content", "");
            case 1 -> message.put("content", JsonTree.text(chance.object(2)));
            case 2 -> picture(message.putArray("content").addObject());
            case 3 -> message.put("content", "[1,2]");
            default -> words(message);
        }
        return message;
    }

    private void mark(ObjectNode holder, int times) {
        if (chance.once(times)) {
            ObjectNode mark = holder.putObject("cache_control").put("type", "ephemeral");
            if (chance.once(4)) {
                mark.put("ttl", "1h");
            }
        }
    }
}
