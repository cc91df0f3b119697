# Makes sql.inc of the SQL files: one line for each block, SQL_TEXT(id, name, text). Lines that are
# comments alone are left out, the others stay as they are.

function flush() {
	if (name == "")
		return
	id = toupper(name)
	gsub(/-/, "_", id)
	printf "SQL_TEXT(%s, \"%s\", \"%s\")\n", id, name, text
	name = ""
}

FNR == 1 { flush() }
/^-- name: / {
	flush()
	name = $3
	text = ""
	if (NF != 3 || name !~ /^[a-z][a-z-]*$/ || name in seen) {
		print FILENAME ":" FNR ": expected a new name, of letters and hyphens" >"/dev/stderr"
		exit failed = 1
	}
	seen[name] = 1
	next
}
/^[ \t]*--/ || /^[ \t]*$/ { next }
name == "" {
	print FILENAME ":" FNR ": expected `-- name: NAME` before it" >"/dev/stderr"
	exit failed = 1
}
{
	gsub(/\\/, "\\\\\\\\")
	gsub(/"/, "\\\\\"")
	gsub(/\t/, "\\\\t")
	text = text (text == "" ? "" : "\\n") $0
}
END { if (!failed) flush() }
