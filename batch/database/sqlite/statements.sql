-- name: schema-objects
-- In one order on both sides of a comparison, whatever the order in which they were made. An object
-- without a name or a type was written there by hand.
SELECT coalesce(type, ''), coalesce(name, ''), coalesce(tbl_name, ''), coalesce(sql, '')
FROM sqlite_schema
WHERE NOT (coalesce(type, '') = 'table'
    AND coalesce(name, '') IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat3', 'sqlite_stat4'))
  AND NOT (coalesce(type, '') = 'index' AND sql IS NULL
    AND coalesce(name, '') LIKE 'sqlite\_autoindex\_%' ESCAPE '\')
ORDER BY 2, 1, 3

-- name: verify-damage
SELECT integrity_check FROM temp.pragma_integrity_check WHERE integrity_check <> 'ok'

-- name: backup-touch
-- Any read will do: it takes the lock that keeps others from committing.
SELECT count(*) FROM sqlite_schema
