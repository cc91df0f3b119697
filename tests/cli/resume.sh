#!/bin/sh
# Runs that are interrupted or repeated: nothing twice, nothing lost, the same bytes.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# ---- a manifest whose run prints much --------------------------------------------------------

# 2,000 certificates, each in two stores of which one is refused: with -v a run prints more than a
# pipe holds, so that a pipe that nobody reads stops it in the middle of a chunk.
found_crowd() {
	mkdir "$scratch/crowd"
	company
	sqlite3 inventory.db "
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
		INSERT INTO certificate(id, thumbprint, not_before, not_after, key_type, key_size, issuer_dn, names, key_usage,
			extended_usages, signature, is_ca)
		SELECT 1000000 + i, printf('F%039X', i), 0, 4000000000000, 'RSA', 2048, 'CN=CA', '[]', 160, '', '1.2.3', 0 FROM n;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
		INSERT INTO location(store, alias, certificate)
		SELECT s.id, 'c' || i, 1000000 + i FROM n, store s WHERE s.guid IN ('$web', '$vault')" ||
		wrong 'sqlite3 failed'
	{
		echo ExistingCertificateId,CertificateId,JobTime,Password
		seq 1000001 1002000 | awk '{ print $1 "," $1 + 2000 ",2080-01-01T00:00:00Z,long-" $1 }'
	} >crowd.csv
	cp inventory.db* crowd.csv "$scratch/crowd"
	# The reference: what an uninterrupted run leaves.
	"$PROGRAM" -q apply crowd.csv 2>/dev/null
	state inventory.db "$scratch/crowd.state"
	cp crowd.results.csv "$scratch/crowd.results"
	rm -f ./*
}

crowd() {
	[ -d "$scratch/crowd" ] || found_crowd
	cp "$scratch/crowd"/* .
}

# Starts apply with a pipe for standard error that nobody reads, and waits until rows were
# committed. -> $running
start_stuck() {
	mkfifo pipe
	exec 8<>pipe
	"$PROGRAM" -v apply --chunk 50 --rejects rejects.csv --summary s.json crowd.csv 2>pipe 8>&- &
	running=$!
	tries=0
	while [ "$(sqlite3 inventory.db 'PRAGMA busy_timeout = 5000; SELECT ifnull(max(rows_read), 0) FROM run' |
		tail -n 1)" -lt 100 ]; do
		tries=$((tries + 1))
		if [ $tries -gt 3000 ]; then
			wrong 'the run does not start'
			kill -9 $running
			break
		fi
		sleep 0.01
	done
	# The pipe is full when the run makes no more progress.
	before=
	while now=$(sqlite3 inventory.db 'PRAGMA busy_timeout = 5000; SELECT max(rows_read) FROM run' | tail -n 1) &&
		[ "$now" != "$before" ]; do
		before=$now
		sleep 0.05
	done
}

# ended STATUS: reads the pipe from now on, and expects this status of the started run
ended() {
	exec 9<pipe 8>&-
	cat <&9 >/dev/null &
	reading=$!
	exec 9<&-
	wait $running 2>/dev/null
	status=$?
	wait $reading
	[ $status = "$1" ] || wrong "status $status, expected $1"
}

published() {
	for file in crowd.results.csv rejects.csv s.json; do
		[ ! -e $file ] || printf '%s ' $file
	done
}

# The same command, to its end, leaves what an uninterrupted run leaves.
carry_on() {
	crowd_done=$(sqlite3 inventory.db 'SELECT rows_read FROM run')
	run 1 -q apply --chunk 50 --rejects rejects.csv --summary s.json crowd.csv
	crowd_told $((crowd_done + 1)) 2000 'run 1' 2000
	state inventory.db crowd.state
	alike 'jobs' "$scratch/crowd.state" crowd.state
	alike 'results' "$scratch/crowd.results" crowd.results.csv
	sql 'SELECT count(*), count(DISTINCT location), count(DISTINCT request) FROM job' '2000|2000|2000'
	is 'Complete' "$(grep -c '"Complete":true,"ExitStatus":1,"Rows":{"Read":2000,"Succeeded":0,"Partial":2000,' s.json)" 1
}

begin 'killed in the middle: the same command carries on'
crowd
start_stuck
kill -9 $running
ended 137
committed=$(sqlite3 inventory.db 'SELECT rows_read FROM run')
is 'published' "$(published)" ''
[ "$committed" -lt 2000 ] || wrong "$committed rows were committed: the run was not hit in its middle"
is 'whole chunks' $((committed % 50)) 0
sql 'SELECT count(*), max(id & 4294967295) FROM request' "$committed|$committed"
sql 'SELECT state, finished_at IS NULL FROM run' '0|1'
run 1 results 1
is 'results so far' "$(wc -l <"$scratch/out")" $((committed + 1))
told "inventory.db: run 1 is not finished: these are its first $committed of 2000 rows"
carry_on

begin 'SIGTERM finishes the chunk, then the same command carries on'
crowd
start_stuck
kill -TERM $running
ended 143
committed=$(sqlite3 inventory.db 'SELECT rows_read FROM run')
[ "$committed" -lt 2000 ] || wrong "$committed rows were committed: the run was not hit in its middle"
is 'the chunk' "$committed" $((now + 50))
is 'published' "$(published)" 's.json '
is 'Complete' "$(grep -c '"FinishedAt":null,"Complete":false,"ExitStatus":143,"Rows":{"Read":'"$committed"',' s.json)" 1
carry_on

begin 'a second SIGTERM stops at once'
crowd
start_stuck
kill -TERM $running
sleep 0.1
kill -TERM $running
ended 143
sql 'SELECT rows_read, state FROM run' "$now|0"
is 'published' "$(published)" ''
carry_on

begin 'a manifest that changes while it is read stops the run, which carries on with it as it was'
crowd
start_stuck
cp crowd.csv kept.csv
echo 107,207,, >>crowd.csv
ended 3
committed=$now
sql 'SELECT rows_read, state FROM run' "$committed|0"
is 'published' "$(published)" 's.json '
is 'Complete' "$(grep -c '"Complete":false,"ExitStatus":3,"Rows":{"Read":'"$committed"',' s.json)" 1
run 3 -q apply crowd.csv
told "crowd.csv: the manifest has changed since run 1 of it was interrupted: bring it back as it was, or give that run up with \`pfxreplace runs abandon 1\`"
cp kept.csv crowd.csv
carry_on

begin 'a chunk that is larger than the page cache: those who look up go on reading'
crowd
{
	echo ExistingCertificateId,CertificateId,Password
	seq 1000001 1000620 | awk -v long="$(head -c 60000 /dev/zero | tr '\0' x)" '{ print $1 "," $1 + 2000 "," long }'
} >large.csv
run 1 -q apply --chunk 100000 large.csv
sed -i 's/large/crowd/' "$scratch/err"
crowd_told 1 620 'run 1' 620
sql 'SELECT rows_read, partial, jobs_created, jobs_refused FROM run' '620|620|620|620'
sql 'SELECT count(*), min(length(password)), max(length(password)) FROM request' '620|60029|60029'

begin 'SIGUSR1 tells how far it is, and the command goes on'
company
mkfifo slow
"$PROGRAM" -q apply --results r.csv - <slow 2>told &
running=$!
exec 8>slow
until grep -q 'apply' inventory.db.lock; do sleep 0.01; done
kill -USR1 $running
until [ -s told ]; do sleep 0.01; done
manifest m.csv 107,207,
cat m.csv >&8
exec 8>&-
wait $running
is 'status' $? 0
same told 'pfxreplace: nothing was begun yet'
results r.csv "2,107,207,,,succeeded,$web,,"
crowd
run 1 -q apply --chunk 500 crowd.csv
rm slow
mkfifo slow
exec 8<>slow
"$PROGRAM" results 1 >slow 2>told 8>&- &
running=$!
# It catches SIGUSR1 (bit 9 of the set), and says what it does as soon as it has begun. Nobody reads:
# it comes as far as the pipe has room.
until grep -q '^SigCgt:.*[2367abef]..$' /proc/$running/status; do sleep 0.01; done
until grep -q ': [1-9][0-9]* of 2000 rows of results' told || ! kill -USR1 $running; do sleep 0.05; done
cat <slow >read.csv 8>&- &
reading=$!
exec 8>&-
wait $running
is 'status' $? 1
wait $reading
alike 'the results' crowd.results.csv read.csv
sed -i -E 's/: [1-9][0-9]* (of 2000 rows of results), [0-9]+%(, [0-9]+ rows of results\/s)?(, [0-9]+ s left)?$/: N \1/' told
is 'what it said last' "$(tail -n 1 told)" 'pfxreplace: run 1: N of 2000 rows of results'

for signal in INT:130 HUP:129; do
	begin "SIG${signal%:*} is status ${signal#*:}"
	crowd
	mkfifo pipe
	exec 8<>pipe
	# A shell without job control starts background commands with SIGINT ignored.
	env --default-signal=INT "$PROGRAM" -v apply --chunk 500 crowd.csv 2>pipe 8>&- &
	running=$!
	# The first chunk cannot end, for its messages fill the pipe.
	while [ "$(stat -c %s inventory.db-journal 2>/dev/null || echo 0)" = 0 ]; do sleep 0.01; done
	kill "-${signal%:*}" $running
	exec 9<pipe 8>&-
	grep -v 'alias c[0-9]*: ' <&9 >last &
	reading=$!
	exec 9<&-
	wait $running
	is 'status' $? "${signal#*:}"
	wait $reading
	same last 'pfxreplace: crowd.csv: stopping after this chunk; a second signal stops at once
pfxreplace: crowd.csv: 500 rows: no-permission: the operator may not schedule jobs for the store (lines 2, 3, 4, ...)
pfxreplace: crowd.csv: run 1 so far: 500 rows read: 0 succeeded, 500 partial
pfxreplace: crowd.csv: 500 jobs created: 0 due at once, 500 at 2080-01-01T00:00:00Z; 500 refused
pfxreplace: crowd.csv: interrupted after 500 of 2000 rows; the same command carries on'
	is 'published' "$(published)" ''
done

# ---- --max-errors ----------------------------------------------------------------------------

# Rows 2, 4 and 5 fail or are rejected, row 6 is an exact repetition of row 1.
small() {
	manifest m.csv 0107,207, 105,205, 104,204, 106,206, 101,999, 107,207, 108,208,2080-01-01T00:00:00Z 0109,209,
}
small_errors='"Codes":{"unknown-certificate":1,"not-in-any-store":1,"no-permission":1}'

begin '--max-errors stops behind the row that is one too many, and the same command carries on'
company
small
run 1 -q apply m.csv
state inventory.db whole.state
mv m.results.csv whole.csv
company
run 6 apply --max-errors 1 --rejects r.csv --summary s.json m.csv
out ''
told "m.csv:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]" \
	'm.csv:5: ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]' \
	'm.csv: warnings: 1 several-aliases (line 4), 4 mixed-job-times (lines 2, 3, 4, ...)' \
	'm.csv: repaired: 1 leading-zeros (leading zeros of a number; line 2)' \
	'm.csv: run 1 so far: 4 rows read: 2 succeeded, 1 failed, 1 rejected' \
	'm.csv: 3 jobs created: 3 due at once; 1 refused' \
	'm.csv:5: stopped by --max-errors: 2 rows rejected or failed; the same command carries on behind this row'
is 'files' "$(echo ./*.csv ./*.json)" './m.csv ./whole.csv ./s.json'
summary s.json '{"Run":1,"Manifest":"m.csv","ManifestSha256":"'"$(sha256sum m.csv | cut -c1-64)"'","Operator":"OPERATOR","Reference":null,"StartedAt":"TIME","FinishedAt":null,"Complete":false,"ExitStatus":6,"Rows":{"Read":4,"Succeeded":2,"Partial":0,"Failed":1,"Rejected":1,"Skipped":0},"Jobs":{"Created":3,"Refused":1,"Superseded":0},"Codes":{"not-in-any-store":1,"no-permission":1},"Warnings":{"several-aliases":1,"mixed-job-times":4},"Repairs":{"leading-zeros":1}}'
sql 'SELECT state, rows_read, rows_total, line FROM run' '0|4|8|6'
# Each invocation counts from 0: one more error is not too many.
run 1 apply --max-errors 1 --rejects r.csv --summary s.json m.csv
told 'm.csv: run 1 carries on after 4 of 8 rows' \
	'm.csv:6: CertificateId: no certificate 999 in the inventory [unknown-certificate]' \
	'm.csv: warnings: 1 several-aliases, 6 mixed-job-times (lines 6, 9), 1 exact-repetition (line 7)' \
	'm.csv: repaired: 2 leading-zeros (leading zeros of a number; line 2, 9)' \
	'm.csv: run 1: 8 rows read: 4 succeeded, 1 failed, 2 rejected, 1 skipped' \
	'm.csv: 5 jobs created: 4 due at once, 1 at 2080-01-01T00:00:00Z; 1 refused' \
	'm.csv: results in m.results.csv, summary in s.json' \
	'm.csv: 3 rows to mend in r.csv, then: pfxreplace apply r.csv'
alike 'results' whole.csv m.results.csv
state inventory.db stopped.state
alike 'jobs' whole.state stopped.state
is 'rejects' "$(cut -d , -f 1,2 r.csv | tr '\n' ' ')" 'ExistingCertificateId,CertificateId 105,205 106,206 101,999 '
summary s.json '{"Run":1,"Manifest":"m.csv","ManifestSha256":"'"$(sha256sum m.csv | cut -c1-64)"'","Operator":"OPERATOR","Reference":null,"StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":1,"Rows":{"Read":8,"Succeeded":4,"Partial":0,"Failed":1,"Rejected":2,"Skipped":1},"Jobs":{"Created":5,"Refused":1,"Superseded":0},'"$small_errors"',"Warnings":{"several-aliases":1,"mixed-job-times":6,"exact-repetition":1},"Repairs":{"leading-zeros":2}}'

begin 'check stops at the row where apply stops, and counts the same'
company
small
run 6 -q check --max-errors 1 --summary c.json m.csv
run 6 -q apply --max-errors 1 --summary s.json m.csv
is 'the summary' "$(sed 's/.*"Complete"/"Complete"/' c.json)" "$(sed 's/.*"Complete"/"Complete"/' s.json)"

begin '--max-errors 0, row by row to the end'
company
small
while IFS='|' read -r line fault rows; do
	run 6 -q apply --max-errors 0 --chunk 3 m.csv
	told "m.csv:$line: $fault" "m.csv: run 1 so far: $rows" \
		"m.csv:$line: stopped by --max-errors: 1 row rejected or failed; the same command carries on behind this row"
	is 'results' "$(ls m.results.csv 2>/dev/null)" ''
done <<END
3|store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]|2 rows read: 1 succeeded, 1 failed
5|ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]|4 rows read: 2 succeeded, 1 failed, 1 rejected
6|CertificateId: no certificate 999 in the inventory [unknown-certificate]|5 rows read: 2 succeeded, 1 failed, 2 rejected
END
run 1 -q apply --max-errors 0 --chunk 3 m.csv
told 'm.csv: run 1: 8 rows read: 4 succeeded, 1 failed, 2 rejected, 1 skipped'
sql 'SELECT state, rows_read, jobs_created FROM run' '1|8|5'

begin '--max-errors in percent of the rows of the manifest'
company
small
run 1 -q apply --max-errors 38% m.csv
company
run 6 -q apply --max-errors 37% m.csv
told "m.csv:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]" \
	'm.csv:5: ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]' \
	'm.csv:6: CertificateId: no certificate 999 in the inventory [unknown-certificate]' \
	'm.csv: run 1 so far: 5 rows read: 2 succeeded, 1 failed, 2 rejected' \
	'm.csv:6: stopped by --max-errors: 3 rows rejected or failed; the same command carries on behind this row'

begin 'check stops where apply would'
company
small
run 6 -q check --max-errors 1 --results r.csv m.csv
told "m.csv:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]" \
	'm.csv:5: ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]' \
	'm.csv: check so far: 4 rows read: 2 succeeded, 1 failed, 1 rejected' \
	'm.csv:5: apply would be stopped here by --max-errors 1'
is 'results' "$(ls r.csv 2>/dev/null)" ''

# ---- repeated --------------------------------------------------------------------------------

begin 'the same manifest again: nothing new, the same bytes, the same status, and it says so'
company
small
run 1 -q apply --rejects r.csv --summary s.json m.csv
state inventory.db first.state
mkdir first
mv m.results.csv r.csv s.json first
run 1 apply --rejects r.csv --summary s.json m.csv
told 'm.csv: run 1 has applied this manifest already, `pfxreplace results 1` has the reasons: no new jobs (--again asks for a new run)' \
	'm.csv: warnings: 1 several-aliases, 6 mixed-job-times, 1 exact-repetition' \
	'm.csv: repaired: 2 leading-zeros (leading zeros of a number; line 2, 9)' \
	'm.csv: run 1: 8 rows read: 4 succeeded, 1 failed, 2 rejected, 1 skipped' \
	'm.csv: 5 jobs created: 4 due at once, 1 at 2080-01-01T00:00:00Z; 1 refused' \
	'm.csv: results in m.results.csv, summary in s.json' \
	'm.csv: 3 rows to mend in r.csv, then: pfxreplace apply r.csv'
state inventory.db second.state
alike 'the database' first.state second.state
for file in m.results.csv r.csv s.json; do
	alike $file first/$file $file
done
# With another name, and with options that are not recorded, it is the same run.
cp m.csv other.csv
run 1 -q apply --chunk 1 --max-errors 0 --results-format jsonl --reference X other.csv
sql 'SELECT count(*), max(reference) IS NULL FROM run' '1|1'
is 'results' "$(wc -l <other.results.jsonl)" 8

begin 'a run that is carried on keeps its --retries'
company
manifest m.csv 107,207, 106,206, 108,208,
run 6 -q apply --max-errors 0 --retries 2 m.csv
sql 'SELECT state, rows_read, retries FROM run' '0|2|2'
run 1 apply --retries 5 m.csv
is 'carried on' "$(head -n 2 "$scratch/err")" 'pfxreplace: m.csv: run 1 carries on after 2 of 3 rows
pfxreplace: m.csv: --retries 5 is not taken: run 1 keeps its own, 2'
sql 'SELECT state, rows_read, retries FROM run' '1|3|2'
for command in apply check; do
	run 1 $command m.csv
	is 'a note without --retries' "$(grep -c -e --retries "$scratch/err")" 0
	run 1 $command --retries 2 m.csv
	is 'a note of the same' "$(grep -c -e --retries "$scratch/err")" 0
	run 1 $command --retries 0 m.csv
	is 'a note of none' "$(grep -e --retries "$scratch/err")" 'pfxreplace: m.csv: --retries 0 is not taken: run 1 keeps its own, 2'
done
sql 'SELECT retries FROM run' 2
run 1 -q apply --again --retries 5 m.csv
sql 'SELECT id, retries FROM run' '1|2
2|5'

begin '--again is a new run of a finished manifest, and carries an unfinished one on'
company
manifest m.csv 107,207, 106,206, 108,208,
run 6 -q apply --max-errors 0 m.csv
run 1 apply --again m.csv
is 'carried on' "$(head -n 1 "$scratch/err")" 'pfxreplace: m.csv: run 1 carries on after 2 of 3 rows'
run 1 -q apply --again m.csv
sql 'SELECT id, state, succeeded, failed, rejected, jobs_created, jobs_refused FROM run' '1|1|2|0|1|2|0
2|1|0|2|1|0|2'
run 1 results 2
alike 'the results are those of the latest run' m.results.csv "$scratch/out"
run 1 -q apply m.csv
sql 'SELECT count(*) FROM run' 2

begin 'other settings are refused, with their difference'
company
manifest m.csv 107,207, 106,206, 108,208,
run 6 -q apply --max-errors 0 --deny weaker-key --max-jobs-per-row 9 m.csv
while read -r difference options; do
	# shellcheck disable=SC2086 # words
	run 2 apply $options m.csv
	out ''
	told "m.csv: run 1 of this manifest has --$(echo "$difference" | tr _ ' '): repeat it as it was, or give it up with \`pfxreplace runs abandon\`"
done <<'END'
deny_"weaker-key",_not_"" --max-jobs-per-row 9
allow_"",_not_"certificate-expired" --deny weaker-key --max-jobs-per-row 9 --allow certificate-expired
window_"",_not_"2090-01-01T00:00:00Z/2091-01-01T00:00:00Z" --deny weaker-key --max-jobs-per-row 9 --window 2090-01-01T00:00:00Z/2091-01-01T00:00:00Z
pending_"refuse",_not_"keep" --deny weaker-key --max-jobs-per-row 9 --pending keep
ignore_"",_not_"Note" --deny weaker-key --max-jobs-per-row 9 --ignore Note
max-jobs-per-row_"9",_not_"8" --deny weaker-key --max-jobs-per-row 8
max-jobs-per-row_"9",_not_"" --deny weaker-key
END
run 2 check --deny weaker-key m.csv
told 'm.csv: run 1 of this manifest has --max-jobs-per-row "9", not "": repeat it as it was, or give it up with `pfxreplace runs abandon`'
sql 'SELECT count(*), sum(rows_read) FROM run' '1|2'
run 1 -q apply --max-jobs-per-row 9 --deny weaker-key --format csv --delimiter , m.csv
run 2 apply m.csv
told 'm.csv: run 1 of this manifest has --deny "weaker-key", not "": repeat it as it was, or ask for a new run with --again'

begin 'a manifest that changed under an interrupted run is refused until that is given up'
company
manifest m.csv 107,207, 106,206, 108,208,
ln -s m.csv link.csv
run 6 -q apply --max-errors 0 m.csv
manifest m.csv 107,207, 108,208,
for name in m.csv ./m.csv link.csv; do
	for command in apply check; do
		run 3 $command $name
		out ''
		told "$name: the manifest has changed since run 1 of it was interrupted: bring it back as it was, or give that run up with \`pfxreplace runs abandon 1\`"
	done
done
sql 'SELECT count(*) FROM run' 1
run 0 -q runs abandon 1
run 1 -q apply m.csv
results m.results.csv \
	"2,107,207,,,failed,,$web,\"job-pending: store $web, alias n107: job 1 of run 1 for certificate 207 is active (Waiting)\"" \
	"3,108,208,,,succeeded,$web,,"
sql 'SELECT id, state, rows_read FROM run' '1|2|2
2|1|2'

begin 'a manifest that was applied, changed and interrupted is refused when it is brought back as it was applied'
company
manifest m.csv 107,207,
run 0 -q apply m.csv
cp m.csv applied.csv
manifest m.csv 108,208, 106,206, 109,209,
run 6 -q apply --max-errors 0 m.csv
cp m.csv interrupted.csv
cp applied.csv m.csv
rm m.results.csv
run 3 apply m.csv
told 'm.csv: the manifest has changed since run 2 of it was interrupted: bring it back as it was, or give that run up with `pfxreplace runs abandon 2`'
is 'results' "$(echo ./*.results.csv)" './*.results.csv'
# Under another path it is the same run.
run 0 -q apply applied.csv
cp interrupted.csv m.csv
run 1 -q apply m.csv
cp applied.csv m.csv
run 0 -q apply m.csv
sql 'SELECT id, state, rows_read FROM run' '1|1|1
2|1|3'

begin 'an abandoned run is over: the same manifest is a new run'
company
manifest m.csv 107,207, 106,206, 108,208,
run 6 -q apply --max-errors 0 m.csv
run 0 -q runs abandon 1
run 1 -q apply m.csv
sql 'SELECT id, state, rows_read, jobs_created, jobs_refused FROM run' '1|2|2|1|0
2|1|3|1|1'

finish
