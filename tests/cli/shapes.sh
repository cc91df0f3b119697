#!/bin/sh
# What the server prints is loaded as it is: the shapes of each kind, and how inventories are dated.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
shapes=$tests_folder/shapes

one=11111111-1111-1111-1111-111111111111
two=22222222-2222-2222-2222-222222222222
three=33333333-3333-3333-3333-333333333333
print_a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
print_b=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
print_c=CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
scripted='text that PowerShell made of an object: export with ConvertTo-Json -Depth 10'
first='import stores first'

lines() { # LINE...
	printf '%s\n' "$@"
}

# told LINE...: exactly these on standard error, each after the program's name
told() {
	err "$(printf 'pfxreplace: %s\n' "$@")"
}

# Three stores and two certificates. The first two stores are at a place.
base() {
	run 0 init
	lines Id,ClientMachine,Storepath,CertStoreType "$one,web01.example.com,/srv/a.pem,2" \
		"$two,web02.example.com,/srv/a.pem,2" "$three,,,2" >stores.csv
	lines Id,Thumbprint "1,$print_a" "2,$print_b" >certificates.csv
	run 0 -q import stores stores.csv
	run 0 -q import certificates certificates.csv
}

# What stands in the stores, as STORE ALIAS LEVEL CERTIFICATE; the first digit of the GUID is enough.
standing="SELECT group_concat(line, '; ') FROM (
	SELECT substr(guid, 1, 1) || ' ' || alias || ' 0 ' || l.certificate AS line, guid, alias, 0 AS level
	FROM location l JOIN store s ON s.id = l.store WHERE l.certificate IS NOT NULL
	UNION ALL
	SELECT substr(guid, 1, 1) || ' ' || alias || ' ' || level || ' ' || c.certificate, guid, alias, level
	FROM chain c JOIN location l ON l.id = c.location JOIN store s ON s.id = l.store
	ORDER BY 2, 3, 4)"
dated="SELECT group_concat(ifnull(strftime('%Y-%m-%dT%H:%M:%SZ', inventoried_at / 1000, 'unixepoch'), 'never'), ' ')
	FROM (SELECT inventoried_at FROM store ORDER BY guid)"
since_now="SELECT group_concat(abs(inventoried_at / 1000 - strftime('%s', 'now')) < 60) FROM store
	WHERE inventoried_at IS NOT NULL"

# ---- every kind, from the server's shapes and from CSV ---------------------------------------

# The one place for all lists that there are.
facts() { # DATABASE
	for kind in containers store-types agents stores certificates requests locations; do
		echo "-- $kind"
		"$PROGRAM" -d "$1" list $kind --format jsonl || wrong "list $kind failed"
	done
	sqlite3 "$1" "SELECT 'container', * FROM container ORDER BY 2;
		SELECT 'type', * FROM store_type ORDER BY 2; SELECT 'agent', * FROM agent ORDER BY 2;
		SELECT 'store', * FROM store ORDER BY 2;
		SELECT 'certificate', * FROM certificate ORDER BY 2;
		SELECT 'request', * FROM enrollment_request ORDER BY 2;
		SELECT 'location', * FROM location ORDER BY 2; SELECT 'chain', * FROM chain ORDER BY 2, 3;
		PRAGMA foreign_key_check; PRAGMA integrity_check"
}

begin 'a full export of each kind, as the server prints it, has the facts of the CSV files'
lb01=lb01.example.com:/Common/site
run 0 -d json.db init
run 0 -q -d json.db import containers "$shapes/containers.json"
run 0 -q -d json.db import store-types "$shapes/store-types.json"
run 0 -q -d json.db import agents "$shapes/agents.json"
run 0 -q -d json.db import stores --complete "$shapes/stores.json"
run 0 -d json.db import certificates --locations --complete --as-of 2026-07-01T06:00:00 \
	"$shapes/certificates.json"
is 'the counts' "$(tail -n 2 "$scratch/err")" \
	'pfxreplace: certificates: 5 records: 5 new, 0 changed, 0 unchanged
pfxreplace: locations: 7 locations of 3 stores: 4 new, 0 changed, 0 unchanged, 0 gone'
run 0 -d json.db import requests "$shapes"/request-78.json "$shapes"/request-81.json "$shapes"/requests.jsonl
is 'the counts' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: requests: 4 records: 4 new, 0 changed, 0 unchanged'
run 0 -d json.db import inventory --store "$lb01" --as-of 2026-07-02T06:00:00.000Z "$shapes/inventory.json"
is 'the counts' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: inventory: 2 records of 1 store: 2 new, 0 changed, 0 unchanged, 0 gone'
run 0 -d csv.db init
for kind in containers store-types agents stores certificates requests; do
	run 0 -d csv.db import $kind "$shapes/$kind.csv"
	is 'what is ignored' "$(grep -c ignored "$scratch/err")" 0
done
run 0 -q -d csv.db import inventory --as-of 2026-07-01T06:00:00Z "$shapes/locations.csv"
run 0 -q -d csv.db import inventory "$shapes/inventory.csv"
facts json.db >json.facts
facts csv.db >csv.facts
cmp -s json.facts csv.facts || wrong "the facts differ:
$(diff -u csv.facts json.facts)"
is 'facts' "$(grep -c '^{' json.facts) $(grep -Ec '^[a-z]+\|' json.facts)" '32 37'
sqlite3 json.db "SELECT id, entry_password, private_key_allowed, add_supported FROM store_type WHERE id IN (2, 4, 105);
	SELECT * FROM enrollment_request; SELECT container, type, approved, agent_assigned FROM store;
	SELECT names, not_after FROM certificate WHERE id = 55;
	SELECT names FROM certificate WHERE id IN (12, 56)" >found
same found '2|2|1|1
4|0|2|0
105|1|1|1
78|55|ISSUED
79|56|ISSUED
80|57|ISSUED
81||PENDING
7|2|1|1
|105|1|1
|4|0|0
9|105|1|1
[{"Value":"example.com","Type":2},{"Value":"www.example.com","Type":2}]|1798790400999
[]
[{"Value":"ops@example.com","Type":1},{"Value":"pay.example.com","Type":2},{"Value":"192.0.2.7","Type":7}]'

begin 'and once more: nothing has changed'
cp ../1/json.db* .
cp json.db before.db
mv json.db inventory.db
mv json.db.key inventory.db.key
rm -f json.db.lock
for kind in containers store-types agents stores certificates; do
	run 0 import $kind "$shapes/$kind.json"
	is "$kind" "$(tail -n 1 "$scratch/err" | sed 's/.*: 0 new, 0 changed, [1-9][0-9]* unchanged$/as it was/')" 'as it was'
done
run 0 import certificates --locations --complete --as-of 2026-07-01T06:00:00Z "$shapes/certificates.json"
is 'the locations' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: locations: 7 locations of 3 stores: 0 new, 0 changed, 4 unchanged, 0 gone'
facts inventory.db >after.facts
facts before.db >before.facts
cmp -s before.facts after.facts || wrong "$(diff -u before.facts after.facts)"

# ---- the file ---------------------------------------------------------------------------------

begin 'one object over several lines, the value of one object, and both on one line'
run 0 init
lines '{' '  "Id": 1,' '  "Name": "One"' '}' >a.json
lines '{"value": [{"Id": 2, "Name": "Two"},' '{"Id": 3, "Name": "Three"}],' '"Count": 2}' >b.json
lines '{"@odata.context":"x","Count":1,"value":[{"Id":4,"Name":"Four"}],"x":[1e999]}' >c.json
lines '{"value":[{"Id":5,"Name":"Five"}]}' >d
run 0 import containers a.json b.json c.json d
err 'pfxreplace: containers: 5 records: 5 new, 0 changed, 0 unchanged'
run 0 import containers - <c.json
err 'pfxreplace: containers: 1 record: 0 new, 0 changed, 1 unchanged'
sql 'SELECT group_concat(name) FROM container' One,Two,Three,Four,Five
lines '{"value": []}' >e.json
run 0 import containers e.json
err 'pfxreplace: containers: 0 records: 0 new, 0 changed, 0 unchanged'

begin 'an object around the array that is damaged, or not the last one'
run 0 init
lines '{"value": [{"Id": 2}],' '"Count": }' >a.json
lines '{"value": [{"Id": 3}]}' '{"value": [{"Id": 4}]}' >b.json
lines '{"value": [{"Id": 3}, {"Id": "x"}' >c.json
run 3 import containers a.json b.json c.json
told 'a.json:1: the object around the array is damaged: expected a value' \
	'b.json:1: text after the object: expected the end of the file' \
	'c.json:1: the array is not closed: expected ]' \
	'containers: 3 faults: nothing was loaded'
sql 'SELECT count(*) FROM container' 0

begin 'members that nobody reads hold anything of any size'
run 0 init
long=$(printf '%070000d' 0)
deep=$(printf '%040d' 0 | tr 0 '[')$(printf '%040d' 0 | tr 0 ']')
lines "{\"StoreType\":9,\"x\":\"\\ud800$long\",\"y\":{\"a\":1e999,\"a\":1},\"z\":$deep,
	\"SupportedOperations\":{\"Add\":true,\"x\":\"\\ud800\",\"y\":1e999,\"y\":$deep,\"z\":\"$long\"}}" >a.json
run 0 -q import store-types a.json
sql 'SELECT add_supported FROM store_type WHERE id = 9' 1
lines "{\"KeyfactorRequestId\":7,\"CertificateInformation\":{\"KeyfactorId\":8,\"Pkcs12Blob\":\"$long\",
	\"EnrollmentContext\":{\"n\":123456789012345678901234567890}}}" >b.json
run 0 -q import requests b.json
sql 'SELECT * FROM enrollment_request' '7|8|'

begin 'times may lack the Z and have any number of digits of fraction'
run 0 init
lines Id,NotBefore,NotAfter 1,2026-01-01T00:00:00.12,2026-01-01T00:00:00.123456789012345Z \
	2,2026-01-01T00:00:00,2026-01-01T00:00:00. >a.csv
run 3 import certificates a.csv
told 'a.csv:3: NotAfter: "2026-01-01T00:00:00.": a dot without digits: expected a fraction of the second after it, or no dot' \
	'certificates: 1 fault: nothing was loaded'
sed -i 's/00\.$/00Z/' a.csv
run 0 -q import certificates a.csv
sql 'SELECT not_before, not_after FROM certificate' '1767225600120|1767225600123
1767225600000|1767225600000'

begin 'what a script turned into text is a fault in every field that is read'
base
lines 'Id,SubjectAltNameElements,IssuedDN,NotAfter,KeySizeInBits,HasPrivateKey,Locations' \
	'1,@{Value=a.example.com; Type=2},System.String,System.DateTime,@{x=1},@{x=1},System.Object[]' \
	'2,System.Object[],CN=a,,,,@{StoreMachine=x}' >a.csv
lines '{"Id":1,"SubjectAltNameElements":["@{Value=a; Type=2}"]}' >b.jsonl
run 3 import certificates a.csv b.jsonl
told "a.csv:2: IssuedDN: $scripted" "a.csv:2: NotAfter: $scripted" "a.csv:2: KeySizeInBits: $scripted" \
	"a.csv:2: SubjectAltNameElements: $scripted" "a.csv:2: HasPrivateKey: $scripted" \
	"a.csv:3: SubjectAltNameElements: $scripted" \
	"b.jsonl:1: SubjectAltNameElements: element 1: $scripted" \
	'certificates: 7 faults: nothing was loaded'
lines '{"StoreType":1,"SupportedOperations":"@{Add=True}","PasswordOptions":"System.Object"}' >c.jsonl
run 3 import store-types c.jsonl
told "c.jsonl:1: SupportedOperations: $scripted" "c.jsonl:1: PasswordOptions: $scripted" \
	'store-types: 2 faults: nothing was loaded'
lines '[{"CertificateInformation":"@{KeyfactorId=1}"}]' >d.json
run 3 import requests d.json
told "d.json:1: CertificateInformation: $scripted" 'requests: 1 fault: nothing was loaded'
lines '[{"Name":"a","Certificates":"@{Id=1} @{Id=2}"},{"Name":"b","Certificates":["@{Id=1}",7]},
	{"Name":"@{x}","Certificates":[]}]' >e.json
run 3 import inventory --store "$one" e.json
told "e.json:1: Certificates: $scripted" "e.json:1: Certificates: element 1: $scripted" \
	'e.json:1: Certificates: element 2: "7": expected an object' "e.json:2: Name: $scripted" \
	'inventory: 4 faults: nothing was loaded'
lines '[{"Id":1,"Locations":"System.Object[]"},{"Id":2,"Locations":["@{Id=55}"]}]' >f.json
run 3 import certificates --locations --complete f.json
told "f.json:1: Locations: $scripted" "f.json:1: Locations: element 1: $scripted" \
	'certificates: 2 faults: nothing was loaded'
run 0 import certificates f.json
err 'pfxreplace: certificates: 2 records: 0 new, 0 changed, 2 unchanged'

# ---- the kinds --------------------------------------------------------------------------------

begin 'store types: nested, and what was known before'
run 0 init
cat >a.json <<'JSON'
[{"StoreType":2,"PasswordOptions":{"EntrySupported":true}},
 {"StoreType":6,"PasswordOptions":{"EntrySupported":true}},
 {"StoreType":0,"PasswordOptions":{"EntrySupported":false},"SupportedOperations":{"Add":false}},
 {"StoreType":7,"PasswordOptions":{"EntrySupported":true},"SupportedOperations":{"Remove":true}},
 {"StoreType":8,"PasswordOptions":null,"SupportedOperations":{"Add":"True"},"PrivateKeyAllowed":"required"},
 {"StoreType":9,"EntryPassword":"Required","PasswordOptions":{"entry_supported":1},
  "AddSupported":true,"SupportedOperations":{"Add":1},"PrivateKeyAllowed":2}]
JSON
run 0 import store-types a.json
err 'pfxreplace: store-types: 6 records: 3 new, 2 changed, 1 unchanged'
sql 'SELECT id, entry_password, private_key_allowed, add_supported FROM store_type WHERE id < 10' '0|0|1|0
2|2|1|1
6|1|2|1
7|1|1|0
8|1|2|1
9|2|2|1'

begin 'store types: what contradicts each other names both'
run 0 init
cat >a.json <<'JSON'
[{"StoreType":1,"AddSupported":true,"SupportedOperations":{"Add":false}},
{"StoreType":2,"EntryPassword":0,"PasswordOptions":{"EntrySupported":true}},
{"StoreType":3,"EntryPassword":"Optional","PasswordOptions":{"EntrySupported":false}},
{"StoreType":4,"SupportedOperations":[{"Add":true}],"PasswordOptions":7},
{"StoreType":5,"SupportedOperations":{"Add":"perhaps"},"PasswordOptions":{"EntrySupported":[true]}},
{"StoreType":6,"SupportedOperations":{"Add":true,"add":true}}]
JSON
same_in_both='expected the same in both, or one of them alone'
run 3 import store-types a.json
told "a.json:1: SupportedOperations.Add: contradicts AddSupported: $same_in_both" \
	"a.json:2: PasswordOptions.EntrySupported: contradicts EntryPassword: $same_in_both" \
	"a.json:3: PasswordOptions.EntrySupported: contradicts EntryPassword: $same_in_both" \
	'a.json:4: SupportedOperations: an array or an object: expected an object' \
	'a.json:4: PasswordOptions: "7": expected an object' \
	'a.json:5: SupportedOperations.Add: a value of 7 characters: expected true, false, 1 or 0' \
	'a.json:5: PasswordOptions.EntrySupported: an array or an object: expected true, false, 1 or 0' \
	'a.json:6: SupportedOperations.Add: two members of one name: expected each name once' \
	'store-types: 8 faults: nothing was loaded'

begin 'stores: no container, and the type by its ShortName'
run 0 init
lines '[{"Id":"'$one'","ContainerId":0,"CertStoreType":"jks"},' \
	'{"Id":"'$two'","ContainerId":null,"CertStoreType":" iispersonal "},' \
	'{"Id":"'$three'","CertStoreType":101}]' >a.json
run 0 import stores a.json
err 'pfxreplace: stores: 3 records: 3 new, 0 changed, 0 unchanged'
sql "SELECT ifnull(container, 'none'), type FROM store" 'none|0
none|6
none|101'
lines Id,Name 5,Web >c.csv
run 0 -q import containers c.csv
lines Id,ContainerId,CertStoreType "$one,5,2" "$two,0,FTP" >b.csv
run 0 -q import stores b.csv
sql "SELECT ifnull(container, 'none'), type FROM store WHERE guid < '3'" '5|2
none|101'
lines Id,ContainerId "$one,0" >c.csv
run 0 import stores c.csv
err 'pfxreplace: stores: 1 record: 0 new, 1 changed, 0 unchanged'
sql "SELECT ifnull(container, 'none') FROM store WHERE guid = '$one'" none

begin 'stores: a ShortName that is not known, or that of two types'
run 0 init
lines '{"StoreType":102,"ShortName":"pem"}' '{"StoreType":103,"ShortName":""}' >t.jsonl
run 0 -q import store-types t.jsonl
lines Id,CertStoreType "$one,F5" "$two,PEM" "$three,-1" >a.csv
run 3 import stores a.csv
told 'a.csv:2: CertStoreType: no store type has this ShortName: expected JKS, PEM, IISPersonal, AWS, FTP or pem, or its number; import store-types first' \
	'a.csv:3: CertStoreType: the ShortName of several store types: expected the number of one of them' \
	'a.csv:4: CertStoreType: no store type has this ShortName: expected JKS, PEM, IISPersonal, AWS, FTP or pem, or its number; import store-types first' \
	'stores: 3 faults: nothing was loaded'
{ echo StoreType,ShortName
	seq 110 130 | sed 's/.*/&,T&/'; } >t.csv
run 0 -q import store-types t.csv
lines Id,CertStoreType "$one,F5" "$two,t130" >b.csv
run 3 import stores b.csv
told 'b.csv:2: CertStoreType: no store type has this ShortName: expected one that is known or its number; import store-types first' \
	'stores: 1 fault: nothing was loaded'

begin 'requests: as the response to an enrollment prints them'
run 0 init
cat >a.json <<'JSON'
{
  "CertificateInformation": {
    "KeyfactorId": 55, "KeyfactorRequestID": 7, "RequestDisposition": "ISSUED", "EnrollmentContext": null
  },
  "Metadata": {}
}
JSON
lines '{"KeyfactorID":0,"KeyfactorRequestId":8,"RequestDisposition":"PENDING"}' \
	'{"RequestId":9,"KeyfactorRequestId":9,"CertificateInformation":{"KeyfactorRequestId":9,"KeyfactorId":56}}' \
	'{"RequestId":10,"CertificateId":57,"CertificateInformation":null}' >b.jsonl
lines KeyfactorRequestId,KeyfactorId 11,58 >c.csv
run 0 -q import requests a.json b.jsonl c.csv
sql 'SELECT * FROM enrollment_request' '7|55|ISSUED
8||PENDING
9|56|
10|57|
11|58|'
lines '{"RequestId":1,"KeyfactorRequestId":2}' \
	'{"KeyfactorRequestId":1,"CertificateInformation":{"KeyfactorRequestId":2}}' \
	'{"RequestId":3,"CertificateId":4,"CertificateInformation":{"KeyfactorId":5,"RequestDisposition":7}}' \
	'{"RequestId":3,"RequestDisposition":"ISSUED","CertificateInformation":{"RequestDisposition":"DENIED"}}' \
	'{"CertificateInformation":{"KeyfactorId":5}}' '{"KeyfactorRequestId":0}' >d.jsonl
run 3 import requests d.jsonl
told "d.jsonl:1: KeyfactorRequestId: contradicts RequestId: $same_in_both" \
	"d.jsonl:2: CertificateInformation.KeyfactorRequestId: contradicts KeyfactorRequestId: $same_in_both" \
	"d.jsonl:3: CertificateInformation.KeyfactorId: contradicts CertificateId: $same_in_both" \
	'd.jsonl:3: CertificateInformation.RequestDisposition: "7": expected text' \
	"d.jsonl:4: CertificateInformation.RequestDisposition: contradicts RequestDisposition: $same_in_both" \
	'd.jsonl:5: RequestId: missing: expected a whole number from 1 to 2147483647' \
	'd.jsonl:6: KeyfactorRequestId: "0": expected a whole number from 1 to 2147483647' \
	'requests: 7 faults: nothing was loaded'
lines KeyfactorId 1 >e.csv
run 3 import requests e.csv
told 'e.csv: RequestId: the header has no such column: expected one' 'requests: 1 fault: nothing was loaded'

begin 'certificates: names in CSV are DNS names, and a file without private keys is noticed'
run 0 init
lines Id,SubjectAltNameElements '1,*.example.com a_b.example.com. localhost' '2,"a.example.com,b.example.com"' \
	'3,a.example.com a..b' '4,*' '5,ops@example.com' >a.csv
run 3 import certificates a.csv
wanted='expected DNS names with one blank between, or an array of {"Value", "Type"}'
told "a.csv:3: SubjectAltNameElements: name 1 is no DNS name: $wanted" \
	"a.csv:4: SubjectAltNameElements: name 2 is no DNS name: $wanted" \
	"a.csv:5: SubjectAltNameElements: name 1 is no DNS name: $wanted" \
	"a.csv:6: SubjectAltNameElements: name 1 is no DNS name: $wanted" \
	'certificates: 4 faults: nothing was loaded'
lines Id,HasPrivateKey 1,false 2, 3,0 >b.csv
lines Id,HasPrivateKey 4,false 5,1 >c.csv
lines Id,HasPrivateKey 6, >d.csv
run 0 import certificates b.csv c.csv d.csv
told 'b.csv: HasPrivateKey: no certificate has a private key: the server says so unless it is asked, with includeHasPrivateKey=true' \
	'certificates: 6 records: 6 new, 0 changed, 0 unchanged'

# ---- the inventory of one store ---------------------------------------------------------------

begin 'inventory of one store: names are aliases, and the chain is in the order printed'
base
cat >a.json <<JSON
[{"Name":"web","Certificates":[{"Id":1,"Thumbprint":"$print_a","IssuedDN":"CN=a"},{"Id":2},{"Thumbprint":"$print_c"}],
  "Parameters":{"x":[1e999]}},
 {"Name":"none","Certificates":[]},{"Name":"null","Certificates":null},{"Name":"absent"},
 {"Name":"single","Certificates":{"Id":2}}]
JSON
run 0 import inventory --store WEB01.example.com:/srv/a.pem --as-of 2026-03-01T00:00:00Z a.json
told 'a.json:3: Certificates: none has no certificate: it counts as gone' \
	'a.json:3: Certificates: null has no certificate: it counts as gone' \
	'a.json:3: Certificates: absent has no certificate: it counts as gone' \
	'a.json: ignored column: Parameters' \
	'inventory: 5 records of 1 store: 2 new, 0 changed, 0 unchanged, 0 gone'
sql "$standing" '1 single 0 2; 1 web 0 1; 1 web 1 2; 1 web 2 -1'
sql "$dated" '2026-03-01T00:00:00Z never never'
run 0 import inventory --store 11111111 --as-of 2026-03-02T00:00:00Z - <a.json
is 'the counts' "$(tail -n 1 "$scratch/err")" \
	'pfxreplace: inventory: 5 records of 1 store: 0 new, 0 changed, 2 unchanged, 0 gone'
lines '{"value":[{"Name":"web","Certificates":[{"Id":1}]}]}' >b.json
run 0 import inventory --store "$one" --as-of 2026-03-03T00:00:00Z b.json
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 1 changed, 0 unchanged, 1 gone'

begin 'inventory of one store: an empty array, or entries without certificates, say that it is empty'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" "$two,a,1" >a.csv
run 0 -q import inventory --as-of 2026-03-01T00:00:00Z a.csv
echo '[]' >b.json
run 0 import inventory --store "$one" --as-of 2026-03-02T00:00:00Z b.json
err 'pfxreplace: inventory: 0 records of 1 store: 0 new, 0 changed, 0 unchanged, 1 gone'
sql "$standing" '2 a 0 1'
echo '[{"Name":"a","Certificates":[]}]' >c.json
run 0 -q import inventory --store "$two" --as-of 2026-03-02T00:00:00Z c.json
sql "$standing" ''
sql "$dated" '2026-03-02T00:00:00Z 2026-03-02T00:00:00Z never'
echo Alias,CertificateId >d.csv
: >e.jsonl
run 3 import inventory --store "$two" d.csv e.jsonl
told 'd.csv: no record: expected one, or an empty JSON array where the store is empty' \
	'e.jsonl: no record: expected one, or an empty JSON array where the store is empty' \
	'inventory: 2 faults: nothing was loaded'

begin 'inventory of one store: what is no inventory never says that the store is empty'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" "$two,a,1" >a.csv
run 0 -q import inventory --as-of 2026-03-01T00:00:00Z a.csv
cp inventory.db before.db
entries='expected Name and Certificates, or an empty array where the store is empty'
no_entry="no entry of an inventory: $entries"

# refused KIND-AND-OPTIONS FILE LINE...: status 3, these messages before the last, and not a byte is written
refused() {
	import=$1 file=$2
	shift 2
	# shellcheck disable=SC2086
	run 3 import $import "$file"
	is "the faults of $file" "$(sed '$d' "$scratch/err")" "$(printf "pfxreplace: $file%s\n" "$@")"
	is "the end of $file" "$(tail -n 1 "$scratch/err" | sed 's/: [1-9] faults*:/:/')" \
		"pfxreplace: ${import%% *}: nothing was loaded"
	same_bytes before.db inventory.db
}

same_bytes() { # BEFORE AFTER
	cmp -s "$1" "$2" || wrong "$2 differs from $1"
}

store="inventory --as-of now --store $one"
denied='{"ErrorCode":"0xA0110002","Message":"The user does not have the required permissions."}'
lines "$denied" >error.json
lines '{' '"ErrorCode": "0xA0110002"' '}' >long.json
echo '{}' >object.json
echo '[{}]' >array.json
echo '{"value":null}' >null.json
echo '{"value":{}}' >nested.json
echo '{"value":7}' >number.json
echo '{"value":[{}]}' >inner.json
echo '{"error":{"code":"Forbidden","value":[]}}' >deep.json
echo '{"Message":"denied"}' >line.jsonl
echo '{"Name":null,"Certificates":null}' >nulls.json
refused "$store" error.json ":1: $no_entry" ': ignored columns: ErrorCode, Message'
refused "$store" long.json ":1: $no_entry" ': ignored column: ErrorCode'
refused "$store" object.json ":1: $no_entry"
refused "$store" array.json ":1: $no_entry"
refused "$store" null.json ":1: $no_entry" ': ignored column: value'
refused "$store" nested.json ":1: $no_entry" ': ignored column: value'
refused "$store" number.json ":1: $no_entry" ': ignored column: value'
refused "$store" inner.json ":1: $no_entry"
refused "$store" deep.json ":1: $no_entry" ': ignored column: error'
refused "$store" line.jsonl ":1: $no_entry" ': ignored column: Message'
refused "$store" nulls.json ":1: $no_entry"
lines '[{"Name":"a","Certificates":[{"Id":1}]},' '{}]' >beside.json
refused "$store" beside.json ":2: $no_entry"
run 3 import inventory --as-of now --store "$one" - <error.json
told "-:1: $no_entry" '-: ignored columns: ErrorCode, Message' \
	'inventory: 1 fault: nothing was loaded'
same_bytes before.db inventory.db

# An error may have a name.
echo '{"name":"Forbidden","message":"denied"}' >named.json
refused "$store" named.json ':1: Certificates: Forbidden has no certificate: it counts as gone' \
	': ignored column: message' ": no record has Certificates: $entries"
echo '[{"Name":"a","Certificates":[{"Id":1}]}]' >good.json
run 3 import inventory --as-of now --store "$one" good.json named.json
told 'named.json:1: Certificates: Forbidden has no certificate: it counts as gone' \
	'named.json: ignored column: message' "named.json: no record has Certificates: $entries" \
	'inventory: 1 fault: nothing was loaded'
same_bytes before.db inventory.db

# What no reader takes.
echo null >word.json
echo null >word.jsonl
echo '[null]' >element.json
echo '"denied"' >text.json
echo '<!DOCTYPE html><html><body>403 Forbidden</body></html>' >page.json
refused "$store" word.json ':1: no JSON array: expected [ first'
refused "$store" word.jsonl ':1: not a JSON object: expected { and names with values'
refused "$store" element.json ':1: not a JSON object: expected { and names with values'
refused "$store" text.json ':1: no JSON array: expected [ first'
refused "$store" page.json ': an HTML page: expected records as CSV, JSONL or a JSON array; it may be the page of a log-in or of an error in place of the file, or what a program calls an Excel file: ask for the data as CSV'

# CSV
lines CertificateId,Message ,denied >no-alias.csv
lines Message,Code denied,7 >no-header.csv
lines Alias,CertificateId,Message ,,denied >blank.csv
lines Alias,CertificateId a, >no-id.csv
lines Alias,Message a,denied >no-certificate.csv
lines Alias,CertificateId ,1 >only-id.csv
refused "$store" no-alias.csv ': Alias: the header has no such column: expected one'
refused "$store" no-header.csv ':1: no usable header: expected the names of the columns first, of which are known CertStoreId, Alias, ChainLevel, CertificateId, Thumbprint, InventoriedAt, Name, Certificates'
refused "$store" blank.csv ':2: Alias: missing: expected one' ': ignored column: Message'
refused "$store" no-id.csv ':2: CertificateId: missing: expected a CertificateId or a Thumbprint'
refused "$store" no-certificate.csv ':2: CertificateId: missing: expected a CertificateId or a Thumbprint' \
	': ignored column: Message'
refused "$store" only-id.csv ':2: Alias: missing: expected one'

# A store that the server's entries name is not emptied for their want of an Alias.
echo '[{"CertStoreId":"'$one'","Name":"a","Certificates":[{"Id":1}]}]' >whose.json
refused inventory whose.json ': an inventory as the server prints it for one store: expected --store STORE'

# The other kinds whose records say what is gone.
id='Id: missing: expected'
number="$id a whole number from 1 to 2147483647"
guid="$id a GUID of 8-4-4-4-12 hexadecimal digits"
permission="Permission: missing: expected /certificates/enrollment/pfx/, /certificate_stores/read/, /certificate_stores/schedule/ or /certificate_stores/modify/, the last three also with a container's id and a slash behind"
located='certificates --locations --complete --as-of now'
for file in object.json array.json inner.json; do
	refused "$located" "$file" ":1: $number"
	refused 'stores --complete' "$file" ":1: $guid"
	refused 'roles --complete' "$file" ':1: Role: missing: expected text' ':1: Operator: missing: expected text' \
		":1: $permission"
done
refused "$located" error.json ":1: $number" ': ignored columns: ErrorCode, Message'
refused "$located" null.json ":1: $number" ': ignored column: value'
refused 'stores --complete' error.json ":1: $guid" ': ignored columns: ErrorCode, Message'
refused 'stores --complete' null.json ":1: $guid" ': ignored column: value'
echo '{"value":[]}' >none.json
for kind in stores roles certificates; do
	locations=
	[ $kind != certificates ] || locations=--locations
	run 3 import $kind --complete $locations none.json
	told "$kind: --complete, and no record at all: expected one at least"
	same_bytes before.db inventory.db
done

# And what does say it.
run 0 import inventory --store "$one" --as-of 2026-03-02T00:00:00Z none.json
err 'pfxreplace: inventory: 0 records of 1 store: 0 new, 0 changed, 0 unchanged, 1 gone'
echo '{"CertStoreId":"'$two'"}' >empty.jsonl
run 0 import inventory --as-of 2026-03-02T00:00:00Z empty.jsonl
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 0 changed, 0 unchanged, 1 gone'
sql "$standing" ''

begin 'inventory of one store: an entry without certificates counts as gone'
base
lines CertStoreId,Alias,CertificateId "$one,web,1" "$one,mail,2" >a.csv
run 0 -q import inventory --as-of 2026-03-01T00:00:00Z a.csv
echo '[{"Name":"web","Certificates":[]},{"Name":"mail","Certificates":[{"Id":2}]}]' >b.json
run 0 import inventory --store "$one" --as-of 2026-03-02T00:00:00Z b.json
told 'b.json:1: Certificates: web has no certificate: it counts as gone' \
	'inventory: 2 records of 1 store: 0 new, 0 changed, 1 unchanged, 1 gone'
sql "$standing" '1 mail 0 2'

begin 'inventory of one store: flat records too'
base
lines Alias,ChainLevel,CertificateId a,0,1 a,1,2 >a.csv
lines '{"Name":"b","Thumbprint":"'$print_b'"}' >b.jsonl
run 0 import inventory --store "$three" --as-of now a.csv b.jsonl
err 'pfxreplace: inventory: 3 records of 1 store: 2 new, 0 changed, 0 unchanged, 0 gone'
sql "$standing" '3 a 0 1; 3 a 1 2; 3 b 0 2'

begin 'inventory of one store: faults'
base
cat >a.json <<JSON
[{"Name":"a","Certificates":[{"Id":7},{"Id":8,"Thumbprint":"$print_c"},{"Id":1,"Thumbprint":"$print_b"},{"Id":0},{"Id":"x"}]},
{"Certificates":[{"Id":1}]},
{"Name":"a","Alias":"b","Certificates":[{"Id":1}]},
{"CertStoreId":"$two","Alias":"b","CertificateId":1},
{"Name":"a","Certificates":[{"Id":1}]},
{"Name":"a","Certificates":[{"Id":1,"id":1},{"Thumbprint":"zz"}]}]
JSON
run 3 import inventory --store "$one" a.json
told 'a.json:1: Certificates: element 1: Id: no certificate 7 is known: expected one that is, import certificates first, or give its Thumbprint' \
	'a.json:1: Certificates: element 2: Id: no certificate 8 is known: expected one that is, import certificates first' \
	'a.json:1: Certificates: element 3: Thumbprint: not that of certificate 1: expected the same, or one of the two alone' \
	'a.json:1: Certificates: element 4: Id: missing: expected an Id or a Thumbprint' \
	'a.json:1: Certificates: element 5: Id: a value of 1 characters: expected a whole number from 0 to 2147483647' \
	'a.json:2: Name: missing: expected the alias of the certificates' \
	"a.json:3: Name: contradicts Alias: $same_in_both" \
	'a.json:4: CertStoreId: given, and --store too: expected one of the two' \
	'a.json:6: Certificates: element 1: Id: two members of one name: expected each name once' \
	'a.json:6: Certificates: element 2: Thumbprint: a value of 2 characters: expected 40 or 64 hexadecimal digits' \
	'inventory: 10 faults: nothing was loaded'
lines '[{"Name":"a","Certificates":[{"Id":1}]},{"Name":"a","Certificates":[{"Id":1}]}]' >b.json
run 3 import inventory --store "$one" b.json
told 'b.json:1: Alias: stands on line 1 of b.json already, in the same store at the same ChainLevel: expected it once' \
	'inventory: 1 fault: nothing was loaded'
run 3 import inventory b.json
told 'b.json: an inventory as the server prints it for one store: expected --store STORE' \
	'inventory: 1 fault: nothing was loaded'
{ printf '[{"Name":"a","Certificates":['
	seq 257 | sed 's/.*/{"Id":1},/' | tr -d '\n' | sed 's/,$//'
	echo ']}]'; } >c.json
run 3 import inventory --store "$one" c.json
told 'c.json:1: Certificates: element 257: expected at most 256 certificates under one alias' \
	'inventory: 1 fault: nothing was loaded'
run 3 import inventory --store nowhere b.json
told "inventory.db: no store nowhere: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as \`pfxreplace list stores\` has them"
sql 'SELECT count(*) FROM location' 0

# ---- locations of certificates ----------------------------------------------------------------

begin 'locations: an inventory of the stores that the certificates name, in one transaction'
base
lines CertStoreId,Alias,CertificateId "$one,old,1" "$two,old,1" "$three,old,1" >a.csv
run 0 -q import inventory --as-of 2026-01-01T00:00:00Z a.csv
cat >b.json <<JSON
{"value":[
{"Id":3,"Thumbprint":"$print_c","Locations":[
 {"StoreMachine":"web01.example.com","StorePath":"/srv/a.pem","StoreType":2,"Alias":"web","ChainLevel":1,"CertStoreId":"{$one}"},
 {"StoreMachine":"WEB02.example.com","StorePath":"/srv/a.pem","StoreType":"PEM File","Alias":"new","ChainLevel":0}]},
{"Id":1,"Locations":[{"StoreId":"$one","Alias":"web"}]},
{"Id":2,"Locations":null},{"Id":4,"Locations":[]},{"Id":5}]}
JSON
run 0 import certificates --locations --complete --as-of 2026-02-01T00:00:00Z b.json
told 'certificates: 5 records: 3 new, 0 changed, 2 unchanged' \
	'locations: 3 locations of 2 stores: 2 new, 0 changed, 0 unchanged, 2 gone'
sql "$standing" '1 web 0 1; 1 web 1 3; 2 new 0 3; 3 old 0 1'
sql "$dated" '2026-02-01T00:00:00Z 2026-02-01T00:00:00Z 2026-01-01T00:00:00Z'
sql 'PRAGMA foreign_key_check; PRAGMA integrity_check' ok

begin 'locations: a placeholder gives way to its certificate in the same import'
base
lines CertStoreId,Alias,Thumbprint "$one,a,$print_c" "$three,a,$print_c" >a.csv
run 0 -q import inventory --as-of 2026-01-01T00:00:00Z a.csv
sql "$standing" '1 a 0 -1; 3 a 0 -1'
lines '{"Id":9,"Thumbprint":"'$print_c'","Locations":[{"CertStoreId":"'$one'","Alias":"a"}]}' >b.jsonl
run 0 import certificates --locations --complete --as-of now b.jsonl
told 'certificates: 1 record: 1 new, 0 changed, 0 unchanged' \
	'locations: 1 location of 1 store: 0 new, 0 changed, 1 unchanged, 0 gone'
sql "$standing" '1 a 0 9; 3 a 0 9'
sql 'SELECT count(*) FROM certificate WHERE id < 0' 0

begin 'locations: a certificate that gets a new Id has them under that'
base
lines CertStoreId,Alias,CertificateId "$one,a,2" "$three,a,2" >a.csv
run 0 -q import inventory --as-of 2026-01-01T00:00:00Z a.csv
lines '{"Id":7,"Thumbprint":"'$print_b'","Locations":[{"CertStoreId":"'$one'","Alias":"a"},{"CertStoreId":"'$two'","Alias":"b"}]}' \
	'{"Id":2,"Thumbprint":"'$print_c'","Locations":[{"CertStoreId":"'$two'","Alias":"c"}]}' >b.jsonl
run 3 import certificates --locations --complete --as-of now b.jsonl
is 'faults' "$(tail -n 1 "$scratch/err")" 'pfxreplace: certificates: 2 faults: nothing was loaded'
run 0 import certificates --renumber --locations --complete --as-of now b.jsonl
told 'certificates: 2 records: 1 new, 0 changed, 0 unchanged, 1 renumbered' \
	'locations: 3 locations of 2 stores: 2 new, 0 changed, 1 unchanged, 0 gone'
sql "$standing" '1 a 0 7; 2 b 0 7; 2 c 0 2; 3 a 0 7'
sql 'PRAGMA foreign_key_check; PRAGMA integrity_check' ok

begin 'locations: every fault is named, and the certificates are not loaded either'
base
cat >a.json <<JSON
[{"Id":3,"Locations":[{"CertStoreId":"99999999-1111-1111-1111-111111111111","Alias":"a"},
 {"StoreMachine":"nowhere.example.com","StorePath":"/srv/a.pem","Alias":"a"},{"StorePath":"/srv/a.pem","Alias":"a"},
 {"CertStoreId":"$one","Alias":""},{"CertStoreId":"here","Alias":7,"ChainLevel":256}]},
{"Id":"x","Locations":[{"CertStoreId":"$one","Alias":"a","alias":"b"},8]},
{"Id":4,"Locations":"all"},{"Id":5,"Locations":[{"CertStoreId":"$one","Alias":"a"}]}]
JSON
run 3 import certificates --locations --complete a.json
told "a.json:1: Locations: element 1: CertStoreId: no store 99999999-1111-1111-1111-111111111111 is known: expected one that is, $first" \
	"a.json:1: Locations: element 2: StorePath: no store nowhere.example.com:/srv/a.pem is known: expected one that is, $first" \
	'a.json:1: Locations: element 3: CertStoreId: missing: expected one, or StoreMachine and StorePath' \
	'a.json:1: Locations: element 4: Alias: missing: expected text' \
	'a.json:1: Locations: element 5: CertStoreId: a value of 4 characters: expected a GUID of 8-4-4-4-12 hexadecimal digits' \
	'a.json:1: Locations: element 5: Alias: "7": expected text' \
	'a.json:1: Locations: element 5: ChainLevel: "256": expected a whole number from 0 to 255' \
	'a.json:4: Id: a value of 1 characters: expected a whole number from 1 to 2147483647' \
	'a.json:4: Locations: element 1: Alias: two members of one name: expected each name once' \
	'a.json:4: Locations: element 2: "8": expected an object' \
	'a.json:5: Locations: a value of 3 characters: expected an array of objects' \
	'certificates: 11 faults: nothing was loaded'
sql 'SELECT group_concat(id) FROM certificate' 1,2
lines '[{"Id":5,"Locations":[{"CertStoreId":"'$one'","Alias":"a","ChainLevel":1}]}]' >b.json
run 3 import certificates --locations --complete b.json
told "b.json:1: ChainLevel: a chain of store web01.example.com:/srv/a.pem ($one) without its certificate: expected a line with the same Alias and ChainLevel 0" \
	'certificates: 1 fault: nothing was loaded'
lines '[{"Id":5,"Locations":[]},{"Id":6}]' >c.json
run 3 import certificates --locations --complete c.json
told 'certificates: --locations, and no record has any: expected an export with includeLocations=true'
echo '[]' >d.json
run 3 import certificates --locations --complete d.json
told 'certificates: --complete, and no record at all: expected one at least'
lines Id,Locations 5,x >e.csv
run 3 import certificates --locations --complete e.csv
told 'e.csv: CSV, which has no Locations: expected JSON' 'certificates: 1 fault: nothing was loaded'
sql 'SELECT group_concat(id) FROM certificate' 1,2

begin 'locations: several stores at one place'
run 0 init
lines Id,ClientMachine,Storepath,CertStoreType "$one,iis01.example.com,My,6" "$two,IIS01.example.com,My,100" \
	"$three,web01.example.com,/srv/a.pem,2" >a.csv
run 0 -q import stores a.csv
lines '{"Id":1,"Locations":[{"StoreMachine":"iis01.example.com","StorePath":"My","Alias":"a"},' \
	'{"StoreMachine":"iis01.example.com","StorePath":"my","StoreType":6,"Alias":"a"}]}' >b.json
run 3 import certificates --locations --complete b.json
told 'b.json:1: Locations: element 1: StorePath: several stores are at iis01.example.com:My: expected the CertStoreId of one of them' \
	"b.json:1: Locations: element 2: StorePath: no store iis01.example.com:my is known: expected one that is, $first" \
	'certificates: 2 faults: nothing was loaded'
lines '{"Id":1,"Locations":[{"StoreMachine":"iis01.example.com","StorePath":"My","StoreType":100,"Alias":"a"}]}' >c.json
run 0 -q import certificates --locations --complete --as-of now c.json
sql "$standing" '2 a 0 1'
sed "/^$two/d" a.csv >d.csv
run 0 -q import stores --complete d.csv
sed -i 's/"StoreType":100,//' c.json
run 0 -q import certificates --locations --complete --as-of now c.json
sql "$standing" '1 a 0 1; 2 a 0 1'

begin 'locations: the rest of the options'
base
lines '{"Id":1,"Locations":[{"CertStoreId":"'$one'","Alias":"a"}]}' >a.jsonl
see="see \`pfxreplace import --help\`"
run 2 import certificates --locations a.jsonl
told "import: --locations: expected --complete too, which says that the export left no certificate out: one that was filtered would empty stores; $see"
run 2 import stores --locations --complete stores.csv
told "import: --locations: expected certificates; $see"
run 2 import certificates --complete a.jsonl
told "import: --complete: expected stores or roles, or certificates with --locations; $see"
run 2 import certificates --locations --complete --format csv a.jsonl
told "import: --locations: CSV has no Locations: expected JSON; $see"
run 2 import stores --store "$one" stores.csv
told "import: --store: expected inventory; $see"
run 2 import certificates --store "$one" --locations --complete a.jsonl
told "import: --store: expected inventory; $see"
run 2 import certificates --as-of now a.jsonl
told "import: --as-of: expected inventory, or certificates with --locations; $see"
run 2 import inventory --as-of yesterday a.jsonl
told "import: --as-of yesterday: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ, or now; $see"
run 0 import certificates a.jsonl
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
sql 'SELECT count(*) FROM location' 0

# ---- dates ------------------------------------------------------------------------------------

begin 'an inventory is as old as its file, and standard input is now'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" >a.csv
lines CertStoreId,Alias,CertificateId,InventoriedAt "$two,a,1," "$three,a,1,2026-05-01T00:00:00.5" >b.csv
touch -d 2026-03-01T00:00:00.123456789Z a.csv
touch -d 2026-04-01T00:00:00Z b.csv
run 0 -q import inventory a.csv b.csv
sql "$dated" '2026-03-01T00:00:00Z 2026-04-01T00:00:00Z 2026-05-01T00:00:00Z'
sql "SELECT inventoried_at % 1000 FROM store WHERE guid IN ('$one', '$three')" '123
500'
run 0 import inventory a.csv
err 'pfxreplace: inventory: 1 record of 1 store: 0 new, 0 changed, 1 unchanged, 0 gone'
run 0 -q import inventory - <a.csv
sql "SELECT abs(inventoried_at / 1000 - strftime('%s', 'now')) < 60 FROM store WHERE guid = '$one'" 1
lines '{"Id":1,"Locations":[{"CertStoreId":"'$two'","Alias":"b"}]}' >c.jsonl
touch -d 2026-06-01T00:00:00Z c.jsonl
run 0 -q import certificates --locations --complete c.jsonl
sql "SELECT strftime('%Y-%m-%d', inventoried_at / 1000, 'unixepoch') FROM store WHERE guid = '$two'" 2026-06-01

begin 'the --as-of of records that do not say it, and the oldest of several'
base
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,1," "$two,a,1,2026-05-01T00:00:00Z" \
	"$two,b,1," "$three,a,1,2026-01-01T00:00:00Z" "$three,b,1," >a.csv
run 0 -q import inventory --as-of 2026-03-01T00:00:00 a.csv
sql "$dated" '2026-03-01T00:00:00Z 2026-03-01T00:00:00Z 2026-01-01T00:00:00Z'
run 0 -q import inventory --as-of=now a.csv
sql "$dated" "$(sqlite3 inventory.db "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', inventoried_at / 1000, 'unixepoch') FROM store WHERE guid = '$one'") 2026-05-01T00:00:00Z 2026-01-01T00:00:00Z"
sql "$since_now" 1,0,0

begin 'what is older than what is known is not taken: the warning names the store, and what said it'
base
lines CertStoreId,Alias,CertificateId "$one,a,1" "$two,a,1" "$three,a,1" >a.csv
run 0 -q import inventory --as-of 2026-03-01T00:00:00Z a.csv
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,b,1," "$three,b,1,2026-01-01T00:00:00Z" >b.csv
touch -d 2026-02-01T00:00:00Z b.csv
run 1 import inventory b.csv
told "b.csv: last modified 2026-02-01T00:00:00Z is older than what is known of store web01.example.com:/srv/a.pem ($one) (2026-03-01T00:00:00Z): not taken" \
	"b.csv:3: InventoriedAt: 2026-01-01T00:00:00Z is older than what is known of store $three (2026-03-01T00:00:00Z): not taken" \
	'inventory: 2 records of 0 stores: 0 new, 0 changed, 0 unchanged, 0 gone; 2 older stores not taken'
echo '[]' >c.json
run 1 import inventory --store "$two" --as-of 2026-02-28T00:00:00Z c.json
told "c.json: --as-of 2026-02-28T00:00:00Z is older than what is known of store web02.example.com:/srv/a.pem ($two) (2026-03-01T00:00:00Z): not taken" \
	'inventory: 0 records of 0 stores: 0 new, 0 changed, 0 unchanged, 0 gone; 1 older store not taken'
lines '{"Id":1,"Locations":[{"CertStoreId":"'$two'","Alias":"b"}]}' >d.jsonl
run 1 import certificates --locations --complete --as-of 2026-02-28T00:00:00Z d.jsonl
told "d.jsonl: --as-of 2026-02-28T00:00:00Z is older than what is known of store web02.example.com:/srv/a.pem ($two) (2026-03-01T00:00:00Z): not taken" \
	'certificates: 1 record: 0 new, 0 changed, 1 unchanged' \
	'locations: 1 location of 0 stores: 0 new, 0 changed, 0 unchanged, 0 gone; 1 older store not taken'
sql "$standing" '1 a 0 1; 2 a 0 1; 3 a 0 1'

begin 'a time in the future counts as now, with one warning'
base
lines CertStoreId,Alias,CertificateId,InventoriedAt "$one,a,1,2999-01-01T00:00:00Z" \
	"$two,a,1,2999-01-02T00:00:00Z" >a.csv
run 0 import inventory a.csv
told 'a.csv:2: InventoriedAt: 2999-01-01T00:00:00Z is in the future: it counts as now' \
	'inventory: 2 records of 2 stores: 2 new, 0 changed, 0 unchanged, 0 gone'
sql "$since_now" 1,1
lines CertStoreId,Alias,CertificateId "$one,a,1" "$two,a,1" >b.csv
touch -d 2400-01-01T00:00:00Z b.csv
run 0 import inventory b.csv
told 'b.csv: last modified: 2400-01-01T00:00:00Z is in the future: it counts as now' \
	'inventory: 2 records of 2 stores: 0 new, 0 changed, 2 unchanged, 0 gone'
lines CertStoreId,Alias,CertificateId "$three,a,1" >c.csv
run 0 import inventory --as-of 2998-01-01T00:00:00Z a.csv c.csv
is 'warnings' "$(grep -c future "$scratch/err")" 1
lines '{"Id":1,"Locations":[{"CertStoreId":"'$three'","Alias":"b"},{"CertStoreId":"'$three'","Alias":"c"}]}' >d.jsonl
run 0 import certificates --locations --complete --as-of 2998-01-01T00:00:00Z d.jsonl
told '--as-of: 2998-01-01T00:00:00Z is in the future: it counts as now' \
	'certificates: 1 record: 0 new, 0 changed, 1 unchanged' \
	'locations: 2 locations of 1 store: 2 new, 0 changed, 0 unchanged, 1 gone'
sql "$since_now" 1,1,1

finish
