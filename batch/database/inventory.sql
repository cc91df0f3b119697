-- name: inventory-set-up
-- Thumbprints of certificates that the server does not know, with the ids of their placeholders; the
-- items that were given, and the stores that they name.
CREATE TEMP TABLE IF NOT EXISTS unknown (id INTEGER PRIMARY KEY, thumbprint TEXT UNIQUE);
CREATE TEMP TABLE IF NOT EXISTS staged (store INTEGER, alias TEXT, level INTEGER,
    certificate INTEGER, file INTEGER, line INTEGER);
CREATE TEMP TABLE IF NOT EXISTS named (store INTEGER PRIMARY KEY, at INTEGER, items INTEGER,
    file INTEGER, line INTEGER, empty_file INTEGER, empty_line INTEGER);
CREATE TEMP TABLE IF NOT EXISTS place (machine TEXT COLLATE NOCASE, path TEXT, removed INTEGER,
    store INTEGER, type INTEGER, PRIMARY KEY (machine, path, removed, store)) WITHOUT ROWID

-- name: inventory-tear-down
DROP TABLE IF EXISTS temp.unknown;
DROP TABLE IF EXISTS temp.staged;
DROP TABLE IF EXISTS temp.named;
DROP TABLE IF EXISTS temp.place

-- name: store-of-guid
SELECT id FROM store WHERE guid = ?1

-- name: places-fill
INSERT INTO temp.place (machine, path, removed, store, type)
SELECT client_machine, path, removed, id, type
FROM store
WHERE client_machine IS NOT NULL AND path IS NOT NULL

-- name: stores-at
-- Those that are not removed come first. ?3 is a store type, or NULL: any.
SELECT store, removed
FROM temp.place
WHERE machine = ?1 AND path = ?2 AND (?3 IS NULL OR type = ?3)
ORDER BY removed, store
LIMIT 3

-- name: thumbprint-of
SELECT thumbprint FROM certificate WHERE id = ?1

-- name: certificate-greatest
SELECT max(id) FROM certificate

-- name: certificate-ids
SELECT id FROM certificate WHERE id > 0

-- name: certificate-of-thumbprint
SELECT id FROM certificate WHERE thumbprint = ?1
UNION ALL
SELECT id FROM temp.unknown WHERE thumbprint = ?1

-- name: least-certificate
SELECT min(id) FROM certificate

-- name: unknown-add
INSERT INTO temp.unknown(id, thumbprint) VALUES (?1, ?2)

-- name: rows-stage
INSERT INTO temp.staged (store, alias, level, certificate, file, line)
SELECT store, alias, level, certificate, file, line FROM temp.rowset_item

-- name: stores-name
-- Of several items of a store the oldest time counts, with the place where it is given. WHERE: else
-- ON would be taken for that of a join.
INSERT INTO temp.named AS n (store, at, items, file, line, empty_file, empty_line)
SELECT store, at, items, file, line, empty_file, empty_line
FROM temp.rowset_named
WHERE true
ON CONFLICT (store) DO UPDATE SET
    file = CASE WHEN excluded.at < n.at THEN excluded.file ELSE n.file END,
    line = CASE WHEN excluded.at < n.at THEN excluded.line ELSE n.line END,
    at = CASE WHEN excluded.at < n.at THEN excluded.at ELSE n.at END,
    items = n.items + excluded.items,
    empty_file = coalesce(n.empty_file, excluded.empty_file),
    empty_line = coalesce(n.empty_line, excluded.empty_line)
