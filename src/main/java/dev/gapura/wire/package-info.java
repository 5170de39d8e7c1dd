@NullMarked
package dev.gapura.wire;

import org.jspecify.annotations.NullMarked;
