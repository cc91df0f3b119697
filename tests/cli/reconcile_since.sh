#!/bin/sh
# reconcile --since: what has changed since an earlier report.
# shellcheck disable=SC2016,SC2086 # backquotes in messages; words
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/reconciliation
. "$tests_folder/reconciliation"

mine='expected a report of this database'

# day: stores 1 to 9 with a job of run 1 each, but 8 and 9, as they are on the day before; what it
# finds of stores 8 and 9
day() {
	make
	place 1 1 web 201
	job 1 1 101 201 3 2 $completed # deployed, and stays so
	place 2 2 web 102
	job 2 2 102 202 1 0 # overdue, and deployed on the next day
	place 3 3 web 103
	job 3 3 103 203 1 0 NULL 4102444800000 2100-01-01T00:00:00Z # scheduled, failed on the next day
	place 4 4 web 301
	job 4 4 104 204 3 2 $completed # overwritten, then missing: both of the last rank
	place 5 5 web 105
	job 5 5 105 205 1 0 # overdue, cancelled on the next day
	place 6 6 web 106
	job 6 6 106 206 3 4 $completed NULL '' 2 # failed; its run is purged on the next day
	place 7 7 web 107
	job 7 7 107 207 3 4 $completed # failed, acknowledged on the next day
	place 8 8 web 302
	state "UPDATE certificate SET not_after = 0 WHERE id = 302;
		UPDATE store SET inventoried_at = NULL WHERE id = 9"
}

# next_day: a job that is new, a finding that ended, a new one
next_day() {
	state "
		UPDATE location SET certificate = 202 WHERE id = 2;
		UPDATE job SET status = 3, result = 4, completed_at = $completed WHERE id = 3;
		UPDATE location SET certificate = NULL WHERE id = 4;
		UPDATE job SET status = 4, result = 0 WHERE id = 5;
		DELETE FROM job WHERE id = 6;
		DELETE FROM request WHERE first_job = 6;
		UPDATE job SET status = 4 WHERE id = 7;
		UPDATE store SET inventoried_at = $seen WHERE id = 9;
		INSERT INTO location(id, store, alias, certificate) VALUES (19, 9, 'key', -1)"
	place 18 8 mail 108
	job 8 18 108 208 1 0
}

# told FILE: the columns of it that this is about
told() {
	awk -F, '{ print $1 "," $4 "," substr($5, 8, 1) "," $NF }' "$1" | sed 1d
}

whole='deployed,1,1,same
deployed,2,2,better
failed,3,3,worse
missing,4,4,same
failed,7,7,same
overdue,8,8,new
expired-in-use,,8,same
unknown-in-inventory,,9,new
overdue,5,5,gone
failed,6,6,gone
stale-inventory,,9,gone'
closing='6 jobs: 2 deployed, 1 overdue, 2 failed (1 acknowledged), 1 missing; 2 findings: 1 expired-in-use, 1 unknown-in-inventory'

begin 'each change, of a report in CSV and JSONL'
day
ask 1 reconcile $long --report before.csv
err 'pfxreplace: reconcile: 7 jobs: 1 deployed, 1 scheduled, 2 overdue, 2 failed, 1 overwritten; 2 findings: 1 expired-in-use, 1 stale-inventory'
ask 1 reconcile $long --report before.jsonl
next_day
for before in before.csv before.jsonl; do
	ask 1 reconcile $long --since $before --report after.csv
	out ''
	err "pfxreplace: reconcile: 2 new, 1 worse, 1 better, 4 same, 3 gone since $before; $closing"
	is "changes since $before" "$(told after.csv)" "$whole"
	is 'header' "$(head -n 1 after.csv)" "$columns,Change"
done

begin 'rows that are gone are those of the earlier report, with what became of them'
day
ask 1 reconcile $long --report before.csv
ask 1 reconcile $long --report before.jsonl
next_day
ask 1 reconcile $long --since before.csv
tail -n 3 "$scratch/out" >gone
same gone "$(line overdue 5 5 web 105 205 '' Waiting Unknown $at 'the job was cancelled'),gone
failed,2,7,6,00000006-0000-4000-8000-000000000000,/etc/pki/6.pem,host6.example.com,web,106,206,,Completed,Failure,$at,the job is not there any more: its run was purged,gone
$(found stale-inventory 9 '' '' '' 'it is so no longer'),gone"
cp "$scratch/out" csv
ask 1 reconcile $long --since before.jsonl
cmp -s csv "$scratch/out" || wrong "CSV from JSONL: $(diff csv "$scratch/out")"
ask 1 reconcile $long --since before.jsonl --format jsonl
cp "$scratch/out" jsonl
ask 1 reconcile $long --since before.csv --format jsonl
cmp -s jsonl "$scratch/out" || wrong "JSONL from CSV: $(diff jsonl "$scratch/out")"
tail -n 1 jsonl >gone
same gone '{"Verdict":"stale-inventory","Run":null,"Line":null,"JobId":null,"CertStoreId":"00000009-0000-4000-8000-000000000000","StorePath":"/etc/pki/9.pem","ClientMachine":"host9.example.com","Alias":null,"ExistingCertificateId":null,"CertificateId":null,"JobTime":null,"Status":null,"Result":null,"InventoriedAt":null,"Text":"it is so no longer","Change":"gone"}'
is 'JobTime' "$(sed -n 's/^{\("Verdict":"[a-z]*"\).*"JobId":3,.*\("JobTime":"[^"]*"\).*\("Change":"[a-z]*"\)}$/\1,\2,\3/p' jsonl)" \
	'"Verdict":"failed","JobTime":"2100-01-01T00:00:00Z","Change":"worse"'

# Job 2, overdue on the day before and proven since, is not open any more; it is looked up. So is
# job 7. Job 1 was not in the report of what is open.
begin '--open on both days: jobs of the report are looked up'
day
state "UPDATE job SET proven_at = $seen WHERE id = 1"
for before in before.csv before.jsonl; do
	ask 1 reconcile $long --open --report $before
	is "jobs in $before" "$(grep -c -e '-0000-4000-' $before)" 8
done
next_day
state "UPDATE job SET proven_at = $seen WHERE id = 2"
for before in before.csv before.jsonl; do
	ask 1 reconcile $long --open --since $before --report after.csv
	err "pfxreplace: reconcile: 2 new, 1 worse, 1 better, 3 same, 3 gone since $before; 5 jobs: 1 deployed, 1 overdue, 2 failed (1 acknowledged), 1 missing; 2 findings: 1 expired-in-use, 1 unknown-in-inventory"
	is "changes since $before" "$(told after.csv)" "$(echo "$whole" | sed 1d)"
done

begin '--open since a whole report: settled jobs of it are looked up too'
day
state "UPDATE job SET proven_at = $seen WHERE id = 1"
ask 1 reconcile $long --report before.csv
next_day
ask 1 reconcile $long --open --since before.csv --report after.csv
is changes "$(told after.csv)" "$whole"

# Neither job of the location is open; the report has the first one.
begin '--open: an acknowledged job of the report that is replaced since'
make
place 1 1 web 101
job 1 1 101 201 3 4 $completed
place 2 2 web 102
job 2 2 102 202 1 0
ask 1 reconcile $long --open --report before.csv
state 'UPDATE job SET status = 4 WHERE id = 1; UPDATE location SET certificate = 202 WHERE id = 1'
job 3 1 101 202 3 2 $completed
state "UPDATE job SET proven_at = $seen WHERE id = 3"
ask 1 reconcile $long --open --since before.csv --report after.csv
is changes "$(told after.csv)" 'replaced,1,1,better
overdue,2,2,same'

begin 'a report since a report: lines that were gone are not there'
day
ask 1 reconcile $long --report before.csv
next_day
ask 1 reconcile $long --since before.csv --report after.csv
ask 1 reconcile $long --since after.csv
out "$(sed -e 's/,[a-z]*$/,same/' -e 's/,same$/,Change/;1!s/,Change$/,same/' after.csv | head -n 9)"
err "pfxreplace: reconcile: 8 same since after.csv; $closing"

begin '--since and --report of the same file'
day
ask 1 reconcile $long --report report.csv
next_day
ask 1 reconcile $long --since report.csv --report report.csv
err "pfxreplace: reconcile: 2 new, 1 worse, 1 better, 4 same, 3 gone since report.csv; $closing"
is changes "$(told report.csv)" "$whole"
ask 1 reconcile $long --since report.csv --report report.csv
err "pfxreplace: reconcile: 8 same since report.csv; $closing"
is 'lines' "$(wc -l <report.csv)" 9

begin '--since -: from standard input, CSV and JSONL'
day
ask 1 reconcile $long --report before.csv
ask 1 reconcile $long --report before.jsonl
next_day
ask 1 reconcile $long --since - --report after.csv <before.csv
err "pfxreplace: reconcile: 2 new, 1 worse, 1 better, 4 same, 3 gone since -; $closing"
is changes "$(told after.csv)" "$whole"
# shellcheck disable=SC2002 # a pipe
cat before.jsonl | "$PROGRAM" reconcile $long --since - --report after.csv 2>/dev/null
is changes "$(told after.csv)" "$whole"

begin 'ranks: each verdict since each'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
state 'DELETE FROM store WHERE id > 1'
ask 0 reconcile $long --report deployed.csv
ranks='deployed 1 replaced 1 scheduled 2 waiting 2 unverified 3 overdue 3 leftover 4 store-gone 4 failed 4 overwritten 4 not-deployed 4 missing 4'
# now VERDICT RANK, with the database so
now() {
	set -- $1 $2 $ranks
	verdict=$1 rank=$2
	shift 2
	while [ $# -gt 0 ]; do
		if [ $2 -gt $rank ]; then expect=better; elif [ $2 -lt $rank ]; then expect=worse; else expect=same; fi
		sed "s/^deployed,/$1,/" deployed.csv >before.csv
		"$PROGRAM" reconcile $long --since before.csv >after.csv 2>/dev/null
		is "$verdict since $1" "$(sed -n '2s/,.*,/ /p' after.csv)" "$verdict $expect"
		shift 2
	done
}
now deployed 1
state 'UPDATE job SET status = 1, result = 0, completed_at = NULL; UPDATE location SET certificate = 101;
	UPDATE request SET due_at = 4102444800000'
ask 0 reconcile $long
now scheduled 2
state 'UPDATE request SET due_at = NULL'
ask 1 reconcile $long
now overdue 3
state "UPDATE job SET status = 3, result = 2, completed_at = $completed"
ask 1 reconcile $long
now not-deployed 4

begin 'all is well: status 0 and nothing under -q, whatever has changed'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
place 2 2 web 202
job 2 2 102 202 3 2 $completed
ask 0 reconcile $long --report before.csv
sed -i 's/^deployed,1,2/failed,1,2/' before.csv
state 'UPDATE job SET status = 4, result = 0 WHERE id = 2'
ask 0 reconcile $long --since before.csv
err 'pfxreplace: reconcile: 1 better, 1 gone since before.csv; 1 job: 1 deployed; 0 findings'
for option in '' --open '--by run' '--format jsonl'; do
	ask 0 -q reconcile $long --since before.csv $option
	out ''
	err ''
	on_terminal 0 -q reconcile $long --since before.csv $option
	out ''
	err ''
done

begin '-q with differences: the faults, and the closing line with what has changed'
day
ask 1 reconcile $long --report before.csv
next_day
ask 1 -q reconcile $long --since before.csv
told "$scratch/out" >rows
same rows "$(echo "$whole" | grep -v -e ^deployed -e ,7,7 -e ',gone$')"
err "pfxreplace: reconcile: 2 new, 1 worse, 1 better, 4 same, 3 gone since before.csv; $closing"

begin 'on a terminal: what has changed comes first, and what became well is shown'
day
ask 1 reconcile $long --report before.csv
next_day
on_terminal 1 reconcile $long --since before.csv
awk 'length > 80' "$scratch/out" "$scratch/err" >wide
same wide ''
is 'rows' "$(awk 'NR > 1 { print $1 }' "$scratch/out" | tr '\n' ' ')" \
	'deployed failed missing overdue expired-in-use unknown-in-inventory overdue failed stale-inventory '
is 'header' "$(head -n 1 "$scratch/out" | tr -s ' ')" 'Verdict JobId StorePath ClientMachine Alias Change'
is 'first line' "$(head -n 1 "$scratch/err")" 'pfxreplace: reconcile: 2 new, 1 worse, 1 better, 4 same, 3 gone since before.csv'
on_terminal 0 reconcile $long --since before.csv --run 2
is 'rows' "$(awk 'NR > 1 { print $1 }' "$scratch/out")" 'failed'

begin 'nothing has changed, and nothing is there'
run 0 init
ask 0 reconcile --report before.csv
ask 0 reconcile --report before.jsonl
is 'size of an empty JSONL' "$(wc -c <before.jsonl)" 0
for before in before.csv before.jsonl; do
	ask 0 reconcile --since $before
	out "$columns,Change"
	err "pfxreplace: reconcile: nothing since $before; 0 jobs; 0 findings"
done

begin 'chosen runs, stores and verdicts: lines of others are not gone'
day
ask 1 reconcile $long --report before.csv
next_day
ask 1 reconcile $long --since before.csv --run 1 --report after.csv
is 'run 1' "$(told after.csv)" "$(echo "$whole" | grep -v -e ,6,6 -e ',,')"
err 'pfxreplace: reconcile: 1 new, 1 worse, 1 better, 3 same, 1 gone since before.csv; 6 jobs: 2 deployed, 1 overdue, 2 failed (1 acknowledged), 1 missing'
ask 0 reconcile $long --since before.csv --run 2 --report after.csv
is 'run 2' "$(told after.csv)" failed,6,6,gone
ask 1 reconcile $long --since before.csv --machine host9.example.com --report after.csv
is 'host9' "$(told after.csv)" 'unknown-in-inventory,,9,new
stale-inventory,,9,gone'
ask 1 reconcile $long --since before.csv --verdict failed,missing --report after.csv
is 'failed, missing' "$(told after.csv)" "$(echo "$whole" | grep -e ^failed -e ^missing)"
err 'pfxreplace: reconcile: 1 worse, 2 same, 1 gone since before.csv; 3 jobs: 2 failed (1 acknowledged), 1 missing; 0 findings'
ask 1 reconcile $long --since before.csv --verdict overdue,stale-inventory --by run
err 'pfxreplace: reconcile: 1 new, 2 gone since before.csv; 1 job: 1 overdue; 0 findings
pfxreplace: overdue: 1 job: The job has not ended and has been due for longer than --grace. (host8.example.com:/etc/pki/8.pem)'

begin 'aliases and paths that a spreadsheet would take for formulas are the same'
make
n=0
for alias in '=cmd' '+1' "''quoted" 'a;=b' '@x' ' -1' 'comma, "quote"'; do
	n=$((n + 1))
	state "INSERT INTO location(id, store, alias, certificate) VALUES ($n, $n, '$alias', 302)"
done
state "UPDATE certificate SET not_after = 0 WHERE id = 302;
	UPDATE store SET path = '=path', client_machine = '-host' WHERE id = 1"
job 1 1 101 302 3 2 $completed
for before in before.csv before.jsonl; do
	ask 1 reconcile $long --report $before
	ask 1 reconcile $long --since $before
	err "pfxreplace: reconcile: 8 same since $before; 1 job: 1 deployed; 7 findings: 7 expired-in-use"
done
state 'UPDATE certificate SET not_after = NULL WHERE id = 302'
ask 0 reconcile $long --since before.csv --report after.csv
err 'pfxreplace: reconcile: 1 same, 7 gone since before.csv; 1 job: 1 deployed; 0 findings'
is 'first' "$(sed -n 3p after.csv)" "$(grep -m 1 ^expired before.csv | sed 's/,[^,]*,"[^"]*"$//'),$at,it is so no longer,gone"
sed -i 's/,"certificate 302, .*/,it is so no longer,gone/' before.csv
is 'the others' "$(sed -n '3,$p' after.csv)" "$(grep ^expired before.csv)"

begin 'certificates that have another Id since'
day
ask 1 reconcile $long --report before.csv
state "INSERT INTO certificate(id, thumbprint) VALUES (1103, 'AA'), (1203, 'BB');
	UPDATE request SET existing = 1103, certificate = 1203 WHERE existing = 103;
	UPDATE location SET certificate = 1103 WHERE id = 3;
	DELETE FROM certificate WHERE id IN (103, 203);
	INSERT INTO renumbered VALUES (103, 1103), (203, 1203), (7, 1203)"
ask 1 reconcile $long --since before.csv
is 'closing line' "$(cut -d ';' -f 1 "$scratch/err")" 'pfxreplace: reconcile: 9 same since before.csv'
is 'certificates' "$(sed -n 's/^scheduled.*web,\([0-9,]*\),2100.*/\1/p' "$scratch/out")" 1103,1203
state 'DELETE FROM renumbered WHERE id = 203'
ask 3 reconcile $long --since before.csv
err "pfxreplace: before.csv: it has another store or other certificates for job 3: $mine"

# ---- reports that are none --------------------------------------------------------------------

earlier=before.csv

# refuse MESSAGE: $earlier is refused, and nothing is left
refuse() {
	for option in '' --open; do
		ask 3 reconcile $long $option --since "$earlier" --report after.csv
		out ''
		err "pfxreplace: $1"
		is 'files' "$(echo after.csv*)" 'after.csv*'
	done
}

damage() { # SCRIPT MESSAGE
	sed "$1" "good.${earlier##*.}" >"$earlier"
	refuse "$earlier:$2"
}

begin 'a report of another database is refused, and leaves no file'
day
ask 1 reconcile $long --report good.csv
sed 's/00000003-/00000004-/' good.csv >before.csv
refuse "before.csv: it has another store or other certificates for job 3: $mine"
sed 's/,103,203,/,103,204,/' good.csv >before.csv
refuse "before.csv: it has another store or other certificates for job 3: $mine"
sed 's/,103,203,/,104,203,/' good.csv >before.csv
refuse "before.csv: it has another store or other certificates for job 3: $mine"
sed 's/^failed,1,8,7,/failed,1,8,700,/' good.csv >before.csv
refuse "before.csv: no job 700 was ever made here: $mine"
cp good.csv before.csv
echo 'the file of yesterday' >after.txt
sed -i 's/,103,203,/,103,204,/' before.csv
ask 3 reconcile --since before.csv --report after.txt
same after.txt 'the file of yesterday'
out ''

begin 'damaged reports: the line and the field'
day
ask 1 reconcile $long --report good.csv
damage '3s/^overdue/odd/' '3: Verdict: expected a verdict'
damage '3s/^overdue/Overdue/' '3: Verdict: expected a verdict'
damage '3s/^overdue//' '3: Verdict: expected a verdict'
damage '3s/^overdue/stale-inventory/' '3: Verdict: expected a verdict'
damage '3s/^overdue,1,3,2/overdue,1,3,/' '3: Verdict: expected a finding, or a verdict and a JobId'
damage '9s/^expired-in-use/odd/' '9: Verdict: expected a finding, or a verdict and a JobId'
damage '3s/^overdue,1,3,2/overdue,1,3,two/' '3: JobId: expected a JobId or none'
damage '3s/^overdue,1,3,2/overdue,1,3,-2/' '3: JobId: expected a JobId or none'
damage '3s/^overdue,1,3,2/overdue,1,3,0/' '3: JobId: expected a JobId or none'
damage '3s/^overdue,1,3,2/overdue,1,3,99999999999999999999/' '3: JobId: expected a JobId or none'
damage '3s/,102,/,1x,/' '3: ExistingCertificateId: expected the Id of a certificate or none'
damage '3s/,102,/,,/' '3: ExistingCertificateId: expected the Id of a certificate: a job has it'
damage '3s/,202,/,,/' '3: CertificateId: expected the Id of a certificate: a job has it'
damage '3s/,202,/,2.5,/' '3: CertificateId: expected the Id of a certificate or none'
damage '3s/,202,/,2147483648,/' '3: CertificateId: expected the Id of a certificate or none'
damage '3s/^overdue,1,3,2/overdue,1,3,1/' '3: JobId: expected a larger JobId than before: a report is sorted by JobId'
damage '3p' '4: JobId: expected a larger JobId than before: a report is sorted by JobId'
cut -d, -f1-14 good.csv | sed '3s/$/,text,more,and more/' >before.csv
refuse 'before.csv:3: 17 fields, the header has 14'
ask 1 reconcile $long --columns Verdict,JobId,CertStoreId --report before.csv
refuse 'before.csv:2: Alias: it is not there: expected a report with all its columns'
ask 1 reconcile $long --columns JobId,CertStoreId --report before.csv
refuse 'before.csv: it has no Verdict: expected a report of `pfxreplace reconcile`'
: >before.csv
ask 3 reconcile --since before.csv
grep -q '^pfxreplace: before.csv: the file is empty: expected' "$scratch/err" || wrong "$(cat "$scratch/err")"

begin 'damaged reports in JSONL'
day
ask 1 reconcile $long --report good.jsonl
earlier=before.jsonl
damage '2s/"overdue"/"odd"/' '2: Verdict: expected a verdict'
damage '2s/"overdue"/null/' '2: Verdict: expected a verdict'
damage '2s/"overdue"/true/' '2: Verdict: expected a text or a number'
damage '2s/"JobId":2/"JobId":2.5/' '2: JobId: expected a JobId or none'
damage '2s/"JobId":2/"JobId":[2]/' '2: JobId: expected a text or a number'
damage '2s/"Alias":"web"/"Alias":{"a":1}/' '2: Alias: expected a text or a number'
damage '2s/"Verdict":"overdue",//' '2: Verdict: it is not there: expected a report with all its columns'
damage '2s/"Alias":"web",//' '2: Alias: it is not there: expected a report with all its columns'
damage '8s/"CertificateId":null,//' '8: CertificateId: it is not there: expected a report with all its columns'
sed '2s/}$//' good.jsonl >before.jsonl
ask 3 reconcile --since before.jsonl
grep -q '^pfxreplace: before.jsonl:2: not a JSON object' "$scratch/err" || wrong "$(cat "$scratch/err")"
earlier=before.csv

begin 'files that are none'
day
ask 3 reconcile --since none.csv
err 'pfxreplace: none.csv: cannot be read: No such file or directory'
mkdir folder
ask 3 reconcile --since folder
err 'pfxreplace: folder: cannot be read: a folder, expected a file'
ask 3 reconcile --since inventory.db
grep -q '^pfxreplace: inventory.db: ' "$scratch/err" || wrong "$(cat "$scratch/err")"

finish
