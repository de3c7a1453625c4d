"""What shape rules refuse, as a table: invocation -> rule, parameter and item at fault, message."""

from __future__ import annotations

import pytest

from nnef_lsp.model.shapes import Refusal

from .invocations import infer

REFUSALS = """
external(shape = [1,0])
    invalid-value at shape[1]: extents must be positive, item 1 of 'shape' is 0
constant(shape = [1,3], value = [1.0, 2.0])
    volume-mismatch at value: shape [1, 3] needs 3 values or a single one, found 2
variable(shape = [1], label = '')
    invalid-value at label: 'label' must not be empty, it names the file of the variable
variable(shape = [1], label = 'a b')
    invalid-value at label: 'label' must consist of letters, digits and _ - . / \\, found ' '

add(T[2,3], T[2,4])
    shape-mismatch: 'x' [2, 3] and 'y' [2, 4] do not broadcast: extents 3 and 4 on axis 1, and neither is 1
add(T[3], T[2,3,8,8])
    shape-mismatch: 'x' [3] and 'y' [2, 3, 8, 8] do not broadcast: extents 3 and 2 on axis 0
add(T[2,3,8,8], T[3])
    extents 2 and 3 on axis 0, and neither is 1 (axes are aligned from the first, not from the last)
select(T[1], T[2,3], T[2,4])
    shape-mismatch: 'condition' and 'true_value' [2, 3] and 'false_value' [2, 4] do not broadcast
prelu(T[1,3], T[1,4])
    shape-mismatch at alpha: 'alpha' [1, 4] cannot be broadcast to the shape [1, 3] of 'x': 4 against 3 on axis 1
prelu(T[3], T[3,3])
    rank-mismatch at alpha: 'alpha' [3, 3] cannot be broadcast to the shape [3] of 'x': it has more axes

conv(T[1,6,8,8], T[4,4,3,3])
    shape-mismatch at filter: 'filter' has 4 input channels per group, but 'input' has 6 channels and groups = 1
conv(T[1,6,8,8], T[4,2,3,3], groups = 0)
    shape-mismatch at filter: 'filter' has 2 input channels per group, but 'input' has 6 channels and groups = 0 (depth-wise, 6 groups)
conv(T[1,6,8,8], T[4,6,3])
    rank-mismatch at filter: 'filter' must have the rank 4 of 'input' [1, 6, 8, 8], found [4, 6, 3]
conv(T[6], T[6])
    rank-mismatch at input: 'input' must have a batch and a channel axis, found [6]
conv(T[1,6,8], T[5,3,3], groups = 2)
    shape-mismatch at groups: groups = 2 does not divide the 5 filters on axis 0 of 'filter'
conv(T[1,6,8], T[5,6,3], groups = -1)
    invalid-value at groups: 'groups' must not be negative, found -1
conv(T[1,6,8], T[5,6,3], T[1,6])
    shape-mismatch at bias: 'bias' must have the shape [1, 5], one value for each output channel, found [1, 6]
conv(T[1,6,8], T[5,6,3], T[1,5,1])
    rank-mismatch at bias: 'bias' must have the shape [1, 5], one value for each output channel, found [1, 5, 1]
conv(T[1,6,8], T[5,6,3], stride = [1,1,2])
    rank-mismatch at stride: 'stride' must have 1 item, one for each spatial axis of 'input', found 3
conv(T[1,6,8], T[5,6,3], stride = [0])
    invalid-value at stride[0]: items of 'stride' must be positive, item 0 is 0
conv(T[1,6,8], T[5,6,3], padding = [(1,1),(1,1)])
    rank-mismatch at padding: 'padding' must have 1 item
conv(T[1,6,8], T[5,6,3], border = 'mirror')
    invalid-value at border: 'border' must be one of 'constant', 'replicate', 'reflect', 'reflect-even'
conv(T[1,6,8], T[5,6,3], padding = [(0,0)], dilation = [4])
    empty-result at filter: the window's extent 3, 9 with dilation, is larger than the padded extent 8 on axis 2
deconv(T[1,6,8], T[5,6,3])
    shape-mismatch at filter: 'filter' has 5 input channels on axis 0, but there are 6 channels to scale up
deconv(T[1,6,8], T[6,5,3], padding = [(5,5)])
    empty-result at padding: the result would have extent 0 on axis 2
deconv(T[1,6,8], T[6,5,3], output_shape = [8])
    rank-mismatch at output_shape: 'output_shape' must have 3 items, one for each axis of 'input', found 1
deconv(T[1,6,8], T[6,5,3], output_shape = [1,6,8])
    shape-mismatch at output_shape[1]: 'output_shape' has 6 channels, but the result has 5
deconv(T[1,6,8], T[6,5,3], stride = [2], output_shape = [1,5,20])
    shape-mismatch at output_shape[2]: 'output_shape' has 20 on axis 2, which scales down to 10, but 'input' has 8
separable_conv(T[1,4,8], T[4,2,3], T[6,4,1])
    shape-mismatch at plane_filter: 'plane_filter' must have 1 channel on axis 1
separable_conv(T[1,4,8], T[4,1,3], T[6,4,3])
    shape-mismatch at point_filter: 'point_filter' must have extent 1 on all spatial axes, found [6, 4, 3]
separable_conv(T[1,4,8], T[4,1,3], T[6,5,1])
    shape-mismatch at point_filter: 'point_filter' has 5 input channels per group, but 'plane_filter' leaves 4 channels
separable_deconv(T[1,4,8], T[6,1,3], T[4,5,1])
    shape-mismatch at plane_filter: 'plane_filter' has 6 input channels on axis 0, but there are 5 channels to scale up

max_pool(T[1,3,8,8], size = [2,2])
    rank-mismatch at size: 'size' must have 4 items, one for each axis of 'input', found 2
max_pool(T[8], size = [0])
    invalid-value at size[0]: items of 'size' must be positive, item 0 is 0
max_pool(T[8], size = [9], padding = [(0,0)])
    empty-result at size: the window's extent 9 is larger than the padded extent 8 on axis 0
max_pool(T[8], size = [2], dilation = [-1])
    invalid-value at dilation[0]: items of 'dilation' must be positive
sample(T[9], T[9], size = [3], stride = [3])
    shape-mismatch at index: 'index' must have the shape [3] of the output, found [9]
sample(T[9], T[9], size = [3], border = 'ignore')
    invalid-value at border: 'border' must be one of 'constant', 'replicate', 'reflect', 'reflect-even', found 'ignore'
desample(T[9], T[3], size = [3])
    shape-mismatch at index: 'index' must have the shape [9] of 'input', found [3]
desample(T[9], T[9], size = [3], border = 'replicate')
    invalid-value at border: 'border' must be 'constant', found 'replicate'
area_downsample(T[1,3,8,8], factor = [2,5])
    shape-mismatch at factor[1]: factor 5 does not divide the extent 8 of 'input' on axis 3
nearest_upsample(T[1,3,8,8], factor = [1,1,2,2])
    rank-mismatch at factor: 'factor' must have 2 items, one for each spatial axis of 'input', found 4
nearest_upsample(T[1,3,8], factor = [0])
    invalid-value at factor[0]: items of 'factor' must be positive
multilinear_upsample(T[1,3,8], factor = [2], method = 'bicubic')
    invalid-value at method: 'method' must be one of 'symmetric', 'asymmetric', 'aligned', found 'bicubic'

max_reduce(T[2,3], axes = [2])
    axis-out-of-range at axes[0]: axis 2 is out of range, 'input' has axes 0 to 1
max_reduce(T[3], axes = [-1])
    axis-out-of-range at axes[0]: axis -1 is out of range, 'input' has only axis 0
max_reduce(1.0, axes = [0])
    axis-out-of-range at axes[0]: axis 0 is out of range, 'input' has no axes
max_reduce(T[2,3], axes = [1,1])
    invalid-value at axes[1]: 'axes' lists axis 1 twice
softmax(T[3])
    axis-out-of-range at axes[0]: axis 1 is out of range, 'x' has only axis 0

reshape(T[2,3,4], shape = [5,5])
    volume-mismatch at shape: shape [5, 5] has 25 items, but 'input' [2, 3, 4] has 24
reshape(T[2,3,4], shape = [5], axis_start = 1)
    volume-mismatch at shape: shape [5] has 5 items, but 'input' [2, 3, 4] on axes 1 to 2 has 12
reshape(T[2,3,4], shape = [5,-1])
    volume-mismatch at shape[1]: -1 in 'shape' cannot be computed: 'input' [2, 3, 4] has 24 items, which 5 does not divide
reshape(T[2,3,4], shape = [-1,-1])
    invalid-value at shape[1]: only one item of 'shape' may be -1, found it at 0 and 1
reshape(T[2,3,4], shape = [-2])
    invalid-value at shape[0]: items of 'shape' must be extents, 0 or -1, item 0 is -2
reshape(T[2,3], shape = [6,1,0])
    axis-out-of-range at shape[2]: item 2 of 'shape' is 0, but 'input' [2, 3] has no axis 2 to take the extent from
reshape(T[2,3], shape = [6], axis_start = 3)
    axis-out-of-range at axis_start: 'axis_start' must be 0 to 2, the rank of 'input', found 3
reshape(T[2,3], shape = [6], axis_count = -2)
    invalid-value at axis_count: 'axis_count' must not be negative (or -1 for all axes that follow), found -2
reshape(T[2,3], shape = [6], axis_start = 1, axis_count = 2)
    axis-out-of-range at axis_count: axes 1 to 2 are out of range, 'input' has axes 0 to 1
squeeze(T[1,3], axes = [1])
    shape-mismatch at axes[0]: axis 1 of 'input' [1, 3] has extent 3, only extent 1 can be removed
unsqueeze(T[3,4], axes = [4])
    axis-out-of-range at axes[0]: axis 4 is out of range, the output has axes 0 to 2
unsqueeze(T[3,4], axes = [0,0])
    invalid-value at axes[1]: 'axes' lists axis 0 twice
transpose(T[2,3], axes = [1,2])
    invalid-value at axes: 'axes' must be a permutation of 0 to 1, found [1, 2]
transpose(T[2], axes = [1,0])
    rank-mismatch at axes: 'axes' lists 2 axes, but 'input' [2] has only axis 0
split(T[1,10], axis = 1, ratios = [1,2])
    shape-mismatch at ratios: the sum of 'ratios', 3, does not divide the extent 10 of 'value' on axis 1
split(T[1,10], axis = 2, ratios = [1])
    axis-out-of-range at axis: axis 2 is out of range, 'value' has axes 0 to 1
concat([], axis = 0)
    invalid-value at values: 'values' must list at least one tensor
concat([T[2,3], T[2]], axis = 0)
    rank-mismatch at values[1]: tensors of 'values' must have the same rank: item 0 is [2, 3], item 1 is [2]
concat([T[2,3], T[2,4]], axis = 0)
    shape-mismatch at values[1]: tensors of 'values' must agree on all axes but 0: item 0 is [2, 3], item 1 is [2, 4]
stack([T[2,3], T[2]], axis = 0)
    shape-mismatch at values[1]: tensors of 'values' must have the same shape: item 0 is [2, 3], item 1 is [2]
stack([T[2,3]], axis = 3)
    axis-out-of-range at axis: axis 3 is out of range, the output has axes 0 to 2
slice(T[8], axes = [0], begin = [0,1], end = [4])
    rank-mismatch at begin: 'begin' must have 1 item, one for each item of 'axes', found 2
slice(T[8], axes = [0], begin = [0], end = [4], stride = [0])
    invalid-value at stride[0]: 'stride' must not be 0
slice(T[8], axes = [0], begin = [4], end = [2])
    invalid-value at begin[0]: with a positive stride 'end' must not lie before 'begin', found the range from 4 to 2
slice(T[8], axes = [0], begin = [2], end = [4], stride = [-1])
    invalid-value at begin[0]: with a negative stride 'end' must not lie after 'begin', found the range from 2 to 4
slice(T[8], axes = [0], begin = [-9], end = [4])
    invalid-value at begin[0]: 'begin' -9 lies before the first item, the extent is 8
slice(T[8], axes = [0], begin = [8], end = [4], stride = [-1])
    invalid-value at begin[0]: with a negative stride 'begin' must lie within the extent 8, found 8
pad(T[2,3], padding = [(1,1)])
    rank-mismatch at padding: 'padding' must have 2 items, one for each axis of 'input', found 1
pad(T[3], padding = [(-1,-2)])
    empty-result at padding: the result would have extent 0 on axis 0
tile(T[2,3], repeats = [2])
    rank-mismatch at repeats: 'repeats' must have 2 items
tile(T[2], repeats = [-1])
    invalid-value at repeats[0]: items of 'repeats' must be positive, item 0 is -1
gather(T[2,3], T[4], axis = 2)
    axis-out-of-range at axis: axis 2 is out of range, 'input' has axes 0 to 1

max_roi_pool(T[1,4,8,8], T[5,5], T[5], output_size = [2,2])
    shape-mismatch at rois: 'rois' must have 4 coordinates per region on axis 1, two corners, found [5, 5]
max_roi_pool(T[1,4,8,8], T[5,4], T[6], output_size = [2,2])
    shape-mismatch at batch_index: 'batch_index' must have the shape [5, 1], one index for each region, found [6]
max_roi_pool(T[1,4,8,8], T[4], T[5], output_size = [2,2])
    rank-mismatch at rois: 'rois' must have rank 2, [regions, coordinates], found [4]
max_roi_pool(T[1,4,8,8], T[5,4], T[5], output_size = [2])
    rank-mismatch at output_size: 'output_size' must have 2 items, one for each spatial axis of 'input', found 1
avg_roi_align(T[1,4,8,8], T[5,4], T[5], output_size = [2,2], sampling_rate = [2,0])
    invalid-value at sampling_rate[1]: items of 'sampling_rate' must be positive, item 1 is 0
matmul(T[2,3], T[4,5])
    shape-mismatch: inner extents must agree: 'A' [2, 3] has 3 on axis 1, 'B' [4, 5] has 4 on axis 0
matmul(T[2,3], T[1,3,5])
    rank-mismatch: both factors must have the same rank: 'A' [2, 3] and 'B' [1, 3, 5]
matmul(T[2,3,4], T[3,4,5])
    shape-mismatch: batch axes of 'A' [2] and of 'B' [3] do not broadcast: extents 2 and 3 on axis 0
linear(T[2,5,3], T[4,3])
    rank-mismatch at input: 'input' must have rank 2, [batch, channels], found [2, 5, 3]
linear(T[2,3], T[4,5])
    shape-mismatch at filter: 'filter' [4, 5] has 5 input channels on axis 1, but 'input' has 3
update(T[2,3], T[3,2])
    shape-mismatch at value: 'value' must have the shape [2, 3] of the variable, found [3, 2]
local_mean_normalization(T[1,3], size = [1])
    rank-mismatch at size: 'size' must have 2 items
batch_normalization(T[1,3], T[1,4], 1.0, 0.0, 1.0, epsilon = 0.1)
    shape-mismatch at mean: 'mean' [1, 4] cannot be broadcast to the shape [1, 3] of 'input': 4 against 3 on axis 1
batch_normalization(T[1,3], 0.0, 1.0, 0.0, 1.0, epsilon = -0.1)
    invalid-value at epsilon: 'epsilon' must not be negative, found -0.1
linear_quantize(T[1,3], 0.0, T[3], bits = 8)
    shape-mismatch at max: 'max' [3] cannot be broadcast to the shape [1, 3] of 'x': 3 against 1 on axis 0
linear_quantize(T[1,3], 0.0, 1.0, bits = 0)
    invalid-value at bits: 'bits' must be positive, found 0
copy_n(T[2], times = 0)
    invalid-value at times: 'times' must be positive, found 0
add_n([T[2], T[3]])
    shape-mismatch at x[1]: tensors of 'x' must have the same shape: item 0 is [2], item 1 is [3]
"""

REFUSED_BY_TRACT = """
conv(T[1,6,8], T[5,6,3], border = 'replicate')
    invalid-value at border: 'border' must be 'constant', found 'replicate'
pad(T[3], padding = [(1,1)], border = 'replicate')
    invalid-value at border: 'border' must be one of 'constant', 'replicated', 'reflect', found 'replicate'
max_pool(T[1,4,8], size = [1,1,2], border = 'reflect')
    invalid-value at border: 'border' must be one of 'ignore', 'constant', found 'reflect'
multilinear_upsample(T[1,4,8], factor = [2], border = 'constant')
    invalid-value at border: tract can only replicate the border here
sum_reduce(T[1,4,8], axes = [2,1])
    invalid-value at axes: tract wants 'axes' in increasing order, found [2, 1]
slice(T[10], axes = [0], begin = [-3], end = [-1])
    invalid-value at begin[0]: tract cannot take the range from -3 to -1 of an axis of extent 10
slice(T[10], axes = [0], begin = [2], end = [99])
    invalid-value at begin[0]: tract cannot take the range from 2 to 99 of an axis of extent 10
slice(T[10], axes = [0], begin = [5], end = [2])
    invalid-value at begin[0]: tract cannot take the range from 5 to 2 of an axis of extent 10
slice(T[10], axes = [0], begin = [9], end = [2], stride = [-1])
    invalid-value at stride[0]: tract slices forwards only, 'stride' is -1
deconv(T[1,4,5,5], T[4,3,3,3])
    shape-mismatch at filter: 'filter' has 3 input channels per group, but 'input' has 4 channels and groups = 1
"""

NOT_PROVED_WRONG = [
    "conv(T[1,?,8], T[4,3,3])",
    "conv(T[1,3,?], T[4,3,9], padding = [(0,0)])",
    "add(T[?,2], T[3,?])",
    "squeeze(T[?,3], axes = [0])",
    "reshape(T[?,3], shape = [2,5])",
    "concat([T[?,3], T[2,?]], axis = 0)",
    "split(T[?], axis = 0, ratios = [1,2])",
    "slice(T[?], axes = [0], begin = [5], end = [4])",
    "area_downsample(T[1,1,?], factor = [3])",
    "deconv(T[?,3,?], T[?,4,3], output_shape = [1,4,9])",
    "max_roi_pool(T[1,4,8,8], T[?,?], T[?], output_size = [2,?])",
    "linear(T[?,?], T[4,3], T[?,?])",
    "external(shape = [?])",
]


def rows(table: str) -> list[tuple[str, str]]:
    """The invocations of a table, each with the line below it."""
    lines = [line.strip() for line in table.splitlines() if line]
    return list(zip(lines[::2], lines[1::2], strict=True))


def refusal_of(invocation: str) -> str:
    """What the rule says against an invocation."""
    with pytest.raises(Refusal) as caught:
        infer(invocation)
    refusal = caught.value
    item = "" if refusal.item is None else f"[{refusal.item}]"
    at = "" if refusal.at is None else f" at {refusal.at}{item}"
    return f"{refusal.rule}{at}: {refusal.message}"


@pytest.mark.parametrize("invocation, expected", rows(REFUSALS))
def test_refusal(invocation: str, expected: str) -> None:
    assert expected in refusal_of(invocation)


@pytest.mark.parametrize("invocation, expected", rows(REFUSED_BY_TRACT))
def test_refusal_in_tract(invocation: str, expected: str) -> None:
    assert expected in refusal_of(invocation[:-1] + ", dialect = 'tract')")


@pytest.mark.parametrize("invocation", NOT_PROVED_WRONG)
def test_what_is_not_proved_wrong_is_not_refused(invocation: str) -> None:
    infer(invocation)
