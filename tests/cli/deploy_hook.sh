#!/bin/sh
# deploy: the hook that makes a service read the new file, the probe that asks it, and the way back.
# shellcheck disable=SC2016,SC2154 # backquotes in messages; variables of the harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/deployment
. "$(dirname "$0")/deployment"

authority

# company COUNT: stores 1.pem and so on with certificates 101 and up, replaced by 201 and up
company() {
	number=0
	knows='' stores=''
	while [ $number -lt "$1" ]; do
		number=$((number + 1))
		leaf "old$number" "www$number.example.com" 100
		leaf "new$number" "www$number.example.com" 300
		cat "old$number.pem" "old$number.key" >"$number.pem"
		pfx "new$number" "secret-$number"
		knows="$knows $((100 + number)) old$number $((200 + number)) new$number"
		stores="$stores $number.pem,PEM"
	done
	# shellcheck disable=SC2086 # words
	stores $stores
	# shellcheck disable=SC2086 # words
	knows $knows
	run 0 -q scan
}

# hook TEXT: a script ./hook of these lines
hook() {
	printf '%s\n' '#!/bin/sh' "$1" >hook
	chmod +x hook
}

begin 'the hook has the store in its environment, and nothing else; its output is the message'
company 1
printf '%s\n' ExistingCertificateId,CertificateId 101,201 >m.csv
run 0 -q apply --reference 'CHG 7' m.csv
hook "env | grep -v -e '^PWD=' -e '^_=' -e '^SHLVL=' -e '^OLDPWD=' | sort >'$PWD/env'; cat >'$PWD/input'; printf 'reloaded\nall well\n'"
SECRET=1 run 0 deploy --pfx-dir pfx --hook ./hook
same env "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
PFXREPLACE_ALIAS=$(print_of old1)
PFXREPLACE_JOB_ID=1
PFXREPLACE_KEY_PATH=
PFXREPLACE_OLD_THUMBPRINT=$(print_of old1)
PFXREPLACE_REFERENCE=CHG 7
PFXREPLACE_STORE_ID=$(guid 1)
PFXREPLACE_STORE_PATH=$PWD/1.pem
PFXREPLACE_THUMBPRINT=$(print_of new1)"
same input ''
jobs '1|3|2|hook: reloaded | all well|1'

begin 'what a hook prints is text in the message, whatever it prints'
company 1
replaces 101,201
hook "printf 'a\\000b\\377c\\033d\\303\\244'"
run 0 deploy --pfx-dir pfx --hook ./hook
jobs '1|3|2|hook: a\x00b\xffc\x1bdä|1'

begin 'a hook that fails: the old file is put back, the hook runs again, Failure with both outputs'
company 1
printf '%s\n' ExistingCertificateId,CertificateId 101,201 >m.csv
run 0 -q apply --retries 1 m.csv
hook 'n=$(cat '"'$PWD/n'"' 2>/dev/null); echo "$n+" >'"'$PWD/n'"'; echo "call $n"; [ -n "$n" ]'
run 1 deploy --pfx-dir pfx --hook ./hook
message='hook-failed: exit status 1: call; the old file was put back; the hook after that: exit status 0: call +'
err "pfxreplace: deploy: job 1: $(named 1 1.pem): put back, to be tried again: $message
pfxreplace: deploy: 1 put back (1 to be tried again)"
is 'the file' "$(cat 1.pem)" "$(cat old1.pem old1.key)"
is 'files beside it' "$(find . -name '.1.pem*')" ''
jobs "1|5|4|$message|0"
sql 'SELECT event, status, result FROM job_event ORDER BY number' 'claim|2|0
restored|5|4'
shows 1 "$(print_of old1),0,$(print_of old1)"
run 0 -q jobs reschedule --time now 1
rm n
run 1 deploy --pfx-dir pfx --hook ./hook
jobs "1|5|4|$message|0"
run 0 -q jobs reschedule --time now 1
run 0 deploy --pfx-dir pfx --hook ./hook
jobs '1|3|2|hook: call ++|1'

begin 'with keep the new file stays, and the job ends with Warning'
company 1
replaces 101,201
hook 'echo no; exit 3'
run 1 deploy --pfx-dir pfx --hook ./hook --on-hook-failure keep
err "pfxreplace: deploy: job 1: $(named 1 1.pem): replaced, hook failed: hook-failed: exit status 3: no
pfxreplace: deploy: 1 replaced, hook failed"
is 'the file' "$(print_of 1)" "$(print_of new1)"
jobs '1|3|3|hook-failed: exit status 3: no|1'

begin '--hook-once that fails after five stores: five are put back'
company 5
replaces 101,201 102,202 103,203 104,204 105,205
hook 'n=$(cat '"'$PWD/n'"' 2>/dev/null); echo "$n+" >'"'$PWD/n'"'; echo "call $n $PFXREPLACE_JOB_ID"; [ -n "$n" ]'
run 1 deploy --pfx-dir pfx --hook ./hook --hook-once
is 'the summary' "$(tail -n 1 "$scratch/err")" 'pfxreplace: deploy: 5 put back'
same n ++
for number in 1 2 3 4 5; do
	is "$number.pem" "$(cat $number.pem)" "$(cat old$number.pem old$number.key)"
done
sql 'SELECT count(*), status, result, message, proven_at FROM job GROUP BY 2, 3, 4' \
	'5|3|4|hook-failed: exit status 1: call; the old file was put back; the hook after that: exit status 0: call +|'
sql 'SELECT count(*) FROM location l JOIN certificate c ON c.id = l.certificate WHERE c.id BETWEEN 101 AND 105' 5

begin '--hook-once: one call for all'
company 3
replaces 101,201 102,202 103,203
hook "echo ran >>'$PWD/n'"
run 0 deploy --pfx-dir pfx --hook ./hook --hook-once
same n ran
jobs '1|3|2||1' '2|3|2||1' '3|3|2||1'

begin 'two jobs of one store: one hook, with a line for each'
leaf old1 one.example.com 100
leaf new1 one.example.com 300
leaf old2 two.example.com 100
leaf new2 two.example.com 300
cat old1.pem old2.pem >trust.pem
stores 'trust.pem,PEM,,"{""IsTrustStore"":true}"'
knows 101 old1 102 old2 201 new1 202 new2
run 0 -q scan
replaces 101,201 102,202
pfx new1 secret
pfx new2 secret
hook "printf '%s\n' \"\$PFXREPLACE_JOB_ID\" \"\$PFXREPLACE_STORE_PATH\" >>'$PWD/calls'"
run 0 deploy --pfx-dir pfx --hook ./hook
same calls "1
2
$PWD/trust.pem"
jobs '1|3|2||1' '2|3|2||1'
is 'trust.pem' "$(cat trust.pem)" "$(cat new1.pem new2.pem)"

begin 'put back by hand: the file of before, the hook, Failure; once, and not what has changed since'
company 1
replaces 101,201
run 0 deploy --pfx-dir pfx
hook 'echo reloaded'
run 0 deploy --restore --hook ./hook 1
err 'pfxreplace: deploy: 1 put back'
is 'the file' "$(cat 1.pem)" "$(cat old1.pem old1.key)"
jobs '1|3|4|put back by deploy --restore; the hook after that: exit status 0: reloaded|0'
sql 'SELECT event, status, result FROM job_event ORDER BY number' 'claim|2|0
inventory|2|0
complete|3|2
restored|3|4'
run 1 deploy --restore 1
err "pfxreplace: deploy: job 1: $(named 1 1.pem): failed: backup-missing: $PWD/1.pem: there is no .1.pem.pfxreplace-1 beside it
pfxreplace: deploy: 1 failed"
run 1 deploy --restore 7
err 'pfxreplace: deploy: job 7: failed: no-such-job: there is no job of this id
pfxreplace: deploy: 1 failed'
run 0 -q jobs reschedule --time now 1
run 1 deploy --restore 1
err 'pfxreplace: deploy: job 1: failed: not-begun: the job waits: it has installed nothing
pfxreplace: deploy: 1 failed'
run 0 deploy --pfx-dir pfx
leaf third www1.example.com 200
cat third.pem third.key >1.pem
run 1 deploy --restore 1
err "pfxreplace: deploy: job 1: $(named 1 1.pem): failed: changed: $PWD/1.pem: another certificate has been put there since
pfxreplace: deploy: 1 failed"
is 'the file' "$(cat 1.pem)" "$(cat third.pem third.key)"
run 0 verify --quick

begin 'backups: as many as are to be kept'
company 1
previous=101
id=300
while [ $id -lt 305 ]; do
	leaf n$id www1.example.com 300
	pfx n$id secret
	knows $id n$id
	replaces "$previous,$id"
	run 0 -q deploy --pfx-dir pfx --keep-backups 2
	previous=$id
	id=$((id + 1))
done
is 'backups' "$(find . -name '.1.pem*' | sort | tr '\n' ' ')" './.1.pem.pfxreplace-4 ./.1.pem.pfxreplace-5 '

# ---- servers ----------------------------------------------------------------------------------

# serve OPTION...: a hook that restarts a server of 1.pem on a free port, and the server
serve() {
	tries=0
	rm -f pid
	while [ $tries -lt 20 ]; do
		tries=$((tries + 1))
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
		cat >hook <<END
#!/bin/sh
if [ -e '$PWD/pid' ]; then
	old=\$(cat '$PWD/pid')
	kill "\$old" 2>/dev/null
	for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "\$old" 2>/dev/null && sleep 0.05; done
fi
openssl s_server -quiet -accept 127.0.0.1:$port -cert '$PWD/1.pem' -key '$PWD/1.pem' $* >/dev/null 2>&1 &
echo \$! >'$PWD/pid'
echo started
END
		chmod +x hook
		./hook >/dev/null
		sleep 0.3
		kill -0 "$(cat pid)" 2>/dev/null && return 0
	done
	wrong 'no server could be started'
}

# endpoint HOST:PORT: store 1 answers there
endpoint() {
	sql "UPDATE store SET endpoint = '$1' WHERE id = 1" ''
}

served() { # the thumbprint that a client gets
	timeout 5 openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null |
		openssl x509 -noout -fingerprint -sha1 2>/dev/null | sed 's/.*=//; s/://g'
}

stop_server() {
	kill "$(cat pid)" 2>/dev/null
	:
}

begin 'a probe of a server that the hook restarts'
company 1
replaces 101,201
serve
endpoint "127.0.0.1:$port"
run 0 deploy --pfx-dir pfx --hook ./hook --probe
jobs '1|3|2|hook: started|1'
is 'what is served' "$(served)" "$(print_of new1)"
stop_server

begin 'a probe: the server has an ECDSA certificate beside the RSA one that was replaced'
leaf old1 www1.example.com 100 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
leaf new1 www1.example.com 300 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
leaf beside www1.example.com 300
cat old1.pem old1.key >1.pem
pfx new1 secret
stores 1.pem,PEM
knows 101 old1 201 new1
run 0 -q scan
replaces 101,201
serve -dcert beside.pem -dkey beside.key
endpoint "127.0.0.1:$port/www1.example.com"
run 0 deploy --pfx-dir pfx --hook ./hook --probe
jobs '1|3|2|hook: started|1'
stop_server

for version in tls1_2 tls1_3; do
	begin "a probe: the server wants a client certificate, $version"
	company 1
	replaces 101,201
	serve -Verify 1 -$version
	endpoint "127.0.0.1:$port"
	run 0 deploy --pfx-dir pfx --hook ./hook --probe
	jobs '1|3|2|hook: started|1'
	stop_server
done

begin 'a hook that does nothing: the probe sees the old certificate, the file is put back'
company 1
replaces 101,201
serve
endpoint "127.0.0.1:$port"
hook 'echo nothing'
run 1 deploy --pfx-dir pfx --hook ./hook --probe
message="hook: nothing; probe-failed: 127.0.0.1:$port shows the certificate $(print_of old1); the old file was put back; the hook after that: exit status 0: nothing"
jobs "1|3|4|$message|0"
is 'the file' "$(cat 1.pem)" "$(cat old1.pem old1.key)"
is 'what is served' "$(served)" "$(print_of old1)"
stop_server

finish
