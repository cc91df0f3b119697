#!/bin/sh
# list of the kinds beside stores, certificates and locations; filters that name nothing; and every
# kind loaded again from its list.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

lines() { # LINE...
	printf '%s\n' "$@"
}

# list EXPECTED WORD...
list() {
	wanted=$1
	shift
	run 0 list "$@"
	out "$wanted"
	err ''
}

# nothing MESSAGE WORD...: status 3 and no list
nothing() {
	wanted=$1
	shift
	run 3 list "$@"
	out ''
	err "pfxreplace: inventory.db: $wanted"
}

# wrong_use MESSAGE WORD...
wrong_use() {
	wanted=$1
	shift
	run 2 list "$@"
	out ''
	err "pfxreplace: list: $wanted; see \`pfxreplace list --help\`"
}

begin 'list containers, with an id of 0 and a name that is not known'
run 0 init
sqlite3 inventory.db "INSERT INTO container VALUES (0, 'Zero'), (7, NULL), (2, 'a, \"b\"')"
list 'Id,Name
0,Zero
2,"a, ""b"""
7,' containers
list '{"Id":0,"Name":"Zero"}
{"Id":2,"Name":"a, \"b\""}
{"Id":7,"Name":null}' containers --format jsonl

begin 'list store-types, in the words of the server'
run 0 init
sqlite3 inventory.db "INSERT INTO store_type VALUES (300, NULL, NULL, 0, 1, 0)"
types='StoreType,ShortName,Name,EntryPassword,PrivateKeyAllowed,AddSupported'
list "$types
0,JKS,Java Keystore,Optional,Optional,true
2,PEM,PEM File,Required,Optional,true
6,IISPersonal,IIS Personal,Forbidden,Required,true
100,AWS,Amazon Web Services,Forbidden,Required,true
101,FTP,File Transfer Protocol,Optional,Optional,true
300,,,Forbidden,Optional,false" store-types
run 0 list store-types --format table
is 'as a table' "$(sed -n 3p "$scratch/out")" \
	'        2  PEM          PEM File                Required       Optional                   true'

begin 'list agents, by machine, those that are not approved'
run 0 init
sqlite3 inventory.db "INSERT INTO agent VALUES
	('bbbbbbbb-0000-4000-8000-000000000001', 'web.example.com', 2, 1767225600000),
	('aaaaaaaa-0000-4000-8000-000000000002', 'mail.example.com', 1, NULL),
	('cccccccc-0000-4000-8000-000000000003', NULL, 3, NULL)"
agents=AgentId,ClientMachine,Status,LastSeen
agent_web=bbbbbbbb-0000-4000-8000-000000000001,web.example.com,Approved,2026-01-01T00:00:00Z
agent_mail=aaaaaaaa-0000-4000-8000-000000000002,mail.example.com,New,
agent_third=cccccccc-0000-4000-8000-000000000003,,Disapproved,
list "$(lines $agents $agent_mail $agent_web $agent_third)" agents
list "$(lines $agents $agent_mail $agent_third)" agents --not-approved
list "$(lines $agents $agent_web)" agents --machine WEB.example.com
list "$(lines $agents)" agents --machine web.example.com --not-approved
nothing 'no client machine ftp.example.com: `pfxreplace list stores` lists them' agents --machine ftp.example.com

begin 'list requests, of one certificate'
run 0 init
sqlite3 inventory.db "INSERT INTO certificate(id, thumbprint) VALUES (201, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), (202, NULL);
	INSERT INTO enrollment_request VALUES (501, 201, 'ISSUED'), (502, 999, 'ISSUED'), (503, NULL, 'PENDING')"
requests=RequestId,CertificateId,RequestDisposition
list "$(lines $requests 501,201,ISSUED 502,999,ISSUED 503,,PENDING)" requests
list "$(lines $requests 501,201,ISSUED)" requests --certificate 201
list "$(lines $requests 501,201,ISSUED)" requests --certificate aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
list "$requests" requests --certificate 202
# No such certificate is known, but there is its request.
list "$(lines $requests 502,999,ISSUED)" requests --certificate 999
nothing 'no certificate 998: expected an Id, a thumbprint, a subject, a common name or a DNS name, as `pfxreplace list certificates` has them' \
	requests --certificate 998

begin 'list roles, of one operator, of one role'
run 0 init
sqlite3 inventory.db "DELETE FROM role_permission;
	INSERT INTO role_permission(role, operator, permission) VALUES
		('Web', 'bob', '/certificate_stores/schedule/1/'), ('Web', 'alice', '/certificate_stores/schedule/1/'),
		('Admin', 'alice', '/certificates/enrollment/pfx/'), ('', '', '/certificate_stores/read/')"
roles=Role,Operator,Permission
list "$(lines $roles ,,/certificate_stores/read/ Admin,alice,/certificates/enrollment/pfx/ \
	Web,alice,/certificate_stores/schedule/1/ Web,bob,/certificate_stores/schedule/1/)" roles
list "$(lines $roles Web,bob,/certificate_stores/schedule/1/)" roles --operator bob
list "$(lines $roles Web,alice,/certificate_stores/schedule/1/ Web,bob,/certificate_stores/schedule/1/)" roles --role web
list "$roles" roles --role Admin --operator bob
nothing 'no operator carol: `pfxreplace list roles` lists them' roles --operator carol
nothing 'no role Mail: `pfxreplace list roles` lists them' roles --role Mail

begin 'lists by text that are longer than a page'
run 0 init
sqlite3 inventory.db "DELETE FROM role_permission;
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
	INSERT INTO role_permission SELECT 'role' || (i % 3), 'o' || (i % 7), '/certificate_stores/read/' || i || '/' FROM n;
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
	INSERT INTO agent(id) SELECT printf('%08d-0000-4000-8000-000000000001', i) FROM n"
run 0 list roles
is 'roles' "$(sort -u "$scratch/out" | wc -l)" 1002
is 'the order' "$(sed 1d "$scratch/out" | cut -d , -f 2 | uniq | tr '\n' ' ')" 'o0 o1 o2 o3 o4 o5 o6 '
run 0 list agents
is 'agents' "$(sort -u "$scratch/out" | wc -l)" 1001
sed 1d "$scratch/out" | sort -c || wrong 'agents are not in order'

# Two runs with refusals of several codes: rows 101 to 105, then 101 again.
refuse() {
	company
	manifest one.csv 101,201, 103,203, 105,205,
	run 1 -q apply one.csv
	manifest two.csv 101,202,
	run 1 -q apply two.csv
}
refusals=Run,Line,CertStoreId,StorePath,ClientMachine,Alias,ExistingCertificateId,CertificateId,Code,Text
lab_1="1,2,$lab,/srv/lab.jks,host.example.com,web,101,201,not-approved,the store is not approved"
vault_1="1,2,$vault,/srv/vault.jks,host.example.com,web,101,201,no-permission,the operator may not schedule jobs for the store"
pem_1="1,3,$pem,/srv/site.pem,host.example.com,pem,103,203,entry-password-required,the store's type requires an entry password: expected a Password"
pay_1="1,4,$vault,/srv/vault.jks,host.example.com,pay,105,205,no-permission,the operator may not schedule jobs for the store"
web_2="2,2,$web,/srv/web.jks,host.example.com,web,101,202,job-pending,job 1 of run 1 for certificate 201 is active (Waiting)"
lab_2="2,2,$lab,/srv/lab.jks,host.example.com,web,101,202,not-approved,the store is not approved"
vault_2="2,2,$vault,/srv/vault.jks,host.example.com,web,101,202,no-permission,the operator may not schedule jobs for the store"

begin 'list refusals: why each location got no job, with the text of the results'
refuse
sql 'SELECT text FROM refusal WHERE code = '"'job-pending'" 'job 1 of run 1 for certificate 201 is active (Waiting)'
list "$(lines $refusals "$lab_1" "$vault_1" "$pem_1" "$pay_1" "$web_2" "$lab_2" "$vault_2")" refusals
run 0 list refusals --run 2 --code job-pending --format jsonl
out '{"Run":2,"Line":2,"CertStoreId":"'$web'","StorePath":"/srv/web.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":202,"Code":"job-pending","Text":"job 1 of run 1 for certificate 201 is active (Waiting)"}'
for text in 'the store is not approved' 'job 1 of run 1 for certificate 201 is active (Waiting)'; do
	grep -q "$text" one.results.csv two.results.csv || wrong "no results have: $text"
done

begin 'list refusals: filters, alone and together'
refuse
list "$(lines $refusals "$lab_1" "$vault_1" "$pem_1" "$pay_1")" refusals --run 1
list "$(lines $refusals "$web_2" "$lab_2" "$vault_2")" refusals --run 2
list "$(lines $refusals "$vault_1" "$pay_1" "$vault_2")" refusals --store HOST.example.com:/srv/vault.jks
list "$(lines $refusals "$vault_1" "$pay_1" "$vault_2")" refusals --container vault
list "$(lines $refusals "$pay_1")" refusals --certificate 105
list "$(lines $refusals "$web_2" "$lab_2" "$vault_2")" refusals --certificate 202
list "$(lines $refusals "$lab_1" "$lab_2")" refusals --code not-approved
list "$(lines $refusals "$vault_2")" refusals --run 2 --code no-permission --machine host.example.com
list "$refusals" refusals --certificate 109
list "$refusals" refusals --code private-key-required
list "$refusals" refusals --store $twin
manifest three.csv 104,204,
run 0 -q apply three.csv
list "$refusals" refusals --run 3

begin 'list refusals: what it says of filters that name nothing, and of codes that are none'
refuse
nothing 'no run 3: `pfxreplace runs` lists them' refusals --run 3
nothing 'no container Wbe: `pfxreplace list containers` lists them' refusals --container Wbe
nothing 'no client machine host: `pfxreplace list stores` lists them' refusals --machine host
nothing 'no store nowhere: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them' \
	refusals --store nowhere
wrong_use '--code job-pendign: no such code, the nearest is job-pending' refusals --code job-pendign
wrong_use '--code zzz: no such code' refusals --code zzz
wrong_use '--code bad-integer: it is about rows, not locations; `pfxreplace results RUN` has them' refusals --code bad-integer
wrong_use '--run: not for locations' locations --run 1
wrong_use '--code: not for agents' agents --code job-pending
wrong_use '--operator: not for stores' stores --operator alice
wrong_use '--certificate: not for containers' containers --certificate 1

begin 'a refusal whose code is none is damage'
refuse
sqlite3 inventory.db "UPDATE refusal SET code = 'bad-integer' WHERE id = 2"
run 4 list refusals
err 'pfxreplace: inventory.db: the database is damaged: refusal 2: its code is none that refuses a location: run `pfxreplace verify`'

begin 'a filter that names what is not there is an error, and one that has no rows is not'
company
nothing 'no container nowhere: `pfxreplace list containers` lists them' stores --container nowhere
nothing 'no container 3: `pfxreplace list containers` lists them' locations --container 3
nothing 'no store type PME: `pfxreplace list store-types` lists them' stores --type PME
nothing 'no store type 3: `pfxreplace list store-types` lists them' stores --type 3
nothing 'no client machine mail.example.com: `pfxreplace list stores` lists them' stores --machine mail.example.com
nothing 'no certificate 999: expected an Id, a thumbprint, a subject, a common name or a DNS name, as `pfxreplace list certificates` has them' \
	locations --certificate 999
nothing 'no certificate www: expected an Id, a thumbprint, a subject, a common name or a DNS name, as `pfxreplace list certificates` has them' \
	locations --store $web --certificate www
run 0 list stores --type AWS
is 'lines' "$(wc -l <"$scratch/out")" 1
run 0 list locations --certificate 201
is 'lines' "$(wc -l <"$scratch/out")" 1
run 0 -q list locations --certificate 201
out ''

begin 'a store type is named by its ShortName where that names it alone'
company
sqlite3 inventory.db "INSERT INTO store_type VALUES (200, 'jks', NULL, 0, 0, 0), (201, '7', NULL, 0, 0, 0),
		(202, NULL, NULL, 0, 0, 0), (203, '', NULL, 0, 0, 0), (204, 'F5 BIG', NULL, 0, 0, 0);
	UPDATE store SET type = 200 + id - 2 WHERE id BETWEEN 2 AND 6"
run 0 list stores
is 'the types' "$(sed 1d "$scratch/out" | cut -d , -f 7 | tr '\n' ' ')" '0 200 201 202 203 F5 BIG '
run 0 list stores --format jsonl
is 'the types in JSON' "$(sed 's/.*"CertStoreType":\([^,]*\),.*/\1/' "$scratch/out" | tr '\n' ' ')" '0 200 201 202 203 "F5 BIG" '

begin 'each kind is loaded again from its list: nothing changes'
company
# A ShortName that two types have, one that is a number, and none: these types are listed by number.
sqlite3 inventory.db "INSERT INTO store_type VALUES (200, 'jks', NULL, 0, 0, 0), (201, '7', NULL, 0, 0, 0),
		(202, NULL, NULL, 0, 0, 0);
	UPDATE store SET type = 200 + id - 2 WHERE id BETWEEN 2 AND 4"
for format in csv jsonl; do
	for kind in containers agents store-types stores certificates requests roles; do
		run 0 list $kind --format $format
		mv "$scratch/out" $kind.$format
		count=$(wc -l <$kind.$format)
		[ $format = jsonl ] || count=$((count - 1))
		run 0 import $kind $kind.$format
		is "$kind" "$(tail -1 "$scratch/err" | sed 's/ record:/ records:/')" \
			"pfxreplace: $kind: $count records: 0 new, 0 changed, $count unchanged"
	done
	run 0 list locations --format $format
	mv "$scratch/out" locations.$format
	run 0 -q import inventory locations.$format
	run 0 list locations --format $format
	alike "locations.$format" locations.$format "$scratch/out"
done

begin 'lists of all kinds read and never write'
refuse
before=$(cksum inventory.db inventory.db.*)
chmod 500 .
for kind in stores certificates expiring locations refusals containers agents store-types requests roles; do
	run 0 list $kind
done
for thing in 'run 1' 'job 1' "store $web" 'certificate 101'; do
	for format in csv jsonl table; do
		# shellcheck disable=SC2086 # words
		run 0 show $thing --format $format
	done
done
chmod 700 .
is 'the files' "$(cksum inventory.db inventory.db.*)" "$before"

finish
