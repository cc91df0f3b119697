#!/bin/sh
# shellcheck source=tests/cli/harness
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

one=11111111-1111-1111-1111-111111111111
two=22222222-2222-2222-2222-222222222222
three=33333333-3333-3333-3333-333333333333
agent=aaaaaaaa-1111-1111-1111-111111111111
print_a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
print_b=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
print_c=CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC

lines() { # LINE...
	printf '%s\n' "$@"
}

# Two containers, three stores, three certificates of which two have one name.
base() {
	run 0 init
	lines Id,Name '1,Web servers' 2,Payment >containers.csv
	lines Id,ContainerId,DisplayName,ClientMachine,Storepath,CertStoreType,Approved,AgentId,AgentAssigned \
		"$one,1,site,web01.example.com,/etc/tls/a.pem,2,true,$agent,true" \
		"$two,2,,pay01.example.com,/etc/tls/b.jks,0,false,," \
		"$three,,,web01.example.com,/etc/tls/c.pem,2,true,," >stores.csv
	lines Id,Thumbprint,SerialNumber,IssuedDN,IssuerDN,NotBefore,NotAfter,KeyTypeString,KeySizeInBits,\
SubjectAltNameElements,HasPrivateKey,CertRequestId,RevocationEffDate \
		"1,$print_a,0A,\"CN=www.example.com, O=Example\",\"CN=Example CA\",2026-01-01T00:00:00,2027-01-01T00:00:00,\
RSA,2048,www.example.com example.com,true,7," \
		"2,$print_b,0B,\"CN=www.example.com, O=Example\",\"CN=Other CA\",2026-02-01T00:00:00,2028-01-01T00:00:00,\
ECC,256,www.example.com,false,,2026-06-01T00:00:00" \
		"3,,,,,,,,,,,," >certificates.csv
	lines CertStoreId,Alias,ChainLevel,CertificateId,Thumbprint,InventoriedAt \
		"$one,web,0,1,,2026-03-01T00:00:00Z" "$one,web,1,2,,2026-03-01T00:00:00Z" \
		"$one,old,0,2,,2026-03-01T00:00:00Z" "$two,web,0,1,,2026-03-02T00:00:00Z" \
		"$two,strange,0,,$print_c,2026-03-02T00:00:00Z" >inventory.csv
	run 0 -q import containers containers.csv
	run 0 -q import stores stores.csv
	run 0 -q import certificates certificates.csv
	run 0 -q import inventory inventory.csv
}

stores=Id,ContainerId,ContainerName,DisplayName,ClientMachine,Storepath,CertStoreType,Approved,AgentId,\
AgentAssigned,Removed,InventoriedAt,SeparatePrivateKeyFilePath,IncludesChain,IsTrustStore,Endpoint,HasPassword,\
TriedAt,NotReadable,NotReadableText
store_one="$one,1,Web servers,site,web01.example.com,/etc/tls/a.pem,PEM,true,$agent,true,false,2026-03-01T00:00:00Z,,,,,false,,,"
store_two="$two,2,Payment,,pay01.example.com,/etc/tls/b.jks,JKS,false,,false,false,2026-03-02T00:00:00Z,,,,,false,,,"
store_three="$three,,,,web01.example.com,/etc/tls/c.pem,PEM,true,,false,false,,,,,,false,,,"

certificates=Id,Thumbprint,SerialNumber,IssuedDN,IssuerDN,NotBefore,NotAfter,KeyTypeString,KeySizeInBits,\
SubjectAltNameElements,HasPrivateKey,CertRequestId,RevocationEffDate,KeyUsage,ExtendedKeyUsages,SigningAlgorithm,IsCA,\
Sha256Thumbprint,Curve,Locations
www_one="1,$print_a,0A,\"CN=www.example.com, O=Example\",CN=Example CA,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,\
RSA,2048,example.com www.example.com,true,7,,,,,,,,2"
www_two="2,$print_b,0B,\"CN=www.example.com, O=Example\",CN=Other CA,2026-02-01T00:00:00Z,2028-01-01T00:00:00Z,\
ECC,256,www.example.com,false,,2026-06-01T00:00:00Z,,,,,,,1"
third=3,,,,,,,,,,,,,,,,,,,0
strange=",$print_c,,,,,,,,,,,,,,,,,,1"

locations=CertStoreId,ClientMachine,StorePath,Alias,CertificateId,Thumbprint,IssuedDN,NotAfter,InventoriedAt,KeyMismatch
one_old="$one,web01.example.com,/etc/tls/a.pem,old,2,$print_b,\"CN=www.example.com, O=Example\",\
2028-01-01T00:00:00Z,2026-03-01T00:00:00Z,"
one_web="$one,web01.example.com,/etc/tls/a.pem,web,1,$print_a,\"CN=www.example.com, O=Example\",\
2027-01-01T00:00:00Z,2026-03-01T00:00:00Z,"
two_strange="$two,pay01.example.com,/etc/tls/b.jks,strange,,$print_c,,,2026-03-02T00:00:00Z,"
two_web="$two,pay01.example.com,/etc/tls/b.jks,web,1,$print_a,\"CN=www.example.com, O=Example\",\
2027-01-01T00:00:00Z,2026-03-02T00:00:00Z,"

list() { # LINES WORD...
	wanted=$1
	shift
	run 0 list "$@"
	out "$wanted"
	err ''
}

begin 'list stores'
base
list "$(lines "$stores" "$store_one" "$store_two" "$store_three")" stores
list "$(lines "$stores" "$store_one")" stores --container 1
list "$(lines "$stores" "$store_two")" stores --container payment
list "$(lines "$stores" "$store_one" "$store_three")" stores --type pem
list "$(lines "$stores" "$store_two")" stores --type 0
list "$(lines "$stores" "$store_one" "$store_three")" stores --machine WEB01.example.com
list "$(lines "$stores" "$store_two")" stores --not-approved
list "$(lines "$stores")" stores --removed
lines Id "$one" >some.csv
run 0 -q import --complete stores some.csv
run 0 list stores --removed
out "$stores
$(lines "$store_two" "$store_three" | sed 's/,\(true\|false\),false,\([^,]*,,,,,false,,,\)$/,\1,true,\2/')"

begin 'list stores as a table and as JSONL'
base
run 0 list stores --format table --container 2
out "Id                                    ContainerId  ContainerName  DisplayName  ClientMachine      \
Storepath       CertStoreType  Approved  AgentId  AgentAssigned  Removed  InventoriedAt         SeparatePrivateKeyFilePath  IncludesChain  IsTrustStore  Endpoint  \
HasPassword  TriedAt  NotReadable  NotReadableText
$two            2  Payment                     pay01.example.com  /etc/tls/b.jks  JKS               false           \
        false    false  2026-03-02T00:00:00Z                                                                           \
false"
run 0 list stores --format jsonl --container 2
out "{\"Id\":\"$two\",\"ContainerId\":2,\"ContainerName\":\"Payment\",\"DisplayName\":null,\
\"ClientMachine\":\"pay01.example.com\",\"Storepath\":\"/etc/tls/b.jks\",\"CertStoreType\":\"JKS\",\"Approved\":false,\
\"AgentId\":null,\"AgentAssigned\":false,\"Removed\":false,\"InventoriedAt\":\"2026-03-02T00:00:00Z\",\
\"SeparatePrivateKeyFilePath\":null,\"IncludesChain\":null,\"IsTrustStore\":null,\"Endpoint\":null,\"HasPassword\":false,\
\"TriedAt\":null,\"NotReadable\":null,\"NotReadableText\":null}"

begin 'list certificates'
base
list "$(lines "$certificates" "$strange" "$www_one" "$www_two" "$third")" certificates
list "$(lines "$certificates" "$www_one")" certificates --expiring-before 2027-01-01T00:00:01Z
list "$(lines "$certificates")" certificates --expiring-before 2027-01-01T00:00:00Z
list "$(lines "$certificates" "$www_two")" certificates --issuer 'other ca'
list "$(lines "$certificates" "$www_two")" certificates --revoked
list "$(lines "$certificates" "$strange" "$www_one" "$www_two")" certificates --in-use
list "$(lines "$certificates" "$third")" certificates --unused
list "$(lines "$certificates" "$strange")" certificates --unknown
list "$(lines "$certificates" "$www_two")" certificates --in-use --revoked

begin 'what a certificate says of its use and its signature'
base
sha256=$(printf '%064d' 7)
sqlite3 inventory.db "UPDATE certificate SET key_usage = 160, is_ca = 1, signature = '1.2.840.10045.4.3.2',
	extended_usages = '1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2', sha256 = '$sha256', curve = 'P-256' WHERE id = 2;
	UPDATE certificate SET key_usage = 0, extended_usages = '', signature = '', is_ca = 0, curve = '' WHERE id = 1"
columns=Id,KeyUsage,ExtendedKeyUsages,SigningAlgorithm,IsCA,Sha256Thumbprint,Curve
list "$columns
,,,,,,
1,0,,,false,,
2,160,1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2,1.2.840.10045.4.3.2,true,$sha256,P-256
3,,,,,," certificates --columns $columns
list "{\"Id\":null,\"KeyUsage\":null,\"ExtendedKeyUsages\":null,\"SigningAlgorithm\":null,\"IsCA\":null,\"Sha256Thumbprint\":null,\"Curve\":null}
{\"Id\":1,\"KeyUsage\":0,\"ExtendedKeyUsages\":[],\"SigningAlgorithm\":\"\",\"IsCA\":false,\"Sha256Thumbprint\":null,\"Curve\":\"\"}
{\"Id\":2,\"KeyUsage\":160,\"ExtendedKeyUsages\":[{\"Oid\":\"1.3.6.1.5.5.7.3.1\"},{\"Oid\":\"1.3.6.1.5.5.7.3.2\"}],\
\"SigningAlgorithm\":\"1.2.840.10045.4.3.2\",\"IsCA\":true,\"Sha256Thumbprint\":\"$sha256\",\"Curve\":\"P-256\"}
{\"Id\":3,\"KeyUsage\":null,\"ExtendedKeyUsages\":null,\"SigningAlgorithm\":null,\"IsCA\":null,\"Sha256Thumbprint\":null,\"Curve\":null}" \
	certificates --columns $columns --format jsonl

begin 'what is listed can be imported again'
base
sqlite3 inventory.db "UPDATE certificate SET key_usage = 160, is_ca = 1, signature = '1.2.840.10045.4.3.2',
	extended_usages = '1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2', sha256 = '$(printf '%064d' 7)', curve = 'P-256' WHERE id = 2;
	UPDATE certificate SET key_usage = 0, extended_usages = '', is_ca = 0, curve = '' WHERE id = 1"
for format in csv jsonl; do
	run 0 list stores --format $format
	mv "$scratch/out" stores.$format
	run 0 list certificates --format $format
	sed /$print_c/d "$scratch/out" >certificates.$format
	run 0 import stores stores.$format
	err "pfxreplace: stores.$format: ignored columns: ContainerName, Removed, InventoriedAt, HasPassword, TriedAt, NotReadable, NotReadableText
pfxreplace: stores: 3 records: 0 new, 0 changed, 3 unchanged"
	run 0 import certificates certificates.$format
	err 'pfxreplace: certificates: 3 records: 0 new, 0 changed, 3 unchanged'
done

begin 'list locations'
base
list "$(lines "$locations" "$one_old" "$one_web" "$two_strange" "$two_web")" locations
list "$(lines "$locations" "$one_web" "$two_web")" locations --certificate 1
list "$(lines "$locations" "$one_old" "$one_web")" locations --store "{$one}"
list "$(lines "$locations" "$one_web")" locations --store $one --certificate 1
list "$(lines "$locations" "$two_strange" "$two_web")" locations --machine pay01.example.com
list "$(lines "$locations" "$two_web")" locations --certificate 1 --container payment
list "$(lines "$locations")" locations --certificate 3
lines CertStoreId "$two" >empty.csv
run 0 -q import inventory empty.csv
list "$(lines "$locations" "$one_web")" locations --certificate 1

begin 'lists longer than a page'
run 0 init
{ echo Id,Name; seq 1 3 | sed 's/$/,c/'; } >containers.csv
{ echo Id; seq 1 1203; } >certificates.csv
echo "{\"Id\":\"$one\"}" >stores.jsonl
{ echo CertStoreId,Alias,ChainLevel,CertificateId
	seq 1 1203 | sed "s/.*/$one,a&,0,&/"
	seq 1 1203 | sed "s/.*/$one,a&,1,1/"; } >inventory.csv
run 0 -q import certificates certificates.csv
run 0 -q import stores stores.jsonl
run 0 -q import inventory inventory.csv
run 0 list certificates
is 'certificates' "$(wc -l <"$scratch/out")" 1204
is 'distinct' "$(sort -u "$scratch/out" | wc -l)" 1204
run 0 list locations --store $one
is 'locations' "$(sort -u "$scratch/out" | wc -l)" 1204
run 0 show store $one
is 'items' "$(sort -u "$scratch/out" | wc -l)" 2407
sed 's/,0,.*/,0,1/' inventory.csv | grep -v ,1,1 >same.csv
run 0 -q import inventory same.csv
run 0 list locations --certificate 1
is 'locations of one' "$(sort -u "$scratch/out" | wc -l)" 1204
run 0 show certificate 1
is 'shown' "$(sort -u "$scratch/out" | wc -l)" 1204

begin 'usage errors of list'
base
kinds='stores, certificates, expiring, locations, refusals, containers, agents, store-types, requests or roles'
run 2 list
err "pfxreplace: list: expected a kind: $kinds; see \`pfxreplace list --help\`"
run 2 list shops
err "pfxreplace: list: shops: no such kind: expected $kinds; see \`pfxreplace list --help\`"
run 2 list store
err "pfxreplace: list: store: no such kind, the nearest is stores; see \`pfxreplace list --help\`"
run 2 list stores certificates
err "pfxreplace: list: certificates: expected one kind; see \`pfxreplace list --help\`"
run 2 list stores --revoked
err "pfxreplace: list: --revoked: not for stores; see \`pfxreplace list --help\`"
run 2 list certificates --container 1
err "pfxreplace: list: --container: not for certificates; see \`pfxreplace list --help\`"
run 2 list certificates --expiring-before tomorrow
err "pfxreplace: list: --expiring-before tomorrow: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ; \
see \`pfxreplace list --help\`"

begin 'show certificate: by id, thumbprint and name'
base
shown="$certificates,CertStoreId,ClientMachine,StorePath,Alias,InventoriedAt
$www_one,$one,web01.example.com,/etc/tls/a.pem,web,2026-03-01T00:00:00Z
$www_one,$two,pay01.example.com,/etc/tls/b.jks,web,2026-03-02T00:00:00Z"
run 0 show certificate 1
out "$shown"
err ''
run 0 show certificate "$(echo $print_a | tr A a)"
out "$shown"
run 0 show certificate EXAMPLE.com
out "$shown"
run 0 show certificate 3
out "$certificates,CertStoreId,ClientMachine,StorePath,Alias,InventoriedAt
$third,,,,,"
run 0 show certificate $print_c
out "$certificates,CertStoreId,ClientMachine,StorePath,Alias,InventoriedAt
$strange,$two,pay01.example.com,/etc/tls/b.jks,strange,2026-03-02T00:00:00Z"

begin 'show certificate: several of one name are listed'
base
for name in www.example.com 'CN=www.example.com, O=Example' 'cn=www.example.com,o=Example' WWW.EXAMPLE.COM; do
	run 1 show certificate "$name"
	out "$certificates
$www_one
$www_two"
	err "pfxreplace: certificate $name: 2 have this name: expected the Id of one"
done

begin 'show certificate as a table and as JSONL'
base
run 0 show certificate --format table 2
out "Field                   Value
Id                      2
Thumbprint              $print_b
SerialNumber            0B
IssuedDN                CN=www.example.com, O=Example
IssuerDN                CN=Other CA
NotBefore               2026-02-01T00:00:00Z
NotAfter                2028-01-01T00:00:00Z
KeyTypeString           ECC
KeySizeInBits           256
SubjectAltNameElements  www.example.com
HasPrivateKey           false
CertRequestId
RevocationEffDate       2026-06-01T00:00:00Z
KeyUsage
ExtendedKeyUsages
SigningAlgorithm
IsCA
Sha256Thumbprint
Curve
Locations               1

Locations
CertStoreId                           ClientMachine      StorePath       Alias  InventoriedAt
$one  web01.example.com  /etc/tls/a.pem  old    2026-03-01T00:00:00Z

Jobs: none

Refusals: none

RejectedRows: none"
run 0 show certificate --format jsonl 2
out "{\"Id\":2,\"Thumbprint\":\"$print_b\",\"SerialNumber\":\"0B\",\"IssuedDN\":\"CN=www.example.com, O=Example\",\
\"IssuerDN\":\"CN=Other CA\",\"NotBefore\":\"2026-02-01T00:00:00Z\",\"NotAfter\":\"2028-01-01T00:00:00Z\",\
\"KeyTypeString\":\"ECC\",\"KeySizeInBits\":256,\"SubjectAltNameElements\":[{\"Value\":\"www.example.com\",\"Type\":2}],\
\"HasPrivateKey\":false,\"CertRequestId\":null,\"RevocationEffDate\":\"2026-06-01T00:00:00Z\",\
\"KeyUsage\":null,\"ExtendedKeyUsages\":null,\"SigningAlgorithm\":null,\"IsCA\":null,\"Sha256Thumbprint\":null,\"Curve\":null,\
\"Locations\":[{\"CertStoreId\":\"$one\",\"ClientMachine\":\"web01.example.com\",\"StorePath\":\"/etc/tls/a.pem\",\
\"Alias\":\"old\",\"InventoriedAt\":\"2026-03-01T00:00:00Z\"}],\"Jobs\":[],\"Refusals\":[],\"RejectedRows\":[]}"

begin 'show store with its inventory'
base
run 0 show store $one
out "$stores,Alias,ChainLevel,CertificateId,Thumbprint,IssuedDN,NotAfter,KeyMismatch
$store_one,old,0,2,$print_b,\"CN=www.example.com, O=Example\",2028-01-01T00:00:00Z,
$store_one,web,0,1,$print_a,\"CN=www.example.com, O=Example\",2027-01-01T00:00:00Z,
$store_one,web,1,2,$print_b,\"CN=www.example.com, O=Example\",2028-01-01T00:00:00Z,"
run 0 show store --format jsonl $two
out "{\"Id\":\"$two\",\"ContainerId\":2,\"ContainerName\":\"Payment\",\"DisplayName\":null,\
\"ClientMachine\":\"pay01.example.com\",\"Storepath\":\"/etc/tls/b.jks\",\"CertStoreType\":\"JKS\",\"Approved\":false,\
\"AgentId\":null,\"AgentAssigned\":false,\"Removed\":false,\"InventoriedAt\":\"2026-03-02T00:00:00Z\",\
\"SeparatePrivateKeyFilePath\":null,\"IncludesChain\":null,\"IsTrustStore\":null,\"Endpoint\":null,\"HasPassword\":false,\
\"TriedAt\":null,\"NotReadable\":null,\"NotReadableText\":null,\
\"Inventory\":[{\"Alias\":\"strange\",\"ChainLevel\":0,\"CertificateId\":null,\"Thumbprint\":\"$print_c\",\
\"IssuedDN\":null,\"NotAfter\":null,\"KeyMismatch\":null},{\"Alias\":\"web\",\"ChainLevel\":0,\"CertificateId\":1,\
\"Thumbprint\":\"$print_a\",\"IssuedDN\":\"CN=www.example.com, O=Example\",\"NotAfter\":\"2027-01-01T00:00:00Z\",\
\"KeyMismatch\":null}],\"Jobs\":[],\"Refusals\":[]}"
run 0 show store --format jsonl $three
is 'its inventory' "$(sed 's/.*"Inventory"://' "$scratch/out")" '[],"Jobs":[],"Refusals":[]}'

begin 'a STORE is a GUID, eight or more characters of one, MACHINE:PATH or a DisplayName'
base
alias=44444444-0000-1111-1111-111111111111
lines Id,DisplayName,ClientMachine,Storepath,CertStoreType,Approved \
	"$alias,11111111,win01,C:\\certs\\site.pfx,2,true" \
	"44444444-1111-1111-1111-111111111111,twin,pay01.example.com,/etc/tls/b.jks,0,true" >more.csv
run 0 -q import stores more.csv
for word in "$one" "{$one}" 11111111-1 11111111-1111-1111-1111-11111111111 web01.example.com:/etc/tls/a.pem \
	WEB01.Example.com:/etc/tls/a.pem site SITE; do
	run 0 show store "$word" --format jsonl
	is "$word" "$(head -c 44 "$scratch/out")" "{\"Id\":\"$one\""
done
for word in "$alias" 44444444-0 'WIN01:C:\certs\site.pfx'; do
	run 0 show store "$word" --format jsonl
	is "$word" "$(head -c 44 "$scratch/out")" "{\"Id\":\"$alias\""
done
list "$locations" locations --store WEB01.example.com:/etc/tls/c.pem
list "$(lines "$locations" "$one_old" "$one_web")" locations --store site
no_store() { # WORD
	run 3 show store "$1"
	err "pfxreplace: inventory.db: no store $1: expected a GUID or its first 8 characters, MACHINE:PATH or a \
DisplayName, as \`pfxreplace list stores\` has them"
}
no_store web01.example.com:/ETC/tls/a.pem
no_store 1111111
no_store 11111111-1111-1111-1111-1111111111119
no_store 99999999
no_store "sit%"
run 3 show store 11111111
err "pfxreplace: inventory.db: several stores answer to 11111111: expected one of \
web01.example.com:/etc/tls/a.pem ($one), win01:C:\\certs\\site.pfx ($alias)"
run 3 show store pay01.example.com:/etc/tls/b.jks
err "pfxreplace: inventory.db: several stores answer to pay01.example.com:/etc/tls/b.jks: expected one of \
pay01.example.com:/etc/tls/b.jks ($two), pay01.example.com:/etc/tls/b.jks (44444444-1111-1111-1111-111111111111)"
# Where one alone of them is still there, it is that one.
sqlite3 inventory.db "UPDATE store SET removed = 1 WHERE guid = '$two'"
run 0 show store pay01.example.com:/etc/tls/b.jks --format jsonl
is 'the one that is left' "$(head -c 44 "$scratch/out")" '{"Id":"44444444-1111-1111-1111-111111111111"'
run 0 show store "$two"

begin 'show: what is not known, and usage errors'
base
run 3 show certificate 77
out ''
err 'pfxreplace: certificate 77: no such certificate is known'
run 3 show certificate nobody.example.com
err 'pfxreplace: certificate nobody.example.com: no such certificate is known'
run 3 show store 99999999-1111-1111-1111-111111111111
err 'pfxreplace: inventory.db: no store 99999999-1111-1111-1111-111111111111: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'
run 3 show store here
err 'pfxreplace: inventory.db: no store here: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'
run 2 show certificate
err "pfxreplace: show: expected certificate and its id, thumbprint or name, store and a STORE, run and a RUN, or job and a JOBID; \
see \`pfxreplace show --help\`"
run 2 show shop 1
err "pfxreplace: show: shop: no such kind: expected certificate, store, run or job; see \`pfxreplace show --help\`"

begin 'under -q a list without rows prints nothing, not even a header'
run 0 init
for words in 'list stores' 'list certificates' 'list locations' 'jobs list' runs reconcile verify; do
	# shellcheck disable=SC2086 # words
	run 0 $words
	[ -s "$scratch/out" ] || wrong "$words: no header"
	# shellcheck disable=SC2086 # words
	run 0 -q $words
	out ''
	err ''
done
run 0 -q list stores --format jsonl
out ''
run 0 -q reconcile --report report.csv
is 'lines of a file' "$(wc -l <report.csv)" 1

begin 'under -q a list with rows has its header'
base
run 0 -q list stores
is 'lines' "$(($(wc -l <"$scratch/out") > 1))" 1

begin 'a list whose reader goes away ends as by SIGPIPE, without a message'
base
sqlite3 inventory.db "
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
	INSERT INTO certificate(id, thumbprint) SELECT 1000 + i, printf('F%039X', i) FROM n"
for options in '' -q; do
	# shellcheck disable=SC2086 # words
	{
		"$PROGRAM" $options list certificates 2>said
		echo $? >ended
	} | head -1 >first
	is 'first line' "$(cut -d , -f 1 first)" Id
	is 'status' "$(cat ended)" 141
	same said ''
done
"$PROGRAM" list certificates >/dev/full 2>said
is 'status on a full disk' $? 4
same said 'pfxreplace: standard output: the file cannot be written: No space left on device'

begin 'lists read and never write'
base
before=$(cksum inventory.db inventory.db.*)
chmod 500 .
for words in 'list stores' 'list certificates' 'list locations' 'show certificate 1' "show store $one"; do
	# shellcheck disable=SC2086 # words
	run 0 $words
done
chmod 700 .
is 'the files' "$(cksum inventory.db inventory.db.*)" "$before"

finish
