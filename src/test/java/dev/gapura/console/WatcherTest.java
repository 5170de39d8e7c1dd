package dev.gapura.console;

import com.microsoft.playwright.Page;
import dev.gapura.testkit.Waiting;
import org.junit.jupiter.api.Test;

/// The watcher hears what it is there for: otherwise every test of a page would be in order for nothing.
class WatcherTest extends InBrowser {
    @Test
    void hearsWhatMustNotHappen() {
        Page page = open("/console", STRANGER);
        expect("");
        page.evaluate("() => console.log('a message')");
        page.evaluate("() => { setTimeout(() => { throw new Error('nobody catches this'); }); }");
        page.evaluate("() => { setTimeout(() => alert('a dialog')); }");
        page.evaluate("() => executed('a payload')");
        page.evaluate("() => fetch('http://192.0.2.1/').catch(() => {})");
        page.evaluate(
                "() => { try { document.body.innerHTML = '<b>no</b>'; } catch (refused) { /* as it should */ } }");
        until(page, "console log: a message");
        until(page, "error: Error: nobody catches this");
        until(page, "dialog: a dialog");
        until(page, "executed: [a payload]");
        until(page, "policy: connect-src http://192.0.2.1/");
        until(page, "policy: require-trusted-types-for");
    }

    private void until(Page page, String beginning) {
        Waiting.until(beginning, () -> {
            page.evaluate("() => 0");
            return watcher().heard().stream().anyMatch(message -> message.startsWith(beginning));
        });
    }
}
