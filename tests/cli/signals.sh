#!/bin/sh
# Signals at any time: the first one ends the command in good order, the second at once.
# shellcheck disable=SC2016 # variables of a command that the shim runs
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
found_crowd 1200

# A shell without job control starts background commands with SIGINT ignored, and a case may be one:
# the program is started with the default action.
real=$PROGRAM
printf '#!/bin/sh\nexec env --default-signal=INT,HUP,TERM "%s" "$@"\n' "$real" >"$scratch/program"
chmod 755 "$scratch/program"
PROGRAM=$scratch/program

# Passwords of a row and of its store, whose keys are to be changed.
sealed() {
	company
	printf '%s\n' Id,Password "$web,Zebra-store" >stores.csv
	printf '%s\n' ExistingCertificateId,CertificateId,Password 107,207,Zebra-107 >m.csv
	"$PROGRAM" -q import stores stores.csv
	"$PROGRAM" -q apply m.csv
	mkdir before
	cp inventory.db inventory.db.key before
}

# rekey_untouched: the passwords open with the old key, and the new one is gone
rekey_untouched() {
	is 'files' "$(ls inventory.db*)" 'inventory.db
inventory.db.key
inventory.db.lock'
	# But for the announced key.
	for folder in before .; do
		sqlite3 $folder/inventory.db .dump | grep -v next-key-check >$folder/dump
	done
	cmp -s before/dump dump || wrong 'the database was changed'
	cmp -s inventory.db.key before/inventory.db.key || wrong 'the key was changed'
	run 0 -q verify
}

# rekey_waiting SIGNAL STATUS READY: rekey runs until the command is true, and gets the signal
rekey_waiting() {
	"$PROGRAM" rekey --wait 60 2>waited 7>&- 8>&- &
	waiting=$!
	tries=0
	# Before it is the program it is a copy of this shell, which has other files open.
	until { readlink "/proc/$waiting/exe" | grep -q '/pfxreplace$' && eval "$3"; } || [ $tries -gt 3000 ]; do
		sleep 0.01
		tries=$((tries + 1))
	done
	kill "-$1" $waiting
	wait $waiting
	is "status after $1" $? "$2"
	same waited 'pfxreplace: inventory.db: interrupted while it waited for the database'
}

carries_on='; the same command carries on'

for signal in INT:130 TERM:143 HUP:129; do
	name=${signal%:*}
	number=${signal#*:}

	begin "SIG$name in a chunk: it is finished"
	crowd
	lying FAULT_STAT=2 FAULT_DO="kill -$name \$VICTIM" apply_crowd "$number"
	crowd_told 1 150 'run 1 so far' 150 "crowd.csv: interrupted after 150 of 1200 rows$carries_on"
	sql 'SELECT state, rows_read FROM run' '0|150'
	is 'files' "$(ls crowd.results.csv rejects.csv 2>/dev/null)" ''
	is 'summary' "$(grep -c "\"Complete\":false,\"ExitStatus\":$number,\"Rows\":{\"Read\":150," s.json)" 1
	carry_on

	begin "two SIG$name in a chunk: it is dropped, at once"
	crowd
	lying FAULT_STAT=2 FAULT_DO="kill -$name \$VICTIM; sleep 0.05; kill -$name \$VICTIM; sleep 0.05" \
		apply_crowd "$number"
	is 'nothing but faults' "$(grep -vc '^pfxreplace: crowd.csv:[0-9]*: store ' "$scratch/err")" 0
	run 0 -q runs
	sql 'SELECT state, rows_read FROM run' '0|100'
	is 'files' "$(echo .pfx*) $(ls crowd.results.csv rejects.csv s.json 2>/dev/null)" '.pfx* '
	carry_on

	begin "SIG$name in the survey: nothing was written"
	crowd
	lying FAULT_DIGEST=1 FAULT_DO="kill -$name \$VICTIM" apply_crowd "$number"
	told 'crowd.csv: interrupted before anything was written'
	sql 'SELECT count(*) FROM run' 0
	lying FAULT_DIGEST=1 FAULT_DO="kill -$name \$VICTIM" run "$number" -q check crowd.csv
	told 'crowd.csv: interrupted before anything was written'
	carry_on

	begin "SIG$name in the last chunk, or while its files are named: the run is finished and published"
	crowd
	lying FAULT_STAT=24 FAULT_DO="kill -$name \$VICTIM" apply_crowd 1
	is_whole

	begin "SIG$name while results are written again: the old file stays"
	crowd
	apply_crowd 1
	echo old >crowd.results.csv
	lying FAULT_UNNAMED=4 FAULT_DO="kill -$name \$VICTIM" apply_crowd "$number"
	told 'crowd.csv: run 1: 1200 rows read: 0 succeeded, 1200 partial' \
		'interrupted while the rows of run 1 were written; the same command writes them'
	same crowd.results.csv old
	echo old >r.csv
	lying FAULT_UNNAMED=1 FAULT_DO="kill -$name \$VICTIM" run "$number" results --results r.csv 1
	told 'interrupted while the rows of run 1 were written; the same command writes them'
	same r.csv old
	is 'no other files' "$(echo .pfx*)" '.pfx*'
	carry_on

	begin "SIG$name in rekey: before its commit it takes the new key away, after it all is done"
	sealed
	for sync in 1 2 3 4 5 6 7; do
		lying FAULT_SYNC=$sync FAULT_DO="kill -$name \$VICTIM" run "$number" rekey
		told 'inventory.db: interrupted'
		rekey_untouched
	done
	for sync in 8 9 10 11 12; do
		cp inventory.db.key old
		lying FAULT_SYNC=$sync FAULT_DO="kill -$name \$VICTIM" run 0 -q rekey
		err ''
		is 'files' "$(ls inventory.db.key*)" inventory.db.key
		cmp -s inventory.db.key old && wrong 'the key is the old one'
		run 0 -q verify
	done

	begin "SIG$name while rekey waits for the lock, for who writes, for who reads"
	sealed
	exec 8>inventory.db.lock
	flock 8
	rekey_waiting "$name" "$number" "ls -l /proc/\$waiting/fd 2>/dev/null | grep -q 'inventory.db.lock$'"
	exec 8>&-
	rekey_untouched
	holding 'BEGIN IMMEDIATE;'
	rekey_waiting "$name" "$number" "ls -l /proc/\$waiting/fd 2>/dev/null | grep -q 'inventory.db.key\$' && sleep 0.5"
	let_go
	rekey_untouched
	# Its commit waits: what is there opens, and another one finishes.
	holding 'BEGIN; SELECT count(*) FROM job;'
	rekey_waiting "$name" "$number" '[ -s inventory.db-journal ]'
	let_go
	run 0 -q verify
	cmp -s inventory.db.key before/inventory.db.key || wrong 'the key was changed'
	run 0 -q rekey
	is 'files' "$(ls inventory.db.key*)" inventory.db.key
	cmp -s inventory.db.key before/inventory.db.key && wrong 'the key is the old one'
	run 0 -q verify
done

finish
