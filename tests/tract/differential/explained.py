"""Differences from tract that are known, as narrow as docs/differences.md argues them: each line is a kind, what it is
about, and tract's or our own sentence, with the reason."""

from __future__ import annotations

import re

_LACKS = r"(does not support|in-place not defined|is not a number|Unsupported DatumType|Tensor datum type error|is not float-like)"
_WRONG = "an argument that no exporter writes, made wrong on purpose; tract finds it while it builds the node"

_LITERAL = "a literal of another type than the other operand, in an operation of bits or of truth"
_SYMBOLS = r"(begin|end|after|before)\w* = [^,)]*[ST]"
EXPLAINED: list[tuple[str, str] | tuple[str, str, str]] = [
    # tract's own limits, found only by running it
    (
        rf"(missed|refused): \w+: .*{_LACKS}.*",
        "tract lacks the operation for the type, and says so when it computes it",
    ),
    (r"refused: \w+: (Undetermined symbol|.*panic).*", "tract cannot run what it took: symbols of values, and panics"),
    (r"missed: \w+: panic", "tract panics over what it should refuse or take"),
    (
        r"refused: (separable_)?(de)?conv: Condition failed: `current\.size_of\(\).*",
        "convolutions of whole numbers within tract's library",
        r"datum_type = '[iu]\d+'",
    ),
    (r"refused: stack: .*datum_type\(\) == dt.*", "`stack` of several types: tract takes it, and fails when it runs"),
    (r"refused: div: Division by zero", "whole numbers divided by the zeros of an input"),
    (
        r"(type|value|objected|missed): \w+: .*",
        "a text where numbers are wanted, made wrong on purpose",
        r"\('text'[,)]|, 'text'[,)]",
    ),
    (
        r"refused: (tract_core_einsum|reshape|mixed): Incompatible reshape .*",
        "an axis of min(S, 4), of which tract proves nothing when it runs",
        r"min\(S,4\)",
    ),
    # documented one and computed another
    (
        r"(shape|value): tract_core_matmul: .*",
        "tract's releases have neither columns nor a batch there (docs/dialects.md)",
    ),
    (r"missed: tract_core_qmatmul: Condition failed: `inputs\.len\(\).*", "tract 0.23.9 refuses every qmatmul"),
    (
        r"missed: tract_onnx_ml_reverse_lookup: Can not build a iN from .*",
        "tract 0.23.9 reads no table of keys",
    ),
    (
        r"(missed|type): softabs: .*(No super type for|instead of tdim).*",
        "epsilon as a whole number, which no exporter writes",
    ),
    (r"value: tract_onnx_(random|multinomial): .*", "random numbers without a seed"),
    (
        r"(value|type): (any|all)_reduce: .*",
        "any_reduce and all_reduce of numbers: tract casts to bool the maximum or the minimum, not the items",
    ),
    (
        r"value: tract_pulse_(mask|pulse_pad): other numbers of float\d+",
        "bounds that are symbols are unbound in tract's kernels",
        _SYMBOLS,
    ),
    (
        r"value: tract_core_scan: other numbers of float\d+",
        "chunks that do not come out even: tract takes what memory held for the rest",
        r"scan = \[\([^)]*, 2\)\]",
    ),
    (
        r"open: mixed: .*",
        "an end of -1 of a symbolic extent, to which tract gives extents below 0",
        r"end = \[-1\]",
    ),
    (r"objected: slice: .*forwards only.*", "strings, which nothing runs: of other types tract fails too", "'string'"),
    (
        r"objected: \w+_upsample: .*must be positive.*",
        "a factor below 1: tract gives a tensor without items",
        r"factor = \[[^\]]*(-\d|0)",
    ),
    (
        r"objected: tract_\w+_grid_sample: .*(the last axis of|must have the rank of).*",
        "a grid of more coordinates than axes: tract reads the first ones",
    ),
    (r"value: tract_core_einsum: other numbers of float16", "products of three matrices in f16", r"kl->"),
    (
        r"open: slice: .*",
        "the largest integer as an end, which tract reads as yet another bound",
        "9223372036854775807",
    ),
    (
        r"objected: (linear|matmul): shape-mismatch: .*inner extents must agree.*",
        "tract does not compare them, and reads on",
    ),
    (r"type: clamp: f32 instead of string", _WRONG),
    (r"refused: (matmul|tract_core_einsum): Condition failed: `suitable.*", "products of two types"),
    (r"open: slice: .*", "a stride that is a symbol", r"stride = \[[^\]]*[ST]"),
    (r"missed: tract_core_downsample: ModelPatch.*", "tract fails over two axes of one symbol"),
    (r"objected: tract_core_scatter_elements: shape-mismatch: .*", _WRONG),
    (r"objected: \w+: invalid-value: .* must be an integer, found integer.*", _WRONG),
    (r"value: (avg|rms)_pool: .*", "a window of padding alone: 0 / 0 in tract, 0 here; 4.3 says nothing"),
    (r"value: (rsqr: float64|sqr: int8) instead of float32", "constants of bool", r"sqr\(true"),
    (r"value: and: other numbers of (float|u?int)\d+", "`and` of numbers: tract takes one of the two", r"and\("),
    (r"value: (conv|deconv|debox|box): other numbers of float16", "sums of f16 in another order"),
    (r"objected: elu: operand-types: .*", "constants of bool", r"elu\(true"),
    (r"(value|type): (relu|softplus|softabs): .*", "constants of bool", r"(relu|softplus|softabs)\(true"),
    (
        r"(value|type): (or|and|tract_\w+): .* instead of \w+",
        _LITERAL,
        r"\(('text'|\[[^\]]*\]|[\d.]+|true), |, ('text'|[\d.]+|true)\)",
    ),
    (r"refused: tract_core_scatter_nd: .*", "tract panics over places outside"),
    (r"objected: tract_core_matmul: shape-mismatch: .*", "tract's releases do not compare them (docs/dialects.md)"),
    (r"(missed|refused): \w+: Invalid axis geometry.*", "automatic padding of a stride beyond the filter"),
    (r"refused: div: Can't divide N by .*", "symbols that divide"),
    (r"refused: tract_core_einsum_q: No super type .*", _WRONG),
    (
        r"missed: deconv: symbolic dimension not supported in deconv",
        "deconv of symbols with output_shape",
        "output_shape",
    ),
    (r"objected: \w+: invalid-value: .* must be a number, found .*", _WRONG),
    (r"value: multilinear_upsample: other numbers of u?int\d+", "whole numbers between whole numbers"),
    (
        r"(value|objected): tract_core_one_hot: .*",
        "a whole number for a float: tract takes its bits",
        r"value_(on|off) = -?\d+[,)]",
    ),
    # literals and defaults, of which tract decides late what they are
    (r"(missed|objected|open|type): (literals|defaults|operators): .*", "literals where no exporter writes them"),
    (r"(open|type): tract_core_shape_of: .*", "comparisons of extents that stay symbols"),
    (r"missed: tract_core_(dyn_slice|scan|trilu|gru_epilogue|einsum_q): .*", _WRONG),
    (
        r"shape: tract_onnx_non_zero: .*",
        "a literal, of which tract counts the items",
        r"non_zero\((true|false|[\d.]+|\[)",
    ),
    (
        r"objected: tract_core_broadcast: shape-mismatch: .*",
        "extents that cannot be repeated, of a type that is not run (of others tract finds it when it runs)",
        r"datum_type = '(TDim|string)'",
    ),
    (r"missed: tract_\w*rms_norm: .*eps.*", "eps as an array of one item"),
    (r"(missed|refused): tract_onnx_ml_\w+_lookup: FN is not Hash", "tract finds no floats in a table"),
    (r"missed: tract_onnx_ml_\w+_lookup: Not a const", "values that are no constants"),
    (r"missed: \w+: (Undetermined symbol|Condition failed|Can not build).*", _WRONG),
    (r"objected: tract_core_stft: .*a frame of.*", "tract fails when it runs"),
    # runs that tract makes and we refuse
    (
        r"run: tract_pulse_pulse_pad: .*tract cannot pad a stream by.*",
        "tract fills such a border with what lies in memory",
    ),
    (
        r"run: tract_transformers_dyn_kv_cache: .*a run begins with empty caches",
        "a cache of a length that no input has",
    ),
    (r"run: (pow|rsqr|eq|ne|tract_core_bit\w+): .*", "constants and types that tract computes by accident"),
]


def explained(line: str, text: str) -> str:
    """Why tract and we differ so over a model; "" if nobody knows."""
    for pattern, why, *model in EXPLAINED:
        if re.fullmatch(pattern, line) and all(re.search(item, text) for item in model):
            return why
    return ""
