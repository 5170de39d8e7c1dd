package dev.gapura.exchange;

import dev.gapura.budget.Claim;
import dev.gapura.budget.Reserved;
import dev.gapura.budget.Till;
import dev.gapura.limit.RateHeaders;
import dev.gapura.limit.Rates;
import dev.gapura.limit.Standing;
import dev.gapura.pricing.Cost;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What an exchange was let in with, where limits apply to it: what it draws on rates and what is reserved for it. Ends
/// once, whatever becomes of the exchange. Used on the event loop of the exchange.
public final class Pass {
    private final String id;
    private final Rates rates;
    private final Rates.@Nullable Grant grant;
    private final Standing standing;
    private final @Nullable Demand demand;
    private final Till till;
    private final List<Claim> claims;
    private final long longestAnswer;
    private long reserved;
    private boolean over;

    /// @param grant null where no rates apply
    /// @param claims none where no budget applies
    /// @param reserved nanodollars
    /// @param longestAnswer tokens that one answer has to be limited to; 0: as the request says
    Pass(
            String id,
            Rates rates,
            Rates.@Nullable Grant grant,
            Standing standing,
            @Nullable Demand demand,
            Till till,
            List<Claim> claims,
            long reserved,
            long longestAnswer) {
        this.id = id;
        this.rates = rates;
        this.grant = grant;
        this.standing = standing;
        this.demand = demand;
        this.till = till;
        this.claims = claims;
        this.reserved = reserved;
        this.longestAnswer = longestAnswer;
    }

    /// Tokens that one answer has to be limited to, because the budget buys no more or nobody knows how
    /// long it may get; 0: as the request says.
    public long longestAnswer() {
        return longestAnswer;
    }

    /// Headers that tell the caller where it stands.
    public Map<String, String> headers() {
        return RateHeaders.of(standing);
    }

    /// Whether money is reserved.
    boolean reserves() {
        return !claims.isEmpty();
    }

    /// Nanodollars that are reserved now.
    long reserved() {
        return reserved;
    }

    /// Estimated tokens of the prompt of one call; 0 where that was not needed.
    long promptTokens() {
        return demand == null ? 0 : demand.promptTokens();
    }

    /// Nanodollars that were reserved for one call of those made at once.
    long reservedACall() {
        return demand == null ? 0 : reserved / demand.calls();
    }

    /// Changes what is reserved.
    CompletableFuture<Reserved> extend(long change) {
        return till.extend(id, claims, change);
    }

    void extended(long change) {
        reserved += change;
    }

    /// No call was made.
    public void release() {
        if (!over) {
            over = true;
            if (grant != null) {
                rates.end(grant, 0);
            }
            if (reserves()) {
                till.release(id);
            }
        }
    }

    /// The exchange is over, and its record handed to the ledger.
    ///
    /// @param tokens of prompts and answers
    /// @param nanoUsd what it cost, as the ledger has it; [Cost#UNKNOWN] only where nothing is reserved
    void end(long tokens, long nanoUsd) {
        if (!over) {
            over = true;
            if (grant != null) {
                rates.end(grant, tokens);
            }
            if (reserves()) {
                till.settle(id, nanoUsd == Cost.UNKNOWN ? reserved : nanoUsd);
            }
        }
    }
}
