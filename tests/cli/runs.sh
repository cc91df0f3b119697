#!/bin/sh
# runs: the list; runs abandon: which runs can be given up, and what stays.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

columns=Run,State,Manifest,Operator,Reference,StartedAt,FinishedAt,Rows,Read,Succeeded,Partial,Failed,Rejected,Skipped,JobsCreated,JobsRefused,JobsSuperseded,Mends,Open

make() {
	run 0 init
	sqlite3 inventory.db "BEGIN;
		INSERT INTO run(id, digest, path, manifest, operator, reference, settings, format,
			started_at, finished_at, state, rows_total, rows_read, succeeded, partial,
			failed, rejected, skipped, jobs_created, jobs_refused, jobs_superseded)
		VALUES (1, x'01', '/m/one.csv', 'one.csv', 'alice', 'CHG-1', '', 1, 1767225600000,
				1767225601500, 1, 15, 15, 5, 4, 3, 2, 1, 12, 11, 10),
			(2, x'02', '/m/two.csv', 'two.csv', 'bob', NULL, '', 1, 1767229200000, NULL,
				0, 9, 2, 2, 0, 0, 0, 0, 2, 0, 0),
			(3, x'03', '/m/three.csv', 'three, \"3\".csv', '1001', NULL, '', 1,
				1767232800000, NULL, 2, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0),
			(4, x'04', '/m/four.csv', 'four.csv', 'bob', NULL, '', 1, 1767229200000, NULL,
				0, 9, 1, 1, 0, 0, 0, 0, 1, 0, 0);
		INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job,
			jobs)
		VALUES ((2 << 32) + 1, 2, 1, 101, 201, 1767225600000, 1, 2);
		INSERT INTO job(id, request, location, status, result)
		VALUES (1, (2 << 32) + 1, 1, 1, 0), (2, (2 << 32) + 1, 2, 1, 0);
		COMMIT" || wrong 'sqlite3 failed'
}

begin 'runs: none'
run 0 init
run 0 runs
out "$columns"
err ''

begin 'runs: each one, by id; off a terminal as CSV'
make
run 0 runs
out "$columns
1,finished,one.csv,alice,CHG-1,2026-01-01T00:00:00Z,2026-01-01T00:00:01.500Z,15,15,5,4,3,2,1,12,11,10,,0
2,unfinished,two.csv,bob,,2026-01-01T01:00:00Z,,9,2,2,0,0,0,0,2,0,0,,2
3,abandoned,\"three, \"\"3\"\".csv\",1001,,2026-01-01T02:00:00Z,,9,0,0,0,0,0,0,0,0,0,,0
4,unfinished,four.csv,bob,,2026-01-01T01:00:00Z,,9,1,1,0,0,0,0,1,0,0,,0"
err ''
run 0 runs --format jsonl
is 'the first as JSONL' "$(head -1 "$scratch/out")" '{"Run":1,"State":"finished","Manifest":"one.csv","Operator":"alice","Reference":"CHG-1","StartedAt":"2026-01-01T00:00:00Z","FinishedAt":"2026-01-01T00:00:01.500Z","Rows":15,"Read":15,"Succeeded":5,"Partial":4,"Failed":3,"Rejected":2,"Skipped":1,"JobsCreated":12,"JobsRefused":11,"JobsSuperseded":10,"Mends":null,"Open":0}'
run 0 runs --format table
is 'as a table' "$(sed -n 3p "$scratch/out" | cut -c 1-60)" '  2  unfinished  two.csv         bob                  2026-0'

begin 'runs: Open is how many of its jobs have not ended'
make
# opened LINE...: Run and Open
opened() {
	run 0 runs --columns Run,Open
	out "$(printf '%s\n' Run,Open "$@")"
}
sqlite3 inventory.db 'UPDATE job SET status = 5, result = 4 WHERE id = 1; UPDATE job SET status = 2 WHERE id = 2'
opened 1,0 2,2 3,0 4,0
sqlite3 inventory.db 'UPDATE job SET status = 3 WHERE id = 1'
opened 1,0 2,1 3,0 4,0
sqlite3 inventory.db 'UPDATE job SET status = 4 WHERE id = 2'
opened 1,0 2,0 3,0 4,0
# Runs that were carried on beside each other: the jobs of 4 are among those of 2.
sqlite3 inventory.db 'UPDATE job SET status = 1;
	UPDATE run SET jobs_created = 4 WHERE id = 2;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((2 << 32) + 2, 3, 4, 0, 0, 0, NULL, 0), ((2 << 32) + 3, 4, 1, 101, 201, 0, 4, 2),
		((2 << 32) + 4, 5, 4, 0, 0, 0, NULL, 0), ((4 << 32) + 1, 2, 1, 101, 201, 0, 3, 1);
	INSERT INTO job(id, request, location, status, result)
	VALUES (3, (4 << 32) + 1, 3, 1, 0), (4, (2 << 32) + 3, 4, 3, 4), (5, (2 << 32) + 3, 5, 5, 4)'
opened 1,0 2,3 3,0 4,1

begin 'runs abandon: an interrupted run; its jobs stay'
make
run 0 runs abandon 2
out ''
err 'pfxreplace: runs: run 2 is abandoned; 2 jobs that it created stay'
sql 'SELECT id, state, finished_at, rows_read, jobs_created FROM run' '1|1|1767225601500|15|12
2|2||2|2
3|2||0|0
4|0||1|1'
sql 'SELECT id, request >> 32, status, result, cancelled_by FROM job' '1|2|1|0|
2|2|1|0|'
run 0 -q runs abandon 4
err ''
sql 'SELECT state FROM run WHERE id = 4' 2

begin 'runs abandon: refused when it is over, or is not there'
make
run 3 runs abandon 1
out ''
err 'pfxreplace: inventory.db: run 1 is finished already: expected an unfinished one'
run 3 runs abandon 3
err 'pfxreplace: inventory.db: run 3 is abandoned already: expected an unfinished one'
run 3 runs abandon 5
err 'pfxreplace: inventory.db: no run 5: `pfxreplace runs` lists them'
sql 'SELECT group_concat(state) FROM run' 1,0,2,0

begin 'runs abandon: a run that is not interrupted but running holds the lock'
make
( # as its holder
	flock 9
	echo 'process 7 (run 2) since 2026-01-01T00:00:00Z' >&9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
run 5 runs abandon 2 --wait 0
out ''
err 'pfxreplace: inventory.db: held by process 7 (run 2) since 2026-01-01T00:00:00Z; waited 0 s: try again later, or with --wait SECONDS'
sql 'SELECT state FROM run WHERE id = 2' 0
run 0 runs
touch release
wait
run 0 runs abandon 2

begin 'runs: usage'
run 2 runs stop 2
err 'pfxreplace: runs: stop: no such verb: expected abandon; see `pfxreplace runs --help`'
run 2 runs abandon
err 'pfxreplace: runs abandon: expected one RUN; see `pfxreplace runs abandon --help`'
run 2 runs abandon 2 3
err 'pfxreplace: runs abandon: expected one RUN; see `pfxreplace runs abandon --help`'
for word in 0 x 2x '' 99999999999999999999; do
	run 2 runs abandon "$word"
	err "pfxreplace: runs abandon: $word: expected the number of a run, as \`pfxreplace runs\` shows it; see \`pfxreplace runs abandon --help\`"
done
run 4 runs
err 'pfxreplace: inventory.db: no database (`pfxreplace init` makes one): No such file or directory'
run 4 runs abandon 1
err 'pfxreplace: inventory.db: no database (`pfxreplace init` makes one): No such file or directory'

finish
