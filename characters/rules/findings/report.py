"""How checks write down what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from characters.rules.case import Case
from characters.rules.facts import Ref
from characters.rules.results import Finding

Findings = Iterator[Finding]
Check = Callable[[Case], Findings]


def error(code: str, message: str, *refs: Ref, excess: int = 0, subject: str = "") -> Finding:
    """A rule that may not be broken."""
    return Finding(code=code, severity="error", message=message, refs=refs, excess=excess, subject=subject)


def warning(code: str, message: str, *refs: Ref) -> Finding:
    """A rule that a troupe may overrule, or something left undone."""
    return Finding(code=code, severity="warning", message=message, refs=refs)


def reminder(code: str, message: str, *refs: Ref) -> Finding:
    """What only people can judge."""
    return Finding(code=code, severity="reminder", message=message, refs=refs)
