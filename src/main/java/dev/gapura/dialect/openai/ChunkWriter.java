package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.AnswerStream.Output;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes the events of an answer as chunks of Chat Completions, in the order that clients rely on: the role
/// first, then content, a finish reason a choice, usage if it was asked for, `[DONE]`. What is the same in
/// all chunks is made once. One instance a stream, one thread. A failure is not written here: the exchange
/// tells it.
public final class ChunkWriter {
    private static final String DONE = "data: [DONE]\n\n";

    private final Output output;
    private final boolean usageAsked;
    private final long created;
    private final String fallbackId;
    private final String fallbackModel;
    private final Supplier<@Nullable JsonNode> details;
    private final ChunkBytes bytes = new ChunkBytes();
    private final BitSet begun = new BitSet();
    private final Map<Integer, Integer> reasoningBlocks = new HashMap<>();

    private byte[] head = {};
    private @Nullable Usage usage;
    private @Nullable JsonNode usageDetails;
    private @Nullable JsonNode trace;

    /// @param usageAsked whether a last chunk carries the usage
    /// @param created seconds since 1970 at which the answer began
    /// @param id for providers that have none
    /// @param model for providers that do not say which model answered
    /// @param details value of the `gapura` member of the last chunk; null: none
    /// @param output takes the chunks
    public ChunkWriter(
            boolean usageAsked,
            long created,
            String id,
            String model,
            Supplier<@Nullable JsonNode> details,
            Output output) {
        this.usageAsked = usageAsked;
        this.created = created;
        this.fallbackId = id;
        this.fallbackModel = model;
        this.details = details;
        this.output = output;
    }

    /// Writes what one event means; many events write nothing by themselves.
    public void write(ChatEvent event) {
        switch (event) {
            case ChatEvent.Started started -> head(started);
            case ChatEvent.Text text -> {
                if (!text.text().isEmpty()) {
                    open(text.choice()).raw("\"content\":").quoted(text.text());
                    close(null, null);
                }
                if (text.signature() != null) {
                    detail(
                            text.choice(),
                            ReasoningDetails.write(
                                            new Part.Reasoning(
                                                    "", null, text.signature(), null, ReasoningFormat.GEMINI),
                                            nextBlock(text.choice()))
                                    .getFirst());
                }
            }
            case ChatEvent.Reasoning reasoning -> {
                if (!reasoning.text().isEmpty()) {
                    open(reasoning.choice()).raw("\"reasoning_content\":").quoted(reasoning.text());
                    close(null, null);
                }
            }
            case ChatEvent.ReasoningBlock block -> {
                int index = nextBlock(block.choice());
                for (ObjectNode element : ReasoningDetails.write(block.block(), index)) {
                    detail(block.choice(), ReasoningDetails.of(fallbackModel, element));
                }
            }
            case ChatEvent.ToolCallOpened opened -> opened(opened);
            case ChatEvent.ToolCallArguments arguments -> {
                boolean custom = customCalls.get(key(arguments.choice(), arguments.index()));
                open(arguments.choice())
                        .raw("\"tool_calls\":[{\"index\":")
                        .number(arguments.index())
                        .raw(custom ? ",\"custom\":{\"input\":" : ",\"function\":{\"arguments\":")
                        .quoted(arguments.fragment())
                        .raw("}}]");
                close(null, null);
            }
            case ChatEvent.ToolCallClosed closed -> {}
            case ChatEvent.Refusal refusal -> {
                open(refusal.choice()).raw("\"refusal\":").quoted(refusal.text());
                close(null, null);
            }
            case ChatEvent.Annotation annotation -> member(annotation.choice(), "annotations", annotation.annotation());
            case ChatEvent.Image image -> member(image.choice(), "images", image.image());
            case ChatEvent.Audio audio -> {
                open(audio.choice()).raw("\"audio\":").json(audio.audio());
                close(null, null);
            }
            case ChatEvent.Logprobs logprobs -> {
                open(logprobs.choice());
                close(logprobs.content(), null);
            }
            case ChatEvent.Traced traced -> trace = traced.trace();
            case ChatEvent.Reported reported -> {
                usage = reported.usage();
                usageDetails = reported.details();
            }
            case ChatEvent.Finished finished -> {
                open(finished.choice());
                close(null, finished);
            }
            case ChatEvent.Ended ended -> ended();
            case ChatEvent.Paused paused -> {}
            case ChatEvent.Failed failed -> {}
        }
    }

    private final BitSet customCalls = new BitSet();

    /// Tells the calls of different choices apart; `tools` are at most 128, and choices too.
    private static int key(int choice, int index) {
        return choice << 12 | index & 0xFFF;
    }

    private void opened(ChatEvent.ToolCallOpened opened) {
        customCalls.set(key(opened.choice(), opened.index()), opened.custom());
        String kind = opened.custom() ? "custom" : "function";
        open(opened.choice())
                .raw("\"tool_calls\":[{\"index\":")
                .number(opened.index())
                .raw(",\"id\":")
                .quoted(opened.id())
                .raw(",\"type\":\"")
                .raw(kind)
                .raw("\",\"")
                .raw(kind)
                .raw("\":{\"name\":")
                .quoted(opened.name())
                .raw(opened.custom() ? ",\"input\":\"\"}" : ",\"arguments\":\"\"}");
        String signature = opened.signature();
        if (signature != null) {
            bytes.raw(",\"extra_content\":{\"google\":{\"thought_signature\":")
                    .quoted(signature)
                    .raw("}}");
        }
        bytes.raw("}]");
        close(null, null);
        if (signature != null) {
            detail(opened.choice(), ReasoningDetails.ofCall(opened.id(), signature, nextBlock(opened.choice())));
        }
    }

    private int nextBlock(int choice) {
        return reasoningBlocks.merge(choice, 1, Integer::sum) - 1;
    }

    private void detail(int choice, ObjectNode element) {
        member(choice, "reasoning_details", element);
    }

    private void member(int choice, String name, JsonNode element) {
        open(choice).raw("\"").raw(name).raw("\":[").json(element).raw("]");
        close(null, null);
    }

    /// Begins a chunk of one choice up to the members of its delta; the first of a choice says whose turn
    /// it is.
    private ChunkBytes open(int choice) {
        if (head.length == 0) {
            head(new ChatEvent.Started(null, null));
        }
        if (!begun.get(choice)) {
            begun.set(choice);
            start(choice).raw("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null");
            close(null, null);
        }
        return start(choice);
    }

    private ChunkBytes start(int choice) {
        bytes.clear();
        return bytes.raw(head).raw("[{\"index\":").number(choice).raw(",\"delta\":{");
    }

    private void close(@Nullable JsonNode logprobs, ChatEvent.@Nullable Finished finished) {
        bytes.raw("},\"logprobs\":");
        if (logprobs == null) {
            bytes.raw("null");
        } else {
            bytes.raw("{\"content\":").json(logprobs).raw(",\"refusal\":null}");
        }
        bytes.raw(",\"finish_reason\":");
        if (finished == null) {
            bytes.raw("null}]");
        } else {
            bytes.raw("\"").raw(finished.reason().text()).raw("\"");
            String own = finished.nativeReason();
            if (own != null) {
                bytes.raw(",\"native_finish_reason\":").quoted(own);
            }
            String sequence = finished.stopSequence();
            if (sequence != null) {
                bytes.raw(",\"native_stop_sequence\":").quoted(sequence);
            }
            bytes.raw("}]");
        }
        bytes.raw(usageAsked ? ",\"usage\":null}\n\n" : "}\n\n");
        send();
    }

    private void ended() {
        JsonNode extra = details.get();
        Usage tokens = usage;
        JsonNode checks = trace;
        if (usageAsked || extra != null || checks != null) {
            if (head.length == 0) {
                head(new ChatEvent.Started(null, null));
            }
            bytes.clear();
            bytes.raw(head).raw("[]");
            if (usageAsked) {
                bytes.raw(",\"usage\":");
                if (tokens == null) {
                    bytes.raw("null");
                } else {
                    bytes.json(UsageWriter.write(tokens, usageDetails));
                    String tier = UsageWriter.tier(tokens);
                    if (tier != null) {
                        bytes.raw(",\"service_tier\":").quoted(tier);
                    }
                }
            }
            if (checks != null) {
                bytes.raw(",\"trace\":").json(checks);
            }
            if (extra != null) {
                bytes.raw(",\"gapura\":").json(extra);
            }
            bytes.raw("}\n\n");
            send();
        }
        bytes.clear();
        bytes.raw(DONE);
        send();
    }

    private void head(ChatEvent.Started started) {
        String id = started.id();
        String model = started.model();
        bytes.clear();
        bytes.raw("data: {\"id\":")
                .quoted(id == null ? fallbackId : id)
                .raw(",\"object\":\"chat.completion.chunk\",\"created\":")
                .number(created)
                .raw(",\"model\":")
                .quoted(model == null ? fallbackModel : model);
        String fingerprint = started.fingerprint();
        if (fingerprint != null) {
            bytes.raw(",\"system_fingerprint\":").quoted(fingerprint);
        }
        bytes.raw(",\"choices\":");
        head = Arrays.copyOf(bytes.bytes(), bytes.length());
    }

    private void send() {
        output.write(bytes.bytes(), 0, bytes.length());
    }
}
