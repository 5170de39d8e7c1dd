package dev.gapura.dialect.openai;

import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelRules;
import dev.gapura.provider.Provider;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import dev.gapura.wire.Spliced;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The client's body on its way to one provider: the places that change, and what is told of them. One instance a
/// body.
final class BodyEdits {
    private final ChatCompletionRequest request;
    private final Provider provider;
    private final String upstreamModel;
    private final ModelRules rules;
    private final boolean stream;
    private final UnsupportedPolicy policy;
    private final Splice splice;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<Member, Change> changes = new LinkedHashMap<>();
    /// Members that are out.
    private final Set<String> displaced = new HashSet<>();
    /// Members that were added or renamed to.
    private final Set<String> taken = new HashSet<>();

    /// @param rules what holds for the model
    /// @param stream whether the answer shall be a stream
    BodyEdits(
            ChatCompletionRequest request,
            Provider provider,
            String upstreamModel,
            ModelRules rules,
            boolean stream,
            UnsupportedPolicy policy) {
        this.request = request;
        this.provider = provider;
        this.upstreamModel = upstreamModel;
        this.rules = rules;
        this.stream = stream;
        this.policy = policy;
        this.splice = new Splice(request.body(), request.length());
    }

    ChatCompletionRequest request() {
        return request;
    }

    Provider provider() {
        return provider;
    }

    String upstreamModel() {
        return upstreamModel;
    }

    /// What holds for the model.
    ModelRules rules() {
        return rules;
    }

    UnsupportedPolicy policy() {
        return policy;
    }

    Splice splice() {
        return splice;
    }

    /// The new body. Nothing can be changed afterwards.
    Spliced spliced() {
        changes.forEach((member, change) -> {
            if (change.out) {
                splice.removeMember(member.nameStart(), member.valueEnd());
                return;
            }
            if (change.name != null) {
                splice.replace(member.nameStart(), nameEnd(member), change.name);
            }
            if (change.value != null) {
                splice.replace(member.valueStart(), member.valueEnd(), change.value);
            }
        });
        return splice.spliced();
    }

    /// What becomes of one member. A later word on it counts.
    private static final class Change {
        private boolean out;
        private byte @Nullable [] name;
        private byte @Nullable [] value;
    }

    private Change change(Member member) {
        return changes.computeIfAbsent(member, fresh -> new Change());
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    Map<String, String> headers() {
        return headers;
    }

    /// JSON text of a field as the client sent it, null when absent or `null`; for rules that look at other fields.
    @Nullable
    String value(String field) {
        if (field.equals("stream")) {
            return Boolean.toString(stream);
        }
        Member member = request.member(field);
        return member == null || member.isNull() ? null : text(member);
    }

    /// JSON text of a value without white space around it, objects and lists without any.
    String text(Member member) {
        byte first = request.body()[member.valueStart()];
        if (first == '{' || first == '[') {
            return JsonTree.text(JsonTree.read(request.body(), member.valueStart(), member.valueEnd()));
        }
        return new String(
                request.body(), member.valueStart(), member.valueEnd() - member.valueStart(), StandardCharsets.UTF_8);
    }

    void report(String field, Outcome outcome, @Nullable String detail, String reason) {
        Verdict verdict = new Verdict(field, outcome, detail, reason);
        if (!verdicts.contains(verdict)) {
            verdicts.add(verdict);
        }
    }

    void replace(Member member, byte[] value) {
        change(member).value = value;
    }

    void remove(Member member) {
        displaced.add(member.name());
        change(member).out = true;
    }

    void strip(Member member, String reason) {
        remove(member);
        report(member.name(), Outcome.STRIPPED, null, reason);
    }

    void rename(Member member, String to) {
        taken.add(to);
        change(member).name = quoted(to);
    }

    /// Adds a member in front of all others, unless the client sent one of that name.
    void add(String name, String json) {
        Member there = request.member(name);
        if (taken.contains(name) || there != null && !there.isNull()) {
            return;
        }
        taken.add(name);
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        if (there != null && !displaced.contains(name)) {
            replace(there, value);
        } else {
            splice.addMember(objectStart(), ascii("\"" + name + "\":" + json));
        }
    }

    /// Whether a member of that name goes on, or another one took its name.
    boolean has(String name) {
        Member there = request.member(name);
        return taken.contains(name) || there != null && !there.isNull() && !displaced.contains(name);
    }

    boolean isOut(String name) {
        return displaced.contains(name);
    }

    void forget(String field) {
        verdicts.removeIf(verdict -> verdict.field().equals(field));
    }

    /// A refusal of the caller's own making, which a header can change.
    GatewayException rejected(String field, String param, String reason) {
        return Judge.refusal(provider, param, reason, field);
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

    int objectStart() {
        int at = 0;
        while (request.body()[at] != '{') {
            at++;
        }
        return at;
    }

    static byte[] quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        ErrorWriter.quote(out, text);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
