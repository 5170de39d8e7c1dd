package dev.gapura.dialect.openai;

import dev.gapura.parameter.Parameter;
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
