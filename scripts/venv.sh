#!/bin/sh
# Make the virtual environment $1 and install the auditor in it, editable.
# Copes with a Debian or Ubuntu Python that comes without venv or ensurepip.
set -eu
venv=$1

new_enough() {
	"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
	if new_enough "$candidate"; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	echo "setup: no Python 3.11 or newer found. Install one, or name it: make setup PYTHON=/path/to/python3" >&2
	exit 1
fi

make_venv() {
	rm -rf "$venv"
	"$python" -m venv "$venv" >/dev/null 2>&1 && "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

install_venv_package() {
	command -v apt-get >/dev/null || return 1
	echo "setup: this Python has no venv; installing the system's package for it"
	version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null ||
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
}

with_other_tools() {
	rm -rf "$venv"
	"$python" -m virtualenv --quiet "$venv" 2>/dev/null ||
		uv venv --quiet --seed --python "$python" "$venv" 2>/dev/null
}

if ! make_venv && ! with_other_tools; then
	if ! install_venv_package || ! make_venv; then
		echo "setup: $python cannot make a virtual environment. Install its venv package (apt-get install python3-venv)." >&2
		exit 1
	fi
fi
"$venv/bin/python" -m pip install --quiet --editable .
