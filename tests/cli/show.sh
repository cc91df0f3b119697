#!/bin/sh
# show run, and what an auditor asks: each question is answered by one command.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

stood=2026-01-01T00:00:00Z

# Two nights. In the first, of five rows, one fails, one is rejected, and 101 gets one job of three.
# In the second 101 is replaced by another certificate, where its job is still waiting. Then the agent
# has reported, and the times are those of this scene.
nights() {
	company
	printf '%s\n' ExistingCertificateId,CertificateId,JobTime,Password 101,201,2080-01-01T00:00:00Z, \
		'102,202,2080-02-01T00:00:00Z,secret' 105,205,2080-01-01T00:00:00Z, \
		120,301,2080-01-01T00:00:00Z, 0107,207,2080-01-01T00:00:00Z, >one.csv
	chmod 600 one.csv
	run 1 -q apply one.csv --reference CHG-1 --allow names-not-covered --max-jobs-per-row 5
	manifest two.csv 101,202,
	run 1 -q apply two.csv
	sqlite3 inventory.db "
		UPDATE run SET started_at = 1767225600000 + id * 3600000, finished_at = 1767225601500 + id * 3600000,
			operator = 'alice', path = '/srv/' || manifest;
		UPDATE request SET created_at = 1767225600000;
		UPDATE store SET inventoried_at = 1767225600000;
		UPDATE job SET status = 3, result = 4, completed_at = 1767312000000, message = 'the keystore is locked' WHERE id = 2"
}

begin 'what was run 1 told to do, and what came of it'
nights
digest=$(sha256sum one.csv | cut -d ' ' -f 1)
run 0 show run 1 --format table
out "Field                      Value
Run                        1
State                      finished
Manifest                   one.csv
Path                       /srv/one.csv
ManifestSha256             $digest
Operator                   alice
Reference                  CHG-1
Mends
Retries                    0
TrustManifest              no
StartedAt                  2026-01-01T01:00:00Z
FinishedAt                 2026-01-01T01:00:01.500Z
Settings.allow             names-not-covered
Settings.deny
Settings.window
Settings.pending           refuse
Settings.ignore
Settings.max-jobs-per-row  5
Settings.format            csv
Settings.delimiter         ,
Settings.encoding          auto
Rows.Total                 5
Rows.Read                  5
Rows.Succeeded             2
Rows.Partial               1
Rows.Failed                1
Rows.Rejected              1
Rows.Skipped               0
Jobs.Created               4
Jobs.Refused               3
Jobs.Superseded            0
Jobs.DueLater              4
Jobs.FirstDue              2080-01-01T00:00:00Z
Jobs.LastDue               2080-02-01T00:00:00Z
JobsNow.Waiting            3
JobsNow.Completed/Failure  1
Codes.certificate-expired  1
Codes.not-approved         1
Codes.no-permission        2
Warnings.expires-earlier   1
Repairs.leading-zeros      1
DefaultResults             one.results.csv"
err ''
run 0 show run 1
is 'the fields in CSV' "$(sed -n '1,3p;14p;19,21p;36,43p' "$scratch/out" | tr '\n' ' ')" \
	'Field,Value Run,1 State,finished Settings.allow,names-not-covered Settings.max-jobs-per-row,5 Settings.format,csv Settings.delimiter,"," JobsNow.Waiting,3 JobsNow.Completed/Failure,1 Codes.certificate-expired,1 Codes.not-approved,1 Codes.no-permission,2 Warnings.expires-earlier,1 Repairs.leading-zeros,1 DefaultResults,one.results.csv '
run 0 show run 1 --format jsonl
out '{"Run":1,"State":"finished","Manifest":"one.csv","Path":"/srv/one.csv","ManifestSha256":"'"$digest"'","Operator":"alice","Reference":"CHG-1","Mends":null,"Retries":0,"TrustManifest":"no","StartedAt":"2026-01-01T01:00:00Z","FinishedAt":"2026-01-01T01:00:01.500Z","Settings":{"allow":"names-not-covered","deny":null,"window":null,"pending":"refuse","ignore":null,"max-jobs-per-row":"5","format":"csv","delimiter":",","encoding":"auto"},"Rows":{"Total":5,"Read":5,"Succeeded":2,"Partial":1,"Failed":1,"Rejected":1,"Skipped":0},"Jobs":{"Created":4,"Refused":3,"Superseded":0,"DueLater":4,"FirstDue":"2080-01-01T00:00:00Z","LastDue":"2080-02-01T00:00:00Z"},"JobsNow":{"Waiting":3,"Completed/Failure":1},"Codes":{"certificate-expired":1,"not-approved":1,"no-permission":2},"Warnings":{"expires-earlier":1},"Unchecked":{},"Repairs":{"leading-zeros":1},"DefaultResults":"one.results.csv"}'
python3 -m json.tool "$scratch/out" >/dev/null || wrong 'this is no JSON'

begin 'show run: one from standard input, without rows; one that is not finished'
company
echo ExistingCertificateId,CertificateId | run 0 -q apply --allow-empty - --results r.csv
run 0 show run 1 --format jsonl
sed -E -e 's/"(StartedAt|FinishedAt)":"[0-9TZ:.-]+"/"\1":"TIME"/g' -e "s/\"Operator\":\"$operator\"/\"Operator\":\"OPERATOR\"/" "$scratch/out" >shown
same shown '{"Run":1,"State":"finished","Manifest":"-","Path":null,"ManifestSha256":"911bb590a2298e4c6f47a1c6ec591561480210f115da930c4a95a747d8cf5d7b","Operator":"OPERATOR","Reference":null,"Mends":null,"Retries":0,"TrustManifest":"no","StartedAt":"TIME","FinishedAt":"TIME","Settings":{"allow":null,"deny":null,"window":null,"pending":"refuse","ignore":null,"max-jobs-per-row":null,"format":"csv","delimiter":",","encoding":"auto"},"Rows":{"Total":0,"Read":0,"Succeeded":0,"Partial":0,"Failed":0,"Rejected":0,"Skipped":0},"Jobs":{"Created":0,"Refused":0,"Superseded":0,"DueLater":0,"FirstDue":null,"LastDue":null},"JobsNow":{},"Codes":{},"Warnings":{},"Unchecked":{},"Repairs":{},"DefaultResults":null}'
manifest two.csv 107,207, x,y,
run 6 -q apply two.csv --max-errors 0
run 0 show run 2
is 'its state' "$(sed -n 's/^State,//p' "$scratch/out")" unfinished
is 'its end' "$(sed -n 's/^FinishedAt,//p' "$scratch/out")" ''

begin 'show run: what is not there, and usage errors'
company
run 3 show run 1
out ''
err 'pfxreplace: inventory.db: no run 1: `pfxreplace runs` lists them'
for word in 0 x 1.0 '' 2147483648; do
	run 2 show run "$word"
	err "pfxreplace: show: run $word: expected its number; see \`pfxreplace show --help\`"
done
run 2 show run
err 'pfxreplace: show: expected certificate and its id, thumbprint or name, store and a STORE, run and a RUN, or job and a JOBID; see `pfxreplace show --help`'

begin 'why did store X fail'
nights
run 0 show store HOST.example.com:/srv/web.jks --format table
sed '/^n1[01][0-9] /d' "$scratch/out" >shown
same shown "Field                       Value
Id                          $web
ContainerId                 1
ContainerName               Web
DisplayName
ClientMachine               host.example.com
Storepath                   /srv/web.jks
CertStoreType               JKS
Approved                    true
AgentId                     $agent
AgentAssigned               true
Removed                     false
InventoriedAt               $stood
SeparatePrivateKeyFilePath
IncludesChain
IsTrustStore
Endpoint
HasPassword                 false
TriedAt
NotReadable
NotReadableText

Inventory
Alias  ChainLevel  CertificateId  Thumbprint                                IssuedDN  NotAfter              KeyMismatch
mail            0            102  0000000000000000000000000000000000000066            2090-01-01T00:00:00Z
n120            0            120  0000000000000000000000000000000000000078            2090-01-01T00:00:00Z
web             0            101  0000000000000000000000000000000000000065            2090-01-01T00:00:00Z

Jobs
JobId  Run  Line  CertStoreId                           StorePath     ClientMachine     Alias  ExistingCertificateId  CertificateId  JobTime               DueAt                 Status     Result   CancelledBy  CompletedAt           Message                 LeaseUntil  Blocked
    1    1     2  $web  /srv/web.jks  host.example.com  web                      101            201  2080-01-01T00:00:00Z  2080-01-01T00:00:00Z  Waiting    Unknown
    2    1     3  $web  /srv/web.jks  host.example.com  mail                     102            202  2080-02-01T00:00:00Z  2080-02-01T00:00:00Z  Completed  Failure               2026-01-02T00:00:00Z  the keystore is locked
    4    1     6  $web  /srv/web.jks  host.example.com  n107                     107            207  2080-01-01T00:00:00Z  2080-01-01T00:00:00Z  Waiting    Unknown

Refusals
Run  Line  CertStoreId                           StorePath     ClientMachine     Alias  ExistingCertificateId  CertificateId  Code         Text
  2     2  $web  /srv/web.jks  host.example.com  web                      101            202  job-pending  job 1 of run 1 for certificate 201 is active (Waiting)"
err ''
run 0 show store $lab --format jsonl
out '{"Id":"'$lab'","ContainerId":1,"ContainerName":"Web","DisplayName":null,"ClientMachine":"host.example.com","Storepath":"/srv/lab.jks","CertStoreType":"JKS","Approved":false,"AgentId":"'$agent'","AgentAssigned":true,"Removed":false,"InventoriedAt":"'$stood'","SeparatePrivateKeyFilePath":null,"IncludesChain":null,"IsTrustStore":null,"Endpoint":null,"HasPassword":false,"TriedAt":null,"NotReadable":null,"NotReadableText":null,"Inventory":[{"Alias":"web","ChainLevel":0,"CertificateId":101,"Thumbprint":"0000000000000000000000000000000000000065","IssuedDN":null,"NotAfter":"2090-01-01T00:00:00Z","KeyMismatch":null}],"Jobs":[],"Refusals":[{"Run":1,"Line":2,"CertStoreId":"'$lab'","StorePath":"/srv/lab.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":201,"Code":"not-approved","Text":"the store is not approved"},{"Run":2,"Line":2,"CertStoreId":"'$lab'","StorePath":"/srv/lab.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":202,"Code":"not-approved","Text":"the store is not approved"}]}'
run 0 list refusals --store $lab --run 1
out "Run,Line,CertStoreId,StorePath,ClientMachine,Alias,ExistingCertificateId,CertificateId,Code,Text
1,2,$lab,/srv/lab.jks,host.example.com,web,101,201,not-approved,the store is not approved"

begin 'what became of certificate C: an old one, where it still stands, and why'
nights
run 0 show certificate 101 --format table
sed -n '/^Locations$/,$p' "$scratch/out" >shown
same shown "Locations
CertStoreId                           ClientMachine     StorePath       Alias  InventoriedAt
$web  host.example.com  /srv/web.jks    web    $stood
$lab  host.example.com  /srv/lab.jks    web    $stood
$vault  host.example.com  /srv/vault.jks  web    $stood

Jobs
JobId  Run  Line  CertStoreId                           StorePath     ClientMachine     Alias  ExistingCertificateId  CertificateId  JobTime               DueAt                 Status   Result   CancelledBy  CompletedAt  Message  LeaseUntil  Blocked
    1    1     2  $web  /srv/web.jks  host.example.com  web                      101            201  2080-01-01T00:00:00Z  2080-01-01T00:00:00Z  Waiting  Unknown

Refusals
Run  Line  CertStoreId                           StorePath       ClientMachine     Alias  ExistingCertificateId  CertificateId  Code           Text
  1     2  $lab  /srv/lab.jks    host.example.com  web                      101            201  not-approved   the store is not approved
  1     2  $vault  /srv/vault.jks  host.example.com  web                      101            201  no-permission  the operator may not schedule jobs for the store
  2     2  $web  /srv/web.jks    host.example.com  web                      101            202  job-pending    job 1 of run 1 for certificate 201 is active (Waiting)
  2     2  $lab  /srv/lab.jks    host.example.com  web                      101            202  not-approved   the store is not approved
  2     2  $vault  /srv/vault.jks  host.example.com  web                      101            202  no-permission  the operator may not schedule jobs for the store

RejectedRows: none"
err ''

begin 'what became of certificate C: a new one, with its jobs; one whose row was rejected'
nights
run 0 show certificate 202 --format jsonl
sed 's/.*"Locations":/"Locations":/' "$scratch/out" >shown
same shown '"Locations":[],"Jobs":[{"JobId":2,"Run":1,"Line":3,"CertStoreId":"'$web'","StorePath":"/srv/web.jks","ClientMachine":"host.example.com","Alias":"mail","ExistingCertificateId":102,"CertificateId":202,"JobTime":"2080-02-01T00:00:00Z","DueAt":"2080-02-01T00:00:00Z","Status":"Completed","Result":"Failure","CancelledBy":null,"CompletedAt":"2026-01-02T00:00:00Z","Message":"the keystore is locked","LeaseUntil":null,"Blocked":null},{"JobId":3,"Run":1,"Line":3,"CertStoreId":"'$iis'","StorePath":"My","ClientMachine":"host.example.com","Alias":"'$thumbprint_102'","ExistingCertificateId":102,"CertificateId":202,"JobTime":"2080-02-01T00:00:00Z","DueAt":"2080-02-01T00:00:00Z","Status":"Waiting","Result":"Unknown","CancelledBy":null,"CompletedAt":null,"Message":null,"LeaseUntil":null,"Blocked":null}],"Refusals":[{"Run":2,"Line":2,"CertStoreId":"'$web'","StorePath":"/srv/web.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":202,"Code":"job-pending","Text":"job 1 of run 1 for certificate 201 is active (Waiting)"},{"Run":2,"Line":2,"CertStoreId":"'$lab'","StorePath":"/srv/lab.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":202,"Code":"not-approved","Text":"the store is not approved"},{"Run":2,"Line":2,"CertStoreId":"'$vault'","StorePath":"/srv/vault.jks","ClientMachine":"host.example.com","Alias":"web","ExistingCertificateId":101,"CertificateId":202,"Code":"no-permission","Text":"the operator may not schedule jobs for the store"}],"RejectedRows":[]}'
python3 -m json.tool "$scratch/out" >/dev/null || wrong 'this is no JSON'
run 0 show certificate 301 --format table
sed -n '/^Locations: none$/,$p' "$scratch/out" >shown
same shown 'Locations: none

Jobs: none

Refusals: none

RejectedRows
Run  Line  ExistingCertificateId  CertificateId  RequestId  JobTime               Messages
  1     5                    120            301             2080-01-01T00:00:00Z  certificate-expired: CertificateId: the new certificate expires at 2021-01-01T00:00:00Z, due is 2080-01-01T00:00:00Z; expires-earlier: the new certificate expires at 2021-01-01T00:00:00Z, the existing one at 2090-01-01T00:00:00Z'
# As in the results.
grep -q 'certificate-expired: CertificateId: the new certificate expires at 2021-01-01T00:00:00Z, due is 2080-01-01T00:00:00Z; expires-earlier: the new certificate expires at 2021-01-01T00:00:00Z, the existing one at 2090-01-01T00:00:00Z' one.results.csv ||
	wrong "$(cat one.results.csv)"

begin 'a rejected row keeps the stores and aliases of its messages'
company
manifest one.csv 104,204,
run 1 -q apply one.csv --deny several-aliases
run 0 show certificate 104 --format jsonl
shown=$(sed 's/.*"Messages":"//; s/"}\]}$//' "$scratch/out")
is 'its messages' "$shown" "$(sed -n '2s/.*"\(.*\)"$/\1/p' one.results.csv)"
case $shown in
"several-aliases: store $twin, alias "*) ;;
*) wrong "$shown" ;;
esac

begin 'which places are still old'
nights
run 0 list locations --certificate 101
out "CertStoreId,ClientMachine,StorePath,Alias,CertificateId,Thumbprint,IssuedDN,NotAfter,InventoriedAt,KeyMismatch
$web,host.example.com,/srv/web.jks,web,101,0000000000000000000000000000000000000065,,2090-01-01T00:00:00Z,$stood,
$lab,host.example.com,/srv/lab.jks,web,101,0000000000000000000000000000000000000065,,2090-01-01T00:00:00Z,$stood,
$vault,host.example.com,/srv/vault.jks,web,101,0000000000000000000000000000000000000065,,2090-01-01T00:00:00Z,$stood,"

begin 'parts that are longer than a page'
nights
sqlite3 inventory.db "
	WITH RECURSIVE n(i) AS (SELECT 11 UNION ALL SELECT i + 1 FROM n WHERE i < 1250)
	INSERT INTO job(id, request, location, store, status, result)
	SELECT i, 1 << 32 | 1, (SELECT location FROM job WHERE id = 1), 1 + i % 2, 3, 2 FROM n;
	WITH RECURSIVE n(i) AS (SELECT 11 UNION ALL SELECT i + 1 FROM n WHERE i < 1250)
	INSERT INTO refusal(id, request, location, store, code)
	SELECT i, 1 << 32 | 1, (SELECT location FROM job WHERE id = 1), 1, 'job-pending' FROM n"
run 0 show store $web --format jsonl
is 'jobs' "$(grep -o '"JobId":' "$scratch/out" | wc -l)" 623
is 'refusals' "$(grep -o '"Code":' "$scratch/out" | wc -l)" 1241
python3 -m json.tool "$scratch/out" >/dev/null || wrong 'this is no JSON'
run 0 show certificate 101 --format table
is 'lines of jobs' "$(sed -n '/^Jobs$/,/^$/p' "$scratch/out" | wc -l)" 1244

begin 'under -q what is shown is shown'
nights
for format in csv jsonl table; do
	run 0 show certificate 301 --format $format
	cp "$scratch/out" shown
	run 0 -q show certificate 301 --format $format
	alike "$format" shown "$scratch/out"
done

finish
