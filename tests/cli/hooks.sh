#!/bin/sh
# samples/hooks: each tests the configuration, then reloads the service; what fails ends it.
# shellcheck disable=SC2154 # variables of the harness
. "$(dirname "$0")/harness"

# programs NAME...: in bin/, each writes its call into `calls`. The call that is the line of `fails`
# prints a fault and ends with 5; that of `talks` prints that all is well.
programs() {
	mkdir -p bin
	for name; do
		cat >"bin/$name" <<END
#!/bin/sh
call="$name \$*"
echo "\$call" >>'$PWD/calls'
read -r fails <'$PWD/fails'
read -r talks <'$PWD/talks'
if [ "\$call" = "\$fails" ]; then
	echo 'web.conf: line 3'
	echo 'no such file' >&2
	exit 5
fi
[ "\$call" != "\$talks" ] || echo 'Syntax OK' >&2
END
		chmod +x "bin/$name"
	done
}

# calls STATUS OUTPUT FAILS [CALL...]: the hook ends with it, prints it, and has made these calls,
# where that in FAILS fails; there is no other program
calls() {
	expected=$1 printed=$2
	echo "$3" >fails
	shift 3
	rm -f calls
	env -i PATH="$PWD/bin" PFXREPLACE_STORE_PATH=/etc/ssl/web.pem "$PWD/hook" >"$scratch/out" 2>&1 </dev/null
	is 'the exit status' $? "$expected"
	out "$printed"
	same calls "$(printf '%s\n' "$@")"
}

fault='web.conf: line 3
no such file'

# ways NAME TEST SYSTEMD OWN REPORT FAILED: the hook NAME with and without systemd; the calls of each
# and what is printed in the end. FAILED is the status where the test fails.
ways() {
	mkdir systemd
	sed "s,/run/systemd/system,$PWD/systemd,g" "$samples/hooks/$1" >hook
	is 'looks for systemd' "$(grep -c "$PWD/systemd" hook)" 1
	is 'mode of the sample' "$(stat -c %A "$samples/hooks/$1" | cut -c 4)" x
	chmod +x hook
	: "${talks:=}"
	echo "$talks" >talks
	for reload in "$3" "$4"; do
		calls 0 "$5" none "$2" "$reload"
		calls "$6" "$fault" "$2" "$2"
		calls 5 "$fault" "$reload" "$2" "$reload"
		rm -rf systemd
	done
	talks=
}

begin 'nginx'
programs nginx systemctl
ways nginx 'nginx -t -q' 'systemctl reload nginx' 'nginx -s reload' 'nginx reloaded' 5

begin 'Apache, as Debian names it'
programs apache2ctl apachectl systemctl
talks='apache2ctl configtest'
ways apache 'apache2ctl configtest' 'systemctl reload apache2' 'apache2ctl graceful' 'apache2 reloaded' 1

begin 'Apache, as others name it'
programs apachectl systemctl
talks='apachectl configtest'
ways apache 'apachectl configtest' 'systemctl reload httpd' 'apachectl graceful' 'httpd reloaded' 1

begin 'HAProxy'
programs haproxy service systemctl
talks='haproxy -c -f /etc/haproxy/haproxy.cfg'
ways haproxy 'haproxy -c -f /etc/haproxy/haproxy.cfg' 'systemctl reload haproxy' 'service haproxy reload' 'haproxy reloaded' 1

begin 'Postfix'
programs postfix systemctl
ways postfix 'postfix check' 'systemctl reload postfix' 'postfix reload' 'postfix reloaded' 5

begin 'a service that is not there: nothing is reloaded'
mkdir bin
for name in nginx apache haproxy postfix; do
	env -i PATH="$PWD/bin" "$samples/hooks/$name" >"$scratch/out" 2>&1
	case $? in 1 | 127) ;; *) wrong "$name: status $?" ;; esac
	! grep -q reloaded "$scratch/out" || wrong "$name says that it has reloaded"
	grep -q 'not found' "$scratch/out" || wrong "$name does not say what is missing"
done

begin 'each names all variables that a hook is given, and no other'
for name in ALIAS JOB_ID KEY_PATH OLD_THUMBPRINT REFERENCE STORE_ID STORE_PATH THUMBPRINT; do
	echo "PFXREPLACE_$name"
done >given # as tests/cli/deploy_hook.sh finds them in its environment
for name in nginx apache haproxy postfix; do
	grep -o 'PFXREPLACE_[A-Z_]*' "$samples/hooks/$name" | sort -u >named
	cmp -s given named || wrong "$name: $(diff given named)"
done

finish
