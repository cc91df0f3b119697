#!/bin/sh
# Inventories complete jobs and prove them: each state of a job, what counts as there, what is a
# leftover, passwords, what waits to be handed out. SQL makes the jobs as runs, executors and people
# would have left them.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

created=1767225600000 # 2026-01-01T00:00:00Z, when every row was applied
seen=1767232800000    # 02:00, when the stores are looked at
at=2026-01-01T02:00:00Z
far=4070908800000 # 2099-01-01
operator=$(id -run 2>/dev/null || id -ru)
print101=0000000000000000000000000000000000000065
print201=00000000000000000000000000000000000000C9

pending=

state() { # SQL: for the next load
	pending="$pending
$1;"
}

# make: a database with stores 1 to 9, the old certificates 101 to 109, the new ones 201 to 209,
# the third one 301, and a run
make() {
	run 0 init
	pending=
	state "
		WITH n(i) AS (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9]'))
		INSERT INTO store(id, guid, client_machine, path, type, approved, agent_assigned)
		SELECT i, printf('%08d-0000-4000-8000-000000000000', i), 'Host' || i || '.example.com',
			'/etc/pki/' || i || '.pem', 2, 1, 1
		FROM n;
		WITH n(i) AS (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9]'))
		INSERT INTO certificate(id, thumbprint) SELECT 100 + i, printf('%040X', 100 + i) FROM n
		UNION ALL SELECT 200 + i, printf('%040X', 200 + i) FROM n;
		INSERT INTO certificate(id, thumbprint) VALUES (301, '00000000000000000000000000000000000301AA');
		INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at,
			finished_at, state, rows_total)
		VALUES (1, x'$(printf %064d 1)', '/m1.csv', 'm1.csv', 'alice', '', 1, $created, $created, 1, 9)"
}

# place LOCATION STORE ALIAS CERTIFICATE|NULL
place() {
	state "INSERT INTO location(id, store, alias, certificate) VALUES ($1, $2, '$3', $4)"
}

# job ID LOCATION OLD NEW STATUS RESULT [COMPLETED]: row ID of run 1, with a sealed password
job() {
	state "INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs,
			password)
		VALUES ((1 << 32) + $1, $1 + 1, 1, $3, $4, $created, $1, 1, x'00');
		INSERT INTO job(id, request, location, status, result, completed_at, store)
		VALUES ($1, (1 << 32) + $1, $2, $5, $6, ${7:-NULL},
			(SELECT store FROM location WHERE id = $2))"
}

# handled JOB DUE|NULL ATTEMPTS CLAIMS FAILURES [LEASED_AT LEASE_UNTIL]
handled() {
	state "INSERT INTO handling(job, due_at, rescheduled, attempts, claims, failures, claim, leased_at,
			lease_until)
		VALUES ($1, $2, 0, $3, $4, $5, x'000102030405060708090a0b0c0d0e0f', ${6:-NULL}, ${7:-NULL})"
	[ -z "${7:-}" ] || state "INSERT INTO lease(machine, until, job)
		SELECT lower(s.client_machine), $7, j.id FROM job j JOIN store s ON s.id = j.store
		WHERE j.id = $1"
}

# taken_in TO: the active jobs up to this one wait to be handed out
taken_in() {
	state "UPDATE counter SET value = $1 WHERE name = 'ready-to';
		INSERT INTO ready(machine, due_at, job)
		SELECT lower(s.client_machine), coalesce(h.due_at, q.due_at, $created), j.id
		FROM job j JOIN store s ON s.id = j.store JOIN request q ON q.id = j.request
			LEFT JOIN handling h ON h.job = j.id
		WHERE j.status IN (1, 2, 5) AND h.lease_until IS NULL AND j.id <= $1"
}

# look STORE ALIAS=CERTIFICATE...: adds a store to inventory.csv; without an alias it is empty
look() {
	guid=0000000$1-0000-4000-8000-000000000000
	shift
	[ -e inventory.csv ] || echo CertStoreId,Alias,ChainLevel,CertificateId >inventory.csv
	[ $# != 0 ] || echo "$guid,,," >>inventory.csv
	for entry; do
		echo "$guid,${entry%=*},0,${entry#*=}" >>inventory.csv
	done
}

# load TEXT [ARGUMENT...]: what is prepared, then inventory.csv; TEXT: what is said of jobs
load() {
	said=$1
	shift
	[ -z "$pending" ] || sqlite3 inventory.db "BEGIN; $pending COMMIT" || wrong "state: $pending"
	pending=
	run 0 import inventory --as-of "${as_of:-$at}" "$@" inventory.csv
	is 'what is said of jobs' "$(sed -n 's/^pfxreplace: inventory: \(.* completed.*\)/\1/p' "$scratch/err")" "$said"
	rm inventory.csv
	sql "SELECT count(*) FROM job_event WHERE event <> 'inventory' OR operator <> '$operator'
		OR claim IS NOT NULL OR message IS NOT NULL OR at < $seen" 0
}

# jobs EXPECTED: a line a job: id status/result, completed, proven as hours after the creation, the
# word and state of each event
jobs() {
	sql "SELECT group_concat(text, '
') FROM (SELECT j.id || ' ' || j.status || '/' || j.result
			|| iif(j.completed_at IS NULL, '', iif(j.completed_at = $created, ' then', ' now'))
			|| coalesce(' proven ' || ((j.proven_at - $created) / 3600000.0), '')
			|| coalesce(' | ' || (SELECT group_concat(e.number || ' ' || e.event || ' ' || e.status || '/' || e.result, ', ')
				FROM job_event e WHERE e.job = j.id), '')
			|| iif(coalesce(length(q.password), 0) = 0, '', ' *') AS text
		FROM job j JOIN request q ON q.id = j.request ORDER BY j.id)" "$1"
}

# sound: where jobs wait and what their history says agrees with what they are
sound() {
	"$PROGRAM" verify >"$scratch/verified" 2>/dev/null
	is 'verify' "$(grep -E '^(wrong-queue|wrong-history|several-active|wrong-value)' "$scratch/verified")" ''
}

lines() {
	printf '%s\n' "$@"
}

# ---- the states of a job ---------------------------------------------------------------------

begin 'settle: active jobs of each state'
make
for n in 1 2 3 4 5 6; do
	place $n $n web 10$n
done
job 1 1 101 201 1 0
job 2 2 102 202 1 0
state "UPDATE request SET due_at = $far WHERE line = 3"
job 3 3 103 203 2 0
handled 3 NULL 1 1 0 $created $far
job 4 4 104 204 2 0
handled 4 NULL 2 2 0 $created $((created + 60000))
job 5 5 105 205 5 4
handled 5 $((created + 60000)) 1 0 1
job 6 6 106 206 5 4
handled 6 $far 1 0 1
taken_in 6
for n in 1 2 3 4 5 6; do
	look $n web=20$n
done
load '5 jobs completed; 1 more proven'
jobs "$(lines '1 3/2 now proven 2.0 | 1 inventory 3/2' '2 3/2 now proven 2.0 | 1 inventory 3/2' \
	'3 2/0 proven 2.0 | 1 inventory 2/0 *' '4 3/2 now proven 2.0 | 1 inventory 3/2' \
	'5 3/2 now proven 2.0 | 1 inventory 3/2' '6 3/2 now proven 2.0 | 1 inventory 3/2')"
sql 'SELECT count(*) FROM ready' 0
sql 'SELECT job, until FROM lease' "3|$far"
sql 'SELECT job, attempts, claims, failures, lease_until FROM handling' "3|1|1|0|$far
4|2|0|0|
5|1|0|1|
6|1|0|1|"
sound

begin 'settle: a second inventory of the same: nothing more, but for a lease that is over'
make
place 1 1 web 101
job 1 1 101 201 2 0
handled 1 NULL 1 1 0 $created $far
look 1 web=201
load '0 jobs completed; 1 more proven'
look 1 web=201
load ''
jobs '1 2/0 proven 2.0 | 1 inventory 2/0 *'
state "UPDATE handling SET lease_until = $seen; UPDATE lease SET until = $seen"
look 1 web=201
as_of=2026-01-01T03:00:00Z load '1 job completed'
jobs '1 3/2 now proven 2.0 | 1 inventory 2/0, 2 inventory 3/2'
sql 'SELECT count(*) FROM lease' 0
sound

begin 'settle: ended jobs stay, and are proven; cancelled ones and those of no known state are left'
make
n=1
for ended in '3 4' '3 2' '3 3' '4 4' '4 3' '4 2' '4 0' '0 0'; do
	place $n $n web 10$n
	# shellcheck disable=SC2086 # status and result
	job $n $n 10$n 20$n $ended $created
	look $n web=20$n
	n=$((n + 1))
done
load '0 jobs completed; 6 more proven'
jobs "$(lines '1 3/4 then proven 2.0 | 1 inventory 3/4 *' '2 3/2 then proven 2.0 | 1 inventory 3/2 *' \
	'3 3/3 then proven 2.0 | 1 inventory 3/3 *' '4 4/4 then proven 2.0 | 1 inventory 4/4 *' \
	'5 4/3 then proven 2.0 | 1 inventory 4/3 *' '6 4/2 then proven 2.0 | 1 inventory 4/2 *' \
	'7 4/0 then *' '8 0/0 then *')"
sound
for n in 1 2 3 4 5 6 7 8; do
	look $n web=20$n
done
load ''
sql 'SELECT count(*) FROM job_event' 6

# ---- there -----------------------------------------------------------------------------------

begin 'settle: at the alias of the job, not at another one beside it'
make
place 1 1 web 101
place 11 1 mail 301
job 1 1 101 201 1 0
place 2 2 web 102
job 2 2 102 202 1 0
look 1 web=301 mail=201 # a third certificate at the alias
look 2 web=102 mail=202 # the old one
load ''
jobs "$(lines '1 1/0 *' '2 1/0 *')"

begin 'settle: at any alias of the store where that of the job is gone'
make
place 1 1 old-name 101
job 1 1 101 201 1 0
place 2 2 old-name 102 # gone, but the new one is nowhere
job 2 2 102 202 1 0
place 3 3 old-name 103 # gone, and the new one in a chain alone
job 3 3 103 203 1 0
look 1 new-name=201
look 2
look 3 new-name=301
echo 00000003-0000-4000-8000-000000000000,new-name,1,203 >>inventory.csv
load '1 job completed'
jobs "$(lines '1 3/2 now proven 2.0 | 1 inventory 3/2' '2 1/0 *' '3 1/0 *')"
sound

begin 'settle: an alias that is the thumbprint of the old certificate, in any case'
make
place 1 1 $print101 101 # the new one came, the old one went
job 1 1 101 201 1 0
place 2 2 "$(printf %040x 102)" 102 # beside the old one: leftover
job 2 2 102 202 1 0
place 3 3 "$(printf %040X 103)" 103 # put under its alias
job 3 3 103 203 1 0
place 4 4 $print101 104 # the thumbprint of another certificate
job 4 4 104 204 1 0
look 1 $print201=201
look 2 "$(printf %040x 102)=102" new=202
look 3 "$(printf %040X 103)=203"
look 4 $print101=104 new=204
load '3 jobs completed, 1 of them leftover'
jobs "$(lines '1 3/2 now proven 2.0 | 1 inventory 3/2' '2 3/2 now | 1 inventory 3/2' \
	'3 3/2 now proven 2.0 | 1 inventory 3/2' '4 1/0 *')"
sound
look 2 new=202 # now the old one is gone
load '0 jobs completed; 1 more proven'
jobs "$(lines '1 3/2 now proven 2.0 | 1 inventory 3/2' \
	'2 3/2 now proven 2.0 | 1 inventory 3/2, 2 inventory 3/2' \
	'3 3/2 now proven 2.0 | 1 inventory 3/2' '4 1/0 *')"
sound

begin 'settle: the old certificate at another alias: a leftover, unless that alias has its own job'
make
place 1 1 web 101
place 11 1 mail 101
job 1 1 101 201 1 0
place 2 2 web 102
place 12 2 mail 102
job 2 2 102 202 1 0
job 3 12 102 202 1 0
place 4 4 web 104
place 14 4 mail 104
place 24 4 ftp 104
job 4 4 104 204 1 0
job 5 14 104 204 1 0
look 1 web=201 mail=101
look 2 web=202 mail=102
look 4 web=204 mail=104 ftp=104
load '3 jobs completed, 2 of them leftover'
jobs "$(lines '1 3/2 now | 1 inventory 3/2' '2 3/2 now proven 2.0 | 1 inventory 3/2' '3 1/0 *' \
	'4 3/2 now | 1 inventory 3/2' '5 1/0 *')"
sound
look 1 web=201 mail=201
look 2 web=202 mail=202
look 4 web=204 mail=204 ftp=104
load '2 jobs completed, 1 of them leftover; 1 more proven'
jobs "$(lines '1 3/2 now proven 2.0 | 1 inventory 3/2, 2 inventory 3/2' \
	'2 3/2 now proven 2.0 | 1 inventory 3/2' '3 3/2 now proven 2.0 | 1 inventory 3/2' \
	'4 3/2 now | 1 inventory 3/2' '5 3/2 now | 1 inventory 3/2')"

begin 'settle: an ended leftover is proven once the alias of the old one has a job of its own'
make
place 1 1 web 201
place 11 1 mail 101
job 1 1 101 201 3 4 $created
look 1 web=201 mail=101
load ''
jobs '1 3/4 then *'
job 2 11 101 201 1 0
look 1 web=201 mail=101
load '0 jobs completed; 1 more proven'
jobs "$(lines '1 3/4 then proven 2.0 | 1 inventory 3/4 *' '2 1/0 *')"

# ---- newer -----------------------------------------------------------------------------------

begin 'settle: an inventory newer than the creation of the job, in milliseconds'
make
place 1 1 web 101
job 1 1 101 201 1 0
look 1 web=201
sqlite3 inventory.db "BEGIN; $pending COMMIT"
run 0 -q import inventory --as-of 2026-01-01T00:00:00.000Z inventory.csv
jobs '1 1/0 *'
run 0 import inventory --as-of 2026-01-01T00:00:00.001Z inventory.csv
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 0 changed, 1 unchanged, 0 gone
pfxreplace: inventory: 1 job completed'
sql 'SELECT status, proven_at FROM job' "3|$((created + 1))"

begin 'settle: a store whose inventory is older than what is known settles nothing; others do'
make
place 1 1 web 201
place 2 2 web 102
job 1 1 101 201 1 0
job 2 2 102 202 1 0
job 3 1 103 201 3 4 $created
state "UPDATE store SET inventoried_at = $seen + 1 WHERE id = 1"
look 1 web=201
look 2 web=202
load '1 job completed'
jobs "$(lines '1 1/0 *' '2 3/2 now proven 2.0 | 1 inventory 3/2' '3 3/4 then *')"

begin 'settle: stores that the inventory does not name are left'
make
place 1 1 web 201
place 2 2 web 102
job 1 1 101 201 1 0
job 2 2 102 202 1 0
job 3 1 109 201 3 2 $created
state "UPDATE store SET inventoried_at = $seen"
look 2 web=202
load '1 job completed'
jobs "$(lines '1 1/0 *' '2 3/2 now proven 2.0 | 1 inventory 3/2' '3 3/2 then *')"

begin 'settle: nothing where the import has a fault'
make
place 1 1 web 101
job 1 1 101 201 1 0
look 1 web=201 web=201
sqlite3 inventory.db "BEGIN; $pending COMMIT"
run 3 import inventory --as-of $at inventory.csv
jobs '1 1/0 *'

# ---- the rest --------------------------------------------------------------------------------

begin 'settle: the password of a row goes with the last job that could need it'
make
place 1 1 web 101
place 11 1 mail 101
place 2 2 web 101
job 1 1 101 201 1 0
state "UPDATE request SET jobs = 3;
	INSERT INTO job(id, request, location, status, result, store)
	VALUES (2, (1 << 32) + 1, 11, 1, 0, 1), (3, (1 << 32) + 1, 2, 1, 0, 2)"
look 1 web=201 mail=201
load '2 jobs completed'
sql 'SELECT count(*) FROM request WHERE length(password) > 0' 1
look 2 web=201
load '1 job completed'
sql 'SELECT count(*) FROM request WHERE length(password) > 0' 0
sql "SELECT count(*) FROM job WHERE status = 3 AND result = 2 AND proven_at = $seen" 3

begin 'settle: jobs of many pages, of which some are there'
make
state "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
	INSERT INTO location(id, store, alias, certificate)
	SELECT i, i % 2 + 1, printf('a%05d', i), 101 FROM n;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs, password)
	VALUES ((1 << 32) + 1, 2, 1, 101, 201, $created, 1, 2500, x'00');
	INSERT INTO job(id, request, location, status, result, store)
	SELECT id, (1 << 32) + 1, id, 1, 0, store FROM location"
taken_in 2000
sqlite3 inventory.db "BEGIN; $pending COMMIT"
pending=
{
	echo CertStoreId,Alias,ChainLevel,CertificateId
	sqlite3 -csv inventory.db "SELECT printf('%08d-0000-4000-8000-000000000000', store), alias, 0,
		iif(id % 3 = 0, 101, 201) FROM location ORDER BY store, alias"
} | tr -d '\r' >inventory.csv
load '1667 jobs completed'
sql "SELECT status, result, count(*), count(proven_at) FROM job GROUP BY 1, 2" '1|0|833|0
3|2|1667|1667'
sql 'SELECT count(*) FROM job WHERE (id % 3 = 0) <> (status = 1)' 0
sql 'SELECT count(*) FROM job_event' 1667
sql 'SELECT count(*) FROM ready' 666
sql 'SELECT count(*) FROM request WHERE length(password) > 0' 1
sound

begin 'settle: certificates with their locations do the same'
make
place 1 1 web 101
job 1 1 101 201 1 0
sqlite3 inventory.db "BEGIN; $pending COMMIT"
cat >certificates.json <<END
[{"Id": 201, "Thumbprint": "$print201",
	"Locations": [{"StoreMachine": "Host1.example.com", "StorePath": "/etc/pki/1.pem", "Alias": "web"}]}]
END
run 0 import certificates --locations --complete --as-of $at certificates.json
is 'what is said' "$(tail -n 1 "$scratch/err")" 'pfxreplace: locations: 1 job completed'
jobs '1 3/2 now proven 2.0 | 1 inventory 3/2'

begin 'settle: a database of an older version: the next inventory proves what was deployed'
make
place 1 1 web 201
job 1 1 101 201 3 2 $created
place 2 2 web 202
job 2 2 102 202 1 0
place 3 3 web 301 # replaced and replaced again
job 3 3 103 203 4 2 $created
job 4 3 203 301 3 3 $created
place 5 5 web 105
job 5 5 105 205 3 2 $created
state "UPDATE store SET inventoried_at = $seen - 1;
	DROP INDEX job_unproven;
	ALTER TABLE job DROP COLUMN proven_at;
	ALTER TABLE run DROP COLUMN retries;
	ALTER TABLE run DROP COLUMN window_end;
	DROP TABLE handling; DROP TABLE ready; DROP TABLE lease; DROP TABLE job_event; DROP TABLE counter;
	DROP TABLE data_key; ALTER TABLE run DROP COLUMN trust_manifest; DELETE FROM setting WHERE name = 'database-id';
	PRAGMA user_version = 5"
look 1 web=201
look 2 web=202
look 3 web=301
look 5 web=105
load '1 job completed; 2 more proven'
jobs "$(lines '1 3/2 then proven 2.0 | 1 inventory 3/2 *' '2 3/2 now proven 2.0 | 1 inventory 3/2' \
	'3 4/2 then *' '4 3/3 then proven 2.0 | 1 inventory 3/3 *' '5 3/2 then *')"
run 1 reconcile --run 1 --columns Verdict,JobId
out 'Verdict,JobId
deployed,1
deployed,2
deployed,3
deployed,4
not-deployed,5'
sound

begin 'settle: what was replaced can be replaced again'
run 0 init
for kind in containers.csv store-types.jsonl agents.csv stores.csv certificates.jsonl requests.csv roles.csv; do
	run 0 -q import "${kind%.*}" "$samples/$kind"
done
run 0 -q import inventory --as-of now "$samples/inventory.csv"
run 1 -q apply --trust-manifest --results migration.csv "$samples/migration.csv"
run 0 -q import inventory --as-of now "$samples/inventory-after.csv"
{
	echo ExistingCertificateId,CertificateId,Password
	sqlite3 -csv inventory.db "SELECT DISTINCT q.certificate, q.existing, 'secret'
		FROM job j JOIN request q ON q.id = j.request WHERE j.proven_at IS NOT NULL" | tr -d '\r'
} >again.csv
chmod 600 again.csv
run 0 -q apply --results again.results.csv again.csv
is 'refused for a job' "$(grep -c job-pending again.results.csv)" 0
sql "SELECT count(*) FROM refusal WHERE request >> 32 = 2 AND code = 'job-pending'" 0
sql 'SELECT count(*) > 60 FROM job WHERE request >> 32 = 2' 1
sql 'SELECT count(*) FROM (SELECT location FROM job WHERE status IN (1, 2, 5)
	GROUP BY location HAVING count(*) > 1)' 0
run 0 verify
finish
