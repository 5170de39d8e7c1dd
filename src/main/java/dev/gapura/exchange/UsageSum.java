package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Adds what several calls of one answer used: every call paid for its own prompt. Stateless.
final class UsageSum {
    private UsageSum() {}

    /// The sum of the last reports of all calls; null where none came.
    static ChatEvent.@Nullable Reported of(Collection<ChatEvent.Reported> reports) {
        ChatEvent.Reported sum = null;
        for (ChatEvent.Reported report : reports) {
            sum = sum == null ? report : plus(sum, report);
        }
        return sum;
    }

    private static ChatEvent.Reported plus(ChatEvent.Reported one, ChatEvent.Reported other) {
        return new ChatEvent.Reported(one.usage().plus(other.usage()), plus(one.details(), other.details()));
    }

    private static @Nullable JsonNode plus(@Nullable JsonNode one, @Nullable JsonNode other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        if (one.isIntegralNumber() && other.isIntegralNumber()) {
            return LongNode.valueOf(one.longValue() + other.longValue());
        }
        if (one.isNumber() && other.isNumber()) {
            return DecimalNode.valueOf(one.decimalValue().add(other.decimalValue()));
        }
        if (one instanceof ObjectNode left && other instanceof ObjectNode right) {
            ObjectNode sum = left.deepCopy();
            right.properties()
                    .forEach(member -> sum.set(member.getKey(), plus(left.get(member.getKey()), member.getValue())));
            return sum;
        }
        return other;
    }
}
