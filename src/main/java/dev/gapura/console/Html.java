package dev.gapura.console;

/// Escapes text for HTML. Pure.
final class Html {
    private Html() {}

    /// Text as it may stand between tags and in quoted attributes.
    static String text(String raw) {
        StringBuilder escaped = new StringBuilder(raw.length() + 16);
        for (int index = 0; index < raw.length(); index++) {
            char next = raw.charAt(index);
            switch (next) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(next);
            }
        }
        return escaped.toString();
    }

    /// Prose in which backticks mark code.
    static String prose(String raw) {
        String escaped = text(raw);
        StringBuilder html = new StringBuilder(escaped.length() + 32);
        boolean open = false;
        for (int index = 0; index < escaped.length(); index++) {
            char next = escaped.charAt(index);
            if (next == '`') {
                html.append(open ? "</code>" : "<code>");
                open = !open;
            } else {
                html.append(next);
            }
        }
        return html.append(open ? "</code>" : "").toString();
    }

    /// The same without marks, for where no markup may stand; not escaped.
    static String plain(String raw) {
        return raw.replace("`", "");
    }

    /// JSON as it may stand in a script element.
    static String inScript(String json) {
        return json.replace("<", "\\u003c");
    }
}
