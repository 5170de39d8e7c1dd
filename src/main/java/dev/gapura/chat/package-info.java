@NullMarked
package dev.gapura.chat;

import org.jspecify.annotations.NullMarked;
