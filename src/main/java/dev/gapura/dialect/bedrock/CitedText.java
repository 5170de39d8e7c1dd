package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Knows where in the answer's text a block stands, so that its citations become annotations of that place. One
/// instance an answer.
final class CitedText {
    private final Consumer<ChatEvent> events;
    private final List<JsonNode> citations = new ArrayList<>();
    private int start;
    private int end;
    private int blockStart;

    CitedText(Consumer<ChatEvent> events) {
        this.events = events;
    }

    /// More text of the block.
    void said(String words) {
        end += words.codePointCount(0, words.length());
    }

    /// A source of the block.
    void cite(JsonNode citation) {
        citations.add(citation);
    }

    /// The block is complete. One that cites and says nothing speaks of the text before it, as Nova's do.
    void closed() {
        if (end > blockStart) {
            start = blockStart;
        }
        for (JsonNode citation : citations) {
            JsonNode annotation = Blocks.annotation(citation, start, end);
            if (annotation != null) {
                events.accept(new ChatEvent.Annotation(0, annotation));
            }
        }
        citations.clear();
        blockStart = end;
    }
}
