#!/bin/sh
# verify: every contradiction that a database may contain, each in turn; the summary, the exit status.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
. "$(dirname "$0")/company"

columns=Finding,Table,Id,Run,Line,Text

# Rows of every outcome, jobs that were superseded and kept, a sealed password.
found_runs() {
	mkdir "$scratch/runs"
	(
		cd "$scratch/runs" || exit 2
		cp "$scratch/company"/inventory.db* .
		printf '%s\n' ExistingCertificateId,CertificateId,JobTime,Password 101,201,, \
			'103,203,,"pass word"' 105,205,, 999,201,, 104,204,, 104,204,, 0107,207,, >one.csv
		printf '%s\n' ExistingCertificateId,CertificateId 104,205 103,203 >two.csv
		printf '%s\n' ExistingCertificateId,CertificateId 104,205 102,202 >three.csv
		"$PROGRAM" -q apply one.csv 2>/dev/null
		[ $? = 1 ] || exit 2
		"$PROGRAM" -q apply --pending supersede two.csv 2>/dev/null
		[ $? = 1 ] || exit 2
		"$PROGRAM" -q apply --pending keep three.csv || exit 2
	) || exit 2
}

runs() {
	[ -d "$scratch/company" ] || found_company
	[ -d "$scratch/runs" ] || found_runs
	cp "$scratch/runs"/inventory.db* .
}

counts='3 runs, 11 rows, 9 jobs, 4 refusals, 1 sealed password'
row() { # RUN NUMBER: the id of its request
	echo $((($1 << 32) + $2))
}

# finds SQL SUMMARY LINE...: the findings of a database that the SQL has changed
finds() {
	begin "verify finds: $1"
	runs
	sqlite3 inventory.db "PRAGMA ignore_check_constraints = ON; $1" || wrong "sqlite3: $1"
	summary=$2
	shift 2
	run 1 verify
	out "$(printf '%s\n' $columns "$@")"
	told "verify: $summary"
}

begin 'verify: a good database'
runs
run 0 verify
out $columns
told "verify: $counts; 0 findings"
run 0 -q verify --quick --format jsonl
out ''
err ''
rm inventory.db.lock # verify makes none
before=$(cksum ./*; stat -c '%n %y %z %s' . ./*)
run 0 verify
is 'the folder' "$(cksum ./*; stat -c '%n %y %z %s' . ./*)" "$before"

begin 'verify: an empty one'
run 0 init
run 0 verify
out $columns
told 'verify: 0 runs, 0 rows, 0 jobs, 0 refusals, 0 sealed passwords; 0 findings'

# ---- references --------------------------------------------------------------------------------

finds 'UPDATE job SET location = 99, store = 99 WHERE id = 1' "$counts; 1 finding: 1 missing-reference" \
	'missing-reference,job,1,1,2,it names a row of location that is not there'
finds 'UPDATE refusal SET location = 99 WHERE id = 3' "$counts; 1 finding: 1 missing-reference" \
	'missing-reference,refusal,3,1,4,it names a row of location that is not there'
finds 'DELETE FROM certificate WHERE id = 105' "$counts; 1 finding: 1 missing-reference" \
	'missing-reference,location,18,,,it names a row of certificate that is not there'
finds 'DELETE FROM store WHERE id = 1' "$counts; 16 findings: 16 missing-reference" \
	"$(sqlite3 "$scratch/runs/inventory.db" "SELECT 'missing-reference,location,' || id ||
		',,,it names a row of store that is not there' FROM location WHERE store = 1 ORDER BY id")"
finds 'INSERT INTO chain VALUES (16, 1, 101), (99, 1, 101), (17, 2, 998)' \
	"$counts; 2 findings: 2 missing-reference" \
	'missing-reference,chain,17,,,it names a row of certificate that is not there' \
	'missing-reference,chain,99,,,it names a row of location that is not there'
finds "UPDATE store SET container = 77 WHERE id = 2; INSERT INTO tally VALUES (9, 'code', 'bad-integer', 1, NULL)" \
	"$counts; 2 findings: 2 missing-reference" \
	'missing-reference,store,2,,,it names a row of container that is not there' \
	'missing-reference,tally,,,,it names a row of run that is not there'
finds 'UPDATE job SET store = 2 WHERE id = 5; UPDATE refusal SET store = 1 WHERE id = 4' \
	"$counts; 2 findings: 2 other-store" \
	"other-store,job,5,1,8,\"its store is 2, that of its location is 1\"" \
	"other-store,refusal,4,2,3,\"its store is 1, that of its location is 4\""
finds 'DELETE FROM run WHERE id = 3' "2 runs, 9 rows, 9 jobs, 4 refusals, 1 sealed password; 3 findings: 3 missing-reference" \
	'missing-reference,tally,,,,it names a row of run that is not there' \
	'missing-reference,tally,,,,it names a row of run that is not there' \
	"missing-reference,request,$(row 3 1),3,2,it names a row of run that is not there"
finds "DELETE FROM request WHERE id = $(row 1 7)" "3 runs, 10 rows, 9 jobs, 4 refusals, 1 sealed password; 4 findings: 1 missing-reference, 1 missing-rows, 2 wrong-count" \
	'missing-reference,job,5,1,,it names a row of request that is not there' \
	'missing-rows,run,1,1,,row 7 is missing' \
	'wrong-count,run,1,1,,"it says 3 rows succeeded, but there are 2"' \
	'wrong-count,run,1,1,,"it says 5 jobs created, but there are 4"'

# ---- ranges ------------------------------------------------------------------------------------

finds 'DELETE FROM job WHERE id = 4' "3 runs, 11 rows, 8 jobs, 4 refusals, 1 sealed password; 4 findings: 1 wrong-range, 2 wrong-count, 1 wrong-history" \
	"wrong-range,request,$(row 1 5),1,6,\"job 3 names it, but it has jobs 3 to 4\"" \
	'wrong-count,run,1,1,,"it says 5 jobs created, but there are 4"' \
	'wrong-count,run,2,2,,"it says 2 jobs superseded, but there are 1"' \
	'wrong-history,job,4,,,"it has a history, but does not exist"'
finds "UPDATE job SET request = $(row 1 2) WHERE id = 3" "$counts; 3 findings: 3 wrong-range" \
	"wrong-range,request,$(row 1 5),1,6,\"it has jobs 3 to 4, but job 3 names request $(row 1 2)\"" \
	"wrong-range,request,$(row 1 2),1,3,\"jobs 2 to 3 name it, but it has job 2\"" \
	"wrong-range,request,$(row 1 5),1,6,\"job 4 names it, but it has jobs 3 to 4\""
finds "UPDATE request SET first_job = 5, jobs = 1 WHERE id = $(row 1 4)" "$counts; 2 findings: 1 wrong-range, 1 wrong-outcome" \
	"wrong-outcome,request,$(row 1 4),1,5,\"rejected, but it has jobs or refusals\"" \
	"wrong-range,request,$(row 1 4),1,5,\"it has job 5, but job 5 names request $(row 1 7)\""
finds "UPDATE request SET first_job = 50 WHERE id = $(row 1 7)" "$counts; 2 findings: 2 wrong-range" \
	"wrong-range,request,$(row 1 7),1,8,\"it has job 50, but job 50 is not there\"" \
	"wrong-range,request,$(row 1 7),1,8,\"job 5 names it, but it has job 50\""
finds "UPDATE request SET jobs = 9223372036854775807 WHERE id = $(row 1 7)" "$counts; 2 findings: 1 bad-value, 1 wrong-range" \
	"bad-value,request,$(row 1 7),1,,\"jobs is 9223372036854775807, expected 0 to 9007199254740992, or NULL\"" \
	"wrong-range,request,$(row 1 7),1,8,\"job 5 names it, but it has 9223372036854775807 jobs from 5 on\""
finds "UPDATE request SET jobs = NULL WHERE id = $(row 1 7)" "$counts; 3 findings: 2 wrong-range, 1 wrong-outcome" \
	"wrong-outcome,request,$(row 1 7),1,8,\"succeeded, but no location was served\"" \
	"wrong-range,request,$(row 1 7),1,8,it has 0 jobs from 5 on" \
	"wrong-range,request,$(row 1 7),1,8,\"job 5 names it, but it has 0 jobs from 5 on\""
finds 'DELETE FROM refusal WHERE id = 1' "3 runs, 11 rows, 9 jobs, 3 refusals, 1 sealed password; 3 findings: 2 wrong-range, 1 wrong-count" \
	"wrong-range,request,$(row 1 1),1,2,\"it has refusals 1 to 2, but refusal 1 is not there\"" \
	"wrong-range,request,$(row 1 1),1,2,\"refusal 2 names it, but it has refusals 1 to 2\"" \
	'wrong-count,run,1,1,,"it says 3 jobs refused, but there are 2"'

# ---- rows --------------------------------------------------------------------------------------

# outcome RUN NUMBER LINE OUTCOME TEXT COUNT...: another outcome, and the counts of the run then
outcome() {
	id=$(row "$1" "$2")
	run=$1 line=$3 number=$4 text=$5
	shift 5
	finds "UPDATE request SET outcome = $number WHERE id = $id" \
		"$counts; $(($# + 1)) findings: 1 wrong-outcome, $# wrong-count" \
		"wrong-outcome,request,$id,$run,$line,$text" \
		"$(for count in "$@"; do echo "wrong-count,run,$run,$run,,\"it says $count\""; done)"
}
outcome 1 1 2 1 '"succeeded, but a location was refused"' '3 rows succeeded, but there are 4' '1 rows partial, but there are 0'
outcome 1 4 5 1 '"succeeded, but no location was served"' '3 rows succeeded, but there are 4' '1 rows rejected, but there are 0'
outcome 1 7 8 2 '"partial, but no location was refused"' '3 rows succeeded, but there are 2' '1 rows partial, but there are 2'
outcome 1 3 4 2 '"partial, but no location was served"' '1 rows partial, but there are 2' '1 rows failed, but there are 0'
outcome 1 1 2 3 '"failed, but a store was served in whole"' '1 rows partial, but there are 0' '1 rows failed, but there are 2'
outcome 1 6 7 3 '"failed, but no location was refused"' '1 rows failed, but there are 2' '1 rows skipped, but there are 0'
outcome 3 1 2 4 '"rejected, but it has jobs or refusals"' '2 rows succeeded, but there are 1' '0 rows rejected, but there are 1'
outcome 1 3 4 5 '"skipped, but it has jobs or refusals"' '1 rows failed, but there are 0' '1 rows skipped, but there are 2'
finds "UPDATE request SET outcome = 6 WHERE id = $(row 1 5)" "$counts; 2 findings: 1 bad-value, 1 wrong-count" \
	"bad-value,request,$(row 1 5),1,,\"outcome is 6, expected 1 to 5\"" \
	'wrong-count,run,1,1,,"it says 3 rows succeeded, but there are 2"'
# Another location of the job's store was refused.
finds "UPDATE location SET store = 1, alias = 'lab' WHERE id = 17; UPDATE refusal SET store = 1 WHERE id = 1" \
	"$counts; 1 finding: 1 wrong-outcome" \
	"wrong-outcome,request,$(row 1 1),1,2,\"partial, but every store has a refused location\""
finds "UPDATE request SET line = 3 WHERE id = $(row 1 1); UPDATE request SET line = 2 WHERE id = $(row 1 2)" \
	"$counts; 1 finding: 1 bad-value" \
	"bad-value,request,$(row 1 2),1,2,its line is not behind that of the row before it"
finds "UPDATE request SET certificate = NULL WHERE id = $(row 1 7)" "$counts; 1 finding: 1 bad-value" \
	"bad-value,request,$(row 1 7),1,8,\"jobs, but not both certificates\""
finds "UPDATE refusal SET code = 'not-a-code' WHERE id = 1; UPDATE refusal SET code = 'bad-integer' WHERE id = 2" \
	"$counts; 2 findings: 2 bad-value" \
	'bad-value,refusal,1,1,2,its code is none that refuses a location' \
	'bad-value,refusal,2,1,2,its code is none that refuses a location'
finds "UPDATE request SET id = $(row 1 9) WHERE id = $(row 1 6); UPDATE request SET id = $(row 3 5) WHERE id = $(row 3 1)" \
	"3 runs, 9 rows, 9 jobs, 4 refusals, 1 sealed password; 7 findings: 4 missing-rows, 3 wrong-count" \
	'missing-rows,run,1,1,,row 6 is missing' \
	'missing-rows,run,3,3,,row 1 is missing' \
	'missing-rows,run,1,1,,"7 rows were read, but it has row 9"' \
	'wrong-count,run,1,1,,"it says 1 rows skipped, but there are 0"' \
	'missing-rows,run,3,3,,"2 rows were read, but it has row 5"' \
	'wrong-count,run,3,3,,"it says 2 rows succeeded, but there are 1"' \
	'wrong-count,run,3,3,,"its tallies say 2 locations with a kept job, but there are 0"'

# ---- active jobs -------------------------------------------------------------------------------

finds 'UPDATE job SET status = 1, cancelled_by = NULL WHERE id = 3' "$counts; 3 findings: 1 wrong-count, 1 wrong-history, 1 several-active" \
	'several-active,location,21,,,"2 jobs of it are active, job 3 and job 6"' \
	'wrong-count,run,2,2,,"it says 2 jobs superseded, but there are 1"' \
	'wrong-history,job,3,,,"the last event of its history says 4/0, it is 1/0"'
finds 'UPDATE job SET location = 2, store = 1 WHERE id IN (1, 5, 8)' "$counts; 1 finding: 1 several-active" \
	'several-active,location,2,,,"3 jobs of it are active, job 1 and job 8 among them"'
finds "INSERT INTO location(id, store, alias, certificate) VALUES (4294967297, 1, 'far', 201);
	UPDATE job SET location = 4294967297 WHERE id = 1" "$counts; 2 findings: 2 bad-value" \
	'bad-value,location,4294967297,,,"id is 4294967297, expected 1 to 4294967296"' \
	'bad-value,job,1,1,,"location is 4294967297, expected 1 to 4294967296"'

# ---- jobs that wait ----------------------------------------------------------------------------

# claimed: the runs, with job 1 handed out and job 5 taken in
claimed() {
	runs
	run 0 -q jobs claim --limit 1
	is 'the job claimed' "$(sed 's/^{"JobId":\([0-9]*\),.*/\1/' "$scratch/out")" 1
}

# waits SQL FINDING...: after it, these findings
waits() {
	begin "verify finds: $1"
	claimed
	run 0 verify
	sqlite3 inventory.db "$1" || wrong "sqlite3: $1"
	shift
	run 1 verify
	out "$(printf '%s\n' $columns "$@")"
}

waits 'DELETE FROM ready WHERE job = 5' \
	'wrong-queue,job,5,,,"it is active and has no lease, but is not ready to be handed out"'
waits 'UPDATE ready SET due_at = due_at + 1 WHERE job = 5' \
	'wrong-queue,job,5,,,"it is active and has no lease, but is not ready to be handed out"'
waits "INSERT INTO ready SELECT 'elsewhere', due_at, job FROM ready WHERE job = 5" \
	"wrong-queue,ready,,,,\"$(sqlite3 "$scratch/runs/inventory.db" 'SELECT count(*) FROM job WHERE status IN (1, 2, 5)') rows, but $(sqlite3 "$scratch/runs/inventory.db" 'SELECT count(*) - 1 FROM job WHERE status IN (1, 2, 5)') jobs that wait so\""
waits 'DELETE FROM lease' 'wrong-queue,job,1,,,it has a lease that is not among the leases'
waits "INSERT INTO lease SELECT 'elsewhere', until, job FROM lease" \
	'wrong-queue,lease,,,,"2 rows, but 1 jobs that wait so"'
waits 'UPDATE job SET status = 1 WHERE id = 1; UPDATE job_event SET status = 1 WHERE job = 1' \
	'wrong-queue,job,1,,,"it has a lease, but is not InProcess"'
waits 'UPDATE job SET status = 3, result = 2, completed_at = 5 WHERE id = 5' \
	'wrong-queue,job,5,,,"it is ready to be handed out, but not active, or leased"' \
	"wrong-queue,ready,,,,\"$(sqlite3 "$scratch/runs/inventory.db" 'SELECT count(*) - 1 FROM job WHERE status IN (1, 2, 5)') rows, but $(sqlite3 "$scratch/runs/inventory.db" 'SELECT count(*) - 2 FROM job WHERE status IN (1, 2, 5)') jobs that wait so\""
waits 'UPDATE job_event SET result = 4 WHERE job = 1' \
	'wrong-history,job,1,,,"the last event of its history says 2/4, it is 2/0"'

# ---- proof -------------------------------------------------------------------------------------

# proves INVENTORIED-AT PROVEN-AT [TEXT]: so much after job 1 was made (NULL: never); TEXT is found
proves() {
	begin "verify: an inventory $1 after the job, proven by one of $2"
	runs
	sqlite3 inventory.db "UPDATE store SET inventoried_at = (SELECT q.created_at FROM request q, job j
			WHERE j.id = 1 AND q.id = j.request) + $1 WHERE id = (SELECT store FROM job WHERE id = 1);
		UPDATE job SET status = 3, result = 2, completed_at = 1, proven_at = (SELECT q.created_at FROM request q
			WHERE q.id = job.request) + $2 WHERE id = 1"
	found=$(($# - 2))
	run $found verify
	out "$columns${3+
wrong-proof,job,1,,,$3}"
	told "verify: $counts; $([ $found = 0 ] && echo 0 findings || echo 1 finding: 1 wrong-proof)"
	run $found -q verify --quick
}

proves 1 1
proves 5 1
proves 5 5
proves 5 0 'it is proven by an inventory that is not newer than it'
proves 5 -1 'it is proven by an inventory that is not newer than it'
proves 5 6 'it is proven by an inventory newer than the last one of its store'
proves NULL 6 '"it is proven, but its store has no inventory"'

# ---- runs --------------------------------------------------------------------------------------

finds 'UPDATE run SET rows_read = 8 WHERE id = 1' "$counts; 2 findings: 1 missing-rows, 1 wrong-count" \
	'wrong-count,run,1,1,,the outcomes do not add up to the rows read' \
	'missing-rows,run,1,1,,row 8 is missing'
finds 'UPDATE run SET rows_total = 6 WHERE id = 1; UPDATE run SET rows_total = 3 WHERE id = 3' \
	"$counts; 2 findings: 2 wrong-count" \
	'wrong-count,run,1,1,,more rows were read than the manifest has' \
	'wrong-count,run,3,3,,fewer rows were read than the manifest has'
finds 'UPDATE run SET succeeded = 2, partial = 2, jobs_created = 6, jobs_superseded = 1 WHERE id = 1' \
	"$counts; 5 findings: 4 wrong-count, 1 wrong-tally" \
	'wrong-tally,run,1,1,,"its tallies say 0 jobs superseded, but there are 1"' \
	'wrong-count,run,1,1,,"it says 2 rows succeeded, but there are 3"' \
	'wrong-count,run,1,1,,"it says 2 rows partial, but there are 1"' \
	'wrong-count,run,1,1,,"it says 6 jobs created, but there are 5"' \
	'wrong-count,run,1,1,,"it says 1 jobs superseded, but there are 0"'
finds 'UPDATE run SET jobs_later = 1, first_due = 2, last_due = 3 WHERE id = 1' "$counts; 2 findings: 2 wrong-count" \
	'wrong-count,run,1,1,,"it says 1 jobs not due at once, but there are 0"' \
	'wrong-count,run,1,1,,its first and last due time are not those of its rows'
finds "UPDATE request SET due_at = 4000000000000 WHERE id = $(row 1 5)" "$counts; 2 findings: 2 wrong-count" \
	'wrong-count,run,1,1,,"it says 0 jobs not due at once, but there are 2"' \
	'wrong-count,run,1,1,,its first and last due time are not those of its rows'
finds 'UPDATE run SET state = 5 WHERE id = 1; UPDATE run SET state = 2 WHERE id = 2;
	UPDATE run SET finished_at = NULL WHERE id = 3' "$counts; 3 findings: 3 bad-value" \
	'bad-value,run,1,1,,"state is 5, expected 0 to 4"' \
	'bad-value,run,2,2,,"it is not finished, but has a time at which it was"' \
	'bad-value,run,3,3,,"it is finished, but not at any time"'
finds 'UPDATE run SET offset = 0 WHERE id = 1; UPDATE run SET line = 2 WHERE id = 2;
	UPDATE run SET offset = 40 WHERE id = 2; UPDATE run SET line = 2 WHERE id = 3' \
	"$counts; 3 findings: 3 wrong-checkpoint" \
	'wrong-checkpoint,run,1,1,,"7 rows were read, but its checkpoint is at offset 0, line 9"' \
	'wrong-checkpoint,run,2,2,,"its checkpoint is at line 2, but it has a row of line 3"' \
	'wrong-checkpoint,run,3,3,,"its checkpoint is at line 2, but it has a row of line 3"'
finds 'UPDATE run SET offset = 40 WHERE id = 2' "$counts; 1 finding: 1 wrong-checkpoint" \
	'wrong-checkpoint,run,2,2,,"its checkpoint is at offset 40, but it has a row at offset 44"'
finds 'UPDATE run SET offset = 5000 WHERE id = 2' "$counts; 1 finding: 1 wrong-checkpoint" \
	"wrong-checkpoint,run,2,2,,\"its checkpoint is at offset 5000, but $(realpath "$scratch/runs/two.csv") has 52 bytes\""

begin 'verify: a manifest that is not the one of the run proves nothing'
runs
echo >>"$scratch/runs/two.csv"
sqlite3 inventory.db 'UPDATE run SET offset = 5000 WHERE id = 2'
run 0 verify
told "verify: $counts; 0 findings"

# ---- tallies -----------------------------------------------------------------------------------

finds "UPDATE tally SET count = 3 WHERE name = 'no-permission'" "$counts; 1 finding: 1 wrong-tally" \
	'wrong-tally,run,1,1,,"its tallies say 4 refusals, but there are 3"'
finds "DELETE FROM tally WHERE name IN ('exact-repetition', 'job-kept')" "$counts; 2 findings: 1 wrong-count, 1 wrong-tally" \
	'wrong-tally,run,1,1,,"its tallies say 0 repetitions, but there are 1"' \
	'wrong-count,run,3,3,,"its tallies say 0 locations with a kept job, but there are 2"'
finds "DELETE FROM tally WHERE name = 'unknown-existing-certificate'" "$counts; 1 finding: 1 wrong-tally" \
	'wrong-tally,run,1,1,,"its tallies say 0 reasons to reject, fewer than its 1 rows rejected"'
finds "INSERT INTO tally VALUES (1, 'code', 'no-such', 1, NULL), (1, 'kind', 'bad-integer', 1, NULL),
	(1, 'repair', 'no-such', 1, '2'), (1, 'warning', 'weaker-key', 0, NULL),
	(1, 'warning', 'issuer-changed', 1, '2'), (2, 'repair', 'leading-zeros', 1, '2 3'),
	(2, 'repair', 'decimal-zero', 9, '5 4'), (2, 'repair', 'blank-row', 9, '5 6x'),
	(2, 'repair', 'quoted-number', 9, NULL), (3, 'repair', 'blank-row', 9, '2 2 7'),
	(3, 'repair', 'decimal-zero', 9, '2 3 4 5')" "$counts; 10 findings: 10 wrong-tally" \
	'wrong-tally,tally,,1,,code no-such: a tally of no code that is known' \
	'wrong-tally,tally,,1,,kind bad-integer: a tally of no code that is known' \
	'wrong-tally,tally,,1,,repair no-such: a tally of no repair that is known' \
	'wrong-tally,tally,,1,,"warning issuer-changed: a tally of a code, with lines"' \
	'wrong-tally,tally,,1,,warning weaker-key: a tally of nothing' \
	'wrong-tally,tally,,2,,repair blank-row: a tally whose lines are not those of its count' \
	'wrong-tally,tally,,2,,repair decimal-zero: a tally whose lines are not those of its count' \
	'wrong-tally,tally,,2,,repair leading-zeros: a tally whose lines are not those of its count' \
	'wrong-tally,tally,,2,,repair quoted-number: a tally whose lines are not those of its count' \
	'wrong-tally,tally,,3,,repair decimal-zero: a tally whose lines are not those of its count'

# ---- the key and the sealed passwords ------------------------------------------------------------

failed='its sealed password cannot be opened with the key'
finds "UPDATE request SET password = CAST(substr(password, 1, 20) || x'00' || substr(password, 22) AS BLOB) WHERE password NOTNULL" \
	"$counts; 1 finding: 1 sealed-password" \
	"sealed-password,request,$(row 1 2),1,3,$failed"
finds "UPDATE request SET password = (SELECT password FROM request WHERE id = $(row 1 2)) WHERE id = $(row 1 7)" \
	"3 runs, 11 rows, 9 jobs, 4 refusals, 2 sealed passwords; 1 finding: 1 sealed-password" \
	"sealed-password,request,$(row 1 7),1,8,$failed"
finds "UPDATE request SET password = x'01' WHERE password NOTNULL" \
	"$counts; 1 finding: 1 sealed-password" \
	"sealed-password,request,$(row 1 2),1,3,$failed"
finds 'UPDATE request SET password = zeroblob(70000) WHERE password NOTNULL' \
	"$counts; 1 finding: 1 sealed-password" \
	"sealed-password,request,$(row 1 2),1,3,$failed"
finds "UPDATE setting SET value = zeroblob(16) WHERE name = 'key-check'" "$counts; 1 finding: 1 wrong-key" \
	'wrong-key,setting,,,,inventory.db.key: not the key of this database: expected the file that was made with it'
finds "DELETE FROM setting" "$counts; 1 finding: 1 wrong-key" \
	'wrong-key,setting,,,,inventory.db.key: not the key of this database: expected the file that was made with it'

begin 'verify: without the key file what is sealed cannot be looked at'
runs
mv inventory.db.key elsewhere
run 1 verify
out "$columns
wrong-key,setting,,,,1 sealed passwords cannot be looked at: inventory.db.key: the key file cannot be opened: No such file or directory"
run 0 -k elsewhere verify
chmod 640 elsewhere
run 1 -q -k elsewhere verify
out "$columns
wrong-key,setting,,,,1 sealed passwords cannot be looked at: elsewhere: the key file can be read by others: expected a file of mode 0600"
told 'verify: 3 runs, 11 rows, 9 jobs, 4 refusals, 1 sealed password; 1 finding: 1 wrong-key'
sqlite3 inventory.db 'UPDATE request SET password = NULL'
run 0 verify
out $columns
told 'inventory.db.key: the key file cannot be opened: No such file or directory; nothing is sealed so far' \
	'verify: 3 runs, 11 rows, 9 jobs, 4 refusals, 0 sealed passwords; 0 findings'

# ---- damage ------------------------------------------------------------------------------------

finds 'UPDATE job SET status = 9 WHERE id = 1' "$counts; 2 findings: 1 damaged, 1 bad-value" \
	'damaged,,,,,CHECK constraint failed in job' \
	'bad-value,job,1,1,,"status is 9, expected 0 to 5"'

begin 'verify: a damaged page is found, and does not stop the rest'
runs
page=$(sqlite3 inventory.db "SELECT rootpage FROM sqlite_schema WHERE name = 'refusal'")
dd if=/dev/zero of=inventory.db bs=4096 seek=$((page - 1)) count=1 conv=notrunc 2>/dev/null
run 1 verify
out "$columns
damaged,,,,,Page $page: btreeInitPage() returns error code 11
damaged,,,,,\"the database is damaged (database disk image is malformed, while page-of-refusals); restore it from a backup\"
damaged,,,,,\"the database is damaged (database disk image is malformed, while verify-last); restore it from a backup\""
run 1 verify --quick

begin 'verify: nothing that was cut off or written over crashes it'
runs
# So that the last page is neither free nor an empty index, of which a byte can be cut off without any loss.
sqlite3 inventory.db 'UPDATE location SET key_mismatch = 1 WHERE id = 1; VACUUM'
cp inventory.db whole.db
size=$(stat -c %s whole.db)
for cut in 0 50 512 4096 5000 $((size / 2)) $((size - 1)) $((size - 4096)); do
	head -c "$cut" whole.db >inventory.db
	"$PROGRAM" verify >"$scratch/out" 2>"$scratch/err"
	status=$?
	case $status in 1 | 4) ;; *) wrong "cut at $cut: status $status" ;; esac
done
pages=$((size / 4096))
page=1
while [ $page -lt $pages ]; do
	cp whole.db inventory.db
	printf '\377\001\177\200' |
		dd of=inventory.db bs=1 seek=$((page * 4096 + page * 13 % 64)) conv=notrunc 2>/dev/null
	"$PROGRAM" verify >"$scratch/out" 2>"$scratch/err"
	status=$?
	case $status in 0 | 1 | 4) ;; *) wrong "page $page: status $status" ;; esac
	page=$((page + 3))
done

begin 'verify: what is no database'
echo nothing >inventory.db
run 4 verify
out ''
told 'inventory.db: not a database: expected one made by `pfxreplace init`'
rm inventory.db
run 4 verify
told 'inventory.db: no database (`pfxreplace init` makes one): No such file or directory'

begin 'verify: while a run writes, nothing is found that is not so'
[ -d "$scratch/company" ] || found_company
cp "$scratch/company"/inventory.db* .
{
	echo ExistingCertificateId,CertificateId
	i=1
	while [ $i -le 3000 ]; do
		echo "$((i % 14 + 107)),$((i % 14 + 207))"
		i=$((i + 1))
	done
} >many.csv
"$PROGRAM" -q apply --chunk 50 many.csv 2>/dev/null &
writer=$!
while kill -0 $writer 2>/dev/null; do
	run 0 verify --quick
	out $columns
done
wait $writer
run 0 verify
told 'verify: 1 run, 3000 rows, 14 jobs, 0 refusals, 0 sealed passwords; 0 findings'

begin 'verify: the long read waits for a run, and keeps one waiting; --quick does neither'
runs
( # as its holder
	flock 9
	echo 'process 7 (run 2) since 2026-01-01T00:00:00Z' >&9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
run 5 verify --wait 0
out ''
told 'inventory.db: held by process 7 (run 2) since 2026-01-01T00:00:00Z; waited 0 s: try again later, or with --wait SECONDS'
run 0 -q verify --quick
"$PROGRAM" -q verify >/dev/null 2>told &
waiting=$!
# From then on SIGUSR1 is caught and answered.
until [ $((0x$(sed -n 's/^SigCgt:[^0-9a-f]*//p' /proc/$waiting/status) & 512)) != 0 ]; do sleep 0.01; done
kill -USR1 $waiting
until [ -s told ]; do sleep 0.01; done
same told 'pfxreplace: nothing was begun yet'
touch release
wait $waiting
is 'status' $? 0
wait
is 'the lock' "$(cat inventory.db.lock)" ''

begin 'verify: usage'
run 2 verify inventory.db
told 'verify: inventory.db: expected no operand; see -d; see `pfxreplace verify --help`'
run 2 verify --format xml
told 'verify: --format xml: expected one of csv, jsonl, table; see `pfxreplace verify --help`'

begin 'verify: what cannot be written'
runs
"$PROGRAM" verify >/dev/full 2>"$scratch/err"
is 'status' $? 4
told 'standard output: the file cannot be written: No space left on device'

finish
