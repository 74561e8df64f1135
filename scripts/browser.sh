#!/bin/sh
# See that a browser is there for the auditor in folder $1: one that the machine has, else Playwright's own,
# else the system's package.
set -eu
bin=$1

works() {
	AUDITOR_NO_SANDBOX=1 "$bin/auditor" doctor --store sqlite:// >/dev/null 2>&1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

works && exit 0
echo "setup: no browser found; installing Playwright's own"
timeout 900 "$bin/python" -m playwright install chromium >/dev/null 2>&1 || echo "setup: it is not to be had here"
works && exit 0
if command -v apt-get >/dev/null; then
	echo "setup: installing the system's Chromium"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null ||
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-browser >/dev/null
	works && exit 0
fi
echo "setup: still no working browser. This is what is wrong:" >&2
AUDITOR_NO_SANDBOX=1 "$bin/auditor" doctor --store sqlite:// >&2
exit 1
