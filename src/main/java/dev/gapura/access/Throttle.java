package dev.gapura.access;

import dev.gapura.config.Cidr;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Sql;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Slows down whoever guesses: after some failures each further try of an account or from an address waits, twice as
/// long each time. Tries are counted before they are looked at, in the database, so that neither many at once nor many
/// gateways get more of them. Stateless.
final class Throttle {
    /// After this time without a failure all is forgotten.
    private static final long FORGET_MILLIS = TimeUnit.HOURS.toMillis(1);

    /// Who tries.
    ///
    /// @param subject key in the table
    /// @param free failures that cost nothing
    /// @param longest longest wait: short for an account, whose owner must not be locked out by others
    record Guest(String subject, int free, Duration longest) {
        static Guest account(String email) {
            return new Guest(
                    "account:" + HexFormat.of().formatHex(KeyHash.of(Names.normal(email)), 0, 16),
                    5,
                    Duration.ofMinutes(1));
        }

        static Guest address(String address) {
            return new Guest("address:" + network(address), 20, Duration.ofMinutes(15));
        }

        /// One customer has a whole /64 of IPv6.
        private static String network(String address) {
            InetAddress parsed = Cidr.address(address);
            return parsed instanceof Inet6Address ? HexFormat.of().formatHex(parsed.getAddress(), 0, 8) : address;
        }

        private long delayMillis(long failures) {
            long doubled = 1_000L << Math.clamp(failures - free, 0, 20);
            return failures < free ? 0 : Math.min(doubled, longest.toMillis());
        }
    }

    private record Tries(long failures, long lastMillis) {}

    private Throttle() {}

    /// Counts a try.
    ///
    /// @throws GatewayException 429 where it comes too early; then it is not counted
    static void begin(Sql sql, List<Guest> guests, long nowMillis) throws SQLException {
        for (Guest guest : guests) {
            Tries tries = sql.first(
                    "SELECT failures, last_ms FROM login_failure WHERE subject = ? AND last_ms > ?",
                    row -> new Tries(row.getLong(1), row.getLong(2)),
                    guest.subject(),
                    nowMillis - FORGET_MILLIS);
            long wait = tries == null ? 0 : tries.lastMillis() + guest.delayMillis(tries.failures()) - nowMillis;
            if (wait > 0) {
                throw new GatewayException(
                        Failure.of(FailureKind.RATE_LIMITED, "Too many logins failed. Wait before you try again.")
                                .withCode("login_throttled")
                                .withRetryAfter(Duration.ofMillis(wait))
                                .withRetryable(false));
            }
        }
        sql.update("DELETE FROM login_failure WHERE last_ms <= ?", nowMillis - FORGET_MILLIS);
        for (Guest guest : guests) {
            sql.update(
                    "INSERT INTO login_failure (subject, failures, last_ms) VALUES (?, 1, ?) ON CONFLICT (subject)"
                            + " DO UPDATE SET failures = login_failure.failures + 1, last_ms = excluded.last_ms",
                    guest.subject(),
                    nowMillis);
        }
    }

    /// The try was right: the account's failures are forgotten, the address gets this one back.
    static void succeeded(Sql sql, List<Guest> guests) throws SQLException {
        for (Guest guest : guests) {
            if (guest.subject().startsWith("account:")) {
                sql.update("DELETE FROM login_failure WHERE subject = ?", guest.subject());
            } else {
                sql.update(
                        "UPDATE login_failure SET failures = failures - 1 WHERE subject = ? AND failures > 0",
                        guest.subject());
            }
        }
    }
}
