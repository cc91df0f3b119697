#!/bin/sh
# shellcheck source=tests/cli/harness
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/certificates
. "$(dirname "$0")/certificates"

# What certificates say of themselves: from records, from their bytes.

print=$(printf '%040d' 1)

lines() { # LINE...
	printf '%s\n' "$@"
}

facts='SELECT id, names, key_usage, extended_usages, signature, is_ca, sha256, curve FROM certificate ORDER BY id'

begin 'key usages, signature, SHA-256 and curve, from JSON and from CSV alike'
run 0 init
sha256=$(printf '%064d' 7)
cat >a.json <<END
[{"Id":1,"KeyUsage":160,"ExtendedKeyUsages":[{"Id":1,"Oid":"1.3.6.1.5.5.7.3.2","DisplayName":"Client Authentication"},
{"Id":2,"Oid":"1.3.6.1.5.5.7.3.1","DisplayName":"Server Authentication"}],"SigningAlgorithm":"sha256ECDSA","IsCA":false,
"Sha256Thumbprint":"$sha256","Curve":"1.2.840.10045.3.1.7","SubjectAltNameElements":[
{"Value":"2001:DB8::0:1","Type":7},{"Value":"WWW.Example.com","Type":"dNSName"},{"Value":"www.example.com","Type":2}]},
{"Id":2,"KeyUsage":0,"ExtendedKeyUsages":[]}]
END
run 0 import certificates a.json
err 'pfxreplace: certificates: 2 records: 2 new, 0 changed, 0 unchanged'
known="1|[{\"Value\":\"www.example.com\",\"Type\":2},{\"Value\":\"2001:db8::1\",\"Type\":7}]|160|1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2|\
1.2.840.10045.4.3.2|0|$sha256|P-256
2||0|||||"
sql "$facts" "$known"
lines Id,KeyUsage,ExtendedKeyUsages,SigningAlgorithm,IsCA,Sha256Thumbprint,Curve \
	"1,160,1.3.6.1.5.5.7.3.2 1.3.6.1.5.5.7.3.1,SHA256withECDSA,0,$sha256,prime256v1" 2,0,,,,, >b.csv
run 0 import certificates b.csv
err 'pfxreplace: certificates: 2 records: 0 new, 0 changed, 2 unchanged'
sql "$facts" "$known"

begin 'what a certificate says of itself is not forgotten by an empty value'
lines '{"Id":1,"KeyUsage":null,"ExtendedKeyUsages":"","SigningAlgorithm":null,"IsCA":null,"Sha256Thumbprint":null,"Curve":""}' >c.jsonl
cp ../1/inventory.db* .
run 0 import certificates c.jsonl
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
sql "$facts" "$known"
lines '{"Id":1,"ExtendedKeyUsages":[],"KeyUsage":0}' >d.jsonl
run 0 import certificates d.jsonl
err 'pfxreplace: certificates: 1 record: 0 new, 1 changed, 0 unchanged'
sql 'SELECT key_usage, extended_usages, signature FROM certificate WHERE id = 1' '0||1.2.840.10045.4.3.2'

begin 'a signature algorithm that nobody knows is named once, and is not kept'
run 0 init
lines Id,SigningAlgorithm 1,sha256RSA 2,GOST-2030 3,GOST-2030 4,another "5,$(printf '%070d' 0)" '6,%A' >a.csv
run 0 import certificates a.csv
err "pfxreplace: a.csv:3: SigningAlgorithm: GOST-2030 is no signature algorithm that is known: not kept; expected its OID
pfxreplace: a.csv:5: SigningAlgorithm: another is no signature algorithm that is known: not kept; expected its OID
pfxreplace: a.csv:6: SigningAlgorithm: $(printf '%064d' 0)... is no signature algorithm that is known: not kept; expected its OID
pfxreplace: a.csv:7: SigningAlgorithm: %A is no signature algorithm that is known: not kept; expected its OID
pfxreplace: certificates: 6 records: 6 new, 0 changed, 0 unchanged"
sql "SELECT group_concat(coalesce(signature, 'none')) FROM (SELECT signature FROM certificate ORDER BY id)" \
	1.2.840.113549.1.1.11,none,none,none,none,none
run 0 -q import certificates a.csv
err ''

begin 'facts that cannot be are faults'
run 0 init
lines '{"Id":1,"KeyUsage":65536,"ExtendedKeyUsages":[{"Oid":"serverAuth"}],"SigningAlgorithm":7,"IsCA":"perhaps","Sha256Thumbprint":"AA"}' >a.jsonl
run 3 import certificates a.jsonl
err 'pfxreplace: a.jsonl:1: KeyUsage: "65536": expected a whole number from 0 to 65535
pfxreplace: a.jsonl:1: ExtendedKeyUsages: usage 1 is no OID: expected OIDs with one blank between, or an array of {"Oid"}
pfxreplace: a.jsonl:1: SigningAlgorithm: "7": expected an OID or the name of a signature algorithm
pfxreplace: a.jsonl:1: IsCA: a value of 7 characters: expected true, false, 1 or 0
pfxreplace: a.jsonl:1: Sha256Thumbprint: a value of 2 characters: expected 64 hexadecimal digits
pfxreplace: certificates: 5 faults: nothing was loaded'
sql 'SELECT count(*) FROM certificate' 0

begin 'a certificate that gets another Id keeps its facts'
run 0 init
lines "{\"Id\":1,\"Thumbprint\":\"$print\",\"KeyUsage\":128,\"Curve\":\"P-256\"}" '{"Id":2,"IsCA":true,"KeyUsage":6}' >a.jsonl
run 0 -q import certificates a.jsonl
lines "{\"Id\":2,\"Thumbprint\":\"$print\"}" >b.jsonl
run 0 import certificates --renumber b.jsonl
sql 'SELECT id, key_usage, is_ca, curve FROM certificate' '2|6|1|P-256'

begin 'ContentBytes: the certificate decides all facts of it'
made=$PWD
run 0 init
certificate a -subj '/O=Example/CN=WWW.example.com' -set_serial 0x0A0B \
	-addext 'subjectAltName=DNS:WWW.Example.com,DNS:*.example.com,IP:2001:DB8:0::1,IP:10.0.0.1,email:Joe@EXAMPLE.com,URI:https://a/' \
	-addext 'keyUsage=critical,digitalSignature,keyAgreement' -addext extendedKeyUsage=clientAuth,serverAuth \
	-addext basicConstraints=critical,CA:FALSE
sha1=$(print_of a sha1)
sha256=$(print_of a sha256)
bytes=$(base64 -w 0 a.der)
lines "{\"Id\":1,\"ContentBytes\":\"$bytes\",\"IssuedDN\":\"CN=no\",\"KeyUsage\":6,\"KeySizeInBits\":1,\"SigningAlgorithm\":\"nobody's\",\"HasPrivateKey\":true}" >a.jsonl
run 0 import certificates a.jsonl
err 'pfxreplace: certificates: 1 record: 1 new, 0 changed, 0 unchanged'
run 0 list certificates --format jsonl \
	--columns Id,Thumbprint,SerialNumber,IssuedDN,IssuerDN,KeyTypeString,KeySizeInBits,SubjectAltNameElements,HasPrivateKey
out "{\"Id\":1,\"Thumbprint\":\"$sha1\",\"SerialNumber\":\"0A0B\",\"IssuedDN\":\"CN=WWW.example.com,O=Example\",\
\"IssuerDN\":\"CN=WWW.example.com,O=Example\",\"KeyTypeString\":\"ECC\",\"KeySizeInBits\":256,\"SubjectAltNameElements\":[\
{\"Value\":\"Joe@example.com\",\"Type\":1},{\"Value\":\"*.example.com\",\"Type\":2},{\"Value\":\"www.example.com\",\"Type\":2},\
{\"Value\":\"https://a/\",\"Type\":6},{\"Value\":\"10.0.0.1\",\"Type\":7},{\"Value\":\"2001:db8::1\",\"Type\":7}],\"HasPrivateKey\":true}"
run 0 list certificates --format jsonl --columns KeyUsage,ExtendedKeyUsages,SigningAlgorithm,IsCA,Sha256Thumbprint,Curve
out "{\"KeyUsage\":136,\"ExtendedKeyUsages\":[{\"Oid\":\"1.3.6.1.5.5.7.3.1\"},{\"Oid\":\"1.3.6.1.5.5.7.3.2\"}],\
\"SigningAlgorithm\":\"1.2.840.10045.4.3.2\",\"IsCA\":false,\"Sha256Thumbprint\":\"$sha256\",\"Curve\":\"P-256\"}"
run 0 list certificates --columns NotBefore,NotAfter
out "NotBefore,NotAfter
$(openssl x509 -in a.pem -noout -startdate -enddate | sed 's/.*=//' | date -u -f - +%Y-%m-%dT%H:%M:%SZ | paste -s -d ,)"

begin 'ContentBytes: with line breaks, in CSV, with the thumbprint or without, again: unchanged'
cp "$made"/a.* "$made"/inventory.db* .
rm a.jsonl
sha1=$(print_of a sha1)
{
	echo Id,Thumbprint,ContentBytes
	printf '1,%s,"' "$sha1" | tr A-F a-f
	base64 a.der
	echo '"'
} >b.csv
run 0 import certificates b.csv
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'
lines "{\"Id\":1,\"ContentBytes\":\"$(base64 -w 64 a.der | awk '{ printf "%s\\r\\n", $0 }')\"}" \
	"{\"Id\":1,\"ContentBytes\":null}" '{"Id":1,"ContentBytes":""}' >c.jsonl
run 0 import certificates c.jsonl
err 'pfxreplace: certificates: 3 records: 0 new, 0 changed, 3 unchanged'
run 0 list certificates --format jsonl
cp "$scratch/out" d.jsonl
run 0 import certificates d.jsonl
err 'pfxreplace: certificates: 1 record: 0 new, 0 changed, 1 unchanged'

begin 'ContentBytes: a SHA-256 is a thumbprint of the certificate too'
cp "$made"/a.der "$made"/a.pem .
run 0 init
sha256=$(print_of a sha256)
lines Id,Thumbprint,ContentBytes "1,$sha256,$(base64 -w 0 a.der)" >a.csv
run 0 import certificates a.csv
sql 'SELECT thumbprint, sha256 FROM certificate' "$sha256|$sha256"

begin 'ContentBytes: what is none, and what contradicts its Thumbprint, is a fault'
cp "$made"/a.der "$made"/a.pem .
run 0 init
sha1=$(print_of a sha1)
other=$(printf '%040d' 9)
lines Id,Thumbprint,ContentBytes "1,$other,$(base64 -w 0 a.der)" '2,,@@@@' '3,,AAAA' "4,,$(head -c 300 a.der | base64 -w 0)" \
	"5,,$( (cat a.der && echo x) | base64 -w 0)" "6,,$(base64 -w 0 a.pem)" >a.csv
run 3 import certificates a.csv
err "pfxreplace: a.csv:2: Thumbprint: $other, but the certificate in ContentBytes has $sha1: expected the same, or no Thumbprint
pfxreplace: a.csv:3: ContentBytes: not base64: expected the base64 of a DER certificate
pfxreplace: a.csv:4: ContentBytes: not a DER certificate: wrong tag: expected the base64 of a DER certificate
pfxreplace: a.csv:5: ContentBytes: not a DER certificate: too long: expected the base64 of a DER certificate
pfxreplace: a.csv:6: ContentBytes: 2 bytes follow the certificate: expected its DER alone: expected the base64 of a DER certificate
pfxreplace: a.csv:7: ContentBytes: not a DER certificate: wrong tag: expected the base64 of a DER certificate
pfxreplace: certificates: 6 faults: nothing was loaded"
sql 'SELECT count(*) FROM certificate' 0

begin 'ContentBytes: a known Id keeps its thumbprint'
cp "$made"/a.der "$made"/a.pem .
run 0 init
sha1=$(print_of a sha1)
lines Id,Thumbprint "1,$print" >a.csv
run 0 -q import certificates a.csv
before=$(cksum inventory.db)
lines Id,ContentBytes "1,$(base64 -w 0 a.der)" >b.csv
run 3 import certificates b.csv
err "pfxreplace: b.csv:2: Thumbprint: $sha1, but certificate 1 has $print: an Id keeps its thumbprint, expected a new Id for a new certificate
pfxreplace: certificates: 1 fault: nothing was loaded"
is 'the database' "$(cksum inventory.db)" "$before"

finish
