#!/bin/sh
# What init must never touch, what it removes of an earlier init, and names that it refuses.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

there() { # FILE WHAT
	echo "pfxreplace: $1: $2 is there already: expected none, \`init\` touches nothing that exists"
}

for beside in '-journal|the journal of an earlier database' '-wal|the write-ahead log of an earlier database' \
	"-shm|the index of an earlier database's write-ahead log"; do
	begin "init makes no database beside the ${beside%|*} of an earlier one, which would become part of it"
	echo 'not mine' >"inventory.db${beside%|*}"
	run 4 init
	out ''
	err "$(there "inventory.db${beside%|*}" "${beside#*|}")"
	is 'files' "$(echo *)" "inventory.db${beside%|*}"
	same "inventory.db${beside%|*}" 'not mine'
done

# ---- leftovers of an earlier init ------------------------------------------------------------

# What init says where it made them.
made='pfxreplace: inventory.db: made, with its key file inventory.db.key
pfxreplace: inventory.db.key: keep it: no password can be read without it
pfxreplace: inventory.db.key: back it up apart from the database, never with it'

# made FOLDER: a database with its key and its lock, to copy from
made() {
	umask 077 # as the program does
	rm -rf "$1"
	mkdir "$1"
	(cd "$1" && "$PROGRAM" -q init) || wrong 'init failed'
}

# is_made: the folder holds these three, each with one name, and a password can be sealed
is_made() {
	is 'files' "$(echo * .[!.]*)" 'inventory.db inventory.db.key inventory.db.lock .[!.]*'
	is 'links and modes' "$(stat -c '%h %a' inventory.db* | tr '\n' ' ')" '1 600 1 600 1 600 '
	run 0 -q verify
	sql "SELECT count(*) FROM setting WHERE name = 'key-check'" 1
}

begin 'init killed before anything had its name: the next one removes what it left'
made ../from
cp ../from/inventory.db inventory.db.init-17
head -c 5000 ../from/inventory.db >inventory.db.init-18.Ab12cD
: >inventory.db.init-18.Ab12cD-journal
cp -p ../from/inventory.db.key inventory.db.key.init-17
head -c 30 ../from/inventory.db.key >inventory.db.key.init-18
: >inventory.db.key.init-19
printf 'process 17 (init) since 2026-01-01T00:00:00Z\n' >inventory.db.lock
run 0 init
err "$made"
is_made

begin 'init killed when the key had its name: the next one makes another'
made ../from
cp ../from/inventory.db inventory.db.init-17
cp ../from/inventory.db.key inventory.db.key.init-17
ln inventory.db.key.init-17 inventory.db.key
: >inventory.db.lock
run 0 init
err "$made"
is_made
cmp -s inventory.db.key ../from/inventory.db.key && wrong 'the same key'

begin 'init killed when both had their names: the next one ends what it began'
made ../from
for left in 'inventory.db inventory.db.key' inventory.db inventory.db.key; do
	rm -f ./*
	cp ../from/* .
	for name in $left; do
		ln "$name" "$name.init-17"
	done
	before=$(cksum inventory.db inventory.db.key)
	case $left in
	inventory.db.key) # a power cut may undo one removal and not the other
		run 4 init
		err "$(there inventory.db 'the database')"
		;;
	*)
		run 0 init
		err "$made"
		;;
	esac
	is_made
	is 'database and key' "$(cksum inventory.db inventory.db.key)" "$before"
	run 4 init
	err "$(there inventory.db 'the database')"
done

begin 'a key that nobody left is not touched, whatever lies beside it'
made ../from
key=$(cat ../from/inventory.db.key)
# No init made a database with it; another init has a file; an init of another database has it.
for kind in alone other linked; do
	rm -f ./*
	cp -p ../from/inventory.db.key .
	case $kind in
	other)
		cp ../from/inventory.db inventory.db.init-17
		sed 's/.$/0/' inventory.db.key >inventory.db.key.init-17
		;;
	linked) ln inventory.db.key inventory.db.key.init-17 ;;
	esac
	run 4 init
	err "$(there inventory.db.key 'the key file')"
	same inventory.db.key "$key"
	[ $kind = linked ] || is 'files' "$(echo *)" inventory.db.key
done
# The init of another database, with this key, was killed: its key is not ours to remove.
rm -f ./*
cp ../from/inventory.db a.db.init-17
cp -p ../from/inventory.db.key shared.key
ln shared.key shared.key.init-17
run 4 -d b.db -k shared.key init
err "$(there shared.key 'the key file')"
is 'files' "$(echo *)" 'a.db.init-17 shared.key shared.key.init-17'
run 0 -d a.db -k shared.key init
is 'files' "$(echo *)" 'a.db a.db.lock shared.key'

begin 'a database that is complete is not touched, and what it has beside it stays'
run 0 init
cp -p inventory.db.key copy
echo mine >inventory.db.init-5
before=$(cksum ./*; stat -c '%n %y %h' ./*)
run 4 init
err "$(there inventory.db 'the database')"
is 'files' "$(cksum ./*; stat -c '%n %y %h' ./*)" "$before"
# Also if a link looks like one of an init, but the key is another.
rm inventory.db.init-5
ln inventory.db inventory.db.init-5
rm inventory.db.key
sed -e 's/0$/1/' -e t -e 's/.$/0/' copy >inventory.db.key
chmod 600 inventory.db.key
before=$(cksum ./*)
run 4 init
err "$(there inventory.db 'the database')"
is 'files' "$(cksum ./*)" "$before"

begin 'what is none of an init stays: another name, another kind, what is too large'
mkdir inventory.db.init-1
ln -s nowhere inventory.db.init-2
mkfifo inventory.db.key.init-3
echo mine >inventory.db.init-
echo mine >inventory.db.init-4x
echo mine >inventory.db.key.init-5
head -c 300000 /dev/zero >inventory.db.init-6
before=$(ls)
run 0 init
is 'files' "$(rm inventory.db inventory.db.key inventory.db.lock; ls)" "$before"
same inventory.db.key.init-5 mine

begin 'an init waits for another one, and a signal ends the wait'
(
	flock 9
	touch held
	while [ ! -e go ]; do sleep 0.01; done
) 9>inventory.db.lock &
flocking=$!
while [ ! -e held ]; do sleep 0.01; done
env --default-signal=TERM "$PROGRAM" init 2>waited &
waiting=$!
sleep 0.3
kill -TERM $waiting
wait $waiting
is 'status' $? 143
same waited 'pfxreplace: inventory.db: interrupted while it waited for the database
pfxreplace: inventory.db: nothing was made: the same command starts anew'
"$PROGRAM" init 2>waited &
waiting=$!
sleep 0.3
is 'files' "$(echo inventory.db*)" inventory.db.lock
touch go
wait $waiting
is 'status' $? 0
same waited "$made"
wait $flocking
rm held go waited
is_made

begin 'many at once: exactly one makes it, and nobody removes what another is making'
made ../from
for round in 1 2 3 4 5 6 7 8; do
	mkdir r$round
	cd r$round || exit 2
	# They remove leftovers while they run.
	cp ../../from/inventory.db inventory.db.init-17
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		("$PROGRAM" init 2>../err.$round.$n; echo $? >../status.$round.$n) &
	done
	wait
	is 'statuses' "$(cat ../status.$round.* | sort | uniq -c | tr -s ' \n' ' ')" ' 1 0 11 4 '
	is 'messages' "$(cat ../err.$round.* | sort | uniq -c | sed 's/^ *//')" \
		"$(echo "$made" | sort | sed 's/^/1 /')
11 $(there inventory.db 'the database')"
	is_made
	cd ..
done

begin 'many databases at once with one key file: one gets it, the others nothing'
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	("$PROGRAM" -d $n.db -k shared.key init 2>err.$n; echo $? >status.$n) &
done
wait
is 'statuses' "$(cat status.* | sort | uniq -c | tr -s ' \n' ' ')" ' 1 0 11 4 '
winner=$(grep -l '^0$' status.*)
winner=${winner#status.}
is 'files' "$(echo *.db* *.key* *init* | tr ' ' '\n' | grep -v '\*' | sort -u | tr '\n' ' ')" "$winner.db $winner.db.lock shared.key "
run 0 -q -d "$winner.db" -k shared.key verify

# ---- names -----------------------------------------------------------------------------------

commands='init
list stores
runs
apply m.csv
check m.csv
verify
backup copy
import stores m.csv
jobs list
reconcile
results 1
show run 1'

# none NAME FAULT: every command refuses it as the name of a database
none() {
	echo "$commands" | while read -r command; do
		# shellcheck disable=SC2086 # words
		run 2 -d "$1" $command
		out ''
		err "pfxreplace: -d: \"$1\" $2"
		[ $case_good = yes ] || exit 1
	done || case_good=no
	[ -z "$1" ] || {
		PFXREPLACE_DB=$1 "$PROGRAM" init 2>"$scratch/err"
		is 'status with the environment' $? 2
	}
	is 'files' "$(echo * .[a-z]*)" '* .[a-z]*'
}

begin 'names that mean something else to SQLite are none of a database'
for name in :memory: file:inventory.db 'file:inventory.db?mode=memory' file:; do
	none "$name" 'means no file to SQLite: expected the path of one, with ./ before such a name'
done
run 0 -d ./file:x init
is 'files' "$(echo *)" 'file:x file:x.key file:x.lock'
run 0 -q -d ./file:x verify

begin 'nor is no name, or that of a folder'
none '' 'is no name: expected the path of a file'
none inventory.db/ 'is the name of a folder: expected the path of a file'

begin 'nor are those of the files beside a database'
for name in inventory.db-journal inventory.db-wal inventory.db-shm inventory.db.lock inventory.db.key sub/x.lock; do
	none $name 'ends as the name of a file that lies beside a database: expected the path of the database itself'
done
for name in inventory.db.init-7 inventory.db.init-7.aBcD12; do
	none $name 'is as `init` names what it is making: expected another name'
done
for name in inventory.db inventory.db-wal inventory.db.lock inventory.db.init-3; do
	run 2 -k $name init
	is 'the key file' "$(sed 's/" is .*/"/' "$scratch/err")" "pfxreplace: -k: \"$name\""
done
run 2 -k '' init
err 'pfxreplace: -k: "" is no name: expected the path of a file'
is 'files' "$(echo *)" '*'

begin 'a folder that is not there: what the user named is in the message, and nothing else'
run 4 -d gone/inventory.db init
err 'pfxreplace: gone/inventory.db: the database cannot be made: No such file or directory
pfxreplace: gone/inventory.db: nothing was made: the same command starts anew'
run 4 -k gone/key init
err 'pfxreplace: gone/key: the key file cannot be made: No such file or directory
pfxreplace: inventory.db: nothing was made: the same command starts anew'
echo text >file
run 4 -d file/inventory.db init
err 'pfxreplace: file/inventory.db: the database cannot be made: Not a directory
pfxreplace: file/inventory.db: nothing was made: the same command starts anew'
is 'files' "$(echo *)" file
if [ "$(id -u)" = 0 ] && setpriv --reuid nobody --clear-groups true 2>/dev/null; then
	chmod 755 "$scratch" .
	setpriv --reuid nobody --clear-groups "$PROGRAM" init 2>"$scratch/err"
	is 'status' $? 4
	err 'pfxreplace: inventory.db: the database cannot be made: Permission denied
pfxreplace: inventory.db: nothing was made: the same command starts anew'
fi
sh -c 'ulimit -f 8 && "$0" init' "$PROGRAM" 2>"$scratch/err"
is 'what was made under another name' "$(grep -c init- "$scratch/err")" 0
is 'files' "$(echo *)" file

begin 'init sweeps nothing that it cannot have made'
echo precious >inventory.db.init-1
printf '\331\325\005\371\040\241\0\0\0\0\0\0torn' >inventory.db.init-2-journal
printf '\0\0\0\0\0\0\0\0\0\0\0\0unsynced' >inventory.db.init-3.abcdef-journal
printf 'SQLite format 3\0' >inventory.db.init-4
: >inventory.db.init-5
run 0 init
is 'files' "$(echo *)" 'inventory.db inventory.db.init-1 inventory.db.key inventory.db.lock'
same inventory.db.init-1 precious

finish
