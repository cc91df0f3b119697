-- The inventory database of pfxreplace, version 1.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z. Integer ids inside, GUIDs at the edge.
-- What a run appends (request, job, refusal) is append-only on increasing keys: one more index
-- on any of them costs more than everything else a run does.

CREATE TABLE setting (
	name TEXT PRIMARY KEY,   -- 'key-check': tells the right key file from a wrong one
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE container (
	id INTEGER PRIMARY KEY,  -- the server's
	name TEXT
) STRICT;

CREATE TABLE store_type (
	id INTEGER PRIMARY KEY,                         -- StoreType
	short_name TEXT,
	name TEXT,
	entry_password INTEGER NOT NULL DEFAULT 1,      -- 0 Forbidden, 1 Optional, 2 Required
	private_key_allowed INTEGER NOT NULL DEFAULT 1, -- 0 Forbidden, 1 Optional, 2 Required
	add_supported INTEGER NOT NULL DEFAULT 0,
	CHECK (entry_password BETWEEN 0 AND 2 AND private_key_allowed BETWEEN 0 AND 2)
) STRICT;

CREATE TABLE agent (
	id TEXT PRIMARY KEY,     -- AgentId, a GUID in lower case
	client_machine TEXT,
	status INTEGER NOT NULL DEFAULT 1, -- 1 New, 2 Approved, 3 Disapproved
	last_seen INTEGER,
	CHECK (status BETWEEN 1 AND 3)
) STRICT, WITHOUT ROWID;

-- The index on guid finds the store that a record or a filter names.
CREATE TABLE store (
	id INTEGER PRIMARY KEY,
	guid TEXT NOT NULL UNIQUE, -- lower case
	container INTEGER REFERENCES container,
	display_name TEXT,
	client_machine TEXT,
	path TEXT,
	type INTEGER REFERENCES store_type,
	approved INTEGER NOT NULL DEFAULT 0,
	agent TEXT,                -- AgentId; may name an agent that is not known
	agent_assigned INTEGER NOT NULL DEFAULT 0,
	removed INTEGER NOT NULL DEFAULT 0, -- a complete import no longer named it
	inventoried_at INTEGER     -- NULL: never looked at
) STRICT;

CREATE TABLE certificate (
	id INTEGER PRIMARY KEY,  -- CertificateId; below 0: seen in a store, not known to the server
	thumbprint TEXT,         -- upper-case hexadecimal
	serial_number TEXT,
	issued_dn TEXT,
	issuer_dn TEXT,
	not_before INTEGER,
	not_after INTEGER,
	key_type TEXT,
	key_size INTEGER,        -- bits
	names TEXT,              -- the SubjectAltNameElements, a JSON array of {"Value","Type"}
	has_private_key INTEGER,
	request INTEGER,         -- CertRequestId
	revoked_at INTEGER       -- RevocationEffDate; NULL: not revoked
) STRICT;
-- An import, a scan and `show` find a certificate by it; and no two have the same one.
CREATE UNIQUE INDEX certificate_thumbprint ON certificate(thumbprint)
	WHERE thumbprint IS NOT NULL;

CREATE TABLE enrollment_request (
	id INTEGER PRIMARY KEY,  -- RequestId
	certificate INTEGER,     -- may name a certificate that is not known
	disposition TEXT
) STRICT;

-- A location is never deleted: jobs name it for ever. What stands in it is what the last
-- inventory of its store found at ChainLevel 0. The index on (store, alias) gives the locations
-- of a store to an import, in order.
CREATE TABLE location (
	id INTEGER PRIMARY KEY,
	store INTEGER NOT NULL REFERENCES store,
	alias TEXT NOT NULL,
	certificate INTEGER REFERENCES certificate, -- NULL: nothing any more
	UNIQUE (store, alias)
) STRICT;
-- Answers "where does this certificate stand" without touching the table.
CREATE INDEX location_certificate ON location(certificate, store)
	WHERE certificate IS NOT NULL;

CREATE TABLE chain (
	location INTEGER NOT NULL REFERENCES location,
	level INTEGER NOT NULL,  -- ChainLevel, 1 and up
	certificate INTEGER NOT NULL REFERENCES certificate,
	PRIMARY KEY (location, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_permission (
	role TEXT NOT NULL,
	operator TEXT NOT NULL,
	permission TEXT NOT NULL, -- '/certificate_stores/schedule/' or with a container's id behind
	PRIMARY KEY (operator, role, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL,    -- SHA-256 of the manifest
	path TEXT NOT NULL,      -- real path of the manifest; '-': standard input
	manifest TEXT NOT NULL,  -- as it was named
	operator TEXT NOT NULL,
	reference TEXT,
	mends INTEGER REFERENCES run, -- the run whose rejects the manifest holds
	settings TEXT NOT NULL,  -- what a resume must repeat: one NAME=VALUE a line, in fixed order
	format INTEGER NOT NULL, -- 1 CSV, 2 JSONL, 3 JSON array
	started_at INTEGER NOT NULL,
	finished_at INTEGER,
	state INTEGER NOT NULL,  -- 0 running or interrupted, 1 finished, 2 abandoned
	rows_total INTEGER NOT NULL,
	-- The checkpoint: where the next chunk starts, and the accounting up to there.
	offset INTEGER NOT NULL DEFAULT 0,
	line INTEGER NOT NULL DEFAULT 0,
	rows_read INTEGER NOT NULL DEFAULT 0,
	succeeded INTEGER NOT NULL DEFAULT 0,
	partial INTEGER NOT NULL DEFAULT 0,
	failed INTEGER NOT NULL DEFAULT 0,
	rejected INTEGER NOT NULL DEFAULT 0,
	skipped INTEGER NOT NULL DEFAULT 0,
	jobs_created INTEGER NOT NULL DEFAULT 0,
	jobs_refused INTEGER NOT NULL DEFAULT 0,
	jobs_superseded INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Finds the run of a manifest. One entry a run: a chunk's update does not touch it.
CREATE INDEX run_digest ON run(digest);

-- How often a run met each code, warning and repair.
CREATE TABLE tally (
	run INTEGER NOT NULL REFERENCES run,
	kind TEXT NOT NULL,      -- 'code', 'warning' or 'repair'
	name TEXT NOT NULL,
	count INTEGER NOT NULL,
	lines TEXT,              -- the first lines it happened on, blanks between
	PRIMARY KEY (run, kind, name)
) STRICT, WITHOUT ROWID;

-- One row of a manifest. A value that was refused is not kept.
CREATE TABLE request (
	id INTEGER PRIMARY KEY,  -- run << 32 | the row's number in the manifest, from 1
	line INTEGER NOT NULL,   -- physical line on which the row starts
	outcome INTEGER NOT NULL, -- 1 succeeded, 2 partial, 3 failed, 4 rejected, 5 skipped
	existing INTEGER,        -- ExistingCertificateId
	certificate INTEGER,     -- CertificateId, the one that RequestId resolved to included
	request INTEGER,         -- RequestId
	job_time TEXT,           -- as given
	due_at INTEGER,          -- NULL: the run's started_at
	created_at INTEGER NOT NULL,
	first_job INTEGER,       -- its jobs are first_job .. first_job + jobs - 1
	jobs INTEGER,
	first_refusal INTEGER,   -- likewise
	refusals INTEGER,
	messages TEXT,           -- faults and warnings, a line each: code TAB field TAB location TAB text
	password BLOB,           -- sealed; NULL: none, or no job needs it
	offset INTEGER           -- of a rejected or failed row in the manifest's bytes
) STRICT;

-- The order to change one location. What it shares with its request stands there once.
-- location has no foreign key: its check would read a random page a job (verify looks instead).
CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request,
	location INTEGER NOT NULL,
	status INTEGER NOT NULL, -- 0 Unknown, 1 Waiting, 2 InProcess, 3 Completed, 4 Acknowledged,
	                         -- 5 CompletedWillRetry
	result INTEGER NOT NULL, -- 0 Unknown, 2 Success, 3 Warning, 4 Failure
	completed_at INTEGER,
	message TEXT,            -- what the agent said
	cancelled_by TEXT,       -- 'job N' or an operator
	CHECK (status BETWEEN 0 AND 5 AND result BETWEEN 0 AND 4 AND result <> 1)
) STRICT;
-- Active jobs; appended to as jobs are. A run loads its set of busy locations from it. (A list
-- behind IN would be built as a temporary table for each row that is inserted.)
CREATE INDEX job_active ON job(id, location) WHERE status = 1 OR status = 2 OR status = 5;
-- Jobs that say they did it. Empty of what a run appends.
CREATE INDEX job_succeeded ON job(location) WHERE result = 2 OR result = 3;

CREATE TABLE refusal (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request,
	location INTEGER NOT NULL,
	code TEXT NOT NULL,
	text TEXT                -- NULL: the code's own
) STRICT;

INSERT INTO store_type VALUES
	(0, 'JKS', 'Java Keystore', 1, 1, 1),
	(2, 'PEM', 'PEM File', 2, 1, 1),
	(6, 'IISPersonal', 'IIS Personal', 0, 2, 1),
	(100, 'AWS', 'Amazon Web Services', 0, 2, 1),
	(101, 'FTP', 'File Transfer Protocol', 1, 1, 1);
