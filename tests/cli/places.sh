#!/bin/sh
# Where outputs go: named pipes, devices, inherited descriptors, links that other users planted; and
# the first signal while nobody reads.
# shellcheck disable=SC2016 # variables of inner shells
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"

# No process may wait for ever: after 20 seconds it is ended with status 124.
real=$PROGRAM
printf '#!/bin/sh\nexec timeout -k 5 20 "%s" "$@"\n' "$real" >"$scratch/program"
chmod 755 "$scratch/program"
PROGRAM=$scratch/program

skipped() {
	echo "skipped: $script: $case_name: $1"
}

result="2,107,207,,,succeeded,$web,,"

# ---- files that are not regular --------------------------------------------------------------

begin 'a named pipe or a socket is no place for an output'
company
manifest m.csv 107,207,
run 0 -q apply m.csv
rm m.results.csv
mkfifo pipe
ln -s pipe link
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1)' 2>/dev/null
while read -r command; do
	for place in pipe link "$PWD/pipe" socket; do
		[ "$place" != socket ] || [ -S socket ] || continue
		# shellcheck disable=SC2046,SC2086 # words
		run 4 $(echo "$command" | sed "s,PLACE,$place,")
		case $place in socket) what='a socket' ;; *) what='a named pipe' ;; esac
		told "$place: $what: expected a regular file"
		out ''
	done
done <<'END'
apply --results PLACE m.csv
apply --rejects PLACE m.csv
apply --summary PLACE m.csv
check --results PLACE m.csv
check --rejects PLACE m.csv
check --summary PLACE m.csv
results --results PLACE 1
reconcile --report PLACE
backup PLACE
END
manifest other.csv 108,208,
mkfifo other.results.csv
run 4 apply other.csv
told 'other.results.csv: a named pipe: expected a regular file'
sql 'SELECT count(*) FROM run' 1
rm pipe link socket other.results.csv
is 'files' "$(echo ./*)" './inventory.db ./inventory.db.key ./inventory.db.lock ./m.csv ./other.csv'

begin 'devices, and descriptors that were inherited'
company
manifest m.csv 107,207, 105,205,
run 1 -q apply --results /dev/null --rejects /dev/null --summary /dev/null m.csv
run 1 -q reconcile --report /dev/null
told 'reconcile: 1 job: 1 waiting; 1 finding: 1 unplanned-location'
for name in /dev/fd/7 /proc/self/fd/7; do
	run 1 -q apply --results $name m.csv 7>r.csv
	results r.csv "$result" \
		"3,105,205,,,failed,,$vault,\"no-permission: store $vault, alias pay: the operator may not schedule jobs for the store\""
	run 1 -q reconcile --report $name 7>>r.csv
	is 'lines' "$(wc -l <r.csv)" 6
	run 4 -q apply --results $name m.csv
	run 4 -q apply --results $name m.csv 7<r.csv
	told "$name: the file cannot be written: Bad file descriptor"
done
# The descriptor of a file of the program itself: its database, its lock.
for number in 3 4 5 6 7 8 9; do
	"$PROGRAM" -q apply --results /dev/fd/$number m.csv >out 2>told
	case $?:$(cat told) in
	2:*' is the '*': expected another file' | 4:*': no descriptor that was inherited: expected a regular file' | \
		4:*': No such file or directory') ;;
	*) wrong "descriptor $number: $(cat told)" ;;
	esac
done
cmp -s inventory.db.lock /dev/null || wrong "the lock file: $(cat inventory.db.lock)"
sql 'PRAGMA integrity_check' ok
if command -v bash >/dev/null; then
	PROGRAM=$PROGRAM bash -c '"$PROGRAM" -q apply --results >(gzip >r.gz) --rejects >(cat >j.csv) m.csv; echo $? >status
		"$PROGRAM" -q reconcile --report >(cat >report.csv) 2>reconciled; "$PROGRAM" -q results 1 --results >(cat >again.csv); sleep 0.5' 2>told
	same told 'pfxreplace: m.csv: run 1: 2 rows read: 1 succeeded, 1 failed
pfxreplace: inventory.db: run 1: 2 rows read: 1 succeeded, 1 failed'
	is 'status' "$(cat status)" 1
	gzip -dc r.gz >r.csv
	alike 'results' r.csv again.csv
	is 'lines' "$(wc -l <r.csv) $(wc -l <j.csv) $(wc -l <report.csv)" '3 2 3'
	same reconciled 'pfxreplace: reconcile: 1 job: 1 waiting; 1 finding: 1 unplanned-location'
else
	skipped 'no bash'
fi

# ---- nobody reads ----------------------------------------------------------------------------

found_crowd 1200

# stuck SIGNAL STATUS COMMAND...: with a pipe for standard output, or /dev/fd/1, that nobody reads
stuck() {
	stopping=$1 expected=$2
	shift 2
	mkfifo pipe
	exec 8<>pipe
	env --default-signal=INT,HUP,TERM "$real" "$@" >pipe 2>told 8>&- &
	running=$!
	# It sleeps when the pipe is full, and on a machine that is busy it gets there late.
	asleep=0 tries=0
	while [ $asleep -lt 3 ] && [ $tries -lt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
		case $(cut -d ' ' -f 3 /proc/$running/stat) in S) asleep=$((asleep + 1)) ;; *) asleep=0 ;; esac
	done
	kill -0 $running 2>/dev/null || wrong "$*: it has ended"
	kill "-$stopping" $running
	tries=0
	while kill -0 $running 2>/dev/null && [ $tries -lt 300 ]; do
		sleep 0.01
		tries=$((tries + 1))
	done
	[ $tries -lt 300 ] || { wrong "$*: one SIG$stopping does not end it" && kill -9 $running; }
	wait $running
	is "status of $*" $? "$expected"
	exec 8>&-
	rm pipe
}

begin 'a signal ends the waiting for a reader'
crowd
run 1 -q apply crowd.csv
for signal in INT:130 TERM:143 HUP:129; do
	stuck "${signal%:*}" "${signal#*:}" results 1
	same told 'pfxreplace: standard output: interrupted while it was written'
	stuck "${signal%:*}" "${signal#*:}" list locations
	same told 'pfxreplace: standard output: interrupted while it was written'
done
for command in 'list certificates' 'show store 11111111-1111-4111-8111-111111111111' 'jobs list' reconcile \
	'check --again --results - crowd.csv' 'reconcile --report /dev/fd/1'; do
	# shellcheck disable=SC2086 # words
	stuck TERM 143 -q $command
	is "$command" "$(grep -c 'interrupted while it was written$' told)" 1
done
stuck TERM 143 -q apply --results - crowd.csv
same told 'pfxreplace: crowd.csv: run 1: 1200 rows read: 0 succeeded, 1200 partial
pfxreplace: standard output: interrupted while it was written'
carry_on

begin 'a signal ends the waiting for a reader of messages'
for signal in INT:130 TERM:143 HUP:129; do
	rm -rf ./*
	crowd
	mkfifo pipe
	exec 8<>pipe
	env --default-signal=INT,HUP,TERM "$real" -v apply --chunk 500 crowd.csv 2>pipe 8>&- &
	running=$!
	# Its messages fill the pipe within the first chunk.
	while [ "$(stat -c %s inventory.db-journal 2>/dev/null || echo 0)" = 0 ]; do sleep 0.01; done
	sleep 0.3
	kill -0 $running 2>/dev/null || wrong 'it has ended'
	# The progress has no reader either: it is left out.
	kill -USR1 $running
	kill "-${signal%:*}" $running
	tries=0
	while kill -0 $running 2>/dev/null && [ $tries -lt 500 ]; do
		sleep 0.01
		tries=$((tries + 1))
	done
	[ $tries -lt 500 ] || { wrong "one SIG${signal%:*} does not end it" && kill -9 $running; }
	wait $running
	is 'status' $? "${signal#*:}"
	exec 8>&-
	sql 'SELECT state, rows_read FROM run' '0|500'
	rm pipe
done
carry_on

# ---- links of others -------------------------------------------------------------------------

nobody=$(id -u nobody 2>/dev/null)
as_nobody() {
	setpriv --reuid "$nobody" --clear-groups "$@"
}

begin 'a link that somebody else put into a folder that others can write'
if [ "$(id -u)" = 0 ] && as_nobody true 2>/dev/null; then
	company
	manifest m.csv 107,207,
	run 0 -q apply m.csv
	chmod 755 "$scratch" .
	mkdir shared private
	echo victim >victim
	for folder_mode in 1777 777; do
		chmod $folder_mode shared
		rm -f shared/*
		as_nobody ln -s ../victim shared/m.results.csv
		ln -s ../shared/m.results.csv private/link
		cp m.csv shared/m.csv
		while read -r place command; do
			# shellcheck disable=SC2086 # words
			run 4 -q $command
			told "$place: m.results.csv is a symbolic link of user $nobody in a folder that others can write: expected one of yours or of root, or none"
		done <<'END'
shared/m.results.csv apply shared/m.csv
shared/m.results.csv apply --results shared/m.results.csv m.csv
shared/m.results.csv apply --rejects shared/m.results.csv m.csv
shared/m.results.csv apply --summary shared/m.results.csv m.csv
shared/m.results.csv check --results shared/m.results.csv m.csv
shared/m.results.csv results --results shared/m.results.csv 1
shared/m.results.csv reconcile --report shared/m.results.csv
shared/m.results.csv backup shared/m.results.csv
private/link results --results private/link 1
END
		same victim victim
		rm private/link
	done
	# A link of our own in that folder.
	ln -s ../target shared/own.csv
	run 0 -q results --results shared/own.csv 1
	results target "$result"
else
	skipped 'no other user'
fi

# Another user changes the place before each step on the way to it. PLANTED is the number of tries.
begin 'a link that is planted on the way: the victim is never touched'
if [ "$(id -u)" = 0 ] && as_nobody true 2>/dev/null; then
	company
	manifest m.csv 107,207,
	run 0 -q apply m.csv
	chmod 755 "$scratch" .
	mkdir victims
	echo victim >victims/m.results.csv
	chmod 700 victims
	before=$(fingerprint victims)
	tries=${PLANTED:-20}
	i=0
	published=0
	refused=0
	while [ $i -lt "$tries" ]; do
		rm -rf shared target
		mkdir shared shared/folder
		chmod 777 shared
		chmod 755 shared/folder
		place=shared/m.results.csv
		plant='ln -sf ../victims/m.results.csv shared/m.results.csv'
		case $((i % 5)) in
		0) chmod 1777 shared ;;
		1) ln -s ../target shared/m.results.csv ;; # the link is exchanged
		2) echo old >shared/m.results.csv ;;       # likewise
		3)
			place=shared/folder/m.results.csv
			plant='mv shared/folder shared/moved; ln -s ../victims shared/folder'
			;;
		4)
			ln -s folder/m.results.csv shared/m.results.csv
			plant='mv shared/folder shared/moved; ln -s ../victims shared/folder'
			;;
		esac
		FAULT_PLACE=$((1 + i * 40 / tries)) \
			FAULT_DO="setpriv --reuid $nobody --clear-groups sh -c '$plant' 2>/dev/null" \
			LD_PRELOAD=$shim "$real" -q apply --results $place m.csv 2>told
		case $? in
		0) published=$((published + 1)) ;;
		4) refused=$((refused + 1)) ;;
		*) wrong "try $i: $(cat told)" ;;
		esac
		[ "$(fingerprint victims)" = "$before" ] || { wrong "try $i: the victim was touched: $plant" && break; }
		i=$((i + 1))
	done
	[ $((refused * published)) -gt 0 ] || wrong "$published published, $refused refused"
	[ -z "${PLANTED-}" ] || echo "planted: $i tries, $published published, $refused refused"
else
	skipped 'no other user'
fi

finish
