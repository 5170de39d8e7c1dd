-- How much scopes may use, beside what the configuration file says. Null: not limited. Money is nanodollars.
CREATE TABLE quota (
  scope TEXT PRIMARY KEY,
  requests_per_minute INTEGER,
  requests_per_day INTEGER,
  tokens_per_minute INTEGER,
  tokens_per_day INTEGER,
  concurrent INTEGER,
  nano_usd_per_day INTEGER,
  nano_usd_per_month INTEGER,
  nano_usd_total INTEGER,
  revision INTEGER NOT NULL
) STRICT;

-- What scopes that have a budget spent in a span of time, and what is reserved of it.
CREATE TABLE spend (
  scope TEXT NOT NULL,
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  PRIMARY KEY (scope, span, start_ms)
) STRICT, WITHOUT ROWID;

-- Exchanges under way that draw on a budget.
CREATE TABLE reservation (
  id TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  opened_ms INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  purses TEXT NOT NULL,
  about TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Gateways that hold reservations.
CREATE TABLE instance (
  id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  pid INTEGER NOT NULL,
  pid_started_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;
