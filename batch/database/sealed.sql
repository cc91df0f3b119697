-- name: data-key-get
SELECT owner, sealed FROM data_key WHERE owner = ?1

-- name: data-key-put
INSERT INTO data_key (owner, sealed) VALUES (?1, ?2)
ON CONFLICT (owner) DO UPDATE SET sealed = ?2

-- name: sealed-data-keys
-- The first one after ?1; likewise below, of those that begin with the byte 1.
SELECT owner, sealed FROM data_key WHERE owner > ?1 ORDER BY owner LIMIT 1

-- name: sealed-old-requests
SELECT id, password FROM request
WHERE id > ?1 AND substr(password, 1, 1) = x'01'
ORDER BY id LIMIT 1

-- name: sealed-old-stores
SELECT id, password FROM store
WHERE id > ?1 AND substr(password, 1, 1) = x'01'
ORDER BY id LIMIT 1

-- name: sealed-request-put
UPDATE request SET password = ?2 WHERE id = ?1
