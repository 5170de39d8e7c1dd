// Runs before the first paint: the scheme that somebody chose here, else that of the system; and what is out of view is
// left without layout until the page has come, unless somebody comes for a certain place of it.
(() => {
  const KEY = 'gapura-theme';
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const apply = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme; else delete root.dataset.theme;
  };
  apply(read());
  const whole = () => { delete root.dataset.brief; };
  // Whoever reloads or goes back is where they were.
  if (!location.hash && performance.getEntriesByType('navigation')[0]?.type === 'navigate') root.dataset.brief = '';
  addEventListener('load', () => { if (window.requestIdleCallback) requestIdleCallback(whole, { timeout: 1000 }); else whole(); });
  addEventListener('hashchange', () => {
    if (root.dataset.brief === undefined) return;
    whole();
    document.querySelector(':target')?.scrollIntoView();
  });
  addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector('button.theme');
    if (!button) return;
    const say = () => {
      const now = root.dataset.theme ?? 'auto';
      button.textContent = { light: 'Light', dark: 'Dark', auto: 'Auto' }[now];
      button.setAttribute('aria-label', `Colours: ${now}. Change`);
    };
    button.hidden = false;
    say();
    button.addEventListener('click', () => {
      const next = { auto: 'light', light: 'dark', dark: 'auto' }[root.dataset.theme ?? 'auto'];
      try { localStorage.setItem(KEY, next); } catch { /* not kept, still applied */ }
      apply(next);
      say();
    });
  });
})();
