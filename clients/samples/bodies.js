// Requests that every code sample must say as they stand.
const ask = (content) => [{ role: 'user', content }];

/** Quotes, escapes and marks of all languages in one text. */
export const nasty = [
  `'single' "double" \`back\` '''three''' """three"""`,
  'C:\\new\\table\\0\\x41\\u0041\\\\ end\\',
  '$HOME ${HOME} $(id) #{1 + 1} #$0 {$x} %s %(name)s {0} {{x}}',
  'a\nb\r\nc\td\u0000\u0001\u001b\u007f\u0085\u00a0\u2028\u2029\ufeff',
  '</script><!-- ]]> <?php ?> // # -- /* */',
  'Größe 漢字 🙂 🏳️‍🌈 שלום',
  '!history !! \\\n \\" \\\'',
  '   leading and trailing   ',
].join('\n');

const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Weather of a "city"\nin \\ degrees',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 }, empty: {} }, required: ['city'], additionalProperties: false },
  },
};

/**
 * `name`, `body`, `headers`, and `lacking`: samples whose library has no words for a part of it.
 */
export const requests = [
  { name: 'a greeting', body: { model: 'sim/echo', messages: ask('Hello, gateway') } },
  { name: 'a greeting, streamed', body: { model: 'sim/echo', messages: ask('Hello, gateway'), stream: true } },
  { name: 'stream: false', body: { model: 'sim/echo', messages: ask('Hello'), stream: false } },
  { name: 'a stream by header', body: { model: 'sim/echo', messages: ask('Hello') }, headers: { accept: 'text/event-stream' } },
  { name: 'a nasty text', body: { model: 'sim/echo', messages: ask(nasty) } },
  { name: 'a nasty text, streamed', body: { model: 'sim/echo', messages: ask(nasty), stream: true } },
  { name: 'a conversation', body: { model: 'sim/echo', messages: [{ role: 'system', content: 'Be short.' }, ...ask('Hi'), { role: 'assistant', content: 'Hi.' }, ...ask('Bye')] } },
  { name: 'sampling', body: { model: 'sim/echo', messages: ask('x'), temperature: 0.7, top_p: 1, presence_penalty: -0.5, frequency_penalty: 0, max_tokens: 50, n: 1, seed: 42, user: 'u"1' } },
  { name: 'numbers', body: { model: 'sim/echo', messages: ask('x'), max_completion_tokens: 100, temperature: 1e-7, seed: 9007199254740991 } },
  { name: 'stop and bias', body: { model: 'sim/echo', messages: ask('x'), stop: ['\n', 'END "'], logit_bias: { 0: -100, 50256: 5 } } },
  { name: 'logprobs', body: { model: 'sim/echo', messages: ask('x'), logprobs: true, top_logprobs: 2 } },
  { name: 'tools', body: { model: 'sim/tools', messages: ask('Weather?'), tools: [weather], tool_choice: 'auto', parallel_tool_calls: false } },
  { name: 'tools, streamed', body: { model: 'sim/tools', messages: ask('Weather?'), tools: [weather], stream: true, stream_options: { include_usage: true } } },
  {
    name: 'results of tools',
    body: {
      model: 'sim/tools',
      messages: [
        ...ask('Weather?'),
        { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bandung \\"x\\""}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: '31 °C' },
      ],
      tools: [weather],
    },
  },
  { name: 'a schema', body: { model: 'sim/echo', messages: ask('x'), response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { type: 'object', properties: { a: { type: ['string', 'null'], enum: ['$x', null] } }, required: ['a'], additionalProperties: false } } } } },
  { name: 'an image', body: { model: 'sim/echo', messages: ask([{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: pixel } }]) } },
  { name: 'a large image', body: { model: 'sim/echo', messages: ask([{ type: 'text', text: 'And this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${'QUJD'.repeat(20_000)}` } }]) } },
  { name: 'fields of our own', body: { model: 'sim/echo', messages: ask('x'), reasoning: { effort: 'high', exclude: false }, metadata: { sim_words: '3', 'a "b"': "it's" } }, headers: { 'x-gapura-details': 'true', 'x-gapura-unsupported': 'strip, logprobs=ignore' } },
  { name: 'a name and a developer', body: { model: 'sim/echo', messages: [{ role: 'developer', content: 'Be kind.' }, { role: 'user', name: 'ani', content: 'Hi' }] }, lacking: ['langchain4j', 'spring-ai'] },
  { name: 'a server tool', body: { model: 'sim/echo', messages: ask('x'), tools: [{ type: 'server', name: 'now' }], stream: true }, headers: { 'x-gapura-tool-events': 'true' } },
  { name: 'many members', body: { model: 'sim/echo', messages: ask('x'), store: true, service_tier: 'auto', reasoning_effort: 'low', verbosity: 'low', prediction: { type: 'content', content: 'y' }, stop: null, min_p: 0.1, top_k: 40 } },
];
