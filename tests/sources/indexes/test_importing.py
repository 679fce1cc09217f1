"""Files of other indexes: their listings, their problems, and drafts without levels."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.model.assessment import UNASSESSED
from bot.board.model.crosswalk import Index
from bot.board.model.layout import assessment_path
from bot.board.model.problem import Severity
from bot.board.model.rubric import Level
from bot.board.reading.corpus import is_assessment_path
from bot.board.reading.document import Reader, read_crosswalk
from bot.board.reading.source import LARGEST_FILE
from bot.sources.indexes.agreement import AssessedModels
from bot.sources.indexes.importing import Draft, draft, drafted
from tests.samples import DATA, developer, entry_with, rubric
from tests.sources.indexes.listings import MOT, OSAI, SAMPLES, crosswalk, listed, read

if TYPE_CHECKING:
    from bot.board.model.developer import Developer
    from bot.sources.indexes.listing import Listing

EVERY_INDEX = pytest.mark.parametrize("index", Index)
READER = Reader(rubric(), date(2026, 11, 21))


# ---- crosswalks ------------------------------------------------------------------------------------------------------


@EVERY_INDEX
def test_a_crosswalk_of_this_repository_compares_only_what_it_finds_links_for(index: Index) -> None:
    for part in crosswalk(index).parts.values():
        assert part.level is None or part.level in part.links


BROKEN_CROSSWALKS = {
    "a criterion that there isn't": ("level: weights", "level: weigths", "the rubric has no criterion `weigths`"),
    "a link to one that there isn't": ("links: [paper]", "links: [papers]", "the rubric has no criterion `papers`"),
    "a level that there isn't": ("partial: semi-open", "partial: half", "`half` is not allowed under `partial`"),
    "a part without a reason": ("    reason: The same question.\n", "", "missing under `api`: `reason`"),
    "a key that doesn't belong there": ("title:", "colour: green\ntitle:", "the key `colour` is unknown here"),
}


@pytest.mark.parametrize("case", BROKEN_CROSSWALKS)
def test_a_broken_crosswalk_is_refused_with_its_place(case: str) -> None:
    old, new, words = BROKEN_CROSSWALKS[case]
    text = (DATA / "schema/crosswalks/osai.yaml").read_text("utf-8")
    assert old in text
    reading = read_crosswalk("osai.yaml", text.replace(old, new).encode(), rubric())
    assert reading.value is None
    assert any(words in problem.what for problem in reading.problems), reading.problems


# ---- what is read ----------------------------------------------------------------------------------------------------


def test_an_osai_file_is_read_completely() -> None:
    listing, problems = read(Index.OSAI, OSAI)
    assert problems == []
    assert listing is not None
    assert (listing.name, listing.developer) == ("Example One", "Example Lab")
    assert listing.names == ("Example One", "one-chat")
    assert listing.huggingface == "example-lab/one-chat"
    assert (listing.released, listing.license, listing.modality) == ("2025-12", "Apache-2.0", ("text",))
    assert {part.name: (part.said, part.links) for part in listing.parts} == {
        "datasources_basemodel": ("partial", ("https://example.org/data",)),
        "weights_endmodel": ("open", ("https://huggingface.co/example-lab/one-chat",)),
        "trainingcode": ("closed", ()),
        "licenses": ("", ()),
        "preprint": ("closed", ()),
        "paper": ("partial", ("https://example.org/paper", "https://example.org/review")),
    }


def test_a_mot_file_is_read_completely() -> None:
    listing, problems = read(Index.MOT, MOT)
    assert problems == []
    assert listing is not None
    assert (listing.name, listing.developer) == ("Example One", "Example Lab")
    assert listing.names == ("Example One", "Example One 7B")
    assert listing.huggingface == "example-lab/one"
    assert (listing.released, listing.license, listing.modality) == ("2025-05-22", "Apache-2.0", ("text",))
    assert {part.name: (part.said, part.links) for part in listing.parts} == {
        "license": ("Apache-2.0", ("https://example.org/LICENSE",)),
        "huggingface": ("", ("https://huggingface.co/example-lab/one",)),
        "repository": ("", ("https://github.com/example/one",)),
        "Model parameters (Final)": ("included", ()),
        "Datasets": ("undisclosed", ()),
        "Research paper": ("included", ("https://example.org/paper",)),
        "Evaluation code": ("included", ()),
    }


def test_the_most_open_of_several_parts_counts_and_absent_parts_do_not() -> None:
    assert listed(Index.OSAI, OSAI).levels(crosswalk(Index.OSAI)) == {
        "pretraining_data": Level.SEMI_OPEN,
        "weights": Level.OPEN,
        "code": Level.CLOSED,
        "paper": Level.SEMI_OPEN,
    }
    assert listed(Index.MOT, MOT).levels(crosswalk(Index.MOT)) == {
        "license": Level.OPEN,
        "weights": Level.OPEN,
        "paper": Level.OPEN,
    }


def test_the_older_format_of_the_index_is_read_too() -> None:
    text = """project:
  name: Example Old
  link: https://huggingface.co/example/old
  llmbase: Example Base
  license: MIT
org: {name: Example Lab}
opencode: {class: partial, link: https://example.org/code, notes: }
rlweights: {class: open, link: https://huggingface.co/example/old}
api: {class: closed, link: }
"""
    listing, problems = read(Index.OSAI, text)
    assert problems == []
    assert listing is not None
    assert (listing.name, listing.huggingface, listing.license) == ("Example Old", "example/old", "MIT")
    assert listing.levels(crosswalk(Index.OSAI)) == {
        "code": Level.SEMI_OPEN,
        "weights": Level.OPEN,
        "api": Level.CLOSED,
    }


PAGES = {
    "https://huggingface.co/example/one": "example/one",
    "huggingface.co/example/one": "example/one",
    "https://hf.co/example/one/tree/main?x=1#y": "example/one",
    "https://www.huggingface.co/Example/One_2.0-chat": "Example/One_2.0-chat",
    "https://huggingface.co/datasets/example/one": None,
    "https://huggingface.co/example": None,
    "https://example.org/example/one": None,
    "https://huggingface.co/example/../../etc": None,
}


@pytest.mark.parametrize("page", PAGES)
def test_the_hub_id_comes_from_the_page_of_a_model_and_no_other(page: str) -> None:
    text = re.sub(r"https://huggingface\.co/example-lab/one-chat", page, OSAI)
    assert listed(Index.OSAI, text).huggingface == PAGES[page]


# ---- defects ---------------------------------------------------------------------------------------------------------

LINK = "link: https://example.org/data"
DEFECTS: dict[str, tuple[Index, str, str, str, int, tuple[str, ...] | None]] = {
    # The index, the text and its place, the rule, the line, and the remaining links of the part (None: not compared).
    "links joined with commas": (
        Index.OSAI, LINK, "link: https://example.org/a,https://example.org/b, https://example.org/c", "several-links", 21,
        ("https://example.org/a", "https://example.org/b", "https://example.org/c"),
    ),
    "a link without scheme": (
        Index.OSAI, LINK, "link: example.org/data", "no-scheme", 21, ("https://example.org/data",),
    ),
    "a word instead of a link": (Index.OSAI, LINK, "link: see the paper", "no-link", 21, ()),
    "a link into a local network": (Index.OSAI, LINK, "link: http://localhost/data", "bad-link", 21, ()),
    "a link that runs code": (Index.OSAI, LINK, "link: javascript://example.org/%0aalert(1)", "bad-link", 21, ()),
    "a link that is a list": (Index.OSAI, LINK, "link: [[https://example.org/a]]", "wrong-type", 21, ()),
    "a misspelt class": (Index.OSAI, "class: partial\n    " + LINK, "class: parial\n    " + LINK, "unknown-class", 20, None),
    "a class that there isn't": (Index.OSAI, "class: partial\n    " + LINK, "class: green\n    " + LINK, "unknown-class", 20, None),
    "a stray key": (Index.OSAI, "endmodellicense:", "endmodel license:", "stray-key", 10, None),
    "a stray part": (Index.OSAI, "licenses:", "lisences:", "stray-key", 31, None),
    "a part that is a word": (Index.OSAI, "    class: closed\n    link:\n    notes: None was found.", "    closed", "wrong-type", 28, None),
    "a key that stands there twice": (Index.OSAI, LINK, f"{LINK}\n    {LINK}", "duplicate-key", 22, ("https://example.org/data",)),
    "an alias": (Index.OSAI, LINK, "link: *there", "alias", 21, ()),
    "a tag": (Index.OSAI, LINK, "link: !!python/name:os.system https://example.org/data", "tag", 21, None),
    "a merge key": (Index.OSAI, LINK, "<<: *there", "merge-key", 21, ()),
    "an invisible character": (Index.OSAI, "name: Example One\n", "name: Example\u200b One\n", "unseen-character", 4, None),
    "a component twice": (
        Index.MOT, "name: 'Evaluation code'", "name: 'Research paper'", "repeated-part", 34, None,
    ),
    "a component that there isn't": (Index.MOT, "'Evaluation code'", "'Training coffee'", "stray-part", 34, None),
    "a component that isn't included": (
        Index.MOT, "license: CC-BY-4.0", "license: Component Component not included", "not-included", 29, None,
    ),
    "a hub id instead of its page": (
        Index.MOT, "'https://huggingface.co/example-lab/one'", "example-lab/one", "no-scheme", 15, None,
    ),
    "a misspelt key of a release": (Index.MOT, "  contact: ''", "  contract: ''", "stray-key", 13, None),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFECTS)
def test_a_defect_is_a_warning_with_its_line_and_the_rest_is_read(case: str) -> None:
    index, old, new, rule, line, links = DEFECTS[case]
    text = SAMPLES[index]
    assert old in text
    listing, problems = read(index, text.replace(old, new, 1))
    assert [(problem.rule, problem.line, problem.severity) for problem in problems] == [(rule, line, Severity.WARNING)]
    assert listing is not None
    assert listing.name == "Example One"
    if links is not None:
        (part,) = [part for part in listing.parts if part.name == "datasources_basemodel"]
        assert part.links == links


def test_a_misspelt_class_is_read_as_the_nearest_and_a_foreign_one_as_none() -> None:
    for said, level in (("parial", Level.SEMI_OPEN), ("Open", Level.OPEN), ("green", None)):
        text = OSAI.replace("class: partial", f"class: {said}", 1)
        assert listed(Index.OSAI, text).levels(crosswalk(Index.OSAI)).get("pretraining_data") is level


@EVERY_INDEX
def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(index: Index) -> None:
    text = SAMPLES[index]
    windows, problems = read(index, text.replace("\n", "\r\n"))
    assert (windows, problems) == (listed(index, text), [])
    marked, problems = read(index, "\ufeff" + text)
    assert marked == windows
    assert [problem.rule for problem in problems] == ["byte-order-mark"]


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty-file"),
    "a comment": (b"# nothing\n", "empty-file"),
    "no YAML": (b"system: [\n", "yaml"),
    "a tab that indents": (b"system:\n\tname: x\n", "tab"),
    "not UTF-8": (OSAI.replace("Example", "Ex\xe4mple").encode("latin-1"), "not-utf-8"),
    "UTF-16": (OSAI.encode("utf-16"), "not-utf-8"),
    "a huge file": (b"#" * (LARGEST_FILE + 1), "file-too-large"),
    "a list": (b"- system\n", "no-listing"),
    "another mapping": (b"model: x\n", "no-listing"),
    "a system that is a word": (b"system: x\nrelease: x\n", "no-listing"),
    "no name": (b"system: {link: https://example.org}\nrelease: {version: 1}\n", "no-name"),
    "a name that is a list": (b"system: {name: [x]}\nrelease: {name: [x]}\n", "no-name"),
    "a bomb of aliases": (
        b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nsystem: *c\nrelease: *c\n",
        "no-listing",
    ),
    "very deep": (b"system: " + b"[" * 5000 + b"]" * 5000, "nesting"),
}


@EVERY_INDEX
@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_without_a_listing_is_an_error_with_a_reason(case: str, index: Index) -> None:
    data, rule = UNREADABLE[case]
    listing, problems = read(index, data)
    assert listing is None
    errors = [problem.rule for problem in problems if problem.severity is Severity.ERROR]
    assert any(rule in one for one in errors) or (rule == "yaml" and errors), errors


def test_of_very_many_defects_the_first_are_named() -> None:
    text = OSAI + "".join(f"stray{number}: 1\n" for number in range(3000))
    _, problems = read(Index.OSAI, text)
    assert len(problems) == 201
    assert problems[-1].what == "there are 2,800 more problems from here on"


# ---- drafts ----------------------------------------------------------------------------------------------------------


def no_drafts_yet(listing: Listing, index: Index, **developers: Developer) -> Any:
    return drafted(listing, crosswalk(index), AssessedModels([]), developers, READER, rubric())


@EVERY_INDEX
def test_the_strict_reader_finds_in_a_draft_just_what_is_left_to_do(index: Index) -> None:
    made = no_drafts_yet(listed(index, SAMPLES[index]), index)
    assert isinstance(made, Draft)
    assert made.id == "example-lab/example-one"
    problems = READER.assessment(assessment_path(made.id), made.text.encode()).problems
    lines = list(enumerate(made.text.splitlines(), 1))
    blanks = [(number, "empty") for number, line in lines if re.fullmatch(r" {8}(?:where|fact):", line)]
    levels = [number for number, line in lines if line == "    level: unassessed"]
    assert [(problem.line, problem.rule) for problem in problems] == sorted(
        [*((number, UNASSESSED) for number in levels), *blanks]
    )
    assert len(levels) == len(rubric().criteria)


@EVERY_INDEX
def test_nothing_in_a_draft_is_rated(index: Index) -> None:
    made = draft(listed(index, SAMPLES[index]), crosswalk(index), rubric())
    ratings = yaml.safe_load(made)["ratings"]
    assert list(ratings) == [criterion.id for criterion in rubric().criteria]
    assert {rating["level"] for rating in ratings.values()} == {UNASSESSED}


def test_links_stand_under_the_criteria_that_correspond_and_classes_in_comments() -> None:
    made = draft(listed(Index.OSAI, OSAI), crosswalk(Index.OSAI), rubric())
    said = yaml.safe_load(made)
    links = {
        name: [item["url"] for item in one["evidence"]] for name, one in said.pop("ratings").items() if len(one) > 1
    }
    assert links == {
        "weights": ["https://huggingface.co/example-lab/one-chat"],
        "paper": ["https://example.org/paper", "https://example.org/review"],
        "pretraining_data": ["https://example.org/data"],
    }
    assert said == {"model": "Example One", "modality": ["text"], "huggingface": "example-lab/one-chat"}
    assert "  # There, datasources_basemodel: partial, which suggests semi-open.\n  pretraining_data:\n" in made
    assert "  # There, trainingcode: closed, which suggests closed.\n  code:\n    level: unassessed\n" in made
    assert "There, licenses" not in made
    assert "A workshop" not in made


def test_a_link_of_several_parts_is_listed_once_under_a_criterion() -> None:
    text = OSAI.replace("licenses:", "datasheet:").replace(
        "    class:\n    link:\n", "    class:\n    " + LINK + "\n", 1
    )
    made = draft(listed(Index.OSAI, text), crosswalk(Index.OSAI), rubric())
    assert made.count("https://example.org/data\n") == 2  # pretraining_data, data_filtering


def test_a_developer_is_recognized_by_name_and_keeps_its_folder() -> None:
    listing = listed(Index.OSAI, OSAI.replace("name: Example Lab", "name: example  LAB"))
    assert no_drafts_yet(listing, Index.OSAI, lab=developer("Example Lab")).id == "lab/example-one"


def test_a_model_that_has_an_assessment_gets_no_draft() -> None:
    for entry in (
        entry_with("o" * 16, "example/x", "Example ONE"),
        entry_with("o" * 16, "example/x", "Another")._replace(huggingface="Example-Lab/One-Chat"),
    ):
        known = AssessedModels([entry])
        why = drafted(listed(Index.OSAI, OSAI), crosswalk(Index.OSAI), known, {}, READER, rubric())
        assert isinstance(why, list)
        assert [problem.what for problem in why] == ["assessments/example/x.yaml is about this model already"]


HOSTILE_NAMES = {
    "../../../etc/passwd": "example-lab/etc-passwd",
    "/etc/passwd": "example-lab/etc-passwd",
    "C:\\\\Windows": "example-lab/c-windows",
    "developer": None,
    "CON": None,  # no file on Windows can have that name
    "...": None,
    "예시 모델": None,
    "x\\n    level: open": "example-lab/x-level-open",
    "x" * 100: f"example-lab/{'x' * 64}",
    "x" * 1000: None,
    "# comment": "example-lab/comment",
    "null": "example-lab/null",
    "1.0": "example-lab/1.0",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_becomes_a_harmless_path_or_none(name: str) -> None:
    made = no_drafts_yet(listed(Index.OSAI, OSAI.replace("name: Example One", f'name: "{name}"', 1)), Index.OSAI)
    if HOSTILE_NAMES[name] is None:
        assert [problem.severity for problem in made] == [Severity.ERROR]
    else:
        assert made.id == HOSTILE_NAMES[name]


def test_a_draft_that_could_not_be_read_again_is_not_made() -> None:
    many = ", ".join(f"https://example.org/{number}" for number in range(2000))
    (problem,) = no_drafts_yet(listed(Index.OSAI, OSAI.replace(LINK, f"link: [{many}]")), Index.OSAI)
    assert problem.rule == "file-too-large"


# ---- anything --------------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["open", "partial", "Apache-2.0", "https://example.org/a, example.org/b", "#", "- x", "a: b", "\x85", "\u2028", "'", '"']
    ),
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
OSAI_FILES = st.fixed_dictionaries(
    {
        "system": st.fixed_dictionaries(
            {"name": WORDS}, optional={"link": VALUES, "type": VALUES, "releasedate": VALUES}
        )
    },
    optional={"org": st.fixed_dictionaries({"name": WORDS})}
    | {
        part: st.fixed_dictionaries({}, optional={"class": VALUES, "link": VALUES, "notes": VALUES}) | VALUES
        for part in ("weights_endmodel", "paper", "licenses", "stray")
    },
)
MOT_FILES = st.fixed_dictionaries(
    {
        "release": st.fixed_dictionaries(
            {"name": WORDS, "producer": WORDS, "license": VALUES, "huggingface": VALUES},
            optional={"version": VALUES, "date": VALUES, "type": VALUES, "repository": VALUES},
        )
    },
).flatmap(
    lambda document: st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(list(crosswalk(Index.MOT).parts))},
            optional={"license": VALUES, "component_path": VALUES, "license_path": VALUES},
        ),
        max_size=4,
    ).map(lambda components: {"release": {**document["release"], "components": components}})
)


@EVERY_INDEX
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_are_more_than_a_problem(index: Index, data: bytes) -> None:
    listing, problems = read(index, data)
    assert listing is not None or any(problem.severity is Severity.ERROR for problem in problems)


@pytest.mark.parametrize(("index", "files"), [(Index.OSAI, OSAI_FILES), (Index.MOT, MOT_FILES)])
@settings(deadline=None)
@given(data=st.data())
def test_a_draft_of_any_file_has_a_harmless_path_and_no_levels(
    index: Index, files: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    text = yaml.safe_dump(data.draw(files), allow_unicode=True)
    listing, _ = read(index, text.encode("utf-8", "replace"))
    if listing is None:
        return
    made = no_drafts_yet(listing, index)
    if not isinstance(made, Draft):
        assert made
        return
    assert is_assessment_path(assessment_path(made.id))
    reading = READER.assessment(assessment_path(made.id), made.text.encode())
    assert {problem.rule for problem in reading.problems if problem.severity is Severity.ERROR} - {"empty"} == {
        UNASSESSED
    }
    said: Any = reading.plain
    assert set(said) <= {"model", "modality", "huggingface", "ratings"}
    assert [rating["level"] for rating in said["ratings"].values()] == [UNASSESSED] * len(rubric().criteria)
