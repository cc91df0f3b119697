#!/bin/sh
# What apply leaves in files: results, rejects, summary; several manifests; standard input and
# output; passwords and formulas.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# ---- rejects ---------------------------------------------------------------------------------

begin 'rejects keep columns, order, delimiter, line ends and values, and mended they apply'
company
printf '%s\r\n' 'CertificateId;ExistingCertificateId;Password;Note;JobTime' '207;107;sekret-1;"a;b";' \
	'203;103;;x;' '999;108;" sekret-2 ";"say ""hi""";2080-01-01T00:00:00Z' '209;109;a;b' \
	'210;110;se"kret-3;;' '205;105;sekret-4;=cmd;' '' '211;111;;fine;' >m.csv
run 1 -q apply --rejects r.csv m.csv
mixed='mixed-job-times: JobTime: none, and other rows have one: expected a time in every row or in none'
run_columns='RejectLine;RejectReasons;RejectRecord'
printf '%s\r\n' "CertificateId;ExistingCertificateId;Password;Note;JobTime;$run_columns" \
	"203;103;;x;;3;\"run 1: $mixed; entry-password-required: store $pem, alias pem: the store's type requires an entry password: expected a Password\";" \
	'999;108;" sekret-2 ";"say ""hi""";2080-01-01T00:00:00Z;4;run 1: unknown-certificate: CertificateId: no certificate 999 in the inventory;' \
	';;;;;5;run 1: malformed-record: 4 fields, the header has 5;"209;109;a;b"' \
	';;;;;6;run 1: malformed-record: Password: a quote inside a field that does not start with one: expected the whole field in quotes and each quote in it doubled;"210;110;se""kret-3;;"' \
	"205;105;sekret-4;=cmd;;7;\"run 1: $mixed; no-permission: store $vault, alias pay: the operator may not schedule jobs for the store\";" >expected
alike rejects expected r.csv
# Two are corrected, three left out.
sed -e 's/^203;103;;/203;103;pw;/' -e 's/^999/208/' -e '/^;/d' -e '/^205/d' r.csv >mended.csv
run 0 apply --rejects again.csv mended.csv
sql 'SELECT id, mends FROM run' '1|
2|1'
told 'mended.csv: Note: not a field of a replace request: ignored' \
	'mended.csv: a rejects file: --pending keep is taken' \
	'mended.csv: warnings: 1 mixed-job-times (line 2)' \
	'mended.csv: run 2: 2 rows read: 2 succeeded' \
	'mended.csv: 2 jobs created: 1 due at once, 1 at 2080-01-01T00:00:00Z' \
	'mended.csv: results in mended.results.csv' \
	'mended.csv: no rows to mend: again.csv has none'
results mended.results.csv "2,103,203,,,succeeded,$pem,,\"$mixed\"" "3,108,208,,2080-01-01T00:00:00Z,succeeded,$web,,"
sql 'SELECT line, length(password) - 29 FROM request WHERE password IS NOT NULL' '2|8
2|2
3|10'
printf '%s\r\n' "CertificateId;ExistingCertificateId;Password;Note;JobTime;$run_columns" >expected
alike 'rejects of which there are none' expected again.csv

begin 'rejects of JSONL'
company
cat >m.jsonl <<-'END'
	{"ExistingCertificateId":103,"CertificateId":203,"Note":[1,{"a":2.50}]}
	{"ExistingCertificateId":107,"CertificateId":207
	{"ExistingCertificateId":109,"CertificateId":209}
	 { "CertificateId" : 999, "ExistingCertificateId" : "0108", "Password" : "\u00e9" }
END
run 1 -q apply --rejects r.jsonl m.jsonl
cat >expected <<-END
	{"ExistingCertificateId":103,"CertificateId":203,"Note":[1,{"a":2.50}],"RejectLine":"1","RejectReasons":"run 1: entry-password-required: store $pem, alias pem: the store's type requires an entry password: expected a Password"}
	{"RejectLine":"2","RejectReasons":"run 1: malformed-record: not a JSON object (column 48): it is not complete: a quote, bracket or brace is not closed","RejectRecord":"{\"ExistingCertificateId\":107,\"CertificateId\":207"}
	 { "CertificateId" : 999, "ExistingCertificateId" : "0108", "Password" : "\u00e9" ,"RejectLine":"4","RejectReasons":"run 1: unknown-certificate: CertificateId: no certificate 999 in the inventory"}
END
diff -w expected r.jsonl >difference || wrong "rejects: $(cat difference)"
sed -e 2d -e 's/999/208/' -e 's/"Note":/"Password":"pw","Note":/' r.jsonl >mended.jsonl
run 0 -q apply mended.jsonl
sql 'SELECT outcome, count(*) FROM request WHERE id >> 32 = 2 GROUP BY outcome' '1|2'

begin 'rejects of a JSON array can be submitted as they are named'
company
echo '[{"ExistingCertificateId":107,"CertificateId":999},{"ExistingCertificateId":108,"CertificateId":208}]' >m.json
run 1 -q apply --rejects r.json m.json
sed -i 's/999/207/' r.json
run 0 -q apply r.json
sql 'SELECT rows_read, succeeded, mends FROM run' '2|1|
1|1|1'

begin 'rejects of UTF-16, and of a last line without its end'
company
manifest u.csv 108,208, 105,205,
iconv -f UTF-8 -t UTF-16 u.csv >m.csv
run 1 -q apply --rejects r.csv m.csv
reason="no-permission: store $vault, alias pay: the operator may not schedule jobs for the store"
printf '%s\n' ExistingCertificateId,CertificateId,JobTime,RejectLine,RejectReasons,RejectRecord \
	"105,205,,3,\"run 1: $reason\"," >expected
iconv -f UTF-16 -t UTF-8 r.csv >read.csv
alike rejects expected read.csv
printf 'ExistingCertificateId,CertificateId\n109,209\n105,205' >n.csv
run 1 -q apply --rejects r.csv n.csv
same r.csv "ExistingCertificateId,CertificateId,RejectLine,RejectReasons,RejectRecord
105,205,3,\"run 2: $reason\","

begin 'rejects have the partial rows, and a repetition and a check of the run give the same bytes'
company
manifest m.csv 107,207, 101,201, 105,205, 102,202,
run 1 -q apply --rejects r.csv m.csv
head=ExistingCertificateId,CertificateId,JobTime,RejectLine,RejectReasons,RejectRecord
may_not='the operator may not schedule jobs for the store'
not_approved="not-approved: store $lab, alias web: the store is not approved"
same r.csv "$head
101,201,,3,\"run 1: $not_approved; no-permission: store $vault, alias web: $may_not\",
105,205,,4,\"run 1: no-permission: store $vault, alias pay: $may_not\","
sql 'SELECT outcome, offset FROM request' '1|
2|53
3|62
1|'
run 1 -q apply --rejects again.csv m.csv
alike 'rejects of a repetition' r.csv again.csv
run 1 -q check --rejects check.csv m.csv
alike 'rejects of a check of the finished run' r.csv check.csv
# Earlier versions kept no offset of a partial row.
sqlite3 inventory.db 'UPDATE request SET offset = NULL WHERE outcome = 2'
run 1 -q apply --rejects old.csv m.csv
alike 'rejects of a run of an earlier version' r.csv old.csv
sqlite3 inventory.db 'UPDATE request SET offset = NULL'
run 1 -q apply --rejects older.csv m.csv
alike 'rejects without any offset' r.csv older.csv

begin 'the files of a run are for its operator alone'
company
manifest m.csv 107,207, 105,205,
(
	umask 0
	"$PROGRAM" -q apply --rejects r.csv --summary s.json m.csv 2>/dev/null
	"$PROGRAM" -q check --results c.csv m.csv >/dev/null 2>&1
)
is 'modes' "$(mode inventory.db inventory.db.key inventory.db.lock m.results.csv r.csv s.json c.csv)" \
	'inventory.db 600 inventory.db.key 600 inventory.db.lock 600 m.results.csv 600 r.csv 600 s.json 600 c.csv 600 '

# ---- results ---------------------------------------------------------------------------------

begin 'the format of results: as asked for, else by name, else as the manifest'
company
manifest m.csv 107,207,
as_json='{"Line":2,"ExistingCertificateId":107,"CertificateId":207,"RequestId":null,"JobTime":null,"Outcome":"succeeded","SuccessfulStores":["'$web'"],"FailedStores":[],"Messages":[]}'
as_csv="2,107,207,,,succeeded,$web,,"
run 0 -q apply m.csv
results m.results.csv "$as_csv"
run 0 -q apply --results r.jsonl m.csv
same r.jsonl "$as_json"
run 0 -q apply --results r.out m.csv
results r.out "$as_csv"
run 0 -q apply --results r.csv --results-format jsonl m.csv
same r.csv "$as_json"
run 0 -q apply --results-format jsonl m.csv
same m.results.jsonl "$as_json"
run 0 -q results --results-format jsonl 1
out "$as_json"
run 0 -q results --results again.jsonl 1
same again.jsonl "$as_json"
run 0 -q results 1
out "$header
$as_csv"
is 'mode' "$(mode again.jsonl)" 'again.jsonl 600 '

begin 'results beside a manifest elsewhere; a symbolic link stays'
company
mkdir folder
manifest folder/m.v1.txt 107,207,
run 0 -q apply folder/m.v1.txt
is 'files' "$(echo folder/*)" 'folder/m.v1.results.csv folder/m.v1.txt'
echo old >target
ln -s target link
run 0 -q apply --results link folder/m.v1.txt
results target "2,107,207,,,succeeded,$web,,"
is 'link' "$(readlink link)" target

begin 'standard input: results to standard output, unless --results says otherwise'
company
manifest ../m.csv 107,207,
run 0 apply - <../m.csv
out "$header
2,107,207,,,succeeded,$web,,"
told '-: run 1: 1 row read: 1 succeeded' \
	'-: 1 job created: 1 due at once'
is 'files' "$(echo ./*)" './inventory.db ./inventory.db.key ./inventory.db.lock'
run 0 apply --results r.csv - <../m.csv
out ''
results r.csv "2,107,207,,,succeeded,$web,,"
sql 'SELECT path, manifest, state FROM run' '-|-|1'
echo '{"ExistingCertificateId":108,"CertificateId":208}' >../m.jsonl
mkfifo pipe
cat ../m.jsonl >pipe &
run 0 -q apply pipe
wait
out '{"Line":1,"ExistingCertificateId":108,"CertificateId":208,"RequestId":null,"JobTime":null,"Outcome":"succeeded","SuccessfulStores":["'$web'"],"FailedStores":[],"Messages":[]}'
run 1 -q check --results - - <<-'END'
	ExistingCertificateId,CertificateId
	109,209
	105,205
END
out "$header
2,109,209,,,succeeded,$web,,
3,105,205,,,failed,,$vault,\"no-permission: store $vault, alias pay: the operator may not schedule jobs for the store\""
err "pfxreplace: -:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]
pfxreplace: -: check: 2 rows read: 1 succeeded, 1 failed
Manifest,ContainerId,Container,Jobs
'-,1,Web,1"

begin 'a manifest without rows, which is taken'
company
echo ExistingCertificateId,CertificateId >m.csv
echo '[]' >m.json
run 0 apply --allow-empty m.csv m.json
told 'm.csv: run 1: 0 rows read: 0 succeeded' \
	'm.csv: no jobs created' \
	'm.csv: results in m.results.csv' \
	'm.json: run 2: 0 rows read: 0 succeeded' \
	'm.json: no jobs created' \
	'm.json: results in m.results.jsonl'
same m.results.csv "$header"
same m.results.jsonl ''

begin 'results that cannot be written after the run: status 4, and the same command writes them'
company
manifest m.csv 107,207,
run 4 apply --results /dev/full m.csv
told 'm.csv: run 1: 1 row read: 1 succeeded' \
	'm.csv: 1 job created: 1 due at once' \
	'/dev/full: the file cannot be written: No space left on device' \
	'm.csv: run 1: all of its 1 rows are committed and safe: the same command writes its files'
"$PROGRAM" -q apply --results - m.csv >/dev/full 2>told
is 'status' $? 4
same told 'pfxreplace: m.csv: run 1: 1 row read: 1 succeeded
pfxreplace: standard output: the file cannot be written: No space left on device
pfxreplace: m.csv: run 1: all of its 1 rows are committed and safe: the same command writes its files'
run 0 -q apply m.csv
results m.results.csv "2,107,207,,,succeeded,$web,,"
sql 'SELECT count(*), sum(jobs_created) FROM run' '1|1'

begin 'progress is drawn when it is asked for'
company
manifest m.csv 107,207, 105,205,
run 1 apply --progress always m.csv
tr '\r\033' 'RE' <"$scratch/err" >drawn
grep -q '^Rm.csv: 2 rows surveyed, [0-9]*%E\[KRE\[K' drawn || wrong "not drawn: $(cat drawn)"
sed 's/R[^E]*E\[K//g' drawn >left
same left "pfxreplace: m.csv:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]
pfxreplace: m.csv: run 1: 2 rows read: 1 succeeded, 1 failed
pfxreplace: m.csv: 1 job created: 1 due at once; 1 refused
pfxreplace: m.csv: results in m.results.csv
pfxreplace: m.csv: the same command with --rejects FILE writes the row to mend"

begin 'of more than 20 faulty rows the first 20 are told, all with -v'
company
{
	echo ExistingCertificateId,CertificateId
	seq 1001 1025 | sed 's/$/,207/'
} >m.csv
run 1 apply m.csv
is 'lines' "$(wc -l <"$scratch/err")" 26
is 'the last' "$(tail -n 7 "$scratch/err")" \
	'pfxreplace: m.csv:21: ExistingCertificateId: no certificate 1020 in the inventory [unknown-existing-certificate]
pfxreplace: m.csv: 5 further rows did not succeed: the results file names all, -v prints them
pfxreplace: m.csv: 25 rows: unknown-existing-certificate: ExistingCertificateId: no certificate ... in the inventory (lines 2, 3, 4, ...)
pfxreplace: m.csv: run 1: 25 rows read: 0 succeeded, 25 rejected
pfxreplace: m.csv: no jobs created
pfxreplace: m.csv: results in m.results.csv
pfxreplace: m.csv: the same command with --rejects FILE writes the rows to mend'
run 1 -v apply --again m.csv
is 'with -v' "$(grep -c 'no certificate 10' "$scratch/err")" 25

# Every file and what is in it.
contents() {
	find . -type f -exec sha256sum {} + | sort
}

# refused PLACE WHAT: every command refuses it and changes nothing
refused() {
	before=$(contents)
	for command in 'results:--results:1' 'reconcile:--report:' 'apply:--results:n.csv' 'apply:--rejects:n.csv' \
		'apply:--summary:n.csv' 'check:--results:n.csv' 'check:--rejects:n.csv' 'check:--summary:n.csv' 'backup::'; do
		name=${command%%:*} option=${command#*:} operand=${command##*:}
		option=${option%:*}
		# shellcheck disable=SC2086 # words
		run 2 $name $option "$1" $operand
		out ''
		case $name in
		apply | check) told "$option: $1 is $2: expected another file" ;;
		*) told "$name: ${option:+$option: }$1 is $2: expected another file; see \`pfxreplace $name --help\`" ;;
		esac
	done
	is "what is there, without $1" "$(contents)" "$before"
}

begin 'no output replaces a database of ours, a key, or what lies beside one'
company
"$PROGRAM" -q -d other.db init
mkdir folder
mv other.db.key folder/kept
rm -f other.db.lock
manifest n.csv 107,207,
run 0 -q apply n.csv
mv n.results.csv folder
ln -s other.db link
ln other.db hard
ln -s other.db-wal link-wal
ln inventory.db.key hard.key
ln -s folder/kept link.key
for name in other.db ./folder/../other.db "$PWD/other.db" link hard; do
	refused "$name" 'another database'
done
for name in other.db-wal other.db-shm other.db-journal other.db.lock other.db.key ./other.db.lock link-wal \
	folder/../other.db-journal; do
	refused "$name" 'a file of another database'
done
for name in folder/kept link.key; do refused "$name" 'another key file'; done
for name in inventory.db.key hard.key; do refused "$name" 'the key file'; done
refused inventory.db-wal "the database's write-ahead log"
refused inventory.db-shm "the database's shared memory"
refused inventory.db-journal "the database's journal"
# Allowed: beside a file that is not a database, and under other names.
echo text >text.db
run 0 -q results --results text.db-wal 1
run 0 -q results --results other.db-walk 1
run 0 -q results --results other.database 1
# The key beside the database, also if another one is used, whether it exists or not.
mv inventory.db.key the.key
run 2 -k the.key results --results inventory.db.key 1
told "results: --results: inventory.db.key is the database's key file: expected another file; see \`pfxreplace results --help\`"
run 2 -k the.key results --results the.key 1
told "results: --results: the.key is the key file: expected another file; see \`pfxreplace results --help\`"

begin 'a backup replaces an earlier one of the same database, and no other'
company
run 0 -q backup copy.db
run 0 -q backup copy.db
"$PROGRAM" -q -d other.db init
rm other.db.lock other.db.key
run 2 backup other.db
told 'backup: other.db is another database: expected another file; see `pfxreplace backup --help`'
for suffix in -wal -shm; do
	touch copy.db$suffix
	run 4 -q backup copy.db
	rm copy.db$suffix
done

begin 'no output replaces the manifest of its run, or of one that is not finished'
company
manifest n.csv 107,207,
manifest unfinished.csv 108,208, 105,205, 109,209,
run 0 -q apply n.csv
rm n.results.csv
run 6 -q apply --max-errors 0 unfinished.csv
mkdir folder
ln n.csv folder/hard
ln -s ../n.csv folder/link
for name in n.csv ./n.csv "$PWD/n.csv" folder/hard folder/link; do
	for command in 'results --results PLACE 1' 'reconcile --run 1 --report PLACE'; do
		# shellcheck disable=SC2046,SC2086 # words
		run 2 $(echo "$command" | sed "s,PLACE,$name,")
		case $(cat "$scratch/err") in
		*": $name is the manifest of the run: expected another file; see "*) ;;
		*) wrong "$command, $name: $(cat "$scratch/err")" ;;
		esac
	done
done
# The run of another file with the same content.
cp n.csv copy.csv
for command in apply check; do
	run 2 $command --results n.csv copy.csv
	told '--results: n.csv is the manifest of the run: expected another file'
done
refused unfinished.csv 'the manifest of a run that is not finished'
run 0 -q runs abandon 2
run 0 -q results --results unfinished.csv 1

# ---- several manifests -----------------------------------------------------------------------

begin 'several manifests: a run each, in order; 1 if one was 1'
company
manifest a.csv 107,207, 105,205,
manifest b.csv 108,208,
manifest c.csv 107,208, 109,209,
run 1 check a.csv b.csv c.csv a.csv
out 'Manifest,ContainerId,Container,Jobs
a.csv,1,Web,1
b.csv,1,Web,1
c.csv,1,Web,1'
nothing=$(sqlite3 inventory.db 'SELECT count(*) FROM run')
is 'runs' "$nothing" 0
run 1 apply a.csv b.csv c.csv b.csv
told "a.csv:3: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]" \
	'a.csv: run 1: 2 rows read: 1 succeeded, 1 failed' \
	'a.csv: 1 job created: 1 due at once; 1 refused' \
	'a.csv: results in a.results.csv' \
	'a.csv: the same command with --rejects FILE writes the row to mend' \
	'b.csv: run 2: 1 row read: 1 succeeded' \
	'b.csv: 1 job created: 1 due at once' \
	'b.csv: results in b.results.csv' \
	"c.csv:2: store $web_named, alias n107: job 1 of run 1 for certificate 207 is active (Waiting) [job-pending]" \
	'c.csv: run 3: 2 rows read: 1 succeeded, 1 failed' \
	'c.csv: 1 job created: 1 due at once; 1 refused' \
	'c.csv: results in c.results.csv' \
	'c.csv: the same command with --rejects FILE writes the row to mend' \
	'b.csv: run 2 has applied this manifest already: no new jobs (--again asks for a new run)' \
	'b.csv: run 2: 1 row read: 1 succeeded' \
	'b.csv: 1 job created: 1 due at once' \
	'b.csv: results in b.results.csv'
sql 'SELECT id, manifest, jobs_created FROM run' '1|a.csv|1
2|b.csv|1
3|c.csv|1'

begin 'several manifests: what stops one stops all'
company
manifest a.csv 107,207, 105,205,
manifest b.csv 108,208,
run 6 -q apply --max-errors 0 a.csv b.csv
sql 'SELECT id, manifest, state FROM run' '1|a.csv|0'
run 1 -q apply --max-errors 0 a.csv b.csv
sql 'SELECT id, manifest, state FROM run' '1|a.csv|1
2|b.csv|1'
manifest a.txt 109,209,
run 2 apply a.csv a.txt
told 'a.txt: its results file would be a.results.csv, as that of a.csv: apply them one by one'
sql 'SELECT count(*) FROM run' 2

# ---- secrets ---------------------------------------------------------------------------------

begin 'passwords stand in no file but the manifest, sealed in the database'
company
{
	echo ExistingCertificateId,CertificateId,Password
	echo '107,207, Zebra-107-secret '
	echo '103,203,Zebra-103-secret'
	echo '104,204,"Zebra, ""quoted"""'
	echo '101,999,Zebra-101-secret'
	echo '106,206,Zebra-106-secret'
	echo '108,208,Zebra-108-secret,more'
} >m.csv
run 1 -v apply --chunk 2 --summary s.json m.csv
grep -q Zebra "$scratch/err" && wrong "a password was told: $(grep Zebra "$scratch/err")"
is 'files with passwords' "$(grep -rl Zebra .)" './m.csv'
sql 'SELECT line, length(password) - 29, hex(password) LIKE "%" || hex("Zebra") || "%"
	FROM request WHERE password IS NOT NULL' '2|18|0
3|16|0
4|15|0'
for command in 'results 1' 'jobs list' 'runs' 'list locations' 'reconcile'; do
	# shellcheck disable=SC2086 # words
	"$PROGRAM" $command >printed 2>&1
	grep -q Zebra printed && wrong "$command tells a password"
done
# The same password is sealed anew each time.
is 'sealed twice' "$(sqlite3 inventory.db 'SELECT count(DISTINCT password) FROM request')" 3

begin 'a password in the place of another field is not told'
none='JobTime: none, and other rows have one: expected a time in every row or in none [mixed-job-times]'
company
printf '%s\n' ExistingCertificateId,CertificateId,RequestId,JobTime,Password \
	hunter2-Secret,107,,, 107,hunter2-Secret,,, 107,,hunter2-Secret,, 107,207,,hunter2-Secret, \
	hunter2-Secret 107,207,,,x,hunter2-Secret '107,207,,,"hunter2-Secret' >m.csv
run 1 -v apply --summary s.json m.csv
told 'm.csv:2: ExistingCertificateId: a value of 14 bytes: expected an integer from 1 to 2147483647 in decimal digits [bad-integer]' \
	"m.csv:2: $none" \
	'm.csv:3: CertificateId: a value of 14 bytes: expected an integer from 1 to 2147483647 in decimal digits [bad-integer]' \
	"m.csv:3: $none" \
	'm.csv:4: RequestId: a value of 14 bytes: expected an integer from 1 to 2147483647 in decimal digits [bad-integer]' \
	"m.csv:4: $none" \
	'm.csv:5: JobTime: a value of 14 bytes: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ [bad-job-time]' \
	'm.csv:6: 1 field, the header has 5 [malformed-record]' \
	'm.csv:7: 6 fields, the header has 5 [malformed-record]' \
	'm.csv:8: Password: a quote that is not closed before the end of the file: expected a closing quote [malformed-record]' \
	'm.csv: warnings: 3 mixed-job-times (lines 2, 3, 4)' \
	'm.csv: run 1: 7 rows read: 0 succeeded, 7 rejected' \
	'm.csv: no jobs created' \
	'm.csv: results in m.results.csv, summary in s.json' \
	'm.csv: the same command with --rejects FILE writes the rows to mend'
is 'files with it' "$(grep -rl hunter2 .)" './m.csv'
run 1 -q apply --rejects r.csv m.csv
is 'files with it' "$(grep -rl hunter2 . | sort | tr '\n' ' ')" './m.csv ./r.csv '

# ---- formulas --------------------------------------------------------------------------------

begin 'cells that a spreadsheet would take for formulas'
company
sqlite3 inventory.db "UPDATE location SET alias = '=cmd|x' WHERE alias = 'x';
	UPDATE location SET alias = '+y' WHERE alias = 'y'; UPDATE location SET alias = '@pay' WHERE alias = 'pay'"
manifest m.csv 104,204, 105,205,
run 1 -q apply m.csv
# The cell as a whole begins with a code.
results m.results.csv \
	"2,104,204,,,succeeded,$twin,,\"several-aliases: store $twin, alias =cmd|x: the existing certificate stands at 2 aliases of the store\"" \
	"3,105,205,,,failed,,$vault,\"no-permission: store $vault, alias @pay: the operator may not schedule jobs for the store\""
run 0 list locations --certificate 104 --format csv
is 'aliases' "$(cut -d , -f 4 "$scratch/out" | tr '\n' ' ')" "Alias '=cmd|x '+y "
run 0 jobs list --format csv
is 'aliases of jobs' "$(cut -d , -f 7 "$scratch/out" | tr '\n' ' ')" "Alias '=cmd|x '+y "
run 0 list locations --certificate 105 --format jsonl
is 'JSONL is as it is' "$(grep -c '"Alias":"@pay"' "$scratch/out")" 1

begin 'what a spreadsheet would take for formulas where the semicolon parts cells'
company
sqlite3 inventory.db "UPDATE location SET alias = 'x;=cmd|x' WHERE alias = 'x';
	UPDATE location SET alias = 'pay' || char(9) || '@pay' WHERE alias = 'pay'"
manifest m.csv 104,204, 105,205,
run 1 -q apply --rejects r.csv m.csv
tab=$(printf '\t')
results m.results.csv \
	"2,104,204,,,succeeded,$twin,,\"several-aliases: store $twin, alias x;'=cmd|x: the existing certificate stands at 2 aliases of the store\"" \
	"3,105,205,,,failed,,$vault,\"no-permission: store $vault, alias pay$tab'@pay: the operator may not schedule jobs for the store\""
run 1 results 1
alike 'results written again' m.results.csv "$scratch/out"
run 0 list locations --certificate 104 --format csv
is 'aliases' "$(cut -d , -f 4 "$scratch/out" | tr '\n' ' ')" "Alias x;'=cmd|x y "
run 1 reconcile --report report.csv
is 'aliases of the report' "$(cut -d , -f 8 report.csv | sort -u | tr '\n' ' ')" "Alias pay$tab'@pay x;'=cmd|x y "
run 0 list locations --certificate 104 --format jsonl
is 'JSONL is as it is' "$(grep -c '"Alias":"x;=cmd|x"' "$scratch/out")" 1
is 'rejects are as they are' "$(grep -c "alias pay$tab@pay:" r.csv)" 1

# ---- results and reconcile ---------------------------------------------------------------------

for there in inventory.db inventory.db.key inventory.db.lock other; do
	case $there in
	*.key) what='the key file' ;;
	*.lock) what='the lock file' ;;
	*) what='the database' ;;
	esac
	begin "results and reconcile write nothing over $there"
	run 0 init
	ln -s inventory.db other
	echo ExistingCertificateId,CertificateId >m.csv
	run 0 -q apply --allow-empty m.csv
	cp $there before
	run 2 results --results $there 1
	out ''
	err "pfxreplace: results: --results: $there is $what: expected another file; see \`pfxreplace results --help\`"
	run 2 reconcile --report $there
	out ''
	err "pfxreplace: reconcile: --report: $there is $what: expected another file; see \`pfxreplace reconcile --help\`"
	cmp -s $there before || wrong "$there was changed"
done

# ---- several manifests -------------------------------------------------------------------------

begin 'apply of a manifest that stands where the results of another go: neither, whatever the order'
run 0 init
echo ExistingCertificateId,CertificateId >m.csv
echo ExistingCertificateId,RequestId >m.results.csv
run 2 apply --allow-empty m.csv m.results.csv
err 'pfxreplace: m.results.csv: the results of m.csv would replace it: apply them one by one'
run 2 apply --allow-empty m.results.csv m.csv
err 'pfxreplace: --results: m.results.csv is another manifest: expected another file'
same m.results.csv ExistingCertificateId,RequestId
sql 'SELECT count(*) FROM run' 0

# ---- many rows ---------------------------------------------------------------------------------

# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
found_crowd 4000

begin 'results are written again, on one thread where no other can be had'
crowd
run 1 -q apply crowd.csv
run 1 results 1
alike 'results' "$scratch/crowd.results" "$scratch/out"
lying FAULT_THREAD=1 run 1 results 1
alike 'results on one thread' "$scratch/crowd.results" "$scratch/out"

begin 'results that cannot be written again: what went wrong, whichever thread met it'
crowd
run 1 -q apply crowd.csv
for lie in FAULT_SLOW=0 FAULT_THREAD=1; do
	lying $lie run 4 results --results /dev/full 1
	err 'pfxreplace: /dev/full: the file cannot be written: No space left on device'
	lying $lie run 4 -q apply --results /dev/full crowd.csv
	told 'crowd.csv: run 1: 4000 rows read: 0 succeeded, 4000 partial' \
		'/dev/full: the file cannot be written: No space left on device' \
		'crowd.csv: run 1: all of its 4000 rows are committed and safe: the same command writes its files'
done

finish
