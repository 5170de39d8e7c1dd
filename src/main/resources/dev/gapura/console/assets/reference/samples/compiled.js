import { camel, apiUrl, builderParts, onlyTexts, ownHeaders, withoutStream } from './request.js';
import { csJson, csString, goJson, goString, javaJson, javaString } from './literals.js';

const NUMBERS = { temperature: 'number', top_p: 'number', presence_penalty: 'number', frequency_penalty: 'number' };
const FLAGS = { logprobs: 'flag', parallel_tool_calls: 'flag', store: 'flag' };
const INTEGERS = ['max_tokens', 'max_completion_tokens', 'n', 'seed', 'top_logprobs'];
const integers = (kind, names = INTEGERS) => Object.fromEntries(names.map((name) => [name, kind]));

const OPENAI_JAVA = { ...NUMBERS, ...FLAGS, ...integers('long'), user: 'text' };
const OPENAI_GO = OPENAI_JAVA;

/** A number of Java's double. */
const double = (value) => (Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : JSON.stringify(value).replace('e+', 'e'));

const javaScalar = { number: double, long: (value) => `${value}L`, int: String, flag: String, text: javaString, texts: (value) => `List.of(${value.map(javaString).join(', ')})` };

const javaKey = (key) => (key ? javaString(key) : 'System.getenv("GAPURA_KEY")');

const ROLE_METHODS = { system: 'addSystemMessage', developer: 'addDeveloperMessage', user: 'addUserMessage', assistant: 'addAssistantMessage' };

/** A value of a member that a builder has no method for. */
const additional = (value) => (value !== null && typeof value === 'object' ? `json(${javaJson(value, ' '.repeat(24))})` : `JsonValue.from(${scalar(value)})`);

const scalar = (value) => (typeof value === 'string' ? javaString(value) : typeof value === 'number' ? (Number.isInteger(value) ? `${JSON.stringify(value)}${Math.abs(value) > 0x7fffffff ? 'L' : ''}` : double(value)) : String(value));

/** Java with OpenAI's own library. */
export function openaiJava({ baseUrl, key, body, stream, headers }) {
  const { model, messages, ...rest } = withoutStream(body);
  const { typed, others } = builderParts(rest, OPENAI_JAVA);
  const texts = onlyTexts(messages, Object.keys(ROLE_METHODS));
  const lines = [`.model(${javaString(String(model))})`,
    ...(texts ? messages.map((message) => `.${ROLE_METHODS[message.role]}(${javaString(message.content)})`) : [`.messages(json(${javaJson(messages ?? [], ' '.repeat(24))}))`]),
    ...typed.map(([name, kind, value]) => `.${camel(name)}(${javaScalar[kind](value)})`),
    ...Object.entries(others).map(([name, value]) => `.putAdditionalBodyProperty(${javaString(name)}, ${additional(value)})`),
    ...ownHeaders(headers).map(([name, value]) => `.putAdditionalHeader(${javaString(name)}, ${javaString(value)})`),
    '.build();'];
  const parses = !texts || Object.values(others).some((value) => value !== null && typeof value === 'object');
  const imports = ['com.openai.client.OpenAIClient', 'com.openai.client.okhttp.OpenAIOkHttpClient',
    ...(parses || Object.keys(others).length ? ['com.openai.core.JsonValue'] : []), ...(parses ? ['com.openai.core.ObjectMappers'] : []),
    ...(stream ? ['com.openai.core.http.StreamResponse', 'com.openai.models.chat.completions.ChatCompletionChunk'] : []),
    'com.openai.models.chat.completions.ChatCompletionCreateParams'].sort();
  const answer = stream
    ? `        try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(request)) {
            chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(System.out::print));
        }`
    : `        client.chat().completions().create(request).choices()
                .forEach(choice -> System.out.println(choice.message()${body.tools ? '' : '.content().orElse("")'}));`;
  return `${imports.map((name) => `import ${name};\n`).join('')}
public class Sample {
    public static void main(String[] args)${parses ? ' throws Exception' : ''} {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(${javaString(apiUrl(baseUrl))})
                .apiKey(${javaKey(key)})
                .build();
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder()
${lines.map((line) => `                ${line}`).join('\n')}
${answer}
    }
${parses ? `
    static JsonValue json(String text) throws Exception {
        return ObjectMappers.jsonMapper().readValue(text, JsonValue.class);
    }
` : ''}}
`;
}

const GO_NAMES = { n: 'N', top_p: 'TopP' };
const goName = (name) => GO_NAMES[name] ?? camel(`_${name}`);
const goScalar = { number: (value) => `openai.Float(${JSON.stringify(value)})`, long: (value) => `openai.Int(${value})`, flag: (value) => `openai.Bool(${value})`, text: (value) => `openai.String(${goString(value)})` };
const GO_ROLES = { system: 'SystemMessage', developer: 'DeveloperMessage', user: 'UserMessage', assistant: 'AssistantMessage' };

/** Go with OpenAI's own library. */
export function openaiGo({ baseUrl, key, body, stream, headers }) {
  const plain = withoutStream(body);
  const { model, messages, ...rest } = plain;
  const { typed, others } = builderParts(rest, OPENAI_GO);
  const named = onlyTexts(messages, Object.keys(GO_ROLES)) && Object.keys(others).every((name) => /^[A-Za-z_][\w-]*$/.test(name));
  const options = ownHeaders(headers).map(([name, value]) => `option.WithHeader(${goString(name)}, ${goString(value)})`);
  if (named) options.push(...Object.entries(others).map(([name, value]) => `option.WithJSONSet(${goString(name)}, json.RawMessage(${goJson(value)}))`));
  const raw = !named || Object.keys(others).length > 0;
  const imports = [`"context"`, ...(raw ? ['"encoding/json"'] : []), '"fmt"', ...(key ? [] : ['"os"'])].join('\n\t');
  // gofmt aligns the values of lines that follow each other.
  const widest = Math.max(0, ...typed.map(([name]) => goName(name).length + 1));
  const params = named
    ? `openai.ChatCompletionNewParams{
\t\tModel: ${goString(String(model))},
\t\tMessages: []openai.ChatCompletionMessageParamUnion{
${messages.map((message) => `\t\t\topenai.${GO_ROLES[message.role]}(${goString(message.content)}),\n`).join('')}\t\t},
${typed.map(([name, kind, value]) => `\t\t${`${goName(name)}:`.padEnd(widest)} ${goScalar[kind](value)},\n`).join('')}\t}`
    : `param.Override[openai.ChatCompletionNewParams](json.RawMessage(${goJson(plain)}))`;
  const more = options.length ? `,\n${options.map((option) => `\t\t${option},\n`).join('')}\t` : '';
  const answer = stream
    ? `\tstream := client.Chat.Completions.NewStreaming(context.Background(), request${more})
\tfor stream.Next() {
\t\tfor _, choice := range stream.Current().Choices {
\t\t\tfmt.Print(choice.Delta.Content)
\t\t}
\t}
\tif err := stream.Err(); err != nil {
\t\tpanic(err)
\t}
\tfmt.Println()`
    : `\tcompletion, err := client.Chat.Completions.New(context.Background(), request${more})
\tif err != nil {
\t\tpanic(err)
\t}
\tfmt.Println(completion.Choices[0].Message${body.tools ? '.RawJSON()' : '.Content'})`;
  return `package main

import (
\t${imports}

\t"github.com/openai/openai-go/v3"
\t"github.com/openai/openai-go/v3/option"
${named ? '' : '\t"github.com/openai/openai-go/v3/packages/param"\n'})

func main() {
\tclient := openai.NewClient(
\t\toption.WithBaseURL(${goString(apiUrl(baseUrl))}),
\t\toption.WithAPIKey(${key ? goString(key) : 'os.Getenv("GAPURA_KEY")'}),
\t)
\trequest := ${params}
${answer}
}
`;
}

/** C# with OpenAI's own library, by the method that takes the body as it is. */
export function csharp({ baseUrl, key, body, stream, headers }) {
  const sent = stream ? { ...withoutStream(body), stream: true } : withoutStream(body);
  const lines = ownHeaders(headers).map(([name, value]) => `options.SetHeader(${csString(name)}, ${csString(value)});\n`).join('');
  return `using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

ChatClient client = new(
    model: ${csString(String(body.model))},
    credential: new ApiKeyCredential(${key ? csString(key) : 'Environment.GetEnvironmentVariable("GAPURA_KEY")!'}),
    options: new OpenAIClientOptions { Endpoint = new Uri(${csString(apiUrl(baseUrl))}) });

RequestOptions options = new()${stream ? ' { BufferResponse = false }' : ''};
${lines}BinaryContent request = BinaryContent.Create(BinaryData.FromString(${csJson(sent)}));
ClientResult result = await client.CompleteChatAsync(request, options);
${stream ? `using StreamReader lines = new(result.GetRawResponse().ContentStream!);
while (await lines.ReadLineAsync() is { } line)
{
    Console.WriteLine(line);
}` : 'Console.WriteLine(result.GetRawResponse().Content);'}
`;
}
