/// Cohere's Chat, version 2 (<https://docs.cohere.com/reference/chat>): plans and thinking before calls,
/// citations over the text, events of its own. Facts and their sources: `cohere-ai/cohere-python`
/// `src/cohere/v2/` and recorded traffic.
@NullMarked
package dev.gapura.dialect.cohere;

import org.jspecify.annotations.NullMarked;
