@NullMarked
package dev.gapura.access;

import org.jspecify.annotations.NullMarked;
