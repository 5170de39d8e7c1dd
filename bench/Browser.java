package bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A headless Chromium of its own, driven over its DevTools protocol. Of what it says, ids, numbers and plain texts
/// are read by pattern: that is all that [FirstView] needs. For one thread.
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final Pattern ANSWER = Pattern.compile("^\\{\"id\":(\\d+),");

    private final Process process;
    private final Map<Integer, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private final WebSocket socket;
    private int last;

    private Browser(Process process, URI devTools) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(devTools, new Ears())
                .join();
    }

    /// @param program Chromium or a browser made of it
    /// @param profile folder for its files, empty
    static Browser start(String program, Path profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--window-size=1440,900",
                "--no-first-run",
                "--disable-gpu",
                "--disable-extensions",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--no-sandbox");
        }
        command.add("about:blank");
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
        StringBuilder before = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                // Whatever else it says must not fill the pipe.
                Thread.ofVirtual().start(() -> said.lines().forEach(ignored -> {}));
                return new Browser(process, URI.create(listening.group(1)));
            }
            before.append(line).append('\n');
        }
        throw new IOException(program + " did not start:\n" + before);
    }

    /// Name and version.
    String version() {
        return text(ask("", "Browser.getVersion", "{}"), "product");
    }

    /// An empty tab that shares nothing with others: no cache, no connection, no cookie.
    Tab open() {
        String context = text(ask("", "Target.createBrowserContext", "{}"), "browserContextId");
        String target = text(
                ask(
                        "",
                        "Target.createTarget",
                        "{\"url\":\"about:blank\",\"browserContextId\":\"" + context
                                + "\",\"width\":1440,\"height\":900}"),
                "targetId");
        String attach = "{\"targetId\":\"" + target + "\",\"flatten\":true}";
        return new Tab(context, text(ask("", "Target.attachToTarget", attach), "sessionId"));
    }

    /// One tab.
    final class Tab implements AutoCloseable {
        private final String context;
        private final String session;

        private Tab(String context, String session) {
            this.context = context;
            this.session = session;
        }

        /// Has the traffic told as [#received].
        void listen() {
            events.clear();
            ask(session, "Network.enable", "{}");
        }

        /// Bytes that came over connections since [#listen], heads of answers included.
        long received() {
            return events.stream()
                    .filter(event -> event.contains("\"Network.loadingFinished\""))
                    .mapToLong(event -> Long.parseLong(number(event, "encodedDataLength")))
                    .sum();
        }

        /// Goes there; returns when the first of the document has come.
        void go(String url) {
            String answer = ask(session, "Page.navigate", "{\"url\":\"" + url + "\"}");
            if (answer.contains("\"errorText\"")) {
                throw new IllegalStateException(url + ": " + text(answer, "errorText"));
            }
        }

        /// Runs a script before any of the page's own, in every document to come.
        void before(String script) {
            ask(session, "Page.enable", "{}");
            ask(session, "Page.addScriptToEvaluateOnNewDocument", "{\"source\":\"" + quoted(script) + "\"}");
        }

        /// What an expression, or its promise, comes to; it must be a text without quotes.
        String value(String expression) {
            return text(
                    ask(
                            session,
                            "Runtime.evaluate",
                            "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":\"" + quoted(expression)
                                    + "\"}"),
                    "value");
        }

        @Override
        public void close() {
            ask("", "Target.disposeBrowserContext", "{\"browserContextId\":\"" + context + "\"}");
        }
    }

    @Override
    public void close() {
        try {
            ask("", "Browser.close", "{}");
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String ask(String session, String method, String params) {
        int id = ++last;
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.put(id, answer);
        String to = session.isEmpty() ? "" : ",\"sessionId\":\"" + session + "\"";
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + to + "}", true)
                .join();
        try {
            String said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (said.startsWith("{\"id\":" + id + ",\"error\"") || said.contains("\"exceptionDetails\"")) {
                throw new IllegalStateException(method + ": " + said);
            }
            return said;
        } catch (TimeoutException late) {
            throw new IllegalStateException(method + ": no answer within " + PATIENCE.toSeconds() + " s", late);
        } catch (InterruptedException | java.util.concurrent.ExecutionException broken) {
            throw new IllegalStateException(method, broken);
        }
    }

    private static String text(String json, String member) {
        return find(json, "\"" + member + "\":\"([^\"]*)\"");
    }

    private static String number(String json, String member) {
        return find(json, "\"" + member + "\":(\\d+)");
    }

    private static String find(String json, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in " + json);
        }
        return found.group(1);
    }

    private static String quoted(String script) {
        return script.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// Tells answers from events.
    private final class Ears implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
            message.append(part);
            if (whole) {
                String said = message.toString();
                message.setLength(0);
                Matcher answer = ANSWER.matcher(said);
                if (answer.find()) {
                    asked.remove(Integer.parseInt(answer.group(1))).complete(said);
                } else {
                    events.add(said);
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable broken) {
            asked.values().forEach(answer -> answer.completeExceptionally(broken));
        }
    }
}
