"""What tract reads differently from the specification."""

from __future__ import annotations

from ..dialect import Dialect

DIALECT = Dialect(
    "tract",
    "tract",
    ("khronos", "tract_nnef"),
    strict_types=False,
    rebinding=True,
    needs_extensions=False,
    attribute_names=True,
    empty_lists=True,
    redefinition=True,
    later_fragments=True,
    effects_in_fragments=True,
    registries=("tract_core", "tract_onnx", "tract_pulse", "tract_resource", "tract_transformers", "tract_extra"),
    registry_extension="tract_registry",
    symbol_extension="tract_symbol",
    assertion_extension="tract_assert",
    other_extensions=(
        "tract_pulse_streaming_symbol", "KHR_enable_fragment_definitions", "KHR_enable_operator_expressions",
    ),
    registry_aliases={"pulse": "tract_pulse", "tract_nnef": ""},
    implicit_symbols=frozenset(
        (
            "external.shape", "tract_core_external.shape", "tract_core_broadcast.shape", "slice.begin", "slice.end",
            "tract_pulse_mask.end", "tract_pulse_pulse_pad.after", "tract_pulse_pulse_pad.end_input",
            "tract_transformers_dyn_kv_cache.past_sequence_shape",
            "tract_transformers_dyn_kv_cache.input_sequence_shape",
            "tract_transformers_quantized_dyn_kv_cache.past_sequence_shape",
            "tract_transformers_quantized_dyn_kv_cache.input_sequence_shape",
        )
    ),
    removed={
        "tract_core_force_eval": "", "tract_core_load": "", "tract_core_store": "", "tract_onnx_is_nan": "tract_core_is_nan",
        "tract_onnx_isinf": "tract_core_is_inf",
    },
    datum_types=True,
    literals={"inf": float("inf")},
    literal_prefixes=("true", "false", "inf"),
    expressions=frozenset(
        ("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "Subscript", "Parenthesized", "Binary")
    ),
    severities={
        "external-not-input": "warning", "input-without-external": "warning", "input-not-external": "warning",
        "encoding": "error",
    },
    templates=True,
    # an array literal of arrays as the value of a name is nothing that the standard has
    marks=r"tract_|\A\s*(?:#[^\n]*\n\s*)*\w+\s*=\s*\[\s*\[[\s\[\]\d.,eE+-]*\]\s*;",
)  # fmt: skip
