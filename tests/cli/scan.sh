#!/bin/sh
# shellcheck source=tests/cli/harness
# shellcheck disable=SC2016,SC2154 # backquotes in messages; variables of the harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/certificates
. "$(dirname "$0")/certificates"

# Inventory from the files of stores: PEM, DER, PKCS#12, JKS and JCEKS.

host=$(uname -n)
java=$tests_folder/../certificates/java_key_stores.h
shim=$(dirname "$PROGRAM")/tests/faults/shim.so
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

# guid N, and how messages name the store at PATH
guid() {
	printf '%08d-0000-4000-8000-000000000000' "$1"
}

named() { # N PATH
	echo "$host:$PWD/$2 ($(guid "$1"))"
}

# begin_stores PATH,TYPE...: a database with stores of this machine, 1 and up, in this folder
begin_stores() {
	run 0 init
	printf '%s\n' StoreType,ShortName,Name,EntryPassword,PrivateKeyAllowed,AddSupported \
		201,PKCS12,PKCS12,0,1,true 103,DER,DER,0,1,true 104,JCEKS,JCEKS,0,1,true >types.csv
	{
		echo Id,ClientMachine,Storepath,CertStoreType,Approved
		number=0
		for store in "$@"; do
			number=$((number + 1))
			echo "$(guid $number),$host,$PWD/$store,true"
		done
	} >stores.csv
	run 0 -q import store-types types.csv
	run 0 -q import stores stores.csv
}

# has N LINE...: the inventory of store N, as Alias,ChainLevel,Thumbprint
has() {
	run 0 show store "$(guid "$1")" --format csv --columns Alias,ChainLevel,Thumbprint
	shift
	out "$(printf '%s\n' Alias,ChainLevel,Thumbprint "$@")"
}

# tried N WORD: how the last try ended, '' where it did not fail
tried() {
	sql "SELECT ifnull(unreadable, ''), tried_at IS NOT NULL, unreadable_text IS NOT NULL FROM store
		WHERE guid = '$(guid "$1")'" "$2|$([ -z "$2" ] && echo '0|0' || echo '1|1')"
}

# java_store MACRO FILE
java_store() {
	sed -n "/^#define $1 /,/^\$/s/.*\"\([0-9a-f]*\)\".*/\1/p" "$java" | tr -d '\n' | xxd -r -p >"$2"
}

passphrase() { # FILE TEXT
	(umask 077 && echo "$2" >"$1")
}

leaf() { # NAME: NAME.key and NAME.pem, which ca has issued
	{
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" &&
			openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem"
	} 2>openssl.err || wrong "$(cat openssl.err)"
}

begin 'certificates for all cases'
made=$PWD
certificate ca -subj /CN=ca
leaf old
leaf new
cat old.pem ca.pem old.key >www.pem
for way in modern: legacy:-legacy nomac:-nomac; do
	# shellcheck disable=SC2086 # an option or none
	openssl pkcs12 -export -inkey old.key -in old.pem -certfile ca.pem -name tomcat -passout pass:secret \
		${way#*:} -out "${way%:*}.p12" 2>openssl.err || wrong "$(cat openssl.err)"
done
openssl pkcs12 -export -inkey old.key -in old.pem -certfile ca.pem -passout pass:secret -out nameless.p12 2>openssl.err ||
	wrong "$(cat openssl.err)"
passphrase secret secret
passphrase wrong wrong
ca=$(print_of ca sha1)
old=$(print_of old sha1)
new=$(print_of new sha1)

# take NAME...: copies of what was made
take() {
	for name in "$@"; do
		cp -p "$made/$name" .
	done
}

# ---- formats ---------------------------------------------------------------------------------

begin 'PEM, DER and PKCS#12: aliases, chains, thumbprints as openssl prints them'
take www.pem modern.p12 legacy.p12 nomac.p12 nameless.p12 secret
openssl x509 -in "$made/old.pem" -outform der -out old.der
begin_stores www.pem,2 old.der,103 modern.p12,201 legacy.p12,201 nomac.p12,201 nameless.p12,201
before=$(date +%s)
run 0 scan --passphrase-file secret
out ''
err 'pfxreplace: scan: 6 of 6 stores read
pfxreplace: scan: locations: 6 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: 2 certificates not known to the server'
has 1 "$old,0,$old" "$old,1,$ca"
has 2 "$old,0,$old"
for store in 3 4 5; do
	has $store "tomcat,0,$old" "tomcat,1,$ca"
done
has 6 "$old,0,$old" "$old,1,$ca"
sql "SELECT count(*) FROM store WHERE inventoried_at / 1000 BETWEEN $before AND $(date +%s)" 6
# What an import of the files keeps of their certificates.
everything='SELECT thumbprint, serial_number, issued_dn, issuer_dn, not_before, not_after, key_type, key_size, names,
	has_private_key, key_usage, extended_usages, signature, is_ca, sha256, curve FROM certificate ORDER BY thumbprint'
facts=$(sqlite3 inventory.db "$everything")
sql 'SELECT thumbprint, id < 0, has_private_key FROM certificate ORDER BY has_private_key' "$ca|1|
$old|1|1"
run 0 verify
run 0 -q import certificates --passphrase-file secret www.pem modern.p12
sql "$everything" "$facts"
rm inventory.db*
run 0 init
run 0 -q import certificates --passphrase-file secret www.pem modern.p12
sql "$everything" "$facts"

begin 'again: nothing changes; -q is silent'
take www.pem
begin_stores www.pem,2
run 0 -q scan
out ''
err ''
run 0 scan
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 0 new, 0 changed, 1 unchanged, 0 gone
pfxreplace: scan: 2 certificates not known to the server'

begin 'JKS and JCEKS: the bytes that keytool has made, with and without their password'
take secret wrong
java_store JAVA_JKS store.jks
java_store JAVA_JCEKS store.jceks
begin_stores store.jks,0 store.jceks,104
run 0 scan --passphrase-file secret
err 'pfxreplace: scan: 2 of 2 stores read
pfxreplace: scan: locations: 4 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: 2 certificates not known to the server'
sql 'SELECT s.id, l.alias, c.issued_dn, c.has_private_key FROM location l JOIN store s ON s.id = l.store
	JOIN certificate c ON c.id = l.certificate ORDER BY s.id, l.alias' '1|www|CN=www|1
1|würz 🔑|CN=root|
2|www|CN=www|1
2|würz 🔑|CN=root|'
run 0 scan
err 'pfxreplace: scan: 2 stores without their password: the digest is not checked (-v names them)
pfxreplace: scan: 2 of 2 stores read
pfxreplace: scan: locations: 0 new, 0 changed, 4 unchanged, 0 gone
pfxreplace: scan: 2 certificates not known to the server'
run 0 -v scan
is 'lines' "$(head -n 2 "$scratch/err")" "pfxreplace: scan: $(named 1 store.jks): its password is not known: its digest is not checked
pfxreplace: scan: $(named 2 store.jceks): its password is not known: its digest is not checked"
run 0 -q scan
err ''
run 1 -q scan --passphrase-file wrong
sed 's/password: .*/password/' "$scratch/err" >told
same told "pfxreplace: scan: $(named 1 store.jks): wrong-password
pfxreplace: scan: $(named 2 store.jceks): wrong-password
pfxreplace: scan: 0 of 2 stores read, 2 not readable
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone"

begin 'keytool: PKCS12, JKS with another key password, JCEKS, a trusted entry'
if command -v keytool >/dev/null; then
	take ca.pem secret
	printf '%s\n' secret >secret.txt
	tool() {
		keytool -J-Duser.language=en "$@" >keytool.log 2>&1 || wrong "$(cat keytool.log)"
	}
	for type in PKCS12 JKS JCEKS; do
		key=secret
		[ $type = PKCS12 ] || key=another
		tool -genkeypair -alias www -keyalg EC -dname CN=www -validity 30 -storetype $type -keystore $type.ks -storepass secret -keypass $key
		tool -importcert -noprompt -alias root -file ca.pem -storetype $type -keystore $type.ks -storepass secret
	done
	begin_stores PKCS12.ks,0 PKCS12.ks,201 JKS.ks,0 JCEKS.ks,104
	run 0 -q scan --passphrase-file secret
	for line in 1:PKCS12 2:PKCS12 3:JKS 4:JCEKS; do
		www=$(keytool -exportcert -rfc -alias www -keystore "${line#*:}.ks" -storepass secret 2>keytool.log |
			openssl x509 -noout -fingerprint -sha1 | sed 's/.*=//; s/://g')
		has "${line%:*}" "root,0,$ca" "www,0,$www"
	done
else
	echo "skipped: $script: $case_name: no keytool"
fi

begin 'a trust store, a key in a file of its own, two entries of one name'
take old.pem new.pem ca.pem old.key secret
cat old.pem new.pem >trust.pem
cat old.pem new.pem ca.pem >three.pem
openssl pkcs12 -export -nokeys -in three.pem -caname x -caname x -caname x -passout pass:secret -out twice.p12 2>openssl.err ||
	wrong "$(cat openssl.err)"
begin_stores trust.pem,2 old.pem,2 twice.p12,201
sqlite3 inventory.db "UPDATE store SET trust_store = 1 WHERE id = 1; UPDATE store SET key_path = '$PWD/old.key' WHERE id = 2"
run 0 scan --passphrase-file secret
err "pfxreplace: scan: $(named 3 twice.p12): a second entry x: it is called x (2)
pfxreplace: scan: $(named 3 twice.p12): a second entry x: it is called x (3)
pfxreplace: scan: 3 of 3 stores read
pfxreplace: scan: locations: 6 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: 3 certificates not known to the server"
has 1 "$(printf '%s\n' "$old,0,$old" "$new,0,$new" | sort)"
has 2 "$old,0,$old"
sql 'SELECT alias FROM location WHERE store = 3 ORDER BY alias' 'x
x (2)
x (3)'
sql 'SELECT thumbprint FROM certificate WHERE has_private_key = 1' "$old"
run 0 -q scan --passphrase-file secret
err ''

begin "each store's own password, and no other; it is nowhere to be found"
openssl pkcs12 -export -inkey "$made/old.key" -in "$made/old.pem" -name own -passout pass:canary-own -out own.p12 2>openssl.err
openssl pkcs12 -export -inkey "$made/new.key" -in "$made/new.pem" -name all -passout pass:canary-all -out all.p12 2>openssl.err
passphrase all canary-all
begin_stores own.p12,201 all.p12,201 all.p12,201
{
	echo "{\"Id\":\"$(guid 1)\",\"Password\":\"canary-own\"}"
	echo "{\"Id\":\"$(guid 3)\",\"Password\":\"canary-own\"}"
} >passwords.jsonl
chmod 600 passwords.jsonl
run 0 -q import stores passwords.jsonl
rm passwords.jsonl
run 1 scan --passphrase-file all
is 'message' "$(sed 's/password: .*/password/; 2,$d' "$scratch/err")" "pfxreplace: scan: $(named 3 all.p12): wrong-password"
has 1 "own,0,$old"
has 2 "all,0,$new"
grep -c canary "$scratch/err" inventory.db inventory.db.lock >found
same found "$scratch/err:0
inventory.db:0
inventory.db.lock:0"
mv inventory.db.key away
run 4 -q scan --passphrase-file all
is 'message' "$(cut -d: -f 1,2 "$scratch/err")" 'pfxreplace: inventory.db.key'
run 0 -q scan --store "$(guid 2)" --passphrase-file all
err ''

# ---- continuity ------------------------------------------------------------------------------

# known_as ALIAS: store 1 is known to hold the old certificate, 55 of the server, there
known_as() {
	printf '%s\n' Id,Thumbprint "55,$old" "66,$new" >certificates.csv
	printf '%s\n' CertStoreId,Alias,CertificateId,InventoriedAt "$(guid 1),$1,55,2020-01-01T00:00:00Z" >inventory.csv
	run 0 -q import certificates certificates.csv
	run 0 -q import inventory inventory.csv
}

begin 'a PEM store known as www, its file replaced: one location, and its name stays'
take old.pem new.pem new.key
begin_stores site.pem,2
known_as www
cat new.pem new.key >site.pem
run 0 scan
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 0 new, 1 changed, 0 unchanged, 0 gone'
has 1 "www,0,$new"
sql 'SELECT alias, certificate FROM location' 'www|66'
# What the server did not say is known now, and its own is not taken back.
sql 'SELECT id, issued_dn, has_private_key FROM certificate ORDER BY id' '55||
66|CN=new|1'
# Empty for a while: its one location is known still.
: >site.pem
run 0 scan
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 1 gone'
tried 1 ''
echo 'no certificate here' >site.pem
run 0 -q scan
cat new.pem new.key >site.pem
run 0 -q scan
sql 'SELECT alias, certificate FROM location' 'www|66'
# Two entries are not one, and two locations neither.
cat old.pem new.pem >site.pem
sqlite3 inventory.db 'UPDATE store SET trust_store = 1'
run 0 scan
is 'locations' "$(sed -n 2p "$scratch/err")" 'pfxreplace: scan: locations: 2 new, 0 changed, 0 unchanged, 1 gone'
cp new.pem site.pem
run 0 -q scan
sql 'SELECT alias FROM location WHERE certificate IS NOT NULL' "$new"

begin 'a job carried out: the scan proves it, and there is no second job'
take old.pem old.key new.pem new.key
cat old.pem old.key >site.pem
begin_stores site.pem,2
agent=aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa
printf '%s\n' AgentId,ClientMachine,Status "$agent,$host,2" >agents.csv
run 0 -q import agents agents.csv
sqlite3 inventory.db "UPDATE store SET agent = '$agent', agent_assigned = 1; UPDATE store_type SET entry_password = 1"
printf '%s\n' Id,Thumbprint,HasPrivateKey "55,$old,true" "66,$new,true" >certificates.csv
printf '%s\n' CertStoreId,Alias,CertificateId "$(guid 1),www,55" >inventory.csv
run 0 -q import certificates certificates.csv
run 0 -q import inventory --as-of now inventory.csv
run 0 -q scan
sql 'SELECT alias, certificate FROM location' 'www|55'
printf '%s\n' ExistingCertificateId,CertificateId 55,66 >m.csv
run 0 -q apply m.csv
cat new.pem new.key >site.pem
run 0 scan
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 0 new, 1 changed, 0 unchanged, 0 gone
pfxreplace: scan: 1 job completed'
sql 'SELECT alias, certificate FROM location' 'www|66'
sql 'SELECT status, result, proven_at = inventoried_at FROM job j JOIN store s ON s.id = j.store' '3|2|1'
sql 'SELECT event, status, result FROM job_event' 'inventory|3|2'
run 0 -q reconcile --report - --format csv --columns Verdict,Alias
out 'Verdict,Alias
deployed,www'
run 1 -q apply --again m.csv
sql 'SELECT count(*) FROM job' 1
# What cannot be read proves nothing: the job of another certificate is not missing.
printf '%s\n' ExistingCertificateId,CertificateId 66,55 >back.csv
sqlite3 inventory.db 'UPDATE job SET status = 3, result = 2, completed_at = created_at FROM request r WHERE r.id = job.request'
run 0 -q apply --allow names-not-covered back.csv
sqlite3 inventory.db 'UPDATE job SET status = 3, result = 2, completed_at = 4102444800000 WHERE id = 2'
rm site.pem
run 1 -q scan
run 1 -q reconcile --format csv --columns JobId,Verdict
grep -qx 2,unverified "$scratch/out" || wrong "$(cat "$scratch/out" "$scratch/err")"

begin 'a certificate that a scan has read gets its Id: what was read of it stays'
take www.pem old.pem
begin_stores www.pem,2
run 0 -q scan
columns='has_private_key, signature, is_ca, sha256 IS NULL, issued_dn'
facts="1|1.2.840.10045.4.3.2|0|0|CN=old"
sql "SELECT id < 0, $columns FROM certificate WHERE thumbprint = '$old'" "1|$facts"
printf '%s\n' Id,Thumbprint "55,$old" >one.csv
run 0 import certificates one.csv
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
sql "SELECT id, $columns FROM certificate WHERE thumbprint = '$old'" "55|$facts"
sql 'SELECT count(*), min(certificate) FROM location' '1|55'
run 0 import certificates one.csv
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
# Another one was known by its Id alone.
rm inventory.db*
begin_stores www.pem,2
printf '%s\n' Id,KeyTypeString 56,ECC >one.csv
run 0 -q import certificates one.csv
run 0 -q scan
run 0 import certificates old.pem --id 56
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
sql "SELECT id, $columns FROM certificate WHERE id = 56" "56|$facts"
sql "SELECT count(*) FROM certificate WHERE thumbprint = '$old'" 1
run 0 verify

begin 'HasPrivateKey stays where the file has no key'
take old.pem
begin_stores old.pem,2
printf '%s\n' Id,Thumbprint,HasPrivateKey "55,$old,true" >certificates.csv
run 0 -q import certificates certificates.csv
run 0 scan
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 1 new, 0 changed, 0 unchanged, 0 gone'
sql 'SELECT id, has_private_key, key_type FROM certificate' '55|1|ECC'

begin 'a key of another certificate: the inventory is taken, the location marked, until it matches'
take old.pem new.key old.key
begin_stores site.pem,2
cat old.pem new.key >site.pem
run 0 -q scan
sql 'SELECT l.alias, l.key_mismatch, c.has_private_key FROM location l JOIN certificate c ON c.id = l.certificate' "$old|1|"
run 0 -q scan
sql 'SELECT key_mismatch FROM location' 1
cat old.pem old.key >site.pem
run 0 -q scan
sql 'SELECT l.key_mismatch, c.has_private_key FROM location l JOIN certificate c ON c.id = l.certificate' '|1'
# An inventory of another certificate says nothing about its key.
cat old.pem new.key >site.pem
run 0 -q scan
printf '%s\n' CertStoreId,Alias,Thumbprint "$(guid 1),$old,$new" >inventory.csv
run 0 -q import inventory --as-of now inventory.csv
sql 'SELECT key_mismatch IS NULL FROM location' 1

begin 'a scan, then an older export without a time: the scan stays'
take www.pem
begin_stores www.pem,2
known_as www
touch -d '2 hours ago' inventory.csv
cut -d , -f 1-3 inventory.csv >undated.csv
touch -d '2 hours ago' undated.csv
run 0 -q scan
run 1 import inventory undated.csv
has 1 "www,0,$old" "www,1,$ca"

begin 'the clock of an earlier inventory was ahead: not taken, with a warning'
take www.pem
begin_stores www.pem,2
known_as www
sqlite3 inventory.db 'UPDATE store SET inventoried_at = 4102444800000'
run 1 scan
sed -E 's/\(20[0-9TZ:.-]+\)/(NOW)/' "$scratch/err" >told
same told "pfxreplace: scan: $(named 1 www.pem): its inventory is known from 2100-01-01T00:00:00Z, later than this clock (NOW): not taken
pfxreplace: scan: 1 of 1 store read; 1 older store not taken
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: 1 certificate not known to the server"
has 1 "www,0,$old"

# ---- not readable ----------------------------------------------------------------------------

# cannot N WORD: a scan fails at store 1 alone; its old inventory stays
cannot() {
	run 1 -q scan ${3:+"$3" "$4"}
	prefix="pfxreplace: scan: $(named 1 "$1"): $2: "
	case $(cat "$scratch/err") in "$prefix"*) ;; *) wrong "not $prefix: $(cat "$scratch/err")" ;; esac
	tried 1 "$2"
	has 1 "www,0,$old"
	sql 'SELECT inventoried_at FROM store' 1577836800000
}

begin 'a store that cannot be read: a word each, the old inventory stays'
take www.pem modern.p12 secret wrong
begin_stores site.pem,2
known_as www
sqlite3 inventory.db 'UPDATE certificate SET key_type = NULL'
cannot site.pem absent
mkdir site.pem
cannot site.pem not-a-file
rmdir site.pem
mkfifo site.pem
cannot site.pem not-a-file
rm site.pem
dd if=/dev/zero of=site.pem bs=1M count=0 seek=17 2>/dev/null
cannot site.pem too-large
head -c 300 www.pem >site.pem
cannot site.pem damaged
printf '\0\1\2' >site.pem
cannot site.pem damaged
openssl crl2pkcs7 -nocrl -certfile www.pem -out site.pem
cannot site.pem unsupported-algorithm
ln -sf /etc/passwd site.pem
cannot site.pem outside-root --root "$PWD"
cp www.pem elsewhere.pem
mkdir root
cannot site.pem outside-root --root "$PWD/root"
rm site.pem
sqlite3 inventory.db 'UPDATE store SET type = 201'
head -c 500 modern.p12 >site.pem
cannot site.pem damaged
cp modern.p12 site.pem
cannot site.pem wrong-password
cannot site.pem wrong-password --passphrase-file wrong
openssl pkcs12 -export -nokeys -nomac -iter 8388608 -in "$made/old.pem" -passout pass:secret -out slow.p12
xxd -p slow.p12 | tr -d '\n' | sed 's/020400800000/02047fffffff/' | xxd -r -p >site.pem
from=$(date +%s%N)
cannot site.pem too-many-iterations --passphrase-file secret
[ $((($(date +%s%N) - from) / 1000000)) -lt 1000 ] || wrong 'it took a second and more'
cp modern.p12 site.pem
run 0 -q scan --passphrase-file secret
tried 1 ''
has 1 "www,0,$old" "www,1,$ca"

begin 'no permission, as another user'
take www.pem
begin_stores www.pem,2
known_as www
chmod 600 www.pem
nobody=$(id -u nobody 2>/dev/null)
other() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid "$nobody" --regid "$nobody" --clear-groups "$@"
	else
		"$@"
	fi
}
if [ "$(id -u)" != 0 ]; then
	chmod 0 www.pem
elif chmod 711 "$scratch" && chown "$nobody" . inventory.db*; then
	:
fi
if other test -x "$PROGRAM" -a ! -r www.pem -a -w inventory.db 2>/dev/null; then
	other "$PROGRAM" -q scan >"$scratch/out" 2>"$scratch/err"
	is 'status' $? 1
	err "pfxreplace: scan: $(named 1 www.pem): no-permission: the user may not read the file
pfxreplace: scan: 0 of 1 store read, 1 not readable
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone"
	tried 1 no-permission
	has 1 "www,0,$old"
else
	echo "skipped: $script: $case_name: no other user"
fi
chmod 700 "$scratch"

begin "certbot's links are read; with --root a link out is outside-root"
take www.pem old.key ca.pem
mkdir -p le/live/www le/archive/www out
cp www.pem le/archive/www/fullchain1.pem
cp old.key le/archive/www/privkey1.pem
ln -s ../../archive/www/fullchain1.pem le/live/www/fullchain.pem
ln -s ../../archive/www/privkey1.pem le/live/www/privkey.pem
begin_stores le/live/www/fullchain.pem,2
sqlite3 inventory.db "UPDATE store SET key_path = '$PWD/le/live/www/privkey.pem'"
run 0 -q scan --root le
has 1 "$old,0,$old" "$old,1,$ca"
mv le/archive/www/privkey1.pem out
ln -s "$PWD/out/privkey1.pem" le/archive/www/privkey1.pem
run 0 -q scan
run 1 -q scan --root "$PWD/le"
err "pfxreplace: scan: $(named 1 le/live/www/fullchain.pem): outside-root: its file with the private key: it lies, or a link leads, outside of --root
pfxreplace: scan: 0 of 1 store read, 1 not readable
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone"
run 2 scan --root none
err 'pfxreplace: none: the folder cannot be opened: No such file or directory'
sqlite3 inventory.db "UPDATE store SET key_path = 'live/www/privkey.pem'"
run 1 -q scan
is 'message' "$(head -n 1 "$scratch/err")" "pfxreplace: scan: $(named 1 le/live/www/fullchain.pem): not-a-file: its SeparatePrivateKeyFilePath is not absolute: expected one that begins with /"
sqlite3 inventory.db "UPDATE store SET path = 'site.pem'"
run 1 -q scan
is 'message' "$(head -n 1 "$scratch/err")" "pfxreplace: scan: $host:site.pem ($(guid 1)): not-a-file: its Storepath is not absolute: expected one that begins with /"

begin 'many that cannot be read: twenty are named'
set --
for number in $(seq 25); do
	set -- "$@" "none$number.pem,2"
done
begin_stores "$@"
run 1 scan
is 'named' "$(grep -c ': absent: there is no such file$' "$scratch/err")" 20
is 'rest' "$(tail -n 3 "$scratch/err")" 'pfxreplace: scan: ... and 5 more that cannot be read (-v names all)
pfxreplace: scan: 0 of 25 stores read, 25 not readable
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone'
run 1 -v scan
is 'named' "$(grep -c ': absent: there is no such file$' "$scratch/err")" 25
is 'rest' "$(grep -c more "$scratch/err")" 0

# ---- which stores ----------------------------------------------------------------------------

begin 'the machine: its name, and what is passed over'
take www.pem
begin_stores www.pem,2
run 0 -q import stores stores.csv
{
	echo Id,ClientMachine,Storepath,CertStoreType,Approved
	number=0
	for machine in web web.example.com 'WEB|LocalMachine' 'web.example.com|localmachine' web.example.org db; do
		number=$((number + 1))
		echo "$(guid $number),$machine,$PWD/www.pem,2,true"
	done
	echo "$(guid 7),web,$PWD/www.pem,2,false"
	echo "$(guid 8),web,My,6,true"
} >stores.csv
run 0 -q import stores stores.csv
# counted MACHINE COUNT: so many stores are its own
counted() {
	run 0 scan --machine "$1"
	is "stores of $1" "$(sed -n 's/.* of \([0-9]*\) stores* read$/\1/p' "$scratch/err")" "$2"
}
counted web 5
counted WEB 5
counted web.example.com 4
counted Web.Example.Org 3
counted db 1
run 0 scan --machine web
is 'passed' "$(tail -n 1 "$scratch/err")" 'pfxreplace: scan: stores passed over: 1 of other machines, 1 of no file format, 1 not approved'
run 3 scan --machine mail
err 'pfxreplace: --machine: no store has the ClientMachine mail: expected one as `pfxreplace list stores` has them'
run 3 -q scan
err "pfxreplace: scan: no store has the ClientMachine $host, the name of this host: expected --machine NAME"

begin 'one store: --store'
refused() { # MESSAGE
	run 3 -q scan --store "$store"
	err "pfxreplace: --store: $1"
}
cd "$scratch/$((case_number - 1))" || exit 2
store=$(guid 5)
refused "web.example.org:$PWD/www.pem ($store) is not on $host, this machine: expected one that is, or --machine NAME"
run 3 -q scan --machine db --store "$store"
err "pfxreplace: --store: web.example.org:$PWD/www.pem ($store) is not on db, the --machine given: expected one that is"
run 0 scan --machine web --store "$store"
err 'pfxreplace: scan: 1 of 1 store read
pfxreplace: scan: locations: 0 new, 0 changed, 1 unchanged, 0 gone
pfxreplace: scan: 2 certificates not known to the server'
sqlite3 inventory.db "UPDATE store SET client_machine = '$host'"
store=$(guid 7)
refused "$host:$PWD/www.pem ($store) is not approved: expected one that is"
store=$(guid 8)
refused "$host:My ($store) has the type IISPersonal, which is no file format: expected PEM, DER, PKCS12, JKS or JCEKS"
sqlite3 inventory.db "UPDATE store SET removed = 1 WHERE guid = '$store'"
refused "$host:My ($store) is marked as removed: expected one that is not"
store=none
run 3 -q scan --store none
is 'message' "$(sed 's/:.*none:/: none:/' "$scratch/err")" 'pfxreplace: none: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'

begin 'none to read: not one of a file format that is approved'
take www.pem
begin_stores www.pem,2 My,6
sqlite3 inventory.db 'UPDATE store SET approved = 0'
run 0 scan
err 'pfxreplace: scan: 0 of 0 stores read
pfxreplace: scan: locations: 0 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: stores passed over: 1 of no file format, 1 not approved'

# ---- the run of it ---------------------------------------------------------------------------

begin 'usage'
run 2 scan www.pem
is 'message' "$(head -n 1 "$scratch/err")" 'pfxreplace: scan: www.pem: expected options alone; see `pfxreplace scan --help`'
run 3 scan --passphrase-file none
is 'message' "$(cat "$scratch/err")" 'pfxreplace: none: the passphrase cannot be read: No such file or directory'

# crowd N: N stores, of which every fifth has no file
crowd() {
	take old.pem
	run 0 init
	sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO store (guid, client_machine, path, type, approved)
		SELECT printf('%08d-0000-4000-8000-000000000000', i), '$host',
			'$PWD/' || CASE WHEN i % 5 = 0 THEN 'none' ELSE 'old' END || '.pem', 2, 1 FROM n"
}

begin 'more stores than a chunk has'
crowd 2001
run 1 -q scan
is 'rest' "$(tail -n 4 "$scratch/err")" 'pfxreplace: scan: ... and 380 more that cannot be read (-v names all)
pfxreplace: scan: 1601 of 2001 stores read, 400 not readable
pfxreplace: scan: locations: 1601 new, 0 changed, 0 unchanged, 0 gone
pfxreplace: scan: 1 certificate not known to the server'
sql "SELECT count(*), count(DISTINCT certificate), min(alias), max(alias) FROM location" "1601|1|$old|$old"
sql "SELECT count(*) FROM store WHERE unreadable = 'absent' AND id % 5 = 0" 400
# Messages are in the order of the stores.
sed -n 's/.*(0*\([0-9]*\)-.*/\1/p' "$scratch/err" >numbers
is 'order' "$(cat numbers)" "$(seq 5 5 100)"
run 0 verify

begin 'one holds the lock: 5'
crowd 2
mkfifo hold
FAULT_DO='touch held; read -r go <hold' FAULT_SYNC=1 LD_PRELOAD=$shim "$PROGRAM" -q scan 2>ran &
scanning=$!
tries=0
while [ ! -e held ] && [ $tries -lt 1000 ]; do
	sleep 0.01
	tries=$((tries + 1))
done
[ -e held ] || wrong "it does not come to its sync: $(cat ran)"
run 5 scan --wait 0
sed -E 's/[0-9]{4}-[0-9-]+T[0-9:]+Z/START/' "$scratch/err" >told
same told "pfxreplace: inventory.db: held by process $scanning (scan) since START; waited 0 s: try again later, or with --wait SECONDS"
run 5 -q import --wait 0 stores stores.csv
echo go >hold
wait $scanning
is 'status' $? 0

for signal in INT:130 TERM:143 HUP:129; do
	begin "SIG${signal%:*}: what was read is recorded"
	crowd 3000
	# The second chunk is being committed.
	FAULT_DO='kill -'${signal%:*}' $VICTIM' FAULT_SYNC=4 LD_PRELOAD=$shim \
		env --default-signal=INT,HUP,TERM "$PROGRAM" -q scan >"$scratch/out" 2>"$scratch/err"
	is 'status' $? "${signal#*:}"
	grep -q '^pfxreplace: interrupted: the same command begins anew, what was recorded stays$' "$scratch/err" ||
		wrong "$(cat "$scratch/err")"
	read_count=$(sed -n 's/^pfxreplace: scan: \([0-9]*\) of 3000 stores read, .*/\1/p' "$scratch/err")
	sql 'SELECT count(*) FROM location' "$read_count"
	if [ "${read_count:-0}" -lt 800 ] || [ "${read_count:-0}" -ge 2400 ]; then
		wrong "$read_count were read"
	fi
	run 1 -q scan
	sql 'SELECT count(*) FROM location' 2400
	run 0 verify
done

begin 'kill -9: the chunks that were committed stay'
crowd 3000
FAULT_DO='kill -KILL $VICTIM' FAULT_SYNC=6 LD_PRELOAD=$shim "$PROGRAM" -q scan >"$scratch/out" 2>"$scratch/err"
is 'status' $? 137
is 'committed' "$(($(sqlite3 inventory.db 'SELECT count(*) FROM location') % 800))" 0
[ "$(sqlite3 inventory.db 'SELECT count(*) FROM location')" -gt 0 ] || wrong 'nothing was committed'
run 1 -q scan
sql 'SELECT count(*) FROM location' 2400
run 0 verify

begin 'progress on standard error'
crowd 3
run 0 -q scan --progress never
run 0 -q scan --progress always
grep -q 'scan: [0-9]* of 3 stores' "$scratch/err" || wrong "no progress: $(cat "$scratch/err")"

begin 'no thread can be started: 4'
crowd 3
FAULT_THREAD=1 LD_PRELOAD=$shim "$PROGRAM" -q scan 2>told
is 'status' $? 4
same told 'pfxreplace: a thread cannot be started: Resource temporarily unavailable'
sql 'SELECT count(*) FROM location' 0

finish
