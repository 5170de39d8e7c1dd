package dev.gapura.console;

import org.jspecify.annotations.Nullable;

/// The reference pages: one for each operation of the API. Pure.
final class ReferencePages implements Site.Pages {
    @Override
    public @Nullable String template(String path) {
        return path.equals("/") ? "/" : null;
    }

    @Override
    public Shell.Page page(String path) {
        return new Shell.Page(
                "Create chat completion · Gapura",
                "Has a model answer a conversation, as JSON or as server-sent events.",
                "reference",
                "reference/page.js",
                "<main id=\"main\"></main>");
    }
}
