"""All assessments together: independent files, twins, selections, and reading with and without the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.board.model.assessment import MODELINE
from bot.board.model.layout import assessment_path
from bot.board.model.problem import Severity
from bot.board.reading.cache import EntryCache
from bot.board.reading.corpus import Corpus, FileChangedError, Scope, is_assessment_path, read_corpus
from bot.board.reading.document import Reader
from bot.board.reading.organisations import folders_of_one_organisation
from bot.board.reading.tree import FileKind, Folder, TreeFile
from tests.board.reading.golden import FIRST, TODAY
from tests.board.reading.trees import TWO, assessment_text, base_tree, developer_text, repository, write
from tests.samples import entry_with, rubric

if TYPE_CHECKING:
    from pathlib import Path

READER = Reader(rubric(), TODAY)
CRITERIA = tuple(criterion.id for criterion in rubric().criteria)


def read(root: Path, *selected: str) -> Corpus:
    return read_corpus(Folder(root), READER, Scope(lambda path: not selected or path in selected))


def rules_of(corpus: Corpus) -> list[tuple[str, str]]:
    return [(problem.path, problem.rule) for problem in corpus.problems]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return base_tree(tmp_path)


def test_valid_files_give_entries_in_the_order_of_their_paths(root: Path) -> None:
    write(root, "assessments/another/zwei.yaml", assessment_text("Zwei"))
    write(root, "assessments/another/developer.yaml", developer_text("Another Lab"))
    corpus = read(root)
    assert list(corpus.entries) == ["another/zwei", "example/one"]
    assert set(corpus.developers) == {"another", "example"}
    assert corpus.problems == []
    assert [assessment.model for assessment in corpus.assessments(["example/one", "another/zwei"])] == [
        "Example One",
        "Zwei",
    ]


def test_a_broken_file_hides_nothing_of_the_others(root: Path) -> None:
    broken = {"a": "model: [", "b": "\xff", "c": "", "d": "\tx", "e": "a: &x b", "f": "[" * 60000, "g": "x" * 70000}
    for name, text in broken.items():
        (root / f"assessments/example/{name}.yaml").write_bytes(text.encode("latin-1"))
    write(root, TWO, assessment_text("Example Two").replace("text]", "txet]"))
    corpus = read(root)
    assert list(corpus.entries) == ["example/one"]
    assert {path for path, _ in rules_of(corpus)} == {f"assessments/example/{name}.yaml" for name in [*broken, "two"]}
    assert (TWO, "unknown-word") in rules_of(corpus)


# ---- twins -----------------------------------------------------------------------------------------------------------

TWIN = "two-files-for-one-model"


@pytest.mark.parametrize(("length", "is_kept"), [(500, True), (501, False)])
def test_a_name_longer_than_any_is_not_compared_with_others(length: int, is_kept: bool, root: Path) -> None:
    write(root, "assessments/example/two.yaml", "model: a" + "\u0301" * (length - 1) + "\n")
    corpus = read_corpus(Folder(root), READER)
    assert (corpus.broken["example/two"].model is not None) is is_kept


@pytest.mark.parametrize(
    ("model", "hub_id", "twins"),
    [
        ("Example One", None, True),
        ("EXAMPLE  one", None, True),
        ("Ｅxample One", None, True),  # a full-width letter
        ("Ex\u0430mple One", None, True),  # a Cyrillic letter
        ("Exam\u034fple One\ufe0f", None, True),  # characters that show nothing
        ("Example One B", "Example/ONE", True),
        ("Example One B", "example/one-b", False),
        ("Example One B", None, False),
    ],
)
def test_a_model_is_the_same_by_name_or_by_hub_id(model: str, hub_id: str | None, twins: bool, root: Path) -> None:
    write(root, TWO, assessment_text(model, hub_id))
    assert rules_of(read(root)) == ([(FIRST, TWIN), (TWO, TWIN)] if twins else [])


@pytest.mark.parametrize(("model", "hub_id"), [("Example One", None), ("Example One B", "example/one")])
def test_a_twin_is_found_though_it_is_broken(model: str, hub_id: str | None, root: Path) -> None:
    write(root, TWO, assessment_text(model, hub_id).replace("[text]", "[txet]"))
    assert sorted(rules_of(read(root))) == [(FIRST, TWIN), (TWO, TWIN), (TWO, "unknown-word")]


@pytest.mark.parametrize(
    ("changes", "excerpt"),
    [
        ({"example/one": "example/two"}, "model: Example One"),
        ({"Example One": "Example Two"}, "huggingface: example/one"),
        ({"example/one": "example/two", "model:": '"model":'}, MODELINE.format("assessment")),
    ],
)
def test_a_twin_is_shown_at_its_name_or_hub_id_or_the_first_line(
    changes: dict[str, str], excerpt: str, root: Path
) -> None:
    text = (root / FIRST).read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    write(root, TWO, text)
    (problem,) = [problem for problem in read(root).problems if problem.path == TWO]
    assert (problem.rule, problem.column, problem.excerpt) == (TWIN, 1, excerpt)


def test_of_three_files_for_one_model_each_names_the_other_two(root: Path) -> None:
    for name in ("two", "three"):
        write(root, f"assessments/example/{name}.yaml", assessment_text("Example One"))
    first = next(problem for problem in read(root).problems if problem.path == FIRST)
    assert "two.yaml" in first.what
    assert "three.yaml" in first.what


# ---- unreadable files ------------------------------------------------------------------------------------------------


class Locked(Folder):
    """A tree in which one folder and all files cannot be opened."""

    def files(self, folder: str) -> list[TreeFile]:
        return [TreeFile("assessments/another", FileKind.LOCKED, 0), *super().files(folder)]

    def _content(self, path: Path) -> bytes | None:
        return None


def test_a_folder_or_file_that_cannot_be_opened_is_a_problem_of_its_first_line(root: Path) -> None:
    found = [(one.path, one.line, one.column, one.what) for one in read_corpus(Locked(root), READER).problems]
    assert found == [
        ("assessments/another", 1, 1, "the folder cannot be opened"),
        ("assessments/example/developer.yaml", 1, 1, "the file cannot be opened"),
        (FIRST, 1, 1, "the file cannot be opened"),
    ]


# ---- selections ------------------------------------------------------------------------------------------------------


def test_only_the_problems_of_selected_files_are_reported_but_twins_are_searched_everywhere(root: Path) -> None:
    write(root, TWO, assessment_text("Example One").replace("[text]", "[txet]"))
    write(root, "assessments/example/three.yaml", "model: [")
    assert rules_of(read(root, FIRST)) == [(FIRST, TWIN)]


def test_a_folder_without_developer_is_reported_where_one_of_its_files_is_selected(root: Path) -> None:
    write(root, "assessments/other/two.yaml", assessment_text("Two"))
    assert rules_of(read(root)) == [("assessments/other/developer.yaml", "no-developer")]
    assert rules_of(read(root, "assessments/other/two.yaml")) == [("assessments/other/developer.yaml", "no-developer")]
    assert rules_of(read(root, FIRST)) == []


def test_each_selected_assessment_is_taken_once_and_kept_if_wanted(root: Path) -> None:
    write(root, TWO, assessment_text("Example Two"))
    write(root, "assessments/example/broken.yaml", "model: [")
    taken: list[tuple[str, str]] = []
    scope = Scope(
        lambda path: path != FIRST, keep=True, take=lambda own, assessment: taken.append((own, assessment.model))
    )
    corpus = read_corpus(Folder(root, repository(root)), READER, scope)
    assert taken == [("example/two", "Example Two")]
    assert [assessment.model for assessment in corpus.kept.values()] == ["Example Two"]
    names = [assessment.model for assessment in corpus.assessments(["example/two", "example/one"])]
    assert names == ["Example Two", "Example One"]


# ---- with and without a cache ----------------------------------------------------------------------------------------


def test_a_cache_changes_nothing_but_what_is_read(root: Path) -> None:
    write(root, TWO, assessment_text("Example Two"))
    repo = repository(root)
    cache = EntryCache(root / "cache", "this reader", CRITERIA)
    plain = read_corpus(Folder(root, repo), READER, cache=cache)
    cache.save()
    opened: list[str] = []

    class Watched(Folder):
        def _content(self, path: Path) -> bytes | None:
            opened.append(path.name)
            return super()._content(path)

    write(root, TWO, assessment_text("Example Three"))
    again = EntryCache(root / "cache", "this reader", CRITERIA)
    corpus = read_corpus(Watched(root, repo), READER, Scope(lambda path: False), again)
    assert opened == ["two.yaml"]
    assert corpus.entries["example/one"] == plain.entries["example/one"]
    assert corpus.entries["example/two"].model == "Example Three"


def test_files_known_to_have_no_errors_are_not_read_again_where_warnings_are_not_needed(root: Path) -> None:
    write(root, TWO, assessment_text("Example Two").replace("level: open", "level: ajar", 1))
    repo = repository(root)
    cache = EntryCache(root / "cache", "this reader", CRITERIA)
    plain, taken = read_corpus(Folder(root, repo), READER, cache=cache), list[str]()
    scope = Scope(take=lambda own, _: taken.append(own), reread=False)
    corpus = read_corpus(Folder(root, repo), READER, scope, cache)
    assert (corpus.entries, taken) == (plain.entries, [])
    errors = [problem for problem in plain.problems if problem.severity is Severity.ERROR]
    assert errors
    assert [problem for problem in corpus.problems if problem.severity is Severity.ERROR] == errors


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_is_configured_to_skip_is_read(flag: str, root: Path) -> None:
    repo = repository(root)
    cache = EntryCache(root / "cache", "this reader", CRITERIA)
    read_corpus(Folder(root, repo), READER, cache=cache)
    repo.run("update-index", flag, FIRST)
    write(root, FIRST, assessment_text("Changed"))
    corpus = read_corpus(Folder(root, repo), READER, Scope(lambda path: False), cache)
    assert corpus.entries["example/one"].model == "Changed"


def test_a_file_that_vanishes_is_a_problem_and_its_assessment_an_error(root: Path) -> None:
    corpus = read(root)
    (root / FIRST).unlink()
    with pytest.raises(FileChangedError, match="changed while it was being read"):
        list(corpus.assessments(["example/one"]))


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        (assessment_path("example/one-2.5"), True),
        ("assessments/example/developer.yaml", False),
        ("assessments/example/one.yml", False),
        ("assessments/Example/one.yaml", False),
        ("assessments/example/-one.yaml", False),
        ("assessments/example/one..two.yaml", False),
        ("assessments/../one.yaml", False),
        ("assessments/example/one.yaml\n", False),
        ("x/assessments/example/one.yaml", False),
        ("assessments/example/con.yaml", False),
        ("assessments/example/com1.5.yaml", False),
        ("assessments/nul/one.yaml", False),
        ("assessments/aux.example/one.yaml", False),
        ("assessments/example/one.yaml.yaml", False),
        ("assessments/example/one-yaml.yaml", True),
        ("assessments/example/console.yaml", True),
        ("assessments/example/nul-1.yaml", True),
    ],
)
def test_the_path_of_an_assessment_has_two_slugs(path: str, fits: bool) -> None:
    assert is_assessment_path(path) is fits


def test_a_name_that_windows_keeps_for_a_device_is_refused_in_these_words(root: Path) -> None:
    (root / "assessments/example/aux.yaml").write_bytes((root / FIRST).read_bytes())
    (found,) = [problem for problem in read(root).problems if problem.rule == "path"]
    assert "files on Windows cannot have this name" in found.what


# ---- two folders for one developer -----------------------------------------------------------------------------------

SAME_DEVELOPER = "two-folders-for-one-developer"
DEVELOPERS = ("assessments/another/developer.yaml", "assessments/example/developer.yaml")


@pytest.mark.parametrize(
    ("name", "url", "same"),
    [
        ("Example Lab", None, True),
        ("EXAMPLE-lab", "https://example.org/another", True),
        ("Ｅxample Lab", None, True),
        ("Another Lab", "https://example.org", True),
        ("Another Lab", "http://www.Example.org/", True),
        ("Another Lab", "https://example.org/another", False),
        ("Another Lab", None, False),
    ],
)
def test_one_organisation_has_one_folder(name: str, url: str | None, same: bool, root: Path) -> None:
    write(root, DEVELOPERS[0], developer_text(name, url))
    assert rules_of(read(root)) == [(path, SAME_DEVELOPER) for path in DEVELOPERS if same]
    assert rules_of(read(root, DEVELOPERS[0])) == [(path, SAME_DEVELOPER) for path in DEVELOPERS[:1] if same]
    assert rules_of(read(root, FIRST)) == []


def test_folders_with_models_in_one_organisation_of_the_hub_are_counted_as_one() -> None:
    hub_ids = {
        "a/1": "example/one",
        "b/1": "Example/two",
        "b/2": "labs/two",
        "c/1": "labs/one",
        "d/1": "d/one",
        "e/1": None,
    }
    entries = [entry_with("o" * 16, own)._replace(huggingface=hub_id) for own, hub_id in hub_ids.items()]
    together = frozenset("abc")
    assert folders_of_one_organisation(entries) == dict.fromkeys("abc", together)
    assert folders_of_one_organisation(reversed(entries)) == dict.fromkeys("abc", together)
