-- Where alerts go, where the configuration file does not say: one row.
CREATE TABLE alert_settings (
  id INTEGER PRIMARY KEY,
  -- Address, signing secret and thresholds, sealed as a whole, since an address may be a secret too.
  sealed TEXT NOT NULL,
  changed_ms INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;

-- Thresholds of budgets that were reached: one row each, so that each is told of once in its span.
CREATE TABLE alert (
  scope TEXT NOT NULL,
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  percent INTEGER NOT NULL,
  id TEXT NOT NULL,
  limit_nano_usd INTEGER NOT NULL,
  spent_nano_usd INTEGER NOT NULL,
  reached_ms INTEGER NOT NULL,
  -- waiting, delivered, failed, or skipped where a higher threshold was reached at the same time.
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  -- When it is tried next; while it is tried, when another gateway may.
  next_ms INTEGER NOT NULL,
  tried_ms INTEGER,
  -- What the last try came to.
  outcome TEXT,
  PRIMARY KEY (scope, span, start_ms, percent)
) STRICT;

CREATE INDEX alert_waiting ON alert (next_ms) WHERE state = 'waiting';
CREATE INDEX alert_reached ON alert (reached_ms);
