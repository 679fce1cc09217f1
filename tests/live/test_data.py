"""The data of this repository: what `openness-bot check` cannot know about it, and that all generated files are up to date."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bot.board.model.layout import POLICY, PRECEDENTS, schema_of
from bot.board.model.problem import Severity
from bot.board.model.rubric import Level
from bot.board.reading.corpus import Corpus, read_corpus
from bot.board.reading.document import Reader, read_precedents
from bot.board.reading.tree import Folder
from tests.board.writing.test_rewriting import check_that_only_a_line_changes, check_that_only_the_rating_changes
from tests.checkouts import run
from tests.samples import ROOT, read_rubric
from tests.test_schemas import FINE, check_jsonschema

if TYPE_CHECKING:
    from bot.board.model.assessment import Assessment
    from bot.board.model.precedents import Precedents
    from bot.board.model.rubric import Rubric
    from tests.checkouts import Ran


@cache
def rubric() -> Rubric:
    return read_rubric(ROOT)


@cache
def precedents() -> Precedents:
    reading = read_precedents(PRECEDENTS, (ROOT / PRECEDENTS).read_bytes(), rubric())
    assert reading.problems == []
    assert reading.value is not None
    return reading.value


@cache
def corpus() -> Corpus:
    return read_corpus(Folder(ROOT), Reader(rubric(), datetime.now(UTC).date(), precedents=precedents()))


@cache
def assessments() -> dict[str, Assessment]:
    return dict(zip(corpus().entries, corpus().assessments(corpus().entries), strict=True))


@cache
def ran(*command: str) -> Ran:
    """Return the result of a command of the bot that changes nothing here."""
    return run(ROOT, *command)


@cache
def studied() -> dict[str, dict[str, str]]:
    """Return the rows of the study's ratings by id."""
    with (ROOT / "studies/jeon-2025/ratings.csv").open(encoding="utf-8", newline="") as opened:
        return {line["id"]: line for line in csv.DictReader(opened)}


def test_no_assessment_has_an_error() -> None:
    assert [problem for problem in corpus().problems if problem.severity is Severity.ERROR] == []
    assert ran("check").code == 0


def test_what_is_generated_is_up_to_date() -> None:
    code, out, err = ran("build", "--check")
    assert (code, err) == (0, ""), out


def test_a_rating_that_differs_from_the_study_has_a_note() -> None:
    unexplained = [
        f"{model_id}: {criterion}"
        for model_id, line in studied().items()
        if model_id in assessments()
        for criterion, rating in assessments()[model_id].ratings.items()
        if criterion in line and rating.level != line[criterion] and not rating.note
    ]
    assert unexplained == []


def test_what_is_not_applicable_has_evidence_and_a_note() -> None:
    missing = [
        f"{model_id}: {criterion}"
        for model_id, assessment in assessments().items()
        for criterion, rating in assessment.ratings.items()
        if rating.level is Level.NOT_APPLICABLE and not (rating.note and rating.evidence)
    ]
    assert missing == []


def test_every_level_but_closed_has_evidence_that_says_where() -> None:
    missing = [
        f"{model_id}: {criterion}"
        for model_id, assessment in assessments().items()
        for criterion, rating in assessment.ratings.items()
        if rating.level is not Level.CLOSED
        and not (rating.evidence and all(evidence.where for evidence in rating.evidence))
    ]
    assert missing == []


def test_no_link_is_without_encryption() -> None:
    files = [file for file in (ROOT / "assessments").rglob("*") if file.is_file()]
    assert [file for file in files if "http:" in file.read_text("utf-8")] == []


def test_developers_have_models_and_models_developers() -> None:
    assert corpus().developers.keys() == {model_id.partition("/")[0] for model_id in assessments()}


def test_no_developer_has_two_folders() -> None:
    names = [developer.name.casefold() for developer in corpus().developers.values()]
    assert len(set(names)) == len(names)


def test_developers_are_in_their_countries() -> None:
    # The study prints DeepSeek as USA.
    countries = {"deepseek": "China", "alibaba": "China", "mistral-ai": "France", "naver": "South Korea"}
    found = {name: one.country for name, one in corpus().developers.items() if name in countries}
    assert found.items() <= countries.items()


def test_nothing_was_released_or_read_in_the_future() -> None:
    today = datetime.now(UTC).date()
    for model_id, assessment in assessments().items():
        assert assessment.released is None or assessment.released <= today, model_id
        for rating in assessment.ratings.values():
            assert all(evidence.accessed is None or evidence.accessed <= today for evidence in rating.evidence), (
                model_id
            )


def test_the_ids_on_hugging_face_are_all_different() -> None:
    ids = [assessment.huggingface.casefold() for assessment in assessments().values() if assessment.huggingface]
    assert len(set(ids)) == len(ids)


def test_a_decision_in_this_repository_is_there() -> None:
    documents = {one.decision.partition("#")[0] for one in precedents().precedents if "://" not in one.decision}
    assert [path for path in sorted(documents) if not (ROOT / path).is_file()] == []


def test_no_note_repeats_the_precedents_of_its_rating() -> None:
    repeated = [
        (model_id, criterion)
        for model_id, one in assessments().items()
        for criterion, rating in one.ratings.items()
        if re.search(r"\(precedents?: ", rating.note or "")
    ]
    assert repeated == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("assessment", "assessments/*/[!d]*.yaml"),
        ("developer", "assessments/*/developer.yaml"),
        ("governance", "governance.yml"),
        ("precedents", "schema/precedents.yaml"),
        ("rubric", "schema/rubric.yaml"),
        ("frameworks", "schema/frameworks.yaml"),
        ("licenses", "schema/licenses.yaml"),
        ("crosswalk", "schema/crosswalks/*.yaml"),
        ("leaderboard", "leaderboard/leaderboard.json"),
    ],
)
def test_a_generic_validator_accepts_all_files_by_the_published_schemas(name: str, pattern: str) -> None:
    files = sorted(ROOT.glob(pattern))
    assert files
    assert check_jsonschema("--schemafile", ROOT / f"schema/{name}.schema.json", *files) == FINE


def test_the_first_line_of_a_file_leads_editors_to_its_schema() -> None:
    for path in (*ROOT.glob("schema/**/*.yaml"), *ROOT.glob("assessments/*/*.yaml"), ROOT / POLICY):
        first = path.read_text("utf-8").partition("\n")[0]
        named = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert named == ROOT / schema_of(path.relative_to(ROOT).as_posix()), path
        assert named.is_file()


@pytest.mark.thorough
def test_each_rating_can_be_changed_and_nothing_else_changes() -> None:
    for model_id in assessments():
        text = (ROOT / f"assessments/{model_id}.yaml").read_text("utf-8")
        check_that_only_the_rating_changes(text, rubric())
        check_that_only_a_line_changes(text, rubric())
