@NullMarked
package dev.gapura.dialect.openai;

import org.jspecify.annotations.NullMarked;
