package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.People;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every operation of the admin API on what belongs to another organization: it is answered as if that were not there,
/// and changes nothing. Operations come from `/openapi.json`: a new one is tried, or the test says that it does not
/// know whose the thing is.
class ForeignIdsTest {
    private static final String ROOT = "/admin/api";
    /// Paths that name nothing of an organization, and why.
    private static final Map<String, String> NOBODYS = Map.of(
            "/tools/", "tools are the gateway's",
            "/providers/", "providers are the gateway's",
            "/sessions/", "one's own only, by the session itself",
            "/end-users/", "a name that callers choose: of one's own organization's requests");
    private static final String NOTHING = "nothing";

    /// What another organization has.
    private record Foreign(String organization, String team, String person, String key, String request) {}

    private record Operation(String method, String template) {
        String path(Map<String, String> ids) {
            String path = template;
            for (Map.Entry<String, String> id : ids.entrySet()) {
                path = path.replace("{" + id.getKey() + "}", id.getValue());
            }
            assertThat(path).doesNotContain("{");
            return path;
        }
    }

    private static List<Operation> operations(TestGateway gateway) {
        JsonNode paths =
                Ask.json(Ask.get(gateway, "GET", "/openapi.json").body()).get("paths");
        return paths.properties().stream()
                .filter(path -> path.getKey().startsWith(ROOT) && path.getKey().contains("{"))
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> new Operation(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey().substring(ROOT.length()))))
                .filter(operation -> NOBODYS.keySet().stream().noneMatch(operation.template()::startsWith))
                .toList();
    }

    /// The ids that a path names, each combination of them.
    private static List<Map<String, String>> ids(String template, Foreign foreign) {
        String kind = template.substring(1, template.indexOf('/', 1));
        return switch (kind) {
            case "organizations" -> List.of(Map.of("id", foreign.organization()));
            case "teams" -> List.of(Map.of("id", foreign.team(), "person", foreign.person()));
            case "people" -> List.of(Map.of("id", foreign.person()));
            case "keys" -> List.of(Map.of("id", foreign.key()));
            case "requests", "running" -> List.of(Map.of("id", foreign.request()));
            case "limits" ->
                List.of(
                        Map.of("scope", "organization", "id", foreign.organization()),
                        Map.of("scope", "team", "id", foreign.team()),
                        Map.of("scope", "person", "id", foreign.person()),
                        Map.of("scope", "key", "id", foreign.key()));
            default -> throw new AssertionError("whose is what " + template + " names? Say it here.");
        };
    }

    private static Map<String, String> nothing(Map<String, String> ids) {
        Map<String, String> none = new LinkedHashMap<>(ids);
        none.replaceAll((name, id) -> name.equals("scope") ? id : NOTHING);
        return none;
    }

    private static RawClient.Response send(TestGateway gateway, String key, String method, String path) {
        String body = method.equals("GET") || method.equals("DELETE") ? null : "{}";
        return Admin.send(gateway, method, ROOT + path, "Bearer " + key, body);
    }

    private static String told(RawClient.Response response) {
        JsonNode error = Ask.error(response);
        return response.status() + " " + error.path("code").asText() + " "
                + error.path("message").asText();
    }

    private static String key(TestGateway gateway, People.Invited person, String name) {
        Policy policy =
                new Policy(null, null, List.of(), List.of("/admin/api/*", "/v1/*"), null, Map.of(), Map.of(), null);
        return gateway.directory()
                .keys()
                .create(
                        Authority.COMMAND,
                        new ApiKey.Draft(
                                name,
                                person.person().organization(),
                                null,
                                person.person().id(),
                                null,
                                policy))
                .join()
                .secret();
    }

    private static People.Invited invite(TestGateway gateway, String organization, Role role) {
        return gateway.directory()
                .people()
                .invite(Authority.COMMAND, organization, role.text() + "@" + organization + ".example", "Ani", role)
                .join();
    }

    private static long changes(TestGateway gateway) {
        return Database.now(gateway.configuration().read(sql -> sql.number("SELECT max(id) FROM audit")));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsForeignIsAsIfItWereNotThere(Kind kind) {
        try (TestGateway gateway = TestGateway.on(kind, "", "");
                RawClient stream = RawClient.connect(gateway.port())) {
            String other = gateway.directory()
                    .organizations()
                    .create(Authority.COMMAND, "other")
                    .join()
                    .id();
            String team = gateway.directory()
                    .teams()
                    .create(Authority.COMMAND, other, "theirs")
                    .join()
                    .id();
            People.Invited stranger = invite(gateway, other, Role.ADMIN);
            String theirs = key(gateway, stranger, "theirs");
            String keyId = Ask.json(send(gateway, theirs, "GET", "/keys").body())
                    .at("/data/0/id")
                    .asText();
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofMinutes(1)))));
            stream.postJson(Ask.CHAT, theirs, Ask.body(true, "Hello"));
            String running = stream.readHead().headers().get("x-request-id");
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            String ended;
            try (RawClient client = RawClient.connect(gateway.port())) {
                ended = client.postJson(Ask.CHAT, theirs, Ask.body(false, "Hello"))
                        .readResponse()
                        .header("x-request-id");
            }
            Waiting.until(
                    "it is written",
                    () -> send(gateway, theirs, "GET", "/requests/" + ended).status() == 200);
            Map<Role, String> keys = new java.util.EnumMap<>(Role.class);
            for (Role role : EnumSet.of(Role.ADMIN, Role.MEMBER, Role.VIEWER)) {
                keys.put(role, key(gateway, invite(gateway, "default", role), "own " + role.text()));
            }
            long before = changes(gateway);

            List<Operation> operations = operations(gateway);
            assertThat(operations).hasSizeGreaterThan(15);
            for (Operation operation : operations) {
                boolean open = operation.template().startsWith("/running");
                Foreign foreign = new Foreign(other, team, stranger.person().id(), keyId, open ? running : ended);
                for (Map<String, String> ids : ids(operation.template(), foreign)) {
                    keys.forEach((role, key) -> {
                        String there = told(send(gateway, key, operation.method(), operation.path(ids)));
                        assertThat(there)
                                .as(operation + " " + ids + " by " + role)
                                .isEqualTo(told(send(gateway, key, operation.method(), operation.path(nothing(ids)))))
                                .matches("(?s)40[34] .*");
                    });
                }
            }
            String admin = keys.get(Role.ADMIN);
            listsLeaveOut(gateway, admin, List.of(other, team, stranger.person().id(), keyId, ended, running));
            nothingIsPutThere(gateway, admin, other, team, stranger.person().id());

            assertThat(changes(gateway)).as("nothing was changed").isEqualTo(before);
            assertThat(Ask.json(send(gateway, theirs, "GET", "/running").body())
                            .at("/data/0/id")
                            .asText())
                    .isEqualTo(running);
        }
    }

    private static void listsLeaveOut(TestGateway gateway, String key, List<String> foreign) {
        for (String path : List.of(
                "/organizations",
                "/teams",
                "/teams?organization=" + foreign.get(0),
                "/people",
                "/people?organization=" + foreign.get(0),
                "/keys?revoked=true",
                "/keys?organization=" + foreign.get(0),
                "/keys?person=" + foreign.get(2),
                "/requests",
                "/requests?person=" + foreign.get(2),
                "/requests?key_id=" + foreign.get(3),
                "/requests/export?format=json",
                "/running",
                "/limits",
                "/standing",
                "/standing?scope=key&id=" + foreign.get(3),
                "/audit",
                "/audit?kind=key&object=" + foreign.get(3),
                "/usage?by=organization,team,person,key_id",
                "/usage?by=organization&organization=" + foreign.get(0))) {
            RawClient.Response response = send(gateway, key, "GET", path);
            assertThat(response.status()).as(path + " " + response.text()).isEqualTo(200);
            assertThat(response.text()).as(path).doesNotContain(foreign);
        }
    }

    /// What is made cannot be made in a foreign place.
    private static void nothingIsPutThere(
            TestGateway gateway, String key, String organization, String team, String person) {
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("/keys 1", "{\"name\":\"k\",\"organization\":\"" + organization + "\"}");
        bodies.put("/keys 2", "{\"name\":\"k\",\"team\":\"" + team + "\"}");
        bodies.put("/keys 3", "{\"name\":\"k\",\"person\":\"" + person + "\"}");
        bodies.put("/teams", "{\"name\":\"t\",\"organization\":\"" + organization + "\"}");
        bodies.put(
                "/people",
                "{\"email\":\"a@b.example\",\"name\":\"a\",\"role\":\"member\",\"organization\":\"" + organization
                        + "\"}");
        bodies.forEach((what, body) -> {
            String path = ROOT + what.replaceAll(" \\d", "");
            RawClient.Response response = Admin.send(gateway, "POST", path, "Bearer " + key, body);
            assertThat(response.status()).as(what + " " + response.text()).isEqualTo(404);
        });
    }
}
