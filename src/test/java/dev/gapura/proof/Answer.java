package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model answers, in no provider's words.
///
/// @param blocks in the order in which they are said
/// @param cut whether the limit of tokens ended it
/// @param prompt tokens of the prompt, `cached` of which came from a cache
/// @param completion tokens of the answer, `reasoning` of which are thought
record Answer(
        String id,
        String model,
        List<Block> blocks,
        boolean cut,
        int prompt,
        int cached,
        int completion,
        int reasoning) {

    /// A piece of an answer.
    sealed interface Block {}

    /// Readable thought.
    ///
    /// @param seal what its provider signs it with
    record Thought(String text, String seal) implements Block {}

    record Words(String text) implements Block {}

    record Call(String id, String name, ObjectNode arguments) implements Block {}

    /// An answer by chance.
    ///
    /// @param order whether its blocks may come in any order; otherwise thought, text, calls, and of the first
    ///     two at most one
    static Answer of(Chance chance, boolean order) {
        List<Block> blocks = new ArrayList<>();
        if (order) {
            for (int i = chance.below(6); i >= 0; i--) {
                blocks.add(
                        switch (chance.below(3)) {
                            case 0 -> new Thought(chance.text(), chance.sealed());
                            case 1 -> new Words(chance.text());
                            default -> call(chance);
                        });
            }
        } else {
            if (!chance.once(3)) {
                blocks.add(new Thought(chance.text(), chance.sealed()));
            }
            if (!chance.once(3)) {
                blocks.add(new Words(chance.text()));
            }
            for (int i = chance.below(4); i > 0; i--) {
                blocks.add(call(chance));
            }
            if (blocks.isEmpty()) {
                blocks.add(new Words(chance.text()));
            }
        }
        int prompt = 1 + chance.below(2_000);
        int completion = 1 + chance.below(2_000);
        return new Answer(
                "id-" + chance.letters(12),
                "model-" + chance.letters(5),
                List.copyOf(blocks),
                chance.once(5),
                prompt,
                chance.below(prompt),
                completion,
                chance.below(completion));
    }

    private static Call call(Chance chance) {
        String name = chance.one("get_weather", "f", "a-b", "search_" + chance.letters(20));
        return new Call("call_" + chance.letters(20), name, chance.object(2));
    }

    List<Thought> thoughts() {
        return of(Thought.class);
    }

    List<Words> words() {
        return of(Words.class);
    }

    List<Call> calls() {
        return of(Call.class);
    }

    private <T extends Block> List<T> of(Class<T> type) {
        return blocks.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// The reason for which it ended, one of three words.
    String end(String stop, String calls, String cutOff) {
        return cut ? cutOff : calls().isEmpty() ? stop : calls;
    }

    @Nullable
    Thought thought() {
        return thoughts().isEmpty() ? null : thoughts().getFirst();
    }

    /// All text.
    String text() {
        StringBuilder text = new StringBuilder();
        words().forEach(words -> text.append(words.text()));
        return text.toString();
    }
}
