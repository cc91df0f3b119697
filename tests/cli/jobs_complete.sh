#!/bin/sh
# jobs complete: what a report does to a job in each state, one by one and many at once.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"
# shellcheck source=tests/cli/one_job
. "$(dirname "$0")/one_job"

# A cell: state, result, exit status, outcome, code, status and result of the job, lines of its
# history, message on standard error.
cells() {
	while IFS='|' read -r state result wanted outcome code after lines told; do
		for with in '' "--claim $token"; do
			# A failure that the claimant has reported before is no second one.
			case "$state $result $with" in
			retry*failure*--claim*) outcome=unchanged after='5/4' lines=1 ;;
			esac
			made "$state"
			# shellcheck disable=SC2086 # two words or none
			run "$wanted" jobs complete 1 --result "$result" --message said $with
			out "{\"JobId\":1,\"Outcome\":\"$outcome\",\"Code\":$code}"
			err "${told:+pfxreplace: jobs: job 1: $told}"
			sql "SELECT status || '/' || result FROM job" "$after"
			sql 'SELECT count(*) FROM job_event' "$lines"
			sql "SELECT e.status || '/' || e.result FROM job_event e ORDER BY number DESC LIMIT 1" "$after"
			sql "SELECT count(*) FROM ready UNION ALL SELECT count(*) FROM lease" "$(
				case $after in
				5/4) printf '1\n0' ;;
				*) printf '0\n0' ;;
				esac
			)"
			run 0 verify
		done
	done
}

begin 'complete: active jobs'
for result in success:3/2 warning:3/3 failure:3/4; do
	for state in waiting later leased lost; do
		echo "$state|${result%:*}|0|completed|null|${result#*:}|2|"
	done
done >active
for result in success:3/2 warning:3/3 failure:3/4; do
	for state in retry retry-later; do
		echo "$state|${result%:*}|0|completed|null|${result#*:}|2|"
	done
done >>active
cells <active

begin 'complete: jobs that have ended'
cells <<-'END'
	failed|success|1|refused|"already-completed"|3/4|1|the job is completed already [already-completed]
	failed|warning|1|refused|"already-completed"|3/4|1|the job is completed already [already-completed]
	failed|failure|0|unchanged|null|3/4|1|
	succeeded|success|0|unchanged|null|3/2|1|
	succeeded|warning|1|refused|"already-completed"|3/2|1|the job is completed already [already-completed]
	succeeded|failure|1|refused|"already-completed"|3/2|1|the job is completed already [already-completed]
	warned|success|1|refused|"already-completed"|3/3|1|the job is completed already [already-completed]
	warned|warning|0|unchanged|null|3/3|1|
	warned|failure|1|refused|"already-completed"|3/3|1|the job is completed already [already-completed]
	acknowledged-failure|success|1|refused|"already-acknowledged"|4/4|1|the job is acknowledged already [already-acknowledged]
	acknowledged-failure|warning|1|refused|"already-acknowledged"|4/4|1|the job is acknowledged already [already-acknowledged]
	acknowledged-failure|failure|1|refused|"already-acknowledged"|4/4|1|the job is acknowledged already [already-acknowledged]
	acknowledged-success|success|1|refused|"already-acknowledged"|4/2|1|the job is acknowledged already [already-acknowledged]
	acknowledged-success|warning|1|refused|"already-acknowledged"|4/2|1|the job is acknowledged already [already-acknowledged]
	acknowledged-success|failure|1|refused|"already-acknowledged"|4/2|1|the job is acknowledged already [already-acknowledged]
	acknowledged-warning|success|1|refused|"already-acknowledged"|4/3|1|the job is acknowledged already [already-acknowledged]
	acknowledged-warning|warning|1|refused|"already-acknowledged"|4/3|1|the job is acknowledged already [already-acknowledged]
	acknowledged-warning|failure|1|refused|"already-acknowledged"|4/3|1|the job is acknowledged already [already-acknowledged]
	cancelled|success|1|refused|"job-cancelled"|4/0|2|the job was superseded or unscheduled [job-cancelled]
	cancelled|warning|1|refused|"job-cancelled"|4/0|2|the job was superseded or unscheduled [job-cancelled]
	cancelled|failure|1|refused|"job-cancelled"|4/0|2|the job was superseded or unscheduled [job-cancelled]
END
sql "SELECT event, lower(hex(claim)), message FROM job_event ORDER BY number DESC LIMIT 1" "late-report|$token|failure: said"
sql 'SELECT cancelled_by FROM job' somebody

begin 'claim: each state'
for state in waiting later leased lost retry retry-later failed succeeded warned \
	acknowledged-failure acknowledged-success acknowledged-warning cancelled; do
	made $state
	run 0 jobs claim
	err ''
	case $state in
	waiting | lost | retry)
		is "$state is handed out" "$(sed -E 's/.*"Attempt":([0-9]+),.*/\1/' "$scratch/out")" 2
		sql "SELECT status || '/' || result FROM job" 2/0
		;;
	*) out '' ;;
	esac
	run 0 verify
done

begin 'complete: a failure with retries is due again after 60 s, doubled each time'
made leased
sqlite3 inventory.db 'UPDATE run SET retries = 2'
run 0 jobs complete 1 --result failure --message 'the keystore is locked'
out '{"JobId":1,"Outcome":"will-retry","Code":null}'
sql "SELECT job.status, job.result, completed_at, job.message, (h.due_at - e.at) FROM job JOIN handling h ON h.job = id JOIN job_event e ON e.job = id AND number = 2" \
	'5|4||the keystore is locked|60000'
sql 'SELECT r.due_at = h.due_at, count(*) FROM ready r, handling h' '1|1'
run 0 jobs claim
out ''
run 0 jobs complete 1 --result failure
sql 'SELECT h.due_at - e.at, failures FROM handling h JOIN job_event e ON e.job = h.job AND number = 3' '120000|2'
run 0 jobs complete 1 --result failure
out '{"JobId":1,"Outcome":"completed","Code":null}'
sql 'SELECT status, result, message FROM job; SELECT failures FROM handling; SELECT count(*) FROM ready' '3|4|
3
0'
run 0 verify
made leased
sqlite3 inventory.db 'UPDATE run SET retries = 2, window_end = unixepoch() * 1000 + 59000'
run 0 jobs complete 1 --result failure
out '{"JobId":1,"Outcome":"completed","Code":null}'

begin 'complete: what cannot be'
made leased
run 1 jobs complete 7 --result success
out '{"JobId":7,"Outcome":"refused","Code":"no-such-job"}'
err 'pfxreplace: jobs: job 7: there is no job of this id [no-such-job]'
run 1 jobs complete 1 --result success --claim ffffffffffffffffffffffffffffffff
out '{"JobId":1,"Outcome":"refused","Code":"lease-lost"}'
err 'pfxreplace: jobs: job 1: the claim is not the last one of the job [lease-lost]'
sqlite3 inventory.db "INSERT INTO role_permission VALUES ('Tests', '$operator', '/certificate_stores/read/1/')"
run 1 jobs complete 1 --result success
out '{"JobId":1,"Outcome":"refused","Code":"no-permission"}'
err 'pfxreplace: jobs: job 1: the operator may not schedule jobs for the store [no-permission]'
sql 'SELECT count(*) FROM job_event; SELECT status FROM job' '1
2'
run 2 jobs complete 1 --result maybe
run 2 jobs complete 1 2 --result success
err 'pfxreplace: jobs complete: --result: expected one JOBID; see `pfxreplace jobs complete --help`'
run 2 jobs complete 0 --result success
err 'pfxreplace: jobs complete: 0: expected the id of a job, as `pfxreplace jobs list` shows it; see `pfxreplace jobs complete --help`'
run 2 jobs complete 1 --result success --claim 12
err 'pfxreplace: jobs complete: --claim: expected the Claim of the job, 32 hexadecimal digits; see `pfxreplace jobs complete --help`'
run 2 jobs complete 1 --claim $token
err 'pfxreplace: jobs complete: --claim: expected --result and a JOBID; see `pfxreplace jobs complete --help`'
run 2 jobs complete 1 --result success --format csv
err 'pfxreplace: jobs complete: --format: expected a FILE, and no --result; see `pfxreplace jobs complete --help`'
run 3 jobs complete nowhere.csv

begin 'complete: 1,024 bytes of a message are kept, control characters escaped'
made leased
run 0 jobs complete 1 --result warning --message "$(printf 'a\tb\n\033[31m%01100d' 0)"
sql 'SELECT length(message), substr(message, 1, 21) FROM job' '1024|a\x09b\x0a\x1b[31m000'
sql 'SELECT (SELECT message FROM job) = message FROM job_event WHERE number = 2' 1

begin 'complete: many reports, as CSV, JSONL or an array'
company
manifest m.csv 107,207, 108,208, 109,209, 110,210, 111,211, 112,212,
"$PROGRAM" -q apply m.csv
run 0 jobs claim
cp "$scratch/out" claimed
claim() {
	sed -n -E "s/^\{\"JobId\":$1,\"Claim\":\"([0-9a-f]+)\".*/\1/p" claimed
}
cat >reports.csv <<-END
	JobId,Claim,Result,Message
	1,$(claim 1),success,
	2,,Warning,"two
	lines"
	3,$(claim 1),failure,
	9,,success,
	x,,success,
	4,zz,success,
	4,,done,
	5,$(claim 5),failure,locked
	5,$(claim 5),failure,locked
END
run 1 jobs complete reports.csv
out '{"JobId":1,"Outcome":"completed","Code":null}
{"JobId":2,"Outcome":"completed","Code":null}
{"JobId":3,"Outcome":"refused","Code":"lease-lost"}
{"JobId":9,"Outcome":"refused","Code":"no-such-job"}
{"JobId":null,"Outcome":"refused","Code":"malformed-record"}
{"JobId":4,"Outcome":"refused","Code":"malformed-record"}
{"JobId":4,"Outcome":"refused","Code":"malformed-record"}
{"JobId":5,"Outcome":"completed","Code":null}
{"JobId":5,"Outcome":"unchanged","Code":null}'
err 'pfxreplace: jobs: job 3: the claim is not the last one of the job [lease-lost]
pfxreplace: jobs: job 9: there is no job of this id [no-such-job]
pfxreplace: reports.csv:7: JobId: expected a JobId, a number from 1 [malformed-record]
pfxreplace: reports.csv:8: Claim: expected a Claim, 32 hexadecimal digits, or none [malformed-record]
pfxreplace: reports.csv:9: Result: expected success, warning or failure [malformed-record]'
sql 'SELECT id, status, result, message FROM job' '1|3|2|
2|3|3|two\x0alines
3|2|0|
4|2|0|
5|3|4|locked
6|2|0|'
printf '{"JobId":3,"Result":"success","Message":null}\n{"JobId":"4","Result":"success"}\n' >some
run 0 jobs complete <some
out '{"JobId":3,"Outcome":"completed","Code":null}
{"JobId":4,"Outcome":"completed","Code":null}'
echo '[{"JobId":6,"Result":"success"}]' >some.json
run 0 -q jobs complete some.json
out '{"JobId":6,"Outcome":"completed","Code":null}'
echo JobId,Message >no.csv
run 3 jobs complete no.csv
err 'pfxreplace: no.csv: it has no JobId or no Result: expected JobId and Result, and Claim and Message where there are any'
run 0 verify

begin 'complete: 1,000 reports a transaction'
throng
run 0 -q apply m.csv
seq 1 2500 | sed 's/.*/{"JobId":&,"Result":"success"}/' | "$PROGRAM" jobs complete >answers 2>told
is 'answers' "$(grep -c '"Outcome":"completed"' answers)" 2500
same told ''
sql 'SELECT count(*) FROM job WHERE status = 3 AND result = 2' 2500
run 0 verify

begin 'the sealed password of a row goes with the last job that can need it'
company
sqlite3 inventory.db "DELETE FROM role_permission WHERE permission = '/certificate_stores/read/2/'"
printf '%s\n' ExistingCertificateId,CertificateId,Password 101,201,secret >m.csv
chmod 600 m.csv
"$PROGRAM" -q apply m.csv >/dev/null 2>&1
sql 'SELECT count(*) FROM job; SELECT count(nullif(length(password), 0)) FROM request' '2
1'
run 0 jobs complete 1 --result success
sql 'SELECT count(nullif(length(password), 0)) FROM request' 1
run 0 jobs complete 2 --result failure
sql 'SELECT count(nullif(length(password), 0)) FROM request' 1
sqlite3 inventory.db "UPDATE job SET status = 1, result = 0, completed_at = NULL WHERE id = 2; UPDATE job_event SET status = 1, result = 0 WHERE job = 2"
run 0 jobs complete 2 --result warning
sql 'SELECT count(nullif(length(password), 0)) FROM request' 0
run 0 verify

begin 'a job that was claimed, lost, claimed again, failed, tried again and completed'
company
manifest m.csv 107,207,
"$PROGRAM" -q apply m.csv
sqlite3 inventory.db 'UPDATE run SET retries = 1'
due() {
	sqlite3 inventory.db 'UPDATE lease SET until = until - 4000000; UPDATE ready SET due_at = due_at - 4000000;
		UPDATE handling SET lease_until = lease_until - 4000000, leased_at = leased_at - 4000000, due_at = due_at - 4000000'
}
run 0 -q jobs claim
due
run 0 -q jobs claim
run 0 -q jobs complete 1 --result failure --message 'the keystore is locked'
due
run 0 -q jobs claim
run 0 -q jobs complete 1 --result success
sql 'SELECT number, event, operator, claim IS NOT NULL, status, result, message FROM job_event' "1|claim|$operator|1|2|0|
2|lost|$operator|1|2|0|
3|claim|$operator|1|2|0|
4|complete|$operator|0|5|4|the keystore is locked
5|claim|$operator|1|2|0|
6|complete|$operator|0|3|2|"
sql 'SELECT attempts, failures FROM handling' '3|1'
masked() {
	sed -E -i 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/[0-9a-f]{32}/CLAIM/g' "$scratch/out"
}
run 0 show job 1 --format table --columns Event,EventOperator,Claim,EventStatus,EventResult,EventMessage
masked
out "History
Event     EventOperator  Claim                             EventStatus         EventResult  EventMessage
claim     $operator           CLAIM  InProcess           Unknown
lost      $operator           CLAIM  InProcess           Unknown
claim     $operator           CLAIM  InProcess           Unknown
complete  $operator                                             CompletedWillRetry  Failure      the keystore is locked
claim     $operator           CLAIM  InProcess           Unknown
complete  $operator                                             Completed           Success"
run 0 show job 1 --format jsonl --columns History
masked
out "{\"History\":[{\"EventAt\":\"TIME\",\"Event\":\"claim\",\"EventOperator\":\"$operator\",\"Claim\":\"CLAIM\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},{\"EventAt\":\"TIME\",\"Event\":\"lost\",\"EventOperator\":\"$operator\",\"Claim\":\"CLAIM\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},{\"EventAt\":\"TIME\",\"Event\":\"claim\",\"EventOperator\":\"$operator\",\"Claim\":\"CLAIM\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},{\"EventAt\":\"TIME\",\"Event\":\"complete\",\"EventOperator\":\"$operator\",\"Claim\":null,\"EventStatus\":\"CompletedWillRetry\",\"EventResult\":\"Failure\",\"EventMessage\":\"the keystore is locked\"},{\"EventAt\":\"TIME\",\"Event\":\"claim\",\"EventOperator\":\"$operator\",\"Claim\":\"CLAIM\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},{\"EventAt\":\"TIME\",\"Event\":\"complete\",\"EventOperator\":\"$operator\",\"Claim\":null,\"EventStatus\":\"Completed\",\"EventResult\":\"Success\",\"EventMessage\":null}]}"
run 0 verify

finish
