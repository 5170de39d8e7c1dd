import { html, nothing } from 'lit';
import { dialog, failure } from '../ui/parts.js';

/**
 * A dialog with a form. `fields(update)` gives its controls, `save(data, form)` does the work and gives what the
 * dialog resolves to; where it throws, the dialog stays open and says why. Undefined where it was dismissed.
 */
export function formDialog(title, { fields, save, action = 'Save', danger = false, lead = null, wide = false }) {
  let error = null;
  let busy = false;
  return dialog(title, (close, update) => {
    const submit = async (event) => {
      event.preventDefault();
      const form = event.target;
      busy = true;
      error = null;
      update();
      try {
        const saved = await save(new FormData(form), form);
        busy = false;
        close(saved ?? true);
      } catch (refused) {
        busy = false;
        error = refused;
        update();
        form.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
      }
    };
    return html`<form class="stack" @submit=${submit}>${lead ? html`<p>${lead}</p>` : nothing}${fields(update)}
      ${error ? failure(error) : nothing}
      <div class="row end"><button type="button" @click=${() => close()}>Cancel</button>
        <button class=${danger ? 'danger' : 'primary'} ?disabled=${busy}>${busy ? 'One moment …' : action}</button></div></form>`;
  }, { wide });
}

/** The text of a control, null where it is blank. */
export const textOf = (data, name) => data.get(name)?.trim() || null;

/** What stands between commas and line breaks; null where nothing does. */
export function listOf(data, name) {
  const parts = (data.get(name) ?? '').split(/[,\n]/).map((part) => part.trim()).filter(Boolean);
  return parts.length ? parts : null;
}

/** JSON of a control, null where it is blank. Throws what names the field. */
export function jsonOf(data, name, label) {
  const text = textOf(data, name);
  if (text === null) return null;
  let value;
  try {
    value = JSON.parse(text);
  } catch (wrong) {
    throw new Error(`${label}: this is not JSON. ${wrong.message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${label}: write an object, such as {"a": 1}.`);
  return value;
}

/** JSON as people edit it; empty for nothing. */
export const pretty = (value) => (value === null || value === undefined ? '' : JSON.stringify(value, null, 2));
