import { loadSession, watchSession } from '../ui/api.js';

/** Who is logged in, in the top bar. */
function showWho(session) {
  const who = document.getElementById('who');
  const link = document.createElement('a');
  link.href = '/console';
  link.className = 'clip who-link';
  link.textContent = session ? session.person.email : 'Log in';
  who?.replaceChildren(link);
}

watchSession(showWho);
// The API also runs without a console beside it: then nobody is logged in.
await loadSession().catch(() => null);
await Promise.all([import('./recent.js'), import('./try-it.js'), import('./try-get.js'), import('./models.js')]);
if (document.querySelector('[data-path]')) await (await import('./controls.js')).showControls();
document.documentElement.dataset.ready = '';
