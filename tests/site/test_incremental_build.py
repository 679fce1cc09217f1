"""A build renders only what may have changed, and its files are those of a build that renders everything."""

from __future__ import annotations

import itertools
import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.reading.document import Reader
from bot.cli.checkout import Checkout
from bot.governance.record.decisions import as_json
from bot.site.cache import RenderCache, Rendered, _code_digest, rules_fingerprint
from bot.site.document import Part
from bot.site.leaderboard import _Table
from bot.site.model_page import page_parts
from tests.checkouts import MODELS, add_model, checkout, commit, edit, files, run, write
from tests.governance.record.entries import decision, model
from tests.samples import DATA, ROOT
from tests.thorough import examples, is_thorough

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.reading.corpus import Corpus
    from bot.site.document import ModelInputs
    from bot.site.ranked_models import RankedModels

    Step = Callable[[Path, int], object]

PAGE = "leaderboard/models/example/one.md"
PARTS = ("glance", "rank", "ratings", "scores")
CACHE = ".git/openness-bot/rendered.json"
BOARD = {**MODELS, "example/four": "osnosnosnosnosno", "example-labs/five": "oooosssscccnnnoc"}


class Killed(BaseException):
    """An exception that nothing catches."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show what a plot or a schema is made from, as making one takes longer than everything else."""
    monkeypatch.setattr("bot.site.site._schemas", lambda rubric: {"assessment": lambda: {"rubric": repr(rubric)}})
    monkeypatch.setattr("bot.site.plots.heat_map.heat_map", lambda *values: f"{values}\n")
    monkeypatch.setattr("bot.site.plots.benchmark.score_against_benchmark", lambda *values: f"{values}\n")


@pytest.fixture(scope="module")
def once_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("built"), BOARD)
    shutil.copytree(DATA / "docs", root / "docs")
    for name in ("frameworks.yaml", "precedents.yaml"):
        shutil.copy(DATA / "schema" / name, root / "schema" / name)
    write(root, "GOVERNANCE.md", "# Governance\n\n<!-- governance:begin -->\n<!-- governance:end -->\n")
    write(root, "README.ko.md", "# 모델\n\n<!-- leaderboard:begin -->\n<!-- leaderboard:end -->\n")
    write(root, ".github/ISSUE_TEMPLATE/config.yml", "blank_issues_enabled: true\n")
    shutil.copytree(ROOT / "studies", root / "studies")
    for file in (root / "studies").rglob("*.csv"):
        file.write_text(file.read_text("utf-8").replace("google/gemma-3,", "example/one,"), "utf-8")
    commit(root)
    with pytest.MonkeyPatch.context() as patched:
        cheap.__wrapped__(patched)  # type: ignore[attr-defined]
        assert run(root, "build").code == 0
    return root


@pytest.fixture
def built(once_built: Path, tmp_path: Path) -> Path:
    """Return a built checkout with a cache, for this test alone."""
    return Path(shutil.copytree(once_built, tmp_path / "built", symlinks=True))


# ---- changes ---------------------------------------------------------------------------------------------------------


def assessments(root: Path) -> list[Path]:
    return sorted(file for file in (root / "assessments").glob("*/*.yaml") if file.name != "developer.yaml")


def one_of(found: list[Path], number: int) -> Path:
    return found[number % len(found)]


def generated(root: Path, number: int) -> Path:
    found = [*(root / "leaderboard").rglob("*"), *(root / ".github").rglob("*.yml"), *root.glob("README*")]
    return one_of(sorted(file for file in found if file.is_file()), number)


def levels(root: Path, number: int) -> None:
    lines = (file := one_of(assessments(root), number)).read_text("utf-8").splitlines()
    places = [place for place, line in enumerate(lines) if line in ("    level: open", "    level: semi-open")]
    if places:
        place = places[number % len(places)]
        other = {"    level: open": "    level: semi-open", "    level: semi-open": "    level: open"}
        lines[place] = other[lines[place]]
        file.write_text("\n".join([*lines, ""]), "utf-8")


def evidence(root: Path, number: int) -> None:
    file = one_of(assessments(root), number)
    file.write_text(file.read_text("utf-8").replace("Section 1", f"Section {number + 2}", 1), "utf-8")


def name(root: Path, number: int) -> None:
    file = one_of(assessments(root), number)
    head, _, rest = file.read_text("utf-8").partition("modality:")
    file.write_text(f"{head.rstrip()} {number}\nmodality:{rest}", "utf-8")


def base_model(root: Path, number: int) -> None:
    file, base = one_of(assessments(root), number), one_of(assessments(root), number + 1)
    named = base.relative_to(root / "assessments").with_suffix("").as_posix()
    if "base_models" not in (text := file.read_text("utf-8")):
        file.write_text(text.replace("ratings:\n", f"base_models: [{named}]\nratings:\n"), "utf-8")


def citation(root: Path, number: int) -> None:
    file = one_of(assessments(root), number)
    if "precedents" not in (text := file.read_text("utf-8")):
        file.write_text(text.replace("  weights:\n", "  weights:\n    precedents: [click-through]\n"), "utf-8")


def dispute(root: Path, number: int) -> None:
    file = one_of(assessments(root), number)
    if "disputed" not in (text := file.read_text("utf-8")):
        line = f"  code:\n    disputed: https://github.com/example/board/issues/{number}\n"
        file.write_text(text.replace("  code:\n", line, 1), "utf-8")


def doubt(root: Path, number: int) -> None:
    """Make a rating doubtful, which changes the range of other models' ranks, or settle it."""
    text = (file := one_of(assessments(root), number)).read_text("utf-8")
    sure = "    level: open\n"
    doubtful = f"{sure}    confidence: doubtful\n    doubt: It is unclear.\n"
    before, after = (doubtful, sure) if doubtful in text else (sure, doubtful)
    file.write_text(text.replace(before, after, 1), "utf-8")


def move(root: Path, number: int) -> None:
    if not (target := root / "assessments/example" / f"moved-{number}.yaml").exists():
        one_of(assessments(root), number).rename(target)


def removal(root: Path, number: int) -> None:
    if len(found := assessments(root)) > 2:
        one_of(found, number).unlink()


def replacing(path: str, old: str, new: str) -> Step:
    """Return a step that replaces a text in a file, or the replacement by the text."""

    def step(root: Path, number: int) -> None:
        text = (root / path).read_text("utf-8")
        before, after = (old, new) if old in text and new not in text else (new, old)
        (root / path).write_text(text.replace(before, after, 1), "utf-8")

    return step


def decide(root: Path, number: int) -> None:
    ids = [file.relative_to(root / "assessments").with_suffix("").as_posix() for file in assessments(root)]
    one = decision(number + 1, model(ids[number % len(ids)], raised=["weights"]), provisional=number % 2 == 0)
    write(root, f"decisions/{number + 1}.json", as_json(one))


def flip_a_bit(root: Path, number: int) -> None:
    content = bytearray((file := generated(root, number)).read_bytes())
    content[number % len(content)] ^= 1
    file.write_bytes(content)


def cut(root: Path, number: int) -> None:
    os.truncate(file := generated(root, number), file.stat().st_size // 2)


def swap(root: Path, number: int) -> None:
    """Exchange the contents of two generated files."""
    one, other = generated(root, number), generated(root, number + 3)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def kill(root: Path, number: int) -> None:
    levels(root, number)
    replace, count = Path.replace, itertools.count()

    def dying(self: Path, target: Path) -> Path:
        if next(count) == number % 5:
            raise Killed
        return replace(self, target)

    with mock.patch.object(Path, "replace", dying), suppress(Killed):
        run(root, "build")


def damage_cache(root: Path, number: int) -> None:
    if (file := root / CACHE).exists():
        content = bytearray(file.read_bytes())
        content[number % len(content)] ^= 2
        file.write_bytes(content)


def old_cache(root: Path, number: int) -> None:
    """Keep the cache over a change, as if it had come from another clone."""
    kept = (root / CACHE).read_bytes() if (root / CACHE).exists() else b""
    levels(root, number)
    run(root, "build")
    (root / CACHE).write_bytes(kept)


STEPS: dict[str, Step] = {
    "nothing": lambda root, number: None,
    "a level": levels,
    "evidence": evidence,
    "a name": name,
    "a base model": base_model,
    "a cited precedent": citation,
    "a dispute": dispute,
    "a doubt": doubt,
    "a new model": lambda root, number: add_model(root, f"example-new/model-{number}", "osno" * 4),
    "a removed model": removal,
    "a moved model": move,
    "a developer": replacing("assessments/example/developer.yaml", "Example Lab", "Example Laboratory"),
    "a title in the rubric": replacing("schema/rubric.yaml", "title: Weights", "title: Parameters"),
    "a precedent": replacing("schema/precedents.yaml", "Open where the click", "Open if the click"),
    "a framework": replacing("schema/frameworks.yaml", "Class III, Open Model", "Third class"),
    "the policy": replacing("governance.yml", "title: rating raised", "title: raised rating"),
    "the study": replacing("studies/jeon-2025/benchmarks.csv", "0", "1"),
    "a printed rank": replacing("studies/jeon-2025/ranks.csv", "example/one,5,", "example/one,4,"),
    "a decision": decide,
    "a commit": lambda root, number: commit(root),
    "the same bytes again": lambda root, number: [file.write_bytes(file.read_bytes()) for file in assessments(root)],
    "words around the board": replacing("README.md", "# Models", "# All models"),
    "markers elsewhere": replacing("README.md", "\n\nThe end.\n", "\n"),
    "words around the board in Korean": replacing("README.ko.md", "# 모델", "# 모든 모델"),
    "words around the policy": replacing("GOVERNANCE.md", "# Governance", "# How we decide"),
    "a bit of a generated file": flip_a_bit,
    "half of a generated file": cut,
    "two exchanged files": swap,
    "a deleted file": lambda root, number: generated(root, number).unlink(),
    "a foreign file": lambda root, number: write(root, f"leaderboard/{number}.txt", "Mine.\n"),
    "a killed build": kill,
    "a damaged cache": damage_cache,
    "an old cache": old_cache,
}


def take(step: str, number: int, root: Path) -> int:
    """Take a step, and compare the build after it with one that renders everything; return the code of its end."""
    STEPS[step](root, number)
    if is_thorough():
        assert run(root, "build", "--check") == run(root, "build", "--check", "--full"), step
    before = files(root)
    check, built = run(root, "build", "--check"), run(root, "build")
    # A full build finds nothing to write, so it would have written the same bytes.
    assert run(root, "build", "--check", "--full").code == built.code, step
    changed = files(root) != before
    assert check.code == (1 if built.code or changed else 0), step
    assert not (built.code and changed), step
    return built.code


def test_after_every_kind_of_change_the_files_are_those_of_a_full_build(built: Path) -> None:
    for number, step in enumerate(STEPS):
        assert take(step, number, built) == 0, step


@pytest.mark.thorough
@settings(max_examples=examples(100))
@given(st.lists(st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 999)), max_size=8))
def test_after_any_changes_the_files_are_those_of_a_full_build(once_built: Path, steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(shutil.copytree(once_built, Path(folder) / "built", symlinks=True))
        for step, number in steps:
            take(step, number, root)


# ---- what is left out ------------------------------------------------------------------------------------------------


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each assessment that is read and each part of a page that is rendered is added."""
    done: list[str] = []
    read = Reader.assessment

    def reading(self: Reader, path: str, *values: Any, **named: Any) -> Any:
        done.append(f"read {path}")
        return read(self, path, *values, **named)

    def rendering(what: str, render: Callable[[], str]) -> str:
        done.append(what)
        return render()

    def recorded(models: RankedModels, model: ModelInputs, *values: Any) -> Iterator[Part]:
        for key, render in page_parts(models, model, *values):
            yield Part(key, partial(rendering, f"{key.split()[0]} of {model.row.entry.id}", render))

    monkeypatch.setattr(Reader, "assessment", reading)
    monkeypatch.setattr("bot.site.site.page_parts", recorded)
    return done


def test_where_nothing_has_changed_nothing_is_read_or_rendered(built: Path, work: list[str]) -> None:
    assert run(built, "build").code == 0
    assert run(built, "build", "--check").code == 0
    assert work == []


def test_a_full_build_reads_every_file_once_and_renders_every_page(built: Path, work: list[str]) -> None:
    assert run(built, "build", "--full").code == 0
    everything = ("read assessments/{}.yaml", *(f"{part} of {{}}" for part in PARTS))
    assert sorted(work) == sorted(what.format(one) for one in BOARD for what in everything)


def test_of_a_changed_fact_only_its_model_is_read_and_rendered(built: Path, work: list[str]) -> None:
    edit(built / "assessments/example/two.yaml", "fact: It says so.", "fact: It says something else.")
    assert run(built, "build").code == 0
    assert work == ["read assessments/example/two.yaml", "glance of example/two", "ratings of example/two"]
    run(built, "build")  # the changed file is not committed yet, so git does not know it
    assert work[3:] == ["read assessments/example/two.yaml"]


def test_of_the_models_with_other_ranks_the_assessments_are_not_read(built: Path, work: list[str]) -> None:
    edit(built / "assessments/example/two.yaml", "level: semi-open", "level: open")
    assert run(built, "build").code == 0
    moved = [f"{part} of {one}" for one in ("example/four", "example-labs/five") for part in ("rank", "scores")]
    changed = ["read assessments/example/two.yaml", *(f"{part} of example/two" for part in PARTS)]
    assert sorted(work) == sorted([*changed, *moved])


def test_a_row_of_the_whole_leaderboard_is_rendered_only_where_it_changes(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered, row = list[str](), _Table.row

    def rendering(self: _Table, one: Row) -> str:
        rendered.append(one.entry.id)
        return row(self, one)

    monkeypatch.setattr(_Table, "row", rendering)
    edit(built / "assessments/example/two.yaml", "level: semi-open", "level: open")
    assert run(built, "build").code == 0
    assert sorted(rendered) == ["example-labs/five", "example/four", "example/two"]


def test_a_page_that_somebody_edited_is_named_without_rendering_and_written_anew(built: Path, work: list[str]) -> None:
    right = (built / PAGE).read_bytes()
    edit(built / PAGE, "How open", "How very open")
    assert run(built, "build", "--check").out.splitlines()[0] == f"stale {PAGE}"
    assert work == []
    assert run(built, "build").out.splitlines()[0] == f"wrote {PAGE}"
    assert (built / PAGE).read_bytes() == right


def test_a_file_that_changes_while_it_is_read_stops_the_build(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = built / "assessments/example/one.yaml"
    (built / PAGE).unlink()
    find_left = Checkout.board

    def late(self: Checkout, corpus: Corpus) -> Leaderboard:
        edit(file, "fact: It says so.", "fact: It says something else.")
        return find_left(self, corpus)

    monkeypatch.setattr(Checkout, "board", late)
    code, out, err = run(built, "build")
    assert (code, out) == (1, "")
    assert err == "Error: assessments/example/one.yaml changed while it was being read. Run this again.\n"
    assert not (built / PAGE).exists()


# ---- what a cache is for ---------------------------------------------------------------------------------------------


def test_rules_of_every_kind_are_part_of_the_fingerprint() -> None:
    texts = [b"", b"a", b"b", None]
    found = [rules_fingerprint(pair) for pair in itertools.product(texts, texts)]
    assert len(set(found)) == len(found)
    assert rules_fingerprint([b"a", None]) == rules_fingerprint([b"a", None])


@pytest.mark.parametrize("path", ["site/build.py", "site/templates/page.md.j2", "text/locale/ko.mo", "text/new.txt"])
def test_code_templates_and_catalogues_are_part_of_the_fingerprint(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in ("site/build.py", "site/templates/page.md.j2", "text/locale/ko.mo", "site/__pycache__/build.pyc"):
        write(tmp_path, file, "Before.\n")
    monkeypatch.setattr("bot.site.cache._BOT", tmp_path)
    before = _code_digest.__wrapped__()
    write(tmp_path, "site/__pycache__/build.pyc", "After.\n")
    assert _code_digest.__wrapped__() == before
    write(tmp_path, path, "After.\n")
    assert _code_digest.__wrapped__() != before


def test_versions_of_packages_are_part_of_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _code_digest.__wrapped__()
    (tmp_path / "example-1.2.3.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert _code_digest.__wrapped__() != before


def test_a_cache_of_other_rules_and_a_damaged_one_are_empty(tmp_path: Path) -> None:
    cache = RenderCache(file := tmp_path / "kept/rendered.json", "these")
    cache.rendered = {"a.md": Rendered("k", "d", [("m", 3), ("n", 4)])}
    cache.save()
    again = RenderCache(file, "these")
    assert again.known == cache.rendered
    assert RenderCache(file, "others").known == {}
    file.write_bytes(file.read_bytes().replace(b'"d"', b'"e"'))
    assert RenderCache(file, "these").known == {}


def test_a_folder_without_git_is_built_without_a_cache(built: Path) -> None:
    shutil.rmtree(built / ".git")
    levels(built, 0)
    assert run(built, "build").code == 0
    assert run(built, "build", "--check", "--full").code == 0
    assert not (built / ".git").exists()
