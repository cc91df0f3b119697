#!/bin/sh
# deploy: killed, interrupted, two at once, beside a run.
# shellcheck disable=SC2154 # variables of the harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/deployment
. "$(dirname "$0")/deployment"

authority

# company COUNT: stores 1.pem and so on, all with the certificate 101, which 201 replaces
company() {
	leaf old www.example.com 100
	leaf new www.example.com 300
	pfx new secret
	stores=''
	number=0
	while [ $number -lt "$1" ]; do
		number=$((number + 1))
		cat old.pem old.key >"$number.pem"
		stores="$stores $number.pem,PEM"
	done
	# shellcheck disable=SC2086 # words
	stores $stores
	knows 101 old 201 new
	run 0 -q scan
}

hook() { # TEXT
	printf '%s\n' '#!/bin/sh' "$1" >hook
	chmod +x hook
}

# each_once COUNT: so many jobs, each with one Success, and every store at new
each_once() {
	sql 'SELECT count(*), min(status), max(status), min(result), max(result), count(proven_at) FROM job' "$1|3|3|2|2|$1"
	sql "SELECT count(*) FROM job_event WHERE event = 'complete' AND result = 2" "$1"
	number=0
	while [ $number -lt "$1" ]; do
		number=$((number + 1))
		[ "$(cat $number.pem)" = "$(cat new.pem new.key)" ] || wrong "$number.pem is not the new one"
	done
	is 'what is left' "$(find . -name '.*.new')" ''
}

begin 'killed in the hook: the next one takes the claim over at once, runs the hook, and completes'
company 1
replaces 101,201
# shellcheck disable=SC2016 # of the hook
hook 'kill -9 "$PPID"'
"$PROGRAM" deploy --pfx-dir pfx --hook ./hook >"$scratch/out" 2>"$scratch/err"
is 'status' $? 137
jobs '1|2|0||0'
is 'the backup' "$(cat .1.pem.pfxreplace-1)" "$(cat old.pem old.key)"
touch .1.pem.pfxreplace-1.new .1.pem.pfxreplace-77.new # of one that was killed while it wrote
hook 'echo reloaded'
run 0 deploy --pfx-dir pfx --dry-run --format csv --columns JobId,Action
out 'JobId,Action
1,finish'
jobs '1|2|0||0'
run 0 deploy --pfx-dir pfx --hook ./hook
err 'pfxreplace: deploy: 1 replaced'
jobs '1|3|2|hook: reloaded|1'
sql "SELECT event, status FROM job_event ORDER BY number" 'claim|2
lost|2
claim|2
inventory|2
complete|3'
each_once 1

begin 'killed in the hook, which then fails: the old file comes back'
company 1
replaces 101,201
# shellcheck disable=SC2016 # of the hook
hook 'kill -9 "$PPID"'
"$PROGRAM" deploy --pfx-dir pfx --hook ./hook >"$scratch/out" 2>"$scratch/err"
hook 'exit 1'
run 1 deploy --pfx-dir pfx --hook ./hook
is 'the file' "$(cat 1.pem)" "$(cat old.pem old.key)"
jobs '1|3|4|hook-failed: exit status 1; the old file was put back; the hook after that: exit status 1|0'

begin 'a claim of somebody else is not taken over'
company 1
replaces 101,201
run 0 jobs claim
run 0 deploy --pfx-dir pfx
err 'pfxreplace: deploy: no job is due for a file store of this machine'
jobs '1|2|0||0'

begin 'a signal finishes the store, and the next one goes on'
company 3
replaces 101,201
# shellcheck disable=SC2016 # of the hook
hook 'kill -TERM "$PPID"; sleep 0.2; echo done'
run 143 deploy --pfx-dir pfx --hook ./hook
err 'pfxreplace: interrupted: the same command goes on
pfxreplace: deploy: 1 replaced'
jobs '1|3|2|hook: done|1' '2|1|0||0' '3|1|0||0'
run 0 deploy --pfx-dir pfx
each_once 3

begin 'two at once on the same stores'
company 40
replaces 101,201
hook 'exit 0'
"$PROGRAM" -q deploy --pfx-dir pfx --hook ./hook >one 2>&1 &
one=$!
"$PROGRAM" -q deploy --pfx-dir pfx --hook ./hook >two 2>&1 &
two=$!
wait $one
is 'status of the one' $? 0
wait $two
is 'status of the other' $? 0
is 'what they say' "$(cat one two)" ''
each_once 40
sql 'SELECT max(attempts) FROM handling' 1

begin 'beside a run'
company 20
replaces 101,201
sql "INSERT INTO store(guid, client_machine, path, type, approved, agent, agent_assigned, inventoried_at)
	SELECT '00000000-0000-4000-9000-000000000000', 'elsewhere', '/srv/k.jks', 0, 1, agent, 1, inventoried_at FROM store LIMIT 1;
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
	INSERT INTO certificate(id, thumbprint, has_private_key)
	SELECT k + i, printf('A%039X', k + i), 1 FROM n, (SELECT 1000 AS k UNION SELECT 2000);
	INSERT INTO location(store, alias, certificate)
	SELECT (SELECT max(id) FROM store), 'a' || id, id FROM certificate WHERE id BETWEEN 1001 AND 1400" ''
{ echo ExistingCertificateId,CertificateId; seq 1001 1400 | awk '{ print $1 "," $1 + 1000 }'; } >many.csv
"$PROGRAM" -q apply --chunk 1 many.csv >apply.out 2>&1 &
apply=$!
run 0 -q deploy --pfx-dir pfx
wait $apply
is 'status of the run' "$? $(cat apply.out)" '0 '
sql 'SELECT count(*) FROM job WHERE status = 1' 400
sql 'DELETE FROM job WHERE status = 1; SELECT count(*) FROM job' 20
each_once 20

finish
