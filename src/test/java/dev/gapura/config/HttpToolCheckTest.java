package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cannot work in the request of an `http` tool is told before a model calls it.
class HttpToolCheckTest {
    private static final String TOOL =
            "tools:\n  it:\n    kind: http\n    description: d\n    url: https://a.example/\n";

    @TempDir
    private Path folder;

    private Loaded load(String more) throws Exception {
        Path file = Files.writeString(folder.resolve("gapura.yaml"), TOOL + "    " + more.replace(" // ", "\n    "));
        return new ConfigLoader(Map.of(), Set.of()).load(file, Overrides.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "method: POST // body: '{\"a\": '|body is not JSON; write JSON in which \"{name}\" stands for an argument",
                "method: POST // body: '{} x'|body is not JSON",
                "method: POST // body: { a: 1 }|body must be JSON as one text, such as",
                "body: '{}'|body is never sent with GET; write POST, PUT or PATCH",
                "method: DELETE // body: '{}'|body is never sent with DELETE",
                "headers: { \"a b\": c }|headers.a b is not a header name",
                "headers: { Content-Length: \"5\" }|headers.Content-Length is set by the gateway itself; remove it",
                "headers: { host: b.example }|headers.host is set by the gateway itself",
                "headers: { x-a: \"b\\nc\" }|headers.x-a must be printable ASCII",
                "parameters: { type: objekt }|parameters.type must be object",
                "parameters: { properties: [a] }|parameters.properties must be a mapping",
            })
    void whatCannotWorkIsRefused(String more, String problem) {
        assertThatThrownBy(() -> load(more))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        wrong -> assertThat(wrong.problems())
                                .singleElement()
                                .asString()
                                .contains("tools.it." + problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "method: POST // body: '{\"a\": \"{q}\"}' // parameters: { properties: { q: { type: string } } }",
                "method: PUT // headers: { content-type: text/plain } // body: 'a {q}' // parameters: { properties: { q: {} } }",
                "headers: { authorization: Bearer x, Accept: text/plain }",
                "parameters: { type: object }",
            })
    void whatWorksIsTaken(String more) throws Exception {
        assertThat(load(more).warnings()).isEmpty();
    }

    @Test
    void aNameThatMeansSomethingElseIsRefused() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gapura.yaml"), "tools: { none: { kind: builtin, name: calculator } }");
        assertThatThrownBy(() -> new ConfigLoader(Map.of(), Set.of()).load(file, Overrides.NONE))
                .hasMessageContaining(
                        "tool 'none' must have another name: in x-gapura-tools this one means none of them");
    }

    @Test
    void aKindThatIsNotKnownIsTheOnlyProblem() throws Exception {
        Path file = Files.writeString(folder.resolve("gapura.yaml"), TOOL.replace("kind: http", "kind: htpp"));
        assertThatThrownBy(() -> new ConfigLoader(Map.of(), Set.of()).load(file, Overrides.NONE))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        wrong -> assertThat(wrong.problems())
                                .singleElement()
                                .asString()
                                .contains("tools.it.kind"));
    }

    @Test
    void aBodyThatNobodyFillsInIsToldOf() throws Exception {
        List<Warning> warnings =
                load("method: POST // body: '{\"a\": \"{nope}\"}'").warnings();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("tools.it.body has {nope}, and no parameter has that name; add it to tools.it.parameters");
    }
}
