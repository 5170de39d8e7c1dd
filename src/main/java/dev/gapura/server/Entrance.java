package dev.gapura.server;

import dev.gapura.access.KeyCheck;
import dev.gapura.access.Principal;
import dev.gapura.access.Session;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// Finds out whose request to `/v1` it is, before anything is done for it: by key, or by session. One an event loop.
final class Entrance {
    private final Vertx vertx;

    Entrance(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Goes on with whose request it is: at once, but for keys that this gateway has not heard of yet.
    void admit(HttpFront.Call call, Consumer<Principal> then) {
        String session = Http.presentsKey(call.request) ? null : SessionCookie.read(call);
        if (session != null) {
            later(call, call.snapshot.keys().session(session), found -> then.accept(admitted(call, found)));
            return;
        }
        String presented = Credentials.presented(call.request);
        KeyCheck check = call.snapshot.keys().check(presented);
        if (!(check instanceof KeyCheck.Unknown)) {
            then.accept(admitted(call, check));
            return;
        }
        later(
                call,
                call.snapshot.keys().refresh(),
                asked -> then.accept(admitted(call, call.snapshot.keys().check(presented))));
    }

    /// Goes on with an answer of the database, on this loop; the body waits meanwhile.
    private <T> void later(HttpFront.Call call, CompletableFuture<T> answer, Consumer<T> then) {
        Context context = vertx.getOrCreateContext();
        call.request.pause();
        Future.fromCompletionStage(answer, context).onComplete(answered -> {
            try {
                if (call.request.response().closed()) {
                    throw new GatewayException(Failure.of(FailureKind.CLIENT_GONE, "The client left."));
                }
                if (answered.failed()) {
                    throw told(answered.cause());
                }
                then.accept(answered.result());
            } catch (GatewayException refusal) {
                call.fail(refusal.failure(), null);
            } catch (RuntimeException fault) {
                call.fault(fault);
            } finally {
                call.request.resume();
            }
        });
    }

    private static Principal admitted(HttpFront.Call call, Optional<Session> found) {
        return entered(call, Credentials.logged(found, call.request).principal());
    }

    private static RuntimeException told(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private static Principal admitted(HttpFront.Call call, KeyCheck check) {
        return entered(call, Credentials.accepted(check, call.request.response()));
    }

    private static Principal entered(HttpFront.Call call, Principal principal) {
        call.principal = principal;
        if (!principal.mayCall(call.route)) {
            throw Credentials.refused("route", "The key " + principal.name() + " may not call " + call.route + ".");
        }
        String address = principal.policy().addresses() == null ? "" : call.clientAddress();
        if (!principal.mayCallFrom(address)) {
            throw Credentials.refused(
                    "address", "The key " + principal.name() + " may not be used from " + address + ".");
        }
        return principal;
    }
}
