#!/bin/sh
# Manifests that are refused before a row is read: without a row, or not text; several manifests.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

no_row='not a single row: expected replace requests (--allow-empty takes a manifest that has none)'
text='expected records as CSV, JSONL or a JSON array'

# The database and its folder hold nothing new.
untouched() {
	sql 'SELECT count(*) FROM run' 0
	is 'files' "$(cd "${1:-.}" && find . -name '*results*' -o -name '*.rejects*' -o -name 's.json')" ''
}

# refused FILE SENTENCE [OPTION...]: by check and by apply
refused() {
	refused_name=$1
	refused_text=$2
	shift 2
	for command in check apply; do
		run 3 $command "$@" "$refused_name"
		out ''
		told "$refused_name: $refused_text"
	done
}

# piped STATUS BYTES ARGUMENT...: with these bytes from a pipe
piped() {
	expected=$1
	# shellcheck disable=SC2059 # with escapes
	printf "$2" >bytes
	shift 2
	# shellcheck disable=SC2002 # a pipe, and not a file by the way of a descriptor
	cat bytes | "$PROGRAM" "$@" >"$scratch/out" 2>"$scratch/err"
	is "status of $*" $? "$expected"
}

# ---- without a row ---------------------------------------------------------------------------

# The manifests that have no row, whatever their format.
rowless() {
	manifest header.csv
	printf 'ExistingCertificateId;CertificateId;JobTime\r\n\r\n;;\r\n ; ;\r\n' | sed 's/ ; ;/;;/' >blank.csv
	printf '\357\273\277sep=;\nExistingCertificateId;CertificateId' >mark.csv
	printf '\n  \n\t\n' >blank.jsonl
	: >nothing.jsonl
	echo ' [ ] ' >array.json
}

begin 'a manifest without a single row is refused'
company
rowless
for name in header.csv blank.csv mark.csv blank.jsonl nothing.jsonl array.json; do
	refused $name "$no_row"
	refused $name "$no_row" --rejects x.rejects --summary s.json --results r.results
done
untouched

begin '--allow-empty takes it: a run of no rows'
company
rowless
number=0
for name in header.csv blank.csv mark.csv blank.jsonl nothing.jsonl array.json; do
	number=$((number + 1))
	run 0 -q check --allow-empty $name
	run 0 apply --allow-empty $name
	out ''
	is "the end of $name" "$(tail -n 3 "$scratch/err" | head -n 2)" \
		"pfxreplace: $name: run $number: 0 rows read: 0 succeeded
pfxreplace: $name: no jobs created"
	results=${name%.*}.results.$([ "${name##*.}" = csv ] && echo csv || echo jsonl)
	is "its results" "$(cat "$results")" "$([ "${name##*.}" = csv ] && echo "$header")"
	rm "$results"
done
sql 'SELECT count(*), sum(rows_total), sum(state) FROM run' '6|0|6'
# Once more: the same with the option, refused without it.
run 0 -q apply --allow-empty header.csv
rm header.results.csv
refused header.csv "$no_row"
[ ! -e header.results.csv ] || wrong 'a refused manifest got results'
sql 'SELECT count(*) FROM run' 6
run 2 import --allow-empty stores header.csv

begin 'standard input and pipes without a row'
company
empty='the file is empty: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password'
for command in check apply; do
	for bytes in '' '\n\r\n'; do
		piped 3 "$bytes" $command -
		told "-: $empty"
		piped 0 "$bytes" -q $command --allow-empty -
		err ''
	done
	piped 0 ' \n\t' -q $command --allow-empty -
	piped 3 'ExistingCertificateId,CertificateId\n' $command -
	told "-: $no_row"
	run 3 $command --format jsonl - </dev/null
	told "-: $no_row"
	piped 3 '[]' $command /dev/stdin
	told "/dev/stdin: $no_row"
done
sql 'SELECT path, rows_total FROM run' '-|0
-|0
-|0'
: >no.csv
refused no.csv "$empty"
refused no.csv "$empty" --allow-empty
: >no.json
for command in check apply; do
	run 3 $command --allow-empty no.json
	told 'no.json:1: the file is empty: expected a JSON array of objects'
done

begin 'rows that are all damaged are rows'
company
number=0
printf '%s\n' ExistingCertificateId,CertificateId 1,2,3 '"' >m.csv
printf '%s\n' '{' '[]' >m.jsonl
printf '[' >n.json
while IFS='|' read -r name first second rows; do
	for did in check "run $((number += 1))"; do
		run 1 -q "$(case $did in check) echo check ;; *) echo apply ;; esac)" "$name"
		printf "pfxreplace: $name:%s [malformed-record]\n" "$first" ${second:+"$second"} >expected
		echo "pfxreplace: $name: $did: $rows" >>expected
		alike "what $did says" expected "$scratch/err"
	done
done <<'END'
m.csv|2: 3 fields, the header has 2|3: ExistingCertificateId: a quote that is not closed before the end of the file: expected a closing quote|2 rows read: 0 succeeded, 2 rejected
m.jsonl|1: not a JSON object (column 1): it is not complete: a quote, bracket or brace is not closed|2: not a JSON object: expected { and names with values|2 rows read: 0 succeeded, 2 rejected
n.json|1: the array is not closed: expected ]||1 row read: 0 succeeded, 1 rejected
END
sql 'SELECT rows_read, rejected FROM run' '2|2
2|2
1|1'

# ---- files that are not text -----------------------------------------------------------------

zip() { # NAME...: the start of a ZIP archive of files of these names
	for name; do
		printf 'PK\003\004\024\0\010\010\010\0\041\0\0\0\301\117\002\076\030\001\0\0\0\0\0\0\010\0\0\0%s\313\377\003' "$name"
	done
}

foreign_files() {
	zip '[Content_Types].xml' _rels/.rels xl/workbook.xml >excel.xlsx
	zip docProps/app.xml xl/worksheets/sheet1.xml >other.csv
	{ printf 'PK\003\004\024\0\0\010\0\0\0\0\041\0\0\0\301\117\002\076\056\0\0\0\056\0\0\0\010\0\0\0'
		printf 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet'; zip content.xml; } >open.ods
	zip manifest.csv >archive.zip
	printf 'PK\005\006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >empty.zip
	printf '\320\317\021\340\241\261\032\341\0\0\0\0\0\0\0\0' >old.xls
	printf 'a,b\n' | gzip >m.csv.gz
	printf 'BZh91AY&SY\001\002\003' >m.bz2
	printf '\3757zXZ\0\0\004\346\326\264\106' >m.xz
	printf '\050\265\057\375\044\004\041\0\0a,b\n\001\002\003\004' >m.zst
	printf '%%PDF-1.7\n%%\342\343\317\323\n1 0 obj\n' >m.pdf
	printf '<!DOCTYPE html>\n<html><body>Log in, please</body></html>\n' >page.csv
	printf '\357\273\277\r\n  <HTML lang="en">\n' >page2.csv
	printf '<table border=1><tr><td>ExistingCertificateId</td></tr></table>\n' >page.jsonl
	printf '\377\376<\0h\0t\0m\0l\0>\0\n\0' >page16.csv
	printf '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="x">\n' >book.xml
	printf '<?xml version="1.0"?>\n<rows/>\n' >rows.xml
	printf '{\\rtf1\\ansi a,b}' >m.rtf
	sqlite3 m.db 'CREATE TABLE m (a)'
	printf '\211PNG\r\n\032\n\0\0\0\015IHDR' >m.png
	printf '\377\330\377\340\0\020JFIF\0' >m.jpg
	printf '\177ELF\002\001\001\0\0\0\0\0\0\0\0\0' >m.elf
	printf '\001\002\0\0\003abc\0\0\0def' >m.dat
	head -c 100 /dev/zero >zeros.csv
	printf '{\0"\0a\0"\0:\0001\0}\0\n\0' >wide.jsonl
	printf 'A\0\0\0,\0\0\0B\0\0\0\n\0\0\0' >wide32le.csv
	printf '\0\0\0A\0\0\0,\0\0\0B\0\0\0\n' >wide32be.csv
	printf '\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' >cert.pem
	printf 'Bag Attributes\n    localKeyID: 01 02 03\n-----BEGIN CERTIFICATE-----\n' >bag.pem
	{ printf '\060\202\001\012\060\202\001\006'; head -c 262 /dev/zero; } >cert.der
	printf '\376\355\376\355\0\0\0\002\0\0\0\0' >store.jks
}

excel="an Excel workbook: $text; save it in the spreadsheet as CSV UTF-8"
page="an HTML page: $text; it may be the page of a log-in or of an error in place of the file, or what a program calls an Excel file: ask for the data as CSV"

# foreign ACTION: calls it for each of the files, with the sentence that refuses the file
foreign() {
	"$1" excel.xlsx "$excel"
	"$1" other.csv "$excel"
	"$1" open.ods "an OpenDocument spreadsheet: $text; save it in the spreadsheet as CSV UTF-8"
	"$1" archive.zip "a ZIP archive: $text; unpack it first"
	"$1" empty.zip "a ZIP archive: $text; unpack it first"
	"$1" old.xls "an Excel workbook of the old kind (.xls) or another Office file: $text; save it in the spreadsheet as CSV UTF-8"
	"$1" m.csv.gz "compressed with gzip: $text; decompress it first (gunzip)"
	"$1" m.bz2 "compressed with bzip2: $text; decompress it first (bunzip2)"
	"$1" m.xz "compressed with xz: $text; decompress it first (unxz)"
	"$1" m.zst "compressed with zstd: $text; decompress it first (unzstd)"
	"$1" m.pdf "a PDF document: $text; ask for the data that it shows as CSV"
	"$1" page.csv "$page"
	"$1" page2.csv "$page"
	"$1" page.jsonl "$page"
	"$1" page16.csv "$page"
	"$1" book.xml "an Excel workbook of the kind XML spreadsheet: $text; save it in the spreadsheet as CSV UTF-8"
	"$1" rows.xml "an XML file: $text; ask for the data as one of these"
	"$1" m.rtf "an RTF document: $text; save it as plain text"
	"$1" m.db "an SQLite database: $text; write the rows that are meant out as CSV"
	"$1" m.png "a PNG image: $text"
	"$1" m.jpg "a JPEG image: $text"
	"$1" m.elf "a program (ELF): $text"
	"$1" m.dat "a binary file: $text"
	"$1" zeros.csv "a binary file: $text"
	"$1" wide.jsonl 'the file is UTF-16 without a byte order mark: save it as UTF-8, or read it with --encoding utf-16'
	"$1" wide32le.csv 'the file is UTF-32, which is not read: save it as UTF-8'
	"$1" wide32be.csv 'the file is UTF-32, which is not read: save it as UTF-8'
	"$1" cert.pem "a PEM file: $text"
	"$1" bag.pem "a PEM file: $text"
	"$1" cert.der "a DER file, a certificate or a PFX perhaps: $text"
	"$1" store.jks "a Java keystore: $text"
}

begin 'files that are no text are refused and named'
company
mkdir files
(cd files && foreign_files)
as_manifest() {
	refused "files/$1" "$2"
}
foreign as_manifest
untouched files

begin 'also from pipes, by other names and with a format'
company
foreign_files
from_pipe() {
	for command in check apply; do
		run 3 $command - <"$1"
		told "-: $2"
		# shellcheck disable=SC2002
		cat "$1" | "$PROGRAM" $command /dev/fd/0 >"$scratch/out" 2>"$scratch/err"
		is "status of $command" $? 3
		told "/dev/fd/0: $2"
	done
	cp "$1" copy
	refused copy "$2"
	for format in csv jsonl json; do
		refused copy "$2" --format $format
	done
}
foreign from_pipe
mkfifo pipe
cat old.xls >pipe &
run 3 apply pipe
told "pipe: an Excel workbook of the old kind (.xls) or another Office file: $text; save it in the spreadsheet as CSV UTF-8"
wait
rm pipe
untouched

begin 'also as records of an import, all of them named'
company
mkdir files
(cd files && foreign_files)
as_records() {
	# Certificates may be in such files: certificate_files.sh.
	case $records:$1 in certificates:*.pem | certificates:*.der) return ;; esac
	faults=$((faults + 1))
	printf 'pfxreplace: files/%s: %s\n' "$1" "$2" >>expected
	files="$files files/$1"
}
for records in stores certificates inventory; do
	faults=0 files=
	: >expected
	foreign as_records
	# shellcheck disable=SC2086 # a word each
	run 3 import $records $files
	echo "pfxreplace: $records: $faults faults: nothing was loaded" >>expected
	err "$(cat expected)"
done

begin 'text that begins in an odd way is read'
company
rows='ExistingCertificateId,CertificateId'
read_as() { # ROWS BYTES [NAME]
	odd=${3:-odd.csv}
	# shellcheck disable=SC2059 # likewise
	printf -- "$2" >"$odd"
	run 1 -q check --results - "$odd"
	is "rows of $2" "$(grep -c rejected "$scratch/out")" "$1"
}
for name in PK BZh9 '%%PDF-1.4' '<html>' '<table>' '<?xml' '{\\\\rtf1' 'SQLite format 3' '"<!doctype html>"' \
	'-----BEGI' 'Bag Attributes' 'GIF89a' '0' '"{"' '['; do
	read_as 1 "$name,$rows\nx,1,2\n"
done
read_as 1 "$rows,Note\n1,2,<html>\n"
read_as 1 "$rows,Note\n1,2,\"\n-----BEGIN CERTIFICATE-----\n\"\n"
read_as 2 "$rows\n1,2\n1,\0\0\0\001\002\n" # a NUL in a row costs the row
read_as 1 '{"ExistingCertificateId":"\0\0\001"}\n' odd.jsonl
read_as 1 '\357\273\277\n \n {"ExistingCertificateId":1}\n' odd.jsonl
read_as 1 '\n\n  [{"ExistingCertificateId":1}]' odd.json
printf '\050\265\057\375,ExistingCertificateId,CertificateId\nx,1,2\n' >odd.csv # "(µ/ý" in Latin-1
run 1 -q check --encoding latin1 odd.csv
printf '0\202\001\003,ExistingCertificateId,CertificateId\nx,1,2\n' | tr -d '\001\003' >odd.csv
run 1 -q check --encoding windows-1252 odd.csv

# ---- when the jobs are due -------------------------------------------------------------------

# said PATTERN: the lines of standard error that match
said() {
	grep -e "$1" "$scratch/err"
}
due=' due at once'

begin 'check and apply say how many jobs are due at once, and when the others are'
company
manifest m.csv 102,202,2080-01-01T00:00:00.250Z 107,207,2020-01-01T00:00:00Z 108,208,2079-01-01T00:00:00Z \
	104,204, 998,208,2099-01-01T00:00:00Z 105,205,2098-01-01T00:00:00Z
jobs='to create'
for command in check apply check apply; do
	run 1 $command m.csv
	[ $command = check ] || jobs=created
	is "$command" "$(said "$due")" \
		"pfxreplace: m.csv: 6 jobs $jobs: 3 due at once, 3 from 2079-01-01T00:00:00Z to 2080-01-01T00:00:00.250Z"
done
run 1 -q apply --again m.csv
active='is active (Waiting) [job-pending]'
told "m.csv:2: store $web_named, alias mail: job 1 of run 1 for certificate 202 $active" \
	"m.csv:2: store $iis_named, alias $thumbprint_102: job 2 of run 1 for certificate 202 $active" \
	"m.csv:3: store $web_named, alias n107: job 3 of run 1 for certificate 207 $active" \
	"m.csv:4: store $web_named, alias n108: job 4 of run 1 for certificate 208 $active" \
	"m.csv:5: store $twin_named, alias x: job 5 of run 1 for certificate 204 $active" \
	"m.csv:5: store $twin_named, alias y: job 6 of run 1 for certificate 204 $active" \
	'm.csv:6: ExistingCertificateId: no certificate 998 in the inventory [unknown-existing-certificate]' \
	'm.csv:6: CertificateId: the new certificate expires at 2095-01-01T00:00:00Z, due is 2099-01-01T00:00:00Z [certificate-expired]' \
	'm.csv:7: CertificateId: the new certificate expires at 2095-01-01T00:00:00Z, due is 2098-01-01T00:00:00Z [certificate-expired]' \
	'm.csv: 4 rows: job-pending: job ... of run ... for certificate ... is active (...) (lines 2, 3, 4, ...)' \
	'm.csv: 2 rows: certificate-expired: CertificateId: the new certificate expires at ..., due is ... (lines 6, 7)' \
	'm.csv: run 2: 6 rows read: 0 succeeded, 4 failed, 2 rejected'
run 1 -q check m.csv
told 'm.csv: check: 6 rows read: 0 succeeded, 4 failed, 2 rejected'

begin 'one job, one time, none at once, none at all'
company
manifest one.csv 107,207,
manifest time.csv 108,208,2079-01-01T00:00:00Z 109,209,
manifest later.csv 104,204,2079-01-01T00:00:00Z
manifest none.csv 998,208,2079-01-01T00:00:00Z
manifest window.csv 110,210, 111,211,2045-03-01T23:00:00Z
jobs='to create'
for command in check apply apply; do
	[ $command = check ] || jobs=created
	run 0 $command one.csv
	is "$command one" "$(said "$due")" "pfxreplace: one.csv: 1 job $jobs: 1 due at once"
	run 0 $command time.csv
	is "$command time" "$(said "$due")" \
		"pfxreplace: time.csv: 2 jobs $jobs: 1 due at once, 1 at 2079-01-01T00:00:00Z"
	run 0 $command later.csv
	is "$command later" "$(said "$due")" \
		"pfxreplace: later.csv: 2 jobs $jobs: 0 due at once, 2 at 2079-01-01T00:00:00Z"
	run 1 $command none.csv
	is "$command none" "$(said "$due")" ''
	run 0 $command --window 2045-03-01T22:00:00Z/2045-03-02T00:00:00Z window.csv
	is "$command window" "$(said "$due")" \
		"pfxreplace: window.csv: 2 jobs $jobs: 0 due at once, 2 from 2045-03-01T22:00:00Z to 2045-03-01T23:00:00Z"
done

begin 'the same after an interruption, and when an earlier version began it'
company
manifest m.csv 107,207,2079-01-01T00:00:00Z 108,208, 998,209, 109,209,2078-01-01T00:00:00Z 999,210, 110,210,
whole='4 jobs created: 2 due at once, 2 from 2078-01-01T00:00:00Z to 2079-01-01T00:00:00Z'
run 6 apply --chunk 1 --max-errors 0 m.csv
is 'the first part' "$(said "$due")" 'pfxreplace: m.csv: 2 jobs created: 1 due at once, 1 at 2079-01-01T00:00:00Z'
run 1 check m.csv
is 'check of the rest' "$(said "$due")" "pfxreplace: m.csv: $whole"
run 6 apply --max-errors 0 m.csv
is 'the second part' "$(said "$due")" \
	'pfxreplace: m.csv: 3 jobs created: 1 due at once, 2 from 2078-01-01T00:00:00Z to 2079-01-01T00:00:00Z'
earlier="ALTER TABLE run DROP COLUMN jobs_later; ALTER TABLE run DROP COLUMN first_due;
	ALTER TABLE run DROP COLUMN last_due; DROP TABLE renumbered; DROP TABLE request_given;
	DROP INDEX chain_certificate; ALTER TABLE certificate DROP COLUMN key_usage;
	ALTER TABLE certificate DROP COLUMN extended_usages; ALTER TABLE certificate DROP COLUMN signature;
	ALTER TABLE certificate DROP COLUMN is_ca; ALTER TABLE certificate DROP COLUMN sha256;
	ALTER TABLE certificate DROP COLUMN curve; ALTER TABLE store DROP COLUMN key_path;
	ALTER TABLE store DROP COLUMN includes_chain; ALTER TABLE store DROP COLUMN trust_store;
	ALTER TABLE store DROP COLUMN endpoint; ALTER TABLE store DROP COLUMN password;
	ALTER TABLE store DROP COLUMN tried_at; ALTER TABLE store DROP COLUMN unreadable;
	ALTER TABLE store DROP COLUMN unreadable_text; DROP INDEX location_key_mismatch;
	ALTER TABLE location DROP COLUMN key_mismatch; DROP TABLE handling; DROP TABLE ready;
	DROP TABLE lease; DROP TABLE job_event; DROP TABLE counter; DROP INDEX job_unproven;
	ALTER TABLE job DROP COLUMN proven_at; ALTER TABLE run DROP COLUMN retries;
	ALTER TABLE run DROP COLUMN window_end; DROP TABLE data_key;
	ALTER TABLE run DROP COLUMN trust_manifest; DELETE FROM setting WHERE name = 'database-id';
	PRAGMA user_version = 2"
sqlite3 inventory.db "$earlier"
run 1 apply m.csv
is 'the last part' "$(said "$due")" "pfxreplace: m.csv: $whole"
sqlite3 inventory.db "$earlier"
for command in apply check; do
	run 1 $command m.csv
	is "$command again" "$(said "$due")" "pfxreplace: m.csv: $whole"
done

# ---- rows with and without a time ------------------------------------------------------------

begin 'mixed-job-times: counted, in the results, not printed a row each'
company
manifest m.csv 107,207, 108,208,2079-01-01T00:00:00Z 104,204, 998,208, 109,209, 109,209,
printf '107\n' >>m.csv
mixed='mixed-job-times: JobTime: none, and other rows have one: expected a time in every row or in none'
several="several-aliases: store $twin, alias x: the existing certificate stands at 2 aliases of the store"
lines='1 several-aliases (line 4), 4 mixed-job-times (lines 2, 4, 5, ...), 1 exact-repetition (line 7)'
for command in check apply check apply results; do
	rm -f r.csv
	if [ $command = results ]; then
		run 1 results --results r.csv 1
	else
		run 1 $command --results r.csv m.csv
		is "rows of $command" "$(said '\[mixed-job-times\]')" ''
		is "$command" "$(said ': warnings: ')" \
			"pfxreplace: m.csv: warnings: $lines"
		# A repetition reads no rows.
		[ $command = check ] || lines='1 several-aliases, 4 mixed-job-times, 1 exact-repetition'
	fi
	results r.csv "2,107,207,,,succeeded,$web,,\"$mixed\"" "3,108,208,,2079-01-01T00:00:00Z,succeeded,$web,," \
		"4,104,204,,,succeeded,$twin,,\"$mixed; $several\"" \
		"5,998,208,,,rejected,,,\"unknown-existing-certificate: ExistingCertificateId: no certificate 998 in the inventory; $mixed\"" \
		"6,109,209,,,succeeded,$web,,\"$mixed\"" \
		'7,109,209,,,skipped,,,exact-repetition: the same as line 6' \
		'8,,,,,rejected,,,"malformed-record: 1 field, the header has 3"'
done
run 1 -v check --again m.csv
is 'with -v' "$(said '\[mixed-job-times\]' | wc -l)" 4

begin 'mixed-job-times: what a row with a time is'
company
mixed() { # COUNT LINE...: how many rows get it
	expected_count=$1
	shift
	manifest mixed.csv "$@"
	run 1 -q check --summary s.json mixed.csv
	is "$*" "$(sed 's/.*"Warnings":{[^}]*"mixed-job-times":\([0-9]*\).*/\1/; t; s/.*/0/' s.json)" "$expected_count"
}
mixed 0 107,207, 998,209,
mixed 0 107,207,2079-01-01T00:00:00Z 998,209,2079-01-01T00:00:00Z
mixed 2 107,207, 998,209, 108,208,2020-01-01T00:00:00Z
# A refused JobTime counts as one, for somebody wrote a time; so does that of a row refused otherwise.
mixed 1 107,207, 108,208,soon
mixed 1 107,207, x,208,2079-01-01T00:00:00Z
mixed 1 107,207, 998,208,2079-01-01T00:00:00Z
mixed 1 107,207, 108,208,2079-01-01T00:00:00Z 108,209,2079-01-01T00:00:00Z
# A row that cannot be read counts neither as one with a time nor as one without.
mixed 0 107,207, 108,208,2079-01-01T00:00:00Z,x
mixed 0 107,207,2079-01-01T00:00:00Z 108
printf '%s\n' '{"ExistingCertificateId":107,"CertificateId":207,"JobTime":null}' \
	'{"ExistingCertificateId":108,"CertificateId":208,"JobTime":5}' \
	'{"ExistingCertificateId":109,"CertificateId":209,"JobTime":""}' '{"ExistingCertificateId":110,"CertificateId":210}' >m.jsonl
run 1 apply m.jsonl
is 'JSON' "$(said ': warnings: ')" 'pfxreplace: m.jsonl: warnings: 3 mixed-job-times (lines 1, 3, 4)'

begin 'mixed-job-times: --deny rejects the rows, also with --window'
company
manifest m.csv 107,207, 108,208,2045-03-01T23:00:00Z 109,209,
window=2045-03-01T22:00:00Z/2045-03-02T00:00:00Z
run 0 apply --window $window m.csv
is 'with --window' "$(said ': warnings: ')" 'pfxreplace: m.csv: warnings: 2 mixed-job-times (lines 2, 4)'
company
did=check jobs='to create'
for command in check apply; do
	run 1 $command --deny mixed-job-times m.csv
	sed -i '/: results in /d' "$scratch/err"
	said='JobTime: none, and other rows have one: expected a time in every row or in none [mixed-job-times]'
	told "m.csv:2: $said" "m.csv:4: $said" \
		"m.csv: 2 rows: mixed-job-times: ${said% \[*} (lines 2, 4)" \
		"m.csv: $did: 3 rows read: 1 succeeded, 2 rejected" \
		"m.csv: 1 job $jobs: 0 due at once, 1 at 2045-03-01T23:00:00Z" \
		'm.csv: the same command with --rejects FILE writes the rows to mend'
	did='run 1' jobs=created
done
results m.results.csv "2,107,207,,,rejected,,,\"$mixed\"" \
	"3,108,208,,2045-03-01T23:00:00Z,succeeded,$web,," "4,109,209,,,rejected,,,\"$mixed\""
sql "SELECT kind, name, count FROM tally WHERE kind IN ('code', 'warning')" 'code|mixed-job-times|2'

begin 'mixed-job-times: the same when a run carries on'
manifest m.csv 107,207, 998,208, 109,209, 110,210, 108,208,2079-01-01T00:00:00Z
for errors in 100 0; do
	company
	"$PROGRAM" -q apply --chunk 1 --max-errors $errors m.csv 2>/dev/null
	run 1 -q apply m.csv
	state inventory.db state.$errors
	mv m.results.csv results.$errors
done
alike 'jobs' state.100 state.0
alike 'results' results.100 results.0
is 'warnings' "$(grep -c mixed-job-times results.0)" 4

# ---- several manifests -----------------------------------------------------------------------

begin 'several manifests: every fault of each is told once, then nothing is done'
company
mkdir m.results.csv out
manifest good.csv 107,207,
manifest empty.csv
manifest m.csv 108,208,
echo 1,2 >data.csv
printf '%s\n' ExistingCertificateId,CertificateId,JobTimeUtc,Passwrd,jobtiem 1,2,3,4,5 >near.csv
printf '%s\n' JobTime,Owner 2079-01-01T00:00:00Z,x >lacks.csv
printf '%s\n' Outcome,SuccessfulStores,ExistingCertificateId,CertificateId x,x,1,2 >done.csv
manifest other.csv 109,209,
run 0 -q apply other.csv
rm other.results.csv
manifest changed.csv 998,208, 999,208,
run 6 -q apply --chunk 1 --max-errors 0 changed.csv
manifest changed.csv 997,208,
cp good.csv good.txt
printf '%%PDF-1.7\n' >m.pdf
nearly='nearly the name'
ignore() {
	echo "expected just that, or --ignore \"$1\" to leave the column out"
}
cksum ./*.* 2>/dev/null >../before
for command in check apply; do
	[ $command = apply ] && expected_status=4 || expected_status=3 # check writes no results by default
	run $expected_status $command --max-jobs-per-row 5 none.csv good.csv empty.csv m.csv data.csv near.csv lacks.csv done.csv \
		other.csv changed.csv good.txt m.pdf none.csv out
	out ''
	cp "$scratch/err" "../err.$command"
done
cksum ./*.* 2>/dev/null >../after
alike 'the folder' ../before ../after
grep -v -e '^pfxreplace: m.results.csv: ' -e '^pfxreplace: good.txt: ' ../err.apply >../err.expected
alike 'what check says' ../err.expected ../err.check
cp ../err.apply "$scratch/err"
told 'none.csv: cannot be read: No such file or directory' \
	"empty.csv: $no_row" \
	'm.results.csv: the file cannot be written: Is a directory' \
	'data.csv:1: no usable header: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password' \
	"near.csv:1: JobTimeUtc: $nearly JobTime: $(ignore JobTimeUtc); likewise --ignore \"jobtiem\"; Passwrd: $nearly Password: $(ignore Passwrd)" \
	'lacks.csv: ExistingCertificateId: the header lacks this column: expected ExistingCertificateId and CertificateId or RequestId' \
	'done.csv: this is a results file (it has Outcome and SuccessfulStores): expected a manifest' \
	'other.csv: run 1 of this manifest has --max-jobs-per-row "", not "5": repeat it as it was, or ask for a new run with --again' \
	'changed.csv: the manifest has changed since run 2 of it was interrupted: bring it back as it was, or give that run up with `pfxreplace runs abandon 2`' \
	'good.txt: its results file would be good.results.csv, as that of good.csv: apply them one by one' \
	"m.pdf: a PDF document: $text; ask for the data that it shows as CSV" \
	'out: cannot be read: a folder, expected a file'
sql 'SELECT count(*) FROM run' 2

begin 'several manifests: the status is the greatest of their faults'
company
manifest good.csv 107,207,
manifest other.csv 109,209,
run 0 -q apply other.csv
run 2 -q apply --max-jobs-per-row 5 other.csv good.csv
run 3 -q apply --max-jobs-per-row 5 other.csv none.csv good.csv
run 3 -q apply --max-jobs-per-row 5 none.csv other.csv good.csv
mkdir good.results.csv
run 4 -q apply none.csv good.csv other.csv
run 4 -q apply good.csv none.csv
sql 'SELECT count(*) FROM run' 1

begin 'several manifests: what is not a fault of one of them stops at once, and is told once'
company
manifest a.csv 107,207,
manifest b.csv 108,208,
run 2 apply --window 2020-03-01T22:00:00Z/2021-03-01T22:00:00Z none.csv a.csv b.csv
told 'none.csv: cannot be read: No such file or directory' \
	'--window: 2020-03-01T22:00:00Z/2021-03-01T22:00:00Z: its END is past: expected one in the future'
mkfifo pipe
timeout --preserve-status -s INT -k 5 1 "$PROGRAM" apply none.csv pipe gone.csv >"$scratch/out" 2>"$scratch/err"
is 'interrupted' $? 130
told 'none.csv: cannot be read: No such file or directory' 'pipe: interrupted while it was read'

begin 'imports: every bad file and every bad column is told'
company
printf '%s\n' Id,Name 1,Web 2,Vault >containers.csv
printf '%s\n' Id,id,Name,NAME,i_d 1,2,a,b,3 >twice.csv
echo 1,2 >data.csv
printf '\320\317\021\340\241\261\032\341\0\0' >old.xls
run 3 import containers containers.csv none.csv twice.csv data.csv old.xls
told 'none.csv: cannot be read: No such file or directory' \
	'twice.csv:1: id: a second column for Id: expected one; NAME: a second column for Name: expected one; i_d: a second column for Id: expected one' \
	'data.csv:1: no usable header: expected the names of the columns first, of which are known Id, Name' \
	"old.xls: an Excel workbook of the old kind (.xls) or another Office file: $text; save it in the spreadsheet as CSV UTF-8" \
	'containers: 4 faults: nothing was loaded'

finish
