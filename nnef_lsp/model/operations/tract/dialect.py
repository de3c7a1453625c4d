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
    cast_parameters=frozenset(
        (
            "reshape.shape", "slice.begin", "slice.end", "tile.repeats", "tract_onnx_multinomial.seed",
            "tract_onnx_non_max_suppression.max_output_boxes_per_class",
        )
    ),
    typed_parameters=frozenset(("tract_core_one_hot.value_on", "tract_core_one_hot.value_off")),
    list_parameters=frozenset(("slice.begin", "slice.end")),
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
    vendor=0x5452,
    quoted_names=True,
    keywords_as_names=True,
    rooted_labels=True,
    quantized_fragments=True,
    blocks=True,
    strings={
        ("tract_resource_get", "label"): "resource",
        ("tract_resource_get", "key"): "resource-key",
        ("tract_core_submodel", "label"): "submodel",
        ("tract_onnx_non_zero", "count_symbol"): "symbol",
        ("tract_core_scan", "body"): "fragment",
    },
    bindings={
        ("tract_core_scan", "scan", 0): "parameter",
        ("tract_core_scan", "full", 0): "parameter",
        ("tract_core_scan", "state", 0): "parameter",
        ("tract_core_scan", "state", 2): "result",
        ("tract_core_scan", "output", 0): "result",
    },
    choices={("tract_core_scan", "output", 1): ("full", "last")},
    type_parameters=frozenset(("to", "datum_type", "acc", "acc_datum_type", "output_dt", "output_type")),
    metadata="tract_core_properties",
    extension_documentation={
        "tract_registry": "Enables the operations of a registry of tract: `extension tract_registry tract_core;`",
        "tract_symbol": "Declares a symbolic extent, one for each line: `extension tract_symbol S;`",
        "tract_assert": "What holds of symbolic extents: `extension tract_assert S >= 1;`. A name and a colon before it make it"
        " hold in one scenario only: `extension tract_assert decode: S == 1;`",
        "tract_pulse_streaming_symbol": "Of old models: the streaming axis is `S`. tract takes it without a word.",
    },
    cast="tract_core_cast",
    overlooked=frozenset(("softmax.exp", "tract_core_softmax.exp", "tract_onnx_ml_reverse_lookup.fallback")),
    effects=frozenset(("update", "tract_core_store")),
    quantization_defaults=frozenset(("symmetric",)),
    sums_of_codes=frozenset(("tract_core_einsum",)),
    own_kernels=frozenset(("slice", "deconv", "round", "tract_core_scan", "max_pool_with_index")),
    without_kernel={"tract_core_submodel": "the other model cannot be read, has errors, or takes other inputs"},
    never_run={
        "tract_core_external": "an input, called external in the flat graph",
        "tract_resource_get": "read when the graph is read: a value, no tensor",
    },
    engine="tract",
    # an array literal of arrays as the value of a name is nothing that the standard has
    marks=r"tract_|\A\s*(?:#[^\n]*\n\s*)*\w+\s*=\s*\[\s*\[[\s\[\]\d.,eE+-]*\]\s*;",
)  # fmt: skip
