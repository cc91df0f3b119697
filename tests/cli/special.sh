#!/bin/sh
# Pipes, devices, sockets and folders in the place of a file of the database: the program names and
# refuses them at once, and never waits with the lock held. The first signal ends every wait.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# A process that waits for ever is ended, with status 137.
real=$PROGRAM
printf '#!/bin/sh\nexec timeout -s KILL 10 "%s" "$@"\n' "$real" >"$scratch/limited"
chmod 755 "$scratch/limited"
PROGRAM=$scratch/limited

scene() {
	company
	manifest m.csv 107,207,
	printf '%s\n' ExistingCertificateId,CertificateId,Password 103,203,secret >p.csv
	chmod 600 p.csv
	printf '%s\n' Id,Name 1,Other >containers.csv
}

# place KIND NAME: puts something that is not a file under that name; false if it cannot
place() {
	rm -rf "$2"
	case $1 in
	pipe) mkfifo "$2" ;;
	folder) mkdir "$2" ;;
	device) ln -s /dev/full "$2" && cp -a /dev/full "$scratch/device" 2>/dev/null && rm "$2" && mv "$scratch/device" "$2" ;;
	socket) timeout 10 perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, pack_sockaddr_un($ARGV[0])) or exit 1' "$2" 2>/dev/null ;;
	esac
}

words() { # KIND
	case $1 in pipe) echo 'a named pipe' ;; *) echo "a $1" ;; esac
}

all='apply p.csv
check p.csv
import containers containers.csv
list stores
runs
runs abandon 1
jobs list
results 1
reconcile
verify
verify --quick
backup copy.db'

writers='apply p.csv
import containers containers.csv
runs abandon 1
verify'

# each COMMANDS MESSAGE: status 4, this message first, and the lock is free again
each() {
	echo "$1" | while read -r command; do
		# shellcheck disable=SC2086 # words
		run 4 -q $command
		is "$command" "$(head -n 1 "$scratch/err")" "$2"
		is "$command: files" "$(ls copy.db* 2>/dev/null)" ''
		[ ! -f inventory.db.lock ] || flock -n inventory.db.lock true || wrong "$command: the lock is held"
		[ $case_good = yes ] || exit 1
	done || case_good=no
}

for kind in pipe folder device socket; do
	for suffix in journal wal shm; do
		begin "a $kind in the place of the -$suffix"
		scene
		if place $kind inventory.db-$suffix; then
			each "$all" "pfxreplace: $(realpath .)/inventory.db-$suffix: $(words $kind): expected a file that SQLite made, or none"
			rm -rf inventory.db-$suffix
			run 0 -q apply p.csv
		else
			echo "skipped: $script: $case_name: none can be made"
		fi
	done

	begin "a $kind in the place of the lock file"
	scene
	if place $kind inventory.db.lock; then
		each "${writers%
*}" "pfxreplace: $(realpath .)/inventory.db.lock: $(words $kind): expected the lock file that \`pfxreplace init\` makes, or none"
		run 4 -d inventory.db init
		sql 'SELECT count(*) FROM run' 0
	fi

	begin "a $kind as the database"
	scene
	if place $kind inventory.db; then
		echo "$all" | while read -r command; do
			# shellcheck disable=SC2086 # words
			run 4 -q $command
			grep -q '^pfxreplace: inventory.db: not a database: expected ' "$scratch/err" || wrong "$command: $(cat "$scratch/err")"
			[ $case_good = yes ] || exit 1
		done || case_good=no
		run 4 init
		err 'pfxreplace: inventory.db: the database is there already: expected none, `init` touches nothing that exists'
	fi

	begin "a $kind as the key file"
	scene
	if place $kind odd; then
		case $kind in
		socket) why='the key file cannot be opened: No such device or address' ;;
		*) why='not a regular file, as a pipe or a device: expected a file of mode 0600' ;;
		esac
		run 4 -k odd apply p.csv
		is 'apply' "$(head -n 1 "$scratch/err")" "pfxreplace: odd: $why"
		flock -n inventory.db.lock true || wrong 'the lock is held'
		sql 'SELECT count(*) FROM run' 0
		run 0 -k odd check p.csv
		is 'check' "$(grep -c "apply would stop: odd: $why" "$scratch/err")" 1
		run 0 -k inventory.db.key -q apply p.csv
		run 1 -q -k odd verify
		grep -q "$why" "$scratch/out" || wrong "$(cat "$scratch/out")"
		run 4 -k odd -d new.db init
		err 'pfxreplace: odd: the key file is there already: expected none, `init` touches nothing that exists'
		is 'files' "$(ls new.db* 2>/dev/null)" ''
	fi
done

begin 'the key from a descriptor: a regular file is, a pipe is not'
scene
run 0 -q -k /dev/fd/5 apply p.csv 5<inventory.db.key
run 0 -q -k /proc/self/fd/5 verify 5<inventory.db.key
sed p inventory.db.key | "$PROGRAM" -q -k /dev/fd/0 verify >"$scratch/out" 2>"$scratch/err"
is 'status' $? 1
grep -q 'not a regular file, as a pipe or a device' "$scratch/out" || wrong "$(cat "$scratch/out")"

# ---- signals ---------------------------------------------------------------------------------

# ended SIGNAL STATUS MESSAGE COMMAND...: one signal ends it, within a second and a half
ended() {
	signal=$1 number=$2 message=$3
	shift 3
	env --default-signal=INT,HUP,TERM "$real" -q "$@" >out 2>waited 7>&- &
	waiting=$!
	sleep 0.7
	kill -"$signal" $waiting
	start=$(date +%s%3N)
	wait $waiting
	is "status of $* after $signal" $? "$number"
	[ $(($(date +%s%3N) - start)) -lt 1500 ] || wrong "$signal did not end $*"
	is "$* after $signal" "$(head -n 1 waited)" "pfxreplace: $message"
}

begin 'a signal ends the wait for who has the database'
scene
for lock in IMMEDIATE EXCLUSIVE; do
	holding "BEGIN $lock;"
	for command in 'apply p.csv' 'import containers containers.csv' 'runs abandon 1'; do
		for signal in TERM:143 INT:130 HUP:129; do
			# shellcheck disable=SC2086 # words
			ended "${signal%:*}" "${signal#*:}" 'inventory.db: interrupted while it waited for the database' $command
			[ "$lock:$command" = 'IMMEDIATE:apply p.csv' ] || break
		done
	done
	if [ $lock = EXCLUSIVE ]; then
		for command in 'list stores' 'check p.csv' 'verify' 'reconcile' 'results 1' 'jobs list'; do
			# shellcheck disable=SC2086 # words
			ended TERM 143 'inventory.db: interrupted while it waited for the database' $command
		done
		ended TERM 143 'inventory.db: interrupted while it waited for the database' backup copy.db
		is 'files' "$(echo copy* .pfx*)" 'copy* .pfx*'
	fi
	let_go
done
run 0 -q apply p.csv

begin 'a signal ends the wait for a pipe'
scene
mkfifo pipe
exec 6<>pipe # nobody ever writes
for command in 'apply pipe' 'check pipe' 'import containers pipe'; do
	# shellcheck disable=SC2086 # words
	ended TERM 143 'pipe: interrupted while it was read' $command
done
exec 6>&-
for command in 'apply pipe' 'check pipe' 'import containers pipe'; do # nobody opens it for writing
	# shellcheck disable=SC2086 # words
	ended TERM 143 'pipe: interrupted while it was read' $command
done

finish
