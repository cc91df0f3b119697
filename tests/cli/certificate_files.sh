#!/bin/sh
# shellcheck source=tests/cli/harness
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/certificates
. "$(dirname "$0")/certificates"

# Certificates from PEM, DER and PKCS#12 files, and from folders of them.

lines() { # LINE...
	printf '%s\n' "$@"
}

# passphrase NAME: puts "secret" into a file that nobody else can read
passphrase() {
	(umask 077 && echo secret >"$1")
}

# leaf NAME CA OPTION...: a certificate that CA has issued; NAME.p12 has it, its key and CA
leaf() {
	leaf=$1
	issuer=$2
	shift 2
	{
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$leaf.key" -out "$leaf.csr" -subj "/CN=$leaf" &&
			openssl x509 -req -in "$leaf.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -CAcreateserial -days 30 -out "$leaf.pem" &&
			openssl x509 -in "$leaf.pem" -outform der -out "$leaf.der" &&
			openssl pkcs12 -export -inkey "$leaf.key" -in "$leaf.pem" -certfile "$issuer.pem" -passout pass:secret -out "$leaf.p12" "$@"
	} 2>openssl.err || wrong "$(cat openssl.err)"
}

company_of() {
	run 0 init
	certificate ca -subj /CN=ca
	leaf old ca
	passphrase pass
}

begin 'PEM, DER and PKCS#12 of one certificate are one certificate'
company_of
made=$PWD
run 0 import certificates --passphrase-file pass old.pem old.der old.p12
err 'pfxreplace: certificates: 2 records: 2 new, 0 changed, 0 unchanged; 2 without an Id, not known to the server'
sql 'SELECT id, thumbprint, has_private_key, is_ca FROM certificate ORDER BY id' "-2|$(print_of ca sha1)||1
-1|$(print_of old sha1)|1|0"
run 0 import certificates --passphrase-file pass old.pem old.der old.p12
err 'pfxreplace: certificates: 2 records: 0 new, 0 changed, 2 unchanged; 2 without an Id, not known to the server'
run 0 verify
run 0 import certificates old.pem
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged; 1 without an Id, not known to the server'

begin 'a passphrase from a descriptor'
cp "$made"/* .
rm inventory.db*
run 0 init
exec 7<pass
run 0 -q import certificates --passphrase-fd 7 old.p12
exec 7<&-
sql 'SELECT count(*) FROM certificate' 2

begin 'ContentBytes and the file of one certificate show the same'
run 0 init
certificate a -subj /O=Example/CN=WWW.example.com -addext 'subjectAltName=DNS:WWW.Example.com,IP:2001:DB8:0::1,email:a@EXAMPLE.com' \
	-addext keyUsage=digitalSignature -addext extendedKeyUsage=serverAuth
lines "{\"Id\":5,\"ContentBytes\":\"$(base64 -w 0 a.der)\"}" >a.jsonl
run 0 -q import certificates a.jsonl
run 0 show certificate 5 --format jsonl
cp "$scratch/out" first
run 0 import certificates a.pem
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
for file in a.pem a.der; do
	rm inventory.db*
	run 0 init
	run 0 -q import certificates --id 5 $file
	run 0 show certificate 5 --format jsonl
	cmp -s "$scratch/out" first || wrong "$file: not the same as ContentBytes"
done

begin '--id, --assign, and a thumbprint that is known'
cp "$made"/* .
rm inventory.db*
run 0 init
lines Id,Thumbprint "30,$(print_of ca sha1)" 40, >a.csv
run 0 -q import certificates a.csv
lines RequestId,CertificateId 1,50 >r.csv
run 0 -q import requests r.csv
run 0 import certificates --passphrase-file pass --id 7 old.p12
err 'pfxreplace: certificates: 2 records: 1 new, 1 changed, 0 unchanged'
sql 'SELECT id, thumbprint FROM certificate WHERE thumbprint IS NOT NULL ORDER BY id' "7|$(print_of old sha1)
30|$(print_of ca sha1)"
leaf new ca
leaf next ca
run 0 import certificates --assign new.pem next.pem
err 'pfxreplace: certificates: 2 records: 2 new, 0 changed, 0 unchanged'
sql 'SELECT id, thumbprint FROM certificate WHERE id > 50 ORDER BY id' "51|$(print_of new sha1)
52|$(print_of next sha1)"
leaf third ca
leaf fourth ca
run 3 import certificates --id 60 third.pem fourth.pem
err 'pfxreplace: certificates: --id 60: 2 end-entity certificates in the files: expected one
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates --id 60 a.csv
err 'pfxreplace: certificates: --id: no certificate file among the files: expected PEM, DER or PKCS#12
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates --assign a.csv
err 'pfxreplace: certificates: --assign: no certificate file among the files: expected PEM, DER or PKCS#12
pfxreplace: certificates: 1 fault: nothing was loaded'

begin 'one that was not known to the server gets its Id'
cp "$made"/* .
rm inventory.db*
run 0 init
run 0 -q import certificates old.pem
run 0 import certificates --id 9 old.pem
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
sql 'SELECT id, thumbprint FROM certificate' "9|$(print_of old sha1)"
run 0 import certificates --id 9 old.der
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
sqlite3 inventory.db 'INSERT INTO certificate(id) VALUES (2147483647)'
before=$(cksum inventory.db)
leaf new ca
run 3 import certificates --assign new.pem
err 'pfxreplace: new.pem: no Id is free any more, up to 2147483647
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates --id 9 new.pem
err "pfxreplace: new.pem: Thumbprint: $(print_of new sha1), but certificate 9 has $(print_of old sha1): an Id keeps its thumbprint, expected a new Id for a new certificate
pfxreplace: certificates: 1 fault: nothing was loaded"
run 3 import certificates --id 10 old.pem
err "pfxreplace: old.pem: Thumbprint: $(print_of old sha1) is that of certificate 9, not of 10: expected one of its own, or --renumber where 10 is the new Id of that certificate
pfxreplace: certificates: 1 fault: nothing was loaded"
is 'the database' "$(cksum inventory.db)" "$before"
run 0 import certificates --renumber --id 10 old.pem
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 0 unchanged, 1 renumbered'

begin 'a wrong passphrase, a cut file, an unsupported algorithm, a key that does not match'
cp "$made"/* .
rm inventory.db*
run 0 init
before=$(cksum inventory.db)
(umask 077 && echo another-canary >wrong)
head -c 700 old.p12 >cut.p12
head -c 200 old.der >cut.der
head -n 5 old.pem >cut.pem
leaf new ca
{ openssl pkcs12 -export -inkey old.key -in old.pem -passout pass:secret -out des.p12 -keypbe NONE -certpbe NONE -macalg md5; } 2>openssl.err ||
	wrong "$(cat openssl.err)"
# the OID of the digest, md5, becomes one that nobody has
LC_ALL=C sed 's/\x2a\x86\x48\x86\xf7\x0d\x02\x05/\x2a\x86\x48\x86\xf7\x0d\x02\x7e/g' des.p12 >odd.p12
cat old.pem new.key >mixed.pem
run 3 import certificates --passphrase-file wrong old.p12 old.pem
err 'pfxreplace: old.p12: wrong passphrase: expected that of the file
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates old.p12
err 'pfxreplace: old.p12: it has a passphrase: expected --passphrase-file or --passphrase-fd
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates --passphrase-file pass cut.p12 cut.der cut.pem odd.p12 mixed.pem
sed -i 's/off: a certificate: not/off: not/' "$scratch/err"
err "pfxreplace: cut.p12: damaged, or cut off: it is no PKCS#12 file, or was cut off: expected a whole certificate file
pfxreplace: cut.der: damaged, or cut off: not a DER certificate: too long: expected a whole certificate file
pfxreplace: cut.pem: damaged, or cut off: PEM block 1: damaged: bad end line: expected a whole certificate file
pfxreplace: odd.p12: unsupported algorithm: integrity of the algorithm 1.2.840.113549.2.126: expected one that this OpenSSL has
pfxreplace: mixed.pem: the private key does not match the certificate $(print_of old sha1): expected its own
pfxreplace: certificates: 5 faults: nothing was loaded"
is 'the database' "$(cksum inventory.db)" "$before"
if grep -rl another-canary "$scratch/out" "$scratch/err" inventory.db*; then wrong 'the passphrase is there'; fi

begin 'passphrases that are refused'
cp "$made"/old.p12 .
run 0 init
echo secret >open
chmod 644 open
run 3 import certificates --passphrase-file open old.p12
err 'pfxreplace: open: the passphrase can be read by others: expected a file of mode 0600'
run 3 import certificates --passphrase-file none old.p12
err 'pfxreplace: none: the passphrase cannot be read: No such file or directory'
run 3 import certificates --passphrase-fd 9 old.p12 9<&-
err 'pfxreplace: descriptor 9: the passphrase cannot be read: Bad file descriptor'
(umask 077 && printf '%01025d\n' 0 >long && printf 'a\0b\n' >nul)
run 3 import certificates --passphrase-file long old.p12
err 'pfxreplace: long: the passphrase is too long: expected 1024 bytes at the most'
run 3 import certificates --passphrase-file nul old.p12
err 'pfxreplace: nul: the passphrase has a NUL: expected a line of text'
for line in 'secret\r\n' secret 'secret\nmore\n'; do
	# shellcheck disable=SC2059 # with escapes
	(umask 077 && printf "$line" >good)
	run 0 -q import certificates --passphrase-file good old.p12
done

begin 'keys in PEM files: a plain one that matches, an encrypted one'
cp "$made"/* .
rm inventory.db*
run 0 init
cat old.key old.pem >both.pem
run 0 -q import certificates both.pem
sql 'SELECT has_private_key FROM certificate' 1
leaf new ca
openssl pkcs8 -topk8 -in new.key -passout pass:x -out new.p8
cat new.pem new.p8 >both.pem
run 0 -q import certificates --id 2 both.pem
sql 'SELECT has_private_key FROM certificate WHERE id = 2' 1
run 3 import certificates old.key
err 'pfxreplace: old.key: no certificate: expected one in the file
pfxreplace: certificates: 1 fault: nothing was loaded'

begin 'a folder: recursively, in the order of names, without what is no certificate file'
cp "$made"/* .
rm inventory.db*
run 0 init
leaf new ca
mkdir -p store/a/b store/empty
cp old.pem store/z.pem
cp new.der store/a/b/new
cp ca.pem store/a/ca.crt
{ echo 'a certificate of ours'; cat old.pem; } >store/b.txt
lines Id 1 >store/ids.csv
: >store/nothing
ln -s ../old.pem store/link.pem
ln -s . store/circle
mkfifo store/pipe
run 0 import certificates --assign store
err 'pfxreplace: store/ids.csv: passed over: no certificate file
pfxreplace: store/nothing: passed over: no certificate file
pfxreplace: certificates: 3 records: 3 new, 0 changed, 0 unchanged'
sql 'SELECT id, thumbprint FROM certificate ORDER BY id' "1|$(print_of new sha1)
2|$(print_of ca sha1)
3|$(print_of old sha1)"
run 3 import certificates store/empty
err 'pfxreplace: store/empty: no certificate file in the folder: expected one
pfxreplace: certificates: 1 fault: nothing was loaded'
# A key beside its certificate, or a message of certificates, is passed over too.
mkdir store/pair store/keys
cp old.key old.pem store/pair
openssl crl2pkcs7 -nocrl -certfile old.pem -out store/pair/p7b.pem
run 0 import certificates store/pair
err 'pfxreplace: store/pair/old.key: passed over: no certificate file
pfxreplace: store/pair/p7b.pem: passed over: no certificate file
pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
cp old.key store/keys
run 3 import certificates store/keys
err 'pfxreplace: store/keys/old.key: passed over: no certificate file
pfxreplace: store/keys: no certificate file in the folder: expected one
pfxreplace: certificates: 1 fault: nothing was loaded'
rm -r store/pair store/keys
run 3 import stores store
err 'pfxreplace: store: cannot be read: a folder, expected a file
pfxreplace: stores: 1 fault: nothing was loaded'
run 0 -q import certificates --format der store
cp cut.der store 2>/dev/null || head -c 200 old.der >store/cut.der
run 3 import certificates store/
err 'pfxreplace: store/cut.der: damaged, or cut off: not a DER certificate: too long: expected a whole certificate file
pfxreplace: store/ids.csv: passed over: no certificate file
pfxreplace: store/nothing: passed over: no certificate file
pfxreplace: certificates: 1 fault: nothing was loaded'

begin 'records and files in one command; standard input'
cp "$made"/* .
rm inventory.db*
run 0 init
lines Id,Thumbprint "4,$(print_of old sha1)" >a.csv
run 0 import certificates a.csv old.pem
err 'pfxreplace: certificates: 2 records: 1 new, 1 changed, 0 unchanged'
run 0 import certificates - <old.der
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
run 0 import certificates --format pem - <old.pem
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
run 3 import certificates --format der old.pem
err 'pfxreplace: old.pem: damaged, or cut off: not a DER certificate: wrong tag: expected a whole certificate file
pfxreplace: certificates: 1 fault: nothing was loaded'
run 3 import certificates --locations --complete --as-of now old.pem
err 'pfxreplace: old.pem: a certificate file has no Locations: expected JSON
pfxreplace: certificates: 1 fault: nothing was loaded'
printf 'Id,Thumbprint,Note\n9,%s,"\n-----BEGIN CERTIFICATE-----"\n' "$(printf '%040d' 9)" >c.csv
run 0 -q import certificates c.csv
sql 'SELECT count(*) FROM certificate WHERE id = 9' 1
lines "{\"Id\":8,\"Note\":\"
-----BEGIN CERTIFICATE-----\"}" | tr -d '\n' >b.json
run 0 -q import certificates b.json
sql 'SELECT count(*) FROM certificate' 3

begin 'PKCS#12 of other kinds: without a MAC, without a password, of old algorithms'
company_of
leaf nomac ca -nomac
leaf old ca -legacy
openssl pkcs12 -export -inkey nomac.key -in nomac.pem -passout pass: -out empty.p12 2>openssl.err || wrong "$(cat openssl.err)"
run 0 -q import certificates --passphrase-file pass nomac.p12
run 0 -q import certificates --passphrase-file pass old.p12
run 0 -q import certificates empty.p12
sql 'SELECT count(*), sum(has_private_key) FROM certificate' '3|2'

begin 'usage of what is for certificate files'
run 0 init
see='see `pfxreplace import --help`'
run 2 import stores --id 5 a.csv
err "pfxreplace: import: --id: expected certificates; $see"
run 2 import stores --assign a.csv
err "pfxreplace: import: --assign: expected certificates; $see"
run 2 import inventory --passphrase-file x a.csv
err "pfxreplace: import: --passphrase-file: expected certificates; $see"
run 2 import agents --format pem a.csv
err "pfxreplace: import: --format pem: expected certificates; $see"
run 2 import certificates --id 2147483648 a.pem
err "pfxreplace: import: --id: expected 1 to 2147483647; $see"
run 2 import certificates --id 0 a.pem
err "pfxreplace: import: --id 0: expected a whole number from 1; $see"
run 2 import certificates --passphrase-file x --passphrase-fd 3 a.pem
err "pfxreplace: import: --passphrase-fd: expected either it or --passphrase-file; $see"

finish
