#!/bin/sh
# deploy: passwords and private keys reach the stores, and nothing else.
# shellcheck disable=SC2016,SC2154 # backquotes in messages; variables of the harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/deployment
. "$(dirname "$0")/deployment"
# shellcheck source=tests/cli/canary
. "$(dirname "$0")/canary"

authority

# three passwords, each known by itself
of_pfx=Walrus-of-pfx-0x1
of_store=Zebra-of-store-0x2
of_row=Otter-of-row-0x3
{
	forms_of $of_pfx
	forms_of $of_store
	forms_of $of_row
} >"$scratch/passwords.forms"

# pieces LENGTH: standard input, one line of hexadecimal, in whole pieces of so many digits
pieces() {
	fold -w "$1" | grep -x ".\{$1\}"
}

# key_forms KEY: the private part of an RSA key (what follows the modulus, which certificates have
# too), in pieces of 32 bytes, and of 32 characters of its base64 at each of three places
key_forms() {
	openssl pkcs8 -topk8 -nocrypt -in "$1" -outform der 2>/dev/null >"$scratch/key.der"
	modulus=$(openssl rsa -in "$1" -noout -modulus 2>/dev/null | sed 's/.*=//' | tr A-F a-f)
	# the exponent after it is the same in all keys
	bytes_of "$scratch/key.der" | sed "s/.*$modulus\(0203010001\)*//" >"$scratch/private"
	for skip in 0 2 4; do # of the digits, so that bytes fall into pieces in other ways
		cut -c $((skip + 1))- "$scratch/private" | pieces 64
	done
	for before in '' 00 0000; do
		{ printf %s "$before" && cat "$scratch/private"; } | tr a-f A-F | basenc -d --base16 | base64 -w 0 |
			cut -c 5- | fold -w 32 | grep -x '.\{32\}' | while read -r piece; do
			printf %s "$piece" | od -An -v -tx1 | tr -d ' \n' && echo
		done
	done
}

# finds FILE: whether it has a secret; line ends between are no hiding place
finds() {
	{
		bytes_of "$1" && echo
		tr -d '\r\n' <"$1" | od -An -v -tx1 | tr -d ' \n' && echo
	} >"$scratch/bytes"
	grep -qFf "$scratch/forms" "$scratch/bytes"
}

# nowhere FILE...: no secret in any of them
nowhere() {
	for file; do
		! finds "$file" || wrong "$file has a secret"
	done
}

# dump: a hook that writes down what it can see of itself and of its parent, and prints it too
dump() {
	cat >hook <<END
#!/bin/sh
{
	for process in \$PPID \$\$; do
		for file in cmdline environ; do
			[ ! -r /proc/\$process/\$file ] || cat /proc/\$process/\$file
		done
	done
	env
	set
} 2>/dev/null | tee -a '$PWD/dumped' | tr '\\0' '\\n' | grep -v '^PFXREPLACE' | tail -n 20
$1
END
	chmod +x hook
}

# company: 1.pem, whose row has a Password; 2.p12 and 3.pem, which have one of their own, the third's
# in a file; 4.pem, whose key is plain; the new keys in input/pfx. The certificates are made once.
company() {
	mkdir tmp
	cp -R "$scratch/made" input
	mv input/*.pem .
	cat old1.pem input/old1.key >1.pem
	openssl_quietly pkcs12 -export -in old2.pem -inkey input/old2.key -name two -out 2.p12 -passout file:input/store.pass
	openssl_quietly pkcs8 -topk8 -in input/old3.key -out old3.enc -v2 aes-256-cbc -passout file:input/store.pass
	cat old3.pem old3.enc >3.pem
	cat old4.pem input/old4.key >4.pem
	stores 1.pem,PEM 2.p12,PKCS12,$of_store 3.pem,PEM 4.pem,PEM
	knows 101 old1 102 old2 103 old3 104 old4 201 new1 202 new2 203 new3 204 new4
	run 0 -q scan --passphrase-file input/store.pass
	replaces 101,201,$of_row 102,202 103,203 104,204
	mv m.csv stores.csv input
	rm old3.enc
}

# deploys STATUS OPTION...
deploys() {
	expected_status=$1
	shift
	TMPDIR=$PWD/tmp run "$expected_status" -v deploy --pfx-dir input/pfx --pfx-passphrase-file input/pfx.pass \
		--passphrase-file input/store.pass --hook ./hook "$@"
}

# others: all files but 4.pem and those in input, the output of the program, the database as text
others() {
	sqlite3 inventory.db .dump >"$scratch/dump"
	# shellcheck disable=SC2046 # names without blanks
	nowhere "$scratch/out" "$scratch/err" "$scratch/dump" $(find . -path ./input -prune -o -type f \
		! -name 4.pem -print)
	is 'temporary files' "$(ls tmp)" ''
}

begin 'each secret is found where it is'
mkdir "$scratch/made"
cd "$scratch/made" || exit 2
for number in 1 2 3 4; do
	leaf "old$number" www.example.com 100
	leaf "new$number" www.example.com 300 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
	pfx "new$number" $of_pfx
	key_forms "new$number.key"
done >"$scratch/keys.forms"
cat "$scratch/passwords.forms" "$scratch/keys.forms" >"$scratch/forms"
rm "pfx/$(print_of new3).pass"
printf %s $of_pfx >pfx.pass
printf %s $of_store >store.pass
cd "$scratch/$case_number" || exit 2
company
for file in input/*.pass input/pfx/*.pass input/new1.key input/new2.key input/m.csv; do
	finds "$file" || wrong "$file: not found"
done
openssl_quietly pkcs8 -topk8 -nocrypt -in input/new3.key -outform der -out der
openssl rsa -in input/new3.key -traditional -out traditional 2>/dev/null
base64 -w 0 der >line
{ printf xx && cat der; } | base64 >shifted
for file in der traditional line shifted; do finds $file || wrong "$file: not found"; done
for file in new1.pem old1.pem 2.p12 3.pem "input/pfx/$(print_of new1).pfx"; do
	! finds "$file" || wrong "$file: found"
done

begin 'in no argument, no environment, no output, no message, no file but the stores'
company
dump :
deploys 0
is 'the end' "$(tail -n 1 "$scratch/err")" 'pfxreplace: deploy: 4 replaced'
sql 'SELECT count(*) FROM job WHERE status = 3 AND result = 2' 4
[ "$(grep -ac PFXREPLACE_STORE_PATH dumped)" -gt 3 ] || wrong "the hook has seen nothing"
sql "SELECT count(*) FROM job WHERE message LIKE '%PATH=%'" 4
others
sql 'SELECT count(*) FROM request WHERE password IS NOT NULL AND length(password) > 0' 0
# what each is for
is 'the key of 1.pem' "$(public 1.pem -passin "pass:$of_row")" "$(public_of new1.pem)"
is 'the key of 3.pem' "$(public 3.pem -passin "pass:$of_store")" "$(public_of new3.pem)"
openssl pkcs12 -in 2.p12 -passin "pass:$of_store" -nodes -nocerts 2>/dev/null >input/opened
is 'the key of 2.p12' "$(public input/opened)" "$(public_of new2.pem)"
is 'the key of 4.pem' "$(public 4.pem)" "$(public_of new4.pem)"
finds 4.pem || wrong '4.pem: not found'

begin 'nor where the hook fails, where it is foreseen, and where all is put back by hand'
company
dump 'exit 3'
run 0 -v deploy --pfx-dir input/pfx --pfx-passphrase-file input/pfx.pass --passphrase-file input/store.pass --dry-run
others
deploys 1
is 'the end' "$(tail -n 1 "$scratch/err")" 'pfxreplace: deploy: 4 put back'
others
run 0 -q jobs reschedule --time now 1 2 3 4
dump :
deploys 0
others
run 0 -v deploy --restore --hook ./hook 1 2 3 4
others

begin 'nor where a passphrase does not fit'
company
dump :
printf no >"input/pfx/$(print_of new2).pass"
printf no >input/pfx.pass
deploys 1
others
sql 'SELECT id, status, result FROM job ORDER BY id' '1|3|2
2|1|0
3|1|0
4|3|2'
printf %s $of_pfx >"input/pfx/$(print_of new2).pass"
printf %s $of_pfx >input/pfx.pass
printf '%s' $of_pfx >input/store.pass # the PFX's is not the store's
deploys 1
others
is 'the old key of 3.pem' "$(public 3.pem -passin "pass:$of_store")" "$(public_of old3.pem)"

begin 'nor in what is written to any descriptor but that of a new store'
if strace -o "$scratch/trace" true 2>/dev/null && [ -s "$scratch/trace" ]; then
	company
	dump :
	# The sanitizer that looks for leaks cannot work under strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 TMPDIR=$PWD/tmp strace -f -y -xx -s 1000000 -o "$scratch/trace" -e trace=execve,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg \
		"$PROGRAM" -v deploy --pfx-dir input/pfx --pfx-passphrase-file input/pfx.pass --passphrase-file input/store.pass \
		--hook ./hook >"$scratch/out" 2>"$scratch/err"
	is 'the exit status' $? 0
	sed 's/\\x//g' "$scratch/trace" >"$scratch/written"
	grep -q "$(printf 'BEGIN CERTIFICATE' | od -An -v -tx1 | tr -d ' \n')" "$scratch/written" || wrong 'the trace has not what was written'
	# the new 4.pem, before it is renamed; and nothing else
	temporary=$(printf /.4.pem.pfxreplace-4.new | od -An -v -tx1 | tr -d ' \n')
	grep -Ff "$scratch/forms" "$scratch/written" | sed "s/.* write([0-9]*<[0-9a-f]*$temporary>, .*/4.pem/" | cut -c 1-300 | sort -u >matches
	same matches 4.pem
fi

# ---- files that others can read -------------------------------------------------------------------

# open_to_others MODE FILE, closed: a file of that mode, and again as it was
open_to_others() {
	opened=$2
	chmod "$1" "$2"
}

closed() {
	[ ! -d "$opened" ] || chmod 700 "$opened"
	[ -d "$opened" ] || chmod 600 "$opened"
}

# database_text: all but the order in which jobs wait, which every look at them may bring up to date
database_text() {
	sqlite3 inventory.db .dump | grep -v -e '^INSERT INTO ready ' -e "^INSERT INTO counter VALUES('ready-"
}

# one: 1.pem, due to be replaced, with the PFX that fits
one() {
	leaf old www.example.com 100
	leaf new www.example.com 300
	cat old.pem old.key >1.pem
	pfx new secret
	stores 1.pem,PEM
	knows 101 old 201 new
	run 0 -q scan
	replaces 101,201
	print=$(print_of new)
	cp 1.pem before
	database_text >dump
	printf '%s\n' '#!/bin/sh' "echo ran >'$PWD/ran'" >hook
	chmod +x hook
}

# untouched: store, folder and database
untouched() {
	is 'the store' "$(cmp 1.pem before)" ''
	is 'files beside it' "$(find . -name '.1.pem*'; [ ! -e ran ] || echo ran)" ''
	database_text | cmp -s - dump || wrong "the database is another
$(database_text | diff dump -)"
	jobs '1|1|0||0'
}

by_others='others can read or write it: expected no permission for group and others'

begin 'a folder of keys that others can read, write or enter'
one
for mode in 750 720 710 704 702 701 777; do
	open_to_others $mode pfx
	run 2 deploy --pfx-dir pfx --hook ./hook
	out ''
	err "pfxreplace: pfx: $by_others"
	run 2 deploy --pfx-dir pfx --dry-run
	err "pfxreplace: pfx: $by_others"
	untouched
done
closed
run 0 deploy --pfx-dir pfx

begin 'a PFX and its .pass that others can read or write, by their Id too'
one
for id in "$print" "$(echo "$print" | tr A-F a-f)" 201; do
	[ "$id" = "$print" ] || mv "pfx/$last.pfx" "pfx/$id.pfx"
	[ "$id" = "$print" ] || mv "pfx/$last.pass" "pfx/$id.pass"
	last=$id
	modes=640
	[ "$id" != "$print" ] || modes='640 620 604 602 666'
	for file in "$id.pfx" "$id.pass"; do
		for mode in $modes; do
			open_to_others "$mode" "pfx/$file"
			run 1 deploy --pfx-dir pfx --hook ./hook
			out ''
			err "pfxreplace: deploy: job 1: $(named 1 1.pem): left: pfx-unsafe: $file: $by_others
pfxreplace: deploy: 1 left"
			untouched
		done
		closed
	done
done
run 0 deploy --pfx-dir pfx

begin 'a link to one that others can read; a folder; a pipe'
one
mv "pfx/$print.pfx" elsewhere.pfx
ln -s "$PWD/elsewhere.pfx" "pfx/$print.pfx"
open_to_others 644 elsewhere.pfx
run 1 deploy --pfx-dir pfx
err "pfxreplace: deploy: job 1: $(named 1 1.pem): left: pfx-unsafe: $print.pfx: $by_others
pfxreplace: deploy: 1 left"
untouched
rm "pfx/$print.pfx"
for kind in 'mkdir -m 700' 'mkfifo -m 600'; do
	$kind "pfx/$print.pfx"
	run 1 deploy --pfx-dir pfx
	err "pfxreplace: deploy: job 1: $(named 1 1.pem): left: pfx-unsafe: $print.pfx: it is no regular file
pfxreplace: deploy: 1 left"
	untouched
	rm -r "pfx/$print.pfx"
done
closed
ln -s "$PWD/elsewhere.pfx" "pfx/$print.pfx"
run 0 deploy --pfx-dir pfx

begin 'a file of another user'
if [ "$(id -u)" = 0 ]; then
	one
	for file in "$print.pfx" "$print.pass"; do
		chown 65534 "pfx/$file"
		run 1 deploy --pfx-dir pfx
		err "pfxreplace: deploy: job 1: $(named 1 1.pem): left: pfx-unsafe: $file: it belongs to another user: expected one of yours or of root
pfxreplace: deploy: 1 left"
		untouched
		chown 0 "pfx/$file"
	done
	chown 65534 pfx
	run 2 deploy --pfx-dir pfx
	err 'pfxreplace: pfx: it belongs to another user: expected one of yours or of root'
	untouched
fi

begin 'passphrases in files that others can read'
one
rm "pfx/$print.pass"
printf secret >pass
for option in --pfx-passphrase-file --passphrase-file; do
	for mode in 640 604 620; do
		open_to_others $mode pass
		run 3 deploy --pfx-dir pfx $option pass --hook ./hook
		out ''
		err 'pfxreplace: pass: the passphrase can be read by others: expected a file of mode 0600'
		untouched
	done
done
closed
run 0 deploy --pfx-dir pfx --pfx-passphrase-file pass

finish
