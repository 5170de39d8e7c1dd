import { html } from 'lit';

/** Text in which backticks mark code. */
export const prose = (text) => String(text).split('`').map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
