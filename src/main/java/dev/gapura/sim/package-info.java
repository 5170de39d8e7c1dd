/// The simulator: an upstream provider inside the process, reached over real HTTP on loopback.
@NullMarked
package dev.gapura.sim;

import org.jspecify.annotations.NullMarked;
