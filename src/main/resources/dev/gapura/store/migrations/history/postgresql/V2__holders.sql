-- Whose key an exchange came with, and what people see by that. What was written before belongs to the first organization.
ALTER TABLE exchange ADD COLUMN key_id TEXT;
ALTER TABLE exchange ADD COLUMN organization TEXT;
UPDATE exchange SET organization = 'default' WHERE key_name IS NOT NULL;
CREATE INDEX exchange_person ON exchange (person, id) WHERE person IS NOT NULL;
CREATE INDEX exchange_team ON exchange (team, id) WHERE team IS NOT NULL;
CREATE INDEX exchange_organization ON exchange (organization, id) WHERE organization IS NOT NULL;

-- Sums are told apart by the same. The row of none has an empty text.
ALTER TABLE rollup ADD COLUMN organization TEXT NOT NULL DEFAULT '';
ALTER TABLE rollup ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE rollup ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE rollup ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
UPDATE rollup SET organization = 'default' WHERE key_name <> '';
ALTER TABLE rollup DROP CONSTRAINT rollup_pkey;
ALTER TABLE rollup ADD PRIMARY KEY
  (period_ms, start_ms, organization, team, person, key_id, key_name, model, provider);
