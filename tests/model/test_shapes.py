"""Shape rules of the standard operations, as a table: invocation -> shape of the result."""

from __future__ import annotations

import pytest

from nnef_lsp.model.shapes import Undetermined, shape_of, shape_rules

from .invocations import declarations, infer, lists

SHAPES = """
external(shape = [1,3,224,224])                                                          -> [1, 3, 224, 224]
external(shape = [])                                                                     -> []
constant(shape = [2,2], value = [1.0, 2.0, 3.0, 4.0])                                    -> [2, 2]
constant(shape = [2,2], value = [1.0])                                                   -> [2, 2]
variable(shape = [64,3,7,7], label = 'conv1/filter')                                     -> [64, 3, 7, 7]

relu(T[1,3,8,8])                                                                         -> [1, 3, 8, 8]
not(T[2])                                                                                -> [2]
exp(1.0)                                                                                 -> []
add(T[1,3,8,8], T[1,3])                                                                  -> [1, 3, 8, 8]
add(T[1,3], T[1,3,8,8])                                                                  -> [1, 3, 8, 8]
add(T[4], T[1,3])                                                                        -> [4, 3]
add(T[1,3,1,8], T[2,1,8,1])                                                              -> [2, 3, 8, 8]
mul(T[1,3,8,8], 2.0)                                                                     -> [1, 3, 8, 8]
and(T[2,1], T[1,2])                                                                      -> [2, 2]
select(T[1,3], T[2,1,4], 0.0)                                                            -> [2, 3, 4]
clamp(T[2,3], 0.0, T[1,3])                                                               -> [2, 3]
prelu(T[1,3,8,8], T[1,3])                                                                -> [1, 3, 8, 8]
prelu(T[2], T[2,1,1])                                                                    -> [2]

conv(T[1,3,8,8], T[4,3,3,3])                                                             -> [1, 4, 8, 8]
conv(T[1,3,9,8], T[4,3,3,3], stride = [2,2])                                             -> [1, 4, 5, 4]
conv(T[1,3,224,224], T[64,3,7,7], stride = [2,2], padding = [(3,3),(3,3)])               -> [1, 64, 112, 112]
conv(T[1,3,8,8], T[4,3,3,3], padding = [(0,0),(1,2)])                                    -> [1, 4, 6, 9]
conv(T[1,3,8,8], T[4,3,3,3], padding = [(0,0),(-1,-1)])                                  -> [1, 4, 6, 4]
conv(T[1,3,9,9], T[4,3,3,3], padding = [(0,0),(0,0)], dilation = [4,2])                  -> [1, 4, 1, 5]
conv(T[1,6,8,8], T[4,3,3,3], T[1,4], groups = 2)                                         -> [1, 4, 8, 8]
conv(T[1,6,8,8], T[12,1,3,3], T[12], groups = 0)                                         -> [1, 12, 8, 8]
conv(T[1,3,10], T[4,3,3], T[1,1], stride = [3], padding = [(0,0)])                       -> [1, 4, 3]
conv(T[2,3], T[4,3])                                                                     -> [2, 4]
deconv(T[1,4,8,8], T[4,3,3,3])                                                           -> [1, 3, 8, 8]
deconv(T[1,4,8,8], T[4,3,4,4], stride = [2,2])                                           -> [1, 3, 16, 16]
deconv(T[1,4,8,8], T[4,3,4,4], stride = [2,2], padding = [(1,1),(0,0)])                  -> [1, 3, 16, 18]
deconv(T[1,4,5,5], T[4,3,3,3], groups = 2, padding = [(0,0),(0,0)])                      -> [1, 6, 7, 7]
deconv(T[1,4,8], T[4,3,3], stride = [2], padding = [(1,1)], output_shape = [1,3,16])     -> [1, 3, 16]
deconv(T[1,4,8], T[4,3,3], stride = [2], padding = [(1,1)], output_shape = [1,3,15])     -> [1, 3, 15]
deconv(T[1,4,8,8], T[4,1,3,3], groups = 0)                                               -> [1, 4, 8, 8]
deconv(T[1,4,8], T[4,1,3], groups = 0, output_shape = [1,2,8])                           -> [1, 2, 8]
separable_conv(T[1,3,8,8], T[3,1,3,3], T[5,3,1,1], T[1,5], stride = [2,2])               -> [1, 5, 4, 4]
separable_conv(T[1,4,8], T[8,1,3], T[6,4,1], groups = 2)                                 -> [1, 6, 8]
separable_deconv(T[1,5,6,6], T[3,1,3,3], T[5,3,1,1], padding = [(1,1),(1,1)])            -> [1, 3, 6, 6]

max_pool(T[1,3,8,8], size = [1,1,2,2], stride = [1,1,2,2])                               -> [1, 3, 4, 4]
max_pool(T[1,3,7,7], size = [1,1,3,3], stride = [1,1,2,2])                               -> [1, 3, 4, 4]
avg_pool(T[1,3,7,7], size = [1,1,3,3], padding = [(0,0),(0,0),(0,0),(0,0)])              -> [1, 3, 5, 5]
box(T[1,3,8], size = [1,3,3], padding = [(0,0),(0,0),(0,0)], border = 'ignore')          -> [1, 1, 6]
argmax_pool(T[9], size = [3], stride = [3])                                              -> [3]
max_pool_with_index(T[9], size = [3], stride = [3])                                      -> [[3], [3]]
sample(T[9], T[3], size = [3], stride = [3])                                             -> [3]
desample(T[3], T[3], size = [3], stride = [3])                                           -> [9]
debox(T[1,3,4,4], size = [1,1,2,2], stride = [1,1,2,2], padding = [(0,0),(0,0),(0,0),(0,0)]) -> [1, 3, 8, 8]
debox(T[4], size = [3], stride = [2], output_shape = [7])                                -> [7]
nearest_downsample(T[1,3,8,6], factor = [2,3])                                           -> [1, 3, 4, 2]
multilinear_upsample(T[1,3,8,6], factor = [2,3], method = 'aligned')                     -> [1, 3, 16, 18]

sum_reduce(T[1,3,8,8], axes = [2,3])                                                     -> [1, 3, 1, 1]
argmax_reduce(T[5], axes = [])                                                           -> [5]
moments(T[2,3], axes = [0])                                                              -> [[1, 3], [1, 3]]

reshape(T[2,3,4], shape = [24])                                                          -> [24]
reshape(T[2,3,4], shape = [0,-1])                                                        -> [2, 12]
reshape(T[2,3,4], shape = [-1,2], axis_start = 1)                                        -> [2, 6, 2]
reshape(T[2,3,4], shape = [0,1], axis_start = 1, axis_count = 1)                         -> [2, 3, 1, 4]
reshape(T[2,3,4], shape = [1,1], axis_start = 3)                                         -> [2, 3, 4, 1, 1]
reshape(T[2,3,4], shape = [1], axis_start = 1, axis_count = 0)                           -> [2, 1, 3, 4]
reshape(T[1,1], shape = [])                                                              -> []
reshape(T[...], shape = [1,0,-1])                                                        -> [1, '?', '?']
squeeze(T[1,3,1], axes = [2,0])                                                          -> [3]
unsqueeze(T[3,4], axes = [0,3])                                                          -> [1, 3, 4, 1]
unsqueeze(T[3,4], axes = [2,0])                                                          -> [1, 3, 1, 4]
transpose(T[2,3,4], axes = [1,0])                                                        -> [3, 2, 4]
transpose(T[2,3,4], axes = [])                                                           -> [2, 3, 4]
cast(T[2,3])                                                                             -> [2, 3]
split(T[1,12], axis = 1, ratios = [1,2,1])                                               -> [[1, 3], [1, 6], [1, 3]]
concat([T[1,3], T[1,5]], axis = 1)                                                       -> [1, 8]
stack([T[3,4], T[3,4]], axis = 2)                                                        -> [3, 4, 2]
unstack(T[2,3], axis = 0)                                                                -> [[3], [3]]
slice(T[10,6], axes = [1], begin = [1], end = [4])                                       -> [10, 3]
slice(T[10,6], axes = [0,1], begin = [1,2], end = [0,0])                                 -> [9, 4]
slice(T[10,6], axes = [1], begin = [-3], end = [-1])                                     -> [10, 2]
slice(T[10,6], axes = [0], begin = [1], end = [8], stride = [3])                         -> [3, 6]
slice(T[10,6], axes = [0], begin = [0], end = [99])                                      -> [10, 6]
slice(T[10,6], axes = [0], begin = [-1], end = [-11], stride = [-1])                     -> [10, 6]
slice(T[10,6], axes = [0], begin = [8], end = [0], stride = [-3])                        -> [3, 6]
slice(T[10,6], axes = [0], begin = [3], end = [3])                                       -> [0, 6]
pad(T[1,3], padding = [(0,0),(1,2)], border = 'reflect')                                 -> [1, 6]
pad(T[1,3], padding = [(0,0),(-1,-1)])                                                   -> [1, 1]
tile(T[1,3], repeats = [2,3])                                                            -> [2, 9]
gather(T[5,6,7], T[2,3], axis = 1)                                                       -> [5, 2, 3, 7]
gather(T[5,6], 0, axis = 1)                                                              -> [5]

max_roi_pool(T[1,4,8,8], T[5,4], T[5,1], output_size = [2,3])                            -> [5, 4, 2, 3]
max_roi_pool(T[1,4,8,8], T[5,4], T[5], output_size = [2,3])                              -> [5, 4, 2, 3]
roi_resample(T[1,4,8], T[5,2], T[5], output_size = [3])                                  -> [5, 4, 3]
avg_roi_align(T[1,4,8,8], T[5,4], T[5], output_size = [2,3], sampling_rate = [2,2])      -> [5, 4, 2, 3]
matmul(T[2,3], T[3,4])                                                                   -> [2, 4]
matmul(T[7,1,3,2], T[1,5,4,3], transposeA = true, transposeB = true)                     -> [7, 5, 2, 4]
linear(T[5,3], T[4,3], T[1,4])                                                           -> [5, 4]
update(T[2,3], T[2,3])                                                                   -> [2, 3]
softmax(T[1,10])                                                                         -> [1, 10]
local_response_normalization(T[1,3,8,8], size = [1,5,1,1])                               -> [1, 3, 8, 8]
l2_normalization(T[1,3,8,8], axes = [1])                                                 -> [1, 3, 8, 8]
batch_normalization(T[1,3,8,8], T[1,3], T[1,3], 0.0, T[1,3], epsilon = 0.0)              -> [1, 3, 8, 8]
linear_quantize(T[1,3,8,8], T[1,3], 1.0, bits = 8)                                       -> [1, 3, 8, 8]
zero_point_linear_quantize(T[1,3], 1, 0.5, bits = 8, signed = true, symmetric = false)   -> [1, 3]
copy_n(T[2,3], times = 2)                                                                -> [[2, 3], [2, 3]]
add_n([T[2,3], T[2,3]])                                                                  -> [2, 3]
"""

UNKNOWNS = """
add(T[1,?,8], T[2,3,?])                                                                  -> [2, 3, 8]
add(T[?,1], T[1,?])                                                                      -> ['?', '?']
conv(T[?,3,?,8], T[4,?,3,3], padding = [(0,0),(0,0)])                                    -> ['?', 4, '?', 6]
conv(T[1,3,8,8], T[?,3,?,3], padding = [(0,0),(0,0)])                                    -> [1, '?', '?', 6]
conv(T[1,3,8,8], T[4,3,3,3], stride = [?,2])                                             -> [1, 4, '?', 4]
deconv(T[1,?,8], T[?,3,3], stride = [2], padding = [(0,0)])                              -> [1, 3, 17]
max_pool(T[1,?,8], size = [1,1,2], padding = [(0,0),(0,0),(0,?)])                        -> [1, '?', '?']
reshape(T[?,3,4], shape = [0,-1])                                                        -> ['?', '?']
reshape(T[?,3,4], shape = [-1,12])                                                       -> ['?', 12]
slice(T[?,6], axes = [0,1], begin = [0,1], end = [0,3])                                  -> ['?', 2]
slice(T[9,6], axes = [0], begin = [?], end = [4])                                        -> ['?', 6]
concat([T[?,3], T[2,3]], axis = 0)                                                       -> ['?', 3]
squeeze(T[?,3], axes = [0])                                                              -> [3]
matmul(T[2,?], T[3,4])                                                                   -> [2, 4]
unstack(T[?,3], axis = 0, wanted = 2)                                                    -> [[3], [3]]
"""

TRACT = """
linear(T[2,5,3], T[1,4,3], 0.0)                                                          -> [2, 5, 4]
unsqueeze(T[3,4], axes = [0,0])                                                          -> [1, 1, 3, 4]
unsqueeze(T[3,4], axes = 0)                                                              -> [1, 3, 4]
squeeze(T[1,1,3], axes = [0,0])                                                          -> [3]
sum_reduce(T[3,4], axes = 1)                                                             -> [3, 1]
deconv(T[1,4,5,5], T[3,4,3,3], T[3,1,1], padding = [(0,0),(0,0)])                        -> [1, 3, 7, 7]
deconv(T[1,4,5], T[3,4,3], stride = [2], padding = [(1,1)], output_shape = [10])         -> [1, 3, 10]
deconv(T[1,4,5], T[3,4,3], stride = [2], padding = [(1,1)], output_shape = [1,3,10])     -> [1, 3, 9]
pad(T[3], padding = [(1,1)], border = 'replicated')                                      -> [5]
slice(T[10], axes = [0], begin = [1], end = [0])                                         -> [9]
slice(T[10], axes = [0], begin = [2], end = [-1])                                        -> [7]
slice(T[10], axes = 0, begin = 0, end = 4, stride = 2)                                   -> [2]
nearest_upsample(T[1,3,8,8], factor = [2])                                               -> [1, 3, 8, 16]
nearest_upsample(T[1,3,8,8], factor = [2,3,4])                                           -> [1, 6, 24, 32]
max_pool(T[1,1,7], size = [1,2,3], padding = [(0,0),(0,0),(1,0)])                        -> [1, 1, 6]
debox(T[1,4,8], size = [1,1,3], stride = [1,1,2], padding = [(0,0),(0,0),(1,1)], output_shape = [16]) -> [1, 4, 15]
prelu(T[4,1], T[1,4,8])                                                                  -> [4, 4, 8]
batch_normalization(T[1,4], T[2,4], 1.0, 0.0, 1.0, epsilon = 0.1)                        -> [2, 4]
slice(T[10], axes = [0], begin = [0], end = [0])                                         -> [0]
slice(T[10], axes = [0], begin = [8], end = [-1])                                        -> [1]
slice(T[?], axes = [0], begin = [-1], end = [0])                                         -> [1]
external(shape = [0])                                                                    -> [0]
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The invocations of a table and what they give."""
    cells = [line.rpartition("->") for line in table.splitlines() if line]
    return [(before.strip(), after.strip()) for before, _, after in cells]


@pytest.mark.parametrize("invocation, expected", rows(SHAPES))
def test_shape(invocation: str, expected: str) -> None:
    assert lists(infer(invocation)) == eval(expected)


@pytest.mark.parametrize("invocation, expected", rows(UNKNOWNS))
def test_what_is_not_known_stays_unknown_and_the_rest_is_inferred(invocation: str, expected: str) -> None:
    assert lists(infer(invocation)) == eval(expected)


@pytest.mark.parametrize("invocation, expected", rows(TRACT))
def test_shape_in_tract(invocation: str, expected: str) -> None:
    assert lists(infer(invocation[:-1] + ", dialect = 'tract')")) == eval(expected)


@pytest.mark.parametrize(
    "invocation", ["relu(T[...])", "add(T[2], T[...])", "conv(T[1,3,8,8], T[...])", "concat([T[2], T[...]], axis = 0)"]
)
def test_an_unknown_rank_ends_the_rule_quietly(invocation: str) -> None:
    with pytest.raises(Undetermined):
        infer(invocation)


def test_every_operation_declared_has_a_shape_rule() -> None:
    assert len(declarations()) == 119
    assert set(declarations()) - set(shape_rules()) == set()


def test_a_second_rule_for_an_operation_is_refused() -> None:
    shape_rules()
    with pytest.raises(ValueError, match="'conv' has two"):
        shape_of("conv")(lambda call: None)
