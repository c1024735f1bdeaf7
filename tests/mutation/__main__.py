"""`python -m tests.mutation`: how much of what the rules could get wrong their own tests notice."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path("build/mutants")
RULES = tuple(
    f"workflows/{name}.py" for name in ("advance", "guards", "consultation", "decision_rule", "clock", "recipients")
)


def main(modules: list[str]) -> int:
    """Mutate these modules, else those that hold the law; 1 where too little is noticed."""
    if find_spec("mutmut") is None:
        sys.stderr.write("mutmut is not installed here: pip install mutmut\n")
        return 2
    from tests.mutation.making import make
    from tests.mutation.verdict import judge

    mutants = make(FOLDER, list(modules or RULES))
    asked, results = FOLDER / "asked.json", FOLDER / "results.json"
    asked.write_text(json.dumps(mutants), encoding="utf-8")
    sys.stdout.write(f"{len(mutants)} mutants\n")
    sys.stdout.flush()
    run = [sys.executable, "-m", "tests.mutation.session", asked.name, results.name]
    if subprocess.run(run, cwd=FOLDER, check=False).returncode:
        return 2
    return judge(FOLDER, json.loads(results.read_text(encoding="utf-8")))


sys.exit(main(sys.argv[1:]))
