import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, remove } from '../ui/api.js';
import { badge, confirm, empty, failure, head, loading, toast } from '../ui/parts.js';
import { time } from '../ui/format.js';
import { Directory } from './directory.js';
import { editTool, registerTool, toolPath } from './tool-form.js';
import { testTool } from './tool-test.js';

/** What the gateway says of an entry, as a sentence. */
const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** Server tools: entries of the configuration file, those registered here, and trying one out. */
class Tools extends Plain {
  static properties = { rows: { state: true }, error: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  get changes() {
    return currentSession()?.person.role === 'owner';
  }

  read() {
    return this.attempt(async () => {
      const [tools, directory] = await Promise.all([get('/admin/api/tools'), this.directory ?? Directory.load()]);
      this.directory = directory;
      this.rows = tools.data;
    });
  }

  /** The gateway takes a change over within a second: what it says of the tools comes then. */
  after(change, said) {
    return this.attempt(async () => {
      if (!await change) return;
      toast(said);
      await this.read();
      setTimeout(() => this.isConnected && this.read(), 1500);
    });
  }

  async forget(row) {
    if (!await confirm('Forget this entry?', html`The tools of <strong>${row.name}</strong> are no longer there. Runs under way end by themselves.`, 'Forget entry')) return;
    this.after(remove(toolPath(row.name)), 'The entry was forgotten.');
  }

  render() {
    return html`${head('Tools', 'What the gateway runs for a model that calls it. Entries of the configuration file are changed there.',
      this.changes ? html`<button type="button" class="primary" @click=${() => this.after(registerTool(), 'The entry was registered.')}>Register a tool</button>` : nothing)}
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${!this.rows ? (this.error ? nothing : loading()) : this.rows.length ? this.rows.map((row) => this.entry(row))
        : empty('No server tools yet', 'Register an HTTP request, an OpenAPI document or an MCP server, or use one that is built in.')}`;
  }

  entry(row) {
    const registered = row.origin === 'registered';
    return html`<section class="card stack" aria-labelledby="tool-${row.name}">
      <div class="spread"><div class="row"><h2 id="tool-${row.name}">${row.name}</h2>${row.entry?.kind ? badge(row.entry.kind) : nothing}${registered ? badge('Registered here', 'info') : badge('Set in the file')}
        ${row.trouble ? badge('Not there', 'bad') : nothing}</div>
        ${registered && this.changes ? html`<div class="row tight"><button type="button" aria-label="Edit ${row.name}" @click=${() => this.after(editTool(row), 'The entry was changed.')}>Edit</button>
          <button type="button" class="danger" aria-label="Forget ${row.name}" @click=${() => this.forget(row)}>Forget</button></div>` : nothing}</div>
      ${row.trouble ? html`<p class="note bad">${sentence(row.trouble)}</p>` : nothing}
      ${row.changed_ms ? html`<p class="small muted">Changed ${time(row.changed_ms)} by ${this.directory.actor(row.changed_by)}</p>` : nothing}
      ${row.tools.length ? html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Tool</th><th scope="col">What the model reads</th><th scope="col" class="number">Price of a run</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
        <tbody>${row.tools.map((tool) => html`<tr><td><code>${tool.name}</code></td><td class="prose">${tool.description || '–'}</td><td class="number">${Number(tool.price_usd) ? `$${tool.price_usd}` : 'Free'}</td>
          <td><div class="row end tight">${this.changes ? html`<button type="button" aria-label="Test ${tool.name}" @click=${() => testTool(tool)}>Test</button>` : nothing}
          <a class="button" aria-label="Requests that ran ${tool.name}" href="/console/requests?tool=${encodeURIComponent(tool.name)}">Requests</a></div></td></tr>`)}</tbody></table></div>` : nothing}
    </section>`;
  }
}

define('gp-tools', Tools);
