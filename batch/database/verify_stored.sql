-- Every column of every table, in the order of the schema.

-- name: stored-settings
SELECT name, value FROM setting WHERE ?1 < ?2

-- name: stored-data-keys
SELECT owner, sealed FROM data_key WHERE ?1 < ?2

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
    skipped, jobs_created, jobs_refused, jobs_superseded, jobs_later, first_due, last_due,
    retries, window_end, trust_manifest
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
SELECT id, request, location, status, result, completed_at, message, cancelled_by, store,
    proven_at
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

-- name: stored-handling
SELECT job, due_at, rescheduled, attempts, claims, failures, claim, leased_at, lease_until
FROM handling
WHERE job > ?1 AND job <= ?2
ORDER BY job

-- name: stored-ready
-- It may be as long as job, and has no integer for pages: only rows that may be wrong, some of them.
SELECT machine, due_at, job
FROM ready
WHERE ?1 < ?2
  AND (typeof(machine) <> 'text' OR instr(machine, char(0)) > 0 OR typeof(due_at) <> 'integer'
    OR due_at NOT BETWEEN -62167219200000 AND 253402300799999 OR typeof(job) <> 'integer'
    OR job NOT BETWEEN 1 AND 9007199254740992)
LIMIT 1000

-- name: stored-leases
SELECT machine, until, job FROM lease WHERE ?1 < ?2

-- name: stored-events
SELECT job, number, at, event, operator, claim, status, result, message
FROM job_event
WHERE job > ?1 AND job <= ?2
ORDER BY job, number

-- name: stored-counters
SELECT name, value FROM counter WHERE ?1 < ?2
