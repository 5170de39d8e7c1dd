-- Identifiers are 42 bits of arrival (milliseconds since the Unix epoch) and 21 bits that tell apart what arrived
-- together: their order is the order of time. Times are milliseconds, money is nanodollars.
CREATE TABLE exchange (
  id BIGINT PRIMARY KEY,
  request_id TEXT NOT NULL UNIQUE,
  time_ms BIGINT NOT NULL,
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
  input_tokens BIGINT,
  cached_tokens BIGINT,
  cache_write_tokens BIGINT,
  output_tokens BIGINT,
  reasoning_tokens BIGINT,
  -- What else the provider counted apart, as JSON: sound, pictures, searches.
  parts TEXT,
  service_tier TEXT,
  -- Null where it is not known.
  cost_nano_usd BIGINT,
  price TEXT,
  first_byte_ms BIGINT,
  duration_ms BIGINT NOT NULL,
  bytes_in BIGINT NOT NULL,
  bytes_out BIGINT NOT NULL,
  tool_runs INTEGER NOT NULL,
  tools TEXT,
  verdicts TEXT,
  tags TEXT,
  -- 1 where exchange_body has a row
  bodies INTEGER NOT NULL,
  -- What the exchange takes on disk, about.
  stored_bytes BIGINT NOT NULL
);
CREATE INDEX exchange_key ON exchange (key_name, id);
CREATE INDEX exchange_model ON exchange (model, id);
CREATE INDEX exchange_provider ON exchange (provider, id);
CREATE INDEX exchange_failed ON exchange (id) WHERE status >= 400;
CREATE INDEX exchange_end_user ON exchange (end_user, id) WHERE end_user IS NOT NULL;

CREATE TABLE exchange_body (
  id BIGINT PRIMARY KEY,
  request BYTEA,
  request_bytes BIGINT NOT NULL,
  answer BYTEA,
  answer_bytes BIGINT NOT NULL
);

-- Words without their order or place: enough to find an exchange. The tokens come from the program, so that both
-- databases find the same.
CREATE TABLE exchange_text (
  id BIGINT PRIMARY KEY,
  words TSVECTOR NOT NULL
);
CREATE INDEX exchange_text_words ON exchange_text USING gin (words);

-- What the exchanges of a minute, an hour or a day come to. The row of no key, model or provider has an empty text.
CREATE TABLE rollup (
  period_ms BIGINT NOT NULL,
  start_ms BIGINT NOT NULL,
  key_name TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  requests BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  streamed BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  cache_write_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  cost_nano_usd BIGINT NOT NULL,
  unpriced BIGINT NOT NULL,
  estimated BIGINT NOT NULL,
  tool_runs BIGINT NOT NULL,
  bytes_in BIGINT NOT NULL,
  bytes_out BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  first_byte_ms BIGINT NOT NULL,
  -- Exchanges by duration and by time to the first byte; the bounds stand in dev.gapura.ledger.Latency.
  d0 BIGINT NOT NULL, d1 BIGINT NOT NULL, d2 BIGINT NOT NULL, d3 BIGINT NOT NULL,
  d4 BIGINT NOT NULL, d5 BIGINT NOT NULL, d6 BIGINT NOT NULL, d7 BIGINT NOT NULL,
  d8 BIGINT NOT NULL, d9 BIGINT NOT NULL, d10 BIGINT NOT NULL, d11 BIGINT NOT NULL,
  d12 BIGINT NOT NULL, d13 BIGINT NOT NULL, d14 BIGINT NOT NULL, d15 BIGINT NOT NULL,
  f0 BIGINT NOT NULL, f1 BIGINT NOT NULL, f2 BIGINT NOT NULL, f3 BIGINT NOT NULL,
  f4 BIGINT NOT NULL, f5 BIGINT NOT NULL, f6 BIGINT NOT NULL, f7 BIGINT NOT NULL,
  f8 BIGINT NOT NULL, f9 BIGINT NOT NULL, f10 BIGINT NOT NULL, f11 BIGINT NOT NULL,
  f12 BIGINT NOT NULL, f13 BIGINT NOT NULL, f14 BIGINT NOT NULL, f15 BIGINT NOT NULL,
  PRIMARY KEY (period_ms, start_ms, key_name, model, provider)
);

CREATE TABLE stored (
  day_ms BIGINT PRIMARY KEY,
  exchanges BIGINT NOT NULL,
  bytes BIGINT NOT NULL
);

-- Work that one of several gateways does at a time.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until_ms BIGINT NOT NULL
);
