@NullMarked
package dev.gapura.route;

import org.jspecify.annotations.NullMarked;
