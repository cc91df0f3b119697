#!/bin/sh
# deploy: the new certificate and its key reach the store, whole, or the old one stays.
# shellcheck disable=SC2016,SC2154 # backquotes in messages; variables of the harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/deployment
. "$(dirname "$0")/deployment"

authority

# pem FILE NAME...: the PEM files of the names, one after the other
pem() {
	file=$1
	shift
	cat "$@" >"$file"
}

# one_store: web.pem with its key, certificates 101 (old) and 201 (new), a job for it
one_store() {
	leaf old web.example.com 100
	leaf new web.example.com 300
	pem web.pem old.pem "$ca/inter.pem" old.key
	stores web.pem,PEM
	knows 101 old 201 new
	run 0 -q scan
	replaces 101,201
	pfx new secret
}

begin 'the whole circle: six stores, five of them replaced, and the proof of it'
for name in old new; do
	days=100
	[ $name = old ] || days=300
	for number in 1 2 3 4 5 6; do leaf "$name$number" "www$number.example.com" "$days"; done
done
leaf other other.example.com 100
mkdir real
pem 1.pem old1.key old1.pem "$ca/inter.pem" "$ca/root.pem"
pem 2.pem old2.pem
pem 2.key old2.key
openssl_quietly pkcs8 -topk8 -in old3.key -out old3.enc -v2 aes-256-cbc -passout pass:of-the-store
pem real/3.pem old3.pem old3.enc
ln -s real/3.pem 3.pem
openssl_quietly x509 -in old4.pem -outform der -out 4.der
openssl_quietly pkcs12 -export -in old5.pem -inkey old5.key -certfile "$ca/inter.pem" -name first -out a.p12 -passout pass:of-the-store
pem 6.pem old6.pem old6.key
if command -v keytool >/dev/null; then
	openssl_quietly pkcs12 -export -in other.pem -inkey other.key -name second -out b.p12 -passout pass:of-the-store
	keytool -importkeystore -noprompt -srckeystore a.p12 -srcstorepass of-the-store -destkeystore 5.p12 \
		-deststoretype PKCS12 -deststorepass of-the-store >/dev/null 2>&1
	keytool -importkeystore -noprompt -srckeystore b.p12 -srcstorepass of-the-store -destkeystore 5.p12 \
		-deststoretype PKCS12 -deststorepass of-the-store >/dev/null 2>&1
else
	mv a.p12 5.p12
fi
stores 1.pem,PEM "2.pem,PEM,,\"{\"\"SeparatePrivateKeyFilePath\"\":\"\"$PWD/2.key\"\"}\"" 3.pem,PEM,of-the-store 4.der,DER \
	5.p12,PKCS12,of-the-store 6.pem,PEM
knows 1 "$ca/inter" 100 other 101 old1 102 old2 103 old3 104 old4 105 old5 106 old6 201 new1 202 new2 203 new3 204 new4 205 new5 206 new6
run 0 -q scan
replaces 101,201 102,202 103,203 104,204 105,205 106,206
for number in 1 2 3 4 5; do pfx new$number secret-$number; done
cp "pfx/$(print_of new1).pfx" "pfx/$(print_of new6).pfx" # of another certificate
cp "pfx/$(print_of new1).pass" "pfx/$(print_of new6).pass"
run 1 deploy --pfx-dir pfx
out ''
err "pfxreplace: deploy: job 6: $(named 6 6.pem): failed: pfx-mismatch: $(print_of new6).pfx: its certificate has the thumbprint $(print_of new1): expected $(print_of new6)
pfxreplace: deploy: 5 replaced, 1 failed"
run 1 reconcile --format csv
is 'verdicts' "$(sed 1d "$scratch/out" | cut -d , -f 1 | tr '\n' ' ')" 'deployed deployed deployed deployed deployed failed '
for number in 1 2 3; do
	is "the certificate in $number.pem" "$(openssl x509 -in $number.pem -noout -fingerprint -sha1)" \
		"$(openssl x509 -in new$number.pem -noout -fingerprint -sha1)"
done
is 'the key in 1.pem' "$(public 1.pem)" "$(public_of 1.pem)"
is 'the key in 2.key' "$(public 2.key)" "$(public_of 2.pem)"
is 'the key in 3.pem' "$(public 3.pem -passin pass:of-the-store)" "$(public_of 3.pem)"
is 'the blocks of 1.pem' "$(grep -c BEGIN 1.pem) $(head -n 1 1.pem)" '4 -----BEGIN PRIVATE KEY-----'
is 'the chain of 1.pem' "$(tail -n 1 "$ca/root.pem") $(openssl storeutl -certs -noout -text 1.pem 2>/dev/null | grep 'Subject:' | tr -d ' \n')" \
	"-----END CERTIFICATE----- Subject:CN=www1.example.comSubject:CN=interSubject:CN=root"
is '3.pem' "$(readlink 3.pem) $(grep BEGIN real/3.pem | tr '\n' ' ')" \
	'real/3.pem -----BEGIN CERTIFICATE----- -----BEGIN ENCRYPTED PRIVATE KEY----- '
is '4.der' "$(openssl x509 -inform der -in 4.der -noout -fingerprint -sha1)" "$(openssl x509 -in new4.pem -noout -fingerprint -sha1)"
is '6.pem' "$(cat 6.pem)" "$(cat old6.pem old6.key)"
if command -v keytool >/dev/null; then
	keytool -list -v -keystore 5.p12 -storepass of-the-store 2>/dev/null | grep -E '^Alias|SHA1:' >listed
	is 'what keytool lists' "$(sed 's/.*: //; s/://g' listed | tr '\n' ' ')" \
		"first $(print_of new5) $(print_of inter "$ca/inter.pem") second $(print_of other) $(print_of inter "$ca/inter.pem") "
fi
jobs '1|3|2||1' '2|3|2||1' '3|3|2||1' '4|3|2||1' '5|3|2||1' \
	"6|3|4|pfx-mismatch: $(print_of new6).pfx: its certificate has the thumbprint $(print_of new1): expected $(print_of new6)|0"
run 0 verify --quick
run 0 deploy --pfx-dir pfx
err 'pfxreplace: deploy: no job is due for a file store of this machine'

begin 'the new certificate is there already: Success, and no hook'
one_store
pem web.pem new.pem new.key
printf '%s\n' '#!/bin/sh' 'echo ran >hook.ran' >hook
chmod +x hook
run 0 -v deploy --pfx-dir pfx --hook ./hook
err "pfxreplace: deploy: job 1: $(named 1 web.pem): already there
pfxreplace: deploy: 1 already there"
jobs '1|3|2|already there|1'
is 'files' "$(find . -name '*pfxreplace*') $([ -e hook.ran ] && echo ran)" ' '

begin 'the new certificate with another key is not there: it is put there'
one_store
pem web.pem new.pem old.key
run 0 deploy --pfx-dir pfx
err 'pfxreplace: deploy: 1 replaced'
is 'the key' "$(public web.pem)" "$(public_of web.pem)"
is 'the certificate' "$(print_of web)" "$(print_of new)"

begin 'a third certificate, a store that is empty, none: what is there is not overwritten'
one_store
leaf third web.example.com 200
pem web.pem third.pem third.key
cp web.pem before
run 1 deploy --pfx-dir pfx
err "pfxreplace: deploy: job 1: $(named 1 web.pem): failed: changed: $PWD/web.pem: neither $(print_of old) nor the new certificate is there
pfxreplace: deploy: 1 failed"
is 'the file' "$(cat web.pem)" "$(cat before)"
jobs "1|3|4|changed: $PWD/web.pem: neither $(print_of old) nor the new certificate is there|0"
shows 1 "$(print_of old),0,$(print_of third)"
rm web.pem
run 0 -q jobs reschedule --time now 1
run 1 deploy --pfx-dir pfx
err "pfxreplace: deploy: job 1: $(named 1 web.pem): failed: entry-gone: $PWD/web.pem: there is no certificate
pfxreplace: deploy: 1 failed"
run 0 -q jobs reschedule --time now 1
run 0 deploy --pfx-dir pfx --create
err 'pfxreplace: deploy: 1 replaced'
is 'the file' "$(stat -c %a web.pem) $(public web.pem)" "600 $(public_of new.pem)"
run 0 deploy --restore 1 # there was none before it: none is there after it
is 'the file' "$([ -e web.pem ] || echo none)" none

begin 'owner, group, mode, ACL and links stay, and the file of before is the backup'
one_store
mkdir real
mv web.pem real/
ln -s real/web.pem web.pem
chmod 640 real/web.pem
acl=
if command -v setfacl >/dev/null && setfacl -m u:daemon:r real/web.pem 2>/dev/null; then
	acl=$(getfacl -c real/web.pem)
fi
owner=$(id -u):$(id -g)
[ "$(id -u)" != 0 ] || owner=1:2
[ "$(id -u)" != 0 ] || chown 1:2 real/web.pem
mode=$(stat -c %a real/web.pem)
cp real/web.pem before
run 0 deploy --pfx-dir pfx
is 'the link' "$(readlink web.pem)" real/web.pem
is 'the file' "$(stat -c '%u:%g %a' real/web.pem)" "$owner $mode"
[ -z "$acl" ] || is 'the ACL' "$(getfacl -c real/web.pem)" "$acl"
is 'the backup' "$(stat -c '%u:%g %a' real/.web.pem.pfxreplace-1) $(cmp before real/.web.pem.pfxreplace-1)" "$owner $mode "
is 'others' "$(find . -name '.web*' | sort | tr '\n' ' ')" './real/.web.pem.pfxreplace-1 '

begin 'what would be done, and nothing is'
one_store
printf '%s\n' 101,202 >/dev/null
cp inventory.db before.db
everything() { find . -name 'listed*' -o -type f -printf '%p %m %T@ %s\n' | sort; }
everything >listed
run 0 deploy --pfx-dir pfx --dry-run --format csv
out "JobId,Run,Line,CertStoreId,StorePath,ClientMachine,Alias,Action,Text
1,1,2,$(guid 1),$PWD/web.pem,$host,$(print_of old),replace,\"key plain, chain of 1: $(print_of old) by $(print_of new)\""
everything >listed.after
is 'files' "$(cat listed.after)" "$(cat listed)"
cmp -s inventory.db before.db || wrong 'the database was changed'
jobs '1|1|0||0'
rm pfx/*.pfx
run 1 deploy --pfx-dir pfx --dry-run --format csv --columns JobId,Action,Text
out "JobId,Action,Text
1,pfx-missing,\"pfx: no $(print_of new).pfx, .p12 or .pem, and no 201.pfx, .p12 or .pem\""

begin 'a file of the key that is missing: the job waits, and the next deploy finds it by the Id'
one_store
mv "pfx/$(print_of new).pfx" 201.pfx
mv "pfx/$(print_of new).pass" 201.pass
run 1 deploy --pfx-dir pfx
err "pfxreplace: deploy: job 1: $(named 1 web.pem): left: pfx-missing: pfx: no $(print_of new).pfx, .p12 or .pem, and no 201.pfx, .p12 or .pem
pfxreplace: deploy: 1 left"
jobs '1|1|0||0'
sql 'SELECT count(*) FROM job_event' 0
mv 201.pfx 201.pass pfx/
run 0 deploy --pfx-dir pfx
jobs '1|3|2||1'

begin 'the Password of the row encrypts the key; without any an encrypted key is not made plain'
leaf old web.example.com 100
leaf new web.example.com 300
leaf old2 two.example.com 100
leaf new2 two.example.com 300
openssl_quietly pkcs8 -topk8 -in old2.key -out old2.enc -v2 aes-256-cbc -passout pass:known-to-nobody
pem web.pem old.pem old.key
pem two.pem old2.pem old2.enc
stores web.pem,PEM two.pem,PEM
knows 101 old 102 old2 201 new 202 new2
run 0 -q scan
replaces 101,201,of-the-row 102,202
pfx new secret
pfx new2 secret
run 1 deploy --pfx-dir pfx --dry-run --format csv --columns JobId,Action,Text
out "JobId,Action,Text
1,replace,key encrypted with the row's password (it is plain today): $(print_of old) by $(print_of new)
2,password-missing,$(sed -n 's/^2,password-missing,//p' "$scratch/out")"
run 1 deploy --pfx-dir pfx
is 'the key' "$(grep -c 'ENCRYPTED PRIVATE' web.pem) $(public web.pem -passin pass:of-the-row)" "2 $(public_of web.pem)"
is 'the other store' "$(cat two.pem)" "$(cat old2.pem old2.enc)"
sql 'SELECT id, status, result, substr(message, 1, 17) FROM job ORDER BY id' '1|3|2|
2|3|4|password-missing:'
sql 'SELECT length(password) FROM request WHERE line = 2' 0

begin '--passphrase-file opens stores whose own password is not known, --pfx-passphrase-file the keys'
leaf old web.example.com 100
leaf new web.example.com 300
openssl_quietly pkcs12 -export -in old.pem -inkey old.key -name web -out web.p12 -passout pass:of-the-store
printf 'of-the-store\n' >store.pass
stores web.p12,PKCS12
knows 101 old 201 new
run 0 -q scan --passphrase-file store.pass
replaces 101,201
pfx new secret
mv "pfx/$(print_of new).pass" new.pass
run 1 deploy --pfx-dir pfx
is 'its message' "$(sed 's/.*: left: \([a-z-]*\):.*/\1/' "$scratch/err" | head -n 1)" pfx-not-readable
jobs '1|1|0||0'
run 0 deploy --pfx-dir pfx --pfx-passphrase-file new.pass --passphrase-file store.pass
jobs '1|3|2||1'
is 'the entry' "$(openssl pkcs12 -in web.p12 -passin pass:of-the-store -nodes 2>/dev/null | grep -c -e 'friendlyName: web' -e 'BEGIN PRIVATE KEY')" 3
openssl pkcs12 -in web.p12 -passin pass:of-the-store -nodes 2>/dev/null >opened.pem
is 'the key' "$(public opened.pem)" "$(public_of new.pem)"

begin 'files that are not replaced: hard links, an archive of certbot, outside of --root'
leaf old web.example.com 100
leaf new web.example.com 300
mkdir -p le/archive/web le/live/web root
pem le/archive/web/fullchain1.pem old.pem old.key
ln -s ../../archive/web/fullchain1.pem le/live/web/fullchain.pem
pem two.pem old.pem old.key
ln two.pem two.copy
pem root/three.pem old.pem old.key
stores le/live/web/fullchain.pem,PEM two.pem,PEM root/three.pem,PEM
knows 101 old 201 new
run 0 -q scan
replaces 101,201
pfx new secret
run 1 deploy --pfx-dir pfx --root root
sql 'SELECT id, result, substr(message, 1, instr(message, ":")) FROM job ORDER BY id' '1|4|certbot-archive:
2|4|store-not-readable:
3|2|'
run 0 -q jobs reschedule --time now 1 2
run 1 deploy --pfx-dir pfx
sql 'SELECT id, result, substr(message, 1, instr(message, ":")) FROM job ORDER BY id' '1|4|certbot-archive:
2|4|hard-links:
3|2|'
is 'the files' "$(cmp two.pem two.copy) $(print_of x le/archive/web/fullchain1.pem)" " $(print_of old)"

begin 'jobs of other types and of other machines are left; a limit; what an inventory has proven'
leaf old web.example.com 100
leaf new web.example.com 300
for number in 1 2 3 4; do pem $number.pem old.pem old.key; done
stores 1.pem,PEM 2.pem,PEM 3.pem,PEM 4.pem,PEM
knows 101 old 201 new
run 0 -q scan
replaces 101,201
pfx new secret
sql "UPDATE store SET client_machine = 'elsewhere.example.com' WHERE id = 4" ''
sql 'UPDATE store SET type = 0 WHERE id = 3' ''
run 0 deploy --pfx-dir pfx --limit 1
err 'pfxreplace: deploy: 1 replaced'
run 0 deploy --pfx-dir pfx
err 'pfxreplace: deploy: 1 of other store types left to others
pfxreplace: deploy: 1 replaced'
jobs '1|3|2||1' '2|3|2||1' '3|1|0||0' '4|1|0||0'
run 0 -q deploy --pfx-dir pfx
err ''

begin 'options that do not go together'
one_store
run 2 deploy
err "pfxreplace: deploy: expected --pfx-dir DIR, the folder of the new certificates and their keys; see \`pfxreplace deploy --help\`"
run 2 deploy --pfx-dir pfx 1
run 2 deploy --pfx-dir pfx --hook-once
run 2 deploy --pfx-dir pfx --on-hook-failure keep
run 2 deploy --pfx-dir pfx --hook ./nothing
err "pfxreplace: deploy: --hook ./nothing: expected the path of a program that can be run; see \`pfxreplace deploy --help\`"
run 2 deploy --pfx-dir pfx --format csv
run 2 deploy --restore
run 2 deploy --restore --dry-run 1
run 2 deploy --restore web
run 2 deploy --pfx-dir nowhere
jobs '1|1|0||0'

finish
