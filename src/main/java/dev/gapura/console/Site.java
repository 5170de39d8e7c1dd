package dev.gapura.console;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.server.SessionCookie;
import dev.gapura.server.Surface;
import dev.gapura.server.UnknownRoute;
import dev.gapura.wire.Gzip;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Pages and their files over HTTP. One object serves all event loops. Pages are made and compressed on a worker thread
/// when they are asked for the first time, and files are read there, so that no start waits for them; after that an
/// answer is made where it was asked for.
public final class Site implements Surface {
    private static final String ASSETS = "/assets/";
    private static final String FAVICON = "/favicon.ico";

    private final Vertx vertx;
    private final Shelf shelf;
    private final Pages pages;
    private final Supplier<Facts> facts;
    private final Port port;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    private Site(Vertx vertx, Shelf shelf, Pages pages, Supplier<Facts> facts, Port port) {
        this.vertx = vertx;
        this.shelf = shelf;
        this.pages = pages;
        this.facts = facts;
        this.port = port;
    }

    /// Which page stands where.
    interface Pages {
        /// @return the route's template, null where there is no page
        @Nullable
        String template(String path);

        /// Makes that of a template; may take milliseconds.
        Shell.Page page(String template);
    }

    /// What pages must know before they ask for anything.
    ///
    /// @param oidc whether people can log in at an identity provider
    /// @param apiPort port of the API where it is not that of the console; null where it is
    public record Facts(boolean oidc, @Nullable Integer apiPort) {}

    /// A page that was asked for before.
    private record Made(String current, String head, PreparedPage prepared) {}

    /// The files of all pages, once somebody has asked for one.
    static final class Shelf {
        private volatile @Nullable Assets read;

        /// Null as long as nobody has called [#read].
        @Nullable
        Assets known() {
            return read;
        }

        /// Blocks for some hundreds of milliseconds, the first time.
        synchronized Assets read() {
            Assets there = read;
            if (there == null) {
                there = Assets.read();
                read = there;
            }
            return there;
        }
    }

    /// The reference pages, the console, and what browsers see of logins that are refused.
    ///
    /// @param facts those of now
    /// @param logins has the routes of logins at an identity provider; it comes after these surfaces
    public static List<Surface> of(Vertx vertx, Supplier<Facts> facts, Surface logins) {
        Shelf shelf = new Shelf();
        return List.of(
                new RefusedLogin(vertx, shelf, facts, logins),
                new Site(vertx, shelf, new ReferencePages(), facts, Port.API),
                new Site(vertx, shelf, new ConsolePages(), facts, Port.ADMINISTRATION));
    }

    @Override
    public boolean takes(String path) {
        return pages.template(path) != null || path.startsWith(ASSETS) || path.equals(FAVICON);
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public void handle(Visit visit) {
        HttpServerRequest request = visit.request();
        String path = Objects.requireNonNullElse(request.path(), "");
        String template = pages.template(path);
        visit.routed(template != null ? template : path.equals(FAVICON) ? FAVICON : "/assets/{file}");
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("allow", "GET");
            visit.fail(Failure.of(FailureKind.METHOD_NOT_ALLOWED, "This path takes GET only.")
                    .withCode("method_not_allowed"));
            return;
        }
        if (template != null) {
            page(visit, template);
            return;
        }
        Assets assets = shelf.known();
        if (assets != null) {
            file(visit, assets, path);
        } else {
            vertx.executeBlocking(shelf::read, false)
                    .onSuccess(read -> file(visit, read, path))
                    .onFailure(fault -> visit.fault(new IllegalStateException(fault)));
        }
    }

    private static void file(Visit visit, Assets assets, String path) {
        if (path.equals(FAVICON)) {
            file(visit, assets, "mark.svg", "public, max-age=86400");
        } else if (assets.lasting() && path.startsWith(assets.root())) {
            file(visit, assets, path.substring(assets.root().length()), "public, max-age=31536000, immutable");
        } else {
            // Of another version, which a page that is still open asks for; its names hold no further slash.
            int slash = path.indexOf('/', ASSETS.length());
            file(visit, assets, slash < 0 ? "" : path.substring(slash + 1), "no-store");
        }
    }

    private static void file(Visit visit, Assets assets, String name, String caching) {
        Assets.Asset asset = assets.find(name);
        if (asset == null) {
            visit.fail(
                    UnknownRoute.of(Objects.requireNonNullElse(visit.request().path(), "")));
            return;
        }
        HttpServerResponse response = visit.request().response();
        response.putHeader("cache-control", caching);
        response.putHeader("x-content-type-options", "nosniff");
        response.putHeader("cross-origin-resource-policy", "same-origin");
        byte[] gzip = asset.gzip();
        if (gzip == null) {
            send(visit, asset.type(), asset.bytes());
            return;
        }
        response.headers().add("vary", "accept-encoding");
        if (Gzip.wanted(visit.request().getHeader("accept-encoding"))) {
            response.putHeader("content-encoding", "gzip");
            send(visit, asset.type(), gzip);
        } else {
            send(visit, asset.type(), asset.bytes());
        }
    }

    private void page(Visit visit, String template) {
        Made before = made.get(template);
        if (before != null) {
            page(visit, before);
            return;
        }
        vertx.executeBlocking(() -> make(template), false)
                .onSuccess(page -> page(visit, page))
                .onFailure(fault -> visit.fault(new IllegalStateException(fault)));
    }

    private Made make(String template) {
        Assets assets = shelf.read();
        Shell.Page page = pages.page(template);
        Made fresh = new Made(page.current(), Shell.head(page, assets), PreparedPage.of(Shell.body(page, assets)));
        if (assets.lasting()) {
            made.put(template, fresh);
        }
        return fresh;
    }

    private void page(Visit visit, Made page) {
        String nonce = Shell.nonce();
        String head = Shell.opening(page.current(), SessionCookie.read(visit) != null, facts.get())
                + page.head().replace(Shell.NONCE, nonce);
        HttpServerResponse response = visit.request().response();
        Shell.headers(nonce).forEach(response.headers()::add);
        if (!Shell.parted(page.current(), visit.request().getHeader("sec-fetch-site"))) {
            response.headers().remove(Shell.OPENER_POLICY);
        }
        response.headers().add("vary", "accept-encoding");
        String type = "text/html; charset=utf-8";
        if (Gzip.wanted(visit.request().getHeader("accept-encoding"))) {
            response.putHeader("content-encoding", "gzip");
            send(visit, type, page.prepared().gzip(head));
        } else {
            send(visit, type, page.prepared().plain(head));
        }
    }

    private static void send(Visit visit, String type, byte[] body) {
        HttpServerRequest request = visit.request();
        HttpServerResponse response = request.response();
        response.putHeader("content-type", type);
        response.putHeader("x-request-id", visit.requestId());
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("content-length", Integer.toString(body.length));
            response.end();
            visit.answered(200, 0);
        } else if (!response.closed()) {
            response.end(Buffer.buffer(body));
            visit.answered(200, body.length);
        } else {
            visit.answered(200, 0);
        }
    }
}
