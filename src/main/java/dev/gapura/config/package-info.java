@NullMarked
package dev.gapura.config;

import org.jspecify.annotations.NullMarked;
