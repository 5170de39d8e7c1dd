-- Who may call and who may change what: organizations, teams, people, keys. Times are milliseconds since the Unix epoch,
-- null where they have not come. What has a `revision` is never deleted, only ended, so that whoever polls misses nothing:
-- every change takes the next number of `access` in `revision` and writes it on its row.
CREATE TABLE revision (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO revision (name, value) VALUES ('access', 0), ('audit', 0);

CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  disabled_ms INTEGER,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE team (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES organization (id),
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  disabled_ms INTEGER,
  revision INTEGER NOT NULL,
  UNIQUE (organization, name)
) STRICT;

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES organization (id),
  -- In lower case.
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- owner, admin, member or viewer
  role TEXT NOT NULL,
  -- argon2id, with its parameters and salt; null where the person has none
  password TEXT,
  -- Who this is at the identity provider that was logged in with.
  issuer TEXT,
  subject TEXT,
  created_ms INTEGER NOT NULL,
  disabled_ms INTEGER,
  revision INTEGER NOT NULL,
  UNIQUE (issuer, subject)
) STRICT;
CREATE INDEX person_organization ON person (organization);

CREATE TABLE membership (
  person TEXT NOT NULL REFERENCES person (id),
  team TEXT NOT NULL REFERENCES team (id),
  -- admin or member
  role TEXT NOT NULL,
  PRIMARY KEY (person, team)
) STRICT;
CREATE INDEX membership_team ON membership (team);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES organization (id),
  team TEXT REFERENCES team (id),
  person TEXT REFERENCES person (id),
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  -- Who made it, as in audit.actor.
  created_by TEXT NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER,
  -- What it may do, as JSON.
  policy TEXT NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
-- Every key that was not revoked has a name of its own in its organization.
CREATE UNIQUE INDEX api_key_name ON api_key (organization, name) WHERE revoked_ms IS NULL;
CREATE INDEX api_key_revision ON api_key (revision);
CREATE INDEX api_key_person ON api_key (person) WHERE person IS NOT NULL;

-- What is presented: the newest secret of a key, and those before it for as long as they overlap.
CREATE TABLE key_secret (
  -- SHA-256 of the secret.
  hash BLOB PRIMARY KEY,
  api_key TEXT NOT NULL REFERENCES api_key (id),
  -- What may be shown of it.
  prefix TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  -- When it ends because another took its place; null for the newest.
  until_ms INTEGER,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX key_secret_revision ON key_secret (revision);
CREATE INDEX key_secret_api_key ON key_secret (api_key);

-- Apart, because it changes without anybody deciding so. Coarse: to the minute.
CREATE TABLE key_use (
  api_key TEXT PRIMARY KEY,
  last_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  -- SHA-256 of what the cookie holds.
  hash BLOB PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person (id),
  created_ms INTEGER NOT NULL,
  -- Coarse: to the minute.
  seen_ms INTEGER NOT NULL,
  -- Whatever happens.
  expires_ms INTEGER NOT NULL,
  -- password, code or oidc
  method TEXT NOT NULL,
  client TEXT NOT NULL,
  user_agent TEXT
) STRICT;
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires ON session (expires_ms);

-- What logs somebody in once: the owner at the first start, who is invited, who lost a password.
CREATE TABLE login_code (
  hash BLOB PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person (id),
  expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX login_code_person ON login_code (person);

-- Failed logins by account and by address, counted before the password is looked at.
CREATE TABLE login_failure (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX login_failure_last ON login_failure (last_ms);

-- Every change, each row with the SHA-256 of itself and the one before.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  -- person:ID, key:ID, command or gateway
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  -- Whose administrators may read it; null: only owners
  organization TEXT,
  -- Before and after, as JSON, without secrets.
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_organization ON audit (organization, id);
CREATE INDEX audit_object ON audit (kind, object, id);
