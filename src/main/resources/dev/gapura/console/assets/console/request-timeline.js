import { html, nothing, svg } from 'lit';
import { duration } from '../ui/format.js';

/** When what happened, from arrival to end, by the figures that the history has. Runs of tools have a length and no begin. */
export function timeline(row) {
  const total = row.duration_ms;
  const first = row.first_byte_ms;
  const phases = first === null || first > total
    ? [{ name: row.status === 499 ? 'Waiting, until the client left' : 'Until the end', tone: 'wait', from: 0, ms: total }]
    : [{ name: 'Waiting for the first byte', tone: 'wait', from: 0, ms: first }, { name: 'Answering', tone: 'talk', from: first, ms: total - first }];
  const runs = (row.tools ?? []).map((run) => ({ name: run.name, tone: run.status === 'ok' ? 'tool' : 'bad', from: null, ms: run.ms }));
  return html`<section class="stack near"><h2>Timeline</h2><div class="card"><table class="timeline">
    <caption class="unseen">Phases of the request</caption>
    <thead class="unseen"><tr><th scope="col">Phase</th><th scope="col">Bar</th><th scope="col">Took</th></tr></thead>
    <tbody>${[...phases, ...runs].map((phase) => line(phase, total))}</tbody></table>
    ${runs.length || row.attempts > 1 ? html`<p class="small muted">${[
      row.attempts > 1 ? `${row.attempts} calls to providers are in this time.` : '',
      runs.length ? 'Tools are drawn by how long they took; when each began is not kept.' : '',
    ].join(' ')}</p>` : nothing}</div></section>`;
}

function line({ name, tone, from, ms }, total) {
  const share = (value) => (total > 0 ? Math.min(100, value / total * 100) : 0);
  const width = Math.max(share(ms), 0.4);
  const start = Math.min(share(from ?? 0), 100 - width);
  return html`<tr><th scope="row"><span class="clip" title=${name}>${name}</span></th>
    <td class="track"><svg height="14" aria-hidden="true">${svg`<rect class="rail" width="100%" height="14" rx="3"></rect>
      <rect class=${`phase ${tone}${from === null ? ' loose' : ''}`} x="${start}%" width="${width}%" height="14" rx="3"></rect>`}</svg></td>
    <td class="number nowrap">${duration(ms)}</td></tr>`;
}
