package dev.gapura.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where it is told that budgets are used up, or nearly. Immutable; any thread.
///
/// @param url which is posted to; may hold a secret
/// @param secret that messages are signed with, null: they are not
/// @param thresholds in percent of a budget, rising
public record Alerts(Secret url, @Nullable Secret secret, List<Integer> thresholds) {
    /// What is told of where nothing is said.
    public static final List<Integer> USUAL_THRESHOLDS = List.of(80, 100);

    /// Most thresholds.
    public static final int MOST_THRESHOLDS = 10;

    public Alerts {
        thresholds = List.copyOf(new TreeSet<>(thresholds));
    }

    /// Whether a text is an address that can be posted to. Whether it may be reached is decided when it is.
    public static boolean isAddress(String text) {
        try {
            URI address = URI.create(text);
            return ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getUserInfo() == null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /// Whether a number can be a threshold.
    public static boolean isThreshold(int percent) {
        return percent >= 1 && percent <= 100;
    }

    static @Nullable Alerts read(Document document, Section top) {
        if (!top.has("alerts")) {
            return null;
        }
        Section section = top.section("alerts");
        String url = section.text("url");
        if (url == null && !section.has("url")) {
            document.error(
                    section.node(),
                    section.path("url") + " is missing; write url: https://HOST/PATH, or remove alerts");
        }
        if (url != null && !isAddress(url)) {
            // It may hold a secret and is not shown.
            document.error(section.node(), section.path("url") + " is not an address such as https://HOST/PATH");
            url = null;
        }
        Secret secret = section.secret("secret");
        List<Integer> thresholds = thresholds(document, section);
        section.close();
        return url == null ? null : new Alerts(new Secret(url), secret, thresholds);
    }

    private static List<Integer> thresholds(Document document, Section section) {
        List<Document.Item> items = section.items("thresholds");
        if (items == null) {
            return USUAL_THRESHOLDS;
        }
        List<Integer> read = new ArrayList<>();
        for (Document.Item item : items) {
            if (item.value().matches("\\d{1,3}") && isThreshold(Integer.parseInt(item.value()))) {
                read.add(Integer.parseInt(item.value()));
            } else {
                document.error(
                        item.node(),
                        section.path("thresholds") + ": " + item.shown() + " is not a percentage from 1 to 100");
            }
        }
        if (items.isEmpty() || items.size() > MOST_THRESHOLDS) {
            document.error(
                    section.node(), section.path("thresholds") + " must have 1 to " + MOST_THRESHOLDS + " entries");
        }
        return read.isEmpty() ? USUAL_THRESHOLDS : read;
    }
}
