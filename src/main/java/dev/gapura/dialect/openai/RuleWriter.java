package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.Efforts;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Rule;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Does with single members what the rules of the provider's profile say. One instance a body.
final class RuleWriter {
    /// Members are known to be valid and no deeper than the reader allows; a profile looks one level deep.
    static final int MAX_DEPTH = 64;

    /// Values that mean "as if absent" for whatever field: leaving them out takes nothing away.
    private static final Set<String> EMPTY = Set.of("[]", "{}", "\"\"");

    /// The same, for fields of which no other standard is known.
    private static final Set<String> OFF = Set.of("false", "0");

    /// Names of the limit for the answer.
    private static final Set<String> LIMITS = Set.of("max_tokens", "max_completion_tokens");

    private static final String UNKNOWN_HERE = "this provider has no such field";

    private final BodyEdits edits;
    private @Nullable String instruction;

    RuleWriter(BodyEdits edits) {
        this.edits = edits;
    }

    /// What the model must be told in words, null where nothing is.
    @Nullable
    String instruction() {
        return instruction;
    }

    /// @throws GatewayException (400) where the policy refuses the member
    void write(Member member) {
        if (edits.isOut(member.name())) {
            return;
        }
        Rule rule = rule(member.name());
        if (member.isNull()) {
            if (rule != null || edits.rules().dropNulls()) {
                edits.remove(member);
            }
            return;
        }
        apply(member, rule);
        int longest = edits.rules().longestAnswer();
        if (longest > 0 && LIMITS.contains(member.name()) && !edits.isOut(member.name())) {
            clamp(member, Rule.Clamp.atMost(member.name(), longest));
        }
    }

    private @Nullable Rule rule(String field) {
        return edits.rules().ruleFor(field, edits::value);
    }

    private void apply(Member member, @Nullable Rule rule) {
        switch (rule) {
            case null -> {
                if (edits.rules().closed()) {
                    unsupported(member, false, UNKNOWN_HERE);
                } else {
                    passed(member);
                }
            }
            case Rule.Taken taken -> {}
            case Rule.Unsupported unsupported -> unsupported(member, false, unsupported.reason());
            case Rule.Dispensable spare -> unsupported(member, true, spare.reason());
            case Rule.OnlyValues only -> {
                String value = edits.text(member);
                if (only.accepted().stream().noneMatch(accepted -> Rule.same(accepted, value))) {
                    unsupported(member, false, only.reason());
                }
            }
            case Rule.Clamp clamp -> clamp(member, clamp);
            case Rule.Rename rename -> rename(member, rename);
            case Rule.Convert convert -> convert(member, Rule.converted(convert.values(), edits.text(member)), convert);
            case Rule.Nearest nearest -> convert(member, nearest(nearest, edits.text(member)), nearest);
            case Rule.Move move -> move(member, move);
            case Rule.Wish wish -> wish(member, wish);
            case Rule.SchemaInWords schema -> schema(member, schema);
            case Rule.ToHeader header -> toHeader(member, header);
        }
    }

    private void passed(Member member) {
        if (member.parameter() != null) {
            return;
        }
        if (edits.policy().actionFor(member.name(), false) == UnsupportedPolicy.Action.REJECT) {
            throw new GatewayException(Failure.invalid(
                            member.name(),
                            "'" + member.name() + "' is not a known parameter, and "
                                    + UnsupportedPolicy.HEADER + " asks to reject such. Remove it, or leave "
                                    + "'reject' out to have it passed on unchanged.")
                    .withCode("unknown_parameter"));
        }
        edits.report(member.name(), Outcome.PASSED, "unknown", "this gateway does not know the field; sent unchanged");
    }

    /// @param hint whether it is one, whatever the parameter table says
    private void unsupported(Member member, boolean hint, String reason) {
        Parameter parameter = member.parameter();
        String value = edits.text(member);
        String standard = parameter == null ? null : parameter.standard();
        boolean inert = EMPTY.contains(value) || (standard == null ? OFF.contains(value) : Rule.same(value, standard));
        boolean structural =
                !inert && !hint && parameter != null && parameter.bearing() == Parameter.Bearing.STRUCTURAL;
        switch (edits.policy().actionFor(member.name(), structural)) {
            case STRIP -> edits.strip(member, reason);
            case IGNORE -> edits.report(member.name(), Outcome.IGNORED, null, reason);
            case REJECT -> {
                if (!inert) {
                    throw edits.rejected(member.name(), member.name(), reason);
                }
                edits.strip(member, reason);
            }
        }
    }

    private void clamp(Member member, Rule.Clamp clamp) {
        String value = edits.text(member);
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
            edits.replace(member, BodyEdits.ascii(limit.toPlainString()));
            edits.report(member.name(), Outcome.CLAMPED, value + "→" + limit.toPlainString(), clamp.reason());
        }
    }

    private void convert(Member member, @Nullable String converted, Rule rule) {
        if (converted != null) {
            edits.replace(member, converted.getBytes(StandardCharsets.UTF_8));
            edits.report(
                    member.name(), Outcome.CONVERTED, bare(edits.text(member)) + "→" + bare(converted), rule.reason());
        }
    }

    /// The nearest effort as JSON text, null where the one asked for may stay.
    private static @Nullable String nearest(Rule.Nearest rule, String json) {
        String asked = bare(json);
        String nearest = ModelProfile.isEffort(asked) ? ModelProfile.nearest(rule.efforts(), asked) : asked;
        return nearest == null || nearest.equals(asked) ? null : "\"" + nearest + "\"";
    }

    private void rename(Member member, Rule.Rename rename) {
        Member other = edits.request().member(rename.to());
        if (other != null && !edits.isOut(other.name())) {
            if (!other.isNull() && !rename.wins()) {
                edits.strip(member, "'" + rename.to() + "' is there as well and wins");
                return;
            }
            edits.forget(other.name());
            edits.remove(other);
            if (!other.isNull()) {
                edits.report(
                        other.name(), Outcome.STRIPPED, null, "'" + rename.field() + "' is there as well and wins");
            }
        }
        edits.rename(member, rename.to());
        edits.report(member.name(), Outcome.RENAMED, rename.to(), rename.reason());
    }

    private void move(Member member, Rule.Move move) {
        String value = Rule.converted(move.values(), edits.text(member));
        if (value == null) {
            Rule otherwise = move.otherwise();
            if (otherwise != null) {
                apply(member, otherwise);
            }
            return;
        }
        become(member, move.to(), value, move.reason());
    }

    private void wish(Member member, Rule.Wish wish) {
        ReasoningWish asked = ConversationReader.wish(
                Map.of(member.name(), JsonTree.read(edits.request().body(), member.valueStart(), member.valueEnd())));
        String value = asked == null ? null : own(asked, wish.form());
        if (value == null) {
            unsupported(member, true, "it says nothing that this provider could be told");
            return;
        }
        become(member, wish.to(), value, wish.reason());
    }

    private static @Nullable String own(ReasoningWish wish, Rule.ReasoningField form) {
        if (!wish.on() && !wish.off()) {
            return null;
        }
        Integer budget = wish.budgetTokens();
        return switch (form) {
            case EFFORT -> {
                String effort = wish.effort();
                yield "\""
                        + (wish.off()
                                ? "none"
                                : effort != null ? effort : Efforts.ofBudget(budget == null ? 0 : budget, 0))
                        + "\"";
            }
            case TYPE -> wish.off() ? "{\"type\":\"disabled\"}" : "{\"type\":\"enabled\"}";
            case FLAG -> wish.off() ? "false" : "true";
        };
    }

    /// The member goes on under another name and with another value, by the rules of that name.
    private void become(Member member, String to, String value, String reason) {
        if (edits.has(to)) {
            edits.strip(member, "'" + to + "' is there as well and wins");
            return;
        }
        Rule rule = rule(to);
        if (rule instanceof Rule.Unsupported unsupported) {
            unsupported(member, true, unsupported.reason());
            return;
        }
        if (rule instanceof Rule.Move move && Rule.converted(move.values(), value) instanceof String moved) {
            become(member, move.to(), moved, reason);
            return;
        }
        String sent = adjusted(rule, value);
        Member there = edits.request().member(to);
        if (there != null && !edits.isOut(to)) {
            edits.remove(there);
        }
        edits.rename(member, to);
        edits.replace(member, sent.getBytes(StandardCharsets.UTF_8));
        edits.report(member.name(), Outcome.CONVERTED, to + " " + bare(sent), reason);
    }

    /// A value of the provider's own field as its models know it.
    private static String adjusted(@Nullable Rule rule, String value) {
        String adjusted =
                switch (rule) {
                    case Rule.Convert convert -> Rule.converted(convert.values(), value);
                    case Rule.Nearest nearest -> nearest(nearest, value);
                    case Rule.Move move -> adjusted(move.otherwise(), value);
                    case null -> null;
                    case Rule.Taken same -> null;
                    case Rule.Unsupported same -> null;
                    case Rule.Dispensable same -> null;
                    case Rule.OnlyValues same -> null;
                    case Rule.Clamp same -> null;
                    case Rule.Rename same -> null;
                    case Rule.Wish same -> null;
                    case Rule.SchemaInWords same -> null;
                    case Rule.ToHeader same -> null;
                };
        return adjusted == null ? value : adjusted;
    }

    private void schema(Member member, Rule.SchemaInWords rule) {
        JsonNode format = JsonTree.read(edits.request().body(), member.valueStart(), member.valueEnd());
        if (!"json_schema".equals(JsonTree.string(format, "type"))) {
            return;
        }
        JsonNode wanted = format.path("json_schema");
        instruction = JsonWish.instruction(new ResponseFormat.JsonSchema("", null, wanted.get("schema"), null));
        edits.replace(member, rule.sent().getBytes(StandardCharsets.UTF_8));
        edits.report(member.name(), Outcome.EMULATED, "an instruction", rule.reason());
    }

    private void toHeader(Member member, Rule.ToHeader rule) {
        JsonScanner json = new JsonScanner(edits.request().body(), member.valueStart(), member.valueEnd(), MAX_DEPTH);
        edits.remove(member);
        String value = json.next() == JsonToken.STRING ? json.string() : "";
        if (Rule.ToHeader.legal(value)) {
            edits.headers().put(rule.header(), value);
            edits.report(member.name(), Outcome.CONVERTED, "header " + rule.header(), rule.reason());
        } else {
            edits.report(
                    member.name(), Outcome.STRIPPED, null, rule.reason() + ", and this value cannot be in a header");
        }
    }

    private static String bare(String json) {
        return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    }
}
