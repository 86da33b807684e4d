"""UIMA CAS, as XMI or as JSON, for INCEpTION, through dkpro-cassis (extra `cas`).

Entities are of INCEpTION's own layer for named entities (`value`: the type, `identifier`: the address of the Wikidata
item), the others of the custom layers Figure, Stance and Segment. Each has a feature for each field with a vocabulary
and a feature `dateline` with the rest as a JSON object. Tokens and the sentences that INCEpTION needs are written too:
tokens end where any record does, sentences are the given segments. Offsets are UTF-16 code units of the text (sofa),
which is the raw or the clean text of a document.
"""

from __future__ import annotations

from dateline.formats.cas.reader import read
from dateline.formats.cas.writer import write, write_json

__all__ = ["read", "write", "write_json"]
