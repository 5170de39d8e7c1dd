// Tools that run on the gateway, with official tool servers behind and official clients in front of it. A client that
// knows only OpenAI's API must see an ordinary answer.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { key, startGateway, until } from './gateway.js';

const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
const current = fileURLToPath(new URL('mcp-server.js', import.meta.url));
const ask = [{ role: 'user', content: 'Use your tools.' }];
const patience = 30_000;

const started = [];
let gateway;
let client;

function start(file, argument, env = {}) {
  const child = spawn(process.execPath, [file, argument], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  return child;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

before(async () => {
  const older = await freePort();
  start(everything, 'streamableHttp', { PORT: String(older) }).stdout.resume();
  const [said] = await once(start(current, 'http').stdout, 'data');
  const newer = Number(said.toString());
  const command = (file) => JSON.stringify([process.execPath, file, 'stdio']);
  gateway = await startGateway(
    null,
    `egress: { allow: ["127.0.0.1:${older}", "127.0.0.1:${newer}"] }
tools:
  older: { kind: mcp, url: "http://127.0.0.1:${older}/mcp" }
  newer: { kind: mcp, url: "http://127.0.0.1:${newer}/" }
  oldpipe: { kind: mcp, command: ${command(everything)}, allow: ["get-*", "echo"] }
  newpipe: { kind: mcp, command: ${command(current)} }
  now: { kind: builtin, name: current_time }
`,
  );
  client = new OpenAI({ apiKey: key, baseURL: gateway.baseURL, maxRetries: 0 });
  for (const name of ['older.echo', 'newer.add', 'oldpipe.echo', 'newpipe.add']) {
    await until(patience, () => run(name).then(() => true, (failure) => {
      assert.equal(failure.code, 'unknown_tool');
      return false;
    }));
  }
});

after(async () => {
  await gateway?.stop();
  for (const child of started) {
    child.kill();
  }
});

/** What `sim/tools` says after it called one server tool once, and the account of the run. */
async function run(name) {
  const answer = await client.chat.completions.create(
    { model: 'sim/tools', messages: ask, tools: [{ type: 'server', name }] },
    { headers: { 'x-gapura-details': 'true' } },
  );
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.choices[0].message.tool_calls, undefined);
  assert.equal(answer.gapura.tools.length, 1);
  assert.equal(answer.gapura.tools[0].name, name);
  return { text: answer.choices[0].message.content, run: answer.gapura.tools[0] };
}

describe('official MCP servers', () => {
  for (const [name, expected] of [
    ['older.echo', /Echo: /],
    ['oldpipe.echo', /Echo: /],
    ['newer.add', /sum \d/],
    ['newpipe.add', /sum \d/],
    ['older.get-tiny-image', /\[image of type image\/png, \d+ bytes, not shown]/],
    ['older.get-structured-content', /"temperature":/],
    ['oldpipe.get-resource-links', /\[link to .*: demo:\/\//],
    ['oldpipe.get-resource-reference', /\[resource demo:\/\//],
  ]) {
    test(name, async () => {
      const { text, run: account } = await run(name);
      assert.match(text, expected);
      assert.equal(account.status, 'ok');
    });
  }

  test('what is not allowed is not there', async () => {
    await assert.rejects(run('oldpipe.trigger-long-running-operation'), (failure) => failure.status === 400);
  });

  test('a tool that comes later is found', async () => {
    await run('newer.grow');
    await until(patience, () => run('newer.late').then(({ text }) => /I am late/.test(text), () => false));
  });

  test('secrets and variables of the gateway are not handed on', async () => {
    const { text } = await run('oldpipe.get-env');
    assert.match(text, /"PATH"/);
    assert.doesNotMatch(text, /CLIENT_KEY/);
    assert.ok(!text.includes(key));
  });
});

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const offered = { 'x-gapura-tools': 'newer.add, now' };

/** Chunks in an order that clients can put together: one finish reason, usage last, no server tool. */
function assertOrdinary(chunks, finish) {
  assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.ok(chunks.slice(1).every((chunk) => !chunk.choices[0]?.delta.role));
  const finished = chunks.filter((chunk) => chunk.choices[0]?.finish_reason);
  assert.deepEqual(finished.map((chunk) => chunk.choices[0].finish_reason), [finish]);
  const end = chunks.indexOf(finished[0]);
  assert.ok(chunks.slice(end + 1).every((chunk) => chunk.choices.length === 0));
  assert.ok(!JSON.stringify(chunks).includes('newer_add'));
  const { usage } = chunks.at(-1);
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  assert.ok(usage.completion_tokens > 0);
}

describe('clients that know only OpenAI\'s API', () => {
  test('openai: plain', async () => {
    const answer = await client.chat.completions.create({ model: 'sim/tools', messages: ask }, { headers: offered });
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.match(answer.choices[0].message.content, /sum \d/);
    assert.equal(answer.choices[0].message.tool_calls, undefined);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.equal(answer.gapura, undefined);
  });

  test('openai: streamed', async () => {
    const stream = await client.chat.completions.create(
      { model: 'sim/tools', messages: ask, stream: true, stream_options: { include_usage: true } },
      { headers: offered },
    );
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
    }
    assertOrdinary(chunks, 'stop');
    assert.match(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), /sum \d/);
  });

  test('openai: the stream helper, with a tool of the client\'s in the same turn', async () => {
    const chunks = [];
    const messages = [...ask];
    const stream = client.chat.completions
      .stream(
        { model: 'sim/tools', messages, tools: [weather], stream_options: { include_usage: true } },
        { headers: offered },
      )
      .on('chunk', (chunk) => chunks.push(chunk));
    const completion = await stream.finalChatCompletion();
    assertOrdinary(chunks, 'tool_calls');
    const calls = completion.choices[0].message.tool_calls;
    assert.deepEqual(calls.map((call) => call.function.name), ['weather']);

    messages.push(completion.choices[0].message, { role: 'tool', tool_call_id: calls[0].id, content: '31 degrees' });
    const answer = await client.chat.completions.create(
      { model: 'sim/tools', messages, tools: [weather] },
      { headers: offered },
    );
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.match(answer.choices[0].message.content, /sum \d/);
    assert.match(answer.choices[0].message.content, /31 degrees/);
  });

  test('ai: generateText and streamText', async () => {
    const gapura = createOpenAICompatible({
      name: 'gapura',
      baseURL: gateway.baseURL,
      apiKey: key,
      headers: offered,
      includeUsage: true,
    });
    const plain = await generateText({ model: gapura('sim/tools'), prompt: 'Use your tools.' });
    assert.equal(plain.finishReason, 'stop');
    assert.match(plain.text, /sum \d/);
    assert.equal(plain.toolCalls.length, 0);
    assert.equal(plain.steps.length, 1);

    const streamed = streamText({ model: gapura('sim/tools'), prompt: 'Use your tools.' });
    const parts = [];
    for await (const part of streamed.fullStream) {
      parts.push(part.type);
    }
    assert.match(await streamed.text, /sum \d/);
    assert.equal(await streamed.finishReason, 'stop');
    assert.equal(parts.filter((type) => type === 'finish').length, 1);
    assert.ok(parts.every((type) => !type.startsWith('tool-') && type !== 'error'));
    assert.equal((await streamed.usage).totalTokens, plain.usage.totalTokens);
  });

  test('@langchain/openai: invoke and stream', async () => {
    const chat = new ChatOpenAI({
      model: 'sim/tools',
      apiKey: key,
      maxRetries: 0,
      configuration: { baseURL: gateway.baseURL, defaultHeaders: offered },
    });
    const plain = await chat.invoke([new HumanMessage('Use your tools.')]);
    assert.match(plain.content, /sum \d/);
    assert.equal(plain.tool_calls.length, 0);
    assert.equal(plain.response_metadata.finish_reason, 'stop');

    let whole = null;
    for await (const chunk of await chat.stream('Use your tools.')) {
      whole = whole ? whole.concat(chunk) : chunk;
    }
    assert.match(whole.content, /sum \d/);
    assert.equal(whole.tool_calls.length, 0);
    assert.equal(whole.usage_metadata.total_tokens, plain.usage_metadata.total_tokens);
  });
});
