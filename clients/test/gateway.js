// Starts the built gateway with a configuration of its own and a data folder that is gone afterwards.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const key = 'gapura-client-tests-0123456789abcdef';
export const narrowKey = 'gapura-narrow-tests-0123456789abcdef';
const startMillis = 60_000;
const stopMillis = 20_000;

/**
 * @param {string} [upstream] base URL of a provider that the test itself serves, reached as `local/…`
 * @param {string} [more] further YAML of the configuration
 */
export async function startGateway(upstream, more = '') {
  const folder = await mkdtemp(join(tmpdir(), 'gapura-clients-'));
  const port = await freePort();
  const config = join(folder, 'gapura.yaml');
  await writeFile(
    config,
    `auth:
  keys:
    - { name: clients, key: "\${CLIENT_KEY}" }
    - { name: narrow, key: "\${NARROW_KEY}", models: ["sim/echo"] }
` + (upstream ? `providers:\n  local: { dialect: openai_chat, base_url: "${upstream}", api_key: "unused" }\n` : '') + more,
  );
  const log = join(folder, 'output.log');
  const output = createWriteStream(log);
  // The shell is replaced by Java, so that the process id is Java's own.
  const process_ = spawn(
    'sh',
    [
      '-c',
      '. ./.mvn/jdk.sh; exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar target/gapura.jar serve "$@"',
      'gapura',
      '--config', config, '--host', '127.0.0.1', '--port', String(port), '--data', join(folder, 'data'),
    ],
    { cwd: root, env: { ...process.env, CLIENT_KEY: key, NARROW_KEY: narrowKey }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  process_.stdout.pipe(output, { end: false });
  process_.stderr.pipe(output, { end: false });
  const origin = `http://127.0.0.1:${port}`;
  const gateway = {
    origin,
    baseURL: `${origin}/v1`,
    output: () => readFile(log, 'utf8'),
    metric: async (pattern) => (await metrics(origin)).split('\n').filter((line) => pattern.test(line)),
    async stop() {
      const exited = process_.exitCode === null && process_.signalCode === null ? once(process_, 'exit') : null;
      process_.kill('SIGTERM');
      const timer = setTimeout(() => process_.kill('SIGKILL'), stopMillis);
      await exited;
      clearTimeout(timer);
      output.end();
      const text = await readFile(log, 'utf8');
      await rm(folder, { recursive: true, force: true });
      return { code: process_.exitCode, signal: process_.signalCode, text };
    },
  };
  try {
    await until(startMillis, async () => {
      if (process_.exitCode !== null) {
        throw new Error(`The gateway ended with ${process_.exitCode}`);
      }
      return (await fetch(`${origin}/readyz`).catch(() => null))?.ok;
    });
  } catch (failure) {
    const { text } = await gateway.stop();
    throw new Error(`${failure.message}; it said:\n${text}`);
  }
  return gateway;
}

async function metrics(origin) {
  return (await fetch(`${origin}/metrics`)).text();
}

/** Asks every 20 ms until the answer is true; fails after the given time. */
export async function until(millis, condition) {
  const end = Date.now() + millis;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`Not so within ${millis} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
