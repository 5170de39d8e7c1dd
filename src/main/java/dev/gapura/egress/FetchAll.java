package dev.gapura.egress;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The addresses of one request, a few at a time; the first failure ends them all. Runs on the event loop of
/// the exchange; one use.
final class FetchAll {
    /// At once, so that one request leaves room for others.
    private static final int AT_ONCE = 4;
    /// More bytes than this are encoded off the event loop: a megabyte takes it about a millisecond.
    private static final int LONG_BYTES = 256 * 1024;

    /// What was fetched, in the form in which requests carry it.
    record Encoded(@Nullable String type, String base64) {}

    private final Vertx vertx;
    private final Fetcher fetcher;
    private final EgressRules rules;
    private final int maxBytes;
    private final ContextInternal context;
    private final Promise<Map<String, Encoded>> result;
    private final Queue<Map.Entry<String, MediaUrls.Wanted>> waiting = new ArrayDeque<>();
    private final Set<Fetch> running = new HashSet<>();
    private final Map<String, Encoded> fetched = new HashMap<>();
    private int wanted;
    private long bytes;
    private boolean over;

    FetchAll(Vertx vertx, Fetcher fetcher, EgressRules rules, int maxBytes) {
        this.vertx = vertx;
        this.fetcher = fetcher;
        this.rules = rules;
        this.maxBytes = maxBytes;
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.result = context.promise();
    }

    /// @param urls addresses and what is known of them
    Future<Map<String, Encoded>> fetch(Map<String, MediaUrls.Wanted> urls) {
        waiting.addAll(urls.entrySet());
        wanted = waiting.size();
        // Whoever asks may be a worker of that loop; what follows runs on the loop itself.
        context.runOnContext(go -> {
            for (int index = 0; index < AT_ONCE; index++) {
                next();
            }
        });
        return result.future();
    }

    private void next() {
        Map.Entry<String, MediaUrls.Wanted> entry = waiting.poll();
        if (entry == null || over) {
            return;
        }
        MediaUrls.Wanted wish = entry.getValue();
        Fetch fetch = fetcher.start(entry.getKey(), wish.param(), rules);
        running.add(fetch);
        fetch.future().onComplete(done -> {
            running.remove(fetch);
            if (over) {
                return;
            }
            if (done.failed()) {
                fail(done.cause());
            } else if ((bytes += done.result().bytes().length) > maxBytes) {
                fail(new FetchFailures(wish.param()).tooLargeTogether(maxBytes));
            } else if (wish.picture() && !mayBePicture(done.result().type())) {
                fail(new FetchFailures(wish.param()).failed("it is not an image"));
            } else {
                next();
                encode(entry.getKey(), done.result());
            }
        });
    }

    /// A PDF is let pass: some callers send documents as pictures, and some providers take them.
    private static boolean mayBePicture(@Nullable String type) {
        return type == null || type.startsWith("image/") || type.equals("application/pdf");
    }

    private void encode(String url, Fetched file) {
        if (file.bytes().length <= LONG_BYTES) {
            take(url, file, Base64.getEncoder().encodeToString(file.bytes()));
        } else {
            vertx.executeBlocking(() -> Base64.getEncoder().encodeToString(file.bytes()), false)
                    .onComplete(base64 -> take(url, file, base64), this::fail);
        }
    }

    private void take(String url, Fetched file, String base64) {
        fetched.put(url, new Encoded(file.type(), base64));
        if (!over && fetched.size() == wanted) {
            over = true;
            result.complete(fetched);
        }
    }

    private void fail(Throwable why) {
        if (!over) {
            over = true;
            Set.copyOf(running).forEach(Fetch::cancel);
            result.fail(why);
        }
    }
}
