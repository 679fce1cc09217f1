"""Problems of changed files by path, kind and size alone, with their exact limits."""

from __future__ import annotations

import pytest

from bot.handlers.pull_request.facts import ChangedFile
from bot.handlers.pull_request.paths import (
    LARGEST_OTHER,
    MOST_BYTES,
    TOO_MANY_BYTES,
    TOO_MANY_FILES,
    path_problems,
)


def changed(path: str, mode: str = "100644", size: int = 100) -> ChangedFile:
    return ChangedFile(path, "000000", mode, size)


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        (changed("docs/one.md"), []),
        (changed("docs/one.md", size=LARGEST_OTHER), []),
        (changed("docs/one.md", size=LARGEST_OTHER + 1), ["file-too-large"]),
        (changed("assessments/example/one.yaml", size=LARGEST_OTHER + 1), []),
        (changed("docs/one.sh", "100755"), []),
        (changed("assessments/example/one.yaml", "100755"), ["executable"]),
        (changed("docs/one.md", "120000"), ["symbolic-link"]),
        (changed("docs/one.md", "160000"), ["submodule"]),
        (changed("docs/one\u200b.md"), ["odd-path"]),
        (changed("Assessments/example/one.yaml"), ["odd-path"]),
        (changed("leaderboard/leaderboard.csv"), ["generated-file"]),
        (changed(".github/ISSUE_TEMPLATE/correct-a-rating.ko.yml"), ["generated-file"]),
        (changed(".github/ISSUE_TEMPLATE/config.yml"), []),
    ],
)
def test_a_file_is_judged_by_its_path_its_kind_and_its_size(file: ChangedFile, rules: list[str]) -> None:
    assert [problem.rule for problem in path_problems(file)] == rules


def test_the_limits_of_all_files_together_are_in_the_messages() -> None:
    assert MOST_BYTES == 33_554_432
    assert TOO_MANY_BYTES.what == "the changed files have more than 32 MiB together"
    assert TOO_MANY_FILES.what == "more than 10,000 files change"
