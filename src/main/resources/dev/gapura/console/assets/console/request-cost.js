import { html, nothing } from 'lit';
import { count, money } from '../ui/format.js';

/** Classes of tokens, the name of each in the text of rates, and the rate that holds where it has none of its own. */
const CLASSES = [
  ['input', 'Prompt', 'in', null], ['cached', 'Prompt, read from a cache', 'cached', 'in'], ['cache_write', 'Prompt, written to a cache', 'write', 'in'],
  ['output', 'Answer', 'out', null], ['reasoning', 'Reasoning', 'reasoning', 'out'],
];

/** Rates as numbers, of `in=1.25,out=10;above=200000,in=2.5,out=15`: dollars for a million tokens, by the length of the prompt. */
export function ratesOf(text, promptTokens) {
  const all = text.split(';').map((part) => Object.fromEntries(part.split(',').map((one) => one.split('=')).map(([name, value]) => [name, Number(value)])));
  return all.filter((rates) => !(rates.above >= promptTokens)).at(-1) ?? all[0];
}

/** Nanodollars of each class of tokens. What else was charged is the rest up to the cost of the request. */
function lines(row) {
  const { tokens } = row;
  const rates = ratesOf(row.price, tokens.input + tokens.cached + tokens.cache_write);
  return CLASSES.filter(([name]) => tokens[name] > 0).map(([name, label, rate, other]) => {
    const usd = rates[rate] ?? rates[other] ?? null;
    return { label, tokens: tokens[name], usd, nano: usd === null ? null : Math.round(tokens[name] * usd * 1000) };
  });
}

/** What the request cost, by class of tokens, with the rates it was charged with. */
export function costs(row) {
  if (row.cost_nano_usd === null && row.counted !== 'nothing') {
    return html`<section class="stack near"><h2>Cost</h2><p class="note warn"><span>${row.tokens
      ? html`The price of ${row.provider}/${row.model} is not known. Say it under <code>catalogue</code> in gapura.yaml; it counts from then on.`
      : 'The provider did not say how many tokens it used, so the cost is not known.'}</span></p></section>`;
  }
  if (!row.tokens || !row.price) return nothing;
  const all = lines(row);
  const runs = (row.tools ?? []).reduce((sum, run) => sum + (run.cost_nano_usd ?? 0), 0);
  const rest = row.cost_nano_usd - runs - all.reduce((sum, line) => sum + (line.nano ?? 0), 0);
  return html`<section class="stack near"><h2>Cost</h2><div class="table" tabindex="0" role="region" aria-label="Cost by class of tokens"><table>
    <thead><tr><th scope="col">For</th><th scope="col" class="number">Tokens</th><th scope="col" class="number">For a million</th><th scope="col" class="number">Cost</th></tr></thead>
    <tbody>${all.map((line) => html`<tr><td>${line.label}</td><td class="number">${count(line.tokens)}</td>
        <td class="number">${line.usd === null ? '–' : `$${line.usd}`}</td><td class="number">${money(line.nano)}</td></tr>`)}
      ${runs ? html`<tr><td>Tools of the gateway</td><td></td><td></td><td class="number">${money(runs)}</td></tr>` : nothing}
      ${Math.abs(rest) > 5 ? html`<tr><td>Media, searches and other parts${parts(row)}</td><td></td><td></td><td class="number">${money(rest)}</td></tr>` : nothing}
      <tr class="sum"><th scope="row">All</th><td></td><td></td><td class="number">${money(row.cost_nano_usd)}</td></tr></tbody></table></div>
    <p class="small muted">Charged with <code class="wraps">${row.price}</code>: dollars for a million tokens.${row.counted === 'estimated'
      ? ' The tokens were estimated here, since the provider did not count them.' : ''}</p></section>`;
}

const parts = (row) => (row.parts ? html`<br><span class="muted">${Object.entries(row.parts).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${count(value)}`).join(', ')}</span>` : nothing);
