/// Requests that carry an `Idempotency-Key`: the provider is called once for them, and their answer given again.
@NullMarked
package dev.gapura.idempotency;

import org.jspecify.annotations.NullMarked;
