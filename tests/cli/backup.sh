#!/bin/sh
# backup: a copy of the database that works, or none.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
. "$(dirname "$0")/company"

# left FOLDER NAME...: the folder holds these and nothing else
left() {
	folder=$1
	shift
	is "what is in $folder" "$(cd "$folder" && echo * .[!.]* | sed "s, *\.\[!\.\]\*,,") " "$(printf '%s ' "$@")"
}

begin 'a copy has all of it, carries its runs on, and has no key'
company
manifest m.csv 107,207, 106,206, 108,208,
run 6 -q apply --max-errors 0 m.csv
mkdir safe
run 0 backup safe/copy.db
out ''
told 'inventory.db: copied to safe/copy.db, which has no key: keep the key file too, and apart'
is 'mode' "$(stat -c %a safe/copy.db)" 600
left safe copy.db
state inventory.db inventory.state
state safe/copy.db copy.state
alike 'the copy' inventory.state copy.state
# Each carries the run on to the same end.
run 1 -q -d safe/copy.db -k inventory.db.key apply --results safe/r.csv m.csv
run 1 -q apply m.csv
alike 'results' m.results.csv safe/r.csv
state inventory.db inventory.state
state safe/copy.db copy.state
alike 'the copy' inventory.state copy.state
left safe copy.db copy.db.lock r.csv

begin 'an older copy is replaced by the whole new one'
company
run 0 -q backup copy.db
manifest m.csv 107,207,
run 0 -q apply m.csv
chmod 644 copy.db
run 0 -q backup copy.db
err ''
database=copy.db sql 'SELECT count(*) FROM run' 1
is 'mode' "$(stat -c %a copy.db)" 600
database=copy.db sql 'PRAGMA integrity_check; SELECT count(*) FROM certificate' 'ok
44'

begin 'what is no place for a copy'
company
cp inventory.db kept.db
while IFS='|' read -r file what; do
	run 2 backup "$file"
	told "backup: $file$what; see \`pfxreplace backup --help\`"
done <<'END_OF_CASES'
inventory.db| is the database: expected another file
./inventory.db.key| is the key file: expected another file
inventory.db.lock| is the lock file: expected another file
-|: expected the name of a file
/dev/null|: expected the name of a file
END_OF_CASES
run 2 backup
told 'backup: expected one FILE; see `pfxreplace backup --help`'
run 4 backup nowhere/copy.db
told 'nowhere/copy.db: the file cannot be written: No such file or directory'
run 4 -d none.db backup copy.db
told 'none.db: no database (`pfxreplace init` makes one): No such file or directory'
alike 'the database' inventory.db kept.db
left . inventory.db inventory.db.key inventory.db.lock kept.db

begin 'a file that is no database of ours is not replaced'
company
echo 'kept notes' >notes.txt
sqlite3 theirs.db 'CREATE TABLE t(a)'
ln -s notes.txt link
mkdir there
cp notes.txt theirs.db there
for name in notes.txt theirs.db link; do
	for options in '' -q; do
		# shellcheck disable=SC2086 # no word, or one
		run 4 $options backup $name
		out ''
		told "$name: not a database of pfxreplace, and so no earlier backup: name another file, or remove this one first"
	done
done
for name in notes.txt theirs.db; do alike "$name" there/$name $name; done
left . inventory.db inventory.db.key inventory.db.lock link notes.txt theirs.db there
# An empty one, as mktemp makes, holds nothing.
: >empty
run 0 -q backup empty
run 0 -q -d empty -k inventory.db.key verify

begin 'a file that cannot be written leaves what was there'
company
run 0 -q backup copy.db
cp copy.db old.db
# Blocks of 512 bytes; the program gets EFBIG if the signal is ignored.
(
	trap '' XFSZ
	ulimit -f 100
	"$PROGRAM" backup copy.db 2>told
	echo $? >status
)
is 'status' "$(cat status)" 4
same told 'pfxreplace: copy.db: the backup was not made: File too large'
alike 'the copy' old.db copy.db
left . copy.db inventory.db inventory.db.key inventory.db.lock old.db status told

begin 'a run at work is not waited for, nor does it need the right to write'
company
( # as its holder
	flock 9
	echo 'process 7 (run 2) since 2026-01-01T00:00:00Z' >&9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
chmod 400 inventory.db
before=$(fingerprint . | grep ' [0-9]* .*inventory')
run 0 -q backup --wait 0 copy.db
is 'the database' "$(fingerprint . | grep ' [0-9]* .*inventory')" "$before"
database=copy.db sql 'PRAGMA integrity_check' ok
touch release
wait

begin 'while a run writes each copy is whole, and the run goes on'
company
{
	echo ExistingCertificateId,CertificateId
	i=1
	while [ $i -le 3000 ]; do
		echo "$((i % 14 + 107)),$((i % 14 + 207))"
		i=$((i + 1))
	done
} >many.csv
"$PROGRAM" -q apply --chunk 20 many.csv &
writer=$!
copies=0
while kill -0 $writer 2>/dev/null; do
	run 0 -q backup copy.db
	run 0 -d copy.db -k inventory.db.key verify
	copies=$((copies + 1))
done
wait $writer
is 'the run' $? 0
[ $copies -gt 0 ] || wrong 'no copy was made meanwhile'

begin 'a journal or a lock beside the file stays, and so does the file'
company
run 0 -q backup copy.db
cp copy.db old.db
touch copy.db-journal
run 4 backup copy.db
told 'copy.db-journal: the journal of another database: expected none beside a backup'
rm copy.db-journal
touch copy.db.lock
run 4 backup copy.db
told 'copy.db.lock: the lock of a database that is in use: expected none beside a backup'
alike 'the copy' old.db copy.db
ln -s inventory.db other.db
run 2 -d other.db -k inventory.db.key backup inventory.db-journal
told "backup: inventory.db-journal is the database's journal: expected another file; see \`pfxreplace backup --help\`"
run 2 -d other.db -k inventory.db.key backup inventory.db.lock
left . copy.db copy.db.lock inventory.db inventory.db.key inventory.db.lock old.db other.db

finish
