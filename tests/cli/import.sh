#!/bin/sh
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

one=11111111-1111-1111-1111-111111111111
two=22222222-2222-2222-2222-222222222222
three=33333333-3333-3333-3333-333333333333
print_a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
print_b=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
print_c=CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC

lines() { # LINE...
	printf '%s\n' "$@"
}

# Three stores and two certificates, for the inventories below.
base() {
	run 0 init
	lines Id,CertStoreType "$one,2" "$two,2" "$three,2" >stores.csv
	lines Id,Thumbprint "1,$print_a" "2,$print_b" >certificates.csv
	run 0 -q import stores stores.csv
	run 0 -q import certificates certificates.csv
}

# The locations of a store, as ALIAS CERTIFICATE.
standing="SELECT group_concat(alias || ' ' || ifnull(certificate, '-'), '; ') FROM
	(SELECT * FROM location ORDER BY store, alias)"

# ---- init ------------------------------------------------------------------------------------

begin 'init makes a database, its key and its lock, and gives its user permissions'
run 0 init
out ''
err 'pfxreplace: inventory.db: made, with its key file inventory.db.key
pfxreplace: inventory.db.key: keep it: no password can be read without it
pfxreplace: inventory.db.key: back it up apart from the database, never with it'
is 'files' "$(echo *)" 'inventory.db inventory.db.key inventory.db.lock'
is 'mode' "$(stat -c %a inventory.db.key inventory.db.lock | tr '\n' ' ')" '600 600 '
operator=$(id -run 2>/dev/null || id -ru)
sql "SELECT role, operator, permission FROM role_permission" \
	"Administrator|$operator|/certificate_stores/modify/
Administrator|$operator|/certificates/enrollment/pfx/"
sql "SELECT length(value) FROM setting WHERE name = 'key-check'" 16

for there in inventory.db inventory.db.key inventory.db.lock; do
	case $there in
	*.key) what='the key file' ;;
	*) what='the database' ;;
	esac
	begin "init touches nothing where there is $there"
	echo mine >$there
	run 4 init
	out ''
	case $there in
	*.lock) err "pfxreplace: inventory.db.lock: it holds something else than the line of a lock: expected the lock file that \`pfxreplace init\` makes, or none
pfxreplace: inventory.db: nothing was made: the same command starts anew" ;;
	*) err "pfxreplace: $there: $what is there already: expected none, \`init\` touches nothing that exists" ;;
	esac
	is 'files' "$(echo *)" "$there"
	same $there 'mine'
done

begin 'init that cannot make the key file leaves nothing'
run 4 -k nowhere/key init
err 'pfxreplace: nowhere/key: the key file cannot be made: No such file or directory
pfxreplace: inventory.db: nothing was made: the same command starts anew'
is 'files' "$(echo *)" '*'

begin 'init that cannot make the database leaves nothing'
run 4 -d nowhere/inventory.db -k key init
err 'pfxreplace: nowhere/inventory.db: the database cannot be made: No such file or directory
pfxreplace: nowhere/inventory.db: nothing was made: the same command starts anew'
is 'files' "$(echo *)" '*'

begin 'init that is killed leaves nothing that the next one stumbles on'
sh -c 'ulimit -f 8 && "$0" init; exit 0' "$PROGRAM" >/dev/null 2>&1
is 'the database' "$(ls inventory.db inventory.db.key inventory.db.lock 2>/dev/null)" ''
run 0 -q init
err ''

begin 'init takes no file'
run 2 init some.db
err "pfxreplace: init: some.db: expected no file; see -d; see \`pfxreplace init --help\`"
is 'files' "$(echo *)" '*'

# ---- the command line ------------------------------------------------------------------------

begin 'usage errors'
run 2 import
err "pfxreplace: import: expected a kind of records and a file; see \`pfxreplace import --help\`"
run 2 import stores
err "pfxreplace: import: expected a kind of records and a file; see \`pfxreplace import --help\`"
run 2 import shops a.csv
err "pfxreplace: import: shops: no such kind: expected containers, store-types, agents, stores, \
certificates, requests, inventory or roles; see \`pfxreplace import --help\`"
run 2 import --complete agents a.csv
err "pfxreplace: import: --complete: expected stores or roles, or certificates with --locations; see \`pfxreplace import --help\`"
run 2 import --delimiter x stores a.csv
err "pfxreplace: import: --delimiter x: expected one of , ; | or tab; see \`pfxreplace import --help\`"
run 2 import --format xml stores a.csv
err "pfxreplace: import: --format xml: expected one of csv, jsonl, json, pem, der, pkcs12; see \`pfxreplace import --help\`"

begin 'no database'
lines Id >a.csv
run 4 import containers a.csv
err "pfxreplace: inventory.db: no database (\`pfxreplace init\` makes one): No such file or directory"
is 'files' "$(echo *)" 'a.csv'

begin 'what is no database of ours gets no lock file'
lines Id 1 >a.csv
echo text >text
sqlite3 other.db 'CREATE TABLE t(a)'
run 4 -d text import containers a.csv
err "pfxreplace: text: not a database: expected one made by \`pfxreplace init\`"
run 4 -d other.db import containers a.csv
err "pfxreplace: other.db: not a database of pfxreplace: expected one made by \`pfxreplace init\`"
is 'files' "$(echo *)" 'a.csv other.db text'

begin 'files that cannot be used are faults, each of them'
run 0 init
lines Id,Name 1,Web >good.csv
lines Name,Colour Web,red >nokey.csv
lines '-----BEGIN CERTIFICATE-----' >a.pem
mkdir folder
run 3 import containers none.csv good.csv nokey.csv a.pem folder
err 'pfxreplace: none.csv: cannot be read: No such file or directory
pfxreplace: nokey.csv: Id: the header has no such column: expected one
pfxreplace: a.pem: a PEM file: expected records as CSV, JSONL or a JSON array
pfxreplace: folder: cannot be read: a folder, expected a file
pfxreplace: containers: 4 faults: nothing was loaded'
sql 'SELECT count(*) FROM container' 0

begin 'standard input, quiet, a delimiter'
run 0 init
lines 'Id|Name' '1|Web' '2|App' >a
run 0 -q import --format csv --delimiter '|' containers - <a
out ''
err ''
sql 'SELECT * FROM container' '1|Web
2|App'

begin 'a pipe is read whole'
run 0 init
mkfifo pipe
lines '{"Id":1,"Name":"Web"}' >pipe &
run 0 import --format jsonl containers - <pipe
err 'pfxreplace: containers: 1 record: 1 new, 0 changed, 0 unchanged'

# ---- the kinds -------------------------------------------------------------------------------

begin 'containers: new, changed, unchanged, and an absent column keeps what is known'
run 0 init
lines Id,Name 1,Web 2,App 0,Lab >a.csv
run 0 import containers a.csv
err 'pfxreplace: containers: 3 records: 3 new, 0 changed, 0 unchanged'
lines Id,Name 1,Web 2,Application 3, >b.csv
run 0 import containers b.csv
err 'pfxreplace: containers: 3 records: 1 new, 1 changed, 1 unchanged'
lines Id 1 2 >c.csv
run 0 import containers c.csv
err 'pfxreplace: containers: 2 records: 0 new, 0 changed, 2 unchanged'
sql "SELECT id, ifnull(name, 'null') FROM container" '0|Lab
1|Web
2|Application
3|null'

begin 'store types: words and numbers, defaults, empty cells'
run 0 init
lines StoreType,ShortName,EntryPassword,PrivateKeyAllowed,AddSupported \
	7,NEW,required,Forbidden,TRUE 8,OLD,0,2,0 9,MIN,,, >a.csv
run 0 import store-types a.csv
err 'pfxreplace: store-types: 3 records: 3 new, 0 changed, 0 unchanged'
sql 'SELECT * FROM store_type WHERE id BETWEEN 7 AND 9' '7|NEW||2|0|1
8|OLD||0|2|0
9|MIN||1|1|0'
lines '{"StoreType":7,"EntryPassword":1,"PrivateKeyAllowed":null,"AddSupported":false}' >b.jsonl
run 0 import store-types b.jsonl
err 'pfxreplace: store-types: 1 record: 0 new, 1 changed, 0 unchanged'
sql 'SELECT * FROM store_type WHERE id = 7' '7|NEW||1|1|0'

begin 'agents: a JSON array as a server prints it'
run 0 init
cat >a.json <<END
[
 {"AgentId": "{AAAAAAAA-1111-1111-1111-111111111111}", "ClientMachine": "web01.example.com",
  "Status": 2, "LastSeen": "2026-01-15T06:00:00.1234567", "Capabilities": ["PEM"]},
 {"AgentId": "bbbbbbbb-1111-1111-1111-111111111111", "Status": "disapproved", "LastSeen": null}
]
END
run 0 import agents a.json
err 'pfxreplace: a.json: ignored column: Capabilities
pfxreplace: agents: 2 records: 2 new, 0 changed, 0 unchanged'
sql "SELECT id, client_machine, status, ifnull(last_seen, 'never') FROM agent" \
	'aaaaaaaa-1111-1111-1111-111111111111|web01.example.com|2|1768456800123
bbbbbbbb-1111-1111-1111-111111111111||3|never'

begin 'stores: references must be known, an agent need not'
run 0 init
lines Id,ContainerId,CertStoreType,Approved,AgentId,AgentAssigned \
	"$one,5,2,true,AAAAAAAA-1111-1111-1111-111111111111,1" "$two,,77,1,," >a.csv
run 3 import stores a.csv
err 'pfxreplace: a.csv:2: ContainerId: no container 5 is known: expected one that is, import containers first
pfxreplace: a.csv:3: CertStoreType: no store type 77 is known: expected one that is, import store-types first
pfxreplace: stores: 2 faults: nothing was loaded'
sql 'SELECT count(*) FROM store' 0
lines Id,Name 5,Web >c.csv
run 0 -q import containers c.csv
sed -i s/,77,/,0,/ a.csv
run 0 import stores a.csv
err 'pfxreplace: stores: 2 records: 2 new, 0 changed, 0 unchanged'
sql 'SELECT guid, container, type, approved, agent, agent_assigned FROM store' \
	"$one|5|2|1|aaaaaaaa-1111-1111-1111-111111111111|1
$two||0|1||0"

begin 'stores: --complete marks the others as removed, a named one is back'
base
lines Id "$one" >a.csv
run 0 import --complete stores a.csv
err 'pfxreplace: stores: 1 record: 0 new, 0 changed, 1 unchanged, 2 removed'
sql 'SELECT guid, removed FROM store' "$one|0
$two|1
$three|1"
lines Id "$two" >b.csv
run 0 import stores b.csv
err 'pfxreplace: stores: 1 record: 0 new, 1 changed, 0 unchanged'
run 0 import --complete stores a.csv b.csv
err 'pfxreplace: stores: 2 records: 0 new, 0 changed, 2 unchanged, 0 removed'
sql 'SELECT group_concat(removed) FROM store' 0,0,1
lines Id >none.csv
run 3 import --complete stores none.csv
err 'pfxreplace: stores: --complete, and no record at all: expected one at least'
sql 'SELECT group_concat(removed) FROM store' 0,0,1

begin 'certificates: every field, from CSV and from JSON alike'
run 0 init
lines Id,Thumbprint,SerialNumber,IssuedDN,IssuerDN,NotBefore,NotAfter,KeyTypeString,KeySizeInBits,\
SubjectAltNameElements,HasPrivateKey,CertRequestId,RevocationEffDate,Locations \
	"1,aa:aa:aa:aa:aa:aa:aa:aa:aa:aa aa aa aa aa aa aa aa aa aa aa,01AB,\"CN=a.example.com,O=Example\",CN=CA,\
2026-01-01T00:00:00,2027-01-01T00:00:00.5Z,RSA,2048,a.example.com b.example.com,true,7,2026-06-01T00:00:00Z,x" >a.csv
run 0 import certificates a.csv
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
sql 'SELECT * FROM certificate' "1|$print_a|01AB|CN=a.example.com,O=Example|CN=CA|1767225600000|\
1798761600500|RSA|2048|[{\"Value\":\"a.example.com\",\"Type\":2},{\"Value\":\"b.example.com\",\"Type\":2}]|1|7|1780272000000||||||"
cat >b.json <<END
[{"Id":1,"Thumbprint":"$print_a","SerialNumber":"01AB","IssuedDN":"CN=a.example.com,O=Example",
"IssuerDN":"CN=CA","NotBefore":"2026-01-01T00:00:00","NotAfter":"2027-01-01T00:00:00.5",
"KeyTypeString":"RSA","KeySizeInBits":2048,"SubjectAltNameElements":[{"Id":4,"Value":"a.example.com","Type":2,
"ValueHash":"x"},{"Value":"b.example.com","Type":"DNS Name"}],"HasPrivateKey":true,"CertRequestId":7,
"RevocationEffDate":"2026-06-01T00:00:00Z","Locations":[{"StoreMachine":"x"}]}]
END
run 0 import certificates b.json
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'

begin 'certificates: a thumbprint has one owner'
base
lines Id,Thumbprint "3,$print_b" >a.csv
run 3 import certificates a.csv
err "pfxreplace: a.csv:2: Thumbprint: $print_b is that of certificate 2, not of 3: expected one of its own, or --renumber where 3 is the new Id of that certificate
pfxreplace: certificates: 1 fault: nothing was loaded"

begin 'requests'
run 0 init
lines RequestId,CertificateId,RequestDisposition 1,77,ISSUED 2,,PENDING >a.csv
run 0 import requests a.csv
err 'pfxreplace: requests: 2 records: 2 new, 0 changed, 0 unchanged'
sql 'SELECT * FROM enrollment_request' '1|77|ISSUED
2||PENDING'

begin 'roles: permissions as the contract has them, and nothing else'
run 0 init
lines Id,Name 3,Web >c.csv
run 0 -q import containers c.csv
lines Role,Operator,Permission R,ann,/certificates/enrollment/pfx/ R,ann,/certificate_stores/schedule/3/ \
	R,bob,/certificate_stores/read/ >a.csv
run 0 import roles a.csv
err 'pfxreplace: roles: 3 records: 3 new, 0 changed, 0 unchanged'
run 0 import --complete roles a.csv
err 'pfxreplace: roles: 3 records: 0 new, 0 changed, 3 unchanged, 2 taken back'
sql "SELECT operator, permission FROM role_permission" 'ann|/certificate_stores/schedule/3/
ann|/certificates/enrollment/pfx/
bob|/certificate_stores/read/'
wanted='expected /certificates/enrollment/pfx/, /certificate_stores/read/, /certificate_stores/schedule/ or /certificate_stores/modify/, the last three also with a container'"'"'s id and a slash behind'
lines Role,Operator,Permission R,ann,/Certificate_Stores/Read/ R,ann,/certificate_stores/read \
	R,ann,/certificates/enrollment/pfx/3/ R,ann,/certificate_stores/read/9/ ,,// >b.csv
run 3 import roles b.csv
err "pfxreplace: b.csv:2: Permission: a value of 25 characters: $wanted
pfxreplace: b.csv:3: Permission: a value of 24 characters: $wanted
pfxreplace: b.csv:4: Permission: a value of 31 characters: $wanted
pfxreplace: b.csv:5: Permission: no container 9 is known: expected one that is, import containers first
pfxreplace: b.csv:6: Role: missing: expected text
pfxreplace: b.csv:6: Operator: missing: expected text
pfxreplace: b.csv:6: Permission: \"//\": $wanted
pfxreplace: roles: 7 faults: nothing was loaded"

# ---- faults ----------------------------------------------------------------------------------

begin 'every fault is named, and nothing is loaded'
run 0 init
lines Id,Thumbprint,NotBefore,KeySizeInBits,HasPrivateKey,SubjectAltNameElements \
	"0,$print_a,,,," '1,zz,2026-02-30T00:00:00Z,many,maybe,' ',,,,,' '-1,12:34,2026-01-01,2147483648,2,' >a.csv
lines '{"Id":1.5}' '{"Id":[1],"SubjectAltNameElements":{"Value":"x"}}' \
	'{"Id":2,"SubjectAltNameElements":[{"Value":"x"}],"NotAfter":7}' \
	'{"Id":3,"IssuedDN":4,"SubjectAltNameElements":true}' >b.jsonl
run 3 import certificates a.csv b.jsonl
names='expected DNS names with one blank between, or an array of {"Value", "Type"}'
err "pfxreplace: a.csv:2: Id: \"0\": expected a whole number from 1 to 2147483647
pfxreplace: a.csv:3: Thumbprint: a value of 2 characters: expected 40 or 64 hexadecimal digits
pfxreplace: a.csv:3: NotBefore: \"2026-02-30T00:00:00Z\": a day that does not exist: expected a date of the calendar
pfxreplace: a.csv:3: KeySizeInBits: a value of 4 characters: expected a whole number from 0 to 2147483647
pfxreplace: a.csv:3: HasPrivateKey: a value of 5 characters: expected true, false, 1 or 0
pfxreplace: a.csv:5: Id: \"-1\": expected a whole number from 1 to 2147483647
pfxreplace: a.csv:5: Thumbprint: \"12:34\": expected 40 or 64 hexadecimal digits
pfxreplace: a.csv:5: NotBefore: \"2026-01-01\": a date without a time: expected UTC, YYYY-MM-DDTHH:mm:ssZ
pfxreplace: a.csv:5: KeySizeInBits: \"2147483648\": expected a whole number from 0 to 2147483647
pfxreplace: a.csv:5: HasPrivateKey: \"2\": expected true, false, 1 or 0
pfxreplace: b.jsonl:1: Id: \"1.5\": expected a whole number from 1 to 2147483647
pfxreplace: b.jsonl:2: Id: an array or an object: expected a whole number from 1 to 2147483647
pfxreplace: b.jsonl:2: SubjectAltNameElements: not an array of names: $names
pfxreplace: b.jsonl:3: NotAfter: \"7\": not text: expected YYYY-MM-DDTHH:mm:ssZ
pfxreplace: b.jsonl:3: SubjectAltNameElements: element 1: expected {\"Value\": text, \"Type\": a number from 0 to 999, or its word}
pfxreplace: b.jsonl:4: IssuedDN: \"4\": expected text
pfxreplace: b.jsonl:4: SubjectAltNameElements: neither text nor an array: $names
pfxreplace: certificates: 17 faults: nothing was loaded"
sql 'SELECT count(*) FROM certificate' 0

begin 'after a thousand faults the rest is counted'
run 0 init
{ echo Id,Name; seq -f '-%.0f,x' 1 1003; } >a.csv
run 3 import containers a.csv
is 'lines' "$(wc -l <"$scratch/err")" 1002
is 'the last' "$(tail -n 2 "$scratch/err")" 'pfxreplace: ... and 3 faults more
pfxreplace: containers: 1003 faults: nothing was loaded'

begin 'a malformed record is a fault among others'
run 0 init
lines Id,Name 1,a,b 2,c >a.csv
run 3 import containers a.csv
is 'its line' "$(grep -c '^pfxreplace: a.csv:2: ' "$scratch/err")" 1
sql 'SELECT count(*) FROM container' 0

begin 'ignored columns are named once a file, not when quiet'
run 0 init
lines Id,Name,Colour,Size 1,Web,red,2 2,App,blue,3 >a.csv
run 0 import containers a.csv
err 'pfxreplace: a.csv: ignored columns: Colour, Size
pfxreplace: containers: 2 records: 2 new, 0 changed, 0 unchanged'
run 0 -q import containers a.csv
err ''

# ---- inventory -------------------------------------------------------------------------------

begin 'inventory: locations and chains, replaced by the next one'
base
lines CertStoreId,Alias,ChainLevel,CertificateId,Thumbprint,InventoriedAt \
	"$one,web,1,2,,2026-01-01T00:00:00Z" "$one,web,0,1,,2026-01-01T00:00:00Z" \
	"$one,api,,,$print_b,2026-01-01T00:00:00Z" "$two,x,0,1,$print_a,2026-01-02T00:00:00" >a.csv
run 0 import inventory a.csv
err 'pfxreplace: inventory: 4 records of 2 stores: 3 new, 0 changed, 0 unchanged, 0 gone'
sql "$standing" 'api 2; web 1; x 1'
sql 'SELECT alias, level, chain.certificate FROM chain JOIN location l ON l.id = location' 'web|1|2'
sql 'SELECT group_concat(inventoried_at) FROM store' 1767225600000,1767312000000
lines CertStoreId,Alias,CertificateId,InventoriedAt \
	"$one,web,2,2026-02-01T00:00:00Z" "$one,new,1,2026-02-01T00:00:00Z" >b.csv
run 0 import inventory b.csv
err 'pfxreplace: inventory: 2 records of 1 store: 1 new, 1 changed, 0 unchanged, 1 gone'
sql "$standing" 'api -; new 1; web 2; x 1'
sql 'SELECT count(*) FROM chain' 0
run 0 import inventory b.csv
err 'pfxreplace: inventory: 2 records of 1 store: 0 new, 0 changed, 2 unchanged, 0 gone'
lines CertStoreId,Alias,CertificateId "$one,api,2" >c.csv
run 0 import inventory c.csv
err 'pfxreplace: inventory: 1 record of 1 store: 1 new, 0 changed, 0 unchanged, 2 gone'
sql "$standing" 'api 2; new -; web -; x 1'
sql 'SELECT count(*) FROM location' 4
sql 'PRAGMA foreign_key_check; PRAGMA integrity_check' ok

begin 'inventory: a chain that changes is a change'
base
lines CertStoreId,Alias,ChainLevel,CertificateId "$one,web,0,1" "$one,web,1,2" >a.csv
run 0 -q import inventory a.csv
lines CertStoreId,Alias,ChainLevel,CertificateId "$one,web,0,1" "$one,web,2,2" >b.csv
run 0 import inventory b.csv
err 'pfxreplace: inventory: 2 records of 1 store: 0 new, 1 changed, 0 unchanged, 0 gone'
sql 'SELECT level, certificate FROM chain' '2|2'

begin 'inventory: an empty store'
base
lines CertStoreId,Alias,CertificateId "$one,web,1" "$two,web,1" >a.csv
run 0 -q import inventory a.csv
lines CertStoreId "$one" >b.csv
run 0 import inventory b.csv
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 0 changed, 0 unchanged, 1 gone'
sql "$standing" 'web -; web 1'
lines CertStoreId,Alias,CertificateId "$one,," "$two,web,1" "$one,web,1" >c.csv
run 3 import inventory c.csv
err "pfxreplace: c.csv:2: Alias: missing, which says that store $one is empty, but other lines name it: expected the one or the other
pfxreplace: inventory: 1 fault: nothing was loaded"
sql "$standing" 'web -; web 1'

begin 'inventory: of several times the oldest counts, an older one is not taken, a future one is now'
base
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,1,2026-03-02T00:00:00Z" \
	"$one,b,1,2026-03-01T00:00:00Z" "$two,a,1,2999-01-01T00:00:00Z" >a.csv
run 0 -q import inventory a.csv
sql "SELECT inventoried_at FROM store WHERE guid = '$one'" 1772323200000
sql "SELECT abs(inventoried_at / 1000 - strftime('%s', 'now')) < 60 FROM store WHERE guid = '$two'" 1
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,2,2026-02-28T23:59:59Z" \
	"$three,a,2,2026-02-28T00:00:00Z" >b.csv
run 0 import inventory b.csv
err "pfxreplace: b.csv:2: InventoriedAt: 2026-02-28T23:59:59Z is older than what is known of store $one (2026-03-01T00:00:00Z): not taken
pfxreplace: inventory: 2 records of 1 store: 1 new, 0 changed, 0 unchanged, 0 gone; 1 older store not taken"
sql "$standing" 'a 1; b 1; a 1; a 2'
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,2,2026-03-01T00:00:00Z" >c.csv
run 0 import inventory c.csv
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 1 changed, 0 unchanged, 1 gone'

begin 'inventory: an unknown thumbprint is kept, and gives way to its certificate'
base
lines CertStoreId,Alias,ChainLevel,Thumbprint "$one,a,0,$print_c" "$one,a,1,$print_c" "$two,b,0,$print_c" \
	"$three,a,0,DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD" >a.csv
run 0 import inventory a.csv
err 'pfxreplace: inventory: 4 records of 3 stores: 3 new, 0 changed, 0 unchanged, 0 gone'
sql "$standing" 'a -1; b -1; a -2'
run 0 import inventory a.csv
err 'pfxreplace: inventory: 4 records of 3 stores: 0 new, 0 changed, 3 unchanged, 0 gone'
lines Id,Thumbprint "9,$print_c" >b.csv
run 0 import certificates b.csv
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
sql "$standing" 'a 9; b 9; a -2'
sql 'SELECT certificate FROM chain' 9
sql 'SELECT group_concat(id) FROM certificate' -2,1,2,9
sql 'PRAGMA foreign_key_check; PRAGMA integrity_check' ok

begin 'inventory: an untaken store leaves no placeholder'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" >a.csv
run 0 -q import inventory a.csv
lines CertStoreId,Alias,Thumbprint,InventoriedAt "$one,a,$print_c,2020-01-01T00:00:00Z" >b.csv
run 1 -q import inventory b.csv
sql 'SELECT count(*) FROM certificate WHERE id < 0' 0

begin 'inventory: where no store at all is taken, -q is not silent'
base
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,1,2026-03-01T00:00:00Z" "$two,a,1,2026-03-01T00:00:00Z" >a.csv
run 0 -q import inventory a.csv
sed 's/2026-03/2026-02/' a.csv >b.csv
none='pfxreplace: inventory: 2 records of 0 stores: 0 new, 0 changed, 0 unchanged, 0 gone; 2 older stores not taken'
run 1 -q import inventory b.csv
out ''
err "$none"
run 1 import inventory b.csv
is 'lines' "$(wc -l <"$scratch/err")" 3
is 'the closing line' "$(tail -n 1 "$scratch/err")" "$none"
sed '3s/02-01/03-02/' b.csv >c.csv
run 0 -q import inventory c.csv
err ''
run 0 -q import inventory c.csv
err ''
cat >d.json <<-END
	[{"Id": 1, "Thumbprint": "$print_a", "Locations": [
		{"StoreId": "$one", "Alias": "a"}, {"StoreId": "$two", "Alias": "a"}]},
	 {"Id": 9, "Thumbprint": "$print_c"}]
END
run 1 -q import certificates --locations --complete --as-of 2026-01-01T00:00:00Z d.json
err 'pfxreplace: locations: 2 locations of 0 stores: 0 new, 0 changed, 0 unchanged, 0 gone; 2 older stores not taken'
sql 'SELECT count(*) FROM certificate WHERE id = 9' 1
run 0 -q import certificates --locations --complete --as-of 2026-03-01T12:00:00Z d.json
err ''

begin 'inventory: faults'
base
lines CertStoreId,Alias,ChainLevel,CertificateId,Thumbprint \
	"44444444-1111-1111-1111-111111111111,a,0,1," "$one,a,0,7," "$one,b,0,," "$one,c,0,1,$print_b" \
	"$one,,0,1," "$one,d,256,1," "here,d,0,1," >a.csv
run 3 import inventory a.csv
err 'pfxreplace: a.csv:2: CertStoreId: no store 44444444-1111-1111-1111-111111111111 is known: expected one that is, import stores first
pfxreplace: a.csv:3: CertificateId: no certificate 7 is known: expected one that is, import certificates first, or give its Thumbprint
pfxreplace: a.csv:4: CertificateId: missing: expected a CertificateId or a Thumbprint
pfxreplace: a.csv:5: Thumbprint: not that of certificate 1: expected the same, or one of the two alone
pfxreplace: a.csv:6: Alias: missing: expected one, or no certificate either where the store is empty
pfxreplace: a.csv:7: ChainLevel: "256": expected a whole number from 0 to 255
pfxreplace: a.csv:8: CertStoreId: a value of 4 characters: expected a GUID of 8-4-4-4-12 hexadecimal digits
pfxreplace: inventory: 7 faults: nothing was loaded'
lines CertStoreId,Alias,ChainLevel,CertificateId "$one,a,0,1" "$two,a,1,1" >b.csv
lines CertStoreId,Alias,ChainLevel,CertificateId "$two,b,0,1" "$one,a,0,2" >c.csv
run 3 import inventory b.csv c.csv
err "pfxreplace: c.csv:3: Alias: stands on line 2 of b.csv already, in the same store at the same ChainLevel: expected it once
pfxreplace: b.csv:3: ChainLevel: a chain of store $two without its certificate: expected a line with the same Alias and ChainLevel 0
pfxreplace: inventory: 2 faults: nothing was loaded"
sql 'SELECT count(*) FROM location' 0

begin 'inventory: after many items an unknown certificate is a fault still'
base
{ echo CertStoreId,Alias,CertificateId
	seq 1 1200 | sed "s/.*/$one,a&,1/"
	echo "$one,b,2"
	echo "$one,c,3"
	echo "$one,d,2147483647"; } >a.csv
run 3 import inventory a.csv
err 'pfxreplace: a.csv:1203: CertificateId: no certificate 3 is known: expected one that is, import certificates first, or give its Thumbprint
pfxreplace: a.csv:1204: CertificateId: no certificate 2147483647 is known: expected one that is, import certificates first, or give its Thumbprint
pfxreplace: inventory: 2 faults: nothing was loaded'
sql "SELECT count(*) FROM sqlite_schema WHERE name = 'location_certificate'" 1

# Items are staged, and new locations written, some hundreds at a time.

begin 'inventory: chains of more items than a batch, in any order'
base
{ echo CertStoreId,Alias,ChainLevel,CertificateId
	seq 1100 | sed "s/.*/$one,a&,2,1/"
	seq 1100 -1 1 | sed "s/.*/$one,a&,0,1/"
	seq 1100 | sed "s/.*/$one,a&,1,2/"; } >a.csv
run 0 import inventory a.csv
err 'pfxreplace: inventory: 3300 records of 1 store: 1100 new, 0 changed, 0 unchanged, 0 gone'
sql 'SELECT count(*), count(DISTINCT alias), sum(certificate), min(id), max(id) FROM location' '1100|1100|1100|1|1100'
sql 'SELECT level, certificate, count(*) FROM chain GROUP BY 1, 2' '1|2|1100
2|1|1100'
run 0 import inventory a.csv
err 'pfxreplace: inventory: 3300 records of 1 store: 0 new, 0 changed, 1100 unchanged, 0 gone'
{ echo CertStoreId,Alias,ChainLevel,CertificateId
	seq 2 2 1100 | sed "s/.*/$one,a&,0,1/"
	seq 2 2 1100 | sed "s/.*/$one,a&,1,1/"
	seq 1101 2000 | sed "s/.*/$one,a&,0,2/"; } >b.csv
run 0 import inventory b.csv
err 'pfxreplace: inventory: 2000 records of 1 store: 900 new, 550 changed, 0 unchanged, 550 gone'
sql 'SELECT certificate, count(*), min(id), max(id) FROM location GROUP BY 1' '|550|1|1100
1|550|2|1099
2|900|1101|2000'
sql 'SELECT level, certificate, count(*) FROM chain GROUP BY 1, 2' '1|1|550'
sql 'PRAGMA foreign_key_check; PRAGMA integrity_check' ok

begin 'inventory: aliases longer than a batch'
base
awk -v store="$one" 'BEGIN {
	print "CertStoreId,Alias,CertificateId"
	for (long = "x"; length(long) < 30000; long = long long)
		continue
	for (i = 1; i <= 5; i++) print store "," long i ",1" "\n" store ",a" i ",2"
}' >a.csv
run 0 import inventory a.csv
err 'pfxreplace: inventory: 10 records of 1 store: 10 new, 0 changed, 0 unchanged, 0 gone'
sql "SELECT group_concat(length(alias) || substr(alias, -1) || certificate) FROM
	(SELECT * FROM location ORDER BY id)" \
	212,222,232,242,252,3276911,3276921,3276931,3276941,3276951
run 0 import inventory a.csv
err 'pfxreplace: inventory: 10 records of 1 store: 0 new, 0 changed, 10 unchanged, 0 gone'

begin 'inventory: a store that many lines name, now and again'
base
lines CertStoreId,Alias,CertificateId,InventoriedAt "$two,a1,1,2026-03-01T00:00:00Z" \
	"$two,z,1,2026-03-01T00:00:00Z" "$three,a1,1,2026-01-01T00:00:00Z" >a.csv
run 0 -q import inventory a.csv
{ echo CertStoreId,Alias,CertificateId,InventoriedAt
	seq 1200 | awk -v stores="$one $two $three" '{
		split(stores, store, " ")
		day = $1 == 900 ? "01-05" : $1 == 1100 ? "01-06" : "04-01"
		for (i = 1; i <= 3; i++)
			print store[i] ",a" $1 ",1,2026-" day "T00:00:00Z"
	}'; } >b.csv
run 0 import inventory b.csv
err "pfxreplace: b.csv:2700: InventoriedAt: 2026-01-05T00:00:00Z is older than what is known of store $two (2026-03-01T00:00:00Z): not taken
pfxreplace: inventory: 3600 records of 2 stores: 2399 new, 0 changed, 1 unchanged, 0 gone; 1 older store not taken"
sql 'SELECT store, count(*), count(certificate) FROM location GROUP BY 1' '1|1200|1200
2|2|2
3|1200|1200'
sql 'SELECT group_concat(inventoried_at) FROM store' 1767571200000,1772323200000,1767571200000

begin 'inventory: more lines than a batch that say a store is empty'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" "$two,a,1" "$three,a,1" >a.csv
run 0 -q import inventory a.csv
{ echo CertStoreId
	echo "$three"
	seq 600 | sed "s/.*/$one/; p; s/.*/$two/"; } >b.csv
run 0 import inventory b.csv
err 'pfxreplace: inventory: 1201 records of 3 stores: 0 new, 0 changed, 0 unchanged, 3 gone'
sql "$standing" 'a -; a -; a -'

begin 'inventory: faults within a batch and across several'
base
{ echo CertStoreId,Alias,ChainLevel,CertificateId
	seq 1 600 | sed "s/.*/$one,a&,0,1/"
	echo "$two,,,"
	echo "$one,a7,0,2"
	echo "$one,chain,1,2"
	seq 601 1300 | sed "s/.*/$one,a&,0,1/"
	echo "$two,x,0,1"
	echo "$three,y,2,1"
	echo "$one,a601,0,1"
	echo "$one,b,0,99"
	echo "$one,a7,0,2"; } >a.csv
run 3 import inventory a.csv
err 'pfxreplace: a.csv:1308: CertificateId: no certificate 99 is known: expected one that is, import certificates first, or give its Thumbprint
pfxreplace: inventory: 1 fault: nothing was loaded'
grep -v ',99$' a.csv >b.csv
run 3 import inventory b.csv
err "pfxreplace: b.csv:1307: Alias: stands on line 605 of b.csv already, in the same store at the same ChainLevel: expected it once
pfxreplace: b.csv:603: Alias: stands on line 8 of b.csv already, in the same store at the same ChainLevel: expected it once
pfxreplace: b.csv:1308: Alias: stands on line 8 of b.csv already, in the same store at the same ChainLevel: expected it once
pfxreplace: b.csv:604: ChainLevel: a chain of store $one without its certificate: expected a line with the same Alias and ChainLevel 0
pfxreplace: b.csv:602: Alias: missing, which says that store $two is empty, but other lines name it: expected the one or the other
pfxreplace: b.csv:1306: ChainLevel: a chain of store $three without its certificate: expected a line with the same Alias and ChainLevel 0
pfxreplace: inventory: 6 faults: nothing was loaded"
sql 'SELECT count(*) FROM location' 0

begin 'inventory: a store that is not taken stands before one that is'
base
lines CertStoreId,Alias,ChainLevel,CertificateId,InventoriedAt "$one,a,0,1,2026-03-01T00:00:00Z" \
	"$one,a,1,2,2026-03-01T00:00:00Z" "$one,b,0,1,2026-03-01T00:00:00Z" "$two,a,0,1,2026-03-01T00:00:00Z" \
	"$two,a,3,2,2026-03-01T00:00:00Z" "$three,a,0,1,2026-03-01T00:00:00Z" >a.csv
run 0 -q import inventory a.csv
lines CertStoreId,Alias,ChainLevel,CertificateId,InventoriedAt "$one,a,0,2,2026-02-01T00:00:00Z" \
	"$two,a,0,1,2026-03-02T00:00:00Z" "$two,a,3,2,2026-03-02T00:00:00Z" "$three,b,0,1,2026-03-02T00:00:00Z" >b.csv
run 0 import inventory b.csv
err "pfxreplace: b.csv:2: InventoriedAt: 2026-02-01T00:00:00Z is older than what is known of store $one (2026-03-01T00:00:00Z): not taken
pfxreplace: inventory: 4 records of 2 stores: 1 new, 0 changed, 1 unchanged, 1 gone; 1 older store not taken"
sql "$standing" 'a 1; b 1; a 1; a -; b 1'

begin 'inventory: a chain that no inventory could have left is replaced'
base
{ echo CertStoreId,Alias,ChainLevel,CertificateId
	seq 0 255 | sed "s/.*/$one,a,&,1/"; } >a.csv
run 0 -q import inventory a.csv
sqlite3 inventory.db 'INSERT INTO chain SELECT 1, value, 1 FROM generate_series(256, 1300)'
run 0 import inventory a.csv
err 'pfxreplace: inventory: 256 records of 1 store: 0 new, 1 changed, 0 unchanged, 0 gone'
sql 'SELECT count(*), max(level) FROM chain' '255|255'

# ---- the lock --------------------------------------------------------------------------------

begin 'a second writer waits, then names the holder'
run 0 init
lines Id 1 >a.csv
mkfifo hold
flock inventory.db.lock sh -c 'echo "process 12 (run 3) since 2026-01-01T00:00:00Z" >inventory.db.lock; echo >hold; cat hold' >/dev/null &
read -r _ <hold
run 5 import --wait 0 containers a.csv
err 'pfxreplace: inventory.db: held by process 12 (run 3) since 2026-01-01T00:00:00Z; waited 0 s: try again later, or with --wait SECONDS'
(sleep 0.2; echo >hold) &
run 0 import containers a.csv
wait
same inventory.db.lock ''

begin 'a signal ends the reading of a pipe, and nothing is loaded'
run 0 init
mkfifo pipe
"$PROGRAM" import containers --format csv - <pipe 2>err &
program=$!
{
	lines Id 1
	tries=0
	until grep -q 'import containers' inventory.db.lock || [ $tries = 100 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	kill -TERM $program
	wait $program
	is 'status' $? 143
} >pipe
same err 'pfxreplace: -: interrupted while it was read'
sql 'SELECT count(*) FROM container' 0
same inventory.db.lock ''

finish
