"""`python -m tests.sites.hostile [PORT]`: serves the hostile site until it is interrupted."""

import contextlib
import sys
import threading

from tests.sites.hostile.site import CASES, serve

with serve(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as site:
    for case in CASES:
        print(f"{'/'.join(sorted(case.expect)):24} {case.path[:60]:60} {case.about}")
    print(
        f"{len(CASES)} cases. Site {site.origin}/ · other host {site.other}/ · inside {site.inside.origin()}"
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
