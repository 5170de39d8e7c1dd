package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.Organization;
import dev.gapura.access.People;
import dev.gapura.access.Permission;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Every route of the admin API with every role and every form of credential, and ids of others, which are not there.
@ParameterizedClass
@EnumSource(Kind.class)
class AdminMatrixTest {
    @Parameter
    Kind kind;

    private static final Pattern NEEDS = Pattern.compile("Needs the permission `(\\w+)`\\.");

    private static final Set<Role> ALL = EnumSet.allOf(Role.class);
    private static final Set<Role> ADMINS = EnumSet.of(Role.OWNER, Role.ADMIN);
    private static final Set<Role> MEMBERS = EnumSet.of(Role.OWNER, Role.ADMIN, Role.MEMBER);
    private static final Set<Role> OWNERS = EnumSet.of(Role.OWNER);

    /// Written down here a second time on purpose: who may begin to do what.
    private static Set<Role> expected(Permission permission) {
        return switch (permission) {
            case READ_ORGANIZATIONS, READ_TEAMS, READ_PEOPLE, READ_KEYS, READ_LIMITS, READ_REQUESTS -> ALL;
            case CHANGE_KEYS, STOP_REQUESTS -> MEMBERS;
            case CHANGE_TEAMS, CHANGE_PEOPLE, CHANGE_LIMITS, READ_AUDIT, READ_GATEWAY -> ADMINS;
            case CHANGE_ORGANIZATIONS, OPERATE -> OWNERS;
        };
    }

    /// @param rule what the document says of it
    private record Operation(String method, String path, String rule) {
        boolean changes() {
            return !method.equals("GET");
        }

        Set<Role> roles() {
            Matcher needs = NEEDS.matcher(rule);
            if (!needs.matches()) {
                return ALL;
            }
            return expected(Permission.valueOf(needs.group(1).toUpperCase(Locale.ROOT)));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private record Session(String cookie, String csrf) {}

    private static TestGateway gateway;
    private static final List<Operation> OPERATIONS = new ArrayList<>();
    private static final Map<Role, String> KEYS = new EnumMap<>(Role.class);
    private static int people;

    @BeforeParameterizedClassInvocation
    static void start(Kind kind) {
        OPERATIONS.clear();
        gateway = TestGateway.on(kind, "auth: { keys: [ { name: ci, key: configured-key-0123456789 } ] }\n", "");
        JsonNode document = Ask.json(Ask.get(gateway, "GET", "/openapi.json").body());
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (path.getKey().startsWith("/admin/")) {
                        OPERATIONS.add(new Operation(
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replaceAll("\\{\\w+}", "nothing"),
                                operation.getValue().get("description").textValue()));
                    }
                }));
        for (Role role : Role.values()) {
            KEYS.put(role, key(invite(role, null).person().id(), List.of("/admin/api/*")));
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
    }

    private static People.Invited invite(Role role, String organization) {
        return gateway.directory()
                .people()
                .invite(Authority.COMMAND, organization, "person" + people++ + "@example.org", "Ani", role)
                .join();
    }

    private static String key(String person, List<String> routes) {
        Policy policy = new Policy(null, null, List.of(), routes, null, Map.of(), Map.of(), null);
        String organization = gateway.directory()
                .people()
                .get(Authority.COMMAND, person)
                .join()
                .organization();
        return gateway.directory()
                .keys()
                .create(
                        Authority.COMMAND,
                        new ApiKey.Draft("key " + people++, organization, null, person, null, policy))
                .join()
                .secret();
    }

    private static RawClient.Head send(Operation operation, Map<String, String> headers) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(operation.method(), operation.path(), headers, new byte[0]);
            return client.readHead();
        }
    }

    private static int bearer(Operation operation, String credential) {
        return send(operation, Map.of("authorization", "Bearer " + credential)).status();
    }

    private static Session login(Role role) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            byte[] body = ("{\"code\":\"" + invite(role, null).code() + "\"}").getBytes(StandardCharsets.UTF_8);
            RawClient.Response response = client.request(
                            "POST", "/admin/api/session", Map.of("content-type", "application/json"), body)
                    .readResponse();
            String cookie = response.header("set-cookie");
            return new Session(
                    cookie.substring(0, cookie.indexOf(';')),
                    Ask.json(response.body()).path("csrf_token").asText());
        }
    }

    private static int session(Operation operation, Session session, boolean token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("cookie", session.cookie());
        if (token) {
            headers.put("x-csrf-token", session.csrf());
        }
        return send(operation, headers).status();
    }

    private static void passes(int status, String what) {
        assertThat(status).as(what).isNotIn(401, 403).isLessThan(500);
    }

    @Test
    void everyRouteHasARule() {
        assertThat(OPERATIONS).hasSizeGreaterThan(30);
        for (Operation operation : OPERATIONS) {
            assertThat(NEEDS.matcher(operation.rule()).matches()
                            || operation.rule().equals("For whoever is logged in.")
                            || operation.toString().equals("POST /admin/api/session")
                            || operation.path().startsWith("/admin/api/oidc"))
                    .as(operation + ": " + operation.rule())
                    .isTrue();
        }
    }

    @Test
    void withoutACredentialAndWithAWrongOneNothingPasses() {
        for (Operation operation : OPERATIONS) {
            boolean open = operation.rule().equals("Open to anybody.");
            if (open) {
                continue;
            }
            assertThat(send(operation, Map.of()).status())
                    .as(operation.toString())
                    .isEqualTo(401);
            assertThat(bearer(operation, "sk-gapura-wrong"))
                    .as(operation.toString())
                    .isEqualTo(401);
            assertThat(bearer(operation, "local-gapura-wrong"))
                    .as(operation.toString())
                    .isEqualTo(401);
            assertThat(bearer(operation, "configured-key-0123456789"))
                    .as(operation.toString())
                    .isEqualTo(403);
            assertThat(session(operation, new Session("gapura_session=wrong", "wrong"), true))
                    .as(operation.toString())
                    .isEqualTo(401);
        }
    }

    @Test
    void whoMayNotIsToldSoBeforeTheBodyComes() {
        for (String credential : List.of("", "authorization: Bearer " + KEYS.get(Role.VIEWER) + "\r\n")) {
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.send("POST /admin/api/keys HTTP/1.1\r\nhost: x\r\n" + credential
                        + "content-type: application/json\r\ncontent-length: 500000\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(credential.isEmpty() ? 401 : 403);
            }
        }
    }

    @Test
    void keysOfPeopleMayWhatTheirRoleMay() {
        for (Operation operation : OPERATIONS) {
            for (Role role : Role.values()) {
                String what = operation + " by a key of " + role;
                int status = bearer(operation, KEYS.get(role));
                if (operation.rule().equals("For whoever is logged in.")) {
                    assertThat(status).as(what).isEqualTo(403);
                } else if (operation.rule().equals("Open to anybody.")) {
                    assertThat(status).as(what).isLessThan(500);
                } else if (operation.roles().contains(role)) {
                    passes(status, what);
                } else {
                    assertThat(status).as(what).isEqualTo(403);
                }
            }
        }
    }

    @Test
    void sessionsMayWhatTheirRoleMayWithTheTokenOnly() {
        for (Role role : Role.values()) {
            Session session = login(role);
            for (Operation operation : OPERATIONS) {
                String what = operation + " by a session of " + role;
                boolean sessions = operation.path().startsWith("/admin/api/session");
                // Logging out ends it.
                Session used = sessions ? login(role) : session;
                boolean open = operation.rule().equals("Open to anybody.");
                if (operation.changes() && !open) {
                    assertThat(session(operation, used, false)).as(what).isEqualTo(403);
                }
                int status = session(operation, used, true);
                if (open) {
                    assertThat(status).as(what).isLessThan(500);
                } else if (operation.roles().contains(role)) {
                    passes(status, what);
                } else {
                    assertThat(status).as(what).isEqualTo(403);
                }
            }
        }
    }

    @Test
    void theLocalTokenMayEverythingThatIsNobodysOwn() {
        for (Operation operation : OPERATIONS) {
            int status = bearer(operation, gateway.localToken());
            if (operation.rule().equals("For whoever is logged in.")) {
                assertThat(status).as(operation.toString()).isEqualTo(403);
            } else if (!operation.rule().equals("Open to anybody.")) {
                passes(status, operation.toString());
            }
        }
    }

    @Test
    void whatBelongsToOthersIsNotThere() {
        Organization other = gateway.directory()
                .organizations()
                .create(Authority.COMMAND, "other")
                .join();
        People.Invited stranger = invite(Role.ADMIN, other.id());
        String theirs = key(stranger.person().id(), List.of("/admin/api/*", "/v1/*"));
        RawClient.Response answer;
        try (RawClient client = RawClient.connect(gateway.port())) {
            answer = client.postJson(Ask.CHAT, theirs, Ask.body(false, "Hello")).readResponse();
        }
        String request = answer.header("x-request-id");
        String keyId = Ask.json(get("/admin/api/keys", theirs)).at("/data/0/id").asText();
        Waiting.until(
                "it is written",
                () -> Ask.get(gateway, "GET", "/admin/api/requests/" + request, "authorization", "Bearer " + theirs)
                                .status()
                        == 200);
        for (Role role : EnumSet.of(Role.ADMIN, Role.MEMBER, Role.VIEWER)) {
            String own = KEYS.get(role);
            for (String path : List.of(
                    "/requests/" + request,
                    "/keys/" + keyId,
                    "/people/" + stranger.person().id())) {
                RawClient.Response response =
                        Ask.get(gateway, "GET", "/admin/api" + path, "authorization", "Bearer " + own);
                assertThat(response.status()).as(path + " by " + role).isEqualTo(404);
            }
            assertThat(new String(get("/admin/api/requests", own), StandardCharsets.UTF_8))
                    .doesNotContain(request);
            assertThat(new String(get("/admin/api/keys", own), StandardCharsets.UTF_8))
                    .doesNotContain(keyId);
            assertThat(Ask.json(get("/admin/api/usage?organization=" + other.id(), own))
                            .get("data"))
                    .isEmpty();
        }
        assertThat(Ask.json(get("/admin/api/usage", theirs))
                        .at("/data/0/requests")
                        .intValue())
                .isEqualTo(1);
    }

    private static byte[] get(String path, String key) {
        RawClient.Response response = Ask.get(gateway, "GET", path, "authorization", "Bearer " + key);
        assertThat(response.status()).as(path + ": " + response.text()).isEqualTo(200);
        return response.body();
    }
}
