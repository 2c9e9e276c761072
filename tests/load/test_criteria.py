"""Sets of criteria: ours say what the plan says, and a mistake is refused with its line and nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError, UsageError
from harness.core.money import Fen
from harness.verdict.design import Design
from load.arrivals import Schedule, Segment
from load.criteria.file import load_set, parse_set, set_names
from load.criteria.model import Arrivals, LoadSet
from load.key import Key
from load.users.mix import parse
from tests.load.measured import SET

SOUND = SET.lstrip().replace("REQUIRE", "success_rate > 95%")


def parsed(text: str) -> LoadSet:
    return parse_set(text, Path("mine.yaml"))


def figures(name: str) -> set[tuple[str, str, str]]:
    return {
        (criterion.control, criterion.endpoint, sentence.text)
        for criterion in load_set(name).criteria
        for sentence in criterion.require
    }


def test_the_sets_that_come_along() -> None:
    assert set_names() == (
        "alipay",
        "brief",
        "capacity",
        "checkout",
        "experience",
        "nightly",
        "pre-upgrade",
        "smoke",
        "soak",
    )
    assert {name: load_set(name).grade for name in set_names()} == {
        "alipay": "simulated",
        "brief": "simulated",
        "capacity": "simulated",
        "checkout": "simulated",
        "experience": "experience",
        "nightly": "simulated",
        "pre-upgrade": "simulated",
        "smoke": "simulated",
        "soak": "simulated",
    }


def test_the_generator_understands_every_set() -> None:
    for made in map(load_set, set_names()):
        schedule = Schedule.parse(str(made.arrivals.schedule))
        assert (schedule.expected, schedule.duration_s) == (made.arrivals.requests, made.arrivals.seconds)
        parts = (
            (f"{each.flow}/{each.scenario}/{each.dialect}".rstrip("/"), each.share) for each in made.users
        )
        assert parse(",".join(f"{part}={share}" for part, share in parts)) == made.users


def test_the_plan_s_own_figures_are_in_the_sets() -> None:
    plan = {
        ("PRF-01", "create", "success_rate > 95%"),
        ("PRF-02", "create", "success_rate > 99%"),
        ("PRF-02", "query", "success_rate > 99%"),
        ("PRF-03", "create", "p99 < 3s"),
        ("QRY-04", "query", "p99 < 2s"),
    }
    assert figures("experience") == plan
    assert {("PRF-02", "journey", "success_rate > 99%"), ("QRY-04", "query", "p99 < 2s")} <= figures(
        "nightly"
    )
    assert ("PRF-05", "callback", "failures = 0") in figures("pre-upgrade")
    assert figures("smoke") == {("PRF-01", "create", "success_rate > 95%"), ("QRY-04", "query", "p99 < 2s")}


def test_a_set_is_read_as_it_is_written() -> None:
    made = parsed(SOUND)
    assert (made.id, made.title.en, made.design) == ("mine", "Trial", Design.FIXED)
    assert (made.amount, made.timeout) == (Fen(1), 10_000_000)
    assert made.users == parse("create/h5/mcp=1")
    (criterion,) = made.criteria
    assert made.expected(criterion) == {Key("create", "h5", "mcp"): 1_000}
    assert [each.text for each in criterion.require] == ["success_rate > 95%"]
    again = parsed(SOUND.replace("grade:", "amount: 7\ntimeout: 4s\ndesign: sequential\ngrade:"))
    assert (again.amount, again.timeout, again.design) == (Fen(7), 4_000_000, Design.SEQUENTIAL)


def test_users_share_the_arrivals() -> None:
    users = (
        "  - {flow: create, scenario: h5, dialect: mcp, share: 3}\n"
        "  - {flow: close, scenario: native, dialect: apiv3}\n"
        "  - {flow: lifecycle, scenario: native, dialect: apiv3}\n"
        "  - {flow: storm, share: 5}\n"
        "criteria:\n"
        "  - {control: PRF-05, endpoint: callback, scenario: forged, require: [failures = 0]}\n"
        "  - {control: PRF-05, endpoint: callback, require: [failures = 0]}\n"
        "  - {control: PRF-03, endpoint: create, dialect: apiv3, require: [max < 3s]}\n"
        "  - {control: PRF-03, endpoint: create, scenario: h5, require: [max < 3s]}"
    )
    made = parsed(_with(users))
    assert made.users == parse("create/h5/mcp=3,close/native/apiv3=1,lifecycle/native/apiv3=1,storm=5")
    forged, every, native, h5 = made.criteria
    assert made.expected(forged) == {Key("callback", "forged", "merchant"): 50}
    assert {key.scenario: requests for key, requests in made.expected(every).items()} == {
        "duplicate": 250,
        "reordered": 100,
        "forged": 50,
        "tampered": 50,
        "probe": 50,
    }
    assert made.expected(native) == {Key("create", "native", "apiv3"): 200}
    assert made.expected(h5) == {Key("create", "h5", "mcp"): 300}


def _with(users: str) -> str:
    head, _, rest = SOUND.partition("  - {flow")
    generator = rest[rest.index("generator:") : rest.index("criteria:")]
    flows, _, criteria = users.partition("criteria:")
    return head + flows + generator + "criteria:" + criteria + "\n"


@pytest.mark.parametrize(
    ("arrivals", "stretches", "text", "requests", "peak", "least"),
    [
        ({"profile": "constant", "rate": 50, "seconds": 30}, ((30, 50, 50),), "50x30", 1_500, 50, 50),
        ({"profile": "poisson", "rate": 2.5, "seconds": 30}, ((30, 2.5, 2.5),), "2.5x30", 75, 2.5, 2.5),
        (
            {"profile": "ramp", "rate": 10, "to": 100, "seconds": 60},
            ((60, 10, 100),),
            "10-100x60",
            3_300,
            100,
            10,
        ),
        (
            {"profile": "constant", "rate": 0.0625, "seconds": 3200},
            ((3200, 0.0625, 0.0625),),
            "0.0625x3200",
            200,
            0.0625,
            0.0625,
        ),
        ({"profile": "ramp", "rate": 9, "to": 3, "seconds": 10}, ((10, 9, 3),), "9-3x10", 60, 9, 3),
        (
            {"profile": "step", "rate": 10, "to": 30, "steps": 3, "seconds": 30},
            ((10, 10, 10), (10, 20, 20), (10, 30, 30)),
            "10x10,20x10,30x10",
            600,
            30,
            10,
        ),
    ],
    ids=["constant", "poisson", "ramp up", "slow", "ramp down", "step"],
)
def test_arrivals_over_time(
    arrivals: dict[str, object],
    stretches: tuple[tuple[float, float, float], ...],
    text: str,
    requests: int,
    peak: float,
    least: float,
) -> None:
    made = Arrivals.model_validate(arrivals)
    schedule = made.schedule
    assert schedule.segments == tuple(Segment(*each) for each in stretches)
    assert (str(schedule), made.requests) == (text, requests)
    assert (schedule.peak_rate, schedule.least_rate) == (peak, least)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("control: PRF-01", "control: PRF-09", 9, "did you mean PRF-06?"),
        ("control: PRF-01", "contrl: PRF-01", 9, "'contrl' is no member here; did you mean control?"),
        ("success_rate > 95%", "sucess_rate > 95%", 9, "did you mean success_rate?"),
        ("success_rate > 95%", "max_lag < 1s", 9, "it belongs under `generator`"),
        ("success_rate > 95%", "p95 < 10s", 9, "'p95 < 10s' is beyond the timeout"),
        ("success_rate > 95%", "max < 11s", 9, "'max < 11s' is beyond the timeout"),
        (
            "endpoint: create",
            "endpoint: creates",
            9,
            "no user makes requests to creates; did you mean create?",
        ),
        ("[success_rate > 95%]", "[]", 9, "require"),
        ("arrivals:", "arivals:", 4, "'arivals' is no member here; did you mean arrivals?"),
        ("profile: constant", "profile: constnat", 4, "did you mean constant?"),
        ("profile: constant", "profil: constant", 4, "'profil' is no member here; did you mean profile?"),
        (
            "profile: constant",
            "profile: ramp",
            4,
            "`to` belongs to ramp and step, and they need it; this is ramp",
        ),
        ("rate: 50", "rate: 50, to: 60", 4, "this is constant"),
        ("rate: 50", "rate: 50, steps: 2", 4, "`steps` (2 or more) belongs to step"),
        ("profile: constant", "profile: step, to: 60", 4, "`steps` (2 or more) belongs to step"),
        ("rate: 50", "rate: 0", 4, "arrivals.rate"),
        ("rate: 50", "rate: .inf", 4, "arrivals.rate"),
        ("seconds: 20", "seconds: -1", 4, "arrivals.seconds"),
        ("flow: create", "flow: creat", 6, "did you mean create?"),
        ("scenario: h5, dialect", "scenario: h6, dialect", 6, "'h6' is no scenario of mcp; did you mean h5?"),
        ("dialect: mcp}", "dialect: mpc}", 6, "'mpc' is no dialect that a load speaks; did you mean mcp?"),
        ("dialect: mcp}", "dialect: envelop}", 6, "did you mean envelope?"),
        (
            "create, scenario: h5, dialect: mcp",
            "close, scenario: h5, dialect: envelope",
            6,
            "envelope cannot close an order, as close does; use mcp or apiv3 or alipay for it; envelope",
        ),
        (
            "create, scenario: h5, dialect: mcp",
            "lifecycle, scenario: h5, dialect: envelope",
            6,
            "cannot close",
        ),
        (
            "endpoint: create,",
            "endpoint: create, scenario: h6,",
            9,
            "no user makes create requests of the scenario 'h6'; did you mean h5?",
        ),
        (
            "endpoint: create,",
            "endpoint: create, dialect: mpc,",
            9,
            "no user makes create requests of the dialect 'mpc'; did you mean mcp?",
        ),
        ("success_rate > 95%", "p90 < 3s for 30s", 9, "the run, which lasts 20 s; write for 20s at most"),
        ("flow: create", "flow: storm", 6, "belong to every flow but storm"),
        ("flow: create, scenario: h5", "flow: create", 6, "create needs a scenario and a dialect"),
        ("dialect: mcp}", "dialect: mcp, share: 0}", 6, "users.0.share"),
        ("lag_p99 < 20ms", "p99 < 20ms", 7, "it belongs under `criteria`"),
        ("schema: 1", "schema: 2", 1, "2 is not known here; known: 1"),
        ("schema: 1", "", 2, "schema: this member is missing"),
        ("grade: simulated", "grade: production", 3, "known: simulated, experience"),
        ("grade: simulated", "amount: 0\ngrade: simulated", 3, "an order of 0 fen cannot be made"),
        ("grade: simulated", "timeout: 5\ngrade: simulated", 3, "timeout: 5 is no duration"),
        ("users:", "users: [", 6, "this is no YAML"),
    ],
)
def test_a_mistake_is_refused_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in SOUND
    with pytest.raises(ConfigurationError) as caught:
        parsed(SOUND.replace(old, new, 1))
    assert message in str(caught.value)
    assert f"[mine.yaml, line {line}]" in str(caught.value)
    assert "docs/load.md" in caught.value.remedy


@pytest.mark.parametrize("text", ["", "[]", "smoke", "7"], ids=repr)
def test_what_is_no_mapping_is_no_set(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is a mapping of names to values"):
        parsed(text)


def test_a_set_of_yours_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SOUND)
    assert load_set(str(tmp_path / "mine.yaml")) == parsed(SOUND)


@pytest.mark.parametrize(
    ("name", "message"),
    [("smok", "did you mean smoke?"), ("none.yaml", "there is no set"), ("x\0", "there is no set")],
    ids=repr,
)
def test_a_set_that_is_not_there(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_set(name)
    assert message in str(caught.value)


def test_a_criterion_about_a_pair_that_nobody_plays_is_refused() -> None:
    text = SOUND.replace(
        "users:\n", "users:\n  - {flow: create, scenario: native, dialect: apiv3}\n"
    ).replace("endpoint: create,", "endpoint: create, scenario: native, dialect: mcp,")
    with pytest.raises(ConfigurationError, match="the requests create/native/mcp; did you mean"):
        parsed(text)
