-- name: requests-insert
INSERT INTO request (id, line, outcome, existing, certificate, request, job_time, due_at,
    created_at, first_job, jobs, first_refusal, refusals, messages, password, offset)
SELECT id, line, outcome, existing, certificate, request, job_time, due_at,
    created_at, first_job, jobs, first_refusal, refusals, messages, password, offset
FROM temp.rowset_request

-- name: jobs-insert
-- Without an id: the engine gives the next one, which is the one that the request was given. An
-- id that is given is first looked for in the table.
INSERT INTO job (request, location, store, status, result)
SELECT request, location, store, 1, 0 FROM temp.rowset_job

-- name: refusals-insert
-- Without an id, as jobs.
INSERT INTO refusal (request, location, store, code, text)
SELECT request, location, store, code, text FROM temp.rowset_refusal
