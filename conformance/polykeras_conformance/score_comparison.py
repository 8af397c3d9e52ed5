"""Several score cards beside each other, as a page of HTML that stands alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from polykeras_conformance.score import FAILED, KNOWN, LEVELS, OUTCOMES, PASSED, SKIPPED
from polykeras_conformance.score_html import (
    SIGNS,
    bar,
    date,
    duration,
    footer,
    number,
    page,
    verdict_words,
    versions,
)

Card = Mapping[str, Any]

_MOST = 200  # tests listed


def comparison_page(cards: Sequence[Card]) -> str:
    """The page."""
    names = ", ".join(card["backend"]["name"] for card in cards)
    parts = [_head(cards), _levels(cards), _areas(cards), _differences(cards)]
    return page(f"{names}: polykeras score cards", f'<main class="wide">{"".join(parts)}{footer(cards[-1])}</main>')


def _head(cards: Sequence[Card]) -> str:
    facts: dict[str, Callable[[Card], str]] = {
        "Verdict": lambda c: f'<span class="chip {c["verdict"]}">{verdict_words(c)}</span>',
        "Tests that pass": lambda c: f"{number(c['totals'][PASSED])} of {number(sum(c['totals'].values()))}",
        "Framework": lambda c: escape(versions(c)),
        "Adapter": lambda c: escape(" ".join(c["backend"]["distribution"].values())),
        "Gradients": lambda c: "the framework's own" if c["backend"]["gradients"] == "native" else "polykeras' tape",
        "Native kernels": lambda c: f"{c['backend']['ops']['kernels']} of {c['backend']['ops']['primitives']}",
        "Fused overrides": lambda c: f"{c['backend']['ops']['overrides']} of {c['backend']['ops']['composites']}",
        "dtypes": lambda c: str(len(c["backend"]["dtypes"])),
        "Run": lambda c: (
            f"{date(c['run']['date'])}, Python {escape(c['run']['python'])}, {duration(c['run']['seconds'])}"
        ),
    }
    rows = "".join(
        f'<tr><td class="label">{name}</td>{"".join(f"<td>{of(card)}</td>" for card in cards)}</tr>'
        for name, of in facts.items()
    )
    return f"""<section><p class="eyebrow">polykeras backend score cards</p><h1>{len(cards)} backends compared</h1>
<p></p><div class="scroll"><table class="matrix"><thead><tr><th></th>{_backends(cards)}</tr></thead>
<tbody>{rows}</tbody></table></div></section>"""


def _backends(cards: Sequence[Card]) -> str:
    return "".join(f'<th class="backend">{escape(card["backend"]["name"])}</th>' for card in cards)


def _matrix(cards: Sequence[Card], title: str, part: str, names: Sequence[str], lead: str = "") -> str:
    """Rows are the entries of `part` of the cards."""
    entries = [{entry["name"]: entry for entry in card[part]} for card in cards]
    rows = "".join(
        f'<tr><td class="name">{escape(name)}</td>{"".join(_cell(found.get(name)) for found in entries)}</tr>'
        for name in names
    )
    return f"""<section><h2>{title}</h2>{lead}<div class="scroll"><table class="matrix"><thead><tr><th></th>
{_backends(cards)}</tr></thead><tbody>{rows}</tbody></table></div></section>"""


def _cell(entry: Card | None) -> str:
    if entry is None or not sum(entry[o] for o in OUTCOMES):
        why = "not declared" if entry is not None and not entry.get("declared", True) else "not run"
        return f'<td class="cell soft small">{why}</td>'
    counts = {PASSED: "passed", KNOWN: "known", FAILED: "failed"}
    short = [f"{number(entry[o])} {word}" for o, word in counts.items() if entry[o]]
    return f'<td class="cell">{bar(entry)}<span class="small soft">{" · ".join(short)}</span></td>'


def _levels(cards: Sequence[Card]) -> str:
    return _matrix(cards, "Levels", "levels", list(LEVELS))


def _areas(cards: Sequence[Card]) -> str:
    names = sorted({area["name"] for card in cards for area in card["areas"]})
    return _matrix(cards, "Operations by area", "areas", names)


def _differences(cards: Sequence[Card]) -> str:
    """Tests that do not pass everywhere. A test that is not on any list of a card passes there, or is not run."""
    lists = {"known_failures": KNOWN, "failures": FAILED, "skips": SKIPPED}
    outcomes = [{e["test"]: outcome for part, outcome in lists.items() for e in card[part]} for card in cards]
    tests = sorted({test for found in outcomes for test, outcome in found.items() if outcome != SKIPPED})
    if not tests:
        return "<section><h2>Where they differ</h2><p>No test fails on any of them.</p></section>"
    rows = "".join(
        f"<tr><td><code>{escape(test)}</code></td>{''.join(_sign(found.get(test)) for found in outcomes)}</tr>"
        for test in tests[:_MOST]
    )
    more = f"<p class=soft>… and {len(tests) - _MOST} more.</p>" if len(tests) > _MOST else ""
    signs = f"{SIGNS[KNOWN]} known failure · {SIGNS[FAILED]} fails · {SIGNS[SKIPPED]} skipped"
    key = f"{signs} · blank: passes, or is not run there"
    return f"""<section><h2>Where they differ</h2><p class="soft small">{key}</p><div class="scroll">
<table class="matrix tests"><thead><tr><th></th>{_backends(cards)}</tr></thead><tbody>{rows}</tbody></table></div>
{more}</section>"""


def _sign(outcome: str | None) -> str:
    return "<td></td>" if outcome is None else f'<td><span class="mark {outcome}">{SIGNS[outcome]}</span></td>'
