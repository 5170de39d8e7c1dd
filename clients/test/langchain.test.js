// LangChain's ChatOpenAI against the gateway.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { key, startGateway } from './gateway.js';

const words = 'one two three four five six seven eight';

let gateway;
let chat;

before(async () => {
  gateway = await startGateway();
  chat = (model, more = {}) =>
    new ChatOpenAI({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: gateway.baseURL }, ...more });
});

after(() => gateway?.stop());

test('invoke', async () => {
  const answer = await chat('sim/echo').invoke([new HumanMessage(words)]);
  assert.equal(answer.content, words);
  assert.equal(answer.response_metadata.finish_reason, 'stop');
  assert.equal(answer.usage_metadata.output_tokens, 8);
});

test('stream', async () => {
  let whole = null;
  let pieces = 0;
  for await (const chunk of await chat('sim/echo').stream(words)) {
    whole = whole ? whole.concat(chunk) : chunk;
    pieces++;
  }
  assert.equal(whole.content, words);
  assert.ok(pieces > 2);
  assert.equal(whole.usage_metadata.output_tokens, 8);
});

test('bindTools, with the result sent back', async () => {
  const weather = tool(async ({ city }) => `31 degrees in ${city}`, {
    name: 'weather',
    description: 'Current weather of a city',
    schema: z.object({ city: z.string() }),
  });
  const model = chat('sim/tools').bindTools([weather]);
  const question = new HumanMessage('How is the weather in Bandung?');
  const call = await model.invoke([question]);
  assert.ok(AIMessage.isInstance(call));
  assert.equal(call.tool_calls[0].name, 'weather');
  const result = await weather.invoke(call.tool_calls[0]);
  assert.ok(ToolMessage.isInstance(result));
  const answer = await model.invoke([question, call, result]);
  assert.ok(answer.content.length > 0);
  assert.equal(answer.tool_calls.length, 0);
});

const City = z.object({ name: z.string(), inhabitants: z.number(), capital: z.boolean() });

for (const [model, method] of [['sim/echo', 'jsonSchema'], ['sim/tools', 'functionCalling']]) {
  test(`withStructuredOutput by ${method}`, async () => {
    const city = await chat(model).withStructuredOutput(City, { name: 'city', method }).invoke('Bandung');
    assert.doesNotThrow(() => City.parse(city));
  });
}

test('a refusal is thrown with its status', async () => {
  await assert.rejects(chat('sim/echo', { temperature: 3 }).invoke('hi'), (failure) => failure.status === 400);
});

test('a failure inside a stream is thrown', async () => {
  const model = chat('sim/echo', { modelKwargs: { metadata: { sim_error_at: '3' } } });
  await assert.rejects(async () => {
    for await (const chunk of await model.stream(words)) {
      assert.ok(chunk);
    }
  });
});
