#!/bin/sh
# Memory that is not there, at some allocations of each command; `make torture-alloc` does all.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

begin 'memory fails at some allocations of each command'
"$tests_folder/../alloc/run" "$(dirname "$PROGRAM")" 1499 >log 2>&1 || wrong "$(cat log)"
is 'commands' "$(grep -c ' allocations, [1-9][0-9]* points$' log)" 14
grep -q '^alloc: [1-9][0-9]* points, [0-9]* of them survived, 0 wrong$' log || wrong "$(tail -n 1 log)"

begin 'no memory for the name of the user: he is not taken for another'
run 0 init
nameless() {
	ALLOC_NO_NAME=1 LD_PRELOAD=$(dirname "$PROGRAM")/tests/alloc/shim.so "$PROGRAM" "$@" >out 2>err
	is 'status' $? 4
	same out ''
}
nameless list stores
same err "pfxreplace: the name of user $(id -ru) cannot be found: Cannot allocate memory"

finish
