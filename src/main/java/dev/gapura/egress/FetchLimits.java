package dev.gapura.egress;

import java.time.Duration;

/// Bounds of fetching.
///
/// @param total from the wish to the last byte, redirects and waiting included
/// @param connect one try to connect, TLS included
/// @param bytes most that is read of one answer
/// @param redirects most that are followed
/// @param atOnce most fetches of the process at once
/// @param waiting most fetches that wait for their turn; more are refused at once
record FetchLimits(Duration total, Duration connect, int bytes, int redirects, int atOnce, int waiting) {
    /// Long enough for 20 MiB over a line of 16 Mbit/s; 20 MiB is what most providers take inline; 16 at once
    /// hold at most 320 MiB.
    static final FetchLimits DEFAULT =
            new FetchLimits(Duration.ofSeconds(10), Duration.ofSeconds(3), 20 << 20, 3, 16, 512);
}
