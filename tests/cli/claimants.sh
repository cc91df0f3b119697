#!/bin/sh
# Many executors at once, beside a run: each job is handed out once, nobody fails, and a claim gets its
# turn between the chunks. CLAIMANTS_JOBS says how many jobs wait for them (4000).
# No real disk is needed, and many syncs on one take long.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/cli/crowd
. "$tests_folder/crowd"
waiting=${CLAIMANTS_JOBS:-4000}
beside=1000

# certificates_stand COUNT: certificates 100001 and on, each in web; those that replace them have Ids
# from 500001 on
certificates_stand() {
	sqlite3 inventory.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO certificate(id, thumbprint)
		SELECT 100000 + i, 'old' || i FROM n UNION ALL SELECT 500000 + i, 'new' || i FROM n;
		INSERT INTO location(store, alias, certificate)
		SELECT (SELECT id FROM store WHERE guid = '$web'), 'c' || (id - 100000), id
		FROM certificate WHERE id BETWEEN 100001 AND 100000 + $1"
}

# manifest_of FILE FIRST LAST
manifest_of() {
	{
		echo ExistingCertificateId,CertificateId
		seq "$2" "$3" | awk '{ print 100000 + $1 "," 500000 + $1 }'
	} >"$1"
}

# ids_of FILE...: the JobIds of claims, one a line
ids_of() {
	sed 's/^{"JobId":\([0-9]*\),.*/\1/' "$@"
}

# claimant NAME: claims until nothing is left and the file "over" was there before
claimant() {
	ended=no
	while [ $ended = no ] || [ -s "now.$1" ]; do
		[ ! -e over ] || ended=yes
		timeout 60 "$PROGRAM" jobs claim --limit 50 >"now.$1" 2>>"err.$1" || echo "status $?" >>"err.$1"
		cat "now.$1" >>"claimed.$1"
	done
}

begin "eight claimants of $waiting jobs while an apply makes $beside more: each job once"
company
certificates_stand $((waiting + beside))
manifest_of first.csv 1 "$waiting"
manifest_of second.csv $((waiting + 1)) $((waiting + beside))
run 0 -q apply first.csv
"$PROGRAM" -q apply --chunk 20 second.csv >apply.out 2>apply.err &
apply=$!
claimants=
for name in 1 2 3 4 5 6 7 8; do
	claimant $name &
	claimants="$claimants $!"
done
wait $apply
is 'the status of apply' $? 0
touch over
# shellcheck disable=SC2086 # numbers
wait $claimants
same apply.err ''
is 'messages and statuses of claimants' "$(cat err.*)" ''
is 'jobs handed out twice' "$(ids_of claimed.* | sort | uniq -d)" ''
is 'jobs handed out' "$(ids_of claimed.* | wc -l)" $((waiting + beside))
is 'claims' "$(sed 's/.*"Claim":"\([0-9a-f]*\)".*/\1/' claimed.* | sort -u | wc -l)" $((waiting + beside))
sql 'SELECT status, result, count(*) FROM job GROUP BY 1, 2' "2|0|$((waiting + beside))"
sql 'SELECT count(*), min(attempts), max(attempts) FROM handling' "$((waiting + beside))|1|1"
sql "SELECT count(*), count(DISTINCT job), min(event), max(event) FROM job_event" \
	"$((waiting + beside))|$((waiting + beside))|claim|claim"
sql 'SELECT count(*) FROM ready; SELECT count(*) FROM lease' "0
$((waiting + beside))"
run 0 verify
out Finding,Table,Id,Run,Line,Text
run 0 jobs claim
out ''
err ''

# Each chunk is a row, so that the run has far more of them than there are claims; it is ended then.
begin 'a claim that waits for the database gets its turn between the chunks of a run'
company
certificates_stand 3000
manifest_of m.csv 1 3000
export FAULT_HURRY=10 FAULT_SLOW=2
LD_PRELOAD=$shim "$PROGRAM" -q apply --chunk 1 m.csv >apply.out 2>apply.err &
apply=$!
unset FAULT_HURRY FAULT_SLOW
claims=0
: >claimed
while [ $claims -lt 3 ] && kill -0 $apply 2>/dev/null; do
	run 0 -q jobs claim --limit 10
	[ -s "$scratch/out" ] || continue
	cat "$scratch/out" >>claimed
	# What was handed out just now is of a run that is not finished.
	is 'the state of the run' "$(sqlite3 -cmd '.timeout 20000' inventory.db 'SELECT state FROM run')" 0
	claims=$((claims + 1))
done
is 'claims beside the run' $claims 3
kill -TERM $apply
wait $apply
is 'the status of apply' $? 143
ids_of claimed | sort -n >ids
is 'jobs handed out twice' "$(uniq -d ids)" ''
is 'jobs of the run' "$(sqlite3 inventory.db "SELECT count(*) > $(tail -n 1 ids) FROM job")" 1
run 0 -q verify
# The same command carries on, and the jobs that were handed out stay so.
run 0 -q apply --chunk 1000 m.csv
run 0 -q jobs claim --limit 3000
ids_of "$scratch/out" >>ids
is 'jobs' "$(sort -n ids | uniq | wc -l) $(wc -l <ids)" '3000 3000'
run 0 -q verify

begin 'an executor that is killed between claim and report: the job is handed out again'
company
manifest m.csv 107,207,
"$PROGRAM" -q apply m.csv
# It claims for a second and dies in its work.
cat >executor <<-'END'
	"$PROGRAM" jobs claim --lease 1 >order
	kill -KILL $$
END
{ PROGRAM=$PROGRAM sh executor; } 2>/dev/null
is 'the status of the executor' $? 137
claim_of() {
	sed -E 's/.*"Claim":"([0-9a-f]{32})","Attempt":([0-9]+),.*/\1 \2/' "$1"
}
old=$(claim_of order)
is 'its attempt' "${old#* }" 1
run 0 jobs renew 1 --claim "${old% *}" --lease 1
tries=0
run 0 jobs claim
while [ ! -s "$scratch/out" ] && [ $tries -lt 300 ]; do
	sleep 0.1
	tries=$((tries + 1))
	run 0 jobs claim
done
err ''
new=$(claim_of "$scratch/out")
is 'the attempt of the next one' "${new#* }" 2
[ "${new% *}" != "${old% *}" ] || wrong 'the claim is the same'
run 1 jobs complete 1 --result success --claim "${old% *}" --message late
out '{"JobId":1,"Outcome":"refused","Code":"lease-lost"}'
err 'pfxreplace: jobs: job 1: the claim is not the last one of the job [lease-lost]'
run 0 jobs complete 1 --result warning --claim "${new% *}" --message 'a restart is needed'
out '{"JobId":1,"Outcome":"completed","Code":null}'
err ''
run 0 show job 1 --format jsonl --columns History
sed -E 's/"EventAt":"[0-9TZ:.-]+"/"EventAt":"TIME"/g; s/,"EventOperator":"[^"]*"//g; s/\},\{/},\n{/g' "$scratch/out" >history
same history "{\"History\":[{\"EventAt\":\"TIME\",\"Event\":\"claim\",\"Claim\":\"${old% *}\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},
{\"EventAt\":\"TIME\",\"Event\":\"renew\",\"Claim\":\"${old% *}\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},
{\"EventAt\":\"TIME\",\"Event\":\"lost\",\"Claim\":\"${old% *}\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},
{\"EventAt\":\"TIME\",\"Event\":\"claim\",\"Claim\":\"${new% *}\",\"EventStatus\":\"InProcess\",\"EventResult\":\"Unknown\",\"EventMessage\":null},
{\"EventAt\":\"TIME\",\"Event\":\"complete\",\"Claim\":\"${new% *}\",\"EventStatus\":\"Completed\",\"EventResult\":\"Warning\",\"EventMessage\":\"a restart is needed\"}]}"
run 0 verify

finish
