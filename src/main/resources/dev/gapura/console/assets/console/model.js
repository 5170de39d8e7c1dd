import { html, nothing } from 'lit';
import { post } from '../ui/api.js';
import { dialog, failure, field } from '../ui/parts.js';
import { count, duration } from '../ui/format.js';

/** Dollars for a million tokens; a dash where the price is not known. */
export const perMillion = (usd) => (usd === null || usd === undefined ? '–' : `$${(usd * 1e6).toLocaleString('en', { maximumFractionDigits: 4 })}`);

const tokens = (value) => (value === null || value === undefined ? '–' : `${count(value)} tokens`);
const words = (list) => (list?.length ? list.join(', ') : '–');

/** Where numbers are from, and of which day where that is known: the configuration has none. */
const from = (source, day) => [source, day].filter(Boolean).join(', ');

const facts = (model) => html`<dl class="pairs">
  ${model.target !== model.name ? html`<dt>Calls</dt><dd><code>${model.target}</code></dd>` : nothing}
  <dt>Provider</dt><dd>${model.provider}, speaks ${model.dialect}</dd>
  <dt>Context</dt><dd>${tokens(model.context_window)}</dd><dt>Longest prompt</dt><dd>${tokens(model.max_input_tokens)}</dd><dt>Longest answer</dt><dd>${tokens(model.max_output_tokens)}</dd>
  <dt>Takes</dt><dd>${words(model.modalities?.input)}</dd><dt>Gives</dt><dd>${words(model.modalities?.output)}</dd>
  <dt>Abilities</dt><dd>${words(model.abilities)}</dd><dt>Reasoning efforts</dt><dd>${words(model.reasoning_efforts)}</dd>
  <dt>Limits from</dt><dd>${model.limits_known ? from(model.limits_source, model.limits_date) : 'Not known'}</dd>
  <dt>Prices from</dt><dd>${model.price_source ? from(model.price_source, model.price_date) : 'Not known'}</dd></dl>`;

const prices = (model) => html`<h3>Prices for a million tokens</h3>${model.prices?.length ? html`
  <div class="table" tabindex="0"><table><thead><tr><th scope="col">Tier</th><th scope="col">From</th><th scope="col" class="number">Input</th><th scope="col" class="number">Cached input</th><th scope="col" class="number">Output</th></tr></thead>
  <tbody>${model.prices.map((price) => html`<tr><td>${price.service_tier ?? 'Standard'}${price.hours_utc ? html` <span class="muted">${price.hours_utc} UTC</span>` : nothing}</td><td>${price.valid_from ?? '–'}</td>
    <td class="number">${perMillion(price.input_cost_per_token)}</td><td class="number">${perMillion(price.cache_read_input_token_cost)}</td><td class="number">${perMillion(price.output_cost_per_token)}</td></tr>`)}</tbody></table></div>`
  : html`<p class="muted">The price of this model is not known.</p>`}`;

const parameters = (model) => html`<details><summary>${model.supported_parameters?.length ?? 0} accepted parameters</summary>
  <p class="details chips">${(model.supported_parameters ?? []).map((name) => html`<code>${name}</code> `)}</p></details>`;

/** Everything known of a model, and one small request to it. */
export function showModel(model) {
  let test = null;
  return dialog(model.name, (close, update) => {
    const send = async (event) => {
      event.preventDefault();
      const prompt = new FormData(event.target).get('prompt');
      test = { busy: true };
      update();
      const begun = performance.now();
      try {
        const answer = await post('/v1/chat/completions', { model: model.name, messages: [{ role: 'user', content: prompt }], max_completion_tokens: 200 });
        test = { answer, ms: performance.now() - begun };
      } catch (error) {
        test = { error };
      }
      update();
    };
    const separate = document.documentElement.dataset.apiPort;
    return html`${facts(model)}${prices(model)}${parameters(model)}
      ${separate ? nothing : html`<form class="stack" @submit=${send}><h3>Try it</h3>
        ${field({ id: 'model-prompt', label: 'Message', control: html`<input id="model-prompt" name="prompt" required value="Say hello in one short sentence.">` })}
        <div class="row"><button class="primary" ?disabled=${test?.busy}>${test?.busy ? 'Waiting …' : 'Send'}</button><span class="muted small">Costs what the model costs; at most 200 tokens.</span></div>
        <div aria-live="polite">${test?.error ? failure(test.error) : test?.answer ? reply(test) : nothing}</div></form>`}`;
  }, { wide: true });
}

function reply({ answer, ms }) {
  const choice = answer.choices?.[0];
  const usage = answer.usage;
  return html`<div class="note good"><span>${choice?.message?.content || 'The answer holds no text.'}</span>
    <span class="small muted">${duration(ms)} · ${count(usage?.prompt_tokens)} tokens in, ${count(usage?.completion_tokens)} out · ${choice?.finish_reason ?? 'no finish reason'}</span></div>`;
}
