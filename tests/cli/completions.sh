# SPDX-License-Identifier: MIT
# differs: python3 completes nothing
# The completions for bash, asked as bash asks them; those of zsh and fish where these shells are.
cd "$TMPDIR" || exit
mkdir folder
touch program.mini other.py notes.txt
for shell in bash zsh fish; do
    $MINI completions "$shell" >"completions.$shell" || echo "$shell: status $?"
    if [[ $(command -v "$shell") ]]; then
        "$shell" -n "completions.$shell" || echo "$shell does not read it"
    fi
done
set -- $MINI
mini_binary=$1
# shellcheck source=/dev/null
source completions.bash
complete -p mini

# What bash offers for a line, whose words are given as bash splits them; the last one is completed.
offer() {
    echo "== $*"
    COMP_WORDS=("$mini_binary" "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _mini 2>/dev/null
    printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort
}
offer ''
offer d
offer --s
offer -O --g
offer --gil = ''
offer --gil = f
offer --deadlock =
offer -W e
offer -X i
offer -m asyn
offer -B p
offer explore --b
offer explore --strategy = p
offer explore --format = json p
offer dis -
offer dis p
offer doctor --format = ''
offer doctor --
offer completions ''
offer help e
offer run pro
offer run --st
offer repl -
offer -- p
offer program.mini --st
offer -c code ''
offer other.py ''
