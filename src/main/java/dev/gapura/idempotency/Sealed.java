package dev.gapura.idempotency;

import dev.gapura.store.SealException;
import dev.gapura.store.Sealer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers as the database has them: sealed, for the row of their key alone. Any thread; milliseconds for a long one.
final class Sealed {
    private static final Logger LOG = LoggerFactory.getLogger(Sealed.class);

    private static final String PURPOSE = "idempotent-answer";
    /// Stands for an answer that is not there.
    private static final KeptAnswer LOST = new KeptAnswer(200, "", java.util.Map.of(), null, "", null);

    private final Sealer sealer;

    Sealed(Sealer sealer) {
        this.sealer = sealer;
    }

    /// @return null where the answer is too long to be kept
    @Nullable
    String seal(String id, KeptAnswer answer) {
        return answer.packed() == null ? null : sealer.seal(PURPOSE, id, answer.encoded());
    }

    /// @param text as [#seal] gave it
    Flight.Landing open(String id, @Nullable String text) {
        if (text == null) {
            return new Flight.Landing.Answered(LOST);
        }
        try {
            return new Flight.Landing.Answered(KeptAnswer.decoded(sealer.openBytes(PURPOSE, id, text)));
        } catch (SealException unreadable) {
            LOG.warn("an answer that was kept for its Idempotency-Key is lost: {}", unreadable.getMessage());
            return new Flight.Landing.Answered(LOST);
        }
    }
}
