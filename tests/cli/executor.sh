#!/bin/sh
# samples/executor.sh: jobs claimed, carried out by a command of the site or with keytool, completed.
# The cases with keytool are left out, by name, where there is none.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

store=aaaaaaaa-0000-4000-8000-000000000001
other=aaaaaaaa-0000-4000-8000-000000000002
old=00000000000000000000000000000000000000A1
new=00000000000000000000000000000000000000B1
PFXREPLACE=$PROGRAM
export PFXREPLACE

# stores PATH PASSWORD...: the inventory with one keystore for each, and 101 at the alias `site "1"`
stores() {
	run 0 -q init
	sql "INSERT INTO agent(id, client_machine, status) VALUES ('$store', 'web', 2)" ''
	printf '%s\n' Id,ClientMachine,Storepath,CertStoreType,Approved,AgentId,AgentAssigned,Password \
		"$store,web,\"$1\",0,true,$store,true,$2" "$other,web,/srv/x.pem,2,true,$store,true," >stores.csv
	run 0 -q import stores stores.csv
	printf '%s\n' Id,Thumbprint,NotAfter,HasPrivateKey "101,$old,2095-01-01T00:00:00,true" \
		"201,$new,2095-01-01T00:00:00,true" "102,00000000000000000000000000000000000000C1,2095-01-01T00:00:00,true" \
		"202,00000000000000000000000000000000000000D1,2095-01-01T00:00:00,true" >certificates.csv
	run 0 -q import certificates certificates.csv
	printf '%s\n' CertStoreId,Alias,ChainLevel,CertificateId "$store,\"$alias\",0,101" "$other,y,0,102" >i.csv
	run 0 -q import inventory i.csv
}

begin 'a command of the site gets the job and its passwords, and its last line is the message'
alias='site ""1""'
stores "/srv/it's \$HOME/\\k.jks" "p'a\\ss \$1"
printf '%s\n' ExistingCertificateId,CertificateId,Password 101,201,'"row ""pass"" `x`"' 102,202,secret >m.csv
run 0 -q apply --reference 'CHG <1>' m.csv
mkdir pfx
cat >site <<'END'
#!/bin/sh
printf '%s\n' "$JOB_ID" "$ATTEMPT" "$REFERENCE" "$STORE_ID" "$STORE_PATH" "$KEY_PATH" "$MACHINE" "$ALIAS" \
	"$EXISTING_THUMBPRINT" "$THUMBPRINT" "$CERTIFICATE_ID" "${PFX_DIR##*/}" >env
cat "$STORE_PASSWORD_FILE" "$PASSWORD_FILE" >passwords
ls -l "$STORE_PASSWORD_FILE" | cut -c 1-10 >mode
dirname "$STORE_PASSWORD_FILE" >private
echo not the last line
echo 'done "well"'
END
chmod +x site
"$samples/executor.sh" -m web -x ./site pfx >"$scratch/out" 2>"$scratch/err"
is status $? 0
out "job 1, /srv/it's \$HOME/\\k.jks, alias site \"1\": success: done \"well\""
err ''
same env "1
1
CHG <1>
$store
/srv/it's \$HOME/\\k.jks

web
site \"1\"
$old
$new
201
pfx"
same passwords "p'a\\ss \$1
row \"pass\" \`x\`"
same mode -rw-------
[ ! -e "$(cat private)" ] || wrong "$(cat private) is left"
# The job of the other type was not claimed.
sql 'SELECT id, status, result, message, (SELECT coalesce(length(q.password), 0) = 0 FROM request q WHERE q.id = job.request) FROM job' \
	'1|3|2|done "well"|1
2|1|0||0'

begin 'its status: 3 is a warning, another one a failure, and the jobs after it are carried out'
alias=a
stores /srv/k.jks ''
sql "INSERT INTO location(store, alias, certificate) SELECT store, 'b', 101 FROM location WHERE id = 1;
	INSERT INTO location(store, alias, certificate) SELECT store, 'c', 101 FROM location WHERE id = 1" ''
printf '%s\n' ExistingCertificateId,CertificateId 101,201 >m.csv
run 0 -q apply m.csv
printf '%s\n' '#!/bin/sh' 'echo "[$STORE_PASSWORD_FILE$PASSWORD_FILE]"' \
	'case $ALIAS in a) exit 3 ;; b) exit 9 ;; esac' >site
chmod +x site
mkdir pfx
"$samples/executor.sh" -m web -n 2 -x ./site pfx >"$scratch/out" 2>"$scratch/err"
is status $? 1
out 'job 1, /srv/k.jks, alias a: warning: []
job 2, /srv/k.jks, alias b: failure: []'
err ''
"$samples/executor.sh" -m web -x ./site pfx >"$scratch/out" 2>"$scratch/err"
is status $? 0
out 'job 3, /srv/k.jks, alias c: success: []'
"$samples/executor.sh" -m web -x ./site pfx >"$scratch/out" 2>"$scratch/err"
is status $? 0
out ''
sql 'SELECT id, status, result FROM job' '1|3|3
2|3|4
3|3|2'

begin 'usage, and what pfxreplace refuses'
alias=a
stores /srv/k.jks ''
mkdir pfx
usage='executor.sh: usage: executor.sh [-m MACHINE] [-t TYPE] [-n LIMIT] [-x COMMAND] DIR'
"$samples/executor.sh" >"$scratch/out" 2>"$scratch/err"
is status $? 2
err "$usage"
"$samples/executor.sh" -m web -x true nowhere >"$scratch/out" 2>"$scratch/err"
is status $? 2
err 'executor.sh: nowhere: expected a folder'
"$samples/executor.sh" -m mail -x true pfx >"$scratch/out" 2>"$scratch/err"
is status $? 3
err 'pfxreplace: inventory.db: no client machine mail: `pfxreplace list stores` lists them'
out ''

if ! command -v keytool >/dev/null || ! command -v openssl >/dev/null; then
	echo 'skipped: executor: a Java keystore, with keytool (there is no keytool, or no openssl)'
	finish
	exit
fi

# made NAME: NAME.pem, NAME.key and NAME.pfx with the passphrase in NAME.pass. -> $thumbprint
made() {
	openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$1" -days 3000 -keyout "$1.key" -out "$1.pem" 2>/dev/null
	printf '%s\n' "pass of $1" >"$1.pass"
	openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -out "$1.pfx" -passout "file:$1.pass" -name "$1"
	thumbprint=$(openssl x509 -in "$1.pem" -noout -fingerprint -sha1 | sed 's/.*=//' | tr -d :)
}

# keystore TYPE: k.jks with the entries tomcat and kept, of a.pfx and b.pfx
keystore() {
	for entry in a:tomcat b:kept; do
		keytool -importkeystore -noprompt -srckeystore "${entry%:*}.pfx" -srcstoretype PKCS12 \
			-srcstorepass:file "${entry%:*}.pass" -srcalias "${entry%:*}" -destkeystore k.jks \
			-deststoretype "$1" -deststorepass:file store.pass -destkeypass:file store.pass \
			-destalias "${entry#*:}" 2>/dev/null || wrong 'keytool failed'
	done
}

prints() { # ALIAS
	keytool -J-Duser.language=en -list -v -keystore k.jks -storepass:file store.pass -alias "$1" 2>/dev/null |
		sed -n 's/.*SHA1: //p' | tr -d :
}

# The key of an entry, as it can be used: with the store's password
key_of() { # ALIAS
	rm -f out.pfx
	keytool -importkeystore -noprompt -srckeystore k.jks -srcstorepass:file store.pass -srcalias "$1" \
		-destkeystore out.pfx -deststoretype PKCS12 -deststorepass:file store.pass 2>/dev/null
	openssl pkcs12 -in out.pfx -nocerts -nodes -passin file:store.pass 2>/dev/null | openssl pkey -pubout
}

for kind in JKS PKCS12; do
	begin "a Java keystore, with keytool: one entry replaced, the other kept; the file is a $kind"
	echo "it's a store's \"pass\"" >store.pass
	made a && old=$thumbprint
	made b && kept=$thumbprint
	made c && new=$thumbprint
	keystore $kind
	chmod 640 k.jks
	alias=tomcat
	stores "$PWD/k.jks" '"it'"'"'s a store'"'"'s ""pass"""'
	mkdir pfx
	cp c.pfx pfx/"$new.pfx"
	cp c.pass pfx/"$new.pass"
	printf '%s\n' ExistingCertificateId,CertificateId 101,201 >m.csv
	run 0 -q apply m.csv
	magic=$(head -c 4 k.jks | od -An -tx1)
	"$samples/executor.sh" -m web pfx >"$scratch/out" 2>"$scratch/err"
	is status $? 0
	out "job 1, $PWD/k.jks, alias tomcat: success: replaced"
	err ''
	is 'the entry' "$(prints tomcat)" "$new"
	is 'the other entry' "$(prints kept)" "$kept"
	is 'the new key' "$(key_of tomcat)" "$(openssl pkey -in c.key -pubout)"
	is 'the other key' "$(key_of kept)" "$(openssl pkey -in b.key -pubout)"
	is 'the format' "$(head -c 4 k.jks | od -An -tx1)" "$magic"
	is 'the mode' "$(stat -c %a k.jks)" 640
	is 'files' "$(find . -name '*executor*')" ''
	sql 'SELECT status, result, message FROM job' '3|2|replaced'
done

begin 'a Java keystore: what is not as the job says stays as it is'
echo 'store pass' >store.pass
made a && old=$thumbprint
made b
keystore JKS
made c && new=$thumbprint
alias=tomcat
stores "$PWD/k.jks" 'store pass'
mkdir pfx
printf '%s\n' ExistingCertificateId,CertificateId 101,201 >m.csv
run 0 -q apply m.csv
cp k.jks as-it-was
said() { # MESSAGE: the job fails so, and is set to wait again
	"$samples/executor.sh" -m web pfx >"$scratch/out" 2>"$scratch/err"
	is status $? 1
	out "job 1, $PWD/k.jks, alias tomcat: failure: $1"
	err ''
	cmp -s k.jks as-it-was || wrong 'k.jks has changed'
	is 'files' "$(find . -name '*executor*')" ''
	sql 'SELECT status, result, message FROM job' "3|4|$1"
	sqlite3 inventory.db "UPDATE job SET status = 1, result = 0, completed_at = NULL, message = NULL;
		INSERT INTO ready SELECT 'web', n.started_at, j.id FROM job j JOIN run n ON n.id = j.request >> 32;
		UPDATE handling SET claims = 0"
}
said "there is no $PWD/pfx/$new.pfx"
cp b.pfx pfx/"$new.pfx"
cp b.pass pfx/"$new.pass"
said "$new.pfx holds another certificate"
cp c.pfx pfx/"$new.pfx"
said "$new.pfx cannot be opened, or has no key"
sqlite3 inventory.db "UPDATE certificate SET thumbprint = '$kept' WHERE id = 101"
said "another certificate is there: $old"
sqlite3 inventory.db "UPDATE location SET alias = 'gone'"
"$samples/executor.sh" -m web pfx >"$scratch/out" 2>"$scratch/err"
is status $? 1
out "job 1, $PWD/k.jks, alias gone: failure: no such alias, or the password is not that of the keystore"

finish
