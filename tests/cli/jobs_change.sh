#!/bin/sh
# jobs unschedule, reschedule, acknowledge: each state, which jobs are meant, what is asked first.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"
# shellcheck source=tests/cli/one_job
. "$(dirname "$0")/one_job"
# shellcheck source=tests/cli/crowd
. "$(dirname "$0")/crowd"

completed='the job is completed already [already-completed]'
acknowledged='the job is acknowledged already [already-acknowledged]'
cancelled='the job was superseded or unscheduled [job-cancelled]'
in_process='the job is being carried out: its lease runs [in-process]'
not_ended='the job has not ended [not-ended]'

# verb_done VERB
verb_done() {
	case $1 in
	acknowledge) echo acknowledged ;;
	*) echo "${1}d" ;;
	esac
}

# A cell of the table: state, verb, status and result after it; where it is refused the reason,
# "nothing" where there is nothing to do.
cells() {
	while IFS='|' read -r state verb after why; do
		made "$state"
		before=$(sqlite3 inventory.db "SELECT status || '/' || result FROM job")
		time=
		[ "$verb" = reschedule ] && time='--time now'
		wanted=0 count=1 tail='' lines=2
		case $why in
		'') ;;
		nothing) count=0 tail=', 1 unchanged' lines=1 ;;
		*) wanted=1 count=0 tail=', 1 refused' lines=1 ;;
		esac
		[ $count = 1 ] || is "$state $verb" "$before" "$after"
		# shellcheck disable=SC2086 # two words or none
		run $wanted jobs "$verb" 1 $time --message 'as the change says'
		out ''
		{
			case $why in
			'' | nothing) ;;
			*) echo "pfxreplace: jobs: job 1: $why" ;;
			esac
			echo "pfxreplace: jobs $verb: $count job$([ $count = 1 ] || echo s) $(verb_done "$verb")$tail"
		} >expected
		sed -i "s/^pfxreplace: jobs $verb: 1 job to $verb\$//; /^\$/d" "$scratch/err"
		err "$(cat expected)"
		sql "SELECT status || '/' || result FROM job" "$after"
		sql 'SELECT count(*) FROM job_event' $lines
		[ $count = 0 ] || sql "SELECT event, operator, message, status || '/' || result FROM job_event WHERE number = 2" \
			"$verb|$operator|as the change says|$after"
		[ "$verb$count" != reschedule1 ] || sql 'SELECT claim IS NULL FROM handling' 1
		case $state in
		leased) queues='0|1' ;;
		*)
			case $after in
			[125]/*) queues='1|0' ;;
			*) queues='0|0' ;;
			esac
			;;
		esac
		sql 'SELECT (SELECT count(*) FROM ready), (SELECT count(*) FROM lease)' "$queues"
		run 0 verify
	done
}

begin 'unschedule: each state'
cells <<END
waiting|unschedule|4/0|
later|unschedule|4/0|
leased|unschedule|2/0|$in_process
lost|unschedule|4/0|
retry|unschedule|4/0|
retry-later|unschedule|4/0|
failed|unschedule|3/4|$completed
succeeded|unschedule|3/2|$completed
warned|unschedule|3/3|$completed
acknowledged-failure|unschedule|4/4|$acknowledged
acknowledged-success|unschedule|4/2|$acknowledged
acknowledged-warning|unschedule|4/3|$acknowledged
cancelled|unschedule|4/0|nothing
END

begin 'reschedule: each state'
cells <<END
waiting|reschedule|1/0|
later|reschedule|1/0|
leased|reschedule|2/0|$in_process
lost|reschedule|1/0|
retry|reschedule|1/0|
retry-later|reschedule|1/0|
failed|reschedule|1/0|
succeeded|reschedule|3/2|$completed
warned|reschedule|3/3|$completed
acknowledged-failure|reschedule|1/0|
acknowledged-success|reschedule|4/2|$acknowledged
acknowledged-warning|reschedule|4/3|$acknowledged
cancelled|reschedule|4/0|$cancelled
END

begin 'acknowledge: each state'
cells <<END
waiting|acknowledge|1/0|$not_ended
later|acknowledge|1/0|$not_ended
leased|acknowledge|2/0|$in_process
lost|acknowledge|2/0|$not_ended
retry|acknowledge|4/4|
retry-later|acknowledge|4/4|
failed|acknowledge|4/4|
succeeded|acknowledge|4/2|
warned|acknowledge|4/3|
acknowledged-failure|acknowledge|4/4|nothing
acknowledged-success|acknowledge|4/2|nothing
acknowledged-warning|acknowledge|4/3|nothing
cancelled|acknowledge|4/0|$cancelled
END
made succeeded
sqlite3 inventory.db "UPDATE store SET inventoried_at = 1; UPDATE job SET proven_at = (SELECT created_at + 1 FROM request)"
run 0 jobs acknowledge 1
err 'pfxreplace: jobs acknowledge: 1 job to acknowledge
pfxreplace: jobs acknowledge: 0 jobs acknowledged, 1 unchanged'
sql 'SELECT status, result FROM job; SELECT count(*) FROM job_event' '3|2
1'

begin 'unschedule: CancelledBy is the operator; a report that comes late is kept'
made retry
run 0 -q jobs unschedule 1
err ''
sql 'SELECT cancelled_by FROM job' "$operator"
run 1 jobs complete 1 --result success
out '{"JobId":1,"Outcome":"refused","Code":"job-cancelled"}'
run 0 verify

begin 'reschedule: the new time, out of the window, with failures and claims anew'
made failed
sqlite3 inventory.db 'UPDATE run SET window_end = 1, retries = 1; UPDATE handling SET failures = 1, claims = 1'
run 0 jobs reschedule 1 --time 2031-01-02T03:04:05Z
err 'pfxreplace: jobs reschedule: 1 job to reschedule to 2031-01-02T03:04:05Z
pfxreplace: jobs reschedule: 1 job rescheduled'
sql "SELECT due_at, rescheduled, attempts, claims, failures FROM handling; SELECT machine, due_at, job FROM ready
	UNION ALL SELECT name, value, '' FROM counter WHERE name = 'reactivated'" '1925089445000|1|1|0|0
host.example.com|1925089445000|1
reactivated|1|'
sql 'SELECT completed_at FROM job' ''
sql 'SELECT message FROM job_event WHERE number = 2' 'to 2031-01-02T03:04:05Z'
run 0 jobs claim
out ''
# Who had claimed it before cannot report for it any more.
run 1 jobs complete 1 --result success --claim $token
out '{"JobId":1,"Outcome":"refused","Code":"lease-lost"}'
run 1 jobs renew 1 --claim $token
err 'pfxreplace: jobs: job 1: the claim is not the last one of the job [lease-lost]'
sql 'SELECT status FROM job; SELECT count(*) FROM job_event' '1
2'
run 0 -q jobs reschedule 1 --time NOW
run 0 jobs reschedule 1 --time 2001-01-01T00:00:00Z
sql "SELECT due_at > 1700000000000 FROM handling; SELECT value FROM counter WHERE name = 'reactivated'" '1
1'
run 0 jobs claim
is 'attempt' "$(sed -E 's/.*"Attempt":([0-9]+),.*/\1/' "$scratch/out")" 2
run 0 verify

# against WHY SQL: a job that failed, with this done to it, is not rescheduled.
against() {
	made failed
	sqlite3 inventory.db "$2"
	run 1 jobs reschedule 1 --time "${3:-now}" --dry-run --columns JobId,Status,Result,Code
	out "JobId,Status,Result,Code
1,Completed,Failure,$(expr "$1" : '.*\[\(.*\)\]')"
	run 1 -q jobs reschedule 1 --time "${3:-now}"
	err "pfxreplace: jobs: job 1: $1
pfxreplace: jobs reschedule: 0 jobs rescheduled, 1 refused"
	sql 'SELECT status, result FROM job WHERE id = 1; SELECT count(*) FROM job_event' '3|4
1'
	sql 'SELECT count(*) FROM ready' "${4:-0}"
}
second="INSERT INTO job SELECT 2, request, location, 3, 4, 5, NULL, NULL, store, NULL FROM job;"

begin 'reschedule: what is against it'
against 'an inventory has shown its new certificate [already-proven]' \
	'UPDATE job SET proven_at = (SELECT created_at + 1 FROM request)'
against 'another job of its location is active [job-pending]' \
	"$second UPDATE job SET status = 1, result = 0, completed_at = NULL WHERE id = 2;
	INSERT INTO ready SELECT 'host.example.com', started_at, 2 FROM run; UPDATE counter SET value = 2 WHERE name = 'ready-to'" now 1
for after in '3, result = 4' '3, result = 2' '3, result = 3' '4, result = 4' '4, result = 2'; do
	against 'a later job of its location has ended since [later-job]' "$second UPDATE job SET status = $after WHERE id = 2"
done
against 'the store was removed [store-removed]' "UPDATE store SET removed = 1 WHERE guid = '$web'"
against 'the store is not approved [not-approved]' "UPDATE store SET approved = 0 WHERE guid = '$web'"
against 'the password of its row was destroyed [password-gone]' "UPDATE request SET password = x''"
against 'the password of its row was destroyed [password-gone]' 'UPDATE store_type SET entry_password = 2'
against 'the new certificate is expired then [certificate-expired]' 'UPDATE certificate SET not_after = 5 WHERE id = 207'
against 'the new certificate is expired then [certificate-expired]' "UPDATE certificate SET not_after = 1925089445000 WHERE id = 207" \
	2031-01-02T03:04:05Z
against 'the new certificate is not valid by then [certificate-not-yet-valid]' \
	'UPDATE certificate SET not_before = 1925089445001 WHERE id = 207' 2031-01-02T03:04:05Z
against 'the new certificate is revoked [certificate-revoked]' 'UPDATE certificate SET revoked_at = 5 WHERE id = 207'

begin 'reschedule: what is not against it'
for change in "$second UPDATE job SET status = 4, result = 0, cancelled_by = 'somebody' WHERE id = 2" \
	"UPDATE store_type SET entry_password = 0; UPDATE request SET password = x''" \
	"UPDATE run SET settings = replace(settings, 'allow=', 'allow=certificate-expired,certificate-revoked');
		UPDATE certificate SET not_after = 5, revoked_at = 5 WHERE id = 207" \
	"UPDATE run SET settings = replace(settings, 'allow=', 'allow=certificate-not-yet-valid');
		UPDATE certificate SET not_before = 1925089445001 WHERE id = 207"; do
	made failed
	sqlite3 inventory.db "$change"
	run 0 -q jobs reschedule 1 --time now
	err ''
	sql 'SELECT status, result FROM job WHERE id = 1' '1|0'
done
# A job that waits is moved wherever it waits, but not to where its certificate has expired.
made waiting
sqlite3 inventory.db "UPDATE store SET approved = 0 WHERE guid = '$web'; UPDATE certificate SET not_after = 1925089445000 WHERE id = 207"
run 0 -q jobs reschedule 1 --time 2031-01-02T03:04:04Z
run 1 -q jobs reschedule 1 --time 2031-01-02T03:04:05Z
err 'pfxreplace: jobs: job 1: the new certificate is expired then [certificate-expired]
pfxreplace: jobs reschedule: 0 jobs rescheduled, 1 refused'
sql 'SELECT due_at FROM handling' 1925089444000

begin 'acknowledge: the password of the row goes with the last job that needs it, and its absence is known'
company
printf '%s\n' ExistingCertificateId,CertificateId,Password 103,203,Zebra-17 >m.csv
chmod 600 m.csv
run 0 -q apply m.csv
run 0 jobs complete 1 --result failure
run 0 -q jobs reschedule 1 --time now
run 0 jobs complete 1 --result failure
run 0 -q jobs acknowledge 1
sql 'SELECT hex(password) FROM request' ''
sql 'SELECT typeof(password) FROM request' blob
run 0 verify
run 1 -q jobs reschedule 1 --time now
err 'pfxreplace: jobs: job 1: the password of its row was destroyed [password-gone]
pfxreplace: jobs reschedule: 0 jobs rescheduled, 1 refused'

# Run 1: web 1 to 3, iis 4 (mail of web and iis are of one row), reference CHG-1; run 2: web 5, 6.
# 1 failed, 2 succeeded, 3 is being carried out, 4 waits; 5 failed and will be tried again, 6 waits.
many() {
	company
	manifest m.csv 107,207, 108,208, 102,202,
	manifest n.csv 109,209, 110,210,
	"$PROGRAM" -q apply m.csv --reference CHG-1
	"$PROGRAM" -q apply n.csv
	sqlite3 inventory.db 'UPDATE run SET retries = 1 WHERE id = 2'
	"$PROGRAM" -q jobs claim --limit 3 >/dev/null
	"$PROGRAM" -q jobs complete 1 --result failure >/dev/null
	"$PROGRAM" -q jobs complete 2 --result success >/dev/null
	"$PROGRAM" -q jobs complete 5 --result failure >/dev/null
}
states() {
	sql "SELECT group_concat(status || '/' || result, ' ') FROM (SELECT * FROM job ORDER BY id)" "$1"
}

begin 'a message is kept as that of a report'
made waiting
run 0 -q jobs reschedule 1 --time 2031-01-02T03:04:05Z --message "$(printf 'a\tb\n\033[31m%01100d' 0)"
sql 'SELECT length(message), substr(message, 1, 46) FROM job_event WHERE number = 2' \
	'1024|to 2031-01-02T03:04:05Z: a\x09b\x0a\x1b[31m000'
run 0 -q jobs unschedule 1 --message "$(printf '\377')"
sql 'SELECT length(message) > 0 FROM job_event WHERE number = 3' 1
run 0 show job 1 --format jsonl
run 0 verify

begin 'which jobs are meant'
many
states '3/4 3/2 2/0 1/0 5/4 1/0'
# described WANTED IDS OPTION...: what unschedule would do
described() {
	described_status=$1 described_ids=$2
	shift 2
	run "$described_status" jobs unschedule --dry-run --columns JobId,Code "$@"
	out "$(echo JobId,Code && printf '%s\n' "$described_ids" | tr ' ' '\n')"
}
described 1 '3,in-process 4,' --run 1
err 'pfxreplace: jobs: job 3: the job is being carried out: its lease runs [in-process]
pfxreplace: jobs unschedule: 2 left: the job is completed already [already-completed]
pfxreplace: jobs unschedule: 1 job would be unscheduled, 1 refused'
described 1 '3,in-process 4,' --reference chg-1
described 0 '4,' --store "$iis"
described 0 '4,' --store host.example.com:My
described 1 '3,in-process 4, 5, 6,' --machine HOST.example.com
described 1 '3,in-process 4, 5, 6,' --container web
described 0 '5,' --failed
described 0 '5, 6,' --run 2 --container 1
described 0 '5, 6,' 6 5 6
run 3 jobs unschedule --store nowhere
err 'pfxreplace: inventory.db: no store nowhere: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'
run 3 jobs unschedule --run 9
states '3/4 3/2 2/0 1/0 5/4 1/0'
run 0 jobs acknowledge 1 2 --dry-run --format jsonl --columns JobId,Code
out '{"JobId":1,"Code":null}
{"JobId":2,"Code":null}'
run 0 jobs unschedule 4 -q
run 1 jobs unschedule 1 4 6 --dry-run --columns JobId,Code
out 'JobId,Code
1,already-completed
6,'
err 'pfxreplace: jobs: job 1: the job is completed already [already-completed]
pfxreplace: jobs unschedule: 1 job would be unscheduled, 1 refused, 1 unchanged'
many
run 0 jobs reschedule --time now --failed
err 'pfxreplace: jobs reschedule: 2 jobs to reschedule
pfxreplace: jobs reschedule: 2 jobs rescheduled'
states '1/0 3/2 2/0 1/0 1/0 1/0'
run 0 -q jobs unschedule --run 2
states '1/0 3/2 2/0 1/0 4/0 4/0'
run 1 jobs unschedule --machine host.example.com
err 'pfxreplace: jobs unschedule: 3 jobs to unschedule
pfxreplace: jobs: job 3: the job is being carried out: its lease runs [in-process]
pfxreplace: jobs unschedule: 1 left: the job is completed already [already-completed]
pfxreplace: jobs unschedule: 2 jobs unscheduled, 1 refused'
run 0 jobs acknowledge --run 1
err 'pfxreplace: jobs acknowledge: 1 job to acknowledge
pfxreplace: jobs acknowledge: 1 left: the job is being carried out: its lease runs [in-process]
pfxreplace: jobs acknowledge: 2 left: the job was superseded or unscheduled [job-cancelled]
pfxreplace: jobs acknowledge: 1 job acknowledged'
states '4/0 4/2 2/0 4/0 4/0 4/0'
run 0 verify

begin 'jobs of stores that the operator may not touch are counted and left'
many
sqlite3 inventory.db "INSERT INTO role_permission VALUES ('Tests', '$operator', '/certificate_stores/read/1/')"
run 1 -q jobs unschedule --run 2
err 'pfxreplace: jobs: job 5: the operator may not schedule jobs for the store [no-permission]
pfxreplace: jobs: job 6: the operator may not schedule jobs for the store [no-permission]
pfxreplace: jobs unschedule: 0 jobs unscheduled, 2 refused'
run 1 jobs acknowledge 1
states '3/4 3/2 2/0 1/0 5/4 1/0'

begin 'jobs list --failed'
many
run 0 jobs list --failed --columns JobId,Status,Result
out 'JobId,Status,Result
1,Completed,Failure
5,CompletedWillRetry,Failure'

begin 'the older of two failed jobs of a location is not the one that is tried again'
company
manifest m.csv 107,207,
manifest n.csv 107,208,
"$PROGRAM" -q apply m.csv
"$PROGRAM" -q jobs complete 1 --result failure >/dev/null
"$PROGRAM" -q apply n.csv
"$PROGRAM" -q jobs complete 2 --result failure >/dev/null
run 1 jobs reschedule --failed --time now
err 'pfxreplace: jobs reschedule: 2 jobs to reschedule
pfxreplace: jobs: job 1: a later job of its location has ended since [later-job]
pfxreplace: jobs reschedule: 1 job rescheduled, 1 refused'
states '3/4 1/0'
run 1 -q jobs reschedule 1 --time now
err 'pfxreplace: jobs: job 1: another job of its location is active [job-pending]
pfxreplace: jobs reschedule: 0 jobs rescheduled, 1 refused'
run 0 verify

begin 'more than 100 jobs: somebody must agree; 1,000 a transaction; 20 of the refused are named'
throng
run 0 -q apply m.csv
run 2 jobs unschedule --run 1
err 'pfxreplace: jobs unschedule: 2500 jobs to unschedule
pfxreplace: jobs unschedule: more than 100 jobs: expected --yes, or a terminal to ask on; see `pfxreplace jobs unschedule --help`'
sql 'SELECT count(*) FROM job WHERE status <> 1' 0
run 0 jobs reschedule --run 1 --time 2031-01-02T03:04:05Z --yes
err 'pfxreplace: jobs reschedule: 2500 jobs to reschedule to 2031-01-02T03:04:05Z
pfxreplace: jobs reschedule: 2500 jobs rescheduled'
sql 'SELECT count(*) FROM handling WHERE due_at = 1925089445000' 2500
seq 1 2500 | sed 's/.*/{"JobId":&,"Result":"failure"}/' | "$PROGRAM" -q jobs complete >/dev/null
sqlite3 inventory.db "UPDATE certificate SET revoked_at = 5 WHERE id BETWEEN 20011 AND 20060; UPDATE certificate SET not_after = 5 WHERE id = 22500"
run 1 jobs reschedule --failed --time now --yes
is 'named' "$(grep -c 'pfxreplace: jobs: job [0-9]*: the new certificate is revoked \[certificate-revoked\]' "$scratch/err")" 20
tail -n 3 "$scratch/err" >last
same last 'pfxreplace: jobs reschedule: 1 more refused: the new certificate is expired then [certificate-expired]
pfxreplace: jobs reschedule: 30 more refused: the new certificate is revoked [certificate-revoked]
pfxreplace: jobs reschedule: 2449 jobs rescheduled, 51 refused'
sql 'SELECT status, count(*) FROM job GROUP BY status' '1|2449
3|51'
sql "SELECT value FROM counter WHERE name = 'reactivated'" 2449
run 0 verify

# On a terminal it asks.
# typed ANSWER STATUS TEXT: what the terminal shows then
typed() {
	printf '%s\n' "$1" | SHELL=/bin/sh script -qec "'$PROGRAM' jobs unschedule --failed" /dev/null >typed
	typed_status=$?
	is "status after '$1'" $typed_status "$2"
	tr -d '\r' <typed | grep -v '^[a-zA-Z]\{0,4\}$' >shown
	same shown "$3"
}
sqlite3 inventory.db "UPDATE certificate SET revoked_at = NULL, not_after = NULL; UPDATE store SET removed = 0"
"$PROGRAM" -q jobs reschedule --failed --time now --yes
seq 1 101 | sed 's/.*/{"JobId":&,"Result":"failure"}/' | "$PROGRAM" -q jobs complete >/dev/null
sqlite3 inventory.db 'UPDATE job SET status = 5 WHERE status = 3; INSERT INTO ready SELECT lower(client_machine), h.due_at, job.id
	FROM job JOIN store s ON s.id = job.store JOIN handling h ON h.job = job.id WHERE status = 5'
question='pfxreplace: jobs unschedule: 101 jobs to unschedule: do it? [y/N] '
for answer in n '' yess; do
	typed "$answer" 1 "${question}pfxreplace: jobs unschedule: nothing was changed"
	sql 'SELECT count(*) FROM job WHERE status = 5' 101
done
typed YES 0 "${question}pfxreplace: jobs unschedule: 101 jobs unscheduled"
sql 'SELECT count(*) FROM job WHERE status = 5' 0
run 0 verify

begin 'a signal ends it after a transaction; the same command does the rest'
throng
run 0 -q apply m.csv
lying FAULT_SYNC=1 FAULT_DO='kill -TERM $VICTIM' run 143 jobs reschedule --run 1 --time 2031-01-02T03:04:05Z --yes
err 'pfxreplace: jobs reschedule: 2500 jobs to reschedule to 2031-01-02T03:04:05Z
pfxreplace: interrupted after 1000 of 2500 jobs; the same command does the rest
pfxreplace: jobs reschedule: 1000 jobs rescheduled'
sql 'SELECT count(*), min(job), max(job) FROM handling' '1000|1|1000'
run 0 verify
lying FAULT_SYNC=1 FAULT_DO='kill -TERM $VICTIM' run 0 -q jobs reschedule 2500 --time 2031-01-02T03:04:05Z
run 0 -q jobs reschedule --run 1 --time 2031-01-02T03:04:05Z --yes
sql 'SELECT count(*) FROM handling WHERE due_at = 1925089445000' 2500
run 0 verify

begin 'what cannot be'
company
run 2 jobs reschedule 1
err 'pfxreplace: jobs reschedule: expected --time TIME, as 2026-01-31T22:00:00Z, or --time now; see `pfxreplace jobs reschedule --help`'
run 2 jobs reschedule 1 --time tomorrow
err 'pfxreplace: jobs reschedule: --time tomorrow: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ, or now; see `pfxreplace jobs reschedule --help`'
run 2 jobs unschedule
err 'pfxreplace: jobs unschedule: expected ids of jobs, or --run, --store, --container, --machine, --reference or --failed; see `pfxreplace jobs unschedule --help`'
run 2 jobs acknowledge 7 --failed
err 'pfxreplace: jobs acknowledge: 7: expected ids of jobs, or options that describe them, and not both; see `pfxreplace jobs acknowledge --help`'
run 2 jobs acknowledge 0
run 2 jobs acknowledge 7x
run 2 jobs acknowledge 7 --format csv
err 'pfxreplace: jobs acknowledge: --format, --wide and --columns: expected with --dry-run only; see `pfxreplace jobs acknowledge --help`'
run 1 jobs acknowledge 7
err 'pfxreplace: jobs acknowledge: 1 job to acknowledge
pfxreplace: jobs: job 7: there is no job of this id [no-such-job]
pfxreplace: jobs acknowledge: 0 jobs acknowledged, 1 refused'
run 1 jobs acknowledge 7 --dry-run
out 'JobId,Run,Line,CertStoreId,StorePath,ClientMachine,Alias,DueAt,Status,Result,Code'
err 'pfxreplace: jobs: job 7: there is no job of this id [no-such-job]
pfxreplace: jobs acknowledge: 0 jobs would be acknowledged, 1 refused'

finish
