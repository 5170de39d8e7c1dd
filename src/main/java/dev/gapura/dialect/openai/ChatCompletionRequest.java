package dev.gapura.dialect.openai;

import dev.gapura.parameter.Parameter;
import dev.gapura.wire.Splice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A checked chat completions body: the client's own bytes, where its top-level members stand in them, and
/// the few values the gateway acts on. The bytes are never changed: an upstream body is a splice of them.
///
/// @param body the client's bytes; valid UTF-8, one JSON object; may be longer than `length`
/// @param length how many bytes of `body` count
/// @param members every top-level member in order of appearance
/// @param model value of `model`, unescaped
/// @param stream whether `stream` is true
/// @param includeUsage `stream_options.include_usage`, null when absent
/// @param includeObfuscation `stream_options.include_obfuscation`, null when absent
/// @param choices value of `n`, 1 when absent
public record ChatCompletionRequest(
        byte[] body,
        int length,
        List<Member> members,
        String model,
        boolean stream,
        @Nullable Boolean includeUsage,
        @Nullable Boolean includeObfuscation,
        int choices) {

    /// One top-level member. Offsets are bytes from the start of the body.
    ///
    /// @param name unescaped name
    /// @param parameter its row in the parameter table, null when the table does not know it
    /// @param nameStart offset of the opening quote of the name
    /// @param valueStart offset of the first byte of the value
    /// @param valueEnd offset after the last byte of the value
    /// @param isNull whether the value is JSON `null`, which counts as absent
    public record Member(
            String name, @Nullable Parameter parameter, int nameStart, int valueStart, int valueEnd, boolean isNull) {}

    /// The same with other bytes inside the value of one member, which is not read again: they must be valid where
    /// they come to stand.
    ///
    /// @param from offset of the first byte that is replaced
    /// @param to offset after the last one; `from` where nothing is
    public ChatCompletionRequest with(int from, int to, byte[] bytes) {
        byte[] changed = new Splice(body, length).replace(from, to, bytes).apply();
        int shift = changed.length - length;
        List<Member> moved = members.stream()
                .map(member -> member.valueEnd() < to
                        ? member
                        : new Member(
                                member.name(),
                                member.parameter(),
                                member.nameStart() + (member.nameStart() < to ? 0 : shift),
                                member.valueStart() + (member.nameStart() < to ? 0 : shift),
                                member.valueEnd() + shift,
                                member.isNull()))
                .toList();
        return new ChatCompletionRequest(
                changed, changed.length, moved, model, stream, includeUsage, includeObfuscation, choices);
    }

    /// The member of that name, or null when the client did not send it.
    public @Nullable Member member(String name) {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        return null;
    }
}
