package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.pricing.Cost;
import dev.gapura.pricing.Price;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Spliced;
import org.jspecify.annotations.Nullable;

/// What a request may use at most, estimated before it is sent. Immutable.
///
/// @param promptTokens of one call, estimated
/// @param answerTokens most tokens of one call's answers together
/// @param answers that one call gives
/// @param calls that are made at once
/// @param limited whether the caller limits the answer
/// @param bounded whether what is sent, or the model, limits it
/// @param price rates, null where they are not known
record Demand(
        long promptTokens,
        long answerTokens,
        long answers,
        int calls,
        boolean limited,
        boolean bounded,
        @Nullable Price price) {
    /// Longest answer where neither the request nor anybody else says.
    static final long UNKNOWN_ANSWER = 16_384;
    /// What an answer is taken for in limits of tokens where the request does not limit it; put right at
    /// its end.
    static final long USUAL_ANSWER = 1_024;
    /// Whatever a request says, no answer is longer, and nothing that is made of this many overflows.
    static final long LONGEST_ANSWER = 10_000_000;

    /// Parses the body and counts its words: not for long bodies on an event loop.
    static Demand of(Decision.Terms terms, Spliced body) {
        byte[] bytes = body.toBytes();
        JsonNode sent = JsonTree.read(bytes, 0, bytes.length);
        int calls = Math.max(1, terms.calls());
        long answers = Math.ceilDiv(Math.max(1, terms.choices()), calls);
        long limit =
                Math.min(TokenEstimate.limit(sent, terms.target().provider().dialect()), LONGEST_ANSWER);
        long longest = terms.model().longestAnswer(terms.target().provider().dialect());
        long most = limit > 0 ? limit : longest > 0 ? Math.min(longest, LONGEST_ANSWER) : UNKNOWN_ANSWER;
        return new Demand(
                TokenEstimate.prompt(sent),
                most * answers,
                answers,
                calls,
                terms.limited(),
                limit > 0 || longest > 0,
                terms.model().priceAt(terms.decidedAt(), JsonTree.string(sent, "service_tier")));
    }

    /// The same for one of the calls.
    Demand ofOneCall() {
        return new Demand(promptTokens, answerTokens, answers, 1, limited, bounded, price);
    }

    /// The most that it can cost, in nanodollars; [Cost#UNKNOWN] where no price is known.
    long mostNanoUsd() {
        return Cost.most(promptTokens, answerTokens, calls, price);
    }

    /// What an answer of so many tokens costs.
    long nanoUsdOf(long tokens) {
        return Cost.most(promptTokens, tokens, calls, price);
    }

    /// Tokens for limits of tokens.
    long tokens() {
        return calls * (promptTokens + (limited ? answerTokens : Math.min(answerTokens, USUAL_ANSWER)));
    }
}
