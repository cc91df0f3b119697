-- name: stores-by-prefix
-- Every GUID from ?1 up to, but not including, ?2; at most six.
SELECT guid, client_machine, path, removed FROM store
WHERE guid >= ?1 AND guid < ?2
ORDER BY guid
LIMIT 6

-- name: stores-answering
-- ?2 is the first of the GUIDs that are found by prefix, ?3 the end of them; both NULL: none.
SELECT guid, client_machine, path, removed FROM store
WHERE (display_name = ?1 COLLATE NOCASE
    OR (substr(?1, 1, length(client_machine) + 1) = client_machine || ':' COLLATE NOCASE
      AND substr(?1, length(client_machine) + 2) = path))
  AND (?2 IS NULL OR guid < ?2 OR guid >= ?3)
ORDER BY removed, guid
LIMIT 6

-- name: place-of-location
SELECT s.client_machine, s.path, l.alias
FROM location l
  JOIN store s ON s.id = l.store
WHERE l.id = ?1
