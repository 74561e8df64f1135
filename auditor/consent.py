"""What became of cookie banners: kept with the run, read back, and said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.models import ConsentBanner, Sent

PART = "consent"  # name of the run's part that holds it
DONE = {
    "refused": "Its button that refuses was pressed",
    "accepted": "Its button that accepts was pressed, as the settings say",
    "hidden": "It was hidden by CSS, as the settings say",
    "left": "It was left in place, as the settings say",
    "nothing": "It was left in place",
}


def banners(kept: Iterable[Mapping[str, Any]] | None) -> tuple[ConsentBanner, ...]:
    """The banners of a run, from its part `PART`."""
    return tuple(
        ConsentBanner(**{**each, "sent": tuple(Sent(**sent) for sent in each["sent"])}) for each in kept or ()
    )


def words(banner: ConsentBanner) -> str:
    """What a banner is and what became of it, in sentences."""
    name = f" ({banner.name})" if banner.name else ""
    told = [f"{banner.origin} shows a cookie banner{name}. It was audited in place on {banner.page}."]
    told.append(f"{DONE[banner.done]}{f': {banner.reason}' if banner.reason else ''}.")
    if banner.done in ("refused", "accepted"):
        sent = sum(each.count for each in banner.sent if not each.stopped)
        stopped = sum(each.count for each in banner.sent if each.stopped)
        told.append(f"Requests other than GET that this sent: {sent}; stopped: {stopped}.")
    if banner.hidden:
        told.append(f"Pages on which it was hidden: {banner.hidden}.")
    if banner.stood and banner.done in ("refused", "accepted"):
        told.append(
            f"The answer does not hold: the banner stood again on {banner.stood} of the pages audited after "
            'it, which were judged with it. The setting consent = "hide" hides it.'
        )
    elif banner.stood:
        told.append(f"Pages audited after that with the banner in place: {banner.stood}.")
    else:
        told.append("No page audited after that showed it.")
    return " ".join(told)
