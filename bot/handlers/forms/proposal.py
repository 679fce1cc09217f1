"""Turns a filled-in form into the files that it asks for, or into its problems, field by field.

Nothing is claimed that nobody wrote: in the file of a new model a criterion without a rating is written as `openness-bot new`
does, with an empty level, which `check` refuses until somebody fills it in. Everything else is read by the strict reader
before it is proposed.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.board.model.assessment import MODELINE, Evidence
from bot.board.model.fields import short_name
from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.model.links import LONGEST_URL
from bot.board.model.problem import Problem, Severity
from bot.board.model.rubric import Level
from bot.board.reading.corpus import is_assessment_path
from bot.board.writing.rewriting import NotRewritableError, evidence_item, scalar, with_rating
from bot.board.writing.skeleton import criterion_skeleton
from bot.handlers.disputes.admission import DisputeForm
from bot.handlers.forms.answers import DAY, EVIDENCE, HUB_ID, LICENSE, LINE, MODEL_ID, TEXT, URL, Checks
from bot.handlers.forms.issue_form import FieldProblem, Form, collapse_spaces
from bot.handlers.forms.ratings import FIELD as RATINGS
from bot.handlers.forms.ratings import read_ratings
from bot.text.sameness import link_key, name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Rating
    from bot.board.model.rubric import Rubric
    from bot.handlers.forms.base import Base

_NEW_DEVELOPER = ("developer_id", "country", "kind", "developer_url")
_LONGEST_NAME = 300
"""In characters, of the name of a model or a developer; no name has as many, and the rest is ignored."""


# ---- results ---------------------------------------------------------------------------------------------------------


class Hint(StrEnum):
    """Notes for reviewers about how a change was made."""

    NOTE_STAYS = "note-stays"
    """The level changes and the note doesn't."""
    EVIDENCE_STAYS = "evidence-stays"
    """The level changes and the present evidence stays."""
    DISPUTED = "disputed"
    """The rating is disputed, and the dispute decides on its level."""
    DEVELOPER_KNOWN = "developer-known"
    """The developer has a file already, so that the form's answers about them aren't used."""


class FormChange(NamedTuple):
    """The change that a form asks for. Its subject contains only ids, its files only what was validated."""

    subject: str
    files: tuple[tuple[str, str], ...]
    """Paths with their whole texts."""
    missing: tuple[str, ...] = ()
    """The criteria without a rating."""
    hints: tuple[Hint, ...] = ()


class CitingRating(NamedTuple):
    """A rating that cites a page."""

    model: str
    criterion: str


class DeadLink(NamedTuple):
    """A report of a page that is gone."""

    url: str
    citations: tuple[CitingRating, ...]


Problems: TypeAlias = tuple[FieldProblem, ...]


def first_problems(checks: Checks) -> Problems:
    """Return the problems without those that may only follow from another of the same answer."""
    found: dict[tuple[str, str], FieldProblem] = {}
    several = []
    for problem in checks.problems:
        if problem.field in ("", RATINGS):
            several.append(problem)
        else:
            found.setdefault((problem.field, problem.place), problem)
    return (*found.values(), *dict.fromkeys(several))


# ---- which model -----------------------------------------------------------------------------------------------------

_PAGE = re.compile(r"(?:.*/)?(?:assessments|models)/(?P<id>[^/\s]+/[^/\s]+)")


def model_named(answer: str, base: Base, checks: Checks) -> str | None:
    """Return the id of the model that an answer names by its id, path, page or name."""
    name = collapse_spaces(answer)[:_LONGEST_NAME]
    page = _PAGE.fullmatch(name)
    plain = re.sub(r"\.(?:yaml|md)$", "", page["id"] if page else name)
    if plain in base.corpus.files:
        return plain
    by_name = {name_key(entry.model): own for own, entry in base.corpus.entries.items()}
    if name_key(name) in by_name:
        return by_name[name_key(name)]
    if name:
        near = get_close_matches(name_key(plain), sorted(base.corpus.files), n=1, cutoff=0.5) or [
            by_name[each] for each in get_close_matches(name_key(name), sorted(by_name), n=1, cutoff=0.5)
        ]
        guess = {"remedy": f"Did you mean {near[0]}?", "detail": near[0]} if near else {}
        checks.refuse("model", "no-such-model", **guess)
    return None


# ---- correct a rating ------------------------------------------------------------------------------------------------


def correct_rating(form: Form, base: Base) -> FormChange | Problems:
    """Return the change of a model's file to the rating that the form asks for."""
    checks = base.checks()
    checks.problems += form.problems
    model = model_named(form["model"], base, checks)
    criterion, level = _criterion(form, base, checks), _level(form)
    evidence = _evidence(form, checks)
    note = checks.optional(TEXT, "note", form["note"])
    if checks.problems or model is None or criterion is None or level is None:
        return first_problems(checks)
    path = assessment_path(model)
    text = base.snapshot.text(path) or ""
    present = base.corpus.reader.assessment(path, text.encode()).value
    if present is None:
        checks.refuse("model", "file-broken", path)
        return first_problems(checks)
    rating = present.ratings[criterion]
    _check_reasons(rating, level, evidence, note, checks)
    if checks.problems:
        return first_problems(checks)
    try:
        changed = with_rating(text, criterion, level, evidence, note)
    except NotRewritableError as error:
        checks.refuse("", "not-rewritable", path, what=f"{path} can't be changed by the bot: {error}")
        return first_problems(checks)
    if changed == text:
        checks.refuse("level", "nothing-changes")
    _read_again(path, changed, base, checks)
    hints = _hints(rating, level, note)
    subject = f"{model}: rate {criterion} {level}" if level != rating.level else f"{model}: show {criterion} better"
    return first_problems(checks) or FormChange(subject, ((path, changed),), hints=hints)


def _criterion(form: Form, base: Base, checks: Checks) -> str | None:
    chosen = form["criterion"]
    if chosen and chosen not in [criterion.id for criterion in base.snapshot.rubric().criteria]:
        checks.refuse("criterion", "form-outdated")
        return None
    return chosen or None


def _level(form: Form) -> Level | None:
    return next((level for level in Level if level == form["level"]), None)


def _evidence(form: Form, checks: Checks) -> Evidence | None:
    """Return the evidence in the fields of the form; None where there is none or it is wrong."""
    given = {key: text for key in ("url", "where", "fact", "accessed", "quote") if (text := form.line(key))}
    return checks.value(EVIDENCE, "url", given) if given else None


def _check_reasons(rating: Rating, level: Level, evidence: Evidence | None, note: str | None, checks: Checks) -> None:
    """Refuse a change without evidence or note."""
    if level == rating.level:
        if evidence is None and note is None:
            checks.refuse("level", "nothing-changes")
    elif evidence is None and not (level is Level.CLOSED and note is not None):
        checks.refuse("url", "reason-missing")
    elif level is Level.NOT_APPLICABLE and note is None:
        checks.refuse("note", "note-missing")


def _hints(rating: Rating, level: Level, note: str | None) -> tuple[Hint, ...]:
    if level == rating.level:
        return ()
    note_stays = isinstance(rating.note, str) and note is None
    found = ((Hint.DISPUTED, rating.disputed), (Hint.NOTE_STAYS, note_stays), (Hint.EVIDENCE_STAYS, rating.evidence))
    return tuple(hint for hint, applies in found if applies)


def _read_again(path: str, text: str, base: Base, checks: Checks) -> None:
    """Refuse a file in which `check` would find an error."""
    data = text.encode("utf-8", "surrogatepass")
    reading = (
        base.corpus.reader.assessment(path, data)
        if is_assessment_path(path)
        else base.corpus.reader.developer(path, data)
    )
    _refuse_problems(reading.problems, checks)


def _refuse_problems(problems: list[Problem], checks: Checks) -> None:
    for problem in problems:
        if problem.severity is Severity.ERROR:
            checks.problems.append(FieldProblem("", problem.rule, problem.what, problem.remedy))


# ---- propose a model -------------------------------------------------------------------------------------------------


class _Owner(NamedTuple):
    """The developer of a new model."""

    folder: str
    file: str | None
    """The text of a new developer.yaml; None where there is one already."""


def propose_model(form: Form, base: Base) -> FormChange | Problems:
    """Return the file of a new model, with its developer's where there is none."""
    checks = base.checks()
    checks.problems += form.problems
    owner = _owner(form, base, checks)
    model = _new_model(form, owner, base, checks)
    facts = _facts(form, checks)
    ratings = read_ratings(form[RATINGS], base.criteria(), base.levels(), checks)
    if checks.problems or owner is None or model is None:
        return first_problems(checks)
    path = assessment_path(model)
    files = [(path, _assessment(base.snapshot.rubric(), facts, ratings))]
    # A file with blanks has problems by design: it is validated with a level in each of them.
    _read_again(path, _assessment(base.snapshot.rubric(), facts, ratings, blank=f" {Level.CLOSED}"), base, checks)
    hints: tuple[Hint, ...] = ()
    if owner.file is not None:
        files.append((f"{ASSESSMENTS}/{owner.folder}/developer.yaml", owner.file))
        _read_again(*files[1], base, checks)
    elif any(form[key] for key in _NEW_DEVELOPER):
        hints = (Hint.DEVELOPER_KNOWN,)
    missing = tuple(criterion.id for criterion in base.snapshot.rubric().criteria if criterion.id not in ratings)
    return first_problems(checks) or FormChange(f"Add {model}", tuple(files), missing, hints)


def _owner(form: Form, base: Base, checks: Checks) -> _Owner | None:
    """Return the developer that the form names, be it known or new."""
    given = collapse_spaces(form["developer"])[:_LONGEST_NAME]
    by_name = {name_key(developer.name): folder for folder, developer in base.corpus.developers.items()}
    folders = base.folders()
    if given in folders:
        return _Owner(given, None)
    if name_key(given) in by_name:
        return _Owner(by_name[name_key(given)], None)
    name = checks.optional(LINE, "developer", given)
    short = _short_name(form, "developer_id", given, checks) if given else None
    if short in folders and not form["developer_id"]:
        return _Owner(short, None)
    if short in folders:
        checks.refuse("developer_id", "short-name-taken", short)
        return None
    near = get_close_matches(name_key(given), sorted(by_name), n=1, cutoff=0.6)
    return _new_owner(form, name, short, by_name[near[0]] if near else "", checks)


def _new_owner(form: Form, name: str | None, short: str | None, near: str, checks: Checks) -> _Owner | None:
    """Return a new developer. `near` is the folder of one with a similar name; empty where there is none."""
    country = checks.optional(LINE, "country", form["country"])
    url = checks.optional(URL, "developer_url", form["developer_url"])
    guess = f" Or did you mean {near}?" if near else ""
    for key in ("country", "kind"):
        if form.line("developer") and not form[key]:
            checks.refuse(key, "new-developer", near, remedy=f"Fill it in.{guess}")
    if name is None or short is None or country is None or not form["kind"]:
        return None
    values = [("name", name), ("country", country), ("kind", form["kind"]), ("url", url)]
    lines = (f"{key}: {scalar(text)}\n" for key, text in values if text is not None)
    return _Owner(short, f"{MODELINE.format('developer')}\n{''.join(lines)}")


def _short_name(form: Form, field: str, name: str, checks: Checks) -> str | None:
    """Return the short name for addresses that was given, or that is made from the whole name."""
    given = collapse_spaces(form[field])
    plain = unicodedata.normalize("NFKD", given or name)
    made = short_name(plain)
    # A name that would lose letters, such as one in Korean, has to be spelt by a person.
    is_lost = any(not unicodedata.combining(each) and not each.isascii() and each.isalnum() for each in plain)
    wanted = given or made
    if not (is_assessment_path(f"{ASSESSMENTS}/{wanted}/model.yaml") and (given or not is_lost)):
        words = {} if given else {"what": "no short name can be made from the name"}
        checks.refuse(field, "short-name", **words)
        return None
    return wanted


def _new_model(form: Form, owner: _Owner | None, base: Base, checks: Checks) -> str | None:
    """Return the id of the new model; None where it has none that can be used."""
    name = checks.optional(LINE, "model", form["model"])
    short = _short_name(form, "model_id", form["model"], checks) if form["model"] else None
    if name is None or short is None:
        return None
    twins = [own for own, entry in base.corpus.entries.items() if name_key(name) in (name_key(entry.model), own)]
    hub = name_key(form["huggingface"])
    twins_on_hub = [
        own for own, entry in base.corpus.entries.items() if hub and name_key(entry.huggingface or "") == hub
    ]
    for field, found in (("model", twins), ("huggingface", twins_on_hub)):
        if found:
            checks.refuse(field, "two-files-for-one-model", found[0])
            return None
    if owner is None:
        return None
    model = f"{owner.folder}/{short}"
    if model in base.corpus.files:
        checks.refuse("model_id", "two-files-for-one-model", model)
        return None
    if not is_assessment_path(assessment_path(model)):
        checks.refuse("model_id", "short-name", what="this can't be the short name", remedy="Write another one.")
        return None
    return model


def _facts(form: Form, checks: Checks) -> list[tuple[str, str]]:
    """Return the keys of an assessment and their values in YAML, without the ratings."""
    released = checks.optional(DAY, "released", form["released"])
    hub = checks.optional(HUB_ID, "huggingface", form["huggingface"])
    license_ = checks.optional(LICENSE, "license", form["license"])
    modality = form["modality"].split()
    if not modality:
        checks.refuse("modality", "answer-missing", what="nothing is ticked", remedy="Tick at least one.")
    made_from = [one for one in re.split(r"[,\s]+", form["base_models"]) if one]
    base_models = [checks.value(MODEL_ID, "base_models", one) for one in dict.fromkeys(made_from)]
    facts = [
        ("model", scalar(collapse_spaces(form["model"]))),
        ("released", released.isoformat() if released else ""),
        ("modality", f"[{', '.join(modality)}]"),
        ("huggingface", scalar(hub) if hub else ""),
        ("license", scalar(license_) if license_ else ""),
        ("base_models", f"[{', '.join(one for one in base_models if one)}]" if base_models else ""),
    ]
    return [(key, value) for key, value in facts if value]


def _assessment(rubric: Rubric, facts: list[tuple[str, str]], ratings: Mapping[str, Rating], blank: str = "") -> str:
    """Return the text of an assessment; `blank` follows the `level:` of criteria without a rating."""
    parts = [f"{MODELINE.format('assessment')}\n", *(f"{key}: {value}\n" for key, value in facts), "ratings:\n"]
    for criterion in rubric.criteria:
        rating = ratings.get(criterion.id)
        if rating is None:
            parts.append(criterion_skeleton(criterion).removesuffix("\n") + f"{blank}\n")
            continue
        parts.append(f"  {criterion.id}:\n    level: {rating.level}\n")
        if rating.evidence:
            parts.append("    evidence:\n")
        for evidence in rating.evidence:
            lines = [
                f"{key}: {text if key == 'accessed' else scalar(text)}\n"
                for key, text in evidence_item(evidence).items()
            ]
            parts.append("".join(f"      {'- ' if not number else '  '}{line}" for number, line in enumerate(lines)))
        if isinstance(rating.note, str):
            parts.append(f"    note: {scalar(rating.note)}\n")
    return "".join(parts)


# ---- forms that change no file ---------------------------------------------------------------------------------------


def ask_dispute(form: Form, base: Base) -> DisputeForm | Problems:
    """Return which rating somebody disputes, and why."""
    checks = base.checks()
    checks.problems += form.problems
    model = model_named(form["model"], base, checks)
    criterion = _criterion(form, base, checks)
    reason = checks.value(TEXT, "reason", form["reason"].replace("\n", " ")) if form["reason"] else None
    url = checks.optional(URL, "url", form["url"])
    if checks.problems or model is None or criterion is None or reason is None:
        return first_problems(checks)
    return DisputeForm(model, criterion, form["reason"], url)


def report_dead_link(form: Form, base: Base) -> DeadLink | Problems:
    """Return the ratings that cite a page."""
    checks = base.checks()
    checks.problems += form.problems
    url = re.search(r"https?://[^\s<>]+", form["url"], re.IGNORECASE)
    if form["url"] and (url is None or len(url[0]) > LONGEST_URL):
        checks.refuse("url", "no-address")
    if checks.problems or url is None:
        return first_problems(checks)
    wanted = link_key(url[0])
    citations = [
        CitingRating(own, criterion)
        for own, assessment in base.assessments()
        for criterion, rating in assessment.ratings.items()
        if any(link_key(evidence.url) == wanted for evidence in rating.evidence)
    ]
    return DeadLink(url[0], tuple(citations))
