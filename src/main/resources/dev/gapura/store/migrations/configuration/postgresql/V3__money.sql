-- How much scopes may use, beside what the configuration file says. Null: not limited. Money is nanodollars.
CREATE TABLE quota (
  scope TEXT PRIMARY KEY,
  requests_per_minute BIGINT,
  requests_per_day BIGINT,
  tokens_per_minute BIGINT,
  tokens_per_day BIGINT,
  concurrent BIGINT,
  nano_usd_per_day BIGINT,
  nano_usd_per_month BIGINT,
  nano_usd_total BIGINT,
  revision BIGINT NOT NULL
);

-- What scopes that have a budget spent in a span of time, and what is reserved of it.
CREATE TABLE spend (
  scope TEXT NOT NULL,
  span TEXT NOT NULL,
  start_ms BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  PRIMARY KEY (scope, span, start_ms)
);

-- Exchanges under way that draw on a budget.
CREATE TABLE reservation (
  id TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  opened_ms BIGINT NOT NULL,
  nano_usd BIGINT NOT NULL,
  purses TEXT NOT NULL,
  about TEXT NOT NULL
);

-- Gateways that hold reservations.
CREATE TABLE instance (
  id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  pid BIGINT NOT NULL,
  pid_started_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL
);
