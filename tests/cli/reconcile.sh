#!/bin/sh
# reconcile: each verdict, each finding, the report, the counts, the exit status. SQL makes the
# database as imports, runs and agents would have left it.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# shellcheck source=tests/cli/reconciliation
. "$tests_folder/reconciliation"

begin 'an empty database agrees with itself'
run 0 init
ask 0 reconcile
out "$columns"
err 'pfxreplace: reconcile: 0 jobs; 0 findings'

begin 'deployed and leftover: by inventory newer than the creation, whatever the status'
make
place 1 1 web 201
job 1 1 101 201 4 2 $completed
place 2 2 web 202
job 2 2 102 202 1 0
place 3 3 thumb-old NULL # the alias is gone, the new one came under another
place 13 3 thumb-new 203
job 3 3 103 203 3 2 $completed
place 4 4 web 204
place 14 4 mail 104
job 4 4 104 204 3 3 $completed
place 5 5 thumb-old NULL
place 15 5 thumb-new 205
place 25 5 mail 105
place 35 5 ftp 105
job 5 5 105 205 3 2 $completed
place 6 6 web 206 # an old one at an alias with an active job of its own is no leftover
place 16 6 mail 106
job 6 6 106 206 4 2 $completed
job 7 16 106 206 2 0 NULL 7258118400000 2200-01-01T00:00:00Z
ask 1 reconcile $long
out "$columns
$(line deployed 1 1 web 101 201 '' Acknowledged Success $at "\"certificate 201 stands there, seen $at\"")
$(line deployed 2 2 web 102 202 '' Waiting Unknown $at "\"certificate 202 stands there, seen $at\"")
$(line deployed 3 3 thumb-old 103 203 '' Completed Success $at "\"certificate 203 stands at alias thumb-new, seen $at\"")
$(line leftover 4 4 web 104 204 '' Completed Warning $at "\"certificate 204 stands there, but certificate 104 stands at alias mail still, seen $at\"")
$(line leftover 5 5 thumb-old 105 205 '' Completed Success $at "\"certificate 205 stands at alias thumb-new, but certificate 105 stands at alias ftp still, seen $at\"")
$(line deployed 6 6 web 106 206 '' Acknowledged Success $at "\"certificate 206 stands there, seen $at\"")
$(line scheduled 7 6 mail 106 206 2200-01-01T00:00:00Z InProcess Unknown $at 'due at 2200-01-01T00:00:00Z')
$(found unplanned-location 4 mail 104 $at '"certificate 104, thumbprint 0000000000000000000000000000000000000068, is replaced elsewhere, but no job covers this location"')
$(found unplanned-location 5 mail 105 $at '"certificate 105, thumbprint 0000000000000000000000000000000000000069, is replaced elsewhere, but no job covers this location"')
$(found unplanned-location 5 ftp 105 $at '"certificate 105, thumbprint 0000000000000000000000000000000000000069, is replaced elsewhere, but no job covers this location"')"
err 'pfxreplace: reconcile: 7 jobs: 4 deployed, 2 leftover, 1 scheduled; 3 findings: 3 unplanned-location'

begin 'scheduled, waiting, overdue: not completed, by the due time'
make
now=$(date +%s)
due=$(date -u -d "@$((now - 60))" +%Y-%m-%dT%H:%M:%SZ)
place 1 1 web 101
job 1 1 101 201 1 0 NULL 7258118400123 2200-01-01T00:00:00.123Z
place 2 2 web 102
job 2 2 102 202 5 4 NULL $((now - 60))000 "$due"
place 3 3 web 103
job 3 3 103 203 1 0 # its due time is the run's start
place 4 4 web 104
job 4 4 104 204 0 0 NULL 1767229200000 2026-01-01T01:00:00Z
ask 1 reconcile $long
out "$columns
$(line scheduled 1 1 web 101 201 2200-01-01T00:00:00.123Z Waiting Unknown $at 'due at 2200-01-01T00:00:00.123Z')
$(line waiting 2 2 web 102 202 "$due" CompletedWillRetry Failure $at "due since $due")
$(line overdue 3 3 web 103 203 '' Waiting Unknown $at '"due since 2026-01-01T00:00:00Z, longer than the grace of 3600 s"')
$(line overdue 4 4 web 104 204 2026-01-01T01:00:00Z Unknown Unknown $at '"due since 2026-01-01T01:00:00Z, longer than the grace of 3600 s"')"
err 'pfxreplace: reconcile: 4 jobs: 1 scheduled, 1 waiting, 2 overdue; 0 findings'
ask 0 reconcile $long --grace 999999999999
err 'pfxreplace: reconcile: 4 jobs: 1 scheduled, 3 waiting; 0 findings'

begin 'failed, unverified, overwritten, not-deployed, missing: completed'
make
place 1 1 web 101
job 1 1 101 201 3 4 $completed
state "UPDATE job SET message = 'no such file, says the agent' WHERE id = 1"
place 2 2 web 102
job 2 2 102 202 4 2 $seen # of the same time, the inventory is not newer
place 3 3 web 301
job 3 3 103 203 3 2 $completed
place 4 4 web 104
job 4 4 104 204 3 3 $completed
place 5 5 web NULL
job 5 5 105 205 3 0 $completed
place 6 6 web 106
job 6 6 106 206 4 2 $completed
state "UPDATE store SET inventoried_at = NULL WHERE id = 6"
place 7 7 thumb-old NULL # the old one is still at another alias
place 17 7 renamed 107
job 7 7 107 207 3 2 $completed
place 8 8 web -1
job 8 8 108 208 3 2 $completed
place 9 9 web 302
job 9 9 109 209 3 2
ask 1 reconcile --run 1
out "$columns
$(line failed 1 1 web 101 201 '' Completed Failure $at '"the agent reported failure at 2026-01-01T01:00:00Z: no such file, says the agent"')
$(line unverified 2 2 web 102 202 '' Acknowledged Success $at "\"completed at $at, but the store was last looked at $at\"")
$(line overwritten 3 3 web 103 203 '' Completed Success $at "\"certificate 301, thumbprint 00000000000000000000000000000000000301AA, stands there, seen $at\"")
$(line not-deployed 4 4 web 104 204 '' Completed Warning $at "\"certificate 104 stands there still, seen $at\"")
$(line missing 5 5 web 105 205 '' Completed Unknown $at "\"nothing stands there any more, seen $at\"")
$(line unverified 6 6 web 106 206 '' Acknowledged Success '' '"completed at 2026-01-01T01:00:00Z, but the store was never looked at"')
$(line not-deployed 7 7 thumb-old 107 207 '' Completed Success $at "\"certificate 107 stands at alias renamed still, seen $at\"")
$(line overwritten 8 8 web 108 208 '' Completed Success $at "\"an unknown certificate, thumbprint FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF, stands there, seen $at\"")
$(line unverified 9 9 web 109 209 '' Completed Success $at "\"completed at a time that is not known, but the store was last looked at $at\"")"
err 'pfxreplace: reconcile: 9 jobs: 1 failed, 3 unverified (2 acknowledged), 2 overwritten, 2 not-deployed, 1 missing'

begin 'store-gone comes after what inventories have shown'
make
place 1 1 web 101
job 1 1 101 201 3 2 $completed
state 'UPDATE store SET removed = 1 WHERE id = 1'
place 2 2 web 102
job 2 2 102 202 3 2 $completed
state 'UPDATE store SET approved = 0 WHERE id = 2'
job 3 99 103 203 3 4 $completed # no such location
place 14 1 mail 204
job 4 14 104 204 3 2 $completed
place 15 1 ftp 105
job 5 15 105 205 3 2 $completed
state "UPDATE job SET proven_at = $completed WHERE id = 5"
ask 1 reconcile --run 1
out "$columns
$(line store-gone 1 1 web 101 201 '' Completed Success $at 'the store was removed')
$(line store-gone 2 2 web 102 202 '' Completed Success $at 'the store is no longer approved')
store-gone,1,4,3,,,,,103,203,,Completed,Failure,,the store is not in the inventory
$(line deployed 4 1 mail 104 204 '' Completed Success $at "\"certificate 204 stands there, seen $at\"")
$(line deployed 5 1 ftp 105 205 '' Completed Success $at '"certificate 205 was there, seen 2026-01-01T01:00:00Z; the store was removed"')"
err 'pfxreplace: reconcile: 5 jobs: 3 store-gone, 2 deployed'

begin 'proven once is deployed, whatever is there now; an earlier job of the location is replaced'
make
place 1 1 web 101 # the old one is back
job 1 1 101 201 3 4 $completed
place 2 2 web 302
job 2 2 102 202 3 2 $completed
job 3 2 103 203 3 3 $completed
place 3 3 web NULL
job 4 3 103 203 1 0
job 5 3 103 204 1 0
job 6 3 103 205 4 0
state "UPDATE job SET proven_at = $completed WHERE id IN (1, 3, 5)"
ask 0 reconcile --run 1
out "$columns
$(line deployed 1 1 web 101 201 '' Completed Failure $at "\"certificate 201 was there, seen 2026-01-01T01:00:00Z; certificate 101 stands there, seen $at\"")
$(line replaced 2 2 web 102 202 '' Completed Success $at '"job 3, a later one of the location, is deployed"')
$(line deployed 3 2 web 103 203 '' Completed Warning $at "\"certificate 203 was there, seen 2026-01-01T01:00:00Z; certificate 302, thumbprint not known, stands there, seen $at\"")
$(line replaced 4 3 web 103 203 '' Waiting Unknown $at '"job 5, a later one of the location, is deployed"')
$(line deployed 5 3 web 103 204 '' Waiting Unknown $at "\"certificate 204 was there, seen 2026-01-01T01:00:00Z; nothing stands there any more, seen $at\"")"
err 'pfxreplace: reconcile: 5 jobs: 3 deployed, 2 replaced'

begin 'an alias that is the thumbprint of the old certificate'
make
place 1 1 "$(printf %040x 101)" 101 # the new one is beside it
place 11 1 new 201
job 1 1 101 201 3 2 $completed
place 2 2 "$(printf %040X 102)" 102 # the new one is nowhere
job 2 2 102 202 3 2 $completed
place 3 3 "$(printf %040X 103)" 302
place 13 3 new 203
job 3 3 103 203 3 2 $completed
place 4 4 "$(printf %040X 101)" 104 # of another one
place 14 4 new 204
job 4 4 104 204 3 2 $completed
place 5 5 "$(printf %040X 105)" 105 # the job itself is no reason why the old one may be there
place 15 5 new 205
job 5 5 105 205 2 0
ask 1 reconcile --run 1
out "$columns
$(line leftover 1 1 0000000000000000000000000000000000000065 101 201 '' Completed Success $at "\"certificate 201 stands at alias new, but certificate 101 stands at alias 0000000000000000000000000000000000000065 still, seen $at\"")
$(line not-deployed 2 2 0000000000000000000000000000000000000066 102 202 '' Completed Success $at "\"certificate 102 stands there still, seen $at\"")
$(line deployed 3 3 0000000000000000000000000000000000000067 103 203 '' Completed Success $at "\"certificate 203 stands at alias new, seen $at\"")
$(line not-deployed 4 4 0000000000000000000000000000000000000065 104 204 '' Completed Success $at "\"certificate 104 stands there still, seen $at\"")
$(line leftover 5 5 0000000000000000000000000000000000000069 105 205 '' InProcess Unknown $at "\"certificate 205 stands at alias new, but certificate 105 stands at alias 0000000000000000000000000000000000000069 still, seen $at\"")"

begin 'a job that was put off is not due before its new time'
make
place 1 1 web 101
job 1 1 101 201 1 0
state 'INSERT INTO handling(job, due_at, rescheduled, attempts, claims, failures) VALUES (1, 7258118400000, 1, 0, 0, 0)'
ask 0 reconcile --run 1
out "$columns
$(line scheduled 1 1 web 101 201 '' Waiting Unknown $at 'due at 2200-01-01T00:00:00Z')"

begin 'an inventory that is not newer than the creation shows nothing'
make
place 1 1 web 201
job 1 1 101 201 1 0 NULL 7258118400000
state "UPDATE store SET inventoried_at = $created WHERE id = 1"
ask 0 reconcile --run 1
out "$columns
$(line scheduled 1 1 web 101 201 '' Waiting Unknown 2026-01-01T00:00:00Z 'due at 2200-01-01T00:00:00Z')"
state "UPDATE store SET inventoried_at = $created + 1 WHERE id = 1"
ask 0 reconcile --run 1
out "$columns
$(line deployed 1 1 web 101 201 '' Waiting Unknown 2026-01-01T00:00:00.001Z '"certificate 201 stands there, seen 2026-01-01T00:00:00.001Z"')"

begin 'replaced again: a later job proves the deployment of the one before'
make
place 1 1 web 203 # 101 to 201 to 202 to 203
job 1 1 101 201 4 2 $completed
job 2 1 201 202 3 2 $completed
job 3 1 202 203 3 2 $completed
place 2 2 web 104 # 104 to 204 and back again
place 12 2 mail 104
job 4 2 104 204 4 2 $completed
job 5 2 204 104 3 2 $completed
place 3 3 web 302 # the later job replaces another certificate than the one installed
job 6 3 105 205 3 2 $completed
job 7 3 106 206 3 2 $completed
place 4 4 web 302 # the later job was superseded: it proves nothing more
job 8 4 106 206 3 2 $completed
job 9 4 206 207 4 0
ask 1 reconcile --run 1
out "$columns
$(line deployed 1 1 web 101 201 '' Acknowledged Success $at '"certificate 201 was there when job 2 was made, which replaces it again"')
$(line deployed 2 1 web 201 202 '' Completed Success $at '"certificate 202 was there when job 3 was made, which replaces it again"')
$(line deployed 3 1 web 202 203 '' Completed Success $at "\"certificate 203 stands there, seen $at\"")
$(line deployed 4 2 web 104 204 '' Acknowledged Success $at '"certificate 204 was there when job 5 was made, which replaces it again"')
$(line deployed 5 2 web 204 104 '' Completed Success $at "\"certificate 104 stands there, seen $at\"")
$(line overwritten 6 3 web 105 205 '' Completed Success $at "\"certificate 302, thumbprint not known, stands there, seen $at\"")
$(line overwritten 7 3 web 106 206 '' Completed Success $at "\"certificate 302, thumbprint not known, stands there, seen $at\"")
$(line overwritten 8 4 web 106 206 '' Completed Success $at "\"certificate 302, thumbprint not known, stands there, seen $at\"")"

begin 'a superseded or unscheduled job is not reconciled'
make
place 1 1 web 101
job 1 1 101 201 4 0
state "UPDATE job SET cancelled_by = 'job 2'"
ask 0 reconcile --run 1
out "$columns"
err 'pfxreplace: reconcile: 0 jobs'

begin 'each finding, in their order'
make
place 1 1 web 101 # replaced, and covered here by a failed job
job 1 1 101 201 3 4 $completed
place 2 2 web 101 # but not here
place 3 3 web 101 # nor here, where the job was cancelled
job 2 3 101 201 4 0
place 4 4 web 101 # nor does the job of another certificate cover the place
job 3 4 102 202 1 0 NULL 7258118400000
place 5 5 web 301
place 6 6 web 302
place 7 7 web -1
place 8 8 web 301
place 18 8 mail 101
place 28 8 gone NULL
place 9 9 web 209
state "UPDATE certificate SET not_after = 1767225599000 WHERE id = 301;
	UPDATE certificate SET not_after = 7258118400000, revoked_at = 1767225599001 WHERE id = 302;
	UPDATE store SET removed = 1 WHERE id = 8;
	UPDATE store SET inventoried_at = NULL WHERE id = 9;
	UPDATE store SET inventoried_at = NULL, approved = 0 WHERE id = 7"
old="\"certificate 101, thumbprint $print101, is replaced elsewhere, but no job covers this location\""
print301=00000000000000000000000000000000000301AA
ask 1 reconcile $long
out "$columns
$(line failed 1 1 web 101 201 '' Completed Failure $at 'the agent reported failure at 2026-01-01T01:00:00Z')
$(line scheduled 3 4 web 102 202 '' Waiting Unknown $at 'due at 2200-01-01T00:00:00Z')
$(found unplanned-location 2 web 101 $at "$old")
$(found unplanned-location 3 web 101 $at "$old")
$(found unplanned-location 4 web 101 $at "$old")
$(found expired-in-use 5 web 301 $at "\"certificate 301, thumbprint $print301, expired at 2025-12-31T23:59:59Z\"")
$(found revoked-in-use 6 web 302 $at '"certificate 302, thumbprint not known, was revoked at 2025-12-31T23:59:59.001Z"')
$(found stale-inventory 9 '' '' '' 'the store was never looked at')
$(found unknown-in-inventory 7 web '' '' '"an unknown certificate, thumbprint FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF, stands there"')
$(found orphan-location 8 web 301 $at "\"certificate 301, thumbprint $print301, stands in a store that was removed, seen $at\"")
$(found orphan-location 8 mail 101 $at "\"certificate 101, thumbprint $print101, stands in a store that was removed, seen $at\"")"
err 'pfxreplace: reconcile: 2 jobs: 1 scheduled, 1 failed; 9 findings: 3 unplanned-location, 1 expired-in-use, 1 revoked-in-use, 1 stale-inventory, 1 unknown-in-inventory, 2 orphan-location'

begin 'a refused location that still has the old certificate, with its refusal'
make
place 1 1 web 101 # replaced elsewhere, refused here: the text is the code's own
place 2 2 web 101
job 1 2 101 201 3 4 $completed
refusal 1 1 101 201 agent-unavailable
place 3 3 web 103 # refused everywhere; twice, and the last refusal counts
place 4 4 web 103
place 5 5 web 103 # but not here, where an inventory showed it later
refusal 2 3 103 203 no-permission '' 1
refusal 3 3 103 203 not-approved 'the store says, "no"' 2
refusal 4 4 103 203 agent-unavailable '' 2
place 6 6 web 301 # shows something else now
place 16 6 gone NULL
refusal 5 6 106 206 no-permission
refusal 6 16 106 206 no-permission
place 7 7 web 107 # in a store that was removed
refusal 7 7 107 207 no-permission
state 'UPDATE store SET removed = 1 WHERE id = 7'
ask 1 reconcile $long
out "$columns
$(line failed 1 2 web 101 201 '' Completed Failure $at 'the agent reported failure at 2026-01-01T01:00:00Z')
$(refused 1 102 1 web 101 'is replaced elsewhere, but this location was refused in run 1, line 102: agent-unavailable: no approved agent is assigned to the store')
$(refused 2 104 3 web 103 'is still there, and this location was refused in run 2, line 104: not-approved: the store says, ""no""')
$(refused 2 105 4 web 103 'is still there, and this location was refused in run 2, line 105: agent-unavailable: no approved agent is assigned to the store')
$(found orphan-location 7 web 107 $at "\"certificate 107, thumbprint $(printf %040X 107), stands in a store that was removed, seen $at\"")"
err 'pfxreplace: reconcile: 1 job: 1 failed; 4 findings: 3 unplanned-location, 1 orphan-location'
ask 1 reconcile $long --run 2
out "$columns
$(refused 2 104 3 web 103 'is still there, and this location was refused in run 2, line 104: not-approved: the store says, ""no""')
$(refused 2 105 4 web 103 'is still there, and this location was refused in run 2, line 105: agent-unavailable: no approved agent is assigned to the store')"
err 'pfxreplace: reconcile: 0 jobs; 2 findings: 2 unplanned-location'
ask 1 -q reconcile --run 1 --format jsonl
sed -n 's/"CertStoreId.*"Text":/.../p' "$scratch/out" >rows
same rows '{"Verdict":"failed","Run":1,"Line":2,"JobId":1,..."the agent reported failure at 2026-01-01T01:00:00Z"}
{"Verdict":"unplanned-location","Run":1,"Line":102,"JobId":null,..."certificate 101, thumbprint 0000000000000000000000000000000000000065, is replaced elsewhere, but this location was refused in run 1, line 102: agent-unavailable: no approved agent is assigned to the store"}
{"Verdict":"unplanned-location","Run":1,"Line":103,"JobId":null,..."certificate 103, thumbprint 0000000000000000000000000000000000000067, is still there, and this location was refused in run 1, line 103: no-permission: the operator may not schedule jobs for the store"}'
err 'pfxreplace: reconcile: 1 job: 1 failed; 2 findings: 2 unplanned-location'

begin 'a refused location whose certificate a job replaces all the same'
make
later=$((created + 1))
for n in 1 2 3 4 5 6 7 8; do
	place $n $n web $((100 + n))
	refusal $n $n $((100 + n)) $((200 + n)) no-permission '' 2 $later
done
job 1 1 101 201 1 0 NULL 7258118400000 2200-01-01T00:00:00Z # it has not ended
job 2 2 102 202 3 2 $seen # it ended, and nothing newer denies it
job 3 3 103 203 3 4 $completed # it failed
job 4 4 104 204 3 2 $completed # a newer inventory denies it
job 5 5 105 205 4 0            # it was cancelled
job 6 6 109 209 1 0 NULL 7258118400000 2200-01-01T00:00:00Z # it replaces another certificate
job 7 7 107 207 3 4 $completed # it failed, but was made later
state "UPDATE request SET created_at = $later + 1 WHERE first_job = 7"
job 8 8 108 208 3 4 $completed # likewise: at the same time, in a later run
state "UPDATE request SET id = (3 << 32) + 8, created_at = $later WHERE first_job = 8;
	UPDATE job SET request = (3 << 32) + 8 WHERE id = 8"
is_refused() { # STORE
	refused 2 $((101 + $1)) "$1" web $((100 + $1)) "is still there, and this location was refused in run 2, line $((101 + $1)): no-permission: the operator may not schedule jobs for the store"
}
ask 1 reconcile $long
grep -e ^Verdict -e ^unplanned "$scratch/out" >found
same found "$columns
$(is_refused 3)
$(is_refused 4)
$(is_refused 5)
$(is_refused 6)"
err 'pfxreplace: reconcile: 7 jobs: 2 scheduled, 3 failed, 1 unverified, 1 not-deployed; 4 findings: 4 unplanned-location'
ask 1 reconcile --run 2
out "$columns
$(is_refused 3)
$(is_refused 4)
$(is_refused 5)
$(is_refused 6)"
err 'pfxreplace: reconcile: 0 jobs; 4 findings: 4 unplanned-location'
state 'UPDATE location SET certificate = 302 WHERE id IN (3, 4, 5, 6)'
ask 0 reconcile --run 2
out "$columns"
err 'pfxreplace: reconcile: 0 jobs'

begin 'a run applied: what it refused is found, until it is mended and applied again'
company
# refused_in: what is left to replace, without the columns between
refused_in() {
	sed -n 's/^\(unplanned-location,[0-9]*,[0-9]*\),.*\(\/srv\/[a-z]*\.jks\),.*: \([a-z-]*\): .*/\1 \2 \3/p' "$scratch/out"
}
printf '%s
' ExistingCertificateId,CertificateId 101,201 105,205 >first.csv
run 1 -q apply first.csv
run 1 reconcile --run 1 --grace 600
err 'pfxreplace: reconcile: 1 job: 1 waiting; 3 findings: 3 unplanned-location'
is 'of the first run' "$(refused_in)" 'unplanned-location,1,2 /srv/lab.jks not-approved
unplanned-location,1,3 /srv/vault.jks no-permission
unplanned-location,1,2 /srv/vault.jks no-permission'
printf '%s\n' Id,Approved "$lab,true" >approved.csv
run 0 -q import stores approved.csv
printf '%s
' ExistingCertificateId,CertificateId 101,201 >second.csv
run 1 -q apply second.csv
run 1 reconcile --run 1 --grace 600
is 'of the first run, later' "$(refused_in)" 'unplanned-location,1,3 /srv/vault.jks no-permission
unplanned-location,1,2 /srv/vault.jks no-permission'
run 1 reconcile --grace 600
is 'of both runs' "$(refused_in)" 'unplanned-location,1,3 /srv/vault.jks no-permission
unplanned-location,2,2 /srv/vault.jks no-permission'
run 1 reconcile --run 2 --grace 600
is 'of the second run' "$(refused_in)" 'unplanned-location,2,2 /srv/vault.jks no-permission'
err 'pfxreplace: reconcile: 1 job: 1 waiting; 1 finding: 1 unplanned-location'

begin 'a refusal with a code that refuses no location: the database is damaged'
make
place 1 1 web 101
refusal 1 1 101 201 malformed-record
ask 4 reconcile --run 1
err 'pfxreplace: inventory.db: the database is damaged: refusal 1: its code is none that refuses a location: run `pfxreplace verify`'

begin 'on a terminal: what is not well, the counts and what to do'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
place 2 2 web 102
job 2 2 102 202 1 0 NULL 7258118400000 2200-01-01T00:00:00Z
place 3 3 web 302
job 3 3 103 203 3 2 $completed
place 4 4 web 103
on_terminal 1 reconcile $long
is 'the rows' "$(cut -d ' ' -f 1 "$scratch/out")" 'Verdict
overwritten
unplanned-location'
err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 scheduled, 1 overwritten
pfxreplace: reconcile: 1 finding: 1 unplanned-location
pfxreplace: reconcile: 2 jobs are well and not shown; --report - prints all
pfxreplace: reconcile: the Text of a row says more; --wide prints every column
pfxreplace: overwritten: Find out what put it there. If it does not belong
    there, apply a row that replaces it.
pfxreplace: unplanned-location: Where it was refused, correct what the refusal
    reports. Then apply a row for the certificate again: it makes jobs for the
    locations that still have it.'
for view in --wide '--columns Verdict,Text'; do
	on_terminal 1 reconcile $long "$view"
	is "the hint beside $view" "$(grep -c -e --wide "$scratch/err")" 0
done
on_terminal 1 reconcile $long --wide
is 'the Text of --wide' "$(grep -c 'is replaced elsewhere, but no job' "$scratch/out")" 1
on_terminal 1 -q reconcile $long
is 'the rows, under -q' "$(cut -d ' ' -f 1 "$scratch/out")" 'Verdict
overwritten
unplanned-location'
err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 scheduled, 1 overwritten
pfxreplace: reconcile: 1 finding: 1 unplanned-location'
for all in '--report -' '--format table' '--format csv'; do
	on_terminal 1 reconcile $long "$all"
	is "the rows of $all" "$(cut -d ' ' -f 1 "$scratch/out" | cut -d , -f 1)" 'Verdict
deployed
scheduled
overwritten
unplanned-location'
	err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 scheduled, 1 overwritten; 1 finding: 1 unplanned-location'
done
on_terminal 1 reconcile $long --report all.csv
out ''
is 'lines of the file' "$(wc -l <all.csv)" 5

begin 'on a terminal: nothing but what is well'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
on_terminal 0 reconcile $long
out ''
err 'pfxreplace: reconcile: 1 job: 1 deployed
pfxreplace: reconcile: 0 findings
pfxreplace: reconcile: 1 job is well and not shown; --report - prints all'
on_terminal 0 reconcile --run 1
out ''
err 'pfxreplace: reconcile: 1 job: 1 deployed
pfxreplace: reconcile: 1 job is well and not shown; --report - prints all'
on_terminal 0 -q reconcile $long
out ''
err ''

begin 'on a terminal: no line of the counts is wider than 80 columns'
make
n=0
for status in '3 4' '3 2' '1 0' '4 2' '3 3' '5 4' '2 0'; do
	n=$((n + 1))
	place $n $n web $((100 + n))
	# shellcheck disable=SC2086 # words
	job $n $n $((100 + n)) $((200 + n)) $status $completed
done
place 8 8 web 301
job 8 8 108 208 3 2 $completed
place 9 9 web 101
state "UPDATE store SET inventoried_at = NULL WHERE id = 2;
	UPDATE certificate SET not_after = 0, revoked_at = 0 WHERE id > 300;
	UPDATE location SET certificate = 208 WHERE id = 7"
on_terminal 1 reconcile $long
awk 'length > 80' "$scratch/err" >wide
same wide ''
head -n 4 "$scratch/err" >counts
same counts 'pfxreplace: reconcile: 8 jobs: 3 overdue, 1 failed, 1 unverified, 1 overwritten,
    2 not-deployed (1 acknowledged)
pfxreplace: reconcile: 4 findings: 1 unplanned-location, 1 expired-in-use,
    1 revoked-in-use, 1 stale-inventory'

begin 'on a terminal of 40 columns the closing lines fit too'
make
place 1 1 web 302
job 1 1 101 201 3 2 $completed
ask 1 reconcile --run 1
SHELL=/bin/sh script -qec "stty cols 40 rows 24 && '$PROGRAM' reconcile --run 1" /dev/null </dev/null >typed
is 'status' $? 1
tr -d '\r' <typed | sed 1,2d >closing
same closing 'pfxreplace: reconcile: 1 job:
    1 overwritten
pfxreplace: reconcile: the Text of a row
    says more; --wide prints every
    column
pfxreplace: overwritten: Find out what
    put it there. If it does not belong
    there, apply a row that replaces it.'

begin 'stale inventory: older than --stale, by default 7 days'
make
state "DELETE FROM store WHERE id > 2;
	UPDATE store SET inventoried_at = (unixepoch() - 600000) * 1000 WHERE id = 1"
ask 1 reconcile --format csv
out "$columns
$(found stale-inventory 2 '' '' $at "the store was last looked at $at")"
err 'pfxreplace: reconcile: 0 jobs; 1 finding: 1 stale-inventory'
ask 1 -q reconcile --stale 3600
err 'pfxreplace: reconcile: 0 jobs; 2 findings: 2 stale-inventory'
is 'lines of the report' "$(wc -l <"$scratch/out")" 3

begin 'acknowledged jobs are no fault'
make
place 1 1 web 101
job 1 1 101 201 4 4 $completed
place 2 2 web 202
job 2 2 102 202 4 3 $completed
place 3 3 web 301
job 3 3 103 203 4 2 $completed
ask 0 reconcile $long
err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 failed (1 acknowledged), 1 overwritten (1 acknowledged); 0 findings'
ask 0 -q reconcile $long
err ''
on_terminal 0 reconcile $long
is 'rows' "$(cat "$scratch/out")" ''
err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 failed (1 acknowledged),
    1 overwritten (1 acknowledged)
pfxreplace: reconcile: 0 findings
pfxreplace: reconcile: 3 jobs are well or acknowledged, and not shown; --report
    - prints all'
sqlite3 inventory.db 'UPDATE job SET status = 3 WHERE id = 1'
ask 1 -q reconcile $long
err 'pfxreplace: reconcile: 3 jobs: 1 deployed, 1 failed, 1 overwritten (1 acknowledged); 0 findings'

begin '--run: the jobs of one run, and no findings'
make
place 1 1 web 201
job 1 1 101 201 3 2 $completed
place 2 2 web 102
job 2 2 102 202 3 4 $completed NULL '' 2
place 3 3 web 203
job 3 3 103 203 3 2 $completed # run 1 was carried on after run 2
place 4 4 web 301
state 'UPDATE certificate SET not_after = 0 WHERE id = 301'
ask 0 reconcile --run 1
out "$columns
$(line deployed 1 1 web 101 201 '' Completed Success $at "\"certificate 201 stands there, seen $at\"")
$(line deployed 3 3 web 103 203 '' Completed Success $at "\"certificate 203 stands there, seen $at\"")"
err 'pfxreplace: reconcile: 2 jobs: 2 deployed'
ask 1 reconcile --run=2 --format=jsonl
out '{"Verdict":"failed","Run":2,"Line":3,"JobId":2,"CertStoreId":"00000002-0000-4000-8000-000000000000","StorePath":"/etc/pki/2.pem","ClientMachine":"host2.example.com","Alias":"web","ExistingCertificateId":102,"CertificateId":202,"JobTime":null,"Status":"Completed","Result":"Failure","InventoriedAt":"2026-01-01T02:00:00Z","Text":"the agent reported failure at 2026-01-01T01:00:00Z"}'
err 'pfxreplace: reconcile: 1 job: 1 failed'
ask 3 reconcile --run 3
out ''
err 'pfxreplace: inventory.db: no run 3: `pfxreplace runs` lists them'

begin 'a run without a job agrees'
make
ask 0 reconcile --run 2
out "$columns"
err 'pfxreplace: reconcile: 0 jobs'

begin '--report: into a file, whose ending says the format'
make
place 1 1 web 302
job 1 1 101 201 3 2 $completed
ask 1 reconcile --run 1 --report differences.csv
out ''
err 'pfxreplace: reconcile: 1 job: 1 overwritten'
same differences.csv "$columns
$(line overwritten 1 1 web 101 201 '' Completed Success $at "\"certificate 302, thumbprint not known, stands there, seen $at\"")"
is 'mode of the report' "$(stat -c %a differences.csv)" 600
ask 1 reconcile --run 1 --report differences.jsonl
is 'report in JSONL' "$(cut -c 1-34 differences.jsonl)" '{"Verdict":"overwritten","Run":1,"'
ask 1 reconcile --run 1 --report differences.txt --format table
is 'report as a table' "$(cut -c 1-18 differences.txt)" 'Verdict      Run  
overwritten    1  '
ask 4 reconcile --report nowhere/differences.csv
err 'pfxreplace: nowhere/differences.csv: the file cannot be written: No such file or directory'

begin 'it never writes: every byte and time of the folder is as it was'
make
place 1 1 web 301
job 1 1 101 201 3 2 $completed
job 2 1 201 202 3 2 $completed
state 'UPDATE certificate SET not_after = 0 WHERE id = 301'
ask 1 reconcile --run 1
touch -d '2026-01-02 03:04:05' ./*
chmod 400 inventory.db
before=$(cksum ./*; stat -c '%n %y %z %s' . ./*)
ask 1 reconcile
ask 1 reconcile --run 1
is 'the folder' "$(cksum ./*; stat -c '%n %y %z %s' . ./*)" "$before"

begin 'aliases and machines that a spreadsheet would take for a formula'
make
state "INSERT INTO location(id, store, alias, certificate) VALUES (1, 1, '=cmd', 201);
	UPDATE store SET path = 'C:\\a,b', client_machine = NULL WHERE id = 1"
job 1 1 101 201 3 2 $completed
ask 0 reconcile --run 1
out "$columns
deployed,1,2,1,00000001-0000-4000-8000-000000000000,\"C:\\a,b\",,'=cmd,101,201,,Completed,Success,$at,\"certificate 201 stands there, seen $at\""

begin 'more jobs than one part of the table, in bounded steps'
make
state "
	WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
	INSERT INTO location(id, store, alias, certificate) SELECT i, i % 9 + 1, 'alias ' || i, CASE i WHEN 9000 THEN 301 ELSE 201 END
	FROM n;
	INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
	VALUES ((1 << 32) + 1, 2, 1, 101, 201, $created, 1, 20000),
		((2 << 32) + 1, 2, 1, 201, 202, $created, 20001, 20000);
	INSERT INTO job SELECT id, (1 << 32) + 1, id, 3, 2, $completed, NULL, NULL, store, NULL FROM location;
	INSERT INTO job SELECT id + 20000, (2 << 32) + 1, id, 1, 0, NULL, NULL, NULL, store, NULL FROM location"
ask 1 reconcile $long
err 'pfxreplace: reconcile: 40000 jobs: 20000 deployed, 20000 overdue; 0 findings'
is 'lines of the report' "$(wc -l <"$scratch/out")" 40001
ask 0 reconcile --run 1
err 'pfxreplace: reconcile: 20000 jobs: 20000 deployed'
is 'proven by the later job' "$(grep -c 'was there when job 29000 was made' "$scratch/out")" 1

begin 'usage'
run 2 reconcile manifest.csv
err 'pfxreplace: reconcile: manifest.csv: expected no operand; see --run, --report; see `pfxreplace reconcile --help`'
run 2 reconcile --run 0
err 'pfxreplace: reconcile: --run 0: expected a whole number from 1; see `pfxreplace reconcile --help`'
run 2 reconcile --format xml
err 'pfxreplace: reconcile: --format xml: expected one of csv, jsonl, table; see `pfxreplace reconcile --help`'
ask 4 reconcile
err 'pfxreplace: inventory.db: no database (`pfxreplace init` makes one): No such file or directory'

finish
