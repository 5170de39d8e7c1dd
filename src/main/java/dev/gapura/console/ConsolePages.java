package dev.gapura.console;

import org.jspecify.annotations.Nullable;

/// The console: one document for all of its paths, whose modules show the page that the path names. Pure.
final class ConsolePages implements Site.Pages {
    private static final String ROOT = "/console";

    @Override
    public @Nullable String template(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/") ? "/console" : null;
    }

    @Override
    public Shell.Page page(String template) {
        return new Shell.Page(
                "Gapura console",
                "Requests, usage, keys, people, providers and tools of this gateway.",
                "console",
                "console/app.js",
                "<main id=\"main\" class=\"console\"><gp-console><p class=\"loading\">Loading …</p><noscript>"
                        + "<p>The console needs JavaScript. The same can be done with <code>gapura keys</code>,"
                        + " <code>gapura requests</code>, <code>gapura usage</code>, and the admin API that"
                        + " <a href=\"/openapi.json\">/openapi.json</a> describes.</p></noscript></gp-console></main>");
    }
}
