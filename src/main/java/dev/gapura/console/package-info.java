/// The pages that people see: the reference page at `/`, which is a document made of the parameter table, and
/// the console at `/console`, whose modules ask the public admin API.
@NullMarked
package dev.gapura.console;

import org.jspecify.annotations.NullMarked;
