/// Mistral's chat completions (<https://docs.mistral.ai/api/>): close to OpenAI's, but closed (unknown
/// members are refused), with content in chunks, thinking among them, and ids of its own. Facts and their
/// sources: `mistralai/client-python` `docs/models/` and recorded traffic.
@NullMarked
package dev.gapura.dialect.mistral;

import org.jspecify.annotations.NullMarked;
