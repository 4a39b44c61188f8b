"""Figures and the file that keeps them. A figure that is measured again replaces its former entry."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Figure:
    """One measured number; `limit` is the most it may be, with `is_exact` what it must be, with `is_floor` the least.

    Without a limit it only tells.
    """

    name: str
    value: float
    unit: str
    n: int = 1
    limit: float | None = None
    compared_with: str | None = None
    is_exact: bool = False
    is_floor: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        if self.limit is None:
            return None
        if self.is_exact:
            return self.value == self.limit
        return self.value >= self.limit if self.is_floor else self.value <= self.limit

    def entry(self, machine: dict[str, Any]) -> dict[str, Any]:
        """The figure as the file keeps it."""
        values = {k: v for k, v in asdict(self).items() if k not in ("is_exact", "is_floor")}
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {**values, "value": round(self.value, 4), "holds": self.holds, "measured_at": now, "machine": machine}

    def __str__(self) -> str:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[self.holds]
        kind = "exactly" if self.is_exact else "at least" if self.is_floor else "at most"
        bound = "" if self.limit is None else f" ({kind} {self.limit:,g})"
        return f"{self.name}: {self.value:,.4g} {self.unit}{bound} {verdict}".rstrip()


def save(figures: Iterable[Figure], path: Path = RESULTS) -> None:
    """Put the figures into the file, in place of those of the same names."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    entries = {entry["name"]: entry for entry in kept}
    machine = machine_facts()
    entries.update({figure.name: figure.entry(machine) for figure in figures})
    ordered = [entries[name] for name in sorted(entries)]
    path.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def machine_facts() -> dict[str, Any]:
    """What the figures were measured on, and how busy it was; no name of the host."""
    return {
        "cpu": _cpu_model(),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_1_min": round(psutil.getloadavg()[0], 1),
    }


def _cpu_model() -> str:
    cpu_info = Path("/proc/cpuinfo")
    lines = cpu_info.read_text(encoding="utf-8").splitlines() if cpu_info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
