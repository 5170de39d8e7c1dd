package dev.gapura.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The browser of the tests: the Chromium that is installed, started once and closed with the last test. Where there is
/// none, tests are skipped, loudly; `GAPURA_TEST_CHROMIUM=required` makes them fail instead. Classes that use it hold
/// the lock [#LOCK], because Playwright takes one thread at a time.
final class Chromium implements BeforeAllCallback, AfterTestExecutionCallback {
    /// Name of the JUnit resource.
    static final String LOCK = "chromium";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Chromium.class);
    private static final Path PICTURES = Path.of("target", "browser");

    /// Nothing of the browser's own may go out, and no profile of the machine is touched.
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /// Playwright and its browser.
    private record Running(Playwright playwright, Browser browser) implements AutoCloseable {
        @Override
        public void close() {
            browser.close();
            playwright.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ((InBrowser) context.getRequiredTestInstance()).browser = browser(context);
    }

    /// A test that failed leaves pictures of what it saw.
    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            String name = context.getRequiredTestClass().getSimpleName() + "-" + context.getDisplayName();
            ((InBrowser) context.getRequiredTestInstance())
                    .photograph(PICTURES, name.replaceAll("[^A-Za-z0-9.-]+", "_"));
        }
    }

    private static Browser browser(ExtensionContext context) {
        Optional<Path> program = installed();
        if (program.isEmpty()) {
            String why = "no Chromium for tests; install it (apt-get install chromium)";
            if ("required".equals(System.getenv("GAPURA_TEST_CHROMIUM"))) {
                throw new AssertionError(why);
            }
            System.err.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent("browser", unused -> start(program.get()), Running.class)
                .browser();
    }

    private static Running start(Path program) {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(FLAGS));
        PlaywrightAssertions.setDefaultAssertionTimeout(InBrowser.PATIENCE.toMillis());
        return new Running(playwright, browser);
    }

    private static Optional<Path> installed() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
