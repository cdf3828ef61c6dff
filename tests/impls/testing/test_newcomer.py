"""The README's example: a newcomer's implementation goes through the whole contract."""

from impls.mlp import MLP
from impls.testing import parametrize_with_checks
from tests.impls.testing.newcomer import build_einsum


@parametrize_with_checks(
    build_einsum,
    [MLP(inputs=6, hidden=(8, 5), outputs=3, activation="tanh"), MLP(inputs=4, hidden=(), outputs=1)],
)
def test_contract(check):
    check()
