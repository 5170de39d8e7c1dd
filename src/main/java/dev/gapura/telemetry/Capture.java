package dev.gapura.telemetry;

import dev.gapura.config.Config;
import dev.gapura.failure.FailureKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes the beginning of both bodies of one exchange, where the configuration says that they are kept. Used on the
/// exchange's loop.
public final class Capture {
    private static final int FIRST_BYTES = 1024;

    private final boolean always;
    private final int most;
    private final byte[] request;
    private final long requestBytes;
    private byte[] answer = {};
    private int taken;
    private long answerBytes;

    private Capture(boolean always, int most, byte[] request, long requestBytes) {
        this.always = always;
        this.most = most;
        this.request = request;
        this.requestBytes = requestBytes;
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
                        Arrays.copyOf(request, Math.min(most, request.length)),
                        request.length);
        };
    }

    /// Takes a part of the answer, as the client gets it before compression.
    public void answer(byte[] bytes, int from, int to) {
        answerBytes += to - from;
        int count = Math.min(to - from, most - taken);
        if (count <= 0) {
            return;
        }
        if (taken + count > answer.length) {
            answer = Arrays.copyOf(answer, Math.min(most, Math.max(taken + count, FIRST_BYTES + 2 * answer.length)));
        }
        System.arraycopy(bytes, from, answer, taken, count);
        taken += count;
    }

    /// What was taken, when the exchange is over; null where its bodies are not kept.
    ///
    /// @param failure how it ended, null where it ended well
    public @Nullable Bodies bodies(@Nullable FailureKind failure) {
        return always || failure != null
                ? new Bodies(request, requestBytes, Arrays.copyOf(answer, taken), answerBytes)
                : null;
    }
}
