package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/// What reading and routing a request gave.
public sealed interface Draft {
    /// Everything that is known of the conversation is at hand.
    sealed interface Ready extends Draft {}

    /// Nothing more is needed.
    record Decided(Decision decision) implements Ready {}

    /// The provider cannot fetch the addresses of media in this request by itself.
    ///
    /// @param passes whether the provider can be given the address in a part
    /// @param then decides about the request with the bytes in their place; pure, any thread
    record Fetching(ChatRequest request, Predicate<Part> passes, Function<ChatRequest, Decision> then)
            implements Ready {}

    /// The conversation goes on with turns that are read from the database.
    ///
    /// @param turns completes on any thread; fails with the refusal
    /// @param then goes on with them; pure, any thread
    record Recalling(CompletableFuture<Map<String, byte[]>> turns, Function<Map<String, byte[]>, Ready> then)
            implements Draft {}
}
