import { html, nothing } from 'lit';

/** What a label of failure means, and what to do about it. */
const MEANINGS = {
  invalid_request: ['The gateway refused the request before it called anybody.', 'Mend the field that the message names.'],
  unauthenticated: ['No key came, or one that is not known here.', 'Send a valid key as a bearer token.'],
  forbidden: ['The key, or the role of its person, does not allow this.', 'Change the policy of the key, or use another one.'],
  not_found: ['The path, or the model, does not exist here.', 'Look at the path and at the list of models.'],
  method_not_allowed: ['The path does not take this method.', 'Use the method that the reference names.'],
  slow_request: ['The client sent its request too slowly.', 'Look at the client’s network.'],
  length_required: ['The request had a body without a length.', 'Send `content-length`, or chunks.'],
  body_too_large: ['The body was larger than the gateway takes.', 'Send less, or raise `server.max_body_bytes`.'],
  target_too_long: ['The address was too long.', 'Send less in the query.'],
  unsupported_media_type: ['The body was not JSON.', 'Send `content-type: application/json`.'],
  conflict: ['Another request with the same `Idempotency-Key` is under way.', 'Wait for it, then ask again.'],
  idempotency_mismatch: ['The same `Idempotency-Key` came with another request before.', 'Use a new key for a new request.'],
  client_gone: ['The client left before its answer was complete.', 'Nothing to do here; look at its timeout if this is frequent.'],
  rate_limited: ['A rate limit of this gateway was reached.', 'Wait as long as `retry-after` says, or raise the limit.'],
  budget_exceeded: ['A budget of this gateway is used up.', 'Wait for its next period, or raise it.'],
  interrupted: ['The gateway’s process ended meanwhile.', 'Look at its log, and why it was stopped.'],
  internal: ['The gateway made a mistake.', 'Its log has more under the request id.'],
  loop: ['The address of the provider leads back to this gateway.', 'Mend the provider’s `base_url`.'],
  unavailable: ['The gateway was stopping, or a part that it needs was down, or somebody stopped this request.', 'Ask again; look at the log if it stays so.'],
  provider_rejected: ['The provider refused the request as it was.', 'Its message says what it does not take.'],
  provider_not_found: ['The provider does not know the model.', 'Look at the name of the model, and whether the account may use it.'],
  provider_conflict: ['The provider refused the request for its own state.', 'Ask again; its message says more.'],
  provider_too_large: ['The request was larger than the provider takes.', 'Send less.'],
  provider_rate_limited: ['The provider limits this account.', 'Ask again later, add another key of the provider, or ask it for higher limits.'],
  provider_auth: ['The provider refused the credentials of the gateway.', 'Mend its key under Providers, or in the configuration.'],
  provider_failed: ['The provider failed.', 'Ask again; look at the provider’s status.'],
  provider_unreachable: ['The provider could not be reached.', 'Look at `base_url`, the network and the proxy.'],
  provider_unreadable: ['The provider answered something that its API does not know.', 'Look at `base_url`: it may be another service.'],
  provider_cut: ['The provider’s stream ended in the middle.', 'Ask again; what came before was delivered.'],
  provider_overloaded: ['The provider was overloaded.', 'Ask again later, or another model.'],
  provider_quota: ['The account at the provider has no money or quota left.', 'Top it up there.'],
  timeout_connect: ['The provider could not be connected to in time.', 'Look at the network, or raise `timeouts.connect`.'],
  timeout_first_token: ['The provider said nothing for too long.', 'Ask again, or raise `timeouts.first_token`.'],
  timeout_between_chunks: ['The provider’s stream stopped for too long.', 'Ask again, or raise `timeouts.between_chunks`.'],
  timeout_total: ['The answer took too long altogether.', 'Ask for less, or raise `timeouts.total`.'],
  provider_timeout: ['The provider gave up by itself.', 'Ask again, or for less.'],
};

/** The message that the client got, where its body is kept. */
function message(found) {
  const text = found.answer_body?.text ?? '';
  for (const candidate of [text, ...text.split('\n').filter((line) => line.startsWith('data: {')).map((line) => line.slice(6)).reverse()]) {
    try {
      const error = JSON.parse(candidate)?.error;
      if (typeof error?.message === 'string') return error.message;
    } catch { /* not this one */ }
  }
  return null;
}

/** Marks names that stand between backticks. */
const marked = (text) => text.split('`').map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

/** Why a request ended badly, and what to do. */
export function explained(row, found) {
  if (!row.failure) return nothing;
  const [meaning, remedy] = MEANINGS[row.failure] ?? ['It ended badly.', 'The gateway’s log has more under the request id.'];
  const told = message(found);
  return html`<div class="note bad"><strong>${marked(meaning)}</strong>${told ? html`<span>“${told}”</span>` : nothing}
    <span>${marked(remedy)}</span><span class="small muted">${[row.failure, row.error_code].filter(Boolean).join(' · ')}</span></div>`;
}
