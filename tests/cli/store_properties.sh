#!/bin/sh
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

# What reading the file of a store takes: the Properties and the Password of stores.

one=11111111-1111-4111-8111-111111111111
two=22222222-2222-4222-8222-222222222222
three=33333333-3333-4333-8333-333333333333

lines() { # LINE...
	printf '%s\n' "$@"
}

# told LINE...: exactly these on standard error, each after the program's name
told() {
	err "$(printf 'pfxreplace: %s\n' "$@")"
}

# loads FILE NEW CHANGED UNCHANGED [OPTION...]: imports stores, and says so
loads() {
	file=$1 new=$2 changed=$3 unchanged=$4
	shift 4
	run 0 import stores "$@" "$file"
	count=$((new + changed + unchanged))
	[ $count = 1 ] && count="$count record" || count="$count records"
	told "stores: $count: $new new, $changed changed, $unchanged unchanged"
}

# refuses FILE LINE...: the faults of its records; nothing is loaded, the database is not changed
refuses() {
	file=$1 faults=$(($# - 1))
	shift
	before=$(cksum <inventory.db)
	run 3 import stores "$file"
	[ $faults = 1 ] && faults='1 fault' || faults="$faults faults"
	told "$@" "stores: $faults: nothing was loaded"
	is 'the database' "$(cksum <inventory.db)" "$before"
}

# has ID VALUES: what is kept of a store, as key path|includes chain|trust store|endpoint
has() {
	sql "SELECT key_path, includes_chain, trust_store, endpoint FROM store WHERE guid = '$1'" "$2"
}

# ---- Properties ------------------------------------------------------------------------------

begin 'Properties as an object, as JSON text, as text in CSV; plain values and {"value": ...}'
run 0 -q init
cat >a.jsonl <<'END'
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"SeparatePrivateKeyFilePath":{"value":"/etc/k.pem"},"IncludesChain":{"value":"True"},"IsTrustStore":{"value":"false"},"Endpoint":{"value":"www.example.com:443"}}}
{"Id":"22222222-2222-4222-8222-222222222222","Properties":"{\"privateKeyPath\":\"/etc/k2.pem\",\"IncludesChain\":0,\"IsTrustStore\":true,\"Endpoint\":\"[2001:db8::1]:8443/www.example.com\",\"spnwithport\":{\"value\":\"false\"},\"x\":[{\"y\":1e999}]}"}
END
lines Id,Properties "$three,\"{\"\"INCLUDES_chain\"\": \"\"1\"\", \"\"Endpoint\"\": \"\"10.0.0.1:1\"\"}\"" >b.csv
run 0 import stores a.jsonl b.csv
told 'stores: 3 records: 3 new, 0 changed, 0 unchanged'
has $one '/etc/k.pem|1|0|www.example.com:443'
has $two '/etc/k2.pem|0|1|[2001:db8::1]:8443/www.example.com'
has $three '|1||10.0.0.1:1'
run 0 import stores a.jsonl b.csv
told 'stores: 3 records: 0 new, 0 changed, 3 unchanged'

begin 'Properties are the whole set; without them all is kept'
run 0 -q init
lines Id,Properties "$one,\"{\"\"privateKeyPath\"\":\"\"/k\"\",\"\"IncludesChain\"\":true,\"\"Endpoint\"\":\"\"h:1\"\"}\"" >a.csv
loads a.csv 1 0 0
has $one '/k|1||h:1'
lines "{\"Id\":\"$one\",\"DisplayName\":\"x\"}" >b.jsonl
loads b.jsonl 0 1 0
has $one '/k|1||h:1'
lines "{\"Id\":\"$one\",\"Properties\":{\"IncludesChain\":null,\"IsTrustStore\":\"0\",\"Endpoint\":{\"value\":\"h:1\"}}}" >c.jsonl
loads c.jsonl 0 1 0
has $one '||0|h:1'
loads c.jsonl 0 0 1
lines Id,Properties "$one," >d.csv
loads d.csv 0 1 0
has $one '|||'
loads c.jsonl 0 1 0
lines "{\"Id\":\"$one\",\"Properties\":{}}" >e.jsonl
loads e.jsonl 0 1 0
has $one '|||'
lines "{\"Id\":\"$one\",\"Properties\":null}" >f.jsonl
loads f.jsonl 0 0 1

begin 'Properties that are no object, or hold what is not expected'
run 0 -q init
object='expected a JSON object, or its text'
powershell='text that PowerShell made of an object: export with ConvertTo-Json -Depth 10'
lines Id,Properties "$one,@{IncludesChain=True}" "$one,System.Object[]" "$one,[]" \
	"$one,\"{\"\"IncludesChain\"\":true\"" "$one,yes" "$one,12" >a.csv
refuses a.csv "a.csv:2: Properties: $powershell" "a.csv:3: Properties: $powershell" \
	"a.csv:4: Properties: an array: $object" "a.csv:5: Properties: text that is no whole JSON object: $object" \
	"a.csv:6: Properties: text that is no whole JSON object: $object" \
	"a.csv:7: Properties: text that is no whole JSON object: $object"
cat >b.jsonl <<'END'
{"Id":"11111111-1111-4111-8111-111111111111","Properties":[{"IncludesChain":true}]}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":7}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":true}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"privateKeyPath":"/a","SeparatePrivateKeyFilePath":"/b"}}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"IncludesChain":"ja","IsTrustStore":{"value":2},"Endpoint":"https://www.example.com/"}}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"Endpoint":"www.example.com:65536"}}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"Endpoint":"10.0.0.1:0"}}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"IncludesChain":true,"includes chain":true}}
{"Id":"11111111-1111-4111-8111-111111111111","Properties":{"SeparatePrivateKeyFilePath":"@{value=/k}"}}
END
flag='expected true, false, 1 or 0'
place='expected HOST:PORT or HOST:PORT/SNI, a port from 1 to 65535, IPv6 in brackets'
refuses b.jsonl "b.jsonl:1: Properties: an array: $object" "b.jsonl:2: Properties: a number: $object" \
	"b.jsonl:3: Properties: a boolean: $object" \
	'b.jsonl:4: Properties.SeparatePrivateKeyFilePath: contradicts privateKeyPath: expected the same in both, or one of them alone' \
	"b.jsonl:5: Properties.IncludesChain: a value of 2 characters: $flag" \
	"b.jsonl:5: Properties.IsTrustStore: \"2\": $flag" \
	"b.jsonl:5: Properties.Endpoint: a value of 24 characters: $place" \
	"b.jsonl:6: Properties.Endpoint: a value of 21 characters: $place" \
	"b.jsonl:7: Properties.Endpoint: \"10.0.0.1:0\": $place" \
	'b.jsonl:8: Properties.IncludesChain: two members of one name: expected each name once' \
	"b.jsonl:9: Properties.SeparatePrivateKeyFilePath: $powershell"

begin 'the properties as fields of the record, and what contradicts them'
run 0 -q init
lines Id,SeparatePrivateKeyFilePath,IncludesChain,IsTrustStore,Endpoint "$one,/k,true,,h:1" >a.csv
loads a.csv 1 0 0
has $one '/k|1||h:1'
lines "{\"Id\":\"$one\",\"IncludesChain\":true,\"Properties\":{\"IncludesChain\":\"True\",\"IsTrustStore\":true}}" \
	"{\"Id\":\"$two\",\"IncludesChain\":false,\"Endpoint\":\"h:2\",\"Properties\":{}}" >b.jsonl
loads b.jsonl 1 1 0
has $one '|1|1|'
has $two '|0||h:2'
lines "{\"Id\":\"$one\",\"IncludesChain\":false,\"Endpoint\":\"h:2\",\"Properties\":{\"IncludesChain\":\"True\",\"Endpoint\":\"h:3\"}}" >c.jsonl
refuses c.jsonl 'c.jsonl:1: Properties.IncludesChain: contradicts IncludesChain: expected the same in both, or one of them alone' \
	'c.jsonl:1: Properties.Endpoint: contradicts Endpoint: expected the same in both, or one of them alone'
lines Id,Endpoint "$one,h" >d.csv
refuses d.csv "d.csv:2: Endpoint: a value of 1 characters: $place"

begin 'lists and show print them, and whether there is a password'
run 0 -q init
lines "{\"Id\":\"$one\",\"Password\":\"canary\",\"Properties\":{\"privateKeyPath\":\"/k\",\"IncludesChain\":1,\"IsTrustStore\":0,\"Endpoint\":\"h:1\"}}" \
	"{\"Id\":\"$two\"}" >a.jsonl
loads a.jsonl 2 0 0
columns=Id,SeparatePrivateKeyFilePath,IncludesChain,IsTrustStore,Endpoint,HasPassword
run 0 list stores --columns $columns
out "$(lines $columns "$one,/k,true,false,h:1,true" "$two,,,,,false")"
run 0 list stores --columns $columns --format jsonl
out '{"Id":"'$one'","SeparatePrivateKeyFilePath":"/k","IncludesChain":true,"IsTrustStore":false,"Endpoint":"h:1","HasPassword":true}
{"Id":"'$two'","SeparatePrivateKeyFilePath":null,"IncludesChain":null,"IsTrustStore":null,"Endpoint":null,"HasPassword":false}'
run 0 show store $one --format table
out "Field                       Value
Id                          $one
ContainerId
ContainerName
DisplayName
ClientMachine
Storepath
CertStoreType
Approved                    false
AgentId
AgentAssigned               false
Removed                     false
InventoriedAt
SeparatePrivateKeyFilePath  /k
IncludesChain               true
IsTrustStore                false
Endpoint                    h:1
HasPassword                 true
TriedAt
NotReadable
NotReadableText

Inventory: none

Jobs: none

Refusals: none"
run 0 -q list stores
cp "$scratch/out" stores.csv
run 0 import stores stores.csv
told 'stores.csv: ignored columns: ContainerName, Removed, InventoriedAt, HasPassword, TriedAt, NotReadable, NotReadableText' \
	'stores: 2 records: 0 new, 0 changed, 2 unchanged'
has $one '/k|1|0|h:1'
sql 'SELECT count(*) FROM store WHERE password NOTNULL' 1

# ---- Password --------------------------------------------------------------------------------

# sealed EXPECTED: how many bytes each password has, by store
sealed() {
	sql "SELECT group_concat(coalesce(length(password) - 29, '-'), ' ') FROM (SELECT * FROM store ORDER BY guid)" "$1"
}

# passwords FILE LINE...: records of a password each, for one, two and three
passwords() {
	file=$1
	shift
	set -- "${1-}" "${2-}" "${3-}"
	lines "{\"Id\":\"$one\",\"Password\":$1}" >"$file"
	[ -z "$2" ] || lines "{\"Id\":\"$two\",\"Password\":$2}" >>"$file"
	[ -z "$3" ] || lines "{\"Id\":\"$three\",\"Password\":$3}" >>"$file"
}

begin 'a password is sealed, and the same one changes nothing'
run 0 -q init
passwords a.jsonl '"canary-1"' '{"SecretValue":"canary \"22\"","SecretTypeGuid":7,"Value":"no"}' '"{\"SecretValue\":\"333\"}"'
loads a.jsonl 3 0 0
sealed '8 11 3'
kept=$(sqlite3 inventory.db 'SELECT hex(password) FROM store')
loads a.jsonl 0 0 3
is 'the sealed passwords' "$(sqlite3 inventory.db 'SELECT hex(password) FROM store')" "$kept"
run 0 verify
told 'verify: 0 runs, 0 rows, 0 jobs, 0 refusals, 3 sealed passwords; 0 findings'
passwords b.jsonl '"canary-2"' '"canary \"22\""' '"3333"'
loads b.jsonl 0 2 1
sealed '8 11 4'
run 0 -q verify
lines Id,Password "$one,\" {\"\"SecretValue\"\": \"\"canary-2\"\"}\"" "$two,\" \"" "$three,{3333}" >c.csv
loads c.csv 0 2 1
sealed '8 1 6'
# a file may name a store twice: the last one holds
lines Id,Password "$one,first" "$one,second!" "$one,second!" >d.csv
loads d.csv 0 2 1
sealed '7 1 6'

begin 'empty, null, or an object without SecretValue keeps what is known'
run 0 -q init
passwords a.jsonl '"canary"' '"canary"' '"canary"'
loads a.jsonl 3 0 0
kept=$(sqlite3 inventory.db 'SELECT hex(password) FROM store')
passwords b.jsonl null '""' '{"SecretValue":null}'
loads b.jsonl 0 0 3
passwords c.jsonl '{}' '{"SecretValue":""}' '{"Provider":3,"Parameters":{"SecretValue":"other"}}'
loads c.jsonl 0 0 3
lines Id,DisplayName,Password "$one,a," "$two,b," >d.csv
loads d.csv 0 2 0
lines Id,DisplayName "$one,b" >e.csv
loads e.csv 0 1 0
is 'the sealed passwords' "$(sqlite3 inventory.db 'SELECT hex(password) FROM store')" "$kept"

begin '--clear-passwords removes those of the stores that are named and get none'
run 0 -q init
passwords a.jsonl '"canary"' '"canary"' '"canary"'
loads a.jsonl 3 0 0
mv inventory.db.key away
lines Id "$one" >b.csv
loads b.csv 0 1 0 --clear-passwords
sealed '- 6 6'
loads b.csv 0 0 1 --clear-passwords
mv away inventory.db.key
# whatever the order, a store that the command gives a password for keeps it
passwords c.jsonl null '"canary"' '{"SecretValue":null}'
lines Id,Password "$three,new" "$two," "$three," >d.csv
run 0 import stores --clear-passwords c.jsonl d.csv
told 'stores: 6 records: 0 new, 2 changed, 4 unchanged'
sealed '- 6 3'
lines Id,Password "$three,new" "$three," "$two," >e.csv
loads e.csv 0 1 2 --clear-passwords
sealed '- - 3'
for kind in agents inventory certificates; do
	run 2 import $kind --clear-passwords b.csv
	told 'import: --clear-passwords: expected stores; see `pfxreplace import --help`'
done

begin 'passwords that are no text'
run 0 -q init
text='expected text or {"SecretValue": text}'
passwords a.jsonl 12345678 true '["canary"]'
refuses a.jsonl "a.jsonl:1: Password: a number: $text" "a.jsonl:2: Password: a boolean: $text" \
	"a.jsonl:3: Password: an array: $text"
passwords b.jsonl '{"SecretValue":12345678}' '{"SecretValue":"canary","secretvalue":"x"}' '"canary\u0000"'
refuses b.jsonl "b.jsonl:1: Password: SecretValue is no text: $text" \
	'b.jsonl:2: Password: two members of one name: expected each name once' \
	'b.jsonl:3: Password: \u0000 in a string: expected text without it'
passwords c.jsonl '{"SecretValue":"canary\u0000"}' '"@{SecretValue=canary}"' '"System.Security.SecureString"'
refuses c.jsonl 'c.jsonl:1: Password: half a surrogate pair or \u0000 in a string: expected text' \
	"c.jsonl:2: Password: $powershell" "c.jsonl:3: Password: $powershell"
long=$(printf '%65536s' '' | tr ' ' x)
passwords d.jsonl "{\"SecretValue\":\"$long\"}" "\"$long\"" "{\"SecretValue\":\"${long}x\"}"
refuses d.jsonl 'd.jsonl:3: Password: longer than 65536 bytes: expected at most that'
passwords d.jsonl "{\"SecretValue\":\"$long\"}" "\"$long\""
loads d.jsonl 2 0 0
sealed '65536 65536'
loads d.jsonl 0 0 2
{ lines Id,Password && printf '%s,can\0ary\n' $one && printf '%s,can\351ary\n' $one; } >e.csv
run 3 import stores e.csv
grep -q canary "$scratch/err" && wrong 'a password is shown'
is 'faults' "$(grep -c '^pfxreplace: e.csv:[23]: Password: ' "$scratch/err")" 2

# ---- the key ---------------------------------------------------------------------------------

begin 'the key file is needed where a record has a password, and must be that of the database'
run 0 -q init
run 0 -q -d other.db init
passwords a.jsonl '"canary"'
lines Id,Password "$one," >none.csv
mv inventory.db.key away
loads none.csv 1 0 0
before=$(cksum <inventory.db)
run 4 import stores a.jsonl
told 'inventory.db.key: the key file cannot be opened: No such file or directory' 'stores: nothing was loaded'
run 4 -k other.db.key import stores a.jsonl
told 'other.db.key: not the key of this database: expected the file that was made with it' 'stores: nothing was loaded'
cp away open
chmod 644 open
run 4 import stores a.jsonl -k open
told 'open: the key file can be read by others: expected a file of mode 0600' 'stores: nothing was loaded'
echo no key >away2
chmod 600 away2
PFXREPLACE_KEY_FILE=away2 run 4 import stores a.jsonl
told 'away2: not a key file: expected one made by `pfxreplace init`' 'stores: nothing was loaded'
is 'the database' "$(cksum <inventory.db)" "$before"
PFXREPLACE_KEY_FILE=away run 0 -q import stores a.jsonl
sealed 6
run 0 -q -k away verify

# ---- the other commands ----------------------------------------------------------------------

begin 'verify finds a password that does not open; a further import mends it'
run 0 -q init
passwords a.jsonl '"canary"' '"canary"'
loads a.jsonl 2 0 0
finding=Finding,Table,Id,Run,Line,Text
counted='verify: 0 runs, 0 rows, 0 jobs, 0 refusals, 2 sealed passwords; 1 finding: 1'
for change in "(SELECT password FROM store WHERE guid = '$one')" 'zeroblob(70000)' "x'01'" \
	"CAST(substr(password, 1, 20) || x'00' || substr(password, 22) AS BLOB)"; do
	sqlite3 inventory.db "UPDATE store SET password = $change WHERE guid = '$two'"
	run 1 verify
	out "$(lines $finding 'sealed-password,store,2,,,its sealed password cannot be opened with the key')"
	told "$counted sealed-password"
	loads a.jsonl 0 1 1
	run 0 -q verify
done
mv inventory.db.key away
run 1 verify
out "$(lines $finding 'wrong-key,setting,,,,2 sealed passwords cannot be looked at: inventory.db.key: the key file cannot be opened: No such file or directory')"
told "$counted wrong-key"

begin 'backup keeps them'
run 0 -q init
passwords a.jsonl '"canary"'
loads a.jsonl 1 0 0
run 0 -q backup copy.db
run 0 -q -d copy.db -k inventory.db.key verify
database=copy.db sealed 6
run 0 -d copy.db -k inventory.db.key import stores a.jsonl
told 'stores: 1 record: 0 new, 0 changed, 1 unchanged'

finish
