-- name: load-set-up
-- What --complete names; certificates that get another id, placeholders among them. With --renumber
-- also: the Ids that records name, and certificates whose Id another one has got, for as long as no
-- record gives them a new one.
CREATE TEMP TABLE IF NOT EXISTS named_store (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS named_grant (role TEXT, operator TEXT, permission TEXT,
    PRIMARY KEY (operator, role, permission)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS moved (old INTEGER PRIMARY KEY, certificate INTEGER NOT NULL);
-- Stores that have got another client machine, each with the one that it had before the load.
CREATE TEMP TABLE IF NOT EXISTS moved_store (store INTEGER PRIMARY KEY, machine TEXT NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS moved_job (job INTEGER NOT NULL, leased INTEGER NOT NULL,
    was TEXT NOT NULL, time INTEGER NOT NULL, machine TEXT NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS settled (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS aside (id INTEGER PRIMARY KEY, old INTEGER NOT NULL,
    file INTEGER NOT NULL, line INTEGER NOT NULL)

-- name: load-tear-down
DELETE FROM temp.named_store;
DELETE FROM temp.named_grant;
DELETE FROM temp.moved;
DELETE FROM temp.moved_store;
DELETE FROM temp.moved_job;
DELETE FROM temp.settled;
DELETE FROM temp.aside

-- name: container-known
SELECT 1 FROM container WHERE id = ?1

-- name: store-type-known
SELECT 1 FROM store_type WHERE id = ?1

-- name: short-names
SELECT id, short_name FROM store_type WHERE short_name <> '' ORDER BY id

-- name: stores-remove
UPDATE store SET removed = 1
WHERE removed = 0 AND id NOT IN (SELECT id FROM temp.named_store)

-- name: grants-take-back
DELETE FROM role_permission
WHERE NOT EXISTS (SELECT 1
    FROM temp.named_grant n
    WHERE n.operator = role_permission.operator
      AND n.role = role_permission.role
      AND n.permission = role_permission.permission)

-- name: container-find
SELECT id, name FROM container WHERE id = ?1

-- name: container-keep
INSERT INTO container (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = ?2

-- name: store-type-find
SELECT id, short_name, name, entry_password, private_key_allowed, add_supported
FROM store_type
WHERE id = ?1

-- name: store-type-keep
INSERT INTO store_type (id, short_name, name, entry_password, private_key_allowed, add_supported)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (id) DO UPDATE SET short_name = ?2, name = ?3, entry_password = ?4,
    private_key_allowed = ?5, add_supported = ?6

-- name: agent-find
SELECT id, client_machine, status, last_seen FROM agent WHERE id = ?1

-- name: agent-keep
INSERT INTO agent(id, client_machine, status, last_seen)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT(id) DO UPDATE SET client_machine = ?2, status = ?3, last_seen = ?4

-- name: store-find
SELECT guid, container, display_name, client_machine, path, type, approved, agent,
    agent_assigned, key_path, includes_chain, trust_store, endpoint, removed
FROM store
WHERE guid = ?1

-- name: store-keep
INSERT INTO store (guid, container, display_name, client_machine, path, type, approved, agent,
    agent_assigned, key_path, includes_chain, trust_store, endpoint)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (guid) DO UPDATE SET container = ?2, display_name = ?3, client_machine = ?4,
    path = ?5, type = ?6, approved = ?7, agent = ?8, agent_assigned = ?9, key_path = ?10,
    includes_chain = ?11, trust_store = ?12, endpoint = ?13, removed = 0

-- name: store-password
SELECT id, password FROM store WHERE guid = ?1

-- name: store-seal
UPDATE store SET password = ?2 WHERE id = ?1

-- name: store-move
-- To be called before the store is kept: what it was at first counts.
INSERT INTO temp.moved_store (store, machine)
SELECT id, lower(coalesce(client_machine, '')) FROM store WHERE guid = ?1
ON CONFLICT DO NOTHING

-- name: stores-take-jobs
-- The jobs of stores that were moved go along: those that are ready or leased at their old machine.
INSERT INTO temp.moved_job (job, leased, was, time, machine)
SELECT r.job, 0, r.machine, r.due_at, lower(coalesce(s.client_machine, ''))
FROM (SELECT DISTINCT machine FROM temp.moved_store) d
  CROSS JOIN ready r ON r.machine = d.machine
  CROSS JOIN job j ON j.id = r.job
  CROSS JOIN temp.moved_store m ON m.store = j.store AND m.machine = r.machine
  CROSS JOIN store s ON s.id = j.store;
INSERT INTO temp.moved_job (job, leased, was, time, machine)
SELECT r.job, 1, r.machine, r.until, lower(coalesce(s.client_machine, ''))
FROM (SELECT DISTINCT machine FROM temp.moved_store) d
  CROSS JOIN lease r ON r.machine = d.machine
  CROSS JOIN job j ON j.id = r.job
  CROSS JOIN temp.moved_store m ON m.store = j.store AND m.machine = r.machine
  CROSS JOIN store s ON s.id = j.store;
DELETE FROM ready
WHERE (machine, due_at, job) IN (SELECT was, time, job FROM temp.moved_job WHERE leased = 0);
DELETE FROM lease
WHERE (machine, until, job) IN (SELECT was, time, job FROM temp.moved_job WHERE leased = 1);
INSERT INTO ready (machine, due_at, job)
SELECT machine, time, job FROM temp.moved_job WHERE leased = 0 ORDER BY machine, time, job;
INSERT INTO lease (machine, until, job)
SELECT machine, time, job FROM temp.moved_job WHERE leased = 1 ORDER BY machine, time, job

-- name: store-note
INSERT INTO temp.named_store (id) SELECT id FROM store WHERE guid = ?1
ON CONFLICT DO NOTHING

-- name: certificate-find
SELECT id, thumbprint, serial_number, issued_dn, issuer_dn, not_before, not_after, key_type,
    key_size, names, has_private_key, request, revoked_at, key_usage, extended_usages, signature,
    is_ca, sha256, curve
FROM certificate
WHERE id = ?1

-- name: certificate-keep
INSERT INTO certificate (id, thumbprint, serial_number, issued_dn, issuer_dn, not_before,
    not_after, key_type, key_size, names, has_private_key, request, revoked_at, key_usage,
    extended_usages, signature, is_ca, sha256, curve)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
ON CONFLICT (id) DO UPDATE SET thumbprint = ?2, serial_number = ?3, issued_dn = ?4,
    issuer_dn = ?5, not_before = ?6, not_after = ?7, key_type = ?8, key_size = ?9, names = ?10,
    has_private_key = ?11, request = ?12, revoked_at = ?13, key_usage = ?14,
    extended_usages = ?15, signature = ?16, is_ca = ?17, sha256 = ?18, curve = ?19

-- name: request-find
SELECT id, certificate, disposition FROM enrollment_request WHERE id = ?1

-- name: request-keep
INSERT INTO enrollment_request(id, certificate, disposition)
VALUES (?1, ?2, ?3)
ON CONFLICT(id) DO UPDATE SET certificate = ?2, disposition = ?3

-- name: grant-find
SELECT role, operator, permission
FROM role_permission
WHERE role = ?1 AND operator = ?2 AND permission = ?3

-- name: grant-keep
INSERT INTO role_permission(role, operator, permission) VALUES (?1, ?2, ?3)

-- name: grant-note
INSERT INTO temp.named_grant (role, operator, permission) VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING
