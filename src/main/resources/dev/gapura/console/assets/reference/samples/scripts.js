import { json, jsLiteral, jsString, phpLiteral, phpString, pyLiteral, pyString, rubyLiteral, rubyString, shellString } from './literals.js';
import { apiUrl, onlyTexts, ownHeaders, parted, withoutStream } from './request.js';

/** Members that the official Python and Ruby packages have parameters for; others are extra. */
const OPENAI_MEMBERS = ['messages', 'model', 'audio', 'frequency_penalty', 'function_call', 'functions', 'logit_bias', 'logprobs', 'max_completion_tokens', 'max_tokens',
  'metadata', 'modalities', 'n', 'parallel_tool_calls', 'prediction', 'presence_penalty', 'prompt_cache_key', 'reasoning_effort', 'response_format', 'safety_identifier', 'seed', 'service_tier',
  'stop', 'store', 'stream_options', 'temperature', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'user', 'verbosity', 'web_search_options'];

const object = (entries) => Object.fromEntries(entries);
const filled = (value) => Object.keys(value).length > 0;

/** cURL, for a POSIX shell. */
export function curl({ baseUrl, key, body, stream, headers }) {
  const authorization = key ? shellString(`Authorization: Bearer ${key}`) : '"Authorization: Bearer $GAPURA_KEY"';
  const more = Object.entries(headers ?? {}).map(([name, value]) => `  -H ${shellString(`${name}: ${value}`)} \\\n`).join('');
  return `curl ${stream ? '-N ' : ''}${shellString(`${apiUrl(baseUrl)}/chat/completions`)} \\
  -H ${authorization} \\
  -H 'Content-Type: application/json' \\
${more}  -d ${shellString(json(body))}
`;
}

/** Python with the package openai. */
export function python({ baseUrl, key, body, stream, headers }) {
  const { known, others } = parted(withoutStream(body), OPENAI_MEMBERS);
  const lines = Object.entries(known).map(([name, value]) => `    ${name}=${pyLiteral(value, '    ')},\n`);
  if (stream) lines.push('    stream=True,\n');
  const sent = ownHeaders(headers);
  if (sent.length) lines.push(`    extra_headers=${pyLiteral(object(sent), '    ')},\n`);
  if (filled(others)) lines.push(`    extra_body=${pyLiteral(others, '    ')},\n`);
  const head = `${key ? '' : 'import os\n\n'}from openai import OpenAI

client = OpenAI(
    base_url=${pyString(apiUrl(baseUrl))},
    api_key=${key ? pyString(key) : 'os.environ["GAPURA_KEY"]'},
)

`;
  return stream
    ? `${head}stream = client.chat.completions.create(
${lines.join('')})
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
print()
`
    : `${head}completion = client.chat.completions.create(
${lines.join('')})
print(completion.choices[0].message${body.tools ? '' : '.content'})
`;
}

/** JavaScript with the package openai. */
export function javascript({ baseUrl, key, body, stream, headers }) {
  const sent = ownHeaders(headers);
  const request = stream ? { ...withoutStream(body), stream: true } : withoutStream(body);
  const options = sent.length ? `, { headers: ${jsLiteral(object(sent))} }` : '';
  const head = `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${jsString(apiUrl(baseUrl))},
  apiKey: ${key ? jsString(key) : 'process.env.GAPURA_KEY'},
});

`;
  return stream
    ? `${head}const stream = await client.chat.completions.create(${jsLiteral(request)}${options});
for await (const chunk of stream) {
  for (const choice of chunk.choices) process.stdout.write(choice.delta.content ?? '');
}
console.log();
`
    : `${head}const completion = await client.chat.completions.create(${jsLiteral(request)}${options});
console.log(completion.choices[0].message${body.tools ? '' : '.content'});
`;
}

/** Settings that the AI SDK has its own names for. */
const AI_NAMES = { max_tokens: 'maxOutputTokens', temperature: 'temperature', top_p: 'topP', presence_penalty: 'presencePenalty', frequency_penalty: 'frequencyPenalty', seed: 'seed' };

/** JavaScript with the AI SDK: what it has no words for is put into the body that it wrote. */
export function aiSdk({ baseUrl, key, body, stream, headers }) {
  const { model, messages, ...rest } = withoutStream(body);
  const texts = onlyTexts(messages, ['system', 'user', 'assistant']);
  const settings = [];
  const others = texts ? {} : { messages };
  for (const [name, value] of Object.entries(rest)) {
    if (Object.hasOwn(AI_NAMES, name) && typeof value === 'number') settings.push(`  ${AI_NAMES[name]}: ${value},\n`);
    else others[name] = value;
  }
  const said = texts ? `  messages: ${jsLiteral(messages, '  ')},\n${messages.some((message) => message.role === 'system') ? '  allowSystemInMessages: true,\n' : ''}`
    : "  prompt: '', // the messages stand above\n";
  const sent = ownHeaders(headers);
  const head = `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ${stream ? 'streamText' : 'generateText'} } from 'ai';

const gapura = createOpenAICompatible({
  name: 'gapura',
  baseURL: ${jsString(apiUrl(baseUrl))},
  apiKey: ${key ? jsString(key) : 'process.env.GAPURA_KEY'},
${sent.length ? `  headers: ${jsLiteral(object(sent), '  ')},\n` : ''}${filled(others) ? `  transformRequestBody: (body) => ({ ...body, ...${jsLiteral(others, '  ')} }),\n` : ''}});

`;
  const call = `  model: gapura(${jsString(String(model))}),\n${said}${settings.join('')}`;
  return stream
    ? `${head}const { textStream } = streamText({
${call}});
for await (const text of textStream) process.stdout.write(text);
console.log();
`
    : `${head}const { ${body.tools ? 'content' : 'text'} } = await generateText({
${call}});
console.log(${body.tools ? 'content' : 'text'});
`;
}

/** Ruby with the official gem openai. */
export function ruby({ baseUrl, key, body, stream, headers }) {
  const { known, others } = parted(withoutStream(body), OPENAI_MEMBERS);
  const lines = Object.entries(known).map(([name, value]) => `  ${name}: ${rubyLiteral(value, '  ')}`);
  const sent = ownHeaders(headers);
  const options = { ...(sent.length ? { extra_headers: object(sent) } : {}), ...(filled(others) ? { extra_body: others } : {}) };
  if (filled(options)) lines.push(`  request_options: ${rubyLiteral(options, '  ')}`);
  const head = `require "openai"

client = OpenAI::Client.new(
  base_url: ${rubyString(apiUrl(baseUrl))},
  api_key: ${key ? rubyString(key) : 'ENV.fetch("GAPURA_KEY")'}
)

`;
  return stream
    ? `${head}stream = client.chat.completions.stream_raw(
${lines.join(',\n')}
)
stream.each do |chunk|
  chunk.choices.each { |choice| print choice.delta.content }
end
puts
`
    : `${head}completion = client.chat.completions.create(
${lines.join(',\n')}
)
puts completion.choices.first.message${body.tools ? '' : '.content'}
`;
}

/** PHP with the package openai-php/client. */
export function php({ baseUrl, key, body, stream, headers }) {
  const sent = ownHeaders(headers).map(([name, value]) => `    ->withHttpHeader(${phpString(name)}, ${phpString(value)})\n`).join('');
  const head = `<?php

require 'vendor/autoload.php';

$client = OpenAI::factory()
    ->withBaseUri(${phpString(apiUrl(baseUrl))})
    ->withApiKey(${key ? phpString(key) : "getenv('GAPURA_KEY')"})
${sent}    ->make();

`;
  return stream
    ? `${head}$stream = $client->chat()->createStreamed(${phpLiteral(withoutStream(body))});
foreach ($stream as $chunk) {
    foreach ($chunk->choices as $choice) {
        echo $choice->delta->content;
    }
}
echo PHP_EOL;
`
    : `${head}$completion = $client->chat()->create(${phpLiteral(withoutStream(body))});
${body.tools ? 'print_r($completion->choices[0]->message->toArray());' : 'echo $completion->choices[0]->message->content, PHP_EOL;'}
`;
}
