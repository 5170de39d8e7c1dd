/// The catalogue of models: limits, abilities and prices; and what a usage costs.
@NullMarked
package dev.gapura.pricing;

import org.jspecify.annotations.NullMarked;
