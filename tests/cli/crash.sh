#!/bin/sh
# The program interrupted wherever it changes a file: some of the points of `make torture`.
# No real disk is needed, and many syncs on one take long.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/torture/scene
. "$tests_folder/../torture/scene"
# shellcheck source=tests/torture/power
. "$tests_folder/../torture/power"
# shellcheck source=tests/torture/init
. "$tests_folder/../torture/init"
# shellcheck source=tests/torture/import
. "$tests_folder/../torture/import"
# shellcheck source=tests/torture/jobs
. "$tests_folder/../torture/jobs"
# shellcheck source=tests/torture/rekey
. "$tests_folder/../torture/rekey"
# shellcheck source=tests/torture/deploy
. "$tests_folder/../torture/deploy"
# shellcheck source=tests/torture/verify
. "$tests_folder/../torture/verify"
# shellcheck source=tests/torture/random
. "$tests_folder/../torture/random"
# shellcheck source=tests/torture/columns
. "$tests_folder/../torture/columns"

begin 'the scene'
found_run

begin 'apply killed: the same command carries on'
kill_run 37 5
is 'enough points' $((points > 9)) 1

for mode in eio full gone short read; do
	begin "apply with a fault: $mode: no false success, and the same command carries on"
	points=0
	step=83
	[ $mode = read ] && step=29
	fault_run $mode $step $((${#mode} * 5))
	is 'enough points' $((points > 1)) 1
done

begin 'verify of what it cannot read: no finding'
points=0
unread_verify 7
is 'enough points' $((points > 5)) 1

begin 'apply and a power cut: no promised chunk is lost, none is there in part'
points=0
power_run 13 1 6
is 'enough points' $((points > 5)) 1

begin 'init interrupted: another one does it, or says what is there'
for mode in kill eio; do
	interrupted_init $mode 19
done
power_init 47 1

begin 'import interrupted: all of it or nothing'
found_import
for mode in kill eio full; do
	interrupted_import $mode 13
done
power_import 29 1

begin 'import of certificate files interrupted: all of it or nothing'
points=0
found_files
for mode in kill eio full; do
	interrupted_import $mode 13
done
unread_import 7
power_import 29 1
is 'enough points' $((points > 10)) 1

begin 'scan interrupted: an old or a new inventory, and the same scan again makes it new'
points=0
found_scan
for mode in kill eio full; do
	interrupted_import $mode 29
done
unread_import 11
power_import 47 1
is 'enough points' $((points > 10)) 1

begin 'the verbs of jobs and purge interrupted: each job once, and the same command carries on'
points=0
found_jobs
for of_jobs in $jobs_verbs; do
	for mode in kill eio full; do
		interrupted_jobs "$of_jobs" $mode 37
	done
	unread_jobs "$of_jobs" 41
	power_jobs "$of_jobs" 67 1
done
is 'enough points' $((points > 20)) 1

begin 'rekey interrupted: all opens with what is there, and another one finishes'
points=0
found_rekey
for rekey in $rekey_scenes; do
	rekey_of "$rekey"
	for mode in kill eio full; do
		interrupted_rekey $mode 19
	done
	unread_rekey 31
	power_rekey 43 1
done
unread_keys 13
is 'enough points' $((points > 20)) 1

begin 'deploy interrupted: each file the old or the new one, and the next one ends at the new ones'
points=0
found_deploy
interrupted_deploy kill 23 3
for mode in eio full; do
	interrupted_deploy $mode 61 35
done
power_deploy 61 1
is 'enough points' $((points > 20)) 1

begin 'apply killed at random'
found_crowd 1000
random_kills 2 1

begin 'a database changed at random: no command crashes, hangs or fails without a word'
found_columns
points=0
changed_columns 60 3 12
is 'enough points' $((points > 80 && said > 5)) 1

finish
