package dev.gapura.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a simulated model says in one choice, before it is put on the wire.
sealed interface Answer {
    /// `finish_reason` of the choice.
    String finishReason();

    /// Tokens of this choice: one for each word of text, and one for each fragment of a call.
    int tokens();

    /// Text, cut into words. Joined, the pieces are the text again, white space included.
    record Text(List<String> pieces, String finishReason) implements Answer {
        public Text {
            pieces = List.copyOf(pieces);
        }

        @Override
        public int tokens() {
            return pieces.size();
        }

        String joined() {
            return String.join("", pieces);
        }
    }

    /// Calls of tools.
    record Calls(List<Call> calls) implements Answer {
        public Calls {
            calls = List.copyOf(calls);
        }

        @Override
        public String finishReason() {
            return "tool_calls";
        }

        @Override
        public int tokens() {
            return calls.stream().mapToInt(call -> 1 + call.fragments().size()).sum();
        }
    }

    /// One call with its arguments as JSON text.
    record Call(String id, String name, String arguments) {
        /// Characters of one streamed fragment of arguments.
        private static final int FRAGMENT_CHARACTERS = 6;

        static Call of(String name, String arguments) {
            return new Call(
                    "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24), name, arguments);
        }

        /// The arguments in the pieces in which they are streamed; never cut between two surrogates.
        List<String> fragments() {
            List<String> fragments = new ArrayList<>();
            int from = 0;
            while (from < arguments.length()) {
                int to = Math.min(arguments.length(), from + FRAGMENT_CHARACTERS);
                if (to < arguments.length() && Character.isLowSurrogate(arguments.charAt(to))) {
                    to++;
                }
                fragments.add(arguments.substring(from, to));
                from = to;
            }
            return fragments;
        }
    }

    /// Text as a model would say it under these limits: ended before the first stop text, then after
    /// `maxTokens` words.
    static Text text(String text, List<String> stops, int maxTokens) {
        int end = text.length();
        for (String stop : stops) {
            int at = text.indexOf(stop);
            if (at >= 0) {
                end = Math.min(end, at);
            }
        }
        List<String> pieces = Words.split(text.substring(0, end));
        return pieces.size() <= maxTokens ? new Text(pieces, "stop") : new Text(pieces.subList(0, maxTokens), "length");
    }

    /// Cuts text into words.
    final class Words {
        private static final Pattern WORD = Pattern.compile("\\s*\\S+(\\s+\\z)?");

        private Words() {}

        /// Each piece is a word with the white space before it, the last one also with what follows. Text of
        /// white space alone is one piece, empty text none.
        static List<String> split(String text) {
            if (!text.isEmpty() && text.isBlank()) {
                return List.of(text);
            }
            List<String> pieces = new ArrayList<>();
            Matcher matcher = WORD.matcher(text);
            while (matcher.find()) {
                pieces.add(matcher.group());
            }
            return pieces;
        }
    }
}
