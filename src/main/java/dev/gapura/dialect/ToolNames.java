package dev.gapura.dialect;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Tool names in the form that a provider takes, and back. A name that does not fit gets the letters that do and a mark
/// made from the whole, so that two names never become one and the same name always becomes the same. One instance a
/// request, one thread.
public final class ToolNames {
    private static final int MARK = 8;

    private final Pattern accepted;
    private final Pattern letter;
    private final int longest;
    private final Map<String, String> back = new HashMap<>();

    /// @param accepted what the provider takes, as a whole
    /// @param letter one character of it
    /// @param longest most characters
    public ToolNames(Pattern accepted, Pattern letter, int longest) {
        this.accepted = accepted;
        this.letter = letter;
        this.longest = longest;
    }

    /// Anthropic, Bedrock, Mistral, Cohere: 1 to 64 letters, digits, underscores and hyphens.
    public static ToolNames anthropic() {
        return new ToolNames(Pattern.compile("[a-zA-Z0-9_-]{1,64}"), Pattern.compile("[a-zA-Z0-9_-]"), 64);
    }

    /// Ollama: whatever a client calls its tools.
    public static ToolNames any() {
        return new ToolNames(Pattern.compile("(?s).*"), Pattern.compile("(?s)."), Integer.MAX_VALUE);
    }

    /// The name as it is sent.
    public String sent(String name) {
        return accepted.matcher(name).matches() ? name : marked(name);
    }

    /// The name with a mark, also where it would be taken as it is: for names that are in use.
    public String marked(String name) {
        StringBuilder out = new StringBuilder("t_");
        for (int i = 0; i < name.length() && out.length() < longest - MARK - 1; i++) {
            String one = name.substring(i, i + 1);
            out.append(letter.matcher(one).matches() ? one : "_");
        }
        String sent = out.append('_').append(Hashes.sha256(name), 0, MARK).toString();
        back.put(sent, name);
        return sent;
    }

    /// Names that were changed, by the form they were sent in.
    public Map<String, String> back() {
        return Map.copyOf(back);
    }
}
