"""A newcomer's implementation goes through the whole contract without a hidden layer too.

That of `docs/adding-an-implementation.md`, which runs as a test itself, has two.
"""

from impls.mlp import MLP
from impls.testing import parametrize_with_checks
from tests.impls.testing.newcomer import build_einsum


@parametrize_with_checks(build_einsum, [MLP(inputs=4, hidden=(), outputs=1)])
def test_contract(check):
    check()
