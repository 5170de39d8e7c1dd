package dev.gapura.console;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The frame of every page: head, import map, top bar. What a page may load and do is said by its headers: only files
/// of this gateway, no script but those that carry the nonce of this very answer, no frame around it. Pure but
/// for its nonces; any thread.
final class Shell {
    /// Stands in [#head] for the nonce of an answer.
    static final String NONCE = "\0";

    /// What [#parted] is about.
    static final String OPENER_POLICY = "cross-origin-opener-policy";

    private static final String SCRIPT = "<script nonce=\"" + NONCE + "\"";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Shell() {}

    /// One page.
    ///
    /// @param title of the browser's window
    /// @param description for search engines and link previews
    /// @param current which part of the top bar is lit up: `reference` or `console`
    /// @param module below [Assets#root] that makes it live; null where it needs no script
    /// @param main HTML between the top bar and the end
    record Page(
            String title,
            String description,
            String current,
            @Nullable String module,
            String main) {}

    /// A nonce for one answer.
    static String nonce() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Headers of the page that has this nonce, but for [#parted].
    static Map<String, String> headers(String nonce) {
        return Map.of(
                "content-security-policy",
                "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'self'; img-src 'self' data: blob:;"
                        + " media-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html",
                "x-content-type-options",
                "nosniff",
                "x-frame-options",
                "DENY",
                "referrer-policy",
                "same-origin",
                OPENER_POLICY,
                "same-origin",
                "cross-origin-resource-policy",
                "same-origin",
                "permissions-policy",
                "camera=(), microphone=(), geolocation=()",
                "cache-control",
                "no-store");
    }

    /// Whether the page needs to be parted from what opened it. A page of the reference needs not where the browser
    /// says that none led to it (an address typed in, a bookmark): Chromium moves to another process for that
    /// header, and the page is usable a sixth later for it (docs/performance.md). Pages of the console always do.
    ///
    /// @param current as of the page
    /// @param site `Sec-Fetch-Site` of the request, null where it has none
    static boolean parted(String current, @Nullable String site) {
        return !current.equals("reference") || !"none".equals(site);
    }

    /// A whole page, for what is said once.
    static String write(Page page, Assets assets, String nonce, Site.Facts facts) {
        return opening(page.current(), false, facts) + head(page, assets).replace(NONCE, nonce) + body(page, assets);
    }

    /// The first line of an answer.
    ///
    /// @param current as of the page
    /// @param known whether the browser has the cookie of a session, so that asking who is logged in is of use
    static String opening(String current, boolean known, Site.Facts facts) {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"");
        html.append(known ? " data-session" : "").append(facts.oidc() ? " data-oidc" : "");
        if (facts.apiPort() != null) {
            html.append(current.equals("console") ? " data-api-port=\"" + facts.apiPort() + '"' : " data-apart");
        }
        return html.append(">\n").toString();
    }

    /// What follows [#opening], with [#NONCE] where that of the answer goes. A script within sets the scheme of
    /// colours, before anything is painted and without waiting for a file.
    static String head(Page page, Assets assets) {
        String root = assets.root();
        StringBuilder html = new StringBuilder(8192);
        html.append("<head>\n<meta charset=\"utf-8\">\n<title>")
                .append(Html.text(page.title()))
                .append("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"description\" content=\"")
                .append(Html.text(page.description()))
                .append("\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
                .append(SCRIPT + ">")
                .append(assets.text("ui/theme.js"))
                .append("</script>\n<link rel=\"stylesheet\" href=\"")
                .append(root)
                .append("style.css\">\n<link rel=\"icon\" href=\"")
                .append(root)
                .append("mark.svg\" type=\"image/svg+xml\">\n")
                .append(SCRIPT + " type=\"importmap\">")
                .append(assets.importMap(page.module()))
                .append("</script>\n");
        if (page.module() != null) {
            modules(html, assets, assets.entry(page.module()));
        }
        return html.append("</head>\n").toString();
    }

    private static void modules(StringBuilder html, Assets assets, String entry) {
        String root = assets.root();
        for (String module : assets.modules(entry)) {
            html.append("<link rel=\"modulepreload\" nonce=\"" + NONCE + "\" href=\"")
                    .append(root)
                    .append(module)
                    .append("\">\n");
        }
        html.append(SCRIPT + " type=\"module\" src=\"")
                .append(root)
                .append(entry)
                .append("\"></script>\n");
    }

    /// What follows [#head], the same in every answer.
    static String body(Page page, Assets assets) {
        StringBuilder html = new StringBuilder(1024 + page.main().length());
        html.append("<body>\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n");
        bar(html, page.current(), assets.root());
        return html.append(page.main()).append("\n</body>\n</html>\n").toString();
    }

    private static void bar(StringBuilder html, String current, String root) {
        html.append("<header class=\"bar\"><a class=\"brand\" href=\"/\" aria-label=\"Gapura\"><img src=\"")
                .append(root)
                .append("mark.svg\" alt=\"\" width=\"24\" height=\"24\"><span>Gapura</span></a><nav"
                        + " aria-label=\"Main\">");
        link(html, "/", "Reference", current.equals("reference"));
        link(html, "/console", "Console", current.equals("console"));
        html.append("</nav><div class=\"bar-end\"><button type=\"button\" class=\"quiet theme\" hidden>Theme</button>")
                .append("<div id=\"who\"></div></div></header>\n");
    }

    private static void link(StringBuilder html, String path, String name, boolean here) {
        html.append("<a href=\"").append(path).append('"');
        if (here) {
            html.append(" aria-current=\"page\"");
        }
        html.append('>').append(name).append("</a>");
    }
}
