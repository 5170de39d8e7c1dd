/// Credentials that expire: where they come from, how long they are kept, and signatures made with them.
@NullMarked
package dev.gapura.credential;

import org.jspecify.annotations.NullMarked;
