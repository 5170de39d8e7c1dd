package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.store.Kind;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `gapura keys`, `requests`, `usage` and `people`, beside a running gateway and without one.
class AdminCommandsTest {
    @TempDir
    Path data;

    private record Ran(int code, String out, String err) {}

    private Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = CommandLineFactory.create(Map.of(), (loaded, folder) -> {
            throw new AssertionError("nothing is to be started");
        });
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--data", data.toString()));
        int code = line.execute(all.toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }

    private TestGateway start() {
        return TestGateway.start(data, "", Map.of());
    }

    private static int status(TestGateway gateway, String key) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, Ask.body(false, "Hello"))
                    .readResponse()
                    .status();
        }
    }

    private static String secret(Ran made) {
        return made.out().strip().lines().findFirst().orElseThrow().strip();
    }

    @Test
    void aKeyIsMadeRotatedAndRevokedBesideARunningGateway() throws Exception {
        try (TestGateway gateway = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("admin-token"))))
                    .isEqualTo("rw-------");
            Ran made = run("keys", "create", "ci", "--model", "sim/*", "--expires", "90d");
            assertThat(made.err()).isEmpty();
            assertThat(made.code()).isZero();
            assertThat(status(gateway, secret(made))).isEqualTo(200);

            Ran rotated = run("keys", "rotate", "ci", "--overlap", "0s");
            assertThat(rotated.code()).isZero();
            assertThat(status(gateway, secret(rotated))).isEqualTo(200);
            assertThat(status(gateway, secret(made))).isEqualTo(401);

            JsonNode listed = Ask.json(run("keys", "list", "--json").out()).get("data");
            assertThat(listed.findValuesAsText("name")).contains("ci");
            assertThat(listed.toString()).doesNotContain(secret(rotated));

            assertThat(run("keys", "revoke", "ci").out()).contains("is revoked");
            assertThat(status(gateway, secret(rotated))).isEqualTo(401);
            assertThat(run("keys", "list").out()).doesNotContain(" ci ");
            assertThat(run("keys", "list", "--revoked").out()).contains(" ci ").contains("revoked");
        }
        assertThat(data.resolve("admin-token")).doesNotExist();
    }

    @Test
    void theSameWithoutAGateway() throws Exception {
        start().drain();
        // What a gateway that was killed leaves behind.
        Files.writeString(
                data.resolve("admin-token"), "{\"address\":\"http://127.0.0.1:1\",\"token\":\"local-gapura-x\"}");

        Ran made = run("keys", "create", "offline");
        assertThat(made.err()).isEmpty();
        assertThat(made.code()).isZero();
        assertThat(run("keys", "list").out()).contains("offline");
        Ran tail = run("requests", "tail");
        assertThat(tail.code()).isEqualTo(1);
        assertThat(tail.err()).contains("No gateway runs on this data folder");

        try (TestGateway gateway = start()) {
            assertThat(status(gateway, secret(made))).isEqualTo(200);
        }
    }

    @Test
    void historyAndUsageAsTables() {
        try (TestGateway gateway = start()) {
            Ask.chat(gateway, false, "Hello");
            Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));
            Waiting.until(
                    "both are listed",
                    () -> run("requests", "list").out().lines().count() == 3);

            Ran listed = run("requests", "list", "--status", "404");
            assertThat(listed.out()).contains("404").contains("nowhere/model").doesNotContain("sim/echo");
            Ran usage = run("usage", "--by", "key,model", "--period", "hour", "--since", "1h");
            assertThat(usage.err()).isEmpty();
            assertThat(usage.out()).contains("echo").contains("requests");
            List<Ran> all = List.of(
                    listed, usage, run("requests", "list"), run("keys", "list"), run("people", "list"), run("usage"));
            for (Ran ran : all) {
                assertThat(ran.out().lines()).allMatch(line -> line.length() <= Table.WIDTH);
            }
        }
    }

    @Test
    void listsAreSearchedAndSayThatThereIsMore() {
        try (TestGateway gateway = start()) {
            for (int index = 1; index <= 3; index++) {
                run("keys", "create", "nightly-" + index);
            }
            assertThat(run("keys", "list", "--search", "NIGHTLY-2").out().lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains(" nightly-2 ");
            assertThat(run("keys", "list", "--search", "weekly").out()).startsWith("No key has 'weekly' in its name");
            assertThat(run("keys", "list", "--limit", "2").out()).contains("There are more: --search finds them");
            assertThat(run("keys", "list").out()).doesNotContain("There are more");
            assertThat(run("people", "list", "--search", "OWNER@").out()).contains("owner@localhost");
            assertThat(run("people", "list", "--search", "nobody").out()).contains("Nobody has 'nobody' in");
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void aLostPasswordIsReplacedByACode() {
        try (TestGateway gateway = start()) {
            String email = Ask.json(run("people", "list", "--json").out())
                    .at("/data/0/email")
                    .asText();

            Ran reset = run("people", "reset-password", email);

            assertThat(reset.err()).isEmpty();
            assertThat(reset.out()).contains("logs " + email + " in once");
            assertThat(run("people", "reset-password", "nobody@example.org").code())
                    .isEqualTo(1);
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void mistakesSayWhatToDo() {
        assertThat(run("keys", "create").code()).isEqualTo(2);
        assertThat(run("keys", "frobnicate").code()).isEqualTo(2);
        assertThat(run("usage", "--since", "yesterday").err()).contains("30d");
        try (TestGateway gateway = start()) {
            assertThat(run("keys", "list", "--limit", "0").err()).contains("limit");
            Ran wrong = run("usage", "--by", "colour");
            assertThat(wrong.code()).isEqualTo(2);
            assertThat(wrong.err()).contains("`by`");
            assertThat(run("keys", "revoke", "nothing").err()).contains("no such key");
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void beforeTheFirstStartCommandsSayWhatToDoAndMakeNothing() throws Exception {
        for (List<String> command : List.of(
                List.of("keys", "create", "ci"),
                List.of("keys", "list"),
                List.of("people", "list"),
                List.of("requests", "list"))) {
            Ran ran = run(command.toArray(String[]::new));
            assertThat(ran.code()).as(ran.out()).isEqualTo(2);
            assertThat(ran.err()).contains(data.toString(), "no database", "gapura serve", "--data");
            assertThat(data).isEmptyDirectory();
        }
        Files.delete(data);
        Ran ran = run("keys", "create", "ci");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("no such folder", "gapura serve", "--data");
        assertThat(data).doesNotExist();
        Files.createDirectory(data);
    }

    @Test
    void anEmptyDatabaseOfAServerSaysWhatToDo(@TempDir Path folder) throws Exception {
        Config.Storage empty = Storages.empty(Kind.POSTGRESQL, folder);
        assertThatThrownBy(() -> new StoppedAdministrator(empty, data).close())
                .isInstanceOf(Administrator.Refusal.class)
                .hasMessageContaining("is empty")
                .hasMessageContaining("gapura serve");
    }
}
