package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.access.FirstStart;
import dev.gapura.testkit.Postgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A database that comes after the gateway.
class LateDatabaseTest {
    private static int models(TestGateway gateway, String key) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/models"))
                                    .header("authorization", "Bearer " + key)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void theFirstLoginIsMadeWhenTheDatabaseIsThere() throws Exception {
        try (Postgres server = Postgres.own()) {
            String url = server.database();
            server.stop();
            try (TestGateway gateway = TestGateway.start("storage: { url: \"" + url + "\" }\n")) {
                assertThat(gateway.firstStart()).isNotDone();
                assertThat(models(gateway, "sk-gapura-unknown")).isEqualTo(503);
                try (Postgres again = server.again()) {
                    isMade(gateway);
                }
            }
        }
    }

    @Test
    void alsoWhereItIsThereAndDoesNotAnswer() throws Exception {
        try (Postgres server = Postgres.own()) {
            String url = server.database();
            server.signal("STOP");
            try (TestGateway gateway = TestGateway.start("storage: { url: \"" + url + "\" }\n")) {
                assertThat(gateway.firstStart()).isNotDone();
                server.signal("CONT");
                isMade(gateway);
            }
        }
    }

    private static void isMade(TestGateway gateway) throws Exception {
        FirstStart.Made made = gateway.firstStart().get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(models(gateway, made.key().orElseThrow())).isEqualTo(200);
        assertThat(made.code()).isNotBlank();
    }
}
