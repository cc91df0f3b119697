-- A database of version 6, as the release that had it made it with the key version_6.key: two rows
-- and a store have a password, sealed as version 1.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE setting (
	name TEXT PRIMARY KEY,   -- 'key-check': tells the right key file from a wrong one
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES('key-check',X'ba1722efa45f57d8bb560fe82fb55f74');
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
INSERT INTO store_type VALUES(0,'JKS','Java Keystore',1,1,1);
INSERT INTO store_type VALUES(2,'PEM','PEM File',2,1,1);
INSERT INTO store_type VALUES(6,'IISPersonal','IIS Personal',0,2,1);
INSERT INTO store_type VALUES(100,'AWS','Amazon Web Services',0,2,1);
INSERT INTO store_type VALUES(101,'FTP','File Transfer Protocol',1,1,1);
CREATE TABLE agent (
	id TEXT PRIMARY KEY,     -- AgentId, a GUID in lower case
	client_machine TEXT,
	status INTEGER NOT NULL DEFAULT 1, -- 1 New, 2 Approved, 3 Disapproved
	last_seen INTEGER,
	CHECK (status BETWEEN 1 AND 3)
) STRICT, WITHOUT ROWID;
INSERT INTO agent VALUES('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa','host.example.com',2,NULL);
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
, key_path TEXT, includes_chain INTEGER, trust_store INTEGER, endpoint TEXT, password BLOB, tried_at INTEGER, unreadable TEXT, unreadable_text TEXT) STRICT;
INSERT INTO store VALUES(1,'11111111-1111-4111-8111-111111111111',NULL,NULL,'host.example.com','/srv/site.pem',2,1,'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',1,0,1767225600000,NULL,NULL,NULL,NULL,X'0130e738154562c4398f527c2b386e4e9ca6655564b82b0f5127aeb70ae534327236bb222b7d7eb6',NULL,NULL,NULL);
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
, key_usage INTEGER, extended_usages TEXT, signature TEXT, is_ca INTEGER, sha256 TEXT, curve TEXT) STRICT;
INSERT INTO certificate VALUES(101,'0000000000000000000000000000000000000065',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO certificate VALUES(102,'0000000000000000000000000000000000000066',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO certificate VALUES(201,'00000000000000000000000000000000000000C9',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO certificate VALUES(202,'00000000000000000000000000000000000000CA',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE enrollment_request (
	id INTEGER PRIMARY KEY,  -- RequestId
	certificate INTEGER,     -- may name a certificate that is not known
	disposition TEXT
) STRICT;
CREATE TABLE location (
	id INTEGER PRIMARY KEY,
	store INTEGER NOT NULL REFERENCES store,
	alias TEXT NOT NULL,
	certificate INTEGER REFERENCES certificate, key_mismatch INTEGER, -- NULL: nothing any more
	UNIQUE (store, alias)
) STRICT;
INSERT INTO location VALUES(1,1,'a',101,NULL);
INSERT INTO location VALUES(2,1,'b',102,NULL);
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
INSERT INTO role_permission VALUES('Administrator','somebody','/certificate_stores/modify/');
INSERT INTO role_permission VALUES('Administrator','somebody','/certificates/enrollment/pfx/');
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
, jobs_later INTEGER NOT NULL DEFAULT 0, first_due INTEGER, last_due INTEGER, retries INTEGER NOT NULL DEFAULT 0, window_end INTEGER) STRICT;
INSERT INTO run VALUES(1,X'c7de7322c56616223796db31b6e3c90343fe811b09bb5a0f51b6939d7a445f48','/srv/m.csv','m.csv','somebody',NULL,NULL,replace('allow=\ndeny=\nwindow=\npending=refuse\nignore=\nmax-jobs-per-row=\nformat=csv\ndelimiter=,\nencoding=auto\n','\n',char(10)),1,1795746353269,1795746353300,1,2,85,4,2,2,0,0,0,0,2,0,0,0,NULL,NULL,0,NULL);
CREATE TABLE tally (
	run INTEGER NOT NULL REFERENCES run,
	kind TEXT NOT NULL,      -- 'code', 'warning' or 'repair'
	name TEXT NOT NULL,
	count INTEGER NOT NULL,
	lines TEXT,              -- the first lines it happened on, blanks between
	PRIMARY KEY (run, kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES(1,'unchecked','certificate-expired',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','certificate-not-yet-valid',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','existing-expires-first',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','expires-earlier',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','issuer-changed',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','key-usage-lost',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','names-not-covered',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','new-is-issuer',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','signature-changed',2,NULL);
INSERT INTO tally VALUES(1,'unchecked','weaker-key',2,NULL);
INSERT INTO tally VALUES(1,'warning','inventory-stale',2,NULL);
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
INSERT INTO request VALUES(4294967297,2,1,101,201,NULL,NULL,NULL,1795746353299,1,1,NULL,NULL,replace('inventory-stale		1	the store was last inventoried at 2026-01-01T00:00:00Z\n','\n',char(10)),X'01f8d2931524946d62b0f07ae7580f0d9d9e8ca7edfc18a991b48f6f3e115aa9fec3d4cb91217d3a',NULL);
INSERT INTO request VALUES(4294967298,3,1,102,202,NULL,NULL,NULL,1795746353299,2,1,NULL,NULL,replace('inventory-stale		2	the store was last inventoried at 2026-01-01T00:00:00Z\n','\n',char(10)),X'01517f42c5df9fe2edb13b8fd6ac346652c3b9850c0970746eba5f5b1d4e377c636a01b4b020a1c3',NULL);
CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request,
	location INTEGER NOT NULL,
	status INTEGER NOT NULL, -- 0 Unknown, 1 Waiting, 2 InProcess, 3 Completed, 4 Acknowledged,
	                         -- 5 CompletedWillRetry
	result INTEGER NOT NULL, -- 0 Unknown, 2 Success, 3 Warning, 4 Failure
	completed_at INTEGER,
	message TEXT,            -- what the agent said
	cancelled_by TEXT, store INTEGER NOT NULL DEFAULT 0, proven_at INTEGER,       -- 'job N' or an operator
	CHECK (status BETWEEN 0 AND 5 AND result BETWEEN 0 AND 4 AND result <> 1)
) STRICT;
INSERT INTO job VALUES(1,4294967297,1,1,0,NULL,NULL,NULL,1,NULL);
INSERT INTO job VALUES(2,4294967298,2,1,0,NULL,NULL,NULL,1,NULL);
CREATE TABLE refusal (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request,
	location INTEGER NOT NULL,
	code TEXT NOT NULL,
	text TEXT                -- NULL: the code's own
, store INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE renumbered (
	id INTEGER PRIMARY KEY,
	certificate INTEGER NOT NULL REFERENCES certificate -- the Id that it has now
) STRICT;
CREATE TABLE request_given (
	request INTEGER PRIMARY KEY,
	existing INTEGER,
	certificate INTEGER
) STRICT;
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
CREATE TABLE ready (
	machine TEXT NOT NULL,   -- the store's client_machine in lower case; '': not known
	due_at INTEGER NOT NULL,
	job INTEGER NOT NULL,
	PRIMARY KEY (machine, due_at, job)
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
	machine TEXT NOT NULL,
	until INTEGER NOT NULL,
	job INTEGER NOT NULL,
	PRIMARY KEY (machine, until, job)
) STRICT, WITHOUT ROWID;
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
INSERT INTO counter VALUES('clock',0);
INSERT INTO counter VALUES('reactivated',0);
INSERT INTO counter VALUES('ready-to',0);
CREATE UNIQUE INDEX certificate_thumbprint ON certificate(thumbprint)
	WHERE thumbprint IS NOT NULL;
CREATE INDEX run_digest ON run(digest);
CREATE INDEX job_active ON job(id, location) WHERE status = 1 OR status = 2 OR status = 5;
CREATE INDEX job_succeeded ON job(location) WHERE result = 2 OR result = 3;
CREATE INDEX chain_certificate ON chain(certificate);
CREATE INDEX location_key_mismatch ON location(store) WHERE key_mismatch = 1;
CREATE INDEX job_unproven ON job(store, location)
	WHERE (status = 3 OR (status = 4 AND result <> 0)) AND proven_at IS NULL;
CREATE INDEX lease_until ON lease(until);
CREATE INDEX location_certificate ON location(certificate, store)
	WHERE certificate IS NOT NULL;
COMMIT;
PRAGMA application_id = 1885763698;
PRAGMA user_version = 6;
