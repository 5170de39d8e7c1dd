package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Authority;
import dev.gapura.access.Person;
import dev.gapura.access.Session;
import dev.gapura.access.Sessions;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.server.SessionCookie;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// Logging in and out, and what whoever is logged in does about themselves.
public final class SessionRoutes {
    private static final Shape TEXT = Shape.text(0, 512);

    private static final Shape.Members PERSON = Shape.members(
            Parameter.of("id", Shape.text(), "Id of the person."),
            Parameter.of("organization", Shape.text(), "Id of the organization."),
            Parameter.of("email", Shape.text(), "What the person logs in with."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("role", Shape.only("owner", "admin", "member", "viewer"), "In the organization."),
            Parameter.of("has_password", new Shape.Flag(), "Whether the person can log in with a password."));

    private static final Shape.Members SESSION = Shape.members(
            Parameter.of("id", Shape.text(), "Tells sessions apart."),
            Parameter.of("person", PERSON, "Who is logged in."),
            Parameter.of(
                    "csrf_token",
                    Shape.text(),
                    "To be sent in `" + SessionCookie.CSRF_HEADER + "` with whatever changes something, and to `/v1`."),
            Parameter.of("method", Shape.only("password", "code", "oidc"), "How they logged in."),
            Parameter.of("created_ms", Shape.whole(), "When they did."),
            Parameter.of("expires_ms", Shape.whole(), "When the session ends at the latest."));

    private static final Shape.Members LISTED = Shape.members(
            Parameter.of("id", Shape.text(), "Tells sessions apart."),
            Parameter.of("method", Shape.text(), "How it was begun."),
            Parameter.of("created_ms", Shape.whole(), "When it was begun."),
            Parameter.of("seen_ms", Shape.whole(), "When it was used last, to the minute."),
            Parameter.of("expires_ms", Shape.whole(), "When it ends at the latest."),
            Parameter.of("client", Shape.text(), "Address it was begun from."),
            Parameter.of("user_agent", Shape.text(), "With what; null where that was not said."));

    private static final Shape.Members ENDED =
            Shape.members(Parameter.of("ended", Shape.whole(), "How many sessions were ended."));

    private final Sessions sessions;

    /// @param sessions is asked
    public SessionRoutes(Sessions sessions) {
        this.sessions = sessions;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.post(
                        "/session",
                        Rule.OPEN,
                        "Logs in, by `email` and `password` or by a `code`, and sets the cookie of the session.",
                        Shape.members(
                                Parameter.of("email", TEXT, "Address of the person."),
                                Parameter.of("password", TEXT, "Password of the person."),
                                Parameter.of("code", TEXT, "A code that logs in once.")),
                        SESSION,
                        this::begin),
                Route.get(
                        "/session",
                        Rule.LOGGED_IN,
                        "Tells who is logged in.",
                        SESSION,
                        ask -> CompletableFuture.completedFuture(Answer.of(write(session(ask))))),
                Route.delete("/session", Rule.LOGGED_IN, "Logs out.", ENDED, this::end),
                Route.put(
                        "/session/password",
                        Rule.LOGGED_IN,
                        "Sets the password of whoever is logged in, and ends their other sessions.",
                        Shape.members(
                                Parameter.of("current", TEXT, "The password so far, where there is one."),
                                Parameter.of("password", TEXT, "The new one, 12 to 256 characters.")
                                        .asRequired()),
                        SESSION,
                        this::setPassword),
                Route.get(
                        "/sessions",
                        Rule.LOGGED_IN,
                        "Lists the sessions of whoever is logged in, the newest first.",
                        Shape.members(Parameter.of("data", Shape.listOf(LISTED), "The sessions.")),
                        this::list),
                Route.delete(
                        "/sessions/{id}",
                        Rule.LOGGED_IN,
                        "Ends one of them.",
                        ENDED,
                        ask -> sessions.end(ask.authority(), person(ask).id(), ask.path("id"))
                                .thenApply(SessionRoutes::ended)));
    }

    private CompletableFuture<Answer> begin(Ask ask) {
        HttpServerRequest request = ask.visit().request();
        String site = request.getHeader("sec-fetch-site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new GatewayException(Failure.of(FailureKind.FORBIDDEN, "Another site may not log anybody in here.")
                    .withCode("cross_site"));
        }
        Session.Client client = new Session.Client(
                ask.visit().clientAddress(), request.getHeader("user-agent"), SessionCookie.read(ask.visit()));
        String code = JsonTree.string(ask.body(), "code");
        String email = JsonTree.string(ask.body(), "email");
        String password = JsonTree.string(ask.body(), "password");
        if (code == null && (email == null || password == null)) {
            throw new GatewayException(
                    Failure.invalid("email", "Send `email` and `password`, or a `code` that was given to you."));
        }
        CompletableFuture<Session.Begun> begun = code == null
                ? sessions.begin(Objects.requireNonNull(email), Objects.requireNonNull(password), client)
                : sessions.begin(code, client);
        return begun.thenApply(login -> {
            Duration life =
                    Duration.between(login.session().created(), login.session().expires());
            return new Answer.Json(
                    201,
                    JsonTree.bytes(write(login.session())),
                    Map.of("set-cookie", SessionCookie.set(ask.visit(), login.token(), life)));
        });
    }

    private CompletableFuture<Answer> end(Ask ask) {
        String token = Objects.requireNonNullElse(SessionCookie.read(ask.visit()), "");
        return sessions.end(token)
                .thenApply(count -> new Answer.Json(
                        200,
                        JsonTree.bytes(JsonTree.object().put("ended", count)),
                        Map.of("set-cookie", SessionCookie.clear(ask.visit()))));
    }

    private CompletableFuture<Answer> setPassword(Ask ask) {
        Session session = session(ask);
        String token = Objects.requireNonNullElse(SessionCookie.read(ask.visit()), "");
        return sessions.setPassword(
                        session,
                        token,
                        JsonTree.string(ask.body(), "current"),
                        Objects.requireNonNullElse(JsonTree.string(ask.body(), "password"), ""))
                .thenCompose(set -> sessions.find(token))
                .thenApply(found -> Answer.of(write(found.orElse(session))));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Authority who = ask.authority();
        return sessions.list(who, person(ask).id()).thenApply(list -> {
            ObjectNode document = JsonTree.object();
            ArrayNode data = document.putArray("data");
            list.forEach(session -> data.addObject()
                    .put("id", session.id())
                    .put("method", session.method())
                    .put("created_ms", session.created().toEpochMilli())
                    .put("seen_ms", session.seen().toEpochMilli())
                    .put("expires_ms", session.expires().toEpochMilli())
                    .put("client", session.client())
                    .put("user_agent", session.userAgent()));
            return Answer.of(document);
        });
    }

    private static Answer ended(int count) {
        return Answer.of(JsonTree.object().put("ended", count));
    }

    private static Person person(Ask ask) {
        return session(ask).person();
    }

    private static Session session(Ask ask) {
        return ask.caller().requiredSession();
    }

    private static ObjectNode write(Session session) {
        ObjectNode document = JsonTree.object().put("id", session.id());
        Person person = session.person();
        document.putObject("person")
                .put("id", person.id())
                .put("organization", person.organization())
                .put("email", person.email())
                .put("name", person.name())
                .put("role", person.role().text())
                .put("has_password", person.hasPassword());
        return document.put("csrf_token", session.csrf())
                .put("method", session.method())
                .put("created_ms", session.created().toEpochMilli())
                .put("expires_ms", session.expires().toEpochMilli());
    }
}
