"""What a page shows, in few bytes: by it copies are told, and pages that say nothing new."""

from __future__ import annotations

import hashlib
import re
import zlib

SKETCH = 256  # hashes; the smallest ones, so that two sketches sample the same words

_WORD = re.compile(r"[^\W\d_]+")
# What a calendar changes from page to page, in English, Welsh, Gaelic and Irish: it says nothing new.
_CALENDAR_WORDS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr
ion chwe maw ebr meh gor hyd tach rhag llun mercher iau gwener sadwrn sul
faoilleach gearran màrt giblean cèitean ògmhios iuchar lùnastal sultain dàmhair samhain dùbhlachd
eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa meán fómhair samhna nollaig
"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())


def signature(skeleton: str) -> str:
    """16 hexadecimal digits, equal for two pages with the same elements, attributes and texts."""
    return hashlib.blake2b(skeleton.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def sketch(text: str) -> tuple[int, ...]:
    """Hashes of each three words in a row, of each line alone, without numbers, months and days.

    At most `SKETCH`, ascending. Pages that list the same things in another order have the same.
    """
    found: set[int] = set()
    for line in set(text.lower().splitlines()):
        words = [word for word in _WORD.findall(line) if word not in _CALENDAR]
        if 0 < len(words) < 3:
            found.add(zlib.crc32(" ".join(words).encode()))
        for three in zip(words, words[1:], words[2:], strict=False):
            found.add(zlib.crc32(" ".join(three).encode()))
    return tuple(sorted(found)[:SKETCH])


KINDS = 400  # of one page
_KIND = re.compile(r"^(\S+)|(?:^| )(class|role|type)=((?:(?! [\w:-]+=).)*)")
# What marks words within a line: its looks are judged on every page, and nobody operates it.
_MARKS_WORDS = re.compile(
    r"(?:abbr|b|bdi|bdo|br|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strong|sub"
    r"|sup|time|tt|u|var|wbr)(?!.* (?:role|tabindex|contenteditable|draggable|on\w+)=)(?: |$)"
)
_VARIES = re.compile(r"(?<=[-_])\w*\d\w*|\d+")


def kinds(skeleton: str) -> tuple[int, ...]:
    """Hashes of the kinds of element on a page, by tag, classes, role and type; at most `KINDS`, ascending.

    What a build tool numbers (`css-1x2y3`) is left out, and so are the marks of words within a line.
    """
    found = set()
    for element in {line.partition(">")[0] for line in skeleton.splitlines()}:
        if _MARKS_WORDS.match(element):
            continue
        told = [tag or f"{key}={_VARIES.sub('', value)}" for tag, key, value in _KIND.findall(element)]
        found.add(zlib.crc32(" ".join(told).encode("utf-8", "surrogatepass")))
    return tuple(sorted(found)[:KINDS])
