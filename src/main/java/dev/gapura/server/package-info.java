@NullMarked
package dev.gapura.server;

import org.jspecify.annotations.NullMarked;
