#!/bin/sh
# list expiring: the certificates in use that expire soon, where they are, what could replace them,
# and what is scheduled.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

unset COLUMNS LINES

one=11111111-1111-1111-1111-111111111111
two=22222222-2222-2222-2222-222222222222
three=33333333-3333-3333-3333-333333333333
columns=NotAfter,Days,Id,Thumbprint,IssuedDN,SubjectAltNameElements,Places,Planned,Successor,SuccessorNotAfter,\
CertStoreId,ClientMachine,StorePath

lines() { # LINE...
	printf '%s\n' "$@"
}

# Half a day later than so many days from now: no test is so slow that a day is over.
seconds() { # DAYS
	echo $((now + $1 * 86400 + 43200))
}

# The NotAfter of a certificate, as the list has it.
after() { # DAYS
	date -u -d "@$(seconds "$1")" +%Y-%m-%dT%H:%M:%SZ
}

print() { # DIGIT
	printf '%040d' 0 | tr 0 "$1"
}

# certificate ID DAYS SUBJECT NAME...: its names are DNS names; '-' is no subject
certificate() {
	id=$1
	time=$(seconds "$2")000
	subject="'$3'"
	[ "$3" != - ] || subject=NULL
	shift 3
	names=
	for name; do
		names="$names,{\"Value\":\"$name\",\"Type\":2}"
	done
	sqlite3 inventory.db "INSERT INTO certificate (id, not_after, issued_dn, names)
		VALUES ($id, $time, $subject, '[${names#,}]')"
}

location() { # ID STORE CERTIFICATE
	sqlite3 inventory.db "INSERT INTO location (id, store, alias, certificate) VALUES ($1, $2, 'a$1', $3)"
}

# job ID LOCATION EXISTING STATUS RESULT
job() {
	sqlite3 inventory.db "INSERT INTO request (id, line, outcome, existing, certificate, created_at, first_job, jobs)
			VALUES ((1 << 32) + $1, $1, 1, $3, 999, 1, $1, 1);
		INSERT INTO job (id, request, location, store, status, result)
			SELECT $1, (1 << 32) + $1, id, store, $4, $5 FROM location WHERE id = $2"
}

# Three stores in two containers, the third is removed; no certificate.
base() {
	now=$(date +%s)
	run 0 init
	sqlite3 inventory.db "INSERT INTO container VALUES (1, 'Web'), (2, 'Pay');
		INSERT INTO store (id, guid, container, client_machine, path, type, approved, removed) VALUES
			(1, '$one', 1, 'web01.example.com', '/etc/tls/a.pem', 2, 1, 0),
			(2, '$two', 2, 'pay01.example.com', '/etc/tls/b.jks', 0, 1, 0),
			(3, '$three', 1, 'web01.example.com', '/etc/tls/c.pem', 2, 1, 1);
		INSERT INTO run (id, digest, path, manifest, operator, settings, format, started_at, state, rows_total)
			VALUES (1, x'01', '/m', 'm', 'op', '', 1, 1, 1, 1)"
}

# Certificates 1, 2, 5 and one that is not known by Id expire, of which 2 has expired.
company() {
	base
	certificate 1 10 'CN=www.example.com, O=Example' www.example.com
	certificate 2 -3 CN=mail.example.com mail.example.com smtp.example.com
	certificate 5 20 'O=Example, CN=App.example.com'
	certificate -6 5 -
	sqlite3 inventory.db "UPDATE certificate SET thumbprint = '$(print C)' WHERE id = -6;
		UPDATE certificate SET thumbprint = '$(print A)' WHERE id = 1"
	certificate 11 400 CN=www.example.com www.example.com
	certificate 15 300 CN=other.example.com app.example.com
	location 1 1 1
	location 2 2 1
	location 3 3 1
	location 4 2 2
	location 5 1 5
	location 6 1 -6
	job 1 1 1 1 0
}

line_1() { # PLACES PLANNED STORE...
	echo "$(after 10),10,1,$(print A),\"CN=www.example.com, O=Example\",www.example.com,$1,$2,11,$(after 400),$3"
}
in_one="$one,web01.example.com,/etc/tls/a.pem"
in_two="$two,pay01.example.com,/etc/tls/b.jks"
line_2() {
	echo "$(after -3),-3,2,,CN=mail.example.com,mail.example.com smtp.example.com,1,0,,,$in_two"
}
line_5() {
	echo "$(after 20),20,5,,\"O=Example, CN=App.example.com\",,1,0,15,$(after 300),$in_one"
}
line_6() {
	echo "$(after 5),5,,$(print C),,,1,0,,,$in_one"
}

# list EXPECTED WORD...
list() {
	wanted=$1
	shift
	run 0 list expiring "$@"
	out "$wanted"
	err ''
}

# ids EXPECTED WORD...: the Ids of the list
ids() {
	wanted=$1
	shift
	run 0 list expiring --columns Id --format jsonl "$@"
	is "expiring $*" "$(sed 's/{"Id":\(.*\)}/\1/' "$scratch/out" | tr '\n' ' ')" "$wanted"
	err ''
}

# has CERTIFICATE COLUMN EXPECTED: the value of the column, JSON
has() {
	run 0 list expiring --within 100000 --columns "Id,$2" --format jsonl
	is "$2 of $1" "$(sed -n "s/{\"Id\":$1,\"$2\":\(.*\)}/\1/p" "$scratch/out")" "$3"
}

begin 'list expiring: expired ones first, with their places, jobs and successors'
company
list "$(lines $columns "$(line_2)" "$(line_6)" "$(line_1 2 1 "$in_one")" "$(line_5)")"
list "$(lines $columns "$(line_2)" "$(line_6)")" --within 6
run 0 list expiring --within 0 --format jsonl
out "{\"NotAfter\":\"$(after -3)\",\"Days\":-3,\"Id\":2,\"Thumbprint\":null,\"IssuedDN\":\"CN=mail.example.com\",\
\"SubjectAltNameElements\":[{\"Value\":\"mail.example.com\",\"Type\":2},{\"Value\":\"smtp.example.com\",\"Type\":2}],\
\"Places\":1,\"Planned\":0,\"Successor\":null,\"SuccessorNotAfter\":null,\"CertStoreId\":\"$two\",\
\"ClientMachine\":\"pay01.example.com\",\"StorePath\":\"/etc/tls/b.jks\"}"
run 0 list expiring --within 12 --format jsonl --columns Id,Thumbprint,Places,Planned,Successor,SuccessorNotAfter
out "{\"Id\":2,\"Thumbprint\":null,\"Places\":1,\"Planned\":0,\"Successor\":null,\"SuccessorNotAfter\":null}
{\"Id\":null,\"Thumbprint\":\"$(print C)\",\"Places\":1,\"Planned\":0,\"Successor\":null,\"SuccessorNotAfter\":null}
{\"Id\":1,\"Thumbprint\":\"$(print A)\",\"Places\":2,\"Planned\":1,\"Successor\":11,\"SuccessorNotAfter\":\"$(after 400)\"}"

# on COLUMNS WORD...: list expiring in a terminal of this width
on() {
	width=$1
	shift
	SHELL=/bin/sh script -qec "stty cols $width rows 24 && '$PROGRAM' list expiring $*" /dev/null \
		</dev/null >"$scratch/typed" || wrong "list expiring $*: status $?"
	tr -d '\r' <"$scratch/typed" >"$scratch/out"
}

begin 'list expiring as a table, in a terminal of 80 columns, and all of it'
company
on 80
out "NotAfter     Days  Id  Thumbpri…  IssuedDN             Places  Planned  Success…
$(after -3 | cut -c 1-10)…    -3   2             CN=mail.example.com       1        0
$(after 5 | cut -c 1-10)…     5      CCCCCCCC…                            1        0
$(after 10 | cut -c 1-10)…    10   1  AAAAAAAA…  CN=www.example.com…       2        1        11
$(after 20 | cut -c 1-10)…    20   5             O=Example, CN=App.…       1        0        15"
on 80 --wide --within 0
out "NotAfter              Days  Id  Thumbprint  IssuedDN             SubjectAltNameElements             Places  Planned  \
Successor  SuccessorNotAfter  CertStoreId                           ClientMachine      StorePath
$(after -3)    -3   2              CN=mail.example.com  mail.example.com smtp.example.com       1        0                   \
             $two  pay01.example.com  /etc/tls/b.jks"
on 40 --columns Days,Id,Successor
out 'Days  Id  Successor
  -3   2
   5
  10   1         11
  20   5         15'
NO_COLOR='' on 80 --columns Days,Id --within 12
out "Days  Id
  $(printf '\033[31m-3\033[0m')   2
   5
  10   1"

begin 'list expiring: no row'
base
list $columns
list '' --format jsonl
run 0 -q list expiring
out ''
err ''
certificate 1 10 CN=a a.example.com
location 1 1 1
list $columns --within 9
run 0 -q list expiring --within 9
out ''
run 0 -q list expiring --within 30
is 'a row under -q' "$(wc -l <"$scratch/out")" 2

begin 'list expiring: of a container, of a machine; places elsewhere do not count'
company
list "$(lines $columns "$(line_6)" "$(line_1 1 1 "$in_one")" "$(line_5)")" --container Web
list "$(lines $columns "$(line_2)" "$(line_1 1 0 "$in_two")")" --container 2
list "$(lines $columns "$(line_2)" "$(line_1 1 0 "$in_two")")" --machine PAY01.example.com
list $columns --machine pay01.example.com --container Web
run 3 list expiring --container Wbe
out ''
err 'pfxreplace: inventory.db: no container Wbe: `pfxreplace list containers` lists them'
run 3 list expiring --machine web02
out ''
err 'pfxreplace: inventory.db: no client machine web02: `pfxreplace list stores` lists them'

# wrong_use MESSAGE WORD...
wrong_use() {
	wanted=$1
	shift
	run 2 list "$@"
	out ''
	err "pfxreplace: list: $wanted; see \`pfxreplace list --help\`"
}

begin 'list expiring: DAYS, and options that are not for it'
company
for days in -1 1.5 x 30d 1e3 ' 1' +1 9999999999999999999; do
	wrong_use "--within $days: expected a whole number from 0" expiring --within "$days"
done
wrong_use '--within : expected a whole number from 0' expiring --within ''
wrong_use '--within: not for certificates' certificates --within 30
wrong_use '--within: not for stores' stores --within 0
wrong_use '--expiring-before: not for expiring' expiring --expiring-before 2030-01-01T00:00:00Z
wrong_use '--in-use: not for expiring' expiring --in-use
wrong_use '--store: not for expiring' expiring --store $one
wrong_use 'expirng: no such kind, the nearest is expiring' expirng
ids '2 null 1 5 ' --within 30
ids '2 null 1 5 ' --within 9007199254740992
ids '2 ' --within 00

begin 'in use: at a location of a store that is not removed'
base
certificate 1 1 CN=a a
certificate 2 2 CN=b b
certificate 3 3 CN=c c
certificate 4 4 CN=d d
location 1 1 1
location 2 3 2 # removed
location 3 2 NULL
sqlite3 inventory.db "INSERT INTO chain VALUES (1, 1, 3)" # 4: nowhere
ids '1 '
sqlite3 inventory.db 'UPDATE store SET removed = 0 WHERE id = 3'
ids '1 2 '
has 1 Places 1
# The first store is that which was known first.
location 4 3 1
location 5 2 1
has 1 Places 3
has 1 StorePath '"/etc/tls/a.pem"'
sqlite3 inventory.db 'UPDATE location SET certificate = NULL WHERE id = 1'
has 1 StorePath '"/etc/tls/b.jks"'

begin 'days are whole ones, below 0 from the NotAfter on'
base
for id in 1 2 3 4 5 6 7; do
	certificate $id 0 CN=a a
	location "$id" 1 "$id"
done
# Seconds from now on; a minute for the test to run.
set -- -86460 -86340 -30 0 60 86400 86460
for id in 1 2 3 4 5 6 7; do
	sqlite3 inventory.db "UPDATE certificate SET not_after = ($now + $1) * 1000 WHERE id = $id"
	shift
done
ids '1 2 3 4 ' --within 0
ids '1 2 3 4 5 6 ' --within 1
run 0 list expiring --columns Id,Days
out 'Id,Days
1,-2
2,-1
3,-1
4,-1
5,0
6,0
7,1'

begin 'by NotAfter, then by Id'
base
for id in 9 -4 3 8; do
	certificate $id 7 CN=a a
	location $((id + 10)) 1 "$id"
done
certificate 10 6 CN=a a
location 30 1 10
sqlite3 inventory.db 'UPDATE certificate SET not_after = NULL WHERE id = 8' # nobody knows
ids '10 null 3 9 '

begin 'a successor has the same names, is valid, expires later, is not revoked, and has an Id'
base
certificate 1 10 CN=a a.example.com b.example.com
location 1 1 1
has 1 Successor null
certificate 20 100 CN=a a.example.com
certificate 21 100 CN=a a.example.com b.example.com c.example.com
certificate 22 100 CN=a
certificate 23 10 CN=a a.example.com b.example.com # not later
certificate 24 9 CN=a a.example.com b.example.com
certificate -25 100 CN=a a.example.com b.example.com # without an Id
certificate 26 100 CN=a a.example.com b.example.com
sqlite3 inventory.db "UPDATE certificate SET revoked_at = 1 WHERE id = 26;
	INSERT INTO certificate (id, not_after, issued_dn) VALUES (27, $(seconds 100)000, 'CN=a')"
has 1 Successor null
certificate 28 50 CN=elsewhere a.example.com b.example.com
has 1 Successor 28
certificate 29 60 CN=elsewhere a.example.com b.example.com
certificate 31 60 CN=elsewhere a.example.com b.example.com
certificate 30 55 CN=elsewhere a.example.com b.example.com
has 1 Successor 31 # the one that expires last, and the last of them
sqlite3 inventory.db 'UPDATE certificate SET revoked_at = 1 WHERE id IN (29, 31)'
has 1 Successor 30
# One that is in use too, and has a successor of its own.
location 2 2 30
certificate 32 80 CN=elsewhere a.example.com b.example.com
has 1 Successor 32
has 30 Successor 32
has 32 Successor '' # is in no store
# One that has expired replaces nothing, nor does an older one.
certificate 40 -20 CN=old old.example.com
certificate 41 -10 CN=old old.example.com
location 3 1 40
has 40 Successor null
certificate 42 5 CN=old old.example.com
has 40 Successor 42
# One that is not valid yet.
certificate 43 6 CN=old old.example.com
sqlite3 inventory.db "UPDATE certificate SET not_before = $(seconds 0)000 WHERE id = 43"
has 40 Successor 42
sqlite3 inventory.db "UPDATE certificate SET not_before = $now * 1000 WHERE id = 43"
has 40 Successor 43

begin 'the names of a certificate without alternative names are its common name'
base
certificate 1 1 'CN=Web.Example.com, O=One'
certificate 2 2 'O=No name'
certificate 3 3 -
location 1 1 1
location 2 1 2
location 3 1 3
sqlite3 inventory.db "INSERT INTO certificate (id, not_after, issued_dn) VALUES (4, $(seconds 4)000, 'CN=web.example.com');
	INSERT INTO location (id, store, alias, certificate) VALUES (4, 1, 'd', 4)"
certificate 12 100 'O=No name'
certificate 13 100 -
has 1 Successor null
certificate 11 100 'CN=else' web.example.com
has 1 Successor 11
certificate 14 101 'cn = web.EXAMPLE.com,O=Two'
has 1 Successor 14
has 2 Successor null
has 3 Successor null
has 4 Successor null # its names are not known
sqlite3 inventory.db "UPDATE certificate SET names = '[{\"Value\":\"web.example.com\",\"Type\":1}]' WHERE id IN (11, 14)"
has 1 Successor null # not a DNS name

begin 'planned are the places at which an active job replaces the certificate'
base
certificate 1 10 CN=a a
certificate 2 20 CN=b b
for id in 1 2 3 4 5 6; do
	location $id $((id % 2 + 1)) 1
done
location 7 3 1 # a removed store
location 8 1 2
has 1 Planned 0
job 1 1 1 1 0 # Waiting
has 1 Planned 1
job 2 2 1 2 0 # InProcess
job 3 3 1 5 4 # CompletedWillRetry
has 1 Planned 3
job 4 4 1 3 2 # Completed
job 5 5 1 4 0 # unscheduled
job 6 6 2 1 0 # replaces another certificate
job 7 7 1 1 0
has 1 Planned 3
has 1 Places 6
has 2 Planned 0
job 8 8 2 1 0
has 2 Planned 1
sqlite3 inventory.db "UPDATE job SET status = 1, result = 0 WHERE id IN (4, 5);
	UPDATE request SET existing = 1 WHERE id = (1 << 32) + 6"
has 1 Planned 6
# What an inventory found instead is no place any more.
sqlite3 inventory.db 'UPDATE location SET certificate = 2 WHERE id = 1'
has 1 Planned 5
has 1 Places 5
has 2 Places 2
has 2 Planned 1

begin 'many pages of one NotAfter: each once, in order, no table is left'
base
sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
		INSERT INTO certificate (id, not_after, names)
		SELECT iif(i % 3, i, -i), $(seconds 9)000 + i / 2000,
			json_array(json_object('Value', 'n' || (i % 1500), 'Type', 2)) FROM n;
	INSERT INTO location (store, alias, certificate) SELECT abs(id) % 2 + 1, 'a' || id, id FROM certificate"
run 0 list expiring --columns NotAfter,Id,Places
is 'lines' "$(wc -l <"$scratch/out")" 3001
is 'certificates' "$(sort -u "$scratch/out" | wc -l)" 2003 # those without an Id are alike
run 0 list expiring --columns Id --format jsonl
is 'the order of those that have an Id' "$(grep -v null "$scratch/out" | tr -dc '0-9\n' | sort -n | cksum)" \
	"$(grep -v null "$scratch/out" | tr -dc '0-9\n' | cksum)"
before=$(cksum inventory.db)
chmod 500 .
run 0 list expiring
chmod 700 .
is 'the database' "$(cksum inventory.db)" "$before"

begin 'list expiring on a database that is damaged'
company
sqlite3 inventory.db 'PRAGMA ignore_check_constraints = 1; UPDATE certificate SET not_after = -99999999999999 WHERE id = 2'
run 4 list expiring
out ''
err 'pfxreplace: inventory.db: the database is damaged: certificate 2: not_after is -99999999999999, expected -62167219200000 to 253402300799999, or NULL: run `pfxreplace verify`'

# What the list says of a database, by a plain model: every certificate against every other one.
model() { # NOW DAYS
	python3 - "$1" "$2" <<'END'
import json, sqlite3, sys

now, days = int(sys.argv[1]) * 1000, int(sys.argv[2])
db = sqlite3.connect('inventory.db')
removed = {row[0] for row in db.execute('SELECT id FROM store WHERE removed = 1')}
paths = dict(db.execute('SELECT id, path FROM store'))
places = [row for row in db.execute('SELECT id, store, certificate FROM location') if row[1] not in removed]
jobs = set(db.execute('SELECT j.location, r.existing FROM job j JOIN request r ON r.id = j.request'
                      ' WHERE j.status IN (1, 2, 5)'))
certificates = db.execute('SELECT id, not_after, names, issued_dn, revoked_at, not_before FROM certificate').fetchall()


def names(certificate):
    if certificate[2] is None:
        return None
    known = {(name['Value'], name['Type']) for name in json.loads(certificate[2])}
    if not known and certificate[3] is not None and certificate[3].startswith('CN='):
        known = {(certificate[3][3:].lower(), 2)}
    return known or None


for certificate in sorted((c for c in certificates if c[1] is not None), key=lambda c: (c[1], c[0])):
    here = sorted((store, place) for place, store, found in places if found == certificate[0])
    if certificate[1] > now + days * 86400000 or not here:
        continue
    others = [other for other in certificates
              if other[0] > 0 and other[1] is not None and other[1] > max(now, certificate[1])
              and other[4] is None and (other[5] or 0) <= now and names(other) == names(certificate) is not None]
    print(json.dumps({
        'Days': min(-1, (certificate[1] - now) // 86400000) if certificate[1] <= now
        else (certificate[1] - now) // 86400000,
        'Id': certificate[0] if certificate[0] > 0 else None,
        'Places': len(here),
        'Planned': sum((place, certificate[0]) in jobs for _, place in here),
        'Successor': max(others, key=lambda c: (c[1], c[0]))[0] if others else None,
        'StorePath': paths[here[0][0]]}, separators=(',', ':')))
END
}

# generate SEED: a database of 400 certificates with few names
generate() {
	awk -v seed="$1" -v now="$now" 'function random(n) { return int(rand() * n) } BEGIN {
		srand(seed)
		print "BEGIN;"
		for (i = 1; i <= 12; i++)
			printf "INSERT INTO store (id, guid, path, removed) VALUES (%d, printf(\"%%08d-0000-4000-8000-000000000000\", %d), \"s%d\", %d);\n", i, i, i, random(4) == 0
		for (i = 1; i <= 400; i++) {
			id = random(5) ? i : -i
			ids[i] = id
			after = (now + 43200) "000 + " (random(60) - 20) " * 86400000"
			if (random(25) == 0) after = "NULL"
			kind = random(12)
			if (kind == 0) names = "NULL"
			else if (kind < 3) names = "\047[]\047"
			else if (kind < 8) names = sprintf("\047[{\"Value\":\"n%d\",\"Type\":2}]\047", random(30))
			else names = sprintf("\047[{\"Value\":\"m\",\"Type\":1},{\"Value\":\"n%d\",\"Type\":2}]\047", random(20))
			printf "INSERT INTO certificate (id, not_after, names, issued_dn, revoked_at, not_before) VALUES (%d, %s, %s, \047%s%d\047, %s, %s);\n", id, after, names, random(3) ? "CN=N" : "O=n", random(30), random(6) ? "NULL" : "1", random(5) ? "NULL" : (now + 43200) "000 + " (random(40) - 20) " * 86400000"
		}
		for (i = 1; i <= 900; i++)
			printf "INSERT INTO location (id, store, alias, certificate) VALUES (%d, %d, \047a%d\047, %s);\n", i, random(12) + 1, i, random(10) ? ids[random(300) + 1] : "NULL"
		for (i = 1; i <= 500; i++) {
			place = random(900) + 1
			# mostly of the certificate that is there
			printf "INSERT INTO request (id, line, outcome, existing, certificate, created_at, first_job, jobs) SELECT (1 << 32) + %d, 1, 1, %s, 999, 1, %d, 1 FROM location WHERE id = %d;\n", i, random(4) ? "max(certificate, 0)" : random(400) + 1, i, place
			printf "INSERT INTO job (id, request, location, store, status, result) SELECT %d, (1 << 32) + %d, id, store, %d, 0 FROM location WHERE id = %d;\n", i, i, random(6), place
		}
		print "COMMIT;"
	}'
}

begin 'as a plain model has it'
if command -v python3 >/dev/null; then
	for seed in 1 2 3 4; do
		rm -f inventory.db*
		now=$(date +%s)
		run 0 -q init
		sqlite3 inventory.db "INSERT INTO run (id, digest, path, manifest, operator, settings, format, started_at, state, rows_total)
			VALUES (1, x'01', '/m', 'm', 'op', '', 1, 1, 1, 1)"
		generate $seed | sqlite3 inventory.db || wrong "seed $seed: the database cannot be made"
		for days in 0 10 30 400; do
			run 0 list expiring --within $days --format jsonl --columns Days,Id,Places,Planned,Successor,StorePath
			compare "seed $seed, $days days" "$(model "$now" $days)" "$scratch/out"
		done
		[ "$(grep -c '"Planned":[1-9]' "$scratch/out")" -gt 20 ] || wrong "seed $seed: few are planned"
		[ "$(grep -c '"Successor":[1-9]' "$scratch/out")" -gt 20 ] || wrong "seed $seed: few have a successor"
	done
else
	echo "skipped: $case_name: no python3"
fi

finish
