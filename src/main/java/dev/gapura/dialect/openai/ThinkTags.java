package dev.gapura.dialect.openai;

/// Parts the text of a model that thinks between `<think>` and `</think>` into thought and answer, in whatever pieces
/// it comes: what might be the beginning of a tag is held until it is clear. Only a tag in front of everything else
/// opens a thought, so that an answer may speak of tags; a first closing tag alone, whose opening one stood in the
/// prompt, ends nothing and is left out. One instance a choice.
final class ThinkTags {
    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    /// White space after which no thought is expected any more.
    private static final int MAX_WHITE = 1_000;

    private enum State {
        /// Nothing but white space came.
        BEFORE,
        THINKING,
        /// The white space behind a thought is no part of the answer.
        BEHIND,
        ANSWERING
    }

    private final StringBuilder held = new StringBuilder();
    private State state = State.BEFORE;
    /// Whether a closing tag may still come whose opening one stood in the prompt.
    private boolean stray = true;

    /// A piece of text, parted.
    ///
    /// @param thought empty where there is none
    /// @param answer empty where there is none
    record Parted(String thought, String answer) {}

    /// Takes the next piece.
    ///
    /// @param last whether no more comes, so that nothing is held back
    Parted next(String text, boolean last) {
        held.append(text);
        StringBuilder thought = new StringBuilder();
        StringBuilder answer = new StringBuilder();
        while (step(thought, answer, last)) {
            // Each step looks at what the one before left.
        }
        return new Parted(thought.toString(), answer.toString());
    }

    /// Takes what can be told from what is held; false where more has to come.
    private boolean step(StringBuilder thought, StringBuilder answer, boolean last) {
        return switch (state) {
            case BEFORE -> before(answer, last);
            case THINKING -> {
                stray = false;
                boolean closed = upTo(CLOSE, thought, last);
                state = closed ? State.BEHIND : state;
                yield closed;
            }
            case BEHIND -> {
                int words = white();
                held.delete(0, words);
                boolean more = !held.isEmpty();
                state = more ? State.ANSWERING : state;
                yield more;
            }
            case ANSWERING -> {
                boolean found = upTo(CLOSE, answer, last || !stray);
                stray &= !found;
                yield found;
            }
        };
    }

    private boolean before(StringBuilder answer, boolean last) {
        int words = white();
        String rest = held.substring(words);
        if (rest.startsWith(OPEN)) {
            held.delete(0, words + OPEN.length());
            state = State.THINKING;
            return true;
        }
        boolean open = !last && words < MAX_WHITE && OPEN.startsWith(rest);
        if (open || held.isEmpty()) {
            return false;
        }
        state = State.ANSWERING;
        return true;
    }

    /// Gives out what stands before a tag, and takes the tag away; without one, all but what might be its
    /// beginning.
    ///
    /// @return whether the tag was there
    private boolean upTo(String tag, StringBuilder out, boolean last) {
        int at = state == State.ANSWERING && !stray ? -1 : held.indexOf(tag);
        if (at >= 0) {
            out.append(held, 0, at);
            held.delete(0, at + tag.length());
            return true;
        }
        int kept = last ? 0 : beginning(tag);
        out.append(held, 0, held.length() - kept);
        held.delete(0, held.length() - kept);
        return false;
    }

    /// Characters at the end of what is held that a tag may begin with.
    private int beginning(String tag) {
        for (int length = Math.min(tag.length() - 1, held.length()); length > 0; length--) {
            if (tag.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }

    private int white() {
        int at = 0;
        while (at < held.length() && Character.isWhitespace(held.charAt(at))) {
            at++;
        }
        return at;
    }
}
