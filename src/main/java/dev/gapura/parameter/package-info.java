@NullMarked
package dev.gapura.parameter;

import org.jspecify.annotations.NullMarked;
