/// What all dialects share: the interface they implement, and readers of what is the same everywhere. Each wire format
/// is a package below this one; they never import each other.
@NullMarked
package dev.gapura.dialect;

import org.jspecify.annotations.NullMarked;
