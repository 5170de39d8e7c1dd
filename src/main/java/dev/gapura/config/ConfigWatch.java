package dev.gapura.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/// Reads the configuration file again when its content changes or SIGHUP arrives. A file that is wrong
/// changes nothing and is told about once.
///
/// The whole content is read every second: a configuration is a few kilobytes, and neither an editor that
/// writes a new file, nor a link that is turned to another folder (Kubernetes), nor a clock that stands still
/// can hide a change from it. A change counts when two readings, [#SETTLING] apart, agree, so that a file
/// caught half written is not used.
///
/// Runs on one virtual thread of its own; the consumer is called there and may block.
public final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration SETTLING = Duration.ofMillis(200);
    private static final String ABSENT = "absent";

    private final Path file;
    private final ConfigLoader loader;
    private final Overrides overrides;
    private final Consumer<Loaded> consumer;
    private final Semaphore wake = new Semaphore(0);
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closed;
    /// Content that was dealt with, well or badly; only the watching thread touches it after the start.
    private String dealtWith;

    ConfigWatch(Path file, ConfigLoader loader, Overrides overrides, Consumer<Loaded> consumer, String loaded) {
        this.file = file;
        this.loader = loader;
        this.overrides = overrides;
        this.consumer = consumer;
        this.dealtWith = loaded;
    }

    /// Begins to watch a file.
    ///
    /// @param loaded [#fingerprint] of the content that is in use, taken before it was read: what was written
    ///     while the gateway started is not missed then
    /// @param consumer takes a new configuration into use; when it throws, the old one stays and the
    /// reason is logged
    public static ConfigWatch start(
            Path file, ConfigLoader loader, Overrides overrides, Consumer<Loaded> consumer, String loaded) {
        ConfigWatch watch = new ConfigWatch(file, loader, overrides, consumer, loaded);
        watch.listenForHangUp();
        Thread.ofVirtual().name("config-watch").start(watch::run);
        return watch;
    }

    private void listenForHangUp() {
        try {
            Signal.handle(new Signal("HUP"), signal -> reload());
        } catch (IllegalArgumentException noSuchSignal) {
            LOG.debug("no SIGHUP here: {}", noSuchSignal.getMessage());
        }
    }

    /// Has the file read again now, changed or not. Returns at once; any thread.
    public void reload() {
        asked.set(true);
        wake.release();
    }

    /// Stops watching; a reload under way is finished.
    @Override
    public void close() {
        closed = true;
        wake.release();
    }

    private void run() {
        try {
            while (!closed) {
                boolean woken = wake.tryAcquire(INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
                if (woken) {
                    wake.drainPermits();
                }
                if (!closed) {
                    look(asked.getAndSet(false));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look at the file.
    ///
    /// @param forced take it into use even when nothing changed
    void look(boolean forced) throws InterruptedException {
        String now = fingerprint(file);
        if (!forced && now.equals(dealtWith)) {
            return;
        }
        String settled = now;
        do {
            now = settled;
            TimeUnit.NANOSECONDS.sleep(SETTLING.toNanos());
            settled = fingerprint(file);
        } while (!settled.equals(now) && !closed);
        if (!forced && settled.equals(dealtWith)) {
            return;
        }
        dealtWith = settled;
        take();
    }

    private void take() {
        try {
            Loaded loaded = loader.load(file, overrides);
            consumer.accept(loaded);
            LOG.info("configuration {} read again and in use", file);
            loaded.warnings().forEach(warning -> LOG.warn("{}", warning));
        } catch (ConfigException wrong) {
            LOG.error("configuration not changed, the former one stays in use:\n{}", wrong.getMessage());
        } catch (RuntimeException refused) {
            LOG.error("configuration not changed, the former one stays in use", refused);
        }
    }

    /// What tells one content of a file from another.
    public static String fingerprint(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (IOException unreadable) {
            return ABSENT;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
