"""Tickets: one for each confirmed problem and each question, with what a developer needs to mend it."""

from __future__ import annotations

from collections.abc import Callable

from auditor.models import Kind, Report

Render = Callable[[str, Report], dict[str, bytes]]


def test_each_issue_but_advice_is_a_ticket_that_the_index_names(report: Report, rendered: Render) -> None:
    files = rendered("tickets", report)
    index = files["tickets/index.md"].decode()
    wanted = [issue for issue in report.issues if issue.kind is Kind.FAILURE]
    assert set(files) == {f"tickets/{issue.id}.md" for issue in wanted} | {"tickets/index.md"}
    for issue in wanted:
        assert f"]({issue.id}.md): " in index
        ticket = files[f"tickets/{issue.id}.md"].decode()
        assert ticket.startswith("# ")
        assert f"issue `{issue.id}`" in ticket
        assert "## Done when" in ticket


def test_a_question_is_not_put_as_a_fact(report: Report, rendered: Render) -> None:
    files = rendered("tickets", report)
    (question,) = (text.decode() for name, text in files.items() if "cant-tell" in name)
    assert question.startswith("# To check: Text is too faint")
    assert "This is a question, not a confirmed problem" in question
    (problem,) = (text.decode() for name, text in files.items() if "f1ac5e5cde" in name)
    assert "question" not in problem
