#!/bin/sh
# Interrupted wherever it changes a file: some of the points of `make torture`.
# Nothing here asks for a real disk, and many syncs on one last.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"
# shellcheck source=tests/torture/scene
. "$tests_folder/../torture/scene"

begin 'the scene'
found_run

begin 'apply killed: the same command carries on'
kill_run 23 5
is 'enough points' $((points > 15)) 1

for mode in eio enospc full gone short read; do
	begin "apply with a fault: $mode: no false success, and the same command carries on"
	points=0
	step=67
	[ $mode = read ] && step=19
	fault_run $mode $step $((${#mode} * 5))
	is 'enough points' $((points > 1)) 1
done

finish
