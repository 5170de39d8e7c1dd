/// Tells people by webhook that budgets are used up, or nearly.
@NullMarked
package dev.gapura.alert;

import org.jspecify.annotations.NullMarked;
