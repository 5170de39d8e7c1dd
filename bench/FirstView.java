package bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Measures how soon somebody who comes for the first time can use the reference page, in a headless Chromium whose
/// every view starts without cache, connection or cookie. Started by `bench/first-view`.
///
/// Times are the browser's own, counted from the moment at which it sets out for the page. *Interactive* is the mark
/// `gapura-interactive` that the page makes when its form and the controls of all parameters answer to input; the last
/// view checks that by typing into one of them at that very moment.
final class FirstView {
    private static final double MOST_MILLIS = 300;
    private static final long MOST_BYTES = 100_000;
    private static final int WARMING = 5;
    private static final int READY_SECONDS = 60;
    private static final int RESTING_MILLIS = 1_000;

    /// Waits until nothing more has come for a second, which takes in what the page loads when it is idle. Gives paint,
    /// end of parsing, end of the scripts, mark, longest task after it, bytes of bodies, requests.
    private static final String FIGURES =
            """
            new Promise((done, fail) => {
              let longest = 0;
              const began = performance.now();
              const look = () => {
                const mark = performance.getEntriesByName('gapura-interactive')[0];
                const paint = performance.getEntriesByName('first-contentful-paint')[0];
                const page = performance.getEntriesByType('navigation')[0];
                const files = performance.getEntriesByType('resource');
                const quiet = Math.max(page.loadEventEnd, ...files.map((file) => file.responseEnd));
                if (performance.now() - began > 30000) return done('late');
                if (!mark || !paint || !page.loadEventEnd || performance.now() - quiet < 1000) return setTimeout(look, 200);
                new PerformanceObserver((list) => {
                  for (const task of list.getEntries()) if (task.startTime >= mark.startTime) longest = Math.max(longest, task.duration);
                }).observe({ type: 'longtask', buffered: true });
                const bytes = [page, ...files].reduce((sum, file) => sum + file.encodedBodySize, 0);
                return setTimeout(() => done([paint.startTime, page.domInteractive, page.domContentLoadedEventEnd,
                  mark.startTime, longest, bytes, files.length + 1].join(' ')), 50);
              };
              look();
            })""";

    /// Types a temperature into its control in the task after the mark: the row has to be filled in then.
    private static final String TYPE =
            """
            new PerformanceObserver((list) => {
              if (!list.getEntriesByName('gapura-interactive').length || window.gapuraTyped) return;
              const row = document.getElementById('temperature');
              const field = row?.querySelector('input');
              window.gapuraTyped = field ? 'it did not' : 'there is no field';
              if (!field) return;
              field.value = '0.125';
              field.dispatchEvent(new InputEvent('input', { bubbles: true }));
              setTimeout(() => {
                if (row.matches('.is-set') && /Leave out/.test(row.textContent)) window.gapuraTyped = 'answered';
              });
            }).observe({ type: 'mark' });""";

    private record View(
            double paint, double parsed, double ran, double interactive, double longest, long bytes, int requests) {
        static View of(Browser.Tab tab, String url) {
            tab.go(url);
            String said = tab.value(FIGURES);
            if (said.equals("late")) {
                throw new IllegalStateException(url + " was not interactive within 30 s: is it the reference page?");
            }
            double[] all =
                    Arrays.stream(said.split(" ")).mapToDouble(Double::parseDouble).toArray();
            return new View(all[0], all[1], all[2], all[3], all[4], (long) all[5], (int) all[6]);
        }
    }

    private FirstView() {}

    /// @param arguments `name=value` each: `url` of the page, `chromium` (program), `profile` (empty folder), `views`,
    ///     `cold` (whether the server has just been started for this)
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (String argument : arguments) {
            int split = argument.indexOf('=');
            options.put(argument.substring(0, split), argument.substring(split + 1));
        }
        String url = options.get("url");
        try (Browser browser = Browser.start(options.get("chromium"), Path.of(options.get("profile")))) {
            awaitServer(url);
            System.out.println("Browser: " + browser.version() + ", window of 1440 × 900");
            // The browser's own first tab is slow; that is none of the page's doing.
            try (Browser.Tab tab = browser.open()) {
                tab.value("'' + 1");
            }
            View cold = null;
            if (options.get("cold").equals("true")) {
                cold = view(browser, url);
            }
            for (int i = 0; i < WARMING; i++) {
                view(browser, url);
            }
            List<View> views = new ArrayList<>();
            for (int i = Integer.parseInt(options.get("views")); i > 0; i--) {
                views.add(rested(browser, url));
            }
            report(url, cold, views, received(browser, url));
        } catch (IllegalStateException unmeasured) {
            System.err.println("bench: " + unmeasured.getMessage());
            System.exit(1);
        }
    }

    /// A view of a browser that has ended what it does for the tab before and the new one: somebody who sets out for a
    /// page has had theirs open.
    private static View rested(Browser browser, String url) {
        try (Browser.Tab tab = browser.open()) {
            Thread.sleep(RESTING_MILLIS);
            return View.of(tab, url);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static View view(Browser browser, String url) {
        try (Browser.Tab tab = browser.open()) {
            return View.of(tab, url);
        }
    }

    /// Bytes over the wire; fails where the form did not answer when the page said that it would.
    private static long received(Browser browser, String url) {
        try (Browser.Tab tab = browser.open()) {
            tab.listen();
            tab.before(TYPE);
            View.of(tab, url);
            String typed = tab.value("'' + window.gapuraTyped");
            if (!typed.equals("answered")) {
                throw new IllegalStateException("does the form answer to input at the mark? " + typed);
            }
            return tab.received();
        }
    }

    private static void report(String url, View cold, List<View> views, long received) {
        View one = views.getFirst();
        System.out.printf(
                Locale.ROOT,
                "%s: %d views, each the first of its visitor; %d requests, %.1f KB of compressed bodies, %.1f KB with heads%n%n",
                url,
                views.size(),
                one.requests(),
                one.bytes() / 1000.0,
                received / 1000.0);
        System.out.println("| ms | server just started | min | median | max |\n|---|--:|--:|--:|--:|");
        row("first contentful paint", cold, views, View::paint);
        row("document parsed (domInteractive)", cold, views, View::parsed);
        row("scripts ran (DOMContentLoaded)", cold, views, View::ran);
        row("**interactive**", cold, views, View::interactive);
        row("longest task after it", cold, views, View::longest);
        double interactive = sorted(views, View::interactive)[views.size() / 2];
        System.out.printf(
                Locale.ROOT,
                "%ninteractive in the median: %.0f ms of %.0f: %s%n",
                interactive,
                MOST_MILLIS,
                interactive <= MOST_MILLIS ? "reached" : "missed");
        System.out.printf(
                Locale.ROOT,
                "over the wire: %.1f KB of %.0f: %s%n",
                received / 1000.0,
                MOST_BYTES / 1000.0,
                received <= MOST_BYTES ? "reached" : "missed");
    }

    private static void row(String name, View cold, List<View> views, ToDoubleFunction<View> figure) {
        double[] sorted = sorted(views, figure);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %.0f |%n",
                name,
                cold == null ? "–" : String.format(Locale.ROOT, "%.0f", figure.applyAsDouble(cold)),
                sorted[0],
                sorted[sorted.length / 2],
                sorted[sorted.length - 1]);
    }

    private static double[] sorted(List<View> views, ToDoubleFunction<View> figure) {
        return views.stream().mapToDouble(figure).sorted().toArray();
    }

    /// Asks for anything but a page, whose first view must be the browser's.
    private static void awaitServer(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url).resolve("/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        long end = System.nanoTime() + Duration.ofSeconds(READY_SECONDS).toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end) {
                try {
                    if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    // Asked again.
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException(url + " was not ready within " + READY_SECONDS + " s");
    }
}
