#!/bin/sh
# reconcile: which jobs, stores and verdicts it is about (--run, --reference, --container, --machine,
# --verdict, --open), and what does not change the exit status (--accept).
# shellcheck disable=SC2016,SC2086 # backquotes in messages; words
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/reconciliation
. "$tests_folder/reconciliation"

# scene: containers Web of stores 1 to 3 and Vault of 4 to 6, three runs, six jobs, four findings
scene() {
	make
	state "
		INSERT INTO container VALUES (1, 'Web'), (2, 'Vault');
		UPDATE store SET container = (id + 2) / 3 WHERE id <= 6;
		INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, state,
			rows_total)
		VALUES (3, x'$(printf %064d 3)', '/m3.csv', 'm3.csv', 'alice', '', 1, $created, 1, 9);
		UPDATE run SET reference = 'CHG-1' WHERE id < 3;
		UPDATE run SET reference = 'CHG-3' WHERE id = 3;
		UPDATE certificate SET not_after = 0 WHERE id = 302;
		UPDATE store SET inventoried_at = NULL WHERE id = 9"
	place 1 1 web 201
	job 1 1 101 201 3 2 $completed
	place 2 2 web 102
	job 2 2 102 202 3 4 $completed NULL '' 2
	place 4 4 web 301
	job 3 4 104 204 3 2 $completed NULL '' 2
	place 5 5 web 105
	job 4 5 105 205 1 0 NULL NULL '' 3
	place 6 6 web 106
	job 5 6 106 206 4 4 $completed
	place 7 7 web 302
	job 6 1 201 202 1 0 NULL 4102444800000 2100-01-01T00:00:00Z 3
	place 8 8 web 108
	refusal 1 8 108 208 no-permission
	place 9 3 web 103
	refusal 2 9 103 203 not-approved '' 3
}

# of_run RUN LINE: the line with that run
of_run() {
	echo "$2" | sed "s/,1,/,$1,/"
}

due=2026-01-01T00:00:00Z
deployed=$(line deployed 1 1 web 101 201 '' Completed Success $at "\"certificate 201 stands there, seen $at\"")
failed=$(of_run 2 "$(line failed 2 2 web 102 202 '' Completed Failure $at 'the agent reported failure at 2026-01-01T01:00:00Z')")
overwritten=$(of_run 2 "$(line overwritten 3 4 web 104 204 '' Completed Success $at "\"certificate 301, thumbprint 00000000000000000000000000000000000301AA, stands there, seen $at\"")")
overdue=$(of_run 3 "$(line overdue 4 5 web 105 205 '' Waiting Unknown $at "\"due since $due, longer than the grace of 3600 s\"")")
acknowledged=$(line failed 5 6 web 106 206 '' Acknowledged Failure $at 'the agent reported failure at 2026-01-01T01:00:00Z')
scheduled=$(of_run 3 "$(line scheduled 6 1 web 201 202 2100-01-01T00:00:00Z Waiting Unknown $at 'due at 2100-01-01T00:00:00Z')")
refused1=$(refused 1 102 8 web 108 'is still there, and this location was refused in run 1, line 102: no-permission: the operator may not schedule jobs for the store')
refused3=$(refused 3 103 3 web 103 'is still there, and this location was refused in run 3, line 103: not-approved: the store is not approved')
expired=$(found expired-in-use 7 web 302 $at '"certificate 302, thumbprint not known, expired at 1970-01-01T00:00:00Z"')
stale=$(found stale-inventory 9 '' '' '' 'the store was never looked at')

# rows LINE...: these after the header
rows() {
	out "$(printf '%s\n' "$columns" "$@")"
}

begin 'all of it'
scene
ask 1 reconcile $long
rows "$deployed" "$failed" "$overwritten" "$overdue" "$acknowledged" "$scheduled" "$refused1" "$refused3" "$expired" "$stale"
err 'pfxreplace: reconcile: 6 jobs: 1 deployed, 1 scheduled, 1 overdue, 2 failed (1 acknowledged), 1 overwritten; 4 findings: 2 unplanned-location, 1 expired-in-use, 1 stale-inventory'

begin '--run: several, in any order and twice'
scene
ask 1 reconcile --run 1
rows "$deployed" "$acknowledged" "$refused1"
err 'pfxreplace: reconcile: 2 jobs: 1 deployed, 1 failed (1 acknowledged); 1 finding: 1 unplanned-location'
ask 1 reconcile --run 3 --run 1 --run=3
rows "$deployed" "$overdue" "$acknowledged" "$scheduled" "$refused1" "$refused3"
err 'pfxreplace: reconcile: 4 jobs: 1 deployed, 1 scheduled, 1 overdue, 1 failed (1 acknowledged); 2 findings: 2 unplanned-location'
ask 1 reconcile --run 1 --run 2
rows "$deployed" "$failed" "$overwritten" "$acknowledged" "$refused1"

begin '--run: a location that several runs refused has the last refusal of those that are meant'
scene
refusal 3 8 108 208 agent-unavailable '' 2
refusal 4 8 109 208 not-approved '' 3 # of a certificate that is not there
again=$(refused 2 104 8 web 108 'is still there, and this location was refused in run 2, line 104: agent-unavailable: no approved agent is assigned to the store')
ask 1 reconcile --run 1 --verdict unplanned-location
rows "$refused1"
for which in '--run 2' '--run 2 --run 1' '--reference CHG-1' '--machine host8.example.com'; do
	ask 1 reconcile $long $which --verdict unplanned-location
	rows "$again"
done
ask 1 reconcile --run 3 --verdict unplanned-location
rows "$refused3"

begin '--run: the jobs between those of two runs are not theirs'
scene
ask 1 reconcile --run 1 --run 3 --verdict deployed,failed,overwritten,overdue
rows "$deployed" "$overdue" "$acknowledged"

begin '--reference: its runs, whatever the case'
scene
ask 1 reconcile --reference chg-1
rows "$deployed" "$failed" "$overwritten" "$acknowledged" "$refused1"
err 'pfxreplace: reconcile: 4 jobs: 1 deployed, 2 failed (1 acknowledged), 1 overwritten; 1 finding: 1 unplanned-location'
ask 1 reconcile --reference CHG-1 --run 2
rows "$failed" "$overwritten"
err 'pfxreplace: reconcile: 2 jobs: 1 failed, 1 overwritten'
ask 0 reconcile --reference CHG-1 --run 3
rows
err 'pfxreplace: reconcile: 0 jobs'

begin '--container: by its name or number; its stores have findings'
scene
for container in web 1; do
	ask 1 reconcile $long --container $container
	rows "$deployed" "$failed" "$scheduled" "$refused3"
	err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 scheduled, 1 failed; 1 finding: 1 unplanned-location'
done
ask 1 reconcile $long --container Vault
rows "$overwritten" "$overdue" "$acknowledged"
err 'pfxreplace: reconcile: 3 jobs: 1 overdue, 1 failed (1 acknowledged), 1 overwritten; 0 findings'

begin '--machine: whatever the case'
scene
ask 0 reconcile $long --machine HOST1.example.com
rows "$deployed" "$scheduled"
err 'pfxreplace: reconcile: 2 jobs: 1 deployed, 1 scheduled; 0 findings'
ask 1 reconcile $long --machine host7.example.com
rows "$expired"
err 'pfxreplace: reconcile: 0 jobs; 1 finding: 1 expired-in-use'
ask 1 reconcile $long --machine host9.example.com
rows "$stale"
ask 1 reconcile $long --machine host8.example.com
rows "$refused1"

begin 'several filters together'
scene
ask 1 reconcile --container Web --run 2
rows "$failed"
err 'pfxreplace: reconcile: 1 job: 1 failed'
ask 0 reconcile --container Web --machine host1.example.com --reference CHG-1
rows "$deployed"
ask 1 reconcile --container Web --run 3
rows "$scheduled" "$refused3"
err 'pfxreplace: reconcile: 1 job: 1 scheduled; 1 finding: 1 unplanned-location'
ask 0 reconcile $long --container Vault --machine host1.example.com
rows
err 'pfxreplace: reconcile: 0 jobs; 0 findings'
ask 1 reconcile --container Vault --open --verdict overdue,failed,unplanned-location
rows "$overdue"
err 'pfxreplace: reconcile: 1 job: 1 overdue; 0 findings'
ask 1 reconcile --run 2 --open --machine host4.example.com
rows "$overwritten"

begin 'every finding of a store, and of none else'
scene
state "
	UPDATE certificate SET revoked_at = 0, not_after = 0 WHERE id = 301;
	INSERT INTO location(id, store, alias, certificate, key_mismatch) VALUES (20, 4, 'other', -1, 1),
		(21, 2, 'other', -1, 1);
	UPDATE store SET tried_at = $seen + 1, unreadable = 'damaged' WHERE id IN (2, 4);
	UPDATE store SET removed = 1 WHERE id IN (6, 8)"
for which in '--container 2' '--machine host4.example.com --container vault'; do
	ask 1 reconcile --stale 0 $which --columns Verdict,CertStoreId
	grep -v '^[^,]*,00000004-' "$scratch/out" | grep -v '^\(overdue\|store-gone\|stale-inventory\|orphan-location\),' >others
	same others Verdict,CertStoreId
	is 'findings of store 4' "$(sed -n 's/,00000004-.*//p' "$scratch/out" | tr '\n' ' ')" \
		'overwritten expired-in-use revoked-in-use stale-inventory unknown-in-inventory key-mismatch not-readable '
done
ask 1 reconcile --stale 0 --container 2 --verdict orphan-location --columns Verdict,CertStoreId
out 'Verdict,CertStoreId
orphan-location,00000006-0000-4000-8000-000000000000'

begin 'what does not exist'
scene
for option in --open '' '--by run'; do
	ask 3 reconcile $option --run 1 --run 4
	out ''
	err 'pfxreplace: inventory.db: no run 4: `pfxreplace runs` lists them'
	ask 3 reconcile $option --run 4 --reference CHG-1
	out ''
	err 'pfxreplace: inventory.db: no run 4: `pfxreplace runs` lists them'
	ask 3 reconcile $option --reference CHG
	out ''
	err 'pfxreplace: inventory.db: no run with the reference CHG: `pfxreplace runs` lists them'
	ask 3 reconcile $option --container 3
	out ''
	err 'pfxreplace: inventory.db: no container 3: `pfxreplace list containers` lists them'
	ask 3 reconcile $option --machine host1
	out ''
	err 'pfxreplace: inventory.db: no client machine host1: `pfxreplace list stores` lists them'
done
ask 2 reconcile --machine host1 --report report.csv --metrics metrics.prom
err 'pfxreplace: reconcile: --metrics: expected all jobs and stores, without --run, --reference, --container, --machine and --verdict; see `pfxreplace reconcile --help`'
is 'files' "$(echo report.csv* metrics.prom*)" 'report.csv* metrics.prom*'

begin '--verdict: these rows, counts and status alone'
scene
ask 0 reconcile $long --verdict deployed
rows "$deployed"
err 'pfxreplace: reconcile: 1 job: 1 deployed; 0 findings'
ask 1 reconcile $long --verdict failed,expired-in-use
rows "$failed" "$acknowledged" "$expired"
err 'pfxreplace: reconcile: 2 jobs: 2 failed (1 acknowledged); 1 finding: 1 expired-in-use'
ask 0 reconcile $long --verdict failed --run 1
rows "$acknowledged"
ask 0 reconcile $long --verdict missing,leftover
rows
err 'pfxreplace: reconcile: 0 jobs; 0 findings'
ask 1 reconcile $long --run 2 --verdict overwritten --format jsonl
is 'verdict' "$(cut -c 1-35 "$scratch/out")" '{"Verdict":"overwritten","Run":2,"L'
is 'rows' "$(wc -l <"$scratch/out")" 1

begin '--verdict and --accept: words that are none'
run 2 reconcile --verdict deployd
err 'pfxreplace: reconcile: --verdict deployd: no such verdict or finding, the nearest is deployed; see `pfxreplace reconcile --help`'
run 2 reconcile --verdict failed,stale
err 'pfxreplace: reconcile: --verdict stale: no such verdict or finding, the nearest is stale-inventory; see `pfxreplace reconcile --help`'
for list in 'failed,' ,failed failed,,overdue; do
	run 2 reconcile --verdict $list
	err "pfxreplace: reconcile: --verdict $list: no such verdict or finding; expected some of them with commas between, \`pfxreplace explain\` lists them; see \`pfxreplace reconcile --help\`"
done
run 2 reconcile --accept failed
err 'pfxreplace: reconcile: --accept failed: no such finding; expected some of them with commas between, `pfxreplace explain` lists them; see `pfxreplace reconcile --help`'
run 2 reconcile --accept expired-in-use,Revoked-in-use
err 'pfxreplace: reconcile: --accept Revoked-in-use: no such finding, the nearest is revoked-in-use; see `pfxreplace reconcile --help`'
run 2 reconcile --verdict "$(printf %0300d 0)"
err "pfxreplace: reconcile: --verdict $(printf %031d 0): no such verdict or finding; expected some of them with commas between, \`pfxreplace explain\` lists them; see \`pfxreplace reconcile --help\`"
for run in 0 -1 1,2 x 9007199254740993; do
	run 2 reconcile --run "$run"
	err "pfxreplace: reconcile: --run $run: expected a whole number from 1; see \`pfxreplace reconcile --help\`"
done

begin '--accept: findings that are no fault; the others are'
make
place 1 1 web 302
state "UPDATE certificate SET not_after = 0, revoked_at = 0 WHERE id = 302;
	UPDATE store SET inventoried_at = NULL WHERE id = 9"
ask 0 reconcile $long --accept expired-in-use,revoked-in-use,stale-inventory
is 'rows' "$(cut -d, -f1 "$scratch/out" | tr '\n' ' ')" 'Verdict expired-in-use revoked-in-use stale-inventory '
err 'pfxreplace: reconcile: 0 jobs; 3 findings: 1 expired-in-use, 1 revoked-in-use, 1 stale-inventory'
ask 1 reconcile $long --accept expired-in-use,stale-inventory
ask 1 reconcile $long --accept unplanned-location
ask 0 reconcile $long --accept expired-in-use --verdict expired-in-use
ask 1 reconcile $long --accept expired-in-use --accept stale-inventory --accept revoked-in-use # the last counts, as of every option
job 1 1 101 201 3 4 $completed
ask 1 reconcile $long --accept expired-in-use,revoked-in-use,stale-inventory

begin '-q: nothing when all is well, also with findings that were accepted'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
place 2 2 web 302
state 'UPDATE certificate SET not_after = 0 WHERE id = 302'
for option in '' --open '--by run' '--by verdict' '--run 1' '--format jsonl' '--format table'; do
	ask 0 -q reconcile $long --accept expired-in-use $option
	out ''
	err ''
	on_terminal 0 -q reconcile $long --accept expired-in-use $option
	out ''
	err ''
done
# A report that is asked for is whole.
ask 0 -q reconcile $long --accept expired-in-use --report -
is 'rows' "$(cut -d, -f1 "$scratch/out" | tr '\n' ' ')" 'Verdict deployed expired-in-use '
err ''

begin '-q: nothing but what is not well, and the closing line'
scene
ask 1 -q reconcile $long --accept expired-in-use
rows "$failed" "$overwritten" "$overdue" "$refused1" "$refused3" "$stale"
err 'pfxreplace: reconcile: 6 jobs: 1 deployed, 1 scheduled, 1 overdue, 2 failed (1 acknowledged), 1 overwritten; 4 findings: 2 unplanned-location, 1 expired-in-use, 1 stale-inventory'
ask 1 -q reconcile $long --accept expired-in-use --report report.csv
out ''
is 'lines of the report' "$(wc -l <report.csv)" 11

begin 'on a terminal: what is not well of the choice, with nothing wider than 80 columns'
scene
on_terminal 1 reconcile $long --container Vault
cut -c 1-80 "$scratch/out" >narrow
cmp -s narrow "$scratch/out" || wrong "wider than 80 columns: $(cat "$scratch/out")"
is 'verdicts' "$(awk 'NR > 1 { print $1 }' "$scratch/out" | tr '\n' ' ')" 'overwritten overdue '
err "pfxreplace: reconcile: 3 jobs: 1 overdue, 1 failed (1 acknowledged),
    1 overwritten
pfxreplace: reconcile: 0 findings
pfxreplace: reconcile: 1 job is well or acknowledged, and not shown; --report -
    prints all
pfxreplace: reconcile: the Text of a row says more; --wide prints every column
pfxreplace: overdue: See whether the agent of the machine runs and fetches its
    jobs. Where jobs take longer as a rule, give a longer --grace.
pfxreplace: overwritten: Find out what put it there. If it does not belong
    there, apply a row that replaces it."
on_terminal 0 reconcile $long --machine host7.example.com --accept expired-in-use
is 'verdicts' "$(awk 'NR > 1 { print $1 }' "$scratch/out")" expired-in-use
err 'pfxreplace: reconcile: 0 jobs
pfxreplace: reconcile: 1 finding: 1 expired-in-use'

# ---- --open -----------------------------------------------------------------------------------

begin '--open: without the jobs that are proven or acknowledged'
scene
state "UPDATE job SET proven_at = $seen WHERE id = 1"
ask 1 reconcile $long --open
rows "$failed" "$overwritten" "$overdue" "$scheduled" "$refused1" "$refused3" "$expired" "$stale"
err 'pfxreplace: reconcile: 4 jobs: 1 scheduled, 1 overdue, 1 failed, 1 overwritten; 4 findings: 2 unplanned-location, 1 expired-in-use, 1 stale-inventory'
ask 0 reconcile $long --open --run 1 --accept unplanned-location
rows "$refused1"
err 'pfxreplace: reconcile: 0 jobs; 1 finding: 1 unplanned-location'

begin '--open: a job that is replaced is known, though the one that replaces it is not read'
make
place 1 1 web 202
job 1 1 101 201 3 4 $completed
job 2 1 101 202 3 2 $completed
state "UPDATE job SET proven_at = $seen WHERE id = 2"
ask 0 reconcile $long --open
rows "$(line replaced 1 1 web 101 201 '' Completed Failure $at '"job 2, a later one of the location, is deployed"')"
err 'pfxreplace: reconcile: 1 job: 1 replaced; 0 findings'

begin '--open: a settled job whose location has its old certificate again still covers it'
make
for n in 1 2 3; do place $n $n web 101; done
job 1 1 101 201 3 2 $completed
job 2 2 101 202 4 4 $completed
job 3 3 102 203 3 2 $completed # of another certificate
state "UPDATE job SET proven_at = $created + 1 WHERE id IN (1, 3)"
ask 1 reconcile $long
grep ^unplanned "$scratch/out" >whole
is 'findings' "$(wc -l <whole)" 1
ask 1 reconcile $long --open
out "$columns
$(cat whole)"

# history SEED: a database of 9 stores and up to 60 jobs by chance, of few certificates, so that
# locations have several jobs and have their old certificates again
history() {
	make
	awk -v seed="$1" -v created=$created -v seen=$seen 'function r(n) { return int(rand() * n) }
	function yes(n) { return r(n) == 0 }
	BEGIN {
		srand(seed)
		print "INSERT INTO container VALUES (1, \x27A\x27), (2, \x27B\x27);"
		for (i = 1; i <= 9; i++) {
			printf "UPDATE store SET container = %s, removed = %d, approved = %d, inventoried_at = %s WHERE id = %d;\n", \
				yes(3) ? "NULL" : 1 + r(2), yes(8), !yes(8), yes(6) ? "NULL" : created + (r(5) - 1) * 3600000, i
			if (yes(5)) printf "UPDATE store SET tried_at = %s, unreadable = \x27damaged\x27 WHERE id = %d;\n", seen + r(3) * 3600000, i
		}
		for (i = 1; i <= 30; i++)
			printf "INSERT INTO location(id, store, alias, certificate, key_mismatch) VALUES (%d, %d, \x27%s\x27, %s, 0);\n", \
				i, 1 + r(9), yes(3) ? sprintf("%040X-%d", 101 + r(3), i) : "alias " i, yes(6) ? "NULL" : (yes(2) ? 101 : 201) + r(4)
		print "UPDATE certificate SET not_after = 0 WHERE id = " 101 + r(4) ";"
		print "UPDATE certificate SET revoked_at = 0 WHERE id = " 201 + r(4) ";"
		jobs = 5 + r(55)
		for (i = 1; i <= jobs; i++) {
			old = (yes(2) ? 101 : 201) + r(4)
			new = old == 201 ? 202 : 201 + r(4) == old ? 101 : 201 + r(4)
			if (new == old) new = 301
			run = 1 + r(2)
			status = substr("1233334445", 1 + r(10), 1)
			result = status == 1 || status == 2 ? 0 : status == 5 ? 4 : status == 3 ? 2 + r(3) : substr("0234", 1 + r(4), 1)
			printf "INSERT INTO request(id, line, outcome, existing, certificate, due_at, created_at, first_job, jobs) VALUES ((%d << 32) + %d, %d, 1, %d, %d, %s, %d, %d, 1);\n", \
				run, i, i + 1, old, new, yes(4) ? 4102444800000 : "NULL", created, i
			printf "INSERT INTO job(id, request, location, status, result, completed_at, store, proven_at) SELECT %d, (%d << 32) + %d, id, %d, %d, %s, store, %s FROM location WHERE id = %d;\n", \
				i, run, i, status, result, (status > 2 ? created + r(4) * 3600000 : "NULL"), \
				result != 0 && yes(2) ? created + 1800000 : "NULL", 1 + r(30)
		}
		for (i = 1; i <= 6; i++) {
			run = 1 + r(2)
			printf "INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_refusal, refusals) VALUES ((%d << 32) + %d, %d, 3, %d, 301, %d, %d, 1);\n", \
				run, 100 + i, 101 + i, (yes(2) ? 101 : 201) + r(4), created + r(2) * 3600000, i
			printf "INSERT INTO refusal(id, request, location, code, store) SELECT %d, (%d << 32) + %d, id, \x27not-approved\x27, store FROM location WHERE id = %d;\n", \
				i, run, 100 + i, 1 + r(30)
		}
	}' >history.sql
	state "$(cat history.sql)"
}

# A row of a job that is open is the same; there is no other; the findings are the same.
begin '--open: rows and findings as without it, in databases by chance'
seed=1
while [ $seed -le 16 ] && [ $case_good = yes ]; do
	rm -f inventory.db*
	history $seed
	ask 0 runs
	sqlite3 inventory.db 'SELECT id FROM job WHERE proven_at IS NOT NULL OR status = 4' >settled
	for which in '' '--container A' '--machine host3.example.com' '--run 1' '--run 1 --run 2 --container B'; do
		"$PROGRAM" reconcile $which --report whole.csv 2>/dev/null
		"$PROGRAM" reconcile $which --open --report open.csv 2>told
		[ $? -le 1 ] || wrong "seed $seed, $which: $(cat told)"
		awk -F, 'FILENAME == "settled" { settled[$1] = 1; next } !($4 in settled)' settled whole.csv >expected.csv
		cmp -s expected.csv open.csv || wrong "seed $seed, $which: $(diff expected.csv open.csv)"
		[ -z "$which" ] && cut -d, -f1 open.csv >>verdicts
	done
	seed=$((seed + 1))
done
is 'verdicts that were met' "$(sort -u verdicts | grep -v Verdict | tr '\n' ' ')" 'deployed expired-in-use failed leftover not-deployed not-readable orphan-location overdue overwritten replaced revoked-in-use scheduled stale-inventory store-gone unplanned-location unverified '

finish
