"""Boards for the tests of what is rendered: assessments, their developers, and the leaderboard of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.board.model.assessment import Assessment, Developer, entry
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring
from tests.samples import assessment, developer, rubric

# What a contributor might write into a name; 120 characters are the most that a name has.
HOSTILE_NAMES = [
    "<script>alert(1)</script>",
    "a | b || c",
    "`code` ``x```",
    "x](javascript:alert(1)) [y](https://evil.test/)",
    "![x](https://evil.test/pixel.png)",
    "one\n\ntwo\n# three",
    "</td></tr></table><!-- leaderboard:end -->",
    "=cmd|' /C calc'!A0",
    "-1+1",
    "מודל פתוח \u202e)desrever(",
    "🤖 :tada: 모델",
    "@octocat fixes #1 and GH-2 for $x$ and $y$",
    "\"quoted\" 'twice' &amp; &#64; &copy;",
    "https://evil.test/ www.evil.test me@evil.test",
    "*_~#+-.!\\",
    "W" * 120,
    "Weights",
]

LETTERS = {"o": "open", "s": "semi-open", "c": "closed", "n": "not-applicable"}


@dataclass(frozen=True)
class Sample:
    """A board with everything that its renderers ask for."""

    board: Leaderboard
    assessments: dict[str, Assessment]
    developers: dict[str, Developer]


def ratings(levels: str) -> dict[str, Any]:
    """Ratings whose levels are spelt with one letter each; what a level needs is there."""
    needed = {"evidence": [{"url": "https://example.org/", "fact": "It says so."}], "note": "Why."}
    return {
        criterion.id: {"level": LETTERS[letter]} | ({} if letter == "c" else needed)
        for criterion, letter in zip(rubric().criteria, levels, strict=True)
    }


def board_of(assessments: dict[str, Assessment], developers: dict[str, Developer] | None = None) -> Sample:
    """The board of these assessments; developers that aren't given are made up."""
    known = {model_id.partition("/")[0]: developer() for model_id in assessments} | (developers or {})
    board = rank_entries([entry(model_id, one) for model_id, one in assessments.items()], Scoring(rubric()))
    return Sample(board, assessments, known)


def hostile_board() -> Sample:
    """A board of hostile model names, each by a developer of the same name from a country of the same name."""
    assessments = {}
    developers = {}
    for number, name in enumerate(HOSTILE_NAMES):
        text = {
            "url": "https://example.org/a_(b)*[c]?d=1&copy;=2",
            "where": name,
            "fact": name,
            "quote": name,
        }
        one = assessment("placeholder", ratings={"code": {"level": "open", "evidence": [text], "note": name}})
        assessments[f"lab-{number}/model"] = one.model_copy(update={"model": name})
        developers[f"lab-{number}"] = developer().model_copy(update={"name": name, "country": name})
    return board_of(assessments, developers)


def large_board(size: int) -> Sample:
    """A board of many models with names and ids of realistic length and all kinds of levels."""
    patterns = ["oscosscosscossco", "ssssssssssssssss", "ccnssccsosssssnc", "oooooooonoonnono"]
    assessments = {
        f"research-institute-{number % 30}/some-language-model-{number}-instruct": assessment(
            f"Some Language Model {number} Instruct", ratings=ratings(patterns[number % 4])
        )
        for number in range(size)
    }
    return board_of(assessments)
