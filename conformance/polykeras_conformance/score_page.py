"""The score card of a backend as a page of HTML that stands alone: nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from polykeras_conformance.score import FAILED, KNOWN, LEVELS, OUTCOMES, PASSED, SKIPPED
from polykeras_conformance.score_html import (
    SINGULAR,
    WORDS,
    bar,
    counted,
    date,
    duration,
    footer,
    number,
    page,
    reproduce,
    verdict_badge,
    versions,
    with_code,
)

Card = Mapping[str, Any]

COMPILED = {
    "jit": "an optimising compiler",
    "graph": "graphs",
    "recorded": "recorded programs",
    "eager": "not compiled",
}
AMOUNTS = {"normal": "the full suite", "quick": "a quick run", "thorough": "every sample in every dtype"}


def card_page(card: Card) -> str:
    """The page of one card."""
    parts = [
        _head(card),
        _failures(card["failures"]),
        _levels(card),
        _areas(card),
        _subjects(card["subjects"]),
        _known(card["known_failures"]),
        _skips(card["skips"]),
        _how(card),
    ]
    body = f"<main>{''.join(parts)}{footer(card)}</main>"
    return page(f"{card['backend']['name']}: polykeras score card", body)


def _head(card: Card) -> str:
    about, run, totals, ops = card["backend"], card["run"], card["totals"], card["backend"]["ops"]
    total = sum(totals.values())
    facts = {
        "Adapter": f"{about['distribution']['name']} {about['distribution']['version']}",
        "Framework": versions(card) or "none",
        "Core": f"polykeras {run['polykeras']}, protocol {about['protocol']}",
        "Python": f"{run['python']} on {run['platform']}",
        "Gradients": "the framework's own" if about["gradients"] == "native" else "polykeras' tape",
        "Compiled steps": COMPILED.get(about["compiled"], about["compiled"]),
        "Native kernels": f"{ops['kernels']} of {ops['primitives']} primitives",
        "Fused overrides": f"{ops['overrides']} of {ops['composites']} composites",
        "Devices": ", ".join(about["devices"]),
        "Run": f"{AMOUNTS[run['amount']]} in {duration(run['seconds'])}" + ("" if run["complete"] else ", in part"),
        "Date": date(run["date"]),
        "dtypes": ", ".join(about["dtypes"]),
    }
    shown = "".join(
        f"<div{' class=all' if k == 'dtypes' else ''}><dt>{k}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items()
    )
    passed = f"{number(totals[PASSED])} of {number(total)} tests pass"
    rest = [counted(totals[o], o) for o in (KNOWN, FAILED, SKIPPED) if totals[o]]
    return f"""<section class="hero">
<div class="head"><div><p class="eyebrow">polykeras backend score card</p><h1>{escape(about["name"])}</h1></div>
{verdict_badge(card)}</div>
<p class="sum">{passed}{" · " if rest else ""}{" · ".join(rest)}</p>
{bar(totals)}{_key(totals)}
<dl class="facts">{shown}</dl>
</section>"""


def _key(totals: Mapping[str, int]) -> str:
    words = {o: (SINGULAR if totals[o] == 1 else WORDS)[o] for o in OUTCOMES}
    items = (f'<li><i class="{o}"></i><b>{number(totals[o])}</b> {words[o]}</li>' for o in OUTCOMES if totals[o])
    return f'<ul class="key">{"".join(items)}</ul>'


def _levels(card: Card) -> str:
    rows = []
    for level in card["levels"]:
        if level["run"]:
            counts = "".join(f'<span class="{o}">{counted(level[o], o)}</span>' for o in OUTCOMES if level[o])
            shown = f'<div class="count">{counts or "no tests"}</div>{bar(level)}'
        else:
            why = "not run" if level["declared"] else "not declared by this backend"
            shown = f'<div class="absent">{why}</div>'
        about = escape(LEVELS.get(level["name"], ""))
        rows.append(
            f'<div class="level"><h3>{escape(level["name"])}</h3><div>{shown}<p>{about[:1].upper()}{about[1:]}.</p></div></div>'
        )
    return f"<section><h2>Levels</h2>{''.join(rows)}</section>"


def _areas(card: Card) -> str:
    rows = "".join(
        f'<tr><td class="name">{escape(a["name"])}</td><td class="n">{a["ops"]}</td>'
        f'<td class="n optional">{_or_dot(a["kernels"])}</td><td class="n optional">{_or_dot(a["overrides"])}</td>'
        f'<td class="bars">{bar(a)}</td>{_cells(a)}</tr>'
        for a in card["areas"]
    )
    ops = card["backend"]["ops"]
    return f"""<section><h2>Operations by area</h2>
<p class="soft small">{ops["primitives"] + ops["composites"]} operations. A kernel is the backend's own implementation of a
primitive; an override is a fused one of an operation that would otherwise run as a composition.</p>
<div class="scroll"><table class="wraps"><thead><tr><th>Area</th><th class="n">Ops</th><th class="n optional">Kernels</th>
<th class="n optional">Overrides</th><th></th>{_columns()}</tr></thead><tbody>{rows}</tbody></table></div></section>"""


def _subjects(subjects: Sequence[Card]) -> str:
    if not subjects:
        return ""
    rows = "".join(
        f"<tr><td><b>{escape(s['name'].replace('_', ' ').capitalize())}</b><br>"
        f'<span class="soft small">{with_code(s["about"])}</span></td><td class="bars optional">{bar(s)}</td>{_cells(s)}</tr>'
        for s in subjects
    )
    return f"""<section><h2>Beyond single operations</h2><div class="scroll"><table><thead><tr><th></th>
<th class="optional"></th>{_columns()}</tr></thead><tbody>{rows}</tbody></table></div></section>"""


def _columns() -> str:
    return '<th class="n">Passed</th><th class="n">Known</th><th class="n">Failed</th>'


def _cells(counts: Card) -> str:
    classes = {PASSED: "", KNOWN: " known", FAILED: " bad"}
    return "".join(f'<td class="n{classes[o] if counts[o] else " zero"}">{number(counts[o])}</td>' for o in classes)


def _or_dot(n: int) -> str:
    return str(n) if n else '<span class="soft">·</span>'


def _failures(failures: Sequence[Card]) -> str:
    if not failures:
        return ""
    opened = " open" if len(failures) <= 10 else ""
    items = "".join(
        f"<details{opened}><summary><code>{escape(f['test'])}</code></summary><pre>{escape(f['message'])}</pre></details>"
        for f in failures
    )
    return f"<section><h2>{counted(len(failures), FAILED).capitalize()}</h2>{items}</section>"


def _known(entries: Sequence[Card]) -> str:
    lead = '<p class="soft small">Declared by the adapter, with the reason. Each must fail: one that passes fails the suite.</p>'
    if not entries:
        return "<section><h2>Known failures</h2><p>None.</p></section>"
    items = _by_reason(entries)
    return f"<section><h2>{counted(len(entries), KNOWN).capitalize()}</h2>{lead}{items}</section>"


def _skips(entries: Sequence[Card]) -> str:
    return f"<section><h2>{counted(len(entries), SKIPPED)}</h2>{_by_reason(entries)}</section>" if entries else ""


def _by_reason(entries: Sequence[Card]) -> str:
    reasons: dict[str, list[str]] = {}
    for entry in entries:
        reasons.setdefault(entry["reason"], []).append(entry["test"])
    return "".join(
        f"<details><summary>{escape(reason)}<span class=n>{len(tests)} test{'s' if len(tests) > 1 else ''}</span></summary>"
        f'<ul class="tests">{"".join(f"<li><code>{escape(t)}</code></li>" for t in tests)}</ul></details>'
        for reason, tests in sorted(reasons.items())
    )


def _how(card: Card) -> str:
    return f"<section><h2>Reproduce</h2><pre>{escape(reproduce(card))}</pre></section>"
