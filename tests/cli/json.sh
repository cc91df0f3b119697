#!/bin/sh
# No job and no record comes from inside a refused part of a JSON manifest or import. A member that
# nobody reads is never a fault.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# A row that would be carried out, if anything read it.
row='{"ExistingCertificateId":108,"CertificateId":208}'
first='{"ExistingCertificateId":107,"CertificateId":207'
last='{"ExistingCertificateId":109,"CertificateId":209}'

# applied FILE READ SUCCEEDED: so many rows, and a job for each that succeeded; 108 has none.
applied() {
	run 1 -q check "$1"
	sql 'SELECT count(*) FROM job' 0
	run 1 apply "$1"
	sql "SELECT rows_read, succeeded, rejected FROM run" "$2|$3|$(($2 - $3))"
	sql 'SELECT count(*) FROM job' "$3"
	sql 'SELECT count(*) FROM request WHERE existing = 108' 0
}

begin 'inside of a refused element'
company
echo "[$first,\"Note\":tru,\"History\":[{\"a\":1},$row]},$last]" >m.json
applied m.json 2 1
told "m.json:1: not a JSON object (column 57 of the element): expected a value: a string in double quotes, a number, true, false, null, [ or { [malformed-record]" \
	'm.json: run 1: 2 rows read: 1 succeeded, 1 rejected' \
	'm.json: 1 job created: 1 due at once' \
	'm.json: results in m.results.jsonl' \
	'm.json: the same command with --rejects FILE writes the row to mend'

while IFS='|' read -r what read succeeded text; do
	begin "inside of a refused element: $what"
	company
	printf '%b' "$text" | sed -e "s/FIRST/$first/" -e "s/ROW/$row/g" -e "s/LAST/$last/g" >m.json
	applied m.json "$read" "$succeeded"
done <<'END'
an array where an object is expected|2|1|[[ROW,ROW],LAST]
a comma at the end|2|1|[FIRST,"H":[ROW],},LAST]
no comma|2|1|[FIRST "H":[ROW]},LAST]
depth|2|1|[FIRST,"JobTime":[[[[[[[[[[[[[[[[[ROW]]]]]]]]]]]]]]]]],"H":[ROW]},LAST]
a number out of range|2|1|[FIRST,"RequestId":18446744073709551616,"H":[ROW]},LAST]
half a surrogate pair|2|1|[FIRST,"Password":"\\ud800","H":[ROW]},LAST]
bytes that are not UTF-8|2|1|[FIRST,"N":"\0351","H":[ROW]},LAST]
two members of one name|2|1|[FIRST,"H":[ROW],"certificate id":207},LAST]
a nearly known name|2|1|[FIRST,"JobTimeUtc":null,"H":[ROW]},LAST]
a string that is not closed|1|0|[FIRST,"N":"x,"H":[ROW]},LAST]
a backslash that escapes nothing|1|0|[FIRST,"N":"C:\\dir","H":[ROW]},LAST]
a brace that is not closed|1|0|[FIRST,"H":[ROW],LAST]
an apostrophe for a quote|1|0|[FIRST,"N":'},ROW,{',"H":[ROW]},LAST]
text after the array|2|1|[LAST],ROW,[ROW]
one object, cut off|1|0|{"A":1,\n"H":[\nROW\n
END

begin 'an element that is too large'
company
{
	printf '[%s,"H":[0' "$first"
	i=0
	while [ $i -lt 25000 ]; do
		printf ',%s' "$row"
		i=$((i + 1))
	done
	printf ']},%s]' "$last"
} >m.json
applied m.json 2 1

begin 'an object over several lines of JSONL is one rejection'
company
printf '%s\n' "$first," '"History":[' "$row" , "$row" ']' '}' "$last" >m.jsonl
applied m.jsonl 2 1
same m.results.jsonl '{"Line":1,"ExistingCertificateId":null,"CertificateId":null,"RequestId":null,"JobTime":null,"Outcome":"rejected","SuccessfulStores":[],"FailedStores":[],"Messages":[{"Code":"malformed-record","Text":"an object over 7 lines: expected one object a line"}]}
{"Line":8,"ExistingCertificateId":109,"CertificateId":209,"RequestId":null,"JobTime":null,"Outcome":"succeeded","SuccessfulStores":["'$web'"],"FailedStores":[],"Messages":[]}'
printf '[\n%s,\n%s\n]\n' "$row" "$row" >array.jsonl
run 3 apply array.jsonl
err 'pfxreplace: array.jsonl:1: a JSON array over several lines: expected one object a line (--format json reads an array)'
sql 'SELECT count(*) FROM job' 1
printf '%s,\n"JobTime":null\n}\n' "$first" >one.json
run 0 -q apply one.json
sql 'SELECT count(*) FROM job' 2

begin 'the survey is cut between records alone'
company
i=0
while [ $i -lt 1500 ]; do
	printf '{"History":[\n%s\n,\n%s\n],"Note":"%0200d"}\n' "$row" "$row" 0
	i=$((i + 1))
done >m.jsonl
echo "$last" >>m.jsonl
applied m.jsonl 1501 1

begin 'what nobody reads may hold any valid JSON'
company
any='"Ticket":18446744073709551615,"Metadata":{"n":1e999,"n":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]},"Text":"\ud800\u0000"'
echo "{$any,\"ExistingCertificateId\":107,\"CertificateId\":207}" >m.jsonl
run 0 apply m.jsonl
told 'm.jsonl: Ticket: not a field of a replace request: ignored' \
	'm.jsonl: Metadata: not a field of a replace request: ignored' \
	'm.jsonl: Text: not a field of a replace request: ignored' \
	'm.jsonl: run 1: 1 row read: 1 succeeded' \
	'm.jsonl: 1 job created: 1 due at once' \
	'm.jsonl: results in m.results.jsonl'
echo "[{$any,\"Id\":901,\"Thumbprint\":\"$(printf %040X 901)\"}]" >c.json
run 0 -q import certificates c.json
sql 'SELECT count(*) FROM certificate WHERE id = 901' 1

# ---- imports ---------------------------------------------------------------------------------

begin 'inside of a refused element of an import'
run 0 init
echo '[{"Id":1,"Note":tru,"History":[{"Id":2,"Thumbprint":"0000000000000000000000000000000000000002"}]},{"Id":3}]' >c.json
run 3 import certificates c.json
err 'pfxreplace: c.json:1: not a JSON object (column 16 of the element): expected a value: a string in double quotes, a number, true, false, null, [ or {
pfxreplace: certificates: 1 fault: nothing was loaded'
sql 'SELECT count(*) FROM certificate' 0

begin 'a certificate with 10,000 locations and 5,000 names'
run 0 init
{
	printf '[{"Id":1,"Thumbprint":"%040X","Locations":[0' 1
	i=0
	while [ $i -lt 10000 ]; do
		printf ',{"StoreMachine":"web%05d.example.com","StorePath":"/etc/nginx/tls/site.pem","StoreType":2,"Alias":"shop"}' $i
		i=$((i + 1))
	done
	printf '],"SubjectAltNameElements":[{"Value":"example.com","Type":2}'
	i=1
	while [ $i -lt 5000 ]; do
		printf ',{"Value":"host%05d.example.com","Type":2,"ValueHash":"x"}' $i
		i=$((i + 1))
	done
	printf ']},{"Id":2,"Thumbprint":"%040X"}]' 2
} >c.json
run 0 import certificates c.json
err 'pfxreplace: certificates: 2 records: 2 new, 0 changed, 0 unchanged'
sql 'SELECT id, json_array_length(names) FROM certificate ORDER BY id' '1|5000
2|'
sed -e 's/"Locations":\[0/"Id":2,&/' c.json >twice.json
run 3 import certificates twice.json
err 'pfxreplace: twice.json:1: Id: a second member of that name: expected each name once
pfxreplace: certificates: 1 fault: nothing was loaded'

finish
