-- Version 3: a run knows when its jobs are due. jobs_later of its jobs_created are due after its
-- start, the first one at first_due and the last one at last_due (NULL: there are none); the others
-- are due at once.
ALTER TABLE run ADD COLUMN jobs_later INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN first_due INTEGER;
ALTER TABLE run ADD COLUMN last_due INTEGER;
UPDATE run SET (jobs_later, first_due, last_due) = (
	SELECT coalesce(sum(jobs), 0), min(due_at), max(due_at) FROM request
	WHERE id > run.id << 32 AND id <= (run.id << 32 | 4294967295) AND due_at IS NOT NULL AND jobs > 0);
