package dev.gapura.telemetry;

import dev.gapura.config.Config;
import dev.gapura.failure.FailureKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the beginning of the bodies of one exchange, where the configuration says that they are kept. Used on the
/// exchange's loop.
public final class Capture {
    private final boolean always;
    private final int most;
    private final Body request;
    private final Beginning answer;
    private @Nullable Body sent;
    private @Nullable Beginning came;
    /// Null while nobody watches.
    private @Nullable List<Watcher> watchers;

    /// Sees an answer while it passes. Called on the exchange's loop: takes what it needs and returns.
    public interface Watcher {
        /// A part of the answer, before compression. The array is not the watcher's.
        void passed(byte[] bytes, int from, int to);

        /// So many bytes of it are not there any more.
        void missed(long bytes);

        /// The exchange is over; nothing comes after this.
        ///
        /// @param failure how it ended, null where it ended well
        void over(@Nullable FailureKind failure);
    }

    private Capture(boolean always, int most, Body request) {
        this.always = always;
        this.most = most;
        this.request = request;
        this.answer = new Beginning(most);
    }

    /// A capture of an exchange that begins.
    ///
    /// @param wish whose bodies are kept
    /// @param most bytes that are kept of each body
    /// @param request body of the request
    /// @return null where nothing is to be kept
    public static @Nullable Capture of(Config.Bodies wish, int most, byte[] request) {
        return switch (wish) {
            case OFF -> null;
            case ERRORS, ALL ->
                new Capture(
                        wish == Config.Bodies.ALL,
                        most,
                        new Body(Arrays.copyOf(request, Math.min(most, request.length)), request.length));
        };
    }

    /// Bytes that are kept of each body.
    public int most() {
        return most;
    }

    /// Takes a part of the answer, as the client gets it before compression.
    public void answer(byte[] bytes, int from, int to) {
        answer.add(bytes, from, to);
        List<Watcher> all = watchers;
        if (all != null) {
            all.forEach(watcher -> watcher.passed(bytes, from, to));
        }
    }

    /// Whether the bodies are kept however the exchange ends, so that it may be watched.
    public boolean always() {
        return always;
    }

    /// Shows somebody the answer from now on, and first what is kept of it.
    public void watch(Watcher watcher) {
        Body before = answer.body();
        watcher.passed(before.beginning(), 0, before.beginning().length);
        if (before.bytes() > before.beginning().length) {
            watcher.missed(before.bytes() - before.beginning().length);
        }
        List<Watcher> all = watchers == null ? new ArrayList<>() : new ArrayList<>(watchers);
        all.add(watcher);
        watchers = all;
    }

    /// Ends what [#watch] began.
    public void unwatch(Watcher watcher) {
        List<Watcher> all = watchers;
        if (all != null) {
            List<Watcher> left = new ArrayList<>(all);
            left.remove(watcher);
            watchers = left.isEmpty() ? null : left;
        }
    }

    /// Tells whoever watches that the exchange is over.
    ///
    /// @param failure how it ended, null where it ended well
    public void over(@Nullable FailureKind failure) {
        List<Watcher> all = watchers;
        if (all != null) {
            watchers = null;
            all.forEach(watcher -> watcher.over(failure));
        }
    }

    /// A provider is called with this body. What was taken of an earlier attempt is forgotten.
    public void sent(Body body) {
        sent = body;
        came = null;
    }

    /// The provider's answer to the last attempt begins, and is to be kept.
    ///
    /// @return what its parts go to
    public Beginning came() {
        Beginning begun = new Beginning(most);
        came = begun;
        return begun;
    }

    /// What was taken, when the exchange is over; null where its bodies are not kept.
    ///
    /// @param failure how it ended, null where it ended well
    public @Nullable Bodies bodies(@Nullable FailureKind failure) {
        Beginning answered = came;
        return always || failure != null
                ? new Bodies(request, answer.body(), sent, answered == null ? null : answered.body())
                : null;
    }
}
