-- Version 6: the life of a job after its run has made it. A run appends to none of these tables and
-- indexes: what it writes stays as it is.

-- InventoriedAt of the first inventory that showed the new certificate there. NULL: none did.
ALTER TABLE job ADD COLUMN proven_at INTEGER;
-- Jobs that have ended, were not cancelled, and are not proven: an inventory looks for those of its
-- stores. The status comes first, for a run evaluates the condition for each of its jobs.
CREATE INDEX job_unproven ON job(store, location)
	WHERE (status = 3 OR (status = 4 AND result <> 0)) AND proven_at IS NULL;

ALTER TABLE run ADD COLUMN retries INTEGER NOT NULL DEFAULT 0; -- --retries
ALTER TABLE run ADD COLUMN window_end INTEGER;                 -- END of --window; NULL: none
-- From the line window=START/END of its settings.
UPDATE run SET window_end = (
	SELECT strftime('%s', substr(stop, 1, 19)) * 1000
	    + CASE WHEN substr(stop, 20, 1) = '.' THEN CAST(substr(stop, 21, 3) AS INTEGER) ELSE 0 END
	FROM (SELECT substr(line, instr(line, '/') + 1) AS stop
	    FROM (SELECT substr(rest, 1, instr(rest, char(10)) - 1) AS line
	        FROM (SELECT substr(settings, instr(settings, char(10) || 'window=') + 8) AS rest))))
WHERE settings LIKE '%' || char(10) || 'window=_%/_%';

-- What has happened to a job since its run made it: one row for a job that had an event.
CREATE TABLE handling (
	job INTEGER PRIMARY KEY,
	due_at INTEGER,                     -- NULL: as its request has it
	rescheduled INTEGER NOT NULL,       -- 1: it has left the window of its run
	attempts INTEGER NOT NULL,          -- how often it was handed out
	claims INTEGER NOT NULL,            -- of them, those since the last report
	failures INTEGER NOT NULL,          -- reports of failure since it was last rescheduled
	claim BLOB,                         -- the last token, 16 bytes
	leased_at INTEGER,                  -- when the lease began; NULL, and lease_until: no lease
	lease_until INTEGER
) STRICT;

-- The active jobs that have no lease, up to the job of the counter 'ready-to', in the order in
-- which they are handed out. The first claim after a run appends its jobs here, sorted; machine
-- comes first, so that the claims of one do not walk through the jobs of another.
CREATE TABLE ready (
	machine TEXT NOT NULL,   -- the store's client_machine in lower case; '': not known
	due_at INTEGER NOT NULL,
	job INTEGER NOT NULL,
	PRIMARY KEY (machine, due_at, job)
) STRICT, WITHOUT ROWID;

-- Likewise the jobs InProcess that have a lease, which may be over.
CREATE TABLE lease (
	machine TEXT NOT NULL,
	until INTEGER NOT NULL,
	job INTEGER NOT NULL,
	PRIMARY KEY (machine, until, job)
) STRICT, WITHOUT ROWID;
-- Finds those whose lease is over, of all machines.
CREATE INDEX lease_until ON lease(until);

-- Every event of a job, in order: what happened, and what the job was after it.
CREATE TABLE job_event (
	job INTEGER NOT NULL,
	number INTEGER NOT NULL, -- from 1
	at INTEGER NOT NULL,
	event TEXT NOT NULL,     -- its word
	operator TEXT NOT NULL,
	claim BLOB,              -- the token that was given, 16 bytes; NULL: none
	status INTEGER NOT NULL, -- as of job
	result INTEGER NOT NULL,
	message TEXT,
	PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES
	('ready-to', 0),    -- the last job that ready was filled with
	('reactivated', 0), -- raised by each event that makes an ended job active
	('clock', 0);       -- the time of the last claim
