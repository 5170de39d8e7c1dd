package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that end by an error of the machine and not by an exception: nobody waits for the time limit then.
class ToolWorkerTest {
    private static final ServerTool.Terms TERMS = new ServerTool.Terms(Duration.ofHours(1), 1000, 1, true, 7, null);

    private static ToolWorker.Done run(ObjectNode schema, ToolRunner runner, String arguments) throws Exception {
        ServerTool tool = new ServerTool("it", "", schema, TERMS, runner);
        ToolWorker.Done done = ToolWorker.start(tool, "c1", arguments).done().get(20, TimeUnit.SECONDS);
        assertThat(tool.permits().tryAcquire(20, TimeUnit.SECONDS))
                .as("its permit is given back")
                .isTrue();
        return done;
    }

    private static int deeper(int depth) {
        return deeper(depth + 1) + deeper(depth + 2);
    }

    @Test
    void aToolThatGoesTooDeepHasFailed() throws Exception {
        ToolWorker.Done done = run(JsonTree.object(), arguments -> ToolOutput.of(Integer.toString(deeper(0))), "{}");
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.FAILED);
        assertThat(done.run().costNanoUsd()).isEqualTo(7);
        assertThat(done.output()).isEqualTo(ToolOutput.failed("The tool failed. It may be unavailable at the moment."));
    }

    @Test
    void aToolThatFindsItselfWrongHasFailed() throws Exception {
        ToolWorker.Done done = run(
                JsonTree.object(),
                arguments -> {
                    throw new AssertionError("it cannot be");
                },
                "{}");
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.FAILED);
    }

    /// Schemas as servers may give them, which go round in themselves. A schema that cannot be applied is no fault of
    /// the model's.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#\"}",
                "{\"type\":\"object\",\"allOf\":[{\"$ref\":\"#\"}]}",
                "{\"type\":\"object\",\"anyOf\":[{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
                        + "\"b\":{\"$ref\":\"#/$defs/a\"}}}"
            })
    void aSchemaThatGoesRoundInItselfIsPassedOver(String schema) throws Exception {
        ObjectNode parsed = (ObjectNode) Objects.requireNonNull(JsonTree.readOrNull(schema));
        ToolWorker.Done done = run(parsed, arguments -> ToolOutput.of("ran"), "{\"a\":1}");
        assertThat(done.run().status()).isEqualTo(ToolRun.Status.OK);
    }
}
