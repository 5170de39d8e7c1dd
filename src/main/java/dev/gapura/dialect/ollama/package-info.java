/// Ollama's own chat (<https://docs.ollama.com/api/chat>): one JSON object, or one a line (NDJSON), with arguments
/// of calls as objects, sampling under `options`, and thinking beside the text. Facts and their sources:
/// `ollama/ollama` `docs/openapi.yaml`, `api/types.go`, `server/routes.go`, and recorded traffic.
@NullMarked
package dev.gapura.dialect.ollama;

import org.jspecify.annotations.NullMarked;
