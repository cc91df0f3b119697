-- The shell's bare .import of inventory.csv, into a table with the columns of the file and indexes on
-- the same two keys. Nothing is resolved: each location holds the GUID of its store.
CREATE TABLE item (store TEXT NOT NULL, alias TEXT NOT NULL, level INTEGER NOT NULL,
	certificate INTEGER, UNIQUE (store, alias));
CREATE INDEX item_certificate ON item(certificate, store) WHERE certificate IS NOT NULL;
.import --csv --skip 1 inventory.csv item
