-- Version 4: a certificate may get another Id (import certificates --renumber). What refers to it
-- follows, rows of manifests included; results print the ids of a row as its manifest gives them.

-- An Id that a certificate had. Only messages look here, about an Id that no certificate has.
CREATE TABLE renumbered (
	id INTEGER PRIMARY KEY,
	certificate INTEGER NOT NULL REFERENCES certificate -- the Id that it has now
) STRICT;

-- The ids that a row was given, where those of its request are newer. A table of its own: a run
-- that appends rows does not touch it. request has no foreign key, for the same reason as
-- job.location (verify looks instead).
CREATE TABLE request_given (
	request INTEGER PRIMARY KEY,
	existing INTEGER,
	certificate INTEGER
) STRICT;
