-- Attempts of an exchange with their times, as JSON; null where none was made, and in what was written before.
ALTER TABLE exchange ADD COLUMN calls TEXT;
-- What the provider was sent, compressed with what the client sent as dictionary, and what it answered where the client
-- got other words.
ALTER TABLE exchange_body ADD COLUMN sent BLOB;
ALTER TABLE exchange_body ADD COLUMN sent_bytes INTEGER;
ALTER TABLE exchange_body ADD COLUMN came BLOB;
ALTER TABLE exchange_body ADD COLUMN came_bytes INTEGER;
