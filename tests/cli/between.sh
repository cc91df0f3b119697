#!/bin/sh
# apply and the jobs that change between two of its chunks: what it decides after that is decided on
# what they are then. The run is held when nobody has the database.
# shellcheck disable=SC2016 # the shell of the shim expands it
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
export PROGRAM

# Earlier runs have left, at the locations of
#	107  job 1, waiting: with it the run looks at the active jobs before anything changes
#	110  job 2, failed
#	112  job 3, waiting
#	113  job 4, waiting
#	114  job 5, waiting
#	115  job 6, failed
#	116  job 7, failed, then job 9, waiting
#	111  job 8, waiting
earlier() {
	company
	manifest one.csv 107,207, 110,210, 112,212, 113,213, 114,214, 115,215, 116,216,
	manifest two.csv 111,211, 116,216,
	run 0 -q apply one.csv
	for job in 2 6 7; do
		run 0 -q jobs complete $job --result failure
	done
	run 0 -q apply two.csv
	sql "SELECT group_concat(alias) FROM (SELECT alias FROM job j JOIN location l ON l.id = j.location ORDER BY j.id)" \
		n107,n110,n112,n113,n114,n115,n116,n111,n116
}

meanwhile='
	set -e
	"$PROGRAM" -q jobs reschedule 2 --time now
	"$PROGRAM" -q jobs claim --run 2 --limit 1 >claimed
	"$PROGRAM" -q jobs complete 3 --result success
	"$PROGRAM" -q jobs complete 4 --result failure
	"$PROGRAM" -q jobs unschedule 5
	"$PROGRAM" -q jobs reschedule 6 --time now
	"$PROGRAM" -q jobs complete 6 --result success
	"$PROGRAM" -q jobs unschedule 9
	"$PROGRAM" -q jobs reschedule 7 --time now
	sqlite3 inventory.db "SELECT rows_read FROM run WHERE id = 3" >far'

# A run of a row a chunk, which is held after the second one.
held() { # STATUS PENDING
	manifest m.csv 107,207, 108,208, 110,210, 111,211, 112,212, 113,213, 114,214, 115,215, 116,216,
	lying FAULT_HURRY=100000 FAULT_PAUSE=1 FAULT_DO="($meanwhile) >changed 2>&1" \
		run "$1" -q apply --chunk 1 --pending "$2" m.csv
	is 'it was held after' "$(cat far)" 2
	same changed '{"JobId":3,"Outcome":"completed","Code":null}
{"JobId":4,"Outcome":"completed","Code":null}
{"JobId":6,"Outcome":"completed","Code":null}'
	is 'claimed' "$(sed -E 's/,"Claim.*//' claimed)" '{"JobId":8'
	# At no location two that are active, or one beside what has succeeded.
	sql 'SELECT location, count(*) FROM job WHERE status IN (1, 2, 5) GROUP BY location HAVING count(*) > 1' ''
	sql 'SELECT location, count(*) FROM job WHERE status IN (1, 2, 5) OR result = 2 GROUP BY location HAVING count(*) > 1' ''
	run 0 verify
}

# Of each location, its jobs.
left() {
	sql "SELECT alias, group_concat(id || ' ' || status || '/' || result || coalesce(' ' || by, ''), ', ')
		FROM (SELECT alias, j.id, status, result,
				CASE WHEN cancelled_by LIKE 'job %' THEN cancelled_by WHEN cancelled_by NOT NULL THEN 'operator' END AS by
			FROM job j JOIN location l ON l.id = j.location ORDER BY alias, j.id)
		GROUP BY alias" "$1"
}

refused() {
	sql 'SELECT alias, code, text FROM refusal f JOIN location l ON l.id = f.location WHERE f.request >> 32 = 3 ORDER BY alias' "$1"
}

begin 'refuse: each row meets the jobs that are there in the transaction of its chunk'
earlier
held 1 refuse
left 'n107|1 1/0
n108|10 1/0
n110|2 1/0
n111|8 2/0
n112|3 3/2
n113|4 3/4, 11 1/0
n114|5 4/0 operator, 12 1/0
n115|6 3/2
n116|7 1/0, 9 4/0 operator'
refused 'n107|job-pending|job 1 of run 1 for certificate 207 is active (Waiting)
n110|job-pending|job 2 of run 1 for certificate 210 is active (Waiting)
n111|job-pending|job 8 of run 2 for certificate 211 is active (InProcess)
n112|already-replaced|job 3 of run 1 put the new certificate there already
n115|already-replaced|job 6 of run 1 put the new certificate there already
n116|job-pending|job 7 of run 1 for certificate 216 is active (Waiting)'

begin 'supersede: one that was claimed is left, one that was made active is replaced'
earlier
held 1 supersede
left 'n107|1 4/0 job 10, 10 1/0
n108|11 1/0
n110|2 4/0 job 12, 12 1/0
n111|8 2/0
n112|3 3/2
n113|4 3/4, 13 1/0
n114|5 4/0 operator, 14 1/0
n115|6 3/2
n116|7 4/0 job 15, 9 4/0 operator, 15 1/0'
refused 'n111|job-pending|job 8 of run 2 for certificate 211 is active (InProcess)
n112|already-replaced|job 3 of run 1 put the new certificate there already
n115|already-replaced|job 6 of run 1 put the new certificate there already'

begin 'keep: the job that was made active counts, as the one that was claimed'
earlier
held 0 keep
refused ''
left 'n107|1 1/0
n108|10 1/0
n110|2 1/0
n111|8 2/0
n112|3 3/2
n113|4 3/4, 11 1/0
n114|5 4/0 operator, 12 1/0
n115|6 3/2
n116|7 1/0, 9 4/0 operator'

finish
