#!/bin/sh
# The samples do what samples/README.md says, for an operator who may only read container 4; and the
# commands of README.md and samples/README.md print what these pages show.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

web07=2615c67f-b3e6-843b-a4d6-8745608235fb
web08=9ed11533-2138-86b9-a68e-89df95c5b91b
pay01_site=1380eccc-292a-81ff-a574-5ef7e0f64369
cloud01=429477a8-d205-880e-a9e2-62e7d6ce44f6
app03=e1a2e985-7a18-8540-ae7a-9e45765a4a85
app04=f69d0876-eeb9-858c-ac23-4f87f4f846ba
app01=fb1bb7a1-2993-81aa-aa66-9548f8752d2e
batch02=b4fdddc8-0db2-881a-aee8-229ed2de87c2
app05=ccb28b87-ad28-8801-a33e-c3385d5dd13f
db02=1ce2edff-f578-8ed9-ac06-baf18f65dd05
ldap01=853aedcf-7649-80f9-ae2b-44fa4ed789b0
ldap02=73d6c136-eb0a-8be1-ae23-6313d824cf4d
mixed='mixed-job-times: JobTime: none, and other rows have one: expected a time in every row or in none'
mixed_json='{"Code":"mixed-job-times","Field":"JobTime","Text":"none, and other rows have one: expected a time in every row or in none"}'
window=2045-03-01T22:00:00Z/2045-03-02T02:00:00Z

found_samples() {
	mkdir "$scratch/samples"
	(
		cd "$scratch/samples" || exit 2
		printf '%s\n' Role,Operator,Permission "Tests,$operator,/certificates/enrollment/pfx/" \
			"Tests,$operator,/certificate_stores/schedule/" \
			"Tests,$operator,/certificate_stores/read/4/" >me.csv
		"$PROGRAM" -q init || exit 2
		for kind in containers store-types agents stores certificates requests inventory roles; do
			file=$(ls "$samples/$kind".csv "$samples/$kind".jsonl 2>/dev/null)
			as_of=
			[ $kind = inventory ] && as_of=--as-of=now
			"$PROGRAM" -q import $as_of $kind "$file" || exit 2
		done
		"$PROGRAM" -q import roles me.csv || exit 2
		sqlite3 inventory.db "DELETE FROM role_permission WHERE role = 'Administrator'"
	) || exit 2
}

# sample MANIFEST: the case's folder gets the database and the manifest
sample() {
	[ -d "$scratch/samples" ] || found_samples
	cp "$scratch/samples"/inventory.db* "$samples/$1" .
}

# lines FILE NUMBER...: prints these lines of the file
lines() {
	lines_file=$1
	shift
	sed -n "$(printf '%dp;' "$@")" "$lines_file"
}

# The due time of a row without JobTime is the run's own.
now_masked() { # FILE
	sed -E "s/due is $(date -u +%Y)-[0-9T:.-]+Z/due is NOW/" "$1"
}

# check_and_apply SUMMARY OPTION...: the last is the manifest. check says what apply does, and leaves
# the folder as it was, before the run and after it.
check_and_apply() {
	expected_summary=$1
	shift
	for manifest_name; do :; done
	results_name=${manifest_name%.*}.results.${manifest_name##*.}
	mkdir ../checked
	fingerprint . >../before
	run 1 check --results "../checked/$results_name" --rejects ../checked/rejects \
		--summary ../checked/s.json "$@"
	cp "$scratch/out" ../containers
	sed -e '/: check: /s/.*: check: //' -e 's/ to create\([:;]\)/ created\1/' -e 's/due is .*Z/due is NOW/' \
		-e 's,\.\./checked/,,g' "$scratch/err" >../told
	fingerprint . >../after
	alike 'the folder after check' ../before ../after

	run 1 apply --rejects rejects --summary s.json "$@"
	out ''
	sed -e '/: run 1: /s/.*: run 1: //' -e 's/due is .*Z/due is NOW/' \
		"$scratch/err" >../told.apply
	alike 'what check tells' ../told ../told.apply
	for name in "$results_name" rejects; do
		now_masked "../checked/$name" >../of.check
		now_masked "$name" | sed 's/run 1: //' >../of.apply
		alike "$name of check" ../of.check ../of.apply
	done
	summary ../checked/s.json "$(echo "{\"Run\":null,$expected_summary" | sed 's/"FinishedAt":"TIME"/"FinishedAt":null/')"
	summary s.json "{\"Run\":1,$expected_summary"

	# After the run check gives the same bytes, and touches nothing.
	fingerprint . >../before
	run 1 check --results "../checked/$results_name" --rejects ../checked/rejects "$@"
	fingerprint . >../after
	alike 'the folder after check of a finished run' ../before ../after
	alike 'results of check of a finished run' "../checked/$results_name" "$results_name"
	alike 'rejects of check of a finished run' ../checked/rejects rejects
	run 1 results 1
	alike 'results again' "$results_name" "$scratch/out"
	rm -r ../checked ../before ../after ../told ../told.apply ../of.check ../of.apply
}

# Masks what differs from run to run: times of today, the operator, and the width of their columns.
walk_masked() { # FILE OPERATOR
	tr -d '\r' <"$1" | tr -s ' ' | sed -E -e '1s/^\xef\xbb\xbf//' -e "s/ $2 / OPERATOR /" \
		-e 's/[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z/TIME/g'
}

# walk FILE: each command of its console blocks must print the lines below it. There, "..." stands for
# any text of a line or, on a line of its own, for any lines. One shell runs all of the commands.
walk() {
	cp "$samples"/*.csv "$samples"/*.jsonl .
	mkdir ../walk
	awk '
		/^```/ { inside = $0 == "```console"; next }
		!inside { next }
		/^\$ / {
			n++
			command = substr($0, 3)
			print command >("../walk/" n ".command")
			printf "" >("../walk/" n ".text")
			print "{ " command "\n} >../walk/" n ".output 2>&1 </dev/null"
			next
		}
		{ print >("../walk/" n ".text") }' "$1" >../walk.sh
	PATH=$(dirname "$PROGRAM"):$PATH sh ../walk.sh
	[ -s ../walk.sh ] || wrong "$1 has no commands"
	for command in ../walk/*.command; do
		step=${command%.command}
		walk_masked "$step.text" root >../expected
		walk_masked "$step.output" "$operator" >../found
		awk '
			# Whether a line is as the text has it, from the I-th of its parts between "..." on.
			function alike(line, text,   parts, count, i, at) {
				count = split(text, parts, /\.\.\./)
				if (substr(line, 1, length(parts[1])) != parts[1])
					return 0
				for (i = 2; i <= count; i++) {
					line = substr(line, length(parts[i - 1]) + 1)
					at = index(line, parts[i])
					if (parts[i] == "")
						at = length(line) + 1
					if (at == 0)
						return 0
					line = substr(line, at)
				}
				return line == parts[count]
			}
			# Whether the lines from F on are as the text has them from E on.
			function matches(e, f) {
				if (e > expected)
					return f > found
				if (text[e] == "...")
					return matches(e + 1, f) || f <= found && matches(e, f + 1)
				return f <= found && alike(line[f], text[e]) && matches(e + 1, f + 1)
			}
			NR == FNR { text[++expected] = $0; next }
			{ line[++found] = $0 }
			END { exit !matches(1, 1) }' ../expected ../found || wrong "$(cat "$command"): expected, found:
$(cat ../expected)
--
$(cat ../found)"
	done
	rm -r ../walk ../walk.sh ../expected ../found
}

digest() {
	sha256sum "$1" | cut -c1-64
}

begin 'migration.csv'
sample migration.csv
check_and_apply '"Manifest":"migration.csv","ManifestSha256":"'"$(digest migration.csv)"'","Operator":"OPERATOR","Reference":null,"StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":1,"Rows":{"Read":62,"Succeeded":57,"Partial":1,"Failed":2,"Rejected":1,"Skipped":1},"Jobs":{"Created":77,"Refused":6,"Superseded":0},"Codes":{"not-in-any-store":1,"not-approved":1,"no-permission":4,"add-not-supported":1},"Warnings":{"weaker-key":1,"expires-earlier":1,"issuer-changed":1,"signature-changed":1,"several-aliases":1,"mixed-job-times":56,"exact-repetition":1},"Repairs":{}}' \
	migration.csv
same ../containers 'Manifest,ContainerId,Container,Jobs
migration.csv,,,2
migration.csv,1,Web servers,51
migration.csv,2,Application servers,19
migration.csv,3,Gateways,5'
is 'lines' "$(wc -l <migration.results.csv)" 63
lines migration.results.csv 1 3 8 10 11 16 29 62 63 >chosen
same chosen "$(printf '%s\n' "$header" \
	"3,1002,2002,,,partial,$web07,$pay01_site $web08,\"$mixed; no-permission: store $pay01_site, alias shop: the operator may not schedule jobs for the store; not-approved: store $web08, alias shop: the store is not approved\"" \
	"8,1007,2007,,,succeeded,$ldap02 $ldap01,,\"weaker-key: RSA of 2048 bits, the existing one has 4096; $mixed\"" \
	"10,1009,2009,,2026-02-01T20:00:00.000Z,succeeded,$db02,,\"expires-earlier: the new certificate expires at 2040-03-01T08:00:00Z, the existing one at 2050-10-08T08:00:00Z\"" \
	"11,1010,2010,,,succeeded,123565dd-382e-80f3-a7df-436c2185fb38,,\"issuer-changed: the new certificate has another issuer than the existing one; signature-changed: the new certificate is signed with ECDSA and SHA-256, the existing one with RSA and SHA-256; $mixed\"" \
	"16,1019,2019,,,succeeded,$app03,,\"$mixed; several-aliases: store $app03, alias tomcat: the existing certificate stands at 2 aliases of the store\"" \
	"29,1038,2038,,,failed,,$cloud01,\"$mixed; add-not-supported: store $cloud01, alias listener: the store's type does not support adding certificates\"" \
	"62,1092,2092,,,rejected,,,\"not-in-any-store: ExistingCertificateId: the existing certificate stands in no store; $mixed\"" \
	'63,1034,2034,,,skipped,,,exact-repetition: the same as line 26')"
# As Excel saved it, with its byte order mark, CRLF and quotes.
printf '\357\273\277%s\r\n' ExistingCertificateId,CertificateId,RequestId,JobTime,Password,Service,RejectLine,RejectReasons,RejectRecord \
	"1002,2002,,,sample-Shop-0815,shop,3,\"run 1: $mixed; no-permission: store $pay01_site, alias shop: the operator may not schedule jobs for the store; not-approved: store $web08, alias shop: the store is not approved\"," \
	'1028,2028,,,sample-Pay-77,pay,21,"run 1: '"$mixed"'; no-permission: store e0ffda55-8d7b-880d-a570-7ba0dbadaac3, alias pay: the operator may not schedule jobs for the store; no-permission: store f563fb7a-c23f-8199-ad9f-f461757ea3b8, alias pay: the operator may not schedule jobs for the store; no-permission: store fdac8b35-660b-82a9-ab7d-6b8dcfb719ce, alias pay: the operator may not schedule jobs for the store",' \
	"1038,2038,,,,cdn,29,\"run 1: $mixed; add-not-supported: store $cloud01, alias listener: the store's type does not support adding certificates\"," \
	"1092,2092,,,,kiosk01,62,\"run 1: not-in-any-store: ExistingCertificateId: the existing certificate stands in no store; $mixed\"," |
	sed '2,$s/^\xef\xbb\xbf//' >expected
alike rejects expected rejects
sql 'SELECT status, result, count(*) FROM job GROUP BY 1, 2' '1|0|77'
sql 'SELECT count(*) FROM job j JOIN request r ON r.id = j.request WHERE r.due_at IS NOT NULL' 3

begin 'migration.csv: --max-jobs-per-row, and once more with --again'
sample migration.csv
run 1 -q apply --max-jobs-per-row 5 migration.csv
is 'too many' "$(grep -c too-many-stores migration.results.csv)" 2
lines migration.results.csv 2 13 >chosen
too_many='too-many-stores: ExistingCertificateId: 6 locations: expected at most 5 (--max-jobs-per-row)'
same chosen "2,1001,2001,,,rejected,,,\"$too_many; $mixed\"
13,1012,2012,,,rejected,,,\"$too_many; $mixed\""
run 1 -q apply --again migration.csv
is 'pending' "$(grep -c job-pending migration.results.csv)" 56
lines migration.results.csv 14 >chosen
same chosen "14,1017,2017,,,failed,,$app01,\"$mixed; job-pending: store $app01, alias tomcat: job 18 of run 1 for certificate 2017 is active (Waiting)\""
sql 'SELECT id, jobs_created, jobs_refused FROM run' '1|65|6
2|12|71'

begin 'change-window.jsonl'
sample change-window.jsonl
check_and_apply '"Manifest":"change-window.jsonl","ManifestSha256":"'"$(digest change-window.jsonl)"'","Operator":"OPERATOR","Reference":"CHG-2045-03","StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":1,"Rows":{"Read":25,"Succeeded":24,"Partial":0,"Failed":0,"Rejected":1,"Skipped":0},"Jobs":{"Created":38,"Refused":0,"Superseded":0},"Codes":{"outside-window":1},"Warnings":{},"Repairs":{}}' \
	--reference CHG-2045-03 --window $window change-window.jsonl
same ../containers 'Manifest,ContainerId,Container,Jobs
change-window.jsonl,2,Application servers,34
change-window.jsonl,3,Gateways,4'
is 'lines' "$(wc -l <change-window.results.jsonl)" 25
lines change-window.results.jsonl 2 4 9 12 >chosen
same chosen '{"Line":2,"ExistingCertificateId":1014,"CertificateId":2014,"RequestId":null,"JobTime":"2045-03-01T22:00:00.000Z","Outcome":"succeeded","SuccessfulStores":["'$app03'","'$app04'"],"FailedStores":[],"Messages":[]}
{"Line":4,"ExistingCertificateId":1016,"CertificateId":2016,"RequestId":3016,"JobTime":"2045-03-01T22:05:00Z","Outcome":"succeeded","SuccessfulStores":["'$app05'","'$app01'"],"FailedStores":[],"Messages":[]}
{"Line":9,"ExistingCertificateId":1026,"CertificateId":2026,"RequestId":null,"JobTime":"2045-03-03T22:00:00Z","Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"outside-window","Field":"JobTime","Text":"due at 2045-03-03T22:00:00Z: expected a time from 2045-03-01T22:00:00Z and before 2045-03-02T02:00:00Z"}]}
{"Line":12,"ExistingCertificateId":1078,"CertificateId":2078,"RequestId":null,"JobTime":"2045-03-01T22:18:00Z","Outcome":"succeeded","SuccessfulStores":["'$batch02'","'$app05'"],"FailedStores":[],"Messages":[]}'
same rejects '{"ExistingCertificateId":1026,"CertificateId":2026,"JobTime":"2045-03-03T22:00:00Z","RejectLine":"9","RejectReasons":"run 1: outside-window: JobTime: due at 2045-03-03T22:00:00Z: expected a time from 2045-03-01T22:00:00Z and before 2045-03-02T02:00:00Z"}'
sql 'SELECT r.job_time, r.due_at, count(*) FROM job j JOIN request r ON r.id = j.request
	WHERE r.line IN (2, 3) GROUP BY r.id' '2045-03-01T22:00:00.000Z|2372018400000|2
2045-03-01T22:05:00.000Z|2372018700000|2'

begin 'change-window.jsonl without its window'
sample change-window.jsonl
run 0 apply change-window.jsonl
told 'change-window.jsonl: run 1: 25 rows read: 25 succeeded' \
	'change-window.jsonl: 39 jobs created: 0 due at once, 39 from 2045-03-01T22:00:00Z to 2045-03-03T22:00:00Z' \
	'change-window.jsonl: results in change-window.results.jsonl'

begin 'faults.csv'
sample faults.csv
check_and_apply '"Manifest":"faults.csv","ManifestSha256":"'"$(digest faults.csv)"'","Operator":"OPERATOR","Reference":null,"StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":1,"Rows":{"Read":62,"Succeeded":7,"Partial":1,"Failed":9,"Rejected":44,"Skipped":1},"Jobs":{"Created":9,"Refused":15,"Superseded":0},"Codes":{"malformed-record":6,"missing-existing-certificate":2,"no-new-certificate":2,"two-new-certificates":1,"bad-integer":8,"bad-job-time":10,"conflicting-rows":2,"unknown-existing-certificate":2,"unknown-certificate":2,"unknown-request":1,"request-not-issued":2,"same-certificate":1,"certificate-expired":2,"certificate-not-yet-valid":1,"certificate-revoked":1,"names-not-covered":2,"key-usage-lost":2,"not-in-any-store":1,"not-approved":2,"no-permission":4,"add-not-supported":1,"agent-unavailable":3,"entry-password-required":2,"private-key-required":2,"private-key-forbidden":1},"Warnings":{"expires-earlier":2,"issuer-changed":3,"signature-changed":2,"new-is-issuer":1,"existing-expires-first":1,"inventory-stale":1,"mixed-job-times":43,"exact-repetition":1},"Repairs":{"blank-row":2,"surrounding-blanks":1,"leading-zeros":1,"decimal-zero":2}}' \
	faults.csv
now_masked faults.results.csv >masked
lines masked 6 7 12 13 15 17 21 27 32 36 37 38 39 40 42 >chosen
same chosen '6,1003,2003,3003,,rejected,,,"two-new-certificates: RequestId: CertificateId and RequestId are both given: expected one of them; '"$mixed"'"
7,,,,,rejected,,,missing-existing-certificate: ExistingCertificateId: missing: expected the id of the certificate to replace; no-new-certificate: CertificateId: missing: expected a CertificateId or a RequestId; bad-job-time: JobTime: a value of 8 bytes: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ
12,,2001,,,rejected,,,"bad-integer: ExistingCertificateId: ""1001.5"": a fraction is not expected: expected an integer from 1 to 2147483647; '"$mixed"'"
13,,2001,,,rejected,,,"bad-integer: ExistingCertificateId: a value of 12 bytes: expected an integer from 1 to 2147483647 in decimal digits; '"$mixed"'"
15,,2001,,,rejected,,,"bad-integer: ExistingCertificateId: ""1,001"": the spreadsheet put thousands separators into the number: format the column as a number without them and save again; '"$mixed"'"
17,1003,2003,,,rejected,,,"bad-job-time: JobTime: ""45249.6826"": a number, which is how a spreadsheet stores a date: expected UTC, YYYY-MM-DDTHH:mm:ssZ, in a column formatted as text"
21,1003,2003,,,rejected,,,"bad-job-time: JobTime: ""2045-03-01T22:00:00.5Z"": a fraction of the second that has not three digits: expected none, or exactly three"
27,9997,9996,,,rejected,,,"unknown-existing-certificate: ExistingCertificateId: no certificate 9997 in the inventory; unknown-certificate: CertificateId: no certificate 9996 in the inventory; '"$mixed"'"
32,1001,2201,,,rejected,,,"certificate-expired: CertificateId: the new certificate expires at 2020-06-01T08:00:00Z, due is NOW; expires-earlier: the new certificate expires at 2020-06-01T08:00:00Z, the existing one at 2050-02-08T08:00:00Z; '"$mixed"'"
36,1016,2017,,,rejected,,,"names-not-covered: CertificateId: the new certificate lacks 1 name of the existing one: search.example.com; '"$mixed"'"
37,1012,2206,,,rejected,,,"key-usage-lost: CertificateId: the new certificate lacks usages of the existing one: clientAuth; issuer-changed: the new certificate has another issuer than the existing one; '"$mixed"'"
38,1025,2,,,rejected,,,"names-not-covered: CertificateId: the new certificate lacks 1 name of the existing one: batch01.example.com; key-usage-lost: CertificateId: the new certificate lacks usages of the existing one: digitalSignature; issuer-changed: the new certificate has another issuer than the existing one; signature-changed: the new certificate is signed with RSA and SHA-256, the existing one with ECDSA and SHA-256; new-is-issuer: the new certificate is the issuer of the existing one; '"$mixed"'"
39,1015,2015,,,rejected,,,"conflicting-rows: ExistingCertificateId: 2 rows for this certificate differ: lines 39, 40; expected one row; '"$mixed"'"
40,1015,2015,,2045-03-01T22:00:00Z,rejected,,,"conflicting-rows: ExistingCertificateId: 2 rows for this certificate differ: lines 39, 40; expected one row"
42,1018,2018,,,skipped,,,exact-repetition: the same as line 41'
is 'the last row' "$(tail -n 2 faults.results.csv | head -n 1)" "64,1017,2017,,,succeeded,$app01,,\"$mixed\""
is 'behind the blank lines' "$(sed -n 's/^\(5[0-9],[0-9]*,[0-9]*,,,succeeded\).*/\1/p' faults.results.csv | tr '\n' ' ')" \
	'53,1043,2043,,,succeeded 54,1020,2020,,,succeeded 55,1021,2021,,,succeeded 56,1022,2022,,,succeeded '

begin 'faults.jsonl'
sample faults.jsonl
check_and_apply '"Manifest":"faults.jsonl","ManifestSha256":"'"$(digest faults.jsonl)"'","Operator":"OPERATOR","Reference":null,"StartedAt":"TIME","FinishedAt":"TIME","Complete":true,"ExitStatus":1,"Rows":{"Read":28,"Succeeded":5,"Partial":0,"Failed":0,"Rejected":23,"Skipped":0},"Jobs":{"Created":7,"Refused":0,"Superseded":0},"Codes":{"malformed-record":20,"missing-existing-certificate":1,"bad-integer":1,"bad-job-time":1},"Warnings":{"several-aliases":1,"mixed-job-times":12},"Repairs":{"blank-row":1,"quoted-number":2}}' \
	faults.jsonl
lines faults.results.jsonl 3 4 6 9 14 16 25 >chosen
same chosen '{"Line":3,"ExistingCertificateId":1019,"CertificateId":2019,"RequestId":null,"JobTime":null,"Outcome":"succeeded","SuccessfulStores":["'$app03'"],"FailedStores":[],"Messages":['"$mixed_json"',{"Code":"several-aliases","Store":"'$app03'","Alias":"tomcat","Text":"the existing certificate stands at 2 aliases of the store"}]}
{"Line":4,"ExistingCertificateId":1020,"CertificateId":2020,"RequestId":null,"JobTime":null,"Outcome":"succeeded","SuccessfulStores":["'$app04'"],"FailedStores":[],"Messages":['"$mixed_json"']}
{"Line":7,"ExistingCertificateId":null,"CertificateId":null,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"malformed-record","Text":"certificate id: a second member of that name: expected each name once"}]}
{"Line":10,"ExistingCertificateId":1003,"CertificateId":null,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"malformed-record","Field":"CertificateId","Text":"a number with a fraction or an exponent: expected an integer"},'"$mixed_json"']}
{"Line":15,"ExistingCertificateId":1003,"CertificateId":2003,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"malformed-record","Field":"Password","Text":"a number: expected a string"},'"$mixed_json"']}
{"Line":17,"ExistingCertificateId":null,"CertificateId":null,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"malformed-record","Text":"JobTimeUtc: nearly the name JobTime: expected just that, or --ignore \"JobTimeUtc\" to leave the member out"}]}
{"Line":26,"ExistingCertificateId":null,"CertificateId":2003,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"missing-existing-certificate","Field":"ExistingCertificateId","Text":"missing: expected the id of the certificate to replace"},'"$mixed_json"']}'
is 'passwords in the results' "$(grep -c 'sample-' faults.results.jsonl)" 0

begin 'check changes nothing while an interrupted run is there'
sample migration.csv
run 6 -q apply --chunk 7 --max-errors 1 migration.csv
fingerprint . >../before
run 1 check --results ../results.csv migration.csv
fingerprint . >../after
alike 'the folder' ../before ../after
is 'what it says first' "$(head -n 1 "$scratch/err")" \
	'pfxreplace: migration.csv: run 1 carries on after 28 of 62 rows'
is 'what it counts' "$(tail -n 4 "$scratch/err")" \
	'pfxreplace: migration.csv: check: 62 rows read: 57 succeeded, 1 partial, 2 failed, 1 rejected, 1 skipped
pfxreplace: migration.csv: 77 jobs created: 74 due at once, 3 at 2045-02-01T20:00:00Z; 6 refused
pfxreplace: migration.csv: results in ../results.csv
pfxreplace: migration.csv: the same command with --rejects FILE writes the rows to mend'
is 'jobs to come' "$(sed 1d "$scratch/out" | cut -d , -f 4 | tr '\n' ' ')" '32 '
run 1 -q apply migration.csv
alike 'the results' ../results.csv migration.results.csv

for text in README.md samples/README.md; do
	begin "the walk of $text"
	walk "$samples/../$text"
done

finish
