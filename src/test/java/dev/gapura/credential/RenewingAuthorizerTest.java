package dev.gapura.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.credential.CredentialSource.Issued;
import dev.gapura.testkit.TestClock;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// When a credential is got, kept and renewed. The clock stands still unless a test moves it.
class RenewingAuthorizerTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestClock clock = new TestClock("2026-03-01T12:00:00Z");
    private final AtomicInteger issued = new AtomicInteger();
    /// How often the source may still issue.
    private final Semaphore allowed = new Semaphore(1000);

    private volatile boolean refuses;
    private volatile Duration life = HOUR;

    private final RenewingAuthorizer authorizer = new RenewingAuthorizer("test", this::issue, clock);

    private record Numbered(int number) implements Credential {
        @Override
        public Map<String, String> headers(UnsignedCall call) {
            return Map.of();
        }

        @Override
        public boolean coversBody() {
            return false;
        }
    }

    private Issued issue() throws CredentialException {
        allowed.acquireUninterruptibly();
        int number = issued.incrementAndGet();
        if (refuses) {
            throw new CredentialException("refused " + number);
        }
        return new Issued(
                new Numbered(number), life == null ? null : clock.instant().plus(life));
    }

    private static Credential got(CompletableFuture<Credential> credential) {
        return credential.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void issuedSoFar(int count) {
        Waiting.until("credential " + count + " is asked for", () -> issued.get() == count);
    }

    private void hasCurrent(int number) {
        Waiting.until("credential " + number + " serves", () -> new Numbered(number).equals(authorizer.current()));
    }

    @Test
    void theFirstIsWaitedForAndThenAtHand() {
        assertThat(authorizer.current()).isNull();
        assertThat(got(authorizer.fetch())).isEqualTo(new Numbered(1));
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        assertThat(authorizer.fetch()).isCompletedWithValue(new Numbered(1));
        assertThat(issued).hasValue(1);
    }

    @Test
    void whoComesMeanwhileWaitsForTheSame() {
        allowed.drainPermits();
        List<CompletableFuture<Credential>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(authorizer.fetch());
        }
        waiting.getFirst().completeExceptionally(new IllegalStateException("one gives up"));
        assertThat(waiting.subList(1, 50)).noneMatch(CompletableFuture::isDone);
        allowed.release(1000);
        assertThat(waiting.subList(1, 50)).allMatch(one -> got(one).equals(new Numbered(1)));
        assertThat(issued).hasValue(1);
    }

    @Test
    void itIsRenewedEarlyWhileTheOldOneServes() {
        got(authorizer.fetch());
        clock.pass(HOUR.minus(RenewingAuthorizer.EARLY).minusSeconds(1));
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        assertThat(issued).hasValue(1);

        allowed.drainPermits();
        clock.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 20; i++) {
            assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        }
        allowed.release(1000);
        hasCurrent(2);
        assertThat(issued).hasValue(2);
    }

    @Test
    void aShortLifeIsRenewedInItsLastQuarter() {
        life = Duration.ofMinutes(4);
        got(authorizer.fetch());
        clock.pass(Duration.ofSeconds(179));
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        clock.pass(Duration.ofSeconds(1));
        authorizer.current();
        hasCurrent(2);
    }

    @Test
    void oneThatHasExpiredIsNotUsed() {
        got(authorizer.fetch());
        clock.pass(HOUR.minus(RenewingAuthorizer.MARGIN));
        assertThat(authorizer.current()).isNull();
        assertThat(got(authorizer.fetch())).isEqualTo(new Numbered(2));
    }

    @Test
    void aFailedRenewalIsHarmlessWhileTheOldOneHolds() {
        got(authorizer.fetch());
        refuses = true;
        clock.pass(HOUR.minusMinutes(3));
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        issuedSoFar(2);
        Waiting.until("the renewal is over", () -> !authorizer.renewing());
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        assertThat(issued).as("no second try at once").hasValue(2);

        refuses = false;
        clock.pass(RenewingAuthorizer.PAUSE);
        authorizer.current();
        hasCurrent(3);
    }

    @Test
    void aFailureIsToldAndNotTriedAgainAtOnce() {
        refuses = true;
        assertThatThrownBy(() -> got(authorizer.fetch())).hasCauseInstanceOf(CredentialException.class);
        assertThatThrownBy(() -> got(authorizer.fetch())).hasMessageContaining("refused 1");
        assertThat(issued).hasValue(1);

        clock.pass(RenewingAuthorizer.REFUSAL_PAUSE);
        refuses = false;
        assertThat(got(authorizer.fetch())).isEqualTo(new Numbered(2));
    }

    @Test
    void aFaultOfTheSourceIsAFailureToo() {
        RenewingAuthorizer broken = new RenewingAuthorizer(
                "test",
                () -> {
                    throw new IllegalStateException("secret detail");
                },
                clock);
        assertThatThrownBy(() -> got(broken.fetch()))
                .hasCauseInstanceOf(CredentialException.class)
                .hasMessageNotContaining("secret detail");
    }

    @Test
    void oneThatComesExpiredIsAFailure() {
        life = Duration.ofSeconds(3);
        assertThatThrownBy(() -> got(authorizer.fetch())).hasMessageContaining("have expired already");
    }

    @Test
    void oneWithoutAnEndIsLookedUpAgain() {
        life = null;
        got(authorizer.fetch());
        clock.pass(RenewingAuthorizer.RECHECK);
        assertThat(authorizer.current()).isEqualTo(new Numbered(1));
        hasCurrent(2);
        refuses = true;
        clock.pass(Duration.ofDays(3));
        assertThat(authorizer.current()).isEqualTo(new Numbered(2));
    }

    @Test
    void oneThatTheProviderRefusedIsReplacedOnceItIsNotYoung() {
        Credential first = got(authorizer.fetch());
        authorizer.refused(first);
        assertThat(authorizer.current()).as("a young one is kept").isEqualTo(first);

        clock.pass(RenewingAuthorizer.YOUNG);
        authorizer.refused(first);
        assertThat(authorizer.current()).isNull();
        Credential second = got(authorizer.fetch());
        assertThat(second).isEqualTo(new Numbered(2));

        clock.pass(RenewingAuthorizer.YOUNG);
        authorizer.refused(first);
        assertThat(authorizer.current()).as("the refused one is gone already").isEqualTo(second);
        authorizer.refused(second);
        refuses = true;
        assertThat(got(authorizer.fetch())).as("there is no better one").isEqualTo(second);
    }
}
