-- Where alerts go, where the configuration file does not say: one row.
CREATE TABLE alert_settings (
  id BIGINT PRIMARY KEY,
  -- Address, signing secret and thresholds, sealed as a whole, since an address may be a secret too.
  sealed TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);

-- Thresholds of budgets that were reached: one row each, so that each is told of once in its span.
CREATE TABLE alert (
  scope TEXT NOT NULL,
  span TEXT NOT NULL,
  start_ms BIGINT NOT NULL,
  percent BIGINT NOT NULL,
  id TEXT NOT NULL,
  limit_nano_usd BIGINT NOT NULL,
  spent_nano_usd BIGINT NOT NULL,
  reached_ms BIGINT NOT NULL,
  -- waiting, delivered, failed, or skipped where a higher threshold was reached at the same time.
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  -- When it is tried next; while it is tried, when another gateway may.
  next_ms BIGINT NOT NULL,
  tried_ms BIGINT,
  -- What the last try came to.
  outcome TEXT,
  PRIMARY KEY (scope, span, start_ms, percent)
);

CREATE INDEX alert_waiting ON alert (next_ms) WHERE state = 'waiting';
CREATE INDEX alert_reached ON alert (reached_ms);
