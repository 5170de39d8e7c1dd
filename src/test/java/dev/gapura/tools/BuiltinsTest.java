package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tools that come with the gateway.
class BuiltinsTest {
    private static final ServerTool.Terms TERMS = new ServerTool.Terms(Duration.ofSeconds(5), 1000, 4, true, 0, null);

    @ParameterizedTest
    @CsvSource({
        "2 + 3 * 4, 14",
        "(2 + 3) * 4, 20",
        "-2 ^ 2, -4",
        "2 ^ -1, 0.5",
        "0.1 + 0.2, 0.3",
        "10 % 3, 1",
        "sqrt(16), 4",
        "round(2.5), 3",
        "1e3 / 8, 125",
        "2 ^ 100, 1267650600228229401496703205376",
        "abs(-7) - floor(2.9), 5",
        "--2, 2",
        "round(9 ^ 9999) / 9 ^ 9999, 1",
        "floor(-2.5), -3",
        "ceil(2.1), 3",
        "1.5 ^ 3, 3.375",
        "0 ^ 5, 0",
        "0.001 ^ 2, 0.000001"
    })
    void arithmeticIsExact(String expression, String result) {
        assertThat(Calculator.evaluate(expression)).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1 +",
                "1 / 0",
                "2 ** 3",
                "sqrt(-1)",
                "foo(1)",
                "1)",
                "9 ^ 99999",
                "ln(0)",
                "((((",
                "a",
                "1..2",
                "0 ^ -1",
                "2 ^ -2147483648",
                "2 ^ -9223372036854775808",
                "1e9999 % 0.7",
                "1e9999 ^ 9999",
                "9 ^ 9999 ^ 9999",
                "round(9^9999^9999^9999)",
                "floor(0.1^9999^9999)",
                "1e9999 * 1e9999",
                "1e-9999 / 1e9999"
            })
    void whatIsNoArithmeticSaysWhy(String expression) {
        assertThatThrownBy(() -> Calculator.evaluate(expression))
                .isInstanceOf(ArithmeticException.class)
                .message()
                .isNotBlank();
    }

    @Test
    void deepNestingIsRefusedNotAnOverflow() {
        assertThatThrownBy(() -> Calculator.evaluate("(".repeat(500) + "1" + ")".repeat(499)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Calculator.evaluate("-".repeat(900) + "1")).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void theTimeIsToldInItsZone() throws Exception {
        ServerTool tool =
                Builtins.currentTime("now", null, TERMS, InstantSource.fixed(Instant.parse("2026-11-26T20:30:00Z")));
        assertThat(tool.runner()
                        .run(JsonTree.object().put("time_zone", "Asia/Jakarta"))
                        .text())
                .isEqualTo("2026-11-27T03:30:00+07:00 (Asia/Jakarta, Friday)");
        assertThat(tool.runner().run(JsonTree.object()).text()).startsWith("2026-11-26T20:30:00Z (UTC, Thursday)");
        ToolOutput unknown = tool.runner().run(JsonTree.object().put("time_zone", "Mars/Base"));
        assertThat(unknown.failed()).isTrue();
        assertThat(unknown.text()).contains("IANA");
    }

    @Test
    void aPageIsReadableText() {
        String page = "<html><head><title>Rain</title><style>x{}</style></head><body><nav>Home</nav><main><h1>Rain in "
                + "Solo</h1><p>It <b>rains</b>.<br>A lot.</p><ul><li>today</li><li>tomorrow</li></ul>"
                + "<script>alert(1)</script></main><footer>(c)</footer></body></html>";
        assertThat(WebFetch.readable(Jsoup.parse(page)))
                .isEqualTo("Rain\n\nRain in Solo\nIt rains.\nA lot.\n- today\n- tomorrow");
    }

    @Test
    void aPageIsReadInItsOwnCharacters() {
        String page = "<html><head>%s<title>Ren\u00E9</title></head><body><p>caf\u00E9</p></body></html>";
        String expected = "Ren\u00E9\n\ncaf\u00E9";
        for (String type : List.of("text/html; charset=ISO-8859-1", "text/html;charset=\"windows-1252\"")) {
            byte[] named = page.formatted("").getBytes(StandardCharsets.ISO_8859_1);
            assertThat(WebFetch.readable(WebFetch.page(named, WebFetch.charset(type), "https://a.example/")))
                    .isEqualTo(expected);
        }
        byte[] inside = page.formatted("<meta charset=iso-8859-1>").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(WebFetch.readable(WebFetch.page(inside, WebFetch.charset("text/html"), "https://a.example/")))
                .isEqualTo(expected);
        byte[] utf8 = page.formatted("").getBytes(StandardCharsets.UTF_8);
        assertThat(WebFetch.readable(WebFetch.page(utf8, WebFetch.charset("text/html; charset=no-such"), "")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json|are not valid JSON",
                "[1]|must be a JSON object",
                "{}|url",
                "{\"url\":7}|string",
                "{\"url\":\"https://a.example\",\"more\":1}|more"
            })
    void argumentsAreHeldAgainstTheSchema(String arguments, String fault) {
        ObjectNode schema = WebFetch.parameters();
        assertThat(new ArgumentCheck(schema).check(arguments))
                .isInstanceOfSatisfying(
                        ArgumentCheck.Checked.Invalid.class,
                        invalid -> assertThat(invalid.fault()).contains(fault));
    }

    @Test
    void shortComputationsAreOverAtOnceOnTheThreadThatAsks() {
        List<Thread> seen = new ArrayList<>();
        ToolRunner.Computation runner = arguments -> {
            seen.add(Thread.currentThread());
            return ToolOutput.of("42");
        };
        ServerTool tool = new ServerTool("sum", "", JsonTree.object(), TERMS, runner);
        ToolWorker worker = ToolWorker.startUnwatched(tool, "c1", "{}");
        assertThat(worker.done()).isDone();
        assertThat(worker.done().join().output().text()).isEqualTo("42");
        assertThat(seen).containsExactly(Thread.currentThread());
        ToolWorker.startUnwatched(tool, "c2", "{\"text\":\"" + "x".repeat(200) + "\"}")
                .done()
                .join();
        assertThat(seen.getLast().isVirtual())
                .as("a long one may take its time")
                .isTrue();
    }

    @Test
    void aComputationWaitsForItsPermitElsewhere() throws Exception {
        ToolRunner.Computation runner = arguments -> ToolOutput.of("42");
        ServerTool tool = new ServerTool("sum", "", JsonTree.object(), TERMS, runner);
        tool.permits().acquire(TERMS.concurrency());
        ToolWorker worker = ToolWorker.startUnwatched(tool, "c1", "{}");
        assertThat(worker.done()).isNotDone();
        tool.permits().release();
        assertThat(worker.done().get(5, TimeUnit.SECONDS).output().text()).isEqualTo("42");
    }

    @Test
    void aToolThatDoesNotListenIsNotWaitedFor() throws Exception {
        ServerTool.Terms brief = new ServerTool.Terms(Duration.ofMillis(50), 1000, 1, true, 7, null);
        CountDownLatch free = new CountDownLatch(1);
        ServerTool deaf = new ServerTool("deaf", "", JsonTree.object(), brief, arguments -> {
            while (free.getCount() > 0) {
                try {
                    free.await();
                } catch (InterruptedException ignored) {
                    // a tool that does not listen
                }
            }
            return ToolOutput.of("late");
        });
        ToolWorker.Done done = ToolWorker.start(deaf, "c1", "{}").done().get(5, TimeUnit.SECONDS);
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.TIMEOUT);
        assertThat(done.run().costNanoUsd()).isEqualTo(7);
        ToolWorker.Done waiting = ToolWorker.start(deaf, "c2", "{}").done().get(5, TimeUnit.SECONDS);
        assertThat(waiting.run().status()).isEqualTo(ToolRun.Status.TIMEOUT);
        assertThat(waiting.run().costNanoUsd()).as("it never ran").isZero();
        free.countDown();
    }
}
