/// Rates: how many requests and tokens may pass in a minute and a day, and how many requests at a time.
@NullMarked
package dev.gapura.limit;

import org.jspecify.annotations.NullMarked;
