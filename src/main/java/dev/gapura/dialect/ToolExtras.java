package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Tool;
import dev.gapura.provider.Judge;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Members of tools that only some providers know (`defer_loading`, `allowed_callers`, whatever comes next): each is
/// sent or has a verdict. Stateless; any thread.
public final class ToolExtras {
    private ToolExtras() {}

    /// Puts those that the provider knows, or that the caller wants sent, into a tool as it is written.
    ///
    /// @param known names that the provider knows
    public static void write(Tool.Function tool, ObjectNode out, Set<String> known, Judge judge) {
        write(tool.others(), out, known, judge);
    }

    /// The same for a tool of free text.
    public static void write(Tool.Custom tool, ObjectNode out, Set<String> known, Judge judge) {
        write(tool.others(), out, known, judge);
    }

    private static void write(@Nullable JsonNode others, ObjectNode out, Set<String> known, Judge judge) {
        if (others == null) {
            return;
        }
        others.properties().forEach(member -> {
            String name = member.getKey();
            boolean sent = known.contains(name)
                    || judge.unsupported(
                            "tools", "tools[]." + name, false, "this provider knows no such member of a tool");
            if (sent && !out.has(name)) {
                out.set(name, member.getValue());
            }
        });
    }
}
