// The official `openai` package against the gateway.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { key, narrowKey, startGateway, until } from './gateway.js';

const words = 'one two three four five six seven eight';
const ask = (content) => [{ role: 'user', content }];
const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Current weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

let gateway;
let client;
let upstream;

before(async () => {
  upstream = await silentUpstream();
  gateway = await startGateway(upstream.baseURL);
  client = new OpenAI({ apiKey: key, baseURL: gateway.baseURL, maxRetries: 0 });
});

after(async () => {
  upstream?.close();
  await gateway?.stop();
});

describe('answers', () => {
  test('plain', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'sim/echo', messages: ask(words) })
      .withResponse();
    assert.equal(data.object, 'chat.completion');
    assert.equal(data.choices[0].message.content, words);
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    assert.ok(response.headers.get('x-request-id'));
    assert.equal(response.headers.get('x-gapura-provider'), 'sim');
    assert.equal(data._request_id, response.headers.get('x-request-id'));
  });

  test('text beyond ASCII', async () => {
    const text = 'Größe 漢字 🙂🏳️‍🌈 \u2028 "quoted" \\ back';
    const answer = await client.chat.completions.create({ model: 'sim/echo', messages: ask(text) });
    assert.equal(answer.choices[0].message.content, text);
    let streamed = '';
    const stream = await client.chat.completions.create({ model: 'sim/echo', messages: ask(text), stream: true });
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    assert.equal(streamed, text);
  });

  test('streamed, without usage unless asked', async () => {
    const stream = await client.chat.completions.create({ model: 'sim/echo', messages: ask(words), stream: true });
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
    }
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), words);
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.ok(chunks.every((chunk) => !chunk.usage && chunk.choices.length === 1));
  });

  test('streamed, with usage when asked', async () => {
    const stream = await client.chat.completions.create({
      model: 'sim/echo',
      messages: ask(words),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
    }
    const last = chunks.at(-1);
    assert.deepEqual(last.choices, []);
    assert.equal(last.usage.completion_tokens, 8);
  });

  test('the stream helper', async () => {
    const seen = [];
    const stream = client.chat.completions
      .stream({ model: 'sim/echo', messages: ask(words) })
      .on('content', (delta) => seen.push(delta));
    const completion = await stream.finalChatCompletion();
    assert.equal(completion.choices[0].message.content, words);
    assert.ok(seen.length > 1, `came in ${seen.length} pieces`);
  });

  test('several choices', async () => {
    const answer = await client.chat.completions.create({ model: 'sim/echo', messages: ask(words), n: 3 });
    assert.deepEqual(answer.choices.map((choice) => choice.index).sort(), [0, 1, 2]);
  });

  test('cut short by max_tokens', async () => {
    const answer = await client.chat.completions.create({ model: 'sim/echo', messages: ask(words), max_tokens: 3 });
    assert.equal(answer.choices[0].finish_reason, 'length');
    assert.equal(answer.choices[0].message.content, 'one two three');
  });
});

describe('tools', () => {
  test('a call, its result, the answer', async () => {
    const messages = ask('How is the weather in Bandung?');
    const first = await client.chat.completions.create({ model: 'sim/tools', messages, tools: [weather] });
    const [choice] = first.choices;
    assert.equal(choice.finish_reason, 'tool_calls');
    const [call] = choice.message.tool_calls;
    assert.equal(call.function.name, 'weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');

    const second = await client.chat.completions.create({
      model: 'sim/tools',
      messages: [...messages, choice.message, { role: 'tool', tool_call_id: call.id, content: '31 degrees' }],
      tools: [weather],
    });
    assert.equal(second.choices[0].finish_reason, 'stop');
    assert.ok(second.choices[0].message.content.length > 0);
  });

  test('a streamed call is put together', async () => {
    const stream = client.chat.completions.stream({
      model: 'sim/tools',
      messages: ask('How is the weather in Bandung?'),
      tools: [weather],
    });
    const completion = await stream.finalChatCompletion();
    const [call] = completion.choices[0].message.tool_calls;
    assert.equal(completion.choices[0].finish_reason, 'tool_calls');
    assert.equal(call.function.name, 'weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
  });

  for (const stream of [false, true]) {
    test(`the tool runner ${stream ? 'with' : 'without'} a stream`, async () => {
      const asked = [];
      const runner = client.chat.completions.runTools({
        model: 'sim/tools',
        messages: ask('How is the weather in Bandung?'),
        stream,
        tools: [
          {
            type: 'function',
            function: {
              ...weather.function,
              parse: JSON.parse,
              function: ({ city }) => {
                asked.push(city);
                return `31 degrees in ${city}`;
              },
            },
          },
        ],
      });
      assert.ok((await runner.finalContent()).length > 0);
      assert.equal(asked.length, 1);
      assert.equal(typeof asked[0], 'string');
    });
  }
});

describe('structured output', () => {
  const City = z.object({ name: z.string(), inhabitants: z.number(), capital: z.boolean(), rivers: z.array(z.string()) });

  test('parsed by the zod helper', async () => {
    const completion = await client.chat.completions.parse({
      model: 'sim/echo',
      messages: ask('Bandung'),
      response_format: zodResponseFormat(City, 'city'),
    });
    assert.doesNotThrow(() => City.parse(completion.choices[0].message.parsed));
  });

  test('parsed from a stream', async () => {
    const stream = client.chat.completions.stream({
      model: 'sim/echo',
      messages: ask('Bandung'),
      response_format: zodResponseFormat(City, 'city'),
    });
    const completion = await stream.finalChatCompletion();
    assert.doesNotThrow(() => City.parse(completion.choices[0].message.parsed));
  });
});

describe('errors', () => {
  const refused = async (request, kind) => {
    const failure = await Promise.resolve(request).then(
      () => assert.fail('was answered'),
      (error) => error,
    );
    assert.ok(failure instanceof kind, `${failure.constructor.name}: ${failure.message}`);
    return failure;
  };

  test('unknown key', async () => {
    const stranger = new OpenAI({ apiKey: 'not-a-key', baseURL: gateway.baseURL, maxRetries: 0 });
    const failure = await refused(
      stranger.chat.completions.create({ model: 'sim/echo', messages: ask('hi') }),
      OpenAI.AuthenticationError,
    );
    assert.equal(failure.status, 401);
    assert.equal(failure.type, 'authentication_error');
    assert.equal(failure.error.source, 'client');
  });

  test('a model that this key may not use', async () => {
    const narrow = new OpenAI({ apiKey: narrowKey, baseURL: gateway.baseURL, maxRetries: 0 });
    await narrow.chat.completions.create({ model: 'sim/echo', messages: ask('hi') });
    const failure = await refused(
      narrow.chat.completions.create({ model: 'sim/lorem', messages: ask('hi') }),
      OpenAI.PermissionDeniedError,
    );
    assert.equal(failure.type, 'permission_error');
  });

  test('unknown model', async () => {
    const failure = await refused(
      client.chat.completions.create({ model: 'smi/echo', messages: ask('hi') }),
      OpenAI.NotFoundError,
    );
    assert.equal(failure.type, 'not_found_error');
    assert.match(failure.message, /sim/);
  });

  test('outside the limits, with the path of the field', async () => {
    const failure = await refused(
      client.chat.completions.create({ model: 'sim/echo', messages: ask('hi'), temperature: 3 }),
      OpenAI.BadRequestError,
    );
    assert.equal(failure.param, 'temperature');
    assert.equal(failure.type, 'invalid_request_error');

    const deep = await refused(
      client.chat.completions.create({ model: 'sim/echo', messages: [...ask('hi'), { role: 'user', content: 7 }] }),
      OpenAI.BadRequestError,
    );
    assert.equal(deep.param, 'messages[1].content');
  });

  test("the provider's rate limit, with its retry-after", async () => {
    const failure = await refused(
      client.chat.completions.create({
        model: 'sim/echo',
        messages: ask('hi'),
        metadata: { sim_status: '429', sim_retry_after: '7' },
      }),
      OpenAI.RateLimitError,
    );
    assert.equal(failure.headers.get('retry-after'), '7');
    assert.equal(failure.error.source, 'provider');
  });

  test("the provider's failure is not the caller's", async () => {
    const failure = await refused(
      client.chat.completions.create({ model: 'sim/echo', messages: ask('hi'), metadata: { sim_status: '500' } }),
      OpenAI.InternalServerError,
    );
    assert.equal(failure.status, 502);
    assert.equal(failure.type, 'provider_error');
  });

  for (const [name, metadata] of [
    ['reported', { sim_error_at: '4', sim_pace: '20ms' }],
    ['cut inside an event', { sim_cut_at: '900', sim_pace: '20ms' }],
    ['without a finish reason', { sim_no_finish: 'true', sim_pace: '20ms' }],
  ]) {
    test(`inside a stream: ${name}`, async () => {
      let text = '';
      const read = async () => {
        const stream = await client.chat.completions.create({
          model: 'sim/echo',
          messages: ask(words),
          stream: true,
          metadata,
        });
        for await (const chunk of stream) {
          text += chunk.choices[0]?.delta.content ?? '';
          assert.equal(chunk.choices[0]?.finish_reason ?? null, null, 'a failed stream never finishes');
        }
      };
      await refused(read(), OpenAI.APIError);
      assert.ok(words.startsWith(text), text);
      assert.ok(text.length > 0, 'what came before the failure was delivered');
    });
  }
});

describe('leaving', () => {
  test('the upstream is let go while it is silent', async () => {
    const controller = new AbortController();
    const stream = await client.chat.completions.create(
      { model: 'local/silent', messages: ask('hi'), stream: true },
      { signal: controller.signal },
    );
    for await (const chunk of stream) {
      assert.equal(chunk.choices[0].delta.content, 'first');
      break;
    }
    controller.abort();
    const left = Date.now();
    await Promise.race([upstream.left, late(2000)]);
    assert.ok(Date.now() - left <= 1000, `took ${Date.now() - left} ms`);
    await until(2000, async () => (await gateway.metric(/^gapura_requests_total.*failure="client_gone"/)).length === 1);
    // The one that is open is the question itself.
    assert.deepEqual(await gateway.metric(/^gapura_open_exchanges /), ['gapura_open_exchanges 1.0']);
  });

  const late = (millis) =>
    new Promise((_, reject) => setTimeout(reject, millis, new Error(`still open after ${millis} ms`)).unref());
});

describe('models', () => {
  test('listed and retrieved', async () => {
    const ids = [];
    for await (const model of client.models.list()) {
      assert.equal(model.object, 'model');
      ids.push(model.id);
    }
    assert.ok(ids.includes('sim/echo') && ids.includes('sim/tools'), ids.join());
    assert.equal((await client.models.retrieve('sim/echo')).id, 'sim/echo');
    await assert.rejects(client.models.retrieve('nobody/nothing'), OpenAI.NotFoundError);
  });

  test('only those of the key', async () => {
    const narrow = new OpenAI({ apiKey: narrowKey, baseURL: gateway.baseURL, maxRetries: 0 });
    const { data } = await narrow.models.list();
    assert.deepEqual(data.map((model) => model.id), ['sim/echo']);
  });
});

test('nothing secret in the output', async () => {
  const secretText = 'a prompt that nobody else may read';
  await client.chat.completions.create({ model: 'sim/echo', messages: ask(secretText) });
  await until(5000, async () => (await gateway.output()).includes('"route":"/v1/chat/completions"'));
  const output = await gateway.output();
  for (const secret of [key, narrowKey, secretText]) {
    assert.ok(!output.includes(secret), secret);
  }
});

/** A provider that says one word and then nothing; `left` is fulfilled when its caller has gone. */
async function silentUpstream() {
  let gone;
  const left = new Promise((resolve) => (gone = resolve));
  const server = createServer((request, response) => {
    request.resume();
    response.on('close', gone);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'silent',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'first' }, finish_reason: null }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${server.address().port}/v1`,
    left,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
