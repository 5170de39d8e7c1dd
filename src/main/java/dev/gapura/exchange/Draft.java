package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import java.util.function.Function;
import java.util.function.Predicate;

/// What reading and routing a request gave: a decision, or one that needs bytes which have to be fetched first.
public sealed interface Draft {
    /// Nothing more is needed.
    record Decided(Decision decision) implements Draft {}

    /// The provider cannot fetch the addresses of media in this request by itself.
    ///
    /// @param passes whether the provider can be given the address in a part
    /// @param then decides about the request with the bytes in their place; pure, any thread
    record Fetching(ChatRequest request, Predicate<Part> passes, Function<ChatRequest, Decision> then)
            implements Draft {}
}
