-- Version 7: a data key a run, and the id of the database, to which sealed values are bound.

-- A key that seals the passwords of a run, or of stores; itself sealed with the key of the key file.
CREATE TABLE data_key (
	owner INTEGER PRIMARY KEY, -- the run; 0: the stores
	sealed BLOB NOT NULL
) STRICT;

-- Its backups have the same, so that they open with the same key.
INSERT INTO setting (name, value) VALUES ('database-id', randomblob(16));

ALTER TABLE run ADD COLUMN trust_manifest INTEGER NOT NULL DEFAULT 0; -- 1: --trust-manifest
