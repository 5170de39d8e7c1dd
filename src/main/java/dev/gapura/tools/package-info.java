@NullMarked
package dev.gapura.tools;

import org.jspecify.annotations.NullMarked;
