package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Finds the chunks of a relayed stream that depart from the dialect and has them mended; all others are never read as
/// a tree. One instance a stream.
final class OddChunks {
    private final AnswerMender mender;
    private byte @Nullable [] id;
    private byte @Nullable [] model;

    OddChunks(AnswerMender mender) {
        this.mender = mender;
    }

    /// Whether every event has to be looked at, even one that differs from another in its text only.
    boolean always() {
        return mender.always();
    }

    /// Counts that were taken out of chunks, as a chunk of their own; null where there are none.
    @Nullable
    ObjectNode usageDue() {
        return mender.usageDue();
    }

    /// The event as it has to be, null where it is so already.
    ///
    /// @param chunk what was read of it
    /// @param data array that holds its data
    @Nullable
    ObjectNode mended(ChunkReader chunk, byte[] data, int from, int to) {
        boolean otherwise = hasAnotherHead(chunk, data);
        boolean odd = otherwise
                || mender.always()
                || chunk.odd(true)
                || chunk.finishing() && mender.called()
                || chunk.usageSeen() && mender.usageDue() != null;
        if (!odd) {
            return null;
        }
        JsonNode event = JsonTree.read(data, from, to);
        ObjectNode mended = event.deepCopy();
        mender.chunk(mended);
        return mended.equals(event) ? null : mended;
    }

    /// Whether the chunk is called otherwise than those before, or by another model; also the first one that has a
    /// name, so that the mender knows it.
    private boolean hasAnotherHead(ChunkReader chunk, byte[] data) {
        byte[] earlierId = id;
        byte[] earlierModel = model;
        id = earlierId == null && chunk.id().holds() ? chunk.id().copy(data) : earlierId;
        model = earlierModel == null && chunk.model().holds() ? chunk.model().copy(data) : earlierModel;
        return id != earlierId
                || model != earlierModel
                || earlierId != null && !chunk.id().equals(data, earlierId)
                || earlierModel != null && !chunk.model().equals(data, earlierModel);
    }
}
