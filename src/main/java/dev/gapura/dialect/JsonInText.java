package dev.gapura.dialect;

import dev.gapura.wire.JsonTree;

/// Finds the JSON in the text of a model that was asked in words to answer with JSON and nothing else.
final class JsonInText {
    /// Characters looked at for each one of the text, so that a text full of brackets is not searched for ever.
    private static final int EFFORT = 16;

    private JsonInText() {}

    /// The first balanced JSON object or array of the text that is valid, or the text itself where there is
    /// none, or nothing else but white space: what the model said is never lost.
    static String find(String text) {
        long left = 4_096 + (long) EFFORT * text.length();
        for (int start = 0; start < text.length() && left > 0; start++) {
            char character = text.charAt(start);
            if (character == '{' || character == '[') {
                int end = balanced(text, start);
                left -= (end > 0 ? end : text.length()) - start;
                if (end > 0 && JsonTree.readOrNull(text.substring(start, end)) != null) {
                    String found = text.substring(start, end);
                    return found.equals(text.strip()) ? text : found;
                }
            }
        }
        return text;
    }

    /// Offset after the bracket that closes the one at `start`, or -1.
    private static int balanced(String text, int start) {
        int depth = 0;
        boolean inString = false;
        for (int at = start; at < text.length(); at++) {
            char character = text.charAt(at);
            if (inString) {
                if (character == '\\') {
                    at++;
                } else if (character == '"') {
                    inString = false;
                }
            } else if (character == '"') {
                inString = true;
            } else if (character == '{' || character == '[') {
                depth++;
            } else if ((character == '}' || character == ']') && --depth == 0) {
                return at + 1;
            }
        }
        return -1;
    }
}
