package dev.gapura.dialect.openai;

import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Rule;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.Splice;
import dev.gapura.wire.Spliced;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the body for an OpenAI-compatible provider out of the client's: the same bytes, but for the model
/// and for what the provider's profile demands. Nothing is re-serialised: key order, numbers, white space and
/// unknown fields arrive as they were sent. One instance writes one body; any thread.
public final class RequestWriter {
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] STREAM = ascii("\"stream\":true");
    private static final byte[] USAGE = ascii("\"include_usage\":true");
    private static final byte[] NO_PADDING = ascii("\"include_obfuscation\":false");
    private static final byte[] USAGE_NAME = ascii("include_usage");
    private static final byte[] PADDING_NAME = ascii("include_obfuscation");

    /// Members are known to be valid and no deeper than the reader allows; a profile looks one level deep.
    private static final int MAX_DEPTH = 64;

    /// Values that mean "as if absent" for whatever field: leaving them out takes nothing away.
    private static final Set<String> INERT = Set.of("false", "0", "[]", "{}", "\"\"");

    private final ChatCompletionRequest request;
    private final Provider provider;
    private final String upstreamModel;
    private final UnsupportedPolicy policy;
    private final Splice splice;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<String, String> extraHeaders = new LinkedHashMap<>();
    /// Members that gave way to another one of the same meaning; they are out already.
    private final Set<String> displaced = new HashSet<>();
    private boolean oneOfSeveral;

    private RequestWriter(
            ChatCompletionRequest request, Provider provider, String upstreamModel, UnsupportedPolicy policy) {
        this.request = request;
        this.provider = provider;
        this.upstreamModel = upstreamModel;
        this.policy = policy;
        this.splice = new Splice(request.body(), request.length());
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
        return write(request, provider, upstreamModel, stream, policy, false);
    }

    /// The same for one of several calls that make the answers that `n` asks for.
    ///
    /// @param oneOfSeveral whether `n` is left out, because the gateway makes that many calls
    public static Written write(
            ChatCompletionRequest request,
            Provider provider,
            String upstreamModel,
            boolean stream,
            UnsupportedPolicy policy,
            boolean oneOfSeveral) {
        RequestWriter writer = new RequestWriter(request, provider, upstreamModel, policy);
        writer.oneOfSeveral = oneOfSeveral;
        return writer.write(stream);
    }

    private Written write(boolean stream) {
        boolean usageInserted = false;
        for (Member member : request.members()) {
            switch (member.name()) {
                case "model" -> replace(member, quoted(upstreamModel));
                case "messages" -> {}
                case "stream" -> {
                    if (request.stream() != stream) {
                        replace(member, stream ? TRUE : FALSE);
                    }
                }
                case "n" -> {
                    if (oneOfSeveral) {
                        remove(member);
                        report(member, Outcome.EMULATED, request.choices() + " calls", "one answer a call");
                    } else {
                        field(member);
                    }
                }
                case "stream_options" -> usageInserted |= streamOptions(member, stream);
                default -> field(member);
            }
        }
        if (stream
                && request.member("stream_options") == null
                && provider.quirks().streamUsage()) {
            splice.addMember(objectStart(), ascii("\"stream_options\":" + freshOptions()));
            usageInserted = true;
        }
        if (stream && request.member("stream") == null) {
            splice.addMember(objectStart(), STREAM);
        }
        boolean paddingDeclined =
                stream && provider.quirks().padding() && !Boolean.TRUE.equals(request.includeObfuscation());
        return new Written(splice.spliced(), verdicts, usageInserted, paddingDeclined, choicesAsked(), extraHeaders);
    }

    /// `n` as it goes on; one where the field was left out.
    private int choicesAsked() {
        boolean sent = verdicts.stream()
                .noneMatch(verdict -> verdict.field().equals("n") && verdict.outcome() == Verdict.Outcome.STRIPPED);
        return sent ? request.choices() : 1;
    }

    /// Sees to it that a stream reports usage and is not padded. Returns whether usage was inserted.
    private boolean streamOptions(Member member, boolean stream) {
        if (!stream) {
            if (request.stream()) {
                remove(member);
            }
            return false;
        }
        if (!provider.quirks().streamUsage()) {
            remove(member);
            if (!member.isNull()) {
                report(member, Outcome.STRIPPED, null, "this provider does not take it; some report usage unasked");
            }
            return false;
        }
        if (member.isNull()) {
            replace(member, ascii(freshOptions()));
            return true;
        }
        boolean usageKnown = false;
        boolean paddingKnown = false;
        JsonScanner json = new JsonScanner(request.body(), member.valueStart(), member.valueEnd(), MAX_DEPTH);
        json.next();
        while (json.next() == JsonToken.NAME) {
            boolean usage = json.valueIs(USAGE_NAME);
            boolean padding = json.valueIs(PADDING_NAME);
            json.skip();
            if (usage && json.token() != JsonToken.TRUE) {
                splice.replace(json.start(), json.end(), TRUE);
            }
            if (padding && json.token() == JsonToken.NULL && provider.declinesPadding()) {
                splice.replace(json.start(), json.end(), FALSE);
            }
            usageKnown |= usage;
            paddingKnown |= padding;
        }
        if (!usageKnown) {
            splice.addMember(member.valueStart(), USAGE);
        }
        if (!paddingKnown && provider.declinesPadding()) {
            splice.addMember(member.valueStart(), NO_PADDING);
        }
        return !Boolean.TRUE.equals(request.includeUsage());
    }

    private String freshOptions() {
        return provider.declinesPadding()
                ? "{\"include_usage\":true,\"include_obfuscation\":false}"
                : "{\"include_usage\":true}";
    }

    private void field(Member member) {
        if (displaced.contains(member.name())) {
            return;
        }
        Profile profile = provider.profile();
        Rule rule = profile.ruleFor(member.name(), upstreamModel, this::value);
        if (member.isNull()) {
            if (rule != null || profile.dropNulls()) {
                displaced.add(member.name());
                remove(member);
            }
            return;
        }
        switch (rule) {
            case null -> passed(member);
            case Rule.Taken taken -> passed(member);
            case Rule.Unsupported unsupported -> unsupported(member, unsupported.reason());
            case Rule.OnlyValues only -> {
                if (!only.accepted().contains(text(member))) {
                    unsupported(member, only.reason());
                }
            }
            case Rule.Clamp clamp -> clamp(member, clamp);
            case Rule.Rename rename -> rename(member, rename);
            case Rule.Convert convert -> {
                String value = text(member);
                String converted = convert.values().get(value);
                if (converted != null) {
                    replace(member, ascii(converted));
                    report(member, Outcome.CONVERTED, bare(value) + "→" + bare(converted), convert.reason());
                }
            }
            case Rule.ToHeader header -> toHeader(member, header);
        }
    }

    private void passed(Member member) {
        if (member.parameter() != null) {
            return;
        }
        if (policy.actionFor(member.name(), false) == UnsupportedPolicy.Action.REJECT) {
            throw new GatewayException(Failure.invalid(
                            member.name(),
                            "'" + member.name() + "' is not a known parameter, and "
                                    + UnsupportedPolicy.HEADER + " asks to reject such. Remove it, or leave "
                                    + "'reject' out to have it passed on unchanged.")
                    .withCode("unknown_parameter"));
        }
        report(member, Outcome.PASSED, "unknown", "this gateway does not know the field; sent unchanged");
    }

    private void unsupported(Member member, String reason) {
        Parameter parameter = member.parameter();
        String value = text(member);
        boolean inert = INERT.contains(value) || (parameter != null && value.equals(parameter.standard()));
        boolean structural = !inert && parameter != null && parameter.bearing() == Parameter.Bearing.STRUCTURAL;
        UnsupportedPolicy.Action action = policy.actionFor(member.name(), structural);
        switch (action) {
            case STRIP -> strip(member, reason);
            case IGNORE -> report(member, Outcome.IGNORED, null, reason);
            case REJECT -> {
                if (!inert) {
                    throw rejected(member.name(), reason);
                }
                strip(member, reason);
            }
        }
    }

    private GatewayException rejected(String field, String reason) {
        return new GatewayException(new Failure(
                FailureKind.INVALID_REQUEST,
                "Provider '" + provider.name() + "' does not support '" + field + "' as it is sent here (" + reason
                        + "). Remove it, or send the header '" + UnsupportedPolicy.HEADER + ": " + field
                        + "=strip' to have it left out, '" + field + "=ignore' to have it sent all the same.",
                "unsupported_parameter",
                field,
                provider.name(),
                null,
                null));
    }

    private void strip(Member member, String reason) {
        remove(member);
        report(member, Outcome.STRIPPED, null, reason);
    }

    private void clamp(Member member, Rule.Clamp clamp) {
        String value = text(member);
        BigDecimal number;
        try {
            number = new BigDecimal(value);
        } catch (NumberFormatException e) {
            return;
        }
        BigDecimal limit = clamp.min() != null && number.compareTo(clamp.min()) < 0
                ? clamp.min()
                : clamp.max() != null && number.compareTo(clamp.max()) > 0 ? clamp.max() : null;
        if (limit != null) {
            replace(member, ascii(limit.toPlainString()));
            report(member, Outcome.CLAMPED, value + "→" + limit.toPlainString(), clamp.reason());
        }
    }

    private void rename(Member member, Rule.Rename rename) {
        Member other = request.member(rename.to());
        if (other != null && !displaced.contains(other.name())) {
            if (!other.isNull() && !rename.wins()) {
                strip(member, "'" + rename.to() + "' is there as well and wins");
                return;
            }
            displace(other, rename);
        }
        splice.replace(member.nameStart(), nameEnd(member), quoted(rename.to()));
        report(member, Outcome.RENAMED, rename.to(), rename.reason());
    }

    private void displace(Member other, Rule.Rename rename) {
        displaced.add(other.name());
        verdicts.removeIf(verdict -> verdict.field().equals(other.name()));
        remove(other);
        if (!other.isNull()) {
            report(other, Outcome.STRIPPED, null, "'" + rename.field() + "' is there as well and wins");
        }
    }

    private void toHeader(Member member, Rule.ToHeader rule) {
        JsonScanner json = new JsonScanner(request.body(), member.valueStart(), member.valueEnd(), MAX_DEPTH);
        remove(member);
        String value = json.next() == JsonToken.STRING ? json.string() : "";
        if (Rule.ToHeader.legal(value)) {
            extraHeaders.put(rule.header(), value);
            report(member, Outcome.CONVERTED, "header " + rule.header(), rule.reason());
        } else {
            report(member, Outcome.STRIPPED, null, rule.reason() + ", and this value cannot be in a header");
        }
    }

    private @Nullable String value(String field) {
        Member member = request.member(field);
        return member == null || member.isNull() ? null : text(member);
    }

    /// JSON text of a value as it was sent, without white space around it.
    private String text(Member member) {
        return new String(
                request.body(), member.valueStart(), member.valueEnd() - member.valueStart(), StandardCharsets.UTF_8);
    }

    private void report(Member member, Outcome outcome, @Nullable String detail, String reason) {
        verdicts.add(new Verdict(member.name(), outcome, detail, reason));
    }

    private void replace(Member member, byte[] value) {
        splice.replace(member.valueStart(), member.valueEnd(), value);
    }

    private void remove(Member member) {
        splice.removeMember(member.nameStart(), member.valueEnd());
    }

    /// Offset after the closing quote of a member's name.
    private int nameEnd(Member member) {
        byte[] body = request.body();
        int at = member.nameStart() + 1;
        while (body[at] != '"') {
            at += body[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private int objectStart() {
        int at = 0;
        while (request.body()[at] != '{') {
            at++;
        }
        return at;
    }

    private static String bare(String json) {
        return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    }

    private static byte[] quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        ErrorWriter.quote(out, text);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
