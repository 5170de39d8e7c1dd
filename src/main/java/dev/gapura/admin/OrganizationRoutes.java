package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Organization;
import dev.gapura.access.Organizations;
import dev.gapura.access.Permission;
import dev.gapura.access.Team;
import dev.gapura.access.Teams;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Organizations, their teams, and who is in those.
public final class OrganizationRoutes {
    private static final Shape.Members ORGANIZATION = Shape.members(
            Parameter.of("id", Shape.text(), "Never changes."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("created", Shape.whole(), "Milliseconds since the Unix epoch."),
            Parameter.of("disabled", Shape.whole(), "Since when nobody of it may log in or call, or null."));

    private static final Shape.Members TEAM = Shape.members(
            Parameter.of("id", Shape.text(), "Never changes."),
            Parameter.of("organization", Shape.text(), "Id of its organization."),
            Parameter.of("name", Shape.text(), "For people."),
            Parameter.of("created", Shape.whole(), "Milliseconds since the Unix epoch."),
            Parameter.of("disabled", Shape.whole(), "Since when its keys may not call, or null."));

    private static final Shape.Members MEMBER = Shape.members(
            Parameter.of("person", PeopleRoutes.PERSON, "The person."),
            Parameter.of("admin", new Shape.Flag(), "Whether the person administers the team and its keys."));

    private final Organizations organizations;
    private final Teams teams;

    /// @param organizations makes and changes them
    /// @param teams makes and changes them
    public OrganizationRoutes(Organizations organizations, Teams teams) {
        this.organizations = organizations;
        this.teams = teams;
    }

    /// The routes.
    public List<Route> routes() {
        Parameter name = Parameter.of("name", Shape.text(1, 200), "For people.");
        Parameter disabled = Parameter.of("disabled", new Shape.Flag(), "Whether nobody of it may call.");
        Parameter organization =
                Parameter.of("organization", Shape.text(1, 200), "Id of the organization; left out: the caller's own.");
        return List.of(
                Route.get(
                        "/organizations",
                        Permission.READ_ORGANIZATIONS,
                        "Lists organizations by name.",
                        list(ORGANIZATION),
                        ask -> organizations
                                .list(ask.authority())
                                .thenApply(found -> Answer.of(list(found, OrganizationRoutes::json)))),
                Route.post(
                        "/organizations",
                        Permission.CHANGE_ORGANIZATIONS,
                        "Makes an organization.",
                        Shape.members(name.asRequired()),
                        ORGANIZATION,
                        ask -> organizations
                                .create(ask.authority(), ask.body().path("name").asText())
                                .thenApply(made -> Answer.created(json(made)))),
                Route.patch(
                        "/organizations/{id}",
                        Permission.CHANGE_ORGANIZATIONS,
                        "Gives an organization another name, or disables it.",
                        Shape.members(name, disabled),
                        ORGANIZATION,
                        ask -> organizations
                                .change(
                                        ask.authority(),
                                        ask.path("id"),
                                        JsonTree.string(ask.body(), "name"),
                                        flag(ask.body(), "disabled"))
                                .thenApply(changed -> Answer.of(json(changed)))),
                Route.get(
                                "/teams",
                                Permission.READ_TEAMS,
                                "Lists teams by organization and name.",
                                list(TEAM),
                                ask -> teams.list(
                                                ask.authority(),
                                                ask.query().text("organization"),
                                                ask.query().text("search"))
                                        .thenApply(found -> Answer.of(list(found, OrganizationRoutes::json))))
                        .asking(
                                Parameter.of("organization", Shape.text(1, 200), "Only of this one, by its id."),
                                Parameter.of(
                                        "search",
                                        Shape.text(1, 200),
                                        "Only those with this part, whatever the case, in their name; or with this"
                                                + " id.")),
                Route.post(
                        "/teams",
                        Permission.CHANGE_TEAMS,
                        "Makes a team.",
                        Shape.members(name.asRequired(), organization),
                        TEAM,
                        ask -> teams.create(
                                        ask.authority(),
                                        JsonTree.string(ask.body(), "organization"),
                                        ask.body().path("name").asText())
                                .thenApply(made -> Answer.created(json(made)))),
                Route.patch(
                        "/teams/{id}",
                        Permission.CHANGE_TEAMS,
                        "Gives a team another name, or disables it.",
                        Shape.members(name, disabled),
                        TEAM,
                        ask -> teams.change(
                                        ask.authority(),
                                        ask.path("id"),
                                        JsonTree.string(ask.body(), "name"),
                                        flag(ask.body(), "disabled"))
                                .thenApply(changed -> Answer.of(json(changed)))),
                Route.get(
                        "/teams/{id}/members",
                        Permission.READ_TEAMS,
                        "Lists who is in a team, by name.",
                        list(MEMBER),
                        ask -> teams.members(ask.authority(), ask.path("id"))
                                .thenApply(found -> Answer.of(list(found, OrganizationRoutes::json)))),
                Route.put(
                        "/teams/{id}/members/{person}",
                        Permission.CHANGE_TEAMS,
                        "Takes somebody into a team, or changes what they are in it.",
                        Shape.members(Parameter.of("admin", new Shape.Flag(), "Whether they administer it.")
                                .withDefault("false")),
                        MEMBER,
                        ask -> teams.put(
                                        ask.authority(),
                                        ask.path("id"),
                                        ask.path("person"),
                                        ask.body().path("admin").asBoolean(false))
                                .thenApply(member -> Answer.of(json(member)))),
                Route.delete(
                        "/teams/{id}/members/{person}",
                        Permission.CHANGE_TEAMS,
                        "Takes somebody out of a team.",
                        Shape.members(Parameter.of("removed", new Shape.Flag(), "True.")),
                        this::remove));
    }

    private CompletableFuture<Answer> remove(Ask ask) {
        return teams.remove(ask.authority(), ask.path("id"), ask.path("person"))
                .thenApply(removed -> Answer.of(JsonTree.object().put("removed", true)));
    }

    private static Shape.Members list(Shape.Members item) {
        return Shape.members(Parameter.of("data", Shape.listOf(item), "All of them."));
    }

    private static <T> ObjectNode list(List<T> found, Function<T, ObjectNode> json) {
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        found.stream().map(json).forEach(data::add);
        return document;
    }

    private static @Nullable Boolean flag(JsonNode body, String name) {
        return body.hasNonNull(name) ? body.get(name).booleanValue() : null;
    }

    private static ObjectNode json(Organization organization) {
        ObjectNode one = JsonTree.object();
        one.put("id", organization.id());
        one.put("name", organization.name());
        one.put("created", organization.created().toEpochMilli());
        one.put("disabled", Pages.millis(organization.disabled()));
        return one;
    }

    private static ObjectNode json(Team team) {
        ObjectNode one = JsonTree.object();
        one.put("id", team.id());
        one.put("organization", team.organization());
        one.put("name", team.name());
        one.put("created", team.created().toEpochMilli());
        one.put("disabled", Pages.millis(team.disabled()));
        return one;
    }

    private static ObjectNode json(Team.Member member) {
        ObjectNode one = JsonTree.object();
        one.set("person", PeopleRoutes.json(member.person()));
        one.put("admin", member.admin());
        return one;
    }
}
