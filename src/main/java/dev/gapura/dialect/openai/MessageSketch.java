package dev.gapura.dialect.openai;

import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;

/// What has to be known of one message to say whether it must change for a provider; read without building anything
/// from its text.
///
/// @param start offset of its opening brace
/// @param end offset after its closing one
/// @param role empty where it has none
/// @param name whether it names its speaker
/// @param reasoning whether it carries reasoning of an earlier turn
/// @param calls whether it calls tools
/// @param textParts whether its content is a list of texts and nothing else
/// @param otherParts whether its content holds a part that is no text
/// @param cacheMarks whether it, a part or a call of its is marked as worth caching
record MessageSketch(
        int start,
        int end,
        String role,
        boolean name,
        boolean reasoning,
        boolean calls,
        boolean textParts,
        boolean otherParts,
        boolean cacheMarks) {

    /// Reads the object the scanner stands on and leaves it on the object's end.
    static MessageSketch of(JsonScanner json) {
        int start = json.start();
        String role = "";
        boolean name = false;
        boolean reasoning = false;
        boolean calls = false;
        Parts parts = new Parts();
        while (json.next() == JsonToken.NAME) {
            String member = json.string();
            JsonToken value = json.next();
            switch (member) {
                case "role" -> {
                    role = value == JsonToken.STRING ? json.string() : "";
                    json.skip();
                }
                case "name" -> {
                    name = value == JsonToken.STRING;
                    json.skip();
                }
                case "reasoning", "reasoning_content", "reasoning_details", "thinking_blocks" -> {
                    reasoning |= value != JsonToken.NULL;
                    json.skip();
                }
                case "tool_calls" -> {
                    calls = value == JsonToken.ARRAY;
                    parts.readMarks(json);
                }
                case "content" -> parts.read(json);
                case "cache_control", "prompt_cache_breakpoint" -> {
                    parts.marks |= value != JsonToken.NULL;
                    json.skip();
                }
                default -> json.skip();
            }
        }
        return new MessageSketch(
                start,
                json.end(),
                role,
                name,
                reasoning,
                calls,
                parts.count > 0 && !parts.others,
                parts.others,
                parts.marks);
    }

    /// What is found among parts of content and calls.
    private static final class Parts {
        private int count;
        private boolean others;
        private boolean marks;

        void read(JsonScanner json) {
            if (json.token() != JsonToken.ARRAY) {
                json.skip();
                return;
            }
            while (json.next() != JsonToken.END_ARRAY) {
                if (json.token() != JsonToken.OBJECT) {
                    json.skip();
                    continue;
                }
                count++;
                boolean text = false;
                while (json.next() == JsonToken.NAME) {
                    String member = json.string();
                    boolean string = json.next() == JsonToken.STRING;
                    if (member.equals("type") && string) {
                        String type = json.string();
                        text = type.equals("text") || type.equals("refusal");
                    }
                    mark(member, json);
                }
                others |= !text;
            }
        }

        void readMarks(JsonScanner json) {
            if (json.token() != JsonToken.ARRAY) {
                json.skip();
                return;
            }
            while (json.next() != JsonToken.END_ARRAY) {
                if (json.token() != JsonToken.OBJECT) {
                    json.skip();
                    continue;
                }
                while (json.next() == JsonToken.NAME) {
                    String member = json.string();
                    json.next();
                    mark(member, json);
                }
            }
        }

        private void mark(String member, JsonScanner json) {
            marks |= (member.equals("cache_control") || member.equals("prompt_cache_breakpoint"))
                    && json.token() != JsonToken.NULL;
            json.skip();
        }
    }
}
