@NullMarked
package dev.gapura.failure;

import org.jspecify.annotations.NullMarked;
