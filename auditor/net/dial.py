"""The only place that opens a connection to a site, and only to addresses the guard has just checked."""

from __future__ import annotations

import asyncio

from auditor.net.guard import Guard, Unresolved
from auditor.net.heads import Target
from auditor.net.stream import Stream

_TRIES = 4  # addresses of one host
_TRY_SECONDS = 5.0  # for each but the last, which gets what is left


class EgressError(Exception):
    """A site could not be reached or understood. `kind`: dns, connect, timeout or protocol."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


async def dial(guard: Guard, target: Target, seconds: float, patience: float) -> Stream:
    """Connect to one of the target's addresses within `seconds`; raises `Refused` or `EgressError`.

    One resolution, one judgement, then these addresses as literals: a second answer of the name server
    (DNS rebinding) is never asked for.
    """
    try:
        addresses = (await guard.check(target.host, target.port, target.scheme))[:_TRIES]
    except Unresolved as error:
        raise EgressError("dns", str(error)) from None
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    failure = EgressError("connect", "the site does not accept connections")
    for address in addresses:
        left = end - loop.time()
        try:
            async with asyncio.timeout(left if address == addresses[-1] else min(left, _TRY_SECONDS)):
                _, stream = await loop.create_connection(lambda: Stream(patience), address, target.port)
                return stream
        except TimeoutError:
            failure = EgressError("timeout", "the site does not answer")
        except OSError:
            pass
    raise failure
