"""Which pieces execute the statement that a mutant changes."""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tests.mutants.material import Piece

Function = ast.FunctionDef | ast.AsyncFunctionDef


def executing(file: str, source: str, line: int, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that execute the statement at the line.

    Outside of functions, where a statement is executed on import, those that execute any line of the file.
    """
    wanted = lines_of_statement(source, line)
    reached = [(piece, piece.lines.get(file, frozenset())) for piece in pieces]
    return [piece for piece, lines in reached if (not lines.isdisjoint(wanted) if wanted else lines)]


def lines_of_statement(source: str, line: int) -> range | None:
    """The lines of the innermost statement at the line; of one that holds others, those before the first of them.

    None outside of functions, but for the lines at which a function itself begins.
    """
    place: range | None = None
    for statement, inside in _statements(source):
        begin, end = _first_line(statement), statement.end_lineno or statement.lineno
        if begin <= line <= end:
            body = getattr(statement, "body", None)
            if isinstance(body, list):
                begin, end = (begin, body[0].lineno - 1) if line < _first_line(body[0]) else (line, line)
            place = range(begin, end + 1) if inside or isinstance(statement, Function) else None
    return place


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])


@lru_cache(maxsize=8)
def _statements(source: str) -> list[tuple[ast.stmt, bool]]:
    """Every statement, those that hold others first, and whether it is in a function."""
    return list(_below(ast.parse(source), inside=False))


def _below(node: ast.AST, inside: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child, inside
        yield from _below(child, inside or isinstance(child, Function))
