"""What evidence is worth: the truth table, and what holds of every endpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.control import Grade
from harness.core.errors import ConfigurationError
from harness.verdict.grade import EndpointFacts, HostKind, Signature, Trust, grade

REAL = EndpointFacts(
    played=False,
    hosts=frozenset({HostKind.LISTED}),
    trust=Trust.PUBLIC_ROOTS,
    signature=Signature.PLATFORM,
    mcp_experience=True,
    experience_mode=True,
)
"""The experience edition of the real platform."""
GOOD_HOSTS = frozenset({HostKind.LISTED, HostKind.ATTESTED})
unhurried = settings(deadline=None)


def hosts(*kinds: HostKind) -> frozenset[HostKind]:
    return frozenset(kinds)


def test_the_experience_edition_of_the_real_platform_is_experience() -> None:
    assert grade(REAL) == (Grade.EXPERIENCE, ())


def test_both_flags_off_is_production() -> None:
    assert grade(replace(REAL, mcp_experience=False, experience_mode=False)) == (Grade.PRODUCTION, ())


def test_an_attested_host_counts_like_a_listed_one() -> None:
    assert grade(replace(REAL, hosts=hosts(HostKind.ATTESTED))).grade is Grade.EXPERIENCE
    assert grade(replace(REAL, hosts=GOOD_HOSTS)).grade is Grade.EXPERIENCE


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (replace(REAL, played=True), "levers"),
        (replace(REAL, hosts=hosts()), "no host"),
        (replace(REAL, hosts=hosts(HostKind.LOOPBACK)), "this machine"),
        (replace(REAL, hosts=hosts(HostKind.PRIVATE)), "private"),
        (replace(REAL, hosts=hosts(HostKind.UNKNOWN)), "golive.toml"),
        (replace(REAL, hosts=hosts(HostKind.NAMED)), "paper"),
        (replace(REAL, hosts=hosts(HostKind.LISTED, HostKind.LOOPBACK)), "this machine"),
        (replace(REAL, trust=Trust.PRIVATE_CA), "public roots"),
        (replace(REAL, trust=Trust.NONE), "not verified"),
        (replace(REAL, signature=Signature.SIMULATOR), "simulator's key"),
        (replace(REAL, signature=Signature.NONE), "no signature"),
        (replace(REAL, mcp_experience=None), "edition"),
        (replace(REAL, experience_mode=None), "edition"),
    ],
)
def test_one_condition_missing_is_simulated_and_says_which(facts: EndpointFacts, word: str) -> None:
    given = grade(facts)
    assert given.grade is Grade.SIMULATED
    assert len(given.reasons) == 1
    assert word in given.reasons[0].en


@pytest.mark.parametrize("one", [True, False])
def test_flags_that_disagree_refuse_the_run(one: bool) -> None:
    with pytest.raises(ConfigurationError, match="two editions") as refused:
        grade(replace(REAL, mcp_experience=one, experience_mode=not one))
    assert refused.value.exit_code == 4
    assert refused.value.remedy


def test_they_refuse_it_for_a_simulator_too() -> None:
    with pytest.raises(ConfigurationError):
        grade(replace(REAL, played=True, mcp_experience=True, experience_mode=False))


FLAGS = st.sampled_from([(True, True), (False, False), (None, True), (False, None), (None, None)])
FACTS = st.builds(
    lambda flags, **facts: EndpointFacts(mcp_experience=flags[0], experience_mode=flags[1], **facts),
    FLAGS,
    played=st.booleans(),
    hosts=st.frozensets(st.sampled_from(HostKind)),
    trust=st.sampled_from(Trust),
    signature=st.sampled_from(Signature),
)
WORSE = st.sampled_from(
    [
        {"played": True},
        {"hosts": hosts()},
        {"trust": Trust.PRIVATE_CA},
        {"trust": Trust.NONE},
        {"signature": Signature.SIMULATOR},
        {"signature": Signature.NONE},
        {"mcp_experience": None},
        {"experience_mode": None},
    ]
)


@unhurried
@given(FACTS, WORSE)
def test_losing_a_condition_never_raises_the_grade(facts: EndpointFacts, lost: dict[str, object]) -> None:
    assert grade(replace(facts, **lost)).grade <= grade(facts).grade  # type: ignore[arg-type]


@unhurried
@given(FACTS, st.sampled_from(HostKind))
def test_a_further_host_never_raises_the_grade(facts: EndpointFacts, kind: HostKind) -> None:
    more = replace(facts, hosts=facts.hosts | {kind})
    assert not facts.hosts or grade(more).grade <= grade(facts).grade


@unhurried
@given(FACTS)
def test_a_platform_grade_is_what_all_conditions_together_give(facts: EndpointFacts) -> None:
    given = grade(facts)
    all_met = (
        not facts.played
        and bool(facts.hosts)
        and facts.hosts <= GOOD_HOSTS
        and facts.trust is Trust.PUBLIC_ROOTS
        and facts.signature is Signature.PLATFORM
        and facts.mcp_experience is not None
        and facts.experience_mode is not None
    )
    assert (given.grade > Grade.SIMULATED) is all_met
    assert bool(given.reasons) is not all_met
    assert given.grade is not Grade.PAPER


@pytest.mark.parametrize(("one", "other"), [(True, False), (False, True)])
def test_the_refusal_shows_both_flags_as_they_are_written_and_the_way_out(one: bool, other: bool) -> None:
    with pytest.raises(ConfigurationError) as refused:
        grade(replace(REAL, mcp_experience=one, experience_mode=other))
    assert str(refused.value) == (
        f"WECHAT_MCP_EXPERIENCE={str(one).lower()} and MCP_EXPERIENCE_MODE={str(other).lower()} "
        "name two editions [WECHAT_MCP_EXPERIENCE, MCP_EXPERIENCE_MODE] → "
        "set both to true for the experience edition, both to false for production"
    )
