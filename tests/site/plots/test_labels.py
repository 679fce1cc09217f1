"""The placement of labels: near their markers, and beside each other."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.site.plots.labels import Box, place_labels
from tests.site.plots.pictures import reproduction
from tests.thorough import examples


@pytest.mark.parametrize("benchmark", [0, 1, 2])
def test_no_two_labels_of_the_studys_plots_overlap(benchmark: int) -> None:
    series = reproduction().benchmarks[benchmark].plotted
    low = min(point.value for point in series.points)
    high = max(point.value for point in series.points)
    anchors = [(190 * point.score, 400 * (high - point.value) / (high - low)) for point in series.points]
    boxes = place_labels(anchors, [(6.0 * len(point.model), 11.0) for point in series.points], Box(0, -40, 760, 440))
    assert all(not one.overlap(other) for one, other in combinations(boxes, 2))


@given(st.lists(st.tuples(st.floats(0, 700), st.floats(0, 400)), max_size=12))
@settings(deadline=None, max_examples=examples(30))
def test_each_label_is_placed_once_in_its_size_and_near_its_marker(anchors: list[tuple[float, float]]) -> None:
    sizes = [(60.0, 11.0)] * len(anchors)
    boxes = place_labels(anchors, sizes, Box(-100, -100, 800, 500))
    assert len(boxes) == len(anchors)
    for box, (x, y) in zip(boxes, anchors, strict=True):
        assert box.right - box.left == pytest.approx(60)
        assert box.bottom - box.top == pytest.approx(11)
        assert box.distance(x, y) < 60


def test_labels_of_markers_in_one_place_keep_clear_of_each_other() -> None:
    boxes = place_labels([(100.0, 100.0)] * 4, [(60.0, 11.0)] * 4, Box(0, 0, 200, 200))
    assert all(not one.overlap(other) for one, other in combinations(boxes, 2))
