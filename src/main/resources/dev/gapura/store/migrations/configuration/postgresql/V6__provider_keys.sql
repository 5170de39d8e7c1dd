-- Keys at providers that were added through the administration.
CREATE TABLE provider_key (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  -- The last characters of the key, so that people can tell keys apart; empty where it is short.
  hint TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  -- Null where it is in use.
  disabled_ms BIGINT
);

-- One row: it counts changes of provider_key, so that every gateway notices them.
CREATE TABLE provider_key_revision (
  revision BIGINT NOT NULL
);

INSERT INTO provider_key_revision (revision) VALUES (0);
