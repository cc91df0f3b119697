#!/bin/sh
# Carries out the due jobs of one machine's stores of one type: claims each, calls a command for it,
# and reports what came of it. Without -x that command is the function at the end, which replaces one
# entry of a Java keystore with keytool.
#
#	executor.sh [-m MACHINE] [-t TYPE] [-n LIMIT] [-x COMMAND] DIR
#
#	-m  the ClientMachine of the stores (default: the name of this host)
#	-t  their type, by its short name or number (default: JKS)
#	-n  how many jobs at most (default: 100)
#	-x  the command; it gets the job in its environment:
#	    JOB_ID, ATTEMPT, REFERENCE, STORE_ID, STORE_PATH, KEY_PATH, MACHINE, ALIAS,
#	    EXISTING_THUMBPRINT, THUMBPRINT, CERTIFICATE_ID, PFX_DIR, and the names of files with the
#	    passwords, which are gone after it: STORE_PASSWORD_FILE, PASSWORD_FILE; empty: there is none.
#	    It ends with 0: success, 3: warning, anything else: failure. The last line that it prints
#	    is kept as the message of the job.
#	DIR THUMBPRINT.pfx has the new certificate with its key, and THUMBPRINT.pass its passphrase
#
# The database and its key file are those of PFXREPLACE_DB and PFXREPLACE_KEY_FILE. A job is claimed
# just before it is carried out: what is killed loses no more than this one, which comes back when its
# lease is over. The status is 0 when every job succeeded, 1 when one did not, and that of pfxreplace
# where it could not claim.
# shellcheck disable=SC2154,SC2317 # eval assigns job_*, and $command calls replace_entry
set -u
umask 077
pfxreplace=${PFXREPLACE:-pfxreplace}
lease=600 # seconds, for one job

die() {
	echo "executor.sh: $*" >&2
	exit 2
}

# Prints the members of the JSON object on standard input as assignments for eval: job_NAME='VALUE'.
# null is the empty text. pfxreplace escapes nothing but ", \ and control characters.
assignments() {
	LC_ALL=C awk '
	function text(   out, escape, code) { # from the quote at `at` to after the one that ends it
		at++
		for (;;) {
			if (match(substr(s, at), /^[^"\\]+/)) {
				out = out substr(s, at, RLENGTH)
				at += RLENGTH
			}
			if (substr(s, at, 1) == "\"") {
				at++
				return out
			}
			escape = substr(s, at + 1, 1)
			if (substr(s, at, 1) == "" || escape == "")
				exit bad = 1
			at += 2
			if (escape ~ /["\\\/]/)
				out = out escape
			else if (escape == "n")
				out = out "\n"
			else if (escape == "r")
				out = out "\r"
			else if (escape == "t")
				out = out "\t"
			else if (escape == "u" && substr(s, at, 2) == "00") {
				code = index(digits, substr(s, at + 2, 1)) * 16 + index(digits, substr(s, at + 3, 1)) - 17
				if (code < 1 || code > 127)
					exit bad = 1
				out = out sprintf("%c", code)
				at += 4
			} else
				exit bad = 1
		}
	}
	function value() {
		if (substr(s, at, 1) == "\"")
			return text()
		if (!match(substr(s, at), /^[-+.0-9A-Za-z]+/))
			exit bad = 1
		at += RLENGTH
		return substr(s, at - RLENGTH, RLENGTH)
	}
	BEGIN { digits = "0123456789abcdef" }
	{
		s = $0
		at = 1
		while (substr(s, at, 1) ~ /[{,]/) {
			at++
			name = text()
			at++ # the colon
			quoted = substr(s, at, 1) == "\""
			is = value()
			if (name !~ /^[A-Za-z]+$/)
				exit bad = 1
			if (!quoted && is == "null")
				is = ""
			gsub(/\047/, "\047\\\047\047", is)
			printf "job_%s=\047%s\047\n", name, is
		}
		if (substr(s, at) != "}")
			exit bad = 1
	}
	END { exit bad }'
}

# secret NAME VALUE: a file with the password -> $secret_file, "" where there is none
secret() {
	secret_file=
	[ -n "$2" ] || return 0
	secret_file=$private/$1
	printf '%s\n' "$2" >"$secret_file"
}

# Calls the command for the job in $job_*. -> $result, $message
carry_out() {
	secret store-password "$job_StorePassword"
	STORE_PASSWORD_FILE=$secret_file
	secret password "$job_Password"
	PASSWORD_FILE=$secret_file
	job_StorePassword='' job_Password=''
	JOB_ID=$job_JobId ATTEMPT=$job_Attempt REFERENCE=$job_Reference STORE_ID=$job_CertStoreId
	STORE_PATH=$job_StorePath KEY_PATH=$job_SeparatePrivateKeyFilePath MACHINE=$job_ClientMachine
	ALIAS=$job_Alias EXISTING_THUMBPRINT=$job_ExistingThumbprint THUMBPRINT=$job_Thumbprint
	CERTIFICATE_ID=$job_CertificateId
	export STORE_PASSWORD_FILE PASSWORD_FILE JOB_ID ATTEMPT REFERENCE STORE_ID STORE_PATH KEY_PATH \
		MACHINE ALIAS EXISTING_THUMBPRINT THUMBPRINT CERTIFICATE_ID PFX_DIR
	# In a shell of its own, which may end whenever it wants.
	("$command") </dev/null >"$private/said" 2>&1
	case $? in
	0) result=success ;;
	3) result=warning ;;
	*) result=failure ;;
	esac
	message=$(tail -n 1 "$private/said")
	rm -f "$private"/*
}

# Claims the next job of the store and carries it out: 1 where there is none
next_job() { # STORE
	line=$("$pfxreplace" -q jobs claim --with-secrets --limit 1 --lease $lease --store "$1") || exit $?
	[ -n "$line" ] || return 1
	job=$(printf '%s\n' "$line" | assignments) || die 'a claim that is no JSON of pfxreplace jobs claim'
	eval "$job"
	line='' job=''
	carry_out
	echo "job $job_JobId, $job_StorePath, alias $job_Alias: $result${message:+: $message}"
	[ $result = success ] || status=1
	"$pfxreplace" -q jobs complete "$job_JobId" --claim "$job_Claim" --result $result \
		--message "$message" >/dev/null || status=1
}

# ---- one entry of a Java keystore ----------------------------------------------------------------

# The SHA-1 of the first certificate of an entry; nothing where there is none
entry_thumbprint() { # KEYSTORE PASSWORD_FILE ALIAS
	keytool -J-Duser.language=en -list -v -keystore "$1" -storepass:file "$2" -alias "$3" 2>/dev/null |
		sed -n 's/.*SHA1: //p' | head -n 1 | tr -d :
}

# The alias of the first key in a PKCS#12 file
key_alias() { # FILE PASSPHRASE_FILE
	keytool -J-Duser.language=en -list -keystore "$1" -storetype PKCS12 -storepass:file "$2" 2>/dev/null |
		sed -n 's/, [A-Z][a-z]* [0-9]*, [0-9]*, PrivateKeyEntry.*//p' | head -n 1
}

fails() {
	echo "$1"
	exit 1
}

# Replaces the entry in a copy of the keystore, looks at it, and puts the copy in the keystore's place:
# whoever opens it finds the old one or the new one. The other entries stay as they are.
replace_entry() {
	pfx=$PFX_DIR/$THUMBPRINT.pfx
	pass=$PFX_DIR/$THUMBPRINT.pass
	[ -n "$STORE_PASSWORD_FILE" ] || fails 'the password of the store is not known'
	[ -f "$STORE_PATH" ] || fails 'there is no such keystore'
	there=$(entry_thumbprint "$STORE_PATH" "$STORE_PASSWORD_FILE" "$ALIAS")
	[ "$there" != "$THUMBPRINT" ] || { echo 'already there'; exit 0; }
	[ -n "$there" ] || fails 'no such alias, or the password is not that of the keystore'
	[ "$there" = "$EXISTING_THUMBPRINT" ] || fails "another certificate is there: $there"
	[ -f "$pfx" ] || fails "there is no $pfx"
	[ -f "$pass" ] || fails "there is no $pass"
	from=$(key_alias "$pfx" "$pass")
	[ -n "$from" ] || fails "$THUMBPRINT.pfx cannot be opened, or has no key"
	copy=$(dirname "$STORE_PATH")/.$(basename "$STORE_PATH").executor-$JOB_ID
	trap 'rm -f "$copy"' EXIT
	cp -p "$STORE_PATH" "$copy" || exit 1
	keytool -importkeystore -noprompt -srckeystore "$pfx" -srcstoretype PKCS12 -srcstorepass:file "$pass" \
		-srcalias "$from" -destkeystore "$copy" -deststorepass:file "$STORE_PASSWORD_FILE" \
		-destalias "$ALIAS" -destkeypass:file "${PASSWORD_FILE:-$STORE_PASSWORD_FILE}" || exit 1
	[ "$(entry_thumbprint "$copy" "$STORE_PASSWORD_FILE" "$ALIAS")" = "$THUMBPRINT" ] ||
		fails "$THUMBPRINT.pfx holds another certificate"
	mv "$copy" "$STORE_PATH" || exit 1
	echo 'replaced'
}

# ---- the jobs ------------------------------------------------------------------------------------

machine=$(uname -n)
type=JKS
limit=100
command=replace_entry
while getopts m:t:n:x: option; do
	case $option in
	m) machine=$OPTARG ;;
	t) type=$OPTARG ;;
	n) limit=$OPTARG ;;
	x) command=$OPTARG ;;
	*) die 'usage: executor.sh [-m MACHINE] [-t TYPE] [-n LIMIT] [-x COMMAND] DIR' ;;
	esac
done
shift $((OPTIND - 1))
[ $# = 1 ] || die 'usage: executor.sh [-m MACHINE] [-t TYPE] [-n LIMIT] [-x COMMAND] DIR'
[ -d "$1" ] || die "$1: expected a folder"
PFX_DIR=$(cd "$1" && pwd) || exit 2
[ "$command" != replace_entry ] || command -v keytool >/dev/null ||
	die 'there is no keytool: it comes with a Java runtime'

# Passwords are in files of this folder, in memory where the system has such a place.
private=$(TMPDIR=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}} mktemp -d) || exit 2
trap 'rm -rf "$private"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

stores=$("$pfxreplace" list stores --machine "$machine" --type "$type" --format csv --columns Id) || exit $?
status=0
count=0
for store in $(printf '%s\n' "$stores" | sed 1d); do
	while [ $count -lt "$limit" ] && next_job "$store"; do
		count=$((count + 1))
	done
done
exit $status
