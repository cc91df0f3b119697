-- Whether a filter of a list names something: a row if it does. Texts are compared as the lists
-- compare them.

-- name: container-answers
SELECT 1 FROM container
WHERE CAST(id AS TEXT) = ?1 OR name = ?1 COLLATE NOCASE
LIMIT 1

-- name: store-type-answers
SELECT 1 FROM store_type
WHERE CAST(id AS TEXT) = ?1 OR short_name = ?1 COLLATE NOCASE
LIMIT 1

-- name: machine-answers
-- One of a store or of an agent.
SELECT 1 FROM store WHERE client_machine = ?1 COLLATE NOCASE
UNION ALL
SELECT 1 FROM agent WHERE client_machine = ?1 COLLATE NOCASE
LIMIT 1

-- name: reference-answers
SELECT 1 FROM run WHERE reference = ?1 COLLATE NOCASE LIMIT 1

-- name: operator-answers
SELECT 1 FROM role_permission WHERE operator = ?1 COLLATE NOCASE LIMIT 1

-- name: role-answers
SELECT 1 FROM role_permission WHERE role = ?1 COLLATE NOCASE LIMIT 1
