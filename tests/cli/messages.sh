#!/bin/sh
# What apply and check refuse to start with: the sentence, the exit status, and nothing written.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# refused STATUS SENTENCE ARGUMENT...: that sentence and no other, no run and no new file
refused() {
	expected_status=$1
	sentence=$2
	shift 2
	names=$(echo ./* ./.[!.]*)
	run "$expected_status" "$@"
	out ''
	told "$sentence"
	is 'files' "$(echo ./* ./.[!.]*)" "$names"
}

nothing_ran() {
	sql 'SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM request) + (SELECT count(*) FROM job)' 0
}

# ---- the command line ------------------------------------------------------------------------

begin 'usage of the program'
refused 2 'nothing to do: expected a command; see `pfxreplace --help`'
refused 2 'frobnicate: no such command; see `pfxreplace --help`' frobnicate
refused 2 'aply: no such command, the nearest is apply; see `pfxreplace --help`' aply
refused 2 'rec: no such command, the nearest is reconcile; see `pfxreplace --help`' rec
refused 2 'Apply: no such command, the nearest is apply; see `pfxreplace --help`' help Apply
refused 2 'apply: --chunck=5: no such option, the nearest is --chunk; see `pfxreplace apply --help`' apply --chunck=5 m.csv
refused 2 'apply: --xyzzy: no such option; see `pfxreplace apply --help`' apply --xyzzy m.csv
refused 2 '--nope: no such option; see `pfxreplace --help`' --nope
refused 2 '-d: an argument is missing; see `pfxreplace --help`' -d
run 0 --version
out 'pfxreplace 0.1.0'
run 0 --help
is 'help' "$(head -n 1 "$scratch/out")" \
	'usage: pfxreplace [-d DATABASE] [-k KEYFILE] [-q|-v] COMMAND [ARGUMENT...]'
err ''

begin 'help COMMAND is COMMAND --help'
for command in init import list show check apply results runs jobs scan reconcile backup verify; do
	run 0 $command --help
	cp "$scratch/out" expected
	run 0 help $command
	out "$(cat expected)"
	err ''
done
run 0 --help
cp "$scratch/out" expected
for words in help 'help help'; do
	# shellcheck disable=SC2086 # words
	run 0 $words
	out "$(cat expected)"
done
is 'columns' "$(awk 'length > 80' expected)" ''
refused 2 'frobnicate: no such command; see `pfxreplace --help`' help frobnicate
refused 2 'help: list: expected one command; see `pfxreplace --help`' help apply list

begin 'the global options have long names'
run 0 --database other.db --key-file other.key init
is 'files' "$(ls other.db other.key)" 'other.db
other.key'
run 0 --quiet --database=other.db runs
out ''
run 0 --verbose --database=other.db runs
is 'a header' "$(wc -l <"$scratch/out")" 1
refused 2 '--database: an argument is missing; see `pfxreplace --help`' --database

begin 'usage of apply and check'
company
manifest m.csv 107,207,
for command in apply check; do
	see="; see \`pfxreplace $command --help\`"
	refused 2 "$command: expected a MANIFEST$see" $command
	refused 2 "$command: --frob: no such option$see" $command --frob m.csv
	refused 2 "$command: --chunk: an argument is missing$see" $command m.csv --chunk
	refused 2 "$command: --chunk 0: expected a whole number from 1$see" $command --chunk 0 m.csv
	refused 2 "$command: --chunk 1k: expected a whole number from 1$see" $command --chunk=1k m.csv
	refused 2 "$command: --max-jobs-per-row 0: expected a whole number from 1$see" \
		$command --max-jobs-per-row 0 m.csv
	refused 2 "$command: --results: expected FILE$see" $command --results= m.csv
	refused 2 "$command: --reference: expected TEXT$see" $command --reference '' m.csv
	for value in x 101% -1 1.5 ''; do
		[ -n "$value" ] || continue
		refused 2 "$command: --max-errors $value: expected a number of rows, or 0% to 100%$see" \
			$command --max-errors "$value" m.csv
	done
	refused 2 "$command: --pending wait: expected one of refuse, keep, supersede$see" \
		$command --pending wait m.csv
	refused 2 "$command: --allow weaker-key: not a certificate check; see \`pfxreplace explain\`" \
		$command --allow weaker-key m.csv
	refused 2 "$command: --allow nothing: no such certificate check; see \`pfxreplace explain\`" \
		$command --allow nothing m.csv
	refused 2 "$command: --deny not-approved: not a warning; see \`pfxreplace explain\`" \
		$command --deny weaker-key,not-approved m.csv
	for window in 2045-03-01T22:00:00Z 2045-03-01/2045-03-02; do
		refused 2 "$command: --window $window: expected START/END, both as YYYY-MM-DDTHH:mm:ssZ$see" \
			$command --window $window m.csv
	done
	window=2045-03-01T22:00:00Z/2045-03-01T22:00:00Z
	refused 2 "$command: --window $window: expected an END after START$see" $command --window $window m.csv
	window=2020-03-01T22:00:00Z/2021-03-01T22:00:00Z
	refused 2 "--window: $window: its END is past: expected one in the future" \
		$command --window $window m.csv
	refused 2 "$command: --results-format xml: expected one of csv, jsonl$see" \
		$command --results-format xml m.csv
	refused 2 "$command: --format xml: expected one of auto, csv, jsonl, json$see" $command --format xml m.csv
	refused 2 "$command: --delimiter ab: expected one of , ; | or tab$see" $command --delimiter ab m.csv
	refused 2 "$command: --progress no: expected one of auto, always, never$see" $command --progress no m.csv
	for option in results rejects summary; do
		refused 2 "$command: --$option with several manifests: expected one manifest$see" \
			$command --$option x m.csv m.csv
	done
	run 0 $command --help
	is 'help' "$(head -n 1 "$scratch/out")" "usage: pfxreplace $command [OPTION...] MANIFEST..."
done
refused 2 'apply: --wait x: expected a whole number from 0; see `pfxreplace apply --help`' apply --wait x m.csv
refused 2 'check: --wait: no such option; see `pfxreplace check --help`' check --wait 5 m.csv
nothing_ran

begin 'usage of results'
company
refused 2 'results: expected one RUN; see `pfxreplace results --help`' results
refused 2 'results: expected one RUN; see `pfxreplace results --help`' results 1 2
refused 2 'results: 1x: expected the number of a run; see `pfxreplace results --help`' results 1x
refused 2 'results: --results-format table: expected one of csv, jsonl; see `pfxreplace results --help`' \
	results --results-format table 1
refused 3 'inventory.db: no run 1: `pfxreplace runs` lists them' results 1

# ---- the manifest ----------------------------------------------------------------------------

# header TEXT SENTENCE: a manifest with this header is refused with status 3
header() {
	printf '%b\n107,207,\n' "$1" >h.csv
	for command in apply check; do
		refused 3 "h.csv:$2" $command h.csv
	done
}

begin 'headers that cannot be used'
company
nearly='expected just that, or --ignore'
header ExistingCertificateId,CertificateId,JobTimeUtc \
	"1: JobTimeUtc: nearly the name JobTime: $nearly \"JobTimeUtc\" to leave the column out"
header ExistingCertificateId,CertificateId,jobtiem \
	"1: jobtiem: nearly the name JobTime: $nearly \"jobtiem\" to leave the column out"
header ExistingCertificateId,CertificateId,Passwrd \
	"1: Passwrd: nearly the name Password: $nearly \"Passwrd\" to leave the column out"
header ExistingCertificateId,NewCertificateId \
	"1: NewCertificateId: nearly the name CertificateId: $nearly \"NewCertificateId\" to leave the column out"
header '\nExistingCertificateId,CertificateId,certificate_id' \
	'2: certificate_id: a second column for CertificateId: expected one'
header 'Existing Certificate ID,JobTime' \
	' CertificateId: the header has neither this column nor RequestId: expected at least one of them'
header CertificateId,JobTime \
	' ExistingCertificateId: the header lacks this column: expected ExistingCertificateId and CertificateId or RequestId'
header 107,207 '1: no usable header: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password'
header Line,ExistingCertificateId,CertificateId,RequestId,JobTime,Outcome,SuccessfulStores,FailedStores,Messages \
	' this is a results file (it has Outcome and SuccessfulStores): expected a manifest'
: >h.csv
refused 3 'h.csv: the file is empty: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password' apply h.csv
echo '{"Line":1,"ExistingCertificateId":107,"CertificateId":207,"Outcome":"failed","SuccessfulStores":[]}' >h.jsonl
refused 3 'h.jsonl: this is a results file (it has Outcome and SuccessfulStores): expected a manifest' apply h.jsonl
nothing_ran
# A results file of the program's own, too.
manifest m.csv 107,207,
run 0 -q apply m.csv
refused 3 'm.results.csv: this is a results file (it has Outcome and SuccessfulStores): expected a manifest' \
	apply m.results.csv

begin '--ignore lets a column by; others are named once'
company
printf '%s\n' ExistingCertificateId,CertificateId,JobTimeUtc,Note,Owner 107,207,2080-01-01T00:00:00Z,a,b \
	108,208,,c,d >m.csv
run 0 apply --ignore jobtimeutc m.csv
told 'm.csv: Note: not a field of a replace request: ignored' \
	'm.csv: Owner: not a field of a replace request: ignored' \
	'm.csv: run 1: 2 rows read: 2 succeeded' \
	'm.csv: 2 jobs created: 2 due at once' \
	'm.csv: results in m.results.csv'
sql 'SELECT count(*) FROM request WHERE due_at IS NULL' 2
echo '{"ExistingCertificateId":109,"CertificateId":209,"JobTimeUtc":null}' >m.jsonl
run 1 apply m.jsonl
told "m.jsonl:1: JobTimeUtc: nearly the name JobTime: $nearly \"JobTimeUtc\" to leave the member out [malformed-record]" \
	'm.jsonl: run 2: 1 row read: 0 succeeded, 1 rejected' \
	'm.jsonl: no jobs created' \
	'm.jsonl: results in m.results.jsonl' \
	'm.jsonl: the same command with --rejects FILE writes the row to mend'
run 0 -q apply --again --ignore JobTimeUtc m.jsonl

begin 'manifests that are not there: nothing of any is applied'
company
manifest m.csv 107,207,
mkdir folder
for command in apply check; do
	refused 3 'none.csv: cannot be read: No such file or directory' $command m.csv none.csv
	refused 3 'folder: cannot be read: a folder, expected a file' $command m.csv folder
	refused 3 'm.csv/x: cannot be read: Not a directory' $command m.csv/x
done
nothing_ran

begin 'a name with control characters is escaped'
company
name=$(printf 'a\nb\033[31m\302\233.csv')
refused 3 'a\x0ab\x1b[31m\u009b.csv: cannot be read: No such file or directory' apply "$name"

begin 'names and values that a terminal would not show as they are'
company
# A right-to-left override, a zero-width space, a tag, a line separator, a byte that is not UTF-8.
rlo=$(printf '\342\200\256') zwsp=$(printf '\342\200\213') tag=$(printf '\363\240\201\201')
line=$(printf '\342\200\250') bad=$(printf '\377')
name="a${rlo}b${zwsp}c${tag}d${line}e${bad}f.csv"
escaped='a\u202eb\u200bc\U000e0041d\u2028e\xfff'
refused 3 "$escaped.csv: cannot be read: No such file or directory" apply "$name"
run 2 -d "$rlo.db" "x$zwsp"
told 'x\u200b: no such command; see `pfxreplace --help`'
printf '%s\n' "ExistingCertificateId,CertificateId,No${rlo}te" 107,207, 105,205, >"$name"
sqlite3 inventory.db "UPDATE location SET alias = 'p$rlo$tag' WHERE alias = 'pay'"
run 1 apply --progress always --chunk 1 "$name"
tr '\r' '\n' <"$scratch/err" | sed -e 's/\x1b\[K/KK/g' -e 's/[0-9]* rows surveyed, [0-9]*%/N/' | sort -u >seen
LC_ALL=C grep -q '[^ -~]' seen && wrong "not escaped: $(cat -v seen)"
grep -q "^$(echo "$escaped.csv: N" | sed 's/\\/\\\\/g')" seen || wrong "no progress: $(cat seen)"
grep -qF "$escaped.csv: No\u202ete: not a field" seen || wrong "no column: $(cat seen)"
grep -qF "$escaped.csv:3: store $vault_named, alias p\u202e\U000e0041: " seen || wrong "no alias: $(cat seen)"
run 0 list locations --certificate 105 --format table
LC_ALL=C grep -q '[^ -~]' "$scratch/out" && wrong "not escaped: $(cat -v "$scratch/out")"
grep -qF 'p\u202e\U000e0041 ' "$scratch/out" || wrong "no alias: $(cat "$scratch/out")"
run 0 list locations --certificate 105 --format csv
grep -q "p$rlo$tag" "$scratch/out" || wrong 'CSV is not as it is'

# ---- the database ----------------------------------------------------------------------------

begin 'databases that cannot be used'
company
manifest m.csv 107,207,
cp m.csv text.db
: >empty.db
mkdir folder.db
sqlite3 other.db 'CREATE TABLE x (y)'
for version in 99 8; do
	cp inventory.db newer$version.db
	: >newer$version.db.lock
	sqlite3 newer$version.db "PRAGMA user_version = $version"
done
for command in apply check; do
	# apply makes no lock file beside a file that is not a database.
	case $command in
	apply) empty='not a database: expected one made by' folder='not a database: expected one made by' ;;
	check) empty='not a database of pfxreplace: expected one made by'
		folder='not a database: expected a file made by' ;;
	esac
	refused 4 'text.db: not a database: expected one made by `pfxreplace init`' -d text.db $command m.csv
	refused 4 "empty.db: $empty \`pfxreplace init\`" \
		-d empty.db $command m.csv
	refused 4 'other.db: not a database of pfxreplace: expected one made by `pfxreplace init`' \
		-d other.db $command m.csv
	refused 4 "folder.db: $folder \`pfxreplace init\`" -d folder.db $command m.csv
	refused 4 'none.db: no database (`pfxreplace init` makes one): No such file or directory' \
		-d none.db $command m.csv
	for version in 99 8; do
		refused 4 "newer$version.db: its schema is version $version, newer than this program's 7: use a newer pfxreplace" \
			-d newer$version.db $command m.csv
	done
done
sqlite3 text.db .schema 2>/dev/null && wrong 'the text file became a database'
is 'empty.db' "$(wc -c <empty.db)" 0

begin 'the database by environment'
company
manifest m.csv 107,207,
mv inventory.db here.db
mv inventory.db.key there.key
export PFXREPLACE_DB=here.db PFXREPLACE_KEY_FILE=there.key
run 0 -q apply m.csv
PFXREPLACE_DB=nowhere.db
run 0 -q -d here.db apply m.csv
run 4 apply m.csv
told 'nowhere.db: no database (`pfxreplace init` makes one): No such file or directory'
unset PFXREPLACE_DB PFXREPLACE_KEY_FILE
database=here.db
sql 'SELECT count(*) FROM run' 1
database=

begin 'no permission to apply'
company
manifest m.csv 107,207,
sqlite3 inventory.db "DELETE FROM role_permission WHERE permission = '/certificates/enrollment/pfx/'"
for command in apply check; do
	refused 7 "inventory.db: $operator may not apply manifests: expected the permission /certificates/enrollment/pfx/" \
		$command m.csv
done
# The operator is the real user, whatever the environment says.
sqlite3 inventory.db "INSERT INTO role_permission VALUES ('r', 'alice', '/certificates/enrollment/pfx/')"
export USER=alice LOGNAME=alice SUDO_USER=alice
refused 7 "inventory.db: $operator may not apply manifests: expected the permission /certificates/enrollment/pfx/" \
	apply m.csv
nothing_ran

begin 'another run holds the database'
company
manifest m.csv 107,207,
(
	flock 9
	echo 'process 7 (run 2) since 2026-01-01T00:00:00Z' >&9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
refused 5 'inventory.db: held by process 7 (run 2) since 2026-01-01T00:00:00Z; waited 0 s: try again later, or with --wait SECONDS' \
	apply --wait 0 m.csv
nothing_ran
# check never waits, and a run that waits continues when it can.
run 0 -q check m.csv
"$PROGRAM" -q apply --wait 60 m.csv &
waiting=$!
sleep 0.1
touch release
wait $waiting
is 'status of the one that waited' $? 0
sql 'SELECT count(*) FROM job' 1
is 'the lock file' "$(stat -c '%s %a' inventory.db.lock)" '0 600'

# ---- outputs ---------------------------------------------------------------------------------

begin 'outputs that cannot be written: nothing is applied'
company
manifest m.csv 107,207,
mkdir folder
for command in apply check; do
	for option in results rejects summary; do
		refused 4 'nowhere/x: the file cannot be written: No such file or directory' \
			$command --$option nowhere/x m.csv
		refused 4 'm.csv/x: the file cannot be written: Not a directory' $command --$option m.csv/x m.csv
		refused 4 'folder: the file cannot be written: Is a directory' $command --$option folder m.csv
	done
done
mkdir m.results.csv
refused 4 'm.results.csv: the file cannot be written: Is a directory' apply m.csv
if [ "$(id -u)" != 0 ]; then
	chmod 555 folder
	refused 4 'folder/x: the file cannot be written: Permission denied' apply --results folder/x m.csv
fi
nothing_ran

begin 'outputs that would replace other files'
company
manifest m.csv 107,207,
ln -s m.csv link
for command in apply check; do
	refused 2 '--results: m.csv is the manifest itself: expected another file' $command --results m.csv m.csv
	refused 2 '--rejects: link is the manifest itself: expected another file' $command --rejects link m.csv
	refused 2 '--summary: ./inventory.db is the database: expected another file' \
		$command --summary ./inventory.db m.csv
	refused 2 '--results: inventory.db.key is the key file: expected another file' \
		$command --results inventory.db.key m.csv
	refused 2 '--results: inventory.db.lock is the lock file: expected another file' \
		$command --results inventory.db.lock m.csv
	refused 2 '--rejects: x is --results: expected another file' $command --results x --rejects x m.csv
done
nothing_ran

begin 'the key file'
company
manifest m.csv 107,207,
printf '%s\n' ExistingCertificateId,CertificateId,Password 108,208,pw >p.csv
mv inventory.db.key away
anew='p.csv: nothing was committed: the same command starts anew'
refused 4 "inventory.db.key: the key file cannot be opened: No such file or directory
pfxreplace: $anew" apply p.csv
cp away inventory.db.key
chmod 640 inventory.db.key
refused 4 "inventory.db.key: the key file can be read by others: expected a file of mode 0600
pfxreplace: $anew" apply p.csv
"$PROGRAM" -q -d other.db init
refused 4 "other.db.key: not the key of this database: expected the file that was made with it
pfxreplace: $anew" \
	-k other.db.key apply p.csv
nothing_ran
# A manifest without passwords needs no key.
rm inventory.db.key
run 0 -q apply m.csv

begin 'outputs that are not there yet may not be one file either'
company
manifest m.csv 108,208,
refused 2 '--rejects: ./r.out is --results: expected another file' \
	apply --results r.out --rejects ./r.out m.csv

begin 'check tells when apply could not seal the passwords; stopped, it says how far it is'
company
printf '%s\n' ExistingCertificateId,CertificateId,Password 108,208,pw 999,208, 109,209, >m.csv
mv inventory.db.key elsewhere
run 6 check --max-errors 0 --summary s.json m.csv
told 'm.csv: its passwords could not be sealed, apply would stop: inventory.db.key: the key file cannot be opened: No such file or directory' \
	'm.csv:3: ExistingCertificateId: no certificate 999 in the inventory [unknown-existing-certificate]' \
	'm.csv: check so far: 2 rows read: 1 succeeded, 1 rejected' \
	'm.csv: 1 job to create: 1 due at once' \
	'm.csv:3: apply would be stopped here by --max-errors 0'
is 'the summary' "$(sed 's/.*\("Complete.*\),"Codes".*/\1/' s.json)" \
	'"Complete":false,"ExitStatus":6,"Rows":{"Read":2,"Succeeded":1,"Partial":0,"Failed":0,"Rejected":1,"Skipped":0},"Jobs":{"Created":1,"Refused":0,"Superseded":0}'
sql 'SELECT count(*) FROM run' 0

finish
