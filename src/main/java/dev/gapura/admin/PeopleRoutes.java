package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.People;
import dev.gapura.access.Permission;
import dev.gapura.access.Person;
import dev.gapura.access.Role;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// People who may log in.
public final class PeopleRoutes {
    private static final int USUAL_LIMIT = 50;

    private static final Shape ROLE = Shape.only("owner", "admin", "member", "viewer");

    static final Shape.Members PERSON = Shape.members(
            Parameter.of("id", Shape.text(), "Never changes."),
            Parameter.of("organization", Shape.text(), "Id of the organization."),
            Parameter.of("email", Shape.text(), "What the person logs in with."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("role", ROLE, "What the person may do."),
            Parameter.of("password", new Shape.Flag(), "Whether there is a password."),
            Parameter.of("issuer", Shape.text(), "Identity provider that the person was seen at, or null."),
            Parameter.of("created", Shape.whole(), "Milliseconds since the Unix epoch."),
            Parameter.of("disabled", Shape.whole(), "Since when the person may neither log in nor call, or null."));

    private static final Shape.Members INVITED = Shape.members(
            Parameter.of("person", PERSON, "The person."),
            Parameter.of("code", Shape.text(), "Logs the person in once, within seven days; shown this once."));

    private final People people;

    /// @param people makes and changes them
    public PeopleRoutes(People people) {
        this.people = people;
    }

    /// The routes.
    public List<Route> routes() {
        Parameter email = Parameter.of("email", Shape.text(3, 254), "What the person logs in with.");
        Parameter name = Parameter.of("name", Shape.text(1, 200), "For people.");
        Parameter role = Parameter.of("role", ROLE, "What the person may do.");
        Parameter organization =
                Parameter.of("organization", Shape.text(1, 200), "Id of the organization; left out: the caller's own.");
        return List.of(
                Route.get(
                                "/people",
                                Permission.READ_PEOPLE,
                                "Lists people, the newest first.",
                                Shape.members(
                                        Parameter.of("data", Shape.listOf(PERSON), "People."),
                                        Parameter.of("next", Shape.text(), "`cursor` of the next page, or null.")),
                                this::list)
                        .asking(
                                Parameter.of("organization", Shape.text(1, 200), "Only of this one, by its id."),
                                Parameter.of("role", ROLE, "Only of this role."),
                                Parameter.of(
                                        "search",
                                        Shape.text(1, 200),
                                        "Only those with this part, whatever the case, in their name or address; or"
                                                + " with this id."),
                                Parameter.of("cursor", Shape.text(1, 200), "`next` of the page before."),
                                Parameter.of("limit", Shape.whole(1, 500), "People a page.")
                                        .withDefault(Integer.toString(USUAL_LIMIT))),
                Route.post(
                        "/people",
                        Permission.CHANGE_PEOPLE,
                        "Makes a person, with a code to log in with for the first time.",
                        Shape.members(email.asRequired(), name.asRequired(), role.asRequired(), organization),
                        INVITED,
                        this::create),
                Route.get(
                        "/people/{id}",
                        Permission.READ_PEOPLE,
                        "Tells of one person.",
                        PERSON,
                        ask -> people.get(ask.authority(), ask.path("id")).thenApply(found -> Answer.of(json(found)))),
                Route.patch(
                        "/people/{id}",
                        Permission.CHANGE_PEOPLE,
                        "Changes a person. Who is disabled or gets another role is logged out everywhere.",
                        Shape.members(
                                email,
                                name,
                                role,
                                Parameter.of("disabled", new Shape.Flag(), "Whether the person may do nothing.")),
                        PERSON,
                        this::change),
                Route.delete(
                        "/people/{id}",
                        Permission.CHANGE_PEOPLE,
                        "Forgets who a person is, and ends their keys. Ids in sums and audit stay.",
                        PERSON,
                        ask -> people.erase(ask.authority(), ask.path("id"))
                                .thenApply(erased -> Answer.of(json(erased)))),
                Route.post(
                        "/people/{id}:reset-password",
                        Permission.CHANGE_PEOPLE,
                        "Ends a password and every login, and gives a code to log in with.",
                        Shape.members(),
                        INVITED,
                        ask -> people.resetPassword(ask.authority(), ask.path("id"))
                                .thenApply(invited -> Answer.of(json(invited)))));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Query query = ask.query();
        int limit = (int) query.number("limit", USUAL_LIMIT);
        String role = query.text("role");
        return people.list(
                        ask.authority(),
                        new People.Query(
                                query.text("organization"),
                                role == null ? null : Role.of(role),
                                query.text("search"),
                                query.text("cursor"),
                                limit))
                .thenApply(page -> Answer.of(Pages.write(page, PeopleRoutes::json)));
    }

    private CompletableFuture<Answer> create(Ask ask) {
        JsonNode body = ask.body();
        return people.invite(
                        ask.authority(),
                        JsonTree.string(body, "organization"),
                        body.path("email").asText(),
                        body.path("name").asText(),
                        Objects.requireNonNull(role(body)))
                .thenApply(invited -> Answer.created(json(invited)));
    }

    private CompletableFuture<Answer> change(Ask ask) {
        JsonNode body = ask.body();
        Boolean disabled = body.hasNonNull("disabled") ? body.get("disabled").booleanValue() : null;
        return people.change(
                        ask.authority(),
                        ask.path("id"),
                        new People.Wish(
                                JsonTree.string(body, "email"), JsonTree.string(body, "name"), role(body), disabled))
                .thenApply(person -> Answer.of(json(person)));
    }

    private static @Nullable Role role(JsonNode body) {
        String text = JsonTree.string(body, "role");
        return text == null ? null : Role.of(text);
    }

    private static ObjectNode json(People.Invited invited) {
        ObjectNode document = JsonTree.object();
        document.set("person", json(invited.person()));
        document.put("code", invited.code());
        return document;
    }

    static ObjectNode json(Person person) {
        ObjectNode one = JsonTree.object();
        one.put("id", person.id());
        one.put("organization", person.organization());
        one.put("email", person.email());
        one.put("name", person.name());
        one.put("role", person.role().text());
        one.put("password", person.hasPassword());
        one.put("issuer", person.issuer());
        one.put("created", person.created().toEpochMilli());
        one.put("disabled", Pages.millis(person.disabled()));
        return one;
    }
}
