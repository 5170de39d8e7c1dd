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

/** Resolves when the browser has nothing else to do, to how long that may last where the browser tells. */
export const idle = () => new Promise((resolve) => {
  if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: 500 }); else setTimeout(resolve, 50);
});

/**
 * Makes a page live whose form is the component `form`. `later` loads what the first view does without: it is called
 * when the browser has nothing else to do. The mark says when the form answers to input; `data-ready` that all is there.
 */
export async function begin(form, later) {
  watchSession(showWho);
  await form.updateComplete;
  performance.mark('gapura-interactive');
  // The API also runs without a console beside it: then nobody is logged in.
  const session = await loadSession().catch(() => null);
  if (session && document.querySelector('gp-recent')) await import('./recent.js');
  await idle();
  await later();
  document.documentElement.dataset.ready = '';
}
