#!/bin/sh
# Stores that could not be read and keys that do not match: what reconcile, list, show, verify and an
# import of inventory make of them. SQL makes the database as a scan would have left it.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

unset COLUMNS LINES
columns=Verdict,Run,Line,JobId,CertStoreId,StorePath,ClientMachine,Alias,ExistingCertificateId,CertificateId,JobTime,Status,Result,InventoriedAt,Text
stood=2026-01-01T00:00:00Z
looked=1767225600000 # the same
tried=1767229200000  # 01:00
long='--stale 3000000000'

# fails STORE WORD TEXT [TIME]: the last try to read it
fails() {
	sqlite3 inventory.db "UPDATE store SET tried_at = ${4:-$tried}, unreadable = '$2', unreadable_text = $3
		WHERE guid = '$1'"
}

# mismatches STORE ALIAS
mismatches() {
	sqlite3 inventory.db "UPDATE location SET key_mismatch = 1
		WHERE alias = '$2' AND store = (SELECT id FROM store WHERE guid = '$1')"
}

# The company, whose stores were all looked at.
looked_at() {
	company
	sqlite3 inventory.db "UPDATE store SET inventoried_at = $looked"
}

# unread STORE PATH INVENTORIED TEXT: a line of the report
unread() {
	echo "not-readable,,,,$1,$2,host.example.com,,,,,,,$3,\"$4\""
}

# mismatched STORE PATH ALIAS CERTIFICATE
mismatched() {
	printf 'key-mismatch,,,,%s,%s,host.example.com,%s,%s,,,,,%s,"certificate %s, thumbprint %040X, is there, but the key beside it is not its own, seen %s"\n' \
		"$1" "$2" "$3" "$4" "$stood" "$4" "$4" "$stood"
}

begin 'a store that could not be read is a finding until an inventory is newer'
looked_at
fails $web wrong-password "'the password of the store does not open it, \"a\"'"
fails $pem absent NULL
fails $twin read-failed "''"
fails $lab absent NULL            # not approved
fails $vault absent NULL          # removed
fails $iis absent NULL $looked    # the inventory is as new
sqlite3 inventory.db "UPDATE store SET inventoried_at = NULL WHERE guid = '$twin';
	UPDATE store SET removed = 1 WHERE guid = '$vault'; UPDATE location SET certificate = NULL
	WHERE store = (SELECT id FROM store WHERE guid = '$vault')"
before=$(sqlite3 inventory.db .dump | cksum)
# shellcheck disable=SC2086 # words
run 1 reconcile $long
out "$columns
stale-inventory,,,,$twin,/srv/twin.jks,host.example.com,,,,,,,,the store was never looked at
$(unread $web /srv/web.jks $stood "wrong-password: the password of the store does not open it, \"\"a\"\", tried at 2026-01-01T01:00:00Z; the inventory of $stood still holds")
$(unread $pem /srv/site.pem $stood "absent: there is no such file, tried at 2026-01-01T01:00:00Z; the inventory of $stood still holds")
$(unread $twin /srv/twin.jks '' 'read-failed: the system could not read it, tried at 2026-01-01T01:00:00Z; the store was never looked at')"
told 'reconcile: 0 jobs; 4 findings: 1 stale-inventory, 3 not-readable'
is 'the database' "$(sqlite3 inventory.db .dump | cksum)" "$before"
sqlite3 inventory.db "UPDATE store SET inventoried_at = $tried, tried_at = $tried - 1 WHERE tried_at > 0"
# shellcheck disable=SC2086 # words
run 0 reconcile $long
out "$columns"
told 'reconcile: 0 jobs; 0 findings'

begin 'a store that could not be read may be stale too, and each is a finding'
looked_at
fails $web damaged "'it ends in the midst of a certificate'"
run 1 -q reconcile --stale 60 --columns Verdict,CertStoreId,Alias
is 'its findings' "$(grep $web "$scratch/out")" "stale-inventory,$web,
not-readable,$web,"

begin 'a key that does not match is a finding where a certificate is, in a store that was not removed'
looked_at
mismatches $twin y
mismatches $twin x
mismatches $web mail
mismatches $vault web # removed
mismatches $pem pem   # gone
fails $pem absent NULL
sqlite3 inventory.db "UPDATE store SET removed = 1 WHERE guid = '$vault';
	UPDATE location SET certificate = NULL WHERE alias IN ('pem', 'pay') OR (alias = 'web'
	AND store = (SELECT id FROM store WHERE guid = '$vault'));
	UPDATE location SET key_mismatch = 0 WHERE alias = 'n107'"
# shellcheck disable=SC2086 # words
run 1 reconcile $long
out "$columns
$(mismatched $web /srv/web.jks mail 102)
$(mismatched $twin /srv/twin.jks x 104)
$(mismatched $twin /srv/twin.jks y 104)
$(unread $pem /srv/site.pem $stood "absent: there is no such file, tried at 2026-01-01T01:00:00Z; the inventory of $stood still holds")"
told 'reconcile: 0 jobs; 4 findings: 3 key-mismatch, 1 not-readable'

begin 'keys that do not match are read in pages, each location once'
looked_at
sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
	INSERT INTO location(store, alias, certificate, key_mismatch)
	SELECT s.id, 'k' || n.i, 101, CASE n.i % 3 WHEN 0 THEN NULL ELSE 1 END
	FROM n, store s WHERE s.guid IN ('$web', '$twin')"
# shellcheck disable=SC2086 # words
run 1 -q reconcile $long --columns CertStoreId,Alias
is 'findings' "$(sed 1d "$scratch/out" | sort -u | wc -l)" 2000
is 'lines' "$(sed 1d "$scratch/out" | wc -l)" 2000

begin 'a job at a store that could not be read is unverified, never missing; --run has no such finding'
looked_at
manifest m.csv 104,204,
run 0 -q apply m.csv
sqlite3 inventory.db "UPDATE job SET status = 3, result = 2, completed_at = $tried - 1000;
	UPDATE request SET created_at = $looked - 1000;
	UPDATE location SET certificate = NULL WHERE alias IN ('x', 'y')"
fails $twin no-permission NULL
mismatches $web web
# shellcheck disable=SC2086 # words
run 1 -q reconcile $long --columns Verdict,CertStoreId,Alias,InventoriedAt,Text
out "Verdict,CertStoreId,Alias,InventoriedAt,Text
unverified,$twin,x,$stood,\"completed at 2026-01-01T00:59:59Z, but the store was last looked at $stood\"
unverified,$twin,y,$stood,\"completed at 2026-01-01T00:59:59Z, but the store was last looked at $stood\"
key-mismatch,$web,web,$stood,\"certificate 101, thumbprint 0000000000000000000000000000000000000065, is there, but the key beside it is not its own, seen $stood\"
not-readable,$twin,,$stood,\"no-permission: the user may not read the file, tried at 2026-01-01T01:00:00Z; the inventory of $stood still holds\""
# shellcheck disable=SC2086 # words
run 1 reconcile --run 1 $long --columns Verdict,Alias
out 'Verdict,Alias
unverified,x
unverified,y'
told 'reconcile: 2 jobs: 2 unverified'

begin 'an import of inventory ends it, and what is known of a key goes with its certificate'
looked_at
fails $twin absent NULL
fails $web absent NULL
for alias in x y; do mismatches $twin $alias; done
mismatches $web web
mismatches $pem pem
sqlite3 inventory.db "INSERT INTO location(store, alias, certificate, key_mismatch)
	SELECT id, 'z', 105, 1 FROM store WHERE guid = '$twin'"
printf '%s\n' CertStoreId,Alias,ChainLevel,CertificateId $twin,x,0,104 $twin,x,1,105 $twin,y,0,105 >i.csv
run 0 -q import inventory i.csv --as-of 2026-01-01T01:00:00.001Z
sql "SELECT alias, certificate, key_mismatch FROM location WHERE key_mismatch NOT NULL
	OR store = (SELECT id FROM store WHERE guid = '$twin') ORDER BY alias" 'pem|103|1
web|101|1
x|104|1
y|105|
z||'
# shellcheck disable=SC2086 # words
run 1 -q reconcile $long --columns Verdict,CertStoreId,Alias
out "Verdict,CertStoreId,Alias
key-mismatch,$web,web
key-mismatch,$pem,pem
key-mismatch,$twin,x
not-readable,$web,"
# One that is not taken ends nothing.
printf '%s\n' CertStoreId,Alias,ChainLevel,CertificateId $web,web,0,105 >i.csv
run 1 -q import inventory i.csv --as-of 2025-12-31T00:00:00Z
# shellcheck disable=SC2086 # words
run 1 -q reconcile $long --columns Verdict,CertStoreId,Alias
is 'of the store' "$(grep $web "$scratch/out")" "key-mismatch,$web,web
not-readable,$web,"

begin 'list and show have the last try, as long as it counts, and the keys'
looked_at
fails $web wrong-password "'none of 2 passwords opens it'"
fails $lab absent NULL
fails $iis absent NULL $looked
mismatches $twin y
run 0 list stores --columns Id,TriedAt,NotReadable,NotReadableText
out "Id,TriedAt,NotReadable,NotReadableText
$web,2026-01-01T01:00:00Z,wrong-password,none of 2 passwords opens it
$lab,2026-01-01T01:00:00Z,absent,there is no such file
$vault,,,
$pem,,,
$twin,,,
$iis,,,"
run 0 list stores --not-readable --columns Id,NotReadable
out "Id,NotReadable
$web,wrong-password
$lab,absent"
run 0 list stores --not-readable --not-approved --format jsonl
out '{"Id":"'$lab'","ContainerId":1,"ContainerName":"Web","DisplayName":null,"ClientMachine":"host.example.com","Storepath":"/srv/lab.jks","CertStoreType":"JKS","Approved":false,"AgentId":"'$agent'","AgentAssigned":true,"Removed":false,"InventoriedAt":"'$stood'","SeparatePrivateKeyFilePath":null,"IncludesChain":null,"IsTrustStore":null,"Endpoint":null,"HasPassword":false,"TriedAt":"2026-01-01T01:00:00Z","NotReadable":"absent","NotReadableText":"there is no such file"}'
run 2 list locations --not-readable
told 'list: --not-readable: not for locations; see `pfxreplace list --help`'
run 0 list locations --store $twin --columns Alias,KeyMismatch
out 'Alias,KeyMismatch
x,
y,true'
run 0 list locations --certificate 104 --columns Alias,KeyMismatch --format jsonl
out '{"Alias":"x","KeyMismatch":null}
{"Alias":"y","KeyMismatch":true}'
run 0 list locations --columns CertStoreId,Alias,KeyMismatch
is 'true' "$(grep true "$scratch/out")" "$twin,y,true"
run 0 show store $twin --columns Inventory --format jsonl
out '{"Inventory":[{"Alias":"x","ChainLevel":0,"CertificateId":104,"Thumbprint":"0000000000000000000000000000000000000068","IssuedDN":null,"NotAfter":"2090-01-01T00:00:00Z","KeyMismatch":null},{"Alias":"y","ChainLevel":0,"CertificateId":104,"Thumbprint":"0000000000000000000000000000000000000068","IssuedDN":null,"NotAfter":"2090-01-01T00:00:00Z","KeyMismatch":true}]}'
run 0 show store $web --columns Id,TriedAt,NotReadable,NotReadableText --format table
out "Field            Value
Id               $web
TriedAt          2026-01-01T01:00:00Z
NotReadable      wrong-password
NotReadableText  none of 2 passwords opens it"

# on ARGUMENT...: in a terminal of 80 columns
on() {
	words="'$PROGRAM'"
	for word in "$@"; do words="$words '$word'"; done
	SHELL=/bin/sh script -qec "stty cols 80 rows 50 && $words" /dev/null </dev/null | tr -d '\r' >typed
}

begin 'on a terminal: a store that was not readable, and a column of keys only where one does not match'
looked_at
mismatches $twin y
fails $twin unsupported-algorithm "'its certificates are encrypted with RC2-40, which needs the legacy provider of OpenSSL'"
on show store $twin
is 'the last try' "$(sed -n '/^TriedAt/,$p' typed)" 'TriedAt                     2026-01-01T01:00:00Z
NotReadable                 unsupported-algorithm
NotReadableText             its certificates are encrypted with RC2-40, which
                            needs the legacy provider of OpenSSL

Inventory
Alias  ChainLev…  Certific…  Thumbpri…  IssuedDN  NotAfter              KeyMism…
x              0        104  00000000…            2090-01-01T00:00:00Z
y              0        104  00000000…            2090-01-01T00:00:00Z      true

Jobs: none

Refusals: none'
on show store $pem
is 'its inventory' "$(sed -n '/^Inventory/,/^$/p' typed)" 'Inventory
Alias  ChainLevel  CertificateId  Thumbprint  IssuedDN  NotAfter
pem             0            103  00000000…             2090-01-01T00:00:00Z'
on reconcile --stale 3000000000
is 'wide lines' "$(awk 'length > 88' typed)" ''
is 'what to do' "$(sed -n '/^pfxreplace: key-mismatch/,$p' typed)" 'pfxreplace: key-mismatch: Put the key that belongs to the certificate into the
    store, or replace the certificate. Then scan the store again.
pfxreplace: not-readable: Correct what Text reports. Then scan the store again,
    or import a newer inventory of it. If the store is no longer in use, import
    it with Approved false.'

begin 'a word that is none, and half a try: nothing is believed, and verify finds it'
looked_at
named="the database is damaged: store 1"
for word in gone '' READABLE; do
	fails $web "$word" NULL
	said='unreadable is no word that says why a file was not read'
	run 4 -q reconcile
	told "inventory.db: $named: $said: run \`pfxreplace verify\`"
	run 4 list stores
	out ''
	told "inventory.db: $named: $said: run \`pfxreplace verify\`"
	run 4 show store $web
	told "inventory.db: $named: $said: run \`pfxreplace verify\`"
	run 1 -q verify
	out "Finding,Table,Id,Run,Line,Text
bad-value,store,1,,,$said"
done
sqlite3 inventory.db "UPDATE store SET unreadable = NULL WHERE id = 1"
run 4 -q reconcile
told "inventory.db: $named: it has tried_at, but unreadable is NULL: run \`pfxreplace verify\`"
run 4 list stores --not-readable
told "inventory.db: $named: it has tried_at, but unreadable is NULL: run \`pfxreplace verify\`"
run 1 -q verify
out 'Finding,Table,Id,Run,Line,Text
bad-value,store,1,,,"it has tried_at, but unreadable is NULL"'
sqlite3 inventory.db "UPDATE store SET unreadable = 'absent', tried_at = NULL WHERE id = 1"
run 1 -q verify
out 'Finding,Table,Id,Run,Line,Text
bad-value,store,1,,,"it has unreadable, but tried_at is NULL"'
fails $web read-failed NULL
run 0 -q verify
out ''

begin 'explain has every reason'
run 0 explain wrong-password
out 'wrong-password: a reason why a store is not readable

meaning:    The password does not open it.
why:        The password of the store is not known, or is another one by now.
what to do: Import the store with its Password, or scan it with
            --passphrase-file.'
run 0 explain key-mismatch not-readable --format csv
is 'findings' "$(cut -d, -f 1,2 "$scratch/out")" 'Word,Kind
key-mismatch,finding
not-readable,finding'
run 0 explain no-permission
is 'its meanings' "$(grep '^no-permission' "$scratch/out")" 'no-permission: a code that refuses a location
no-permission: a reason why a store is not readable'

finish
