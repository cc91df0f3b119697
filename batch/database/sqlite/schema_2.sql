-- Version 2: a job and a refusal know the store of their location, which never changes. Results
-- are written again, and jobs listed, without reading a random page of location for each.
-- (verify compares the two.)
ALTER TABLE job ADD COLUMN store INTEGER NOT NULL DEFAULT 0;
UPDATE job SET store = coalesce((SELECT store FROM location WHERE id = job.location), 0);
ALTER TABLE refusal ADD COLUMN store INTEGER NOT NULL DEFAULT 0;
UPDATE refusal SET store = coalesce((SELECT store FROM location WHERE id = refusal.location), 0);
