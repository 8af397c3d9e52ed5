"""Score cards: what is counted, what the page shows, comparisons, and what the documentation says of the data."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from polykeras import plugins
from polykeras_conformance import report, score
from polykeras_conformance.score import Result
from polykeras_conformance.score_comparison import comparison_page
from polykeras_conformance.score_page import card_page

from .wrong import known, run

SOME = "test_value[exp-0- or test_value[sin-0- or test_value[softmax-0-float32]"


def card_of(results: list[Result], **changes: Any) -> dict[str, Any]:
    """A card of the NumPy backend with other results."""
    about = score.describe(plugins.load("numpy"))
    options = {
        "amount": "normal",
        "complete": True,
        "seconds": 75.0,
        "command": "polykeras conformance numpy",
        "levels": ["core"],
    }
    return score.card({**about, **changes}, results, **options)  # type: ignore[arg-type]


def some_results() -> list[Result]:
    """One of each outcome, two of an op each."""
    return [
        Result("test_values.py::test_value[exp-0-float32]", "passed", "core", "elementwise"),
        Result("test_values.py::test_value[sum-0-float32]", "failed", "core", "reductions", "got <b>1</b> & more"),
        Result("test_engine.py::test_threads", "known_failures", "core", "", "has <no> threads"),
        Result("test_devices.py::test_listing", "skipped", "devices", "", "no device"),
    ]


# ---- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["alone", "two-processes"])
def test_card_of_a_run(adapter: Path, processes: list[str]) -> None:
    """Outcomes by level and by area of ops, with messages and reasons; the same from one process and from two."""
    known(adapter, "test_values.py::test_value[exp-0-float16]")
    paths = ["--report", "card.json", "--report", "card.html"]
    status, output = run(adapter, "--backend", "wrong", "-k", SOME, *paths, *processes)
    assert status == 1 and "card.json" in output, output
    card = json.loads((adapter / "card.json").read_text())
    assert card["schema"] == score.SCHEMA and card["verdict"] == "fails" and not card["run"]["complete"]
    assert card["totals"]["known_failures"] == 1 and card["totals"]["skipped"] == 0
    failed = {f["test"] for f in card["failures"]}
    assert "test_values.py::test_value[exp-0-float32]" in failed and not any("sin" in test for test in failed)
    assert any("expected" in f["message"] and "exp(" in f["message"] for f in card["failures"])
    assert card["known_failures"] == [
        {
            "test": "test_values.py::test_value[exp-0-float16]",
            "level": "core",
            "area": "elementwise",
            "reason": "exp is wrong",
        }
    ]
    areas = {a["name"]: a for a in card["areas"]}
    assert areas["activations"]["passed"] == 1 and areas["activations"]["failed"] == 0
    assert areas["elementwise"]["failed"] == len(failed) == card["totals"]["failed"]
    levels = {level["name"]: level for level in card["levels"]}
    assert levels["core"]["passed"] == card["totals"]["passed"] > 0
    assert levels["devices"]["declared"] and not levels["compile"]["declared"] and not levels["compile"]["run"]
    assert card["backend"]["name"] == "wrong" and "numpy" in card["backend"]["versions"]
    page = (adapter / "card.html").read_text()
    assert "wrong" in page and "Does not conform" in page and "exp is wrong" in page


def test_verdicts_of_runs(adapter: Path) -> None:
    """A level that was run as a whole conforms; with a part of it left out, the card says so."""
    options = ["--backend", "wrong", "--level", "devices", "--report", "card.json"]
    assert run(adapter, *options)[0] == 0
    card = json.loads((adapter / "card.json").read_text())
    assert card["verdict"] == "conforms" and card["run"]["complete"]
    assert card["run"]["command"] == "polykeras conformance wrong --level devices"
    for part in (["-k", "test_listing"], ["--deselect", "test_devices.py::test_unknown"]):
        run(adapter, *options, *part)
        assert json.loads((adapter / "card.json").read_text())["verdict"] != "conforms", part
    status, output = run(adapter, "--backend", "wrong", "-x", "--report", "card.json")
    assert status == 1
    assert not json.loads((adapter / "card.json").read_text())["run"]["complete"], output


def test_where_reports_go(adapter: Path) -> None:
    """A report that cannot be written is refused before the tests, not after them."""
    for path, says in (("card.pdf", ".html or .json"), ("nowhere/card.html", "no folder")):
        status, output = run(adapter, "--backend", "wrong", "--report", path)
        assert status == pytest.ExitCode.USAGE_ERROR and says in output, output


def test_outcomes_of_reports() -> None:
    """A test whose setup or teardown fails has failed; a module that cannot be collected counts as a failure."""
    collector = report.Collector(None, [])  # type: ignore[arg-type]

    def seen(when: str, outcome: str, longrepr: Any = None, **more: Any) -> None:
        made = pytest.TestReport("a/test_x.py::test_y", ("", 0, ""), {}, outcome, longrepr, when)  # type: ignore[arg-type]
        made.__dict__.update(more)
        collector.pytest_runtest_logreport(made)

    seen("setup", "passed")
    assert not collector.results
    seen("call", "passed", user_properties=[("level", "core"), ("area", "logic")])
    assert collector.results["test_x.py::test_y"] == Result("test_x.py::test_y", "passed", "core", "logic")
    seen("teardown", "failed", "it broke")
    assert collector.results["test_x.py::test_y"].outcome == "failed"
    seen("call", "skipped", ("file", 1, "Skipped: no reason"))
    assert collector.results["test_x.py::test_y"].message == "no reason"
    seen("call", "skipped", "x", wasxfail="reason: known")
    assert collector.results["test_x.py::test_y"] == Result("test_x.py::test_y", "known_failures", "", "", "known")
    seen("call", "failed", "[XPASS(strict)] known")
    assert collector.results["test_x.py::test_y"].outcome == "failed"
    collector.pytest_collectreport(pytest.CollectReport("a/test_z.py", "failed", "no import", []))
    assert collector.results["a/test_z.py"].outcome == "failed"


@pytest.mark.parametrize(
    ("outcomes", "complete", "verdict"),
    [
        (["passed", "known_failures"], True, "conforms"),
        (["passed"], False, "incomplete"),
        (["passed", "failed"], True, "fails"),
        (["skipped"], True, "fails"),
        ([], True, "fails"),
    ],
)
def test_verdict(outcomes: list[str], complete: bool, verdict: str) -> None:
    """A known failure lowers nothing; where nothing passed, nothing is shown."""
    totals = {outcome: outcomes.count(outcome) for outcome in score.OUTCOMES}
    assert score.verdict(totals, complete) == verdict


def test_description() -> None:
    """Kernels and overrides are counted, the distribution is the one that announces the backend."""
    about = score.describe(plugins.load("numpy"))
    assert about["distribution"]["name"] == "polykeras" and about["ops"]["kernels"] <= about["ops"]["primitives"]
    assert sum(a["ops"] for a in about["areas"].values()) == about["ops"]["primitives"] + about["ops"]["composites"]
    assert sum(a["overrides"] for a in about["areas"].values()) == about["ops"]["overrides"] > 0


# ---- the pages -------------------------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Whether tags are closed in the order in which they were opened, and what the page refers to."""

    void = {"meta", "br", "path", "img", "link", "input", "hr"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.references: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.references += [v for k, v in attrs if k in ("src", "href", "srcset", "action", "data")]
        self.references += [tag] if tag in ("script", "link", "iframe", "object", "embed") else []
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: str) -> _Tags:
    """The page, read; fails if it is not well formed, or loads anything."""
    tags = _Tags()
    tags.feed(page)
    assert not tags.wrong and not tags.open, (tags.wrong, tags.open)
    assert not tags.references and "url(" not in page and "@import" not in page and "http" not in page
    return tags


def test_page_stands_alone() -> None:
    """Well formed, nothing loaded, light and dark, for small screens and for print."""
    page = card_page(card_of(some_results()))
    parsed(page)
    for needed in ("prefers-color-scheme: dark", "@media print", 'name="viewport"', "max-width", "<!DOCTYPE html>"):
        assert needed in page


def test_page_says_it_all() -> None:
    """Verdict, counts, versions, reasons, messages, how to reproduce; what a backend says of itself is no markup."""
    results = some_results()
    card = card_of(results, name="<mine>", versions={"mylib": "1.2"}, distribution={"name": "mine", "version": "0.3"})
    page = card_page(card)
    text = re.sub(r"\s+", " ", " ".join(parsed(page).text))
    for said in (
        "<mine>", "Does not conform", "1 of 4 tests pass", "1 known failure", "1 failed", "1 skipped", "mylib 1.2",
        "mine 0.3", "got <b>1</b> & more", "has <no> threads", "no device", "polykeras conformance numpy", "mine==0.3",
        "not run", "1 min 15 s", "elementwise", "polykeras' tape",
    ):  # fmt: skip
        assert said in text, said
    assert "<mine>" not in page and "got <b>" not in page
    assert "None." in " ".join(parsed(card_page(card_of(results[:1]))).text)
    assert "Conforms" in card_page(card_of(results[:1]))


def test_comparison() -> None:
    """Backends side by side; a test that does not pass everywhere is in the table with a sign for each."""
    good = card_of([Result("test_values.py::test_value[sum-0-float32]", "passed", "core", "reductions")])
    bad = card_of(some_results(), name="other", levels=["core", "gradients"])
    page = comparison_page([good, bad])
    text = " ".join(parsed(page).text)
    for said in ("2 backends compared", "numpy", "other", "Conforms", "Does not conform", "test_value[sum-0-float32]"):
        assert said in text, said
    assert text.count("✗") == 2 and "not declared" in text  # one in the table, one in the key
    assert "No test fails" in comparison_page([good, good])


def test_written_and_read(tmp_path: Path) -> None:
    """JSON can be read again, single and compared; a failed write leaves the old file alone."""
    first, second = card_of(some_results()), card_of(some_results()[:1], name="other")
    report.write(tmp_path / "one.json", [first])
    report.write(tmp_path / "two.json", [first, second])
    assert report.read(tmp_path / "one.json") == [first]
    assert report.read(tmp_path / "two.json") == [first, second]
    report.write(tmp_path / "two.html", [first, second])
    assert "2 backends compared" in (tmp_path / "two.html").read_text()
    with pytest.raises(TypeError):
        report.write(tmp_path / "one.json", [{**first, "bad": object()}])
    with pytest.raises(KeyError):
        report.write(tmp_path / "two.html", [{}])
    assert report.read(tmp_path / "one.json") == [first]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.json", "two.html", "two.json"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "polykeras-score-card/9"}', "\x00"])
def test_what_is_no_card(tmp_path: Path, content: str) -> None:
    """Other files, and cards of another version, are refused with their name."""
    (tmp_path / "no.json").write_text(content)
    with pytest.raises(ValueError, match=r"no\.json"):
        report.read(tmp_path / "no.json")
    with pytest.raises(ValueError, match="missing"):
        report.read(tmp_path / "missing.json")


# ---- the documentation -----------------------------------------------------------------------------------------------


def test_documented() -> None:
    """`docs/score-card.md` names every key of a card, and no other."""
    text = (Path(__file__).parents[2] / "docs" / "score-card.md").read_text()
    table = text[text.index("## The data") :]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    card = card_of(some_results())
    found = {key for key in card if key not in ("backend", "run")}
    found |= {f"{part}.{key}" for part in ("backend", "run") for key in card[part]}
    assert documented == found
    assert score.SCHEMA in text and score.COMPARISON_SCHEMA in text
    for part in ("levels", "areas", "subjects", "known_failures", "failures", "skips"):
        row = next(line for line in table.splitlines() if line.startswith(f"| `{part}`"))
        for key in set(card[part][0]) - set(score.OUTCOMES):
            assert f"`{key}`" in row, (part, key)
        assert ("counts" in row) == (score.PASSED in card[part][0]), part
    for verdict in ("conforms", "incomplete", "fails"):
        assert f"| `{verdict}` |" in text
