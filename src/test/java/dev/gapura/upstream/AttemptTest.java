package dev.gapura.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.credential.Authorizer;
import dev.gapura.credential.Credential;
import dev.gapura.credential.CredentialException;
import dev.gapura.credential.UnsignedCall;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Endpoint;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Simulator;
import dev.gapura.testkit.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One attempt that has to prove who calls: its phases, and a cancel in each of them. The provider is the simulator,
/// the credential one that waits where the test says.
class AttemptTest {
    private static final int LONG = 300_000;

    private final CompletableFuture<Credential> coming = new CompletableFuture<>();
    private final CountDownLatch signing = new CountDownLatch(1);
    private final CountDownLatch mayTouch = new CountDownLatch(1);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Credential> refused = new ArrayList<>();
    private final List<ByteBuf> bodies = new CopyOnWriteArrayList<>();
    private final List<Thread> signers = new CopyOnWriteArrayList<>();
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private Vertx vertx;
    private Context loop;
    private HttpClientAgent client;
    private Simulator provider;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        loop = vertx.getOrCreateContext();
        client = vertx.createHttpClient();
        provider = Waiting.get(Simulator.start(vertx, "unused")).answerWith(request -> Reply.json(200, "{}"));
    }

    @AfterEach
    void stop() {
        mayTouch.countDown();
        Waiting.get(vertx.close());
        assertThat(bodies).as("bodies are let go of").allMatch(body -> body.refCnt() == 0);
    }

    /// Proves with one header; where it waits, until the test lets it.
    private final class Proof implements Credential {
        private final boolean waits;

        Proof(boolean waits) {
            this.waits = waits;
        }

        @Override
        public boolean coversBody() {
            return true;
        }

        @Override
        public Map<String, String> headers(UnsignedCall call) {
            signers.add(Thread.currentThread());
            signing.countDown();
            try (var body = call.body().get()) {
                if (waits) {
                    mayTouch.await();
                }
                return Map.of(
                        "x-proof",
                        body.readAllBytes().length + " " + call.endpoint().target());
            } catch (Exception broken) {
                throw new IllegalStateException(broken);
            }
        }
    }

    private Authorizer source(@Nullable Credential current) {
        return new Authorizer() {
            @Override
            public @Nullable Credential current() {
                return current;
            }

            @Override
            public CompletableFuture<Credential> fetch() {
                return coming.copy();
            }

            @Override
            public void refused(Credential used) {
                refused.add(used);
            }
        };
    }

    private final AnswerListener listener = new AnswerListener() {
        @Override
        public void onHead(int status, MultiMap headers) {
            heard.add("head " + status);
        }

        @Override
        public void onBytes(ByteBuf bytes) {
            heard.add("bytes");
        }

        @Override
        public void onEnd() {
            heard.add("end");
        }

        @Override
        public void onFailure(Failure said) {
            failure.set(said);
            heard.add("failure " + said.code());
        }
    };

    private Attempt send(int length, @Nullable Credential current) {
        Endpoint endpoint = new Endpoint("127.0.0.1", provider.port(), false, "/v1/x");
        Attempt attempt = new Attempt(
                loop,
                Providers.of("corp"),
                endpoint,
                Map.of("content-type", "application/json"),
                () -> body(length),
                listener);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setURI(endpoint.target());
        onLoop(() ->
                attempt.authorize(source(current), () -> client.request(options).onComplete(attempt::connected)));
        return attempt;
    }

    private ByteBuf body(int length) {
        ByteBuf body = Unpooled.directBuffer(length).writeZero(length);
        bodies.add(body);
        return body;
    }

    private void onLoop(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            action.run();
            done.complete(null);
        });
        done.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private void heard(String... events) {
        Waiting.until(
                "the answer is over",
                () -> heard.stream().anyMatch(event -> event.equals("end") || event.startsWith("failure")));
        assertThat(heard.stream().distinct()).containsExactly(events);
    }

    @Test
    void aCredentialAtHandIsUsedOnTheLoop() {
        send(10, new Proof(false));

        heard("head 200", "bytes", "end");
        assertThat(provider.requests().getFirst().header("x-proof")).isEqualTo("10 /v1/x");
        assertThat(signers.getFirst().getName()).contains("eventloop");
    }

    @Test
    void longBodiesAreSignedElsewhere() {
        send(LONG, new Proof(false));

        heard("head 200", "bytes", "end");
        assertThat(provider.requests().getFirst().header("x-proof")).isEqualTo(LONG + " /v1/x");
        assertThat(signers.getFirst().getName()).doesNotContain("eventloop");
    }

    @Test
    void aCredentialThatComesLaterIsWaitedForWithoutAConnection() {
        Attempt attempt = send(10, null);
        onLoop(() -> assertThat(attempt.connected()).isFalse());
        assertThat(provider.requestCount()).isZero();

        coming.complete(new Proof(false));

        heard("head 200", "bytes", "end");
    }

    @Test
    void aCancelWhileTheCredentialComesMakesNoCall() {
        Attempt attempt = send(10, null);
        onLoop(attempt::cancel);
        coming.complete(new Proof(false));
        onLoop(() -> assertThat(attempt.over()).isTrue());
        onLoop(() -> assertThat(heard).isEmpty());

        assertThat(provider.requestCount()).isZero();
        assertThat(bodies).isEmpty();
    }

    @Test
    void aCancelWhileItIsSignedMakesNoCall() throws Exception {
        Attempt attempt = send(LONG, new Proof(true));
        signing.await();
        onLoop(() -> {
            assertThat(attempt.connected()).isTrue();
            attempt.pause();
            attempt.resume();
            attempt.cancel();
        });
        mayTouch.countDown();

        Waiting.until("the body is let go of", () -> bodies.getFirst().refCnt() == 0);
        onLoop(() -> assertThat(heard).isEmpty());
        assertThat(provider.requestCount()).isZero();
    }

    @Test
    void noCredentialIsAFailureOfTheProvidersAuth() {
        send(10, null);
        coming.completeExceptionally(new CredentialException("nothing gives keys; set some"));

        heard("failure upstream_auth_error");
        assertThat(failure.get().kind()).isEqualTo(FailureKind.PROVIDER_AUTH);
        assertThat(failure.get().provider()).isEqualTo("corp");
        assertThat(failure.get().message())
                .isEqualTo("There are no credentials for corp: nothing gives keys; set some.");
        assertThat(provider.requestCount()).isZero();
    }

    @Test
    void aFaultOnTheWayToACredentialIsOurs() {
        send(10, null);
        coming.completeExceptionally(new IllegalStateException("secret detail"));

        heard("failure null");
        assertThat(failure.get().kind()).isEqualTo(FailureKind.INTERNAL);
        assertThat(failure.get().message()).doesNotContain("secret detail");
    }

    @Test
    void aRefusalIsReportedToTheSource() {
        provider.answerWith(request -> Reply.json(403, "{}"));
        Credential proof = new Proof(false);
        send(10, proof);

        heard("head 403", "bytes", "end");
        assertThat(refused).containsExactly(proof);
    }
}
