package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.access.Authority;
import dev.gapura.access.People;
import dev.gapura.access.Role;
import dev.gapura.testkit.RawClient;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Login at an identity provider, to the end of the session's first request.
class OidcLoginTest {
    private static TestGateway gateway(IdentityProvider provider) {
        return TestGateway.start("auth: { oidc: { issuer: \"" + provider.origin() + "\", client_id: "
                + IdentityProvider.CLIENT + ", client_secret: " + IdentityProvider.SECRET
                + ", allowed_domains: [example.org], default_role: viewer } }\n");
    }

    private static RawClient.Response get(TestGateway gateway, String path, String cookie) {
        Map<String, String> headers = cookie == null ? Map.of() : Map.of("cookie", cookie);
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request("GET", path, headers, new byte[0]).readResponse();
        }
    }

    private static String cookie(RawClient.Response response) {
        String set = response.header("set-cookie");
        return set.substring(0, set.indexOf(';'));
    }

    /// A browser on its way back.
    private record Back(String path, String cookie) {}

    private static Back begin(TestGateway gateway, IdentityProvider provider) {
        RawClient.Response away = get(gateway, "/admin/api/oidc", null);
        assertThat(away.status()).as(away.text()).isEqualTo(302);
        Map<String, String> query = new HashMap<>();
        for (String pair : URI.create(away.header("location")).getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        assertThat(query)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", IdentityProvider.CLIENT)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", "http://127.0.0.1/admin/api/oidc/callback");
        provider.nonce = query.get("nonce");
        provider.challenge = query.get("code_challenge");
        provider.redirect = query.get("redirect_uri");
        return new Back(
                "/admin/api/oidc/callback?code=the-code&state=" + query.get("state")
                        + "&session_state=x&client_info=e30",
                cookie(away));
    }

    @Test
    void behindAProxyThatEndsTlsTheWayBackIsByTls() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                TestGateway gateway = TestGateway.start("server: { trusted_proxies: [127.0.0.1] }\nauth: { oidc: {"
                        + " issuer: \"" + provider.origin() + "\", client_id: " + IdentityProvider.CLIENT
                        + ", client_secret: " + IdentityProvider.SECRET + " } }\n");
                RawClient client = RawClient.connect(gateway.port())) {
            Map<String, String> tls = Map.of("x-forwarded-proto", "https");
            RawClient.Response away =
                    client.request("GET", "/admin/api/oidc", tls, new byte[0]).readResponse();
            assertThat(URLDecoder.decode(away.header("location"), StandardCharsets.UTF_8))
                    .contains("redirect_uri=https://127.0.0.1/admin/api/oidc/callback");
            assertThat(away.header("set-cookie"))
                    .startsWith("__Host-gapura_login=")
                    .contains("Secure");
        }
    }

    private static RawClient.Response login(TestGateway gateway, IdentityProvider provider) {
        Back back = begin(gateway, provider);
        return get(gateway, back.path(), back.cookie());
    }

    private static String code(RawClient.Response response) {
        return Ask.json(response.body()).path("error").path("code").asText();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void somebodyNewOfAnAllowedDomainComesInAndComesBack(boolean emailInToken) throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                TestGateway gateway = gateway(provider)) {
            provider.emailInToken = emailInToken;
            RawClient.Response first = login(gateway, provider);
            assertThat(first.status()).as(first.text()).isEqualTo(302);
            RawClient.Response who = get(gateway, "/admin/api/session", cookie(first));
            assertThat(who.text())
                    .contains("\"email\":\"ani@example.org\"", "\"role\":\"viewer\"", "\"method\":\"oidc\"");

            provider.email = "renamed@elsewhere.org";
            RawClient.Response again = login(gateway, provider);
            assertThat(get(gateway, "/admin/api/session", cookie(again)).text())
                    .contains("\"email\":\"ani@example.org\"");
        }
    }

    @Test
    void whoWasInvitedIsLinkedOnce() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                TestGateway gateway = gateway(provider)) {
            provider.email = "Budi@Partner.example";
            RawClient.Response stranger = login(gateway, provider);
            assertThat(stranger.status()).isEqualTo(403);
            assertThat(code(stranger)).isEqualTo("login_not_allowed");
            People.Invited budi = gateway.directory()
                    .people()
                    .invite(Authority.COMMAND, null, "budi@partner.example", "Budi", Role.ADMIN)
                    .join();
            provider.verified = false;
            assertThat(code(login(gateway, provider))).isEqualTo("login_not_allowed");
            provider.verified = true;
            assertThat(login(gateway, provider).status()).isEqualTo(302);
            provider.subject = "sub-2";
            assertThat(code(login(gateway, provider))).isEqualTo("login_not_allowed");
            provider.subject = "sub-1";
            gateway.directory()
                    .people()
                    .change(Authority.COMMAND, budi.person().id(), new People.Wish(null, null, null, true))
                    .join();
            assertThat(login(gateway, provider).status()).isEqualTo(401);
        }
    }

    @Test
    void whatIsNotRightLogsNobodyIn() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                TestGateway gateway = gateway(provider)) {
            for (String signature : new String[] {"none", "secret", "stranger"}) {
                provider.signature = signature;
                refused(login(gateway, provider));
            }
            provider.signature = "right";
            provider.audience = "somebody-else";
            refused(login(gateway, provider));
            provider.audience = IdentityProvider.CLIENT;
            provider.issuer = "https://elsewhere.example";
            refused(login(gateway, provider));
            provider.issuer = provider.origin();
            provider.expires = Instant.now().minusSeconds(600);
            refused(login(gateway, provider));
            provider.expires = Instant.now().plusSeconds(600);

            Back back = begin(gateway, provider);
            provider.nonce = "another";
            refused(get(gateway, back.path(), back.cookie()));
            back = begin(gateway, provider);
            refused(get(gateway, back.path(), null));
            refused(get(gateway, back.path(), begin(gateway, provider).cookie()));
            back = begin(gateway, provider);
            provider.challenge = "another";
            refused(get(gateway, back.path(), back.cookie()));
            refused(get(gateway, "/admin/api/oidc/callback?error=access_denied&state=x", null));
            assertThat(login(gateway, provider).status()).isEqualTo(302);
        }
    }

    @Test
    void whoMakesUpWaysBackIsSlowedDown() throws Exception {
        try (IdentityProvider provider = new IdentityProvider();
                TestGateway gateway = gateway(provider)) {
            provider.signature = "stranger";
            for (int time = 0; time < 20; time++) {
                refused(login(gateway, provider));
            }
            provider.signature = "right";
            RawClient.Response slowed = login(gateway, provider);
            assertThat(slowed.status()).isEqualTo(429);
            assertThat(code(slowed)).isEqualTo("login_throttled");
        }
    }

    private static void refused(RawClient.Response response) {
        assertThat(response.status()).as(response.text()).isEqualTo(401);
        assertThat(code(response)).isEqualTo("login_failed");
    }

    @Test
    void aProviderThatIsAwayAndNoneAtAll() throws Exception {
        IdentityProvider provider = new IdentityProvider();
        try (TestGateway gateway = gateway(provider)) {
            provider.close();
            RawClient.Response away = get(gateway, "/admin/api/oidc", null);
            assertThat(away.status()).isEqualTo(503);
            assertThat(code(away)).isEqualTo("oidc_unavailable");
        }
        try (TestGateway gateway = TestGateway.start()) {
            assertThat(code(get(gateway, "/admin/api/oidc", null))).isEqualTo("oidc_not_configured");
        }
    }

    private static RawClient.Response browse(TestGateway gateway, String path, String cookie) {
        Map<String, String> headers =
                new HashMap<>(Map.of("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        if (cookie != null) {
            headers.put("cookie", cookie);
        }
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request("GET", path, headers, new byte[0]).readResponse();
        }
    }

    private static void isPage(RawClient.Response response, int status, String code, String... words) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(response.header("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(response.header("content-security-policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(response.text())
                .contains("<h1>You were not logged in</h1>", "<code>" + code + "</code>", "href=\"/console\"")
                .contains("<code>" + response.header("x-request-id") + "</code>")
                .contains(words)
                .doesNotContain("type=\"module\"");
    }

    @Test
    void aBrowserSeesAPageThatSaysWhyAndLeadsBack() throws Exception {
        IdentityProvider provider = new IdentityProvider();
        try (TestGateway gateway = gateway(provider)) {
            String callback = "/admin/api/oidc/callback";
            RawClient.Response denied = browse(gateway, callback + "?error=access_denied&state=x", null);
            isPage(denied, 401, "login_failed", "access_denied");
            isPage(browse(gateway, callback + "?error=invalid_scope", null), 401, "login_failed", "auth.oidc");
            RawClient.Response crafted = browse(
                    gateway,
                    callback + "?error=%3Cscript%3Ecall-0800%3C/script%3E&error_description=call-0800%3Cimg%3E",
                    null);
            isPage(crafted, 401, "login_failed", "did not log you in");
            assertThat(crafted.text()).doesNotContain("call-0800");
            isPage(browse(gateway, callback + "?state=x&state=y", null), 400, "invalid_value", "state");

            Back back = begin(gateway, provider);
            isPage(browse(gateway, back.path(), null), 401, "login_failed", "not begun in this browser");
            provider.email = "<b>budi</b>@partner.example";
            back = begin(gateway, provider);
            RawClient.Response stranger = browse(gateway, back.path(), back.cookie());
            isPage(stranger, 403, "login_not_allowed", "Nobody has invited");
            assertThat(stranger.text()).doesNotContain("<b>");
            provider.email = "ani@example.org";
            back = begin(gateway, provider);
            assertThat(browse(gateway, back.path(), back.cookie()).status()).isEqualTo(302);
        }
        try (TestGateway gateway = gateway(provider)) {
            provider.close();
            isPage(browse(gateway, "/admin/api/oidc", null), 503, "oidc_unavailable", "Try again later");
        }
        try (TestGateway gateway = TestGateway.start()) {
            isPage(browse(gateway, "/admin/api/oidc", null), 404, "oidc_not_configured", "no identity provider");
        }
    }
}
