package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an error of Google's APIs says beside status and message (`google.rpc.Status`,
/// <https://cloud.google.com/apis/design/errors>).
///
/// @param status name of the canonical code, as in `RESOURCE_EXHAUSTED`
/// @param retryAfter how long to wait, null where it does not say
/// @param perDay whether a quota that lasts a day is used up
record GoogleError(String status, @Nullable Duration retryAfter, boolean perDay) {
    private static final Pattern NAME = Pattern.compile("[A-Z]+(_[A-Z]+)*");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,7}(\\.\\d{1,9})?s");

    /// Reads an error object; null for those of others.
    static @Nullable GoogleError of(JsonNode error) {
        String status = error.path("status").asText();
        if (!error.path("status").isTextual() || !NAME.matcher(status).matches() || !error.has("code")) {
            return null;
        }
        Duration retryAfter = null;
        boolean perDay = false;
        for (JsonNode detail : error.path("details")) {
            String delay = detail.path("retryDelay").asText();
            if (SECONDS.matcher(delay).matches()) {
                BigDecimal seconds = new BigDecimal(delay.substring(0, delay.length() - 1));
                retryAfter = Duration.ofMillis(seconds.movePointRight(3).longValue());
            }
            for (JsonNode violation : detail.path("violations")) {
                perDay |= violation.path("quotaId").asText().contains("PerDay");
            }
        }
        return new GoogleError(status, retryAfter, perDay);
    }
}
