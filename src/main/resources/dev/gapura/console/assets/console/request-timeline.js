import { html, nothing, svg } from 'lit';
import { duration } from '../ui/format.js';
import { badge } from '../ui/parts.js';

/** Kinds of time, by the class of their bars. */
const KINDS = [['wait', 'waiting'], ['talk', 'answering'], ['tool', 'tool'], ['bad', 'failed']];

/** When what happened, from arrival to end: the wait, every call to a provider, tools, the first byte, the end. */
export function timeline(row) {
  const lines = row.calls ? told(row) : guessed(row);
  const total = Math.max(row.duration_ms, ...lines.map((line) => (line.at ?? 0) + (line.ms ?? 0)));
  const kinds = KINDS.filter(([kind]) => lines.some((line) => line.parts.some((part) => part.kind === kind && part.ms > 0)));
  const more = row.calls && row.attempts > row.calls.length ? `${row.attempts - row.calls.length} more calls were made.` : '';
  return html`<section class="stack near"><h2>Timeline</h2><div class="card stack near"><table class="timeline">
    <caption class="unseen">What happened when, from the arrival of the request</caption>
    <thead><tr><th scope="col"><span class="unseen">What</span></th><th scope="col" class="track"><span class="unseen">Bar</span></th>
      <th scope="col" class="number">At</th><th scope="col" class="number">Took</th></tr></thead>
    <tbody>${lines.map((line) => bar(line, total))}</tbody></table>
    <p class="keys small muted">${kinds.map(([kind, words]) => html`<span><svg width="10" height="10" aria-hidden="true">${svg`<rect class=${`phase ${kind}`}
      width="10" height="10" rx="2"></rect>`}</svg> ${words}</span>`)}
      ${more || !row.calls && row.attempts ? html`<span>${more || 'The times of its calls are not kept: an older version wrote it down.'}</span>` : nothing}</p>
    </div></section>`;
}

/** Of a request whose calls are kept. */
function told(row) {
  const several = row.calls.length > 1;
  const steps = [
    ...row.calls.map((call, index) => {
      const head = call.head_ms ?? call.ms;
      const bad = call.failure || call.status >= 400;
      return { name: several ? `Call ${index + 1}` : 'Call', more: `${call.provider}/${call.model}`, outcome: call.failure ?? call.status, bad, at: call.at_ms, ms: call.ms,
        parts: bad ? [{ kind: 'bad', ms: call.ms }] : [{ kind: 'wait', ms: head }, { kind: 'talk', ms: Math.max(0, call.ms - head) }] };
    }),
    ...runs(row),
    ...(row.first_byte_ms === null || row.first_byte_ms > row.duration_ms ? [] : [{ name: 'First byte to the client', at: row.first_byte_ms, ms: null, parts: [] }]),
  ].sort((one, other) => one.at - other.at);
  const before = row.calls[0]?.at_ms ?? row.duration_ms;
  return [{ name: 'Before the first call', at: 0, ms: before, parts: [{ kind: 'wait', ms: before }] }, ...steps, end(row)];
}

/** Of a request that called nobody, or that was written down without its calls. */
function guessed(row) {
  const first = row.first_byte_ms;
  if (!row.attempts || first === null || first > row.duration_ms) {
    const wait = { name: row.attempts ? 'Waiting for the provider' : 'In the gateway', at: 0, ms: row.duration_ms, parts: [{ kind: 'wait', ms: row.duration_ms }] };
    return [wait, ...runs(row), end(row)];
  }
  return [{ name: 'Waiting for the first byte', at: 0, ms: first, parts: [{ kind: 'wait', ms: first }] }, ...runs(row),
    { name: 'Answering', at: first, ms: row.duration_ms - first, parts: [{ kind: 'talk', ms: row.duration_ms - first }] }, end(row)];
}

const runs = (row) => (row.tools ?? []).map((run) => ({ name: `Tool ${run.name}`, outcome: run.status === 'ok' ? null : run.status, bad: run.status !== 'ok',
  at: run.at_ms ?? null, ms: run.ms, parts: [{ kind: run.status === 'ok' ? 'tool' : 'bad', ms: run.ms }] }));

const end = (row) => ({ name: row.failure === 'client_gone' ? 'The client left' : row.failure ? 'Failed' : 'End', outcome: row.failure && row.failure !== 'client_gone' ? row.failure : null,
  bad: Boolean(row.failure), at: row.duration_ms, ms: null, parts: [] });

function bar({ name, more, outcome, bad, at, ms, parts }, total) {
  const share = (value) => (total > 0 ? Math.min(100, value / total * 100) : 0);
  let from = share(at ?? 0);
  const pieces = parts.filter((part) => part.ms > 0 || parts.length === 1).map((part) => {
    const width = Math.max(share(part.ms), 0.4);
    const piece = svg`<rect class=${`phase ${part.kind}${at === null ? ' loose' : ''}`} x="${Math.min(from, 100 - width)}%" width="${width}%" height="12" rx="2"></rect>`;
    from += share(part.ms);
    return piece;
  });
  const mark = parts.length ? nothing : svg`<rect class=${`mark${bad ? ' bad' : ''}`} x="${from}%" width="3" height="12" rx="1"></rect>`;
  return html`<tr><th scope="row"><span class="step"><span>${name}</span> ${outcome ? badge(outcome, bad ? 'bad' : 'good') : nothing}</span>
      ${more ? html`<span class="clip small muted" title=${more}>${more}</span>` : nothing}</th>
    <td class="track"><svg height="12" aria-hidden="true"><rect class="rail" width="100%" height="12" rx="2"></rect>${pieces}${mark}</svg></td>
    <td class="number nowrap at">${duration(at)}</td><td class="number nowrap">${ms === null ? nothing : duration(ms)}</td></tr>`;
}
