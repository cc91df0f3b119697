#!/bin/sh
# The words of a command line: where options may stand, what was probably meant, and the helps.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# usage COMMAND SENTENCE ARGUMENT...: this usage error, and nothing else
usage() {
	of=$1
	sentence=$2
	shift 2
	run 2 "$@"
	out ''
	told "${of:+$of: }$sentence; see \`pfxreplace ${of:+$of }--help\`"
}

# ---- did you mean ----------------------------------------------------------------------------

begin 'did you mean: commands, verbs, kinds'
usage '' 'aply: no such command, the nearest is apply' aply
usage '' 'aply: no such command, the nearest is apply' -q aply
usage '' 'aply: no such command, the nearest is apply' help aply
usage jobs 'lst: no such verb, the nearest is list' jobs lst
usage jobs 'li: no such verb, the nearest is list' jobs li
usage jobs 'lst: no such verb, the nearest is list' help jobs lst
usage jobs 'frobnicate: no such verb: expected list, claim, renew, complete, unschedule, reschedule or acknowledge' jobs frobnicate
usage runs 'abandn: no such verb, the nearest is abandon' runs abandn 1
usage import 'cert: no such kind, the nearest is certificates' import cert x.csv
usage import 'cert: no such kind, the nearest is certificates' import cert
usage import 'agent: no such kind, the nearest is agents' import --complete agent x.csv
usage list 'store: no such kind, the nearest is stores' list store
usage show 'cert: no such kind, the nearest is certificate' show cert 1
usage show 'stor: no such kind, the nearest is store' show stor

begin 'did you mean: options and their choices'
usage '' '--datebase=x: no such option, the nearest is --database' --datebase=x runs
usage '' '--versoin: no such option, the nearest is --version' --versoin
usage apply '--pednign: no such option, the nearest is --pending' apply --pednign keep m.csv
usage apply '--quite: no such option, the nearest is --quiet' apply --quite m.csv
usage 'runs abandon' '--wiat: no such option, the nearest is --wait' runs abandon --wiat 3 1
usage 'jobs list' '--statsu: no such option, the nearest is --status' jobs list --statsu Waiting
usage apply '--pending kep: no such choice, the nearest is keep' apply --pending kep m.csv
usage check '--pending kep: no such choice, the nearest is keep' check --pending=kep m.csv
usage runs '--format jsn: no such choice, the nearest is jsonl' runs --format jsn
usage 'jobs list' '--status waitng: no such status, the nearest is Waiting' jobs list --status waitng
usage 'jobs list' '--result Fail: no such result, the nearest is Failure' jobs list --result Fail
usage runs '--format xml: expected one of csv, jsonl, table' runs --format xml
is 'files' "$(echo *)" '*'

begin 'did you mean: codes'
run 2 apply --allow certificate-expird m.csv
told 'apply: --allow certificate-expird: no such certificate check, the nearest is certificate-expired'
run 2 check --allow revoked m.csv
told 'check: --allow revoked: no such certificate check, the nearest is certificate-revoked'
run 2 apply --deny issuer-changed,weakr-key m.csv
told 'apply: --deny weakr-key: no such warning, the nearest is weaker-key'
run 2 apply --allow frobnicate m.csv
told 'apply: --allow frobnicate: no such certificate check; see `pfxreplace explain`'
run 2 apply --deny job-pending m.csv
told 'apply: --deny job-pending: not a warning; see `pfxreplace explain`'

# ---- one thing under several names -----------------------------------------------------------

begin 'apply --dry-run is check: the same words, and nothing is written'
company
manifest m.csv 101,201, 999,208, 107,207,
for options in '' -q -v '--results - --results-format jsonl' '--max-errors 0' '--allow certificate-expired' \
	'--rejects rejects.csv --summary summary.json'; do
	rm -f rejects.csv summary.json
	# shellcheck disable=SC2086 # words
	"$PROGRAM" check $options m.csv >out 2>err
	expected=$?
	[ ! -e summary.json ] || mv summary.json checked.json
	[ ! -e rejects.csv ] || mv rejects.csv checked.csv
	cp out err ..
	rm out err
	before=$(fingerprint .)
	# shellcheck disable=SC2086 # words
	run $expected apply $options m.csv --dry-run --wait 0
	out "$(cat ../out)"
	err "$(cat ../err)"
	[ -e summary.json ] || is 'the folder' "$(fingerprint .)" "$before"
done
cmp rejects.csv checked.csv || wrong 'other rejects'
sed 's/"\(StartedAt\|FinishedAt\)":"[^"]*"//g' summary.json >one
sed 's/"\(StartedAt\|FinishedAt\)":"[^"]*"//g' checked.json >two
cmp one two || wrong 'another summary'
sql 'SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM request) + (SELECT count(*) FROM job)' 0
run 1 apply --dry-run --results r.csv m.csv
is 'results' "$(grep -c . r.csv)" 4
# While a run holds the lock there is nothing to wait for.
(
	flock 9
	touch held
	while [ ! -e release ]; do sleep 0.01; done
) 9<>inventory.db.lock &
while [ ! -e held ]; do sleep 0.01; done
run 1 apply --dry-run --wait 0 m.csv
touch release
wait
usage check '--dry-run: no such option' check --dry-run m.csv
usage apply 'expected a MANIFEST' apply --dry-run

begin 'the format of results and of a report: --format and --results-format'
company
manifest m.csv 107,207,
run 0 -q apply m.csv
run 0 results 1 --results-format jsonl
cp "$scratch/out" expected
run 0 results --format jsonl 1
out "$(cat expected)"
run 0 results --format jsonl 1 --results-format csv
out "$(cat m.results.csv)"
run 0 reconcile --format jsonl
cp "$scratch/out" expected
run 0 reconcile --results-format jsonl
out "$(cat expected)"
usage results '--format table: expected one of csv, jsonl' results --format table 1
usage 'runs' '--results-format: no such option' runs --results-format csv

# ---- where options may stand -----------------------------------------------------------------

begin 'global options before the command, after it, and after its operands'
run 0 init -d a.db --key-file a.key
is 'files' "$(echo *)" 'a.db a.db.lock a.key'
run 0 init --database=b.db
is 'files' "$(echo *)" 'a.db a.db.lock a.key b.db b.db.key b.db.lock'
printf '%s\n' Id,Name 1,Web >containers.csv
run 0 import containers containers.csv -d a.db -q
err ''
database=a.db sql 'SELECT count(*) FROM container' 1
for words in 'runs -d a.db' 'runs --database a.db' '-d a.db runs' 'jobs list -da.db' \
	'jobs -d a.db list' 'jobs --database=a.db list' '-d none.db jobs list -d a.db' \
	'-d none.db jobs -d other.db list -d a.db'; do
	# shellcheck disable=SC2086 # words
	run 0 $words --quiet
	out ''
	err ''
done
run 4 -d a.db runs -d none.db
told 'none.db: no database (`pfxreplace init` makes one): No such file or directory'
run 2 runs -d a.db.lock
told '-d: "a.db.lock" ends as the name of a file that lies beside a database: expected the path of the database itself'
run 2 init -d c.db -k c.db
is 'the key file' "$(sed 's/" is .*/"/' "$scratch/err")" 'pfxreplace: -k: "c.db"'
usage runs '-d: an argument is missing' runs -d
usage runs '--quiet=yes: expected no argument' runs --quiet=yes
usage runs '-x: no such option' runs -qx

begin 'of -q and -v the last one counts; after -- there are no options'
company
manifest m.csv 107,207, 999,208,
run 1 -v check m.csv -q
quiet=$(cat "$scratch/err")
run 1 -q check m.csv
err "$quiet"
run 1 -q check -v m.csv
[ "$quiet" != "$(cat "$scratch/err")" ] || wrong '-v after -q changes nothing'
cp m.csv ./-q
run 1 apply -- -q
grep -q '^pfxreplace: -q: run 1: ' "$scratch/err" || wrong 'the manifest -q was not applied'
sql 'SELECT group_concat(manifest) FROM run' '-q'

begin 'the default key file goes with the database that is named last'
run 0 init -d one.db
run 0 init -d two.db
printf '%s\n' ExistingCertificateId,CertificateId,Password 1,2,secret >p.csv
chmod 600 p.csv
run 1 -d one.db check p.csv -d two.db
grep -q 'passwords could not be sealed' "$scratch/err" && wrong 'the key of the other database'
run 1 -d one.db -k one.db.key check p.csv -d two.db
grep -q 'passwords could not be sealed' "$scratch/err" || wrong 'the key that was named was not used'

begin 'options of a verb may stand in front of it'
company
run 3 runs --wait 0 abandon 1
told 'inventory.db: no run 1: `pfxreplace runs` lists them'
run 0 jobs --format jsonl list
out ''
usage 'runs abandon' '--format: no such option' runs --format csv abandon 1
usage runs '--frob: no such option' runs --frob abandon 1
usage runs '--wait: no such option' runs --wait 3

# ---- help ------------------------------------------------------------------------------------

# Each command and verb, as the helps list them.
commands() {
	"$PROGRAM" --help | sed -n '/^commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' | while read -r command; do
		echo "$command"
		"$PROGRAM" help "$command" | sed -n "/^verbs:/,/^\$/s/^  \([a-z][a-z]*\) .*/$command \1/p"
	done
}

begin 'every help fits 80 columns and names the global options'
commands >all
for words in init 'jobs list' 'runs abandon' explain help; do
	grep -qx "$words" all || wrong "no help is read of $words"
done
while read -r words; do
	# shellcheck disable=SC2086 # words
	run 0 $words --help
	err ''
	is "columns of $words" "$(awk 'length > 80' "$scratch/out")" ''
	is "usage of $words" "$(head -n 1 "$scratch/out" | cut -c 1-$((18 + ${#words})))" "usage: pfxreplace $words"
	is "global options of $words" "$(tail -n 1 "$scratch/out")" \
		'global options: --database, --key-file, --quiet, --verbose (`pfxreplace --help`)'
	cp "$scratch/out" expected
	# shellcheck disable=SC2086 # words
	run 0 help $words -d nowhere/none.db
	[ "$words" = help ] || out "$(cat expected)"
done <all
run 0 --help
is 'columns' "$(awk 'length > 80' "$scratch/out")" ''

begin 'the helps of verbs and kinds'
run 0 jobs --help
is 'the verbs' "$(sed -n '/^verbs:/,/^$/p' "$scratch/out")" 'verbs:
  list         list jobs, by id
  claim        take jobs that are due, to carry them out
  renew        extend the lease of a job that was claimed
  complete     report what came of jobs
  unschedule   give up jobs that have not ended
  reschedule   give jobs another time, and failed ones another try
  acknowledge  note that somebody has seen how jobs ended'
run 0 apply --help
for codes in 'CODE of --allow: certificate-expired, ' 'CODE of --deny: weaker-key, ' \
	'JobTime in a manifest, START and END are written YYYY-MM-DDTHH:mm:ssZ, in UTC.'; do
	grep -q "^$codes" "$scratch/out" || wrong "the help of apply lacks: $codes"
done
run 0 help runs abandon
out 'usage: pfxreplace runs abandon [OPTION...] RUN
give up an interrupted run; the jobs that it created stay

options:
  --wait SECONDS               how long it waits for another writer (10)

global options: --database, --key-file, --quiet, --verbose (`pfxreplace --help`)'
run 0 import -h
is 'the kinds' "$(sed -n '/^KIND: /,/^$/p' "$scratch/out")" 'KIND: containers, store-types, agents, stores, certificates, requests,
  inventory, roles'

finish
