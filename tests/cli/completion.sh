#!/bin/sh
# What bash completes: the script is asked as the shell asks it, without any helper functions.
# shellcheck disable=SC2016 # for other shells
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"

cat >"$scratch/ask" <<'END'
# bash ask SCRIPT LINE: what it offers at the end of the line, sorted, one a line. The line is broken
# into words as the shell does it: at blanks, and at the characters of COMP_WORDBREAKS.
source "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
COMP_WORDBREAKS=${BREAKS-$' \t\n"\'><=;|&(:'}
COMP_WORDS=()
word=
for ((i = 0; i < COMP_POINT; i++)); do
	c=${COMP_LINE:i:1}
	if [[ $c == ' ' ]]; then
		[[ -z $word ]] || COMP_WORDS+=("$word")
		word=
	elif [[ $COMP_WORDBREAKS == *"$c"* ]]; then
		[[ -z $word ]] || COMP_WORDS+=("$word")
		COMP_WORDS+=("$c")
		word=
	else
		word+=$c
	fi
done
# The shell has the break itself as the current word where nothing follows it.
if [[ -n $word || $COMP_LINE == *' ' ]]; then
	COMP_WORDS+=("$word")
fi
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p pfxreplace | sed 's/.*-F \([^ ]*\) .*/\1/')
"$function" pfxreplace "${COMP_WORDS[COMP_CWORD]}" ''
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort
END

# offers LINE WORDS: these, with blanks between
offers() {
	offered=$(bash -u "$scratch/ask" "$script_file" "$1" 2>&1 | tr '\n' ' ')
	[ "$offered" = "$2${2:+ }" ] || wrong "pfxreplace $1
offers:   $offered
expected: $2"
}

command -v bash >/dev/null || {
	echo 'completion: bash is not there'
	echo 'cases: 0 passed, 0 failed'
	exit 0
}
script_file=$scratch/pfxreplace.bash
"$PROGRAM" completion bash >"$script_file"
all_codes=$("$PROGRAM" explain --format csv | sed -n 's/,check,.*//p' | LC_ALL=C sort | tr '\n' ' ')

begin 'completion: commands, verbs and kinds'
offers 'pfxreplace app' apply
offers 'pfxreplace rec' reconcile
offers 'pfxreplace -q app' apply
offers 'pfxreplace -q -d x app' apply
offers 'pfxreplace -qd x app' apply
offers 'pfxreplace -dx app' apply
offers 'pfxreplace --database=x app' apply
offers 'pfxreplace --database x app' apply
offers 'pfxreplace jobs li' list
offers 'pfxreplace jobs --run 3 li' list
offers 'pfxreplace -q jobs -d x li' list
offers 'pfxreplace runs ' abandon
offers 'pfxreplace import cert' certificates
offers 'pfxreplace import --format csv st' 'store-types stores'
offers 'pfxreplace import --complete --wait 3 ro' roles
offers 'pfxreplace list cert' certificates
offers 'pfxreplace list exp' expiring
offers 'pfxreplace list expiring --wi' '--wide --within'
offers 'pfxreplace show ' 'certificate job run store'
offers 'pfxreplace completion ' bash
offers 'pfxreplace help app' apply
offers 'pfxreplace help jobs ' 'acknowledge claim complete list renew reschedule unschedule'
offers 'pfxreplace help apply ' ''
offers 'pfxreplace jobs list ' ''
offers 'pfxreplace results ' ''
offers 'pfxreplace show store ' ''
offers 'pfxreplace xyzzy' ''

begin 'completion: options and their choices'
offers 'pfxreplace apply --pend' --pending
offers 'pfxreplace apply m.csv --pend' --pending
offers 'pfxreplace apply -- --pend' ''
offers 'pfxreplace check --wai' ''
offers 'pfxreplace apply --wai' --wait
offers 'pfxreplace apply --dry' --dry-run
offers 'pfxreplace apply --data' --database
offers 'pfxreplace --v' '--verbose --version'
offers 'pfxreplace jobs list --stat' --status
offers 'pfxreplace runs abandon --w' --wait
offers 'pfxreplace apply --pending ' 'keep refuse supersede'
offers 'pfxreplace apply --pending ke' keep
offers 'pfxreplace apply --pending=ke' keep
offers 'pfxreplace apply --pending=' 'keep refuse supersede'
offers 'pfxreplace --database=x apply --pending ke' keep
offers 'pfxreplace -d x apply --window 2045-03-01T22:00:00Z/2045-03-02T02:00:00Z --pending ke' keep
offers 'pfxreplace jobs --format js' jsonl
offers 'pfxreplace jobs list --format js' jsonl
offers 'pfxreplace results 1 --format ' 'csv jsonl'
offers 'pfxreplace jobs list --status Wai' Waiting
offers 'pfxreplace jobs --result ' 'Failure Success Unknown Warning'
offers 'pfxreplace apply --chunk ' ''
offers 'pfxreplace apply --chunk 5 --pend' --pending
BREAKS=' ' offers 'pfxreplace apply --pending=ke' --pending=keep

begin 'completion: codes'
offers 'pfxreplace explain certificate-e' certificate-expired
offers 'pfxreplace explain names' names-not-covered
offers 'pfxreplace explain job-pending wrong-k' wrong-key
offers 'pfxreplace explain 14' '141 143'
offers 'pfxreplace apply --allow ' "${all_codes% }"
offers 'pfxreplace apply --allow certificate-e' certificate-expired
offers 'pfxreplace apply --allow=certificate-e' certificate-expired
offers 'pfxreplace check --deny issuer-changed,weak' issuer-changed,weaker-key
offers 'pfxreplace check --deny weaker-key --deny iss' issuer-changed

begin 'completion: files'
: >a.db
: >b.db
: >manifest.csv
: >more.jsonl
: >mine.pdf
mkdir mounted
offers 'pfxreplace -d ' 'a.db b.db mounted'
offers 'pfxreplace runs --database=b' b.db
BREAKS=' ' offers 'pfxreplace runs --database=b' --database=b.db
offers 'pfxreplace apply m' 'manifest.csv more.jsonl mounted'
offers 'pfxreplace apply --again more.jsonl ma' manifest.csv
offers 'pfxreplace apply -- ma' manifest.csv
offers 'pfxreplace import stores ' '' # all files, by the shell itself
: >a:b.csv
offers 'pfxreplace apply a:b' b.csv

begin 'completion: the script is what bash can read, and names every option of every command'
bash -n "$script_file" || wrong 'bash cannot read it'
cmp "$script_file" "$(dirname "$PROGRAM")/pfxreplace.bash" || wrong 'the script that is installed is another'
for command in init import list show check apply results runs jobs scan reconcile purge backup verify explain; do
	"$PROGRAM" "$command" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | LC_ALL=C sort >options
	printf '%s\n' --database --help --key-file --quiet --verbose >>options
	offers "pfxreplace $command --" "$(LC_ALL=C sort options | tr '\n' ' ' | sed 's/ $//')"
done

begin 'completion with the helpers of bash-completion, where they are'
helpers=/usr/share/bash-completion/bash_completion
if [ -r $helpers ]; then
	{
		echo "set +u; source $helpers"
		cat "$script_file"
	} >with
	script_file=$PWD/with
	offers 'pfxreplace apply --pend' --pending
	offers 'pfxreplace apply --pending=ke' keep
	script_file=$scratch/pfxreplace.bash
fi

begin 'completion: usage'
run 2 completion
err 'pfxreplace: completion: expected a shell: bash; see `pfxreplace completion --help`'
run 2 completion zsh
err 'pfxreplace: completion: zsh: no such shell: expected bash; see `pfxreplace completion --help`'
run 2 completion bash zsh
err 'pfxreplace: completion: zsh: expected one shell; see `pfxreplace completion --help`'

finish
