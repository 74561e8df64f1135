"""Unpacking piece by piece gives what unpacking at once gives, however the packed bytes come."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.net import inflate
from auditor.net.inflate import PIECE, Damaged, Inflater


def pack(data: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(data, mtime=0)
    packer = zlib.compressobj(wbits=-15 if coding == "bare" else 15)
    return packer.compress(data) + packer.flush()


def unpack(pieces: list[bytes], coding: str) -> tuple[bytes, bool]:
    inflater = Inflater(deflate=coding != "gzip")
    out = [piece for data in pieces for piece in inflater.feed(data)]
    assert all(0 < len(piece) <= PIECE for piece in out)
    return b"".join(out), inflater.complete


@pytest.mark.parametrize("coding", ["gzip", "zlib", "bare"])
@given(st.binary(min_size=1, max_size=50), st.integers(0, 3 * PIECE), st.integers(1, 3000))
def test_any_content_in_any_cuts(coding: str, word: bytes, size: int, cut: int) -> None:
    data = (word * (size // len(word) + 1))[:size]
    packed = pack(data, coding)
    cuts = [packed[at : at + cut] for at in range(0, len(packed), cut)]
    assert unpack(cuts, coding) == (data, True)
    if coding == "gzip":
        assert unpack([*cuts, *cuts, bytes(512)], coding) == (data * 2, True)
        assert unpack([*cuts, *cuts[:-1]], coding)[1] == (len(cuts) == 1)


@pytest.mark.parametrize("coding", ["gzip", "zlib", "bare"])
def test_an_end_close_to_a_pieces_end(coding: str) -> None:
    """What zlib still holds when it has had all the input, and a piece is full, is not forgotten."""
    for size in (*range(PIECE - 5, PIECE + 600, 7), *range(2 * PIECE - 5, 2 * PIECE + 600, 7)):
        assert unpack([pack(bytes(size), coding)], coding) == (bytes(size), True), size


def test_nothing_at_all_is_complete() -> None:
    assert unpack([], "gzip") == (b"", True)


def test_members_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "MAX_MEMBERS", 100)
    member = gzip.compress(b"a", mtime=0)
    assert unpack([member * 100], "gzip") == (b"a" * 100, True)
    with pytest.raises(Damaged):
        unpack([member * 101], "gzip")
