@NullMarked
package dev.gapura.exchange;

import org.jspecify.annotations.NullMarked;
