package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tools that come with the gateway and touch nothing outside. Stateless; any thread.
final class Builtins {
    private Builtins() {}

    /// The time in a time zone.
    static ServerTool currentTime(
            String name, @Nullable String description, ServerTool.Terms terms, InstantSource clock) {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties")
                .putObject("time_zone")
                .put("type", "string")
                .put("description", "IANA name, such as Asia/Jakarta; UTC where left out");
        schema.put("additionalProperties", false);
        return new ServerTool(
                name,
                description == null ? "Tells the current date and time." : description,
                schema,
                terms,
                (ToolRunner.Computation) arguments -> {
                    String zone = arguments.path("time_zone").asText("UTC");
                    try {
                        ZonedDateTime now =
                                clock.instant().truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.of(zone));
                        return ToolOutput.of(now.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME) + " (" + zone + ", "
                                + now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH) + ")");
                    } catch (DateTimeException unknown) {
                        return ToolOutput.failed(
                                "There is no time zone '" + zone + "'. Use an IANA name such as Asia/Jakarta.");
                    }
                });
    }

    /// Exact arithmetic.
    static ServerTool calculator(String name, @Nullable String description, ServerTool.Terms terms) {
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.putObject("properties")
                .putObject("expression")
                .put("type", "string")
                .put(
                        "description",
                        "Arithmetic such as (2 + 3) * 4 ^ 2 or sqrt(2); functions: abs, sqrt, round, floor, "
                                + "ceil, sin, cos, tan, exp, ln, log10");
        schema.putArray("required").add("expression");
        schema.put("additionalProperties", false);
        return new ServerTool(
                name,
                description == null ? "Works out an arithmetic expression exactly." : description,
                schema,
                terms,
                (ToolRunner.Computation) arguments -> {
                    try {
                        return ToolOutput.of(
                                Calculator.evaluate(arguments.path("expression").asText()));
                    } catch (ArithmeticException fault) {
                        return ToolOutput.failed(String.valueOf(fault.getMessage()));
                    }
                });
    }
}
