// The code samples of the reference page: each is run against the gateway, or parsed where its library or its
// language is not at hand, and what the gateway was asked must be the request as it stood on the page.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { after, before, describe, test } from 'node:test';
import { requests } from '../samples/bodies.js';
import { key, startGateway } from './gateway.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const { GAPURA_SAMPLES_PYTHON: python = 'python3', GAPURA_SAMPLES_GO: goModule, GAPURA_SAMPLES_CLASSPATH: classPath } = process.env;

let folder;
let gateway;
let relay;
let SAMPLES;

before(async () => {
  // Below clients, so that what runs finds the packages; as modules, which the sources are.
  folder = await mkdtemp(fileURLToPath(new URL('../node_modules/.samples-', import.meta.url)));
  await cp(join(root, 'src/main/resources/dev/gapura/console/assets/reference/samples'), join(folder, 'writers'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  ({ SAMPLES } = await import(pathToFileURL(join(folder, 'writers/all.js'))));
  gateway = await startGateway(undefined, 'tools: { now: { kind: builtin, name: current_time } }\n');
  relay = await startRelay(gateway.origin);
});

after(async () => {
  relay?.close();
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Passes requests on to the gateway and keeps what was asked, by the first part of the path. */
async function startRelay(origin) {
  const asked = new Map();
  const server = createServer(async (request, response) => {
    const [, name, number, ...rest] = request.url.split('/');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([header]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade', 'http2-settings'].includes(header)));
    const answer = await fetch(`${origin}/${rest.join('/')}`, { method: request.method, headers: { ...headers, 'accept-encoding': 'identity' }, body });
    const text = await answer.text();
    asked.set(`${name}/${number}`, { path: rest.join('/'), headers: request.headers, body: body.toString(), status: answer.status, text });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') });
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { asked, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const streams = ({ body, headers }) => body.stream === true || headers?.accept === 'text/event-stream';

/** Writes the samples of this name into files `NAME/NUMBER/FILE`; gives their paths. */
async function write(name, file) {
  const sample = SAMPLES.find(({ id }) => id === name);
  return Promise.all(requests.map(async (request, number) => {
    const path = join(folder, name, String(number), file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, sample.write({ baseUrl: `${relay.origin}/${name}/${number}`, key: null, body: request.body, stream: streams(request), headers: request.headers ?? {} }));
    return path;
  }));
}

const environment = { ...process.env, GAPURA_KEY: key };
const options = { env: environment, cwd: root, maxBuffer: 64 << 20 };

/** Members that a library writes in its own way, or that mean the same when they are left out. */
function comparable(body) {
  const { stream, stream_options: streamOptions, ...rest } = body;
  return rest;
}

/** What the gateway was asked by this sample is what each request says. */
function check(name) {
  requests.forEach((request, number) => {
    const asked = relay.asked.get(`${name}/${number}`);
    const where = `${name}: ${request.name}`;
    assert.ok(asked, `${where} asked nothing`);
    assert.equal(asked.path, 'v1/chat/completions', where);
    assert.equal(asked.headers.authorization, `Bearer ${key}`, where);
    assert.ok(asked.status === 200, `${where}: ${asked.status} ${asked.text}`);
    assert.equal(asked.text.startsWith('data: ') || asked.text.startsWith(':'), streams(request), where);
    for (const [header, value] of Object.entries(request.headers ?? {})) {
      if (header !== 'accept') assert.equal(asked.headers[header], value, where);
    }
    if (request.lacking?.includes(name)) return;
    const body = JSON.parse(asked.body);
    assert.deepEqual(comparable(asWritten(name, body)), comparable(asWritten(name, request.body)), where);
    // Spring AI adds a member of its own.
    if (request.body.stream_options) assert.deepEqual({ ...body.stream_options, ...request.body.stream_options }, body.stream_options, where);
  });
}

/** Libraries that write messages themselves may say the same in another shape. */
function asWritten(name, body) {
  if (!['langchain4j', 'spring-ai'].includes(name)) return body;
  const messages = body.messages.map(({ role, content, ...rest }) => {
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content ?? [];
    return { role, content: parts.filter((part) => part.text !== '').map((part) => (part.image_url ? { ...part, image_url: { url: part.image_url.url } } : part)), ...rest };
  });
  return { ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)), messages };
}

const available = async (program, ...args) => run(program, args, options).then(() => true, () => false);

describe('code samples', () => {
  test('cURL', async () => {
    for (const path of await write('curl', 'sample.sh')) await run('sh', [path], options);
    check('curl');
  });

  for (const name of ['javascript', 'ai']) {
    test(`JavaScript: ${name}`, async () => {
      const all = (await write(name, 'sample.js')).map((path) => `await import(${JSON.stringify(pathToFileURL(path))});\n`);
      await writeFile(join(folder, name, 'all.js'), all.join(''));
      await run(process.execPath, [join(folder, name, 'all.js')], options);
      check(name);
    });
  }

  test('Python', async (context) => {
    const paths = await write('python', 'sample.py');
    if (!(await available(python, '--version'))) return context.skip('no Python');
    const runs = await available(python, '-c', 'import openai');
    const program = runs ? 'import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)' : 'import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path, encoding="utf-8").read())';
    await run(python, ['-c', program, ...paths], options);
    if (runs) check('python');
    else context.diagnostic('parsed only: the package openai is not there; GAPURA_SAMPLES_PYTHON may name a Python that has it');
  });

  for (const name of ['java', 'langchain4j', 'spring-ai']) {
    test(`Java: ${name}`, async (context) => {
      const folders = (await write(name, 'Sample.java')).map((path) => dirname(path));
      const args = [...(classPath ? ['-cp', classPath] : []), ...folders];
      const command = '. ./.mvn/jdk.sh; exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" clients/samples/Samples.java "$@"';
      await run('sh', ['-c', command, 'samples', ...args], options).catch((failed) => assert.fail(failed.stdout + failed.stderr));
      if (classPath) check(name);
      else context.diagnostic('parsed only: GAPURA_SAMPLES_CLASSPATH names no libraries');
    });
  }

  test('Go', async (context) => {
    const paths = await write('go', 'main.go');
    const formatter = await available('sh', '-c', 'command -v gofmt');
    if (formatter) assert.equal((await run('gofmt', ['-e', '-l', ...paths], options)).stdout, '', 'gofmt writes these otherwise');
    if (goModule) {
      const samples = join(goModule, 'samples');
      await rm(samples, { recursive: true, force: true });
      await cp(join(folder, 'go'), samples, { recursive: true });
      const inModule = { ...options, cwd: goModule };
      const programs = join(folder, 'go-programs');
      await run('go', ['build', '-o', `${programs}/`, './samples/...'], inModule);
      for (let number = 0; number < paths.length; number++) await run(join(programs, String(number)), [], options);
      check('go');
    } else if (formatter) {
      context.diagnostic('parsed only: GAPURA_SAMPLES_GO names no module that has openai-go');
    } else {
      context.skip('no Go');
    }
  });

  for (const [name, file, program, ...args] of [['ruby', 'sample.rb', 'ruby', '-c'], ['php', 'sample.php', 'php', '-l']]) {
    test(name, async (context) => {
      const paths = await write(name, file);
      if (!(await available(program, '--version'))) return context.skip(`no ${program}: written, not checked`);
      for (const path of paths) await run(program, [...args, path], options);
      context.diagnostic('parsed only');
    });
  }

  test('C#', async (context) => {
    await write('csharp', 'Program.cs');
    context.skip('written, not checked');
  });

  test('a key is in a sample only when it is given', () => {
    for (const sample of SAMPLES) {
      const request = { baseUrl: 'http://127.0.0.1:1', body: requests[0].body, stream: false, headers: {} };
      assert.match(sample.write({ ...request, key: null }), /GAPURA_KEY/, sample.id);
      assert.match(sample.write({ ...request, key: 'sk-gapura-"x\'' }), /sk-gapura-/, sample.id);
      assert.doesNotMatch(sample.write({ ...request, key: 'sk-gapura-x' }), /GAPURA_KEY/, sample.id);
    }
  });
});
