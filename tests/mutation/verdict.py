"""What came of the mutants: a table, every one that nobody noticed, and the figures in docs/proof/mutation.json."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from tests.mutation.making import shown

PROOF = Path("docs/proof/mutation.json")
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
NOTICED = ("killed", "timeout")
ENOUGH = 0.9


def judge(folder: Path, results: dict[str, str]) -> int:
    """Write the figures of these modules beside those of the others; 1 where less than nine in ten is noticed."""
    equivalent = {(each["function"], each["change"].strip()): each["reason"] for each in _known()}
    per_module: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, result in results.items():
        per_module[name.rpartition(".")[0]][name] = result
    figures = {module: _figures(folder, module, found, equivalent) for module, found in sorted(per_module.items())}
    _write(figures)
    return int(any(each["noticed"] < ENOUGH for each in figures.values()))


def _known() -> list[dict[str, str]]:
    return yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []


def _figures(
    folder: Path, module: str, results: dict[str, str], equivalent: dict[tuple[str, str], str]
) -> dict[str, Any]:
    unnoticed = [name for name, result in results.items() if result not in NOTICED]
    path = module.replace(".", "/")
    file = f"{path}.py" if (folder / f"{path}.py").exists() else f"{path}/__init__.py"
    same, survived = [], []
    for name, change in shown(folder, file, unnoticed).items():
        function = _function(name)
        reason = equivalent.get((function, change))
        if reason is None:
            survived.append({"function": function, "change": change, "result": results[name]})
            sys.stdout.write(f"\n{function}: {results[name]}\n{change}\n")
        else:
            same.append({"function": function, "change": change, "reason": reason})
    killed = len(results) - len(unnoticed)
    noticed = killed / (len(results) - len(same)) if len(results) > len(same) else 1.0
    sys.stdout.write(f"\n{module}: {killed} of {len(results)} killed, {len(same)} equivalent, {noticed:.1%} noticed\n")
    return {
        "mutants": len(results),
        "killed": killed,
        "equivalent": same,
        "survived": survived,
        "noticed": round(noticed, 4),
        "on": datetime.now(UTC).date().isoformat(),
    }


def _function(mutant: str) -> str:
    """`workflows.clock.ring` of `workflows.clock.x_ring__mutmut_3`; a method after its class."""
    module, _, name = mutant.partition("__mutmut_")[0].rpartition(".")
    return f"{module}.{name.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def _write(figures: dict[str, dict[str, Any]]) -> None:
    known = json.loads(PROOF.read_text(encoding="utf-8"))["modules"] if PROOF.exists() else {}
    proof = {
        "what": "Each mutant is one small change of a rule; it is killed where one of the rules' own tests fails.",
        "tool": f"mutmut {version('mutmut')}",
        "tests": "tests/workflows without the random walks (test_simulate, test_procedure_hostile)",
        "modules": dict(sorted((known | figures).items())),
    }
    PROOF.parent.mkdir(exist_ok=True)
    PROOF.write_text(json.dumps(proof, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
