# bash completion for lotop. What can be offered, lotop itself says.
_lotop() {
	local line=${COMP_LINE:0:COMP_POINT} current front candidate
	local -a words
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	current=${words[${#words[@]} - 1]}
	# bash takes : and = for the ends of words, so only what stands behind them is replaced.
	front=
	[[ $current == *[:=]* ]] && front=${current%"${current##*[:=]}"}
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		COMPREPLY+=("${candidate#"$front"}")
	done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
	return 0
}
complete -o default -F _lotop lotop
