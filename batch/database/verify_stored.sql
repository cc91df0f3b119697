-- Every column of every table, in the order of the schema.

-- name: stored-settings
SELECT name, value FROM setting WHERE ?1 < ?2

-- name: stored-containers
SELECT id, name FROM container WHERE id > ?1 AND id <= ?2 ORDER BY id

-- name: stored-types
SELECT id, short_name, name, entry_password, private_key_allowed, add_supported
FROM store_type
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-agents
SELECT id, client_machine, status, last_seen FROM agent WHERE ?1 < ?2

-- name: stored-stores
SELECT id, guid, container, display_name, client_machine, path, type, approved, agent,
    agent_assigned, removed, inventoried_at, key_path, includes_chain, trust_store, endpoint,
    password, tried_at, unreadable, unreadable_text
FROM store
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-certificates
SELECT id, thumbprint, serial_number, issued_dn, issuer_dn, not_before, not_after, key_type,
    key_size, names, has_private_key, request, revoked_at, key_usage, extended_usages, signature,
    is_ca, sha256, curve, names IS NULL OR json_valid(names)
FROM certificate
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-enrollments
SELECT id, certificate, disposition
FROM enrollment_request
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-locations
SELECT id, store, alias, certificate, key_mismatch
FROM location
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-chains
SELECT location, level, certificate
FROM chain
WHERE location > ?1 AND location <= ?2
ORDER BY location

-- name: stored-roles
SELECT role, operator, permission FROM role_permission WHERE ?1 < ?2

-- name: stored-runs
SELECT id, digest, path, manifest, operator, reference, mends, settings, format, started_at,
    finished_at, state, rows_total, offset, line, rows_read, succeeded, partial, failed, rejected,
    skipped, jobs_created, jobs_refused, jobs_superseded, jobs_later, first_due, last_due
FROM run
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-tallies
SELECT run, kind, name, count, lines
FROM tally
WHERE run > ?1 AND run <= ?2
ORDER BY run

-- name: stored-requests
SELECT id, line, outcome, existing, certificate, request, job_time, due_at, created_at, first_job,
    jobs, first_refusal, refusals, messages, password, offset
FROM request
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-jobs
SELECT id, request, location, status, result, completed_at, message, cancelled_by, store
FROM job
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-refusals
SELECT id, request, location, code, text, store
FROM refusal
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: stored-renumbered
SELECT id, certificate FROM renumbered WHERE id > ?1 AND id <= ?2 ORDER BY id

-- name: stored-given
SELECT request, existing, certificate
FROM request_given
WHERE request > ?1 AND request <= ?2
ORDER BY request
