"""An entry of graph.quant that leaves nothing of a weight."""

from __future__ import annotations

from ..model.findings import Finding

SEVERITY = "warning"


def message(finding: Finding) -> str:
    details = finding.details
    if "codes" in details:
        low, high = details["codes"]
        return (
            f"all codes in '{details['label']}.dat' are {low} or {high}, so nearly nothing is left of the weight; "
            "was it quantized by the inverse of its scale?"
        )
    value = "one value for each channel" if details["value"] is None else f"the one value {details['value']:g}"
    text = (
        f"this makes {value} of all items of '{details['label']}.dat', which range from {details['least']:.4g} to "
        f"{details['most']:.4g}"
    )
    if details["operation"] == "zero_point_linear_quantize":
        text += "; is 'scale' the inverse of the step?"
    return text
