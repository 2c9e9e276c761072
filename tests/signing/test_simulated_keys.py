"""A simulator's keys are told from the platform's by their names."""

from __future__ import annotations

import pytest

from harness.signing.simulated_keys import is_simulated
from harness.simulator.account.identity import Identity, new_identity


@pytest.fixture(scope="module")
def identity() -> Identity:
    return new_identity(certificates=2)


def test_every_name_a_simulator_signs_under_is_known(identity: Identity) -> None:
    names = [identity.public_key_id, *(each.serial for each in identity.certificates)]
    assert len(names) == 3
    assert all(is_simulated(name) for name in names)
    assert all(is_simulated(name.lower()) for name in names)


@pytest.mark.parametrize(
    "name", ["PUB_KEY_ID_0119000072912024111300188700001234", "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB", ""]
)
def test_the_platforms_own_names_are_not(name: str) -> None:
    assert not is_simulated(name)
