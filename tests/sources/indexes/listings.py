"""Files in the formats of other indexes, of fictional models, and the crosswalks of this repository."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.board.model.crosswalk import Crosswalk, Index
from bot.board.model.layout import CROSSWALKS
from bot.board.reading.document import read_crosswalk
from bot.sources.indexes.listing import Listing, read_listing
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from bot.board.model.problem import Problem

OSAI = """---
# Answers of a contributor.
system:
    name: Example One
    link: https://huggingface.co/example-lab/one-chat
    type: text
    performanceclass: full
    basemodelname: Example One Base
    endmodelname: one-chat
    endmodellicense: Apache-2.0
    releasedate: 2025-12
    notes: A model that there isn't.

org:
    name: Example Lab
    link: https://example.org
    notes: A laboratory that there isn't.

datasources_basemodel:
    class: partial
    link: https://example.org/data
    notes: Half of it.
weights_endmodel:
    class: open
    link: https://huggingface.co/example-lab/one-chat
    notes:
trainingcode:
    class: closed
    link:
    notes: None was found.
licenses:
    class:
    link:
    notes:
preprint:
    class: closed
    link:
    notes:
paper:
    class: partial
    link: ["https://example.org/paper", "https://example.org/review"]
    notes: A workshop.
"""

MOT = """framework:
  name: 'Model Openness Framework'
  version: '1.0'
  date: '2024-12-15'
release:
  name: Example One
  version: 7B
  date: '2025-05-22'
  type: language
  architecture: 'transformer decoder'
  origin: ''
  producer: 'Example Lab'
  contact: ''
  repository: 'https://github.com/example/one'
  huggingface: 'https://huggingface.co/example-lab/one'
  license:
    distribution:
      name: Apache-2.0
      path: 'https://example.org/LICENSE'
  components:
    -
      name: 'Model parameters (Final)'
      description: 'Weights'
    -
      name: Datasets
      description: 'Data'
      license: Undisclosed
    -
      name: 'Research paper'
      description: 'Paper'
      license: CC-BY-4.0
      component_path: 'https://example.org/paper'
    -
      name: 'Evaluation code'
      description: 'Code'
"""

SAMPLES = {Index.OSAI: OSAI, Index.MOT: MOT}


@cache
def crosswalk(index: Index) -> Crosswalk:
    """Return the crosswalk of this repository."""
    path = f"{CROSSWALKS}/{index}.yaml"
    reading = read_crosswalk(path, (DATA / path).read_bytes(), rubric())
    assert reading.problems == []
    assert reading.value is not None
    return reading.value


def read(index: Index, text: str | bytes, path: str = "index/one.yaml") -> tuple[Listing | None, list[Problem]]:
    """Return the listing of a file of that index, and its problems."""
    return read_listing(path, text.encode() if isinstance(text, str) else text, index, crosswalk(index))


def listed(index: Index, text: str, path: str = "index/one.yaml") -> Listing:
    """Return the listing of a file without problems."""
    listing, _ = read(index, text, path)
    assert listing is not None
    return listing
