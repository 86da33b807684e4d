"""Tables for a paper, in LaTeX with the package booktabs. Untrusted text is escaped, so that no name is a command."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dateline.reports.errors import visible
from dateline.reports.tables import UNDEFINED, Table

ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after the end of a row, brackets and stars would be read as its arguments
    "]": "{]}",
    "*": "{*}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    UNDEFINED: "--",
}
"""Character -> what prints it."""

_ESCAPED = re.compile(f"[{re.escape(''.join(ESCAPES))}]|([-,])(?=\\1)")  # repeated, those two become another sign


def page(lines: Iterable[str], tables: Iterable[Table]) -> str:
    """Lines, each a paragraph, then each table as a float with its title as the caption.

    For LaTeX with UTF-8 and T1 fonts; other scripts than Latin need XeLaTeX or LuaLaTeX.
    """
    needed = r"% needs \usepackage{booktabs} and \usepackage[T1]{fontenc}"
    paragraphs = (rf"\noindent {escaped(line.strip())}" for line in lines)
    return "\n\n".join((needed, *paragraphs, *map(_drawn, tables))) + "\n"


def escaped(text: str) -> str:
    """Text that says nothing to LaTeX but itself, in one line."""
    return _ESCAPED.sub(lambda found: ESCAPES.get(found[0], f"{{{found[0]}}}"), visible(text))


def _drawn(table: Table) -> str:
    columns = "l" + ("l" if table.words else "r") * (len(table.columns) - 1)
    rows = (_row(row) for row in table.rows)
    return "\n".join(
        (
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escaped(table.title)}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            _row(table.columns),
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        )
    )


def _row(cells: Iterable[str]) -> str:
    return rf"{' & '.join(map(escaped, cells))} \\"
