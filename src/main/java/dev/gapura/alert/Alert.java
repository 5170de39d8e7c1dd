package dev.gapura.alert;

import dev.gapura.budget.Purse;
import dev.gapura.limit.Scope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A threshold of a budget that was reached. Immutable.
///
/// @param purse whose budget, in which day or month
/// @param percent the threshold
/// @param id under which its receiver knows it
/// @param limitNanoUsd the budget, and
/// @param spentNanoUsd what was spent of it for good, when it was reached
/// @param reachedMillis when
/// @param attempts times that it was sent
/// @param nextMillis when it is sent next
/// @param triedMillis when it was sent last, null: never
/// @param outcome what that came to, null: not known
public record Alert(
        Purse purse,
        int percent,
        String id,
        long limitNanoUsd,
        long spentNanoUsd,
        long reachedMillis,
        State state,
        int attempts,
        long nextMillis,
        @Nullable Long triedMillis,
        @Nullable String outcome) {

    /// Whose budget it is.
    public Scope scope() {
        return purse.scope();
    }

    /// For what time the budget is: `day`, `month` or `total`.
    public String span() {
        return purse.span().text();
    }

    /// What became of it.
    public enum State {
        /// It is to be sent.
        WAITING,
        /// Its receiver took it.
        DELIVERED,
        /// Its receiver did not take it for a day.
        FAILED,
        /// A higher threshold was reached at the same time, and told of.
        SKIPPED;

        /// Word in the database and in answers.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
