"""Read by every Python that a step starts: nobody waits for the second that GitHub asks to leave between two writes."""

import time

_pause = time.sleep


def _short(seconds: float) -> None:
    _pause(min(seconds, 0.01))


time.sleep = _short  # type: ignore[assignment]  # what `range` takes is a number to the library as well
