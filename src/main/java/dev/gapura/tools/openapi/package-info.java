@NullMarked
package dev.gapura.tools.openapi;

import org.jspecify.annotations.NullMarked;
