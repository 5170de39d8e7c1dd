/// The one place from which the gateway itself fetches addresses that came from outside: what may be reached,
/// how it is fetched, and media put into requests in place of their addresses.
@NullMarked
package dev.gapura.egress;

import org.jspecify.annotations.NullMarked;
