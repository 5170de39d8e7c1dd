// Login at a real OpenID provider, by what a browser would do: follow redirects, keep cookies, fill in forms.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { startGateway } from './gateway.js';

let server;
let issuer;
let gateway;

before(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${server.address().port}`;
  gateway = await startGateway(
    undefined,
    `  oidc: { issuer: "${issuer}", client_id: gapura, client_secret: a-secret-that-nobody-needs-to-know, allowed_domains: [example.org] }\n`,
  );
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'gapura',
        client_secret: 'a-secret-that-nobody-needs-to-know',
        redirect_uris: [`${gateway.origin}/admin/api/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'mallory', name: id }),
    }),
    cookies: { keys: ['only-for-this-test'] },
    pkce: { required: () => true },
  });
  provider.on('server_error', (context, error) => console.error(error));
  server.on('request', provider.callback());
});

after(async () => {
  await gateway?.stop();
  server?.close();
  server?.closeAllConnections();
});

/** A browser with one jar of cookies for each origin. */
function browser() {
  const jars = new Map();
  async function go(url, form) {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? jars.set(origin, new Map()).get(origin);
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: form && new URLSearchParams(form),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  /** Follows redirects up to a page. */
  async function follow(url, form) {
    let response = await go(url, form);
    for (let at = url; response.status >= 300 && response.status < 400; ) {
      at = new URL(response.headers.get('location'), at).href;
      response = await go(at);
      response.at = at;
    }
    return response;
  }
  return { go, follow };
}

async function login(account) {
  const { follow, go } = browser();
  const form = await follow(`${gateway.origin}/admin/api/oidc`);
  assert.equal(form.status, 200);
  assert.match(form.at, /\/interaction\//);
  const consent = await follow(form.at, { prompt: 'login', login: account, password: 'anything' });
  assert.match(consent.at, /\/interaction\//);
  return { page: await follow(consent.at, { prompt: 'consent' }), go };
}

test('whoever is of an allowed domain comes in', async () => {
  const { page, go } = await login('ani');
  assert.equal(page.status, 200, await page.clone().text());
  assert.ok(page.at.startsWith(gateway.origin), page.at);
  const session = await (await go(`${gateway.origin}/admin/api/session`)).json();
  assert.equal(session.person.email, 'ani@example.org');
  assert.equal(session.person.role, 'member');
  assert.equal(session.method, 'oidc');
});

test('an address that the provider does not vouch for does not', async () => {
  const { page } = await login('mallory');
  assert.equal(page.status, 403);
  assert.equal((await page.json()).error.code, 'login_not_allowed');
});
