#!/bin/sh
# shellcheck source=tests/cli/harness
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# The new certificate held against the existing one, with certificates made by openssl: each check
# passing, failing and at the edge.
#
# Certificate 1000 + n is in use at alias c(1000 + n) of the store web, 2000 + n takes its place.

# ---- certificates ------------------------------------------------------------------------------

key() { # NAME OPTION...: a private key
	key=$1
	shift
	openssl genpkey -quiet "$@" -out "$key.key" 2>/dev/null || openssl genpkey "$@" -out "$key.key" 2>openssl.err ||
		wrong "$(cat openssl.err)"
}

authorities() {
	cat >config <<-'TEXT'
		[ca]
		default_ca = any
		[any]
		database = index
		serial = serial
		new_certs_dir = .
		default_md = sha256
		policy = policy
		preserve = yes
		[policy]
		commonName = optional
		[req]
		distinguished_name = subject
		[subject]
	TEXT
	key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	key rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
	key rsa3072 -algorithm RSA -pkeyopt rsa_keygen_bits:3072
	key rsa4096 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
	key ca -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	cp ca.key other.key
	cp rsa2048.key ca-rsa.key
	for name in ca other ca-rsa; do
		subject='/CN=Example CA'
		[ $name != other ] || subject='/CN=Other CA'
		openssl req -x509 -config config -key $name.key -subj "$subject" -days 365 -out $name.pem 2>openssl.err ||
			wrong "$(cat openssl.err)"
	done
	echo 01 >serial
	: >certificates.jsonl
}

# issue ID KEY SUBJECT EXTENSION...: a certificate of $signer, valid until $until, becomes a record
issue() {
	id=$1 key=$2 subject=$3
	shift 3
	printf '%s\n' basicConstraints=CA:FALSE "$@" >extensions
	: >index
	{
		openssl req -new -config config -key "$key.key" -subj "$subject" -out request.pem &&
			openssl ca -batch -notext -config config -extfile extensions -startdate "$from" -enddate "$until" \
				-keyfile "$signer.key" -cert "$signer.pem" -in request.pem -out "$id.pem" &&
			openssl x509 -in "$id.pem" -outform der -out "$id.der"
	} >openssl.err 2>&1 || wrong "$id: $(cat openssl.err)"
	printf '{"Id":%s,"HasPrivateKey":true,"ContentBytes":"%s"}\n' "$id" "$(base64 -w 0 "$id.der")" >>certificates.jsonl
}

from=20200101000000Z
until=20950101000000Z
signer=ca
signs=keyUsage=digitalSignature
enciphers=keyUsage=digitalSignature,keyEncipherment
agrees=keyUsage=digitalSignature,keyAgreement
server=extendedKeyUsage=serverAuth
cn=/CN=www.example.com

# names N OLD NEW: two certificates that differ in their names alone; "" for none
names() {
	for one in "$((1000 + $1))=$2" "$((2000 + $1))=$3"; do
		if [ -n "${one#*=}" ]; then
			issue "${one%%=*}" p256 $cn $signs $server "subjectAltName=${one#*=}"
		else
			issue "${one%%=*}" p256 $cn $signs $server
		fi
	done
}

# usages N OLD-KEY OLD-USAGES NEW-KEY NEW-USAGES: in their keys and usages alone; usages may be several words
usages() {
	# shellcheck disable=SC2086 # words
	issue "$((1000 + $1))" "$2" $cn subjectAltName=DNS:www.example.com $3
	# shellcheck disable=SC2086 # words
	issue "$((2000 + $1))" "$4" $cn subjectAltName=DNS:www.example.com $5
}

made() {
	authorities
	names 1 DNS:www.example.com,DNS:example.com DNS:example.com,DNS:WWW.example.com,DNS:more.example.com
	names 2 DNS:www.example.com 'DNS:*.example.com'
	names 3 DNS:a.b.example.com,DNS:example.com 'DNS:*.example.com'
	names 4 'DNS:*.example.com' 'DNS:*.example.com'
	names 5 'DNS:*.example.com' 'DNS:*.com,DNS:www.example.com'
	names 6 IP:10.0.0.1,IP:2001:db8::1 IP:2001:DB8:0:0::0:1,IP:10.0.0.1
	names 7 IP:10.0.0.1,IP:10.0.0.2,IP:2001:db8::2 IP:10.0.0.1,DNS:10.0.0.2
	names 8 email:joe@example.com,URI:https://example.com/a email:joe@example.com,URI:https://example.com/b
	names 9 DNS:xn--mnchen-3ya.de,DNS:www.xn--mnchen-3ya.de 'DNS:XN--MNCHEN-3YA.DE,DNS:*.xn--mnchen-3ya.de'
	names 10 '' DNS:www.example.com
	names 11 '' DNS:example.com
	names 12 DNS:a.example.com DNS:a.example.com,DNS:b.example.com
	names 13 DNS:example.com ''
	names 14 DNS:n01.a,DNS:n02.a,DNS:n03.a,DNS:n04.a,DNS:n05.a,DNS:n06.a,DNS:n07.a,DNS:n08.a,DNS:n09.a,DNS:n10.a,DNS:n11.a \
		DNS:example.com
	names 15 DNS:n01.a,DNS:n02.a,DNS:n03.a,DNS:n04.a,DNS:n05.a,DNS:n06.a,DNS:n07.a,DNS:n08.a,DNS:n09.a,DNS:n10.a \
		DNS:example.com
	usages 20 p256 "$signs extendedKeyUsage=serverAuth,clientAuth" p256 "$signs $server"
	usages 21 p256 "$signs extendedKeyUsage=serverAuth,clientAuth" p256 "$signs extendedKeyUsage=anyExtendedKeyUsage"
	usages 22 p256 "$signs extendedKeyUsage=clientAuth" p256 "$signs"
	usages 23 p256 "$signs extendedKeyUsage=serverAuth,1.2.3.4" p256 "$signs $server"
	usages 24 rsa2048 "$enciphers" p256 "$signs"
	usages 25 rsa2048 "$enciphers" rsa2048 "$signs"
	usages 26 p256 "$agrees" rsa3072 "$enciphers"
	usages 27 p256 "$agrees" p256 "$signs"
	usages 28 p256 "$signs" p256 ''
	usages 30 rsa3072 '' rsa2048 ''
	usages 31 rsa4096 '' p256 ''
	usages 32 p256 '' rsa2048 ''
	issue 1040 p256 $cn
	signer=ca-rsa
	issue 2040 p256 $cn
	signer=ca
	issue 1041 p256 $cn
	signer=other
	issue 2041 p256 $cn
	signer=ca
	issue 1042 p256 $cn
	issue 2042 p256 $cn basicConstraints=critical,CA:TRUE
	issue 1043 p256 $cn
	issue 2043 p256 $cn
	issue 1044 p256 $cn
	issue 2044 p256 '/CN=Example CA' subjectAltName=DNS:www.example.com
	until=20940101000000Z
	issue 1045 p256 $cn
	until=20930101000000Z
	issue 2045 p256 $cn
	until=20950101000000Z
	for id in 1050 1051 1052 1053 2050 2051; do
		issue $id p256 $cn
	done
	from=20910101000000Z
	issue 2052 p256 $cn
	issue 2053 p256 $cn
	from=20200101000000Z
}

places() {
	echo CertStoreId,Alias,ChainLevel,CertificateId
	sed -n 's/{"Id":\(1[0-9]*\),.*/\1/p' certificates.jsonl | while read -r id; do
		echo "$web,c$id,0,$id"
	done
	echo "$web,c1001,1,2043"
}

# certified: copies the company with these certificates to the case's folder
certified() {
	cp "$scratch/certified"/* .
}

begin 'certificates of openssl'
mkdir "$scratch/certified"
cd "$scratch/certified" || exit 2
made
company
run 0 import certificates certificates.jsonl
err "pfxreplace: certificates: $(wc -l <certificates.jsonl) records: $(wc -l <certificates.jsonl) new, 0 changed, 0 unchanged"
places >places.csv
run 0 -q import inventory places.csv
rm -f config ./*.key ./*.err index* serial* request.pem extensions

# ---- each check ----------------------------------------------------------------------------------

# rows N...: a manifest of their rows, without a JobTime
rows() {
	echo ExistingCertificateId,CertificateId
	for row in "$@"; do
		echo $((1000 + row)),$((2000 + row))
	done
}

# The rows of a results file: N, outcome and messages.
said() { # FILE
	sed -n 's/^[0-9]*,1\([0-9]*\),[0-9]*,,[^,]*,\([a-z]*\),[^,]*,[^,]*,\(.*\)/\1 \2 \3/p' "$1" | sed 's/^0*//; s/"//g; s/ $//'
}

lacks='names-not-covered: CertificateId: the new certificate lacks'
lost='key-usage-lost: CertificateId: the new certificate lacks usages of the existing one:'
ten='n01.a, n02.a, n03.a, n04.a, n05.a, n06.a, n07.a, n08.a, n09.a, n10.a'

begin 'names: wildcards, addresses, IDNA, the common name'
certified
rows 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 >m.csv
run 1 -q apply --summary summary.json m.csv
said m.results.csv >found
same found "1 succeeded
2 succeeded
3 rejected $lacks 2 names of the existing one: a.b.example.com, example.com
4 succeeded
5 rejected $lacks 1 name of the existing one: *.example.com
6 succeeded
7 rejected $lacks 2 names of the existing one: 10.0.0.2, 2001:db8::2
8 rejected $lacks 1 name of the existing one: https://example.com/a
9 succeeded
10 succeeded
11 rejected $lacks 1 name of the existing one: www.example.com
12 succeeded
13 rejected $lacks 1 name of the existing one: example.com
14 rejected $lacks 11 names of the existing one: $ten, ...
15 rejected $lacks 10 names of the existing one: $ten"
is 'the codes' "$(sed 's/.*\("Rows".*\)}/\1/' summary.json)" '"Rows":{"Read":15,"Succeeded":7,"Partial":0,"Failed":0,"Rejected":8,"Skipped":0},"Jobs":{"Created":7,"Refused":0,"Superseded":0},"Codes":{"names-not-covered":8},"Warnings":{},"Repairs":{}'
sql 'SELECT * FROM tally' '1|code|names-not-covered|8|'
sql 'SELECT group_concat(existing) FROM (SELECT r.existing FROM job j JOIN request r ON r.id = j.request ORDER BY j.id)' \
	1001,1002,1004,1006,1009,1010,1012
sql 'SELECT line, outcome, first_job, jobs, messages FROM request WHERE existing = 1005' \
	"6|4|||$(printf 'names-not-covered\tCertificateId\t\tthe new certificate lacks 1 name of the existing one: *.example.com')"
run 0 -q verify

begin 'names: what records spell in Unicode is what certificates have'
certified
printf '%s\n' '{"Id":1009,"SubjectAltNameElements":[{"Value":"MÜNCHEN.de","Type":2},{"Value":"zürich.ch","Type":2}]}' >records.jsonl
run 0 -q import certificates records.jsonl
rows 9 >m.csv
run 1 -q apply m.csv
said m.results.csv >found
same found "9 rejected $lacks 1 name of the existing one: xn--zrich-kva.ch"

begin 'usages: what is lost, and what the new key has no use for'
certified
rows 20 21 22 23 24 25 26 27 28 >m.csv
run 1 apply m.csv
told "m.csv:2: CertificateId: ${lost#*: *: } clientAuth [key-usage-lost]" \
	"m.csv:5: CertificateId: ${lost#*: *: } 1.2.3.4 [key-usage-lost]" \
	"m.csv:7: CertificateId: ${lost#*: *: } keyEncipherment [key-usage-lost]" \
	"m.csv:9: CertificateId: ${lost#*: *: } keyAgreement [key-usage-lost]" \
	'm.csv: 4 rows: key-usage-lost: CertificateId: the new certificate lacks usages of the existing one: ... (lines 2, 5, 7, ...)' \
	'm.csv: run 1: 9 rows read: 5 succeeded, 4 rejected' 'm.csv: 5 jobs created: 5 due at once' \
	'm.csv: results in m.results.csv' 'm.csv: the same command with --rejects FILE writes the rows to mend'
said m.results.csv >found
same found "20 rejected $lost clientAuth
21 succeeded
22 succeeded
23 rejected $lost 1.2.3.4
24 succeeded
25 rejected $lost keyEncipherment
26 succeeded
27 rejected $lost keyAgreement
28 succeeded"

warnings='30 succeeded weaker-key: RSA of 2048 bits, the existing one has 3072
31 succeeded
32 succeeded weaker-key: RSA of 2048 bits is weaker than ECC of 256 bits, which the existing one has
40 succeeded signature-changed: the new certificate is signed with RSA and SHA-256, the existing one with ECDSA and SHA-256
41 succeeded issuer-changed: the new certificate has another issuer than the existing one
42 succeeded new-is-issuer: the new certificate is that of an issuer: a CA, or in a chain of some store
43 succeeded new-is-issuer: the new certificate is that of an issuer: a CA, or in a chain of some store
44 succeeded new-is-issuer: the new certificate is the issuer of the existing one
45 succeeded expires-earlier: the new certificate expires at 2093-01-01T00:00:00Z, the existing one at 2094-01-01T00:00:00Z
50 succeeded'

begin 'keys, signatures, issuers and ends: warnings'
certified
rows 30 31 32 40 41 42 43 44 45 50 >m.csv
run 0 apply --summary summary.json m.csv
told 'm.csv: warnings: 2 weaker-key (lines 2, 4), 1 expires-earlier (line 10), 1 issuer-changed (line 6), 1 signature-changed (line 5), 3 new-is-issuer (lines 7, 8, 9)' \
	'm.csv: run 1: 10 rows read: 10 succeeded' 'm.csv: 10 jobs created: 10 due at once' \
	'm.csv: results in m.results.csv, summary in summary.json'
said m.results.csv >found
same found "$warnings"
is 'the warnings' "$(sed 's/.*\("Codes".*\)}/\1/' summary.json)" \
	'"Codes":{},"Warnings":{"weaker-key":2,"expires-earlier":1,"issuer-changed":1,"signature-changed":1,"new-is-issuer":3},"Repairs":{}'
sql "SELECT kind, name, count FROM tally ORDER BY name" 'warning|expires-earlier|1
warning|issuer-changed|1
warning|new-is-issuer|3
warning|signature-changed|1
warning|weaker-key|2'

begin '--deny: each warning rejects its rows, and no other'
certified
rows 30 31 32 40 41 42 43 44 45 50 >m.csv
run 1 -q apply --deny weaker-key,expires-earlier,issuer-changed --deny signature-changed --deny new-is-issuer \
	--results denied.csv m.csv
said denied.csv >found
same found "$(echo "$warnings" | sed '/ succeeded ./s/succeeded/rejected/')"
for code in weaker-key:30,32 expires-earlier:45 issuer-changed:41 signature-changed:40 new-is-issuer:42,43,44; do
	run 1 -q check --again --pending keep --deny "${code%:*}" --results one.csv m.csv
	is "${code%:*}" "$(said one.csv | sed -n 's/ rejected .*//p' | paste -s -d ,)" "${code#*:}"
done
sql 'SELECT count(*) FROM job' 2

begin '--allow: each certificate check becomes a warning'
certified
sqlite3 inventory.db 'UPDATE certificate SET revoked_at = 1 WHERE id = 2051'
rows 1 5 20 51 52 >m.csv
run 1 apply --max-errors 100% m.csv
told "m.csv:3: CertificateId: ${lacks#*: *: } 1 name of the existing one: *.example.com [names-not-covered]" \
	"m.csv:4: CertificateId: ${lost#*: *: } clientAuth [key-usage-lost]" \
	'm.csv:5: CertificateId: the new certificate is revoked [certificate-revoked]' \
	"m.csv:6: CertificateId: $(sed -n 's/.*not-yet-valid: CertificateId: \([^"]*\).*/\1/p' m.results.csv) [certificate-not-yet-valid]" \
	'm.csv: run 1: 5 rows read: 1 succeeded, 4 rejected' 'm.csv: 1 job created: 1 due at once' \
	'm.csv: results in m.results.csv' 'm.csv: the same command with --rejects FILE writes the rows to mend'
for code in names-not-covered:5 key-usage-lost:20 certificate-revoked:51 certificate-not-yet-valid:52; do
	run 1 -q check --again --allow "${code%:*}" --pending keep --results one.csv m.csv
	is "${code%:*}" "$(said one.csv | sed -n "s/^\([0-9]*\) succeeded ${code%:*}: .*/\1/p")" "${code#*:}"
	is "not ${code%:*}" "$(said one.csv | grep -c rejected)" 3
done
run 0 apply --again --pending keep --allow names-not-covered,key-usage-lost,certificate-revoked,certificate-not-yet-valid m.csv
told 'm.csv: warnings: 1 certificate-not-yet-valid (line 6), 1 certificate-revoked (line 5), 1 names-not-covered (line 3), 1 key-usage-lost (line 4), 1 job-kept (line 2)' \
	'm.csv: run 2: 5 rows read: 5 succeeded' 'm.csv: 4 jobs created: 4 due at once' 'm.csv: results in m.results.csv'
sql 'SELECT kind, name, count FROM tally WHERE run = 2 ORDER BY name' 'warning|certificate-not-yet-valid|1
warning|certificate-revoked|1
warning|job-kept|1
warning|key-usage-lost|1
warning|names-not-covered|1'
run 0 -q verify

begin 'the due time: NotBefore is in it, NotAfter is not'
certified
due_at() { # TIME TIME TIME TIME
	echo ExistingCertificateId,CertificateId,JobTime
	printf '%s\n' "1050,2050,$1" "1051,2051,$2" "1052,2052,$3" "1053,2053,$4"
}
due_at 2095-01-01T00:00:00Z 2094-12-31T23:59:59.999Z 2091-01-01T00:00:00Z 2090-12-31T23:59:59.999Z >m.csv
run 1 -q apply m.csv
said m.results.csv >found
same found '50 rejected certificate-expired: CertificateId: the new certificate expires at 2095-01-01T00:00:00Z, due is 2095-01-01T00:00:00Z
51 succeeded
52 succeeded
53 rejected certificate-not-yet-valid: CertificateId: the new certificate is valid from 2091-01-01T00:00:00Z, due is 2090-12-31T23:59:59.999Z'
due_at 2095-01-01T00:00:00Z 2095-01-01T00:00:00.001Z 2091-01-01T00:00:00Z 2090-12-31T23:59:59.999Z >n.csv
run 0 -q apply --pending supersede --allow certificate-expired,certificate-not-yet-valid n.csv
said n.results.csv | sed 's/: CertificateId: [^;]*//; s/: store.*//' >found
same found '50 succeeded certificate-expired
51 succeeded certificate-expired; existing-expires-first: the existing certificate expires at 2095-01-01T00:00:00Z, due is 2095-01-01T00:00:00.001Z; job-superseded
52 succeeded job-superseded
53 succeeded certificate-not-yet-valid'

# ---- what is not known -----------------------------------------------------------------------------

# An inventory that was filled before certificates were asked for more than their dates and keys.
forgets() { # WHAT [WHERE]
	for what in $1; do
		sqlite3 inventory.db "UPDATE certificate SET $what = NULL WHERE ${2:-1}"
	done
}

begin 'facts that are not known: the checks are not made, and one line says so'
certified
forgets 'names key_usage extended_usages signature is_ca'
rows 5 20 40 45 >m.csv
for command in check apply; do
	run 0 $command m.csv
	sed -n '/not checked/p' "$scratch/err" >found
	same found 'pfxreplace: m.csv: not checked, facts not known: names-not-covered, key-usage-lost, signature-changed (4 rows)'
done
told 'm.csv: warnings: 1 expires-earlier (line 5)' \
	'm.csv: not checked, facts not known: names-not-covered, key-usage-lost, signature-changed (4 rows)' \
	'm.csv: run 1: 4 rows read: 4 succeeded' 'm.csv: 4 jobs created: 4 due at once' 'm.csv: results in m.results.csv'
said m.results.csv >found
same found '5 succeeded
20 succeeded
40 succeeded
45 succeeded expires-earlier: the new certificate expires at 2093-01-01T00:00:00Z, the existing one at 2094-01-01T00:00:00Z'
sql 'SELECT kind, name, count, lines FROM tally ORDER BY kind, name' 'unchecked|key-usage-lost|4|
unchecked|names-not-covered|4|
unchecked|signature-changed|4|
warning|expires-earlier|1|'
run 0 -q verify
out ''
run 0 apply m.csv
told 'm.csv: run 1 has applied this manifest already: no new jobs (--again asks for a new run)' \
	'm.csv: warnings: 1 expires-earlier' \
	'm.csv: not checked, facts not known: names-not-covered, key-usage-lost, signature-changed (4 rows)' \
	'm.csv: run 1: 4 rows read: 4 succeeded' 'm.csv: 4 jobs created: 4 due at once' 'm.csv: results in m.results.csv'
run 0 -q apply --again --pending supersede m.csv
err ''
run 0 show run 1 --format csv
is 'show run' "$(sed -n '/^Unchecked/p' "$scratch/out" | paste -s -d ' ')" \
	'Unchecked.names-not-covered,4 Unchecked.key-usage-lost,4 Unchecked.signature-changed,4'
run 0 show run 1 --format jsonl
is 'show run' "$(sed 's/.*\("Unchecked":{[^}]*}\).*/\1/' "$scratch/out")" \
	'"Unchecked":{"names-not-covered":4,"key-usage-lost":4,"signature-changed":4}'

begin 'facts that are not known of one certificate: each check counts its own rows'
certified
forgets names 'id IN (1001, 2002)'
forgets signature 'id = 1001'
forgets key_usage 'id IN (2002, 1004)'
forgets extended_usages 'id = 1005'
forgets 'key_type not_after not_before' 'id = 2006'
forgets issuer_dn 'id = 1009'
printf '%s\n' ExistingCertificateId,CertificateId 1001,2001 1002,2002 1004,2004 1005,2005 1006,2006 1009,2009 1010,2010 1999,2001 \
	1010,2010 >m.csv
run 1 apply m.csv
told 'm.csv:5: CertificateId: the new certificate lacks 1 name of the existing one: *.example.com [names-not-covered]' \
	'm.csv:9: ExistingCertificateId: no certificate 1999 in the inventory [unknown-existing-certificate]' \
	'm.csv: warnings: 1 exact-repetition (line 10)' \
	'm.csv: not checked, facts not known: certificate-expired, certificate-not-yet-valid, weaker-key, expires-earlier, issuer-changed, signature-changed (1 row); names-not-covered (2 rows); key-usage-lost (3 rows)' \
	'm.csv: run 1: 9 rows read: 6 succeeded, 2 rejected, 1 skipped' 'm.csv: 6 jobs created: 6 due at once' \
	'm.csv: results in m.results.csv' 'm.csv: the same command with --rejects FILE writes the rows to mend'

begin 'what one of two known usages has lost is said, even where the other is not known'
certified
forgets key_usage 'id = 1020'
rows 20 >m.csv
run 1 apply m.csv
said m.results.csv >found
same found "20 rejected $lost clientAuth"
grep -q 'not checked, facts not known: key-usage-lost (1 row)' "$scratch/err" || wrong "$(cat "$scratch/err")"

begin 'a run that is carried on counts the rows of both its parts'
certified
forgets signature
rows 1 2 5 4 6 7 9 >m.csv
run 6 apply --max-errors 0 --chunk 1 m.csv
grep not.checked "$scratch/err" >found
same found 'pfxreplace: m.csv: not checked, facts not known: signature-changed (3 rows)'
sql "SELECT count FROM tally WHERE kind = 'unchecked'" 3
run 0 -q verify
run 6 apply --max-errors 0 --chunk 2 m.csv
grep not.checked "$scratch/err" >found
same found 'pfxreplace: m.csv: not checked, facts not known: signature-changed (6 rows)'
run 1 check --max-errors 0 m.csv
grep not.checked "$scratch/err" >found
same found 'pfxreplace: m.csv: not checked, facts not known: signature-changed (7 rows)'
run 1 apply --max-errors 0 --chunk 2 m.csv
grep not.checked "$scratch/err" >found
same found 'pfxreplace: m.csv: not checked, facts not known: signature-changed (7 rows)'
sql "SELECT count FROM tally WHERE kind = 'unchecked'" 7
run 0 -q verify

finish
