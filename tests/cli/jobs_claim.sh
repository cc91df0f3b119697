#!/bin/sh
# jobs claim and renew: who gets which job, when, and what is passed over.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"

# applied ROW...: a company with one run of these rows
applied() {
	company
	manifest m.csv "$@"
	"$PROGRAM" -q apply m.csv >/dev/null 2>&1
}

# claims ID...: the ids that the last claim printed, in order
claims() {
	is 'the jobs claimed' "$(sed 's/^{"JobId":\([0-9]*\),.*/\1/' "$scratch/out" | tr '\n' ' ')" "$*${1:+ }"
}

# over: all leases that run are over
over() {
	sqlite3 inventory.db 'UPDATE lease SET until = until - 3600000;
		UPDATE handling SET lease_until = lease_until - 3600000, leased_at = leased_at - 3600000
		WHERE lease_until IS NOT NULL'
}

sound() {
	run 0 verify
}

begin 'claim prints the members of the contract, and once only'
applied 101,201, 104,204, 102,202,2091-01-01T00:00:00Z
run 0 jobs claim
err ''
claims 1 2 3
is 'the first' "$(head -n 1 "$scratch/out" | sed -E 's/"Claim":"[0-9a-f]{32}"/"Claim":"CLAIM"/; s/"(DueAt|LeaseUntil)":"[0-9TZ:.-]+"/"\1":"TIME"/g')" \
	"{\"JobId\":1,\"Claim\":\"CLAIM\",\"Attempt\":1,\"Run\":1,\"Line\":2,\"Reference\":null,\"CertStoreId\":\"$web\",\"StorePath\":\"/srv/web.jks\",\"SeparatePrivateKeyFilePath\":null,\"ClientMachine\":\"host.example.com\",\"CertStoreType\":0,\"Alias\":\"web\",\"ExistingCertificateId\":101,\"ExistingThumbprint\":\"$(printf %040X 101)\",\"CertificateId\":201,\"Thumbprint\":\"$(printf %040X 201)\",\"DueAt\":\"TIME\",\"LeaseUntil\":\"TIME\"}"
sql 'SELECT status, result, count(*) FROM job GROUP BY 1, 2 ORDER BY 1' '1|0|2
2|0|3'
sql 'SELECT job, number, event, operator, length(claim), status, result, message IS NULL FROM job_event' \
	"1|1|claim|$operator|16|2|0|1
2|1|claim|$operator|16|2|0|1
3|1|claim|$operator|16|2|0|1"
sql 'SELECT count(DISTINCT claim), min(attempts), max(claims), min(lease_until - leased_at), max(lease_until - leased_at) FROM handling' '3|1|1|3600000|3600000'
sql 'SELECT group_concat(job) FROM ready; SELECT group_concat(job) FROM lease' '4,5
1,2,3'
run 0 jobs claim
out ''
err ''
sound

begin 'claim: --limit, --lease, --machine in any case, --store, --run'
applied 101,201, 104,204,
run 0 jobs claim --limit 1 --lease 60
claims 1
sql 'SELECT lease_until - leased_at FROM handling' 60000
run 0 jobs claim --machine other.example.com
out ''
err ''
run 0 jobs claim --store "$web"
out ''
run 3 jobs claim --store nowhere
out ''
run 0 jobs claim --machine HOST.Example.Com --store $twin --limit 1
claims 2
manifest second.csv 102,202,
run 0 apply second.csv
run 0 jobs claim --run 2
claims 4 5
run 0 jobs claim --run 1
claims 3
run 3 jobs claim --run 9
err 'pfxreplace: inventory.db: no run 9: `pfxreplace runs` lists them'
sound

begin 'claim: usage'
company
run 2 jobs claim 7
err 'pfxreplace: jobs claim: 7: expected no operand after options; see `pfxreplace jobs claim --help`'
run 2 jobs claim --lease 31536001
err 'pfxreplace: jobs claim: --lease: expected seconds, 31536000 (a year) at most; see `pfxreplace jobs claim --help`'
run 2 jobs claim --limit 0
run 2 jobs renew --claim 00 1
err 'pfxreplace: jobs renew: --claim: expected the Claim of the job, 32 hexadecimal digits; see `pfxreplace jobs renew --help`'
run 2 jobs renew 1
err 'pfxreplace: jobs renew: expected --claim CLAIM; see `pfxreplace jobs renew --help`'
run 2 jobs renew --claim 00000000000000000000000000000000 x
err 'pfxreplace: jobs renew: x: expected the id of a job, as `pfxreplace jobs list` shows it; see `pfxreplace jobs renew --help`'

begin 'claim goes by due time, then id, over all machines'
company
sqlite3 inventory.db "UPDATE store SET client_machine = 'B.example.com' WHERE guid = '$twin';
	UPDATE store SET client_machine = NULL WHERE guid = '$iis'"
manifest m.csv 101,201,2091-01-01T00:00:00Z 104,204,2090-01-01T00:00:00Z 102,202,2089-01-01T00:00:00Z
"$PROGRAM" -q apply m.csv >/dev/null 2>&1
run 0 jobs claim
out ''
sql 'SELECT machine, job FROM ready' '|5
b.example.com|2
b.example.com|3
host.example.com|4
host.example.com|1'
# They are due: their times are past.
sqlite3 inventory.db 'UPDATE request SET due_at = due_at - 3000000000000; UPDATE ready SET due_at = due_at - 3000000000000;
	UPDATE run SET first_due = first_due - 3000000000000, last_due = last_due - 3000000000000'
run 0 jobs claim --limit 4
claims 4 5 2 3
run 0 jobs claim
claims 1
sound

begin 'a lease that is over: handed out again with another Claim, and after five claims a failure'
applied 107,207,
for attempt in 1 2 3 4 5; do
	run 0 jobs claim
	claims 1
	is "attempt $attempt" "$(sed -E 's/.*"Attempt":([0-9]+),.*/\1/' "$scratch/out")" $attempt
	over
done
sql 'SELECT count(DISTINCT claim) FROM job_event' 5
run 0 jobs claim
out ''
err 'pfxreplace: jobs claim: 1 failed: no report after 5 claims'
sql 'SELECT status, result, message, completed_at IS NOT NULL FROM job' '3|4|no report after 5 claims|1'
sql 'SELECT group_concat(event) FROM (SELECT event FROM job_event ORDER BY number)' \
	claim,lost,claim,lost,claim,lost,claim,lost,claim,lost
sql 'SELECT status, result, message FROM job_event ORDER BY number DESC LIMIT 1' '3|4|no report after 5 claims'
sql 'SELECT count(*) FROM ready; SELECT count(*) FROM lease' '0
0'
sound

begin 'renew extends a lease, also one that is over, and never shortens it'
applied 107,207, 108,208,
run 0 jobs claim --limit 1
claim=$(sed -E 's/.*"Claim":"([0-9a-f]+)".*/\1/' "$scratch/out")
run 0 jobs renew 1 --claim "$claim" --lease 7200
out ''
is 'what it says' "$(sed -E 's/until .*/until TIME/' "$scratch/err")" 'pfxreplace: jobs: job 1: its lease runs until TIME'
sql 'SELECT round((lease_until - leased_at) / 1000.0) FROM handling' 7200.0
run 0 -q jobs renew 1 --claim "$claim" --lease 60
err ''
sql 'SELECT round((lease_until - leased_at) / 1000.0) FROM handling' 7200.0
over
over
run 0 -q jobs renew 1 --claim "$(echo "$claim" | tr a-f A-F)"
sql "SELECT lease_until > unixepoch() * 1000 + 3500000 FROM handling" 1
sql 'SELECT count(*) FROM lease WHERE job = 1; SELECT group_concat(event) FROM (SELECT event FROM job_event ORDER BY number)' '1
claim,renew,renew,renew'
sound
run 1 jobs renew 1 --claim 00000000000000000000000000000000
err 'pfxreplace: jobs: job 1: the claim is not the last one of the job [lease-lost]'
run 1 jobs renew 2 --claim "$claim"
err 'pfxreplace: jobs: job 2: the claim is not the last one of the job [lease-lost]'
run 1 jobs renew 77 --claim "$claim"
err 'pfxreplace: jobs: job 77: there is no job of this id [no-such-job]'
run 0 jobs complete 1 --result success
run 1 jobs renew 1 --claim "$claim"
err 'pfxreplace: jobs: job 1: the job is completed already [already-completed]'

begin 'claim --store: on the machine of the store, also where that is not known'
company
sqlite3 inventory.db "UPDATE store SET client_machine = 'B.example.com' WHERE guid = '$twin';
	UPDATE store SET client_machine = NULL WHERE guid = '$iis'"
manifest m.csv 101,201, 104,204, 102,202,
"$PROGRAM" -q apply m.csv >/dev/null 2>&1
run 0 jobs claim --store "$twin"
claims 2 3
run 0 jobs claim --store "$iis" --machine host.example.com
claims
run 0 jobs claim --store "$iis"
claims 5
run 0 jobs claim --store "$twin"
claims
sound

begin 'claim passes over many, and goes on after them in the same order'
applied 101,201,
# Jobs 2 to 900 are of a store that is not approved, but for each 100th.
sqlite3 inventory.db "UPDATE store SET approved = 0 WHERE guid = '$twin';
	UPDATE request SET jobs = 1000;
	WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
	INSERT INTO location(id, store, alias, certificate)
	SELECT 1000 + i, (SELECT id FROM store WHERE guid = iif(i < 900 AND i % 100 > 0, '$twin', '$web')),
		'many' || i, 101
	FROM n;
	INSERT INTO job(id, request, location, store, status, result)
	SELECT l.id - 1000, j.request, l.id, l.store, 1, 0
	FROM location l JOIN job j ON j.id = 1
	WHERE l.alias LIKE 'many%'"
run 0 jobs claim --limit 12
claims 1 100 200 300 400 500 600 700 800 900 901 902
err 'pfxreplace: jobs claim: 890 passed over: the store is not approved [not-approved]'
run 0 jobs claim --machine host.example.com --limit 3
claims 903 904 905
err 'pfxreplace: jobs claim: 890 passed over: the store is not approved [not-approved]'
run 0 jobs claim --store "$web" --limit 1
claims 906
err ''
run 0 jobs claim --limit 1000
is 'how many' "$(grep -c . "$scratch/out")" 94
err 'pfxreplace: jobs claim: 890 passed over: the store is not approved [not-approved]'

begin 'a job that waits and is not there: nothing is claimed from there on'
applied 101,201, 104,204,
run 0 jobs claim --machine none
sqlite3 inventory.db "INSERT INTO ready SELECT 'host.example.com', due_at, 99 FROM ready WHERE job = 1;
	UPDATE ready SET due_at = due_at - 1 WHERE job = 99;
	UPDATE ready SET due_at = due_at - 2 WHERE job = 1;
	UPDATE store SET approved = 0 WHERE guid = '$twin'" # of the jobs after it
run 4 jobs claim
out ''
err 'pfxreplace: job 99 is ready, but there is no such job; run `pfxreplace verify`'
sql 'SELECT count(*) FROM lease' 0
run 0 jobs claim --limit 1
claims 1

begin 'claim passes over: no permission, removed, not approved, a window that is over, changed'
applied 101,201, 102,202, 103,203, 104,204, 107,207, 108,208,
sql 'SELECT count(*) FROM job' 7
sqlite3 inventory.db "UPDATE store SET removed = 1 WHERE guid = '$iis';
	UPDATE store SET approved = 0 WHERE guid = '$twin';
	UPDATE location SET certificate = 301 WHERE alias = 'n107';
	UPDATE store SET inventoried_at = unixepoch() * 1000 + 5000 WHERE guid = '$web'"
run 0 jobs claim
claims 1 2 7
err 'pfxreplace: jobs claim: 1 passed over: the store was removed [store-removed]
pfxreplace: jobs claim: 2 passed over: the store is not approved [not-approved]
pfxreplace: jobs claim: 1 passed over: an inventory newer than the job shows another certificate there [changed]'
run 0 -q jobs claim
err ''
run 0 jobs claim --changed
claims 6
sqlite3 inventory.db "UPDATE store SET approved = 1 WHERE guid = '$twin';
	INSERT INTO role_permission VALUES ('Tests', '$operator', '/certificate_stores/read/');
	DELETE FROM role_permission WHERE permission = '/certificate_stores/modify/'"
run 0 jobs claim
out ''
err 'pfxreplace: jobs claim: 3 passed over: the operator may not schedule jobs for the store [no-permission]'
sound

# blocked LINE...: JobId, Status and Blocked of every job
blocked() {
	run 0 jobs list --columns JobId,Status,Blocked
	out "$(printf '%s\n' JobId,Status,Blocked "$@")"
}

begin 'jobs list: Blocked is what the claim passes over, and nothing else'
applied 101,201, 102,202, 103,203, 104,204, 107,207, 108,208, 109,209,
blocked 1,Waiting, 2,Waiting, 3,Waiting, 4,Waiting, 5,Waiting, 6,Waiting, 7,Waiting, 8,Waiting,
sqlite3 inventory.db "UPDATE store SET removed = 1, approved = 0 WHERE guid = '$iis';
	UPDATE store SET approved = 0 WHERE guid = '$twin';
	UPDATE location SET certificate = 301 WHERE alias = 'n107';
	UPDATE store SET inventoried_at = unixepoch() * 1000 + 5000 WHERE guid IN ('$web', '$twin')"
blocked 1,Waiting, 2,Waiting, 3,Waiting,store-removed 4,Waiting,not-approved 5,Waiting,not-approved \
	6,Waiting,changed 7,Waiting, 8,Waiting,
run 0 jobs claim
claims 1 2 7 8
run 0 jobs complete 7 --result failure
run 0 jobs complete 8 --result success
# A job that is carried out is nothing that a claim passes over, until its lease is over.
sqlite3 inventory.db "UPDATE store SET approved = 0 WHERE guid = '$web'"
blocked 1,InProcess, 2,InProcess, 3,Waiting,store-removed 4,Waiting,not-approved \
	5,Waiting,not-approved 6,Waiting,not-approved 7,Completed, 8,Completed,
over
over
blocked 1,InProcess,not-approved 2,InProcess,not-approved 3,Waiting,store-removed \
	4,Waiting,not-approved 5,Waiting,not-approved 6,Waiting,not-approved 7,Completed, 8,Completed,
# The time of a lease, also of one that is over, and none after it.
run 0 jobs list --run 1 --columns LeaseUntil
is 'LeaseUntil' "$(sed -E 's/^[0-9T:.-]+Z$/TIME/' "$scratch/out" | tr '\n' ' ')" 'LeaseUntil TIME TIME "" "" "" "" "" "" '
is 'it is that of the database' "$(sed -n 2p "$scratch/out" | cut -c1-19)" \
	"$(sqlite3 inventory.db "SELECT strftime('%Y-%m-%dT%H:%M:%S', lease_until / 1000, 'unixepoch') FROM handling WHERE job = 1")"
run 0 show job 1 --columns LeaseUntil,Blocked,BlockedText --format table
is 'show job' "$(sed -E 's/[0-9T:.-]+Z$/TIME/' "$scratch/out")" 'Field        Value
LeaseUntil   TIME
Blocked      not-approved
BlockedText  the store is not approved'
run 0 jobs claim
out ''
blocked 1,InProcess,not-approved 2,InProcess,not-approved 3,Waiting,store-removed \
	4,Waiting,not-approved 5,Waiting,not-approved 6,Waiting,not-approved 7,Completed, 8,Completed,
sound

begin 'Blocked: changed follows what an inventory shows, as the claim does'
# sight JOB-ROWS SQL WORD CLAIMED: job 1 with the store as the SQL leaves it
sight() {
	applied "$1"
	sqlite3 inventory.db "$2; UPDATE store SET inventoried_at = unixepoch() * 1000 + 5000"
	run 0 jobs list --columns JobId,Blocked
	is "$2: Blocked" "$(sed -n 2p "$scratch/out")" "1,$3"
	run 0 jobs claim --limit 1
	# shellcheck disable=SC2086 # none or one
	claims $4
	is "$2: what claim says" "$(sed 's/.*jobs claim: 1 //; s/:.*//' "$scratch/err")" "$5"
}
# An inventory of the moment at which the job was made is none that is newer.
applied 107,207,
sqlite3 inventory.db "UPDATE location SET certificate = 301 WHERE alias = 'n107';
	UPDATE store SET inventoried_at = (SELECT created_at FROM request) WHERE guid = '$web'"
blocked 1,Waiting,
sqlite3 inventory.db 'UPDATE store SET inventoried_at = inventoried_at + 1'
blocked 1,Waiting,changed
sqlite3 inventory.db 'UPDATE store SET inventoried_at = inventoried_at - 1'
run 0 jobs claim
claims 1
gone='UPDATE location SET certificate = NULL WHERE alias'
sight 107,207, "UPDATE location SET key_mismatch = NULL" '' 1 ''
sight 107,207, "UPDATE location SET certificate = 301 WHERE alias = 'n107'" changed '' 'passed over'
# The old one at another alias counts where the job's alias is gone, and only there.
sight 107,207, "$gone = 'n107'" changed '' 'passed over'
sight 107,207, "$gone = 'n107'; UPDATE location SET certificate = 107 WHERE alias = 'n108'" '' 1 ''
sight 107,207, "UPDATE location SET certificate = 301 WHERE alias = 'n107';
	UPDATE location SET certificate = 107 WHERE alias = 'n108'" changed '' 'passed over'
# So does the new one, which is no obstacle: the claim completes the job.
sight 107,207, "UPDATE location SET certificate = 207 WHERE alias = 'n107'" '' '' completed
sight 107,207, "$gone = 'n107'; UPDATE location SET certificate = 207 WHERE alias = 'n108'" '' '' completed
sight 107,207, "UPDATE location SET certificate = 301 WHERE alias = 'n107';
	UPDATE location SET certificate = 207 WHERE alias = 'n108'" changed '' 'passed over'
# Where the alias is the old one's thumbprint, in any case, the new one anywhere.
print="UPDATE location SET alias = '$(printf %040x 107)', certificate = 301 WHERE alias = 'n107'"
sight 107,207, "$print" changed '' 'passed over'
sight 107,207, "$print; UPDATE location SET certificate = 207 WHERE alias = 'n108'" '' '' completed

begin 'a window that ends: nothing is handed out, jobs list says so, reschedule takes the job out of it'
company
manifest m.csv 107,207, 108,208,
ends=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)
run 0 -q apply --window "2020-01-01T00:00:00Z/$ends" m.csv
blocked 1,Waiting, 2,Waiting,
run 0 jobs claim --limit 1
claims 1
while [ "$(date -u +%Y-%m-%dT%H:%M:%SZ | tr -d -- '-:TZ')" -lt "$(echo "$ends" | tr -d -- '-:TZ')" ]; do
	sleep 0.2
done
run 0 jobs claim
out ''
err 'pfxreplace: jobs claim: 1 passed over: the --window of its run has ended [window-over]'
blocked 1,InProcess, 2,Waiting,window-over
run 0 show job 2 --format jsonl
case $(cat "$scratch/out") in
*'"LeaseUntil":null,"Blocked":"window-over","BlockedText":"the --window of its run has ended","History":[]}') ;;
*) wrong "show job: $(cat "$scratch/out")" ;;
esac
run 0 show job 2 --format table
is 'the fields of what is in the way' "$(grep '^Blocked' "$scratch/out")" 'Blocked                window-over
BlockedText            the --window of its run has ended'
run 0 jobs reschedule 2 --time now
blocked 1,InProcess, 2,Waiting,
run 0 show job 2 --format table
is 'the fields where nothing is' "$(grep -c '^Blocked' "$scratch/out")" 0
run 0 show job 2 --format table --columns JobId,Blocked
is 'a field that was asked for' "$(grep -c '^Blocked' "$scratch/out")" 1
run 0 jobs claim
err ''
claims 2
sound

begin 'nothing of a run is handed out after its window'
company
sqlite3 inventory.db "DELETE FROM role_permission WHERE permission = '/certificate_stores/read/2/'"
manifest m.csv 107,207,
"$PROGRAM" -q apply --window 2020-01-01T00:00:00Z/2090-01-01T00:00:00Z m.csv
sql "SELECT window_end = unixepoch('2090-01-01') * 1000, retries FROM run" '1|0'
sqlite3 inventory.db 'UPDATE run SET window_end = unixepoch() * 1000'
run 0 jobs claim
out ''
err 'pfxreplace: jobs claim: 1 passed over: the --window of its run has ended [window-over]'
sql 'SELECT status, result FROM job' '1|0'
sqlite3 inventory.db 'UPDATE run SET window_end = unixepoch() * 1000 + 100000'
run 0 jobs claim
claims 1

begin 'where an inventory newer than the job shows the new certificate there the job is completed'
applied 107,207, 104,204,
sqlite3 inventory.db "UPDATE location SET certificate = 207 WHERE alias = 'n107';
	UPDATE location SET certificate = 204 WHERE alias = 'x';
	UPDATE store SET inventoried_at = unixepoch() * 1000 + 5000"
run 0 jobs claim
claims 3
err 'pfxreplace: jobs claim: 2 completed: an inventory shows the new certificate there'
# The old one at an alias with an active job of its own is no leftover.
sql 'SELECT id, status, result, proven_at IS NOT NULL FROM job' '1|3|2|1
2|3|2|1
3|2|0|0'
sql "SELECT job, event, status, result FROM job_event WHERE event = 'inventory'" '1|inventory|3|2
2|inventory|3|2'
sound
# At any other one it is: the job is completed, and not proven yet.
applied 107,207, 104,204,
sqlite3 inventory.db "UPDATE job SET status = 4, cancelled_by = 'somebody' WHERE id = 3;
	UPDATE location SET certificate = 204 WHERE alias = 'x';
	UPDATE store SET inventoried_at = unixepoch() * 1000 + 5000 WHERE guid = '$twin'"
run 0 jobs claim
claims 1
sql 'SELECT id, status, result, proven_at IS NOT NULL FROM job' '1|2|0|0
2|3|2|0
3|4|0|0'

begin 'a store that moves to another machine takes its jobs along'
applied 104,204, 107,207,
run 0 jobs claim --limit 1
printf '%s\n' Id,ClientMachine "$twin,Moved.example.com" >moved.csv
run 0 import stores moved.csv
sql 'SELECT machine, job FROM ready; SELECT machine, job FROM lease' 'host.example.com|3
moved.example.com|2
moved.example.com|1'
run 0 jobs claim --machine moved.EXAMPLE.com
claims 2
sound

begin '--with-secrets: only to a pipe, or to a file that is the user'\''s alone'
company
printf '%s\n' ExistingCertificateId,CertificateId,Password '103,203,"s3cret ""\é"' >m.csv
chmod 600 m.csv
"$PROGRAM" -q apply m.csv
(umask 022 && "$PROGRAM" jobs claim --with-secrets >open 2>told)
is 'its status' $? 2
same open ''
same told 'pfxreplace: jobs claim: --with-secrets: standard output can be read by others: expected a pipe, a socket, or a file of yours with mode 0600; see `pfxreplace jobs claim --help`'
"$PROGRAM" jobs claim --with-secrets >/dev/null 2>&1
is 'a device' $? 2
sql 'SELECT count(*) FROM handling' 0
"$PROGRAM" jobs claim --with-secrets 2>told | cat >piped
same told ''
is 'the secrets' "$(sed -E 's/.*(,"Password")/\1/' piped)" ',"Password":"s3cret \"\\é","StorePassword":null}'
over
(umask 077 && "$PROGRAM" jobs claim --with-secrets >closed)
is 'in a file' "$(sed -E 's/.*(,"Password")/\1/' closed)" ',"Password":"s3cret \"\\é","StorePassword":null}'
# With another key nothing is claimed.
over
mkdir other
(cd other && "$PROGRAM" -q init)
"$PROGRAM" -k other/inventory.db.key jobs claim --with-secrets 2>/dev/null | cat >piped
same piped ''
sql 'SELECT max(number) FROM job_event' 3
sound

begin 'what was claimed and cannot be printed is handed out again when its lease is over'
applied 107,207,
"$PROGRAM" jobs claim >/dev/full 2>told
is 'its status' $? 4
same told 'pfxreplace: standard output: No space left on device
pfxreplace: jobs claim: what was claimed is handed out again when its leases are over'
sql 'SELECT status FROM job' 2
over
run 0 jobs claim
claims 1

begin 'a superseded job leaves the queue, and one that is in process stays'
applied 107,207, 108,208,
run 0 jobs claim --limit 1
manifest next.csv 107,208, 108,207,
run 1 apply --pending supersede next.csv
sql 'SELECT id, status, result, cancelled_by FROM job' '1|2|0|
2|4|0|job 3
3|1|0|'
sql 'SELECT job, event, status, result, message FROM job_event WHERE job = 2' '2|supersede|4|0|job 3'
run 0 jobs claim
claims 3
sound

begin 'a clock that goes back makes no lease endless'
applied 107,207,
run 0 jobs claim --lease 60
sqlite3 inventory.db "UPDATE counter SET value = value + 31536000000 WHERE name = 'clock';
	UPDATE lease SET until = until + 31536000000;
	UPDATE handling SET lease_until = lease_until + 31536000000, leased_at = leased_at + 31536000000"
run 0 jobs claim
out ''
sql 'SELECT lease_until - leased_at, leased_at <= unixepoch() * 1000 + 1000 FROM handling' '60000|1'
sql 'SELECT event, message FROM job_event ORDER BY number DESC LIMIT 1' 'clock|the clock went back'
sound

begin 'claimants beside an apply, and each other: each job once'
company
rm -f inventory.db-journal
sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
	INSERT INTO certificate(id, thumbprint) SELECT 10000 + i, 'old' || i FROM n UNION ALL SELECT 20000 + i, 'new' || i FROM n;
	INSERT INTO location(store, alias, certificate) SELECT (SELECT id FROM store WHERE guid = '$web'), 'c' || (id - 10000), id
		FROM certificate WHERE id BETWEEN 10001 AND 12000"
{
	echo ExistingCertificateId,CertificateId
	seq 1 2000 | awk '{ print 10000 + $1 "," 20000 + $1 }'
} >m.csv
"$PROGRAM" -q apply --chunk 100 m.csv >/dev/null 2>apply.err &
apply=$!
for claimant in 1 2 3 4 5 6 7 8; do
	(
		while [ ! -f stop ]; do
			"$PROGRAM" jobs claim --limit 50 >>claimed.$claimant 2>>err.$claimant || echo "status $?" >>err.$claimant
		done
		"$PROGRAM" jobs claim --limit 2000 >>claimed.$claimant 2>>err.$claimant || echo "status $?" >>err.$claimant
	) &
done
wait $apply
is 'the status of apply' $? 0
touch stop
wait
is 'errors' "$(cat err.*)" ''
is 'jobs' "$(cat claimed.* | wc -l)" 2000
is 'each once' "$(sed 's/^{"JobId":\([0-9]*\),.*/\1/' claimed.* | sort -n | uniq | wc -l)" 2000
sql 'SELECT count(*), min(attempts), max(attempts) FROM handling' '2000|1|1'
sound

begin 'kill -9 between claim and report: handed out again, and the late report is refused'
applied 107,207,
run 0 jobs claim
old=$(sed -E 's/.*"Claim":"([0-9a-f]+)".*/\1/' "$scratch/out")
over
run 0 jobs claim
claims 1
new=$(sed -E 's/.*"Claim":"([0-9a-f]+)".*/\1/' "$scratch/out")
[ "$old" != "$new" ] || wrong 'the claim is the same'
run 1 jobs complete 1 --result success --claim "$old"
out '{"JobId":1,"Outcome":"refused","Code":"lease-lost"}'
err 'pfxreplace: jobs: job 1: the claim is not the last one of the job [lease-lost]'
run 0 jobs complete 1 --result success --claim "$new"
out '{"JobId":1,"Outcome":"completed","Code":null}'
sound

finish
