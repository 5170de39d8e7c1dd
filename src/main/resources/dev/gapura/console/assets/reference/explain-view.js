import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { copy } from '../ui/parts.js';
import { count } from '../ui/format.js';
import { verdicts } from './verdicts.js';

const usd = (value) => (value === null || value === undefined ? '–' : `$${value}`);

/** What would be done with a request: route, price range, verdicts, what the provider would get. */
class Explanation extends Plain {
  static properties = { run: { attribute: false }, over: { attribute: false } };

  render() {
    const json = this.run?.json;
    if (!json) return html`<h2>Explanation</h2><p class="loading" role="status">${this.over ? 'Stopped.' : 'Asking …'}</p>`;
    const { route = {}, tokens = {}, price_usd: price = {}, upstream = {} } = json;
    const body = JSON.stringify(upstream.body, null, 2);
    return html`<div class="spread"><h2>Explanation</h2><span class="small muted">Nobody was called.</span></div>
      <dl class="pairs"><dt>Provider</dt><dd>${route.provider}</dd><dt>Model</dt><dd>${route.model}</dd>
        <dt>Dialect</dt><dd>${route.dialect}, ${route.relayed ? 'relayed as it is' : 'translated'}</dd>
        <dt>Upstream calls</dt><dd>${route.calls}</dd>
        <dt>Prompt</dt><dd>about ${count(tokens.prompt_estimate)} tokens${tokens.prompt_max ? html` of ${count(tokens.prompt_max)}` : nothing}</dd>
        <dt>Answer</dt><dd>${tokens.completion_max ? html`at most ${count(tokens.completion_max)} tokens` : '–'}</dd>
        <dt>Price</dt><dd>${price.min === null && price.max === null ? '–' : html`${usd(price.min)} to ${usd(price.max)}`}</dd></dl>
      ${verdicts(json.params)}
      <details open><summary>Body that the provider would get</summary><pre tabindex="0" aria-label="Upstream body"><code>${body}</code></pre>
        <div class="row end"><button type="button" @click=${() => copy(body)}>Copy</button></div></details>
      <details><summary>${upstream.method} <code>${upstream.path}</code> and its headers</summary><dl class="pairs">${Object.entries(upstream.headers ?? {}).map(([name, value]) => html`<dt class="mono">${name}</dt><dd class="mono">${value}</dd>`)}</dl></details>`;
  }
}

define('gp-explanation', Explanation);
