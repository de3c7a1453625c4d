"""Stored codes without anything that says what numbers they stand for."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    return (
        f"'{details['label']}.dat' holds quantized codes ({details['stored_type']}), but graph.quant has no entry for "
        f"'{details['name']}' that says what numbers they stand for; they are taken for the numbers themselves"
    )
