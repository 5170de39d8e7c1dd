/**
 * Clients that call the gateway as it is today. `parts` gives what to copy: pairs of a title and a text, made of the base
 * address (which ends in /v1), the key and the model.
 */
export const CLIENTS = [
  { id: 'python', name: 'Python (openai)', group: 'SDKs', parts: ({ base, key, model }) => [['Install', 'pip install openai'], ['Call', `from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="${key}")

answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`]] },
  { id: 'javascript', name: 'JavaScript (openai)', group: 'SDKs', parts: ({ base, key, model }) => [['Install', 'npm install openai'], ['Call', `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${base}', apiKey: '${key}' });

const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`]] },
  { id: 'java', name: 'Java (openai-java)', group: 'SDKs', parts: ({ base, key, model }) => [['Call', `import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

OpenAIClient client = OpenAIOkHttpClient.builder()
        .baseUrl("${base}")
        .apiKey("${key}")
        .build();

ChatCompletion answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
        .model("${model}")
        .addUserMessage("Hello")
        .build());
System.out.println(answer.choices().get(0).message().content().orElse(""));`]] },
  { id: 'go', name: 'Go (openai-go)', group: 'SDKs', parts: ({ base, key, model }) => [['Call', `package main

import (
	"context"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(option.WithBaseURL("${base}"), option.WithAPIKey("${key}"))
	answer, err := client.Chat.Completions.New(context.TODO(), openai.ChatCompletionNewParams{
		Model:    "${model}",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
}`]] },
  { id: 'langchain', name: 'LangChain (Python)', group: 'Frameworks', parts: ({ base, key, model }) => [['Install', 'pip install langchain-openai'], ['Call', `from langchain_openai import ChatOpenAI

model = ChatOpenAI(model="${model}", base_url="${base}", api_key="${key}")
print(model.invoke("Hello").content)`]] },
  { id: 'langchain-js', name: 'LangChain (JavaScript)', group: 'Frameworks', parts: ({ base, key, model }) => [['Install', 'npm install @langchain/openai'], ['Call', `import { ChatOpenAI } from '@langchain/openai';

const model = new ChatOpenAI({
  model: '${model}',
  apiKey: '${key}',
  configuration: { baseURL: '${base}' },
});
console.log((await model.invoke('Hello')).content);`]] },
  { id: 'langchain4j', name: 'LangChain4j', group: 'Frameworks', parts: ({ base, key, model }) => [['Call', `import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;

ChatModel model = OpenAiChatModel.builder()
        .baseUrl("${base}")
        .apiKey("${key}")
        .modelName("${model}")
        .build();
System.out.println(model.chat("Hello"));`]] },
  { id: 'spring-ai', name: 'Spring AI', group: 'Frameworks', note: 'Spring AI 1.x adds /v1 to the base address by itself.', parts: ({ base, key, model }) => [['application.properties', `spring.ai.openai.base-url=${base.replace(/\/v1$/, '')}
spring.ai.openai.api-key=${key}
spring.ai.openai.chat.options.model=${model}`]] },
  { id: 'ai-sdk', name: 'AI SDK (ai)', group: 'Frameworks', parts: ({ base, key, model }) => [['Install', 'npm install ai @ai-sdk/openai-compatible'], ['Call', `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';

const gapura = createOpenAICompatible({ name: 'gapura', baseURL: '${base}', apiKey: '${key}' });

const { text } = await generateText({ model: gapura('${model}'), prompt: 'Hello' });
console.log(text);`]] },
  { id: 'litellm', name: 'LiteLLM', group: 'Frameworks', note: 'The prefix openai/ tells LiteLLM to speak Chat Completions; what follows is the model here.', parts: ({ base, key, model }) => [['Install', 'pip install litellm'], ['Call', `import litellm

answer = litellm.completion(
    model="openai/${model}",
    api_base="${base}",
    api_key="${key}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`]] },
  { id: 'continue', name: 'Continue', group: 'Applications', parts: ({ base, key, model }) => [['config.yaml', `name: Gapura
version: 1.0.0
schema: v1
models:
  - name: ${model}
    provider: openai
    model: ${model}
    apiBase: ${base}
    apiKey: ${key}
    roles: [chat, edit]`]] },
  { id: 'cursor', name: 'Cursor', group: 'Applications', note: 'Settings, Models, API Keys: switch on “OpenAI API Key” and “Override OpenAI Base URL”, then add the model by its name. Cursor calls from its own servers, so the address must be one that the internet reaches.', parts: ({ base, key, model }) => [['OpenAI API Key', key], ['Override OpenAI Base URL', base], ['Model name', model]] },
  { id: 'open-webui', name: 'Open WebUI', group: 'Applications', note: 'In a container, localhost is the container: use a name or address of this machine that it reaches.', parts: ({ base, key }) => [['Start', `docker run -d -p 3000:8080 \\
  -e OPENAI_API_BASE_URL="${base}" \\
  -e OPENAI_API_KEY="${key}" \\
  -v open-webui:/app/backend/data \\
  ghcr.io/open-webui/open-webui:main`]] },
  { id: 'curl', name: 'curl', group: 'Shell', parts: ({ base, key, model }) => [['Ask', `curl ${base}/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`], ['Stream', `curl -N ${base}/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'`], ['List models', `curl ${base}/models -H "Authorization: Bearer ${key}"`]] },
  { id: 'environment', name: 'Environment variables', group: 'Shell', note: 'OpenAI’s SDKs, and many programs that are made with them, read these.', parts: ({ base, key }) => [['POSIX shells', `export OPENAI_BASE_URL="${base}"
export OPENAI_API_KEY="${key}"`], ['PowerShell', `$env:OPENAI_BASE_URL = "${base}"
$env:OPENAI_API_KEY = "${key}"`]] },
];
