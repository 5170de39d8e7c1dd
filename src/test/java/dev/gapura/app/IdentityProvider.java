package dev.gapura.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/// An identity provider with one code, whose answers a test can bend: the code is taken once, for the right client,
/// address and verifier.
final class IdentityProvider implements AutoCloseable {
    static final String CLIENT = "gapura";
    static final String SECRET = "a-client-secret-of-more-than-32-bytes-0123456789";

    private final HttpServer server;
    private final RSAKey key = key("1");
    private final RSAKey strangers = key("1");

    /// Set by a test before the browser comes back.
    volatile String nonce = "";

    volatile String challenge = "";
    volatile String redirect = "";
    volatile String subject = "sub-1";
    volatile String email = "ani@example.org";
    volatile boolean verified = true;
    volatile boolean emailInToken;
    volatile String audience = CLIENT;
    volatile String issuer;
    volatile Instant expires = Instant.now().plusSeconds(300);
    volatile String signature = "right";

    IdentityProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = origin();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, 200, metadata()));
        server.createContext("/jwks", exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/token", this::token);
        server.createContext(
                "/userinfo",
                exchange -> answer(
                        exchange,
                        200,
                        JsonTree.text(JsonTree.object()
                                .put("sub", subject)
                                .put("email", email)
                                .put("name", "Ani")
                                .put("email_verified", verified))));
        server.start();
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String metadata() {
        ObjectNode document = JsonTree.object()
                .put("issuer", origin())
                .put("authorization_endpoint", origin() + "/authorize")
                .put("token_endpoint", origin() + "/token")
                .put("userinfo_endpoint", origin() + "/userinfo")
                .put("jwks_uri", origin() + "/jwks");
        document.putArray("subject_types_supported").add("public");
        document.putArray("response_types_supported").add("code");
        document.putArray("id_token_signing_alg_values_supported").add("RS256");
        return JsonTree.text(document);
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        String basic =
                "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        boolean right = basic.equals(exchange.getRequestHeaders().getFirst("authorization"))
                && "the-code".equals(form.get("code"))
                && redirect.equals(form.get("redirect_uri"))
                && challenge.equals(challenge(form.getOrDefault("code_verifier", "")));
        if (!right) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        answer(
                exchange,
                200,
                JsonTree.text(JsonTree.object()
                        .put("access_token", "an-access-token")
                        .put("token_type", "Bearer")
                        .put("id_token", idToken())));
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String idToken() {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(audience)
                .issueTime(new Date())
                .expirationTime(Date.from(expires))
                .claim("nonce", nonce);
        if (emailInToken) {
            claims.claim("email", email).claim("email_verified", verified).claim("name", "Ani");
        }
        try {
            switch (signature) {
                case "none" -> {
                    return new PlainJWT(claims.build()).serialize();
                }
                case "secret" -> {
                    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
                    jwt.sign(new MACSigner(SECRET));
                    return jwt.serialize();
                }
                default -> {
                    JWSHeader header =
                            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("1").build();
                    SignedJWT jwt = new SignedJWT(header, claims.build());
                    jwt.sign(new RSASSASigner(signature.equals("right") ? key : strangers));
                    return jwt.serialize();
                }
            }
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
