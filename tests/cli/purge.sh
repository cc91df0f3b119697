#!/bin/sh
# purge: which runs go, what is left of them, and what other commands say of them then.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
. "$(dirname "$0")/company"

columns=Run,State,Manifest,EndedAt,Rows,Jobs,Refusals
later=2099-01-01T00:00:00Z

# Run 1 (a.csv): a job that run 2 superseded, 3 refusals, a rejected row. Run 2 (b.csv): a job that
# waits. Run 3 (c.csv): 2 jobs that wait. Run 4 (d.csv): a row that repeats another, and no job.
make() {
	company
	manifest a.csv 101,201, 103,203, 998,999,
	run 1 -q apply a.csv
	manifest b.csv 101,202,
	run 1 -q apply --pending supersede b.csv
	manifest c.csv 102,202,
	run 0 -q apply c.csv
	manifest d.csv 998,999, 998,999,
	run 1 -q apply d.csv
	sqlite3 inventory.db 'UPDATE run SET finished_at = 1767225600000 + 1000 * id'
}

# What is there of each run: RUN|STATE|rows|jobs|refusals|events|handling|tallies|ids given
there() {
	sql "SELECT r.id, r.state, (SELECT count(*) FROM request WHERE id >> 32 = r.id),
		(SELECT count(*) FROM job WHERE request >> 32 = r.id),
		(SELECT count(*) FROM refusal WHERE request >> 32 = r.id),
		(SELECT count(*) FROM job_event), (SELECT count(*) FROM handling),
		(SELECT count(*) FROM tally WHERE run = r.id), (SELECT count(*) FROM request_given)
		FROM run r" "$1"
}

holds() {
	run 0 -q verify
	out ''
	err ''
}

begin 'purge --dry-run: the runs that would go, and nothing changes'
make
before='1|1|3|1|3|1|1|5|0
2|1|1|1|2|1|1|3|0
3|1|1|2|0|1|1|0|0
4|1|2|0|0|1|1|3|0'
there "$before"
run 0 purge --before $later --dry-run
out "$columns
1,finished,a.csv,2026-01-01T00:00:01Z,3,1,3
4,finished,d.csv,2026-01-01T00:00:04Z,2,0,0"
err 'pfxreplace: purge: 2 runs would be purged: 5 rows, 1 job and 3 refusals
pfxreplace: purge: 2 runs that ended before then stay: each has a job that has not ended'
run 0 -q purge --before 2026-01-01T00:00:04Z --dry-run --format jsonl
out '{"Run":1,"State":"finished","Manifest":"a.csv","EndedAt":"2026-01-01T00:00:01Z","Rows":3,"Jobs":1,"Refusals":3}'
err ''
there "$before"

begin 'purge: nothing of a run is left but the run'
make
run 0 purge --before 2026-01-01T00:00:04Z
out ''
err 'pfxreplace: purge: 1 run is purged: 3 rows, 1 job and 3 refusals
pfxreplace: purge: 2 runs that ended before then stay: each has a job that has not ended'
there '1|4|0|0|0|0|0|0|0
2|1|1|1|2|0|0|3|0
3|1|1|2|0|0|0|0|0
4|1|2|0|0|0|0|3|0'
holds
sql 'SELECT min(id), max(id) FROM job' '2|4'
run 0 -q purge --before $later
err ''
there '1|4|0|0|0|0|0|0|0
2|1|1|1|2|0|0|3|0
3|1|1|2|0|0|0|0|0
4|4|0|0|0|0|0|0|0'
holds

begin 'purge: what was done to the jobs, and passwords, go too'
company
printf '%s\n' ExistingCertificateId,CertificateId,Password 103,203,secret >p.csv
run 0 -q apply p.csv
run 0 jobs claim
claim=$(sed 's/.*"Claim":"\([0-9a-f]*\)".*/\1/' "$scratch/out")
run 0 jobs complete 1 --result failure --claim "$claim"
sql 'SELECT length(password) > 0 FROM request' 1
printf '%s\n' ExistingCertificateId,CertificateId,Password 103,204,secret >q.csv
run 0 -q apply q.csv
there '1|1|1|1|0|2|1|0|0
2|1|1|1|0|2|1|0|0'
run 0 -q purge --before $later
there '1|4|0|0|0|0|0|0|0
2|1|1|1|0|0|0|0|0'
run 1 jobs complete 1 --result failure --claim "$claim"
out '{"JobId":1,"Outcome":"refused","Code":"no-such-job"}'
holds

begin 'purge: the newest job of a location keeps its run, and so no id of a job comes again'
make
sqlite3 inventory.db 'UPDATE job SET status = 3, result = 2, completed_at = 1 WHERE status = 1;
	UPDATE request SET password = NULL'
run 0 purge --before $later
err 'pfxreplace: purge: 2 runs are purged: 5 rows, 1 job and 3 refusals
pfxreplace: purge: 2 runs that ended before then stay: each has the newest job of a location'
run 0 purge --before $later
out ''
err "pfxreplace: purge: no run to purge before $later
pfxreplace: purge: 2 runs that ended before then stay: each has the newest job of a location"
run 0 purge --before 2026-01-01T00:00:00Z
err 'pfxreplace: purge: no run to purge before 2026-01-01T00:00:00Z'
run 0 -q purge --before 2026-01-01T00:00:00Z --dry-run
out ''
manifest e.csv 107,207,
run 0 -q apply e.csv
sql 'SELECT max(id) FROM job' 5
holds

begin 'purge: an abandoned run goes by its start; an unfinished one stays'
company
manifest r.csv 998,999,
run 1 -q apply r.csv
sqlite3 inventory.db 'UPDATE run SET state = 0, finished_at = NULL, started_at = 1767225600000'
run 0 purge --before $later
err "pfxreplace: purge: no run to purge before $later"
run 0 -q runs abandon 1
run 0 purge --before 2026-01-01T00:00:00Z
err 'pfxreplace: purge: no run to purge before 2026-01-01T00:00:00Z'
run 0 purge --before 2026-01-01T00:00:00.001Z
err 'pfxreplace: purge: 1 run is purged: 1 row, 0 jobs and 0 refusals'
run 3 runs abandon 1
err 'pfxreplace: inventory.db: run 1 is purged already: expected an unfinished one'
holds

begin 'a purged run: runs, show run, results, reconcile, list'
make
run 0 -q purge --before $later
run 0 runs --columns Run,State,JobsCreated,JobsSuperseded
out 'Run,State,JobsCreated,JobsSuperseded
1,purged,1,0
2,finished,1,1
3,finished,2,0
4,purged,0,0'
run 0 show run 1 --format jsonl
sed 's/^{"Run":1,"State":"\([a-z]*\)".*"Rows":\({[^}]*}\).*"JobsNow":\({[^}]*}\),"Codes":\({[^}]*}\).*/\1 \2 \3 \4/' \
	"$scratch/out" >shown
same shown 'purged {"Total":3,"Read":3,"Succeeded":0,"Partial":1,"Failed":1,"Rejected":1,"Skipped":0} {} {}'
run 3 results 1
out ''
err 'pfxreplace: inventory.db: run 1 was purged: its rows and results are gone'
run 0 jobs list --run 1 --columns JobId
out JobId
run 0 list refusals --run 1 --columns Run
out Run
run 1 -q reconcile --columns Verdict,JobId --report r.csv
same r.csv "$("$PROGRAM" -q reconcile --report - --columns Verdict,JobId 2>/dev/null)"

begin 'the manifest of a purged run: its jobs are made again only when that is asked for'
make
run 0 -q purge --before $later
purged='a.csv: run 1 of this manifest was purged: its results are gone; ask for a new run with --again'
run 2 apply a.csv
out ''
told "$purged"
run 2 check a.csv
told "$purged"
sql 'SELECT count(*) FROM run' 4
run 1 -q apply --pending supersede --again a.csv
sql 'SELECT id, state, jobs_created, jobs_superseded FROM run WHERE id = 5' '5|1|1|1'
run 1 -q apply --pending supersede a.csv # the latest run of it is repeated
sql 'SELECT count(*) FROM run' 5
holds

begin 'a purge that was killed: the same command carries on, whenever the run ended'
make
# As after the mark and a slice.
sqlite3 inventory.db 'UPDATE run SET state = 3 WHERE id = 1;
	DELETE FROM job_event; DELETE FROM handling; DELETE FROM job WHERE id = 1; DELETE FROM refusal WHERE id <= 2;
	DELETE FROM request WHERE id = (1 << 32) + 1'
holds
run 0 runs --columns Run,State
out 'Run,State
1,purging
2,finished
3,finished
4,finished'
run 3 results 1
err 'pfxreplace: inventory.db: run 1 was purged: its rows and results are gone'
run 2 apply a.csv
told "$purged"
run 0 purge --before 2026-01-01T00:00:00Z --dry-run
out "$columns
1,purging,a.csv,2026-01-01T00:00:01Z,2,0,1"
run 0 purge --before 2026-01-01T00:00:00Z
err 'pfxreplace: purge: 1 run is purged: 2 rows, 0 jobs and 1 refusal'
there '1|4|0|0|0|0|0|0|0
2|1|1|1|2|0|0|3|0
3|1|1|2|0|0|0|0|0
4|1|2|0|0|0|0|3|0'
holds

begin 'jobs of a run that is being purged: nobody changes them'
make
sqlite3 inventory.db 'UPDATE run SET state = 3 WHERE id = 3;
	UPDATE job SET status = 3, result = 4, completed_at = 1 WHERE id = 3'
run 1 jobs complete 3 --result failure
out '{"JobId":3,"Outcome":"refused","Code":"no-such-job"}'
err 'pfxreplace: jobs: job 3: there is no job of this id [no-such-job]'

begin 'a purge of several slices'
company
awk 'BEGIN { print "ExistingCertificateId,CertificateId"; for (i = 1; i <= 9000; i++) print 100000 + i ",1" }' >m.csv
run 1 -q apply m.csv
run 0 purge --before $later
err 'pfxreplace: purge: 1 run is purged: 9000 rows, 0 jobs and 0 refusals'
there '1|4|0|0|0|0|0|0|0'
holds

begin 'verify: what is left of a purged run'
make
sqlite3 inventory.db "UPDATE run SET state = 4 WHERE id = 1"
run 1 -q verify --columns Finding,Table,Id,Text
out 'Finding,Table,Id,Text
wrong-count,run,1,"it was purged, but it has row 3"'
sqlite3 inventory.db "DELETE FROM request WHERE id >> 32 = 1"
run 1 -q verify --columns Finding,Table,Id,Text
out 'Finding,Table,Id,Text
missing-reference,job,1,it names a row of request that is not there
missing-reference,refusal,1,it names a row of request that is not there
missing-reference,refusal,3,it names a row of request that is not there
wrong-count,run,1,"it was purged, but it has 1 jobs"'
sqlite3 inventory.db "DELETE FROM job_event; DELETE FROM job WHERE id = 1"
run 1 -q verify --columns Finding,Table,Id,Text
sed -i '/missing-reference/d' "$scratch/out"
out 'Finding,Table,Id,Text
wrong-count,run,1,"it was purged, but it has 3 refusals"'
sqlite3 inventory.db "DELETE FROM refusal WHERE id <= 3"
run 1 -q verify --columns Finding,Table,Id,Text
out 'Finding,Table,Id,Text
wrong-count,run,1,"it was purged, but its tallies are there"'
sqlite3 inventory.db "DELETE FROM tally WHERE run = 1"
holds
# Run 2 says that it superseded a job, which is gone with run 1; it may not have superseded more.
sqlite3 inventory.db "UPDATE run SET state = 1 WHERE id = 1"
run 1 -q verify --columns Finding,Table,Id,Text
grep jobs.superseded "$scratch/out" >superseded
same superseded 'wrong-count,run,2,"it says 1 jobs superseded, but there are 0"'

begin 'purge: another writer holds the lock'
make
(
	flock 9
	echo 'process 7 (run 5) since 2026-01-01T00:00:00Z' >&9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
run 5 purge --before $later --wait 0
out ''
err 'pfxreplace: inventory.db: held by process 7 (run 5) since 2026-01-01T00:00:00Z; waited 0 s: try again later, or with --wait SECONDS'
run 0 -q purge --before $later --wait 0 --dry-run
touch release
wait

begin 'purge: usage'
company
hint='see `pfxreplace purge --help`'
run 2 purge
told "purge: --before: expected a time: runs that ended before it are removed; $hint"
run 2 purge --before yesterday
told "purge: --before yesterday: not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ; $hint"
run 2 purge --before $later 3
told "purge: 3: expected no operand: the runs are chosen by --before; $hint"
run 2 purge --before $later --wide
told "purge: --format, --wide and --columns: expected with --dry-run only; $hint"
rm inventory.db
run 4 purge --before $later
told 'inventory.db: no database (`pfxreplace init` makes one): No such file or directory'

finish
