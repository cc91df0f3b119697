-- The same rows as `reconcile` reads, and as CSV: each job beside its request, its location and its
-- store. It has no verdicts, no later jobs, no other aliases and no findings.
.mode csv
.headers on
.once join.csv
SELECT j.request >> 32 AS Run, r.line AS Line, j.id AS JobId, s.guid AS CertStoreId,
    s.path AS StorePath, s.client_machine AS ClientMachine, l.alias AS Alias,
    r.existing AS ExistingCertificateId, r.certificate AS CertificateId, r.job_time AS JobTime,
    j.status AS Status, j.result AS Result, s.inventoried_at AS InventoriedAt,
    l.certificate AS Standing, coalesce(r.due_at, n.started_at, r.created_at) AS Due, r.created_at,
    j.completed_at, j.message, s.removed, s.approved, j.proven_at
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN location l ON l.id = j.location
  LEFT JOIN store s ON s.id = l.store
WHERE NOT (j.status = 4 AND j.result = 0)
ORDER BY j.id;
