"""Sample boards for the tests of pages and data files: assessments, their developers, and their leaderboard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.board.model.assessment import Assessment, entry
from bot.board.model.layout import LICENSES
from bot.board.model.licenses import NO_LICENSES, Licenses
from bot.board.model.rubric import Level, Rubric
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.document import read_licenses
from bot.site.data_files import data_files as made_data_files
from bot.site.document import ModelInputs
from bot.site.model_page import page_parts
from bot.site.ranked_models import RankedModels
from tests.samples import DATA, assessment, developer
from tests.samples import rubric as frozen_rubric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.board.model.developer import Developer
    from bot.site.document import Part

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
    """A board with the assessments and developers that its pages need."""

    board: Leaderboard
    assessments: dict[str, Assessment]
    developers: dict[str, Developer]

    def models(
        self, study_ranks: dict[str, int] | None = None, provisional: dict[str, frozenset[str]] | None = None
    ) -> RankedModels:
        return RankedModels(self.board, self.developers, study_ranks or {}, provisional or {})

    def inputs(self, model_id: str) -> ModelInputs:
        return ModelInputs(self.board.by_id[model_id], lambda: self.assessments[model_id])


def text_of(rendered: str | Iterable[Part]) -> str:
    """Return a text, or that which consists of these parts."""
    return rendered if isinstance(rendered, str) else "".join(part.render() for part in rendered)


def model_page(sample: Sample, model_id: str, models: RankedModels | None = None, **values: Any) -> str:
    """Return the page of a model; `values` as in `page_parts`."""
    return text_of(page_parts(models or sample.models(), sample.inputs(model_id), **values))


def frozen_licenses() -> Licenses:
    """Return the frozen licenses."""
    value, problems, _ = read_licenses(LICENSES, (DATA / LICENSES).read_bytes(), frozen_rubric())
    assert value is not None, problems
    return value


def data_files(
    sample: Sample,
    study_ranks: dict[str, int] | None = None,
    provisional: dict[str, frozenset[str]] | None = None,
    licenses: Licenses = NO_LICENSES,
) -> dict[str, str]:
    """Return the text of each data file by its name, as the build writes it."""
    models = replace(sample.models(study_ranks, provisional), licenses=licenses)
    return {
        file.path.removeprefix("leaderboard/"): "".join((
            file.head,
            file.separator.join(text_of(file.parts(sample.inputs(row.entry.id))) for row in sample.board.rows),
            file.foot,
        ))
        for file in made_data_files(models)
    }  # fmt: skip


def mixed_board() -> Sample:
    """Return a board of one model with all optional fields, and two without them that share a rank."""
    full = assessment(
        "One",
        released="2025-01-20",
        huggingface="lab/one",
        license="MIT",
        modality=["text", "image"],
        ratings=ratings("osconnoscnnnosco"),
    )
    return board_of({"lab/one": full, "lab/two": assessment("Two"), "lab/tie": assessment("Tie")})


def ratings(levels: str) -> dict[str, Any]:
    """Return ratings whose levels are given by one letter each, with the evidence and the note that a level needs."""
    needed = {"evidence": [{"url": "https://example.org/", "fact": "It says so."}], "note": "Why."}
    return {
        criterion.id: {"level": LETTERS[letter]} | ({} if letter == "c" else needed)
        for criterion, letter in zip(frozen_rubric().criteria, levels, strict=True)
    }


def board_of(
    assessments: dict[str, Assessment], developers: dict[str, Developer] | None = None, rubric: Rubric | None = None
) -> Sample:
    """Return the board of these assessments, with sample developers and the frozen rubric where none are given."""
    known = {model_id.partition("/")[0]: developer() for model_id in assessments} | (developers or {})
    scoring = Scoring(rubric or frozen_rubric())
    board = rank_entries([entry(model_id, one) for model_id, one in assessments.items()], scoring)
    return Sample(board, assessments, known)


def disclosing() -> Rubric:
    """Return the frozen rubric with words for data that are described and not released."""
    *others, data = frozen_rubric().categories
    first, *criteria = data.criteria
    first = first.model_copy(update={"shown_as": "Pre-training data disclosed"})
    words = {"shown_as": "Training data disclosed", "level_titles": {Level.OPEN: "disclosed"}}
    data = data.model_copy(update={"criteria": (first, *criteria), **words})
    parts = {name: getattr(frozen_rubric(), name) for name in Rubric.model_fields}
    return Rubric(**parts | {"categories": (*others, data)})


def hostile_board() -> Sample:
    """Return a board of hostile model names, each by a developer of the same name from a country of the same name."""
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
    """Return a board of many models with names and ids of realistic length and all kinds of levels."""
    patterns = ["oscosscosscossco", "ssssssssssssssss", "ccnssccsosssssnc", "oooooooonoonnono"]
    assessments = {
        f"research-institute-{number % 30}/some-language-model-{number}-instruct": assessment(
            f"Some Language Model {number} Instruct", ratings=ratings(patterns[number % 4])
        )
        for number in range(size)
    }
    return board_of(assessments)
