@NullMarked
package dev.gapura.upstream;

import org.jspecify.annotations.NullMarked;
