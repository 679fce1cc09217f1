"""A filled-in form to the files that it makes, or to what is wrong with it, field by field.

Nothing is claimed that nobody said: in the file of a new model a criterion without a rating stands as `openness-bot new`
writes it, with an empty level, which `check` refuses until somebody fills it in. Everything else is read by the strict
reader before it becomes a proposal.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bot.board.model.assessment import MODELINE, Evidence
from bot.board.model.fields import short_name
from bot.board.model.layout import ASSESSMENTS
from bot.board.model.problem import Problem, Severity
from bot.board.model.rubric import Level
from bot.board.reading.corpus import assessment_path, folded, is_assessment_path
from bot.board.writing.rewriting import NotRewritableError, evidence_item, scalar, with_rating
from bot.board.writing.skeleton import criterion_skeleton
from bot.handlers.disputes.course import DisputeAsked
from bot.handlers.forms.answers import DAY, EVIDENCE, HUB_ID, LICENSE, LINE, MODEL_ID, TEXT, URL, Checks
from bot.handlers.forms.issue_form import FieldProblem, Form, one_line
from bot.handlers.forms.ratings import FIELD as RATINGS
from bot.handlers.forms.ratings import read_ratings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Rating
    from bot.board.model.rubric import Rubric
    from bot.handlers.forms.base import Base

_NEW_DEVELOPER = ("developer_id", "country", "kind", "developer_url")
_LONGEST_URL = 2000
_LONGEST_NAME = 300
"""Characters that are looked at where somebody names a model or a developer; no name has as many."""


# ---- what it is held against, and what comes of it -------------------------------------------------------------------


class Hint(StrEnum):
    """What whoever looks at a proposal should know of how it came about."""

    NOTE_STAYS = "note-stays"
    """The level is another one and the note isn't."""
    EVIDENCE_STAYS = "evidence-stays"
    """The same of the evidence that was there."""
    DISPUTED = "disputed"
    """There is a dispute about the rating, which decides on its level."""
    DEVELOPER_KNOWN = "developer-known"
    """What the form says of the developer isn't used, because there is a file."""


class Proposal(NamedTuple):
    """What there is to propose. Its subject holds only ids, its files only what was checked."""

    subject: str
    files: tuple[tuple[str, str], ...]
    """Paths with their whole texts."""
    model: str
    """Its id."""
    criterion: str | None = None
    missing: tuple[str, ...] = ()
    """The criteria that nobody rated yet."""
    hints: tuple[Hint, ...] = ()


class Citation(NamedTuple):
    """A rating that cites a page."""

    model: str
    """Its id."""
    criterion: str


class DeadLink(NamedTuple):
    """A report of a page that is gone."""

    url: str
    citations: tuple[Citation, ...]


Refused = tuple[FieldProblem, ...]
"""What is wrong with a form."""


def told(checks: Checks) -> Refused:
    """The problems without those that only follow from another of the same answer."""
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
    """The id of the model that an answer names, by id, path, address of its page, or name."""
    said = one_line(answer)[:_LONGEST_NAME]
    page = _PAGE.fullmatch(said)
    plain = re.sub(r"\.(?:yaml|md)$", "", page["id"] if page else said)
    if plain in base.corpus.files:
        return plain
    by_name = {folded(entry.model): own for own, entry in base.corpus.entries.items()}
    if folded(said) in by_name:
        return by_name[folded(said)]
    if said:
        near = get_close_matches(plain.casefold(), sorted(base.corpus.files), n=1, cutoff=0.5) or [
            by_name[name] for name in get_close_matches(folded(said), sorted(by_name), n=1, cutoff=0.5)
        ]
        checks.refuse(
            "model",
            "no-such-model",
            "there is no assessment of this model",
            f"Did you mean {near[0]}?" if near else "Look for it in the README; a new model has a form of its own.",
            detail=near[0] if near else "",
        )
    return None


# ---- correct a rating ------------------------------------------------------------------------------------------------


def correct_rating(form: Form, base: Base) -> Proposal | Refused:
    """The file of a model with the rating that the form asks for."""
    checks = base.checks()
    checks.problems += form.problems
    model = model_named(form["model"], base, checks)
    criterion, level = _criterion(form, base, checks), _level(form)
    evidence = _evidence(form, checks)
    note = checks.optional(TEXT, "note", form["note"])
    if checks.problems or model is None or criterion is None or level is None:
        return told(checks)
    path = assessment_path(model)
    text = base.snapshot.text(path) or ""
    present = base.corpus.reader.assessment(path, text.encode()).value
    if present is None:
        checks.refuse(
            "model",
            "file-broken",
            f"{path} has problems of its own",
            "They have to be mended first; the maintainers see this.",
            detail=path,
        )
        return told(checks)
    rating = present.ratings[criterion]
    _check_reasons(rating, level, evidence, note, checks)
    if checks.problems:
        return told(checks)
    try:
        changed = with_rating(text, criterion, level, evidence, note)
    except NotRewritableError as error:
        checks.refuse(
            "", "not-rewritable", f"{path} can't be changed by the bot: {error}", "Change it by hand.", detail=path
        )
        return told(checks)
    if changed == text:
        checks.refuse(*_NOTHING_CHANGES)
    _read_again(path, changed, base, checks)
    hints = _hints(rating, level, note)
    subject = f"{model}: rate {criterion} {level}" if level != rating.level else f"{model}: show {criterion} better"
    return told(checks) or Proposal(subject, ((path, changed),), model, criterion, hints=hints)


_NOTHING_CHANGES = (
    "level",
    "nothing-changes",
    "the rating says this already",
    "Choose another level, or give evidence or a note that it doesn't have.",
)


def _criterion(form: Form, base: Base, checks: Checks) -> str | None:
    chosen = form["criterion"]
    if chosen and chosen not in [criterion.id for criterion in base.snapshot.rubric().criteria]:
        checks.refuse("criterion", "form-outdated", "the rubric has no such criterion", "Open a new form.")
        return None
    return chosen or None


def _level(form: Form) -> Level | None:
    return next((level for level in Level if level == form["level"]), None)


def _evidence(form: Form, checks: Checks) -> Evidence | None:
    """The evidence in the fields of the form; None where there is none or it is wrong."""
    said = {key: one_line(form[key]) for key in ("url", "where", "fact", "accessed", "quote")}
    given = {key: text for key, text in said.items() if text}
    return checks.value(EVIDENCE, "url", given) if given else None


def _check_reasons(rating: Rating, level: Level, evidence: Evidence | None, note: str | None, checks: Checks) -> None:
    """Refuses a change for which nothing is shown."""
    if level == rating.level:
        if evidence is None and note is None:
            checks.refuse(*_NOTHING_CHANGES)
    elif evidence is None and not (level is Level.CLOSED and note is not None):
        checks.refuse(
            "url",
            "reason-missing",
            "nothing shows that the level is another one",
            "Give the address of a page and what it states; for closed, a note on where you looked is enough.",
        )
    elif level is Level.NOT_APPLICABLE and note is None:
        checks.refuse(
            "note", "note-missing", "`not-applicable` has no note", "Say why this step does not exist for the model."
        )


def _hints(rating: Rating, level: Level, note: str | None) -> tuple[Hint, ...]:
    if level == rating.level:
        return ()
    note_stays = isinstance(rating.note, str) and note is None
    found = ((Hint.DISPUTED, rating.disputed), (Hint.NOTE_STAYS, note_stays), (Hint.EVIDENCE_STAYS, rating.evidence))
    return tuple(hint for hint, applies in found if applies)


def _read_again(path: str, text: str, base: Base, checks: Checks) -> None:
    """Holds the whole of what would be written to all that `check` asks of one file."""
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
            checks.refuse("", problem.rule, problem.what, problem.remedy)


# ---- propose a model -------------------------------------------------------------------------------------------------


class _Maker(NamedTuple):
    """Whose model it is."""

    folder: str
    file: str | None
    """The text of its developer.yaml; None where there is one."""


def propose_model(form: Form, base: Base) -> Proposal | Refused:
    """The file of a new model, and its developer's where there is none."""
    checks = base.checks()
    checks.problems += form.problems
    maker = _maker(form, base, checks)
    model = _new_model(form, maker, base, checks)
    facts = _facts(form, checks)
    ratings = read_ratings(form[RATINGS], base.criteria(), base.levels(), checks)
    if checks.problems or maker is None or model is None:
        return told(checks)
    path = assessment_path(model)
    files = [(path, _assessment(base.snapshot.rubric(), facts, ratings))]
    # A file with blanks has problems by design: what is held to the rules is the same with something in them.
    _read_again(path, _assessment(base.snapshot.rubric(), facts, ratings, blank=f" {Level.CLOSED}"), base, checks)
    hints: tuple[Hint, ...] = ()
    if maker.file is not None:
        files.append((f"{ASSESSMENTS}/{maker.folder}/developer.yaml", maker.file))
        _read_again(*files[1], base, checks)
    elif any(form[key] for key in _NEW_DEVELOPER):
        hints = (Hint.DEVELOPER_KNOWN,)
    missing = tuple(criterion.id for criterion in base.snapshot.rubric().criteria if criterion.id not in ratings)
    return told(checks) or Proposal(f"Add {model}", tuple(files), model, missing=missing, hints=hints)


def _maker(form: Form, base: Base, checks: Checks) -> _Maker | None:
    said = one_line(form["developer"])[:_LONGEST_NAME]
    by_name = {folded(developer.name): folder for folder, developer in base.corpus.developers.items()}
    if said in base.folders():
        return _Maker(said, None)
    if folded(said) in by_name:
        return _Maker(by_name[folded(said)], None)
    name = checks.optional(LINE, "developer", said)
    made = _short_name(form, "developer_id", said, checks) if said else None
    if made in base.folders() and not form["developer_id"]:
        return _Maker(made, None)
    if made in base.folders():
        checks.refuse(
            "developer_id",
            "short-name-taken",
            f"{made} is the short name of another developer",
            "Write another one; if it is the same developer, write this as the developer.",
            detail=made,
        )
        return None
    country = checks.optional(LINE, "country", form["country"])
    url = checks.optional(URL, "developer_url", form["developer_url"])
    for key in ("country", "kind"):
        if said and not form[key]:
            near = get_close_matches(folded(said), sorted(by_name), n=1, cutoff=0.6)
            guess = f" Or did you mean {by_name[near[0]]}?" if near else ""
            checks.refuse(
                key,
                "new-developer",
                "this developer is new here, so it is needed",
                f"Fill it in.{guess}",
                detail=by_name[near[0]] if near else "",
            )
    if name is None or made is None or country is None or not form["kind"]:
        return None
    lines = [("name", name), ("country", country), ("kind", form["kind"]), ("url", url)]
    said_lines = (f"{key}: {scalar(text)}\n" for key, text in lines if text is not None)
    return _Maker(made, f"{MODELINE.format('developer')}\n{''.join(said_lines)}")


def _short_name(form: Form, field: str, name: str, checks: Checks) -> str | None:
    """The name in addresses that was given, or that is made from the whole name."""
    given = one_line(form[field])
    plain = unicodedata.normalize("NFKD", given or name)
    made = short_name(plain)
    # What would be lost in it, as of a name in Korean, is for somebody to spell.
    is_lost = any(not unicodedata.combining(each) and not each.isascii() and each.isalnum() for each in plain)
    wanted = given or made
    if not (is_assessment_path(f"{ASSESSMENTS}/{wanted}/model.yaml") and (given or not is_lost)):
        checks.refuse(
            field,
            "short-name",
            "this is no short name" if given else "no short name can be made from the name",
            "Write small letters a to z and digits, joined by hyphens or dots, at most 64.",
        )
        return None
    return wanted


def _new_model(form: Form, maker: _Maker | None, base: Base, checks: Checks) -> str | None:
    """The id of the new model."""
    name = checks.optional(LINE, "model", form["model"])
    short = _short_name(form, "model_id", form["model"], checks) if form["model"] else None
    if name is None or short is None:
        return None
    twins = [own for own, entry in base.corpus.entries.items() if folded(name) in (folded(entry.model), own)]
    hub = folded(form["huggingface"])
    twins_on_hub = [own for own, entry in base.corpus.entries.items() if hub and folded(entry.huggingface or "") == hub]
    for field, found in (("model", twins), ("huggingface", twins_on_hub)):
        if found:
            _refuse_twin(field, found[0], checks)
            return None
    if maker is None:
        return None
    model = f"{maker.folder}/{short}"
    if model in base.corpus.files:
        _refuse_twin("model_id", model, checks)
        return None
    if not is_assessment_path(assessment_path(model)):
        checks.refuse("model_id", "short-name", "this can't be the short name", "Write another one.")
        return None
    return model


def _refuse_twin(field: str, model: str, checks: Checks) -> None:
    checks.refuse(
        field,
        "two-files-for-one-model",
        f"{model} is the same model",
        "Correct its ratings instead: there is a form for that.",
        detail=model,
    )


def _facts(form: Form, checks: Checks) -> list[tuple[str, str]]:
    """Keys and their values in YAML, without the ratings."""
    released = checks.optional(DAY, "released", form["released"])
    hub = checks.optional(HUB_ID, "huggingface", form["huggingface"])
    license_ = checks.optional(LICENSE, "license", form["license"])
    modality = form["modality"].split()
    if not modality:
        checks.refuse("modality", "answer-missing", "nothing is ticked", "Tick at least one.")
    made_from = [one for one in re.split(r"[,\s]+", form["base_models"]) if one]
    base_models = [checks.value(MODEL_ID, "base_models", one) for one in dict.fromkeys(made_from)]
    facts = [
        ("model", scalar(one_line(form["model"]))),
        ("released", released.isoformat() if released else ""),
        ("modality", f"[{', '.join(modality)}]"),
        ("huggingface", scalar(hub) if hub else ""),
        ("license", scalar(license_) if license_ else ""),
        ("base_models", f"[{', '.join(one for one in base_models if one)}]" if base_models else ""),
    ]
    return [(key, value) for key, value in facts if value]


def _assessment(rubric: Rubric, facts: list[tuple[str, str]], ratings: Mapping[str, Rating], blank: str = "") -> str:
    """The text of an assessment; criteria without a rating have `blank` behind their level."""
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


# ---- the two that write no file --------------------------------------------------------------------------------------


def ask_dispute(form: Form, base: Base) -> DisputeAsked | Refused:
    """Which rating somebody disputes, and why."""
    checks = base.checks()
    checks.problems += form.problems
    model = model_named(form["model"], base, checks)
    criterion = _criterion(form, base, checks)
    reason = checks.value(TEXT, "reason", form["reason"].replace("\n", " ")) if form["reason"] else None
    url = checks.optional(URL, "url", form["url"])
    if checks.problems or model is None or criterion is None or reason is None:
        return told(checks)
    return DisputeAsked(model, criterion, form["reason"], url)


def report_dead_link(form: Form, base: Base) -> DeadLink | Refused:
    """Where a page is cited."""
    checks = base.checks()
    checks.problems += form.problems
    said = re.search(r"https?://[^\s<>]+", form["url"], re.IGNORECASE)
    if form["url"] and (said is None or len(said[0]) > _LONGEST_URL):
        checks.refuse("url", "no-address", "there is no address", "Paste the whole address, beginning with https://.")
    if checks.problems or said is None:
        return told(checks)
    wanted = _page(said[0])
    citations = [
        Citation(own, criterion)
        for own, assessment in base.assessments()
        for criterion, rating in assessment.ratings.items()
        if any(_page(evidence.url) == wanted for evidence in rating.evidence)
    ]
    return DeadLink(said[0], tuple(citations))


def _page(url: str) -> tuple[str, str, str]:
    """What of an address says which page it is: not its scheme, not a place on the page, no slash at the end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, "", ""
    return parts.netloc.casefold().removeprefix("www."), parts.path.rstrip("/"), parts.query
