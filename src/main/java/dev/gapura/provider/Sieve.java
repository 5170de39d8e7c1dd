package dev.gapura.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides about the fields of a request that will be translated, before its writer sees them: what the provider's
/// profile does not support goes, numbers are set to its limits. The twin of what the relay does by splicing.
/// Stateless; any thread.
public final class Sieve {
    /// Fields that the gateway itself acts on, or that the writer of a dialect judges by itself.
    private static final Set<String> JUDGED_ELSEWHERE = Set.of("model", "messages", "stream", "stream_options");

    /// Names of the limit for the answer.
    private static final Set<String> LIMITS = Set.of("max_tokens", "max_completion_tokens");

    private Sieve() {}

    /// What is left of the fields.
    ///
    /// @param fields those that the writer gets, by their Chat Completions names
    /// @param sent those that the caller wants sent unchanged although the provider is not known to support them
    /// @param headers request headers made from fields, lower case
    public record Sieved(Map<String, JsonNode> fields, Map<String, JsonNode> sent, Map<String, String> headers) {}

    /// The same by nothing but a provider's own rules.
    public static Sieved sieve(Map<String, JsonNode> fields, Profile profile, String upstreamModel, Judge judge) {
        return sieve(fields, ModelRules.of(profile, upstreamModel), judge);
    }

    /// @param fields top-level fields of the request without nulls
    /// @param rules what holds for the model
    /// @throws GatewayException (400) where the policy refuses one
    public static Sieved sieve(Map<String, JsonNode> fields, ModelRules rules, Judge judge) {
        Map<String, JsonNode> kept = new LinkedHashMap<>();
        Map<String, JsonNode> sent = new LinkedHashMap<>();
        Map<String, String> headers = new LinkedHashMap<>();
        Profile.FieldValues values = name -> {
            JsonNode value = fields.get(name);
            return value == null ? null : JsonTree.text(value);
        };
        fields.forEach((name, value) -> {
            if (JUDGED_ELSEWHERE.contains(name)) {
                kept.put(name, value);
                return;
            }
            if (name.equals("max_tokens") && fields.containsKey("max_completion_tokens")) {
                judge.report(name, Outcome.STRIPPED, null, "max_completion_tokens is the newer name, and wins");
                return;
            }
            Rule rule = rules.ruleFor(name, values);
            JsonNode left = decide(name, value, rule, rules.closed(), judge, sent, headers);
            if (left != null) {
                kept.put(name, LIMITS.contains(name) ? limited(name, left, rules, judge) : left);
            }
        });
        return new Sieved(kept, sent, headers);
    }

    private static @Nullable JsonNode decide(
            String name,
            JsonNode value,
            @Nullable Rule rule,
            boolean closed,
            Judge judge,
            Map<String, JsonNode> sent,
            Map<String, String> headers) {
        return switch (rule) {
            case null -> {
                if (!closed) {
                    judge.passed(name);
                    yield value;
                }
                yield unsupported(name, value, "this provider has no such field", judge, sent);
            }
            case Rule.Taken taken -> {
                judge.passed(name);
                yield value;
            }
            case Rule.Unsupported unsupported -> unsupported(name, value, unsupported.reason(), judge, sent);
            case Rule.OnlyValues only -> {
                String text = JsonTree.text(value);
                if (only.accepted().stream().anyMatch(accepted -> Rule.same(accepted, text))) {
                    judge.passed(name);
                    yield value;
                }
                yield unsupported(name, value, only.reason(), judge, sent);
            }
            case Rule.Clamp clamp -> clamp(name, value, clamp, judge);
            case Rule.Rename rename -> {
                judge.report(name, Outcome.RENAMED, rename.to(), rename.reason());
                yield value;
            }
            case Rule.Convert convert -> {
                String text = JsonTree.text(value);
                String converted = Rule.converted(convert.values(), text);
                if (converted == null) {
                    judge.passed(name);
                    yield value;
                }
                judge.report(name, Outcome.CONVERTED, bare(text) + "→" + bare(converted), convert.reason());
                yield JsonTree.readOrNull(converted);
            }
            case Rule.Dispensable spare -> {
                if (judge.unsupported(name, false, spare.reason())) {
                    sent.put(name, value);
                }
                yield null;
            }
            // The writer of a dialect says these in its own words, by what the model knows.
            case Rule.Nearest nearest -> passed(name, value, judge);
            case Rule.Move move -> passed(name, value, judge);
            case Rule.Wish wish -> passed(name, value, judge);
            case Rule.SchemaInWords schema -> passed(name, value, judge);
            case Rule.ToHeader header -> {
                String text = value.isTextual() ? value.textValue() : "";
                if (Rule.ToHeader.legal(text)) {
                    headers.put(header.header(), text);
                    judge.report(name, Outcome.CONVERTED, "header " + header.header(), header.reason());
                } else {
                    judge.report(
                            name, Outcome.STRIPPED, null, header.reason() + ", and this value cannot be in a header");
                }
                yield null;
            }
        };
    }

    private static JsonNode passed(String name, JsonNode value, Judge judge) {
        judge.passed(name);
        return value;
    }

    private static @Nullable JsonNode unsupported(
            String name, JsonNode value, String reason, Judge judge, Map<String, JsonNode> sent) {
        Parameter parameter = ParameterTable.chatFieldOrNull(name);
        if (isInert(value, parameter == null ? null : parameter.standard()) && !judge.isIgnored(name)) {
            judge.report(name, Outcome.STRIPPED, null, reason);
            return null;
        }
        boolean structural = parameter != null && parameter.bearing() == Parameter.Bearing.STRUCTURAL;
        if (judge.unsupported(name, structural, reason)) {
            sent.put(name, value);
        }
        return null;
    }

    /// Values that mean "as if absent": leaving them out takes nothing away. Without a known standard those are
    /// `false` and 0; what is empty means nothing for whatever field.
    private static boolean isInert(JsonNode value, @Nullable String standard) {
        boolean empty = (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.textValue().isEmpty());
        boolean off = (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.decimalValue().signum() == 0);
        return empty || (standard == null ? off : Rule.same(JsonTree.text(value), standard));
    }

    private static JsonNode clamp(String name, JsonNode value, Rule.Clamp clamp, Judge judge) {
        BigDecimal number = value.isNumber() ? value.decimalValue() : BigDecimal.ZERO;
        BigDecimal limit = clamp.min() != null && number.compareTo(clamp.min()) < 0
                ? clamp.min()
                : clamp.max() != null && number.compareTo(clamp.max()) > 0 ? clamp.max() : null;
        if (limit == null || !value.isNumber()) {
            judge.passed(name);
            return value;
        }
        judge.report(name, Outcome.CLAMPED, JsonTree.text(value) + "→" + limit.toPlainString(), clamp.reason());
        return DecimalNode.valueOf(limit);
    }

    /// A limit for the answer, not above what the configuration says that the model gives.
    private static JsonNode limited(String name, JsonNode value, ModelRules rules, Judge judge) {
        int longest = rules.longestAnswer();
        if (longest == 0 || !value.isNumber() || value.decimalValue().compareTo(BigDecimal.valueOf(longest)) <= 0) {
            return value;
        }
        String reason = Rule.Clamp.atMost(name, longest).reason();
        judge.report(name, Outcome.CLAMPED, JsonTree.text(value) + "→" + longest, reason);
        return IntNode.valueOf(longest);
    }

    private static String bare(String json) {
        return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    }
}
