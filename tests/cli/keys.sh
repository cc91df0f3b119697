#!/bin/sh
# The keys of sealed passwords: data keys, rekey, purge, what opens and what does not; whose key file
# is taken; who may read a manifest with passwords.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"
# shellcheck source=tests/cli/crowd
. "$(dirname "$0")/crowd"

# secrets FILE ROW...: a manifest of rows EXISTING,CERTIFICATE,PASSWORD
secrets() {
	secrets_name=$1
	shift
	printf '%s\n' ExistingCertificateId,CertificateId,Password "$@" >"$secrets_name"
}

# passwords TEXT: what claims print of the rows and their stores, by job
passwords() {
	sqlite3 inventory.db 'UPDATE lease SET until = 1; UPDATE handling SET leased_at = 0, lease_until = 1 WHERE lease_until > 0'
	"$PROGRAM" -q jobs claim --with-secrets 2>told |
		sed -n -E 's/^\{"JobId":([0-9]+),.*"Password":("[^"]*"|null),"StorePassword":("[^"]*"|null)\}$/\1 \2 \3/p' | tr -d '"' >claimed
	same claimed "$1"
	[ -z "$1" ] || same told ''
}

# Two runs with passwords, one without, and the password of a store.
sealed() {
	company
	secrets a.csv 107,207,Zebra-107 108,208,Zebra-108
	secrets b.csv 109,209,Zebra-109
	secrets c.csv 110,210,
	printf 'Id,Password\n%s,Zebra-store\n' "$web" >stores.csv
	"$PROGRAM" -q import stores stores.csv
	for file in a b c; do
		"$PROGRAM" -q apply $file.csv
	done
}
all='1 Zebra-107 Zebra-store
2 Zebra-108 Zebra-store
3 Zebra-109 Zebra-store
4 null Zebra-store'

begin 'a data key for each run that has passwords, and one for stores'
sealed
sql 'SELECT owner, length(sealed), hex(substr(sealed, 1, 1)) FROM data_key' '0|61|02
1|61|02
2|61|02'
sql "SELECT DISTINCT hex(substr(password, 1, 1)) FROM request WHERE password IS NOT NULL
	UNION SELECT hex(substr(password, 1, 1)) FROM store WHERE password IS NOT NULL" 02
sql "SELECT length(value) FROM setting WHERE name = 'database-id'" 16
passwords "$all"
run 0 verify
err 'pfxreplace: verify: 3 runs, 4 rows, 4 jobs, 0 refusals, 4 sealed passwords; 0 findings'

# spoiled WHAT JOB SQL: after it neither the password of the job nor a claim of it opens, and verify
# finds just that one.
spoiled() {
	sealed
	sqlite3 inventory.db "$3"
	run 1 verify
	out "Finding,Table,Id,Run,Line,Text
$(expr "$1" : '\(.*\)|'),its sealed password cannot be opened with the key"
	run 4 jobs claim --with-secrets
	out ''
	err "pfxreplace: $(expr "$1" : '.*|\(.*\)') cannot be opened with the key: run \`pfxreplace verify\`"
	sql 'SELECT count(*) FROM lease' 0
}
row() {
	echo $(($1 * 4294967296 + $2))
}
first="sealed-password,request,$(row 1 1),1,2|job 1, run 1, line 2: its Password"
third="sealed-password,request,$(row 2 1),2,2|job 3, run 2, line 2: its Password"
store="sealed-password,store,1,,|job 1, run 1, line 2: its StorePassword"

begin 'a sealed value opens at its place alone'
for from in "SELECT password FROM request WHERE id = $(row 1 2)" "SELECT password FROM request WHERE id = $(row 2 1)" \
	'SELECT password FROM store WHERE id = 1' "SELECT x'01' || substr(password, 2) FROM request WHERE id = $(row 1 1)" \
	"SELECT substr(password, 1, 20) FROM request WHERE id = $(row 1 1)" "SELECT x'00'" \
	"SELECT password || x'00' FROM request WHERE id = $(row 1 1)"; do
	spoiled "$first" 1 "UPDATE request SET password = CAST(($from) AS BLOB) WHERE id = $(row 1 1)"
done
spoiled "$third" 3 "UPDATE request SET password = (SELECT password FROM request WHERE id = $(row 1 1)) WHERE id = $(row 2 1)"
spoiled "$store" 1 "UPDATE store SET password = (SELECT password FROM request WHERE id = $(row 1 1)) WHERE id = 1"
# One bit of it, anywhere.
sealed
length=$(sqlite3 inventory.db "SELECT length(password) FROM request WHERE id = $(row 1 1)")
cp inventory.db whole.db
for byte in $(seq 1 7 "$length") "$length"; do
	cp whole.db inventory.db
	hex=$(sqlite3 inventory.db "SELECT hex(substr(password, $byte, 1)) FROM request WHERE id = $(row 1 1)")
	other=$(printf '%02x' $((0x$hex ^ 4)))
	sqlite3 inventory.db "UPDATE request SET password = CAST(substr(password, 1, $byte - 1) || x'$other' || substr(password, $byte + 1) AS BLOB) WHERE id = $(row 1 1)"
	run 1 -q verify
	is "byte $byte" "$(grep -c "^sealed-password,request,$(row 1 1),1,2," "$scratch/out")" 1
done

begin 'a value of another database with the same key does not open'
sealed
cp inventory.db other.db
cp inventory.db.key other.db.key
sqlite3 other.db "UPDATE setting SET value = randomblob(16) WHERE name = 'database-id'"
run 1 -q -d other.db verify
is 'findings' "$(grep -c '^sealed-password,' "$scratch/out")" 7 # and 3 data keys
passwords "$all"

begin 'a data key that is gone, or is that of another run'
sealed
sqlite3 inventory.db 'DELETE FROM data_key WHERE owner = 2'
run 1 -q verify
out "Finding,Table,Id,Run,Line,Text
$(expr "$third" : '\(.*\)|'),its sealed password cannot be opened with the key"
sealed
sqlite3 inventory.db 'UPDATE data_key SET sealed = (SELECT sealed FROM data_key WHERE owner = 1) WHERE owner = 2'
run 1 -q verify
out "Finding,Table,Id,Run,Line,Text
sealed-password,data_key,2,2,,the data key cannot be opened with the key
$(expr "$third" : '\(.*\)|'),its sealed password cannot be opened with the key"
run 4 rekey
err 'pfxreplace: the data key of run 2 cannot be opened with the old key: run `pfxreplace verify`; nothing was changed'
is 'files' "$(ls inventory.db.key*)" inventory.db.key

# Of runs without a password, and of none at all.
sealed
sqlite3 inventory.db "INSERT INTO data_key SELECT 3, sealed FROM data_key WHERE owner = 1"
run 1 -q verify
out 'Finding,Table,Id,Run,Line,Text
sealed-password,data_key,3,3,,the data key cannot be opened with the key'
sealed
sqlite3 inventory.db "UPDATE data_key SET sealed = zeroblob(61) WHERE owner = 0; UPDATE store SET password = NULL"
run 4 rekey
err 'pfxreplace: the data key of stores cannot be opened with the old key: run `pfxreplace verify`; nothing was changed'
sealed
sqlite3 inventory.db "UPDATE setting SET value = x'00' WHERE name = 'database-id'"
run 1 -q verify
out 'Finding,Table,Id,Run,Line,Text
wrong-key,setting,,,,"inventory.db.key: the database has no id, and so no password in it can be opened: run `pfxreplace verify`"'

begin 'rekey: another key file, and all opens with it alone'
sealed
cp inventory.db.key old.key
cp inventory.db before.db
run 0 rekey
err 'pfxreplace: inventory.db.key: a new key: it opens 3 data keys, and not the copies from before'
out ''
cmp -s inventory.db.key old.key && wrong 'the key is the old one'
is 'files' "$(ls inventory.db*)" 'inventory.db
inventory.db.key
inventory.db.lock'
is 'mode' "$(stat -c %a inventory.db.key)" 600
passwords "$all"
run 0 -q verify
run 4 -k old.key jobs claim --with-secrets
err 'pfxreplace: old.key: not the key of this database: expected the file that was made with it'
run 4 -d before.db -k inventory.db.key apply --again a.csv
run 0 -q rekey
err ''
passwords "$all"

begin 'purge takes the data key of the run: a copy from before does not open with a new key'
sealed
"$PROGRAM" -q jobs unschedule 1 2 2>/dev/null
secrets d.csv 107,207,Zebra-d 108,208,Zebra-d
"$PROGRAM" -q apply d.csv
cp inventory.db copy.db
run 0 -q purge --before 2099-01-01T00:00:00Z
sql 'SELECT owner FROM data_key ORDER BY owner' '0
2
4'
run 0 -q verify
cp inventory.db.key copy.db.key
run 0 -q -d copy.db verify
run 0 -q rekey
cp inventory.db.key copy.db.key
run 1 -q -d copy.db verify
is 'the copy' "$(cut -d , -f 1 "$scratch/out")" 'Finding
wrong-key'
run 0 -q verify

begin 'rekey: links, other names, what is in the way'
sealed
mkdir keys
mv inventory.db.key keys/one
ln -s keys/one inventory.db.key
ln keys/one keys/two
run 0 rekey
err 'pfxreplace: inventory.db.key: the old key had other names: it is still there under them
pfxreplace: inventory.db.key: a new key: it opens 3 data keys, and not the copies from before'
is 'link' "$(readlink inventory.db.key)" keys/one
passwords "$all"
echo somebody >keys/one.new
run 4 rekey
err "pfxreplace: $PWD/keys/one.new: it is in the way of the new key, and is no key file: expected none"
same keys/one.new somebody
: >keys/one.new
run 0 -q rekey
# A whole key that this database did not announce may be all that opens another one.
cp keys/two keys/one.new
run 4 rekey
err "pfxreplace: $PWD/keys/one.new: it is in the way of the new key, and may be the key of another database whose rekey was cut off: finish that, or remove it"
cmp -s keys/two keys/one.new || wrong 'the other key was changed'
rm keys/one.new
run 0 -q rekey
is 'files' "$(ls keys)" 'one
two'
passwords "$all"

begin 'rekey that was cut off after its transaction: all commands open, and the next one finishes'
sealed
cp inventory.db.key old
"$PROGRAM" -q rekey
mv inventory.db.key inventory.db.key.new
cp old inventory.db.key
passwords "$all"
run 0 -q verify
secrets e.csv 111,211,Zebra-e
run 0 -q apply e.csv
run 0 -q import stores stores.csv
run 0 rekey
err 'pfxreplace: inventory.db.key: the new key of a rekey that was cut off is in its place'
is 'files' "$(ls inventory.db.key*)" inventory.db.key
run 0 -q verify
mv inventory.db.key inventory.db.key.new # the old one was lost
run 0 -q verify
run 0 -q rekey
is 'files' "$(ls inventory.db.key*)" inventory.db.key
run 0 -q verify

begin 'rekey: a key file that another database has too'
sealed
run 0 -q backup copy.db
run 4 -d copy.db -k inventory.db.key rekey
err "pfxreplace: $PWD/inventory.db.key: it is the key of $PWD/inventory.db too, which would lose it: copy it, and name the copy with --key-file"
cp inventory.db.key copy.db.key
run 0 -q -d copy.db rekey
run 0 -q verify
run 0 -q -d copy.db verify
passwords "$all"
exec 8<inventory.db.key
flock 8
run 5 rekey
err "pfxreplace: $PWD/inventory.db.key: another rekey works on this key file; try again"
exec 8<&-
run 0 -q rekey

begin 'rekey takes the lock of those who write'
sealed
exec 8>inventory.db.lock
flock 8
run 5 rekey --wait 0
exec 8>&-
run 2 rekey now
err 'pfxreplace: rekey: now: expected no operand; see `pfxreplace rekey --help`'

begin 'a database of an earlier version opens, and its passwords after a rekey'
sqlite3 inventory.db <"$tests_folder/version_6.sql"
cp "$tests_folder/version_6.key" inventory.db.key
sqlite3 inventory.db "UPDATE role_permission SET operator = '$operator'"
sql "SELECT DISTINCT hex(substr(password, 1, 1)) FROM request" 01
old='1 Row-Zebra-1 Store-Zebra
2 Row-Zebra-2 Store-Zebra'
passwords "$old"
run 0 verify
err 'pfxreplace: verify: 1 run, 2 rows, 2 jobs, 0 refusals, 3 sealed passwords; 0 findings'
run 0 rekey
err 'pfxreplace: inventory.db.key: a new key: it opens 2 data keys (passwords of earlier versions have one now), and not the copies from before'
sql "SELECT DISTINCT hex(substr(password, 1, 1)) FROM request UNION SELECT hex(substr(password, 1, 1)) FROM store" 02
passwords "$old"
run 0 -q verify
# The password of a store that is loaded again is sealed anew.
sqlite3 other.db <"$tests_folder/version_6.sql"
cp "$tests_folder/version_6.key" other.db.key
sqlite3 other.db "UPDATE role_permission SET operator = '$operator'"
printf 'Id,Password\n11111111-1111-4111-8111-111111111111,Store-Zebra\n' >stores.csv
run 0 -q -d other.db import stores stores.csv
is 'version' "$(sqlite3 other.db 'SELECT hex(substr(password, 1, 1)) FROM store')" 02
run 0 -q -d other.db verify

begin 'the key of a service'
sealed
mkdir credentials
mv inventory.db.key credentials/pfxreplace.key
chmod 440 credentials/pfxreplace.key
run 4 jobs claim --with-secrets
err 'pfxreplace: inventory.db.key: the key file cannot be opened: No such file or directory'
export CREDENTIALS_DIRECTORY="$PWD/credentials"
passwords "$all"
run 0 -q verify
run 4 -k credentials/pfxreplace.key jobs claim --with-secrets
err 'pfxreplace: credentials/pfxreplace.key: the key file can be read by others: expected a file of mode 0600'
run 2 rekey
err "pfxreplace: rekey: $PWD/credentials/pfxreplace.key is a copy: expected --key-file with the file that it was made from; see \`pfxreplace rekey --help\`"
chmod 444 credentials/pfxreplace.key
run 4 jobs claim --with-secrets
err "pfxreplace: $PWD/credentials/pfxreplace.key: the key file can be read by others: expected a file of mode 0600"
# Where it has none the key file is the database's own.
(umask 077 && cp credentials/pfxreplace.key inventory.db.key)
rm credentials/pfxreplace.key
passwords "$all"
export PFXREPLACE_KEY_FILE=elsewhere
run 4 jobs claim --with-secrets
err 'pfxreplace: elsewhere: the key file cannot be opened: No such file or directory'
unset CREDENTIALS_DIRECTORY PFXREPLACE_KEY_FILE

begin 'a manifest with passwords that others can read'
company
secrets m.csv 107,207,Zebra
cp m.csv 'of March.csv'
for mode in 640 604 644 660; do
	chmod $mode m.csv 'of March.csv'
	for command in check apply; do
		run 3 -q $command m.csv
		err 'pfxreplace: m.csv: it has passwords, and its group or others can read it: `chmod 600 m.csv`, or --trust-manifest'
		run 3 -q $command 'of March.csv'
		err "pfxreplace: of March.csv: it has passwords, and its group or others can read it: \`chmod 600 'of March.csv'\`, or --trust-manifest"
	done
done
sql 'SELECT count(*) FROM run' 0
is 'files' "$(ls ./*.results.csv 2>/dev/null)" ''
run 0 -q check - <m.csv
run 0 -q check /dev/stdin <m.csv
run 0 -q check /dev/fd/3 3<m.csv
run 3 -q check /proc/self/fd/../cwd/m.csv
cp m.csv ./-m.csv
chmod 644 ./-m.csv
run 3 -q check -- -m.csv
err 'pfxreplace: -m.csv: it has passwords, and its group or others can read it: `chmod 600 ./-m.csv`, or --trust-manifest'
# shellcheck disable=SC2002 # a pipe
cat m.csv | run 0 -q check -
run 0 -q apply --trust-manifest m.csv
sql 'SELECT trust_manifest FROM run' 1
run 0 show run 1 --format jsonl
is 'show run' "$(grep -c '"TrustManifest":"yes"' "$scratch/out")" 1
# Without a password anybody may read it.
secrets n.csv 108,208,
chmod 644 n.csv
run 0 -q apply n.csv
sql 'SELECT trust_manifest FROM run WHERE id = 2' 0
chmod 600 m.csv # then there is nothing to trust
run 0 -q apply --again --trust-manifest --pending keep m.csv
sql 'SELECT trust_manifest FROM run WHERE id = 3' 0
chmod 644 m.csv
chmod 600 'of March.csv'
run 0 -q apply --again 'of March.csv' --pending keep
# A resume need not repeat it.
company
chmod 644 m.csv
run 0 -q apply --trust-manifest m.csv
run 0 -q apply m.csv

finish
