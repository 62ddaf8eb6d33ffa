"""Train many replicates of a small Keras model at once.

::

    runs = fit_replicates(build, x, y, replicates=1000, epochs=100)
    runs.predict(x_test)      # (1000, n, 1)
    runs.model(17)            # one of them, as an ordinary Keras model

The weights are those that ``model.fit`` would reach from the same start in the same
order of samples, float32 rounding apart.

**Worth:** 4,000 steps of the course's small network (1-10-10-10-1) take ``model.fit``
6.08 s; here a replicate costs 1/889 of that when it is trained alone, and 1/16,493 in a
thousand, after 0.9 s to build and compile their program (medians on two cores;
``benchmarks/results.md``, where JAX is compared, too).

**Trained as by fit:** Sequential and functional models with one input and one
output; Dense, convolution, activation, normalization (moving statistics too) and
pooling layers; ``kernel_``, ``bias_`` and ``activity_regularizer``; constraints;
frozen layers; the optimizers of Keras, with momentum, weight decay, ``clipnorm``,
``global_clipnorm``, ``clipvalue`` and learning-rate schedules; built-in losses,
callables, and a model's own ``compute_loss``; a smaller last batch. Random layers
(Dropout, GaussianNoise) draw anew for each replicate; their masks are those of a
``fit`` with ``jit_compile=True``.

**Refused with an error:** a model's own ``fit`` or ``train_step``; metrics;
subclassed models without a known input; several inputs or outputs; mixed precision
and loss scaling; optimizers that wrap others, or whose state starts from the weights
(ScheduleFreeAdamW); ``use_ema`` and ``gradient_accumulation_steps``; layers that keep
a state between batches; what XLA cannot compile, such as recurrent layers; random
numbers from the global seed.

**Not there:** sample and class weights, validation data, callbacks.
"""

from utils.replicates.fit import fit_replicates
from utils.replicates.jobs import two_at_a_time
from utils.replicates.replicates import Replicates

__all__ = ["Replicates", "fit_replicates", "two_at_a_time"]
