"""`openness-bot import` and `agreement`: every file ends as written or is named, and nothing else is touched."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.board.model.crosswalk import Index
from tests.checkouts import checkout, edit, files, run, write
from tests.samples import DATA, rubric
from tests.sources.indexes.listings import MOT, OSAI, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

EVERY_INDEX = pytest.mark.parametrize("index", Index)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout without the model of the samples."""
    root = checkout(tmp_path / "checkout", {"example/two": "oooooooooooooooo"})
    shutil.copytree(DATA / "schema/crosswalks", root / "schema/crosswalks")
    return root


def index_of(tmp_path: Path, **texts: str) -> str:
    """Make a folder with these files, and return its path."""
    for name, text in texts.items():
        write(tmp_path, f"index/{name}.yaml", text)
    (tmp_path / "index").mkdir(exist_ok=True)
    return str(tmp_path / "index")


# ---- import ----------------------------------------------------------------------------------------------------------


@EVERY_INDEX
def test_a_draft_is_written_and_check_lists_only_what_is_left_to_do(index: Index, root: Path, tmp_path: Path) -> None:
    code, out, err = run(root, "import", index.value, index_of(tmp_path, one=SAMPLES[index]))
    draft = root / "drafts/example/example-one.yaml"
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"wrote {draft} from index/one.yaml",
        "One draft written. 0 files left out. Fill the drafts in, then move them to assessments/ and run `openness-bot check`.",
    ]
    assert run(root, "check").code == 0, "drafts are no assessments"
    write(root, "assessments/example/new.yaml", draft.read_text("utf-8"))
    code, out, _ = run(root, "check", "--format", "json")
    blanks = len(re.findall(r"^ +(?:where|fact):$", draft.read_text("utf-8"), re.MULTILINE))
    assert code == 1
    rules = [problem["rule"] for problem in json.loads(out)["problems"]]
    assert sorted(rules) == ["empty"] * blanks + ["unassessed"] * len(rubric().criteria)
    assert blanks > 1


def test_every_file_ends_as_written_or_is_named_with_the_reason(root: Path, tmp_path: Path) -> None:
    write(root, "assessments/example/has.yaml", (root / "assessments/example/two.yaml").read_text("utf-8"))
    edit(root / "assessments/example/has.yaml", "model: Example Two", "model: Example Has")
    folder = index_of(
        tmp_path,
        a=OSAI,
        b=OSAI.replace("https://huggingface.co/example-lab/one-chat", "https://example.org"),
        c=OSAI.replace("Example One", "Example Has"),
        d="system: [",
        e=OSAI.replace("Example One", "Example Defects").replace("class: partial", "class: parial", 1),
        f=OSAI.replace("Example One", "예시"),
        g=OSAI.replace("Example One", "Example Large") + "#" * 70_000,
        h="system: {name: x}\n",
    )
    (tmp_path / "index/i.yaml").write_bytes(b"system: caf\xe9\n")
    (tmp_path / "index/j.yaml").symlink_to(tmp_path / "index/a.yaml")
    write(tmp_path, "index/readme.md", "no listing\n")
    write(tmp_path, "index/more/k.yml", OSAI.replace("Example One", "Example Deep").replace("\n", "\r\n"))
    code, out, err = run(root, "import", "osai", folder)
    assert (code, err) == (1, "")
    said = {
        line.rpartition("/")[2]: line.split(" ")[0]
        for line in out.splitlines()
        if re.match(r"(?:wrote|left out) ", line)
    }
    assert said == {
        "a.yaml": "wrote", "b.yaml": "left", "c.yaml": "left", "d.yaml": "left", "e.yaml": "wrote", "f.yaml": "left",
        "g.yaml": "left", "h.yaml": "left", "i.yaml": "left", "j.yaml": "left", "k.yml": "wrote",
    }  # fmt: skip
    for words in (
        "index/b.yaml:1:1: index/a.yaml is a draft of example/example-one already.",
        "index/c.yaml:1:1: assessments/example/has.yaml is about this model already.",
        "index/e.yaml:20:12: warning: `parial` is no class. It was read as `partial`. [unknown-class]",
        "index/f.yaml:1:1: no path can be made of the names `Example Lab` and `예시`.",
        "index/g.yaml:1:1: the file has 70,",
        "index/h.yaml:1:1: no path can be made of the names `` and `x`.",
        "[not-utf-8]",
        "index/j.yaml:1:1: this is a symbolic link.",
    ):
        assert words in out
    assert out.splitlines()[-1].startswith("3 drafts written. 8 files left out.")


def test_nothing_that_exists_is_overwritten(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=OSAI)
    mine = write(root, "drafts/example/example-one.yaml", "mine\n")
    code, out, _ = run(root, "import", "osai", folder)
    assert (code, mine.read_text("utf-8")) == (1, "mine\n")
    assert f"index/one.yaml:1:1: {mine} exists already." in out


def test_assessments_are_written_to_only_when_asked(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=OSAI)
    before = files(root / "assessments")
    assert run(root, "import", "osai", folder).code == 0
    assert files(root / "assessments") == before
    assert run(root, "import", "osai", folder, "--to", str(root / "assessments")).code == 0
    assert set(files(root / "assessments")) - set(before) == {"example/example-one.yaml"}


HOSTILE = ("../../outside", "/etc/outside", "..", "a\\0b", "x\\n::set-env name=a::b", "\\e[2J", "developer")


def test_hostile_names_write_nothing_outside_of_the_folder_and_no_command_into_the_log(
    root: Path, tmp_path: Path
) -> None:
    texts = {
        f"f{number}": OSAI.replace("name: Example One", f'name: "{name}"', 1) for number, name in enumerate(HOSTILE)
    }
    texts |= {
        f"o{number}": text.replace("Example Lab", "../../../../tmp") for number, text in enumerate(texts.values())
    }
    folder = index_of(tmp_path, **texts)
    write(tmp_path, "index/::set-env name=x::y\n::warning::z.yaml", OSAI)
    before = files(tmp_path)
    _, out, err = run(root, "import", "osai", folder, "--to", str(tmp_path / "to"))
    after = files(tmp_path)
    assert {path: data for path, data in after.items() if not path.startswith("to/")} == before
    assert all(re.fullmatch(r"to/[a-z0-9.-]+/[a-z0-9.-]+\.yaml", path) for path in after if path not in before)
    assert not any(line.startswith("::") for line in (out + err).splitlines())
    assert "\x1b" not in out + err


def test_links_in_the_folder_of_drafts_are_not_followed(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=OSAI)
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "drafts").mkdir()
    (root / "drafts/example").symlink_to(outside)
    code, out, _ = run(root, "import", "osai", folder)
    assert (code, list(outside.iterdir())) == (1, [])
    assert "drafts/example is a symbolic link." in out
    (root / "drafts/example").unlink()
    (root / "drafts/example").mkdir()
    (root / "drafts/example/example-one.yaml").symlink_to(outside / "new.yaml")
    assert run(root, "import", "osai", folder).code == 1
    assert list(outside.iterdir()) == []


def test_the_folder_of_drafts_may_be_a_link_only_where_it_is_named(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=OSAI)
    (tmp_path / "outside").mkdir()
    (root / "drafts").symlink_to(tmp_path / "outside")
    code, out, err = run(root, "import", "osai", folder)
    assert (code, out, list((tmp_path / "outside").iterdir())) == (1, "", [])
    assert err == f"Error: {root}/drafts is a symbolic link. Name the folder that is meant with `--to`.\n"
    assert run(root, "import", "osai", folder, "--to", str(root / "drafts")).code == 0


def test_a_folder_that_cannot_be_written_is_named(root: Path, tmp_path: Path) -> None:
    write(root, "drafts", "a file where a folder belongs\n")
    code, out, err = run(root, "import", "osai", index_of(tmp_path, one=OSAI))
    assert (code, err) == (1, "")
    assert f"index/one.yaml:1:1: the folder {root}/drafts/example can't be made: " in out
    assert "0 drafts written. One file left out." in out


def test_a_folder_without_files_is_called_empty(root: Path, tmp_path: Path) -> None:
    assert run(root, "import", "mot", index_of(tmp_path)) == (1, "There is no YAML file in this folder.\n", "")
    assert not (root / "drafts").exists()


WRONG = {
    ("import", "esai", "."): "'esai' is not one of 'osai', 'mot'.",
    ("import", "osai", "nowhere"): "Directory 'nowhere' does not exist.",
    ("agreement", "nowhere"): "Directory 'nowhere' does not exist.",
    ("agreement", ".", "--index", "json"): "'json' is not one of 'osai', 'mot'.",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_says_what_would_be_right(arguments: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, *arguments)
    assert (code, out) == (2, "")
    assert err.rstrip().endswith(WRONG[arguments])


@pytest.mark.parametrize("command", [["import", "mot"], ["agreement", "--index", "mot"]])
def test_a_broken_crosswalk_is_named_with_its_place(command: list[str], root: Path, tmp_path: Path) -> None:
    edit(root / "schema/crosswalks/mot.yaml", "level: weights", "level: wheights")
    code, out, err = run(root, *command, index_of(tmp_path, one=MOT))
    assert (code, out) == (1, "")
    first, second, *_ = err.splitlines()
    assert first == "Error: schema/crosswalks/mot.yaml can't be used."
    assert second.startswith("schema/crosswalks/mot.yaml:")


# ---- agreement -------------------------------------------------------------------------------------------------------


def test_agreement_shows_models_figures_and_what_is_worth_a_look(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=OSAI.replace("Example One", "Example Two"), broken="system: [")
    code, out, err = run(root, "agreement", folder)
    assert (code, err) == (0, "One file can't be read; `openness-bot import` says why.\n")
    assert out.splitlines() == [
        "One model is here and in the European Open Source AI Index.",
        "",
        "model        their file      known by",
        "-----------  --------------  ----------",
        "example/two  index/one.yaml  name",
        "",
        "criterion            ratings    the same    share    Cohen's kappa",
        "-----------------  ---------  ----------  -------  ---------------",
        "Weights                    1           1    100 %                –",
        "Code                       1           0      0 %             0.00",
        "Paper                      1           0      0 %             0.00",
        "Pre-training data          1           0      0 %             0.00",
        "all                        4           1     25 %             0.00",
        "",
        "–: not defined, because both have the same level everywhere.",
        "",
        "Worth a look, the largest differences first. The questions are not the same (docs/imports.md), so both sides can be right.",
        "",
        "model        criterion         here    there      their file",
        "-----------  ----------------  ------  ---------  --------------",
        "example/two  code              open    closed     index/one.yaml",
        "example/two  paper             open    semi-open  index/one.yaml",
        "example/two  pretraining_data  open    semi-open  index/one.yaml",
    ]


def test_agreement_is_printed_for_programs_too(root: Path, tmp_path: Path) -> None:
    code, out, err = run(
        root, "agreement", index_of(tmp_path, one=MOT.replace("Example One", "Example Two")), "--format", "json"
    )
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["format_version"] == "1.0.0"
    assert said["index"] == {"title": "Model Openness Tool", "source": "https://mot.isitopen.ai"}
    assert said["models"] == [{"id": "example/two", "file": "index/one.yaml", "by": "name"}]
    assert said["criteria"]["weights"] == {"compared": 1, "agreed": 1, "share": 1.0, "kappa": None}
    assert said["criteria"]["hardware" if "hardware" in said["criteria"] else "software"]["compared"] == 0
    assert said["total"] == {"compared": 3, "agreed": 3, "share": 1.0, "kappa": None}
    assert said["disagreements"] == []


def test_models_that_only_one_side_has_are_not_compared(root: Path, tmp_path: Path) -> None:
    code, out, _ = run(root, "agreement", index_of(tmp_path, one=OSAI))
    assert (code, out) == (0, "0 models are here and in the European Open Source AI Index.\n")


def test_a_folder_of_another_index_is_recognised_unless_it_is_named(root: Path, tmp_path: Path) -> None:
    folder = index_of(tmp_path, one=MOT)
    assert "Model Openness Tool" in run(root, "agreement", folder).out
    code, out, err = run(root, "agreement", folder, "--index", "osai")
    assert (code, out) == (2, "")
    assert "can be read as one of an index. `openness-bot import` says why." in err
