"""Levers of what goes wrong: single faults, and the rules in force."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.control import Text
from harness.levers.models import SCENARIO_HEADER, Fault
from harness.simulator.faults.rules import BY_LEVERS, BY_SCENARIO
from harness.simulator.levers.answers import Table, body_of
from harness.simulator.levers.bodies import RulesBody, RulesQuery
from harness.simulator.levers.levers import Levers


@dataclass(frozen=True, slots=True)
class FaultLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("POST", "/faults", self._add_fault),
            ("GET", "/faults", self._faults_met),
            ("DELETE", "/faults", self._clear_faults),
            ("GET", "/rules", self._rules),
            ("PUT", "/rules", self._stand),
        )

    async def _add_fault(self, request: Request) -> Response:
        fault = Fault.model_validate_json(await body_of(request))
        self.levers.faults.add(fault, source=BY_SCENARIO if SCENARIO_HEADER in request.headers else BY_LEVERS)
        lacking = [each.model_dump() for each in self.levers.present.lacks(fault)]
        return JSONResponse({"warnings": lacking}, status_code=201)

    async def _faults_met(self, request: Request) -> Response:
        return JSONResponse({"met": [each.model_dump(mode="json") for each in self.levers.faults.met()]})

    async def _clear_faults(self, request: Request) -> Response:
        self.levers.faults.clear()
        return JSONResponse({})

    async def _rules(self, request: Request) -> Response:
        asked = RulesQuery.model_validate(dict(request.query_params))
        told = self.levers.faults.rules(since=asked.since)
        return JSONResponse({"rules": [each.model_dump(mode="json") for each in told]})

    async def _stand(self, request: Request) -> Response:
        asked = RulesBody.model_validate_json(await body_of(request))
        self.levers.faults.stand(asked.source, asked.rules)
        lacking = [
            Text(zh=f"规则 {place}：{why.zh}", en=f"rule {place}: {why.en}").model_dump()
            for place, rule in enumerate(asked.rules, start=1)
            for why in self.levers.present.lacks(rule)
        ]
        return JSONResponse({"warnings": lacking})
