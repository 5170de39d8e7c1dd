package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.ApiKeys;
import dev.gapura.access.Permission;
import dev.gapura.access.Policy;
import dev.gapura.access.PolicyReader;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Keys of the database.
public final class KeyRoutes {
    private static final int USUAL_LIMIT = 50;
    private static final int MOST = 500;
    private static final long USUAL_OVERLAP_SECONDS = 3_600;

    /// What a policy may have; [PolicyReader] checks it.
    private static final Parameter POLICY = Parameter.of(
            "policy",
            Shape.members(
                    Parameter.of("models", Shape.listOf(Shape.text()), "Patterns of models; left out: all."),
                    Parameter.of("tools", Shape.listOf(Shape.text()), "Patterns of server tools; left out: all."),
                    Parameter.of("offer", Shape.listOf(Shape.text()), "Tools that the model is given unasked."),
                    Parameter.of("routes", Shape.listOf(Shape.text()), "Patterns of routes; left out: all."),
                    Parameter.of("addresses", Shape.listOf(Shape.text()), "Networks it may be used from, as CIDR."),
                    Parameter.of("defaults", new Shape.Anything(), "Members that requests get which lack them."),
                    Parameter.of("tags", new Shape.Anything(), "Written on every request of the key."),
                    Parameter.of(
                            "bodies",
                            Shape.only("off", "errors", "all"),
                            "Whose bodies the history keeps; left out: as it does for everybody.")),
            "What the key may do, and what is done for its requests.");

    static final Shape.Members KEY = Shape.members(
            Parameter.of("id", Shape.text(), "Never changes."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("prefix", Shape.text(), "Beginning of its newest secret."),
            Parameter.of("organization", Shape.text(), "Id of its organization."),
            Parameter.of("team", Shape.text(), "Id of its team; null: of none."),
            Parameter.of("person", Shape.text(), "Id of its person; null: nobody's."),
            Parameter.of("created", Shape.whole(), "When it was made, milliseconds since the Unix epoch."),
            Parameter.of("created_by", Shape.text(), "Who made it."),
            Parameter.of("expires", Shape.whole(), "When it ends; null: never."),
            Parameter.of("revoked", Shape.whole(), "When it was revoked; null: it was not."),
            Parameter.of("last_used", Shape.whole(), "When it was used last, to the minute; null: never."),
            POLICY);

    private static final Shape.Members SECRET = Shape.members(
            Parameter.of("key", KEY, "The key."),
            Parameter.of("secret", Shape.text(), "The key itself, shown this once."));

    private final ApiKeys keys;

    /// @param keys makes and changes them
    public KeyRoutes(ApiKeys keys) {
        this.keys = keys;
    }

    /// The routes.
    public List<Route> routes() {
        Shape.Text id = Shape.text(1, 200);
        return List.of(
                Route.get(
                                "/keys",
                                Permission.READ_KEYS,
                                "Lists keys, the newest first.",
                                Shape.members(
                                        Parameter.of("data", Shape.listOf(KEY), "Keys."),
                                        Parameter.of("next", Shape.text(), "`cursor` of the next page, or null.")),
                                this::list)
                        .asking(
                                Parameter.of("organization", id, "Only of this organization, by its id."),
                                Parameter.of("team", id, "Only of this team, by its id."),
                                Parameter.of("person", id, "Only of this person, by its id."),
                                Parameter.of("name", id, "Only of this name."),
                                Parameter.of(
                                        "search",
                                        id,
                                        "Only those with this part, whatever the case, in their name, their prefix,"
                                                + " or the name or address of their person or team; or with this id."),
                                Parameter.of("revoked", new Shape.Flag(), "Whether revoked ones are listed too.")
                                        .withDefault("false"),
                                Parameter.of("cursor", id, "`next` of the page before."),
                                Parameter.of("limit", Shape.whole(1, MOST), "Keys a page.")
                                        .withDefault(Integer.toString(USUAL_LIMIT))),
                Route.post(
                        "/keys",
                        Permission.CHANGE_KEYS,
                        "Makes a key. Its secret is in the answer and nowhere else.",
                        Shape.members(
                                Parameter.of("name", Shape.text(1, 200), "For people.")
                                        .asRequired(),
                                Parameter.of("organization", id, "Left out: the caller's own, or the first one."),
                                Parameter.of("team", id, "Team that it is for."),
                                Parameter.of("person", id, "Whose own key it is."),
                                Parameter.of("expires", Shape.wholeFrom(0), "When it ends; left out: never."),
                                POLICY),
                        SECRET,
                        this::create),
                Route.get("/keys/{id}", Permission.READ_KEYS, "Tells of one key.", KEY, this::one),
                Route.patch(
                        "/keys/{id}",
                        Permission.CHANGE_KEYS,
                        "Changes a key. Members that are left out stay as they are.",
                        Shape.members(
                                Parameter.of("name", Shape.text(1, 200), "For people."),
                                Parameter.of("expires", Shape.wholeFrom(0), "When it ends; null: never."),
                                POLICY),
                        KEY,
                        this::change),
                Route.delete(
                        "/keys/{id}",
                        Permission.CHANGE_KEYS,
                        "Revokes a key, at once and for good.",
                        KEY,
                        ask -> keys.revoke(ask.authority(), ask.path("id")).thenApply(key -> Answer.of(json(key)))),
                Route.post(
                        "/keys/{id}:rotate",
                        Permission.CHANGE_KEYS,
                        "Gives a key a new secret; the former one goes on working for a while.",
                        Shape.members(Parameter.of(
                                        "overlap_seconds",
                                        Shape.whole(0, 2_592_000),
                                        "How long the former secret goes on working.")
                                .withDefault(Long.toString(USUAL_OVERLAP_SECONDS))),
                        SECRET,
                        this::rotate));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Query query = ask.query();
        int limit = (int) query.number("limit", USUAL_LIMIT);
        return keys.list(
                        ask.authority(),
                        new ApiKeys.Query(
                                query.text("organization"),
                                query.text("team"),
                                query.text("person"),
                                query.text("name"),
                                query.text("search"),
                                query.flag("revoked"),
                                query.text("cursor"),
                                limit))
                .thenApply(page -> Answer.of(Pages.write(page, KeyRoutes::json)));
    }

    private CompletableFuture<Answer> create(Ask ask) {
        JsonNode body = ask.body();
        ApiKey.Draft draft = new ApiKey.Draft(
                body.path("name").asText(),
                JsonTree.string(body, "organization"),
                JsonTree.string(body, "team"),
                JsonTree.string(body, "person"),
                moment(body, "expires"),
                PolicyReader.read(body.get("policy"), "policy"));
        return keys.create(ask.authority(), draft).thenApply(made -> Answer.created(json(made)));
    }

    private CompletableFuture<Answer> one(Ask ask) {
        return keys.get(ask.authority(), ask.path("id")).thenApply(key -> Answer.of(json(key)));
    }

    private CompletableFuture<Answer> change(Ask ask) {
        JsonNode body = ask.body();
        Policy policy = body.hasNonNull("policy") ? PolicyReader.read(body.get("policy"), "policy") : null;
        Instant expires = body.has("expires") && body.get("expires").isNull() ? Instant.MAX : moment(body, "expires");
        return keys.change(ask.authority(), ask.path("id"), JsonTree.string(body, "name"), policy, expires)
                .thenApply(key -> Answer.of(json(key)));
    }

    private CompletableFuture<Answer> rotate(Ask ask) {
        long overlap = JsonTree.number(ask.body(), "overlap_seconds", USUAL_OVERLAP_SECONDS);
        return keys.rotate(ask.authority(), ask.path("id"), Duration.ofSeconds(overlap))
                .thenApply(made -> Answer.of(json(made)));
    }

    private static @Nullable Instant moment(JsonNode body, String name) {
        return body.hasNonNull(name) ? Instant.ofEpochMilli(body.get(name).longValue()) : null;
    }

    private static ObjectNode json(ApiKey.Created made) {
        ObjectNode document = JsonTree.object();
        document.set("key", json(made.key()));
        document.put("secret", made.secret());
        return document;
    }

    private static ObjectNode json(ApiKey key) {
        ObjectNode one = JsonTree.object();
        one.put("id", key.id());
        one.put("name", key.name());
        one.put("prefix", key.prefix());
        one.put("organization", key.holder().organization());
        one.put("team", key.holder().team());
        one.put("person", key.holder().person());
        one.put("created", key.created().toEpochMilli());
        one.put("created_by", key.createdBy());
        one.put("expires", Pages.millis(key.expires()));
        one.put("revoked", Pages.millis(key.revoked()));
        one.put("last_used", Pages.millis(key.used()));
        one.set("policy", key.policy().json());
        return one;
    }
}
