-- The last id of the page of ?2 ids after ?1; null when there is none. One statement for each table
-- that is read in pages.

-- name: page-of-runs
SELECT max(id) FROM (SELECT id FROM run WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-jobs
SELECT max(id) FROM (SELECT id FROM job WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-certificates
SELECT max(id) FROM (SELECT id FROM certificate WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-stores
SELECT max(id) FROM (SELECT id FROM store WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-locations
SELECT max(id) FROM (SELECT id FROM location WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-all
-- One page of everything: for a pass that is one read.
SELECT CASE WHEN ?1 < 0 AND ?2 > 0 THEN 0 END

-- name: page-of-standing
-- Locations by certificate, through its index: in the order of locations each certificate would be
-- a random page.
SELECT max(certificate)
FROM (SELECT DISTINCT certificate
    FROM location
    WHERE certificate > ?1
    ORDER BY certificate
    LIMIT ?2)

-- name: page-of-chains
SELECT max(location)
FROM (SELECT location FROM chain WHERE location > ?1 ORDER BY location LIMIT ?2)

-- name: page-of-tallies
SELECT max(run) FROM (SELECT run FROM tally WHERE run > ?1 ORDER BY run LIMIT ?2)

-- name: page-of-requests
SELECT max(id) FROM (SELECT id FROM request WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-refusals
SELECT max(id) FROM (SELECT id FROM refusal WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-containers
SELECT max(id) FROM (SELECT id FROM container WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-types
SELECT max(id) FROM (SELECT id FROM store_type WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-enrollments
SELECT max(id)
FROM (SELECT id FROM enrollment_request WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-renumbered
SELECT max(id) FROM (SELECT id FROM renumbered WHERE id > ?1 ORDER BY id LIMIT ?2)

-- name: page-of-given
SELECT max(request)
FROM (SELECT request FROM request_given WHERE request > ?1 ORDER BY request LIMIT ?2)

-- name: page-of-handling
SELECT max(job) FROM (SELECT job FROM handling WHERE job > ?1 ORDER BY job LIMIT ?2)

-- name: page-of-events
SELECT max(job) FROM (SELECT job FROM job_event WHERE job > ?1 ORDER BY job LIMIT ?2)
