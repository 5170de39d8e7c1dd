import { aiSdk, curl, javascript, php, python, ruby } from './scripts.js';
import { csharp, openaiGo, openaiJava } from './compiled.js';
import { langchain4j, springAi } from './frameworks.js';

/**
 * Every way to write a request. `write({ baseUrl, key, body, stream, headers })` gives a whole program: `key` null
 * stands for the variable GAPURA_KEY, `stream` for whether the answer is read as it comes, `headers` for those of our own.
 */
export const SAMPLES = [
  { id: 'curl', label: 'cURL', language: 'shell', install: null, write: curl },
  { id: 'python', label: 'Python · openai', language: 'python', install: 'pip install openai', write: python },
  { id: 'javascript', label: 'JavaScript · openai', language: 'javascript', install: 'npm install openai', write: javascript },
  { id: 'ai', label: 'JavaScript · AI SDK', language: 'javascript', install: 'npm install ai @ai-sdk/openai-compatible', write: aiSdk },
  { id: 'java', label: 'Java · openai-java', language: 'java', install: 'com.openai:openai-java', write: openaiJava },
  { id: 'langchain4j', label: 'Java · LangChain4j', language: 'java', install: 'dev.langchain4j:langchain4j-open-ai', write: langchain4j },
  { id: 'spring-ai', label: 'Java · Spring AI', language: 'java', install: 'org.springframework.ai:spring-ai-openai', write: springAi },
  { id: 'go', label: 'Go · openai-go', language: 'go', install: 'go get github.com/openai/openai-go/v3', write: openaiGo },
  { id: 'csharp', label: 'C# · OpenAI', language: 'csharp', install: 'dotnet add package OpenAI', write: csharp },
  { id: 'ruby', label: 'Ruby · openai', language: 'ruby', install: 'gem install openai', write: ruby },
  { id: 'php', label: 'PHP · openai-php', language: 'php', install: 'composer require openai-php/client guzzlehttp/guzzle', write: php },
];
