"""Record of decisions: what was merged, by which rules, who approved for whom, and what changed on the board.

Each merged pull request has one file, `decisions/NUMBER.json`, which the publishing run writes once and nobody edits.
The history of models and which ratings are provisional come from these files alone. Pure, except for reading a tree.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    model_validator,
)

from bot.board.model.json_document import document_schema
from bot.board.model.layout import DECISIONS
from bot.board.model.policy import ChangeClass
from bot.board.model.problem import Problem
from bot.board.model.rubric import Level
from bot.board.ranking.change import ChangeKind
from bot.board.reading.json_schema import schema_violation
from bot.board.reading.tree import FileKind
from bot.governance.judgement import ConditionKind, DiscountReason
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.board.ranking.change import Change, ModelChange
    from bot.board.reading.tree import Tree, TreeFile
    from bot.github.facts import Person
    from bot.governance.judgement import Judgement

INDEX = f"{DECISIONS}/README.md"
"""The list of all entries for readers, which the build writes."""
LARGEST_ENTRY = 16 * 1024 * 1024
"""In bytes; a pull request with ten thousand new models has about this."""

_LONGEST_TEXT = 300
_PATH = re.compile(rf"{DECISIONS}/([1-9][0-9]{{0,9}})\.json")


# ---- one entry -------------------------------------------------------------------------------------------------------


class _Part(BaseModel):
    # Built when first used: most commands find no entry to read.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _gravest_first(classes: tuple[ChangeClass, ...]) -> tuple[ChangeClass, ...]:
    if list(classes) != sorted(set(classes), key=lambda each: -each.gravity):
        raise ValueError("each class stands there once, the gravest first")
    return classes


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the moment is in no year from 1 to 9999 in UTC") from None


Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT)]
Developers = Annotated[tuple[Name, ...], Field(description="Developers' folders under assessments/.")]
Commit = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Rank = Annotated[int, Field(ge=1)]


class Account(_Part):
    """Somebody's account on GitHub."""

    login: Annotated[Name, Field(description="Its name at that time.")]
    id: Annotated[int, Field(ge=0, description="Its number, which stays when somebody renames themselves.")]


class Approval(Account):
    """An approval that counted."""

    organisations: Annotated[
        Developers | None,
        Field(description="For which developers they work: empty for none, null where they had declared nothing."),
    ]

    @property
    def organisation(self) -> str:
        """Return for whom they approved: the ids of developers, `independent`, or `undeclared`."""
        return "undeclared" if self.organisations is None else " and ".join(self.organisations) or "independent"


class Discounted(Account):
    """An approval that didn't count, for another reason than a conflict of interest."""

    ground: Annotated[DiscountReason, Field(description="Why.")]


class Recusal(Account):
    """An approval that didn't count because of a conflict of interest."""

    developers: Annotated[Developers, Field(description="The developers of these models for whom they work.")]


class RecordedConcern(_Part):
    """Something that had to be settled before the merge."""

    name: Annotated[Name, Field(description="What it was called.")]
    raised_by: Annotated[Account, Field(description="Who raised it.")]
    resolved_by: Annotated[Account | None, Field(description="Who called it settled; null while nobody had.")]
    reason: Annotated[str, Field(max_length=_LONGEST_TEXT, description="Why it was settled; may be empty.")]


class RatingMove(_Part):
    """Another level for one criterion."""

    criterion: Annotated[Name, Field(description="Id of the criterion.")]
    before: Annotated[Level | None, Field(description="The level before; null where there was no rating.")]
    after: Annotated[Level, Field(description="The level since then.")]


class DecidedModel(_Part):
    """What was decided about one model."""

    id: Annotated[Name, Field(description="developer/model.")]
    former_id: Annotated[Name | None, Field(description="Its id before, where it was another one.")]
    kind: Annotated[ChangeKind, Field(description="What happened to it.")]
    rank_before: Annotated[Rank | None, Field(description="Its rank before by the default way; null if it had none.")]
    rank_after: Annotated[Rank | None, Field(description="Its rank afterwards; null if it has none.")]
    ratings: Annotated[tuple[RatingMove, ...], Field(description="The ratings with another level.")]
    evidence: Annotated[
        tuple[Name, ...], Field(description="The criteria with the same level and other evidence, note or precedents.")
    ]
    facts: Annotated[tuple[Name, ...], Field(description="The keys about the model itself that differ.")]

    @property
    def touched(self) -> frozenset[str]:
        """Return the criteria whose ratings it changed in any way."""
        return frozenset([*(move.criterion for move in self.ratings), *self.evidence])


class Decision(_Part):
    """One merged pull request."""

    format: Annotated[Literal[1], Field(description="Version of this format; another number breaks readers.")]
    pull_request: Annotated[int, Field(ge=1, description="Its number.")]
    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$", description="Its page.")]
    before: Annotated[Commit, Field(description="The commit of the main branch that it was merged onto.")]
    commit: Annotated[Commit, Field(description="The commit of the main branch that brought it, or the last of them.")]
    merged_at: Annotated[AwareDatetime, Field(description="When it was merged, in UTC."), AfterValidator(_in_utc)]
    merged_by: Annotated[Account, Field(description="Who merged it.")]
    author: Annotated[Account, Field(description="Who opened it.")]
    classes: Annotated[
        tuple[ChangeClass, ...],
        Field(min_length=1, description="The kinds of change that it was, the gravest first."),
        AfterValidator(_gravest_first),
    ]
    provisional: Annotated[
        bool, Field(description="Whether there were too few maintainers for the rules to hold in full.")
    ]
    approvals: Annotated[tuple[Approval, ...], Field(description="The approvals that counted.")]
    discounted: Annotated[tuple[Discounted, ...], Field(description="Approvals that didn't count.")]
    recusals: Annotated[tuple[Recusal, ...], Field(description="Those that a conflict of interest kept from counting.")]
    concerns: Annotated[tuple[RecordedConcern, ...], Field(description="Concerns that were raised.")]
    unmet: Annotated[
        tuple[ConditionKind, ...],
        Field(description="The conditions that didn't hold at the merge: somebody who may went past the rules."),
    ]
    models: Annotated[tuple[DecidedModel, ...], Field(description="The models that it changed.")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ids = [model.id for model in self.models]
        if ids != sorted(ids):
            raise ValueError("the models are ordered by their ids")
        return self

    @field_serializer("merged_at")
    def _as_text(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def gravest(self) -> ChangeClass:
        """Return the gravest of its classes."""
        return self.classes[0]

    @property
    def path(self) -> str:
        """Return the path of its entry."""
        return entry_path(self.pull_request)

    @property
    def day(self) -> str:
        """Return the day of the merge in UTC, such as 2026-11-21."""
        return self.merged_at.date().isoformat()


def entry_path(pull_request: int) -> str:
    """Return the path of a pull request's entry, relative to the root of the repository."""
    return f"{DECISIONS}/{pull_request}.json"


def as_json(decision: Decision) -> str:
    """Return the text of an entry, in ASCII. Equal decisions give equal bytes."""
    return json.dumps(decision.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"


def decision_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `decisions/NUMBER.json`."""
    return document_schema(Decision, "decision", "Decision about one merged pull request")


# ---- making one ------------------------------------------------------------------------------------------------------


class MergeFacts(NamedTuple):
    """Facts about a merge, from GitHub and git."""

    pull_request: int
    url: str
    before: str
    """The commit of the main branch that it was merged onto."""
    commit: str
    """The last commit that it brought to the main branch's own line."""
    at: datetime
    by: Person
    author: Person


def build_decision(judgement: Judgement, change: Change | None, merge: MergeFacts) -> Decision:
    """Return the entry of a merge, from its judgement at that time and the change of the board.

    Raises ValueError for a judgement without a class: a change of none, such as the leaderboard's, is no decision.
    """
    unmet = {condition.kind for condition in judgement.conditions if not condition.met}
    return Decision(
        format=1,
        pull_request=merge.pull_request,
        url=merge.url,
        before=merge.before,
        commit=merge.commit,
        merged_at=merge.at.astimezone(UTC).replace(microsecond=0),
        merged_by=_account(merge.by),
        author=_account(merge.author),
        classes=tuple(sorted(judgement.classes, key=lambda each: -each.gravity)),
        provisional=judgement.needs.provisional,
        approvals=tuple(
            Approval(
                login=vote.person.login,
                id=vote.person.id,
                organisations=None if vote.interests is None else tuple(sorted(vote.interests)),
            )
            for vote in judgement.votes
        ),
        discounted=tuple(
            Discounted(login=one.person.login, id=one.person.id, ground=one.reason)
            for one in judgement.discounts
            if one.reason is not DiscountReason.CONFLICT
        ),
        recusals=tuple(
            Recusal(login=one.person.login, id=one.person.id, developers=tuple(sorted(one.interests)))
            for one in judgement.discounts
            if one.reason is DiscountReason.CONFLICT
        ),
        concerns=tuple(
            RecordedConcern(
                name=_short(one.name),
                raised_by=_account(one.raised_by),
                resolved_by=None if one.resolved_by is None else _account(one.resolved_by),
                reason=_short(one.reason),
            )
            for one in judgement.concerns
        ),
        unmet=tuple(kind for kind in ConditionKind if kind in unmet),
        models=tuple(sorted(map(_decided, change.models if change else ()), key=lambda model: model.id)),
    )


def _decided(change: ModelChange) -> DecidedModel:
    board = change.board
    return DecidedModel(
        id=change.id,
        former_id=change.former_id,
        kind=change.kind,
        rank_before=None if board.before is None else board.before.rank,
        rank_after=None if board.after is None else board.after.rank,
        ratings=tuple(
            RatingMove(criterion=one.criterion, before=one.before, after=one.after) for one in change.ratings
        ),
        # The mark of a dispute doesn't decide about the rating.
        evidence=tuple(one.criterion for one in change.evidence if not one.only_disputed),
        facts=change.facts,
    )


def _account(person: Person) -> Account:
    return Account(login=person.login, id=person.id)


def _short(text: str) -> str:
    return clip(text.encode("utf-8", "replace").decode(), _LONGEST_TEXT)


# ---- reading them ----------------------------------------------------------------------------------------------------


class DecisionFiles(NamedTuple):
    """Entries of a tree, newest first, and problems of files that can't be used."""

    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...]


def read_decisions(tree: Tree) -> DecisionFiles:
    """Return everything under `decisions/` of a tree that opens files of up to `LARGEST_ENTRY` bytes."""
    decisions: list[Decision] = []
    problems: list[Problem] = []
    waiting: list[TreeFile] = []
    for file in tree.files(DECISIONS):
        if file.path == INDEX:
            continue
        if file.kind is FileKind.FILE and _PATH.fullmatch(file.path) and file.size <= LARGEST_ENTRY:
            waiting.append(file)
        else:
            problems.append(
                _problem(file.path, f"only {DECISIONS}/NUMBER.json can stand here, plain and not too large")
            )
    for file, data in zip(waiting, tree.read(waiting), strict=True):
        found = _entry(file.path, data)
        if isinstance(found, Decision):
            decisions.append(found)
        else:
            problems.append(found)
    decisions.sort(key=lambda one: (one.merged_at, one.pull_request), reverse=True)
    return DecisionFiles(tuple(decisions), tuple(sorted(problems)))


def _entry(path: str, data: bytes | None) -> Decision | Problem:
    """Return the decision in a file's bytes, or the file's problem."""
    if data is None:
        return _problem(path, "the file can't be opened")
    try:
        found = Decision.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        return _problem(path, f"it is no entry: {f'`{place}`: ' if place else ''}{first['msg']}")
    if (violation := schema_violation(json.loads(data), decision_json_schema)) is not None:
        return _problem(path, f"it is no entry: {violation}")
    if found.path != path:
        return _problem(path, f"it is the entry of pull request {found.pull_request}")
    return found


def _problem(path: str, what: str) -> Problem:
    remedy = (
        f"The bot alone writes {DECISIONS}/: bring the file back from the last commit that had it right, or delete it."
    )
    return Problem(path, 1, 1, "decision", what, remedy)


# ---- history and provisional ratings ---------------------------------------------------------------------------------


class ModelDecision(NamedTuple):
    """Part of a decision that is about one model."""

    decision: Decision
    model: DecidedModel


@dataclass(frozen=True)
class Record:
    """All decisions, newest first, by model too."""

    decisions: tuple[Decision, ...] = ()
    _steps: dict[str, list[ModelDecision]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for decision in reversed(self.decisions):
            # A file that is about another model now is a removal and a new model with one id, of which the new one stays.
            models = sorted(decision.models, key=lambda model: model.kind is not ChangeKind.REMOVED)
            for model, steps in [(model, self._before(model)) for model in models]:
                self._steps[model.id] = [ModelDecision(decision, model), *steps]

    def _before(self, model: DecidedModel) -> list[ModelDecision]:
        """Return what was decided about a model so far, under its present id or the one before."""
        match model.kind:
            case ChangeKind.ADDED:
                return []  # another model had this id, if any
            case ChangeKind.RENAMED if model.former_id is not None:
                return self._steps.pop(model.former_id, [])
            case _:
                return self._steps.get(model.id, [])

    def of(self, model_id: str) -> tuple[ModelDecision, ...]:
        """Return what was decided about a model, newest first, also while it had another id."""
        return tuple(self._steps.get(model_id, ()))

    @property
    def models(self) -> list[str]:
        """Return the last ids of all models that something was decided about, in order."""
        return sorted(self._steps)

    def provisional(self) -> dict[str, frozenset[str]]:
        """Return by model the criteria whose ratings were last decided on while there were too few maintainers."""
        found = {model_id: frozenset(_provisional(steps)) for model_id, steps in self._steps.items()}
        return {model_id: criteria for model_id, criteria in sorted(found.items()) if criteria}


def _provisional(steps: Iterable[ModelDecision]) -> Iterator[str]:
    seen: set[str] = set()
    for decision, model in steps:
        if model.kind is ChangeKind.REMOVED:
            return
        if decision.provisional:
            yield from model.touched - seen
        seen |= model.touched
