/// Anthropic's Messages API (<https://docs.anthropic.com/en/api/messages>): requests written and read,
/// answers and streams read. Facts and their sources: `anthropics/anthropic-sdk-python`
/// `src/anthropic/types/`.
@NullMarked
package dev.gapura.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
