package dev.gapura.exchange;

import dev.gapura.config.Secret;
import dev.gapura.failure.Failure;
import dev.gapura.provider.KeyTurns;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/// A call to a provider that has several keys: where one is refused (401) or limited (429), the call is made again with
/// another one, before anybody hears of it. Used on the event loop of the exchange.
final class KeyedCall implements Call, AnswerListener {
    /// Calls for one, all keys together.
    private static final int MOST_CALLS = 3;

    /// Makes a call with this value of the credential header.
    @FunctionalInterface
    interface Sender {
        Call send(Secret credential, Spliced body, AnswerListener listener);
    }

    private final KeyTurns turns;
    private final Sender sender;
    private final AnswerListener listener;
    private final Runnable again;
    private @Nullable Spliced body;
    private Call call;
    private int key;
    private int calls = 1;
    private boolean paused;

    /// Makes the first call.
    ///
    /// @param again is told of each further one
    KeyedCall(KeyTurns turns, Sender sender, Spliced body, AnswerListener listener, Runnable again) {
        this.turns = turns;
        this.sender = sender;
        this.body = body;
        this.listener = listener;
        this.again = again;
        key = turns.take();
        call = sender.send(turns.credentials().get(key), body, this);
    }

    @Override
    public void onHead(int status, MultiMap headers) {
        Spliced sent = body;
        if (sent != null && (status == 401 || status == 429)) {
            turns.refused(key, status, seconds(headers.get("retry-after")));
            int other = calls < MOST_CALLS ? turns.after(key) : -1;
            if (other >= 0) {
                call.cancel();
                again.run();
                calls++;
                key = other;
                call = sender.send(turns.credentials().get(other), sent, this);
                if (paused) {
                    call.pause();
                }
                return;
            }
        }
        body = null;
        listener.onHead(status, headers);
    }

    /// -1 where it is absent, or a date.
    private static long seconds(@Nullable String retryAfter) {
        return retryAfter != null && retryAfter.matches("\\d{1,9}") ? Long.parseLong(retryAfter) : -1;
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        listener.onBytes(bytes);
    }

    @Override
    public void onEnd() {
        listener.onEnd();
    }

    @Override
    public void onFailure(Failure failure) {
        body = null;
        listener.onFailure(failure);
    }

    @Override
    public boolean connected() {
        return call.connected();
    }

    @Override
    public boolean over() {
        return call.over();
    }

    @Override
    public void pause() {
        paused = true;
        call.pause();
    }

    @Override
    public void resume() {
        paused = false;
        call.resume();
    }

    @Override
    public void cancel() {
        body = null;
        call.cancel();
    }
}
