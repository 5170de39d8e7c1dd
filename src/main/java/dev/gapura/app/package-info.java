@NullMarked
package dev.gapura.app;

import org.jspecify.annotations.NullMarked;
