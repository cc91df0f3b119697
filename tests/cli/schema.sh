#!/bin/sh
# Somebody added to the schema of a database, removed from it or changed it: nothing that was added
# runs, a command that fails because of it says so, and `verify` finds it.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
. "$(dirname "$0")/company"

columns=Finding,Table,Id,Run,Line,Text

found_run() {
	mkdir "$scratch/run"
	(
		cd "$scratch/run" || exit 2
		company
		manifest one.csv 107,207, 101,201, 998,999,
		manifest two.csv 108,208, 109,209,
		manifest three.csv 997,998,
		"$PROGRAM" -q apply one.csv
		[ $? = 1 ] || exit 2
	) 2>/dev/null || exit 2
}

with() { # SQL: a case whose database was changed so
	begin "schema: $1"
	[ -d "$scratch/run" ] || found_run
	cp "$scratch/run"/* .
	sqlite3 inventory.db "$1" || wrong "sqlite3: $1"
}

# finds SUMMARY LINE...
finds() {
	summary=$1
	shift
	run 1 verify
	out "$(printf '%s\n' $columns "$@")"
	told "verify: 1 run, 3 rows, 2 jobs, 2 refusals, 0 sealed passwords; $summary"
}

says() { # TEXT ARGUMENT...
	text=$1
	shift
	run 4 "$@"
	grep -Fxq "pfxreplace: inventory.db: the database is damaged: $text: run \`pfxreplace verify\`" "$scratch/err" ||
		wrong "pfxreplace $*
says: $(cat "$scratch/err")
expected: $text"
}

# ---- what was added ---------------------------------------------------------------------------

begin 'schema: as it was made, analysed too'
[ -d "$scratch/run" ] || found_run
cp "$scratch/run"/* .
run 0 verify
sqlite3 inventory.db ANALYZE
run 0 verify
out $columns

with 'CREATE TABLE fired(what);
	CREATE TRIGGER spy_job AFTER INSERT ON job BEGIN INSERT INTO fired VALUES ("job"); UPDATE run SET state = 2; END;
	CREATE TRIGGER spy_run BEFORE UPDATE ON run BEGIN SELECT raise(ABORT, "spied"); END;
	CREATE TRIGGER spy_store AFTER UPDATE ON store BEGIN INSERT INTO fired VALUES ("store"); END;
	CREATE TRIGGER spy_request AFTER INSERT ON request BEGIN INSERT INTO fired VALUES (new.password); END'
run 0 -q apply two.csv
run 0 -q import stores "$scratch/company/stores.csv"
run 0 -q import inventory "$scratch/company/inventory.csv"
run 0 -q backup copy.db
sql 'SELECT count(*) FROM fired' 0
sql 'SELECT group_concat(state) FROM run' 1,1
sql 'SELECT count(*) FROM job' 4
run 1 verify
out "$columns
foreign-schema,fired,,,,table fired is none of ours
foreign-schema,job,,,,trigger spy_job on table job is none of ours
foreign-schema,request,,,,trigger spy_request on table request is none of ours
foreign-schema,run,,,,trigger spy_run on table run is none of ours
foreign-schema,store,,,,trigger spy_store on table store is none of ours"
told 'verify: 2 runs, 5 rows, 4 jobs, 2 refusals, 0 sealed passwords; 5 findings: 5 foreign-schema'

with 'CREATE VIEW spy AS SELECT * FROM run; CREATE INDEX slow ON job(status) WHERE status = 1;
	CREATE TABLE more(id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE)'
run 0 -q apply two.csv
run 1 -q verify
out "$columns
foreign-schema,more,,,,table more is none of ours
foreign-schema,job,,,,index slow on table job is none of ours
foreign-schema,spy,,,,view spy is none of ours"

# The names of our own tables in memory, and of SQLite's.
with 'CREATE TABLE feed_key(id, slot); INSERT INTO feed_key SELECT id, 99999999999 FROM certificate;
	CREATE TABLE feed_job(request, location, store); INSERT INTO feed_job VALUES (1, 2, 3);
	CREATE TABLE json_each(value); CREATE TABLE pragma_integrity_check(integrity_check);
	CREATE TABLE busy(location, job); CREATE TABLE found(id)'
run 0 -q apply two.csv
sql 'SELECT count(*) FROM job' 4
run 0 -q list certificates
run 1 -q reconcile
finds=$(printf 'foreign-schema,%s,,,,table %s is none of ours\n' busy busy feed_job feed_job feed_key feed_key \
	found found json_each json_each pragma_integrity_check pragma_integrity_check)
run 1 -q verify
out "$columns
$finds"

with 'CREATE UNIQUE INDEX spy ON job(status)
	WHERE id > 2'
said='index spy on table job is none of ours (UNIQUE constraint failed: job.status, while jobs-insert)'
says "$said" apply two.csv
sql 'SELECT count(*) FROM run' 1
finds '1 finding: 1 foreign-schema' 'foreign-schema,job,,,,index spy on table job is none of ours'

with 'CREATE INDEX spy ON job(id / (id - id))'
run 0 -q apply two.csv
finds=foreign-schema,job,,,,'index spy on table job is none of ours'
run 1 -q verify
out "$columns
$finds"

# ---- what is missing --------------------------------------------------------------------------

with 'DROP INDEX job_active; DROP INDEX run_digest'
run 0 -q apply two.csv
run 1 -q verify
out "$columns
missing-schema,job,,,,index job_active on table job is missing
missing-schema,run,,,,index run_digest on table run is missing"

with 'DROP INDEX location_certificate'
says 'index location_certificate on table location is missing (no such index: location_certificate, while reconcile-jobs)' reconcile
finds '1 finding: 1 missing-schema' \
	'missing-schema,location,,,,index location_certificate on table location is missing'

with 'DROP TABLE tally'
says 'table tally is missing (no such table: tally, while tally-put)' apply three.csv
says 'table tally is missing (no such table: tally, while tally-get)' apply one.csv
run 1 -q results 1
run 1 -q verify
out "$columns
missing-schema,tally,,,,table tally is missing
damaged,,,,,\"the database is damaged: table tally is missing (no such table: tally, while page-of-tallies); restore it from a backup\"
damaged,,,,,\"the database is damaged: table tally is missing (no such table: tally, while page-of-tallies); restore it from a backup\"
damaged,,,,,\"the database is damaged: table tally is missing (no such table: tally, while verify-runs-tally); restore it from a backup\""

# Whatever is missing: a command fails only because of it, and names it.
for table in setting container store_type agent store certificate enrollment_request location chain \
	role_permission run tally request job refusal; do
	with "DROP TABLE $table"
	for command in runs 'results 1' 'list stores' 'list certificates' 'list locations' "show store $web" \
		'jobs list' reconcile 'check two.csv' 'apply two.csv' 'apply one.csv' 'runs abandon 1' \
		"import inventory $scratch/company/inventory.csv" "import stores $scratch/company/stores.csv" \
		"import roles $scratch/company/roles.csv"; do
		# shellcheck disable=SC2086 # words
		"$PROGRAM" $command >"$scratch/out" 2>"$scratch/err" </dev/null
		status=$?
		case $status in
		0 | 1 | 3) ;;
		4) grep -Eq "^pfxreplace: inventory.db: the database is damaged: (table|index) [a-z_]+ (on table $table )?is missing .*: run \`pfxreplace verify\`" \
			"$scratch/err" || wrong "pfxreplace $command: $(cat "$scratch/err")" ;;
		*) wrong "pfxreplace $command: status $status: $(cat "$scratch/err")" ;;
		esac
	done
	run 1 -q verify
	grep -Fxq "missing-schema,$table,,,,table $table is missing" "$scratch/out" || wrong "$(cat "$scratch/out")"
done

# ---- what was changed -------------------------------------------------------------------------

with 'ALTER TABLE refusal RENAME TO old; CREATE VIEW refusal AS SELECT * FROM old'
says 'table old is none of ours (access to view "refusal" prohibited, while rows-refusals)' results 1
run 1 -q verify
grep refusal "$scratch/out" | head -n 2 >found
same found 'missing-schema,refusal,,,,table refusal is missing
foreign-schema,refusal,,,,view refusal is none of ours'

with 'ALTER TABLE job ADD COLUMN more INTEGER GENERATED ALWAYS AS (id + 1)'
run 0 -q apply two.csv
run 1 -q verify
out "$columns
changed-schema,job,,,,table job is not as it was made"

with 'ALTER TABLE run RENAME COLUMN reference TO referenz'
says 'table run is not as it was made (no such column: reference, while run-latest)' apply two.csv
says 'table run is not as it was made (no such column: reference, while runs-list)' runs

with "PRAGMA writable_schema = ON;
	UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'job';
	UPDATE sqlite_schema SET sql = replace(sql, 'WHERE status = 1', 'WHERE status = 7') WHERE name = 'job_active'"
run 1 -q verify --quick
out "$columns
changed-schema,job,,,,table job is not as it was made
changed-schema,job,,,,index job_active on table job is not as it was made"

# The SQL of an index that contains a second statement is not carried out.
with "DELETE FROM job; DELETE FROM refusal; DELETE FROM request; DELETE FROM location;
	PRAGMA writable_schema = ON;
	UPDATE sqlite_schema SET sql = sql || '; DELETE FROM role_permission' WHERE name = 'location_certificate'"
run 0 -q import inventory "$scratch/company/inventory.csv"
sql 'SELECT count(*) > 0 FROM role_permission' 1

# SQLite itself reports what it cannot read.
with "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE job(' WHERE name = 'job'"
for command in runs 'apply two.csv' verify; do
	# shellcheck disable=SC2086 # words
	run 4 $command
	told 'inventory.db: the database is damaged (malformed database schema (job) - incomplete input, while opening the database); restore it from a backup'
done

finish
