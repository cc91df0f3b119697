#!/bin/sh
# import certificates: an Id keeps its thumbprint; --renumber.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

print() { # ID: its thumbprint in the company
	printf '%040X' "$1"
}

given() { # FILE ID,THUMBPRINT...
	given_name=$1
	shift
	printf '%s\n' Id,Thumbprint "$@" >"$given_name"
}

# refuses FAULT...: the import of a.csv with these faults; the files are byte for byte as before.
# $options are those of the import
refuses() {
	before=$(cksum inventory.db*)
	# shellcheck disable=SC2086 # words
	run 3 import certificates ${options-} a.csv
	refuses_count=$#
	told "$@" "certificates: $refuses_count $([ $refuses_count = 1 ] && echo fault || echo faults): nothing was loaded"
	is 'the database' "$(cksum inventory.db*)" "$before"
}

# loads LINE: the import of a.csv, which closes with this; the same again changes nothing
loads() {
	# shellcheck disable=SC2086 # words
	run 0 import certificates ${options-} a.csv
	told "certificates: $1"
	# shellcheck disable=SC2086 # words
	run 0 import certificates ${options-} a.csv
	loads_records=${1%%:*}
	told "certificates: $loads_records: 0 new, 0 changed, ${loads_records%% *} unchanged"
}

certificate() { # ID: its thumbprint and KeySizeInBits, from the database
	sqlite3 inventory.db "SELECT thumbprint, key_size FROM certificate WHERE id = $1"
}

# Where a certificate is, as ALIAS LEVEL.
places() { # ID
	sqlite3 inventory.db "SELECT group_concat(place, '; ') FROM (
		SELECT alias || ' 0' AS place FROM location WHERE certificate = $1
		UNION ALL SELECT alias || ' ' || level FROM chain JOIN location ON id = location
		WHERE chain.certificate = $1 ORDER BY place)"
}

sound() {
	run 0 -q verify
	out ''
	err ''
}

# ---- without the option ----------------------------------------------------------------------

begin 'a known Id with another thumbprint: a fault that names both'
company
given a.csv "101,$(print 7777)" "102,$(print 102)"
refuses "a.csv:2: Thumbprint: $(print 7777), but certificate 101 has $(print 101): an Id keeps its thumbprint, expected a new Id for a new certificate"
options=--renumber
refuses "a.csv:2: Id: certificate 101 has the thumbprint $(print 101), and no record gives that one a new Id: an Id keeps its thumbprint"
options=

begin 'a known thumbprint under another Id: a fault that names both, and the option'
company
given a.csv "7777,$(print 101)"
refuses "a.csv:2: Thumbprint: $(print 101) is that of certificate 101, not of 7777: expected one of its own, or --renumber where 7777 is the new Id of that certificate"

begin 'two Ids that change their thumbprints: a fault each'
company
given a.csv "101,$(print 102)" "102,$(print 101)"
refuses "a.csv:2: Thumbprint: $(print 102), but certificate 101 has $(print 101): an Id keeps its thumbprint, expected a new Id for a new certificate" \
	"a.csv:3: Thumbprint: $(print 101), but certificate 102 has $(print 102): an Id keeps its thumbprint, expected a new Id for a new certificate"

begin 'within one file, and with several files'
company
given a.csv "7777,$(print 7777)" "7777,$(print 7778)" "7779,$(print 7777)"
refuses "a.csv:3: Thumbprint: $(print 7778), but certificate 7777 has $(print 7777): an Id keeps its thumbprint, expected a new Id for a new certificate" \
	"a.csv:4: Thumbprint: $(print 7777) is that of certificate 7777, not of 7779: expected one of its own, or --renumber where 7779 is the new Id of that certificate"
options=--renumber
refuses "a.csv:3: Thumbprint: $(print 7778), but certificate 7777, which an earlier record names too, has $(print 7777): expected one thumbprint" \
	"a.csv:4: Thumbprint: $(print 7777) is that of certificate 7777, which an earlier record names too, not of 7779: expected one Id"
options=
given a.csv "7777,$(print 7777)"
given b.csv "7777,$(print 7778)"
run 3 import certificates a.csv b.csv
told "b.csv:2: Thumbprint: $(print 7778), but certificate 7777 has $(print 7777): an Id keeps its thumbprint, expected a new Id for a new certificate" \
	'certificates: 1 fault: nothing was loaded'

begin 'a thumbprint is given once, and never taken back'
run 0 init
given a.csv 7,
loads '1 record: 1 new, 0 changed, 0 unchanged'
given a.csv "7,$(print 7)"
loads '1 record: 0 new, 1 changed, 0 unchanged'
printf '%s\n' Id,Thumbprint,KeySizeInBits 7,,2048 >a.csv
loads '1 record: 0 new, 1 changed, 0 unchanged'
echo '{"Id":7,"Thumbprint":null,"KeySizeInBits":null}' >b.jsonl
run 0 import certificates b.jsonl
told 'certificates: 1 record: 0 new, 1 changed, 0 unchanged'
sql 'SELECT thumbprint, key_size FROM certificate' "$(print 7)|"

begin 'a certificate that was seen in a store gets its Id, with the option or without'
for options in '' --renumber; do
	company
	printf '%s\n' CertStoreId,Alias,ChainLevel,Thumbprint "$pem,pem,0,$(print 7777)" "$pem,pem,1,$(print 7778)" >i.csv
	run 0 -q import inventory i.csv
	given a.csv "7777,$(print 7777)" "7778,$(print 7778)"
	loads '2 records: 2 new, 0 changed, 0 unchanged'
	is 'places' "$(places 7777), $(places 7778)" 'pem 0, pem 1'
	sql 'SELECT count(*) FROM certificate WHERE id < 0' 0
	sound
done
options=

begin '--renumber: certificates only'
company
for kind in containers store-types agents stores requests inventory roles; do
	run 2 import --renumber $kind $kind.csv
	told "import: --renumber: expected certificates; see \`pfxreplace import --help\`"
done

# ---- one new Id ------------------------------------------------------------------------------

options=--renumber
begin '--renumber: the certificate gets the Id, and what is known of it stays'
company
printf '%s\n' CertStoreId,Alias,ChainLevel,CertificateId "$pem,pem,0,103" "$pem,pem,1,101" "$pem,pem,2,102" >i.csv
run 0 -q import inventory i.csv
given a.csv "7101,$(print 101)" "7103,$(print 103)" "102,$(print 102)"
loads '3 records: 0 new, 0 changed, 1 unchanged, 2 renumbered'
is '7101' "$(certificate 7101), $(places 7101)" "$(print 101)|2048, pem 1; web 0; web 0; web 0"
is '7103' "$(certificate 7103), $(places 7103)" "$(print 103)|2048, pem 0"
is '102' "$(places 102)" "$(print 102) 0; mail 0; pem 2"
is '101' "$(certificate 101)$(places 101)" ''
sql 'SELECT id, certificate FROM renumbered' '101|7101
103|7103'
run 3 show certificate 101
told 'certificate 101 has the Id 7101 now'
run 0 show certificate 7101 --format jsonl
is 'show' "$(grep -oE '^\{"Id":7101,"Thumbprint":"[0-9A-F]*"|"Alias":"[a-z]*"' "$scratch/out" | tr '\n' ' ')" \
	"{\"Id\":7101,\"Thumbprint\":\"$(print 101)\" \"Alias\":\"web\" \"Alias\":\"web\" \"Alias\":\"web\" "
run 0 list locations --certificate 7103 --format csv
is 'list' "$(cut -d , -f 4,5 "$scratch/out" | tr '\n' ' ')" 'Alias,CertificateId pem,7103 '
sound

begin '--renumber: the record says more of the certificate, and a null is no value'
company
printf '%s\n' Id,Thumbprint,KeySizeInBits,IssuerDN "7101,$(print 101),4096," >a.csv
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
sql 'SELECT key_size, issuer_dn, not_after > 0 FROM certificate WHERE id = 7101' '4096||1'

begin '--renumber: an Id that is known without a thumbprint is that of the same certificate'
company
printf '%s\n' Id,SerialNumber,KeySizeInBits 7101,0A,1024 >b.csv
run 0 -q import certificates b.csv
printf '%s\n' CertStoreId,Alias,ChainLevel,CertificateId "$pem,pem,0,7101" >i.csv
run 0 -q import inventory i.csv
given a.csv "7101,$(print 101)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
sql 'SELECT thumbprint, serial_number, key_size, key_type FROM certificate WHERE id IN (101, 7101)' "$(print 101)|0A|1024|RSA"
is 'places' "$(places 7101)" 'pem 0; web 0; web 0; web 0'
sound

begin '--renumber: the Id of another certificate that keeps it'
company
given a.csv "102,$(print 101)"
refuses "a.csv:2: Id: certificate 102 has the thumbprint $(print 102), and no record gives that one a new Id: an Id keeps its thumbprint"
given a.csv "102,$(print 102)" "102,$(print 101)"
refuses "a.csv:3: Thumbprint: $(print 101), but certificate 102, which an earlier record names too, has $(print 102): expected one thumbprint"
given a.csv "101,$(print 101)" "7101,$(print 101)"
refuses "a.csv:3: Thumbprint: $(print 101) is that of certificate 101, which an earlier record names too, not of 7101: expected one Id"
given a.csv "7101,$(print 101)" "7102,$(print 101)" "101,$(print 101)"
refuses "a.csv:3: Thumbprint: $(print 101) is that of certificate 7101, which an earlier record names too, not of 7102: expected one Id" \
	"a.csv:4: Thumbprint: $(print 101) is that of certificate 7101, which an earlier record names too, not of 101: expected one Id"

# ---- many --------------------------------------------------------------------------------------

begin '--renumber: Ids that change places, in a file each way round'
for order in 'cat' 'sort -r'; do
	company
	{
		echo Id,Thumbprint
		# 101 and 102; 103, 104 and 105 in a ring; 106 to 110 by one, 110 is new to the server's list;
		# 111 is another certificate now, and that of 111 has a new Id
		printf '%d,%040X\n' 101 102 102 101 103 104 104 105 105 103 107 106 108 107 109 108 110 109 7110 110 \
			111 7777 7111 111 | $order
	} >a.csv
	loads '12 records: 1 new, 0 changed, 0 unchanged, 11 renumbered'
	sql "SELECT group_concat(id || ' ' || ltrim(thumbprint, 0), '; ') FROM (SELECT * FROM certificate
		WHERE id BETWEEN 101 AND 112 OR id > 7000 ORDER BY id)" \
		"101 66; 102 65; 103 68; 104 69; 105 67; 107 6A; 108 6B; 109 6C; 110 6D; 111 1E61; 112 70; 7110 6E; 7111 6F"
	sql "SELECT group_concat(alias || ' ' || certificate, '; ') FROM (SELECT * FROM location
		WHERE alias NOT GLOB 'n11[2-9]' AND alias <> 'n120' ORDER BY alias, id)" \
		"$(print 102) 101; mail 101; n107 108; n108 109; n109 110; n110 7110; n111 7111; pay 104; pem 105; web 102; web 102; web 102; x 103; y 103"
	# Only an Id that nobody has any more is remembered.
	sql "SELECT id, certificate FROM renumbered" '106|107'
	sound
done

begin '--renumber: again and again, and back'
company
given a.csv "7101,$(print 101)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
given a.csv "7102,$(print 101)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
sql 'SELECT id, certificate FROM renumbered' '101|7102
7101|7102'
run 3 show certificate 101
told 'certificate 101 has the Id 7102 now'
given a.csv "101,$(print 101)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
sql 'SELECT id, certificate FROM renumbered' '7101|101
7102|101'
is 'places' "$(places 101)" 'web 0; web 0; web 0'
sound

# ---- requests and manifests ----------------------------------------------------------------------

begin 'requests follow their certificate; a later import of them says what the server says'
company
given a.csv "7207,$(print 207)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
sql 'SELECT certificate FROM enrollment_request WHERE id = 507' 7207
printf '%s\n' ExistingCertificateId,RequestId 107,507 >m.csv
run 0 -q apply m.csv
sql 'SELECT existing, certificate, request FROM request' '107|7207|507'
# An export that is older than the Ids.
printf '%s\n' RequestId,CertificateId,RequestDisposition 507,207,ISSUED >r.csv
run 0 -q import requests r.csv
printf '%s\n' ExistingCertificateId,RequestId 108,507 >m2.csv
run 1 -q apply m2.csv
results m2.results.csv "2,108,207,507,,rejected,,,unknown-certificate: RequestId: the request's certificate 207 has the Id 7207 now: expected the requests to be imported again"

begin 'a manifest, and an inventory, that name an Id which a certificate had'
company
given a.csv "7101,$(print 101)" "7202,$(print 202)"
loads '2 records: 0 new, 0 changed, 0 unchanged, 2 renumbered'
manifest m.csv 101,201, 102,202, 103,7202, 998,999,
run 1 -q apply m.csv
results m.results.csv \
	'2,101,201,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: certificate 101 has the Id 7101 now: expected that' \
	'3,102,202,,,rejected,,,unknown-certificate: CertificateId: certificate 202 has the Id 7202 now: expected that' \
	"4,103,7202,,,failed,,$pem,\"entry-password-required: store $pem, alias pem: the store's type requires an entry password: expected a Password\"" \
	'5,998,999,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: no certificate 998 in the inventory; unknown-certificate: CertificateId: no certificate 999 in the inventory'
printf '%s\n' CertStoreId,Alias,CertificateId "$pem,pem,101" "$pem,new,998" >i.csv
run 3 import inventory i.csv
told 'i.csv:2: CertificateId: certificate 101 has the Id 7101 now: expected that, or its Thumbprint' \
	'i.csv:3: CertificateId: no certificate 998 is known: expected one that is, import certificates first, or give its Thumbprint' \
	'inventory: 2 faults: nothing was loaded'

# ---- runs --------------------------------------------------------------------------------------

# Jobs of every kind: done and proven, done and not proven, failed, waiting, scheduled, superseded;
# refusals; rejected rows. 107 to 112 and 207 to 212 are replaced and replace; 104 has two aliases.
history() {
	company
	manifest m.csv 101,201, 104,204, 107,207, 108,208, 109,209, 110,210, 111,211,2090-01-01T00:00:00Z \
		112,212, 998,999, 120,120,
	run 1 -q apply m.csv
	manifest again.csv 112,213,
	run 0 -q apply --pending supersede again.csv
	sqlite3 inventory.db "
		UPDATE run SET started_at = 1700000000000, finished_at = 1700000001000;
		UPDATE request SET created_at = 1700000000000;
		UPDATE job SET status = 3, result = 2, completed_at = 1700000002000
		WHERE request & 4294967295 IN (2, 3, 4, 5) AND request >> 32 = 1;
		UPDATE job SET status = 3, result = 4, completed_at = 1700000002000, message = 'disk full'
		WHERE request & 4294967295 = 6;
		UPDATE store SET inventoried_at = 1700000000500 WHERE guid = '$web';
		UPDATE store SET inventoried_at = 1700000003000 WHERE guid = '$twin';
		UPDATE location SET certificate = 204 WHERE alias = 'x'"
	{
		echo CertStoreId,Alias,CertificateId
		printf '%s\n' "$web,web,101" "$web,mail,102" "$web,n107,207" "$web,n108,301" "$web,n109,109"
		for id in 110 111 112 113 114 115 116 117 118 119 120; do echo "$web,n$id,$id"; done
	} >i.csv
	[ "${1-}" = seen ] && run 0 -q import inventory i.csv
}

# What users see of the runs: FOLDER gets the results, and the verdicts with their places.
shown() { # FOLDER
	mkdir "$1"
	for number in 1 2; do
		run $((2 - number)) -q results $number
		cp "$scratch/out" "$1/results.$number"
		run 1 -q reconcile --run $number --report "$1/report.$number.csv"
	done
	run 1 -q reconcile --report "$1/report.csv"
	for report in "$1"/report*.csv; do
		cut -d , -f 1-8 "$report" >"$report.verdicts"
		rm "$report"
	done
	run 0 jobs list --format csv
	sed -E 's/,[78]?[12][0-9][0-9],[78]?[12][0-9][0-9],/,ID,ID,/' "$scratch/out" >"$1/jobs"
}

begin 'runs: results stay, verdicts stay, jobs follow'
history seen
shown before
cp inventory.db was.db
run 0 jobs list --format csv
cut -d , -f 1,8,9 "$scratch/out" >jobs.was
{
	echo Id,Thumbprint
	for id in 101 104 107 108 109 110 111 112 120 201 204 207 208 209 210 211 212 213; do
		printf '%d,%s\n' $((7000 + id)) "$(print $id)"
	done
} >a.csv
loads '18 records: 0 new, 0 changed, 0 unchanged, 18 renumbered'
shown after
for file in before/*; do
	cmp "$file" "after/${file#before/}" || wrong "$file: $(diff "$file" "after/${file#before/}")"
done
run 0 jobs list --format csv
sed -E 's/,([12][0-9][0-9]),([12][0-9][0-9])/,7\1,7\2/' jobs.was >jobs.expected
cut -d , -f 1,8,9 "$scratch/out" >jobs.now
alike 'jobs' jobs.expected jobs.now
sound
# The manifest again: no new run, the same results.
run 1 -q apply m.csv
alike 'results' before/results.1 m.results.csv
sql 'SELECT count(*), max(id) FROM run' '2|2'

begin 'runs: the Ids change places, and one more time'
history seen
shown before
given a.csv "107,$(print 207)" "207,$(print 107)" "108,$(print 109)" "109,$(print 108)" "104,$(print 204)" "7204,$(print 104)"
loads '6 records: 0 new, 0 changed, 0 unchanged, 6 renumbered'
sql "SELECT group_concat(existing || ' ' || certificate, '; ') FROM (SELECT * FROM request
	WHERE id & 4294967295 IN (2, 3, 4, 5) AND id >> 32 = 1)" '7204 104; 207 107; 109 208; 108 209'
shown after
given a.csv "107,$(print 109)" "8107,$(print 207)" "108,$(print 108)" "109,$(print 107)" "7204,$(print 104)"
loads '5 records: 0 new, 0 changed, 1 unchanged, 4 renumbered'
sql "SELECT group_concat(existing || ' ' || certificate, '; ') FROM (SELECT * FROM request
	WHERE id & 4294967295 IN (2, 3, 4, 5) AND id >> 32 = 1)" '7204 104; 109 8107; 108 208; 107 209'
shown twice
for file in before/*; do
	for folder in after twice; do
		cmp "$file" "$folder/${file#before/}" || wrong "$file: $(diff "$file" "$folder/${file#before/}")"
	done
done
sound

begin 'runs: a new one meets the jobs of those before it'
history
given a.csv "7111,$(print 111)" "7211,$(print 211)" "7107,$(print 107)" "7207,$(print 207)"
loads '4 records: 0 new, 0 changed, 0 unchanged, 4 renumbered'
manifest m3.csv 7111,7211,2090-01-01T00:00:00Z 7107,7207, 111,211,
run 1 -q check --results refused.csv m3.csv
is 'without keep' "$(sed -n 3p refused.csv | grep -c '^3,7107,7207,,,failed,.*; already-replaced: ')" 1
run 1 -q apply --pending keep m3.csv
sed -E 's/^([^,]*,[^,]*,[^,]*,,[^,]*,[a-z]*,).*(job-kept|already-replaced|unknown-existing[a-z-]*).*/\1\2/' m3.results.csv >short
same short "$header
2,7111,7211,,2090-01-01T00:00:00Z,succeeded,job-kept
3,7107,7207,,,succeeded,job-kept
4,111,211,,,rejected,unknown-existing-certificate"

begin 'runs: an interrupted one carries on; the rows before the change keep their ids'
company
manifest m.csv 107,207, 998,207, 108,208, 109,209,
cp m.csv whole.csv
run 6 -q apply --chunk 1 --max-errors 0 m.csv
given a.csv "7107,$(print 107)" "7109,$(print 109)"
loads '2 records: 0 new, 0 changed, 0 unchanged, 2 renumbered'
run 1 -q apply m.csv
results m.results.csv "2,107,207,,,succeeded,$web,," \
	'3,998,207,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: no certificate 998 in the inventory' \
	"4,108,208,,,succeeded,$web,," \
	'5,109,209,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: certificate 109 has the Id 7109 now: expected that'
sound

# ---- verify ------------------------------------------------------------------------------------

begin 'verify: what --renumber has written'
history
given a.csv "7107,$(print 107)"
loads '1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'
row=$(((1 << 32) + 3))
sql 'SELECT request, existing, certificate FROM request_given' "$row|107|207"
sound
sqlite3 inventory.db "INSERT INTO request_given VALUES ((9 << 32) + 1, 1, 2); INSERT INTO renumbered VALUES (5, 6), (-7, 101);
	UPDATE request_given SET existing = -1 WHERE request = $row"
run 1 -q verify
out "Finding,Table,Id,Run,Line,Text
bad-value,renumbered,-7,,,\"id is -7, expected 1 to 2147483647\"
bad-value,request_given,,1,,\"existing is -1, expected 0 to 2147483647, or NULL\"
missing-reference,renumbered,5,,,it names a row of certificate that is not there
missing-reference,request_given,$(((9 << 32) + 1)),,,it names a row of request that is not there"

# ---- interrupted -------------------------------------------------------------------------------

# shellcheck source=tests/torture/scene
. "$tests_folder/../torture/scene"
# shellcheck source=tests/torture/import
. "$tests_folder/../torture/import"

begin '--renumber, interrupted: all of it or nothing'
history seen
given a.csv "107,$(print 207)" "207,$(print 107)" "7101,$(print 101)" "7104,$(print 104)"
mkdir "$scratch/import"
mv inventory.db* a.csv "$scratch/import"
# shellcheck disable=SC2034 # for tests/torture/import
import_torture='import certificates --renumber a.csv'
scene import
dump "$scratch/import.before"
run 0 -q import certificates --renumber a.csv
dump "$scratch/import.after"
is 'lines that differ' $(($(diff "$scratch/import.before" "$scratch/import.after" | grep -c '^>') > 15)) 1
for mode in kill eio full; do
	interrupted_import $mode 5
done
is 'enough points' $((points > 9)) 1

finish
