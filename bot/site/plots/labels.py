"""Labels beside their markers, placed so that they cover each other as little as possible. Plain geometry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKER = 4.0
"""The radius of a marker, in points."""


class Box(NamedTuple):
    """A rectangle in points; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        left, top, right, bottom = self
        other_left, other_top, other_right, other_bottom = other
        if left >= other_right or other_left >= right or top >= other_bottom or other_top >= bottom:
            return 0.0
        return (min(right, other_right) - max(left, other_left)) * (min(bottom, other_bottom) - max(top, other_top))

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)

    def distance(self, x: float, y: float) -> float:
        """Return the distance from a point to the nearest edge; 0 inside."""
        return math.hypot(max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom))


def place_labels(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    line: Sequence[tuple[float, float]] = (),
) -> list[Box]:
    """Return a box of each size next to its anchor; boxes cover each other, markers and `line` as little as possible.

    Greedy and repeated: each label in turn takes the cheapest place given those of the others, until none moves any
    more. Deterministic. Crowded labels can still overlap.
    """
    markers = [Box(x - MARKER, y - MARKER, x + MARKER, y + MARKER) for x, y in anchors]
    choices = []
    for (x, y), size in zip(anchors, sizes, strict=True):
        places = [(_place(x, y, size, angle, distance), preference) for angle, distance, preference in _PLACES]
        choices.append([(box, _fixed_cost(box, bounds, markers, line) + cost) for box, cost in places])
    chosen: list[Box | None] = [None] * len(anchors)
    # The most crowded first, because they have the least choice.
    order = sorted(range(len(anchors)), key=lambda label: (-_crowd(anchors, label), label))
    for _ in range(_ROUNDS):
        before = list(chosen)
        for label in order:
            others = [box for other, box in enumerate(chosen) if box is not None and other != label]
            chosen[label] = min(
                choices[label], key=lambda choice: choice[1] + 20 * sum(map(choice[0].overlap, others))
            )[0]
        if chosen == before:
            break
    return [box for box in chosen if box is not None]


_ROUNDS = 12
# Angle (0 is to the right, clockwise), distance from the marker, and cost: right and left read best, and a label far from
# its marker is better than one on top of another.
_PLACES = tuple(
    (angle * math.pi / 8, distance, 3 * distance + (0, 6, 5, 6, 8, 6, 5, 6)[angle % 8] + (4 if 4 < angle < 12 else 0))
    for distance in (3.0, 8.0, 14.0, 22.0, 32.0, 44.0)
    for angle in range(16)
)


def _place(x: float, y: float, size: tuple[float, float], angle: float, distance: float) -> Box:
    width, height = size
    middle_x = x + math.cos(angle) * (width / 2 + MARKER + distance)
    middle_y = y + math.sin(angle) * (height / 2 + MARKER + distance)
    return Box(middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)


def _fixed_cost(box: Box, bounds: Box, obstacles: Sequence[Box], line: Sequence[tuple[float, float]]) -> float:
    """Return the cost of a place that does not depend on the other labels."""
    outside = box.area - box.overlap(bounds)
    left, top, right, bottom = box
    on_line = sum(left <= x <= right and top <= y <= bottom for x, y in line)
    return 100 * outside + 30 * sum(map(box.overlap, obstacles)) + 12 * on_line


def _crowd(anchors: Sequence[tuple[float, float]], label: int) -> int:
    x, y = anchors[label]
    return sum(abs(x - other_x) < 80 and abs(y - other_y) < 24 for other_x, other_y in anchors)
