/// Money: what an exchange may cost is reserved before its first call, on disk, and settled once at its end.
@NullMarked
package dev.gapura.budget;

import org.jspecify.annotations.NullMarked;
