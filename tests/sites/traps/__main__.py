"""`python -m tests.sites.traps [real|numbered] [PORT]`: serves it until it is interrupted."""

import contextlib
import sys
import threading

from tests.sites.traps.site import numbered, real, serve

kind, port = [*sys.argv[1:], *["real", "0"][len(sys.argv) - 1 :]]
with serve({"real": real, "numbered": numbered}[kind](), port=int(port)) as site:
    print(f"{len(site.pages)} real pages at {site.origin}/")
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
