"""Drawing: names as they are written, and the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest

from bot.board.study.reproduction import Point
from bot.site.plots.drawing import LONGEST_NAME
from bot.site.plots.heat_map import heat_map
from tests.samples import ROOT, rubric
from tests.site.plots.pictures import ENTRY, NASTY, scatter, texts

if TYPE_CHECKING:
    from pathlib import Path

DRAW = """
import sys
from tests.board.study.test_tables import study
from tests.samples import rubric
from tests.site.plots.pictures import ENTRY, NASTY, reproduction, scatter
from bot.site.plots.heat_map import heat_map
svg = heat_map([ENTRY._replace(model=NASTY), *study().ratings], rubric())
svg += "".join(scatter(benchmark.plotted.points) for benchmark in reproduction().benchmarks)
sys.stdout.buffer.write(svg.encode("utf-8"))
"""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (NASTY, NASTY),
        ("$$", "$$"),
        ("\\frac{1}{2}$", "\\frac{1}{2}$"),
        ("]]>", "]]>"),
        ("한국어 모델", "한국어 모델"),
        ("🙂", "🙂"),
        ("two\nlines", "two\ufffdlines"),
        ("nul\x00 and \x1b", "nul\ufffd and \ufffd"),
        ("half \ud800", "half \ufffd"),
        ("x" * 120, "x" * (LONGEST_NAME - 1) + "…"),
    ],
)
def test_a_name_is_shown_as_it_is_written_and_never_understood(name: str, shown: str) -> None:
    assert shown in texts(heat_map([ENTRY._replace(model=name)], rubric()))
    svg = scatter([Point("a/b", name, 1.0, 2.0), Point("a/c", "Two", 2.0, 5.0)])
    assert shown in texts(svg)
    assert "<script" not in svg


def drawn_in_a_process(hash_seed: str, settings_file: Path, **environment: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "MATPLOTLIBRC": str(settings_file), **environment},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    ).stdout


@pytest.mark.thorough
def test_pictures_have_the_same_bytes_whatever_the_process_its_settings_and_the_time(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    loud = tmp_path / "loud"
    loud.write_text("lines.linewidth: 9\nfont.size: 30\naxes.facecolor: red\nsavefig.bbox: tight\nsvg.fonttype: path\n")
    one = drawn_in_a_process("1", plain)
    other = drawn_in_a_process("2", loud, SOURCE_DATE_EPOCH="1", TZ="Asia/Seoul", LC_ALL="C")
    assert one == other
    assert b"<dc:date>" not in one
    assert b"Matplotlib v" not in one


def test_drawing_leaves_the_settings_of_the_process_as_they_were() -> None:
    before = dict(mpl.rcParams)
    heat_map([ENTRY], rubric())
    assert dict(mpl.rcParams) == before


def test_no_line_ends_in_blanks_and_the_file_ends_in_a_line_break() -> None:
    svg = heat_map([ENTRY], rubric())
    assert svg.endswith("</svg>\n")
    assert all(line == line.rstrip() for line in svg.splitlines())
