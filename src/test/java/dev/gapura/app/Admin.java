package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Calls the admin API of a gateway under test with its local token.
final class Admin {
    private final TestGateway gateway;

    Admin(TestGateway gateway) {
        this.gateway = gateway;
    }

    RawClient.Response send(String method, String path, String body) {
        return send(gateway, method, path, "Bearer " + gateway.localToken(), body);
    }

    /// @param authorization value of the header, null for none
    /// @param body JSON, null for none
    static RawClient.Response send(TestGateway gateway, String method, String path, String authorization, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (authorization != null) {
            headers.put("authorization", authorization);
        }
        if (body != null) {
            headers.put("content-type", "application/json");
        }
        try (RawClient client = RawClient.connect(gateway.port())) {
            byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            return client.request(method, path, headers, content).readResponse();
        }
    }

    /// The document at a path, which must be there.
    JsonNode get(String path) {
        RawClient.Response response = send("GET", path, null);
        if (response.status() != 200) {
            throw new AssertionError(path + ": " + response.status() + " " + response.text());
        }
        return Ask.json(response.body());
    }

    /// Posts, and wants this status.
    JsonNode post(String path, String body, int status) {
        RawClient.Response response = send("POST", path, body);
        if (response.status() != status) {
            throw new AssertionError(path + ": " + response.status() + " " + response.text());
        }
        return Ask.json(response.body());
    }
}
