/** Address of the API, also where the console is served on a port of its own. */
export function apiBase() {
  const port = document.documentElement.dataset.apiPort;
  if (!port) return location.origin;
  const url = new URL(location.origin);
  url.port = port;
  return url.origin;
}
