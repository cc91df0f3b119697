#!/bin/sh
# reconcile --by: counts by what jobs and findings have in common, and the causes.
# shellcheck disable=SC2016,SC2086 # backquotes in messages; words
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/reconciliation
. "$tests_folder/reconciliation"

counts=Jobs,Well,Pending,Acknowledged,Open,Findings

# some: jobs of each count, in containers Web and 7, which has no name, and in none; of machines a,
# b and none; of types PEM, JKS, one without a name, and none
some() {
	make
	place 1 1 web 201
	job 1 1 101 201 3 2 $completed
	place 2 2 web 102
	job 2 2 102 202 3 4 $completed NULL '' 2
	place 3 3 web 103
	job 3 3 103 203 1 0 NULL 4102444800000
	place 4 4 web 104
	job 4 4 104 204 4 4 $completed
	place 5 5 web 302
	place 6 6 web 106
	job 5 6 106 206 3 2 $completed NULL '' 2
	place 7 7 web 107
	refusal 1 7 107 207 not-approved
	state "UPDATE job SET message = 'line ' || id || ': locked' WHERE result = 4;
		INSERT INTO container VALUES (1, 'Web');
		UPDATE store SET container = 1 WHERE id IN (1, 3, 4);
		UPDATE store SET container = 7 WHERE id = 2;
		UPDATE store SET client_machine = CASE WHEN id <= 3 THEN 'a' WHEN id <= 6 THEN 'b' END;
		UPDATE store SET type = CASE WHEN id <= 2 THEN 0 WHEN id <= 4 THEN 77 WHEN id = 5 THEN NULL ELSE 2 END;
		UPDATE certificate SET not_after = 0 WHERE id = 302"
}

all='5 jobs: 1 deployed, 1 scheduled, 2 failed (1 acknowledged), 1 not-deployed; 2 findings: 1 unplanned-location, 1 expired-in-use'

# causes: what is printed after each of them
causes="expired-in-use: 1 place: A certificate that has expired is in a store. (b:/etc/pki/5.pem)
pfxreplace: failed: 1 job: line #: locked (a:/etc/pki/2.pem)
pfxreplace: not-deployed: 1 job: The old certificate is still there, or the job's alias is gone and the old certificate is at another alias that has no active job of its own. (b:/etc/pki/6.pem)
pfxreplace: unplanned-location: 1 place: refused: not-approved (/etc/pki/7.pem)
pfxreplace: failed: 1 job, settled: line #: locked (b:/etc/pki/4.pem)"

begin 'each --by in CSV: most open jobs and findings first; names that are missing'
some
ask 1 reconcile $long --by container
out "Container,$counts
,1,0,0,0,1,2
7,1,0,0,0,1,0
Web,3,1,1,1,0,0"
err "pfxreplace: reconcile: $all
pfxreplace: $causes"
ask 1 reconcile $long --by store-type
out "StoreType,$counts
PEM,1,0,0,0,1,1
JKS,2,1,0,0,1,0
,0,0,0,0,0,1
77,2,0,1,1,0,0"
ask 1 reconcile $long --by machine
out "ClientMachine,$counts
b,2,0,0,1,1,1
a,3,1,1,0,1,0
,0,0,0,0,0,1"
ask 1 reconcile $long --by run
out "Run,$counts
2,2,0,0,0,2,0
1,3,1,1,1,0,1
,0,0,0,0,0,1"
ask 1 reconcile $long --by verdict
out "Verdict,$counts
failed,2,0,0,1,1,0
not-deployed,1,0,0,0,1,0
expired-in-use,0,0,0,0,0,1
unplanned-location,0,0,0,0,0,1
scheduled,1,0,1,0,0,0
deployed,1,1,0,0,0,0"
err "pfxreplace: reconcile: $all
pfxreplace: $causes"

begin 'JSONL, a file, and --columns'
some
ask 1 reconcile $long --by container --report by.jsonl
out ''
same by.jsonl '{"Container":null,"Jobs":1,"Well":0,"Pending":0,"Acknowledged":0,"Open":1,"Findings":2}
{"Container":"7","Jobs":1,"Well":0,"Pending":0,"Acknowledged":0,"Open":1,"Findings":0}
{"Container":"Web","Jobs":3,"Well":1,"Pending":1,"Acknowledged":1,"Open":0,"Findings":0}'
ask 1 reconcile $long --by run --columns open,run
out 'Open,Run
2,2
0,1
0,'
ask 1 reconcile $long --by machine --format table
out "$(printf '%s\n' 'ClientMachine  Jobs  Well  Pending  Acknowledged  Open  Findings' \
	'b                 2     0        0             1     1         1' \
	'a                 3     1        1             0     1         0' \
	'                  0     0        0             0     0         1')"
ask 2 reconcile --by store
err 'pfxreplace: reconcile: --by store: no such choice, the nearest is store-type; see `pfxreplace reconcile --help`'

begin 'with filters, --accept, --open and --since'
some
ask 1 reconcile $long --by verdict --run 2
out "Verdict,$counts
failed,1,0,0,0,1,0
not-deployed,1,0,0,0,1,0"
ask 0 reconcile $long --by container --container Web --verdict failed,deployed --accept unplanned-location
out "Container,$counts
Web,2,1,0,1,0,0"
ask 1 reconcile $long --by verdict --accept expired-in-use --verdict expired-in-use,failed
out "Verdict,$counts
failed,2,0,0,1,1,0
expired-in-use,0,0,0,0,0,0"
err 'pfxreplace: reconcile: 2 jobs: 2 failed (1 acknowledged); 1 finding: 1 expired-in-use
pfxreplace: failed: 1 job: line #: locked (a:/etc/pki/2.pem)
pfxreplace: expired-in-use: 1 place, settled: A certificate that has expired is in a store. (b:/etc/pki/5.pem)
pfxreplace: failed: 1 job, settled: line #: locked (b:/etc/pki/4.pem)'
state "UPDATE job SET proven_at = $seen WHERE id = 1"
ask 1 reconcile $long --by run --open
out "Run,$counts
2,2,0,0,0,2,0
1,1,0,1,0,0,1
,0,0,0,0,0,1"
ask 1 reconcile $long --report before.csv
ask 1 reconcile $long --by run --since before.csv
is 'closing line' "$(head -n 1 "$scratch/err")" "pfxreplace: reconcile: 7 same since before.csv; $all"

begin 'nothing at all'
run 0 init
ask 0 reconcile --by machine
out "ClientMachine,$counts"
err 'pfxreplace: reconcile: 0 jobs; 0 findings'
ask 0 -q reconcile --by machine
out ''
err ''

begin 'causes: counted, without the numbers in them, the most frequent first; three examples'
make
state "
	WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
	INSERT INTO location(id, store, alias, certificate) SELECT i, i % 9 + 1, 'alias ' || i, 101 FROM n;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((1 << 32) + 1, 2, 1, 101, 201, $created, 1, 1000);
	INSERT INTO job(id, request, location, status, result, completed_at, message, store)
	SELECT id, (1 << 32) + 1, id, 3, 4, $completed,
		CASE WHEN id <= 700 THEN 'timeout after ' || id || ' ms at 10.0.0.' || (id % 255)
			WHEN id <= 900 THEN 'access denied' WHEN id <= 930 THEN '' END, store FROM location"
ask 1 reconcile $long --by run
err 'pfxreplace: reconcile: 1000 jobs: 1000 failed; 0 findings
pfxreplace: failed: 700 jobs: timeout after # ms at #.#.#.# (host2.example.com:/etc/pki/2.pem, host3.example.com:/etc/pki/3.pem, host4.example.com:/etc/pki/4.pem, ...)
pfxreplace: failed: 200 jobs: access denied (host9.example.com:/etc/pki/9.pem, host1.example.com:/etc/pki/1.pem, host2.example.com:/etc/pki/2.pem, ...)
pfxreplace: failed: 100 jobs: The agent reported a final failure. (host2.example.com:/etc/pki/2.pem, host3.example.com:/etc/pki/3.pem, host4.example.com:/etc/pki/4.pem, ...)'

begin 'more causes than are counted one by one'
make
state "
	WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500)
	INSERT INTO location(id, store, alias, certificate) SELECT i, i % 9 + 1, 'alias ' || i, 101 FROM n;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((1 << 32) + 1, 2, 1, 101, 201, $created, 1, 500);
	INSERT INTO job(id, request, location, status, result, completed_at, message, store)
	SELECT id, (1 << 32) + 1, id, 3, 4, $completed, printf('%s%s', char(65 + id / 26, 65 + id % 26),
		CASE WHEN id > 250 THEN printf('%.400c', 'x') ELSE '' END), store FROM location"
ask 1 reconcile $long --by run
is 'lines' "$(wc -l <"$scratch/err")" 22
is 'the others together' "$(sed -n 2p "$scratch/err" | cut -d '(' -f 1)" 'pfxreplace: failed: 300 jobs: The agent reported a final failure. '
is 'further ones' "$(tail -n 1 "$scratch/err")" 'pfxreplace: reconcile: 181 further reasons'

begin 'a long cause is cut between characters; nothing in it or in a path reaches a terminal as it is'
make
place 1 1 web 101
job 1 1 101 201 3 4 $completed
state "UPDATE job SET message = printf('%.159c', 'x') || 'é' || 'rest' WHERE id = 1;
	UPDATE store SET path = '/a' || char(27) || '[31m' || char(10) || 'b c', client_machine = 'h' || char(8238) WHERE id = 1"
ask 1 reconcile $long --by run
err "pfxreplace: reconcile: 1 job: 1 failed; 0 findings
pfxreplace: failed: 1 job: $(printf %0159d 0 | tr 0 x) (h\\u202e:/a\\x1b[31m\\x0ab c)"
on_terminal 1 reconcile $long --by run
err "pfxreplace: reconcile: 1 job: 1 failed; 0 findings
pfxreplace: failed: 1 job:
    $(printf %0159d 0 | tr 0 x)
    (h\\u202e:/a\\x1b[31m\\x0ab c)"

begin 'many groups: each once, containers by their names'
make
state "
	DELETE FROM store;
	WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
	INSERT INTO store(id, guid, client_machine, path, type, approved, agent_assigned, inventoried_at, container)
	SELECT i, printf('%08d-0000-4000-8000-000000000000', i), 'm' || (i % 1500), '/p', 2, 1, 1, $seen, i % 1000 + 1 FROM n;
	WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 999)
	INSERT INTO container SELECT i, 'c' || i FROM n;
	INSERT INTO location(id, store, alias, certificate) SELECT id, id, 'web', 201 FROM store;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((1 << 32) + 1, 2, 1, 101, 201, $created, 1, 3000);
	INSERT INTO job(id, request, location, status, result, completed_at, store)
	SELECT id, (1 << 32) + 1, id, 3, 2, $completed, id FROM store"
ask 0 reconcile $long --by machine
is 'rows' "$(grep -c '^m[0-9]*,2,2,0,0,0,0$' "$scratch/out")" 1500
is 'names' "$(sed 1d "$scratch/out" | sort -u | wc -l)" 1500
ask 0 reconcile $long --by container
is 'rows' "$(grep -c '^c[0-9]*,3,3,0,0,0,0$' "$scratch/out")" 999
is 'without a name' "$(grep -c '^1000,3,3,0,0,0,0$' "$scratch/out")" 1
is 'names' "$(sed 1d "$scratch/out" | sort -u | wc -l)" 1000

# ---- on a terminal ----------------------------------------------------------------------------

# screen STATUS ARGUMENT...: on a terminal of 80 columns; rows and messages have 23 of its 24 lines
# at the most, where a line that is too long takes several
screen() {
	on_terminal "$@"
	cat "$scratch/out" "$scratch/err" | sed 's/…/./g' >shown
	taken=$(awk '{ n += length == 0 ? 1 : int((length + 79) / 80) } END { print n + 0 }' shown)
	[ "$taken" -le 23 ] || wrong "$* takes $taken lines:
$(cat shown)"
}

# crowd: 40 machines, 30 containers, 12 runs; every verdict and finding, 100 causes
crowd() {
	make
	state "
		WITH RECURSIVE n(i) AS (VALUES (4) UNION ALL SELECT i + 1 FROM n WHERE i < 12)
		INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, state, rows_total)
		SELECT i, randomblob(32), '/m', 'm', 'alice', '', 1, $created, 1, 9 FROM n;
		WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30)
		INSERT INTO container SELECT i, 'a container with a long name that says where it is, number ' || i FROM n;
		WITH RECURSIVE n(i) AS (VALUES (10) UNION ALL SELECT i + 1 FROM n WHERE i < 400)
		INSERT INTO store(id, guid, client_machine, path, type, approved, agent_assigned, inventoried_at, container)
		SELECT i, printf('%08d-0000-4000-8000-000000000000', i), 'machine-' || (i % 40) || '.a-long-domain-name.example.com',
			'/opt/applications/' || printf('%.${1:-10}c', 'p') || '/certificates/' || i || '.pem', 2, i % 7 <> 0, 1,
			CASE WHEN i % 11 THEN $seen END, i % 30 + 1 FROM n;
		UPDATE store SET removed = 1 WHERE id % 13 = 0 AND id > 9;
		UPDATE store SET tried_at = $seen + 1, unreadable = 'damaged' WHERE id % 17 = 0;
		INSERT INTO location(id, store, alias, certificate, key_mismatch)
		SELECT id, id, 'web', CASE id % 5 WHEN 0 THEN 101 WHEN 1 THEN 201 WHEN 2 THEN 301 WHEN 3 THEN NULL ELSE -1 END,
			id % 5 = 4 AND id % 3 = 0 FROM store WHERE id > 9;
		INSERT INTO location(id, store, alias, certificate) SELECT id + 1000, id, 'old', 101 FROM store WHERE id % 15 = 1 AND id > 9;
		INSERT INTO request(id, line, outcome, existing, certificate, created_at, due_at, first_job, jobs)
		SELECT (max(id % 13, 4) - 3 << 32) + id, id, 1, 101, 201, $created,
			CASE id % 4 WHEN 0 THEN unixepoch() * 1000 WHEN 1 THEN 4102444800000 END, id, 1
		FROM location WHERE id < 1000 AND id % 9 <> 0;
		INSERT INTO job(id, request, location, status, result, completed_at, message, store)
		SELECT l.id, r.id, l.id, CASE l.id % 8 WHEN 0 THEN 1 WHEN 1 THEN 4 WHEN 2 THEN 1 ELSE 3 END,
			CASE l.id % 8 WHEN 0 THEN 0 WHEN 2 THEN 0 WHEN 1 THEN 4 WHEN 3 THEN 4 ELSE 2 END, $completed,
			CASE WHEN l.id % 8 IN (1, 3) THEN printf('cause %s of a failure that an agent describes with many words, and with a path: %s',
				char(65 + l.id % 26, 65 + l.id / 26), '/var/log/agent.log') END, l.store
		FROM location l JOIN request r ON r.first_job = l.id WHERE l.id < 1000;
		UPDATE certificate SET not_after = 0, revoked_at = 0 WHERE id = 301"
}

begin 'one screen of 24 lines: 12 machines and more, many causes, all verdicts and findings'
for width in 10 400; do
	rm -f inventory.db*
	crowd $width
	for by in container store-type machine run verdict; do
		screen 1 reconcile --by $by
		is "width of --by $by" "$(awk 'length > 80 && !/ppp/' shown)" ''
		[ $by = store-type ] || is "lines of --by $by" "$(grep -c '' "$scratch/out")" 10
	done
done
screen 1 reconcile --by machine
is 'the last row' "$(tail -n 1 "$scratch/out" | cut -c 1-11)" '(41 others)'
is 'the last line' "$(tail -n 1 "$scratch/err" | sed 's/[0-9]\{1,\}/N/')" 'pfxreplace: reconcile: N further reasons'
is 'jobs of the table' "$(awk 'NR > 1 { n += $(NF - 5) } END { print n }' "$scratch/out")" \
	"$(sqlite3 inventory.db 'SELECT count(*) FROM job')"
ask 1 reconcile --report before.csv
screen 1 reconcile --by machine --since before.csv

begin 'all of them: --wide on a terminal, CSV and JSONL'
crowd
on_terminal 1 reconcile --by machine --wide
is 'rows' "$(grep -c example "$scratch/out")" 49
for format in csv jsonl; do
	ask 1 reconcile --by machine --format $format
	is "rows of $format" "$(grep -c machine- "$scratch/out")" 40
	is 'lines of causes' "$(wc -l <"$scratch/err")" 22
done

begin 'few groups leave room for more causes'
crowd
screen 1 reconcile --by store-type
few=$(grep -c '^pfxreplace: ' "$scratch/err")
screen 1 reconcile --by machine
[ "$few" -gt "$(grep -c '^pfxreplace: ' "$scratch/err")" ] || wrong "$few messages"

begin 'a terminal of nine groups shows nine'
make
n=0
while [ $n -lt 9 ]; do
	n=$((n + 1))
	place $n $n web $((200 + n))
	job $n $n $((100 + n)) $((200 + n)) 3 2 $completed
done
screen 0 reconcile $long --by machine
is 'rows' "$(grep -c host "$scratch/out")" 9
err 'pfxreplace: reconcile: 9 jobs: 9 deployed; 0 findings'

finish
