package dev.gapura.dialect.openai;

import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.ModelRules;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Rule;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.Spliced;
import java.util.List;
import java.util.Map;

/// Makes the body for an OpenAI-compatible provider out of the client's: the same bytes, but for the model
/// and for what the provider's profile demands. Nothing is re-serialised: key order, numbers, white space and
/// unknown fields arrive as they were sent. One instance writes one body; any thread.
public final class RequestWriter {
    private static final byte[] TRUE = BodyEdits.ascii("true");
    private static final byte[] FALSE = BodyEdits.ascii("false");
    private static final byte[] STREAM = BodyEdits.ascii("\"stream\":true");
    private static final byte[] USAGE = BodyEdits.ascii("\"include_usage\":true");
    private static final byte[] NO_PADDING = BodyEdits.ascii("\"include_obfuscation\":false");
    private static final byte[] USAGE_NAME = BodyEdits.ascii("include_usage");
    private static final byte[] PADDING_NAME = BodyEdits.ascii("include_obfuscation");

    private final ChatCompletionRequest request;
    private final Provider provider;
    private final boolean stream;
    private final boolean oneOfSeveral;
    private final KeptReasoning kept;
    private final BodyEdits edits;
    private final RuleWriter rules;

    private RequestWriter(BodyEdits edits, boolean stream, boolean oneOfSeveral, KeptReasoning kept) {
        this.request = edits.request();
        this.provider = edits.provider();
        this.stream = stream;
        this.oneOfSeveral = oneOfSeveral;
        this.kept = kept;
        this.edits = edits;
        this.rules = new RuleWriter(edits);
    }

    /// A body ready to be sent.
    ///
    /// @param body the upstream body
    /// @param verdicts what became of the fields; plain passes are left out
    /// @param usageInserted usage was asked for although the client did not: its chunk must be withheld
    /// @param paddingDeclined the provider pads and the client did not ask for it: `obfuscation` that comes
    ///     is cut out
    /// @param choices how many choices the provider was asked for
    /// @param extraHeaders further request headers, lower case, made from fields
    public record Written(
            Spliced body,
            List<Verdict> verdicts,
            boolean usageInserted,
            boolean paddingDeclined,
            int choices,
            Map<String, String> extraHeaders) {
        public Written {
            verdicts = List.copyOf(verdicts);
            extraHeaders = Map.copyOf(extraHeaders);
        }
    }

    /// Writes one upstream body. The client's bytes stay as they are: a further attempt writes them anew.
    ///
    /// @param upstreamModel model name as the provider knows it
    /// @param stream whether the answer shall be a stream; wins over the body
    /// @throws GatewayException (400, code `unsupported_parameter` or `unknown_parameter`) when the policy
    ///     rejects a field
    public static Written write(
            ChatCompletionRequest request,
            Provider provider,
            String upstreamModel,
            boolean stream,
            UnsupportedPolicy policy) {
        ModelRules rules = ModelRules.of(provider.profile(), upstreamModel);
        return write(request, provider, upstreamModel, rules, stream, policy, false, KeptReasoning.NOTHING);
    }

    /// The same for a model of which more is known than its provider's rules.
    ///
    /// @param rules what holds for the model
    /// @param oneOfSeveral whether `n` is left out, because the gateway makes that many calls
    /// @param kept reasoning of earlier answers, for clients that lose it
    public static Written write(
            ChatCompletionRequest request,
            Provider provider,
            String upstreamModel,
            ModelRules rules,
            boolean stream,
            UnsupportedPolicy policy,
            boolean oneOfSeveral,
            KeptReasoning kept) {
        BodyEdits edits = new BodyEdits(request, provider, upstreamModel, rules, stream, policy);
        return new RequestWriter(edits, stream, oneOfSeveral, kept).write();
    }

    private Written write() {
        boolean usageInserted = false;
        for (Member member : request.members()) {
            switch (member.name()) {
                case "model" -> edits.replace(member, BodyEdits.quoted(edits.upstreamModel()));
                case "messages" -> {}
                case "stream" -> {
                    if (request.stream() != stream) {
                        edits.replace(member, stream ? TRUE : FALSE);
                    }
                }
                case "n" -> {
                    if (oneOfSeveral) {
                        edits.remove(member);
                        edits.report("n", Outcome.EMULATED, request.choices() + " calls", "one answer a call");
                    } else {
                        rules.write(member);
                    }
                }
                case "stream_options" -> usageInserted |= streamOptions(member);
                case "tools", "functions", "tool_choice", "parallel_tool_calls" -> {
                    if (!withoutTools(member)) {
                        rules.write(member);
                    }
                }
                default -> rules.write(member);
            }
        }
        if (stream
                && request.member("stream_options") == null
                && provider.quirks().streamUsage()) {
            edits.splice().addMember(edits.objectStart(), BodyEdits.ascii("\"stream_options\":" + freshOptions()));
            usageInserted = true;
        }
        if (stream && request.member("stream") == null) {
            edits.splice().addMember(edits.objectStart(), STREAM);
        }
        edits.rules().own().additions().forEach(this::add);
        new ConversationEditor(edits, rules.instruction(), kept).write();
        boolean paddingDeclined =
                stream && provider.quirks().padding() && !Boolean.TRUE.equals(request.includeObfuscation());
        return new Written(
                edits.spliced(), edits.verdicts(), usageInserted, paddingDeclined, choicesAsked(), edits.headers());
    }

    /// An empty list of tools is as good as none, which some providers refuse; so is a choice among none.
    private boolean withoutTools(Member member) {
        if (member.isNull()) {
            return false;
        }
        boolean list = member.name().equals("tools") || member.name().equals("functions");
        if (list) {
            boolean empty = isEmptyList(member);
            if (empty) {
                edits.remove(member);
            }
            return empty;
        }
        boolean harmless = member.name().equals("parallel_tool_calls")
                || List.of("\"auto\"", "\"none\"").contains(edits.text(member));
        if (!harmless || offersTools("tools") || offersTools("functions")) {
            return false;
        }
        edits.strip(member, "it says nothing without tools");
        return true;
    }

    private boolean offersTools(String name) {
        Member tools = request.member(name);
        return tools != null && !tools.isNull() && !isEmptyList(tools);
    }

    private boolean isEmptyList(Member member) {
        JsonScanner json =
                new JsonScanner(request.body(), member.valueStart(), member.valueEnd(), RuleWriter.MAX_DEPTH);
        return json.next() == JsonToken.ARRAY && json.next() == JsonToken.END_ARRAY;
    }

    /// What goes along unasked.
    private void add(Rule.Addition addition) {
        if (!addition.scope().covers(edits.rules().model(), edits::value)) {
            return;
        }
        switch (addition) {
            case Rule.Fill fill -> edits.add(fill.field(), fill.value());
            case Rule.Strict strict -> {
                if (edits.policy().general() == UnsupportedPolicy.Action.REJECT) {
                    strict(strict);
                }
            }
        }
    }

    private void strict(Rule.Strict strict) {
        Member there = request.member(strict.field());
        String member = "\"" + strict.name() + "\":" + strict.value();
        if (there == null || there.isNull()) {
            edits.add(strict.field(), "{" + member + "}");
            return;
        }
        JsonScanner json = new JsonScanner(request.body(), there.valueStart(), there.valueEnd(), RuleWriter.MAX_DEPTH);
        boolean object = json.next() == JsonToken.OBJECT;
        while (object && json.next() == JsonToken.NAME) {
            if (json.string().equals(strict.name())) {
                return;
            }
            json.skip();
        }
        if (object) {
            edits.splice().addMember(there.valueStart(), BodyEdits.ascii(member));
        }
    }

    /// `n` as it goes on; one where the field was left out.
    private int choicesAsked() {
        boolean sent = edits.verdicts().stream()
                .noneMatch(verdict -> verdict.field().equals("n") && verdict.outcome() == Verdict.Outcome.STRIPPED);
        return sent ? request.choices() : 1;
    }

    /// Sees to it that a stream reports usage and is not padded. Returns whether usage was inserted.
    private boolean streamOptions(Member member) {
        if (!stream) {
            if (request.stream()) {
                edits.remove(member);
            }
            return false;
        }
        if (!provider.quirks().streamUsage()) {
            edits.remove(member);
            if (!member.isNull()) {
                edits.report(
                        member.name(),
                        Outcome.STRIPPED,
                        null,
                        "this provider does not take it; some report usage unasked");
            }
            return false;
        }
        if (member.isNull()) {
            edits.replace(member, BodyEdits.ascii(freshOptions()));
            return true;
        }
        boolean usageKnown = false;
        boolean paddingKnown = false;
        JsonScanner json =
                new JsonScanner(request.body(), member.valueStart(), member.valueEnd(), RuleWriter.MAX_DEPTH);
        json.next();
        while (json.next() == JsonToken.NAME) {
            boolean usage = json.valueIs(USAGE_NAME);
            boolean padding = json.valueIs(PADDING_NAME);
            json.skip();
            if (usage && json.token() != JsonToken.TRUE) {
                edits.splice().replace(json.start(), json.end(), TRUE);
            }
            if (padding && json.token() == JsonToken.NULL && provider.declinesPadding()) {
                edits.splice().replace(json.start(), json.end(), FALSE);
            }
            usageKnown |= usage;
            paddingKnown |= padding;
        }
        if (!usageKnown) {
            edits.splice().addMember(member.valueStart(), USAGE);
        }
        if (!paddingKnown && provider.declinesPadding()) {
            edits.splice().addMember(member.valueStart(), NO_PADDING);
        }
        return !Boolean.TRUE.equals(request.includeUsage());
    }

    private String freshOptions() {
        return provider.declinesPadding()
                ? "{\"include_usage\":true,\"include_obfuscation\":false}"
                : "{\"include_usage\":true}";
    }
}
