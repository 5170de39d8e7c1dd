package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.Authority;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/// Backup and restore, the port of its own, and forgetting people.
class AdminOperationsTest {
    @TempDir
    Path folder;

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = CommandLineFactory.create(Map.of(), (loaded, data) -> {
            throw new AssertionError("nothing is to be started");
        });
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private static int status(TestGateway gateway, String key) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, Ask.body(false, "Hello"))
                    .readResponse()
                    .status();
        }
    }

    private static int kept(Admin admin) {
        return admin.get("/admin/api/requests").get("data").size();
    }

    @Test
    void aBackupBringsKeysAndHistoryBack() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("gapura.zip");
        String key;
        try (TestGateway gateway = TestGateway.start(data, "", Map.of())) {
            key = gateway.key();
            Ask.chat(gateway, false, "Hello");
            Admin admin = new Admin(gateway);
            Waiting.until("it is written", () -> kept(admin) == 1);

            Ran made = run("backup", file.toString(), "--data", data.toString());
            assertThat(made.err()).isEmpty();
            assertThat(made.code()).isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(run("backup", file.toString(), "--data", data.toString()).err())
                    .contains("is there already");
            Ran busy = run("restore", file.toString(), "--data", data.toString());
            assertThat(busy.code()).isEqualTo(1);
            assertThat(busy.err()).contains("stop it before you restore");

            String id = admin.get("/admin/api/keys").at("/data/0/id").asText();
            assertThat(admin.send("DELETE", "/admin/api/keys/" + id, null).status())
                    .isEqualTo(200);
            assertThat(status(gateway, key)).isEqualTo(401);
            gateway.drain();

            Ran restored = run("restore", file.toString(), "--data", data.toString());
            assertThat(restored.err()).isEmpty();
            assertThat(restored.code()).isZero();
            try (TestGateway again = TestGateway.start(data, "", Map.of())) {
                assertThat(status(again, key)).isEqualTo(200);
                assertThat(kept(new Admin(again))).isPositive();
                assertThat(again.localToken()).isNotEqualTo(gateway.localToken());
            }
        }
    }

    @Test
    void halfABackupIsNotLeftBehind() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("half.zip");
        TestGateway.start(data, "", Map.of()).drain();
        // Comes after the databases, and cannot be copied.
        Files.createDirectory(data.resolve("keys.json"));

        assertThat(run("backup", file.toString(), "--data", data.toString()).code())
                .isEqualTo(1);

        assertThat(file).doesNotExist();
        try (java.util.stream.Stream<Path> left = Files.list(data)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("backup"));
        }
    }

    @Test
    void whatIsNoBackupChangesNothing() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        Path file = folder.resolve("other.zip");
        Files.writeString(file, "not a zip");

        Ran refused = run("restore", file.toString(), "--data", data.toString());

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("no backup");
        assertThat(data).isEmptyDirectory();
        assertThat(run("restore", folder.resolve("nothing.zip").toString(), "--data", data.toString())
                        .err())
                .contains("is not there");
    }

    @Test
    void aPortOfItsOwnHasTheAdminApiAlone() {
        try (TestGateway gateway = TestGateway.start("server: { access_log: \"off\", admin_port: 0 }\n")) {
            assertThat(gateway.adminPort()).isNotEqualTo(gateway.port());
            assertThat(status(gateway, gateway.key())).isEqualTo(200);
            Map<String, String> token = Map.of("authorization", "Bearer " + gateway.localToken());
            assertThat(status(gateway.port(), "/admin/api/keys", token)).isEqualTo(404);
            assertThat(status(gateway.adminPort(), "/admin/api/keys", token)).isEqualTo(200);
            assertThat(status(gateway.adminPort(), "/v1/models", Map.of("authorization", "Bearer " + gateway.key())))
                    .isEqualTo(404);
            assertThat(status(gateway.adminPort(), "/healthz", Map.of())).isEqualTo(200);
            assertThat(status(gateway.port(), "/openapi.json", Map.of())).isEqualTo(200);
            assertThat(status(gateway.adminPort(), "/openapi.json", Map.of())).isEqualTo(200);
            assertThat(status(gateway.port(), "/", Map.of())).isEqualTo(200);
            assertThat(status(gateway.port(), "/console", Map.of())).isEqualTo(404);
            assertThat(status(gateway.adminPort(), "/reference/list-models", Map.of()))
                    .isEqualTo(404);
            try (RawClient browser = RawClient.connect(gateway.adminPort())) {
                RawClient.Response root =
                        browser.request("GET", "/", Map.of(), new byte[0]).readResponse();
                assertThat(root.status()).isEqualTo(302);
                assertThat(root.header("location")).isEqualTo("/console");
            }
            try (RawClient browser = RawClient.connect(gateway.adminPort())) {
                String console = browser.request("GET", "/console", Map.of(), new byte[0])
                        .readResponse()
                        .text();
                assertThat(console).contains("data-api-port=\"" + gateway.port() + "\"");
            }
        }
    }

    private static int status(int port, String path, Map<String, String> headers) {
        try (RawClient client = RawClient.connect(port)) {
            return client.request("GET", path, headers, new byte[0])
                    .readResponse()
                    .status();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEndUserIsForgotten(Kind kind) {
        try (TestGateway gateway = TestGateway.on(kind, "", "history: { bodies: all }")) {
            Admin admin = new Admin(gateway);
            for (String user : new String[] {"kartini", "budi"}) {
                Ask.chat(
                        gateway,
                        "{\"model\":\"sim/echo\",\"user\":\"" + user + "\",\"metadata\":{\"who\":\"" + user
                                + "\"},\"messages\":[{\"role\":\"user\",\"content\":\"I am " + user + "\"}]}");
            }
            Waiting.until("both are written", () -> kept(admin) == 2);

            assertThat(admin.post("/admin/api/end-users/kartini:erase", "{}", 200)
                            .get("requests")
                            .intValue())
                    .isEqualTo(1);

            assertThat(kept(admin)).isEqualTo(2);
            assertThat(admin.get("/admin/api/requests?text=kartini").get("data"))
                    .isEmpty();
            JsonNode left = admin.get("/admin/api/requests?text=budi").get("data");
            assertThat(left).hasSize(1);
            for (JsonNode request : admin.get("/admin/api/requests").get("data")) {
                String whole = new String(
                        admin.send(
                                        "GET",
                                        "/admin/api/requests/"
                                                + request.get("id").asText(),
                                        null)
                                .body(),
                        StandardCharsets.UTF_8);
                assertThat(whole).doesNotContain("kartini");
            }
            assertThat(admin.get("/admin/api/usage").at("/data/0/requests").intValue())
                    .isEqualTo(2);
            JsonNode audited = admin.get("/admin/api/audit").at("/data/0");
            assertThat(audited.path("action").asText()).isEqualTo("history.erase");
            assertThat(audited.path("kind").asText()).isEqualTo("end_user");
            assertThat(audited.toString()).doesNotContain("kartini");
            String person = gateway.directory()
                    .people()
                    .byEmail(Authority.COMMAND, "owner@localhost")
                    .join()
                    .id();
            admin.post("/admin/api/people/" + person + ":erase-history", "{}", 200);
            audited = admin.get("/admin/api/audit").at("/data/0");
            assertThat(audited.path("action").asText()).isEqualTo("history.erase");
            assertThat(audited.path("object").asText()).isEqualTo(person);
            assertThat(admin.post("/admin/api/audit:verify", "{}", 200)
                            .path("broken_at")
                            .isNull())
                    .isTrue();
        }
    }
}
