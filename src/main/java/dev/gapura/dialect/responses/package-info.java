/// OpenAI's Responses API (<https://platform.openai.com/docs/api-reference/responses>), used without its memory:
/// requests written and read, answers and streams read. Facts and their sources: `openai/openai-openapi`
/// `CreateResponse`, `Response`, `ResponseStreamEvent`, and recorded traffic of OpenAI, Azure, xAI, OpenRouter and
/// DeepSeek.
@NullMarked
package dev.gapura.dialect.responses;

import org.jspecify.annotations.NullMarked;
