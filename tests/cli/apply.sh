#!/bin/sh
# apply: what becomes of rows and locations, in the results and in the database.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

jobs="SELECT j.id, r.line, s.guid, l.alias, j.status, j.result, ifnull(j.cancelled_by, '-')
	FROM job j JOIN request r ON r.id = j.request JOIN location l ON l.id = j.location
	JOIN store s ON s.id = l.store ORDER BY j.id"
refusals="SELECT r.line, s.guid, l.alias, f.code, ifnull(f.text, '-')
	FROM refusal f JOIN request r ON r.id = f.request JOIN location l ON l.id = f.location
	JOIN store s ON s.id = l.store ORDER BY f.id"

# ---- three stores, one of them served --------------------------------------------------------

begin 'a row of three stores, one not approved, one not permitted: CSV'
company
manifest m.csv 101,201,
run 1 apply m.csv
out ''
told "m.csv:2: store $lab_named, alias web: the store is not approved [not-approved]" \
	"m.csv:2: store $vault_named, alias web: the operator may not schedule jobs for the store [no-permission]" \
	'm.csv: run 1: 1 row read: 0 succeeded, 1 partial' \
	'm.csv: 1 job created: 1 due at once; 2 refused' \
	'm.csv: results in m.results.csv' \
	'm.csv: the same command with --rejects FILE writes the row to mend'
results m.results.csv "2,101,201,,,partial,$web,$lab $vault,\"not-approved: store $lab, alias web: \
the store is not approved; no-permission: store $vault, alias web: the operator may not schedule jobs for the store\""
sql "$jobs" "1|2|$web|web|1|0|-"
sql "$refusals" "2|$lab|web|not-approved|-
2|$vault|web|no-permission|-"

json_row='{"Line":1,"ExistingCertificateId":101,"CertificateId":201,"RequestId":null,"JobTime":null,"Outcome":"partial","SuccessfulStores":["'$web'"],"FailedStores":["'$lab'","'$vault'"],"Messages":[{"Code":"not-approved","Store":"'$lab'","Alias":"web","Text":"the store is not approved"},{"Code":"no-permission","Store":"'$vault'","Alias":"web","Text":"the operator may not schedule jobs for the store"}]}'

begin 'a row of three stores, one not approved, one not permitted: JSONL'
company
echo '{"ExistingCertificateId":101,"CertificateId":201}' >m.jsonl
run 1 apply m.jsonl
out ''
told "m.jsonl:1: store $lab_named, alias web: the store is not approved [not-approved]" \
	"m.jsonl:1: store $vault_named, alias web: the operator may not schedule jobs for the store [no-permission]" \
	'm.jsonl: run 1: 1 row read: 0 succeeded, 1 partial' \
	'm.jsonl: 1 job created: 1 due at once; 2 refused' \
	'm.jsonl: results in m.results.jsonl' \
	'm.jsonl: the same command with --rejects FILE writes the row to mend'
same m.results.jsonl "$json_row"
sql "$jobs" "1|1|$web|web|1|0|-"
sql "$refusals" "1|$lab|web|not-approved|-
1|$vault|web|no-permission|-"

# ---- the format does not matter --------------------------------------------------------------

begin 'equivalent CSV, JSONL and JSON manifests give the same jobs and the same results'
cat >m.csv <<-'END'
	CertificateId,ExistingCertificateId,RequestId,JobTime,Password
	201,101,,,
	,102,502,2080-01-01T00:00:00.000Z,pass word
	203,103,,,"a ""quoted"", one"
	204,104,,,
	205,105,,,
	206,106,,,
	302,108,,2080-01-01T00:00:00Z,
	,109,521,,
	210,110,510,,
	211,111,,,
	211,111,,,
	212,112,,,
	213,112,,,
	999,998,,,
	214,114,,2080-13-01T00:00:00Z,
END
cat >m.jsonl <<-'END'
	{"CertificateId":201,"ExistingCertificateId":101}
	{"ExistingCertificateId":102,"RequestId":502,"JobTime":"2080-01-01T00:00:00.000Z","Password":"pass word"}
	{"CertificateId":203,"ExistingCertificateId":103,"Password":"a \"quoted\", one"}
	{"CertificateId":204,"ExistingCertificateId":104,"JobTime":null}
	{"CertificateId":205,"ExistingCertificateId":105,"JobTime":""}
	{"CertificateId":206,"ExistingCertificateId":106}
	{"CertificateId":302,"ExistingCertificateId":108,"JobTime":"2080-01-01T00:00:00Z"}
	{"RequestId":521,"ExistingCertificateId":109}
	{"CertificateId":210,"ExistingCertificateId":110,"RequestId":510}
	{"CertificateId":211,"ExistingCertificateId":111}
	{"ExistingCertificateId":111,"CertificateId":211}
	{"CertificateId":212,"ExistingCertificateId":112}
	{"CertificateId":213,"ExistingCertificateId":112}
	{"CertificateId":999,"ExistingCertificateId":998}
	{"CertificateId":214,"ExistingCertificateId":114,"JobTime":"2080-13-01T00:00:00Z"}
END
# Rows on the same lines: a blank line is no row.
sed -i '1s/^/\n/' m.jsonl
{ echo '['; sed -e 1d -e '$!s/$/,/' m.jsonl; echo ']'; } >m.json
for format in csv jsonl json; do
	company
	run 1 -q apply m.$format
	told "m.$format:2: store $lab_named, alias web: the store is not approved [not-approved]" \
		"m.$format:2: store $vault_named, alias web: the operator may not schedule jobs for the store [no-permission]" \
		"m.$format:6: store $vault_named, alias pay: the operator may not schedule jobs for the store [no-permission]" \
		"m.$format:7: ExistingCertificateId: the existing certificate stands in no store [not-in-any-store]" \
		"m.$format:8: CertificateId: the new certificate is valid from 2091-01-01T00:00:00Z, due is 2080-01-01T00:00:00Z [certificate-not-yet-valid]" \
		"m.$format:9: RequestId: the request has no certificate: expected its disposition to be ISSUED [request-not-issued]" \
		"m.$format:10: RequestId: CertificateId and RequestId are both given: expected one of them [two-new-certificates]" \
		"m.$format:13: ExistingCertificateId: 2 rows for this certificate differ: lines 13, 14; expected one row [conflicting-rows]" \
		"m.$format:14: ExistingCertificateId: 2 rows for this certificate differ: lines 13, 14; expected one row [conflicting-rows]" \
		"m.$format:15: ExistingCertificateId: no certificate 998 in the inventory [unknown-existing-certificate]" \
		"m.$format:15: CertificateId: no certificate 999 in the inventory [unknown-certificate]" \
		"m.$format:16: JobTime: \"2080-13-01T00:00:00Z\": a month that does not exist: expected 01 to 12 [bad-job-time]" \
		"m.$format: 2 rows: no-permission: the operator may not schedule jobs for the store (lines 2, 6)" \
		"m.$format: 2 rows: conflicting-rows: ExistingCertificateId: ... rows for this certificate differ: lines ...; expected one row (lines 13, 14)" \
		"m.$format: run 1: 15 rows read: 4 succeeded, 1 partial, 1 failed, 8 rejected, 1 skipped"
	sql 'SELECT rows_read, succeeded, partial, failed, rejected, skipped, jobs_created, jobs_refused FROM run' \
		'15|4|1|1|8|1|7|3'
	sql 'SELECT count(password), sum(length(password)) FROM request' '2|82' # 9 and 15 bytes, 29 more for each
	# These differ: the place of the rows in the file, the format and the blank line.
	state inventory.db $format.state "UPDATE run SET manifest = 'm', settings = '', format = 0, offset = 0,
		line = 0; UPDATE request SET offset = 0; DELETE FROM tally WHERE kind = 'repair'"
done
alike 'jobs of JSONL' csv.state jsonl.state
alike 'jobs of JSON' csv.state json.state
for file in m.results.jsonl m.results.csv; do
	is "lines of $file" "$(grep -c . $file)" $((15 + (${#file} == 13)))
done
# Members of JSONL, joined like the cells of CSV.
sqlite3 :memory: "WITH lines(line) AS (SELECT value FROM json_each('[' ||
		rtrim(replace(CAST(readfile('m.results.jsonl') AS TEXT), char(10), ','), ',') || ']'))
	SELECT line ->> 'Line', line ->> 'ExistingCertificateId', line ->> 'CertificateId', line ->> 'RequestId',
		line ->> 'JobTime', line ->> 'Outcome',
		(SELECT group_concat(value, ' ') FROM json_each(line -> 'SuccessfulStores')),
		(SELECT group_concat(value, ' ') FROM json_each(line -> 'FailedStores')),
		(SELECT group_concat((value ->> 'Code') || ': ' || coalesce('store ' || (value ->> 'Store') ||
			', alias ' || (value ->> 'Alias') || ': ', (value ->> 'Field') || ': ', '') ||
			(value ->> 'Text'), '; ') FROM json_each(line -> 'Messages'))
	FROM lines" >jsonl.table
sqlite3 :memory: '.import --csv m.results.csv results' 'SELECT * FROM results' >csv.table
alike 'results of JSONL' csv.table jsonl.table
run 1 results 1 --results-format csv
alike 'results of JSON as CSV' m.results.csv "$scratch/out"

# ---- pending jobs ----------------------------------------------------------------------------

# Both runs are of the same two certificates: 102 stands in web and iis, 107 in web.
pending() { # STATUS PENDING NEW LINE...: the second run has --pending; these are its results
	company
	manifest first.csv 102,202, 107,207,
	run 0 -q apply first.csv
	sqlite3 inventory.db 'UPDATE job SET status = 2 WHERE id = 3'
	manifest second.csv "102,$3," 107,207, # the second line makes it another manifest
	echo >>second.csv
	run "$1" -q apply --pending "$2" second.csv
	shift 3
	results second.results.csv "$@"
}
at_iis="store $iis, alias $thumbprint_102"

begin '--pending refuse: a location with an active job is refused'
pending 1 refuse 202 "2,102,202,,,failed,,$web $iis,\"job-pending: store $web, alias mail: job 1 of run 1 \
for certificate 202 is active (Waiting); job-pending: $at_iis: job 2 of run 1 for certificate 202 is active (Waiting)\"" \
	"3,107,207,,,failed,,$web,\"job-pending: store $web, alias n107: job 3 of run 1 for certificate 207 is active (InProcess)\""
told "second.csv:2: store $web_named, alias mail: job 1 of run 1 for certificate 202 is active (Waiting) [job-pending]" \
	"second.csv:2: store $iis_named, alias $thumbprint_102: job 2 of run 1 for certificate 202 is active (Waiting) [job-pending]" \
	"second.csv:3: store $web_named, alias n107: job 3 of run 1 for certificate 207 is active (InProcess) [job-pending]" \
	'second.csv: 2 rows: job-pending: job ... of run ... for certificate ... is active (...) (lines 2, 3)' \
	'second.csv: run 2: 2 rows read: 0 succeeded, 2 failed'
sql 'SELECT id, status, result, cancelled_by IS NULL FROM job' '1|1|0|1
2|1|0|1
3|2|0|1'
sql "SELECT code, text FROM refusal" 'job-pending|job 1 of run 1 for certificate 202 is active (Waiting)
job-pending|job 2 of run 1 for certificate 202 is active (Waiting)
job-pending|job 3 of run 1 for certificate 207 is active (InProcess)'

begin '--pending keep: a job for the same certificate counts, with a warning'
pending 0 keep 202 "2,102,202,,,succeeded,$web $iis,,\"job-kept: store $web, alias mail: job 1 of run 1 \
installs the same certificate and is kept; job-kept: $at_iis: job 2 of run 1 installs the same certificate and is kept\"" \
	"3,107,207,,,succeeded,$web,,\"job-kept: store $web, alias n107: job 3 of run 1 installs the same certificate and is kept\""
err ''
sql 'SELECT count(*), max(cancelled_by) IS NULL FROM job' '3|1'
sql 'SELECT count(*) FROM refusal' 0
sql 'SELECT outcome, jobs, refusals FROM request WHERE id >> 32 = 2' '1||
1||'

begin '--pending keep: a job for another certificate is pending'
pending 1 keep 203 "2,102,203,,,failed,,$web $iis,\"job-pending: store $web, alias mail: job 1 of run 1 \
for certificate 202 is active (Waiting); job-pending: $at_iis: job 2 of run 1 for certificate 202 is active (Waiting)\"" \
	"3,107,207,,,succeeded,$web,,\"job-kept: store $web, alias n107: job 3 of run 1 installs the same certificate and is kept\""
told "second.csv:2: store $web_named, alias mail: job 1 of run 1 for certificate 202 is active (Waiting) [job-pending]" \
	"second.csv:2: store $iis_named, alias $thumbprint_102: job 2 of run 1 for certificate 202 is active (Waiting) [job-pending]" \
	'second.csv: run 2: 2 rows read: 1 succeeded, 1 failed'

begin '--pending supersede: a waiting job is replaced, one in process is not'
pending 1 supersede 203 "2,102,203,,,succeeded,$web $iis,,\"job-superseded: store $web, alias mail: job 1 of run 1 \
is replaced by the new one; job-superseded: $at_iis: job 2 of run 1 is replaced by the new one\"" \
	"3,107,207,,,failed,,$web,\"job-pending: store $web, alias n107: job 3 of run 1 for certificate 207 is active (InProcess)\""
told "second.csv:3: store $web_named, alias n107: job 3 of run 1 for certificate 207 is active (InProcess) [job-pending]" \
	'second.csv: run 2: 2 rows read: 1 succeeded, 1 failed'
sql "$jobs" "1|2|$web|mail|4|0|job 4
2|2|$iis|$thumbprint_102|4|0|job 5
3|3|$web|n107|2|0|-
4|2|$web|mail|1|0|-
5|2|$iis|$thumbprint_102|1|0|-"
sql 'SELECT jobs_created, jobs_refused, jobs_superseded FROM run' '3|0|0
2|1|2'
sql 'SELECT count(*) FROM (SELECT location FROM job WHERE status IN (1, 2, 5) GROUP BY location HAVING count(*) > 1)' 0

begin '--pending supersede: a job that will be tried again is replaced'
company
manifest first.csv 107,207,
run 0 -q apply first.csv
sqlite3 inventory.db 'UPDATE job SET status = 5, result = 4'
manifest second.csv 107,208,
run 0 -q apply --pending supersede second.csv
sql "$jobs" "1|2|$web|n107|4|0|job 2
2|2|$web|n107|1|0|-"
manifest third.csv 107,209,
run 1 -q apply third.csv
results third.results.csv "2,107,209,,,failed,,$web,\"job-pending: store $web, alias n107: job 2 of run 2 for certificate 208 is active (Waiting)\""

begin 'already-replaced: an earlier job ended well and no newer inventory denies it'
company
manifest first.csv 107,207, 108,208, 109,209,
run 0 -q apply first.csv
sqlite3 inventory.db 'UPDATE job SET status = 3, result = id % 3 + 2, completed_at = 4000000000000'
manifest second.csv 107,207, 108,208, 109,209,
echo >>second.csv
run 1 -q apply second.csv
# The results were Warning, Failure, Success.
results second.results.csv \
	"2,107,207,,,failed,,$web,\"already-replaced: store $web, alias n107: job 1 of run 1 put the new certificate there already\"" \
	"3,108,208,,,succeeded,$web,," \
	"4,109,209,,,failed,,$web,\"already-replaced: store $web, alias n109: job 3 of run 1 put the new certificate there already\""
sqlite3 inventory.db 'UPDATE job SET completed_at = 1000 WHERE id = 1'
echo >>second.csv
run 1 -q apply second.csv
is 'after a newer inventory' "$(sed -n 2p second.results.csv)" "2,107,207,,,succeeded,$web,,"

begin 'issuer-changed: names are compared by their parts, not by their spelling'
company
printf '%s\n' Id,Thumbprint,IssuerDN "107,$(printf %040X 107),\"CN=CA, O=\"\"Example, Inc.\"\"\"" \
	"207,$(printf %040X 207),\"cn=CA,o=Example\\, Inc.\"" "108,$(printf %040X 108),\"CN=CA, O=Example\"" \
	"208,$(printf %040X 208),\"O=Example, CN=CA\"" >certificates.csv
run 0 -q import certificates certificates.csv
sql 'SELECT id, issuer_dn FROM certificate WHERE id IN (107, 207)' '107|CN=CA, O="Example, Inc."
207|cn=CA,o=Example\, Inc.'
manifest m.csv 107,207, 108,208,
run 0 -q apply m.csv
results m.results.csv "2,107,207,,,succeeded,$web,," \
	"3,108,208,,,succeeded,$web,,issuer-changed: the new certificate has another issuer than the existing one"

# ---- options ---------------------------------------------------------------------------------

begin '--chunk changes nothing but the size of transactions'
manifest m.csv 101,201, 102,202, 103,203, 104,204, 105,205, 106,206, 107,207, 107,207, 108,208, 108,209,
for chunk in 1 2 3 1000; do
	company
	run 1 -q apply --chunk $chunk m.csv
	state inventory.db state.$chunk
	mv m.results.csv results.$chunk
	alike "jobs with --chunk $chunk" state.1 state.$chunk
	alike "results with --chunk $chunk" results.1 results.$chunk
done
is 'rows' "$(wc -l <results.1)" 11

begin '--max-jobs-per-row'
company
manifest m.csv 101,201, 104,204, 107,207,
run 1 -q apply --max-jobs-per-row 2 m.csv
results m.results.csv \
	'2,101,201,,,rejected,,,too-many-stores: ExistingCertificateId: 3 locations: expected at most 2 (--max-jobs-per-row)' \
	"3,104,204,,,succeeded,$twin,,\"several-aliases: store $twin, alias x: the existing certificate stands at 2 aliases of the store\"" \
	"4,107,207,,,succeeded,$web,,"

begin '--allow and --deny'
company
manifest m.csv 107,301,2080-01-01T00:00:00Z 108,303, 104,204,
run 1 -q apply m.csv
expired='the new certificate expires at 2021-01-01T00:00:00Z, due is 2080-01-01T00:00:00Z'
earlier='expires-earlier: the new certificate expires at 2021-01-01T00:00:00Z, the existing one at 2090-01-01T00:00:00Z'
several="several-aliases: store $twin, alias x: the existing certificate stands at 2 aliases of the store"
mixed='mixed-job-times: JobTime: none, and other rows have one: expected a time in every row or in none'
weaker='weaker-key: RSA of 1024 bits, the existing one has 2048'
results m.results.csv \
	"2,107,301,,2080-01-01T00:00:00Z,rejected,,,\"certificate-expired: CertificateId: $expired; $earlier\"" \
	"3,108,303,,,succeeded,$web,,\"$weaker; $mixed\"" "4,104,204,,,succeeded,$twin,,\"$mixed; $several\""
company
run 1 -q apply --allow certificate-expired --deny weaker-key,several-aliases m.csv
results m.results.csv \
	"2,107,301,,2080-01-01T00:00:00Z,succeeded,$web,,\"certificate-expired: CertificateId: $expired; $earlier\"" \
	"3,108,303,,,rejected,,,\"$weaker; $mixed\"" "4,104,204,,,rejected,,,\"$mixed; $several\""
sql "SELECT kind, name, count FROM tally" 'code|several-aliases|1
code|weaker-key|1
warning|certificate-expired|1
warning|expires-earlier|1
warning|mixed-job-times|2'

begin '--window: its START stands for an empty JobTime'
company
manifest m.csv 107,207, 108,208,2045-03-01T23:00:00Z 109,209,2045-03-02T00:00:00Z 110,302,
run 1 -q apply --window 2045-03-01T22:00:00Z/2045-03-02T00:00:00Z m.csv
window='expected a time from 2045-03-01T22:00:00Z and before 2045-03-02T00:00:00Z'
results m.results.csv "2,107,207,,,succeeded,$web,,\"$mixed\"" "3,108,208,,2045-03-01T23:00:00Z,succeeded,$web,," \
	"4,109,209,,2045-03-02T00:00:00Z,rejected,,,outside-window: JobTime: due at 2045-03-02T00:00:00Z: $window" \
	"5,110,302,,,rejected,,,\"certificate-not-yet-valid: CertificateId: the new certificate is valid from 2091-01-01T00:00:00Z, due is 2045-03-01T22:00:00Z; $mixed\""
sql 'SELECT due_at FROM request' '2372018400000
2372022000000
2372025600000
2372018400000'

begin '--reference is kept with the run, and runs and the summary show it'
company
manifest m.csv 107,207,
run 0 apply --reference 'CHG-1, "two"' --summary s.json m.csv
sql 'SELECT reference FROM run' 'CHG-1, "two"'
run 0 runs --format jsonl
is 'Reference of runs' "$(sed -n 's/.*"Reference":\("[^,]*, \\"two\\""\).*/\1/p' "$scratch/out")" '"CHG-1, \"two\""'
summary s.json '{"Run":1,"Manifest":"m.csv","ManifestSha256":"'"$(sha256sum m.csv | cut -c1-64)"'","Operator":"OPERATOR","Reference":"CHG-1, \"two\"","StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":0,"Rows":{"Read":1,"Succeeded":1,"Partial":0,"Failed":0,"Rejected":0,"Skipped":0},"Jobs":{"Created":1,"Refused":0,"Superseded":0},"Codes":{},"Warnings":{},"Repairs":{}}'

begin '--retries is kept with the run, and show run shows it'
company
manifest m.csv 107,207,
run 0 check --retries 2 m.csv
sql 'SELECT count(*) FROM run' 0
run 0 -q apply --retries 2 m.csv
sql 'SELECT retries FROM run' 2
run 0 show run 1 --format table
is 'Retries' "$(grep '^Retries ' "$scratch/out")" 'Retries                    2'
run 0 -q apply m.csv
run 1 -q apply --again m.csv
sql 'SELECT id, retries FROM run' '1|2
2|0'

begin '--retries: what is no number of them'
company
manifest m.csv 107,207,
for command in apply check; do
	run 2 $command --retries 1001 m.csv
	err "pfxreplace: $command: --retries 1001: expected a whole number from 0 to 1000; see \`pfxreplace $command --help\`"
	run 2 $command --retries -1 m.csv
	err "pfxreplace: $command: --retries -1: expected a whole number from 0; see \`pfxreplace $command --help\`"
done
sql 'SELECT count(*) FROM run' 0

# failed STATUS TEXT: the first job is reported as failed; what it is then, and in how long it is due
failed() {
	run 0 jobs complete 1 --result failure
	out "{\"JobId\":1,\"Outcome\":\"$1\",\"Code\":null}"
	err ''
	sql "SELECT job.status || '/' || job.result, CASE WHEN job.status = 5 THEN h.due_at - e.at END, h.failures,
			(SELECT count(*) FROM ready WHERE due_at = h.due_at)
		FROM job JOIN handling h ON h.job = id JOIN job_event e ON e.job = id
		ORDER BY e.number DESC LIMIT 1" "$2"
	run 0 verify
}

begin '--retries 2: a job may fail three times'
company
manifest m.csv 107,207,
run 0 -q apply --retries 2 m.csv
run 0 -q jobs claim
failed will-retry '5/4|60000|1|1'
failed will-retry '5/4|120000|2|1'
failed completed '3/4||3|0'

begin '--retries: without it a failure is final'
company
manifest m.csv 107,207,
run 0 -q apply m.csv
failed completed '3/4||1|0'

begin '--retries: none at the end of the window'
company
manifest m.csv 107,207,
end=$(date -u -d '+50 seconds' +%Y-%m-%dT%H:%M:%SZ)
run 0 -q apply --retries 2 --window "2020-01-01T00:00:00Z/$end" m.csv
sql "SELECT retries, strftime('%Y-%m-%dT%H:%M:%SZ', window_end / 1000, 'unixepoch') FROM run" "2|$end"
failed completed '3/4||1|0'

finish
