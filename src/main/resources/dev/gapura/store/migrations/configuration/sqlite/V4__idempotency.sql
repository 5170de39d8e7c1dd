-- Requests with an Idempotency-Key, for a day. `id` and `request` are digests of key and body. `state`: 0 started, 1
-- answered, 2 failed in a way that may be tried again. A started one whose `lease_ms` has passed is of a gateway that died.
CREATE TABLE idempotency (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  request TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  lease_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  -- Null where there is no answer, or it is too long.
  sealed TEXT
) STRICT;

CREATE INDEX idempotency_until ON idempotency (until_ms);
CREATE INDEX idempotency_owner ON idempotency (owner);
