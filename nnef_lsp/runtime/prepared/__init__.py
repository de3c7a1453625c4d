"""Prepared forms of operations: what a session runs when shapes and weights are known before the run.

The kernels in `runtime/kernels` say what an operation means; the forms here compute the same faster:

- activations of rank 4 are kept *channels last* in memory (an NCHW array whose memory is NHWC): a convolution's columns
  are then copies of long runs, pooling and per-channel work run along contiguous channels;
- a convolution takes the element-wise operations that follow it (bias, batch normalization, a sum with another tensor,
  an activation) along and applies them to each tile while it is in the cache;
- results live in one arena whose places are reused; working memory has its place there while a form runs, and takes no
  more than tensors leave of their peak;
- element-wise work runs along thousands of items at a time (`arrays/runs.py`).

`program.py` puts it together; a test holds every form against its kernel.
"""
