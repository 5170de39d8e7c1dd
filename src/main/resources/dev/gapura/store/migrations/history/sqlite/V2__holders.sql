-- Whose key an exchange came with, and what people see by that. What was written before belongs to the first organization.
ALTER TABLE exchange ADD COLUMN key_id TEXT;
ALTER TABLE exchange ADD COLUMN organization TEXT;
UPDATE exchange SET organization = 'default' WHERE key_name IS NOT NULL;
CREATE INDEX exchange_person ON exchange (person) WHERE person IS NOT NULL;
CREATE INDEX exchange_team ON exchange (team) WHERE team IS NOT NULL;
CREATE INDEX exchange_organization ON exchange (organization) WHERE organization IS NOT NULL;

-- Sums are told apart by the same. The row of none has an empty text.
CREATE TABLE rollup_by_holder (
  period_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  organization TEXT NOT NULL,
  team TEXT NOT NULL,
  person TEXT NOT NULL,
  key_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  requests INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  streamed INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  tool_runs INTEGER NOT NULL,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  first_byte_ms INTEGER NOT NULL,
  d0 INTEGER NOT NULL, d1 INTEGER NOT NULL, d2 INTEGER NOT NULL, d3 INTEGER NOT NULL,
  d4 INTEGER NOT NULL, d5 INTEGER NOT NULL, d6 INTEGER NOT NULL, d7 INTEGER NOT NULL,
  d8 INTEGER NOT NULL, d9 INTEGER NOT NULL, d10 INTEGER NOT NULL, d11 INTEGER NOT NULL,
  d12 INTEGER NOT NULL, d13 INTEGER NOT NULL, d14 INTEGER NOT NULL, d15 INTEGER NOT NULL,
  f0 INTEGER NOT NULL, f1 INTEGER NOT NULL, f2 INTEGER NOT NULL, f3 INTEGER NOT NULL,
  f4 INTEGER NOT NULL, f5 INTEGER NOT NULL, f6 INTEGER NOT NULL, f7 INTEGER NOT NULL,
  f8 INTEGER NOT NULL, f9 INTEGER NOT NULL, f10 INTEGER NOT NULL, f11 INTEGER NOT NULL,
  f12 INTEGER NOT NULL, f13 INTEGER NOT NULL, f14 INTEGER NOT NULL, f15 INTEGER NOT NULL,
  PRIMARY KEY (period_ms, start_ms, organization, team, person, key_id, key_name, model, provider)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_by_holder (
  period_ms, start_ms, organization, team, person, key_id, key_name, model, provider,
  requests, failed, streamed, attempts, input_tokens, cached_tokens,
  cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, unpriced, estimated,
  tool_runs, bytes_in, bytes_out, duration_ms, first_byte_ms, d0,
  d1, d2, d3, d4, d5, d6,
  d7, d8, d9, d10, d11, d12,
  d13, d14, d15, f0, f1, f2,
  f3, f4, f5, f6, f7, f8,
  f9, f10, f11, f12, f13, f14,
  f15
) SELECT
  period_ms, start_ms, CASE key_name WHEN '' THEN '' ELSE 'default' END, '', '', '', key_name, model, provider,
  requests, failed, streamed, attempts, input_tokens, cached_tokens,
  cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, unpriced, estimated,
  tool_runs, bytes_in, bytes_out, duration_ms, first_byte_ms, d0,
  d1, d2, d3, d4, d5, d6,
  d7, d8, d9, d10, d11, d12,
  d13, d14, d15, f0, f1, f2,
  f3, f4, f5, f6, f7, f8,
  f9, f10, f11, f12, f13, f14,
  f15
FROM rollup;
DROP TABLE rollup;
ALTER TABLE rollup_by_holder RENAME TO rollup;
