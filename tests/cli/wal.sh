#!/bin/sh
# A database that another program has put into WAL mode: readers read it and change nothing; writers
# put it back into rollback mode, or wait for that program.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
found_crowd 200

nobody=$(id -u nobody 2>/dev/null)
as_nobody=
[ "$(id -u)" = 0 ] && setpriv --reuid "$nobody" --clear-groups true 2>/dev/null && as_nobody=yes

skipped() {
	echo "skipped: $script: $case_name: $1"
}

set_wal() {
	is 'the mode that was set' "$(sqlite3 inventory.db 'PRAGMA journal_mode = WAL')" wal
}

# mode_is rollback|wal [FILE]: by the versions in the header of the file
mode_is() {
	found=$(od -An -tu1 -j18 -N2 "${2:-inventory.db}" | tr -d ' ')
	case $1:$found in rollback:11 | wal:22) ;; *) wrong "${2:-inventory.db} is in mode $found, expected $1" ;; esac
}

# connected STATEMENT: another program runs it and keeps the database open, until released
connected() {
	rm -f hold held
	mkfifo hold
	sqlite3 inventory.db >/dev/null <hold &
	holder=$!
	exec 7>hold
	echo "$1" >&7
	echo '.system touch held' >&7
	while [ ! -e held ]; do sleep 0.01; done
}

released() {
	exec 7>&-
	wait $holder
}

# As `connected`, but killed. What it wrote is only in the log.
killed_after() {
	connected "PRAGMA wal_autocheckpoint = 0; $1"
	kill -9 "$holder"
	exec 7>&-
	wait "$holder" 2>/dev/null
	rm -f hold held
}

# The database with a run, in WAL mode, and the same in rollback mode in the folder plain.
both() {
	crowd
	"$PROGRAM" -q apply --chunk 100 --results r.csv crowd.csv 2>/dev/null
	rm r.csv
	sed 's/2080/2081/' crowd.csv >other.csv
	mkdir plain
	cp ./*.* plain
}

readers='list stores
list certificates
list locations
show certificate 107
show run 1
jobs list
runs
results 1
reconcile
verify
verify --quick
check other.csv'

# they_read: each reader prints what it prints in rollback mode, and leaves the folder as it was
they_read() {
	before=$(cksum ./*.*; ls)
	echo "$readers" | while read -r command; do
		# shellcheck disable=SC2086 # words
		"$PROGRAM" -q $command >"$scratch/wal.out" 2>&1
		status=$?
		# shellcheck disable=SC2086 # words
		(cd plain && "$PROGRAM" -q $command >"$scratch/plain.out" 2>&1)
		is "status of $command" $status $?
		alike "$command" "$scratch/plain.out" "$scratch/wal.out"
		is "the folder after $command" "$(cksum ./*.*; ls)" "$before"
		[ $case_good = yes ] || exit 1
	done || case_good=no
}

begin 'nobody else has it open: all that read do, and leave it as it is'
both
set_wal
they_read
mode_is wal

begin 'another program has it open: all that read do'
both
set_wal
connected 'SELECT count(*) FROM run;'
echo "$readers" | while read -r command; do
	# shellcheck disable=SC2086 # words
	"$PROGRAM" -q $command >"$scratch/wal.out" 2>&1
	status=$?
	# shellcheck disable=SC2086 # words
	(cd plain && "$PROGRAM" -q $command >"$scratch/plain.out" 2>&1)
	is "status of $command" $status $?
	alike "$command" "$scratch/plain.out" "$scratch/wal.out"
	[ $case_good = yes ] || exit 1
done || case_good=no
mode_is wal
released

begin 'a log that a killed program left: it is read, and stays'
both
set_wal
killed_after "UPDATE store SET display_name = 'new' WHERE id = 1;"
before=$(cksum inventory.db inventory.db-wal; ls)
run 0 list stores
is 'stores' "$(grep -c ,new, "$scratch/out")" 1
run 0 verify
run 1 -q check other.csv
is 'the folder' "$(cksum inventory.db inventory.db-wal; ls)" "$before"
(cd plain && sqlite3 inventory.db "UPDATE store SET display_name = 'new' WHERE id = 1")
they_read
# Only the log, as in a copy of both files.
rm inventory.db-shm
run 0 list stores
is 'stores' "$(grep -c ,new, "$scratch/out")" 1
# A writer puts it back, with what is in the log.
run 0 -q import containers "$scratch/company/containers.csv"
mode_is rollback
is 'files' "$(echo inventory.db*)" 'inventory.db inventory.db.key inventory.db.lock'
sql 'SELECT display_name FROM store WHERE id = 1; PRAGMA journal_mode; PRAGMA integrity_check' 'new
delete
ok'

for command in 'apply other.csv' 'import containers containers.csv' 'runs abandon 7'; do
	begin "who writes puts it back: $command"
	both
	cp "$scratch/company/containers.csv" .
	set_wal
	# shellcheck disable=SC2086 # words
	"$PROGRAM" -q $command 2>err
	case $command:$? in apply*:1 | import*:0 | runs*:3) ;; *) wrong "status $?: $(cat err)" ;; esac
	mode_is rollback
	is 'files' "$(echo inventory.db*)" 'inventory.db inventory.db.key inventory.db.lock'
done

begin 'a backup is whole and in rollback mode, and leaves the source as it is'
both
set_wal
killed_after "UPDATE store SET display_name = 'new' WHERE id = 1;"
before=$(cksum inventory.db inventory.db-wal; ls)
run 0 -q backup copy.db
mode_is rollback copy.db
mode_is wal
is 'files' "$(ls copy.db*)" copy.db
mv copy.db copy
is 'the folder' "$(rm -f hold; mv copy ..; cksum inventory.db inventory.db-wal; ls)" "$before"
mv ../copy copy.db
run 0 -q -d copy.db -k inventory.db.key verify
sqlite3 inventory.db .dump >one
sqlite3 copy.db .dump >two
alike 'the copy' one two
is 'the new name' "$(sqlite3 copy.db 'SELECT display_name FROM store WHERE id = 1')" new

begin 'no backup takes a name beside which another database has its log'
crowd
for suffix in wal shm; do
	touch copy.db-$suffix
	run 4 backup copy.db
	case $suffix in
	wal) told 'copy.db-wal: the write-ahead log of another database: expected none beside a backup' ;;
	shm) told "copy.db-shm: the index of another database's write-ahead log: expected none beside a backup" ;;
	esac
	rm copy.db-$suffix
	is 'files' "$(ls copy.db* 2>/dev/null)" ''
done

advice='another program has put it into WAL mode, in which it cannot be read without files beside it that cannot be made: as a user who can write the database and its folder, run a writing command such as `pfxreplace import`, which puts it back'

begin 'who may not write the database: told why and what to do, or reads what another program has open'
if [ -n "$as_nobody" ]; then
	both
	set_wal
	chmod 755 . "$scratch"
	chmod 644 inventory.db
	for mode in 755 777; do # with 777 it could make files that the owner could not open
		chmod $mode .
		before=$(cksum ./*.*; ls)
		for command in 'list stores' 'runs' 'jobs list' 'reconcile' 'verify --quick'; do
			# shellcheck disable=SC2086 # words
			setpriv --reuid "$nobody" --clear-groups "$PROGRAM" $command >out 2>err
			is "status of $command" $? 4
			same out ''
			same err "pfxreplace: inventory.db: $advice"
			rm out err
			is "the folder, $mode, $command" "$(cksum ./*.*; ls)" "$before"
		done
	done
	connected "UPDATE store SET display_name = 'new' WHERE id = 1;"
	chmod 644 inventory.db-wal inventory.db-shm
	setpriv --reuid "$nobody" --clear-groups "$PROGRAM" list stores >out 2>err
	is 'status' $? 0
	same err ''
	is 'stores' "$(grep -c ,new, out)" 1
	released
	mode_is wal
else
	skipped 'no other user'
fi

begin 'who may write the database, but not its folder: told why and what to do'
if [ -n "$as_nobody" ]; then
	both
	set_wal
	chmod 755 . "$scratch"
	chmod 666 inventory.db inventory.db.lock
	cp "$scratch/company/containers.csv" .
	chmod 644 containers.csv
	for command in 'list stores' 'runs' 'verify' 'verify --quick'; do
		# shellcheck disable=SC2086 # words
		setpriv --reuid "$nobody" --clear-groups "$PROGRAM" -q $command >out 2>err
		is "status of $command" $? 4
		same out ''
		same err "pfxreplace: inventory.db: $advice"
	done
	setpriv --reuid "$nobody" --clear-groups "$PROGRAM" import containers containers.csv 2>err
	is 'status of an import' $? 4
	is 'an import' "$(head -n 1 err)" \
		'pfxreplace: inventory.db: no journal can be made beside it: expected a folder that can be written'
	mode_is wal
else
	skipped 'no other user'
fi

begin 'another program has it open: who writes waits as long as it says, and writes nothing'
both
set_wal
connected 'SELECT count(*) FROM run;'
held="pfxreplace: inventory.db: process $holder (sqlite3) has it open in WAL mode, in which nothing is written to it (waited 10 s): try again when it is closed"
start=$(date +%s%3N)
lying FAULT_NAP=10 run 5 apply other.csv
took=$(($(date +%s%3N) - start))
[ $took -ge 950 ] || wrong "it waited $took ms of a tenth of 10 s"
is 'the message' "$(head -n 1 "$scratch/err")" "$held"
lying FAULT_NAP=100 run 5 import containers "$scratch/company/containers.csv"
is 'the message' "$(head -n 1 "$scratch/err")" "$held"
lying FAULT_NAP=100 run 5 runs abandon 1
is 'the message' "$(head -n 1 "$scratch/err")" "$held"
# A signal ends the wait.
for signal in INT:130 TERM:143 HUP:129; do
	env --default-signal=INT "$PROGRAM" import containers "$scratch/company/containers.csv" 2>waited 7>&- &
	waiting=$!
	sleep 0.7
	kill "-${signal%:*}" $waiting
	start=$(date +%s%3N)
	wait $waiting
	is "status after ${signal%:*}" $? "${signal#*:}"
	[ $(($(date +%s%3N) - start)) -lt 1500 ] || wrong "a signal did not end the wait"
	is 'the message' "$(head -n 1 waited)" 'pfxreplace: inventory.db: interrupted while it waited for the database'
done
sql 'SELECT count(*) FROM run' 1
# When the program closes it, a process that waits continues.
"$PROGRAM" -q import containers "$scratch/company/containers.csv" 2>waited 7>&- &
waiting=$!
sleep 0.5
released
wait $waiting
is 'status' $? 0
same waited ''
mode_is rollback

applied() { # -> $status, err
	"$PROGRAM" -q apply --chunk 10 --rejects rejects.csv --summary s.json crowd.csv 2>err
	status=$?
}

begin 'put into WAL mode between two chunks: no chunk is written so'
# Between two chunks the run gives up the lock: the shell tries until it gets it. The run may be over
# before that.
for try in 1 2 3 4 5 6 7 8; do
	mkdir $try
	cd $try || exit 2
	crowd
	lying FAULT_SLOW=10 FAULT_NAP=3 FAULT_HURRY=100 FAULT_SYNC=3 FAULT_DO='
		(until sqlite3 inventory.db "PRAGMA journal_mode = WAL" 2>/dev/null | grep -q wal; do :; done
			until sqlite3 inventory.db "SELECT rows_read FROM run" >changing; do :; done
			mv changing changed) >/dev/null 2>&1 &' \
		applied
	tries=0
	until [ -e changed ] || [ $tries -gt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ ! -s changed ] || [ "$(cat changed)" -ge 200 ] || break
	[ $try = 8 ] || cd .. || exit 2
done
[ "$(cat changed)" -lt 200 ] || wrong "the mode was not changed in between: $(cat changed)"
case $status in
1) # it was put back before the next chunk
	mode_is rollback
	is_whole
	;;
5) # by then the run's own threads that look up had it open in that mode
	grep -q 'somebody has it open in WAL mode, in which nothing is written to it' err || wrong "$(cat err)"
	is 'rows' "$(sqlite3 inventory.db 'SELECT rows_read FROM run')" "$(cat changed)"
	;;
*) wrong "status $status: $(cat err)" ;;
esac
carry_on
mode_is rollback

begin 'put into WAL mode between two chunks, and kept open: nothing is written so'
crowd
lying FAULT_SLOW=10 FAULT_NAP=3 FAULT_HURRY=100 FAULT_SYNC=3 FAULT_DO='
	(while [ ! -e enough ]; do echo "PRAGMA journal_mode = WAL; SELECT count(*) FROM run;"; sleep 0.01; done |
		sqlite3 inventory.db) >/dev/null 2>&1 &' \
	run 5 -q apply --chunk 10 --rejects rejects.csv --summary s.json crowd.csv
cp "$scratch/err" said
is 'the message' "$(sed -E 's/process [0-9]+/process N/' said | tail -n 2 | head -n 1)" \
	'pfxreplace: inventory.db: process N (sqlite3) has it open in WAL mode, in which nothing is written to it (waited 10 s): try again when it is closed'
mode_is wal
rows=$(sqlite3 inventory.db 'SELECT rows_read FROM run')
is 'the closing line' "$(tail -n 3 said | head -n 1)" \
	"pfxreplace: crowd.csv: run 1 so far: $rows rows read: 0 succeeded, $rows partial"
is 'the last line' "$(tail -n 1 said)" \
	"pfxreplace: crowd.csv: run 1: $rows of 200 rows are committed and safe: the same command carries on"
touch enough
carry_on
mode_is rollback

finish
