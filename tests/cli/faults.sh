#!/bin/sh
# The world fails: the messages, the exit status, what is left, and that the same command carries on.
# tests/faults/shim.c lies to the program; a mount namespace of this script's own has small and
# read-only file systems.
# shellcheck disable=SC2016 # backquotes in messages
if [ -z "${FAULTS_MOUNTS-}" ]; then
	FAULTS_MOUNTS=no
	if unshare -m mount -t tmpfs none /mnt 2>/dev/null; then
		FAULTS_MOUNTS=yes
		export FAULTS_MOUNTS
		exec unshare -m sh "$0"
	fi
fi
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
found_crowd 400

skipped() {
	echo "skipped: $script: $case_name: $1"
}

inside() { # ROWS: of the manifest, more than none and fewer than all
	if [ "$1" -le 0 ] || [ "$1" -ge 400 ]; then
		wrong "$1 rows"
	fi
}

# only_ends LINE...: faults of rows, and after them exactly these lines
only_ends() {
	sed -i '/^pfxreplace: crowd.csv:[0-9]*: store .* \[no-permission\]$/d' "$scratch/err"
	told "$@"
}

carries_on='are committed and safe: the same command carries on'
anew='crowd.csv: nothing was committed: the same command starts anew'

# ---- file size limits ------------------------------------------------------------------------

# limited BLOCKS COMMAND...: with a limit on the size of files, in blocks of 512 bytes
limited() {
	# shellcheck disable=SC3045 # dash has it
	(ulimit -f "$1" && shift && "$@" && [ "$case_good" = yes ]) || case_good=no
}

begin 'a file size limit: in the database, at the start'
crowd
size=$(stat -c %s inventory.db)
limited $((size / 512)) apply_crowd 4
only_ends 'inventory.db: disk I/O error, while COMMIT (778: File too large)' "$anew"
is 'published' "$(echo ./*.csv)" './crowd.csv'
sql 'SELECT count(*) FROM run' 0
carry_on

begin 'a file size limit: in the database, in the middle'
crowd
limited $((size / 512 + 60)) apply_crowd 4
committed=$(sqlite3 inventory.db 'SELECT rows_read FROM run')
crowd_told 1 $((committed + 50)) 'run 1 so far' "$committed" \
	'inventory.db: disk I/O error, while COMMIT (778: File too large)' \
	"crowd.csv: run 1: $committed of 400 rows $carries_on"
inside "$committed"
is 'whole chunks' $((committed % 50)) 0
is 'summary' "$(grep -c '"Complete":false,"ExitStatus":4,"Rows":{"Read":'"$committed"',' s.json)" 1
carry_on

begin 'a file size limit: in the outputs of a finished run'
crowd
apply_crowd 1
rm crowd.results.csv rejects.csv s.json
limited 40 apply_crowd 4
told 'crowd.csv: run 1: 400 rows read: 0 succeeded, 400 partial' \
	'crowd.results.csv: the file cannot be written: File too large' \
	'crowd.csv: run 1: all of its 400 rows are committed and safe: the same command writes its files'
is 'published' "$(echo ./*.csv ./.pfx*)" './crowd.csv ./.pfx*'
carry_on

begin 'a file size limit: init, import, list'
limited 20 run 4 init
is 'its end' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: inventory.db: nothing was made: the same command starts anew'
is 'files' "$(echo ./* ./.[!.]*)" './* ./.[!.]*'
run 0 init
crowd
"$PROGRAM" list locations >all.txt
for command in 'list locations' 'list certificates --format jsonl'; do
	(
		# shellcheck disable=SC3045 # dash has it
		ulimit -f 20
		# shellcheck disable=SC2086 # words
		"$PROGRAM" $command >part 2>err
	)
	is 'status' $? 4
	same err 'pfxreplace: standard output: the file cannot be written: File too large'
	is 'size' "$(stat -c %s part)" 10240
done
cp "$scratch/company/certificates.csv" .
sed -i 's/2048/4096/' certificates.csv
limited 40 run 4 import certificates certificates.csv
told 'inventory.db: disk I/O error, while COMMIT (778: File too large)' \
	'certificates: loaded whole or not at all: to load it again does no harm'
sql 'SELECT count(*) FROM certificate WHERE key_size = 4096' 0
run 0 import certificates certificates.csv
told 'certificates: 44 records: 0 new, 43 changed, 1 unchanged'

# ---- read-only -------------------------------------------------------------------------------

# The folder ro shows the folder w, read-only.
read_only() {
	mkdir w ro
	crowd
	"$PROGRAM" -q apply --chunk 100 crowd.csv 2>/dev/null
	sed 's/2080/2081/' crowd.csv >other.csv
	mv ./*.* w
	mount --bind w ro && mount -o remount,ro,bind ro
}

readers='list stores
list certificates
list locations
show certificate 107
jobs list
runs
results 1
reconcile
reconcile --open --by machine
check other.csv'

begin 'a read-only file system: writers are told, readers read'
if [ "$FAULTS_MOUNTS" = yes ] && read_only; then
	cd ro || exit 2
	for command in 'apply other.csv' 'import stores other.csv' 'runs abandon 1'; do
		# shellcheck disable=SC2086 # words
		run 4 $command
		is "$command" "$(head -n 1 "$scratch/err")" \
			"pfxreplace: $(realpath .)/inventory.db.lock: the lock file cannot be opened: Read-only file system"
	done
	run 4 -d new.db init
	is 'the last line' "$(tail -n 1 "$scratch/err")" \
		'pfxreplace: new.db: nothing was made: the same command starts anew'
	echo "$readers" | while read -r command; do
		# shellcheck disable=SC2086 # words
		"$PROGRAM" -q $command >"$scratch/read-only" 2>&1
		status=$?
		# shellcheck disable=SC2086 # words
		(cd ../w && "$PROGRAM" -q $command >"$scratch/writable" 2>&1)
		is "status of $command" $? $status
		alike "$command" "$scratch/read-only" "$scratch/writable"
		[ $case_good = yes ] || exit 1
	done || case_good=no
	cd ..
	umount ro
else
	skipped 'no mount namespace'
fi

begin 'a database that cannot be written, in a folder that can'
if [ "$FAULTS_MOUNTS" = yes ]; then
	crowd
	mount --bind inventory.db inventory.db && mount -o remount,ro,bind inventory.db
	for command in 'apply crowd.csv' 'import stores crowd.csv' 'runs abandon 1'; do
		# shellcheck disable=SC2086 # words
		run 4 -q $command
		is "$command" "$(head -n 1 "$scratch/err")" 'pfxreplace: inventory.db: the database cannot be written'
	done
	run 1 -q check crowd.csv
	umount inventory.db
	carry_on
else
	skipped 'no mount namespace'
fi

begin 'a folder in which no journal can be made'
nobody=$(id -u nobody 2>/dev/null)
if [ "$(id -u)" = 0 ] && setpriv --reuid "$nobody" --clear-groups true 2>/dev/null; then
	crowd
	mkdir out
	chmod 777 out
	chmod 755 . "$scratch"
	chmod 666 inventory.db inventory.db.lock
	chmod 644 crowd.csv
	sqlite3 inventory.db "INSERT INTO role_permission VALUES ('r', 'nobody', '/certificates/enrollment/pfx/'),
		('r', 'nobody', '/certificate_stores/modify/')"
	sed -i 's/,long.*/,/' crowd.csv
	setpriv --reuid "$nobody" --clear-groups "$PROGRAM" -q apply --results out/r.csv crowd.csv 2>err
	is 'status' $? 4
	same err 'pfxreplace: inventory.db: no journal can be made beside it: expected a folder that can be written
pfxreplace: crowd.csv: nothing was committed: the same command starts anew'
	sql 'SELECT count(*) FROM run' 0
else
	skipped 'no other user'
fi

# ---- locked ----------------------------------------------------------------------------------

# holding STATEMENT: another process holds the database by it, until released
holding() {
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

begin 'another process has the database: status 5, and its name'
crowd
holding 'BEGIN IMMEDIATE;'
run 1 -q check crowd.csv
lying FAULT_NAP=200 apply_crowd 5
told "inventory.db: process $holder (sqlite3) holds the database (waited 10 s, while BEGIN IMMEDIATE); try again" "$anew"
lying FAULT_NAP=200 run 5 import stores crowd.csv
err "pfxreplace: inventory.db: process $holder (sqlite3) holds the database (waited 10 s, while BEGIN IMMEDIATE); try again"
released
carry_on

begin 'another process has the database to itself: nobody reads'
crowd
holding 'BEGIN EXCLUSIVE;'
echo "$readers" | sed 's/other/crowd/' | while read -r command; do
	# shellcheck disable=SC2086 # words
	lying FAULT_NAP=200 run 5 $command
	is "$command" "$(sed 's/, while .*)/)/' "$scratch/err")" \
		"pfxreplace: inventory.db: process $holder (sqlite3) holds the database (waited 10 s); try again"
	out ''
	[ $case_good = yes ] || exit 1
done || case_good=no
released

begin 'a reader that never ends: the commit gives up, and what was committed is safe'
crowd
lying FAULT_NAP=200 FAULT_STAT=2 FAULT_DO='
	sh -c "(echo \"BEGIN; SELECT count(*) FROM run;\"; echo .system touch held; while [ ! -e enough ]; do sleep 0.01; done) |
		exec sqlite3 inventory.db >/dev/null" &
	while [ ! -e held ]; do sleep 0.01; done' apply_crowd 5
touch enough
sed -i -E 's/process [0-9]+/process N/' "$scratch/err"
crowd_told 1 150 'run 1 so far' 100 \
	'inventory.db: process N (sqlite3) holds the database (waited 10 s, while COMMIT); try again' \
	"crowd.csv: run 1: 100 of 400 rows $carries_on"
carry_on

# ---- damaged ---------------------------------------------------------------------------------

begin 'a database that is cut short'
crowd
cp inventory.db whole.db
for pages in 0 1 2 7 30; do
	head -c $((pages * 4096)) whole.db >inventory.db
	case $pages in
	0) wrong='not a database: expected one made by `pfxreplace init`' ;;
	*) wrong='the database is damaged (database disk image is malformed, while opening the database); restore it from a backup' ;;
	esac
	for command in "apply crowd.csv" 'check crowd.csv' 'list stores' 'runs' 'import stores crowd.csv'; do
		# shellcheck disable=SC2086 # words
		run 4 -q $command
		out ''
		case $pages:$command in
		0:check* | 0:list* | 0:runs*) wrong='not a database of pfxreplace: expected one made by `pfxreplace init`' ;;
		0:*) wrong='not a database: expected one made by `pfxreplace init`' ;;
		esac
		told "inventory.db: $wrong"
	done
done
is 'files' "$(echo ./*.csv)" './crowd.csv'
cp whole.db inventory.db
carry_on

begin 'a database with a page of something else: whatever page, no crash and no end by a signal'
crowd
cp inventory.db whole.db
page=1
while [ $page -lt $(($(stat -c %s whole.db) / 4096)) ]; do
	for byte in 000 377; do
		cp whole.db inventory.db
		head -c 4096 /dev/zero | tr '\000' "\\$byte" |
			dd of=inventory.db bs=4096 seek=$page conv=notrunc status=none
		for command in 'apply crowd.csv' reconcile; do
			# shellcheck disable=SC2086 # words
			timeout 20 "$PROGRAM" -q $command >out 2>err
			status=$?
			case $status in
			[01]) ;;
			4) grep -q '^pfxreplace: ' err || wrong "page $page, $command: no message" ;;
			*) wrong "page $page, $byte, $command: status $status: $(cat err)" ;;
			esac
		done
	done
	page=$((page + 5))
done

# ---- full disks ------------------------------------------------------------------------------

# small FOLDER SIZE: a file system of its own
small() {
	mkdir -p "$1" && mount -t tmpfs -o size="$2" none "$1"
}

begin 'the disk of the database is full, that of the results is not'
if [ "$FAULTS_MOUNTS" = yes ] && small disk 4m; then
	crowd
	cp inventory.db* disk
	export PFXREPLACE_DB=disk/inventory.db
	# There is room for the journal of a few chunks, but not for what they add.
	dd if=/dev/zero of=disk/filler bs=4096 status=none \
		count=$(($(stat -f -c %a disk) * $(stat -f -c %S disk) / 4096 - 28)) || wrong 'no filler'
	apply_crowd 4
	committed=$(sqlite3 disk/inventory.db 'SELECT rows_read FROM run')
	inside "$committed"
	crowd_told 1 $((committed + 50)) 'run 1 so far' "$committed" \
		'disk/inventory.db: the disk is full, while COMMIT; what was committed is safe' \
		"crowd.csv: run 1: $committed of 400 rows $carries_on"
	is 'files' "$(echo ./*.csv ./*.json)" './crowd.csv ./s.json'
	is 'summary' "$(grep -c '"Complete":false,"ExitStatus":4,"Rows":{"Read":'"$committed"',' s.json)" 1
	# Still full: nothing that was committed is lost.
	apply_crowd 4
	sql 'ATTACH "disk/inventory.db" AS d; SELECT rows_read >= '"$committed"' FROM d.run' 1
	dd if=/dev/zero of=disk/filler.2 bs=4096 status=none 2>/dev/null
	sed s/srv/mnt/ "$scratch/company/stores.csv" >stores.csv
	run 4 import stores stores.csv
	rm stores.csv
	told 'disk/inventory.db: the disk is full, while store-keep; what was committed is safe' \
		'stores: nothing was loaded'
	run 4 -d disk/new.db init
	is 'init' "$(tail -n 1 "$scratch/err")" 'pfxreplace: disk/new.db: nothing was made: the same command starts anew'
	is 'files' "$(cd disk && echo *)" 'filler filler.2 inventory.db inventory.db.key inventory.db.lock'
	rm disk/filler*
	mv disk/inventory.db* .
	umount disk
	unset PFXREPLACE_DB
	carry_on
else
	skipped 'no mount namespace'
fi

begin 'the disk of the results is full, that of the database is not'
if [ "$FAULTS_MOUNTS" = yes ] && small disk 20k; then
	crowd
	printed= # rows whose faults are told: those that this command does
	for file in results rejects summary; do
		dd if=/dev/zero of=disk/filler bs=4096 status=none 2>/dev/null
		run 4 -q apply --chunk 50 --$file disk/$file crowd.csv
		[ -n "$printed" ] || sed -i 's/`pfxreplace results 1` names those that are committed/the results file names all, -v prints them/' "$scratch/err"
		crowd_told "${printed:-1}" 400 'run 1' 400 "disk/$file: the file cannot be written: No space left on device" \
			'crowd.csv: run 1: all of its 400 rows are committed and safe: the same command writes its files'
		printed=401
		is 'files' "$(ls -A disk)" filler
	done
	umount disk
	carry_on
else
	skipped 'no mount namespace'
fi

# ---- standard output -------------------------------------------------------------------------

printers='--version
--help
apply --help
explain
explain --format csv
completion bash
list stores
list certificates
list locations
list refusals
list roles
show certificate 107
show store 11111111-1111-4111-8111-111111111111
show run 1
show job 1
jobs list
runs
results 1
reconcile
reconcile --open --by machine
check --results - crowd.csv
apply -'

begin 'standard output that takes nothing: told, and no success'
crowd
run 1 -q apply crowd.csv
sed 's/2080/2081/' crowd.csv >other.csv
cp inventory.db whole.db
echo "$printers" | while read -r command; do
	rest=
	[ "$command" != 'apply -' ] || rest='
pfxreplace: -: run 2: all of its 400 rows are committed and safe: the same command writes its files'
	for way in full closed broken; do
		cp whole.db inventory.db
		# A last line even if nothing was printed: the reader was gone before the first byte.
		# shellcheck disable=SC2086 # words
		case $way in
		full) "$PROGRAM" -q $command <other.csv >/dev/full 2>err ;;
		closed) "$PROGRAM" -q $command <other.csv >&- 2>err ;;
		broken)
			mkfifo pipe
			exec 6<>pipe
			exec 5>pipe
			exec 6<&-
			rm pipe
			"$PROGRAM" -q $command <other.csv >&5 2>err
			;;
		esac
		status=$?
		exec 5>&-
		# A list or a help whose reader has gone away ends as by SIGPIPE.
		case $way:$command in
		broken:--* | broken:*--help | broken:explain* | broken:completion* | \
		broken:list* | broken:show* | broken:jobs* | broken:runs | broken:reconcile* | broken:results*)
			is "$command, $way" $status 141
			same err ''
			continue
			;;
		broken:check*) # the faults of rows were printed before
			is "$command, $way" $status 141
			grep -v '^pfxreplace: crowd.csv' err >told
			same told ''
			continue
			;;
		esac
		is "$command, $way" $status 4
		case $way in
		full) why='No space left on device' ;;
		closed) why='Bad file descriptor' ;;
		broken) why='Broken pipe' ;;
		esac
		sed 's/ the file cannot be written://' err >told
		case $command in # the faults of rows, then the end
		check*)
			is "$command, $way: closing line" "$(grep -c '^pfxreplace: crowd.csv: check: 400 rows read: 0 succeeded, 400 partial$' told)" 1
			sed -i -e '/^Manifest/d' -e '/^pfxreplace: crowd.csv/d' told
			;;
		'apply -')
			is "$command, $way: closing line" "$(sed '1,/^pfxreplace: -: 400 rows: no-permission/d' told | head -n 1)" \
				'pfxreplace: -: run 2: 400 rows read: 0 succeeded, 400 failed'
			sed -i '1,/^pfxreplace: -: run 2: 400 rows read/d' told
			;;
		esac
		same told "pfxreplace: standard output: $why$rest"
		[ -s inventory.db.lock ] && wrong "$command, $way: $(cat inventory.db.lock)"
	done
	[ $case_good = yes ] || exit 1
done || case_good=no
cp whole.db inventory.db
run 1 -q apply --results again.csv other.csv

begin 'with all standard streams closed nothing is lost'
crowd
"$PROGRAM" apply --chunk 50 --rejects rejects.csv --summary s.json crowd.csv <&- >&- 2>&-
is 'status' $? 1
is_whole
cmp -s inventory.db.lock /dev/null || wrong "the lock file: $(cat inventory.db.lock)"
"$PROGRAM" apply - <&- >&- 2>err
is 'status' $? 3
same err 'pfxreplace: -: cannot be read: Bad file descriptor'

# ---- the clock -------------------------------------------------------------------------------

begin 'a clock that jumps by years: the same jobs, the same results'
for offsets in '0 315360000 -315360000 94608000' '-600000000 600000000' '0 0 0 0 0 0 1000000000 -1000000000'; do
	crowd
	lying FAULT_CLOCK="$offsets" apply_crowd 1
	is_whole
	run 1 results 1
	alike 'results' crowd.results.csv "$scratch/out"
	is 'runs' "$("$PROGRAM" runs | wc -l)" 2
	lying FAULT_CLOCK="$offsets" run 1 -q reconcile
	lying FAULT_CLOCK="$offsets" run 1 apply --progress always crowd.csv
	carry_on
	rm crowd.results.csv rejects.csv s.json
done
crowd
lying FAULT_CLOCK='100 -500000000 500000000' FAULT_STAT=2 FAULT_DO='kill -9 $VICTIM' apply_crowd 137
sql 'SELECT rows_read FROM run' 100
lying FAULT_CLOCK='-500000000' carry_on

# ---- the manifest ----------------------------------------------------------------------------

begin 'a manifest that changes while it is read: status 3 before the next commit'
for change in 'truncate -s 200 crowd.csv' ': >crowd.csv' 'cat crowd.csv >>crowd.csv.new; cat crowd.csv.new >>crowd.csv' \
	'touch -d 2001-01-01 crowd.csv' 'cp crowd.csv new; mv new crowd.csv' 'chmod 400 crowd.csv' 'rm crowd.csv' \
	'sed -i s/2080/2081/ crowd.csv' 'ln crowd.csv other'; do
	rm -f ./*
	crowd
	lying FAULT_STAT=2 FAULT_DO="$change" apply_crowd 3
	crowd_told 1 150 'run 1 so far' 100 \
		'crowd.csv: the file changed while it was read: expected one that nobody writes to' \
		'crowd.csv: run 1: 100 of 400 rows are committed and safe: with the manifest as it was, the same command carries on; `pfxreplace runs abandon 1` gives it up'
	sql 'SELECT state, rows_read FROM run' '0|100'
	is "files after $change" "$(ls crowd.results.csv rejects.csv 2>/dev/null)" ''
	is 'summary' "$(grep -c '"Complete":false,"ExitStatus":3,"Rows":{"Read":100,' s.json)" 1
	cp "$scratch/crowd/crowd.csv" .
	carry_on
done

begin 'a pipe without an end'
crowd
for command in 'apply -' 'check -' 'import stores -'; do
	# shellcheck disable=SC2086 # words
	yes 1,2 2>/dev/null | lying FAULT_PAGES=16384 run 3 $command
	is "$command" "$(head -n 1 "$scratch/err")" \
		'pfxreplace: -: more than 16 MiB, which is what is read from a pipe: put it into a file first, if it has an end'
done
lying FAULT_PAGES=16384 run 3 -q apply /dev/zero
told '/dev/zero: more than 16 MiB, which is what is read from a pipe: put it into a file first, if it has an end'
carry_on

begin 'manifest and results are one file, by whatever name'
crowd
ln crowd.csv hard.csv
ln -s "$PWD/crowd.csv" soft.csv
mkdir -p folder
for name in crowd.csv ./folder/../crowd.csv hard.csv soft.csv "$PWD/crowd.csv"; do
	run 2 apply --results "$name" crowd.csv
	told "--results: $name is the manifest itself: expected another file"
	run 2 apply --rejects crowd.csv "$name"
	told "--rejects: crowd.csv is the manifest itself: expected another file"
done
cmp -s crowd.csv "$scratch/crowd/crowd.csv" || wrong 'the manifest was written to'
sql 'SELECT count(*) FROM run' 0

# ---- random bytes ----------------------------------------------------------------------------

begin 'no random bytes: no password is sealed with others'
crowd
lying FAULT_RANDOM=1 apply_crowd 4
told 'the system has no random bytes for a new key' "$anew"
sql 'SELECT count(*) FROM request' 0
carry_on
sed 's/,long.*/,/' crowd.csv >plain.csv
lying FAULT_RANDOM=1 run 1 -q apply plain.csv
lying FAULT_RANDOM=1 run 4 -d new.db init
is 'init' "$(cat "$scratch/err")" \
	'pfxreplace: new.db.key: the system has no random bytes for a new key
pfxreplace: new.db: nothing was made: the same command starts anew'
is 'files' "$(echo new.*)" 'new.*'

finish
