-- name: scan-stores
-- The stores of a page of ids, with what reading their files takes.
SELECT s.id, s.guid, s.client_machine, s.path, t.short_name, s.key_path, s.approved, s.removed,
    s.trust_store, s.password
FROM store s
  LEFT JOIN store_type t ON t.id = s.type
WHERE s.id > ?1 AND s.id <= ?2
ORDER BY s.id

-- name: scan-failed
UPDATE store SET tried_at = ?2, unreadable = ?3, unreadable_text = ?4 WHERE id = ?1

-- name: scan-succeeded
UPDATE store
SET tried_at = NULL, unreadable = NULL, unreadable_text = NULL
WHERE id = ?1 AND (tried_at IS NOT NULL OR unreadable IS NOT NULL)

-- name: aliases-of-store
-- Of locations that hold a certificate (?2 is 1), or that hold none any more (0). Two are enough to
-- see that there is not one alone.
SELECT alias FROM location WHERE store = ?1 AND (certificate IS NOT NULL) = ?2 LIMIT 2

-- name: mismatch-of-store
-- One after the other: to clear them all in one statement would take a temporary table.
SELECT id
FROM location
WHERE store = ?1 AND key_mismatch = 1 AND id > ?2
ORDER BY id
LIMIT 1

-- name: mismatch-clear
UPDATE location SET key_mismatch = NULL WHERE id = ?1

-- name: mismatch-set
UPDATE location SET key_mismatch = 1 WHERE store = ?1 AND alias = ?2
