import { apiUrl, builderParts, camel, ownHeaders, withoutStream } from './request.js';
import { javaJson, javaString } from './literals.js';

const NUMBERS = { temperature: 'number', top_p: 'number', presence_penalty: 'number', frequency_penalty: 'number' };
const COMMON = { ...NUMBERS, max_tokens: 'int', max_completion_tokens: 'int', seed: 'int', user: 'text', stop: 'texts', parallel_tool_calls: 'flag', store: 'flag', reasoning_effort: 'text', service_tier: 'text' };
const SPRING = { ...COMMON, n: 'int', logprobs: 'flag', top_logprobs: 'int', verbosity: 'text' };

const double = (value) => (Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : JSON.stringify(value).replace('e+', 'e'));
const WRITE = { number: double, int: String, flag: String, text: javaString, texts: (value) => `List.of(${value.map(javaString).join(', ')})` };
const javaKey = (key) => (key ? javaString(key) : 'System.getenv("GAPURA_KEY")');
const mapOf = (entries) => `Map.of(${entries.map(([name, value]) => `${javaString(name)}, ${javaString(value)}`).join(', ')})`;
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Collects what a library has no words for. */
class Missing {
  paths = [];

  /** Notes the members of `value` but those named. */
  beside(value, names, path) {
    for (const name of Object.keys(value)) if (!names.includes(name)) this.add(`${path}.${name}`);
  }

  add(path) { this.paths.push(path); }

  /** A comment for the head of the sample; paths hold names that the caller chose. */
  comment(library) {
    return this.paths.length ? `// ${library} has no words for ${this.paths.map((path) => path.replace(/[^\w.[\]-]/g, '?')).join(', ')}: left out here.\n` : '';
  }
}

/** Parts of a message's content as [kind, value]: `text` and `image`; others are noted. */
function parts(content, path, missing) {
  if (typeof content === 'string') return [['text', content]];
  if (!Array.isArray(content)) return [];
  const found = [];
  content.forEach((part, index) => {
    const here = `${path}[${index}]`;
    if (isObject(part) && part.type === 'text' && typeof part.text === 'string') {
      missing.beside(part, ['type', 'text'], here);
      found.push(['text', part.text]);
    } else if (isObject(part) && part.type === 'image_url' && typeof part.image_url?.url === 'string') {
      missing.beside(part, ['type', 'image_url'], here);
      missing.beside(part.image_url, ['url'], `${here}.image_url`);
      found.push(['image', part.image_url.url]);
    } else {
      missing.add(here);
    }
  });
  return found;
}

const joined = (found) => found.filter(([kind]) => kind === 'text').map(([, value]) => value).join('\n');

/** Messages as `dialect` writes them. */
function messages(list, dialect, missing) {
  const names = {};
  return (Array.isArray(list) ? list : []).flatMap((message, index) => {
    const path = `messages[${index}]`;
    if (!isObject(message)) { missing.add(path); return []; }
    const found = parts(message.content, `${path}.content`, missing);
    switch (message.role) {
      case 'system':
        missing.beside(message, ['role', 'content'], path);
        return [dialect.system(joined(found))];
      case 'user':
        missing.beside(message, ['role', 'content'], path);
        return [dialect.user(found)];
      case 'assistant': {
        missing.beside(message, ['role', 'content', 'tool_calls'], path);
        const calls = (Array.isArray(message.tool_calls) ? message.tool_calls : []).filter((call) => isObject(call?.function));
        calls.forEach((call) => { names[call.id] = call.function.name; });
        return [dialect.assistant(joined(found), calls)];
      }
      case 'tool':
        missing.beside(message, ['role', 'content', 'tool_call_id'], path);
        return [dialect.tool(String(message.tool_call_id), String(names[message.tool_call_id] ?? 'tool'), joined(found))];
      default:
        missing.add(path);
        return [];
    }
  });
}

const LANGCHAIN4J = {
  system: (text) => `SystemMessage.from(${javaString(text)})`,
  user: (found) => (found.length === 1 && found[0][0] === 'text' ? `UserMessage.from(${javaString(found[0][1])})`
    : `UserMessage.from(${found.map(([kind, value]) => (kind === 'text' ? `TextContent.from(${javaString(value)})` : `ImageContent.from(${longString(value)})`)).join(', ')})`),
  assistant: (text, calls) => (calls.length === 0 ? `AiMessage.from(${javaString(text)})`
    : `AiMessage.from(${text ? `${javaString(text)}, ` : ''}List.of(${calls.map((call) => `ToolExecutionRequest.builder().id(${javaString(String(call.id))}).name(${javaString(String(call.function.name))}).arguments(${javaString(String(call.function.arguments))}).build()`).join(', ')}))`),
  tool: (id, name, text) => `ToolExecutionResultMessage.from(${javaString(id)}, ${javaString(name)}, ${javaString(text)})`,
};

/** A string that may be longer than a constant of Java. */
function longString(text) {
  if (text.length < 15_000) return javaString(text);
  return `String.join("", ${text.match(/[^]{1,15000}/g).map(javaString).join(', ')})`;
}

const SPRING_AI = {
  system: (text) => `new SystemMessage(${javaString(text)})`,
  user: (found) => (found.length === 1 && found[0][0] === 'text' ? `new UserMessage(${javaString(found[0][1])})`
    : `UserMessage.builder().text(${javaString(joined(found))}).media(${found.filter(([kind]) => kind === 'image').map(([, url]) => `new Media(MimeTypeUtils.parseMimeType(${javaString(imageType(url))}), URI.create(${longString(url)}))`).join(', ')}).build()`),
  assistant: (text, calls) => (calls.length === 0 ? `new AssistantMessage(${javaString(text)})`
    : `AssistantMessage.builder().content(${javaString(text)}).toolCalls(List.of(${calls.map((call) => `new AssistantMessage.ToolCall(${[call.id, 'function', call.function.name, call.function.arguments].map((value) => javaString(String(value))).join(', ')})`).join(', ')})).build()`),
  tool: (id, name, text) => `ToolResponseMessage.builder().responses(List.of(new ToolResponseMessage.ToolResponse(${[id, name, text].map(javaString).join(', ')}))).build()`,
};

const imageType = (url) => /^data:(image\/[\w.+-]+)/.exec(url)?.[1] ?? 'image/png';

const importsFor = (text, names) => names.filter((name) => new RegExp(`\\b${name.split('.').at(-1)}\\b`).test(text)).sort().map((name) => `import ${name};\n`).join('');

const JSON_METHOD = `
    @SuppressWarnings("unchecked")
    static Map<String, Object> json(String text) throws Exception {
        return new ObjectMapper().readValue(text, Map.class);
    }
`;

const LANGCHAIN4J_TYPES = ['com.fasterxml.jackson.databind.ObjectMapper', 'dev.langchain4j.agent.tool.ToolExecutionRequest',
  ...['AiMessage', 'ImageContent', 'SystemMessage', 'TextContent', 'ToolExecutionResultMessage', 'UserMessage'].map((name) => `dev.langchain4j.data.message.${name}`),
  'dev.langchain4j.model.chat.request.ChatRequest', 'dev.langchain4j.model.chat.response.ChatResponse', 'dev.langchain4j.model.chat.response.StreamingChatResponseHandler',
  'dev.langchain4j.model.openai.OpenAiChatModel', 'dev.langchain4j.model.openai.OpenAiStreamingChatModel', 'java.util.List', 'java.util.Map', 'java.util.concurrent.CompletableFuture'];

/** Takes `stream_options` out of a body: LangChain4j asks for usage with every stream, and for nothing more. */
function askedUsage(body, stream, missing) {
  const { stream_options: options, ...rest } = body;
  if (!stream || !isObject(options)) return body;
  missing.beside(options, options.include_usage === true ? ['include_usage'] : [], 'stream_options');
  return rest;
}

/** Java with LangChain4j. */
export function langchain4j({ baseUrl, key, body, stream, headers }) {
  const missing = new Missing();
  const { model, messages: list, ...rest } = withoutStream(body);
  const { typed, others } = builderParts(askedUsage(rest, stream, missing), COMMON);
  const said = messages(list, LANGCHAIN4J, missing);
  const sent = ownHeaders(headers);
  const parses = Object.keys(others).length > 0;
  const type = stream ? 'OpenAiStreamingChatModel' : 'OpenAiChatModel';
  const lines = [`.baseUrl(${javaString(apiUrl(baseUrl))})`, `.apiKey(${javaKey(key)})`, `.modelName(${javaString(String(model))})`,
    ...typed.map(([name, kind, value]) => `.${camel(name)}(${WRITE[kind](value)})`),
    ...(sent.length ? [`.customHeaders(${mapOf(sent)})`] : []),
    ...(parses ? [`.customParameters(json(${javaJson(others, ' '.repeat(24))}))`] : []),
    '.build();'];
  const answer = stream
    ? `        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        model.chat(request, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {
                System.out.print(text);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                done.completeExceptionally(error);
            }
        });
        done.join();`
    : `        System.out.println(model.chat(request).aiMessage()${body.tools ? '' : '.text()'});`;
  const code = `public class Sample {
    public static void main(String[] args)${parses ? ' throws Exception' : ''} {
        ${type} model = ${type}.builder()
${lines.map((line) => `                ${line}`).join('\n')}
        ChatRequest request = ChatRequest.builder()
                .messages(
${said.map((line) => `                        ${line}`).join(',\n')})
                .build();
${answer}
    }
${parses ? JSON_METHOD : ''}}
`;
  return `${missing.comment('LangChain4j')}${importsFor(code, LANGCHAIN4J_TYPES)}\n${code}`;
}

const SPRING_TYPES = ['com.fasterxml.jackson.databind.ObjectMapper', 'java.net.URI', 'java.util.List', 'java.util.Map',
  ...['AssistantMessage', 'SystemMessage', 'ToolResponseMessage', 'UserMessage'].map((name) => `org.springframework.ai.chat.messages.${name}`),
  'org.springframework.ai.chat.prompt.Prompt', 'org.springframework.ai.content.Media', 'org.springframework.ai.openai.OpenAiChatModel', 'org.springframework.ai.openai.OpenAiChatOptions', 'org.springframework.util.MimeTypeUtils'];

const STREAM_OPTIONS = { include_usage: 'flag', include_obfuscation: 'flag' };

/** Members that Spring AI takes as additional ones: it takes no null, and writes `stream_options` itself. */
function springOthers(others, missing) {
  const { stream_options: options, ...rest } = others;
  for (const [name, value] of Object.entries(rest)) {
    if (value === null) {
      missing.add(name);
      delete rest[name];
    }
  }
  if (!isObject(options)) return { rest, streamed: [] };
  missing.beside(options, Object.keys(STREAM_OPTIONS), 'stream_options');
  const { typed } = builderParts(options, STREAM_OPTIONS);
  const set = typed.map(([name, kind, value]) => `.${camel(name)}(${WRITE[kind](value)})`).join('');
  return { rest, streamed: set ? [`.streamOptions(OpenAiChatOptions.StreamOptions.builder()${set}.build())`] : [] };
}

/** Java with Spring AI, without a Spring context. */
export function springAi({ baseUrl, key, body, stream, headers }) {
  const missing = new Missing();
  const { model, messages: list, ...rest } = withoutStream(body);
  const { typed, others: all } = builderParts(rest, SPRING);
  const { rest: others, streamed } = springOthers(all, missing);
  const said = messages(list, SPRING_AI, missing);
  const sent = ownHeaders(headers);
  const parses = Object.keys(others).length > 0;
  const lines = [`.baseUrl(${javaString(apiUrl(baseUrl))})`, `.apiKey(${javaKey(key)})`, `.model(${javaString(String(model))})`,
    ...typed.map(([name, kind, value]) => `.${camel(name)}(${WRITE[kind](value)})`),
    ...streamed,
    ...(sent.length ? [`.customHeaders(${mapOf(sent)})`] : []),
    ...(parses ? [`.extraBody(json(${javaJson(others, ' '.repeat(24))}))`] : []),
    '.build();'];
  const answer = stream
    ? `        model.stream(prompt).toStream()
                .filter(part -> part.getResult() != null && part.getResult().getOutput().getText() != null)
                .forEach(part -> System.out.print(part.getResult().getOutput().getText()));`
    : `        System.out.println(model.call(prompt).getResult().getOutput()${body.tools ? '' : '.getText()'});`;
  const code = `public class Sample {
    public static void main(String[] args)${parses ? ' throws Exception' : ''} {
        OpenAiChatOptions options = OpenAiChatOptions.builder()
${lines.map((line) => `                ${line}`).join('\n')}
        OpenAiChatModel model = OpenAiChatModel.builder().options(options).build();
        Prompt prompt = new Prompt(
                List.of(
${said.map((line) => `                        ${line}`).join(',\n')}),
                options);
${answer}
    }
${parses ? JSON_METHOD : ''}}
`;
  return `${missing.comment('Spring AI')}${importsFor(code, SPRING_TYPES)}\n${code}`;
}
