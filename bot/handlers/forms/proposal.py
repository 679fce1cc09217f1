"""Turns a filled-in form into the files that it asks for, or into its problems, field by field.

Nothing is claimed that nobody wrote: in the file of a new model a criterion without a rating is written as `openness-bot new`
does, with `unassessed` in place of a level, which `check` refuses until somebody rates it. Everything else is read by the
strict reader before it is proposed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from bot.board.model.assessment import MODELINE, UNASSESSED
from bot.board.model.developer import OrganisationKind
from bot.board.model.fields import is_model_id, short_name
from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.model.links import LONGEST_URL
from bot.board.model.problem import Severity
from bot.board.model.rubric import Level
from bot.board.reading.corpus import is_assessment_path
from bot.board.reading.lookup import LONGEST_NAME, hub_id_in, look_up_model
from bot.board.writing.rewriting import NotRewritableError, as_lines, evidence_item, scalar, with_rating
from bot.board.writing.skeleton import criterion_skeleton
from bot.handlers.disputes.admission import DisputeForm
from bot.handlers.forms.answers import (
    DAY,
    EVIDENCE,
    HUB_ID,
    LICENSE,
    LINE,
    MODEL_ID,
    TEXT,
    URL,
    Checks,
    bare_address,
    iso_day,
    plain,
    unmarked,
)
from bot.handlers.forms.form_files import choice_id
from bot.handlers.forms.issue_form import LONGEST_SHOWN, FieldProblem, Form, collapse_spaces
from bot.handlers.forms.ratings import FIELD as RATINGS
from bot.handlers.forms.ratings import criterion_remedy, read_ratings, unquoted, word_key
from bot.text.catalogue import JoinedText, _, code, ngettext
from bot.text.sameness import link_key, name_key
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.board.model.rating import Evidence, Rating
    from bot.board.model.rubric import Rubric
    from bot.handlers.forms.base import Base

_NEW_DEVELOPER = ("developer_id", "country", "kind", "developer_url")


# ---- results ---------------------------------------------------------------------------------------------------------


_NOTE_STAYS = _("The level changes, but the present note stays: check whether it is still right.")
_EVIDENCE_STAYS = _("The present evidence of the rating stays in the file.")
_DOUBT_STAYS = _(
    "The rating stays doubtful. If the doubt is settled, delete the lines `confidence:` and `doubt:` from the file."
)
_DOUBT_GOES = _("The doubt about the former level was deleted: check whether the new level is certain.")
_DISPUTED = _(
    "The rating is disputed, so the issue behind its `disputed:` decides on the level. Evidence is welcome there."
)
_DEVELOPER_KNOWN = _("The developer is on the leaderboard already, so what the form says about it was not used.")


class FormChange(NamedTuple):
    """The change that a form asks for. Its subject contains only ids, its files only what was validated."""

    subject: str
    files: tuple[tuple[str, str], ...]
    """Paths with their whole texts."""
    missing: tuple[str, ...] = ()
    """The criteria without a rating."""
    hints: tuple[str, ...] = ()
    """Sentences for reviewers about how it was made."""


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


def model_named(answer: str, base: Base, checks: Checks) -> str | None:
    """Return the id of the model that an answer names, see `look_up_model`."""
    found = look_up_model(_name_in(answer), base.corpus)
    if len(found.ids) == 1:
        return found.ids[0]
    what = _("there is no model called %(name)s", name=code(collapse_spaces(answer)[:LONGEST_SHOWN]))
    if found.ids:
        ids = JoinedText(", ", map(code, found.ids))
        what = _("more than one model is called %(name)s", name=code(collapse_spaces(answer)[:LONGEST_SHOWN]))
        checks.refuse("model", "several-models", what, _("Write one of these: %(words)s.", words=ids))
    elif found.near:
        checks.refuse("model", "no-such-model", what, _("Did you mean %(word)s?", word=code(found.near)))
    elif answer:
        remedy = _('Write its name as on the leaderboard. For a new model, use the form "Propose a model".')
        checks.refuse("model", "no-such-model", what, remedy)
    return None


def _name_in(answer: str) -> str:
    """Return the name, id or address in an answer."""
    text = bare_address(answer[: LONGEST_NAME + 100])
    return plain(text) if "/" in text else text


# ---- correct a rating ------------------------------------------------------------------------------------------------


def correct_rating(form: Form, base: Base) -> FormChange | Problems:
    """Return the change of a model's file to the rating that the form asks for."""
    checks = base.checks(form)
    model = model_named(form["model"], base, checks)
    criterion = _criterion(form, base, checks)
    level = next((level for level in Level if level == form["level"]), None)
    evidence = _evidence(form, checks)
    note = checks.optional(TEXT, "note", form["note"])
    if checks.problems or model is None or criterion is None or level is None:
        return first_problems(checks)
    path = assessment_path(model)
    text = base.snapshot.text(path) or ""
    present = base.corpus.reader.assessment(path, text.encode()).value
    if present is None:
        what = _("%(path)s has problems of its own", path=code(path))
        checks.refuse("model", "file-broken", what, _("The maintainers see this and fix them first."))
        return first_problems(checks)
    rating = present.ratings[criterion]
    _check_reasons(rating, level, evidence, note, checks)
    if checks.problems:
        return first_problems(checks)
    try:
        changed = with_rating(text, criterion, level, evidence, note)
    except NotRewritableError as error:
        what = _("the bot can't change %(path)s: %(reason)s", path=code(path), reason=error.args[0])
        checks.refuse("", "not-rewritable", what, _("Change the file by hand."))
        return first_problems(checks)
    if changed == text:
        _refuse_unchanged(checks)
    _read_again(path, changed, base, checks)
    hints = _hints(rating, level, note)
    subject = f"{model}: rate {criterion} {level}" if level != rating.level else f"{model}: show {criterion} better"
    return first_problems(checks) or FormChange(subject, ((path, changed),), hints=hints)


def _criterion(form: Form, base: Base, checks: Checks) -> str | None:
    given, known = form.line("criterion"), base.names.criteria
    # `Weights (weights)` is what older forms let people choose.
    found = known.get(word_key(given)) or known.get(word_key(choice_id(given)))
    if given and found is None:
        what = ngettext(
            "%(word)s is not a criterion",
            "%(number)s words are not criteria: %(word)s",
            1,
            word=code(given[:LONGEST_SHOWN]),
        )
        checks.refuse("criterion", "no-such-criterion", what, criterion_remedy(given, known))
    return found


def _evidence(form: Form, checks: Checks) -> Evidence | None:
    """Return the evidence in the fields of the form; None where there is none or it is wrong."""
    tidy = {"url": bare_address, "accessed": iso_day}
    keys = ("url", "where", "fact", "accessed", "quote")
    given = {key: tidy.get(key, str)(text) for key in keys if (text := form.line(key))}
    return checks.value(EVIDENCE, "url", given) if given else None


def _check_reasons(rating: Rating, level: Level, evidence: Evidence | None, note: str | None, checks: Checks) -> None:
    """Refuse a change without evidence or note."""
    if level == rating.level:
        if evidence is None and note is None:
            _refuse_unchanged(checks)
    elif evidence is None and not (level is Level.CLOSED and note is not None):
        what = _("nothing shows that the level is another one")
        remedy = _(
            "Write the address of a page, and what it states. For `closed`, a note on where you looked is enough."
        )
        checks.refuse("url", "reason-missing", what, remedy)
    elif level is Level.NOT_APPLICABLE and note is None:
        what = _("`not-applicable` needs a note")
        checks.refuse("note", "note-missing", what, _("Write why this step does not exist for the model."))


def _refuse_unchanged(checks: Checks) -> None:
    what = _("the rating has this level already")
    remedy = _("Choose another level, or write evidence or a note that the rating does not have.")
    checks.refuse("level", "nothing-changes", what, remedy)


def _hints(rating: Rating, level: Level, note: str | None) -> tuple[str, ...]:
    if level == rating.level:
        return (_DOUBT_STAYS,) if rating.confidence else ()
    note_stays = isinstance(rating.note, str) and note is None
    found = (
        *((_DISPUTED, rating.disputed), (_DOUBT_GOES, rating.confidence)),
        *((_NOTE_STAYS, note_stays), (_EVIDENCE_STAYS, rating.evidence)),
    )
    return tuple(hint for hint, applies in found if applies)


def _read_again(path: str, text: str, base: Base, checks: Checks) -> None:
    """Refuse a file in which `check` would find an error."""
    data = text.encode("utf-8", "surrogatepass")
    reading = (
        base.corpus.reader.assessment(path, data)
        if is_assessment_path(path)
        else base.corpus.reader.developer(path, data)
    )
    for problem in reading.problems:
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
    checks = base.checks(form)
    ratings, pasted, more = read_ratings(form[RATINGS], base.names, checks)
    answers = {key: answer for key, answer in form.answers.items() if answer}
    form = replace(form, answers=pasted | answers | pasted_developer(form["developer"]))
    owner = _owner(form, base, checks)
    model = _new_model(form, owner, base, checks)
    facts = _facts(form, base, checks)
    if checks.problems or owner is None or model is None:
        return first_problems(checks)
    path = assessment_path(model)
    rubric = base.snapshot.rubric()
    files = [(path, _assessment(rubric, facts, more, ratings, UNASSESSED))]
    # Criteria that nobody rated are problems by design: the file is validated with a level in their place.
    _read_again(path, _assessment(rubric, facts, more, ratings, Level.CLOSED), base, checks)
    hints: tuple[str, ...] = ()
    if owner.file is not None:
        files.append((f"{ASSESSMENTS}/{owner.folder}/developer.yaml", owner.file))
        _read_again(*files[1], base, checks)
    elif any(form[key] for key in _NEW_DEVELOPER):
        hints = (_DEVELOPER_KNOWN,)
    missing = tuple(criterion.id for criterion in rubric.criteria if criterion.id not in ratings)
    return first_problems(checks) or FormChange(f"Add {model}", tuple(files), missing, hints)


_PASTED = re.compile(r"^ *(name|country|kind|url) *[:：] *(.*?) *(?:(?<=[ :：])#.*)?$", re.MULTILINE)


def pasted_developer(answer: str) -> dict[str, str]:
    """Return the answers about a developer in the lines of a developer's file; nothing where they are none."""
    found = dict(_PASTED.findall(answer))
    names = {"name": "developer", "country": "country", "kind": "kind", "url": "developer_url"}
    return {names[key]: unquoted(text) for key, text in found.items() if text} if "name" in found else {}


def _owner(form: Form, base: Base, checks: Checks) -> _Owner | None:
    """Return the developer that the form names, be it known or new."""
    given = unmarked(form["developer"])[:LONGEST_NAME]
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
        what = _("%(name)s is the short name of another developer", name=code(short))
        remedy = _("Write another one. If it is the same developer, write this as the developer.")
        checks.refuse("developer_id", "short-name-taken", what, remedy)
        return None
    near = get_close_matches(name_key(given), sorted(by_name), n=1, cutoff=0.6)
    return _new_owner(form, name, short, by_name[near[0]] if near else "", checks)


def _new_owner(form: Form, name: str | None, short: str | None, near: str, checks: Checks) -> _Owner | None:
    """Return a new developer. `near` is the folder of one with a similar name; empty where there is none."""
    country = checks.optional(LINE, "country", unmarked(form["country"]))
    url = checks.optional(URL, "developer_url", bare_address(form["developer_url"]))
    if form.line("developer") and not (form["country"] and form["kind"]):
        what = _(
            "%(name)s is not on the leaderboard yet, so its country and its kind are needed", name=code(name or "")
        )
        remedy = _("Write them below their headings, or paste the lines below instead of this answer and fill them in.")
        guess = [_("If you mean %(name)s, write that as the developer.", name=code(near))] if near else []
        checks.refuse("developer", "new-developer", what, JoinedText(" ", [*guess, remedy]))
    elif form["kind"] and form["kind"] not in list(OrganisationKind):
        what = _("%(word)s is not a kind of organisation", word=code(form.line("kind")[:LONGEST_SHOWN]))
        remedy = _("Write one of these: %(words)s.", words=JoinedText(", ", map(code, OrganisationKind)))
        checks.refuse("kind", "no-such-choice", what, remedy)
        return None
    if name is None or short is None or country is None or not form["kind"]:
        return None
    values = [("name", name), ("country", country), ("kind", form["kind"]), ("url", url)]
    lines = (f"{key}: {scalar(text)}\n" for key, text in values if text is not None)
    return _Owner(short, f"{MODELINE.format('developer')}\n{''.join(lines)}")


def _short_name(form: Form, field: str, name: str, checks: Checks) -> str | None:
    """Return the short name for addresses that was given, or that is made from the whole name."""
    given = unmarked(form[field])
    letters = unicodedata.normalize("NFKD", given or name)
    made = short_name(letters)
    # A name that would lose letters, such as one in Korean, has to be spelt by a person.
    is_lost = any(not unicodedata.combining(each) and not each.isascii() and each.isalnum() for each in letters)
    wanted = given or made
    if not (is_assessment_path(f"{ASSESSMENTS}/{wanted}/model.yaml") and (given or not is_lost)):
        what = _("%(name)s can't be used as a short name", name=code(given[:LONGEST_SHOWN]))
        if not given:
            what = _("no short name can be made from %(name)s", name=code(name[:LONGEST_SHOWN]))
        remedy = _("Write small letters a to z and digits, joined by hyphens or dots, at most 64 characters.")
        checks.refuse(field, "short-name", what, remedy)
        return None
    return wanted


def _new_model(form: Form, owner: _Owner | None, base: Base, checks: Checks) -> str | None:
    """Return the id of the new model; None where it has none that can be used."""
    name = checks.optional(LINE, "model", unmarked(form["model"]))
    short = _short_name(form, "model_id", unmarked(form["model"]), checks) if form["model"] else None
    if name is None or short is None:
        return None
    twins = [own for own, entry in base.corpus.entries.items() if name_key(name) in (name_key(entry.model), own)]
    hub = name_key(hub_id_in(plain(form["huggingface"])))
    twins_on_hub = [
        own for own, entry in base.corpus.entries.items() if hub and name_key(entry.huggingface or "") == hub
    ]
    model = f"{owner.folder}/{short}" if owner else ""
    same_path = [model] if model in base.corpus.files else []
    for field, found in (("model", twins), ("huggingface", twins_on_hub), ("model_id", same_path)):
        if found:
            what = _("%(model)s is the same model", model=code(found[0]))
            remedy = _('To change its ratings, use the form "Correct a rating".')
            checks.refuse(field, "two-files-for-one-model", what, remedy)
            return None
    if model and not is_assessment_path(assessment_path(model)):
        what = _("%(name)s can't be used as a short name", name=code(short))
        checks.refuse("model_id", "short-name", what, _("Write another one."))
        return None
    return model or None


def _facts(form: Form, base: Base, checks: Checks) -> list[tuple[str, str]]:
    """Return the keys of an assessment and their values in YAML, without the ratings."""
    released = checks.optional(DAY, "released", iso_day(form["released"]))
    hub = checks.optional(HUB_ID, "huggingface", hub_id_in(plain(bare_address(form["huggingface"]))))
    license_ = checks.optional(LICENSE, "license", plain(form["license"]))
    modality = re.findall(r"[^\s,]+", form["modality"])
    if not modality:
        checks.refuse("modality", "answer-missing", _("nothing is ticked"), _("Tick at least one."))
    named = form["base_models"] if checks.optional(TEXT, "base_models", form["base_models"]) else ""
    base_models = [
        checks.value(MODEL_ID, "base_models", _base_model(each, base))
        for each in dict.fromkeys(_base_names(named, base))
    ]
    facts = [
        ("model", scalar(unmarked(form["model"]))),
        ("released", released.isoformat() if released else ""),
        ("modality", f"[{', '.join(modality)}]"),
        ("huggingface", scalar(hub) if hub else ""),
        ("license", scalar(license_) if license_ else ""),
        ("base_models", f"[{', '.join(dict.fromkeys(one for one in base_models if one))}]" if base_models else ""),
    ]
    return [(key, value) for key, value in facts if value]


def _base_names(answer: str, base: Base) -> Iterator[str]:
    """Yield the models that an answer names: names with commas or line breaks between them, or ids also with spaces."""
    for part in re.split(r"[,，、;\n]+", answer):
        words = part.split()
        if (
            len(words) > 1
            and all("/" in word for word in words)
            and not look_up_model(part, base.corpus, with_near=False).ids
        ):
            yield from words
        elif words:
            yield part


def _base_model(name: str, base: Base) -> str:
    """Return the id of a model of the leaderboard; any other name as it is, because it needs no file."""
    text = _name_in(name)
    found = () if is_model_id(text) else look_up_model(text, base.corpus, with_near=False).ids
    return found[0] if len(found) == 1 else text


def _assessment(
    rubric: Rubric,
    facts: list[tuple[str, str]],
    more: Mapping[str, Any],
    ratings: Mapping[str, Rating],
    unrated: str,
) -> str:
    """Return the text of an assessment. `facts` are in YAML, `more` are values; `unrated` is the level of other criteria."""
    return render(
        "handlers/forms/assessment.yml.j2",
        modeline=MODELINE.format("assessment"),
        facts=facts,
        more=as_lines(more),
        skeletons={each.id: criterion_skeleton(each, unrated) for each in rubric.criteria if each.id not in ratings},
        ratings={each.id: ratings.get(each.id) for each in rubric.criteria},
        evidence_item=evidence_item,
        scalar=scalar,
    )


# ---- forms that change no file ---------------------------------------------------------------------------------------


def ask_dispute(form: Form, base: Base) -> DisputeForm | Problems:
    """Return which rating somebody disputes, and why."""
    checks = base.checks(form)
    model = model_named(form["model"], base, checks)
    criterion = _criterion(form, base, checks)
    reason = checks.value(TEXT, "reason", form["reason"].replace("\n", " ")) if form["reason"] else None
    url = checks.optional(URL, "url", bare_address(form["url"]))
    if checks.problems or model is None or criterion is None or reason is None:
        return first_problems(checks)
    return DisputeForm(model, criterion, form["reason"], url)


def report_dead_link(form: Form, base: Base) -> DeadLink | Problems:
    """Return the ratings that cite a page."""
    checks = base.checks(form)
    url = re.search(r"https?://[^\s<>]+", form["url"], re.IGNORECASE)
    if form["url"] and (url is None or len(url[0]) > LONGEST_URL):
        remedy = _("Paste the whole address. It begins with https://.")
        checks.refuse("url", "no-address", _("there is no address"), remedy)
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
