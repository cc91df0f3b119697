-- name: jobs-list
SELECT j.id, j.request, r.line, s.guid, s.path, s.client_machine, l.alias, r.existing,
    r.certificate, r.job_time, coalesce(r.due_at, n.started_at), j.status, j.result,
    j.cancelled_by
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN location l ON l.id = j.location
  LEFT JOIN store s ON s.id = l.store
WHERE j.id > ?1 AND j.id <= ?2
  AND (?3 = 0 OR j.request >> 32 = ?3)
  AND (?4 IS NULL OR s.guid = ?4)
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR j.status = ?6)
  AND (?7 IS NULL OR coalesce(r.due_at, n.started_at) < ?7)
  AND (?8 IS NULL OR coalesce(r.due_at, n.started_at) >= ?8)
ORDER BY j.id

-- name: store-known
SELECT 1 FROM store WHERE guid = ?1
