#!/bin/sh
# apply: what becomes of jobs between two of its chunks, and what it makes of that.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"
# shellcheck source=tests/cli/crowd
. "$(dirname "$0")/crowd"

found_crowd 400

# Each of the last four rows of the crowd has a job of an earlier run, for another certificate:
# 1 and 2 have failed, 3 and 4 wait.
earlier() {
	crowd
	manifest earlier.csv 1000397,1000001, 1000398,1000002, 1000399,1000003, 1000400,1000004,
	run 1 -q apply earlier.csv
	sql 'SELECT id, location FROM job' "$(sqlite3 inventory.db "SELECT row_number() OVER (ORDER BY id), id FROM location
		WHERE alias IN ('c397', 'c398', 'c399', 'c400') AND store = (SELECT id FROM store WHERE guid = '$web')")"
	run 0 -q jobs complete 1 --result failure
	run 0 -q jobs complete 2 --result failure
}

# In the transaction of the second chunk others begin to wait for the database; the clock is fast, so
# that the run leaves it to them before its next chunk.
others='
	"$PROGRAM" jobs reschedule 2 --time now 2>rescheduled &
	"$PROGRAM" jobs unschedule 4 2>unscheduled &
	"$PROGRAM" jobs claim --run 1 --limit 1 >claimed 2>&1 &
	until grep -q "job to" rescheduled && grep -q "job to" unscheduled &&
		ls -l /proc/$!/fd 2>/dev/null | grep -q inventory.db; do sleep 0.01; done
	sleep 1'

# applied PENDING: the crowd with that --pending, and the others meanwhile
applied() {
	export PROGRAM
	lying FAULT_HURRY=100 FAULT_STAT=2 FAULT_DO="$others" run 1 -q apply --chunk 20 --pending "$1" crowd.csv
	is 'rescheduled' "$(tail -n 1 rescheduled)" 'pfxreplace: jobs reschedule: 1 job rescheduled'
	is 'unscheduled' "$(tail -n 1 unscheduled)" 'pfxreplace: jobs unschedule: 1 job unscheduled'
	is 'claimed' "$(sed -E 's/,"Claim.*//' claimed)" '{"JobId":3'
	sql 'SELECT state, rows_read, jobs_created FROM run WHERE id = 2' "1|400|$2"
	sql 'SELECT location, count(*) FROM job WHERE status IN (1, 2, 5) GROUP BY location HAVING count(*) > 1' ''
	run 0 verify
}

# Of the locations of the last four rows in the store that is served: the jobs, and the refusals.
left() {
	sql "SELECT alias, j.id <= 4, status || '/' || result, cancelled_by NOT NULL FROM job j JOIN location l ON l.id = location
		WHERE alias IN ('c397', 'c398', 'c399', 'c400') ORDER BY alias, j.id" "$1"
	sql "SELECT alias, code, text FROM refusal f JOIN location l ON l.id = f.location JOIN store s ON s.id = l.store
		WHERE s.guid = '$web' ORDER BY alias" "$2"
}

begin 'a job that is made active, one claimed, one given up: refuse'
earlier
applied refuse 398
left 'c397|1|3/4|0
c397|0|1/0|0
c398|1|1/0|0
c399|1|2/0|0
c400|1|4/0|1
c400|0|1/0|0' 'c398|job-pending|job 2 of run 1 for certificate 1000002 is active (Waiting)
c399|job-pending|job 3 of run 1 for certificate 1000003 is active (InProcess)'

begin 'a job that is made active, one claimed, one given up: supersede'
earlier
applied supersede 399
left 'c397|1|3/4|0
c397|0|1/0|0
c398|1|4/0|1
c398|0|1/0|0
c399|1|2/0|0
c400|1|4/0|1
c400|0|1/0|0' 'c399|job-pending|job 3 of run 1 for certificate 1000003 is active (InProcess)'
sql 'SELECT j.cancelled_by FROM job j WHERE id = 2' "$(sqlite3 inventory.db "SELECT 'job ' || j.id FROM job j JOIN location l ON l.id = location WHERE alias = 'c398' AND j.id > 4")"

finish
