"""What a run may do at its target: play the platform or not, spend how much, and what evidence that is worth.

A target is played when its settings name the levers of a simulator on this machine. Every other target is met
as a real one, whatever it is: https with a certificate that is verified, allowed hosts, one request a second,
and a budget.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harness.core.clock import wire_now
from harness.core.dialects import classic_of, dialects
from harness.core.errors import ConfigurationError, GoLiveError, UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.core.trust import public_roots
from harness.gateways.choose import open_classic, open_gateway
from harness.gateways.guard import Guard, Lookout
from harness.gateways.tls_preflight import tls_preflight
from harness.levers.client import LeversClient
from harness.plugin.options import EMBEDDED, Options
from harness.settings.addresses import Address, is_loopback, parse_address
from harness.settings.endpoints import FILE, Endpoints, is_private
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.settings.placeholders import placeholder
from harness.signing.simulated_keys import is_simulated
from harness.verdict.grade import EndpointFacts, Graded, HostKind, Signature, Trust, grade

LEVERS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")
FASTEST = 1.0
"""Requests a second at a host that is not this machine: load never goes to a platform."""
KNOWN_ROUTE = "/v3/pay/transactions/native"
"""Answers a HEAD with 405 at the real platform; its root may be anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPolicy:
    """What this run may do there."""

    played: bool
    """Whether it may pay, move business time and read the platform's books."""
    graded: Graded
    guard: Lookout
    settings: Settings | None
    """None: the embedded simulator's, which are made when it starts."""
    settings_target: str
    """The target the configuration rules judge for; every simulator that is played is one."""
    dialects: frozenset[str]
    """The wires the endpoint speaks."""
    experience: bool
    """Whether it is the experience edition."""


def _played(settings: Settings | None, flags: dict[str, bool | None]) -> TargetPolicy:
    facts = EndpointFacts(
        played=True,
        hosts=frozenset({HostKind.LOOPBACK}),
        trust=Trust.NONE,
        signature=Signature.SIMULATOR,
        **flags,
    )
    sells_alipay = settings is None or settings.alipay is not None
    return TargetPolicy(
        played=True,
        graded=grade(facts),
        guard=Lookout(),
        settings=settings,
        settings_target=EMBEDDED,
        dialects=frozenset(dialects(sampled=True) if sells_alipay else dialects(provider=Provider.WECHAT)),
        experience=settings is None or (settings.mcp.experience and _plays_experience(settings)),
    )


def _plays_experience(settings: Settings) -> bool:
    """Whether the simulator keeps the limits of that edition: it may play the formal one, whatever is set."""
    if settings.levers is None:
        return True
    with LeversClient(settings.levers.url, settings.levers.token) as levers:
        return levers.limits_days()


EMBEDDED_POLICY = _played(None, {"mcp_experience": True, "experience_mode": True})


def policy_for(options: Options) -> TargetPolicy:
    """The policy of a run; what it must not do is refused here, before an order is made.

    A real target is knocked at, and asked for the official self-test: no order, no payment.

    Raises:
        ConfigurationError: settings that cannot be used; contradicting modes; levers where none can be.
        UsageError: no budget.
        UnsafeRequest: plain http, a host that was not allowed, a certificate that is not trusted, a redirect.
        EnvironmentUnreachable: nothing answers.
    """
    if options.env_file is None:
        return replace(EMBEDDED_POLICY, guard=Lookout())
    environment = EnvFile.read(options.env_file)
    if _names_levers(environment) and _plays(options.target):
        return _played(Settings.load(environment, target=EMBEDDED), _flags(environment))
    if options.target == EMBEDDED:
        raise ConfigurationError(
            "the settings name no levers, so nobody can pay a simulated order",
            where=str(options.env_file),
            remedy="let `golive simulator --write-env` write the file, or name the target with --target URL",
        )
    return _real(options, environment)


def _real(options: Options, environment: EnvFile) -> TargetPolicy:
    settings = Settings.load(environment, target=options.target)
    if _names_levers(environment):
        raise ConfigurationError(
            f"the settings name levers, and {options.target} is no simulator on this machine",
            where=", ".join(LEVERS),
            remedy="delete these lines: a real platform has no levers",
        )
    endpoints = Endpoints.read()
    addresses = [parse_address(settings.mcp.endpoint), parse_address(settings.wechat.base_url)]
    for address in addresses:
        _allowed(address, endpoints, Provider.WECHAT)
    knocked = [f"{settings.mcp.endpoint}/health", f"{settings.wechat.base_url}{KNOWN_ROUTE}"]
    kinds = {_kind(address, endpoints) for address in addresses}
    if settings.alipay is not None:
        gateway = parse_address(settings.alipay.gateway_url)
        _allowed(gateway, endpoints, Provider.ALIPAY)
        addresses.append(gateway)
        knocked.append(settings.alipay.gateway_url)
        kinds.add(kind_of_alipays(gateway, endpoints))
    _means_it(options, settings, addresses)
    guard = _guard(options, addresses)
    for url in dict.fromkeys(knocked):
        tls_preflight(url, guard)
    facts = EndpointFacts(
        played=False,
        hosts=frozenset(kinds),
        trust=Trust.PRIVATE_CA if options.ca_file else Trust.PUBLIC_ROOTS,
        signature=_signature(settings, guard),
        **_flags(environment),
    )
    return TargetPolicy(
        played=False,
        graded=grade(facts),
        guard=guard,
        settings=settings,
        settings_target=options.target,
        dialects=_dialects(settings, guard),
        experience=settings.mcp.experience,
    )


def _allowed(address: Address, endpoints: Endpoints, provider: Provider) -> None:
    if address.scheme != "https":
        raise UnsafeRequest(
            f"{address.origin} is plain http, and a target without levers is met as a real one",
            where="--target",
            remedy="use https; if it is a simulator of ours, pass the settings file that it wrote, which "
            "names its levers",
        )
    if not (is_loopback(address.host) or endpoints.listed(address, provider) or endpoints.named(address)):
        raise UnsafeRequest(
            f"{address.origin} is neither the platform's own host nor one that you named",
            where="--target",
            remedy=f'correct the address, or add [endpoints."{address.host}"] to {FILE}',
        )


def _means_it(options: Options, settings: Settings, addresses: Sequence[Address]) -> None:
    """Real money moves only on a target that says so, within a budget from the command line."""
    elsewhere = not all(is_loopback(address.host) for address in addresses)
    if elsewhere and not settings.mcp.experience and options.target != "production":
        raise UnsafeRequest(
            "the settings say production, and the target does not: real money could move",
            where="--target",
            remedy="say --target production if you mean it, or set the mode flags to true",
        )
    if options.budget is None:
        raise UsageError(
            f"target {options.target} is met as a real one, and no budget was given",
            where="--budget-fen",
            remedy="say what all orders together may be worth, e.g. --budget-fen 70000 (¥700); none of them "
            "is paid, and each is closed again",
        )
    if elsewhere and options.rate > FASTEST:
        raise UnsafeRequest(
            f"--rate {options.rate:g} is load, and load never goes to a platform",
            where="--rate",
            remedy="leave it at 1, or make it slower",
        )


def _guard(options: Options, addresses: Sequence[Address]) -> Guard:
    return Guard(
        hosts={(address.host, address.effective_port) for address in addresses},
        budget=options.budget or Fen(0),
        rate=options.rate,
        verify=_believing(options),
    )


def _believing(options: Options) -> ssl.SSLContext:
    """Public roots alone, or the CA file alone; never what this machine's environment variables add."""
    if options.ca_file is None:
        return public_roots()
    try:
        return ssl.create_default_context(cafile=str(options.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"it is no PEM file of certificates: {error}",
            where=f"--ca-file {options.ca_file}",
            remedy="pass the file that `golive simulator --tls CA_FILE` wrote, or your own CA's",
        ) from None


def _kind(address: Address, endpoints: Endpoints) -> HostKind:
    if endpoints.listed(address):
        return HostKind.LISTED
    if is_loopback(address.host):
        return HostKind.LOOPBACK
    if is_private(address.host):
        return HostKind.PRIVATE
    if endpoints.attested(address, wire_now().date()):
        return HostKind.ATTESTED
    return HostKind.NAMED if endpoints.named(address) else HostKind.UNKNOWN


def kind_of_alipays(address: Address, endpoints: Endpoints) -> HostKind:
    """A paper is not enough: Alipay's answers name no key, and a simulator of ours could stand there."""
    if endpoints.listed(address, Provider.ALIPAY):
        return HostKind.LISTED
    kind = _kind(address, endpoints)
    return HostKind.NAMED if kind in (HostKind.ATTESTED, HostKind.LISTED) else kind


def _signature(settings: Settings, guard: Guard) -> Signature:
    """Whose signature the official self-test is answered with (facts 2.8), and a question to Alipay."""
    gateways = [open_classic(settings, guard=guard)]
    if settings.alipay is not None:
        gateways.append(open_gateway(classic_of(Provider.ALIPAY).id, settings, guard=guard))
    try:
        trusted = all(gateway.probe().trusted for gateway in gateways)
    finally:
        for gateway in gateways:
            gateway.close_connections()
    if not trusted:
        return Signature.NONE
    return Signature.SIMULATOR if is_simulated(settings.wechat.platform_key_id) else Signature.PLATFORM


def _dialects(settings: Settings, guard: Guard) -> frozenset[str]:
    """Each provider's classic API, and of the MCP side what the settings say or the endpoint answers to.

    One that answers in no dialect is exercised in all: that is a finding, not a reason to look away.
    """
    providers = [Provider.WECHAT] if settings.alipay is None else list(Provider)
    classic = frozenset(classic_of(each).id for each in providers)
    if not settings.mcp.enabled:
        return classic
    if settings.mcp.dialect is not None:
        return classic | {settings.mcp.dialect}
    possible = dialects(provider=Provider.WECHAT, classic=False)
    return classic | (frozenset(each for each in possible if _speaks(each, settings, guard)) or {*possible})


def _speaks(dialect: str, settings: Settings, guard: Guard) -> bool:
    gateway = open_gateway(dialect, settings, guard=guard)
    try:
        gateway.recognise()
    except GoLiveError:
        return False
    finally:
        gateway.close_connections()
    return True


def _flags(environment: EnvFile) -> dict[str, bool | None]:
    def read(name: str) -> bool | None:
        return {"true": True, "false": False}.get(environment.values.get(name, ""))

    return {"mcp_experience": read("WECHAT_MCP_EXPERIENCE"), "experience_mode": read("MCP_EXPERIENCE_MODE")}


def hosts_of(settings: Settings | None) -> str:
    """Host and port of every endpoint, as a record names them; None: the embedded simulator's."""
    if settings is None:
        return "embedded simulator"
    both = (settings.wechat.base_url, settings.mcp.endpoint)
    return " ".join(dict.fromkeys(urlsplit(url).netloc for url in both))


def _names_levers(environment: EnvFile) -> bool:
    values = [environment.values.get(name, "") for name in LEVERS]
    return all(value and not placeholder(value) for value in values)


def _plays(target: str) -> bool:
    """Whether a target may be a simulator that is played: by name, or plain http on this machine."""
    parts = urlsplit(target)
    return target == EMBEDDED or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
