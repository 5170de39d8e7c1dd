package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.People;
import dev.gapura.access.Policy;
import dev.gapura.access.Role;
import dev.gapura.ledger.Filter;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Logging in through sockets, and what a session and a person's key may do.
@ParameterizedClass
@EnumSource(Kind.class)
class LoginTest {
    @Parameter
    Kind kind;

    private static final String PASSWORD = "sugeng enjing sedaya";

    /// A browser's share of a session.
    private record Browser(TestGateway gateway, String cookie, String csrf) {
        RawClient.Response send(String method, String path, String body, boolean token) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("cookie", cookie);
            if (token) {
                headers.put("x-csrf-token", csrf);
            }
            return LoginTest.send(gateway, method, path, headers, body);
        }

        int status(String method, String path) {
            return send(method, path, null, true).status();
        }
    }

    private static RawClient.Response send(
            TestGateway gateway, String method, String path, Map<String, String> headers, String body) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (body != null) {
            all.put("content-type", "application/json");
        }
        byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request(method, path, all, content).readResponse();
        }
    }

    private static String person(Browser browser) {
        return Ask.json(browser.send("GET", "/admin/api/session", null, false).body())
                .path("person")
                .path("id")
                .asText();
    }

    private static Browser login(TestGateway gateway, String body) {
        RawClient.Response response = send(gateway, "POST", "/admin/api/session", Map.of(), body);
        assertThat(response.status()).as(response.text()).isEqualTo(201);
        String cookie = response.header("set-cookie");
        assertThat(cookie).startsWith("gapura_session=").contains("HTTPOnly", "SameSite=Lax", "Path=/");
        return new Browser(
                gateway,
                cookie.substring(0, cookie.indexOf(';')),
                Ask.json(response.body()).path("csrf_token").asText());
    }

    private static String code(RawClient.Response response) {
        return Ask.json(response.body()).path("error").path("code").asText();
    }

    private static Browser member(TestGateway gateway, Role role) {
        People.Invited invited = gateway.directory()
                .people()
                .invite(Authority.COMMAND, null, role.text() + "@example.org", "Ani", role)
                .join();
        return login(gateway, "{\"code\":\"" + invited.code() + "\"}");
    }

    @Test
    void theOwnerLogsInByTheCodeAndThenByAPassword() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            String byCode = "{\"code\":\"" + gateway.loginCode() + "\"}";
            Browser first = login(gateway, byCode);
            assertThat(code(send(gateway, "POST", "/admin/api/session", Map.of(), byCode)))
                    .isEqualTo("login_failed");
            RawClient.Response set =
                    first.send("PUT", "/admin/api/session/password", "{\"password\":\"" + PASSWORD + "\"}", true);
            assertThat(set.status()).as(set.text()).isEqualTo(200);
            assertThat(Ask.json(set.body()).path("person").path("has_password").asBoolean())
                    .isTrue();

            Browser second = login(gateway, "{\"email\":\"owner@localhost\",\"password\":\"" + PASSWORD + "\"}");
            JsonNode who = Ask.json(
                    second.send("GET", "/admin/api/session", null, false).body());
            assertThat(who.path("person").path("role").asText()).isEqualTo("owner");
            assertThat(who.path("method").asText()).isEqualTo("password");
            JsonNode sessions = Ask.json(
                    second.send("GET", "/admin/api/sessions", null, false).body());
            assertThat(sessions.path("data")).hasSize(2);
            String other = sessions.path("data").get(1).path("id").asText();
            assertThat(second.status("DELETE", "/admin/api/sessions/" + other)).isEqualTo(200);
            assertThat(first.status("GET", "/admin/api/session")).isEqualTo(401);

            assertThat(second.status("DELETE", "/admin/api/session")).isEqualTo(200);
            assertThat(second.status("GET", "/admin/api/session")).isEqualTo(401);
        }
    }

    @Test
    void whatChangesSomethingMustBringTheToken() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            Browser owner = login(gateway, "{\"code\":\"" + gateway.loginCode() + "\"}");
            RawClient.Response refused = owner.send("DELETE", "/admin/api/session", null, false);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(code(refused)).isEqualTo("csrf_token_missing");
            RawClient.Response chat = owner.send("POST", Ask.CHAT, Ask.body(false, "Hello"), false);
            assertThat(chat.status()).isEqualTo(403);
            assertThat(code(chat)).isEqualTo("csrf_token_missing");
            assertThat(code(send(
                            gateway,
                            "POST",
                            "/admin/api/session",
                            Map.of("sec-fetch-site", "cross-site"),
                            "{\"code\":\"x\"}")))
                    .isEqualTo("cross_site");
            assertThat(owner.status("GET", "/admin/api/session")).isEqualTo(200);
        }
    }

    @Test
    void aSessionCallsModelsForItsPerson() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            Browser member = member(gateway, Role.MEMBER);
            String person = person(member);
            key(gateway, "mine", person, Policy.ANYTHING);
            assertThat(member.send("POST", Ask.CHAT, Ask.body(false, "Hello"), true)
                            .status())
                    .isEqualTo(200);
            assertThat(member.send("GET", "/v1/models", null, false).status()).isEqualTo(200);
            Filter filter = Filter.of(new Filter.Is(Filter.Field.PERSON, person));
            Waiting.until(
                    "it is written as the person's",
                    () -> Database.now(gateway.ledger().page(filter, null, 10)).entries().stream()
                            .anyMatch(entry -> entry.route().equals(Ask.CHAT)));
            Browser viewer = member(gateway, Role.VIEWER);
            assertThat(code(viewer.send("POST", Ask.CHAT, Ask.body(false, "Hello"), true)))
                    .isEqualTo("role_not_allowed");
            assertThat(member.status("DELETE", "/admin/api/session")).isEqualTo(200);
            RawClient.Response ended = member.send("POST", Ask.CHAT, Ask.body(false, "Hello"), true);
            assertThat(ended.status()).isEqualTo(401);
            assertThat(code(ended)).isEqualTo("session_ended");
        }
    }

    @Test
    void aSessionMayDoWhatTheNewestKeyOfItsPersonMay() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            String echo = Ask.body("sim/echo", false, "Hello");
            Browser owner = login(gateway, "{\"code\":\"" + gateway.loginCode() + "\"}");
            assertThat(owner.send("POST", Ask.CHAT, echo, true).status()).isEqualTo(200);
            Browser member = member(gateway, Role.MEMBER);
            RawClient.Response without = member.send("POST", Ask.CHAT, echo, true);
            assertThat(without.status()).isEqualTo(403);
            assertThat(code(without)).isEqualTo("key_required");

            key(gateway, "wide", person(member), Policy.ANYTHING);
            Policy narrow = new Policy(List.of("sim/lorem"), null, List.of(), null, null, Map.of(), Map.of(), null);
            ApiKey made = made(gateway, "narrow", person(member), narrow).key();
            assertThat(code(member.send("POST", Ask.CHAT, echo, true))).isEqualTo("model_not_allowed");
            assertThat(member.send("POST", Ask.CHAT, Ask.body("sim/lorem", false, "Hello"), true)
                            .status())
                    .isEqualTo(200);
            Filter filter = Filter.of(new Filter.Is(Filter.Field.KEY_ID, made.id()));
            Waiting.until(
                    "it is counted for the key",
                    () -> Database.now(gateway.ledger().page(filter, null, 10)).entries().stream()
                            .anyMatch(entry -> entry.status() == 200));

            gateway.directory().keys().revoke(Authority.COMMAND, made.id()).join();
            assertThat(member.send("POST", Ask.CHAT, echo, true).status()).isEqualTo(200);
        }
    }

    @Test
    void aKeyOfWhoBecomesAViewerReadsAndCallsNothing() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            String person = person(member(gateway, Role.MEMBER));
            Policy both = new Policy(
                    null, null, List.of(), List.of("/v1/*", "/admin/api/requests*"), null, Map.of(), Map.of(), null);
            String key = key(gateway, "mine", person, both);
            assertThat(status(gateway, key, "/v1/models")).isEqualTo(200);
            change(gateway, person, Role.VIEWER, null);
            RawClient.Response refused =
                    send(gateway, "GET", "/v1/models", Map.of("authorization", "Bearer " + key), null);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(code(refused)).isEqualTo("role_not_allowed");
            assertThat(status(gateway, key, "/admin/api/requests")).isEqualTo(200);
            change(gateway, person, Role.MEMBER, null);
            assertThat(status(gateway, key, "/v1/models")).isEqualTo(200);
        }
    }

    private static void change(TestGateway gateway, String person, Role role, Boolean disabled) {
        gateway.directory()
                .people()
                .change(Authority.COMMAND, person, new People.Wish(null, null, role, disabled))
                .join();
    }

    @Test
    void aTailEndsWithWhatLetItBegin() {
        try (TestGateway gateway = TestGateway.on(kind, "", "");
                RawClient bySession = RawClient.connect(gateway.port());
                RawClient byKey = RawClient.connect(gateway.port());
                RawClient local = RawClient.connect(gateway.port())) {
            Browser member = member(gateway, Role.MEMBER);
            tail(bySession, Map.of("cookie", member.cookie()));
            String admin = person(member(gateway, Role.ADMIN));
            Policy routes =
                    new Policy(null, null, List.of(), List.of("/admin/api/requests*"), null, Map.of(), Map.of(), null);
            tail(byKey, Map.of("authorization", "Bearer " + key(gateway, "watch", admin, routes)));
            tail(local, Map.of("authorization", "Bearer " + gateway.localToken()));

            assertThat(member.status("DELETE", "/admin/api/session")).isEqualTo(200);
            assertThat(bySession.readEvent()).isEmpty();
            change(gateway, admin, Role.MEMBER, null);
            assertThat(byKey.readEvent()).isEmpty();
            Ask.chat(gateway, false, "Hello");
            assertThat(local.readEvent()).isPresent();
        }
    }

    private static void tail(RawClient client, Map<String, String> credential) {
        client.request("GET", "/admin/api/requests/tail", credential, new byte[0]);
        assertThat(client.readHead().headers()).containsEntry("content-type", "text/event-stream");
    }

    @Test
    void behindAProxyThatEndsTlsTheCookieIsKeptToTls() {
        String yaml = "server: { trusted_proxies: [127.0.0.1] }\n";
        Map<String, String> tls = Map.of("x-forwarded-proto", "https");
        try (TestGateway gateway = TestGateway.on(kind, yaml, "");
                TestGateway open = TestGateway.on(kind, "", "")) {
            String body = "{\"code\":\"" + gateway.loginCode() + "\"}";
            String cookie =
                    send(gateway, "POST", "/admin/api/session", tls, body).header("set-cookie");
            assertThat(cookie).startsWith("__Host-gapura_session=").contains("Secure");
            String pair = cookie.substring(0, cookie.indexOf(';'));
            Map<String, String> both = Map.of("x-forwarded-proto", "https", "cookie", pair);
            assertThat(send(gateway, "GET", "/admin/api/session", both, null).status())
                    .isEqualTo(200);
            assertThat(send(gateway, "GET", "/v1/models", both, null).status()).isEqualTo(200);

            String other = "{\"code\":\"" + open.loginCode() + "\"}";
            assertThat(send(open, "POST", "/admin/api/session", tls, other).header("set-cookie"))
                    .startsWith("gapura_session=")
                    .doesNotContain("Secure");
        }
    }

    @Test
    void aMemberSeesTheirOwnRequestsAlone() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            Ask.chat(gateway, false, "Hello");
            Browser member = member(gateway, Role.MEMBER);
            key(gateway, "mine", person(member), Policy.ANYTHING);
            member.send("POST", Ask.CHAT, Ask.body(false, "Hello"), true);
            Browser owner = login(gateway, "{\"code\":\"" + gateway.loginCode() + "\"}");
            String chats = "/admin/api/requests?route=/v1/chat/completions";
            Waiting.until("both are written", () -> requests(owner, chats).size() == 2);
            assertThat(requests(member, chats)).hasSize(1);
            assertThat(requests(member(gateway, Role.ADMIN), chats)).hasSize(2);
        }
    }

    @Test
    void recentRequestsAreThoseOfWhoeverIsLoggedIn() {
        try (TestGateway gateway = TestGateway.on(kind, "", "");
                RawClient watching = RawClient.connect(gateway.port())) {
            Browser member = member(gateway, Role.MEMBER);
            String key = key(gateway, "mine", person(member), Policy.ANYTHING);
            Browser owner = login(gateway, "{\"code\":\"" + gateway.loginCode() + "\"}");
            watching.request("GET", "/admin/api/recent/tail", Map.of("cookie", member.cookie()), new byte[0]);
            assertThat(watching.readHead().headers()).containsEntry("content-type", "text/event-stream");
            Ask.chat(gateway, false, "Hello");
            send(
                    gateway,
                    "POST",
                    Ask.CHAT,
                    Map.of("authorization", "Bearer " + key, "user-agent", "kulonuwun/1"),
                    Ask.body("sim/nowhere", false, "Hello"));

            Waiting.until(
                    "it is written", () -> requests(member, "/admin/api/recent").size() == 1);
            JsonNode seen = requests(member, "/admin/api/recent").getFirst();
            assertThat(seen.propertyStream().map(Map.Entry::getKey)).containsExactly("time", "status", "user_agent");
            assertThat(seen.path("user_agent").asText()).isEqualTo("kulonuwun/1");
            assertThat(Ask.json(watching.readEvent().orElseThrow().data())).isEqualTo(seen);
            assertThat(requests(owner, "/admin/api/recent?limit=1"))
                    .allSatisfy(
                            one -> assertThat(one.path("user_agent").asText()).isNotEqualTo("kulonuwun/1"));

            RawClient.Response stranger = send(gateway, "GET", "/admin/api/recent", Map.of(), null);
            assertThat(stranger.status()).isEqualTo(401);
            assertThat(stranger.text()).contains("Log in to see what is yours.");
            RawClient.Response local = send(
                    gateway,
                    "GET",
                    "/admin/api/recent",
                    Map.of("authorization", "Bearer " + gateway.localToken()),
                    null);
            assertThat(local.status()).isEqualTo(403);
            assertThat(code(local)).isEqualTo("session_needed");
            assertThat(member.status("DELETE", "/admin/api/session")).isEqualTo(200);
            assertThat(watching.readEvent()).isEmpty();
        }
    }

    private static List<JsonNode> requests(Browser browser, String path) {
        RawClient.Response response = browser.send("GET", path, null, false);
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        List<JsonNode> all = new ArrayList<>();
        Ask.json(response.body()).path("data").forEach(all::add);
        return all;
    }

    @Test
    void aKeyAdministersOnlyForAPersonAndWhereItNamesTheRoute() {
        try (TestGateway gateway = TestGateway.on(kind, "", "")) {
            String owner = gateway.directory()
                    .people()
                    .byEmail(Authority.COMMAND, "owner@localhost")
                    .join()
                    .id();
            Policy routes =
                    new Policy(null, null, List.of(), List.of("/admin/api/requests*"), null, Map.of(), Map.of(), null);
            String narrow = key(gateway, "narrow", owner, routes);
            String wide = key(gateway, "wide", owner, Policy.ANYTHING);
            String nobodys = key(gateway, "nobodys", null, routes);

            assertThat(status(gateway, narrow, "/admin/api/requests")).isEqualTo(200);
            assertThat(status(gateway, narrow, "/admin/api/sessions")).isEqualTo(403);
            assertThat(status(gateway, narrow, "/v1/models")).isEqualTo(403);
            assertThat(status(gateway, wide, "/admin/api/requests")).isEqualTo(403);
            assertThat(status(gateway, wide, "/v1/models")).isEqualTo(200);
            assertThat(status(gateway, nobodys, "/admin/api/requests")).isEqualTo(403);
            assertThat(status(gateway, "sk-gapura-unknown", "/admin/api/requests"))
                    .isEqualTo(401);
        }
    }

    private static String key(TestGateway gateway, String name, String person, Policy policy) {
        return made(gateway, name, person, policy).secret();
    }

    private static ApiKey.Created made(TestGateway gateway, String name, String person, Policy policy) {
        return gateway.directory()
                .keys()
                .create(Authority.COMMAND, new ApiKey.Draft(name, null, null, person, null, policy))
                .join();
    }

    private static int status(TestGateway gateway, String key, String path) {
        return send(gateway, "GET", path, Map.of("authorization", "Bearer " + key), null)
                .status();
    }
}
