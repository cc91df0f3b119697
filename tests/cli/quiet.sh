#!/bin/sh
# What check and apply print of rows that did not succeed and at their end, and what is left of it
# under -q: nothing when all is well.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

no_permission='the operator may not schedule jobs for the store'
to_mend='the same command with --rejects FILE writes the rows to mend'

silent() {
	out ''
	err ''
}

# unknown FROM TO: lines with certificates in use that are not known
unknown() {
	seq "$1" "$2" | sed 's/$/,207,/'
}

# ---- -q --------------------------------------------------------------------------------------

begin '-q: init, import, lists, results: nothing when all is well'
run 0 -q init
silent
run 0 -q list stores
silent
run 0 -q runs
silent
company
manifest m.csv 107,207,
run 0 -q apply m.csv
run 0 -q results --results r.csv 1
silent

begin '-q: all is well: neither warnings nor repairs nor counts'
company
printf '%s\n' ExistingCertificateId,CertificateId,Note 0107,207,x 104,204,y 107,207,z >m.csv
run 0 -q check m.csv
silent
run 0 -q check --results c.csv --rejects c.rejects --summary c.json m.csv
silent
for again in '' '' --again; do
	# shellcheck disable=SC2086 # no word
	run 0 -q apply --pending keep $again m.csv
	silent
done
run 0 apply --pending keep m.csv
told 'm.csv: run 2 has applied this manifest already: no new jobs (--again asks for a new run)' \
	'm.csv: warnings: 1 several-aliases, 3 job-kept, 1 exact-repetition' \
	'm.csv: repaired: 1 leading-zeros (leading zeros of a number; line 2)' \
	'm.csv: run 2: 3 rows read: 2 succeeded, 1 skipped' 'm.csv: no jobs created' 'm.csv: results in m.results.csv'

begin 'all is well: three lines'
company
manifest m.csv 107,207, 108,208,2080-01-01T00:00:00Z 109,209,2080-01-01T00:00:00Z
sed -i '2s/,$/,2020-01-01T00:00:00Z/' m.csv
run 0 check m.csv
told 'm.csv: check: 3 rows read: 3 succeeded' 'm.csv: 3 jobs to create: 1 due at once, 2 at 2080-01-01T00:00:00Z'
run 0 check --results r.csv m.csv
told 'm.csv: check: 3 rows read: 3 succeeded' 'm.csv: 3 jobs to create: 1 due at once, 2 at 2080-01-01T00:00:00Z' \
	'm.csv: results in r.csv'
run 0 apply m.csv
told 'm.csv: run 1: 3 rows read: 3 succeeded' 'm.csv: 3 jobs created: 1 due at once, 2 at 2080-01-01T00:00:00Z' \
	'm.csv: results in m.results.csv'
is 'lines of more than 80 columns' "$(awk 'length > 80' "$scratch/err")" ''

begin '-q: not all is well: faults, their causes, the closing line'
company
printf '%s\n' ExistingCertificateId,CertificateId,Note 0107,207,x 105,205,y 101,201,z >m.csv
faults="m.csv:3: store $vault_named, alias pay: $no_permission [no-permission]
pfxreplace: m.csv:4: store $lab_named, alias web: the store is not approved [not-approved]
pfxreplace: m.csv:4: store $vault_named, alias web: $no_permission [no-permission]
pfxreplace: m.csv: 2 rows: no-permission: $no_permission (lines 3, 4)"
run 1 -q check m.csv
out 'Manifest,ContainerId,Container,Jobs
m.csv,1,Web,2'
told "$faults" 'm.csv: check: 3 rows read: 1 succeeded, 1 partial, 1 failed'
run 1 -q check --results c.csv --rejects c.rejects m.csv
told "$faults" 'm.csv: check: 3 rows read: 1 succeeded, 1 partial, 1 failed'
run 1 -q apply m.csv
out ''
told "$faults" 'm.csv: run 1: 3 rows read: 1 succeeded, 1 partial, 1 failed'
run 1 -q apply m.csv
told 'm.csv: run 1: 3 rows read: 1 succeeded, 1 partial, 1 failed'
run 1 -q results --results r.csv 1
told 'inventory.db: run 1: 3 rows read: 1 succeeded, 1 partial, 1 failed'
cmp -s r.csv m.results.csv || wrong 'other results'
run 1 -q results 1
err ''
alike 'results' m.results.csv "$scratch/out"

begin '-q: one of several manifests is not well: its messages, and the counts of all'
company
manifest good.csv 107,207,
manifest bad.csv 108,208, 105,205,
manifest last.csv 109,209,
run 0 -q check good.csv last.csv
silent
run 1 -q check good.csv bad.csv last.csv
out 'Manifest,ContainerId,Container,Jobs
good.csv,1,Web,1
bad.csv,1,Web,1
last.csv,1,Web,1'
fault="bad.csv:3: store $vault_named, alias pay: $no_permission [no-permission]"
told "$fault" 'bad.csv: check: 2 rows read: 1 succeeded, 1 failed'
run 6 -q check --max-errors 0 good.csv bad.csv last.csv
out 'Manifest,ContainerId,Container,Jobs
good.csv,1,Web,1'
told "$fault" 'bad.csv: check so far: 2 rows read: 1 succeeded, 1 failed' \
	'bad.csv:3: apply would be stopped here by --max-errors 0'
run 1 -q apply good.csv bad.csv last.csv
out ''
told "$fault" 'bad.csv: run 2: 2 rows read: 1 succeeded, 1 failed'

begin '-q: stopped: how far it is'
company
manifest m.csv 107,207, 106,206, 108,208, 106,206,
run 6 -q apply --max-errors 0 m.csv
fault='ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]'
told "m.csv:3: $fault" 'm.csv: run 1 so far: 2 rows read: 1 succeeded, 1 rejected' \
	'm.csv:3: stopped by --max-errors: 1 row rejected or failed; the same command carries on behind this row'
run 1 -q results 1
told 'inventory.db: run 1 is not finished: these are its first 2 of 4 rows'
# It carries on without a fault, but the run has one.
run 1 -q apply --max-errors 0 m.csv
told 'm.csv: run 1: 4 rows read: 2 succeeded, 1 rejected, 1 skipped'

begin '-q: files that cannot be written: the closing line, also of a run whose rows are well'
company
manifest m.csv 107,207,
for command in check apply; do
	run 4 -q $command --results /dev/full m.csv
	did='check'
	[ $command = check ] || did='run 1'
	is "the first line of $command" "$(head -n 1 "$scratch/err")" "pfxreplace: m.csv: $did: 1 row read: 1 succeeded"
	is "the second line of $command" "$(sed -n 2p "$scratch/err")" \
		'pfxreplace: /dev/full: the file cannot be written: No space left on device'
done

begin 'where the files are'
company
manifest m.csv 107,207,
run 0 check --summary s.json m.csv
is 'check' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: summary in s.json'
run 0 apply --summary s.json --results r.jsonl m.csv
is 'apply' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: results in r.jsonl, summary in s.json'
run 0 apply --summary - --results r.jsonl m.csv
is 'standard output' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: results in r.jsonl'
run 0 apply --results - m.csv
is 'no file' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: 1 job created: 1 due at once'

# ---- causes ----------------------------------------------------------------------------------

begin 'all faults were printed: only causes that came more than once are repeated'
company
manifest m.csv 998,207, 108,999, 110,210,x 111,211,2080-13-01T00:00:00Z 112,212,2080-14-01T00:00:00Z
run 1 check m.csv
told 'm.csv:2: ExistingCertificateId: no certificate 998 in the inventory [unknown-existing-certificate]' \
	'm.csv:3: CertificateId: no certificate 999 in the inventory [unknown-certificate]' \
	'm.csv:4: JobTime: a value of 1 byte: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ [bad-job-time]' \
	'm.csv:5: JobTime: "2080-13-01T00:00:00Z": a month that does not exist: expected 01 to 12 [bad-job-time]' \
	'm.csv:6: JobTime: "2080-14-01T00:00:00Z": a month that does not exist: expected 01 to 12 [bad-job-time]' \
	'm.csv: 2 rows: bad-job-time: JobTime: a month that does not exist: expected 01 to 12 (lines 5, 6)' \
	'm.csv: warnings: 2 mixed-job-times (lines 2, 3)' 'm.csv: check: 5 rows read: 0 succeeded, 5 rejected' 'm.csv: no jobs to create' "m.csv: $to_mend"

begin 'a thousand faulty rows: what is wrong fits a screen'
company
{
	echo ExistingCertificateId,CertificateId,JobTime
	unknown 1001 1800 | sed 's/$/2080-01-01T00:00:00Z/'
	seq 1 200 | sed 's/.*/107,207,2045-01-0&/'
} >m.csv
run 1 check m.csv
tail -n +21 "$scratch/err" >ending
same ending "pfxreplace: m.csv: 980 further rows did not succeed: --results FILE names all, -v prints them
pfxreplace: m.csv: 800 rows: unknown-existing-certificate: ExistingCertificateId: no certificate ... in the inventory (lines 2, 3, 4, ...)
pfxreplace: m.csv: 191 rows: bad-job-time: JobTime: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ (lines 811, 812, 813, ...)
pfxreplace: m.csv: 9 rows: bad-job-time: JobTime: a date without a time: expected UTC, YYYY-MM-DDTHH:mm:ssZ (lines 802, 803, 804, ...)
pfxreplace: m.csv: check: 1000 rows read: 0 succeeded, 1000 rejected
pfxreplace: m.csv: no jobs to create
pfxreplace: m.csv: $to_mend"
is 'the first rows' "$(sed -n '1p;20p' "$scratch/err")" \
	'pfxreplace: m.csv:2: ExistingCertificateId: no certificate 1001 in the inventory [unknown-existing-certificate]
pfxreplace: m.csv:21: ExistingCertificateId: no certificate 1020 in the inventory [unknown-existing-certificate]'
run 1 -v check m.csv
is 'with -v' "$(grep -c 'm.csv:[0-9]*: .*\[[a-z-]*\]$' "$scratch/err")" 1000
sed 1d ending >expected
tail -n 6 "$scratch/err" >ending
alike 'the end with -v' expected ending
run 1 check --results r.csv m.csv
is 'where the others are' "$(grep further "$scratch/err")" \
	'pfxreplace: m.csv: 980 further rows did not succeed: the results file names all, -v prints them'
run 1 check --results - m.csv
is 'where the others are' "$(grep further "$scratch/err")" \
	'pfxreplace: m.csv: 980 further rows did not succeed: the results name all, -v prints them'
run 6 apply --max-errors 100 --chunk 50 m.csv
is 'where the others are' "$(grep further "$scratch/err")" \
	'pfxreplace: m.csv: 81 further rows did not succeed: `pfxreplace results 1` names those that are committed'

begin 'more causes than fit a screen are counted'
company
# Causes of their own: the name of a member is in the text.
awk 'BEGIN {
	for (i = 1; i <= 30; i++)
		printf "{\"ExistingCertificateId\":%d,\"CertificateId\":207}\n", 1000 + i
	for (i = 1; i <= 60; i++)
		printf "{\"ExistingCertificateId\":107,\"CertificateId\":207,\"JobTime%c%c\":1}\n", 97 + i % 26, 97 + i / 26
	print "{\"ExistingCertificateId\":107,\"CertificateId\":207,\"JobTimebb\":1}"
}' >m.jsonl
run 1 check --ignore JobTimeUtc m.jsonl
nearly() {
	echo "malformed-record: JobTime$1: nearly the name JobTime: expected just that, or --ignore ... to leave the member out"
}
is 'lines' "$(wc -l <"$scratch/err")" 37
is 'causes' "$(sed -n '22,24p;33,34p' "$scratch/err")" \
	"pfxreplace: m.jsonl: 30 rows: unknown-existing-certificate: ExistingCertificateId: no certificate ... in the inventory (lines 1, 2, 3, ...)
pfxreplace: m.jsonl: 13 rows: malformed-record: other causes (lines 78, 79, 80, ...)
pfxreplace: m.jsonl: 2 rows: $(nearly bb) (lines 57, 91)
pfxreplace: m.jsonl: 1 row: $(nearly ja) (line 39)
pfxreplace: m.jsonl: 37 further causes of 1 row each"

# ---- stores ----------------------------------------------------------------------------------

begin 'a store is named as it is, however long its path, whatever is in it'
company
path=/$(awk 'BEGIN { for (i = 0; i < 700; i++) printf "\303\274" }').jks
sqlite3 inventory.db "UPDATE store SET path = '$path' WHERE guid = '$vault';
	UPDATE store SET client_machine = NULL, path = char(27) || 'x' WHERE guid = '$lab'"
manifest m.csv 101,201,
run 1 -q apply m.csv
told "m.csv:2: store \\x1bx ($lab), alias web: the store is not approved [not-approved]" \
	"m.csv:2: store host.example.com:$path ($vault), alias web: $no_permission [no-permission]" \
	'm.csv: run 1: 1 row read: 0 succeeded, 1 partial'
results m.results.csv "2,101,201,,,partial,$web,$lab $vault,\"not-approved: store $lab, alias web: \
the store is not approved; no-permission: store $vault, alias web: $no_permission\""
sqlite3 inventory.db "UPDATE store SET path = '', client_machine = '' WHERE guid = '$lab'"
run 1 -q apply --again m.csv
is 'without a name' "$(sed -n 2p "$scratch/err")" \
	"pfxreplace: m.csv:2: store $lab, alias web: the store is not approved [not-approved]"

# ---- rejects ---------------------------------------------------------------------------------

begin 'the rows to mend: how many, where, and what to type then'
company
manifest m.csv 107,207, 105,205, 106,206,
run 1 check --rejects c.csv m.csv
is 'check' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: 2 rows to mend in c.csv, then: pfxreplace apply c.csv'
run 1 apply --rejects r.csv m.csv
is 'apply' "$(tail -n 2 "$scratch/err")" 'pfxreplace: m.csv: results in m.results.csv
pfxreplace: m.csv: 2 rows to mend in r.csv, then: pfxreplace apply r.csv'
is 'so many rows' "$(sed 1d r.csv | wc -l)" 2
run 1 apply --rejects - m.csv
is 'on standard output' "$(tail -n 1 "$scratch/err")" 'pfxreplace: m.csv: results in m.results.csv'
run 1 apply m.csv
is 'without' "$(tail -n 1 "$scratch/err")" "pfxreplace: m.csv: $to_mend"
manifest well.csv 108,208,
run 0 apply --rejects w.csv well.csv
is 'none' "$(tail -n 1 "$scratch/err")" 'pfxreplace: well.csv: no rows to mend: w.csv has none'
is 'so many rows' "$(sed 1d w.csv | wc -l)" 0

finish
