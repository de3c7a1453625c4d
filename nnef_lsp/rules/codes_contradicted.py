"""Stored codes that are not those which graph.quant describes."""

from __future__ import annotations

from ..model.findings import Details, Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    file = f"'{details['label']}.dat' holds codes of type {details['stored_type']}, {_range(details)}"
    if details["what"] == "sign":
        word = "signed" if details["said"] else "unsigned"
        return f"{file}, but this describes {word} ones"
    levels = details["levels"]
    described = f", which are {levels[0]} to {levels[1]}" if levels else ""
    return f"{file}, but this describes codes of {details['said']} bits{described}"


def _range(details: Details) -> str:
    bits, signed = details["bits"], str(details["stored_type"]).startswith("qint")
    return f"{-(2 ** (bits - 1))} to {2 ** (bits - 1) - 1}" if signed else f"0 to {2**bits - 1}"
