import { loadSession, watchSession } from '../ui/api.js';
import { showControls } from './controls.js';
import './models.js';
import './recent.js';
import './try-get.js';
import './try-it.js';

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
if (document.getElementById('chat-form')) showControls();
// The API also runs without a console beside it: then nobody is logged in.
await loadSession().catch(() => null);
document.documentElement.dataset.ready = '';
// Not needed for the first view.
if (document.getElementById('try-it') && document.getElementById('chat-form')) await import('./samples.js');
