@NullMarked
package dev.gapura.server.edge;

import org.jspecify.annotations.NullMarked;
