package dev.gapura.credential;

import dev.gapura.credential.CredentialSource.Issued;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the credential of one source and renews it before it expires. One renewal runs at a time, on a virtual
/// thread; meanwhile, and when it fails, the old credential serves as long as it holds. Any thread.
final class RenewingAuthorizer implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(RenewingAuthorizer.class);

    /// Renewed so long before the end, or a quarter of its life where that is less. Not more: AWS has new keys of a
    /// role, and Google's metadata server a new token, five minutes before the old ones end
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>,
    /// <https://cloud.google.com/compute/docs/access/authenticate-workloads>).
    static final Duration EARLY = Duration.ofMinutes(4);

    /// What does not say when it ends is looked up again after this: files are rewritten by other programs.
    static final Duration RECHECK = Duration.ofMinutes(5);

    /// An answer to a call takes a moment to be asked for.
    static final Duration MARGIN = Duration.ofSeconds(5);

    /// Pause after a renewal that failed or brought nothing newer, while the old credential serves.
    static final Duration PAUSE = Duration.ofSeconds(15);

    /// Pause after a failure when there is no credential: callers are told the same failure meanwhile.
    static final Duration REFUSAL_PAUSE = Duration.ofSeconds(1);

    /// A credential so young is not replaced because a provider refused it: the refusal is about something else.
    static final Duration YOUNG = Duration.ofSeconds(30);

    private final String name;
    private final CredentialSource source;
    private final InstantSource clock;

    private volatile @Nullable Held held;
    private @Nullable CompletableFuture<Credential> renewal;
    private @Nullable CredentialException failure;
    private Instant failed = Instant.MIN;

    /// @param since when it was got
    /// @param renew when to look for a new one
    /// @param end from when on it is not used; null: never
    /// @param doubted whether a provider refused it
    private record Held(
            Credential credential,
            Instant since,
            Instant renew,
            @Nullable Instant end,
            boolean doubted) {
        boolean holds(Instant now) {
            return end == null || now.isBefore(end);
        }
    }

    /// @param name for the log
    RenewingAuthorizer(String name, CredentialSource source, InstantSource clock) {
        this.name = name;
        this.source = source;
        this.clock = clock;
    }

    @Override
    public @Nullable Credential current() {
        Held cached = held;
        if (cached == null || cached.doubted) {
            return null;
        }
        Instant now = clock.instant();
        if (!cached.holds(now)) {
            return null;
        }
        if (!now.isBefore(cached.renew)) {
            renew();
        }
        return cached.credential;
    }

    @Override
    public synchronized CompletableFuture<Credential> fetch() {
        Credential cached = current();
        if (cached != null) {
            return CompletableFuture.completedFuture(cached);
        }
        CredentialException last = failure;
        if (last != null && clock.instant().isBefore(failed.plus(REFUSAL_PAUSE))) {
            return CompletableFuture.failedFuture(last);
        }
        return renew().copy();
    }

    @Override
    public synchronized void refused(Credential used) {
        Held cached = held;
        if (cached != null && cached.credential == used && !clock.instant().isBefore(cached.since.plus(YOUNG))) {
            held = new Held(used, cached.since, cached.renew, cached.end, true);
        }
    }

    /// Whether a renewal is under way, for tests.
    synchronized boolean renewing() {
        return renewal != null;
    }

    /// The renewal under way, or a new one.
    private synchronized CompletableFuture<Credential> renew() {
        CompletableFuture<Credential> running = renewal;
        if (running == null) {
            running = new CompletableFuture<>();
            renewal = running;
            CompletableFuture<Credential> done = running;
            Thread.ofVirtual().name("credentials").start(() -> run(done));
        }
        return running;
    }

    private void run(CompletableFuture<Credential> done) {
        try {
            Issued issued = source.issue();
            renewed(issued);
            done.complete(issued.credential());
        } catch (CredentialException refusal) {
            notRenewed(refusal, done);
        } catch (RuntimeException fault) {
            LOG.error("getting credentials for {} met a fault of the gateway", name, fault);
            notRenewed(new CredentialException("getting them met a fault of the gateway; its log has more"), done);
        }
    }

    private synchronized void renewed(Issued issued) throws CredentialException {
        Instant now = clock.instant();
        Instant expires = issued.expires();
        if (expires != null && !now.isBefore(expires.minus(MARGIN))) {
            throw new CredentialException(
                    "those that were got have expired already; look at the clock of this machine, or renew them");
        }
        Instant renew = now.plus(RECHECK);
        if (expires != null) {
            Duration quarter = Duration.between(now, expires).dividedBy(4);
            renew = expires.minus(quarter.compareTo(EARLY) < 0 ? quarter : EARLY);
        }
        Instant pause = now.plus(PAUSE);
        held = new Held(
                issued.credential(),
                now,
                renew.isBefore(pause) ? pause : renew,
                expires == null ? null : expires.minus(MARGIN),
                false);
        failure = null;
        renewal = null;
    }

    private void notRenewed(CredentialException refusal, CompletableFuture<Credential> done) {
        Credential old = keepOld(refusal);
        if (old != null) {
            LOG.warn("credentials for {} were not renewed, the old ones still serve: {}", name, refusal.getMessage());
            done.complete(old);
        } else {
            LOG.warn("there are no credentials for {}: {}", name, refusal.getMessage());
            done.completeExceptionally(refusal);
        }
        LOG.debug("why credentials for {} were not renewed", name, refusal);
    }

    /// The old credential if it still holds, to be used until the next try.
    private synchronized @Nullable Credential keepOld(CredentialException refusal) {
        renewal = null;
        failure = refusal;
        failed = clock.instant();
        Held old = held;
        if (old == null || !old.holds(failed)) {
            return null;
        }
        held = new Held(old.credential, old.since, failed.plus(PAUSE), old.end, false);
        return old.credential;
    }
}
