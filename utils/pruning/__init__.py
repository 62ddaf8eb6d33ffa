"""Remove units for real: a smaller Keras model that computes the same.

A unit (a neuron, or a channel of a convolution) goes

* if all its outgoing weights are at most the threshold in size: nobody reads it; or
* if all its incoming weights are: then it is a constant, the activation of its bias,
  and what it adds to the next layer goes into that layer's bias.

What such a removal leaves without readers or without inputs goes, too, until nothing
changes. A layer always keeps one unit at least. With threshold 0 the function in
inference is kept, up to rounding.

**Can be pruned:** Dense, Conv1D and Conv2D, with what may stand between them:
elementwise activations, BatchNormalization (where a gamma of 0 makes a constant),
Dropout and noise, pooling, Flatten, cropping, upsampling, zero padding, Concatenate
on the last axis, Add and its like, several inputs and outputs, branches.

**Is left alone, and named in the report:** every other type of layer, models inside
the model, layers that are called twice, grouped convolutions, channels_first, Softmax
(each of its outputs depends on all units) and activations that Keras does not know.
Their inputs and outputs keep all units. A constant other than 0 stays if a layer with
``padding="same"`` reads it, since at the borders that layer sees zeros instead, or if
Add sums it with what varies.
"""

from utils.pruning.prune import Pruned, prune, surviving_units
from utils.pruning.report import Report

__all__ = ["Pruned", "Report", "prune", "surviving_units"]
