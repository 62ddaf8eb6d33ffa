"""Penalties beyond ``kernel_regularizer``: exact zeros, built models, other libraries.

The proximal operator of a penalty p maps w to

    argmin over u of  ½ ‖u - w‖² + p(u),

the point that trades staying close to w against a small penalty. Proximal SGD takes
a step along the gradient of the loss alone, and then this one. The penalty's corner
at 0 is met exactly instead of being stepped over, so weights become exactly 0.

* ``prox_l1``, ``prox_group_lasso``, ``soft_threshold``: the operators.
* ``SoftThreshold``, ``GroupSoftThreshold``: Keras constraints that take that step after
  each update of SGD; ``follow_optimizer`` tells them which. They refuse an optimizer
  that accumulates gradients, and warn of one whose step is no proximal one.
* ``apply_penalty``: a penalty for a model that is built, for example pretrained.
* ``convert``: the number that means in one library what another number means in
  another. It refuses where there is none, such as from L2 to AdamW. 24 meanings, each
  compared with its library (or its documented update) to 1e-4.
"""

from utils.penalties.applying import apply_penalty
from utils.penalties.constraints import (
    GroupSoftThreshold,
    SoftThreshold,
    follow_optimizer,
)
from utils.penalties.converting import MEANINGS, convert
from utils.penalties.operators import prox_group_lasso, prox_l1, soft_threshold

__all__ = [
    "MEANINGS",
    "GroupSoftThreshold",
    "SoftThreshold",
    "apply_penalty",
    "convert",
    "follow_optimizer",
    "prox_group_lasso",
    "prox_l1",
    "soft_threshold",
]
