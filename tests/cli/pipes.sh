#!/bin/sh
# Named pipes: the program waits for them, but not for ever. Pipes whose reader goes away.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

begin 'a named pipe that nobody writes to is waited for until the first signal'
run 0 init
mkfifo pipe
for command in apply check 'import stores'; do
	# shellcheck disable=SC2086 # two words
	timeout --preserve-status -s INT -k 5 1 "$PROGRAM" $command pipe >"$scratch/out" 2>"$scratch/err"
	is "$command" $? 130
done

begin 'a named pipe that is written to slowly is read to its end'
run 0 init
mkfifo pipe
(
	exec >pipe
	echo ExistingCertificateId,CertificateId
	sleep 0.3
	echo 1,2
) &
run 1 -q apply pipe
out 'Line,ExistingCertificateId,CertificateId,RequestId,JobTime,Outcome,SuccessfulStores,FailedStores,Messages
2,1,2,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: no certificate 1 in the inventory; unknown-certificate: CertificateId: no certificate 2 in the inventory'
wait

# ---- standard output whose reader has gone away ----------------------------------------------

# unread COMMAND...: standard output has no reader. -> status, and what was said in $scratch/err
unread() {
	mkfifo unread
	exec 6<>unread
	exec 5>unread
	exec 6<&-
	rm unread
	"$PROGRAM" "$@" >&5 2>"$scratch/err"
	status=$?
	exec 5>&-
}

begin 'commands that only print end as by SIGPIPE, whatever their rows would have meant'
company
manifest m.csv 107,207, 105,205,
run 1 -q apply m.csv
manifest n.csv 108,208,
while read -r command; do
	for options in '' -q; do
		# shellcheck disable=SC2086 # words
		unread $options $command
		is "$options $command" $status 141
		grep -v 'n.csv: \(check: 1 row read\|1 job to create\)' "$scratch/err" >said
		same said ''
	done
done <<'END_OF_COMMANDS'
results 1
results --results - 1
results --results /dev/stdout 1
list stores
show run 1
show store 11111111
jobs list
runs
reconcile
reconcile --report -
explain
explain --format csv
completion bash
help apply
check --results - n.csv
check --rejects - n.csv
check --summary - n.csv
END_OF_COMMANDS

begin 'check whose counts nobody reads: no message, and what stopped it keeps its status'
company
manifest m.csv 107,207,
manifest bad.csv 105,205, 108,208,
unread check m.csv
is 'all is well' $status 141
told 'm.csv: check: 1 row read: 1 succeeded' 'm.csv: 1 job to create: 1 due at once'
unread -q check bad.csv
is 'faults' $status 141
is 'no message about the pipe' "$(grep -c 'Broken pipe\|standard output' "$scratch/err")" 0
unread -q check m.csv
is 'nothing to print' $status 0
unread -q check --max-errors 0 m.csv bad.csv
is 'stopped' $status 6
is 'no message about the pipe' "$(grep -c 'Broken pipe\|standard output' "$scratch/err")" 0
unread check --results - bad.csv
is 'results' $status 141
told "bad.csv:2: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]"

begin 'apply whose results nobody reads: what was committed stays, and it is a failure'
company
manifest m.csv 107,207,
unread apply --results - m.csv
is 'status' $status 4
told 'm.csv: run 1: 1 row read: 1 succeeded' 'm.csv: 1 job created: 1 due at once' \
	'standard output: the file cannot be written: Broken pipe' \
	'm.csv: run 1: all of its 1 rows are committed and safe: the same command writes its files'
sql 'SELECT state, jobs_created FROM run' '1|1'
run 0 -q apply --results - m.csv
is 'lines' "$(wc -l <"$scratch/out")" 2

finish
