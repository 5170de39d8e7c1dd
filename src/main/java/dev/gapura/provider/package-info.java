@NullMarked
package dev.gapura.provider;

import org.jspecify.annotations.NullMarked;
