package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.Usage;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Folds the events of an answer into one JSON answer of Chat Completions. One instance an answer, one
/// thread.
public final class AnswerWriter implements Consumer<ChatEvent> {
    private final Map<Integer, Choice> choices = new TreeMap<>();
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable String fingerprint;
    private @Nullable Usage usage;
    private @Nullable JsonNode usageDetails;
    private @Nullable JsonNode trace;
    private @Nullable Failure failure;
    private boolean ended;

    /// Why the answer ended badly, null where it did not.
    public @Nullable Failure failure() {
        return failure;
    }

    /// Whether the answer came to its good end.
    public boolean ended() {
        return ended;
    }

    /// The last usage that was reported.
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public void accept(ChatEvent event) {
        switch (event) {
            case ChatEvent.Started started -> {
                id = id == null ? started.id() : id;
                model = model == null ? started.model() : model;
                fingerprint = fingerprint == null ? started.fingerprint() : fingerprint;
            }
            case ChatEvent.Text text -> {
                Choice choice = choice(text.choice());
                choice.text.append(text.text());
                choice.hasText |= !text.text().isEmpty();
                if (text.signature() != null) {
                    choice.details.addAll(ReasoningDetails.write(
                            new Part.Reasoning("", null, text.signature(), null, ReasoningFormat.GEMINI),
                            choice.blocks++));
                }
            }
            case ChatEvent.Reasoning reasoning ->
                choice(reasoning.choice()).reasoning.append(reasoning.text());
            case ChatEvent.ReasoningBlock block -> {
                Choice choice = choice(block.choice());
                choice.details.addAll(ReasoningDetails.write(block.block(), choice.blocks++));
            }
            case ChatEvent.ToolCallOpened opened -> {
                Choice choice = choice(opened.choice());
                choice.calls.put(opened.index(), new Call(opened));
                if (opened.signature() != null) {
                    choice.details.add(ReasoningDetails.ofCall(opened.id(), opened.signature(), choice.blocks++));
                }
            }
            case ChatEvent.ToolCallArguments arguments -> {
                Call call = choice(arguments.choice()).calls.get(arguments.index());
                if (call != null) {
                    call.arguments.append(arguments.fragment());
                }
            }
            case ChatEvent.ToolCallClosed closed -> {}
            case ChatEvent.Refusal refusal -> {
                Choice choice = choice(refusal.choice());
                choice.refusal = (choice.refusal == null ? "" : choice.refusal) + refusal.text();
            }
            case ChatEvent.Annotation annotation ->
                choice(annotation.choice()).annotations.add(annotation.annotation());
            case ChatEvent.Image image -> choice(image.choice()).images.add(image.image());
            case ChatEvent.Audio audio -> choice(audio.choice()).audio(audio.audio());
            case ChatEvent.Traced traced -> trace = traced.trace();
            case ChatEvent.Logprobs logprobs -> logprobs.content().forEach(choice(logprobs.choice()).logprobs::add);
            case ChatEvent.Reported reported -> {
                usage = reported.usage();
                usageDetails = reported.details();
            }
            case ChatEvent.Finished finished -> choice(finished.choice()).finished = finished;
            case ChatEvent.Paused paused -> failure = paused();
            case ChatEvent.Ended end -> ended = true;
            case ChatEvent.Failed failed -> failure = failed.failure();
        }
    }

    /// A turn that the provider wants to go on with by itself.
    static Failure paused() {
        return Failure.of(
                        FailureKind.PROVIDER_FAILED,
                        "The provider paused its turn and asks to be called again for the rest; that is not done here.")
                .withCode("upstream_paused");
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, fresh -> new Choice());
    }

    /// The answer as JSON.
    ///
    /// @param created seconds since 1970
    /// @param fallbackId for providers whose answers have no id
    /// @param fallbackModel upstream model as it was asked for, for providers that do not say which one
    ///     answered
    /// @param details value of the `gapura` member, null: none
    public byte[] write(long created, String fallbackId, String fallbackModel, @Nullable JsonNode details) {
        ObjectNode root = JsonTree.object();
        root.put("id", id == null ? fallbackId : id);
        root.put("object", "chat.completion");
        root.put("created", created);
        root.put("model", model == null ? fallbackModel : model);
        if (fingerprint != null) {
            root.put("system_fingerprint", fingerprint);
        }
        ArrayNode list = root.putArray("choices");
        choices.forEach((index, choice) -> {
            choice.details.forEach(element -> ReasoningDetails.of(fallbackModel, element));
            choice.write(index, list.addObject());
        });
        if (usage != null) {
            root.set("usage", UsageWriter.write(usage, usageDetails));
            String tier = UsageWriter.tier(usage);
            if (tier != null) {
                root.put("service_tier", tier);
            }
        }
        if (trace != null) {
            root.set("trace", trace);
        }
        if (details != null) {
            root.set("gapura", details);
        }
        return JsonTree.bytes(root);
    }

    private static final class Call {
        private final ChatEvent.ToolCallOpened opened;
        private final StringBuilder arguments = new StringBuilder();

        Call(ChatEvent.ToolCallOpened opened) {
            this.opened = opened;
        }

        void write(ObjectNode out) {
            out.put("id", opened.id());
            String kind = opened.custom() ? "custom" : "function";
            out.put("type", kind);
            ObjectNode body = out.putObject(kind);
            body.put("name", opened.name());
            body.put(opened.custom() ? "input" : "arguments", arguments.toString());
            if (opened.signature() != null) {
                out.putObject("extra_content").putObject("google").put("thought_signature", opened.signature());
            }
        }
    }

    private static final class Choice {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final List<ObjectNode> details = new ArrayList<>();
        private final Map<Integer, Call> calls = new TreeMap<>();
        private final List<JsonNode> annotations = new ArrayList<>();
        private final List<JsonNode> images = new ArrayList<>();
        private final ArrayNode logprobs = JsonTree.array();
        private @Nullable ObjectNode audio;
        private @Nullable String refusal;
        private ChatEvent.@Nullable Finished finished;
        private boolean hasText;
        private int blocks;

        /// One text in base64 of two, of which the first is padded.
        private static String joined(String first, String second) {
            try {
                byte[] begin = Base64.getDecoder().decode(first);
                byte[] end = Base64.getDecoder().decode(second);
                byte[] all = Arrays.copyOf(begin, begin.length + end.length);
                System.arraycopy(end, 0, all, begin.length, end.length);
                return Base64.getEncoder().encodeToString(all);
            } catch (IllegalArgumentException noBase64) {
                return first + second;
            }
        }

        /// Data and transcript grow, the rest is replaced.
        void audio(JsonNode added) {
            ObjectNode all = audio == null ? JsonTree.object() : audio;
            added.properties().forEach(member -> {
                boolean grows =
                        member.getKey().equals("data") || member.getKey().equals("transcript");
                String before = grows ? JsonTree.string(all, member.getKey()) : null;
                if (before == null) {
                    all.set(member.getKey(), member.getValue());
                } else {
                    String more = member.getValue().asText();
                    all.put(member.getKey(), before.endsWith("=") ? joined(before, more) : before + more);
                }
            });
            audio = all;
        }

        void write(int index, ObjectNode out) {
            out.put("index", index);
            ObjectNode message = out.putObject("message");
            message.put("role", "assistant");
            // An answer that said nothing at all is an empty text; null means that something else stands in its place.
            boolean empty = calls.isEmpty() && refusal == null && audio == null && images.isEmpty();
            ChatEvent.Finished end = finished;
            if (hasText || (empty && !(end != null && end.reason() == FinishReason.CONTENT_FILTER))) {
                message.put("content", text.toString());
            } else {
                message.putNull("content");
            }
            message.put("refusal", refusal);
            if (!reasoning.isEmpty()) {
                message.put("reasoning_content", reasoning.toString());
            }
            if (!details.isEmpty()) {
                message.putArray("reasoning_details").addAll(details);
            }
            if (!calls.isEmpty()) {
                ArrayNode list = message.putArray("tool_calls");
                calls.values().forEach(call -> call.write(list.addObject()));
            }
            if (!annotations.isEmpty()) {
                message.putArray("annotations").addAll(annotations);
            }
            if (!images.isEmpty()) {
                message.putArray("images").addAll(images);
            }
            if (audio != null) {
                message.set("audio", audio);
            }
            if (logprobs.isEmpty()) {
                out.putNull("logprobs");
            } else {
                out.putObject("logprobs").<ObjectNode>set("content", logprobs).putNull("refusal");
            }
            out.put("finish_reason", end == null ? null : end.reason().text());
            if (end != null && end.nativeReason() != null) {
                out.put("native_finish_reason", end.nativeReason());
            }
            if (end != null && end.stopSequence() != null) {
                out.put("native_stop_sequence", end.stopSequence());
            }
        }
    }
}
