/// Google's Gemini (`generateContent`), on AI Studio and on Vertex AI: requests written and read, answers read.
@NullMarked
package dev.gapura.dialect.gemini;

import org.jspecify.annotations.NullMarked;
