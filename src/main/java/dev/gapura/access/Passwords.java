package dev.gapura.access;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Hashes people's passwords with argon2id on two threads of its own: each takes 19 MiB and tens of milliseconds,
/// which is the point. The parameters are those that OWASP names first
/// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html); each hash holds its own.
final class Passwords implements AutoCloseable {
    private static final int MEMORY_KIB = 19_456;
    private static final int ITERATIONS = 2;
    private static final int PARALLELISM = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 32;
    private static final int FEWEST_CHARACTERS = 12;
    private static final int MOST_CHARACTERS = 256;

    private static final Argon2Function ARGON2 =
            Argon2Function.getInstance(MEMORY_KIB, ITERATIONS, PARALLELISM, HASH_BYTES, Argon2.ID);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("passwords-", 0).daemon().factory());
    private volatile @Nullable String nobodys;

    Passwords() {
        threads.allowCoreThreadTimeOut(true);
    }

    /// A password that may be set.
    ///
    /// @throws GatewayException 400
    static void check(String password) {
        if (password.codePointCount(0, password.length()) < FEWEST_CHARACTERS || password.length() > MOST_CHARACTERS) {
            throw new GatewayException(Failure.invalid(
                    "password", "password must have " + FEWEST_CHARACTERS + " to " + MOST_CHARACTERS + " characters."));
        }
    }

    CompletableFuture<String> hash(String password) {
        return run(() -> hashed(password));
    }

    /// Whether a password is that of a hash. Takes as long where there is none.
    CompletableFuture<Boolean> matches(String password, @Nullable String hash) {
        if (password.length() > MOST_CHARACTERS) {
            return matches("", null);
        }
        return run(() -> {
            String compared = hash == null ? nobodys() : hash;
            return Argon2Function.getInstanceFromHash(compared).check(password, compared) && hash != null;
        });
    }

    private String nobodys() {
        String known = nobodys;
        if (known == null) {
            known = hashed(Fresh.secret());
            nobodys = known;
        }
        return known;
    }

    private static String hashed(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return ARGON2.hash(password.getBytes(StandardCharsets.UTF_8), salt).getResult();
    }

    private <T> CompletableFuture<T> run(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.failedFuture(new GatewayException(
                    Failure.of(FailureKind.UNAVAILABLE, "Too many log in at this moment. Try again in a moment.")
                            .withCode("busy")
                            .withRetryAfter(Duration.ofSeconds(1))
                            .withRetryable(true)));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
