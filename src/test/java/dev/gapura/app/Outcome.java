package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.ChatAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client must read of a provider's answer.
sealed interface Outcome {
    /// A stream that goes on to its end.
    ///
    /// @param chunks data of every event but `[DONE]`, changed as the contract says
    /// @param bytes what must arrive byte for byte; null where an event had to be changed
    /// @param said the provider's stream as it came, folded
    record Stream(List<JsonNode> chunks, byte @Nullable [] bytes, ChatAnswer said) implements Outcome {}

    /// One JSON document.
    ///
    /// @param bytes what must arrive byte for byte; null where usage had to be changed
    record Document(JsonNode answer, byte @Nullable [] bytes, ChatAnswer said) implements Outcome {}

    /// A stream that breaks off after it began: the chunks before, then one error event and no `[DONE]`. Where
    /// all of it arrived at once, nothing has reached the client yet, and the failure is a status instead.
    ///
    /// @param status that status; 0: what the provider's words mean
    record Broken(List<JsonNode> chunks, int status, Report report) implements Outcome {}

    /// A status and the error object of the contract.
    ///
    /// @param status 0: what the provider's words mean
    record Failed(int status, Report report) implements Outcome {}

    /// A request that the gateway refuses itself, without calling anyone.
    ///
    /// @param param the field it names
    record Refused(String param) implements Outcome {}

    /// What is said about a failure.
    ///
    /// @param words the provider's own, which must survive but for secrets
    /// @param code expected code, null: any
    record Report(String words, @Nullable String code) {}
}
