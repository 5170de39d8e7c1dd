package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells in one line how two documents differ, for tests that compare many.
public final class JsonDifference {
    private static final int LONGEST = 200;

    private JsonDifference() {}

    /// The first place at which they differ, null where they do not.
    public static @Nullable String of(JsonNode asked, JsonNode written) {
        return asked.equals(written) ? null : difference("", asked, written);
    }

    private static String difference(String path, JsonNode asked, @Nullable JsonNode written) {
        if (written == null) {
            return path + " is gone: " + shortened(asked);
        }
        if (asked.isObject() && written.isObject()) {
            for (Map.Entry<String, JsonNode> member : asked.properties()) {
                JsonNode other = written.get(member.getKey());
                if (!member.getValue().equals(other)) {
                    return difference(path + "/" + member.getKey(), member.getValue(), other);
                }
            }
            for (Map.Entry<String, JsonNode> member : written.properties()) {
                if (!asked.has(member.getKey())) {
                    return path + "/" + member.getKey() + " is new: " + shortened(member.getValue());
                }
            }
        }
        if (asked.isArray() && written.isArray()) {
            for (int i = 0; i < Math.min(asked.size(), written.size()); i++) {
                if (!asked.get(i).equals(written.get(i))) {
                    return difference(path + "/" + i, asked.get(i), written.get(i));
                }
            }
            return path + " has " + asked.size() + " elements / " + written.size();
        }
        return path + " " + shortened(asked) + " / " + shortened(written);
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
