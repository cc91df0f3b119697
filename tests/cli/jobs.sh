#!/bin/sh
# jobs list: filters, formats, and what it says of things that do not exist.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

columns=JobId,Run,Line,CertStoreId,StorePath,ClientMachine,Alias,ExistingCertificateId,CertificateId,JobTime,DueAt,Status,Result,CancelledBy,CompletedAt,Message,LeaseUntil,Blocked

# make: two runs, three stores, a job of each status
make() {
	run 0 init
	sqlite3 inventory.db "BEGIN;
		INSERT INTO container VALUES (1, 'Web'), (2, 'Empty');
		INSERT INTO agent(id, client_machine)
		VALUES ('bbbbbbbb-0000-4000-8000-000000000001', 'agent.example.com');
		INSERT INTO store(id, guid, client_machine, path, container) VALUES
			(1, 'aaaaaaaa-0000-4000-8000-000000000001', 'web.example.com', '/etc/pki/1.pem', 1),
			(2, 'aaaaaaaa-0000-4000-8000-000000000002', 'mail.example.com', '/etc/pki/2.pem', NULL),
			(3, 'aaaaaaaa-0000-4000-8000-000000000003', NULL, NULL, 1);
		INSERT INTO certificate(id, thumbprint, issued_dn) VALUES
			(101, '00000000000000000000000000000000000000A1', 'CN=www.example.com,O=Example'),
			(102, NULL, NULL), (103, NULL, NULL), (201, NULL, 'CN=www.example.com,O=Example'),
			(202, NULL, 'CN=mail.example.com'), (203, NULL, NULL), (301, NULL, NULL);
		INSERT INTO location(id, store, alias, certificate) VALUES (1, 1, 'a', NULL), (2, 2, 'b', NULL), (3, 3, 'c', NULL);
		INSERT INTO run(id, digest, path, manifest, operator, reference, settings, format,
			started_at, state, rows_total)
		VALUES (1, x'01', '/m1', 'm1', 'alice', 'CHG-1', '', 1, 1767225600000, 1, 2),
			(2, x'02', '/m2', 'm2', 'alice', NULL, '', 1, 1767229200000, 1, 1),
			(3, x'03', '/m3', 'm3', 'alice', 'CHG-3', '', 1, 1767232800000, 1, 0);
		INSERT INTO request(id, line, outcome, existing, certificate, job_time, due_at,
			created_at, first_job, jobs)
		VALUES ((1 << 32) + 1, 2, 1, 101, 201, NULL, NULL, 1767225600000, 1, 3),
			((1 << 32) + 2, 3, 1, 102, 202, '2030-01-01T00:00:00.5Z', 1893456000500,
				1767225600000, 5, 2),
			((2 << 32) + 1, 2, 1, 103, 203, NULL, NULL, 1767225600000, 4, 1);
		INSERT INTO job(id, request, location, store, status, result, cancelled_by,
			completed_at, message)
		VALUES (1, (1 << 32) + 1, 1, 1, 3, 2, NULL, 1767225700000, NULL),
			(2, (1 << 32) + 1, 2, 2, 5, 4, NULL, NULL, 'the keystore is locked'),
			(3, (1 << 32) + 1, 3, 3, 4, 0, 'job 4', NULL, NULL),
			(4, (2 << 32) + 1, 3, 3, 1, 0, NULL, NULL, NULL),
			(5, (1 << 32) + 2, 1, 1, 2, 0, NULL, NULL, NULL),
			(6, (1 << 32) + 2, 99, 0, 0, 3, NULL, NULL, NULL);
		COMMIT" || wrong 'sqlite3 failed'
}

job1=1,1,2,aaaaaaaa-0000-4000-8000-000000000001,/etc/pki/1.pem,web.example.com,a,101,201,,2026-01-01T00:00:00Z,Completed,Success,,2026-01-01T00:01:40Z,,,
job2=2,1,2,aaaaaaaa-0000-4000-8000-000000000002,/etc/pki/2.pem,mail.example.com,b,101,201,,2026-01-01T00:00:00Z,'CompletedWillRetry,Failure,,,the keystore is locked,,not-approved'
job3='3,1,2,aaaaaaaa-0000-4000-8000-000000000003,,,c,101,201,,2026-01-01T00:00:00Z,Acknowledged,Unknown,job 4,,,,'
job4=4,2,2,aaaaaaaa-0000-4000-8000-000000000003,,,c,103,203,,2026-01-01T01:00:00Z,Waiting,Unknown,,,,,not-approved
job5=5,1,3,aaaaaaaa-0000-4000-8000-000000000001,/etc/pki/1.pem,web.example.com,a,102,202,2030-01-01T00:00:00.5Z,2030-01-01T00:00:00.500Z,InProcess,Unknown,,,,,not-approved
job6=6,1,3,,,,,102,202,2030-01-01T00:00:00.5Z,2030-01-01T00:00:00.500Z,Unknown,Warning,,,,,

# lists ARGUMENTS LINE...: these lines and no others
lists() {
	# shellcheck disable=SC2086 # one word an argument
	run 0 jobs list $1
	shift
	out "$(printf '%s\n' "$columns" "$@")"
	err ''
}

begin 'jobs list: every job, by id; off a terminal as CSV'
make
lists '' "$job1" "$job2" "$job3" "$job4" "$job5" "$job6"

begin 'jobs list: filters, alone and together'
make
lists '--run 1' "$job1" "$job2" "$job3" "$job5" "$job6"
lists '--run 2' "$job4"
lists '--run 3'
lists '--store AAAAAAAA-0000-4000-8000-000000000001' "$job1" "$job5"
lists '--machine MAIL.example.com' "$job2"
lists '--machine agent.example.com'
lists '--container web' "$job1" "$job3" "$job4" "$job5"
lists '--container 1 --run 2' "$job4"
lists '--container Empty'
lists '--certificate 101' "$job1" "$job2" "$job3"
lists '--certificate 202' "$job5" "$job6"
lists '--certificate 00000000000000000000000000000000000000a1' "$job1" "$job2" "$job3"
lists '--certificate MAIL.example.com' "$job5" "$job6"
lists '--certificate 301'
lists '--result failure' "$job2"
lists '--result 3' "$job6"
lists '--result 0 --status waiting' "$job4"
lists '--reference chg-1' "$job1" "$job2" "$job3" "$job5" "$job6"
lists '--reference CHG-3'
lists '--status waiting' "$job4"
lists '--status CompletedWillRetry' "$job2"
lists '--status 4' "$job3"
lists '--status 0' "$job6"
lists '--due-before 2026-01-01T01:00:00Z' "$job1" "$job2" "$job3"
lists '--due-after 2026-01-01T01:00:00Z' "$job4" "$job5" "$job6"
lists '--due-after 2026-01-01T00:00:00.001Z --due-before 2030-01-01T00:00:00.500Z' "$job4"
lists '--run 1 --status inprocess --machine web.example.com' "$job5"

begin 'jobs list: as JSONL and as a table'
make
run 0 jobs list --store aaaaaaaa-0000-4000-8000-000000000003 --format jsonl
out '{"JobId":3,"Run":1,"Line":2,"CertStoreId":"aaaaaaaa-0000-4000-8000-000000000003","StorePath":null,"ClientMachine":null,"Alias":"c","ExistingCertificateId":101,"CertificateId":201,"JobTime":null,"DueAt":"2026-01-01T00:00:00Z","Status":"Acknowledged","Result":"Unknown","CancelledBy":"job 4","CompletedAt":null,"Message":null,"LeaseUntil":null,"Blocked":null}
{"JobId":4,"Run":2,"Line":2,"CertStoreId":"aaaaaaaa-0000-4000-8000-000000000003","StorePath":null,"ClientMachine":null,"Alias":"c","ExistingCertificateId":103,"CertificateId":203,"JobTime":null,"DueAt":"2026-01-01T01:00:00Z","Status":"Waiting","Result":"Unknown","CancelledBy":null,"CompletedAt":null,"Message":null,"LeaseUntil":null,"Blocked":"not-approved"}'
run 0 jobs list --run 2 --format table
out 'JobId  Run  Line  CertStoreId                           StorePath  ClientMachine  Alias  ExistingCertificateId  CertificateId  JobTime  DueAt                 Status   Result   CancelledBy  CompletedAt  Message  LeaseUntil  Blocked
    4    2     2  aaaaaaaa-0000-4000-8000-000000000003                            c                        103            203           2026-01-01T01:00:00Z  Waiting  Unknown                                                 not-approved'
err ''

begin 'jobs list: no such run or store'
make
run 3 jobs list --run 4
out ''
err 'pfxreplace: inventory.db: no run 4: `pfxreplace runs` lists them'
run 3 jobs list --store aaaaaaaa-0000-4000-8000-000000000009
out ''
err 'pfxreplace: inventory.db: no store aaaaaaaa-0000-4000-8000-000000000009: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'

begin 'jobs list: a filter that names what is not there is an error, not an empty list'
make
nothing() { # OPTION VALUE TEXT
	run 3 jobs list "$1" "$2"
	out ''
	err "pfxreplace: inventory.db: $3"
}
nothing --machine mail 'no client machine mail: `pfxreplace list stores` lists them'
nothing --container 3 'no container 3: `pfxreplace list containers` lists them'
nothing --reference CHG 'no run with the reference CHG: `pfxreplace runs` lists them'
known='expected an Id, a thumbprint, a subject, a common name or a DNS name, as `pfxreplace list certificates` has them'
nothing --certificate 104 "no certificate 104: $known"
nothing --certificate 00000000000000000000000000000000000000A2 "no certificate 00000000000000000000000000000000000000A2: $known"
nothing --certificate ftp.example.com "no certificate ftp.example.com: $known"
sqlite3 inventory.db 'INSERT INTO renumbered VALUES (104, 101)'
nothing --certificate 104 'certificate 104 has the Id 101 now'
nothing --certificate www.example.com 'several certificates answer to www.example.com: expected one of 101, 201'

begin 'show job: with its run and its store'
make
run 0 show job 2
out 'JobId,Run,Line,Manifest,Operator,Reference,CertStoreId,StorePath,ClientMachine,CertStoreType,Alias,ExistingCertificateId,CertificateId,RequestId,JobTime,CreatedAt,DueAt,Status,Result,CancelledBy,CompletedAt,Message,LeaseUntil,Blocked,BlockedText,EventAt,Event,EventOperator,Claim,EventStatus,EventResult,EventMessage
2,1,2,m1,alice,CHG-1,aaaaaaaa-0000-4000-8000-000000000002,/etc/pki/2.pem,mail.example.com,,b,101,201,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,CompletedWillRetry,Failure,,,the keystore is locked,,not-approved,the store is not approved,,,,,,,'
run 0 show job 006 --format jsonl
out '{"JobId":6,"Run":1,"Line":3,"Manifest":"m1","Operator":"alice","Reference":"CHG-1","CertStoreId":null,"StorePath":null,"ClientMachine":null,"CertStoreType":null,"Alias":null,"ExistingCertificateId":102,"CertificateId":202,"RequestId":null,"JobTime":"2030-01-01T00:00:00.5Z","CreatedAt":"2026-01-01T00:00:00Z","DueAt":"2030-01-01T00:00:00.500Z","Status":"Unknown","Result":"Warning","CancelledBy":null,"CompletedAt":null,"Message":null,"LeaseUntil":null,"Blocked":null,"BlockedText":null,"History":[]}'
sqlite3 inventory.db 'UPDATE store SET type = 2 WHERE id = 1'
run 0 show job 1 --format table
out 'Field                  Value
JobId                  1
Run                    1
Line                   2
Manifest               m1
Operator               alice
Reference              CHG-1
CertStoreId            aaaaaaaa-0000-4000-8000-000000000001
StorePath              /etc/pki/1.pem
ClientMachine          web.example.com
CertStoreType          PEM
Alias                  a
ExistingCertificateId  101
CertificateId          201
RequestId
JobTime
CreatedAt              2026-01-01T00:00:00Z
DueAt                  2026-01-01T00:00:00Z
Status                 Completed
Result                 Success
CancelledBy
CompletedAt            2026-01-01T00:01:40Z
Message
LeaseUntil

History: none'
err ''
run 3 show job 7
out ''
err 'pfxreplace: job 7: no such job is known'
for word in 0 x 1.0 '' 9007199254740993 99999999999999999999; do
	run 2 show job "$word"
	err "pfxreplace: show: job $word: expected its number; see \`pfxreplace show --help\`"
done

begin 'jobs: usage'
run 2 jobs
err 'pfxreplace: jobs: expected a verb: list, claim, renew, complete, unschedule, reschedule or acknowledge; see `pfxreplace jobs --help`'
run 2 jobs clam
err 'pfxreplace: jobs: clam: no such verb, the nearest is claim; see `pfxreplace jobs --help`'
run 2 jobs list all
err 'pfxreplace: jobs list: all: expected no operand after options; see `pfxreplace jobs list --help`'
run 2 jobs list --status ready
err 'pfxreplace: jobs list: --status ready: expected Unknown, Waiting, InProcess, Completed, Acknowledged, CompletedWillRetry or their numbers 0 to 5; see `pfxreplace jobs list --help`'
run 2 jobs list --status 6
err 'pfxreplace: jobs list: --status 6: expected Unknown, Waiting, InProcess, Completed, Acknowledged, CompletedWillRetry or their numbers 0 to 5; see `pfxreplace jobs list --help`'
run 2 jobs list --result 1
err 'pfxreplace: jobs list: --result 1: expected Unknown, Success, Warning, Failure or their numbers 0, 2, 3, 4; see `pfxreplace jobs list --help`'
run 2 jobs list --due-before 2026-02-30T00:00:00Z
err 'pfxreplace: jobs list: --due-before 2026-02-30T00:00:00Z: a day that does not exist: expected a date of the calendar; see `pfxreplace jobs list --help`'
run 4 jobs list
err 'pfxreplace: inventory.db: no database (`pfxreplace init` makes one): No such file or directory'
run 0 jobs --help
is 'help' "$(head -1 "$scratch/out")" 'usage: pfxreplace jobs VERB [OPTION...]'
run 0 jobs list --help
is 'help of the verb' "$(head -1 "$scratch/out")" 'usage: pfxreplace jobs list [OPTION...]'

finish
