"""brat standoff: a folder with a .txt and an .ann for each document. https://brat.nlplab.org/standoff.html

Every record is a text-bound annotation (T): entities by their type, the others as `figure`, `stance` and `segment`.
Fields with a vocabulary are attributes (A), Wikidata items are normalisations (N Reference T1 Wikidata:Q1), pointers
at mentions are relations (R). What brat has no place for is a JSON object in the AnnotatorNotes (#) of its record, so
nothing is lost. Offsets are code points, into the raw or the clean text: whichever the .txt holds.
"""

from __future__ import annotations

from dateline.formats.brat.reader import read
from dateline.formats.brat.writer import write

__all__ = ["read", "write"]
