"""Ratings that people write into one text."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.board.model.rating import Confidence
from bot.board.model.rubric import Level
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.base import names_of
from bot.handlers.forms.ratings import read_ratings
from tests.handlers.forms.test_form_files import template_of
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from bot.board.model.rating import Rating

NAMES = names_of(rubric())


def read(text: str) -> tuple[dict[str, Rating], list[tuple[str, str]]]:
    """Return the ratings, and the rules and places of the problems."""
    checks = Checks(date(2026, 1, 1))
    ratings = read_ratings(text, NAMES, checks).ratings
    return ratings, [(problem.rule, problem.place) for problem in checks.problems]


WHOLE = """weights: open
https://example.org/files
where: Files
fact: All of them.
accessed: 2025-06-01
quote: "all"
note: For the reader."""

YAML = """weights:
  level: open
  evidence:
    - fact: "All of \\
        them."
      url: https://example.org/files  # the page
      where: Files
      accessed: 2025-06-01
  note: >-
    For the
    reader."""

WRITTEN = {
    "as the form shows it": WHOLE,
    "with bullets": "\n".join(f"- {line}" for line in WHOLE.split("\n")),
    "with empty lines": WHOLE.replace("\n", "\n\n"),
    "with indentation": WHOLE.replace("\n", "\n    "),
    "with the title of the criterion": WHOLE.replace("weights:", "Weights :"),
    "with a capital level and a full stop": WHOLE.replace("open", "Open.", 1),
    "with Korean names": WHOLE.replace("weights: open", "가중치: 공개"),
    "with a colon as wide as Korean letters": WHOLE.replace("weights: open", "가중치： 공개"),
    "with the key url": WHOLE.replace("https", "url: https"),
    "with the fact behind the address": WHOLE.replace("/files\nwhere: Files\nfact:", "/files -").replace(
        "All of them.\n", "All of them.\nwhere: Files\n"
    ),
    "with a fact on two lines": WHOLE.replace("All of them", "All\nof them"),
    "with bold words": WHOLE.replace("weights: open", "**weights**: **open**").replace("note:", "**note:**"),
    "with a bold word and its colon": WHOLE.replace("weights: open", "**weights:** open"),
    "with numbers": WHOLE.replace("weights", "1. weights"),
    "with angle brackets": WHOLE.replace("https://example.org/files", "<https://example.org/files>"),
    "with a link of Markdown": WHOLE.replace("https://example.org/files", "[Files](https://example.org/files)"),
    "with dots in the day": WHOLE.replace("2025-06-01", "2025.06.01"),
    "with slashes in the day": WHOLE.replace("2025-06-01", "2025/6/1"),
    "with a Korean day": WHOLE.replace("2025-06-01", "2025년 6월 1일"),
    "with full-width characters": WHOLE.replace("accessed: 2025-06-01", "accessed： ２０２５－０６－０１"),
    "with the question of the form": WHOLE.replace("open", "open  # Can the trained weights be downloaded?", 1),
    "with comments": WHOLE.replace("where", "# a comment: open\nwhere"),
    "in a block of code": f"```yaml\n{WHOLE}\n```",
    "with a level of its own": WHOLE.replace("weights: open", "weights:\nlevel: open\nevidence:"),
    "as in a file": YAML,
    "as in a file, with indentation": "\n".join(f"    {line}" for line in YAML.split("\n")),
    "as in a file, with its ratings": "ratings:\n" + "\n".join(f"  {line}" for line in YAML.split("\n")),
    "as in a file, below what the form has": f"{{prefilled}}\n{YAML}",
    "as in a file, with indentation below what the form has": "{prefilled}\n"
    + "\n".join(f"  {line}" for line in YAML.split("\n")),
    "as in a file, with Korean names and another way to write the day": YAML.replace("weights:", "가중치:")
    .replace("level: open", "level: 공개")
    .replace("2025-06-01", '"2025.6.1"'),
    "below what the form has": f"{{prefilled}}\n{WHOLE}",
    "in the line of the form": "{in the form}",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_rating_can_be_written_like_this(name: str) -> None:
    prefilled = template_of("propose-a-model").field("ratings").value
    rest = WHOLE.partition("\n")[2]
    in_the_form = re.sub(
        "^weights:(.*)$", lambda found: f"weights: open{found[1]}\n{rest}", prefilled, flags=re.MULTILINE
    )
    ratings, problems = read(WRITTEN[name].replace("{prefilled}", prefilled).replace("{in the form}", in_the_form))
    assert problems == []
    assert ratings.keys() == {"weights"}
    (evidence,) = ratings["weights"].evidence
    assert (ratings["weights"].level, ratings["weights"].note) == (Level.OPEN, "For the reader.")
    assert (evidence.url, evidence.where, evidence.fact) == ("https://example.org/files", "Files", "All of them.")
    assert evidence.accessed == date(2025, 6, 1)


def test_several_ratings_with_several_pages_each() -> None:
    ratings, problems = read("weights: open\nhttps://example.org/1 A.\nhttps://example.org/2 B.\n\npaper: closed\n")
    assert problems == []
    assert [evidence.fact for evidence in ratings["weights"].evidence] == ["A.", "B."]
    assert ratings["paper"].level is Level.CLOSED


def test_nothing_is_no_rating() -> None:
    assert read("") == ({}, [])
    assert read("\n \n") == ({}, [])


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("Everything is open.", "line-unclear", ""),
        ("https://example.org/files", "line-unclear", ""),
        ("weights: open\nsomething", "line-unclear", ""),
        ("weights: yes", "no-such-level", "weights"),
        ("weights:\nhttps://example.org/x It.", "level-missing", ""),
        ("weights:  # Can they be downloaded? open", "level-in-comment", "weights"),
        ("weights: open\nhttps://example.org/x It.\ndisputed: https://example.org/issues/1", "line-unclear", ""),
        ("weights:\n  level: yes", "ambiguous", "level: yes"),
        ("weights:\n  level: opne", "no-such-level", "weights"),
        ("weigths:\n  level: open", "no-such-criterion", ""),
        ("weights:\n  level: open", "evidence-missing", "weights"),
        ("weights:\n  note: x\ncode:\n  level: closed", "level-missing", ""),
        ("weights:\n  level: closed\n  note: &a x", "anchor", "note: &a x"),
        ("weights:\n  level: closed\n  note: !!python/object:os.system x", "tag", "note: !!python/object:os.system x"),
        ("weights:\n  level: closed\nweights:\n  level: closed", "duplicate-key", "weights:"),
        ("weights:\n  level: closed\n  score: 1", "value", "weights"),
        ("weights:\n  level: open\n  evidence: a page", "value", "weights, evidence"),
        ("weights: closed\n  level: open", "yaml", "level: open"),
        ("wieghts: open", "no-such-criterion", ""),
        ("weights: closed\nweights: closed", "criterion-twice", ""),
        ("weights: open", "evidence-missing", "weights"),
        ("weights: open\nhttps://example.org/x", "part-missing", "weights"),
        ("weights: open\nhttps://localhost/x It.", "url-local", "weights, url"),
        ("weights: open\nhttps://example.org/x It.\naccessed: May", "date", "weights, accessed"),
        ("weights: open\nhttps://example.org/x It.\naccessed: 2999-01-01", "date-in-future", "weights, accessed"),
        ("weights: open\nhttps://example.org/x It.\nwhere: A\nwhere: B", "line-unclear", ""),
        ("api: not-applicable\nhttps://example.org/x It.", "note-missing", "api"),
        (f"weights: open\nhttps://example.org/x {'long ' * 1000}", "too-long", "weights, fact"),
        ("weights: open\nhttps://example.org/x In\u200bvisible.", "unseen-character", "weights"),
    ],
)
def test_a_problem_is_reported_with_its_criterion(text: str, rule: str, place: str) -> None:
    assert read(text)[1][0] == (rule, place)


def test_the_example_of_the_guide_is_read_as_the_strict_reader_reads_it() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(# yaml-language-server[^`]*ratings:[^`]*)```", guide)
    for text in (example, example[example.index("ratings:") :], f"```yaml\n{example}```"):
        ratings, problems = read(text)
        assert problems == []
        assert [*ratings] == [criterion.id for criterion in rubric().criteria]
        assert ratings["license"].evidence[0].quote == "for non-commercial purposes only"


def test_what_the_form_has_already_rates_nothing() -> None:
    for language in ("", ".ko"):
        assert read(template_of(f"propose-a-model{language}").field("ratings").value) == ({}, [])


@pytest.mark.parametrize(
    "text",
    [
        "weights: closed\nconfidence: doubtful\ndoubt: It may be\nopen.\nnote: Looked.",
        "weights:\n  level: closed\n  confidence: doubtful\n  doubt: It may be open.\n  note: Looked.",
    ],
)
def test_a_doubt_is_kept(text: str) -> None:
    ratings, problems = read(text)
    assert problems == []
    assert (ratings["weights"].confidence, ratings["weights"].doubt) == (Confidence.DOUBTFUL, "It may be open.")
    assert ratings["weights"].note == "Looked."


def test_precedents_are_kept() -> None:
    for text in (
        "weights: closed\nprecedents: [click-through, other]",
        "weights:\n  level: closed\n  precedents: [click-through, other]",
    ):
        ratings, problems = read(text)
        assert problems == []
        assert ratings["weights"].precedents == ("click-through", "other")
