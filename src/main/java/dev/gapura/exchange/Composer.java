package dev.gapura.exchange;

import dev.gapura.chat.Message;
import java.util.List;

/// Writes what the turns of an exchange after the first are asked: the conversation that the client sent, and what was
/// said since. One instance an exchange, on its event loop.
@FunctionalInterface
interface Composer {
    /// The next model call. A tool that the client forced was called in the first turn, so the model is free
    /// from then on.
    ///
    /// @param said every message since the client's last, of roles assistant and tool
    Sequel.Next.Call compose(List<Message> said);
}
