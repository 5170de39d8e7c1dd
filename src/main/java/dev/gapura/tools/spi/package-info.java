/// What a plug-in is written against: nothing but the Java library is needed beside it. Its types change only with a
/// major version.
@NullMarked
package dev.gapura.tools.spi;

import org.jspecify.annotations.NullMarked;
