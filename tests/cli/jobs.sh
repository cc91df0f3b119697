#!/bin/sh
# jobs list: filters, formats, and what it says of things that do not exist.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

columns=JobId,Run,Line,CertStoreId,StorePath,ClientMachine,Alias,ExistingCertificateId,CertificateId,JobTime,DueAt,Status,Result,CancelledBy

# make: two runs, three stores, a job of each status
make() {
	run 0 init
	sqlite3 inventory.db "BEGIN;
		INSERT INTO store(id, guid, client_machine, path) VALUES
			(1, 'aaaaaaaa-0000-4000-8000-000000000001', 'web.example.com', '/etc/pki/1.pem'),
			(2, 'aaaaaaaa-0000-4000-8000-000000000002', 'mail.example.com', '/etc/pki/2.pem'),
			(3, 'aaaaaaaa-0000-4000-8000-000000000003', NULL, NULL);
		INSERT INTO location VALUES (1, 1, 'a', NULL), (2, 2, 'b', NULL), (3, 3, 'c', NULL);
		INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at,
			state, rows_total)
		VALUES (1, x'01', '/m1', 'm1', 'alice', '', 1, 1767225600000, 1, 2),
			(2, x'02', '/m2', 'm2', 'alice', '', 1, 1767229200000, 1, 1),
			(3, x'03', '/m3', 'm3', 'alice', '', 1, 1767232800000, 1, 0);
		INSERT INTO request(id, line, outcome, existing, certificate, job_time, due_at,
			created_at, first_job, jobs)
		VALUES ((1 << 32) + 1, 2, 1, 101, 201, NULL, NULL, 1767225600000, 1, 3),
			((1 << 32) + 2, 3, 1, 102, 202, '2030-01-01T00:00:00.5Z', 1893456000500,
				1767225600000, 5, 2),
			((2 << 32) + 1, 2, 1, 103, 203, NULL, NULL, 1767225600000, 4, 1);
		INSERT INTO job(id, request, location, status, result, cancelled_by) VALUES
			(1, (1 << 32) + 1, 1, 3, 2, NULL), (2, (1 << 32) + 1, 2, 5, 4, NULL),
			(3, (1 << 32) + 1, 3, 4, 0, 'job 4'), (4, (2 << 32) + 1, 3, 1, 0, NULL),
			(5, (1 << 32) + 2, 1, 2, 0, NULL), (6, (1 << 32) + 2, 99, 0, 3, NULL);
		COMMIT" || wrong 'sqlite3 failed'
}

job1=1,1,2,aaaaaaaa-0000-4000-8000-000000000001,/etc/pki/1.pem,web.example.com,a,101,201,,2026-01-01T00:00:00Z,Completed,Success,
job2=2,1,2,aaaaaaaa-0000-4000-8000-000000000002,/etc/pki/2.pem,mail.example.com,b,101,201,,2026-01-01T00:00:00Z,CompletedWillRetry,Failure,
job3='3,1,2,aaaaaaaa-0000-4000-8000-000000000003,,,c,101,201,,2026-01-01T00:00:00Z,Acknowledged,Unknown,job 4'
job4=4,2,2,aaaaaaaa-0000-4000-8000-000000000003,,,c,103,203,,2026-01-01T01:00:00Z,Waiting,Unknown,
job5=5,1,3,aaaaaaaa-0000-4000-8000-000000000001,/etc/pki/1.pem,web.example.com,a,102,202,2030-01-01T00:00:00.5Z,2030-01-01T00:00:00.500Z,InProcess,Unknown,
job6=6,1,3,,,,,102,202,2030-01-01T00:00:00.5Z,2030-01-01T00:00:00.500Z,Unknown,Warning,

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
lists '--machine mail'
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
out '{"JobId":3,"Run":1,"Line":2,"CertStoreId":"aaaaaaaa-0000-4000-8000-000000000003","StorePath":null,"ClientMachine":null,"Alias":"c","ExistingCertificateId":101,"CertificateId":201,"JobTime":null,"DueAt":"2026-01-01T00:00:00Z","Status":"Acknowledged","Result":"Unknown","CancelledBy":"job 4"}
{"JobId":4,"Run":2,"Line":2,"CertStoreId":"aaaaaaaa-0000-4000-8000-000000000003","StorePath":null,"ClientMachine":null,"Alias":"c","ExistingCertificateId":103,"CertificateId":203,"JobTime":null,"DueAt":"2026-01-01T01:00:00Z","Status":"Waiting","Result":"Unknown","CancelledBy":null}'
run 0 jobs list --run 2 --format table
out 'JobId  Run  Line  CertStoreId                           StorePath  ClientMachine  Alias  ExistingCertificateId  CertificateId  JobTime  DueAt                 Status   Result   CancelledBy
    4    2     2  aaaaaaaa-0000-4000-8000-000000000003                            c                        103            203           2026-01-01T01:00:00Z  Waiting  Unknown'
err ''

begin 'jobs list: no such run or store'
make
run 3 jobs list --run 4
out ''
err 'pfxreplace: inventory.db: no run 4: `pfxreplace runs` lists them'
run 3 jobs list --store aaaaaaaa-0000-4000-8000-000000000009
out ''
err 'pfxreplace: inventory.db: no store aaaaaaaa-0000-4000-8000-000000000009: expected a GUID or its first 8 characters, MACHINE:PATH or a DisplayName, as `pfxreplace list stores` has them'

begin 'jobs: usage'
run 2 jobs
err 'pfxreplace: jobs: expected a verb: list; see `pfxreplace jobs --help`'
run 2 jobs claim
err 'pfxreplace: jobs: claim: no such verb: expected list; see `pfxreplace jobs --help`'
run 2 jobs list all
err 'pfxreplace: jobs list: all: expected no operand after options; see `pfxreplace jobs list --help`'
run 2 jobs list --status ready
err 'pfxreplace: jobs list: --status ready: expected Unknown, Waiting, InProcess, Completed, Acknowledged, CompletedWillRetry or their numbers 0 to 5; see `pfxreplace jobs list --help`'
run 2 jobs list --status 6
err 'pfxreplace: jobs list: --status 6: expected Unknown, Waiting, InProcess, Completed, Acknowledged, CompletedWillRetry or their numbers 0 to 5; see `pfxreplace jobs list --help`'
run 2 jobs list --due-before 2026-02-30T00:00:00Z
err 'pfxreplace: jobs list: --due-before 2026-02-30T00:00:00Z: a day that does not exist: expected a date of the calendar; see `pfxreplace jobs list --help`'
run 4 jobs list
err 'pfxreplace: inventory.db: no database (`pfxreplace init` makes one): No such file or directory'
run 0 jobs --help
is 'help' "$(head -1 "$scratch/out")" 'usage: pfxreplace jobs VERB [OPTION...]'
run 0 jobs list --help
is 'help of the verb' "$(head -1 "$scratch/out")" 'usage: pfxreplace jobs list [OPTION...]'

finish
