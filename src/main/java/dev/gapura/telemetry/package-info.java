@NullMarked
package dev.gapura.telemetry;

import org.jspecify.annotations.NullMarked;
