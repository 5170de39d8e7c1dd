package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Hears what must not happen on any page: a message in the browser's console, an error nobody caught, a report of the
/// content security policy, a dialog of a script, a call of `executed()`, a request to another host.
final class Watcher {
    private static final String REPORTS = """
            document.addEventListener('securitypolicyviolation', (report) => gapuraReports(
              `${report.violatedDirective} ${report.blockedURI} ${report.sourceFile}:${report.lineNumber} ${report.sample}`));
            """;

    private final String origin;
    private final List<String> heard = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();

    /// @param origin the only one that pages may ask
    Watcher(BrowserContext context, String origin) {
        this.origin = origin;
        context.exposeFunction("gapuraReports", report -> heard.add("policy: " + report[0]));
        context.exposeFunction("executed", what -> heard.add("executed: " + List.of(what)));
        context.addInitScript(REPORTS);
        context.onConsoleMessage(message -> heard.add("console " + message.type() + ": " + message.text()));
        context.onWebError(error -> heard.add("error: " + error.error()));
        context.onRequest(request -> requested(request.url()));
        context.onDialog(this::dismiss);
    }

    private void requested(String url) {
        if (!url.startsWith(origin + "/") && !url.startsWith("data:") && !url.startsWith("blob:")) {
            heard.add("another host: " + url);
        }
    }

    private void dismiss(Dialog dialog) {
        heard.add("dialog: " + dialog.message());
        dialog.dismiss();
    }

    /// Messages that the test provokes: Chromium tells of every answer that is an error.
    void expects(String regex) {
        expected.add(Pattern.compile(regex));
    }

    /// Everything so far.
    List<String> heard() {
        return List.copyOf(heard);
    }

    /// Fails where something was heard that no test expects.
    void check(String where) {
        assertThat(heard.stream().filter(this::isUnexpected)).as(where).isEmpty();
    }

    private boolean isUnexpected(String message) {
        return expected.stream().noneMatch(pattern -> pattern.matcher(message).find());
    }
}
