package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `gapura usage`: what requests come to over time.
@Command(
        name = "usage",
        sortOptions = false,
        header = "Sums requests, tokens and cost over time.",
        description = {
            "Speaks to the gateway that runs on the data folder, or opens its database when none runs. Times are UTC.",
            "A cost with a ? behind it is that of the requests whose price is known.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  gapura usage --by key,model --period day --since 7d"})
final class UsageCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    final AdminFlags flags = new AdminFlags();

    @Option(
            names = "--by",
            split = ",",
            paramLabel = "WHAT",
            description = "What the sums are told apart by: organization, team, person, key, model, provider.")
    List<String> by = new ArrayList<>();

    @Option(names = "--period", paramLabel = "STEP", description = "minute, hour or day. Default: day.")
    String period = "day";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Texts.DurationConverter.class,
            description = "From how long ago: 8h, 30d. Default: an hour, two days or 30 days, as the step is.")
    @Nullable
    Duration since;

    UsageCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        String query = Texts.parameter("period", period)
                + (by.isEmpty() ? "" : Texts.parameter("by", String.join(",", by)))
                + (since == null ? "" : "&from=" + Instant.now().minus(since).toEpochMilli());
        return flags.print(
                environment,
                administrator -> administrator.call("GET", "/usage?" + query.substring(1), null),
                this::table);
    }

    private String table(JsonNode document) {
        List<String> columns = new ArrayList<>(List.of("start"));
        columns.addAll(by);
        columns.addAll(List.of(">requests", ">failed", ">prompt", ">completion", ">usd", ">p95 ms"));
        Table table = new Table(columns.toArray(String[]::new));
        for (JsonNode step : document.path("data")) {
            List<String> cells = new ArrayList<>();
            String start = Texts.moment(step.path("start"));
            cells.add(period.equals("day") ? start.substring(0, 10) : start.substring(0, 16));
            by.forEach(name -> cells.add(
                    step.path(name).asText().isEmpty() ? "-" : step.path(name).asText()));
            cells.add(step.path("requests").asText());
            cells.add(step.path("failed").asText());
            JsonNode tokens = step.path("tokens");
            cells.add(Long.toString(tokens.path("input").longValue()
                    + tokens.path("cached").longValue()
                    + tokens.path("cache_write").longValue()));
            cells.add(Long.toString(
                    tokens.path("output").longValue() + tokens.path("reasoning").longValue()));
            cells.add(Texts.usd(step.path("cost_nano_usd"))
                    + (step.path("unpriced").longValue() > 0 ? "?" : ""));
            cells.add(step.at("/duration_ms/p95").asText());
            table.add(cells.toArray(String[]::new));
        }
        return table.text("No requests in that time.");
    }
}
