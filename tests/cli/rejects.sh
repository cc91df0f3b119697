#!/bin/sh
# The rejects file as a way back: what did not succeed is mended, and the file is applied again.
# shellcheck disable=SC2016 # backquotes in messages, and a variable of another shell
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"

may_not='the operator may not schedule jobs for the store'
not_approved="not-approved: store $lab, alias web: the store is not approved"
kept="job-kept: store $web, alias web: job 2 of run 1 installs the same certificate and is kept"
done_before="job-kept: store $web, alias web: job 2 of run 1 put the new certificate there already"
note='a rejects file: --pending keep is taken'

# A run whose row on line 3 reached one of its three stores. -> r.csv
partial_run() {
	company
	manifest m.csv 107,207, 101,201, 102,202,
	run 1 -q apply --rejects r.csv m.csv
	sql 'SELECT id, outcome FROM request WHERE outcome <> 1' '4294967298|2'
	sql 'SELECT count(*) FROM job' 4
}

# The stores that were refused are approved, and the operator may use them.
mend_stores() {
	printf '%s\n' Id,Approved "$lab,true" >stores.csv
	printf '%s\n' Role,Operator,Permission "Tests,$operator,/certificate_stores/schedule/2/" >roles.csv
	run 0 -q import stores stores.csv
	run 0 -q import roles roles.csv
}

# The new jobs are those of the two stores, and no other.
two_jobs() {
	sql 'SELECT j.id, s.guid, l.alias, r.certificate FROM job j JOIN request r ON r.id = j.request
		JOIN location l ON l.id = j.location JOIN store s ON s.id = l.store WHERE r.id >> 32 = 2 ORDER BY s.guid' \
		"5|$lab|web|201
6|$vault|web|201"
	sql 'SELECT count(*), count(DISTINCT location) FROM job' '6|6'
}

begin 'a partial row comes back: mended, only the stores that were missed get a job'
partial_run
same r.csv "ExistingCertificateId,CertificateId,JobTime,RejectLine,RejectReasons,RejectRecord
101,201,,3,\"run 1: $not_approved; no-permission: store $vault, alias web: $may_not\","
mend_stores
run 0 check --results c.csv r.csv
told "r.csv: $note" 'r.csv: warnings: 1 job-kept (line 2)' 'r.csv: check: 1 row read: 1 succeeded' \
	'r.csv: 2 jobs to create: 2 due at once' 'r.csv: results in c.csv'
sql 'SELECT count(*) FROM job' 4
run 0 apply --summary s.json r.csv
told "r.csv: $note" 'r.csv: warnings: 1 job-kept (line 2)' 'r.csv: run 2: 1 row read: 1 succeeded' \
	'r.csv: 2 jobs created: 2 due at once' \
	'r.csv: results in r.results.csv, summary in s.json'
results r.results.csv "2,101,201,,,succeeded,$web $lab $vault,,\"$kept\""
alike 'results of check' c.csv r.results.csv
two_jobs
is 'the summary' "$(grep -o '"Rows".*' s.json)" '"Rows":{"Read":1,"Succeeded":1,"Partial":0,"Failed":0,"Rejected":0,"Skipped":0},"Jobs":{"Created":2,"Refused":0,"Superseded":0},"Codes":{},"Warnings":{"job-kept":1},"Repairs":{}}'
sql "SELECT mends, settings LIKE '%
pending=keep
%' FROM run WHERE id = 2" '1|1'
run 0 -q verify
run 0 results 2
alike 'results again' r.results.csv "$scratch/out"

begin 'the same rejects file again: as it was, whether keep is given or not'
partial_run
mend_stores
run 0 -q apply r.csv
for pending in '' --pending=keep; do
	# shellcheck disable=SC2086 # no word, or one
	run 0 apply $pending r.csv
	told 'r.csv: run 2 has applied this manifest already: no new jobs (--again asks for a new run)' \
		'r.csv: warnings: 1 job-kept' 'r.csv: run 2: 1 row read: 1 succeeded' \
		'r.csv: 2 jobs created: 2 due at once' \
		'r.csv: results in r.results.csv'
done
run 2 apply --pending refuse r.csv
told 'r.csv: run 2 of this manifest has --pending "keep", not "refuse": repeat it as it was, or ask for a new run with --again'
two_jobs

begin 'a --pending that is given wins, and then nothing is said of the default'
partial_run
mend_stores
run 1 apply --pending refuse r.csv
told "r.csv:2: store $web_named, alias web: job 2 of run 1 for certificate 201 is active (Waiting) [job-pending]" \
	'r.csv: run 2: 1 row read: 0 succeeded, 1 partial' \
	'r.csv: 2 jobs created: 2 due at once; 1 refused' \
	'r.csv: results in r.results.csv' \
	'r.csv: the same command with --rejects FILE writes the row to mend'
echo >>r.csv
run 0 apply --pending supersede r.csv
sql 'SELECT jobs_created, jobs_superseded FROM run WHERE id = 3' '3|3'
run 0 check --again --pending keep r.csv
is 'notes' "$(grep -c "$note" "$scratch/err")" 0

begin 'a rejects file is known by one of its columns, however they are written'
partial_run
mend_stores
cut -d, -f 1-2,4 r.csv | sed 's/RejectLine/reject line/' >one.csv
printf '%s\n' CertificateId,ExistingCertificateId,REJECT_REASONS 201,101, >two.csv
printf '%s\n' CertificateId,ExistingCertificateId,RejectRecord 201,101, >three.csv
run 1 check one.csv two.csv three.csv
is 'notes' "$(grep -c "$note" "$scratch/err")" 2
is 'one' "$(grep -c 'one.csv: a rejects file' "$scratch/err")" 1
is 'two' "$(grep -c 'two.csv: a rejects file' "$scratch/err")" 1
# Each of several manifests has its own default.
is 'three' "$(grep -c '^pfxreplace: three.csv:2: .*job-pending' "$scratch/err")" 3
run 0 -q check one.csv
err ''

begin 'a name that is nearly one of these columns is ignored as any other'
partial_run
printf '%s\n' ExistingCertificateId,CertificateId,RejectLineNumber,RejectReason,OldRejectRecord 999,201,1,x,y >near.csv
run 1 check near.csv
told 'near.csv: RejectLineNumber: not a field of a replace request: ignored' \
	'near.csv: RejectReason: not a field of a replace request: ignored' \
	'near.csv: OldRejectRecord: not a field of a replace request: ignored' \
	'near.csv:2: ExistingCertificateId: no certificate 999 in the inventory [unknown-existing-certificate]' \
	'near.csv: check: 1 row read: 0 succeeded, 1 rejected' 'near.csv: no jobs to create' \
	'near.csv: the same command with --rejects FILE writes the row to mend'

begin 'a place that was replaced counts under keep, with a warning'
partial_run
mend_stores
sqlite3 inventory.db 'UPDATE job SET status = 3, result = id % 2 + 2, completed_at = 4000000000000'
run 1 -q check --pending refuse --results c.csv r.csv
results c.csv "2,101,201,,,partial,$lab $vault,$web,\"already-replaced: store $web, alias web: job 2 of run 1 put the new certificate there already\""
run 0 -q apply --summary s.json r.csv
results r.results.csv "2,101,201,,,succeeded,$web $lab $vault,,\"$done_before\""
two_jobs
is 'the summary' "$(grep -o '"Jobs".*' s.json)" '"Jobs":{"Created":2,"Refused":0,"Superseded":0},"Codes":{},"Warnings":{"job-kept":1},"Repairs":{}}'
sql 'SELECT count(*) FROM refusal WHERE request >> 32 = 2' 0
run 0 -q verify
# So it is for any manifest, and for a row of which all is done.
manifest n.csv 107,207, 102,202,
run 0 apply --pending keep n.csv
told 'n.csv: warnings: 3 job-kept (lines 2, 3)' \
	'n.csv: run 3: 2 rows read: 2 succeeded' \
	'n.csv: no jobs created' \
	'n.csv: results in n.results.csv'
run 0 -q verify

begin 'a job for another certificate is no reason to count a place'
partial_run
mend_stores
sqlite3 inventory.db 'UPDATE job SET status = 3, result = 2, completed_at = 4000000000000'
sed 's/^101,201/101,205/' r.csv >other.csv
run 0 -q apply other.csv
results other.results.csv "2,101,205,,,succeeded,$web $lab $vault,,"
run 1 -q apply r.csv
results r.results.csv "2,101,201,,,failed,,$web $lab $vault,\"job-pending: store $web, alias web: job 5 of run 2 for certificate 205 is active (Waiting); job-pending: store $lab, alias web: job 6 of run 2 for certificate 205 is active (Waiting); job-pending: store $vault, alias web: job 7 of run 2 for certificate 205 is active (Waiting)\""

begin 'what is still refused comes back once more'
partial_run
printf '%s\n' Id,Approved "$lab,true" >stores.csv
run 0 -q import stores stores.csv
run 1 -q apply --rejects r2.csv r.csv
same r2.csv "ExistingCertificateId,CertificateId,JobTime,RejectLine,RejectReasons,RejectRecord
101,201,,2,\"run 2: $kept; no-permission: store $vault, alias web: $may_not\","
mend_stores
run 0 -q apply --rejects r3.csv r2.csv
results r2.results.csv "2,101,201,,,succeeded,$web $lab $vault,,\"$kept; job-kept: store $lab, alias web: job 5 of run 2 installs the same certificate and is kept\""
same r3.csv ExistingCertificateId,CertificateId,JobTime,RejectLine,RejectReasons,RejectRecord
sql 'SELECT count(*) FROM job' 6

for format in jsonl json; do
	begin "the same way back with $format"
	company
	if [ $format = jsonl ]; then
		printf '%s\n' '{"ExistingCertificateId":107,"CertificateId":207}' '{"ExistingCertificateId":101,"CertificateId":201}' \
			'{"ExistingCertificateId":102,"CertificateId":202}' >m.jsonl
	else
		echo '[{"ExistingCertificateId":107,"CertificateId":207},{"ExistingCertificateId":101,"CertificateId":201},
			{"ExistingCertificateId":102,"CertificateId":202}]' >m.json
	fi
	run 1 -q apply --rejects r.$format m.$format
	cp r.$format of.apply
	run 1 -q apply --rejects r.$format m.$format
	alike 'rejects of a repetition' of.apply r.$format
	is 'rejects' "$(grep -c '"RejectReasons"' r.$format)" 1
	mend_stores
	run 0 check --results c.jsonl r.$format
	run 0 apply r.$format
	told "r.$format: $note" "r.$format: warnings: 1 job-kept (line 1)" "r.$format: run 2: 1 row read: 1 succeeded" \
		"r.$format: 2 jobs created: 2 due at once" \
		"r.$format: results in r.results.jsonl"
	alike 'results of check' c.jsonl r.results.jsonl
	is 'stores' "$(grep -c "\"SuccessfulStores\":\[\"$web\",\"$lab\",\"$vault\"\],\"FailedStores\":\[\]" r.results.jsonl)" 1
	two_jobs
done

begin 'one record of JSONL says what the file is'
partial_run
mend_stores
printf '%s\n' '{"ExistingCertificateId":10' '{"ExistingCertificateId":101,"CertificateId":201,"RejectLine":"3"}' >m.jsonl
run 1 check m.jsonl
is 'note' "$(grep -c "m.jsonl: $note" "$scratch/err")" 1
for member in '"RejectLine":"3"' '"REJECT_REASONS":null'; do
	printf '%s\n' '{"ExistingCertificateId":101,"CertificateId":201}' \
		"{\"ExistingCertificateId\":102,\"CertificateId\":202,$member}" >n.jsonl
	run 0 check n.jsonl
	is "note of $member" "$(grep -c "n.jsonl: $note" "$scratch/err")" 1
	sed '1s/^/[/; 1s/$/,/; $s/$/]/' n.jsonl >n.json
	run 0 check n.json
	is "note of $member in an array" "$(grep -c "n.json: $note" "$scratch/err")" 1
done
printf '%s\n' '{"ExistingCertificateId":101,"CertificateId":201}' \
	'{"ExistingCertificateId":102,"CertificateId":202,"RejectRecord":"x"}' >o.jsonl
run 1 check o.jsonl
is 'note' "$(grep -c "o.jsonl: $note" "$scratch/err")" 0

begin 'a long file of JSONL is known by its last record too'
partial_run
mend_stores
awk 'BEGIN {
	for (i = 1000; i < 9000; i++)
		print "{\"ExistingCertificateId\":" i ",\"CertificateId\":201}"
	print "{\"ExistingCertificateId\":101,\"CertificateId\":201,\"RejectLine\":\"3\"}" }' >n.jsonl
run 1 -q apply n.jsonl
two_jobs
sql "SELECT settings LIKE '%pending=keep%' FROM run WHERE id = 2" 1

begin 'a malformed line of JSONL is mended by its record: keep is taken still'
company
printf '%s\n' '{"ExistingCertificateId":107,"CertificateId":207' '{"ExistingCertificateId":101,"CertificateId":201}' >l.jsonl
run 1 -q apply --rejects r.jsonl l.jsonl
is 'the malformed line' "$(sed -n 1p r.jsonl)" '{"RejectLine":"1","RejectReasons":"run 1: malformed-record: not a JSON object (column 48): it is not complete: a quote, bracket or brace is not closed","RejectRecord":"{\"ExistingCertificateId\":107,\"CertificateId\":207"}'
sed -i '1s/.*/{"ExistingCertificateId":107,"CertificateId":207}/' r.jsonl
mend_stores
run 0 check --results c.jsonl r.jsonl
told "r.jsonl: $note" 'r.jsonl: warnings: 1 job-kept (line 2)' 'r.jsonl: check: 2 rows read: 2 succeeded' \
	'r.jsonl: 3 jobs to create: 3 due at once' 'r.jsonl: results in c.jsonl'
run 0 apply r.jsonl
told "r.jsonl: $note" 'r.jsonl: warnings: 1 job-kept (line 2)' 'r.jsonl: run 2: 2 rows read: 2 succeeded' \
	'r.jsonl: 3 jobs created: 3 due at once' 'r.jsonl: results in r.results.jsonl'
alike 'results of check' c.jsonl r.results.jsonl
sql 'SELECT count(*), count(DISTINCT location) FROM job' '4|4'
sql "SELECT mends, settings LIKE '%pending=keep%' FROM run WHERE id = 2" '1|1'
cp r.results.jsonl once
run 0 apply r.jsonl
told 'r.jsonl: run 2 has applied this manifest already: no new jobs (--again asks for a new run)' \
	'r.jsonl: warnings: 1 job-kept' 'r.jsonl: run 2: 2 rows read: 2 succeeded' \
	'r.jsonl: 3 jobs created: 3 due at once' 'r.jsonl: results in r.results.jsonl'
alike 'results again' once r.results.jsonl

# ---- a file that somebody has mended ---------------------------------------------------------

changed='r.csv was changed after it was written: it is left as it is; name another file to have the rows again'

begin 'the same command again leaves a mended rejects file as it is'
partial_run
cp r.csv as.it.was
sed -i 's/^101,201/101,205/' r.csv
cp r.csv mended
for command in apply check; do
	for options in '' -q; do
		# shellcheck disable=SC2086 # no word, or one
		run 1 $options $command --rejects r.csv m.csv
		is "$command $options" "$(tail -n 1 "$scratch/err")" "pfxreplace: m.csv: $changed"
		is 'to mend' "$(grep -c 'to mend' "$scratch/err")" 0
		alike "after $command" mended r.csv
	done
	# The rows are there for another file, for a file of the same bytes and for an empty one.
	run 1 -q $command --rejects s.csv m.csv
	alike 'another file' as.it.was s.csv
	run 1 $command --rejects s.csv m.csv
	is "$command" "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: 1 row to mend in s.csv, then: pfxreplace apply s.csv'
	: >s.csv
	run 1 -q $command --rejects s.csv m.csv
	alike 'an empty file' as.it.was s.csv
	rm s.csv
done
# One that got longer, and one that has an end only; through a link too.
ln -s r.csv link.csv
for text in "$(cat as.it.was; echo 1,2,,,,)" 'x'; do
	echo "$text" >r.csv
	cp r.csv mended
	run 1 -q apply --rejects link.csv m.csv
	alike 'mended' mended r.csv
done
is 'what is there' "$(echo .[!.]*)" '.[!.]*'
# A new run has its own.
run 1 -q apply --again --pending keep --rejects r.csv m.csv
is 'a new run' "$(grep -c 'run 2: ' r.csv)" 1
# What cannot be read may be mended; root reads everything.
chmod 0 r.csv
if ! cat r.csv >/dev/null 2>&1; then
	run 4 -q apply --pending keep --rejects r.csv m.csv
	is 'unread' "$(sed -n 2p "$scratch/err")" 'pfxreplace: r.csv: the file that is there cannot be read: Permission denied'
fi

begin 'no rows to mend: a file with others is left, and -q says so'
company
manifest m.csv 107,207,
run 0 -q apply --rejects r.csv m.csv
run 0 -q apply --rejects r.csv m.csv
err ''
echo mine >>r.csv
run 0 -q apply --rejects r.csv m.csv
told 'm.csv: no rows to mend: r.csv has others, and is left as it is'
is 'the last line' "$(tail -n 1 r.csv)" mine

begin 'a finished run whose files could not be written replaces rejects of an earlier run'
partial_run
cp r.csv earlier
manifest n.csv 108,208, 106,206,
run 4 -q apply --results /dev/full --rejects r.csv n.csv
alike 'nothing was written' earlier r.csv
run 1 apply --results n.results --rejects r.csv n.csv
is 'what to do next' "$(tail -n 1 "$scratch/err")" 'pfxreplace: n.csv: 1 row to mend in r.csv, then: pfxreplace apply r.csv'
is 'its rows' "$(sed 1d r.csv | cut -d , -f 1-2)" 106,206

begin 'a run that carries on leaves rejects that were changed since it began'
partial_run
cp r.csv kept
manifest n.csv 108,208, 106,206, 109,209,
run 6 -q apply --max-errors 0 --rejects r.csv n.csv
alike 'a run that stopped' kept r.csv
# It replaces those of an earlier run, as it does when nothing stops it.
cp inventory.db stopped.db
cp -p r.csv earlier.csv
run 1 -q apply --rejects earlier.csv n.csv
is 'its rows' "$(sed 1d earlier.csv | cut -d , -f 1-2)" 106,206
cp stopped.db inventory.db
echo 1,2,,,, >>r.csv
cp r.csv kept
for command in check apply; do
	run 1 -q $command --rejects r.csv n.csv
	is "$command" "$(tail -n 1 "$scratch/err")" \
		'pfxreplace: n.csv: r.csv was changed since run 2 began: it is left as it is; name another file to have the rows'
	alike "after $command" kept r.csv
done
run 1 -q apply --rejects s.csv n.csv
is 'its rows' "$(sed 1d s.csv | cut -d , -f 1-2)" 106,206

# ---- the results of the rejects file ---------------------------------------------------------

begin 'the results of a rejects file do not replace those of its run'
company
manifest two.csv 107,207, 105,205,
run 1 apply --rejects two.rej two.csv
is 'what to type next' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: two.csv: 1 row to mend in two.rej, then: pfxreplace apply --results two.rej.results.csv two.rej'
cp two.results.csv kept
mend_stores
taken='its results file would be two.results.csv, which run 1 of two.csv wrote: name another with --results'
cp inventory.db before.db
for options in '' -q; do
	# shellcheck disable=SC2086 # no word, or one
	run 2 $options apply two.rej
	told "two.rej: $taken"
done
run 2 -q apply "$PWD/two.rej"
told "$PWD/two.rej: $(echo "$taken" | sed "s,two.results,$PWD/&,")"
alike 'the results' kept two.results.csv
state before.db before.state
state inventory.db after.state
alike 'the database' before.state after.state
# Whether it was written or not: the same command again would.
mv two.results.csv moved
run 2 -q apply two.rej
told 'two.rej: its results file would be two.results.csv, as that of run 1 of two.csv: name another with --results'
mv moved two.results.csv
# What it says to type works, and each goes on with its own.
run 0 -q apply --results two.rej.results.csv two.rej
run 0 -q apply --results two.rej.results.csv two.rej
run 2 -q apply two.rej
run 1 -q apply two.csv
alike 'the results' kept two.results.csv
manifest two.csv 108,208,
run 0 -q apply two.csv
# The same content under another name is the same run.
cp two.csv two.txt
run 0 -q apply two.txt
run 2 -q apply --again --pending keep two.txt

begin 'names that are alike, and other results'
company
mkdir -p folder/m folder/m.d
manifest folder/m.csv 107,207,
run 0 -q apply folder/m.csv
for name in folder/m.2.csv folder/mm.csv folder/m-1.csv folder/m.d/m.csv folder/m/m.csv m.csv folder/M.csv; do
	manifest $name 108,208,
	echo "1,2,,$name" >>$name
	run 1 -q apply --pending keep $name
done
echo '{"ExistingCertificateId":109,"CertificateId":209}' >folder/m.jsonl
run 0 -q apply folder/m.jsonl
sed 's/209/210/' folder/m.jsonl >folder/m.rej
run 2 -q apply folder/m.rej
told 'folder/m.rej: its results file would be folder/m.results.jsonl, which run 9 of folder/m.jsonl wrote: name another with --results'
run 2 -q apply --results-format csv folder/m.rej
told 'folder/m.rej: its results file would be folder/m.results.csv, which run 1 of folder/m.csv wrote: name another with --results'
run 2 -q apply folder/m.d/../m.rej
# A manifest without an ending has the name too; a run that was given up has none.
rm -r folder/m
ln -s folder link
manifest folder/m 110,210,
run 2 -q apply link/m
told 'link/m: its results file would be link/m.results.csv, which run 1 of folder/m.csv wrote: name another with --results'
manifest n.csv 106,206, 111,211,
run 6 -q apply --max-errors 0 n.csv
manifest n.txt 111,211,
run 2 -q apply n.txt
told 'n.txt: its results file would be n.results.csv, as that of run 10 of n.csv: name another with --results'
run 0 -q runs abandon 10
run 0 -q apply n.txt
# From standard input there is no such file.
run 0 -q apply - <folder/m

begin 'what to type next is a command that works'
company
printf '%s\n' 'ExistingCertificateId,CertificateId,Valid until' 107,207,x 105,205,y >m.csv
run 1 apply --ignore 'Valid until' --rejects "it's mended.jsonl" m.csv
is 'next' "$(tail -n 1 "$scratch/err")" "pfxreplace: m.csv: 1 row to mend in it's mended.jsonl, then: \
pfxreplace apply --format csv --ignore 'Valid until' 'it'\\''s mended.jsonl'"
next=$(sed -n '$s/.*then: pfxreplace//p' "$scratch/err")
mend_stores
eval "run 0 -q $next"
is 'results' "$(wc -l <"it's mended.results.csv")" 2
printf 'ExistingCertificateId;CertificateId\n999;207\n' | iconv -t UTF-16LE >u.csv
run 1 check --encoding utf-16 --delimiter ';' --rejects u.rej u.csv
is 'next' "$(tail -n 1 "$scratch/err")" "pfxreplace: u.csv: 1 row to mend in u.rej, then: \
pfxreplace apply --delimiter ';' --encoding utf-16 --results u.rej.results.csv u.rej"
next=$(sed -n '$s/.*then: pfxreplace//p' "$scratch/err")
run 1 -q apply --encoding utf-16 --delimiter ';' u.csv
eval "run 1 -q $next"
alike 'the same fault' u.results.csv u.rej.results.csv

# ---- what a run recorded ---------------------------------------------------------------------

# As a version did that knew no rejects file: run 2 of r.FORMAT has --pending refuse.
refused_run() { # FORMAT
	company
	if [ "$1" = csv ]; then
		manifest m.csv 107,207, 101,201, 102,202,
	else
		printf '%s\n' '{"ExistingCertificateId":101,"CertificateId":201}' >m.jsonl
	fi
	run 1 -q apply --rejects "r.$1" "m.$1"
	mend_stores
	run 1 -q apply --pending refuse "r.$1"
	sql "SELECT settings LIKE '%
pending=refuse
%' FROM run WHERE id = 2" 1
}

for format in csv jsonl; do
	begin "$format: without --pending a finished run's own holds"
	refused_run $format
	cp r.results.$format once
	for command in apply check 'apply --pending refuse' 'apply --rejects again'; do
		# shellcheck disable=SC2086 # its words
		run 1 $command r.$format
		is "$command" "$(sed -n 1p "$scratch/err" | cut -d: -f 3)" \
			"$(case $command in check) echo ' nothing is checked' ;; *) echo ' run 2 has applied this manifest already, `pfxreplace results 2` has the reasons' ;; esac)"
		is 'note' "$(grep -c -e "$note" -e 'is taken' "$scratch/err")" 0
	done
	alike 'results again' once r.results.$format
	is 'rejects' "$(grep -c 'run 2: job-pending' again)" 1
	run 2 apply --pending keep r.$format
	told "r.$format: run 2 of this manifest has --pending \"refuse\", not \"keep\": repeat it as it was, or ask for a new run with --again"
	sql 'SELECT count(*) FROM run' 2
	run 0 -q apply --again r.$format
	sql "SELECT settings LIKE '%pending=keep%' FROM run WHERE id = 3" 1
done

begin 'a run of another manifest repeats with its own --pending too'
partial_run
manifest n.csv 101,201,
run 1 -q apply --pending keep n.csv
run 1 -q apply n.csv
run 2 -q apply --pending refuse n.csv
told 'n.csv: run 2 of this manifest has --pending "keep", not "refuse": repeat it as it was, or ask for a new run with --again'
sql 'SELECT count(*) FROM run' 2

begin 'an interrupted run carries on with its own --pending, and a line names it'
partial_run
mend_stores
printf '%s\n' ExistingCertificateId,CertificateId,RejectLine 999,201,1 101,201,2 >i.csv
run 6 -q apply --pending refuse --max-errors 0 --chunk 1 i.csv
sql 'SELECT rows_read FROM run WHERE id = 2' 1
run 2 -q apply --pending keep i.csv
told 'i.csv: run 2 of this manifest has --pending "refuse", not "keep": repeat it as it was, or give it up with `pfxreplace runs abandon`'
run 1 check i.csv
is 'note' "$(grep 'is taken' "$scratch/err")" 'pfxreplace: i.csv: --pending refuse is taken, as run 2 has it'
run 1 apply i.csv
is 'note' "$(grep 'is taken' "$scratch/err")" 'pfxreplace: i.csv: --pending refuse is taken, as run 2 has it'
is 'pending' "$(grep -c 'i.csv:3: .*job-pending' "$scratch/err")" 1
two_jobs
run 0 -q verify

# ---- rejects of rejects ----------------------------------------------------------------------

unmended='malformed-record: not mended yet, RejectRecord has the record as it was: expected its fields'

begin 'a malformed row that is not mended yet keeps its record'
company
printf '%s\n' ExistingCertificateId,CertificateId,Password,Note '107,2"07,hunter2,a' '101,201,,b' >m.csv
run 1 -q apply --rejects r1.csv m.csv
head='ExistingCertificateId,CertificateId,Password,Note,RejectLine,RejectReasons,RejectRecord'
record='"107,2""07,hunter2,a"'
is 'the first rejects' "$(sed -n 2p r1.csv | sed 's/.*,"107/"107/')" "$record"
sed -n '1,2p' r1.csv >a.csv
run 1 check --rejects c.csv a.csv
told 'a.csv: Note: not a field of a replace request: ignored' "a.csv: $note" "a.csv:2: ${unmended#*: } [malformed-record]" 'a.csv: check: 1 row read: 0 succeeded, 1 rejected' \
	'a.csv: no jobs to create' 'a.csv: 1 row to mend in c.csv, then: pfxreplace apply c.csv'
same c.csv "$head
,,,,2,\"$unmended\",$record"
run 1 apply --rejects r2.csv a.csv
is 'the password' "$(cat "$scratch/err" a.results.csv | grep -c hunter2)" 0
same r2.csv "$head
,,,,2,\"run 2: $unmended\",$record"
sql "SELECT outcome, certificate, messages LIKE '%not mended yet%', messages LIKE '%hunter2%' FROM request WHERE id >> 32 = 2" '4||1|0'
# And a third time.
run 1 -q apply --rejects r3.csv r2.csv
same r3.csv "$head
,,,,2,\"run 3: $unmended\",$record"
# A mended one is as any other row; its record is dropped.
sed '2s/^,,,,/107,999,,a,/' r2.csv >mended.csv
run 1 -q apply --rejects r4.csv mended.csv
is 'mended' "$(sed -n 2p r4.csv | cut -d, -f 1-5)" 107,999,,a,2
is 'its record' "$(sed -n 2p r4.csv | sed 's/.*,//')" ''
is 'its code' "$(grep -c malformed r4.csv)" 0
# Without the record the row has no certificate, as before.
printf '%s\n' "$head" ',,,,2,x,' >empty.csv
run 1 -q apply --rejects r5.csv empty.csv
is 'its code' "$(grep -c missing-existing-certificate r5.csv)" 1

for format in jsonl json; do
	begin "a malformed row that is not mended yet keeps its record in $format"
	company
	printf '%s\n' '{"ExistingCertificateId":107,"Password":"hunter2",x}' '{"ExistingCertificateId":102,"CertificateId":202}' >m.jsonl
	run 1 -q apply --rejects r1.jsonl m.jsonl
	cp r1.jsonl a.$format
	[ $format = jsonl ] || { echo "[$(cat r1.jsonl)]" >a.json; }
	run 1 apply --rejects r2.jsonl a.$format
	told "a.$format: $note" "a.$format:1: ${unmended#*: } [malformed-record]" "a.$format: run 2: 1 row read: 0 succeeded, 1 rejected" \
		"a.$format: no jobs created" "a.$format: results in a.results.jsonl" \
		"a.$format: 1 row to mend in r2.jsonl, then: pfxreplace apply r2.jsonl"
	same r2.jsonl "{\"RejectLine\":\"1\",\"RejectReasons\":\"run 2: $unmended\",\"RejectRecord\":\"{\\\"ExistingCertificateId\\\":107,\\\"Password\\\":\\\"hunter2\\\",x}\"}"
	# Null and empty fields are none; nor is an empty record one.
	printf '%s\n' '{"ExistingCertificateId":null,"Password":"","Note":1,"RejectRecord":"x"}' '{"RejectRecord":""}' >b.jsonl
	run 1 -q apply --rejects r3.jsonl b.jsonl
	is 'first' "$(sed -n 1p r3.jsonl)" "{\"ExistingCertificateId\":null,\"Password\":\"\",\"Note\":1,\"RejectLine\":\"1\",\"RejectReasons\":\"run 3: $unmended\",\"RejectRecord\":\"x\"}"
	is 'second' "$(sed -n 2p r3.jsonl | grep -c 'missing-existing-certificate')" 1
done

begin 'a record of 64 KiB is kept whole'
company
awk 'BEGIN { printf "{\"a\":"; for (i = 0; i < 40000; i++) printf "\"\""; print "x" }' >m.jsonl
run 1 -q apply --rejects r1.jsonl m.jsonl
run 1 -q apply --rejects r2.jsonl r1.jsonl
is 'code' "$(grep -c 'not mended yet' r2.jsonl)" 1
is 'record' "$(sed 's/.*"RejectRecord"//' r2.jsonl | cksum)" "$(sed 's/.*"RejectRecord"//' r1.jsonl | cksum)"

# ---- many rows -------------------------------------------------------------------------------

found_crowd 400

# Each row reached one of its two stores; the other one is mended.
mended_crowd() {
	crowd
	run 1 -q apply --rejects r.csv crowd.csv
	is 'rows' "$(wc -l <r.csv)" 401
	mend_stores
}

begin 'a change at any place of a long rejects file is seen'
crowd
run 1 -q apply --rejects r.csv crowd.csv
is 'more than a piece' "$(($(wc -c <r.csv) > 40000))" 1
run 1 apply --rejects r.csv crowd.csv
is 'as it was' "$(tail -n 1 "$scratch/err")" 'pfxreplace: crowd.csv: 400 rows to mend in r.csv, then: pfxreplace apply r.csv'
cp r.csv as.it.was
for place in 2 200 401; do
	sed "${place}s/,/;/" as.it.was >r.csv
	cp r.csv mended
	run 1 -q apply --rejects r.csv crowd.csv
	is "line $place" "$(tail -n 1 "$scratch/err")" "pfxreplace: crowd.csv: $changed"
	alike "line $place" mended r.csv
done

begin 'an uninterrupted run of 400 partial rows'
mended_crowd
run 0 -q apply --chunk 50 --rejects none.csv r.csv
is 'no rejects' "$(wc -l <none.csv)" 1
cp r.results.csv "$scratch/mended.results"
state inventory.db "$scratch/mended.state"
sql 'SELECT count(*), count(DISTINCT location) FROM job' '800|800'
sql 'SELECT succeeded, jobs_created, jobs_refused FROM run WHERE id = 2' '400|400|0'
sql "SELECT count FROM tally WHERE run = 2 AND name = 'job-kept'" 400
run 0 -q verify

for sync in 4 9 15; do
	begin "killed before sync $sync: the same command carries on, with the same setting"
	mended_crowd
	lying FAULT_SYNC=$sync FAULT_DO='kill -9 $PPID' run 137 -q apply --chunk 50 --rejects none.csv r.csv
	rows=$(sqlite3 inventory.db 'SELECT coalesce(max(rows_read), 0) FROM run WHERE id = 2')
	[ "$rows" -lt 400 ] || wrong "all rows were committed"
	[ "$sync" = 4 ] || is 'a part was committed' $((rows > 0)) 1
	run 0 -q check r.csv
	err ''
	run 0 apply --chunk 50 --rejects none.csv r.csv
	is 'note' "$(grep -c "r.csv: $note" "$scratch/err")" 1
	alike 'results' "$scratch/mended.results" r.results.csv
	is 'no rejects' "$(wc -l <none.csv)" 1
	state inventory.db mended.state
	alike 'jobs' "$scratch/mended.state" mended.state
done

finish
