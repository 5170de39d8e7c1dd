package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Services that answer a tool with what should hurt the gateway. They write their bytes themselves.
class HostileResultsTest {
    private static final String TEXT = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx, ProxySettings.from(Map.of()));
    private final ToolSources sources = new ToolSources(outbound, Plugins.load(Path.of("no-such-folder")), "1.2.3");
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile Consumer<NetSocket> answer = socket -> {};
    private NetServer service;

    @BeforeEach
    void start() {
        service = Waiting.get(vertx.createNetServer()
                .connectHandler(socket -> {
                    opened.incrementAndGet();
                    socket.exceptionHandler(broken -> {});
                    socket.closeHandler(gone -> closed.incrementAndGet());
                    AtomicInteger pieces = new AtomicInteger();
                    socket.handler(request -> {
                        if (pieces.getAndIncrement() == 0) {
                            answer.accept(socket);
                        }
                    });
                })
                .listen(0, "127.0.0.1"));
    }

    /// No service here ever closes a connection.
    @AfterEach
    void stop() {
        Waiting.until("each connection is closed from here", () -> closed.get() == opened.get());
        sources.close();
        outbound.close();
        Waiting.get(vertx.close());
    }

    private String url() {
        return "http://127.0.0.1:" + service.actualPort() + "/";
    }

    private ToolWorker.Done run(Duration timeout, @Nullable String pointer) throws Exception {
        return run(new ToolEntry.Source.Http("GET", url(), Map.of(), null, pointer, null), timeout, "{}");
    }

    private ToolWorker.Done run(ToolEntry.Source source, Duration timeout, String arguments) throws Exception {
        ToolEntry entry =
                new ToolEntry("it", "d", source, timeout, 1000, 4, null, null, null, List.of(), "test.yaml:1:1");
        EgressRules rules = new EgressRules(
                new Config.Egress(List.of(), List.of(new Config.HostPort("127.0.0.1", service.actualPort())), true));
        ToolRegistry registry = sources.registry(Map.of("it", entry), rules);
        sources.retain(registry);
        return ToolWorker.start(registry.find("it"), "c1", arguments).done().get(60, TimeUnit.SECONDS);
    }

    private static Buffer whole(String head, byte[] body) {
        return Buffer.buffer(head + "content-length: " + body.length + "\r\n\r\n")
                .appendBytes(body);
    }

    @Test
    void bytesThatAreNoTextBecomeMarks() throws Exception {
        byte[] bytes = {'o', 'k', ' ', (byte) 0xC3, '(', (byte) 0xFF, (byte) 0xED, (byte) 0xA0, (byte) 0x80, '!'};
        answer = socket -> socket.write(whole(TEXT, bytes));
        ToolWorker.Done done = run(Duration.ofSeconds(30), null);
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.OK);
        assertThat(done.output().text())
                .startsWith("ok \uFFFD(\uFFFD")
                .endsWith("!")
                .isEqualTo(new String(bytes, StandardCharsets.UTF_8));

        byte[] json = "{\"t\":\"a?b\"}".getBytes(StandardCharsets.US_ASCII);
        json[7] = (byte) 0xFF;
        answer = socket -> socket.write(whole(TEXT, json));
        assertThat(run(Duration.ofSeconds(30), "/t").output()).isEqualTo(ToolOutput.of("a\uFFFDb"));
    }

    /// The beginning of a body in gzip that has no end: so many million times the letter a.
    private static Buffer bomb(int millions) {
        byte[] letters = new byte[1_000_000];
        Arrays.fill(letters, (byte) 'a');
        byte[] room = new byte[100_000];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(letters);
            // After a full flush nothing that follows refers to what was before: the piece can stand any number of
            // times.
            int length = deflater.deflate(room, 0, room.length, Deflater.FULL_FLUSH);
            Buffer all = Buffer.buffer(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF});
            for (int piece = 0; piece < millions; piece++) {
                all.appendBytes(room, 0, length);
            }
            return all;
        } finally {
            deflater.end();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 8_000})
    void aSmallBodyThatExpandsIsReadToTheMost(int millions) throws Exception {
        Buffer body = bomb(millions);
        answer = socket -> socket.write(
                Buffer.buffer(TEXT + "content-encoding: gzip\r\ncontent-length: " + (body.length() + 8) + "\r\n\r\n")
                        .appendBuffer(body));
        ToolWorker.Done done = run(Duration.ofSeconds(60), null);
        assertThat(done.run().status()).as(done.output().text()).isEqualTo(ToolRun.Status.OK);
        assertThat(done.run().resultBytes()).isEqualTo(8 << 20);
        assertThat(done.output().text()).isEqualTo("a".repeat(1000) + "\n[cut: the first 1000 of 8388608 bytes]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000000\r\n\r\n",
                "HTTP/1.1 500 No\r\ncontent-type: text/plain\r\ncontent-length: 1000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n",
                "HTTP/1.1 200 OK\r\nx-long: "
            })
    void anAnswerThatComesByTheByteIsGivenUpInTime(String begin) throws Exception {
        answer = socket -> {
            socket.write(begin);
            long clock = vertx.setPeriodic(5, now -> socket.write("a"));
            socket.closeHandler(gone -> {
                closed.incrementAndGet();
                vertx.cancelTimer(clock);
            });
        };
        ToolWorker.Done done = run(Duration.ofMillis(400), null);
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.TIMEOUT);
        assertThat(done.output()).isEqualTo(ToolOutput.failed("The tool gave no result within 400 ms."));
        Waiting.until("the service is hung up on", () -> closed.get() == 1);
    }

    private ToolWorker.Done page(String type, byte[] body) throws Exception {
        answer = socket -> socket.write(whole("HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\n", body));
        return run(new ToolEntry.Source.Builtin("web_fetch"), Duration.ofSeconds(60), "{\"url\":\"" + url() + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<div>", "<b>", "<table><tr><td>", "<svg>", "<ul><li>", "<a href=x>", "<!--", "<p class="})
    void aPageThatNestsWithoutEndIsRead(String begin) throws Exception {
        String deep = "<title>Deep</title>" + begin.repeat(100_000) + "down here";
        ToolWorker.Done done = page("text/html", deep.getBytes(StandardCharsets.UTF_8));
        assertThat(done.run().status()).as(done.output().text()).isEqualTo(ToolRun.Status.OK);
        assertThat(done.output().text()).startsWith("Deep");
    }

    /// Names of characters that nobody knows, that lead nowhere, and that can only be read.
    @ParameterizedTest
    @ValueSource(strings = {"utf-7", "no such", "\"\"", ";;", "x-JISAutoDetect", "ISO-2022-CN", "utf-16", "../../etc"})
    void aPageMayNameAnyCharactersItLikes(String charset) throws Exception {
        byte[] bytes = "<title>Rain</title><p>It rains."
                .getBytes(charset.equals("utf-16") ? StandardCharsets.UTF_16 : StandardCharsets.US_ASCII);
        assertThat(page("text/html; charset=" + charset, bytes).output()).isEqualTo(ToolOutput.of("Rain\n\nIt rains."));
        if (!charset.equals("utf-16")) {
            byte[] inside = ("<meta charset='" + charset + "'><title>Rain</title><p>It rains.")
                    .getBytes(StandardCharsets.US_ASCII);
            assertThat(page("text/html", inside).output()).isEqualTo(ToolOutput.of("Rain\n\nIt rains."));
        }
    }
}
