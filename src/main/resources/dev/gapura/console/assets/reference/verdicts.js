import { html, nothing } from 'lit';
import { badge } from '../ui/parts.js';

const LOOKS = { passed: '', renamed: 'info', converted: 'info', clamped: 'warn', emulated: 'info', ignored: 'warn', stripped: 'warn', rejected: 'bad' };

/** What became of every field of a request, as a table. */
export const verdicts = (params) => (params?.length ? html`<details class="verdicts" ?open=${params.some((one) => one.verdict !== 'passed')}><summary>Verdicts of ${params.length} parameters</summary>
  <div class="table" tabindex="0" role="region" aria-label="Verdicts"><table><thead><tr><th scope="col">Parameter</th><th scope="col">Verdict</th><th scope="col">Why</th></tr></thead>
  <tbody>${params.map((one) => html`<tr><td><code>${one.field}</code></td><td>${badge(one.verdict, LOOKS[one.verdict] ?? '')}</td>
  <td>${[one.detail, one.reason].filter(Boolean).join(': ')}</td></tr>`)}</tbody></table></div></details>` : nothing);
