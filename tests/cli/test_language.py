"""The language of the terminal: which one is chosen, and what is shown in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.cli.language import preferred_language
from tests.checkouts import checkout, edit, files, run, started

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout(tmp_path_factory.mktemp("language"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "KO"}, "ko"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ko_KR@x", "LANG": "en_US"}, "ko"),
        ({"LANGUAGE": "de:ko:en", "LANG": "en_US"}, "ko"),
        ({"LANGUAGE": "en:ko"}, "en"),
        ({"LANG": "xx_XX"}, "en"),
        ({"OPENNESS_BOT_LANGUAGE": "ko", "LC_ALL": "en_US"}, "ko"),
        ({"OPENNESS_BOT_LANGUAGE": "en", "LC_ALL": "ko_KR"}, "en"),
        ({"OPENNESS_BOT_LANGUAGE": "../../x", "LANG": "ko_KR"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_decides(environment: dict[str, str], language: str) -> None:
    assert preferred_language(environment) == language


SHOWN = {
    ("show", "example/tow"): "오류: 없는 모델입니다: `example/tow`. 혹시 example/two 아닌가요?\n",
    ("rank", "--weighting", "x"): "오류: 없는 가중 방식입니다: `x`. 쓸 수 있는 값: ours, osd,",
    ("history", "example/one", "--criterion", "x"): "오류: 없는 기준입니다: `x`.",
    ("reproduce",): "오류: studies/jeon-2025 폴더가 없어 재현할 것이 없습니다.\n",
    ("compare", "example/one"): "도움말: `openness-bot compare --help`\n\n오류: ",
}


@pytest.mark.parametrize("arguments", SHOWN)
def test_errors_are_shown_in_the_language_of_the_option(arguments: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, "--language", "ko", *arguments)
    assert (code in (1, 2), out) == (True, "")
    assert SHOWN[arguments] in err
    assert "오류" not in run(root, *arguments).err, "another run is in English again"


def test_tables_have_their_words_in_the_language(root: Path) -> None:
    out = run(root, "--language", "ko", "rank", "--top", "1").out
    assert out.splitlines()[0].split()[:3] == ["순위", "모델", "개발사"]
    assert out.endswith("● 공개, ◐ 부분 공개, ○ 비공개, – 해당 없음\n")
    assert "\n● 가중치: 공개\n" in run(root, "--language", "ko", "show", "example/one").out


def test_a_file_that_is_left_out_is_counted_in_the_language(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    edit(root / "assessments/example/two.yaml", "modality: [text]", "modality: [smell]")
    assert "오류가 있는 파일 1개는 제외했습니다." in run(root, "--language", "ko", "rank").err


def test_the_locale_decides_for_a_process(root: Path) -> None:
    shown = started(["rank"], root, OPENNESS_BOT_LANGUAGE="", LC_ALL="", LANGUAGE="ko", PYTHONUTF8="1").out
    assert "모델 3개" in shown


def test_an_unknown_language_is_refused_with_those_that_exist(root: Path) -> None:
    code, _, err = run(root, "--language", "xx", "rank")
    assert (code, "'xx' is not one of 'en', 'ko'." in err) == (2, True)


@pytest.mark.thorough
def test_generated_files_do_not_depend_on_the_language(tmp_path: Path) -> None:
    roots = {language: checkout(tmp_path / language) for language in ("en", "ko")}
    built = {}
    for language, root in roots.items():
        assert run(root, "--language", language, "build").code == 0
        built[language] = files(root)
    assert built["en"] == built["ko"]


def test_output_for_programs_does_not_depend_on_the_language(root: Path) -> None:
    for arguments in (["rank"], ["show", "example/one"], ["compare", "example/one", "example/two"]):
        assert run(root, "--language", "ko", *arguments, "--format", "json") == run(
            root, *arguments, "--format", "json"
        )
