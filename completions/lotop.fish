# fish completion for lotop. What can be offered, lotop itself says.
complete -c lotop -f -a '(lotop __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c lotop -l record -r -F
complete -c lotop -l replay -r -F
