#!/bin/sh
# Several processes at one database: each job is created once, no process hangs, and readers hinder
# nobody.
# shellcheck disable=SC2086 # numbers and lists of words
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
found_crowd 600

six='1 2 3 4 5 6'

# No process may hang: after a minute it is ended with status 124.
program() {
	timeout 60 "$PROGRAM" "$@"
}

# six_times COMMAND...: at the same time; # stands for 1 to 6. -> status.N, err.N
six_times() {
	for n in $six; do
		(
			command=$(echo "$*" | sed "s/#/$n/g")
			# shellcheck disable=SC2086 # words
			program $command >out.$n 2>err.$n
			echo $? >status.$n
		) &
	done
	wait
}

statuses() {
	cat status.* | sort | uniq -c | tr -s ' \n' ' '
}

# ---- writers ---------------------------------------------------------------------------------

begin 'six runs of one manifest: one run, and all say so'
crowd
six_times -q apply --wait 50 --chunk 50 --results r#.csv --rejects j#.csv crowd.csv
is 'status and count' "$(statuses)" ' 6 1 '
for n in $six; do
	alike "results $n" "$scratch/crowd.results" r$n.csv
	alike "rejects $n" "$scratch/crowd.rejects" j$n.csv
done
# One did the rows, the others came too late.
wc -l err.* | sort -n | awk '$2 != "total" { print $2 }' >by.length
last=$(tail -n 1 by.length)
while read -r name; do
	cp "$name" "$scratch/err"
	if [ "$name" = "$last" ]; then
		crowd_told 1 600 'run 1' 600
	else
		told 'crowd.csv: run 1: 600 rows read: 0 succeeded, 600 partial'
	fi
done <by.length
sql 'SELECT count(*), sum(rows_read) FROM run' '1|600'
carry_on

begin 'six runs of one manifest that do not wait: who comes second is told who was first'
crowd
six_times -q apply --wait 0 --chunk 10 --results r#.csv crowd.csv
busy=0
for n in $six; do
	case $(cat status.$n) in
	1) alike "results $n" "$scratch/crowd.results" r$n.csv ;;
	5)
		busy=$((busy + 1))
		is "results $n" "$(ls r$n.csv 2>/dev/null)" ''
		sed -E 's/process [0-9]+ \((run 1, )?apply( crowd.csv)?\) since [0-9-]+T[0-9:]+Z/HOLDER/' err.$n >told
		same told 'pfxreplace: inventory.db: held by HOLDER; waited 0 s: try again later, or with --wait SECONDS'
		;;
	*) wrong "status $(cat status.$n): $(cat err.$n)" ;;
	esac
done
[ $busy -lt 6 ] || wrong 'nobody had the database'
sql 'SELECT count(*) FROM run' 1
carry_on

begin 'six runs of six manifests: each row of each once'
crowd
for n in $six; do
	{
		head -n 1 crowd.csv
		sed -n "$((n * 100 - 98)),$((n * 100 + 1))p" crowd.csv
	} >m$n.csv
done
six_times -q apply --wait 50 --chunk 7 m#.csv
is 'status and count' "$(statuses)" ' 6 1 '
sql 'SELECT count(*), sum(rows_read), sum(jobs_created), sum(jobs_refused), min(state) FROM run' '6|600|600|600|1'
sql 'SELECT count(*), count(DISTINCT location), count(DISTINCT request) FROM job' '600|600|600'
for n in $six; do
	id=$(sqlite3 inventory.db "SELECT id FROM run WHERE manifest = 'm$n.csv'")
	is "the end of $n" "$(wc -l <err.$n) $(tail -n 1 err.$n)" \
		"23 pfxreplace: m$n.csv: run $id: 100 rows read: 0 succeeded, 100 partial"
	is "results $n" "$(grep -c ,partial, m$n.results.csv)" 100
done

begin 'six runs of six manifests of the same rows: each location has one job'
crowd
for n in $six; do
	cp crowd.csv m$n.csv
	yes '' | head -n $n >>m$n.csv
done
six_times -q apply --wait 50 --chunk 50 m#.csv
is 'status and count' "$(statuses)" ' 6 1 '
sql 'SELECT count(*), sum(rows_read), sum(jobs_created) FROM run' '6|3600|600'
sql 'SELECT count(*), count(DISTINCT location), count(DISTINCT request >> 32) FROM job' '600|600|1'
sql "SELECT code, count(*) FROM refusal GROUP BY code" 'job-pending|3000
no-permission|3600'

begin 'imports, runs and what gives runs up, all at once'
crowd
cp "$scratch/company"/*.csv .
six_times -q import --wait 50 certificates certificates.csv &
(
	program -q apply --wait 50 --chunk 50 --rejects rejects.csv --summary s.json crowd.csv 2>"$scratch/err"
	echo $? >status.apply
) &
(
	program -q runs abandon --wait 50 1 2>abandoned
	echo $? >status.abandon
) &
wait
case $(cat status.abandon) in
3) grep -q -e 'inventory.db: no run 1: ' -e 'run 1 is finished already' abandoned || wrong "$(cat abandoned)" ;;
*) wrong "runs abandon: $(cat status.abandon)" ;;
esac
rm status.abandon
is 'status and count' "$(statuses)" ' 6 0 1 1 '
crowd_told 1 600 'run 1' 600
sql 'SELECT count(*), sum(rows_read) FROM run WHERE state = 1' '1|600'
sql 'SELECT count(*), count(DISTINCT location) FROM job' '600|600'

begin 'who holds the lock: pid, run and start'
crowd
mkfifo hold
FAULT_DO='touch held; read -r go <hold' FAULT_SYNC=12 LD_PRELOAD=$shim "$PROGRAM" -q apply --chunk 50 crowd.csv 2>ran &
running=$!
while [ ! -e held ]; do sleep 0.01; done
for command in 'apply --wait 0 crowd.csv' 'import --wait 0 stores crowd.csv' 'runs abandon --wait 0 1'; do
	# shellcheck disable=SC2086 # words
	run 5 $command
	sed -E 's/[0-9]{4}-[0-9-]+T[0-9:]+Z/START/' "$scratch/err" >told
	same told "pfxreplace: inventory.db: held by process $running (run 1, apply crowd.csv) since START; waited 0 s: try again later, or with --wait SECONDS"
done
# A signal ends the wait.
for signal in INT:130 TERM:143 HUP:129; do
	env --default-signal=INT "$PROGRAM" apply --wait 60 crowd.csv 2>waited &
	waiting=$!
	sleep 0.2
	kill "-${signal%:*}" $waiting
	wait $waiting
	is "status after ${signal%:*}" $? "${signal#*:}"
	same waited 'pfxreplace: inventory.db: interrupted while it waited for the database'
done
echo go >hold
wait $running
is 'status' $? 1
cp ran "$scratch/err"
crowd_told 1 600 'run 1' 600

# ---- readers ---------------------------------------------------------------------------------

# reading COMMAND: again and again until the file "enough" exists; failures are in reads.NAME
reading() {
	(
		times=0
		while [ ! -e enough ]; do
			# shellcheck disable=SC2086 # words
			program -q $1 >/dev/null 2>reader.err
			status=$?
			[ $status -le "$2" ] || echo "$1: status $status: $(cat reader.err)" >>unread
			times=$((times + 1))
		done
		echo $times >"times.$3"
	) &
}

begin 'readers beside a run of small chunks: neither fails'
crowd
cp crowd.csv other.csv
reading 'jobs list' 0 1
reading reconcile 1 2
reading 'results --results read.csv 1' 3 3
reading 'check other.csv' 1 4
reading 'list locations' 0 5
reading runs 0 6
export FAULT_SLOW=3
LD_PRELOAD=$shim program -q apply --chunk 5 --rejects rejects.csv --summary s.json crowd.csv 2>"$scratch/err"
is 'status' $? 1
unset FAULT_SLOW
crowd_told 1 600 'run 1' 600
touch enough
wait
[ ! -e unread ] || wrong "$(head -n 5 unread)"
for n in $six; do
	[ "$(cat times.$n)" -ge 1 ] || wrong "reader $n read $(cat times.$n) times"
done
carry_on

begin 'a reader that nobody reads from is in no way of a run'
crowd
head -n 301 crowd.csv >first.csv
run 1 -q apply first.csv
n=0
for command in 'list locations' 'jobs list' reconcile 'results 1' 'list certificates --format jsonl' 'check crowd.csv --results -'; do
	n=$((n + 1))
	mkfifo pipe.$n
	# shellcheck disable=SC2086 # words
	program -q $command >pipe.$n 2>/dev/null &
	eval "exec $((n + 2))<pipe.$n"
done
sleep 0.2
timeout 8 "$PROGRAM" -q apply --chunk 20 crowd.csv 2>err
is 'status' $? 1
is 'the last line' "$(tail -n 1 err)" 'pfxreplace: crowd.csv: run 2: 600 rows read: 0 succeeded, 300 partial, 300 failed'
for n in $six; do
	eval "cat <&$((n + 2)) >read.$n; exec $((n + 2))<&-"
done
wait
is 'jobs list: as it was' "$(wc -l <read.2)" 301
is 'results: as they were' "$(wc -l <read.4)" 301
is 'list locations' "$(wc -l <read.1)" "$("$PROGRAM" list locations | wc -l)"
sql 'SELECT count(*) FROM job' 600

# read_lines COUNT: from descriptor 3, no byte more
read_lines() {
	left=$1
	while [ "$left" -gt 0 ] && read -r _ <&3; do
		left=$((left - 1))
	done
}

begin 'a list whose reader is slow lets imports in between its pages'
crowd
sqlite3 inventory.db "BEGIN;
	CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
	SELECT i FROM n;
	INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, state, rows_total)
	VALUES (1, x'$(printf %064d 1)', '/m.csv', 'm.csv', 'alice', '', 1, 0, 1, 1);
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((1 << 32) + 1, 2, 1, 1, 2, 0, 1, 6000);
	INSERT INTO store(id, guid, client_machine, path, type)
	SELECT 100000 + i, printf('%08d-0000-4000-8000-000000000000', i), 'slow', '/' || i, 2 FROM n;
	INSERT INTO location(id, store, alias, certificate) SELECT 100000 + i, 100000 + i, 'alias', (SELECT min(id) FROM certificate) FROM n;
	INSERT INTO job(id, request, location, status, result, store)
	SELECT i, (1 << 32) + 1, 100000 + i, 3, 2, 100000 + i FROM n;
	COMMIT"
mkfifo pipe
imported=0
for command in 'list locations' 'list stores' 'jobs list' 'reconcile --run 1'; do
	"$PROGRAM" -q $command >pipe 2>listed.err &
	listing=$!
	exec 3<pipe
	for round in 1 2 3; do
		read_lines 700
		imported=$((imported + 1))
		printf 'Id,Thumbprint\n%d,%040X\n' $((900000 + imported)) $((900000 + imported)) >one.csv
		timeout 20 "$PROGRAM" -q import --wait 2 certificates one.csv 2>import.err
		is "status of import $round beside $command" $? 0
		same import.err ''
		kill -0 $listing 2>/dev/null || wrong "$command: it ended before import $round"
	done
	cat <&3 >rest
	exec 3<&-
	wait $listing
	status=$?
	[ $status -le 1 ] || wrong "$command: status $status: $(cat listed.err)"
	sqlite3 inventory.db 'SELECT count(*) FROM location; SELECT count(*) FROM store' >counts
	case $command in
	*locations) expected=$(sed -n 1p counts) ;;
	*stores) expected=$(sed -n 2p counts) ;;
	*) expected=6000 ;;
	esac
	is "lines of $command" $((2100 + $(wc -l <rest))) $((expected + 1))
done
sql 'SELECT count(*) FROM certificate WHERE id BETWEEN 900001 AND 999999' $imported

# ---- small writers ---------------------------------------------------------------------------

begin 'small writers beside a long run get their turn between its chunks'
crowd
export FAULT_HURRY=10 FAULT_SLOW=10
LD_PRELOAD=$shim program -q apply --chunk 5 --rejects rejects.csv --summary s.json crowd.csv 2>"$scratch/err" &
running=$!
unset FAULT_HURRY FAULT_SLOW
while [ "$(sqlite3 inventory.db '.timeout 5000' 'SELECT count(*) FROM job' 2>/dev/null)" = 0 ]; do sleep 0.05; done
written=0
while [ -e /proc/$running ] && kill -0 $running 2>/dev/null; do
	sqlite3 inventory.db '.timeout 1000' "BEGIN IMMEDIATE; UPDATE job SET message = 'seen' WHERE id = 1; COMMIT" 2>>unwritten ||
		wrong "no turn after $written: $(cat unwritten)"
	written=$((written + 1))
	sleep 0.05
	[ $written -lt 1000 ] || break
done
wait $running
is 'status' $? 1
crowd_told 1 600 'run 1' 600
[ $written -gt 3 ] || wrong "only $written small transactions"
sqlite3 inventory.db 'UPDATE job SET message = NULL'
carry_on

finish
