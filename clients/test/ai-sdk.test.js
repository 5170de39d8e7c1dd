// The AI SDK with its provider for OpenAI-compatible servers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai';
import { z } from 'zod';
import { key, startGateway } from './gateway.js';

const words = 'one two three four five six seven eight';

let gateway;
let gapura;

before(async () => {
  gateway = await startGateway();
  gapura = createOpenAICompatible({
    name: 'gapura',
    baseURL: gateway.baseURL,
    apiKey: key,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
});

after(() => gateway?.stop());

const weather = (asked) =>
  tool({
    description: 'Current weather of a city',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return `31 degrees in ${city}`;
    },
  });

test('generateText', async () => {
  const { text, finishReason, usage } = await generateText({ model: gapura('sim/echo'), prompt: words });
  assert.equal(text, words);
  assert.equal(finishReason, 'stop');
  assert.equal(usage.outputTokens, 8);
});

test('streamText', async () => {
  const result = streamText({ model: gapura('sim/echo'), prompt: words });
  const parts = [];
  for await (const part of result.textStream) {
    parts.push(part);
  }
  assert.equal(parts.join(''), words);
  assert.ok(parts.length > 1);
  assert.equal(await result.finishReason, 'stop');
  assert.equal((await result.usage).outputTokens, 8);
});

test('generateText runs a tool and goes on', async () => {
  const asked = [];
  const { text, steps } = await generateText({
    model: gapura('sim/tools'),
    prompt: 'How is the weather in Bandung?',
    tools: { weather: weather(asked) },
    stopWhen: stepCountIs(4),
  });
  assert.equal(asked.length, 1);
  assert.equal(steps.length, 2);
  assert.equal(steps[0].finishReason, 'tool-calls');
  assert.ok(text.length > 0);
});

test('streamText runs a tool and goes on', async () => {
  const asked = [];
  const result = streamText({
    model: gapura('sim/tools'),
    prompt: 'How is the weather in Bandung?',
    tools: { weather: weather(asked) },
    stopWhen: stepCountIs(4),
  });
  let text = '';
  for await (const part of result.textStream) {
    text += part;
  }
  assert.equal(asked.length, 1);
  assert.ok(text.length > 0);
});

const City = z.object({ name: z.string(), inhabitants: z.number(), capital: z.boolean() });

test('generateObject', async () => {
  const { object } = await generateObject({ model: gapura('sim/echo'), schema: City, prompt: 'Bandung' });
  assert.doesNotThrow(() => City.parse(object));
});

test('streamObject', async () => {
  const result = streamObject({ model: gapura('sim/echo'), schema: City, prompt: 'Bandung' });
  let last;
  for await (const partial of result.partialObjectStream) {
    last = partial;
  }
  assert.doesNotThrow(() => City.parse(last));
  assert.deepEqual(await result.object, last);
});

test('a refusal arrives with its status and message', async () => {
  await assert.rejects(
    generateText({ model: gapura('sim/nothing-of-the-kind'), prompt: 'hi', maxRetries: 0 }),
    (failure) => APICallError.isInstance(failure) && failure.statusCode === 404 && /nothing-of-the-kind/.test(failure.message),
  );
});

test('a failure inside a stream is an error, not an end', async () => {
  const errors = [];
  const result = streamText({
    model: gapura('sim/echo'),
    prompt: words,
    maxRetries: 0,
    onError: ({ error }) => errors.push(error),
    providerOptions: { gapura: { metadata: { sim_error_at: '3' } } },
  });
  let finish = null;
  try {
    for await (const part of result.fullStream) {
      finish = part.type === 'finish' ? part.finishReason : finish;
    }
  } catch (failure) {
    errors.push(failure);
  }
  assert.ok(errors.length > 0);
  assert.notEqual(finish, 'stop');
});
