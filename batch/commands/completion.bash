# shellcheck shell=bash
# What follows is the same for every version; above are its commands, options and words:
#
#   _pfxreplace_verbs COMMAND            sets what: its verbs
#   _pfxreplace_operand COMMAND          sets what: what its first operand may be
#   _pfxreplace_repeats COMMAND          true when each operand may be that, not the first alone
#   _pfxreplace_rest COMMAND             sets what: what the other operands are
#   _pfxreplace_options COMMAND          sets what: its options
#   _pfxreplace_argument COMMAND OPTION  sets what: what the option takes; empty: nothing
#
# "What" is words, or @file, @manifest, @database, @text, or @list and words, which take commas.

# Puts into words, up to the cursor, what the shell has broken at "=" and ":".
_pfxreplace_join() {
	local line=$COMP_LINE part i

	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		part=${COMP_WORDS[i]}
		if ((i > 0)) && [[ -n $part && $line == "$part"* ]]; then
			words[${#words[@]} - 1]+=$part
		else
			words+=("$part")
		fi
		[[ -z $part ]] || line=${line#*"$part"}
	done
}

# Sets option to the one whose argument comes next, if the word is such an option.
_pfxreplace_read_option() { # WORD
	case $1 in
	--*=*) ;;
	--*)
		_pfxreplace_argument "$command" "$1"
		[[ -z $what ]] || option=$1
		;;
	-*d) option=--database ;;
	-*k) option=--key-file ;;
	esac
}

# Reads the words before the cursor into command, helps, option, operands and ended.
_pfxreplace_read() {
	local word i

	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		word=${words[i]}
		if [[ -n $option ]]; then
			option=
		elif [[ -z $ended && $word == -- ]]; then
			ended=yes
		elif [[ -z $ended && $word == -?* ]]; then
			_pfxreplace_read_option "$word"
		elif _pfxreplace_verbs "$command" && [[ " $what " == *" $word "* ]]; then
			if [[ -z $command && $word == help ]]; then
				helps=yes
			else
				command=${command:+$command }$word
			fi
		else
			((++operands))
		fi
	done
}

# Files of some names, and folders; all files where there are none.
_pfxreplace_files() { # CURRENT PREFIX PATTERN...
	local current=$1 prefix=$2 pattern

	compopt -o filenames 2>/dev/null
	shift 2
	for pattern; do
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!$pattern" -P "$prefix" -- "$current")
	done
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -P "$prefix" -- "$current")
	((${#COMPREPLY[@]} > 0)) || compopt -o default 2>/dev/null
}

# Fills COMPREPLY with what begins like the current word.
_pfxreplace_offer() { # WHAT CURRENT PREFIX
	local what=$1 current=$2 prefix=$3

	case $what in
	@database) _pfxreplace_files "$current" "$prefix" '*.db' ;;
	@manifest) _pfxreplace_files "$current" "$prefix" '*.csv' '*.tsv' '*.txt' '*.jsonl' '*.ndjson' '*.json' ;;
	@file) compopt -o default 2>/dev/null ;;
	@text | '') ;;
	*)
		if [[ $what == '@list '* && $current == *,* ]]; then
			prefix+=${current%,*},
			current=${current##*,}
		fi
		mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "${what#@list }" -- "$current")
		;;
	esac
}

_pfxreplace() {
	local IFS=$' \t\n' words command='' helps='' option='' ended='' operands=0
	local what='' current prefix=''

	COMPREPLY=()
	_pfxreplace_join
	_pfxreplace_read
	current=${words[${#words[@]} - 1]}
	if [[ -n $option ]]; then
		_pfxreplace_argument "$command" "$option"
	elif [[ -z $ended && $current == --*=* ]]; then
		_pfxreplace_argument "$command" "${current%%=*}"
		[[ $COMP_WORDBREAKS == *=* ]] || prefix=${current%%=*}=
		current=${current#*=}
	elif [[ -z $ended && $current == -* ]]; then
		_pfxreplace_options "$command"
	elif ((operands == 0)) || _pfxreplace_repeats "$command"; then
		_pfxreplace_verbs "$command"
		[[ -n $what || -n $helps ]] || _pfxreplace_operand "$command"
	else
		_pfxreplace_rest "$command"
	fi
	_pfxreplace_offer "$what" "$current" "$prefix"
	# The shell completes what stands after the last colon.
	if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${current%:*}:"}")
	fi
}

complete -F _pfxreplace pfxreplace
