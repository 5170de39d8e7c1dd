package bench;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/// What client and provider say to each other: request bodies, answers and events, in OpenAI's chat completions format.
/// Both the mock and the load generator build their bytes from here.
final class Conversation {
    /// Content chunks of a paced stream, and the pause between two of them.
    static final int PACED_CHUNKS = 64;

    static final long PACE_NANOS = 20_000_000;

    /// Content events of an unpaced stream, 300 bytes each with `data: ` and the empty line.
    static final int UNPACED_EVENTS = 1_000;

    static final int UNPACED_EVENT_BYTES = 300;

    /// What begins a message with a result of a tool.
    static final String TOOL_RESULT = "\"role\":\"tool\"";

    private static final String WORDS = "The quick brown fox jumps over the lazy dog while seven wizards box quietly. ";

    private Conversation() {}

    /// The part of a request that must reach the provider untouched, `"messages":[...]`; its last message
    /// carries the number of the request, so no two bodies are alike.
    static String messages(boolean large) {
        int count = large ? 40 : 2;
        int size = large ? 2_480 : 880;
        StringBuilder text = new StringBuilder("\"messages\":[");
        for (int i = 0; i < count; i++) {
            String role = i == 0 ? "system" : i % 2 == 1 ? "user" : "assistant";
            String start = i == count - 1 ? "Request " + Script.ID + ": " : "";
            text.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"" + role + "\",\"content\":\"")
                    .append(start)
                    .append(words(size - start.length()))
                    .append("\"}");
        }
        return text.append(']').toString();
    }

    /// A whole request body.
    static String body(String model, boolean stream, boolean large) {
        return "{\"model\":\"" + model + "\",\"temperature\":0.7,\"max_tokens\":1000,"
                + (stream ? "\"stream\":true," : "") + messages(large) + "}";
    }

    /// A whole request body that offers a tool of the gateway's.
    static String bodyWithTool(String model) {
        return "{\"model\":\"" + model + "\",\"temperature\":0.7,\"max_tokens\":1000,"
                + "\"tools\":[{\"type\":\"server\",\"name\":\"calc\"}]," + messages(false) + "}";
    }

    /// The answer that calls the tool, whose result is [#TOOL_RESULT].
    ///
    /// @param thread whether its arguments are so long that it gets a thread of its own
    static String toolCall(boolean thread) {
        return "{\"id\":\"chatcmpl-" + Script.ID + "\",\"object\":\"chat.completion\",\"created\":1760000000,"
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
                + "\"tool_calls\":[{\"id\":\"call_" + Script.ID + "\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"calc\",\"arguments\":\"{\\\"expression\\\":\\\"" + Script.ID
                + " + 10000000000000000" + (thread ? " + 0".repeat(40) : "") + "\\\"}\"}}],\"refusal\":null},\"logprobs\":null,"
                + "\"finish_reason\":\"tool_calls\"}]," + usage() + ",\"service_tier\":\"default\"}";
    }

    /// What a client reads of an answer that took so many rounds of a tool.
    static String answerAfter(int rounds) {
        int calls = rounds + 1;
        return "{\"id\":\"chatcmpl-" + Script.ID + "\",\"object\":\"chat.completion\",\"created\":" + Script.CLOCK + ","
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + words(380) + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":" + 420 * calls + ",\"completion_tokens\":" + 64 * calls
                + ",\"total_tokens\":" + 484 * calls
                + ",\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}";
    }

    /// The answer of a request without `stream`, about 800 bytes.
    static String answer() {
        return "{\"id\":\"chatcmpl-" + Script.ID + "\",\"object\":\"chat.completion\",\"created\":1760000000,"
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + words(380) + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                + usage() + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_bench\"}";
    }

    /// First event of every stream.
    static String role() {
        return event("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    }

    /// One content event of a paced stream, stamped with the moment at which it was due.
    static String paced() {
        return event("{\"content\":\" " + Script.AT + "\"}", "null");
    }

    /// One content event of an unpaced stream.
    static String unpaced() {
        int frame = event("{\"content\":\"\"}", "null").length();
        return event("{\"content\":\"" + words(UNPACED_EVENT_BYTES - frame) + "\"}", "null");
    }

    /// Last event with a choice.
    static String finish() {
        return event("{}", "\"stop\"");
    }

    /// Sent only to those who asked for it; a gateway that asked on its own account withholds it.
    static String usageEvent() {
        return "data: {\"id\":\"chatcmpl-" + Script.ID
                + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
                + "\"model\":\"bench\",\"choices\":[]," + usage() + "}\n\n";
    }

    static String done() {
        return "data: [DONE]\n\n";
    }

    /// What a client that did not ask for usage reads of a paced stream.
    static String pacedStream() {
        return role() + paced().repeat(PACED_CHUNKS) + finish() + done();
    }

    /// What a client that did not ask for usage reads of an unpaced stream.
    static String unpacedStream() {
        return role() + unpaced().repeat(UNPACED_EVENTS) + finish() + done();
    }

    /// First events of a paced stream in Anthropic's Messages.
    static List<String> messagesOpening() {
        return List.of(
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_" + Script.ID
                        + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[],"
                        + "\"stop_reason\":null,\"usage\":{\"input_tokens\":420,\"output_tokens\":1}}}\n\n",
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
    }

    /// One content event of such a stream, stamped with the moment at which it was due.
    static String messagesPaced() {
        return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\" " + Script.AT + "\"}}\n\n";
    }

    /// What such a stream ends with.
    static List<String> messagesEnding() {
        return List.of(
                "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
                        + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":64}}\n\n",
                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    /// What a client of chat completions reads of such a stream.
    static String translatedStream() {
        return translated("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
                + translated("{\"content\":\" " + Script.AT + "\"}", "null").repeat(PACED_CHUNKS)
                + translated("{}", "\"stop\"") + done();
    }

    private static String translated(String delta, String finishReason) {
        return "data: {\"id\":\"msg_" + Script.ID + "\",\"object\":\"chat.completion.chunk\",\"created\":" + Script.CLOCK
                + ",\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + finishReason + "}]}\n\n";
    }

    /// The events as HTTP chunks, one chunk an event, as providers send them.
    static String chunked(List<String> events) {
        StringBuilder text = new StringBuilder();
        for (String event : events) {
            text.append(Integer.toHexString(event.length()))
                    .append("\r\n")
                    .append(event)
                    .append("\r\n");
        }
        return text.toString();
    }

    /// `count` times the unpaced content event.
    static List<String> unpacedEvents() {
        return Collections.nCopies(UNPACED_EVENTS, unpaced());
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String event(String delta, String finishReason) {
        return "data: {\"id\":\"chatcmpl-" + Script.ID
                + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + finishReason + "}]}\n\n";
    }

    private static String usage() {
        return "\"usage\":{\"prompt_tokens\":420,\"completion_tokens\":64,\"total_tokens\":484,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}";
    }

    private static String words(int length) {
        return WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
    }
}
