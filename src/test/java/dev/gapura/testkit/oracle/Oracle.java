package dev.gapura.testkit.oracle;

import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.Recordings.Recording;
import java.util.List;

/// Reads a recorded answer of one provider's language in the plainest way, with nothing of the gateway's code: what a
/// client has to read of it through the gateway. Stateless.
public interface Oracle {
    /// What an answer of a good status says: one for each of its choices, or a single one that failed.
    List<AnswerSaid> said(Recording recording);
}
