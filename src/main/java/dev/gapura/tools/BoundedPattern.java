package dev.gapura.tools;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/// A pattern of a tool's schema, whose author may be anybody, held against what a model wrote. The JDK's engine goes
/// back and forth over a text as often as a pattern makes it, `^(.*?a){20}$` for longer than anybody waits, and hears
/// no interrupt: here it gives up after so many looks. Immutable; any thread.
final class BoundedPattern implements RegularExpression {
    /// Characters that are looked at, besides some for each of the text: ordinary patterns look at each a few
    /// times. They took 10 to 30 ms on a busy machine.
    private static final long MOST_LOOKS = 1_000_000;

    private static final int LOOKS_A_CHARACTER = 20;

    private final Pattern pattern;

    /// @param expression in the words of JSON Schema, which are those of ECMA-262
    /// @throws java.util.regex.PatternSyntaxException where the JDK does not know it
    BoundedPattern(String expression) {
        pattern = Pattern.compile(RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(expression)));
    }

    /// @throws IllegalStateException where that cannot be found out in reasonable time
    @Override
    public boolean matches(String text) {
        try {
            return pattern.matcher(new Looked(text)).find();
        } catch (StackOverflowError deep) {
            throw new IllegalStateException("a pattern goes too deep into this text", deep);
        }
    }

    /// A text that counts how often it is looked at. One for each match.
    private static final class Looked implements CharSequence {
        private final String text;
        private long left;

        Looked(String text) {
            this.text = text;
            left = MOST_LOOKS + (long) LOOKS_A_CHARACTER * text.length();
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new IllegalStateException("a pattern goes over this text too often");
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
