-- Turns that called server tools and tools of the client's, until the client's results come.
CREATE TABLE mixed_turn (
  turn TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  sealed TEXT NOT NULL,
  until_ms BIGINT NOT NULL
);

CREATE INDEX mixed_turn_until ON mixed_turn (until_ms);

-- Server tools that were registered through the administration: an entry as the configuration file has it, whose
-- secrets are sealed.
CREATE TABLE server_tool (
  name TEXT PRIMARY KEY,
  entry TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);

-- One row: it counts changes of server_tool, so that every gateway notices them.
CREATE TABLE server_tool_revision (
  revision BIGINT NOT NULL
);

INSERT INTO server_tool_revision (revision) VALUES (0);
