#!/bin/sh
# How the program is built: it has the defences of the compiler and the linker.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

skipped() {
	echo "skipped: $script: $case_name: $1"
}

# shows TEXT FILE: some line of the file has the text
shows() {
	grep -q -e "$1" "$2" || wrong "nothing with $1"
}

# Whether the compiler takes these options without a warning.
takes() {
	echo '#include <string.h>' | ${CC:-cc} -O2 -Werror "$@" -x c -c -o compiled.o - 2>/dev/null
}

begin 'the linker: independent of its place, nothing to overwrite, no code on the stack'
readelf -hW "$PROGRAM" >header
readelf -lW "$PROGRAM" >segments
readelf -dW "$PROGRAM" >dynamic
shows 'Type: *DYN (Position-Independent Executable' header
shows 'GNU_STACK .* RW ' segments
if [ "$(basename "$(dirname "$PROGRAM")")" = release ]; then
	shows 'GNU_RELRO' segments
	shows 'Flags: .*NOW' dynamic
fi

begin 'the compiler: canaries, FORTIFY, stack probes, landing pads'
readelf -sW "$PROGRAM" >symbols
if [ "$(uname -m)" != x86_64 ] || ! objdump -d "$PROGRAM" >code; then
	skipped 'another machine'
elif grep -q -e __asan_init -e __ubsan_ -e __tsan_init symbols; then
	skipped 'with sanitizers'
else
	shows '__stack_chk_fail' symbols
	shows '__snprintf_chk' symbols
	# Level 3 knows sizes that are only known at run time, such as those of buffers; level 2 does not.
	takes -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 && shows '__memcpy_chk' symbols
	takes -fstack-clash-protection && {
		grep -A 1 'sub *[$]0x1000,%rsp' code >probed
		shows 'q *[$]0x0,(%rsp)' probed
	}
	takes -fcf-protection && {
		[ "$(grep -c endbr64 code)" -ge 100 ] || wrong 'no landing pads'
		grep -A 1 '<main>:$' code >start
		shows endbr64 start
	}
fi

finish
