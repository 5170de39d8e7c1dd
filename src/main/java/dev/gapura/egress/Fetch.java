package dev.gapura.egress;

import dev.gapura.dialect.MediaTypes;
import dev.gapura.failure.GatewayException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One fetch, from the wish to the last byte: made by [Fetcher], every method runs on the event loop of its
/// caller. A hop is address, check, connection, request, answer; a redirect begins the next hop.
final class Fetch {
    private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);
    private static final int FIRST_BYTES = 64 * 1024;
    /// Bytes that tell a media type.
    private static final int HEAD_BYTES = 48;

    private final Fetcher fetcher;
    private final String url;
    private final EgressRules rules;
    private final FetchFailures failures;
    private final Promise<Fetched> result;
    private final Promise<Void> turn;

    private FetchCache.@Nullable Entry known;
    private @Nullable HttpClientConnection connection;
    private long timer = -1;
    private boolean permitted;
    private boolean over;
    private int redirects;
    private byte[] bytes = new byte[0];
    private int length;

    Fetch(Fetcher fetcher, ContextInternal context, String url, EgressRules rules, FetchFailures failures) {
        this.fetcher = fetcher;
        this.url = url;
        this.rules = rules;
        this.failures = failures;
        this.result = context.promise();
        this.turn = context.promise();
    }

    Future<Fetched> future() {
        return result.future();
    }

    /// Gives up; whoever waits hears a [CancellationException].
    void cancel() {
        end();
        result.tryFail(new CancellationException());
    }

    void begin() {
        if (over) {
            return;
        }
        WebAddress address = WebAddress.parse(url);
        if (address == null || !Reach.mayAsk(address, rules)) {
            fail(failures.refused());
            return;
        }
        known = fetcher.cache().get(url, rules);
        if (known != null && fetcher.cache().isFresh(known)) {
            succeed(known.fetched());
            return;
        }
        FetchLimits limits = fetcher.limits();
        timer = fetcher.vertx().setTimer(limits.total().toMillis(), late -> late(limits));
        turn.future().onSuccess(granted -> {
            permitted = true;
            if (over) {
                release();
            } else {
                hop(address);
            }
        });
        if (!fetcher.permits().acquire(turn)) {
            fail(failures.busy());
        }
    }

    private void late(FetchLimits limits) {
        fail(permitted ? failures.failed("it took longer than " + limits.total().toSeconds() + " s") : failures.busy());
    }

    private void hop(WebAddress address) {
        fetcher.reach().connect(address, rules, fetcher.limits().connect()).onComplete(made -> {
            if (over) {
                if (made.succeeded()) {
                    made.result().close();
                }
            } else if (made.succeeded()) {
                connection = made.result();
                ask(address, made.result());
            } else if (made.cause() instanceof Reach.UnreachableException why && why.refused()) {
                fail(failures.refused());
            } else {
                fail(failures.failed(
                        made.cause() instanceof Reach.UnreachableException why
                                ? String.valueOf(why.getMessage())
                                : "its server cannot be reached"));
            }
        });
    }

    private void ask(WebAddress address, HttpClientConnection made) {
        made.exceptionHandler(broken -> LOG.debug("the connection to {} broke", address.host(), broken));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setURI(address.target())
                .setFollowRedirects(false)
                .putHeader("accept", "*/*")
                .putHeader("accept-encoding", "identity")
                .putHeader("user-agent", "gapura");
        FetchCache.Entry old = known;
        if (old != null && old.etag() != null && old.source().equals(address)) {
            options.putHeader("if-none-match", old.etag());
        }
        made.request(options).onComplete(ready -> {
            if (over) {
                return;
            }
            if (ready.failed()) {
                broken(ready.cause());
                return;
            }
            HttpClientRequest request = ready.result();
            request.exceptionHandler(this::broken);
            request.authority(Connecting.authority(address));
            request.response().onComplete(answer -> answered(address, answer));
            request.end();
        });
    }

    private void answered(WebAddress address, AsyncResult<HttpClientResponse> answer) {
        if (over) {
            return;
        }
        if (answer.failed()) {
            broken(answer.cause());
            return;
        }
        HttpClientResponse response = answer.result();
        response.exceptionHandler(this::broken);
        FetchCache.Entry old = known;
        switch (response.statusCode()) {
            case 200 -> read(address, response);
            case 301, 302, 303, 307, 308 -> redirect(address, response);
            case 304 -> {
                if (old != null && old.source().equals(address)) {
                    keep(address, response, old.fetched());
                } else {
                    fail(failures.failed("its server answered with status 304"));
                }
            }
            default -> fail(failures.failed("its server answered with status " + response.statusCode()));
        }
    }

    private void redirect(WebAddress address, HttpClientResponse response) {
        String location = response.getHeader("location");
        hangUp();
        if (location == null) {
            fail(failures.failed("its server redirected to nowhere"));
        } else if (++redirects > fetcher.limits().redirects()) {
            fail(failures.failed(
                    "its server redirected more than " + fetcher.limits().redirects() + " times"));
        } else {
            // A header's bytes come as Latin 1, an address beyond ASCII is UTF-8.
            WebAddress next =
                    address.follow(new String(location.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            if (next == null) {
                fail(failures.refused());
            } else {
                hop(next);
            }
        }
    }

    private void read(WebAddress address, HttpClientResponse response) {
        int most = fetcher.limits().bytes();
        String encoding = response.headers().get("content-encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            fail(failures.failed("its server compressed it though it was asked not to"));
            return;
        }
        String announced = response.headers().get("content-length");
        if (announced != null && announced.matches("\\d{1,18}") && Long.parseLong(announced) > most) {
            fail(failures.tooLarge(most));
            return;
        }
        response.handler(piece -> take(piece, most));
        response.endHandler(ended -> {
            if (!over) {
                byte[] whole = Arrays.copyOf(bytes, length);
                keep(address, response, new Fetched(whole, type(whole, response.getHeader("content-type"))));
            }
        });
    }

    private void take(Buffer piece, int most) {
        if (over) {
            return;
        }
        int more = piece.length();
        if (more > most - length) {
            fail(failures.tooLarge(most));
            return;
        }
        if (length + more > bytes.length) {
            int grown = (int) Math.min(most, Math.max(2L * bytes.length, FIRST_BYTES));
            bytes = Arrays.copyOf(bytes, Math.max(grown, length + more));
        }
        piece.getBytes(bytes, length);
        length += more;
    }

    private static @Nullable String type(byte[] bytes, @Nullable String header) {
        String said = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean telling = said.matches("[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
                && !said.equals("application/octet-stream")
                && !said.equals("binary/octet-stream");
        byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, HEAD_BYTES));
        return MediaTypes.sniff(Base64.getEncoder().encodeToString(head), telling ? said : null);
    }

    private void keep(WebAddress address, HttpClientResponse response, Fetched fetched) {
        String etag = response.getHeader("etag");
        FetchCache.Entry old = known;
        if (etag == null && old != null && response.statusCode() == 304) {
            etag = old.etag();
        }
        boolean usable = etag != null && etag.matches("[!-~]{1,256}");
        String control = String.join(",", response.headers().getAll("cache-control"));
        fetcher.cache().put(url, rules, fetched, address, usable ? etag : null, control);
        succeed(fetched);
    }

    private void broken(Throwable cause) {
        if (!over) {
            LOG.debug("an answer broke off", cause);
            fail(failures.failed("the connection to its server broke"));
        }
    }

    private void succeed(Fetched fetched) {
        end();
        result.tryComplete(fetched);
    }

    private void fail(GatewayException why) {
        if (!over) {
            end();
            result.tryFail(why);
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        bytes = new byte[0];
        if (timer >= 0) {
            fetcher.vertx().cancelTimer(timer);
        }
        hangUp();
        fetcher.permits().abandon(turn);
        release();
    }

    private void release() {
        if (permitted) {
            permitted = false;
            fetcher.permits().release();
        }
    }

    private void hangUp() {
        HttpClientConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
