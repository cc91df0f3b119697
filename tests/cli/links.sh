#!/bin/sh
# Several names of one file: a journal and a lock are found under only one of them, and a write
# under one changes all.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# several DATABASE COUNT [OTHER]: the message
several() {
	echo "pfxreplace: $1: it has $2 names (hard links${3:+, one is $3}), and its journal and its lock are found under one of them only: remove the others, and keep the one that has a -journal beside it"
}

writers='apply m.csv
import containers containers.csv
runs abandon 1'

readers='list stores
runs
jobs list
check m.csv
reconcile
verify --quick
show store 11111111-1111-4111-8111-111111111111'

# scene: a company, a manifest, something to import
scene() {
	company
	manifest m.csv 107,207,
	printf '%s\n' Id,Name 1,Other >containers.csv
}

# each COMMANDS STATUS MESSAGE [DATABASE]: all end with this status, and print this message first
each() {
	echo "$1" | while read -r command; do
		# shellcheck disable=SC2086 # words
		run "$2" -q ${4:+-d $4} $command
		is "$command" "$(head -n 1 "$scratch/err")" "$3"
		[ $case_good = yes ] || exit 1
	done || case_good=no
}

begin 'a hard link to the database: nobody writes, under either name; all is as it was'
scene
ln inventory.db other.db
before=$(cksum inventory.db; ls)
each "$writers" 4 "$(several inventory.db 2 other.db)"
each "$writers" 4 "$(several other.db 2 inventory.db)" other.db
is 'the folder' "$(cksum inventory.db; ls)" "$before"
# Both names are here, and nothing lies beside either: the file is complete and can be read.
run 0 list stores
run 0 -d other.db list stores
run 0 -q check m.csv
run 0 -q backup copy.db
is 'the folder' "$(rm copy.db; cksum inventory.db; ls)" "$before"
rm other.db
run 0 -q apply m.csv

begin 'a name in another folder: nobody writes, and nobody reads what may be half of a commit'
scene
mkdir other
ln inventory.db other/some.db
each "$writers" 4 "$(several inventory.db 2)"
each "$readers" 4 "$(several inventory.db 2)"
run 4 backup copy.db
err "$(several inventory.db 2)"
each "$readers" 4 "$(several other/some.db 2)" other/some.db
is 'files' "$(echo * other/*)" \
	'containers.csv inventory.db inventory.db.key inventory.db.lock m.csv other other/some.db'
rm other/some.db
run 0 -q apply m.csv

begin 'an interrupted commit beside one name is no truth under another'
scene
sqlite3 inventory.db >/dev/null 2>&1 <<-END
	PRAGMA cache_size = 2;
	BEGIN IMMEDIATE;
	UPDATE store SET display_name = 'half';
	UPDATE certificate SET subject = printf('%.9000c', 'x');
	.shell kill -9 \$PPID
END
[ -s inventory.db-journal ] || wrong 'there is no journal'
ln inventory.db other.db
each "$readers" 4 "$(several other.db 2 inventory.db)" other.db
each "$readers" 4 "$(several inventory.db 2 other.db)"
each "$writers" 4 "$(several other.db 2 inventory.db)" other.db
[ -s inventory.db-journal ] || wrong 'the journal is gone'
rm other.db
run 0 list stores
is 'half of a commit' "$(grep -c half "$scratch/out")" 0
run 0 -q apply m.csv
sql 'SELECT count(*) FROM store WHERE display_name = "half"; PRAGMA integrity_check' '0
ok'

begin 'the names that a killed init left: who writes removes them, who reads leaves them'
scene
ln inventory.db inventory.db.init-4711
ln inventory.db inventory.db.init-4711.aB3dE6
each "$readers" 0 ''
is 'files' "$(ls inventory.db*)" 'inventory.db
inventory.db.init-4711
inventory.db.init-4711.aB3dE6
inventory.db.key
inventory.db.lock'
run 0 -q apply m.csv
err ''
is 'files' "$(ls inventory.db*)" 'inventory.db
inventory.db.key
inventory.db.lock'
# It removes a file only if it has a name of that form and is the database.
ln inventory.db inventory.db.init-x
each "$writers" 4 "$(several inventory.db 2 inventory.db.init-x)"
rm inventory.db.init-x
echo mine >inventory.db.init-12
run 0 -q import containers containers.csv
same inventory.db.init-12 mine

begin 'a symbolic link is the same name, with one lock and one journal'
scene
mkdir links
ln -s ../inventory.db links/soft.db
run 0 -q -d links/soft.db -k inventory.db.key apply m.csv
is 'files' "$(ls links)" soft.db

# ---- the lock file ---------------------------------------------------------------------------

for content in 'precious' ''; do
	begin "a hard link in the place of the lock file, of \"$content\": refused, and as it was"
	scene
	rm inventory.db.lock
	printf '%s' "$content" >precious
	ln precious inventory.db.lock
	before=$(cksum precious; stat -c '%y %Z' precious)
	each "$writers" 4 "pfxreplace: $(realpath .)/inventory.db.lock: it has 2 names (hard links), so it may be a file of somebody else: expected the lock file that \`pfxreplace init\` makes, or none"
	is 'precious' "$(cksum precious; stat -c '%y %Z' precious)" "$before"
	run 4 verify
	is 'precious' "$(cksum precious; stat -c '%y %Z' precious)" "$before"
	sql 'SELECT count(*) FROM run' 0
	rm inventory.db.lock
	run 0 -q apply m.csv
done

begin 'another file in the place of the lock file: refused, and as it was'
scene
for content in 'precious' 'processes' '\001\002ELF' "process $(printf '%300s' x)"; do
	printf '%b' "$content" >inventory.db.lock
	before=$(cksum inventory.db.lock; stat -c '%y' inventory.db.lock)
	each "$writers" 4 "pfxreplace: $(realpath .)/inventory.db.lock: it holds something else than the line of a lock: expected the lock file that \`pfxreplace init\` makes, or none"
	is 'the file' "$(cksum inventory.db.lock; stat -c '%y' inventory.db.lock)" "$before"
done
# A killed holder leaves none of these.
for content in '' 'process 12 (apply m.csv) since 2026-01-01T00:00:00Z' 'process 12 (app' 'proc' '\0\0\0' '\245\245\0\0'; do
	printf '%b' "$content" >inventory.db.lock
	run 0 -q import containers containers.csv
	same inventory.db.lock ''
done

begin 'a symbolic link in the place of the lock file: refused, and what it names as it was'
scene
echo precious >precious
ln -sf precious inventory.db.lock
each "$writers" 4 "pfxreplace: $(realpath .)/inventory.db.lock: a symbolic link: expected the lock file that \`pfxreplace init\` makes, or none"
same precious precious

begin 'the lock file of somebody else holds nobody up'
nobody=$(id -u nobody 2>/dev/null)
if [ "$(id -u)" = 0 ] && chown "$nobody" . 2>/dev/null; then
	scene
	chown "$nobody" inventory.db.lock
	each "$writers" 4 "pfxreplace: $(realpath .)/inventory.db.lock: the lock file belongs to user $nobody: expected one of yours, of root or of the database's owner"
	chown "$nobody" inventory.db
	run 0 -q apply m.csv
else
	echo "skipped: $script: $case_name: no other user"
fi

# ---- beside the database ---------------------------------------------------------------------

for suffix in journal wal shm; do
	begin "a hard link in the place of the -$suffix: refused, and as it was"
	scene
	printf '\0precious' >precious # SQLite does not take it for a journal, and would overwrite it
	ln precious inventory.db-$suffix
	before=$(cksum precious)
	told="pfxreplace: $(realpath .)/inventory.db-$suffix: it has 2 names (hard links), so it may be a file of somebody else: expected a file that SQLite made, or none"
	each "$writers" 4 "$told"
	each "$readers" 4 "$told"
	is 'precious' "$(cksum precious)" "$before"
	rm inventory.db-$suffix
	ln -s precious inventory.db-$suffix
	told="pfxreplace: $(realpath .)/inventory.db-$suffix: a symbolic link: expected a file that SQLite made, or none"
	each "$writers" 4 "$told"
	each "$readers" 4 "$told"
	is 'precious' "$(cksum precious)" "$before"
done

begin 'a hard link to the key file: it is only read'
scene
ln inventory.db.key other.key
printf '%s\n' ExistingCertificateId,CertificateId,Password 103,203,secret >p.csv
chmod 600 p.csv
run 0 -q apply p.csv
run 0 -q -k other.key verify

finish
