-- Identifiers are 42 bits of arrival (milliseconds since the Unix epoch) and 21 bits that tell apart what arrived
-- together: their order is the order of time. Times are milliseconds, money is nanodollars.
CREATE TABLE exchange (
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL UNIQUE,
  time_ms INTEGER NOT NULL,
  method TEXT NOT NULL,
  route TEXT NOT NULL,
  status INTEGER NOT NULL,
  streamed INTEGER NOT NULL,
  failure TEXT,
  error_code TEXT,
  key_name TEXT,
  person TEXT,
  team TEXT,
  end_user TEXT,
  client TEXT NOT NULL,
  user_agent TEXT,
  model_asked TEXT,
  provider TEXT,
  model TEXT,
  attempts INTEGER NOT NULL,
  -- 0 no provider was called, 1 reported, 2 estimated, 3 unknown
  counted INTEGER NOT NULL,
  -- Disjoint: their sum is what the provider counted. Null where it did not say.
  input_tokens INTEGER,
  cached_tokens INTEGER,
  cache_write_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  -- What else the provider counted apart, as JSON: sound, pictures, searches.
  parts TEXT,
  service_tier TEXT,
  -- Null where it is not known.
  cost_nano_usd INTEGER,
  price TEXT,
  first_byte_ms INTEGER,
  duration_ms INTEGER NOT NULL,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL,
  tool_runs INTEGER NOT NULL,
  tools TEXT,
  verdicts TEXT,
  tags TEXT,
  -- 1 where exchange_body has a row
  bodies INTEGER NOT NULL,
  -- What the exchange takes on disk, about.
  stored_bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX exchange_key ON exchange (key_name);
CREATE INDEX exchange_model ON exchange (model);
CREATE INDEX exchange_provider ON exchange (provider);
CREATE INDEX exchange_failed ON exchange (id) WHERE status >= 400;
CREATE INDEX exchange_end_user ON exchange (end_user) WHERE end_user IS NOT NULL;

CREATE TABLE exchange_body (
  id INTEGER PRIMARY KEY,
  request BLOB,
  request_bytes INTEGER NOT NULL,
  answer BLOB,
  answer_bytes INTEGER NOT NULL
) STRICT;

-- Words without their order or place: enough to find an exchange. The tokens come from the program, so that both
-- databases find the same; what is no ASCII letter or digit parts them.
CREATE VIRTUAL TABLE exchange_text USING fts5 (
  words, content='', contentless_delete=1, detail='none', tokenize='ascii'
);

-- What the exchanges of a minute, an hour or a day come to. The row of no key, model or provider has an empty text.
CREATE TABLE rollup (
  period_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
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
  -- Exchanges by duration and by time to the first byte; the bounds stand in dev.gapura.ledger.Latency.
  d0 INTEGER NOT NULL, d1 INTEGER NOT NULL, d2 INTEGER NOT NULL, d3 INTEGER NOT NULL,
  d4 INTEGER NOT NULL, d5 INTEGER NOT NULL, d6 INTEGER NOT NULL, d7 INTEGER NOT NULL,
  d8 INTEGER NOT NULL, d9 INTEGER NOT NULL, d10 INTEGER NOT NULL, d11 INTEGER NOT NULL,
  d12 INTEGER NOT NULL, d13 INTEGER NOT NULL, d14 INTEGER NOT NULL, d15 INTEGER NOT NULL,
  f0 INTEGER NOT NULL, f1 INTEGER NOT NULL, f2 INTEGER NOT NULL, f3 INTEGER NOT NULL,
  f4 INTEGER NOT NULL, f5 INTEGER NOT NULL, f6 INTEGER NOT NULL, f7 INTEGER NOT NULL,
  f8 INTEGER NOT NULL, f9 INTEGER NOT NULL, f10 INTEGER NOT NULL, f11 INTEGER NOT NULL,
  f12 INTEGER NOT NULL, f13 INTEGER NOT NULL, f14 INTEGER NOT NULL, f15 INTEGER NOT NULL,
  PRIMARY KEY (period_ms, start_ms, key_name, model, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE stored (
  day_ms INTEGER PRIMARY KEY,
  exchanges INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;

-- Work that one of several gateways does at a time.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
