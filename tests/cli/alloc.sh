#!/bin/sh
# Some allocations of each command fail; `make torture-alloc` lets all of them fail.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

begin 'memory fails at some allocations of each command'
"$tests_folder/../alloc/run" "$(dirname "$PROGRAM")" 1499 >log 2>&1 || wrong "$(cat log)"
is 'commands' "$(grep -c ' allocations, [1-9][0-9]* points$' log)" 40
grep -q '^alloc: [1-9][0-9]* points, [0-9]* of them survived, 0 wrong$' log || wrong "$(tail -n 1 log)"

# The name of the user is looked up first, by libraries that end their process without memory: the
# program reports it, and never takes another operator.
begin 'each of the first allocations fails: no end by a signal, and never another operator'
run 0 init
permission="SELECT group_concat(operator) FROM (SELECT DISTINCT operator FROM role_permission)"
is 'operator' "$(sqlite3 inventory.db "$permission")" "$(id -run)"
shim=$(dirname "$PROGRAM")/tests/alloc/shim.so
n=1
failed=0
while [ $n -le 50 ]; do
	for command in 'list stores' 'runs' '-d new.db init' '--version' 'explain 5' 'completion bash' 'apply none.csv'; do
		for all in '' 1; do
			# shellcheck disable=SC2086 # words
			env ${all:+ALLOC_ALL=1} ALLOC_FAIL=$n LD_PRELOAD="$shim" "$PROGRAM" $command >out 2>err
			status=$?
			case $command:$status in
			*:4)
				failed=$((failed + 1))
				grep -q '^pfxreplace: ' err || wrong "allocation $n, $command: no message"
				more=$(grep -v '^pfxreplace: ' err) && wrong "allocation $n, $command: $more"
				[ -e new.db ] && wrong "allocation $n, $command: a database was left"
				;;
			apply*:3 | [!a]*:0) ;;
			*) wrong "allocation $n${all:+ and all after it}, $command: status $status: $(cat err)" ;;
			esac
			[ ! -e new.db ] || is "operator of allocation $n" "$(sqlite3 new.db "$permission")" "$(id -run)"
			rm -f new.db*
		done
	done
	[ $case_good = yes ] || break
	n=$((n + 1))
done
[ $failed -gt 50 ] || wrong "$failed failed"

begin 'the name of the user: not found out, or none'
nameless() { # ERRNO STATUS ARGUMENT...
	number=$1 expected=$2
	shift 2
	ALLOC_NO_NAME=$number LD_PRELOAD=$shim "$PROGRAM" "$@" >out 2>err
	is "status of errno $number" $? "$expected"
}
shim=$(dirname "$PROGRAM")/tests/alloc/shim.so
run 0 init
# ENOMEM, EIO, EPERM, EBADF, ERANGE, EINVAL, ECONNREFUSED
while read -r number why; do
	nameless "$number" 4 list stores
	same out ''
	same err "pfxreplace: the name of user $(id -ru) cannot be found: $why"
done <<'END'
12 Cannot allocate memory
5 Input/output error
1 Operation not permitted
9 Bad file descriptor
34 Numerical result out of range
22 Invalid argument
111 Connection refused
END
for number in 0 2 3; do
	rm -f new.db*
	nameless $number 0 -d new.db init
	is 'operator' "$(sqlite3 new.db 'SELECT group_concat(DISTINCT operator) FROM role_permission')" "$(id -ru)"
done

begin 'the name of the user: a signal ends the wait for it'
for signal in INT:130 TERM:143 HUP:129; do
	ALLOC_NO_NAME=never LD_PRELOAD=$shim env --default-signal=INT,HUP,TERM "$PROGRAM" runs >out 2>err &
	asking=$!
	tries=0 # once the child that looks up the name is there, the signal is caught
	until [ -n "$(cat /proc/$asking/task/$asking/children)" ] || [ $tries -gt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill "-${signal%:*}" $asking
	wait $asking
	is "status of $signal" $? "${signal#*:}"
	same err "pfxreplace: interrupted while the name of user $(id -ru) was looked for"
done

begin 'the name of the user: a number, or too long'
if unshare -m true 2>/dev/null; then
	long=$(printf '%256s' '' | tr ' ' x)
	for name in 7 007 "$long"; do
		echo "$name:x:$(id -ru):0::/:/bin/sh" >passwd
		# shellcheck disable=SC2016 # for the inner shell
		unshare -m sh -c 'mount --bind passwd /etc/passwd && exec "$1" -d new.db init' - "$PROGRAM" >out 2>err
		is "status of $name" $? 4
		same err "pfxreplace: the name of user $(id -ru) is empty, too long, or a number: expected another"
	done
	is 'files' "$(echo new.*)" 'new.*'
else
	echo "skipped: $script: $case_name: no mount namespace"
fi

finish
