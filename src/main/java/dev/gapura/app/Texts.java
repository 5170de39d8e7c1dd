package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How commands write what the admin API answers. Times are UTC. Pure.
final class Texts {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Texts() {}

    static String moment(JsonNode millis) {
        return millis.isNumber() ? MOMENT.format(Instant.ofEpochMilli(millis.longValue())) : "";
    }

    static String day(JsonNode millis) {
        return moment(millis).isEmpty() ? "" : moment(millis).substring(0, 10);
    }

    /// The text, or nothing where it is null.
    static String text(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    /// US dollars, six decimals; `?` where the cost is not known.
    static String usd(JsonNode nanoUsd) {
        return nanoUsd.isNumber()
                ? BigDecimal.valueOf(nanoUsd.longValue(), 9)
                        .setScale(6, RoundingMode.HALF_UP)
                        .toPlainString()
                : "?";
    }

    /// A parameter of a query, with what parts it from the one before; nothing where there is no value.
    static String parameter(String name, @Nullable Object value) {
        return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }

    /// What stands below a list of which the answer holds the first only.
    static String more(JsonNode page) {
        return page.path("next").isTextual()
                ? System.lineSeparator()
                        + "There are more: --search finds them, --limit shows more of them."
                        + System.lineSeparator()
                : "";
    }

    /// `30s`, `10m`, `8h`, `30d`.
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Pattern SHAPE = Pattern.compile("(\\d{1,6})([smhd])");

        @Override
        public Duration convert(String text) {
            Matcher matcher = SHAPE.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not a duration such as 30m, 8h or 30d");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
    }
}
