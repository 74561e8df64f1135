"""WCAG 2.4.3: a dialog that lies over the page takes the focus, and gives it back."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.activation import Activation, Dialog


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        if each.dialog and (each.dialog.modal or (each.dialog.focus_in and each.dialog.lost)):
            yield _verdict(each.dialog, each.name)
    for refused in activation.refused:
        yield untested(refused.place, f"It was not pressed: {refused.reason}")
    if activation.left_out:
        yield untested(activation.page, f"{activation.left_out} more buttons were not pressed")


def _verdict(dialog: Dialog, name: str) -> Verdict:
    opened = f"“{name}” opens a dialog{' over the page' if dialog.modal else ''}"
    if not dialog.focus_in and not dialog.tab_in and dialog.behind:
        return failed(dialog.place, f"{opened}; the focus stays behind it, and so does Tab: {_short(dialog)}")
    if dialog.behind and dialog.says_modal and not dialog.focus_in:
        return failed(
            dialog.place,
            f"{opened} and says that nothing else can be used (aria-modal); the focus does not move into it, "
            f"and Tab leads on to the page behind: {_short(dialog)}",
        )
    if dialog.behind and dialog.covered:
        return failed(
            dialog.place,
            f"{opened}; Tab leaves it for what it covers, where no pointer gets to: {_short(dialog)}",
        )
    if dialog.behind:
        return cant_tell(
            dialog.place,
            f"{opened}; Tab leaves it for the page behind: {_short(dialog)}. Is that to be used?",
        )
    if not dialog.escapes and not dialog.closes:
        return cant_tell(dialog.place, f"{opened}; neither Escape nor a close button was seen to close it")
    if dialog.strayed:
        return failed(
            dialog.place,
            f"{opened}; once closed, the focus is nowhere, and Tab begins at the top of the page again: "
            f"{dialog.strayed.selector[:80]}",
        )
    if not dialog.returned:
        return cant_tell(
            dialog.place, f"{opened}; once closed, the focus is not at the button again. Where is it?"
        )
    return passed(dialog.place)


def _short(dialog: Dialog) -> str:
    return dialog.behind.selector[:80] if dialog.behind else ""
