#!/bin/sh
# Columns and members by their names and values: which are refused, which are accepted, and that a
# refusal creates nothing. `check` and `apply` say the same.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

meant='may be meant for'
missing='which is missing: expected that name, or --ignore'
out_of='to leave the column out'
dated="its first value is a date or a time, and JobTime is missing: expected that name, or --ignore"

# The database, its key, and the names of all files.
untouched() {
	stat -c '%n %a %s %Y %y %i' inventory.db inventory.db.key
	sha256sum inventory.db inventory.db.key
	echo ./*
}

# refused MANIFEST OPTION... -- LINE...: status 3 with these lines from `check` and `apply`, with
# and without -q, and the database and the folder as they were.
refused() {
	refused_name=$1
	shift
	refused_options=
	while [ "$1" != -- ]; do
		refused_options="$refused_options $1"
		shift
	done
	shift
	untouched >"$scratch/before"
	for command in check apply; do
		for quiet in '' -q; do
			# shellcheck disable=SC2086 # words
			run 3 $quiet $command $refused_options "$refused_name"
			out ''
			told "$@"
		done
	done
	untouched >"$scratch/after"
	alike 'the database' "$scratch/before" "$scratch/after"
	sql 'SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM job), (SELECT count(*) FROM request)' '0|0|0'
}

# header TEXT REST: a header and two rows of as many cells; both would be due in 2045
header() {
	cells=$(printf '%s' "$1" | tr -cd , | sed 's/./,x/g' | cut -c 3-)
	printf '%s\n' "$1" "107,207$cells" "108,208$cells" >m.csv
}

# ---- names that may be meant for a field -----------------------------------------------------

begin 'a time and a password under other names: both are named at once'
company
printf '%s\n' ExistingCertificateId,CertificateId,ScheduledTime,Pass 107,207,2045-01-01T22:00:00Z,secret \
	108,208,2045-01-01T22:00:00Z,secret >m.csv
refused m.csv -- "m.csv:1: ScheduledTime: $meant JobTime, $missing \"ScheduledTime\" $out_of; \
Pass: $meant Password, $missing \"Pass\" $out_of"
refused m.csv --ignore scheduled_time -- "m.csv:1: Pass: $meant Password, $missing \"Pass\" $out_of"

begin 'names that may be meant for the time'
company
for name in Date When 'Job Date' DueAt 'Start Time' Datum scheduled_for Change-Window 'not before: begin' UNTIL; do
	header "ExistingCertificateId,CertificateId,$name"
	refused m.csv -- "m.csv:1: $name: $meant JobTime, $missing \"$name\" $out_of"
done

begin 'names that may be meant for the password'
company
for name in Pass PWD db_pwd 'Store Secret' Kennwort Pin userPin pin_code PINCode; do
	header "ExistingCertificateId,CertificateId,$name"
	refused m.csv -- "m.csv:1: $name: $meant Password, $missing \"$name\" $out_of"
done

begin 'all columns at fault are named, whatever is wrong with them'
company
printf '%s\n' ExistingCertificateId,CertificateId,certificate_id,Passwrd,Date,When,Foo,Bar \
	'107,207,207,x,,,,' '108,208,208,x,,,5.1.2045,12' >m.csv
refused m.csv -- "m.csv:1: certificate_id: a second column for CertificateId: expected one; \
Passwrd: nearly the name Password: expected just that, or --ignore \"Passwrd\" $out_of; \
Date: $meant JobTime, $missing \"Date\" $out_of; likewise --ignore \"When\"; \
Foo: $dated \"Foo\" $out_of"

begin 'names that are something else, and those that --ignore lets by'
company
header 'ExistingCertificateId,CertificateId,Shipping,Pinned,Service,Owner,RejectLine'
run 0 apply m.csv
told 'm.csv: Shipping: not a field of a replace request: ignored' \
	'm.csv: Pinned: not a field of a replace request: ignored' \
	'm.csv: Service: not a field of a replace request: ignored' \
	'm.csv: Owner: not a field of a replace request: ignored' \
	'm.csv: a rejects file: --pending keep is taken' \
	'm.csv: run 1: 2 rows read: 2 succeeded' \
	'm.csv: 2 jobs created: 2 due at once' \
	'm.csv: results in m.results.csv'
company
header 'ExistingCertificateId,CertificateId,Change Date,Pass'
run 0 apply --ignore 'Change Date' --ignore PASS m.csv
told 'm.csv: run 1: 2 rows read: 2 succeeded' \
	'm.csv: 2 jobs created: 2 due at once' \
	'm.csv: results in m.results.csv'
company
printf '%s\n' ExistingCertificateId,CertificateId,JobTime,Password,Change_Date,Old_Secret,Foo \
	107,207,2080-01-01T00:00:00Z,x,2045-01-01,y,2045-01-01 >m.csv
chmod 600 m.csv
run 0 -q apply m.csv
sql 'SELECT count(*), sum(due_at) FROM request' '1|3471292800000'

begin 'what --ignore is to be given can be typed into a shell'
company
# shellcheck disable=SC2016 # as it is written
printf '%s\n' 'ExistingCertificateId,CertificateId,Date $(id),"Start ""x""","Due
at",It`s a pass!' 107,207,,,, >m.csv
# shellcheck disable=SC2016 # as it is written
refused m.csv -- "m.csv:1: Date \$(id): $meant JobTime, $missing 'Date \$(id)' $out_of; likewise \
--ignore 'Start \"x\"' --ignore \"Due at\"; It\`s a pass!: $meant Password, $missing 'It\`s a pass!' $out_of"
# shellcheck disable=SC2016 # as it is written
run 0 -q apply --ignore 'Date $(id)' --ignore 'Start "x"' --ignore 'Due at' --ignore 'It`s a pass!' m.csv

# ---- values that are dates -------------------------------------------------------------------

begin 'a column whose first value is a date or a time'
company
for value in 2045-01-01T22:00:00Z '2045-01-01 22:00' 1.3.2045 3/1/2045 2045/03/01 22:00 1-Mar-45; do
	printf '%s\n' 'CertificateId;ExistingCertificateId;Note;Foo' '207;107;;' '208;108; ;-' '209;x;;#N/A' \
		"210;110;;$value" '211;111;2045-01-01;none' >m.csv
	refused m.csv -- "m.csv:1: Note: $dated \"Note\" $out_of; likewise --ignore \"Foo\""
	refused m.csv --ignore Note -- "m.csv:1: Foo: $dated \"Foo\" $out_of"
done

begin 'a column whose first value is no date'
company
printf '%s\n' ExistingCertificateId,CertificateId,Ticket,Address,Text 107,207,53022,10.1.2.3, \
	108,208,2045-01-01,2045-01-01,'by Bob on 2045-01-01' >m.csv
run 0 -q apply m.csv
err ''
sql 'SELECT count(*) FROM job' 2

begin 'a column of dates after a hundred thousand empty cells, in one part and in two'
company
for quote in '' '"'; do
	awk -v q="$quote" 'BEGIN { print "ExistingCertificateId,CertificateId,Foo,Bar"
		for (i = 1; i < 100000; i++) print i ",207,,"
		print "107," q "207" q ",2045-01-01,"; print "108,208,x,1.1.2045" }' >m.csv
	refused m.csv -- "m.csv:1: Foo: $dated \"Foo\" $out_of; likewise --ignore \"Bar\""
	# The first value of the first part counts.
	sed -i '3s/,$/x,/; 3s/,,/,x,/' m.csv
	refused m.csv -- "m.csv:1: Bar: $dated \"Bar\" $out_of"
done

# ---- JSON ------------------------------------------------------------------------------------

begin 'of two columns for a field --ignore lets the one by that it names as it is written'
company
printf '%s\n' ExistingCertificateId,CertificateId,JobTime,Job_Time 107,207,2080-01-01T00:00:00Z,old >m.csv
chmod 600 m.csv
run 3 check m.csv
err 'pfxreplace: m.csv:1: Job_Time: a second column for JobTime: expected one'
run 0 -q apply --ignore Job_Time m.csv
sql 'SELECT due_at FROM request' 3471292800000

begin 'a letter of another alphabet is one letter'
company
for name in 'JobTim\0320\0265' 'JobTim\0303\0251' 'J\0320\0276bTime'; do
	printf '%b\n' "ExistingCertificateId,CertificateId,$name" 107,207,2080-01-01T00:00:00Z >m.csv
	run 3 -q apply m.csv
	is 'nearly' "$(grep -c 'nearly the name JobTime' "$scratch/err")" 1
done
sql 'SELECT count(*) FROM job' 0

begin 'members that may be meant for a field: the row is rejected'
member='to leave the member out'
cat >m.jsonl <<-'END'
	{"ExistingCertificateId":107,"CertificateId":207,"ScheduledTime":"2045-01-01T22:00:00Z","Pass":"secret"}
	{"ExistingCertificateId":108,"CertificateId":208,"JobTime":"2080-01-01T00:00:00Z","Date":"2045-01-01"}
	{"ExistingCertificateId":109,"CertificateId":209,"JobTime":null,"Pin":1,"Foo":"2045-01-01"}
	{"ExistingCertificateId":110,"CertificateId":210,"Foo":"2045-01-01"}
END
{ printf '['; sed '$!s/$/,/; $s/$/]/' m.jsonl; } >m.json
for file in m.jsonl m.json; do
	company
	for command in check apply; do
		run 1 $command $file
		did=check jobs='2 jobs to create' files=
		[ $command = check ] || did='run 1' jobs='2 jobs created' files="
pfxreplace: $file: results in m.results.jsonl"
		err "pfxreplace: $file: Date: not a field of a replace request: ignored
pfxreplace: $file: Foo: not a field of a replace request: ignored
pfxreplace: $file:1: ScheduledTime: $meant JobTime, $missing \"ScheduledTime\" $member; \
Pass: $meant Password, $missing \"Pass\" $member [malformed-record]
pfxreplace: $file:3: Pin: $meant Password, $missing \"Pin\" $member [malformed-record]
pfxreplace: $file: warnings: 1 mixed-job-times (line 4)
pfxreplace: $file: $did: 4 rows read: 2 succeeded, 2 rejected
pfxreplace: $file: $jobs: 1 due at once, 1 at 2080-01-01T00:00:00Z$files
pfxreplace: $file: the same command with --rejects FILE writes the rows to mend"
	done
	sql 'SELECT group_concat(line) FROM request WHERE jobs > 0' 2,4
done
run 0 -q apply --again --pending keep --ignore ScheduledTime --ignore Pass --ignore Pin m.json

# ---- --strict --------------------------------------------------------------------------------

begin '--strict refuses every name that is not known'
company
strict='not a known name: expected none with --strict, or --ignore'
header 'ExistingCertificateId,CertificateId,Service,Owner,Reject Line,'
refused m.csv --strict -- "m.csv:1: Service: $strict \"Service\" $out_of; likewise --ignore \"Owner\""
refused m.csv --strict --ignore OWNER -- "m.csv:1: Service: $strict \"Service\" $out_of"
header 'ExistingCertificateId,CertificateId,Service,Passwrd,When,Owner'
refused m.csv --strict -- "m.csv:1: Service: $strict \"Service\" $out_of; likewise --ignore \"Owner\"; \
Passwrd: nearly the name Password: expected just that, or --ignore \"Passwrd\" $out_of; \
When: $meant JobTime, $missing \"When\" $out_of"
header 'ExistingCertificateId,CertificateId,Service,Owner,Reject Line'
for command in check apply; do
	run 0 $command --strict --ignore owner --ignore Service m.csv
	is 'lines' "$(grep -c Owner "$scratch/err")" 0
done

begin '--strict: members'
company
printf '%s\n' '{"ExistingCertificateId":107,"CertificateId":207,"Service":1}' \
	'{"ExistingCertificateId":108,"CertificateId":208}' >m.jsonl
told_strict() {
	told "m.jsonl:1: Service: $strict \"Service\" to leave the member out [malformed-record]" "$@"
}
run 1 check --strict m.jsonl
told_strict 'm.jsonl: check: 2 rows read: 1 succeeded, 1 rejected' \
	'm.jsonl: 1 job to create: 1 due at once' \
	'm.jsonl: the same command with --rejects FILE writes the row to mend'
run 1 apply --strict m.jsonl
told_strict 'm.jsonl: run 1: 2 rows read: 1 succeeded, 1 rejected' \
	'm.jsonl: 1 job created: 1 due at once' \
	'm.jsonl: results in m.results.jsonl' \
	'm.jsonl: the same command with --rejects FILE writes the row to mend'
sql 'SELECT group_concat(line) FROM request WHERE jobs > 0' 2

begin '--strict is a setting of the run'
company
printf '%s\n' '{"ExistingCertificateId":107,"CertificateId":207,"Service":1}' \
	'{"ExistingCertificateId":108,"CertificateId":208}' >m.jsonl
run 1 -q apply --strict m.jsonl
run 2 apply m.jsonl
is 'the message' "$(grep -c 'strict' "$scratch/err")" 1
run 1 -q apply --strict m.jsonl
run 1 -q apply --strict --again --pending keep m.jsonl
run 0 -q apply --again --pending keep m.jsonl

# ---- invisible characters --------------------------------------------------------------------

begin 'a name with invisible characters is that name, counted as a repair'
repaired='repaired: 3 invisible-characters (invisible characters in the name of a column or member'
company
printf '\357\273\277\342\200\213ExistingCertificateId,Certi\302\255ficateId\342\201\240,Job\342\200\256Time\357\273\277,Ow\342\200\213ner\n107,207,2080-01-01T00:00:00Z,x\n' >m.csv
run 0 apply --ignore owner m.csv
told "m.csv: $repaired; line 1)" \
	'm.csv: run 1: 1 row read: 1 succeeded' \
	'm.csv: 1 job created: 0 due at once, 1 at 2080-01-01T00:00:00Z' \
	'm.csv: results in m.results.csv'
sql 'SELECT due_at FROM request' 3471292800000
sql "SELECT name, count, lines FROM tally WHERE kind = 'repair'" 'invisible-characters|3|1'
for file in m.jsonl m.json; do
	company
	printf '{"ExistingCertificateId\342\200\213":107,"\\u200eCertificateId":%s}\n' 207 >m.jsonl
	printf '{"ExistingCertificateId":108,"CertificateId\\u2060":208}\n' >>m.jsonl
	{ printf '['; sed '$!s/$/,/; $s/$/]/' m.jsonl; } >m.json
	run 0 apply $file
	told "$file: $repaired; line 1, 2)" \
		"$file: run 1: 2 rows read: 2 succeeded" \
		"$file: 2 jobs created: 2 due at once" \
		"$file: results in m.results.jsonl"
done

begin 'invisible characters hide no name: twins, what is nearly one, what may be meant'
company
printf 'ExistingCertificateId,CertificateId,Certificate\342\200\213Id,Job\342\200\213Tme,Da\342\200\213te\n107,207,,,\n' >m.csv
run 3 -q apply m.csv
is 'the columns' "$(grep -o '[^;]*:' "$scratch/err" | wc -l)" 3
is 'the names to type' "$(grep -o -- '--ignore "[A-Za-z]*"' "$scratch/err" | tr '\n' ' ')" '--ignore "JobTme" --ignore "Date" '
printf '{"ExistingCertificateId":107,"CertificateId":207,"Certificate\342\200\213Id":208}\n' >m.jsonl
run 1 -q apply m.jsonl
sql 'SELECT count(*) FROM job' 0

# ---- values that a spreadsheet damaged -------------------------------------------------------

begin 'error values of a spreadsheet are named as such'
company
printf '%s\n' ExistingCertificateId,CertificateId,RequestId,JobTime,Password '#N/A,207,,,' '108,#REF!,,,' \
	'109,,#NAME?,,' '110,210,,#VALUE!,' '111,211,,,#N/A' '112,#N/A!,,,' >m.csv
chmod 600 m.csv
run 1 apply m.csv
error="is a spreadsheet's error value: mend the formula or clear the cell, and save again"
told "m.csv:2: ExistingCertificateId: \"#N/A\" $error [bad-integer]" \
	"m.csv:3: CertificateId: \"#REF!\" $error [bad-integer]" \
	"m.csv:4: RequestId: \"#NAME?\" $error [bad-integer]" \
	"m.csv:5: JobTime: \"#VALUE!\" $error [bad-job-time]" \
	'm.csv:7: CertificateId: a value of 5 bytes: expected an integer from 1 to 2147483647 in decimal digits [bad-integer]' \
	'm.csv: warnings: 5 mixed-job-times (lines 2, 3, 4, ...)' \
	'm.csv: run 1: 6 rows read: 1 succeeded, 5 rejected' \
	'm.csv: 1 job created: 1 due at once' \
	'm.csv: results in m.results.csv' \
	'm.csv: the same command with --rejects FILE writes the rows to mend'
sql 'SELECT count(*) FROM job' 1

begin 'error values in an import are named as such'
"$PROGRAM" init 2>/dev/null
printf '%s\n' Id,Thumbprint,NotBefore,HasPrivateKey '#N/A,0000000000000000000000000000000000000001,#REF!,#NV' >c.csv
run 3 import certificates c.csv
told "c.csv:2: Id: \"#N/A\" $error" "c.csv:2: NotBefore: \"#REF!\" $error" "c.csv:2: HasPrivateKey: \"#NV\" $error" \
	'certificates: 3 faults: nothing was loaded'

begin 'an import ignores columns whatever their names and values are'
"$PROGRAM" init 2>/dev/null
printf '%s\n' Id,Name,When,Foo,Pass 1,Web,x,2045-01-01,y >c.csv
run 0 import containers c.csv
told 'c.csv: ignored columns: When, Foo, Pass' 'containers: 1 record: 1 new, 0 changed, 0 unchanged'

finish
