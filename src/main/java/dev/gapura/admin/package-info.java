@NullMarked
package dev.gapura.admin;

import org.jspecify.annotations.NullMarked;
