#!/bin/sh
# Passwords in places where none is expected.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/canary
. "$(dirname "$0")/canary"

begin 'a first line that is data is no header, and what it holds is not told'
run 0 init
echo '101,201,2026-01-01T00:00:00Z,Passw0rd' >m.csv
run 3 apply m.csv
out ''
err 'pfxreplace: m.csv:1: no usable header: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password'

# ---- canaries --------------------------------------------------------------------------------

canary=Zebra-canary-0x7

forms_of $canary >"$scratch/forms"

# prints ARGUMENT...: what the command prints is clean
prints() {
	"$PROGRAM" "$@" >"$scratch/out" 2>"$scratch/err"
	clean "$scratch/out" "$scratch/err"
}

begin 'each form of a canary is found where it is'
printf '<%s>' $canary >raw
printf %s $canary | od -An -v -tx1 | tr -d ' \n' >hex
tr a-f A-F <hex >upper
for form in '' 1 12 123; do
	printf %s "$form$canary.end" | base64 >"base64$form"
done
printf %s $canary | iconv -t UTF-16LE >little
printf %s $canary | iconv -t UTF-16BE >big
for file in *; do
	bytes_of "$file" >"$scratch/bytes"
	grep -qFf "$scratch/forms" "$scratch/bytes" || wrong "$file: not found"
done
echo Zebra >other
clean other

# stores COUNT: that many, each with the password
stores() {
	awk -v count="$1" -v canary=$canary 'BEGIN {
		for (i = 1; i <= count; i++)
			printf "{\"Id\":\"%08d-0000-4000-8000-000000000000\",\"Storepath\":\"/etc/tls/%d.p12\"," \
				"\"Password\":{\"SecretValue\":\"%s\"}}\n", i, i, canary
	}'
}

begin 'the password of a store: in no output, in no file but the one that it came in'
run 0 init
mkdir tmp input
TMPDIR=$PWD/tmp
export TMPDIR
stores 20 >input/stores.jsonl
prints -v import stores input/stores.jsonl
prints -v import stores - <input/stores.jsonl
sql 'SELECT count(*), min(length(password)), count(DISTINCT password) FROM store' '20|45|20'
for command in 'list stores' 'list stores --format jsonl' 'list stores --wide --format table' \
	'show store 00000001' 'show store 00000001 --format jsonl' verify 'backup copy.db'; do
	# shellcheck disable=SC2086 # words
	prints -v $command
done
prints -v import stores --clear-passwords input/stores.jsonl
# shellcheck disable=SC2046 # names without blanks
clean $(find . -path ./input -prune -o -type f -print)
is 'files that were left' "$(ls tmp)" ''
unset TMPDIR

begin 'the password of a store in the place of another field'
run 0 init
id=00000001-0000-4000-8000-000000000000
digits=8765432101234567
for header in Id,ContainerId,CertStoreType,Approved,AgentId,Properties,Password \
	Password,Id,ContainerId,CertStoreType,Approved,AgentId,Endpoint; do
	for password in $canary $digits "@{a=$canary}" "{\"SecretValue\":\"$canary\"" "System.$canary"; do
		quoted=$(printf %s "$password" | sed 's/"/""/g')
		{
			echo $header
			awk -v id=$id -v password="\"$quoted\"" 'BEGIN {
				for (place = 1; place <= 9; place++) {
					for (i = 1; i <= 8; i++)
						printf "%s%s", i == 1 ? "" : ",", i == place ? password : i < place ? id : ""
					printf "\n"
					for (i = 1; i <= 7; i++)
						printf "%s%s", i == 1 ? "" : ",", i == place ? password : i < place ? id : ""
					printf "\n"
				}
				print id "," password "x"
				print "\"" id "," password
			}'
		} >stores.csv
		run 3 import stores stores.csv
		clean "$scratch/err" "$scratch/out"
		grep -q $digits "$scratch/err" && wrong "shown: $(grep $digits "$scratch/err")"
	done
done
sql 'SELECT count(*) FROM store' 0
# In JSON columns do not shift, but a record may come from such a file.
printf '%s\n' "{\"Id\":\"$id\",\"ContainerId\":$digits,\"Password\":\"x\"}" "{\"Id\":\"$id\",\"ContainerId\":8765,\"Password\":\"x\"}" \
	"{\"Id\":\"$id\",\"ContainerId\":8765,\"Password\":{\"SecretValue\":\"x\"}}" >a.jsonl
run 3 import stores a.jsonl
err 'pfxreplace: a.jsonl:1: ContainerId: a value of 16 characters: expected a whole number from 0 to 2147483647
pfxreplace: a.jsonl:2: ContainerId: no container is known: expected one that is, import containers first
pfxreplace: a.jsonl:3: ContainerId: no container 8765 is known: expected one that is, import containers first
pfxreplace: stores: 3 faults: nothing was loaded'

begin 'the password of a store: killed in mid-import'
mkdir input tmp
stores 60000 >input/stores.jsonl
for signal in KILL ABRT TERM; do
	rm -f inventory.db*
	run 0 -q init
	(
		# shellcheck disable=SC3045 # where the shell has it
		ulimit -c unlimited 2>/dev/null
		export TMPDIR="$PWD/tmp"
		exec "$PROGRAM" import stores input/stores.jsonl >"$scratch/out" 2>"$scratch/err"
	) &
	importing=$!
	tries=0 # until the cache is too small, and what is not committed goes to the files
	until [ -s inventory.db-journal ] || [ $tries -gt 3000 ] || ! kill -0 $importing 2>/dev/null; do
		sleep 0.01
		tries=$((tries + 1))
	done
	for file in cmdline environ; do
		cat /proc/$importing/$file >$file 2>/dev/null
	done
	kill -$signal $importing 2>/dev/null || wrong 'it ended before the kill'
	wait $importing 2>/dev/null
	[ $signal != KILL ] || [ -s inventory.db-journal ] || wrong 'no journal was left'
	# shellcheck disable=SC2046 # names without blanks
	clean $(find . -path ./input -prune -o -type f -print) "$scratch/out" "$scratch/err"
	is 'core files and files that were left' "$(find . -name 'core*'; ls tmp)" ''
	run 0 -q verify
	sql 'SELECT count(*) FROM store' 0
done
run 0 import stores input/stores.jsonl
run 0 import stores input/stores.jsonl
err 'pfxreplace: stores: 60000 records: 0 new, 0 changed, 60000 unchanged'
rm -r input
# shellcheck disable=SC2046 # names without blanks
clean $(find . -type f)

# ---- passphrases of PFX files ------------------------------------------------------------------

# pfx COUNT: input/1.p12 and up, whose passphrase is the canary, and stores of the type PKCS12 there
pfx() {
	mkdir input tmp
	(umask 077 && echo $canary >input/pass && echo no >input/wrong)
	{
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=pfx -keyout input/key \
			-out input/pem && openssl pkcs12 -export -inkey input/key -in input/pem -iter 60000 \
			-passout file:input/pass -out input/1.p12
	} 2>openssl.err || wrong "$(cat openssl.err)"
	rm openssl.err input/key
	for number in $(seq 2 "$1"); do ln input/1.p12 "input/$number.p12"; done
	printf '%s\n' StoreType,ShortName 201,PKCS12 >types.csv
	{
		echo Id,ClientMachine,Storepath,CertStoreType,Approved
		seq "$1" | awk -v host="$(uname -n)" -v folder="$PWD/input" '{
			printf "%08d-0000-4000-8000-000000000000,%s,%s/%d.p12,201,true\n", $1, host, folder, $1 }'
	} >stores.csv
	run 0 -q init
	run 0 -q import store-types types.csv
	run 0 -q import stores stores.csv
}

begin 'the passphrase of a PFX: in no output, in no file'
pfx 2
TMPDIR=$PWD/tmp
export TMPDIR
prints -v import certificates --passphrase-file input/wrong input/1.p12
sql 'SELECT count(*) FROM certificate' 0
prints -v import certificates --passphrase-file input/pass input/1.p12
prints -v import certificates --passphrase-fd 7 input/1.p12 7<input/pass
sql 'SELECT count(*), max(has_private_key) FROM certificate' '1|1'
prints -v scan --passphrase-file input/wrong
prints -v scan --passphrase-file input/pass
sql 'SELECT count(*) FROM location' 2
# shellcheck disable=SC2046 # names without blanks
clean $(find . -path ./input -prune -o -type f -print)
is 'files that were left' "$(ls tmp)" ''
unset TMPDIR

begin 'the passphrase of a PFX: killed in mid-scan'
pfx 400
for signal in KILL ABRT TERM; do
	(
		# shellcheck disable=SC3045 # where the shell has it
		ulimit -c unlimited 2>/dev/null
		export TMPDIR="$PWD/tmp"
		exec "$PROGRAM" scan --passphrase-file input/pass >"$scratch/out" 2>"$scratch/err"
	) &
	scanning=$!
	tries=0 # until both threads are at work
	until grep -q '^Threads:[^0-9]*3$' /proc/$scanning/status 2>/dev/null || [ $tries -gt 1000 ]; do
		sleep 0.01
		tries=$((tries + 1))
	done
	for file in cmdline environ; do
		cat /proc/$scanning/$file >$file 2>/dev/null
	done
	kill -$signal $scanning 2>/dev/null || wrong 'it ended before the kill'
	wait $scanning 2>/dev/null
	# shellcheck disable=SC2046 # names without blanks
	clean $(find . -path ./input -prune -o -type f -print) "$scratch/out" "$scratch/err"
	is 'core files and files that were left' "$(find . -name 'core*'; ls tmp)" ''
	run 0 -q verify
done

# ---- jobs claim --with-secrets -----------------------------------------------------------------

# shellcheck source=tests/cli/company
. "$tests_folder/company"

# secrets COUNT: so many jobs, whose rows and whose store have the password
secrets() {
	company
	mkdir input output tmp
	sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO certificate(id, thumbprint) SELECT 100000 + i, 'old' || i FROM n UNION ALL SELECT 500000 + i, 'new' || i FROM n;
		INSERT INTO location(store, alias, certificate)
		SELECT (SELECT id FROM store WHERE guid = '$web'), 'c' || id, id FROM certificate WHERE id BETWEEN 100001 AND 100000 + $1"
	echo "{\"Id\":\"$web\",\"Password\":\"$canary\"}" >input/store.jsonl
	{
		echo ExistingCertificateId,CertificateId,Password
		seq "$1" | awk -v canary=$canary '{ print 100000 + $1 "," 500000 + $1 "," canary }'
	} >input/m.csv
	chmod 600 input/*
	run 0 -q import stores input/store.jsonl
	run 0 -q apply --results output/r.csv input/m.csv
	sql 'SELECT count(password) FROM request' "$1"
}

# all_clean: every file but the input and what --with-secrets has printed
all_clean() {
	# shellcheck disable=SC2046 # names without blanks
	clean $(find . -path ./input -prune -o -path ./given -prune -o -type f -print)
	is 'core files and files that were left' "$(find . -name 'core*'; ls tmp)" ''
}

# given_out FILE: how many jobs it has, and how often the password
given_out() {
	echo "$(wc -l <"$1") $(grep -o $canary "$1" | wc -l)"
}

begin 'jobs claim --with-secrets: the password is in its output alone'
secrets 12
mkdir given
TMPDIR=$PWD/tmp
export TMPDIR
prints -v jobs claim --limit 3
is 'jobs without secrets' "$(wc -l <"$scratch/out")" 3
(umask 022 && "$PROGRAM" -v jobs claim --with-secrets >open 2>told)
is 'its status' $? 2
same open ''
sql 'SELECT count(*) FROM handling' 3
(umask 077 && "$PROGRAM" -v jobs claim --with-secrets --limit 4 >given/closed 2>told)
is 'its status' $? 0
is 'in a file' "$(given_out given/closed)" '4 8'
"$PROGRAM" -v jobs claim --with-secrets 2>told.too | cat >given/piped
is 'in a pipe' "$(given_out given/piped)" '5 10'
prints -v show job 4
prints -v show job 4 --format jsonl
prints -v jobs list
prints -v jobs complete 4 --result failure --message 'the keystore is locked'
prints -v verify
all_clean
unset TMPDIR

begin 'jobs claim --with-secrets: killed in its midst'
secrets 6000
mkdir given
for signal in KILL ABRT TERM; do
	# A journal that was never synced stays until the next write: then one that is there is the claim's.
	sqlite3 inventory.db "UPDATE counter SET value = value + 1 WHERE name = 'clock'"
	[ ! -e inventory.db-journal ] || wrong 'a journal is left'
	(
		# shellcheck disable=SC3045 # where the shell has it
		ulimit -c unlimited 2>/dev/null
		export TMPDIR="$PWD/tmp"
		umask 077
		exec "$PROGRAM" jobs claim --with-secrets --limit 6000 --lease 1 >given/$signal 2>told.$signal
	) &
	claiming=$!
	tries=0
	until [ -s inventory.db-journal ] || [ $tries -gt 3000 ] || ! kill -0 $claiming 2>/dev/null; do
		sleep 0.01
		tries=$((tries + 1))
	done
	for file in cmdline environ; do
		cat /proc/$claiming/$file >$file 2>/dev/null
	done
	kill -$signal $claiming 2>/dev/null || wrong 'it ended before the kill'
	wait $claiming 2>/dev/null
	same given/$signal ''
	all_clean
	run 0 -q verify
	sql 'SELECT count(*) FROM handling' 0
done
(umask 077 && "$PROGRAM" -q jobs claim --with-secrets --limit 6000 >given/all)
is 'in a file' "$(given_out given/all)" '6000 12000'
all_clean

# ---- keys ------------------------------------------------------------------------------------

# key_forms FILE...: the forms of the keys in these key files, as text and as bytes
key_forms() {
	for file; do
		key=$(sed 's/^pfxreplace-key-1 //' "$file")
		is "length of the key in $file" ${#key} 64
		forms_of "$key"
		printf '%s\n' "$key"
	done >>"$scratch/forms"
}

# all_secret: every file but the input, what --with-secrets has printed, and the key files
all_secret() {
	# shellcheck disable=SC2046 # names without blanks
	clean $(find . -path ./input -prune -o -path ./given -prune -o -name '*.key' -prune -o -name '*.key.new' -prune \
		-o -type f -print) "$scratch/out" "$scratch/err"
	is 'core files and files that were left' "$(find . -name 'core*'; ls tmp)" ''
}

begin 'purge and rekey: no password and no key in their output, in a file'
secrets 12
mkdir given
cp inventory.db.key given/first.key
TMPDIR=$PWD/tmp
export TMPDIR
prints -v jobs unschedule --run 1
{ head -n 1 input/m.csv && sed 1d input/m.csv | sort -r; } >input/again.csv
prints -v apply --results output/again.csv input/again.csv
prints -v purge --before 2099-01-01T00:00:00Z
sql 'SELECT owner FROM data_key ORDER BY owner' '0
2'
for number in 1 2; do
	run 0 -v rekey
	key_forms inventory.db.key
	all_secret
done
key_forms given/first.key
prints -v verify
prints -v show job 13 --format jsonl
prints -v backup copy.db
(umask 077 && "$PROGRAM" -q jobs claim --with-secrets >given/all)
is 'in a file' "$(given_out given/all)" '12 24'
all_secret
# They would be found, as text and as bytes.
sed 's/^pfxreplace-key-1 //' inventory.db.key >text
fold -w 2 text | while read -r byte; do
	# shellcheck disable=SC2059 # escapes
	printf "\\$(printf %03o "0x$byte")"
done >bytes
is 'bytes' "$(wc -c <bytes)" 32
for file in text bytes; do
	bytes_of $file >"$scratch/bytes"
	grep -qFf "$scratch/forms" "$scratch/bytes" || wrong "$file: not found"
done
unset TMPDIR
forms_of $canary >"$scratch/forms"

# killed_rekey SIGNAL: while its commit waits for a reader, who begins when the new key is written: at
# the seventh sync, the first five being those of the transaction that announces it.
killed_rekey() {
	rm -f written read
	(
		# shellcheck disable=SC3045 # where the shell has it
		ulimit -c unlimited 2>/dev/null
		export TMPDIR="$PWD/tmp"
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
		LD_PRELOAD=$(dirname "$PROGRAM")/tests/faults/shim.so
		export ASAN_OPTIONS LD_PRELOAD FAULT_SYNC=7 FAULT_DO='touch written; until [ -e read ]; do sleep 0.01; done'
		exec "$PROGRAM" -v rekey >"$scratch/out" 2>"$scratch/err" 7>&-
	) &
	rekeying=$!
	until [ -e written ] || ! kill -0 $rekeying 2>/dev/null; do sleep 0.01; done
	holding 'BEGIN; SELECT count(*) FROM job;'
	touch read
	tries=0
	until [ -s inventory.db-journal ] || [ $tries -gt 3000 ] || ! kill -0 $rekeying 2>/dev/null; do
		sleep 0.01
		tries=$((tries + 1))
	done
	for file in cmdline environ; do
		cat /proc/$rekeying/$file >$file 2>/dev/null
	done
	key_forms inventory.db.key inventory.db.key.new
	cp inventory.db.key given/old.key
	kill -"$1" $rekeying 2>/dev/null || wrong 'it ended before the kill'
	wait $rekeying 2>/dev/null
	[ "$1" != KILL ] || [ -s inventory.db-journal ] || wrong 'no journal was left'
	all_secret
	let_go
	cmp -s inventory.db.key given/old.key || wrong 'the key was changed'
	run 0 -q verify
}

begin 'rekey: killed in its midst'
secrets 600
mkdir given
for signal in KILL ABRT TERM; do
	killed_rekey $signal
done
run 0 -v rekey
key_forms inventory.db.key
all_secret
(umask 077 && "$PROGRAM" -q jobs claim --with-secrets --limit 600 >given/all)
is 'in a file' "$(given_out given/all)" '600 1200'

begin 'rekey of what an earlier version has sealed: killed in its midst'
mkdir input given tmp
sqlite3 inventory.db <"$tests_folder/version_6.sql"
cp "$tests_folder/version_6.key" inventory.db.key
sqlite3 inventory.db "UPDATE role_permission SET operator = '$operator'"
(umask 077 && "$PROGRAM" -q jobs claim --with-secrets --lease 1 >given/first)
for secret in Row-Zebra-1 Row-Zebra-2 Store-Zebra; do
	grep -q "\"$secret\"" given/first || wrong "no $secret was given"
	forms_of $secret >>"$scratch/forms"
done
for signal in KILL ABRT TERM; do
	killed_rekey $signal
done
run 0 -v rekey
key_forms inventory.db.key
all_secret

finish
