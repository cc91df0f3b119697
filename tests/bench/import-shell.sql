-- `import inventory` in the sqlite3 shell: inventory.csv into the same tables with the same
-- indexes. The shell's .import fills a table of the file's own columns, in memory; one INSERT ...
-- SELECT resolves the stores. All of it is timed. Sorting is not needed: the file is in order. It
-- leaves out other things that the program does: unknown certificates, what changed since, faults.
CREATE TEMP TABLE item (store TEXT, alias TEXT, level INTEGER, certificate INTEGER);
.import --csv --skip 1 --schema temp inventory.csv item
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
INSERT INTO location (store, alias, certificate)
	SELECT s.id, i.alias, i.certificate FROM temp.item i CROSS JOIN store s ON s.guid = i.store
	WHERE i.level = 0 ORDER BY i.rowid;
UPDATE store SET inventoried_at = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
	WHERE guid IN (SELECT store FROM temp.item);
COMMIT;
