"""The mutants of a file: one operator, number or word exchanged, by the operators of cosmic-ray and two of our own."""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.operators import (
    binary_operator_replacement,
    boolean_replacer,
    break_continue,
    comparison_operator_replacement,
    number_replacer,
    unary_operator_replacement,
    zero_iteration_for_loop,
)
from cosmic_ray.operators.operator import Operator
from parso.tree import NodeOrLeaf

#: Of the hundreds of exchanges those that are not noticed by an exception at once.
BINARY = (
    "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "FloorDiv_Mul", "Mod_FloorDiv", "Pow_Mul",
    "BitAnd_BitOr",
)  # fmt: skip
COMPARISONS = ("Lt_LtE", "Lt_Gt", "LtE_Lt", "Gt_GtE", "Gt_Lt", "GtE_Gt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
UNARY = ("Delete_Not", "Delete_USub", "Delete_Invert")
AUGMENTED = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|="}


class ReplaceAugmentedAssignment(Operator):
    """`a += b` becomes `a -= b`, and so on; cosmic-ray leaves these alone."""

    def mutation_positions(self, node):
        if node.type == "operator" and node.value in AUGMENTED:
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        node.value = AUGMENTED[node.value]
        return node

    @classmethod
    def examples(cls):
        return ()


class ForgetAssignment(Operator):
    """`a *= b` is left out, as is an assignment into a part: `a[...] = b`."""

    def mutation_positions(self, node):
        if node.type == "expr_stmt" and (_is_augmented(node) or _is_into_part(node)):
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        return parso.parse("pass").children[0]

    @classmethod
    def examples(cls):
        return ()


def _is_augmented(node) -> bool:
    sign = node.children[1]
    return sign.type == "operator" and sign.value in AUGMENTED


def _is_into_part(node) -> bool:
    first, sign = node.children[:2]
    return sign.type == "operator" and sign.value == "=" and first.get_last_leaf().value == "]"


def operators() -> dict[str, Operator]:
    """By name."""
    named = {f"binary {name}": _class(binary_operator_replacement, "Binary", name) for name in BINARY}
    named |= {f"comparison {name}": _class(comparison_operator_replacement, "Comparison", name) for name in COMPARISONS}
    named |= {f"unary {name}": _class(unary_operator_replacement, "Unary", name) for name in UNARY}
    named |= {
        "true for false": boolean_replacer.ReplaceFalseWithTrue,
        "false for true": boolean_replacer.ReplaceTrueWithFalse,
        "or for and": boolean_replacer.ReplaceAndWithOr,
        "and for or": boolean_replacer.ReplaceOrWithAnd,
        "not": boolean_replacer.AddNot,
        "number": number_replacer.NumberReplacer,
        "break for continue": break_continue.ReplaceContinueWithBreak,
        "continue for break": break_continue.ReplaceBreakWithContinue,
        "no iteration": zero_iteration_for_loop.ZeroIterationForLoop,
        "augmented": ReplaceAugmentedAssignment,
        "forgotten": ForgetAssignment,
    }
    return {name: kind() for name, kind in named.items()}


def _class(module, kind: str, name: str):
    return getattr(module, f"Replace{kind}Operator_{name}")


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    #: Below `impls/`.
    file: str
    operator: str
    occurrence: int
    #: Number of the first line that changes, and that line before and after.
    line: int
    old: str
    new: str

    @property
    def key(self) -> str:
        """The same as long as the change is."""
        content = f"{self.file}\n{self.operator}\n{self.occurrence}\n{self.old}\n{self.new}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def mutants_of(sources: Path, file: str) -> Iterator[Mutant]:
    """Every mutant of a file that is another program."""
    source = (sources / file).read_text(encoding="utf-8")
    seen = {ast.dump(ast.parse(source))}
    for name, operator in operators().items():
        for occurrence, changed in enumerate(_each_changed(source, operator)):
            try:
                program = ast.dump(ast.parse(changed))
            except SyntaxError:
                continue
            if program not in seen:
                seen.add(program)
                yield Mutant(file, name, occurrence, *_difference(source, changed))


def mutated(source: str, operator: Operator, occurrence: int) -> str | None:
    """The source with one place changed; None where there are fewer places."""
    return next(islice(_each_changed(source, operator), occurrence, None), None)


def _each_changed(source: str, operator: Operator) -> Iterator[str]:
    """The source with each place of the operator's changed in turn."""
    nodes, begins = _parsed(source)
    for node in nodes:
        start, end = (begins[line - 1] + column for line, column in (node.start_pos, node.end_pos))
        for index, _ in enumerate(list(operator.mutation_positions(node))):
            kept = _state(node)
            try:
                changed = operator.mutate(node, index).get_code(include_prefix=False)
                yield source[:start] + changed + source[end:]
            finally:
                for part, attributes in kept:
                    for name, value in attributes.items():
                        setattr(part, name, value)


@lru_cache(maxsize=1)
def _parsed(source: str) -> tuple[list[NodeOrLeaf], list[int]]:
    """All nodes, from the outermost on, and where each line begins; once for all operators, who leave it as it is."""
    begins = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    return list(_nodes(parso.parse(source))), begins


def _nodes(node) -> Iterator[NodeOrLeaf]:
    """The node and all below it, but for what is in the text of a message: what an error says, no certificate reads."""
    yield node
    for child in getattr(node, "children", ()):
        if not (child.type == "fstring" and _is_raised(child)):
            yield from _nodes(child)


def _is_raised(node) -> bool:
    while node.parent is not None and not node.type.endswith("_stmt"):
        node = node.parent
    return node.type == "raise_stmt"


def _state(node) -> list[tuple[NodeOrLeaf, dict[str, Any]]]:
    """What an operator may write to: values of leaves, and which nodes are below which."""
    kept = []
    for part in _nodes(node):
        if hasattr(part, "children"):
            kept.append((part, {"children": list(part.children), "parent": part.parent}))
        else:
            kept.append((part, {name: getattr(part, name) for name in ("value", "prefix", "parent")}))
    return kept


def source_of(sources: Path, mutant: Mutant) -> str:
    """The mutated file."""
    source = (sources / mutant.file).read_text(encoding="utf-8")
    changed = mutated(source, operators()[mutant.operator], mutant.occurrence)
    assert changed is not None
    return changed


def _difference(source: str, changed: str) -> tuple[int, str, str]:
    before, after = source.splitlines(), changed.splitlines()
    for number, (old, new) in enumerate(zip(before, after, strict=False), 1):
        if old != new:
            return number, old.strip(), new.strip()
    return len(before), "", ""
