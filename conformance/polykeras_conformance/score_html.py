"""Pieces of HTML that the score card and the comparison share. The look is in ``score_page.html``; nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from polykeras_conformance.score import FAILED, KNOWN, OUTCOMES, PASSED, SKIPPED

WORDS = {PASSED: "passed", KNOWN: "known failures", FAILED: "failed", SKIPPED: "skipped"}
SINGULAR = {**WORDS, KNOWN: "known failure"}
SIGNS = {PASSED: "✓", KNOWN: "≈", FAILED: "✗", SKIPPED: "–"}

_LINE = 'fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"'
_TICK = f'<path d="M4 10.5l4 4 8-9" {_LINE}/>'
_CROSS = f'<path d="M5 5l10 10M15 5L5 15" {_LINE}/>'
_PART = '<path d="M10 3a7 7 0 1 0 7 7h-7z" fill="currentColor"/>'
_ICONS = {"conforms": _TICK, "fails": _CROSS, "incomplete": _PART}


def page(title: str, body: str) -> str:
    """A whole page, styles included."""
    shell = files("polykeras_conformance").joinpath("score_page.html").read_text(encoding="utf-8")
    return Template(shell).substitute(title=escape(title), body=body)


def number(n: int) -> str:
    """With thin spaces between thousands: 12 345."""
    return f"{n:,}".replace(",", "\u202f")


def with_code(text: str) -> str:
    """Text with what is between backticks set as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def counted(n: int, outcome: str) -> str:
    """``3 known failures``."""
    return f"{number(n)} {(SINGULAR if n == 1 else WORDS)[outcome]}"


def bar(counts: Mapping[str, Any]) -> str:
    """A bar in the proportions of the outcomes; what it shows is said in words to those who do not see it."""
    total = sum(counts[o] for o in OUTCOMES)
    said = ", ".join(counted(counts[o], o) for o in OUTCOMES if counts[o]) or "no tests"
    parts = "".join(
        f'<i class="{o}" style="flex:{counts[o]} 0 0"></i>' for o in (PASSED, SKIPPED, KNOWN, FAILED) if counts[o]
    )
    return f'<div class="bar" role="img" aria-label="{said}" title="{said}">{parts if total else ""}</div>'


def verdict_words(card: Mapping[str, Any]) -> str:
    """The verdict in a few words."""
    known = card["totals"][KNOWN]
    if card["verdict"] == "fails":
        return "Does not conform"
    if card["verdict"] == "incomplete":
        return "Part of the suite"
    words = "Conforms" + ("" if not known else f", {counted(known, KNOWN)}")
    return words + (" (quick run)" if card["run"]["amount"] == "quick" else "")


def verdict_badge(card: Mapping[str, Any]) -> str:
    """The verdict with a sign."""
    verdict = card["verdict"]
    icon = f'<svg viewBox="0 0 20 20" aria-hidden="true">{_ICONS[verdict]}</svg>'
    return f'<span class="verdict {verdict}">{icon}{verdict_words(card)}</span>'


def versions(card: Mapping[str, Any]) -> str:
    """The framework's versions: ``torch 2.9.0``."""
    return ", ".join(f"{name} {v}" for name, v in card["backend"]["versions"].items())


def reproduce(card: Mapping[str, Any]) -> str:
    """What to type to get the numbers again."""
    lines = [f"python -m pip install {_requirement(card)}"]
    return "\n".join([*lines, f"{card['run']['command']} -n 2 --report score-card.html"])


def _requirement(card: Mapping[str, Any]) -> str:
    about = card["backend"]["distribution"]
    name, version = about["name"], about["version"]
    core = f"'polykeras[conformance]=={card['run']['polykeras']}'"
    frameworks = " ".join(f"{d}=={v}" for d, v in card["backend"]["versions"].items() if v[:1].isdigit())
    own = f" {name}=={version}" if name != "polykeras" and version else ""
    return f"{core}{own} {frameworks}".strip()


def footer(card: Mapping[str, Any]) -> str:
    """Who made the page."""
    run = card["run"]
    return (
        f"<footer>Made by the conformance suite of polykeras {escape(run['polykeras'])} · {date(run['date'])}</footer>"
    )


def date(text: str) -> str:
    """The day of an ISO date."""
    return escape(text.partition("T")[0])


def duration(seconds: float) -> str:
    """``3 min 20 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
