package dev.gapura.dialect;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import java.util.function.Consumer;

/// A provider's own language, as the gateway speaks it: requests written, answers read. One implementation a
/// dialect, stateless; any thread. What it is called by and with is the same for all, so that a new dialect
/// is a package and one line where they are wired.
public interface Dialect {
    /// Writes the request for one model call. What cannot be kept is reported to the judge, which may refuse
    /// it.
    ///
    /// @param request for the upstream model; `stream` says how the provider shall answer; settings are those
    ///     that passed the provider's rules
    /// @param model what this model accepts
    /// @param judge gives and keeps the verdicts
    /// @throws GatewayException (400) where something cannot be left out and cannot be said in this language
    UpstreamCall write(ChatRequest request, ModelProfile model, Judge judge);

    /// A reader for one streamed answer.
    StreamReader stream(Question question);

    /// Reads one plain answer that came with status 200: the same events that its stream would have brought.
    /// Always ends with [ChatEvent.Ended], [ChatEvent.Paused] or [ChatEvent.Failed].
    ///
    /// @param body may be anything at all
    /// @param length how many bytes of it count
    void answer(Question question, byte[] body, int length, Consumer<ChatEvent> events);

    /// Whether the provider is handed the address in a part and fetches it itself. Where it is not, the gateway
    /// fetches the address and gives [#write] the bytes instead. What the model could not see anyway passes:
    /// nothing is fetched for it, and [#write] says so.
    ///
    /// @param part a part whose media is a [dev.gapura.chat.Media.Url], of a message or inside the result of a
    ///     tool; nothing else is asked about
    /// @param provider who would fetch
    /// @param model what this model accepts
    default boolean passesUrl(Part part, Provider provider, ModelProfile model) {
        return true;
    }

    /// Whether the provider may pause its answer to this request ([ChatEvent.Paused]), so that whoever calls it
    /// keeps the request until the answer is over.
    default boolean mayPause(ChatRequest request) {
        return false;
    }

    /// Whether the answer to this request may fail by chance ([ChatEvent.Failed#again]), so that whoever calls
    /// the provider keeps the request until something of the answer is there.
    default boolean mayMisspeak(ChatRequest request) {
        return false;
    }

    /// Media type of a stream, in lower case.
    default String streamType() {
        return "text/event-stream";
    }
}
