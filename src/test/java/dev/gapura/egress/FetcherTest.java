package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fetching over real sockets on loopback, which the rules of a test allow by host and port or not at all.
class FetcherTest {
    private static final String PARAM = "messages[2].content[1].image_url.url";
    private static final byte[] PNG = "\u0089PNG\r\n\u001a\n and more".getBytes(StandardCharsets.ISO_8859_1);
    private static final FetchLimits LIMITS =
            new FetchLimits(Duration.ofMillis(1_500), Duration.ofMillis(500), 100_000, 3, 2, 2);

    private final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private final List<String> resolved = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private FileServer server;
    private FileServer inside;
    private Fetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        server = new FileServer();
        inside = new FileServer().file("/", "image/png", PNG);
        fetcher = new Fetcher(vertx, ProxySettings.NONE, LIMITS, new ClientSSLOptions(), this::resolve);
    }

    @AfterEach
    void stop() throws IOException {
        Waiting.until("all permits given back", () -> fetcher.permits().free() == LIMITS.atOnce());
        Waiting.until("all connections closed", () -> server.open.get() == 0 && inside.open.get() == 0);
        fetcher.close();
        server.close();
        inside.close();
        Waiting.get(vertx.close());
    }

    private Future<List<InetAddress>> resolve(String name) {
        resolved.add(name);
        List<String> found = names.get(name);
        return found == null
                ? Future.failedFuture("unknown name at 10.0.0.53")
                : Future.succeededFuture(
                        found.stream().map(InetAddress::ofLiteral).toList());
    }

    /// Rules that allow these hosts with their ports.
    private static EgressRules rules(Config.HostPort... hosts) {
        return new EgressRules(new Config.Egress(List.of(), List.of(hosts), true));
    }

    /// Rules that allow the server, by its address.
    private EgressRules allowed() {
        return rules(new Config.HostPort("127.0.0.1", server.port()));
    }

    private Fetched get(String path) {
        return Waiting.get(fetcher.fetch(server.url(path), PARAM, allowed()));
    }

    private static Failure failure(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            return fail("fetched");
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(GatewayException.class);
            return ((GatewayException) failed.getCause()).failure();
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    private Failure fails(String url, EgressRules rules, String code) {
        Failure failure = failure(fetcher.fetch(url, PARAM, rules));
        assertThat(failure.code()).as(failure.message()).isEqualTo(code);
        assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failure.param()).isEqualTo(PARAM);
        assertThat(failure.message()).doesNotContain("127.0.0", "10.0.0", "::1", "0:0:0", "localhost", "Exception");
        return failure;
    }

    private void refused(String url, EgressRules rules) {
        fails(url, rules, "media_fetch_refused");
    }

    private String failed(String path) {
        return fails(server.url(path), allowed(), "media_fetch_failed").message();
    }

    @Test
    void fetchesWithoutSayingMoreThanItMust() {
        server.file("/a.jpg?x=%20", "image/jpeg; q=1", PNG, "set-cookie: a=b; path=/\r\n");
        Fetched fetched = get("/a.jpg?x= ");

        assertThat(fetched.bytes()).isEqualTo(PNG);
        assertThat(fetched.type()).isEqualTo("image/png");
        get("/a.jpg?x=%20#again");
        assertThat(server.heads)
                .hasSize(2)
                .allSatisfy(head -> assertThat(head.toLowerCase().split("\r\n"))
                        .containsExactlyInAnyOrder(
                                "get /a.jpg?x=%20 http/1.1",
                                "accept: */*",
                                "accept-encoding: identity",
                                "user-agent: gapura",
                                "connection: close",
                                "host: 127.0.0.1:" + server.port()));
        assertThat(resolved).isEmpty();
    }

    @Test
    void typesAreTheBytesThenTheHeader() {
        byte[] text = "plain".getBytes(StandardCharsets.US_ASCII);
        server.file("/said", "Image/X-Special; charset=utf-8", text)
                .file("/nothing", "application/octet-stream", text)
                .file("/nonsense", "<script>/../x", text)
                .file("/empty", "text/plain", new byte[0]);

        assertThat(get("/said").type()).isEqualTo("image/x-special");
        assertThat(get("/nothing").type()).isNull();
        assertThat(get("/nonsense").type()).isNull();
        assertThat(get("/empty").bytes()).isEmpty();
    }

    @Test
    void runsOnTheCallersLoop() {
        server.file("/a", "image/png", PNG);
        for (int round = 0; round < 4; round++) {
            List<Thread> threads = Waiting.get(Future.future(promise -> vertx.runOnContext(go -> {
                Thread asking = Thread.currentThread();
                fetcher.fetch(server.url("/a"), PARAM, allowed())
                        .onComplete(done -> promise.complete(List.of(asking, Thread.currentThread())));
            })));
            assertThat(threads.get(0)).isSameAs(threads.get(1));
        }
    }

    @Test
    void privateAddressesAreRefusedWithoutATouch() {
        String port = ":" + inside.port() + "/";
        EgressRules none = rules();
        names.put("inside.example", List.of("127.0.0.1"));
        names.put("both.example", List.of("8.8.8.8", "127.0.0.1"));
        names.put("nat64.example", List.of("64:ff9b::7f00:1"));
        names.put("metadata.google.internal", List.of("8.8.8.8"));
        for (String host : List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1")) {
            refused("https://" + host + port, none);
            refused("http://" + host + port, none);
        }
        for (String host : names.keySet()) {
            refused("https://" + host + port, none);
        }
        assertThat(resolved).doesNotContain("metadata.google.internal");
        assertThat(inside.connections).hasValue(0);
    }

    @Test
    void localhostOfTheRealResolverIsRefused() {
        try (Fetcher real = new Fetcher(vertx, ProxySettings.NONE)) {
            Failure failure = failure(real.fetch("https://localhost:" + inside.port() + "/", PARAM, rules()));
            assertThat(failure.code()).isEqualTo("media_fetch_refused");
            Config.HostPort named = new Config.HostPort("localhost", inside.port());
            Fetched fetched = Waiting.get(real.fetch("http://localhost:" + inside.port() + "/", PARAM, rules(named)));
            assertThat(fetched.bytes()).isEqualTo(PNG);
        }
        assertThat(inside.heads).singleElement().asString().contains("host: localhost:" + inside.port());
    }

    @Test
    void httpIsForNamedHostsOnly() {
        names.put("open.example", List.of("8.8.8.8"));
        refused("http://open.example/", rules());
        Cidr loopback = Objects.requireNonNull(Cidr.parse("127.0.0.0/8"));
        refused(server.url("/"), new EgressRules(new Config.Egress(List.of(loopback), List.of(), true)));
        refused(inside.url("/"), allowed());
        assertThat(inside.connections).hasValue(0);
        assertThat(server.connections).hasValue(0);
    }

    @Test
    void connectsToTheAddressThatWasChecked() {
        names.put("named.example", List.of("127.0.0.1"));
        server.file("/a", "image/png", PNG);
        Config.HostPort named = new Config.HostPort("named.example", server.port());

        Fetched fetched =
                Waiting.get(fetcher.fetch("http://Named.Example.:" + server.port() + "/a", PARAM, rules(named)));

        assertThat(fetched.bytes()).isEqualTo(PNG);
        assertThat(server.heads).singleElement().asString().contains("host: named.example:" + server.port() + "\r\n");
        assertThat(resolved).containsExactly("named.example");
    }

    /// A name that changes its mind between check and connection: there is nothing in between.
    @Test
    void aNameIsResolvedOnceAHop() {
        AtomicInteger asked = new AtomicInteger();
        Fetcher rebound = new Fetcher(vertx, ProxySettings.NONE, LIMITS, new ClientSSLOptions(), name -> {
            String answer = asked.getAndIncrement() % 2 == 0 ? "192.0.2.1" : "127.0.0.1";
            return Future.succeededFuture(List.of(InetAddress.ofLiteral(answer)));
        });
        // 192.0.2.0/24 leads nowhere: it stands for a public address here.
        EgressRules rules = new EgressRules(
                new Config.Egress(List.of(Objects.requireNonNull(Cidr.parse("192.0.2.0/24"))), List.of(), true));
        try (rebound) {
            for (int round = 0; round < 3; round++) {
                String url = "https://rebound.example:" + inside.port() + "/" + round;
                assertThat(failure(rebound.fetch(url, PARAM, rules)).code()).isEqualTo("media_fetch_failed");
                assertThat(asked).hasValue(2 * round + 1);
                assertThat(failure(rebound.fetch(url, PARAM, rules)).code()).isEqualTo("media_fetch_refused");
            }
        }
        assertThat(inside.connections).hasValue(0);
    }

    @Test
    void theNextAddressIsTriedWhereOneIsDead() throws IOException {
        server.file("/a", "image/png", PNG);
        names.put("many.example", List.of("127.0.0.9", "127.0.0.8", "127.0.0.1"));
        names.put("dead.example", List.of("127.0.0.9", "127.0.0.8", "127.0.0.7", "127.0.0.1"));
        EgressRules rules = rules(
                new Config.HostPort("many.example", server.port()), new Config.HostPort("dead.example", server.port()));

        assertThat(Waiting.get(fetcher.fetch("http://many.example:" + server.port() + "/a", PARAM, rules))
                        .bytes())
                .isEqualTo(PNG);
        assertThat(fails("http://dead.example:" + server.port() + "/a", rules, "media_fetch_failed")
                        .message())
                .contains("cannot be reached");
    }

    @Test
    void ipv6HostsHaveTheirBrackets() throws IOException {
        try (FileServer six = new FileServer("::1").file("/a", "image/png", PNG)) {
            EgressRules rules = rules(new Config.HostPort("0:0:0:0:0:0:0:1", six.port()));
            assertThat(Waiting.get(fetcher.fetch("http://[::1]:" + six.port() + "/a", PARAM, rules))
                            .bytes())
                    .isEqualTo(PNG);
            assertThat(six.heads).singleElement().asString().contains("host: [0:0:0:0:0:0:0:1]:" + six.port());
        }
    }

    @Test
    void redirectsAreFollowedThreeTimes() {
        server.redirect("/4", 301, "/3")
                .redirect("/3", 302, "//127.0.0.1:" + server.port() + "/2")
                .redirect("/2", 307, server.url("/x/../1?y"))
                .redirect("/1?y", 308, "a#b")
                .redirect("/loop", 303, "loop")
                .file("/a", "image/png", PNG);

        assertThat(get("/3").bytes()).isEqualTo(PNG);
        assertThat(server.heads).hasSize(4);
        assertThat(failed("/4")).contains("more than 3 times");
        assertThat(failed("/loop")).contains("more than 3 times");
        assertThat(server.heads).hasSize(12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/",
                "https://127.0.0.1:PORT/",
                "https://[::ffff:127.0.0.1]:PORT/",
                "https://2130706433:PORT/",
                "//0x7f000001:PORT/",
                "https://inside.example:PORT/",
                "http://open.example/",
                "https://user:pass@open.example/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:PORT/",
                "https://169.254.169.254/latest/meta-data/"
            })
    void redirectsToOtherPlacesAreRefused(String location) {
        names.put("inside.example", List.of("127.0.0.1"));
        names.put("open.example", List.of("8.8.8.8"));
        server.redirect("/a", 302, location.replace("PORT", Integer.toString(inside.port())));

        refused(server.url("/a"), allowed());
        assertThat(inside.connections).hasValue(0);
    }

    @Test
    void aRedirectToNowhereFails() {
        server.on("/a", out -> FileServer.write(out, "HTTP/1.1 302 Go\r\ncontent-length: 0\r\n\r\n"));
        assertThat(failed("/a")).contains("nowhere");
    }

    @Test
    void statusesThatAreNoFile() {
        for (int status : new int[] {201, 204, 206, 304, 400, 401, 404, 500, 503}) {
            server.on(
                    "/" + status,
                    out -> FileServer.write(out, "HTTP/1.1 " + status + " x\r\ncontent-length: 0\r\n\r\n"));
            assertThat(failed("/" + status)).contains("status " + status);
        }
    }

    @Test
    void slowServersAreCutOff() {
        server.on("/silent", out -> server.hold())
                .on("/head", out -> drip(out, "HTTP/1.1 200 OK\r\nx: " + "y".repeat(1_000)))
                .on("/body", out -> {
                    FileServer.write(out, "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n");
                    drip(out, "z".repeat(1_000));
                })
                .on("/chain", out -> {
                    Thread.sleep(600);
                    FileServer.write(out, "HTTP/1.1 302 Go\r\nlocation: /chain\r\ncontent-length: 0\r\n\r\n");
                });
        for (String path : List.of("/silent", "/head", "/body", "/chain")) {
            long start = System.nanoTime();
            assertThat(failed(path)).contains("took longer than 1 s");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1_400), Duration.ofSeconds(4));
        }
    }

    /// A server that is slow has to be: what is tested is the caller's deadline, which pieces do not push
    /// out.
    private static void drip(java.io.OutputStream out, String text) throws IOException, InterruptedException {
        for (char c : text.toCharArray()) {
            FileServer.write(out, String.valueOf(c));
            Thread.sleep(30);
        }
    }

    @Test
    void tooMuchIsNotRead() {
        byte[] some = new byte[8_000];
        Arrays.fill(some, (byte) 'x');
        AtomicInteger written = new AtomicInteger();
        server.on("/announced", out -> {
                    FileServer.write(out, "HTTP/1.1 200 OK\r\ncontent-length: 100001\r\n\r\n");
                    server.hold();
                })
                .on(
                        "/huge",
                        out -> FileServer.write(out, "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999\r\n\r\n"))
                .on("/endless", out -> {
                    FileServer.write(out, "HTTP/1.1 200 OK\r\n\r\n");
                    while (written.addAndGet(some.length) < 100_000_000) {
                        out.write(some);
                    }
                })
                .on("/chunks", out -> {
                    FileServer.write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                    while (written.addAndGet(some.length) < 200_000_000) {
                        FileServer.write(out, Integer.toHexString(some.length) + "\r\n");
                        out.write(some);
                        FileServer.write(out, "\r\n");
                    }
                })
                .file("/most", "image/png", new byte[100_000]);
        for (String path : List.of("/announced", "/huge", "/endless", "/chunks")) {
            fails(server.url(path), allowed(), "media_too_large");
        }
        assertThat(written.get()).isLessThan(100_000_000);
        assertThat(get("/most").bytes()).hasSize(100_000);
    }

    @Test
    void answersThatBreakOffAreNoFiles() {
        server.on("/short", out -> FileServer.write(out, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"))
                .on(
                        "/chunk",
                        out -> FileServer.write(
                                out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab"))
                .on("/nothing", out -> {})
                .on("/garbage", out -> FileServer.write(out, "220 mail.example ESMTP\r\n\r\n"))
                .on(
                        "/header",
                        out -> FileServer.write(out, "HTTP/1.1 200 OK\r\nx: " + "y".repeat(100_000) + "\r\n\r\n"));
        for (String path : List.of("/short", "/chunk", "/nothing", "/garbage", "/header")) {
            assertThat(failed(path)).contains("broke");
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsOne() {
        server.on("/a", out -> {
            FileServer.write(out, "HTTP/1.0 200 OK\r\n\r\n");
            out.write(PNG);
        });
        assertThat(get("/a").bytes()).isEqualTo(PNG);
    }

    @Test
    void compressedAnswersAreNotTaken() {
        server.file("/a", "image/png", PNG, "content-encoding: gzip\r\n")
                .file("/b", "image/png", PNG, "content-encoding: identity\r\n");
        assertThat(failed("/a")).contains("compressed");
        assertThat(get("/b").bytes()).isEqualTo(PNG);
    }

    @Test
    void unknownNamesAndDeadPorts() throws IOException {
        names.put("empty.example", List.of());
        fails("https://unknown.example/", rules(), "media_fetch_failed");
        fails("https://empty.example/", rules(), "media_fetch_failed");
        FileServer gone = new FileServer();
        gone.close();
        fails(gone.url("/"), rules(new Config.HostPort("127.0.0.1", gone.port())), "media_fetch_failed");
    }

    @Test
    void soManyAtOnceAndSoManyWaiting() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(2);
        server.on("/slow", out -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            full.countDown();
            full.await();
            now.decrementAndGet();
            FileServer.write(out, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncache-control: no-store\r\n\r\nx");
        });
        List<Future<Fetched>> fetches = new ArrayList<>();
        for (int index = 0; index < 6; index++) {
            fetches.add(fetcher.fetch(server.url("/slow"), PARAM, allowed()));
        }
        Waiting.until("all over", () -> fetches.stream().allMatch(Future::isComplete));
        assertThat(fetches.stream().filter(Future::succeeded)).hasSize(4);
        assertThat(most).hasValue(2);
        Failure busy =
                failure(fetches.stream().filter(Future::failed).findFirst().orElseThrow());
        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.retryable()).isTrue();
        assertThat(busy.code()).isEqualTo("media_fetch_failed");
    }

    @Test
    void whoIsGivenUpLeavesNothingOpen() {
        server.on("/slow", out -> server.hold());
        List<Fetch> fetches = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            fetches.add(fetcher.start(server.url("/slow"), PARAM, allowed()));
        }
        Waiting.until("two ask", () -> server.heads.size() == 2);
        vertx.runOnContext(go -> fetches.forEach(Fetch::cancel));
        Waiting.until(
                "all over",
                () -> fetches.stream().allMatch(fetch -> fetch.future().failed()));
        assertThat(server.heads).hasSize(2);
    }

    @Test
    void whatWasFetchedIsKeptAndAskedForAgain() {
        server.on("/tagged", out -> {
            boolean known = server.heads.getLast().contains("if-none-match: \"v1\"\r\n");
            FileServer.write(
                    out,
                    "HTTP/1.1 " + (known ? "304 Same" : "200 OK") + "\r\netag: \"v1\"\r\ncache-control: no-cache\r\n"
                            + (known ? "\r\n" : "content-type: image/gif\r\ncontent-length: 3\r\n\r\nGIF"));
        });
        server.file("/kept", "image/png", PNG);
        for (int round = 1; round <= 3; round++) {
            assertThat(get("/tagged").bytes()).hasSize(3);
            assertThat(get("/tagged").type()).isEqualTo("image/gif");
            assertThat(server.heads).hasSize(2 * round);
        }
        for (int round = 1; round <= 3; round++) {
            assertThat(get("/kept").bytes()).isEqualTo(PNG);
        }
        assertThat(server.heads).hasSize(7);
        // What is kept is kept under the rules under which it came.
        refused(server.url("/kept"), rules());
    }
}
