@NullMarked
package dev.gapura.tools.mcp;

import org.jspecify.annotations.NullMarked;
