#!/bin/sh
# Tables in a terminal: they fit it, whatever its width; and which columns a list has.
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$(dirname "$0")/company"

unset COLUMNS LINES
export NO_COLOR=1

# on COLUMNS LINES STATUS WORD...: the program in a terminal of this size. Words have no blanks.
# Standard output is in $scratch/out, standard error in $scratch/err.
on() {
	width=$1
	height=$2
	expected=$3
	shift 3
	SHELL=/bin/sh script -qec "stty cols $width rows $height && '$PROGRAM' $* 2>'$scratch/err'" /dev/null \
		</dev/null >"$scratch/typed"
	status=$?
	tr -d '\r' <"$scratch/typed" >"$scratch/out"
	[ $status = "$expected" ] || wrong "pfxreplace $* on a terminal: status $status, expected $expected
$(cat "$scratch/err")"
}

# No line of standard output is wider than the terminal.
fits() { # WHAT
	widest=$(LC_ALL=C.UTF-8 wc -L <"$scratch/out")
	[ "$widest" -le "$width" ] || wrong "$1: $widest cells in a terminal of $width:
$(cat "$scratch/out")"
}

header_is() { # WHAT TEXT
	is "$1" "$(sed -n 1p "$scratch/out")" "$2"
}

# The company, with names, paths and aliases that are long and wide, after a run.
busy() {
	company
	sqlite3 inventory.db "UPDATE certificate SET issued_dn = 'CN=' || id ||
		'.a-rather-long-name.example.com, OU=日本語の組織単位, O=Example' WHERE id < 400;
		UPDATE store SET path = '/srv/フォルダ/' || path || '.with-a-rather-long-name'"
	manifest m.csv 101,201, 107,207,2080-01-01T00:00:00Z 120,220, 106,206,
	run 1 -q apply --reference CHG-1 m.csv
	run 1 -q apply --again m.csv
}

begin 'every list fits a terminal, whatever its width'
busy
for columns in 132 80 60 40 20 7 1; do
	for words in 'list stores' 'list certificates' 'list expiring --within 40000' 'list locations' 'jobs list' runs \
		'list refusals' 'list containers' 'list agents' 'list store-types' 'list requests' 'list roles' \
		'show certificate 101' "show store $web" 'show run 1' 'show job 1' 'list stores --format table' \
		'jobs list --columns JobId,Run,Line,CertStoreId,StorePath,ClientMachine,Alias,JobTime,DueAt,Status'; do
		# shellcheck disable=SC2086 # words
		on $columns 24 0 $words
		fits "$words"
		[ -s "$scratch/out" ] || wrong "$words: no output"
		err ''
	done
	on $columns 24 1 reconcile
	fits reconcile
	on $columns 24 1 check --again --pending keep m.csv
	fits check
done
sqlite3 inventory.db 'UPDATE run SET rows_read = 9'
for columns in 80 40; do
	on $columns 24 1 verify --quick
	fits verify
done

# One job that is due in 2080, and times that do not depend on the day of the test.
calm() {
	company
	manifest m.csv 101,201,2080-01-01T00:00:00Z 107,207,2080-02-01T00:00:00Z
	run 1 -q apply m.csv
	sqlite3 inventory.db "UPDATE run SET started_at = 1780000000000, finished_at = 1780000001000;
		UPDATE store SET inventoried_at = 1780000000000"
}

# shows COLUMNS 'WORD...' TEXT: what the list is in a terminal of so many cells
shows() {
	# shellcheck disable=SC2086 # words
	on "$1" 100 0 $2
	out "$3"
	err ''
}

begin 'the narrow set of each list'
calm
shows 80 'list stores --container 2' 'Id         Container…  ClientMachine     Storepath       CertStore…  Inventorie…
33333333…  Vault       host.example.com  /srv/vault.jks  JKS         2026-05-28…'
shows 40 'list stores --container 2' 'ClientMachine     Storepath
host.example.com  /srv/vault.jks'
shows 80 'list certificates --expiring-before 2022-01-01T00:00:00Z' ' Id  Thumbprint  IssuedDN  NotAfter              Locations
301  00000000…             2021-01-01T00:00:00Z          0'
shows 80 "list locations --store $pem" 'CertStore…  ClientMachine     StorePath      Alias  Certific…  NotAfter
44444444…   host.example.com  /srv/site.pem  pem          103  2090-01-01T00:00…'
shows 40 "list locations --store $pem" 'ClientMachine     StorePath      Alias
host.example.com  /srv/site.pem  pem'
shows 80 'jobs list' 'JobId  Run  StorePath     ClientMachine     Alias  DueAt        Status   Result
    1    1  /srv/web.jks  host.example.com  web    2080-01-01…  Waiting  Unknown
    2    1  /srv/web.jks  host.example.com  n107   2080-02-01…  Waiting  Unknown'
shows 40 'jobs list' 'JobId  StorePath     Status   Result
    1  /srv/web.jks  Waiting  Unknown
    2  /srv/web.jks  Waiting  Unknown'
# What is in the way of a job has its column where there is something.
sqlite3 inventory.db "UPDATE run SET window_end = 1; UPDATE job SET status = 3, result = 2 WHERE id = 2"
shows 80 'jobs list' 'JobId  StorePath     DueAt                 Status     Result   Blocked
    1  /srv/web.jks  2080-01-01T00:00:00Z  Waiting    Unknown  window-over
    2  /srv/web.jks  2080-02-01T00:00:00Z  Completed  Success'
sqlite3 inventory.db "UPDATE run SET window_end = NULL; UPDATE job SET status = 1, result = 0"
shows 80 runs 'Run  State     Manifest  StartedAt    Succeeded  Partial  Failed  Rejected  Open
  1  finished  m.csv     2026-05-28…          1        1       0         0     2'
shows 40 runs 'Run  State     Manifest  Succee…  Failed
  1  finished  m.csv           1       0'

shows 80 'list refusals' 'Run  Line  StorePath       ClientMachine     Alias  Code
  1     2  /srv/lab.jks    host.example.com  web    not-approved
  1     2  /srv/vault.jks  host.example.com  web    no-permission'
shows 40 'list refusals' 'StorePath       Code
/srv/lab.jks    not-approved
/srv/vault.jks  no-permission'
shows 80 'list containers' 'Id  Name
 1  Web
 2  Vault'
shows 80 'list store-types' 'StoreType  ShortName    Name                    EntryPass…  PrivateK…  AddSuppo…
        0  JKS          Java Keystore           Optional    Optional        true
        2  PEM          PEM File                Required    Optional        true
        6  IISPersonal  IIS Personal            Forbidden   Required        true
      100  AWS          Amazon Web Services     Forbidden   Required        true
      101  FTP          File Transfer Protocol  Optional    Optional        true'
shows 80 'list agents' 'AgentId    ClientMachine     Status    LastSeen
aaaaaaaa…  host.example.com  Approved'

begin 'what became of a store fits 80 columns, with what the agent said and why there is no job'
calm
run 1 -q apply --again m.csv
sqlite3 inventory.db "UPDATE job SET status = 3, result = 4, message = 'the keystore is locked' WHERE id = 2"
on 80 100 0 show store $web
is 'the jobs and refusals' "$(sed -n '/^Jobs/,$p' "$scratch/out")" 'Jobs
JobId  Run  Line  Alias  DueAt        Status     Result   Message
    1    1     2  web    2080-01-01…  Waiting    Unknown
    2    1     3  n107   2080-02-01…  Completed  Failure  the keystore is locked

Refusals
Run  Line  Alias  Code         Text
  2     2  web    job-pending  job 1 of run 1 for certificate 201 is active (Wa…
  2     3  n107   job-pending  job 2 of run 1 for certificate 207 is active (Wa…'

begin 'reconcile, verify, check and show'
calm
on 80 24 0 show store $pem
out "Field                       Value
Id                          $pem
ContainerId                 1
ContainerName               Web
DisplayName
ClientMachine               host.example.com
Storepath                   /srv/site.pem
CertStoreType               PEM
Approved                    true
AgentId                     $agent
AgentAssigned               true
Removed                     false
InventoriedAt               2026-05-28T20:26:40Z
SeparatePrivateKeyFilePath
IncludesChain
IsTrustStore
Endpoint
HasPassword                 false
TriedAt
NotReadable
NotReadableText

Inventory
Alias  ChainLevel  CertificateId  Thumbprint  IssuedDN  NotAfter
pem             0            103  00000000…             2090-01-01T00:00:00Z

Jobs: none

Refusals: none"
sqlite3 inventory.db "UPDATE store SET inventoried_at = strftime('%s', 'now') * 1000"
on 80 24 1 reconcile --report -
out 'Verdict             Run  JobId  StorePath       ClientMachine     Alias
scheduled             1      1  /srv/web.jks    host.example.com  web
scheduled             1      2  /srv/web.jks    host.example.com  n107
unplanned-location    1         /srv/lab.jks    host.example.com  web
unplanned-location    1         /srv/vault.jks  host.example.com  web'
on 80 24 1 reconcile
out 'Verdict             Run  JobId  StorePath       ClientMachine     Alias
unplanned-location    1         /srv/lab.jks    host.example.com  web
unplanned-location    1         /srv/vault.jks  host.example.com  web'
on 40 24 1 reconcile --run 1
out 'Verdict             StorePath
unplanned-location  /srv/lab.jks
unplanned-location  /srv/vault.jks'
on 132 24 1 reconcile --run 1 --report -
out 'Verdict             Run  JobId  StorePath       ClientMachine     Alias  Text
scheduled             1      1  /srv/web.jks    host.example.com  web    due at 2080-01-01T00:00:00Z
scheduled             1      2  /srv/web.jks    host.example.com  n107   due at 2080-02-01T00:00:00Z
unplanned-location    1         /srv/lab.jks    host.example.com  web    certificate 101, thumbprint 000000000000000000000000000000…
unplanned-location    1         /srv/vault.jks  host.example.com  web    certificate 101, thumbprint 000000000000000000000000000000…'
on 40 24 1 check --again --pending supersede m.csv
out 'Manifest  ContainerId  Container  Jobs
m.csv               1  Web           2'
on 40 24 0 show store $pem --columns Id,Storepath,Alias,NotAfter
out 'Field      Value
Id         44444444-4444-4444-8444-44444
           4444444
Storepath  /srv/site.pem

Inventory
Alias  NotAfter
pem    2090-01-01T00:00:00Z

Jobs: none

Refusals: none'
sqlite3 inventory.db 'UPDATE run SET rows_read = 9'
on 80 24 1 verify --quick
out 'Finding       Table  Id  Run  Line  Text
wrong-count   run     1    1        the outcomes do not add up to the rows read
missing-rows  run     1    1        rows 3 to 9 are missing'

begin 'all columns, whole: --wide, files and pipes'
calm
long='JobId  Run  Line  CertStoreId                           StorePath     ClientMachine     Alias  '\
'ExistingCertificateId  CertificateId  JobTime               DueAt                 Status   Result   CancelledBy  CompletedAt  Message  LeaseUntil  Blocked'
on 80 100 0 jobs list --wide
header_is '--wide on a terminal' "$long"
run 0 jobs list --format table
header_is 'a table in a pipe' "$long"
run 0 jobs list --format table --wide
header_is 'a table in a pipe, --wide' "$long"
export COLUMNS=40
run 0 jobs list --format table
header_is 'a table in a pipe, COLUMNS set' "$long"
run 1 reconcile --format table --report report.txt
is 'a table in a file' "$(sed -n '1s/ *Text$//p' report.txt | wc -w)" 14
unset COLUMNS

begin 'COLUMNS and LINES go before what the terminal says'
calm
seen=$(printf '%s\n' 'JobId  StorePath     Status   Result' '    1  /srv/web.jks  Waiting  Unknown' \
	'    2  /srv/web.jks  Waiting  Unknown')
export COLUMNS=40
on 80 24 0 jobs list
out "$seen"
for COLUMNS in 0 -1 40x 100000000000000000000 ''; do
	on 40 24 0 jobs list
	out "$seen"
done
unset COLUMNS
on 0 0 0 jobs list
header_is 'a terminal that does not know its size' \
	'JobId  Run  StorePath     ClientMachine     Alias  DueAt        Status   Result'
export LINES=3
on 40 24 0 jobs list
out "$seen
JobId  StorePath     Status   Result"
unset LINES

begin 'the header of what scrolls is repeated at the end'
calm
on 40 7 0 list stores
is 'lines' "$(wc -l <"$scratch/out")" 8
is 'the last line' "$(tail -n 1 "$scratch/out")" 'ClientMachine     Storepath'
on 40 8 0 list stores
is 'lines' "$(wc -l <"$scratch/out")" 7

begin 'the columns that are chosen, in their order, in each format'
calm
for names in Status,JobId status,job_id ' s t a t u s,Job-ID'; do
	run 0 jobs list --columns "$names"
	out 'Status,JobId
Waiting,1
Waiting,2'
done
run 0 jobs list --columns Alias,Line --format jsonl
out '{"Alias":"web","Line":2}
{"Alias":"n107","Line":3}'
run 0 jobs list --columns Alias,CertStoreId --format table
out "Alias  CertStoreId
web    $web
n107   $web"
on 40 24 0 jobs list --columns CertStoreId,CertificateId
out 'CertStoreId                     Certifi…
11111111-1111-4111-8111-11111…       201
11111111-1111-4111-8111-11111…       207'
run 0 runs --columns run,jobscreated
out 'Run,JobsCreated
1,2'
sqlite3 inventory.db "UPDATE store SET inventoried_at = strftime('%s', 'now') * 1000"
run 1 reconcile --columns verdict,alias
out 'Verdict,Alias
scheduled,web
scheduled,n107
unplanned-location,web
unplanned-location,web'
run 1 reconcile --columns verdict,alias --report r.jsonl
same r.jsonl '{"Verdict":"scheduled","Alias":"web"}
{"Verdict":"scheduled","Alias":"n107"}
{"Verdict":"unplanned-location","Alias":"web"}
{"Verdict":"unplanned-location","Alias":"web"}'
run 0 verify --columns Text
out Text
run 0 show store $pem --columns Alias,Approved
out 'Alias,Approved
pem,true'
run 0 show store $pem --columns Alias,Approved --format table
out 'Field     Value
Approved  true

Inventory
Alias
pem

Jobs: none

Refusals: none'
run 0 show store $pem --columns Approved --format table
out 'Field     Value
Approved  true'
run 0 show store $pem --columns ChainLevel,Thumbprint --format table
out 'Inventory
ChainLevel  Thumbprint
         0  0000000000000000000000000000000000000067'
run 0 show store $web --columns JobId,Status,Approved,Code --format table
out 'Field     Value
Approved  true

Jobs
JobId  Status
    1  Waiting
    2  Waiting

Refusals: none'
run 0 show store $web --columns Jobs,Approved --format jsonl
is 'the members' "$(sed 's/\[.*\]/[]/' "$scratch/out")" '{"Jobs":[],"Approved":true}'
run 0 show job 2 --columns Status,JobId
out 'Status,JobId
Waiting,2'
run 0 show certificate 101 --columns Code,Text,Line --format table
out 'Jobs
Line
   2

Refusals
Code           Text                                              Line
not-approved   the store is not approved                            2
no-permission  the operator may not schedule jobs for the store     2

RejectedRows: none'
run 0 show store $pem --columns Inventory,Id --format jsonl
out "{\"Inventory\":[{\"Alias\":\"pem\",\"ChainLevel\":0,\"CertificateId\":103,\
\"Thumbprint\":\"0000000000000000000000000000000000000067\",\"IssuedDN\":null,\"NotAfter\":\"2090-01-01T00:00:00Z\",\"KeyMismatch\":null}],\
\"Id\":\"$pem\"}"

begin 'columns that there are not'
company
usage() { # MESSAGE WORD...
	message=$1
	shift
	run 2 "$@"
	out ''
	err "pfxreplace: $message; see \`pfxreplace ${message%%:*} --help\`"
}
jobs='JobId, Run, Line, CertStoreId, StorePath, ClientMachine, Alias, ExistingCertificateId, CertificateId, JobTime, DueAt, Status, Result, CancelledBy, CompletedAt, Message, LeaseUntil, Blocked'
usage "jobs list: --columns Statuss: no such column, the nearest is Status; expected some of $jobs" jobs list --columns Statuss
usage "jobs list: --columns xyzzy: no such column; expected some of $jobs" jobs list --columns Run,xyzzy,Line
usage "jobs list: --columns Run,,Line: expected names of columns with commas between them" jobs list --columns Run,,Line
usage "jobs list: --columns Run,: expected names of columns with commas between them" jobs list --columns Run,
usage "jobs list: --columns: Run is there twice: expected each column once" jobs list --columns Run,Line,r-u-n
usage "runs abandon: --wide: no such option" runs abandon --wide 1
usage "runs abandon: --columns: no such option" runs abandon --columns Run 1
usage "show: run: expected no --columns" show run 1 --columns Run
usage "verify: --columns Tabel: no such column, the nearest is Table; expected some of Finding, Table, Id, Run, Line, Text" \
	verify --columns Tabel
usage "list: --columns aliass: no such column, the nearest is Alias; expected some of CertStoreId, ClientMachine, \
StorePath, Alias, CertificateId, Thumbprint, IssuedDN, NotAfter, InventoriedAt, KeyMismatch" list locations --columns aliass
# Before anything is opened.
usage "runs: --columns: Run is there twice: expected each column once" -d nowhere.db runs --columns run,RUN
run 2 show store $pem --columns Aliass
out ''
run 2 reconcile --columns Verdict,x --report kept.csv
is 'the report' "$(ls kept.csv 2>&1)" "ls: cannot access 'kept.csv': No such file or directory"
begin '--wide with --columns: the chosen columns, whole'
company
manifest m.csv 101,201,
run 1 -q apply m.csv
on 40 24 0 list refusals --columns Code,Text --wide
out 'Code           Text
not-approved   the store is not approved
no-permission  the operator may not schedule jobs for the store'

begin 'messages are broken at blanks on a terminal, whatever its width, and not in a file'
company
manifest m.csv 101,201, 999,208, 107,207,2080-13-01T00:00:00Z
run 1 check m.csv
cp "$scratch/err" whole
for columns in 132 80 60 40; do
	SHELL=/bin/sh script -qec "stty cols $columns && '$PROGRAM' check m.csv >counts" /dev/null </dev/null |
		tr -d '\r' >wrapped
	# Only a word that is longer than a line is wider: a GUID, a path.
	awk -v most=$columns '{ rest = $0; sub(/^    /, "", rest); if (length($0) > most && rest ~ / /) print }' wrapped >wide
	[ ! -s wide ] || wrong "in a terminal of $columns: $(cat wide)"
	sed -e ':more' -e '$!N' -e 's/\n    / /' -e 'tmore' -e 'P' -e 'D' wrapped >joined
	alike "joined, $columns" joined whole
done

begin 'failures are red, but not with NO_COLOR, on a dumb terminal, in a file or a pipe'
# reds WHAT COUNT: so many lines of standard output have a red text
reds() {
	tr '\033' E <"$scratch/out" >seen
	is "$1" "$(grep -c 'E\[31m[^E]*E\[0m' seen)" "$2"
}
company
manifest m.csv 101,201, 107,207, 999,208,
run 1 -q apply m.csv
sqlite3 inventory.db 'UPDATE job SET status = 3, result = 4 WHERE id = 1'
unset NO_COLOR
export TERM=xterm
on 80 24 0 jobs list
reds 'a job that failed' 1
on 80 24 0 jobs list --columns Result,JobId
reds 'chosen columns' 1
on 80 24 1 reconcile --columns Verdict
reds 'verdicts' 3
SHELL=/bin/sh script -qec "'$PROGRAM' check --again m.csv >counts.csv" /dev/null </dev/null |
	tr -d '\r' >"$scratch/out"
tr '\033' E <"$scratch/out" | sed 's/^E\[0m//' >seen
is 'faults' "$(grep -c '^E\[31mpfxreplace: m.csv:[1-9]' seen)" 4
is 'the closing line' "$(grep -c '^pfxreplace: m.csv: check: 3 rows read: ' seen)" 1
run 1 check --again m.csv
tr '\033' E <"$scratch/err" >seen
grep -q 'E\[' seen && wrong 'red in a file'
run 0 jobs list --format table
reds 'a file' 0
TERM=dumb
on 80 24 0 jobs list
reds 'a dumb terminal' 0
TERM=xterm
export NO_COLOR=1
on 80 24 0 jobs list
reds 'NO_COLOR' 0

finish
